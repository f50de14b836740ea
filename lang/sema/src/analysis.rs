//! A script's path to everything that is known about it: its texts, the typed program, what is wrong.

use wr_base::diag::{Diagnostic, Severity};
use wr_base::loader::Loader;
use wr_base::source::SourceSet;

use crate::hir::{CheckedProgram, Program};
use crate::project::Project;

/// What is known about a script and the files that it imports.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// All texts that were read; the script itself is the first.
    pub sources: SourceSet,
    /// As far as it could be understood.
    pub program: Program,
    /// In the order of the text, each once.
    pub diagnostics: Vec<Diagnostic>,
}

impl Analysis {
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// The program, when nothing is wrong with it.
    #[must_use]
    pub fn checked(&self) -> Option<CheckedProgram> {
        (!self.has_errors()).then(|| CheckedProgram::new(self.program.clone()))
    }
}

/// Reads, resolves and types a script with everything that it imports. Paths are relative to the project's folder.
#[must_use]
pub fn analyse(loader: &dyn Loader, path: &str, project: &Project) -> Analysis {
    crate::resolve::check_script(loader, path, project)
}
