//! `wr check`: scripts to diagnostics.

use std::path::PathBuf;

use serde_json::json;
use wr_base::diag::{Diagnostic, Severity};
use wr_base::source::SourceSet;

use crate::args::Check;
use crate::exit::Exit;
use crate::location::scripts_in;
use crate::project::analyse;
use crate::render::diagnostics::{count, render};
use crate::render::terminal::Terminal;
use crate::say;

pub(super) fn check(arguments: &Check, terminal: Terminal) -> Exit {
    let named = if arguments.scripts.is_empty() { vec![PathBuf::from(".")] } else { arguments.scripts.clone() };
    let scripts = match scripts_in(&named) {
        Ok(scripts) => scripts,
        Err(problem) => return say::not_found(terminal, &problem),
    };
    // A library is checked with each script that imports it; what it has to say is said once.
    let mut said: Vec<(String, Diagnostic)> = Vec::new();
    let mut documents = Vec::new();
    for script in &scripts {
        let analysed = match analyse(script) {
            Ok(analysed) => analysed,
            Err(problem) => return say::not_found(terminal, &problem),
        };
        let sources = &analysed.analysis.sources;
        for diagnostic in &analysed.analysis.diagnostics {
            let file = path_of(diagnostic, sources);
            let known = said.iter().any(|(path, earlier)| *path == file && same(earlier, diagnostic));
            if known {
                continue;
            }
            if arguments.json {
                documents.push(document(diagnostic, sources));
            } else {
                say::note(&render(diagnostic, sources, terminal));
            }
            said.push((file, diagnostic.clone()));
        }
    }
    let errors = said.iter().filter(|(_, diagnostic)| diagnostic.severity == Severity::Error).count();
    let warnings = said.len() - errors;
    if arguments.json {
        say::result(&format!("{:#}\n", json!({ "errors": errors, "warnings": warnings, "diagnostics": documents })));
    } else {
        let scripts = if scripts.len() == 1 { "1 script".to_owned() } else { format!("{} scripts", scripts.len()) };
        say::note(&format!("{} in {scripts}", count(errors, warnings)));
    }
    if errors > 0 || (arguments.strict && warnings > 0) { Exit::Script } else { Exit::Done }
}

fn path_of(diagnostic: &Diagnostic, sources: &SourceSet) -> String {
    sources.get(diagnostic.primary.span.file).map_or_else(String::new, |file| file.path.clone())
}

/// File ids differ between analyses; the place in the file does not.
fn same(a: &Diagnostic, b: &Diagnostic) -> bool {
    a.code == b.code && a.primary.span.range() == b.primary.span.range() && a.headline == b.headline
}

/// For machines: lines and columns count from 1, columns in characters.
fn document(diagnostic: &Diagnostic, sources: &SourceSet) -> serde_json::Value {
    let span = diagnostic.primary.span;
    let (line, column) = sources.get(span.file).map_or((0, 0), |file| {
        let (line, column) = file.line_column(span.start);
        let start = file.line_start(line).unwrap_or(0);
        let characters = file.slice(start, start + column).chars().count();
        (line + 1, characters + 1)
    });
    let fixes: Vec<_> = diagnostic
        .fixes
        .iter()
        .map(|fix| {
            let edits: Vec<_> = fix
                .edits
                .iter()
                .map(|edit| json!({ "start": edit.span.start, "end": edit.span.end, "replacement": edit.replacement }))
                .collect();
            json!({ "title": fix.title, "safe": fix.safety == wr_base::diag::Safety::Safe, "edits": edits })
        })
        .collect();
    json!({
        "code": diagnostic.code.as_str(),
        "severity": match diagnostic.severity { Severity::Error => "error", Severity::Warning => "warning" },
        "headline": diagnostic.headline,
        "label": diagnostic.primary.text,
        "path": path_of(diagnostic, sources),
        "line": line,
        "column": column,
        "start": span.start,
        "end": span.end,
        "notes": diagnostic.notes,
        "help": diagnostic.help,
        "fixes": fixes,
    })
}
