//! What holds for every text that is read as a script. The property tests and the fuzz targets (tests/fuzz) share it, so
//! it needs nothing but the crate itself.

use wr_base::span::{FileId, TextRange};
use wr_syntax::{Parsed, format, parse};

pub(crate) fn read(text: &str) -> Parsed {
    parse(text, FileId(0))
}

/// Every place that a report names, and every edit that it offers, lies in the text and cuts no letter.
pub(crate) fn places_lie_in_the_text(text: &str) {
    let parsed = read(text);
    for diagnostic in &parsed.diagnostics {
        let labels = std::iter::once(&diagnostic.primary).chain(&diagnostic.secondary).map(|label| label.span);
        let edits = diagnostic.fixes.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span);
        for span in labels.chain(edits) {
            assert!(text.get(span.start as usize..span.end as usize).is_some(), "{diagnostic:?} in\n{text}");
        }
    }
    for statement in &parsed.file.statements {
        assert!(statement_text(text, statement.start, statement.range).is_some(), "{statement:?} in\n{text}");
    }
}

/// Formatting is done at once, changes no tree, loses no comment, hides no error, and leaves what is broken as it was.
pub(crate) fn formatting_keeps_everything(text: &str) {
    let once = format(text);
    assert_eq!(format(&once), once, "formatting twice changes\n{text}");
    let (before, after) = (read(text), read(&once));
    assert_eq!(comments(&after), comments(&before), "comments of\n{text}");
    assert_eq!(shape(&after), shape(&before), "trees of\n{text}");
    assert_eq!(after.diagnostics.len(), before.diagnostics.len(), "errors of\n{text}");
    for statement in &before.file.statements {
        let end = statement.start + statement.range.end;
        let is_broken = before
            .diagnostics
            .iter()
            .any(|diagnostic| (statement.start..=end).contains(&diagnostic.primary.span.start));
        let words = statement_text(text, statement.start, statement.range).unwrap_or_default();
        assert!(!is_broken || once.contains(words.trim_end()), "a broken statement changed in\n{text}\nto\n{once}");
    }
}

fn statement_text(text: &str, start: u32, range: TextRange) -> Option<&str> {
    text.get(start as usize..(start + range.end) as usize)
}

fn comments(parsed: &Parsed) -> Vec<&str> {
    let mut comments: Vec<&str> = parsed.file.comments.iter().map(|comment| comment.text.as_str()).collect();
    comments.sort_unstable();
    comments
}

/// The trees with all that is in them, places and backticks left out: layouts of one script have one shape.
fn shape(parsed: &Parsed) -> String {
    let trees = format!("{:?}", parsed.file.statements).replace("quoted: true", "quoted: false");
    let is_digit = |c: char| c.is_ascii_digit();
    // A place is `12..34`; a statement's own is `start: 12`.
    let places = trees.split("..").map(|part| part.trim_matches(is_digit)).collect::<Vec<_>>().join("..");
    places.split("start: ").map(|part| part.trim_start_matches(is_digit)).collect::<Vec<_>>().join("start: ")
}
