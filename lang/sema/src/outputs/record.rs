//! `record` statements (A2, A3): which column of the history table gets what, and what makes a run's occasion.

use wr_base::ids::{RelationId, TableId};
use wr_base::span::TextRange;
use wr_base::ty::{DataType, Type};
use wr_plan::declaration::{Engine, Record, TableColumn};
use wr_plan::expr::{Expr, ExprKind};
use wr_plan::functions::FnId;
use wr_plan::logical::StepInfo;
use wr_syntax::ast;

use super::errors;
use crate::checker::{Checker, Scope};
use crate::relations;
use crate::resolve::table_named;
use crate::types;

pub(crate) fn check_record(checker: &mut Checker, statement: &ast::Record) {
    let relation = relation_of(checker, &statement.relation);
    let table = table_of(checker, &statement.table);
    if let Some(table) = table {
        check_connection(checker, table, &statement.table);
    }
    let (Some(relation), Some(table)) = (relation, table) else {
        checker.has_unclear_record = true;
        return;
    };

    let end = statement.key.last().map_or(statement.table.range.end, |name| name.range.end);
    let range = TextRange::new(0, end);
    let info = StepInfo { word: "record".to_owned(), words: checker.words(range), relation: None };
    let step = checker.step_id(range, info);
    let columns = checker.tables[table].columns.clone();
    let assignments = check_columns(checker, statement, relation, &columns);
    let key = check_key(checker, statement, &columns);
    check_all_there(checker, statement, &columns, &assignments);
    let occasion = occasion_of(&key, &assignments);
    checker.records.push(Record { step, relation, table, key, assignments, occasion });
}

/// After a split the name of the `let` means the split relation here: it alone knows the branches.
fn relation_of(checker: &mut Checker, name: &ast::RelationName) -> Option<RelationId> {
    let split = checker.names.splits.get(&name.name.text).copied();
    match (&name.qualifier, split) {
        (None, Some(split)) => Some(split),
        (None | Some(_), _) => relations::find_relation(checker, name),
    }
}

fn table_of(checker: &mut Checker, name: &ast::RelationName) -> Option<TableId> {
    let at = checker.span(name.range);
    let Some(connection) = &name.qualifier else {
        checker.report(errors::record_into_no_table(at, &name.name.text));
        return None;
    };
    if checker.names.unknown_connections.contains(&connection.text) {
        return None;
    }
    let found = table_named(checker, &connection.text, &name.name.text, at);
    if found.is_some() || checker.names.unknown_tables.contains(&(connection.text.clone(), name.name.text.clone())) {
        return found;
    }
    if !checker.names.connections.contains_key(&connection.text) {
        relations::report_unknown_connection(checker, connection);
        return None;
    }
    let known: Vec<String> = checker.names.tables.full_names();
    let written = format!("{}.{}", connection.text, name.name.text);
    checker.report(errors::record_into_unknown_table(at, &written, &known));
    None
}

/// One transaction writes all records, so they have one connection (A1), to something that can promise "once" (A5).
fn check_connection(checker: &mut Checker, table: TableId, name: &ast::RelationName) {
    let at = checker.span(name.range);
    let target = &checker.tables[table];
    let problem = match target.engine {
        Engine::Amplitude => Some(errors::record_into_read_only(at, &target.connection)),
        Engine::ClickHouse | Engine::SqlServer | Engine::Local if target.arguments.is_empty() => {
            checker.records.first().filter(|first| checker.tables[first.table].connection != target.connection).map(
                |first| {
                    let first_at = checker.origins.steps[first.step];
                    let other = &checker.tables[first.table].connection;
                    errors::record_into_second_connection(at, first_at, &target.connection, other)
                },
            )
        }
        Engine::ClickHouse | Engine::SqlServer | Engine::Local => Some(errors::record_into_arguments(at, &target.name)),
    };
    if let Some(problem) = problem {
        checker.report(problem);
    }
}

fn check_columns(
    checker: &mut Checker,
    statement: &ast::Record,
    relation: RelationId,
    columns: &[TableColumn],
) -> Vec<(u32, Expr)> {
    let row = checker.relations[relation].row.clone();
    let split = checker.relations[relation].split.clone();
    let branch = split.filter(|split| split.relation == relation).map(|split| split.branch);
    let mut assignments: Vec<(u32, Expr)> = Vec::new();
    for written in &statement.columns {
        let at = checker.span(written.name.range);
        let Some(index) = index_of(columns, &written.name.text) else {
            let table = words_of(&statement.table);
            checker.report(errors::record_unknown_column(at, &written.name.text, &table, columns));
            continue;
        };
        if assignments.iter().any(|(other, _)| *other == index) {
            checker.report(errors::record_column_twice(at, &written.name.text));
            continue;
        }
        let Some(column) = columns.get(index as usize) else { continue };
        let scope = Scope { branch, ..Scope::row(&row, "a record") };
        let value = written.value.clone().unwrap_or_else(|| ast::Expr {
            kind: ast::ExprKind::Name(written.name.clone()),
            range: written.name.range,
            parenthesised: false,
        });
        // Null is judged here, where the column and the way out can be named.
        let wanted = Type::optional(column.ty.data.clone());
        let expr = types::type_expr_as(checker, &scope, &value, &wanted);
        if expr.ty.nullable && !column.ty.nullable && !expr.ty.is_error() {
            let at = checker.span(value.range);
            checker.report(errors::record_null(at, &column.name, &words_of(&statement.table)));
        }
        assignments.push((index, expr));
    }
    assignments
}

fn check_key(checker: &mut Checker, statement: &ast::Record, columns: &[TableColumn]) -> Vec<u32> {
    let mut key: Vec<u32> = Vec::new();
    for name in &statement.key {
        let at = checker.span(name.range);
        let Some(index) = index_of(columns, &name.text) else {
            checker.report(errors::record_unknown_column(at, &name.text, &words_of(&statement.table), columns));
            continue;
        };
        if key.contains(&index) {
            checker.report(errors::record_column_twice(at, &name.text));
            continue;
        }
        key.push(index);
        let column = columns.get(index as usize);
        if column.is_some_and(|column| column.ty.nullable) {
            checker.report(errors::record_key_nullable(at, &name.text));
        } else if column.is_some_and(|column| !can_be_key(&column.ty.data)) {
            checker.report(errors::record_key_type(at, &name.text));
        }
    }
    key
}

const fn can_be_key(data: &DataType) -> bool {
    data.is_key_type() || matches!(data, DataType::DateTime)
}

/// A column that may not be null has to be given.
fn check_all_there(
    checker: &mut Checker,
    statement: &ast::Record,
    columns: &[TableColumn],
    assignments: &[(u32, Expr)],
) {
    let mut missing = Vec::new();
    for (index, column) in columns.iter().enumerate() {
        let is_given = assignments.iter().any(|(given, _)| *given as usize == index)
            || statement.columns.iter().any(|written| written.name.text == column.name);
        if !is_given && !column.ty.nullable {
            missing.push(column.name.as_str());
        }
    }
    if !missing.is_empty() {
        let at = checker.span(statement.table.range);
        checker.report(errors::record_misses_columns(at, &words_of(&statement.table), &missing));
    }
}

/// The key columns that are the same for all rows of a run and are given by a person (A2). The time of the run gives no
/// occasion: it would never come again.
fn occasion_of(key: &[u32], assignments: &[(u32, Expr)]) -> Vec<u32> {
    let given = assignments.iter().filter(|(index, expr)| key.contains(index) && is_known_before_rows(expr));
    let given: Vec<&(u32, Expr)> = given.collect();
    if given.iter().any(|(_, expr)| reads_a_value(expr)) {
        given.iter().map(|(index, _)| *index).collect()
    } else {
        Vec::new()
    }
}

fn is_known_before_rows(expr: &Expr) -> bool {
    let mut depends_on_the_clock = false;
    expr.visit(&mut |part| {
        depends_on_the_clock |= matches!(
            &part.kind,
            ExprKind::RelativePeriod(_) | ExprKind::Call { function: FnId::Now | FnId::Today, .. } | ExprKind::Error
        );
    });
    expr.is_constant() && !depends_on_the_clock
}

fn reads_a_value(expr: &Expr) -> bool {
    let mut reads = false;
    expr.visit(&mut |part| reads |= matches!(&part.kind, ExprKind::Value(_)));
    reads
}

fn index_of(columns: &[TableColumn], name: &str) -> Option<u32> {
    columns.iter().position(|column| column.name == name).map(|index| index as u32)
}

fn words_of(name: &ast::RelationName) -> String {
    match &name.qualifier {
        Some(qualifier) => format!("{}.{}", qualifier.text, name.name.text),
        None => name.name.text.clone(),
    }
}
