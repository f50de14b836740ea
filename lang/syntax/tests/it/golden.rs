//! Literate goldens: in tests/syntax/*.md each `wr` block is followed by what it gives: its `tree`, its `errors`, its
//! `fixed` or its `formatted` text. With `WR_UPDATE=1` the test writes what it gets, for a person to read.

use crate::support::{blocks, files, fixed, read, render, tree};

fn actual(kind: &str, script: &str) -> String {
    match kind {
        "tree" => tree(script),
        "errors" => render(script, &read(script).diagnostics),
        "fixed" => fixed(script, &read(script).diagnostics).unwrap_or_else(|| "no fix\n".to_owned()),
        "formatted" => wr_syntax::format(script),
        other => panic!("unknown kind of block: {other}"),
    }
}

#[test]
fn scripts_give_what_stands_below_them() {
    let update = std::env::var_os("WR_UPDATE").is_some();
    for path in files("tests/syntax", "md") {
        let markdown = std::fs::read_to_string(&path).unwrap();
        let mut out: Vec<String> = markdown.lines().map(str::to_owned).collect();
        let mut script = String::new();
        let mut changes = Vec::new();
        for block in blocks(&markdown) {
            if block.info == "wr" {
                script = block.text;
                continue;
            }
            let actual = actual(&block.info, &script);
            if actual != block.text {
                assert!(
                    update,
                    "{} line {}:\n{script}\ngives\n{actual}\nnot\n{}",
                    path.display(),
                    block.lines.start,
                    block.text
                );
                changes.push((block.lines, actual));
            }
        }
        for (lines, actual) in changes.into_iter().rev() {
            out.splice(lines, actual.lines().map(str::to_owned));
        }
        if update {
            std::fs::write(&path, out.join("\n") + "\n").unwrap();
        }
    }
}
