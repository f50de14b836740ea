//! Literals to values; words like `last month` to periods that are counted in the run.

use wr_base::span::TextRange;
use wr_base::ty::{DataType, Type};
use wr_base::value::{Decimal, Value};
use wr_plan::expr::{Expr, ExprKind, PeriodUnit, RelativePeriod};
use wr_plan::functions::{PERCENT_SCALE, instant};
use wr_syntax::ast;

use super::errors;
use crate::checker::Checker;

pub(super) fn type_literal(checker: &mut Checker, literal: &ast::Literal, range: TextRange) -> Expr {
    let id = checker.expr_id(range);
    let (data, value) = match literal {
        ast::Literal::Null => (DataType::Null, Value::Null),
        ast::Literal::Bool(value) => (DataType::Bool, Value::Bool(*value)),
        ast::Literal::Int(value) => (DataType::Int, Value::Int(*value)),
        ast::Literal::Decimal(value) => (decimal_type(*value), Value::Decimal(*value)),
        ast::Literal::Percent(share) => {
            let Some(exact) = share.normalised().rescale(PERCENT_SCALE) else {
                let at = checker.span(range);
                checker.report(errors::percent_too_fine(at));
                return Expr::error(id);
            };
            (DataType::Percent, Value::Percent(exact))
        }
        ast::Literal::Date(value) => (DataType::Date, Value::Date(*value)),
        ast::Literal::DateTime(date, time) => match instant(checker.report.zone, *date, *time) {
            Some(at) => (DataType::DateTime, Value::DateTime(at)),
            None => return Expr::error(id),
        },
        ast::Literal::Time(value) => (DataType::Time, Value::Time(*value)),
        ast::Literal::Duration(value) => (DataType::Duration, Value::Duration(*value)),
    };
    Expr::literal(id, data, value)
}

/// As many digits as are written.
fn decimal_type(value: Decimal) -> DataType {
    let digits = value.unscaled.unsigned_abs().checked_ilog10().map_or(1, |power| power as u8 + 1);
    DataType::Decimal { precision: digits.max(value.scale).max(1), scale: value.scale }
}

pub(super) fn type_period_words(checker: &mut Checker, words: ast::PeriodWords, range: TextRange) -> Expr {
    let words = match words {
        ast::PeriodWords::This(unit) => RelativePeriod::This { unit: unit_of(unit) },
        ast::PeriodWords::Last(unit) => RelativePeriod::Last { count: 1, unit: unit_of(unit) },
        ast::PeriodWords::LastMany(count, unit) => RelativePeriod::Last { count, unit: unit_of(unit) },
        ast::PeriodWords::Past(duration) => RelativePeriod::Past { duration },
    };
    relative(checker, words, range)
}

const fn unit_of(unit: ast::CalendarUnit) -> PeriodUnit {
    match unit {
        ast::CalendarUnit::Day => PeriodUnit::Day,
        ast::CalendarUnit::Week => PeriodUnit::Week,
        ast::CalendarUnit::Month => PeriodUnit::Month,
        ast::CalendarUnit::Quarter => PeriodUnit::Quarter,
        ast::CalendarUnit::Year => PeriodUnit::Year,
    }
}

pub(super) fn relative(checker: &mut Checker, words: RelativePeriod, range: TextRange) -> Expr {
    Expr::new(checker.expr_id(range), Type::required(DataType::Period), ExprKind::RelativePeriod(words))
}

/// `today` where a period is wanted is the whole day; alone it is a date.
pub(super) fn day_as_period(checker: &mut Checker, expr: &ast::Expr, expected: &Type) -> Option<Expr> {
    let ast::ExprKind::Name(name) = &expr.kind else { return None };
    let is_day = expected.data == DataType::Period && name.text == "today" && !name.quoted;
    is_day.then(|| relative(checker, RelativePeriod::Today, expr.range))
}
