//! Whatever comes in: nothing panics, nothing hangs, nothing is lost.

use proptest::prelude::*;

use crate::support::{files, read, tree};
use wr_syntax::format;

/// Pieces of scripts, right and wrong, from which texts are thrown together.
fn pieces() -> Vec<String> {
    let mut pieces: Vec<String> = [
        "\n",
        "\n",
        "\n  ",
        "\n  ",
        "\n\n",
        " ",
        " ",
        "# c\n",
        "# d \"{ ( \n",
        "\n# e\n",
        "  # f\n",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ".",
        "..",
        "=",
        "==",
        "!=",
        "<=",
        "<>",
        "??",
        "//",
        "/",
        "-",
        "--",
        "$",
        "$x",
        "a",
        "b",
        "c.d",
        "`take`",
        "`a b`",
        "`",
        "\"",
        "\"\"\"",
        "\"t\"",
        "\"{$x}\"",
        "\"{f(a)} {{\"",
        "\"\"\"\n  x\n  y {$z}\n  \"\"\"",
        "/re/",
        "'x'",
        "1",
        "2.5",
        "10%",
        "18..65",
        "18..",
        "2026-01-09",
        "2026-1-9",
        "09:30",
        "7d",
        "last month",
        "last 7 days",
        "null",
        "true",
        "é",
        "日本",
        "\u{FEFF}",
        "\r\n",
        "\t",
        "\\",
        "let x = ",
        "let x =\n  from a\n  ",
        "param p: int = ",
        "export a to csv \"f\" ",
        "count()",
        "int?(a)",
        "f(a, b)",
        "when a then b else c",
        "from a",
        "filter a == 1",
        "derive x = 1, y = 2",
        "group by a { n = count() }",
        "join one b as q on a == q.b unmatched <= 5%",
        "sort a desc",
        "select a, b as c",
    ]
    .map(str::to_owned)
    .into();
    pieces.extend(wr_syntax::keywords().map(|keyword| format!("{} ", keyword.word)));
    pieces
}

fn soup() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(pieces()), 0..24).prop_map(|parts| parts.concat())
}

/// An example with some lines gone, doubled, swapped, and comments put in at any blank.
fn mangled() -> impl Strategy<Value = String> {
    let texts: Vec<String> =
        files("examples", "wr").iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let change = (0_u8..6, any::<prop::sample::Index>(), any::<prop::sample::Index>());
    (prop::sample::select(texts), prop::collection::vec(change, 0..6)).prop_map(|(text, changes)| {
        let mut text = text;
        for (kind, at, with) in changes {
            let blanks: Vec<usize> = text.match_indices(' ').map(|(at, _)| at).collect();
            let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
            if lines.is_empty() || blanks.is_empty() {
                break;
            }
            let (line, other) = (at.index(lines.len()), with.index(lines.len()));
            match kind {
                0 => drop(lines.remove(line)),
                1 => lines.insert(other, lines[line].clone()),
                2 => lines.swap(line, other),
                3 => lines.insert(line, "\n".to_owned()),
                4 => {
                    text.insert_str(blanks[at.index(blanks.len())], " # note\n   ");
                    continue;
                }
                _ => {
                    text.insert_str(blanks[at.index(blanks.len())], "\n   ");
                    continue;
                }
            }
            text = lines.concat();
        }
        text
    })
}

fn comments(text: &str) -> Vec<String> {
    let mut comments: Vec<String> = read(text).file.comments.into_iter().map(|comment| comment.text).collect();
    comments.sort();
    comments
}

fn check_format(text: &str) {
    let once = format(text);
    assert_eq!(format(&once), once, "formatting twice changes\n{text}");
    assert_eq!(comments(&once), comments(text), "comments of\n{text}");
    assert_eq!(tree(&once).replace('`', ""), tree(text).replace('`', ""), "tree of\n{text}");
    assert_eq!(read(&once).diagnostics.len(), read(text).diagnostics.len(), "errors of\n{text}");
}

fn check_places(text: &str) {
    let parsed = read(text);
    for diagnostic in &parsed.diagnostics {
        let span = diagnostic.primary.span;
        assert!(text.get(span.start as usize..span.end as usize).is_some(), "{diagnostic:?} in\n{text}");
        for edit in diagnostic.fixes.iter().flat_map(|fix| &fix.edits) {
            assert!(text.get(edit.span.start as usize..edit.span.end as usize).is_some(), "{edit:?} in\n{text}");
        }
    }
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(4_000))]

    #[test]
    fn any_characters_are_read(text in "\\PC{0,80}") {
        check_places(&text);
        check_format(&text);
    }

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
        let text = String::from_utf8_lossy(&bytes);
        check_places(&text);
        check_format(&text);
    }

    #[test]
    fn any_pieces_are_read(text in soup()) {
        check_places(&text);
        check_format(&text);
    }
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn any_change_of_an_example_is_read(text in mangled()) {
        check_places(&text);
        check_format(&text);
    }
}
