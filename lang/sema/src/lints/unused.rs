//! Parameters, `let`s and imported names that nothing uses, in a script that puts something out.
//!
//! A runner who fills in a parameter believes that it does something. A script without an output is not finished: there
//! nobody is told. A connection that is taken for nothing does no harm.

use std::collections::BTreeSet;

use wr_base::diag::Edit;
use wr_base::span::{FileId, TextRange};
use wr_syntax::ast::{self, StatementKind, visit};

use super::errors;
use crate::checker::{Checker, Names};

pub(super) fn check(checker: &mut Checker, file: FileId, tree: &ast::File, names: &Names) {
    let puts_out =
        |statement: &ast::Statement| matches!(statement.kind, StatementKind::Export(_) | StatementKind::Record(_));
    if checker.diagnostics.has_errors() || !tree.statements.iter().any(puts_out) {
        return;
    }
    let used = used(tree);
    let mut found = Vec::new();
    for statement in &tree.statements {
        let span = |range: TextRange| statement.span(file, range);
        let whole = vec![Edit { span: span(statement.range), replacement: String::new() }];
        match &statement.kind {
            StatementKind::Param(param) if !used.values.contains(param.name.text.as_str()) => {
                found.push(errors::unused_parameter(span(param.name.range), &param.name.text, whole));
            }
            StatementKind::LetValue(value)
                if !used.values.contains(value.name.text.as_str())
                    && !used.given.contains(value.name.text.as_str()) =>
            {
                found.push(errors::unused_let(span(value.name.range), &format!("${}", value.name.text), whole));
            }
            StatementKind::LetRelation(relation) if !used.names.contains(relation.name.text.as_str()) => {
                found.push(errors::unused_let(span(relation.name.range), &relation.name.text, whole));
            }
            StatementKind::Step(step) if !used.names.contains(step.name.text.as_str()) => {
                found.push(errors::unused_let(span(step.name.range), &step.name.text, whole));
            }
            StatementKind::Use(taken) => {
                for (at, name) in taken.names.iter().enumerate() {
                    let is_used = used.names.contains(name.text.as_str()) || used.values.contains(name.text.as_str());
                    if !is_used && !names.connections.contains_key(&name.text) {
                        let edits =
                            vec![Edit { span: span(without(taken, at, statement)), replacement: String::new() }];
                        found.push(errors::unused_import(span(name.range), &name.text, edits));
                    }
                }
            }
            StatementKind::Report(_)
            | StatementKind::Source(_)
            | StatementKind::Table(_)
            | StatementKind::Param(_)
            | StatementKind::LetRelation(_)
            | StatementKind::LetValue(_)
            | StatementKind::Function(_)
            | StatementKind::Step(_)
            | StatementKind::Expect(_)
            | StatementKind::Split(_)
            | StatementKind::Record(_)
            | StatementKind::Export(_)
            | StatementKind::Reveal(_)
            | StatementKind::Test(_)
            | StatementKind::Error(_) => {}
        }
    }
    for diagnostic in found {
        checker.report(diagnostic);
    }
}

/// A name of a `use` with its comma; the whole statement where it is the only one.
fn without(names: &ast::Use, at: usize, statement: &ast::Statement) -> TextRange {
    let Some(name) = names.names.get(at) else { return statement.range };
    let before = at.checked_sub(1).and_then(|before| names.names.get(before));
    match (before, names.names.get(at + 1)) {
        (_, Some(next)) => TextRange::new(name.range.start, next.range.start),
        (Some(before), None) => TextRange::new(before.range.end, name.range.end),
        (None, None) => statement.range,
    }
}

/// Names that stand anywhere but where they are declared. One that could be a column counts as used.
#[derive(Default)]
struct Used<'a> {
    /// `$name`
    values: BTreeSet<&'a str>,
    /// `$name` to which a test gives a value.
    given: BTreeSet<&'a str>,
    /// Relations, connections, functions.
    names: BTreeSet<&'a str>,
}

fn used(tree: &ast::File) -> Used<'_> {
    let mut used = Used::default();
    for statement in &tree.statements {
        visit::Visitor::statement(&mut used, statement);
        match &statement.kind {
            StatementKind::Split(split) => {
                used.names.insert(&split.relation.text);
            }
            StatementKind::Param(param) => {
                if let ast::TypeNameKind::Cohort(connection) = &param.ty.kind {
                    used.names.insert(&connection.text);
                }
            }
            StatementKind::Export(export) => headings(&mut used, &export.content),
            StatementKind::Test(test) => {
                used.given.extend(test.given.iter().filter_map(|given| match &given.kind {
                    ast::GivenKind::Value { name, .. } | ast::GivenKind::File { name, .. } => Some(name.text.as_str()),
                    ast::GivenKind::Table { .. } | ast::GivenKind::Now(_) => None,
                }));
            }
            StatementKind::Report(_)
            | StatementKind::Use(_)
            | StatementKind::Source(_)
            | StatementKind::Table(_)
            | StatementKind::LetRelation(_)
            | StatementKind::LetValue(_)
            | StatementKind::Function(_)
            | StatementKind::Step(_)
            | StatementKind::Expect(_)
            | StatementKind::Record(_)
            | StatementKind::Reveal(_)
            | StatementKind::Error(_) => {}
        }
    }
    used
}

/// `value as label($measure)`
fn headings<'a>(used: &mut Used<'a>, content: &'a ast::ExportContent) {
    let columns: Vec<&[ast::OutputColumn]> = match content {
        ast::ExportContent::Relation { columns, .. } => vec![columns.as_deref().unwrap_or_default()],
        ast::ExportContent::Sheets(sheets) => {
            sheets.iter().map(|sheet| sheet.columns.as_deref().unwrap_or_default()).collect()
        }
    };
    for column in columns.into_iter().flatten() {
        if let Some(ast::Heading::LabelOf(value)) = &column.heading {
            used.values.insert(&value.text);
        }
    }
}

impl<'a> visit::Visitor<'a> for Used<'a> {
    fn relation(&mut self, relation: &'a ast::RelationName) {
        self.names.insert(relation.qualifier.as_ref().map_or(&relation.name.text, |qualifier| &qualifier.text));
        visit::walk_relation(self, relation);
    }

    fn step(&mut self, step: &'a ast::Step) {
        if let ast::StepKind::FromFile(read) = &step.kind {
            self.values.insert(&read.file.text);
        } else if let ast::StepKind::FromQuery(query) = &step.kind {
            self.names.insert(&query.connection.text);
        } else if let ast::StepKind::Apply(apply) = &step.kind {
            self.names.insert(&apply.name.text);
        }
        visit::walk_step(self, step);
    }

    fn expr(&mut self, expr: &'a ast::Expr) {
        match &expr.kind {
            ast::ExprKind::Value(name) | ast::ExprKind::FileColumn { file: name, .. } => {
                self.values.insert(&name.text);
            }
            ast::ExprKind::Name(name) => {
                self.names.insert(&name.text);
            }
            ast::ExprKind::Qualified { qualifier, .. } => {
                self.names.insert(&qualifier.text);
            }
            ast::ExprKind::Call(call) => {
                self.names.insert(&call.name.text);
                self.values.extend(call.since.iter().flat_map(|since| &since.same).map(|name| name.text.as_str()));
            }
            ast::ExprKind::Literal(_)
            | ast::ExprKind::Text(_)
            | ast::ExprKind::Pattern(_)
            | ast::ExprKind::List(_)
            | ast::ExprKind::Range { .. }
            | ast::ExprKind::Period(_)
            | ast::ExprKind::Unary { .. }
            | ast::ExprKind::Binary { .. }
            | ast::ExprKind::When { .. }
            | ast::ExprKind::Relation(_)
            | ast::ExprKind::Error => {}
        }
        visit::walk_expr(self, expr);
    }
}
