//! Which expressions can end a run: what no rule may move a filter below, nor push to a source (B1).

use wr_base::diag::Code;
use wr_base::ty::DataType;

use crate::expr::{Expr, ExprKind};
use crate::functions::{AggregateId, FnId};

/// Whether some row could make the expression, or a part of it, fail.
#[must_use]
pub fn can_fail(expr: &Expr) -> bool {
    let mut can = false;
    expr.visit(&mut |part| {
        can |= match &part.kind {
            ExprKind::Call { function, arguments } => function_can_fail(*function, arguments, &part.ty.data),
            ExprKind::Aggregate { function, .. } => aggregate_can_fail(*function),
            ExprKind::Literal(_)
            | ExprKind::Column(_)
            | ExprKind::Value(_)
            | ExprKind::Fact(_)
            | ExprKind::And(..)
            | ExprKind::Or(..)
            | ExprKind::Coalesce(..)
            | ExprKind::When { .. }
            | ExprKind::RelativePeriod(_)
            | ExprKind::Error => false,
        };
    });
    can
}

fn aggregate_can_fail(function: AggregateId) -> bool {
    function.aggregate().fails.contains(&Code::Overflow)
}

/// Whether the function can fail on arguments of these types; that its arguments can is not looked at.
#[must_use]
pub fn function_can_fail(function: FnId, arguments: &[Expr], result: &DataType) -> bool {
    if function.function().fails.is_empty() {
        return false;
    }
    let first = arguments.first().map(|argument| &argument.ty.data);
    // All that is refined here is proved by the types alone; whatever is not listed keeps what its record says.
    if function == FnId::Convert {
        // Every double holds the nearest of any number, and a wider decimal that its digits fit into holds them.
        return match (first, result) {
            (_, DataType::Float) => false,
            (Some(from), DataType::Decimal { precision, scale }) => !decimal_fits(from, *precision, *scale),
            _ => true,
        };
    }
    if matches!(function, FnId::Date | FnId::DateTime | FnId::Float | FnId::Int) {
        return match first {
            Some(DataType::Text) => true,
            Some(DataType::DateTime) => function != FnId::Date && function != FnId::DateTime,
            Some(DataType::Date) => function == FnId::DateTime,
            Some(DataType::Int) => false,
            _ => function == FnId::Int,
        };
    }
    if matches!(function, FnId::Add | FnId::Subtract | FnId::Multiply | FnId::Negate | FnId::Abs)
        && let DataType::Decimal { precision, .. } = result
    {
        // A result type that was not cut to 38 digits holds every result.
        return *precision == wr_base::ty::MAX_PRECISION;
    }
    true
}

fn decimal_fits(from: &DataType, precision: u8, scale: u8) -> bool {
    match crate::functions::decimal_of(from) {
        Some((from_precision, from_scale)) => {
            *from != DataType::Int && from_scale <= scale && from_precision - from_scale <= precision - scale
        }
        None => false,
    }
}
