//! The pages that are made of records are fresh, and the records are all there.

use wr_sema::reference::{STATEMENTS, STEPS, TYPES, error_index, statements_page, step_doc, steps_page, types_page};
use wr_syntax::ast::StatementKind;
use wr_syntax::{KeywordKind, keywords};

use crate::page::repository;

#[test]
fn the_pages_made_of_records_are_fresh() {
    let pages = [
        ("docs/reference/steps.md", steps_page()),
        ("docs/reference/statements.md", statements_page()),
        ("docs/reference/types.md", types_page()),
        ("docs/errors/README.md", error_index()),
    ];
    let mut stale = Vec::new();
    for (path, page) in pages {
        let file = repository().join(path);
        if std::env::var_os("WR_UPDATE").is_some() {
            std::fs::write(&file, &page).unwrap();
        }
        if std::fs::read_to_string(&file).unwrap_or_default() != page {
            stale.push(path);
        }
    }
    assert!(stale.is_empty(), "stale, run this test with WR_UPDATE=1: {stale:?}");
}

/// The words of a kind that this version reads.
fn words_of(kind: KeywordKind) -> Vec<&'static str> {
    keywords().filter(|keyword| keyword.kind == kind && !keyword.later).map(|keyword| keyword.word).collect()
}

#[test]
fn every_word_of_the_language_stands_on_its_page() {
    let steps: Vec<&str> = STEPS.iter().flat_map(|step| step.words).map(|words| first(words)).collect();
    let statements: Vec<&str> = STATEMENTS.iter().flat_map(|one| one.words).map(|words| first(words)).collect();
    let types: Vec<&str> = TYPES.iter().map(|one| one.word).collect();
    for (kind, told) in [(KeywordKind::Step, steps), (KeywordKind::Statement, statements), (KeywordKind::Type, types)] {
        let mut words = words_of(kind);
        let mut told = told;
        words.sort_unstable();
        told.sort_unstable();
        assert_eq!(words, told, "{kind:?}");
    }
}

fn first(words: &'static str) -> &'static str {
    words.split(' ').next().unwrap()
}

/// An editor that shows the page of a step shows the one with that step.
#[test]
fn an_example_of_a_step_has_the_step() {
    for step in STEPS {
        for example in step.examples {
            let parsed = wr_syntax::parse(example, wr_base::span::FileId(0));
            let steps = parsed.file.statements.iter().flat_map(|statement| {
                let StatementKind::LetRelation(relation) = &statement.kind else { return [].iter() };
                relation.pipeline.steps.iter()
            });
            let has_it = steps.filter_map(|one| step_doc(&one.kind)).any(|doc| doc.words == step.words);
            assert!(has_it, "{:?} is not in\n{example}", step.words);
        }
    }
}
