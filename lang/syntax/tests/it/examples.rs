//! What must hold for every script of the repository.

use crate::support::{files, read, scripts, tree};
use wr_base::span::TextRange;
use wr_syntax::ast::StatementKind;
use wr_syntax::{Parsed, format};

#[test]
fn examples_are_sound_and_in_canonical_form() {
    for path in files("examples", "wr") {
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(read(&text).diagnostics, [], "{}", path.display());
        assert_eq!(format(&text), text, "{}", path.display());
    }
}

/// An edit costs one statement: whichever line goes, the trees of the other statements stay, and what is said of them.
#[test]
fn a_deleted_line_changes_no_other_statement() {
    let scripts = scripts();
    assert!(scripts.len() > 150, "only {} scripts", scripts.len());
    for (name, text) in scripts {
        let whole = read(&text);
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let mut offset = 0;
        for (at, line) in lines.iter().enumerate() {
            let without: String =
                lines.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, line)| *line).collect();
            let without = read(&without);
            let left = statements(&without);
            for (_, statement) in
                statements(&whole).into_iter().enumerate().filter(|(index, _)| !is_touched(&whole, offset, *index))
            {
                assert!(left.contains(&statement), "{name} without line {}: {line}", at + 1);
            }
            offset += line.len();
        }
    }
}

/// Whether the line at an offset belongs to a statement; one that loses its first line leaves the others to the one above.
fn is_touched(parsed: &Parsed, offset: usize, index: usize) -> bool {
    let start = |index: usize| parsed.file.statements[index].start as usize;
    let hit = (0..parsed.file.statements.len()).rfind(|index| start(*index) <= offset);
    hit == Some(index) || hit.is_some_and(|hit| start(hit) == offset && index + 1 == hit)
}

/// Trees as they are, each with what is said inside of it, by places in the statement.
fn statements(parsed: &Parsed) -> Vec<(&StatementKind, TextRange, Vec<String>)> {
    let file = &parsed.file;
    let said = |start: u32, next: u32| {
        let inside =
            parsed.diagnostics.iter().filter(|diagnostic| (start..next).contains(&diagnostic.primary.span.start));
        inside.map(|said| format!("{} {} {}", said.code, said.primary.span.start - start, said.headline)).collect()
    };
    file.statements
        .iter()
        .enumerate()
        .map(|(index, statement)| {
            let next = file.statements.get(index + 1).map_or(u32::MAX, |next| next.start);
            (&statement.kind, statement.range, said(statement.start, next))
        })
        .collect()
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
