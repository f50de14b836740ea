//! `pivot value by column in [listed values]`: one row for each set of values of the other columns, with a column for each
//! listed value.
//!
//! It is a `group by` of the columns that neither the value nor the pivot reads, whose measures each see the rows of one
//! listed value only. So it needs no step of its own in the typed program, and means what the group means.

use wr_base::row_type::RowType;
use wr_base::span::TextRange;
use wr_base::ty::{DataType, Type};
use wr_base::value::Value;
use wr_plan::expr::{Expr, ExprKind, WhenBranch};
use wr_plan::functions::{AggregateId, FnId};
use wr_syntax::ast;

use super::item::List;
use super::{Outcome, Pipe, aggregate, errors};
use crate::checker::{Checker, Scope};
use crate::hir::StepKind;
use crate::params::value_of;
use crate::types;

pub(super) fn check(checker: &mut Checker, pipe: &mut Pipe, pivot: &ast::Pivot, range: TextRange) -> Outcome {
    let before = pipe.row.clone();
    let at = checker.span(range);
    let unknown = Outcome { kind: StepKind::Error, row: RowType { is_unknown: true, ..before.clone() } };
    let scope = Scope { aggregates: true, ..Scope::row(&before, "the value of a `pivot`") };
    let value = types::type_column_expr(checker, &scope, &pivot.value);
    let value_at = checker.span(pivot.value.range);
    let is_measure = aggregate::check_measure(checker, &before, &value, value_at);
    let scope = Scope::row(&before, "a `pivot`");
    let column = types::resolve_column(checker, &scope, pivot.column.qualifier.as_ref(), &pivot.column.name);
    let column = column.and_then(|id| before.column(id)).cloned();
    pipe.lose_sort(checker, at, "a `pivot`");
    if before.is_open {
        checker.report(errors::step_of_shape(at, "pivot"));
        return unknown;
    }
    let Some(column) = column.filter(|column| !column.ty.is_error()) else { return unknown };
    let listed = listed_values(checker, pivot, &column.ty.data);
    if value.ty.is_error() || !is_measure || listed.len() < pivot.values.len() || before.is_unknown {
        return unknown;
    }
    let mut list = List::default();
    let read = value.columns();
    for other in before.columns.iter().filter(|other| other.id != column.id && !read.contains(&other.id)) {
        let expr = Expr::column(checker.expr_id(range), other.ty.clone(), other.id);
        list.add(checker, &before, &other.name, expr, range);
    }
    let key = list.ids();
    for listed in listed {
        let of = Expr::column(listed.value.id, column.ty.clone(), column.id);
        let expr = of_cell(&value, &is_listed(of, listed.value));
        list.add(checker, &before, &listed.name, expr, listed.range);
    }
    let aggregates = list.items.split_off(key.len());
    let row = RowType {
        columns: list.columns.into(),
        keys: vec![key],
        order: Vec::new(),
        is_open: false,
        is_held: before.is_held,
        is_unknown: false,
    };
    Outcome { kind: StepKind::Aggregate { keys: list.items, aggregates }, row }
}

struct Listed {
    value: Expr,
    name: String,
    range: TextRange,
}

/// The listed values, each with the name of its column. What is wrong with one is reported, and it is left out.
fn listed_values(checker: &mut Checker, pivot: &ast::Pivot, data: &DataType) -> Vec<Listed> {
    let mut listed: Vec<(Value, Listed)> = Vec::new();
    if pivot.values.is_empty() {
        let at = checker.span(pivot.column.range);
        checker.report(errors::pivot_of_nothing(at));
    }
    for written in &pivot.values {
        let at = checker.span(written.value.range);
        let scope = Scope::values("a listed value of a `pivot`");
        let typed = types::type_expr_as(checker, &scope, &written.value, &Type::optional(data.clone()));
        if typed.ty.is_error() {
            continue;
        }
        let Some(value) = value_of(&typed, checker.report.zone, None) else {
            checker.report(errors::pivot_value_unknown(at));
            continue;
        };
        if let Some((_, first)) = listed.iter().find(|(other, _)| *other == value) {
            let first_at = checker.span(first.range);
            checker.report(errors::pivot_value_twice(at, first_at));
            continue;
        }
        let name = written.name.as_ref().map_or_else(|| value.canonical(), |name| name.text.clone());
        if name.is_empty() {
            checker.report(errors::pivot_value_without_name(at));
            continue;
        }
        let literal = Expr::literal(typed.id, data.clone(), value.clone());
        listed.push((value, Listed { value: literal, name, range: written.range }));
    }
    listed.into_iter().map(|(_, listed)| listed).collect()
}

/// Null is listed as null.
fn is_listed(column: Expr, value: Expr) -> Expr {
    let id = value.id;
    let (function, arguments) = if value.as_literal().is_some_and(Value::is_null) {
        (FnId::IsNull, vec![column])
    } else {
        (FnId::IsSame, vec![column, value])
    };
    Expr::new(id, Type::required(DataType::Bool), ExprKind::Call { function, arguments })
}

/// The value over the rows of one cell: aggregates leave out nulls, so the other rows are null to them.
fn of_cell(value: &Expr, is_listed: &Expr) -> Expr {
    let mut expr = value.clone();
    expr.transform(&mut |part| {
        let ExprKind::Aggregate(call) = &mut part.kind else { return };
        let Some(argument) = call.arguments.first_mut() else {
            // `count()` is the one that looks at no value.
            call.function = AggregateId::CountIf;
            call.arguments.push(is_listed.clone());
            return;
        };
        let otherwise = Box::new(Expr::literal(argument.id, argument.ty.data.clone(), Value::Null));
        let ty = argument.ty.clone().or_null(true);
        let branch = WhenBranch { condition: is_listed.clone(), result: argument.clone() };
        *argument = Expr::new(argument.id, ty, ExprKind::When { branches: vec![branch], otherwise });
    });
    expr
}
