//! Files to names: statements in the order of the text, each adding to what the ones below it can name.
//!
//! Invariants: each file has its own names, and sees of others only what its `use` statements take; a file is checked once
//! however often it is imported; a broken statement declares its names as unknown, so nobody complains about them again.

mod declare;
pub(crate) mod errors;
mod function;
mod import;
mod once;
mod report;
mod schema;
mod value;

pub(crate) use declare::{declare_relation, declare_step, declare_value, same_but_for_case, warn_of_case};
pub(crate) use import::Imports;
pub(crate) use schema::{columns, key, table_named};

use std::collections::BTreeMap;

use wr_base::loader::Loader;
use wr_base::span::{FileId, Span};
use wr_plan::declaration::Report;
use wr_syntax::{UnreadTable, ast};

use crate::analysis::Analysis;
use crate::checker::{Checker, Place};
use crate::definitions;
use crate::hir::Program;
use crate::outputs;
use crate::params;
use crate::project::Project;
use crate::relations;

/// What a file may hold: outputs and parameters belong into the script that is run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Script,
    Library,
}

/// Checks a script with everything that it imports.
pub(crate) fn check_script(loader: &dyn Loader, path: &str, project: &Project) -> Analysis {
    let report = Report {
        title: title_of(path),
        doc: String::new(),
        zone: project.zone,
        locale: project.locale.clone(),
        path: path.to_owned(),
        max_rows_read: None,
    };
    let mut checker = Checker::new(report, Place { file: FileId(0), base: 0 });
    checker.drivers = project.engines();
    let mut imports = Imports::new(loader, project);
    import::check_root(&mut checker, &mut imports, path);
    outputs::finish(&mut checker);
    relations::fan_out::warn(&mut checker);
    relations::depth::check(&mut checker);
    let mut analysis = Analysis {
        sources: checker.sources,
        program: Program {
            report: checker.report,
            tables: checker.tables,
            values: checker.values,
            relations: checker.relations,
            facts: checker.facts,
            expectations: checker.expectations,
            records: checker.records,
            exports: checker.exports,
            reveals: checker.reveals,
            tests: checker.tests,
            steps: checker.steps,
            origins: checker.origins,
        },
        diagnostics: once::each_name_once(checker.diagnostics.sorted()),
    };
    crate::place::check(&mut analysis, &project.engines());
    analysis
}

/// The name of a script without a `report`: `weekly` of `reports/weekly.wr`.
fn title_of(path: &str) -> String {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.strip_suffix(".wr").unwrap_or(file).to_owned()
}

/// The statements of a file, from top to bottom.
pub(crate) fn check_statements(
    checker: &mut Checker,
    imports: &mut Imports<'_>,
    file: FileId,
    tree: &ast::File,
    unread: Vec<UnreadTable>,
    role: Role,
) {
    checker.declared_below =
        tree.statements.iter().filter_map(|statement| declared_name(statement, file)).collect::<BTreeMap<_, _>>();
    let mut has_report = None;
    let mut unread = unread.into_iter().peekable();
    for statement in &tree.statements {
        while let Some(table) = unread.next_if(|table| table.place.start < statement.start) {
            schema::declare_unread(checker, table);
        }
        checker.place = Place { file, base: statement.start };
        if let Some((name, span)) = declared_name(statement, file)
            && checker.declared_below.get(&name) == Some(&span)
        {
            checker.declared_below.remove(&name);
        }
        if role == Role::Library && !belongs_into_library(&statement.kind) {
            let span = checker.span(statement.range);
            checker.report(errors::not_in_library(span, word(&statement.kind)));
            declare::unknown_names(checker, &statement.kind);
            continue;
        }
        check_statement(checker, imports, statement, &mut has_report);
    }
    for table in unread {
        schema::declare_unread(checker, table);
    }
    checker.declared_below = BTreeMap::new();
}

fn check_statement(
    checker: &mut Checker,
    imports: &mut Imports<'_>,
    statement: &ast::Statement,
    has_report: &mut Option<Span>,
) {
    match &statement.kind {
        ast::StatementKind::Report(report) => report::check(checker, report, has_report),
        ast::StatementKind::Use(taken) => import::check_use(checker, imports, taken),
        ast::StatementKind::Source(source) => schema::check_source(checker, imports, source),
        ast::StatementKind::Table(table) => schema::check_table(checker, table),
        ast::StatementKind::Param(param) => params::check(checker, param, statement.range),
        ast::StatementKind::LetRelation(declared) => definitions::check_relation(checker, declared, statement.range),
        ast::StatementKind::LetValue(declared) => value::check_value(checker, declared, statement.range),
        ast::StatementKind::Function(function) => function::check(checker, function),
        ast::StatementKind::Step(declared) => definitions::check_step(checker, declared, statement.range),
        ast::StatementKind::Expect(expect) => outputs::check_expect(checker, expect),
        ast::StatementKind::Split(split) => outputs::check_split(checker, split),
        ast::StatementKind::Record(record) => outputs::check_record(checker, record),
        ast::StatementKind::Export(export) => outputs::check_export(checker, export),
        ast::StatementKind::Reveal(reveal) => outputs::check_reveal(checker, reveal, statement.range),
        // A library's tests are tried when it is named, not with each script that uses it.
        ast::StatementKind::Test(test) if imports.is_root() => outputs::check_test(checker, test),
        ast::StatementKind::Test(_) => {}
        ast::StatementKind::Error(_) => {
            checker.has_unclear_export |= imports.is_root();
            declare::unknown_names(checker, &statement.kind);
        }
    }
}

const fn belongs_into_library(kind: &ast::StatementKind) -> bool {
    match kind {
        ast::StatementKind::Use(_)
        | ast::StatementKind::Source(_)
        | ast::StatementKind::Table(_)
        | ast::StatementKind::LetRelation(_)
        | ast::StatementKind::LetValue(_)
        | ast::StatementKind::Function(_)
        | ast::StatementKind::Step(_)
        | ast::StatementKind::Test(_)
        | ast::StatementKind::Error(_) => true,
        ast::StatementKind::Report(_)
        | ast::StatementKind::Param(_)
        | ast::StatementKind::Expect(_)
        | ast::StatementKind::Split(_)
        | ast::StatementKind::Record(_)
        | ast::StatementKind::Export(_)
        | ast::StatementKind::Reveal(_) => false,
    }
}

const fn word(kind: &ast::StatementKind) -> &'static str {
    match kind {
        ast::StatementKind::Report(_) => "report",
        ast::StatementKind::Use(_) => "use",
        ast::StatementKind::Source(_) => "source",
        ast::StatementKind::Table(_) => "table",
        ast::StatementKind::Param(_) => "param",
        ast::StatementKind::LetRelation(_) | ast::StatementKind::LetValue(_) => "let",
        ast::StatementKind::Function(_) => "fn",
        ast::StatementKind::Step(_) => "step",
        ast::StatementKind::Expect(_) => "expect",
        ast::StatementKind::Split(_) => "split",
        ast::StatementKind::Record(_) => "record",
        ast::StatementKind::Export(_) => "export",
        ast::StatementKind::Reveal(_) => "reveal",
        ast::StatementKind::Test(_) => "test",
        ast::StatementKind::Error(_) => "statement",
    }
}

/// The name that a statement gives to those below it, `name`, `$name` or `apply name`, and its place.
fn declared_name(statement: &ast::Statement, file: FileId) -> Option<(String, Span)> {
    let (name, range) = match &statement.kind {
        ast::StatementKind::LetRelation(declared) => (declared.name.text.clone(), declared.name.range),
        ast::StatementKind::Step(declared) => (format!("apply {}", declared.name.text), declared.name.range),
        ast::StatementKind::Param(param) => (format!("${}", param.name.text), param.name.range),
        ast::StatementKind::LetValue(declared) => (format!("${}", declared.name.text), declared.name.range),
        ast::StatementKind::Report(_)
        | ast::StatementKind::Use(_)
        | ast::StatementKind::Source(_)
        | ast::StatementKind::Table(_)
        | ast::StatementKind::Function(_)
        | ast::StatementKind::Expect(_)
        | ast::StatementKind::Split(_)
        | ast::StatementKind::Record(_)
        | ast::StatementKind::Export(_)
        | ast::StatementKind::Reveal(_)
        | ast::StatementKind::Test(_)
        | ast::StatementKind::Error(_) => return None,
    };
    Some((name, statement.span(file, range)))
}
