//! What stands after `from` and `join`: a table, a `let`, a branch, a pipeline in parentheses.

use wr_base::diag::Severity;
use wr_base::ids::{ColumnId, RelationId, StepId, TableId, ValueId};
use wr_base::row_type::{Column, Origin, RowType};
use wr_base::span::{Span, TextRange};
use wr_base::ty::{DataType, Type};
use wr_plan::declaration::{ParameterKind, ValueKind};
use wr_plan::expr::{Expr, ExprKind};
use wr_plan::functions::FnId;
use wr_syntax::ast;

use super::{errors, new_step, relation_of, row, unknown_row};
use crate::checker::{Checker, RelationMeaning, Scope};
use crate::definitions::{self, Body, Definition};
use crate::hir::{Relation, Source, Step, StepKind};
use crate::resolve::table_named;
use crate::types;

/// What a name after `from` or `join` stands for.
pub(crate) enum Operand {
    Table(TableId),
    Relation(RelationId),
    /// Reported.
    Unknown,
}

/// The name by which an operand is known in a join when it gets none by `as` (B2).
pub(crate) fn source_name(operand: &ast::Operand) -> Option<String> {
    match operand {
        ast::Operand::Named(name) => Some(name.name.text.clone()),
        ast::Operand::Pipeline(_) => None,
    }
}

/// Its words, without the parentheses around a pipeline.
pub(crate) const fn operand_range(operand: &ast::Operand) -> TextRange {
    match operand {
        ast::Operand::Named(name) => name.range,
        ast::Operand::Pipeline(pipeline) => pipeline.range,
    }
}

/// The source of a pipeline and its row.
pub(super) fn source_of(checker: &mut Checker, from: &ast::Operand) -> (Source, RowType) {
    let (meaning, arguments, range) = match from {
        ast::Operand::Pipeline(pipeline) => {
            (Operand::Relation(relation_of(checker, pipeline, None)), None, pipeline.range)
        }
        ast::Operand::Named(name) => (resolve(checker, name), Some(name), name.range),
    };
    match meaning {
        Operand::Table(table) => {
            let arguments = arguments.map_or_else(Vec::new, |name| table_arguments(checker, table, name));
            table_source(checker, table, arguments)
        }
        Operand::Relation(relation) => {
            let (columns, row) = read_relation(checker, relation, range);
            (Source::Relation { relation, columns }, row)
        }
        Operand::Unknown => (Source::Error, unknown_row()),
    }
}

/// The relation that an operand of a join reads.
pub(crate) fn operand(checker: &mut Checker, operand: &ast::Operand) -> Option<RelationId> {
    match operand {
        ast::Operand::Pipeline(pipeline) => Some(relation_of(checker, pipeline, None)),
        ast::Operand::Named(name) => find_relation(checker, name),
    }
}

/// The relation that a name stands for where one is read: a `let`, a branch, or a table (all of it). Reports what is not
/// there, and arguments that are missing.
pub(crate) fn find_relation(checker: &mut Checker, name: &ast::RelationName) -> Option<RelationId> {
    match resolve(checker, name) {
        Operand::Relation(relation) => Some(relation),
        Operand::Unknown => None,
        Operand::Table(table) => {
            let arguments = table_arguments(checker, table, name);
            let (source, source_row) = table_source(checker, table, arguments);
            Some(relation_of_source(checker, source, source_row, name.range))
        }
    }
}

/// All of a source as a relation without a name.
pub(super) fn relation_of_source(
    checker: &mut Checker,
    source: Source,
    source_row: RowType,
    range: TextRange,
) -> RelationId {
    let source_step = new_step(checker, range, "from");
    let row = source_row.clone();
    let steps = periods_of(checker, &source, &source_row, range);
    let ids: Vec<StepId> = std::iter::once(source_step).chain(steps.iter().map(|step| step.id)).collect();
    let (name, split) = (None, None);
    let relation = checker.relations.add(Relation { name, source, source_step, source_row, steps, row, split });
    for id in ids {
        if let Some(info) = checker.steps.get_mut(id) {
            info.relation = Some(relation);
        }
    }
    relation
}

/// A table is read for a period of one of its columns: `table amp.events(uploaded: period) { uploaded: datetime, … }`. The
/// source has to know it, and gives at least those rows; that they are just those is a filter like any other.
pub(super) fn periods_of(checker: &mut Checker, source: &Source, row: &RowType, range: TextRange) -> Vec<Step> {
    let Source::Table { table, arguments, .. } = source else { return Vec::new() };
    let declared = checker.tables[*table].arguments.clone();
    let mut steps = Vec::new();
    for (argument, value) in declared.into_iter().zip(arguments) {
        let column = row.columns.iter().find(|column| column.name == argument.name);
        let Some(column) = column.filter(|_| argument.ty.data == DataType::Period) else { continue };
        let is_within = Expr::new(
            checker.expr_id(range),
            Type::new(DataType::Bool, column.ty.nullable),
            ExprKind::Call {
                function: FnId::InPeriod,
                arguments: vec![Expr::column(checker.expr_id(range), column.ty.clone(), column.id), value.clone()],
            },
        );
        let id = new_step(checker, range, "from");
        steps.push(Step { id, kind: StepKind::Filter(is_within), condition: None, row: row.clone() });
    }
    steps
}

/// A fresh reading of a relation: each new column with the one over there, and the row of the new ones, bare.
/// Columns of equal names are reported at `range` (B2).
pub(crate) fn read_relation(
    checker: &mut Checker,
    relation: RelationId,
    range: TextRange,
) -> (Vec<(ColumnId, ColumnId)>, RowType) {
    let read = &checker.relations[relation];
    let last = read.steps.last().map_or(&read.source_row, |step| &step.row);
    let (_, clashes) = row::flatten(last);
    let (mut fresh, name) = (read.row.clone(), read.name.clone());
    let at = checker.span(range);
    report_clashes(checker, at, name.as_deref(), &clashes);
    let mut pairs = Vec::with_capacity(fresh.columns.len());
    for column in &mut fresh.columns {
        let id = checker.fresh_column();
        pairs.push((id, column.id));
        column.id = id;
        if clashes.iter().any(|clash| clash.name == column.name) {
            column.ty = wr_base::ty::Type::error();
        }
    }
    let renamed = |id: ColumnId| pairs.iter().find(|(_, there)| *there == id).map_or(id, |(here, _)| *here);
    for key in &mut fresh.keys {
        key.iter_mut().for_each(|id| *id = renamed(*id));
    }
    fresh.order.iter_mut().for_each(|(id, _)| *id = renamed(*id));
    (pairs, fresh)
}

/// Columns of equal names where all have to be bare.
pub(crate) fn report_clashes(checker: &mut Checker, at: Span, relation: Option<&str>, clashes: &[row::Clash]) {
    // Two bare columns of one name were reported by the step that made the second.
    for clash in clashes.iter().filter(|clash| clash.first.is_some() || clash.second.is_some()) {
        checker.report(errors::clash_when_read(at, relation, clash));
    }
}

/// What a name stands for. Reports what is not there.
fn resolve(checker: &mut Checker, name: &ast::RelationName) -> Operand {
    let Some(qualifier) = &name.qualifier else { return resolve_bare(checker, name) };
    if checker.names.unknown_connections.contains(&qualifier.text) {
        return Operand::Unknown;
    }
    if checker.names.connections.contains_key(&qualifier.text) {
        let at = checker.span(name.range);
        return match table_named(checker, &qualifier.text, &name.name.text, at) {
            Some(table) => Operand::Table(table),
            None if is_unknown_table(checker, &qualifier.text, &name.name.text) => Operand::Unknown,
            None => {
                let at = checker.span(name.name.range);
                let known = checker.names.tables.of(&qualifier.text).map(|(table, _)| table);
                let diagnostic = errors::unknown_table(at, &qualifier.text, &name.name.text, known);
                checker.report(diagnostic);
                Operand::Unknown
            }
        };
    }
    if let Some(relation) = checker.names.relations.get(&qualifier.text) {
        let is_broken = relation.meaning.is_none();
        let branch = checker.names.branches.get(&(qualifier.text.clone(), name.name.text.clone()));
        if let Some(branch) = branch.map(|named| named.meaning) {
            refuse_arguments(checker, name);
            return Operand::Relation(branch);
        }
        if !is_broken && !checker.names.unknown_branches.contains(&qualifier.text) {
            let at = checker.span(name.name.range);
            let known = checker.names.branches.keys();
            let known: Vec<&str> =
                known.filter(|(of, _)| *of == qualifier.text).map(|(_, branch)| branch.as_str()).collect();
            let diagnostic = errors::unknown_branch(at, &qualifier.text, &name.name.text, &known);
            checker.report(diagnostic);
        }
        return Operand::Unknown;
    }
    report_unknown_connection(checker, qualifier);
    Operand::Unknown
}

/// A name before a dot that is neither a connection nor a relation.
pub(crate) fn report_unknown_connection(checker: &mut Checker, name: &ast::Name) {
    let at = checker.span(name.range);
    let connections = checker.names.connections.keys().map(String::as_str);
    let relations = checker.names.relations.keys().map(String::as_str);
    let diagnostic = errors::unknown_connection(at, &name.text, connections.chain(relations));
    checker.report(diagnostic);
}

/// A table whose declaration was reported.
fn is_unknown_table(checker: &Checker, connection: &str, name: &str) -> bool {
    checker.names.unknown_tables.iter().any(|(of, table)| of == connection && table == name)
}

fn resolve_bare(checker: &mut Checker, name: &ast::RelationName) -> Operand {
    match checker.names.relations.get(&name.name.text).map(|named| named.meaning.clone()) {
        Some(Some(RelationMeaning::Rows(relation))) => {
            refuse_arguments(checker, name);
            Operand::Relation(relation)
        }
        Some(Some(RelationMeaning::WithParameters(definition))) => {
            made_for(checker, &definition, name).map_or(Operand::Unknown, Operand::Relation)
        }
        Some(None) => Operand::Unknown,
        None if checker.names.unknown_connections.contains(&name.name.text) => Operand::Unknown,
        None if is_file_call(name) => {
            let at = checker.span(name.range);
            checker.report(errors::file_as_operand(at, &checker.words(name.range)));
            Operand::Unknown
        }
        None => {
            let at = checker.span(name.name.range);
            let wanted = name.name.text.as_str();
            let all = checker.names.tables.full_names();
            let is_wanted = |table: &&String| table.split_once('.').is_some_and(|(_, name)| name == wanted);
            let tables: Vec<String> = all.iter().filter(is_wanted).cloned().collect();
            let below = checker.declared_below.get(wanted).copied();
            let known = checker.names.relations.keys().map(String::as_str);
            let diagnostic = errors::unknown_relation(at, wanted, known, &tables, &all, below);
            checker.report(diagnostic);
            Operand::Unknown
        }
    }
}

/// `file($list)` where only a name or a pipeline can stand.
fn is_file_call(name: &ast::RelationName) -> bool {
    let given = name.arguments.as_deref().unwrap_or_default();
    name.name.text == "file"
        && matches!(given, [ast::GivenArgument { name: None, value, .. }] if matches!(value.kind, ast::ExprKind::Value(_)))
}

/// The rows of a `let` with parameters for the arguments given here. The same arguments are the same rows: they are
/// computed once, whoever reads them (A6).
fn made_for(checker: &mut Checker, definition: &Definition, name: &ast::RelationName) -> Option<RelationId> {
    let given = name.arguments.as_deref().unwrap_or_default();
    let arguments = definitions::bind(checker, definition, given, name.range);
    let (words, at) = (checker.words(name.range), checker.span(name.range));
    let key = Checker::key_of(definition.span, arguments.iter().map(|argument| &argument.value));
    if let Some((_, made)) = checker.made_for.iter().find(|(other, _)| Some(other) == key.as_ref()) {
        return Some(*made);
    }
    let (relation, said) = definitions::unfold(checker, definition, arguments, at, |checker, body| match body {
        Body::Relation(pipeline) => Some(relation_of(checker, pipeline, Some(&words))),
        Body::Steps(_) => None,
    })?;
    // What is wrong with it was said where it is declared; an error that only a use shows must not get lost.
    said.iter().filter(|one| one.severity == Severity::Error).for_each(|one| checker.report(one.clone()));
    checker.made_for.extend(key.zip(relation));
    relation
}

/// A `let` without parameters is read without parentheses.
fn refuse_arguments(checker: &mut Checker, name: &ast::RelationName) {
    if name.arguments.is_some() {
        let at = checker.span(name.range);
        checker.report(errors::relation_with_arguments(at, &name.name.text));
    }
}

/// The arguments with which a table is read, of the declared types. They go by their places.
fn table_arguments(checker: &mut Checker, table: TableId, name: &ast::RelationName) -> Vec<Expr> {
    let declared = checker.tables[table].clone();
    let full_name = format!("{}.{}", declared.connection, declared.name);
    let given = name.arguments.as_deref().unwrap_or_default();
    if given.len() != declared.arguments.len() {
        let at = checker.span(name.range);
        let wanted: Vec<String> =
            declared.arguments.iter().map(|argument| format!("{}: {}", argument.name, argument.ty)).collect();
        checker.report(errors::table_arguments(at, &full_name, given.len(), &wanted));
    }
    let mut typed = Vec::new();
    for (argument, given) in declared.arguments.iter().zip(given) {
        if let Some(name) = &given.name {
            let at = checker.span(name.range);
            checker.report(errors::table_argument_named(at, &full_name, &name.text));
        }
        let expr = &given.value;
        let scope = Scope::values("an argument of a table");
        let value = types::type_expr_as(checker, &scope, expr, &argument.ty);
        if let Some(wanted) = &argument.cohort_of {
            check_cohort(checker, expr, &value, wanted);
        }
        typed.push(value);
    }
    typed
}

/// A cohort parameter knows whose cohorts it asks for.
pub(crate) fn check_cohort(checker: &mut Checker, written: &ast::Expr, value: &Expr, wanted: &str) {
    let ExprKind::Value(id) = &value.kind else { return };
    let Some(given) = cohort_of(checker, *id) else { return };
    if given != wanted {
        let at = checker.span(written.range);
        let words = checker.words(written.range);
        checker.report(errors::cohort_of_another(at, &words, &given, wanted));
    }
}

fn cohort_of(checker: &Checker, value: ValueId) -> Option<String> {
    match &checker.values.get(value)?.kind {
        ValueKind::Let(Expr { kind: ExprKind::Value(passed_on), .. }) => cohort_of(checker, *passed_on),
        ValueKind::Let(_) => None,
        ValueKind::Parameter(parameter) => match &parameter.kind {
            ParameterKind::Cohort { connection } => Some(connection.clone()),
            ParameterKind::Plain
            | ParameterKind::Choice(_)
            | ParameterKind::Choices(_)
            | ParameterKind::Columns(_)
            | ParameterKind::File => None,
        },
    }
}

/// All declared columns with fresh ids, bare.
pub(super) fn table_source(checker: &mut Checker, table: TableId, arguments: Vec<Expr>) -> (Source, RowType) {
    let declared = checker.tables[table].clone();
    let mut row = RowType::default();
    for (at, column) in declared.columns.into_iter().enumerate() {
        row.columns.push(Column {
            id: checker.fresh_column(),
            qualifier: None,
            name: column.name,
            ty: column.ty,
            marks: column.marks,
            origin: vec![Origin { table, column: at as u32 }],
            shaped: None,
        });
    }
    let columns: Vec<ColumnId> = row.columns.iter().map(|column| column.id).collect();
    let key: Vec<ColumnId> = declared.key.iter().filter_map(|at| columns.get(*at as usize).copied()).collect();
    if !key.is_empty() {
        row.keys.push(key);
    }
    (Source::Table { table, columns, arguments, without_occasion: Vec::new() }, row)
}
