//! Whatever comes in: nothing panics, nothing hangs, nothing is lost.

use proptest::prelude::*;

use crate::promise::{formatting_keeps_everything, places_lie_in_the_text};
use crate::support::files;

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
        "# g\u{FEFF} \n",
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
        "let y(p: int = 1, q: text) =\n  ",
        "step s(p: int) =\n  ",
        "step s = ",
        "apply s(p = 1) ",
        "from a.sql \"select {$x}\" as key k { k: int, t: text? personal } ",
        "from a.sql ",
        "from y(1, q = \"t\")",
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

fn examples() -> Vec<String> {
    files("examples", "wr").iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

/// An example with some lines gone, doubled, swapped, and comments put in at any blank.
fn mangled() -> impl Strategy<Value = String> {
    let texts = examples();
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

/// A stretch of an example, its words and signs in another order.
fn shuffled() -> impl Strategy<Value = String> {
    let texts: Vec<Vec<String>> = examples().iter().map(|text| torn(text)).collect();
    (prop::sample::select(texts), any::<prop::sample::Index>(), 2_usize..60).prop_flat_map(|(pieces, at, length)| {
        let from = at.index(pieces.len());
        let stretch = pieces[from..pieces.len().min(from + length)].to_vec();
        Just(stretch).prop_shuffle().prop_map(|pieces| pieces.concat())
    })
}

/// Words, blanks and single signs.
fn torn(text: &str) -> Vec<String> {
    let kind = |c: char| {
        if c.is_alphanumeric() || c == '_' {
            1
        } else if c.is_whitespace() {
            2
        } else {
            3
        }
    };
    let mut pieces: Vec<String> = Vec::new();
    let mut last = 3;
    for c in text.chars() {
        match pieces.last_mut() {
            Some(piece) if kind(c) == last && last < 3 => piece.push(c),
            _ => pieces.push(c.to_string()),
        }
        last = kind(c);
    }
    pieces
}

fn check(text: &str) {
    places_lie_in_the_text(text);
    formatting_keeps_everything(text);
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(3_000))]

    #[test]
    fn any_characters_are_read(text in "\\PC{0,80}") {
        check(&text);
    }

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
        check(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_pieces_are_read(text in soup()) {
        check(&text);
    }

    #[test]
    fn any_order_of_words_is_read(text in shuffled()) {
        check(&text);
    }
}

proptest! {
    #![proptest_config(cases(600))]

    #[test]
    fn any_change_of_an_example_is_read(text in mangled()) {
        check(&text);
    }
}
