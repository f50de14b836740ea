//! Calls of window functions, in the items of a `window`: each becomes a column of the step.

use wr_base::span::TextRange;
use wr_base::ty::{DataType, Type};
use wr_base::value::Value;
use wr_plan::expr::{Expr, ExprKind};
use wr_plan::functions::{AggregateId, Mismatch, WindowId};
use wr_plan::logical::{Frame, WindowCall, WindowFunction};
use wr_syntax::ast;

use super::call::{CallPlaces, report_mismatch, type_aggregate};
use super::{type_column_expr, type_expr, widen};
use crate::checker::{Checker, Scope};

/// `None`: no such function; nothing was reported.
pub(super) fn type_window_call(
    checker: &mut Checker,
    scope: &Scope<'_>,
    call: &ast::Call,
    range: TextRange,
) -> Option<Expr> {
    if call.or_null {
        return None;
    }
    // With an order of its own, `first` is an aggregate over the frame.
    if let Some(function) = WindowId::by_name(&call.name.text).filter(|_| call.order.is_empty()) {
        return Some(of_window(checker, scope, function, call, range));
    }
    let function = AggregateId::by_name(&call.name.text)?;
    let inner = Scope { window: false, aggregates: true, ..*scope };
    let typed = type_aggregate(checker, &inner, function, call, range);
    let ExprKind::Aggregate(call) = typed.kind else { return Some(typed) };
    let frame = used_frame(checker);
    Some(add(checker, range, typed.ty, WindowFunction::Aggregate { call, frame }))
}

fn of_window(checker: &mut Checker, scope: &Scope<'_>, function: WindowId, call: &ast::Call, range: TextRange) -> Expr {
    let inner = Scope { window: false, what: "the argument of a window function", ..*scope };
    let record = function.record();
    let ranges: Vec<TextRange> = call.arguments.iter().map(|argument| argument.range).collect();
    let places = CallPlaces { arguments: &ranges, list: call.arguments_range };
    let (least, most) = match function {
        WindowId::RowNumber | WindowId::Rank | WindowId::DenseRank => (0, 0),
        WindowId::Ntile | WindowId::First | WindowId::Last => (1, 1),
        WindowId::Lag | WindowId::Lead => (1, 3),
    };
    if !(least..=most).contains(&call.arguments.len()) {
        let typed: Vec<Expr> = call.arguments.iter().map(|argument| type_expr(checker, &inner, argument)).collect();
        let mismatch = Mismatch::Count { least, most: Some(most) };
        report_mismatch(checker, record.name, record.usage, &mismatch, &typed, &places);
        return Expr::error(checker.expr_id(range));
    }
    let int = Type::required(DataType::Int);
    match function {
        WindowId::RowNumber => add(checker, range, int, WindowFunction::RowNumber),
        WindowId::Rank => add(checker, range, int, WindowFunction::Rank),
        WindowId::DenseRank => add(checker, range, int, WindowFunction::DenseRank),
        WindowId::Ntile => {
            let parts =
                call.arguments.first().and_then(|parts| number(checker, &inner, record.name, 0, parts, 1, &places));
            match parts.and_then(|parts| u32::try_from(parts).ok()) {
                Some(parts) => add(checker, range, int, WindowFunction::Ntile(parts)),
                None => Expr::error(checker.expr_id(range)),
            }
        }
        WindowId::First | WindowId::Last => {
            let Some(value) = call.arguments.first() else { return Expr::error(checker.expr_id(range)) };
            let value = type_column_expr(checker, &inner, value);
            if value.ty.is_error() {
                return Expr::error(checker.expr_id(range));
            }
            let frame = used_frame(checker);
            let ty = value.ty.clone().or_null(frame != Frame::WHOLE);
            let function = if function == WindowId::First {
                WindowFunction::First(value, frame)
            } else {
                WindowFunction::Last(value, frame)
            };
            add(checker, range, ty, function)
        }
        WindowId::Lag | WindowId::Lead => shifted(checker, &inner, function, call, range, &places),
    }
}

fn shifted(
    checker: &mut Checker,
    scope: &Scope<'_>,
    function: WindowId,
    call: &ast::Call,
    range: TextRange,
    places: &CallPlaces<'_>,
) -> Expr {
    let [value, rest @ ..] = call.arguments.as_slice() else { return Expr::error(checker.expr_id(range)) };
    let name = function.record().name;
    let typed = type_column_expr(checker, scope, value);
    let rows = match rest.first() {
        Some(rows) => number(checker, scope, name, 1, rows, 0, places),
        None => Some(1),
    };
    let mut values = vec![typed];
    let mut ranges = vec![value.range];
    if let Some(otherwise) = rest.get(1) {
        values.push(type_expr(checker, scope, otherwise));
        ranges.push(otherwise.range);
    }
    let has_fallback = values.len() > 1;
    let common = widen::to_common(checker, values, &ranges, &format!("`{name}`"));
    let (Some((values, ty)), Some(rows)) = (common, rows) else { return Expr::error(checker.expr_id(range)) };
    let mut values = values.into_iter();
    let Some(value) = values.next() else { return Expr::error(checker.expr_id(range)) };
    let rows = if function == WindowId::Lag { rows } else { -rows };
    let ty = ty.or_null(!has_fallback);
    add(checker, range, ty, WindowFunction::Shifted { value, rows, otherwise: values.next() })
}

/// An argument that has to be written as a number, at least this one.
fn number(
    checker: &mut Checker,
    scope: &Scope<'_>,
    name: &str,
    at: usize,
    argument: &ast::Expr,
    least: i64,
    places: &CallPlaces<'_>,
) -> Option<i64> {
    let typed = type_expr(checker, &Scope { row: None, ..*scope }, argument);
    if typed.ty.is_error() {
        return None;
    }
    if let ExprKind::Literal(Value::Int(number)) = &typed.kind
        && let Ok(number) = i64::try_from(*number)
        && (least..=i64::from(i32::MAX)).contains(&number)
    {
        return Some(number);
    }
    let wanted = if least == 0 { "a number of rows, 0 or more" } else { "a number of parts, 1 or more" };
    let why = "it is one number for all rows of the window";
    report_mismatch(checker, name, &[], &Mismatch::NotLiteral { at, wanted, why }, &[], places);
    None
}

/// The frame of the item, which has then been put to use.
fn used_frame(checker: &mut Checker) -> Frame {
    checker.window.as_mut().map_or(Frame::WHOLE, |item| {
        item.uses_frame = true;
        item.frame.unwrap_or(Frame::WHOLE)
    })
}

/// The column of a call.
fn add(checker: &mut Checker, range: TextRange, ty: Type, function: WindowFunction) -> Expr {
    let (id, column) = (checker.expr_id(range), checker.fresh_column());
    if let Some(item) = &mut checker.window {
        item.calls.push(WindowCall { id, column, ty: ty.clone(), function });
    }
    Expr::column(id, ty, column)
}
