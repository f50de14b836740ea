//! What must hold for every script of the repository.

use crate::support::{files, read, tree};
use wr_syntax::format;

#[test]
fn examples_are_sound_and_in_canonical_form() {
    for path in files("examples", "wr") {
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(read(&text).diagnostics, [], "{}", path.display());
        assert_eq!(format(&text), text, "{}", path.display());
    }
}

/// An edit costs one statement: whichever line goes, the trees of the other statements stay.
#[test]
fn a_deleted_line_changes_no_other_statement() {
    for path in files("examples", "wr") {
        let text = std::fs::read_to_string(&path).unwrap();
        let whole = read(&text).file;
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let mut offset = 0;
        for (at, line) in lines.iter().enumerate() {
            let without: String =
                lines.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, line)| *line).collect();
            let hit = whole.statements.iter().rposition(|statement| statement.start as usize <= offset);
            let left = read(&without).file;
            let begins = hit.is_some_and(|hit| whole.statements[hit].start as usize == offset);
            // A statement that lost its first line hands the others to the one above it.
            let touched = |index: usize| Some(index) == hit || (begins && hit.is_some_and(|hit| index + 1 == hit));
            let kept = whole.statements.iter().enumerate().filter(|(index, _)| !touched(*index));
            for (_, statement) in kept {
                assert!(
                    left.statements.iter().any(|other| other.kind == statement.kind && other.range == statement.range),
                    "{} without line {}: {line}",
                    path.display(),
                    at + 1
                );
            }
            offset += line.len();
        }
    }
}

#[test]
fn examples_mean_the_same_however_they_are_laid_out() {
    for path in files("examples", "wr") {
        let text = std::fs::read_to_string(&path).unwrap();
        let wide = text.replace("\n  ", "\n        ").replace(", ", " ,   ");
        assert_eq!(tree(&format(&wide)), tree(&wide), "{}", path.display());
        let windows = text.replace('\n', "\r\n");
        assert_eq!(tree(&windows), tree(&text), "{}", path.display());
        assert_eq!(format(&windows), text, "{}", path.display());
    }
}
