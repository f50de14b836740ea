//! `filter`: rows for which the condition is true stay; columns that it proves to be there are no longer nullable.

use wr_base::span::TextRange;
use wr_base::ty::{DataType, Type};
use wr_plan::expr::{Expr, ExprKind};
use wr_plan::functions::FnId;
use wr_plan::logical::{JoinKind, Unmatched};
use wr_syntax::ast;

use super::{Outcome, Pipe};
use crate::checker::{Checker, Scope};
use crate::hir::{Join, StepKind};
use crate::relations::{list_of_file, read_relation};
use crate::types;

/// `filter x in file($list).y`: what it is of, and the step before it, if there is one.
pub(super) struct ListFilter {
    pub(super) before: Option<(Expr, String)>,
    pub(super) outcome: Outcome,
}

/// The parts of `x in file($list).y`.
struct InFile<'a> {
    left: &'a ast::Expr,
    kind: JoinKind,
    file: &'a ast::Name,
    column: &'a ast::Name,
    range: TextRange,
}

fn in_file(predicate: &ast::Expr) -> Option<InFile<'_>> {
    let ast::ExprKind::Binary { operator, left, right, .. } = &predicate.kind else { return None };
    let ast::ExprKind::FileColumn { file, column } = &right.kind else { return None };
    let kind = if *operator == ast::BinaryOperator::In {
        JoinKind::Semi
    } else if *operator == ast::BinaryOperator::NotIn {
        JoinKind::Anti
    } else {
        return None;
    };
    Some(InFile { left, kind, file, column, range: right.range })
}

/// Whether a condition is a list of a file, and nothing more.
pub(super) fn is_of_list(predicate: &ast::Expr) -> bool {
    in_file(predicate).is_some()
}

/// `x in file($list).y` as all of a condition: a semi join with the file, or an anti join where it is `not in`. The column of
/// the file is read as what it is compared with. Rows without an `x` go in both.
pub(super) fn check_list(
    checker: &mut Checker,
    pipe: &Pipe,
    predicate: &ast::Expr,
    is_conditional: bool,
) -> ListFilter {
    let broken = || ListFilter { before: None, outcome: Outcome { kind: StepKind::Error, row: pipe.row.clone() } };
    let Some(InFile { left, kind, file, column, range }) = in_file(predicate) else { return broken() };
    let written = types::type_column_expr(checker, &Scope::step(&pipe.row, "a `filter`"), left);
    let list = list_of_file(checker, file, column, written.ty.data.clone(), range);
    let Some(list) = list.filter(|_| !written.ty.is_error()) else { return broken() };
    let (right_columns, list_row) = read_relation(checker, list, range);
    let Some(listed) = list_row.columns.first() else { return broken() };
    let value = Expr::column(checker.expr_id(range), listed.ty.clone(), listed.id);
    let is_there = Expr::new(
        checker.expr_id(left.range),
        Type::required(DataType::Bool),
        ExprKind::Call { function: FnId::IsNotNull, arguments: vec![written.clone()] },
    );
    let mut row = pipe.row.clone();
    if !is_conditional {
        let proved = types::facts_of_condition(&is_there);
        for column in row.columns.iter_mut().filter(|column| proved.contains(&column.id)) {
            column.ty.nullable = false;
        }
    }
    let needs_step = kind == JoinKind::Anti && written.ty.nullable;
    let before = needs_step.then(|| (is_there, format!("{} is not null", checker.words(left.range))));
    let join = Join {
        right: list,
        right_columns,
        kind,
        equal: vec![(written, value)],
        also: None,
        merged: Vec::new(),
        is_one: false,
        unmatched: Unmatched::ByKind,
    };
    ListFilter { before, outcome: Outcome { kind: StepKind::Join(Box::new(join)), row } }
}

pub(super) fn check(checker: &mut Checker, pipe: &Pipe, predicate: &ast::Expr, is_conditional: bool) -> Outcome {
    let condition = types::type_condition(checker, &Scope::step(&pipe.row, "a `filter`"), predicate);
    let mut row = pipe.row.clone();
    if !is_conditional {
        let proved = types::facts_of_condition(&condition);
        for column in row.columns.iter_mut().filter(|column| proved.contains(&column.id)) {
            column.ty.nullable = false;
        }
    }
    Outcome { kind: StepKind::Filter(condition), row }
}
