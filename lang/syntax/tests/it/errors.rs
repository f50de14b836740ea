//! Every code of this crate has a page whose wrong example gives exactly that code, and whose right example gives nothing.

use crate::support::{blocks, fixed, read, root};

#[test]
fn pages_of_syntax_errors_say_the_truth() {
    for code in ["WR0001", "WR0002", "WR0003", "WR0004", "WR0005", "WR0006", "WR0007"] {
        let page = std::fs::read_to_string(root().join(format!("docs/errors/{code}.md"))).unwrap();
        assert!(page.starts_with(&format!("# {code}: ")), "{code}");
        for block in blocks(&page) {
            let parsed = read(&block.text);
            let mut codes: Vec<&str> = parsed.diagnostics.iter().map(|diagnostic| diagnostic.code.as_str()).collect();
            codes.dedup();
            match block.info.as_str() {
                "wr wrong" => {
                    assert_eq!(codes, [code]);
                    assert_eq!(fix_all(&block.text), None, "{code}: the fixes leave it right");
                }
                "wr right" => assert_eq!(codes, [""; 0], "{code}"),
                other => panic!("{code}: unknown kind of block {other}"),
            }
        }
    }
}

/// Applies fixes until nothing is reported; what is left to report if there is no fix for it is not asked for.
fn fix_all(text: &str) -> Option<String> {
    let mut text = text.to_owned();
    for _ in 0..5 {
        let parsed = read(&text);
        if parsed.diagnostics.is_empty() || parsed.diagnostics.iter().any(|diagnostic| diagnostic.fixes.is_empty()) {
            return None;
        }
        text = fixed(&text, &parsed.diagnostics)?;
    }
    Some(text)
}

/// One mistake in one statement is one report, and the statements around it are read.
#[test]
fn a_mistake_is_reported_once_and_hides_nothing() {
    let cases = [
        ("let a =\n  from t\n  filter x ==\n  sort y", "sort y"),
        ("let a =\n  from t\n  filter (x == 1\n  sort y", "sort y"),
        ("let a =\n  from t\n  filter x == \"abc\n  sort y", "sort y"),
        ("let a =\n  from t\n  group by x { n = count()\n  sort y", "sort y"),
        ("let a =\n  from t\n  filter f(x]) == 2\n  sort y", "sort y"),
        ("let a =\n  frm t\n  filter x == 1", "filter (== x 1)"),
        ("let a =\n  from t\n  join on a == b\n  take 5", "take 5"),
        ("let a =\n  from t\n  derive x = 1,\n  take 5", "take 5"),
        ("param p: text = label \"L\" {", "error value p"),
        ("use a, b form \"x.wr\"", "import a, import b"),
        ("table a.b { x: int y: int }", "table a.b"),
        ("split a by { b rest }", "branches of a"),
        ("fn f(x int) -> int = x", "function f"),
        ("export a to csv {", "error"),
        ("expect rows(a) > ", "error"),
        ("report \"a\" \"b\" \"c\"", "error"),
        ("let $x = 1 +", "value x"),
    ];
    for (broken, kept) in cases {
        let script = format!("let before = from t\n{broken}\nlet after = from t\n");
        let parsed = read(&script);
        let tree = wr_syntax::ast::print::print(&parsed.file);
        assert_eq!(parsed.diagnostics.len(), 1, "{script}\n{:#?}", parsed.diagnostics);
        assert!(tree.contains("let before\n  from t\n") && tree.contains("let after\n  from t\n"), "{tree}");
        assert!(tree.contains(kept), "{script}\n{tree}");
    }
}
