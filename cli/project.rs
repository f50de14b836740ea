//! A script on the disk to its analysis, with its project around it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use wr_base::diag::Severity;
use wr_plan::declaration::Engine;
use wr_plan::place::Drivers;
use wr_runtime::run::store_path;
use wr_runtime::sources::{ConnectionSetup, Sources};
use wr_runtime::store::EmbeddedRows;
use wr_sema::Analysis;
use wr_sema::hir::CheckedProgram;
use wr_sema::project::{Driver, Project};

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
    let read = wr_sema::project::read_project(&loader);
    let analysis = wr_sema::analyse(&loader, &location.script, &read.project);
    Ok(Analysed { root: location.root, project: read.project, analysis })
}

impl Analysed {
    /// Which engine answers for each connection, as `wr.toml` says.
    pub(crate) fn drivers(&self) -> Drivers {
        let mut drivers = Drivers::default();
        for (name, connection) in self.project.connections.iter().flatten() {
            let engine = match connection.driver {
                Driver::Local => Engine::Local,
                Driver::ClickHouse => Engine::ClickHouse,
                Driver::SqlServer => Engine::SqlServer,
                Driver::Amplitude => Engine::Amplitude,
            };
            drivers.set(name, engine);
        }
        drivers
    }

    /// The connections that can be reached: folders of tables.
    pub(crate) fn sources(&self) -> Sources {
        let folders = self.project.connections.iter().flatten().filter_map(|(name, connection)| {
            let folder = self.root.join(connection.folder.as_ref()?);
            Some((name.clone(), ConnectionSetup::Local { folder, zone: None }))
        });
        Sources::new(folders, Arc::new(EmbeddedRows { store: store_path(&self.root) }))
    }
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
