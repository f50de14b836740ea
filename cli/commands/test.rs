//! `wr test`: the tests of scripts, each tried on the rows that it gives.

use std::path::PathBuf;

use serde_json::{Value as Json, json};
use wr_base::diag::Severity;
use wr_base::value::{Value, Zone};

use crate::args::Test;
use crate::exit::Exit;
use crate::location::scripts_in;
use crate::project::analyse_for_tests;
use crate::render::diagnostics::{count, render};
use crate::render::difference::{cell_words, table_of};
use crate::render::terminal::Terminal;
use crate::say;
use crate::trial::{Mismatch, Verdict, try_test};

pub(super) fn test(arguments: &Test, terminal: Terminal) -> Exit {
    let named = if arguments.scripts.is_empty() { vec![PathBuf::from(".")] } else { arguments.scripts.clone() };
    let scripts = match scripts_in(&named) {
        Ok(scripts) => scripts,
        Err(problem) => return say::not_found(terminal, &problem),
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            say::note(&format!("{} {error}", terminal.red("error:")));
            return Exit::Internal;
        }
    };
    let (mut passed, mut failed, mut broken) = (0_usize, 0_usize, false);
    let mut documents = Vec::new();
    for script in &scripts {
        let analysed = match analyse_for_tests(script) {
            Ok(analysed) => analysed,
            Err(problem) => return say::not_found(terminal, &problem),
        };
        let analysis = &analysed.analysis;
        if analysis.program.tests.is_empty() && scripts.len() > 1 {
            continue;
        }
        let path = script.strip_prefix(".").unwrap_or(script).display().to_string();
        let Some(program) = analysis.checked() else {
            broken = true;
            let errors: Vec<_> = analysis.diagnostics.iter().filter(|one| one.severity == Severity::Error).collect();
            errors.iter().for_each(|one| say::note(&render(one, &analysis.sources, terminal)));
            say::note(&format!("{path}: {}, so its tests were not tried", count(errors.len(), 0)));
            continue;
        };
        let report = &analysis.program.report;
        if !arguments.json && !analysis.program.tests.is_empty() {
            say::result(&format!("{}\n", terminal.bold(&path)));
        }
        for test in &analysis.program.tests {
            let verdict = try_test(&program, test, &runtime);
            let is_passed = verdict.mismatches.is_empty();
            *if is_passed { &mut passed } else { &mut failed } += 1;
            if arguments.json {
                documents.push(document(&path, &test.title, &verdict));
            } else {
                say::result(&told(&test.title, &verdict, &report.locale, report.zone, terminal));
            }
        }
    }
    let counts = match (passed + failed, failed) {
        (0, _) => "no tests".to_owned(),
        (1, 0) => "1 test passed".to_owned(),
        (all, 0) => format!("{all} tests passed"),
        (all, failed) => format!("{failed} of {all} {} failed", if all == 1 { "test" } else { "tests" }),
    };
    if arguments.json {
        say::result(&format!("{:#}\n", json!({ "passed": passed, "failed": failed, "tests": documents })));
    } else {
        say::note(&counts);
    }
    match (broken, failed) {
        (true, _) => Exit::Script,
        (false, 0) => Exit::Done,
        (false, _) => Exit::Failed,
    }
}

/// A line for a test that passed; what was expected and what came for one that did not.
fn told(title: &str, verdict: &Verdict, locale: &str, zone: Zone, terminal: Terminal) -> String {
    if verdict.mismatches.is_empty() {
        return format!("  {}  {title}\n", terminal.green("passed"));
    }
    let mut text = format!("  {}  {title}\n", terminal.red("failed"));
    for mismatch in &verdict.mismatches {
        match mismatch {
            Mismatch::Words(lines) => lines.iter().for_each(|line| text.push_str(&format!("    {line}\n"))),
            Mismatch::Rows { words, headings, differences } => {
                text.push_str(&table_of(
                    words,
                    headings,
                    differences,
                    &|value| cell_words(value, locale, zone),
                    terminal,
                ));
            }
        }
    }
    text
}

fn document(path: &str, title: &str, verdict: &Verdict) -> Json {
    let cells = |row: &[Value]| row.iter().map(wr_runtime::run::canonical_json).collect::<Json>();
    let mismatches: Vec<Json> = verdict
        .mismatches
        .iter()
        .map(|mismatch| match mismatch {
            Mismatch::Words(lines) => json!({ "message": lines.join("\n") }),
            Mismatch::Rows { words, headings, differences } => {
                use wr_runtime::run::RowDifference::{Different, Extra, Missing};
                let rows: Vec<Json> = differences
                    .iter()
                    .map(|difference| match difference {
                        Missing(row) => json!({ "kind": "missing", "expected": cells(row) }),
                        Extra(row) => json!({ "kind": "extra", "got": cells(row) }),
                        Different { expected, got } => {
                            json!({ "kind": "different", "expected": cells(expected), "got": cells(got) })
                        }
                    })
                    .collect();
                json!({ "of": words, "columns": headings, "rows": rows })
            }
        })
        .collect();
    json!({ "script": path, "title": title, "passed": verdict.mismatches.is_empty(), "differences": mismatches })
}
