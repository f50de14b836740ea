//! Conditions as predicates: for which rows an expression is true, or for which it is false.
//!
//! Three-valued logic needs no more than these two: `and` is false where either side is, `not` changes the two, and where a
//! condition is null neither holds. So nothing here depends on how a server takes nulls in a `NOT` or an `IN`.

use wr_base::ty::DataType;
use wr_base::value::Value;

use super::super::tree::{Comparison, Predicate, Scalar, TextMatch};
use super::{Left, Lowering};
use crate::expr::{Expr, ExprKind};
use crate::functions::FnId;

impl Lowering<'_> {
    /// The rows for which a condition is `truth`; perhaps more of them, and then it says so.
    pub(super) fn holds(&mut self, expr: &Expr, truth: bool) -> Result<Predicate, Left> {
        match &expr.kind {
            ExprKind::Literal(Value::Bool(value)) => {
                Ok(if *value == truth { Predicate::Always } else { Predicate::Never })
            }
            ExprKind::Literal(Value::Null) => Ok(Predicate::Never),
            ExprKind::Column(_) => Ok(Predicate::Is { truth: self.value(expr)?, expected: truth }),
            ExprKind::And(left, right) => {
                let parts = [self.holds(left, truth)?, self.holds(right, truth)?];
                Ok(if truth { Predicate::all(parts) } else { Predicate::any(parts) })
            }
            ExprKind::Or(left, right) => {
                let parts = [self.holds(left, truth)?, self.holds(right, truth)?];
                Ok(if truth { Predicate::any(parts) } else { Predicate::all(parts) })
            }
            ExprKind::Coalesce(..) | ExprKind::When { .. } => {
                Ok(Predicate::Is { truth: self.value(expr)?, expected: truth })
            }
            ExprKind::Call { function, arguments } => self.call(*function, arguments, truth),
            ExprKind::Value(_) | ExprKind::RelativePeriod(_) => Err("its value is not known yet"),
            ExprKind::Literal(_) | ExprKind::Fact(_) | ExprKind::Aggregate(_) | ExprKind::Error => {
                Err("it is not about one row")
            }
        }
    }

    /// The rows for which a condition is true, no more of them.
    pub(super) fn exactly(&mut self, expr: &Expr) -> Result<Predicate, Left> {
        self.without_more(|lowering| lowering.holds(expr, true))
    }

    /// The rows for which a condition is false, no more of them.
    pub(super) fn exactly_not(&mut self, expr: &Expr) -> Result<Predicate, Left> {
        self.without_more(|lowering| lowering.holds(expr, false))
    }

    /// The rows in which two values are equal, no more of them.
    pub(super) fn equal_exactly(&mut self, left: &Expr, right: &Expr) -> Result<Predicate, Left> {
        self.without_more(|lowering| lowering.compare(left, Comparison::Equal, right))
    }

    pub(super) fn without_more(
        &mut self,
        lower: impl FnOnce(&mut Self) -> Result<Predicate, Left>,
    ) -> Result<Predicate, Left> {
        let before = self.is_wider.take();
        let predicate = lower(self);
        match self.is_wider.take() {
            Some(why) => Err(why),
            None => {
                self.is_wider = before;
                predicate
            }
        }
    }

    fn call(&mut self, function: FnId, arguments: &[Expr], truth: bool) -> Result<Predicate, Left> {
        let comparison = |comparison: Comparison| if truth { comparison } else { comparison.opposite() };
        match (function, arguments) {
            (FnId::Not, [expr]) => self.holds(expr, !truth),
            (FnId::Equal, [left, right]) => self.compare(left, comparison(Comparison::Equal), right),
            (FnId::NotEqual, [left, right]) => self.compare(left, comparison(Comparison::NotEqual), right),
            (FnId::Less, [left, right]) => self.compare(left, comparison(Comparison::Less), right),
            (FnId::LessOrEqual, [left, right]) => self.compare(left, comparison(Comparison::LessOrEqual), right),
            (FnId::Greater, [left, right]) => self.compare(left, comparison(Comparison::Greater), right),
            (FnId::GreaterOrEqual, [left, right]) => self.compare(left, comparison(Comparison::GreaterOrEqual), right),
            (FnId::IsNull, [expr]) => self.is_null(expr, truth),
            (FnId::IsNotNull, [expr]) => self.is_null(expr, !truth),
            (FnId::IsSame, [left, right]) => self.is_same(left, right, truth),
            (FnId::IsNotSame, [left, right]) => self.is_same(left, right, !truth),
            (FnId::InList, [value, list]) => self.in_list(value, list, truth),
            (FnId::InRange, [value, range]) => self.in_range(value, range, truth),
            (FnId::InPeriod, [value, period]) => self.in_period(value, period, truth),
            (FnId::StartsWith, [text, part]) => self.text(TextMatch::StartsWith, text, part, truth),
            (FnId::EndsWith, [text, part]) => self.text(TextMatch::EndsWith, text, part, truth),
            (FnId::Contains, [text, part]) => self.text(TextMatch::Contains, text, part, truth),
            (FnId::NullIf, [value, other]) => {
                let ty = &value.ty.data;
                if *ty != DataType::Bool {
                    return Err("it is no condition");
                }
                let is = self.holds(value, truth)?;
                let not_other = self.without_more(|lowering| lowering.holds(other, !truth))?;
                let null = self.is_null(other, true)?;
                // Null where the other is the same truth; where it is another, or null, the value stays.
                Ok(Predicate::all([is, Predicate::any([not_other, null])]))
            }
            _ => Err("this function is not sent"),
        }
    }

    fn is_null(&mut self, expr: &Expr, truth: bool) -> Result<Predicate, Left> {
        if let ExprKind::Literal(value) = &expr.kind {
            return Ok(if value.is_null() == truth { Predicate::Always } else { Predicate::Never });
        }
        let value = match self.column_of(expr) {
            // Whatever its type: a column is null as the server has it.
            Some(column) => Scalar::Column(column.name),
            None => self.value(expr)?,
        };
        Ok(if truth { Predicate::IsNull(value) } else { Predicate::IsNotNull(value) })
    }

    /// Equal, or both null.
    fn is_same(&mut self, left: &Expr, right: &Expr, truth: bool) -> Result<Predicate, Left> {
        let both = |lowering: &mut Self, left_null: bool, right_null: bool| {
            Ok::<_, Left>(Predicate::all([lowering.is_null(left, left_null)?, lowering.is_null(right, right_null)?]))
        };
        if truth {
            let equal = self.compare(left, Comparison::Equal, right)?;
            let nulls = both(self, true, true)?;
            Ok(Predicate::any([equal, nulls]))
        } else {
            let different = self.compare(left, Comparison::NotEqual, right)?;
            let one = both(self, true, false)?;
            let other = both(self, false, true)?;
            Ok(Predicate::any([different, one, other]))
        }
    }
}
