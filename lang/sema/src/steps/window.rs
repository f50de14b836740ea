//! `window by … sort … { name = function(…) rows -6..0 }`: the row, and columns that are made of other rows of its partition.
//!
//! Each call of a window function becomes a column that nobody can name; the items are computed of those, as in
//! a `derive`. Rows stay as they are, in the order in which they came.

use wr_base::row_type::Column;
use wr_plan::expr::Expr;
use wr_plan::logical::Frame;
use wr_syntax::ast;

use super::sort::sort_keys;
use super::{Outcome, Pipe, derive, errors};
use crate::checker::{Checker, Scope, WindowItem};
use crate::hir::{StepKind, Window};
use crate::relations::column_of;
use crate::types;

pub(super) fn check(checker: &mut Checker, pipe: &Pipe, window: &ast::Window) -> Outcome {
    let scope = Scope::row(&pipe.row, "the `by` of a `window`");
    let by: Vec<Expr> = window.by.iter().map(|expr| types::type_column_expr(checker, &scope, expr)).collect();
    let sort = sort_keys(checker, &Scope::row(&pipe.row, "the `sort` of a `window`"), &window.sort);
    let mut items = derive::Items::new(&pipe.row);
    let mut calls = Vec::new();
    for item in &window.items {
        let frame = item.frame.as_ref().map(|frame| Frame { from: frame.from, to: frame.to });
        let outer = checker.window.replace(WindowItem { frame, uses_frame: false, calls: Vec::new() });
        let scope = Scope { window: true, ..Scope::step(&pipe.row, "a `window`") };
        let expr = types::type_column_expr(checker, &scope, &item.assignment.value);
        let found = std::mem::replace(&mut checker.window, outer);
        let Some(found) = found else { continue };
        if let Some(written) = item.frame.as_ref().filter(|_| !found.uses_frame && !expr.ty.is_error()) {
            let at = checker.span(written.range);
            checker.report(errors::frame_of_nothing(at));
        }
        let needs_order = found.calls.iter().any(|call| call.function.depends_on_order());
        if needs_order && window.sort.is_empty() {
            let at = checker.span(item.assignment.value.range);
            checker.report(errors::window_without_sort(at));
        }
        // What is computed of another row's phone number tells as much as the number.
        let mut row = pipe.row.clone();
        for call in &found.calls {
            let mut column = Column { ty: call.ty.clone(), ..column_of(&pipe.row, call.column, "", &call_expr(call)) };
            column.shaped = None;
            row.columns.push(column);
        }
        items.add(checker, &row, &item.assignment, expr);
        calls.extend(found.calls);
    }
    let (items, row) = items.finish();
    Outcome { kind: StepKind::Window(Box::new(Window { by, sort, calls, items })), row }
}

/// An expression that stands for a call where only its columns and what it gives matter.
fn call_expr(call: &wr_plan::logical::WindowCall) -> Expr {
    use wr_plan::expr::{AggregateCall, ExprKind};
    use wr_plan::functions::AggregateId;
    use wr_plan::logical::WindowFunction;
    let aggregate = match &call.function {
        WindowFunction::Aggregate { call, .. } => call.clone(),
        WindowFunction::First(value, _) | WindowFunction::Last(value, _) => {
            AggregateCall::new(AggregateId::Max, vec![value.clone()])
        }
        WindowFunction::Shifted { value, otherwise, .. } => {
            AggregateCall::new(AggregateId::Max, std::iter::once(value).chain(otherwise).cloned().collect())
        }
        WindowFunction::RowNumber | WindowFunction::Rank | WindowFunction::DenseRank | WindowFunction::Ntile(_) => {
            AggregateCall::new(AggregateId::Count, Vec::new())
        }
    };
    Expr::new(call.id, call.ty.clone(), ExprKind::Aggregate(aggregate))
}
