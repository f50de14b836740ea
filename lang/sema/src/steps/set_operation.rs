//! `union`, `except`, `intersect`: the rows of two relations put together, columns by name.
//!
//! Both sides have the same columns, in any order; the left side's order and the wider of two types come out. `union`
//! keeps all rows, the others give each row once and take nulls as equal.

use wr_base::ids::ColumnId;
use wr_base::row_type::{Column, Marks, RowType};
use wr_base::span::{Span, TextRange};
use wr_base::ty::Type;
use wr_plan::expr::Expr;
use wr_plan::functions::common_type;
use wr_plan::logical::SetKind;
use wr_syntax::ast;

use super::{Outcome, Pipe, errors};
use crate::checker::Checker;
use crate::hir::{SetColumn, SetOperation, StepKind};
use crate::relations::{flatten, operand, operand_range, read_relation, report_clashes};
use crate::types;

pub(super) fn check(checker: &mut Checker, pipe: &mut Pipe, set: &ast::SetOperation, range: TextRange) -> Outcome {
    let word = set.kind.word();
    let at = checker.span(range);
    let unknown = |row: RowType| Outcome { kind: StepKind::Error, row: RowType { is_unknown: true, ..row } };
    let Some(right) = operand(checker, &set.operand) else { return unknown(pipe.row.clone()) };
    let (right_columns, right_row) = read_relation(checker, right, operand_range(&set.operand));
    let (left_row, clashes) = flatten(&pipe.row);
    report_clashes(checker, at, None, &clashes);
    if pipe.row.is_open || right_row.is_open {
        checker.report(errors::step_of_shape(at, word));
        return unknown(left_row);
    }
    pipe.lose_sort(checker, at, &format!("{} `{word}`", if set.kind == ast::SetKind::Union { "a" } else { "an" }));
    if pipe.row.is_unknown || right_row.is_unknown || !clashes.is_empty() {
        return unknown(left_row);
    }
    let is_whole = check_names(checker, set, at, &left_row, &right_row);
    let kind = kind_of(set.kind);
    let mut columns = Vec::new();
    let mut row =
        RowType { is_held: pipe.row.is_held || right_row.is_held, is_unknown: !is_whole, ..RowType::default() };
    for left in &left_row.columns {
        let Some(right) = right_row.find(None, &left.name) else { continue };
        let (set_column, column) = column_of_both(checker, kind, left, right, at, range);
        columns.extend(set_column);
        row.columns.push(column);
    }
    if kind != SetKind::Union && is_whole {
        row.keys = keys(kind, &left_row, &right_row, &columns);
    }
    if !is_whole || columns.len() < row.columns.len() {
        return Outcome { kind: StepKind::Error, row };
    }
    let kind = StepKind::SetOperation(Box::new(SetOperation { kind, right, right_columns, columns }));
    Outcome { kind, row }
}

const fn kind_of(kind: ast::SetKind) -> SetKind {
    match kind {
        ast::SetKind::Union => SetKind::Union,
        ast::SetKind::Except => SetKind::Except,
        ast::SetKind::Intersect => SetKind::Intersect,
    }
}

/// Whether both sides have the same names. Reports what is missing on either.
fn check_names(checker: &mut Checker, set: &ast::SetOperation, step: Span, left: &RowType, right: &RowType) -> bool {
    let names = |row: &RowType, other: &RowType, is_shared: bool| -> Vec<String> {
        let columns = row.columns.iter().filter(|column| other.find(None, &column.name).is_some() == is_shared);
        columns.map(|column| column.name.clone()).collect()
    };
    let (missing, extra) = (names(left, right, false), names(right, left, false));
    if missing.is_empty() && extra.is_empty() {
        return true;
    }
    let unshared = errors::Unshared {
        missing: &missing,
        extra: &extra,
        common: &names(left, right, true),
        is_nested: matches!(set.operand, ast::Operand::Pipeline(_)),
    };
    let at = checker.span(operand_range(&set.operand));
    checker.report(errors::set_columns(at, step, set.kind.word(), &unshared));
    false
}

/// The column that two columns of one name become; `None` beside it when their types have nothing in common, which is
/// reported.
fn column_of_both(
    checker: &mut Checker,
    kind: SetKind,
    left: &Column,
    right: &Column,
    at: Span,
    range: TextRange,
) -> (Option<SetColumn>, Column) {
    let id = checker.fresh_column();
    let mut origin = left.origin.clone();
    origin.extend(right.origin.iter().filter(|source| !left.origin.contains(source)).cloned());
    let marks = Marks {
        entity: left.marks.entity.clone().filter(|_| left.marks.entity == right.marks.entity),
        personal: left.marks.personal || right.marks.personal,
    };
    let column = |ty: Type| Column { id, qualifier: None, name: left.name.clone(), ty, marks, origin, shaped: None };
    let Some(data) =
        common_type(&left.ty.data, &right.ty.data).filter(|data| !matches!(data, wr_base::ty::DataType::Error))
    else {
        if !left.ty.is_error() && !right.ty.is_error() {
            checker.report(errors::set_types(at, &left.name, &left.ty.data, &right.ty.data));
        }
        return (None, column(Type::error()));
    };
    let nullable = match kind {
        SetKind::Union => left.ty.nullable || right.ty.nullable,
        SetKind::Except => left.ty.nullable,
        SetKind::Intersect => left.ty.nullable && right.ty.nullable,
    };
    let side = |checker: &mut Checker, of: &Column| {
        let expr = Expr::column(checker.expr_id(range), of.ty.clone(), of.id);
        types::widened(checker, expr, &data)
    };
    let set_column = SetColumn { column: id, left: side(checker, left), right: side(checker, right) };
    (Some(set_column), column(Type::new(data, nullable)))
}

/// What identifies the rows of one side identifies those that are left of it; and no row comes twice.
fn keys(kind: SetKind, left: &RowType, right: &RowType, columns: &[SetColumn]) -> Vec<Vec<ColumnId>> {
    let of_side = |row: &RowType, side: fn(&SetColumn) -> &Expr| -> Vec<Vec<ColumnId>> {
        let made =
            |id: &ColumnId| columns.iter().find(|column| side(column).columns() == [*id]).map(|made| made.column);
        row.keys.iter().filter_map(|key| key.iter().map(made).collect()).collect()
    };
    let mut keys = of_side(left, |column| &column.left);
    if kind == SetKind::Intersect {
        keys.extend(of_side(right, |column| &column.right));
    }
    keys.push(columns.iter().map(|column| column.column).collect());
    keys
}
