//! tests/types: scripts with the row after a step (`#> …`) and what is said about words (`#! WR0123 words`) below the line
//! that it is about. Whatever is said and not expected, or expected and not said, fails.

use wr_base::ids::RelationId;
use wr_base::row_type::RowType;
use wr_base::span::Span;
use wr_sema::Analysis;
use wr_sema::hir::row_words;

use crate::page::{SCRIPT, blocks, check, files, pages};

#[test]
fn rows_and_reports_are_as_written() {
    let mut found = Vec::new();
    for (name, page) in pages("tests/types") {
        for block in blocks(&page).into_iter().filter(|block| block.words == "wr") {
            for problem in judge(&block.text) {
                found.push(format!("tests/types/{name}.md:{}: {problem}", block.line + problem_line(&problem)));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Problems begin with the line of the block that they are about.
fn problem_line(problem: &str) -> usize {
    problem.split(':').next().and_then(|line| line.parse().ok()).unwrap_or_default()
}

fn judge(text: &str) -> Vec<String> {
    let loader = files(text);
    let script = loader.0.get(SCRIPT).unwrap().clone();
    let (said, analysis) = check(&loader);
    let file = analysis.sources.find(SCRIPT).unwrap();
    let line_of = |span: Span, at: u32| analysis.sources.get(span.file).unwrap().line_column(at).0 as usize;
    let mut expected = Vec::new();
    let mut problems = Vec::new();
    // The last line that is not an expectation itself.
    let mut about = 0;
    for (at, line) in script.lines().enumerate() {
        let line = line.trim_start();
        if let Some(row) = line.strip_prefix("#> ") {
            match row_at(&analysis, file, about) {
                Some(found) if row_words(found) == row => {}
                Some(found) => problems.push(format!("{at}: the row is\n    {}", row_words(found))),
                None => problems.push(format!("{at}: no step ends in the line before")),
            }
        } else if let Some(report) = line.strip_prefix("#! ") {
            expected.push((about, report.to_owned(), at));
        } else {
            about = at;
        }
    }
    for diagnostic in said {
        let span = diagnostic.primary.span;
        let words = format!("{} {}", diagnostic.code, analysis.sources.slice(span));
        let line = if span.file == file { line_of(span, span.start) } else { 0 };
        match expected.iter().position(|(about, report, _)| *about == line && *report == words) {
            Some(at) => drop(expected.remove(at)),
            None => problems.push(format!("{line}: not expected: {words}: {}", diagnostic.headline)),
        }
    }
    problems.extend(expected.into_iter().map(|(_, report, at)| format!("{at}: not said: {report}")));
    problems
}

/// The row after the last step that ends in a line.
fn row_at(analysis: &Analysis, file: wr_base::span::FileId, line: usize) -> Option<&RowType> {
    let program = &analysis.program;
    let source = analysis.sources.get(file)?;
    let mut best: Option<(u32, RelationId, &RowType)> = None;
    for (id, relation) in program.relations.iter() {
        let steps = relation.steps.iter().map(|step| (step.id, &step.row));
        for (step, row) in [(relation.source_step, &relation.source_row)].into_iter().chain(steps) {
            let span = program.origins.steps[step];
            let ends_here = span.file == file && source.line_column(span.end).0 as usize == line;
            if ends_here && best.is_none_or(|(end, other, _)| (span.end, other) >= (end, id)) {
                best = Some((span.end, id, row));
            }
        }
    }
    best.map(|(_, _, row)| row)
}
