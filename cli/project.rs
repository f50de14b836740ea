//! A script on the disk to its analysis, with its project around it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use wr_base::diag::{Diagnostic, Severity};
use wr_base::source::SourceSet;
use wr_plan::declaration::Engine;
use wr_plan::place::Drivers;
use wr_runtime::run::store_path;
use wr_runtime::sources::Sources;
use wr_runtime::sources::person_file::PersonFiles;
use wr_runtime::store::EmbeddedRows;
use wr_sema::Analysis;
use wr_sema::hir::CheckedProgram;
use wr_sema::project::{Driver, Project, read_project_as};

use crate::args::Profile;
use crate::connections::setup;
use crate::exit::Exit;
use crate::location::{FolderLoader, NotFound, locate, project_root};
use crate::render::diagnostics::{count, render};
use crate::render::terminal::Terminal;
use crate::say;

/// A script with all that is known about it before anything runs.
pub(crate) struct Analysed {
    /// The project's folder, absolute.
    pub(crate) root: PathBuf,
    pub(crate) project: Project,
    pub(crate) analysis: Analysis,
    /// What people named for parameters.
    pub(crate) files: PersonFiles,
    /// What is wrong with `wr.toml`, and its text.
    project_diagnostics: Vec<Diagnostic>,
    project_sources: SourceSet,
}

/// Reads and checks a script.
///
/// # Errors
/// When there is no such script. What is wrong *in* it stands in the analysis.
pub(crate) fn analyse(script: &Path, profile: &Profile) -> Result<Analysed, NotFound> {
    analyse_with(script, profile, |project| project)
}

/// As [`analyse`], for the tests of a script: they ask no source, so it is no matter where connections lead.
///
/// # Errors
/// When there is no such script.
pub(crate) fn analyse_for_tests(script: &Path) -> Result<Analysed, NotFound> {
    analyse_with(script, &Profile::default(), Project::without_connections)
}

fn analyse_with(
    script: &Path,
    profile: &Profile,
    project: impl FnOnce(Project) -> Project,
) -> Result<Analysed, NotFound> {
    let location = locate(script)?;
    let loader = FolderLoader { root: location.root.clone() };
    let mut read = read_project_as(&loader, profile.profile.as_deref());
    read.project = project(read.project);
    let analysis = wr_sema::analyse(&loader, &location.script, &read.project);
    Ok(Analysed {
        root: location.root,
        project: read.project,
        analysis,
        files: PersonFiles::default(),
        project_diagnostics: read.diagnostics,
        project_sources: read.sources,
    })
}

impl Analysed {
    /// All that is wrong, with the texts that it points into: first with the project, then with the script.
    pub(crate) fn diagnostics(&self) -> impl Iterator<Item = (&Diagnostic, &SourceSet)> {
        let project = self.project_diagnostics.iter().map(|one| (one, &self.project_sources));
        project.chain(self.analysis.diagnostics.iter().map(|one| (one, &self.analysis.sources)))
    }

    /// Which engine answers for each connection, as `wr.toml` says.
    pub(crate) fn drivers(&self) -> Drivers {
        let mut drivers = Drivers::default();
        for (name, connection) in self.project.connections.iter().flatten() {
            let engine = match connection.driver() {
                Driver::Local => Engine::Local,
                Driver::ClickHouse => Engine::ClickHouse,
                Driver::SqlServer => Engine::SqlServer,
                Driver::Amplitude => Engine::Amplitude,
            };
            drivers.set(name, engine);
        }
        drivers
    }

    /// The connections that can be reached.
    pub(crate) fn sources(&self) -> Sources {
        sources(&self.project, &self.root).with_files(self.files.clone())
    }
}

pub(crate) fn sources(project: &Project, root: &Path) -> Sources {
    let connections = project.connections.iter().flatten();
    let setups = connections.filter_map(|(name, connection)| Some((name.clone(), setup(name, connection, root)?)));
    Sources::new(setups, Arc::new(EmbeddedRows { store: store_path(root) }))
}

/// The connections of the project of this folder, without a script; says what is wrong with `wr.toml`.
pub(crate) fn sources_here(profile: &Profile, terminal: Terminal) -> Result<Sources, Exit> {
    let (project, root) = project_here(profile, terminal)?;
    Ok(sources(&project, &root))
}

/// As [`sources_here`], with the kind of one connection.
pub(crate) fn connection_here(name: &str, profile: &Profile, terminal: Terminal) -> Result<(Sources, Driver), Exit> {
    let (project, root) = project_here(profile, terminal)?;
    let known = project.connections.iter().flatten();
    let Some((_, connection)) = known.clone().find(|(other, _)| *other == name) else {
        let names: Vec<&str> = known.map(|(other, _)| other.as_str()).collect();
        let words = format!("wr.toml has no connection `{name}`; it has {}", names.join(", "));
        return Err(say::usage(terminal, &words));
    };
    Ok((sources(&project, &root), connection.driver()))
}

/// The project of this folder, without a script, and its folder; says what is wrong with `wr.toml`.
pub(crate) fn project_here(profile: &Profile, terminal: Terminal) -> Result<(Project, PathBuf), Exit> {
    let root = project_root(Path::new("."));
    let read = read_project_as(&FolderLoader { root: root.clone() }, profile.profile.as_deref());
    for diagnostic in &read.diagnostics {
        say::note(&render(diagnostic, &read.sources, terminal));
    }
    if read.diagnostics.iter().any(|one| one.severity == Severity::Error) {
        return Err(Exit::Script);
    }
    Ok((read.project, root))
}

/// As [`analyse`], for commands that go on only with a script without errors: says what is wrong and gives the exit code.
pub(crate) fn checked(
    script: &Path,
    profile: &Profile,
    terminal: Terminal,
) -> Result<(Analysed, CheckedProgram), Exit> {
    let analysed = analyse(script, profile).map_err(|problem| say::not_found(terminal, &problem))?;
    for (diagnostic, sources) in analysed.diagnostics() {
        say::note(&render(diagnostic, sources, terminal));
    }
    let errors = analysed.diagnostics().filter(|(one, _)| one.severity == Severity::Error).count();
    match analysed.analysis.checked() {
        Some(program) if errors == 0 => Ok((analysed, program)),
        Some(_) | None => {
            let all = analysed.diagnostics().count();
            say::note(&format!("{}: nothing was run", count(errors, all - errors)));
            Err(Exit::Script)
        }
    }
}
