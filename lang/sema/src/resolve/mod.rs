//! Files to names: statements in the order of the text, each adding to what the ones below it can name.

use wr_base::loader::Loader;
use wr_base::source::SourceText;
use wr_base::span::FileId;
use wr_plan::declaration::Report;

use crate::analysis::Analysis;
use crate::checker::{Checker, Place};
use crate::hir::Program;
use crate::project::Project;

/// Checks a script with everything that it imports.
pub(crate) fn check_script(loader: &dyn Loader, path: &str, project: &Project) -> Analysis {
    let report = Report {
        title: path.to_owned(),
        doc: String::new(),
        zone: project.zone,
        locale: project.locale.clone(),
        path: path.to_owned(),
    };
    let mut checker = Checker::new(report, Place { file: FileId(0), base: 0 });
    let text = loader.load(path).unwrap_or_default();
    checker.sources.add(SourceText::new(path, text));
    crate::outputs::finish(&mut checker);
    Analysis {
        sources: checker.sources,
        files: Vec::new(),
        program: Program {
            report: checker.report,
            tables: checker.tables,
            values: checker.values,
            relations: checker.relations,
            facts: checker.facts,
            expectations: checker.expectations,
            records: checker.records,
            exports: checker.exports,
            steps: checker.steps,
            origins: checker.origins,
        },
        diagnostics: checker.diagnostics.sorted(),
    }
}
