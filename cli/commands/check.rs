//! `wr check`: scripts to diagnostics.

use std::path::{Path, PathBuf};

use wr_base::diag::{Diagnostic, Severity};
use wr_base::source::SourceSet;

use crate::args::{Check, CheckFormat};
use crate::exit::Exit;
use crate::location::{scripts_in, slashed};
use crate::project::analyse;
use crate::render::check_report::{Found, github, json, sarif};
use crate::render::diagnostics::{count, render};
use crate::render::terminal::Terminal;
use crate::say;

pub(super) fn check(arguments: &Check, terminal: Terminal) -> Exit {
    let named = if arguments.scripts.is_empty() { vec![PathBuf::from(".")] } else { arguments.scripts.clone() };
    let scripts = match scripts_in(&named) {
        Ok(scripts) => scripts,
        Err(problem) => return say::not_found(terminal, &problem),
    };
    let format = if arguments.json { CheckFormat::Json } else { arguments.format };
    // A library is checked with each script that imports it, the project with each; what is found is said once.
    let mut found: Vec<Found> = Vec::new();
    let mut tell = |diagnostic: &Diagnostic, sources: &SourceSet, root: &Path| {
        let one = Found::new(diagnostic, sources, &|path| from_here(&root.join(path)));
        if found.iter().any(|earlier| earlier.is(&one)) {
            return;
        }
        if format == CheckFormat::Text {
            say::note(&render(diagnostic, sources, terminal));
        }
        found.push(one);
    };
    let mut reports = Vec::new();
    for script in &scripts {
        let analysed = match analyse(script, &arguments.at) {
            Ok(analysed) => analysed,
            Err(problem) => return say::not_found(terminal, &problem),
        };
        for (diagnostic, sources) in analysed.diagnostics() {
            tell(diagnostic, sources, &analysed.root);
        }
        // Only reports that split can have a seed in common; there are few of them, and each takes memory.
        if wr_sema::splits(&analysed.analysis) {
            reports.push(analysed);
        }
    }
    for (at, report) in reports.iter().enumerate() {
        let same_project = reports.iter().enumerate().filter(|(other, one)| *other != at && one.root == report.root);
        let others: Vec<_> = same_project.map(|(_, one)| &one.analysis).collect();
        for diagnostic in wr_sema::shared_seeds(&report.analysis, &others) {
            tell(&diagnostic, &report.analysis.sources, &report.root);
        }
    }
    let errors = found.iter().filter(|one| one.diagnostic.severity == Severity::Error).count();
    let warnings = found.len() - errors;
    match format {
        CheckFormat::Text => {}
        CheckFormat::Json => say::result(&json(&found)),
        CheckFormat::Sarif => say::result(&sarif(&found)),
        CheckFormat::Github => say::result(&github(&found)),
    }
    if format == CheckFormat::Text {
        let scripts = if scripts.len() == 1 { "1 script".to_owned() } else { format!("{} scripts", scripts.len()) };
        say::note(&format!("{} in {scripts}", count(errors, warnings)));
    }
    if errors > 0 || (arguments.strict && warnings > 0) { Exit::Script } else { Exit::Done }
}

/// A path as one types it in the current folder, where it lies below; for other programs, with `/`.
fn from_here(path: &Path) -> String {
    let here = std::env::current_dir().and_then(std::fs::canonicalize).unwrap_or_default();
    slashed(path.strip_prefix(here).unwrap_or(path))
}
