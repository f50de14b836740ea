//! A script on the disk to its analysis, with its project around it.

use std::path::{Path, PathBuf};

use wr_base::diag::Severity;
use wr_sema::Analysis;
use wr_sema::hir::CheckedProgram;
use wr_sema::project::Project;

use crate::exit::Exit;
use crate::location::{FolderLoader, NotFound, locate};
use crate::render::diagnostics::{count, render};
use crate::render::terminal::Terminal;
use crate::say;

/// A script with all that is known about it before anything runs.
pub(crate) struct Analysed {
    /// The project's folder, absolute.
    pub(crate) root: PathBuf,
    pub(crate) project: Project,
    pub(crate) analysis: Analysis,
}

/// Reads and checks a script.
///
/// # Errors
/// When there is no such script. What is wrong *in* it stands in the analysis.
pub(crate) fn analyse(script: &Path) -> Result<Analysed, NotFound> {
    let location = locate(script)?;
    let loader = FolderLoader { root: location.root.clone() };
    let loaded = wr_sema::project::load(&loader);
    let mut analysis = wr_sema::analyse(&loader, &location.script, &loaded.project);
    let _ = &mut analysis;
    Ok(Analysed { root: location.root, project: loaded.project, analysis })
}

/// As [`analyse`], for commands that go on only with a script without errors: says what is wrong and gives the exit code.
pub(crate) fn checked(script: &Path, terminal: Terminal) -> Result<(Analysed, CheckedProgram), Exit> {
    let analysed = analyse(script).map_err(|problem| say::not_found(terminal, &problem))?;
    let analysis = &analysed.analysis;
    for diagnostic in &analysis.diagnostics {
        say::note(&render(diagnostic, &analysis.sources, terminal));
    }
    match analysis.checked() {
        Some(program) => Ok((analysed, program)),
        None => {
            let errors = analysis.diagnostics.iter().filter(|one| one.severity == Severity::Error).count();
            say::note(&format!("{}: nothing was run", count(errors, analysis.diagnostics.len() - errors)));
            Err(Exit::Script)
        }
    }
}
