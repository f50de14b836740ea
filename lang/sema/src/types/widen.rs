//! Widening, made explicit: int → decimal → float, percent → decimal → float, and no other (B17).

use wr_base::span::TextRange;
use wr_base::ty::{DataType, MAX_PRECISION, Type};
use wr_base::value::{DateTime, Value, Zone};
use wr_plan::expr::{Expr, ExprKind};
use wr_plan::functions::{FnId, PERCENT_SCALE, Setting, common_of, common_type};

use super::{call, errors};
use crate::checker::Checker;

/// The expression as a value of a type that it widens to. Literals are widened on the spot.
pub(super) fn convert(checker: &mut Checker, expr: Expr, to: &DataType) -> Expr {
    if expr.ty.data == *to || expr.ty.is_error() {
        return expr;
    }
    let ty = Type { data: to.clone(), nullable: expr.ty.nullable };
    if let ExprKind::Literal(value) = &expr.kind {
        // Widening needs neither a clock nor a zone.
        let setting = Setting::new(DateTime(0), Zone::UTC);
        if let Ok(value) = FnId::Convert.call(std::slice::from_ref(value), to, &setting) {
            return Expr { id: expr.id, ty, kind: ExprKind::Literal(value) };
        }
    }
    let span = checker.origins.exprs[expr.id];
    let id = checker.origins.exprs.add(span);
    Expr::new(id, ty, ExprKind::Call { function: FnId::Convert, arguments: vec![expr] })
}

/// The expression as a value of an expected type, or back as it was.
pub(super) fn to_expected(checker: &mut Checker, mut expr: Expr, to: &DataType) -> Result<Expr, Expr> {
    match (&expr.ty.data, to) {
        (DataType::Period, DataType::Range(of)) if **of == DataType::Date => {
            let is_range = matches!(&expr.kind, ExprKind::Call { function: FnId::RangeOf, .. });
            if is_range {
                expr.ty.data = to.clone();
                return Ok(expr);
            }
            Err(expr)
        }
        // Digits before the point are looked at in the run; digits behind it would be lost, so they are not allowed.
        (from, DataType::Decimal { scale, .. }) => {
            let fits = match wr_plan::functions::decimal_of(from) {
                Some((_, from_scale)) => from_scale <= *scale || is_exact_literal(&expr, *scale),
                None => *from == DataType::Null,
            };
            if fits { Ok(convert(checker, expr, to)) } else { Err(expr) }
        }
        (from, to) if common_type(from, to).as_ref() == Some(to) => Ok(convert(checker, expr, to)),
        _ => Err(expr),
    }
}

/// `1.50` is a decimal with one digit behind the point, too.
fn is_exact_literal(expr: &Expr, scale: u8) -> bool {
    matches!(&expr.kind, ExprKind::Literal(Value::Decimal(value) | Value::Percent(value)) if value.rescale(scale).is_some())
}

/// Several expressions as values of the one type that all widen to; `None`: reported, or one was broken.
pub(super) fn to_common(
    checker: &mut Checker,
    exprs: Vec<Expr>,
    ranges: &[TextRange],
    what: &str,
) -> Option<(Vec<Expr>, Type)> {
    if exprs.iter().any(|expr| expr.ty.is_error()) {
        return None;
    }
    let mut all = DataType::Null;
    for (at, expr) in exprs.iter().enumerate() {
        let Some(common) = common_type(&all, &expr.ty.data) else {
            let odd = ranges.get(at).copied().unwrap_or_default();
            let first = ranges.first().copied().unwrap_or_default();
            let (odd, first) = (checker.span(odd), checker.span(first));
            let written = [odd, first].map(|at| checker.sources.slice(at));
            let diagnostic = errors::results_differ(odd, &expr.ty.data, first, &all, what, written);
            checker.report(diagnostic);
            return None;
        };
        all = common;
    }
    let all = common_of(&call::as_known(&exprs)).unwrap_or(all);
    let nullable = exprs.iter().any(|expr| expr.ty.nullable);
    let exprs = exprs.into_iter().map(|expr| convert(checker, expr, &all)).collect();
    Some((exprs, Type { data: all, nullable }))
}

/// In a column a percentage is the share that it stands for.
pub(super) fn percent_as_decimal(checker: &mut Checker, expr: Expr) -> Expr {
    convert(checker, expr, &DataType::Decimal { precision: MAX_PRECISION, scale: PERCENT_SCALE })
}
