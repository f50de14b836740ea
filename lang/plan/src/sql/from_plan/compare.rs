//! Comparisons. A column that meets a value of the script is the usual one: it is written so that the server finds the rows
//! by its index, and means exactly what it says (B9, B12).

use std::cmp::Ordering;

use wr_base::ty::DataType;
use wr_base::value::{DateTime, Value};

use super::super::stored::{ClickHouseKind, SqlServerKind, StoredType};
use super::super::tree::{Comparison, Function, Predicate, Scalar, SqlType, TextMatch};
use super::value::{CLICKHOUSE_DAYS, is_plain_text, known};
use super::{Column, Dialect, Left, Lowering};
use crate::expr::{Expr, ExprKind};

/// A wall clock differs from UTC by less than this: within it the order of instants and of wall times can differ.
const WALL_MARGIN: i64 = 25 * 3_600_000_000;

impl Lowering<'_> {
    pub(super) fn compare(&mut self, left: &Expr, comparison: Comparison, right: &Expr) -> Result<Predicate, Left> {
        let is_null = |expr: &Expr| matches!(expr.kind, ExprKind::Literal(Value::Null));
        if is_null(left) || is_null(right) {
            return Ok(Predicate::Never);
        }
        match (self.column_of(left), left.as_literal(), self.column_of(right), right.as_literal()) {
            (Some(column), _, _, Some(value)) => self.compare_with(&column, comparison, value),
            (_, Some(value), Some(column), _) => self.compare_with(&column, comparison.turned(), value),
            _ => self.compare_values(left, comparison, right),
        }
    }

    /// A column and a value that is not null.
    pub(super) fn compare_with(
        &mut self,
        column: &Column,
        comparison: Comparison,
        value: &Value,
    ) -> Result<Predicate, Left> {
        let ty = column.ty.data.clone();
        self.can_be_compared(&ty, comparison)?;
        match (&ty, value) {
            (DataType::Text, Value::Text(text)) => self.text_with(column, comparison, text),
            (DataType::DateTime, Value::DateTime(at)) => self.instant_with(column, comparison, *at),
            (DataType::Date, Value::Date(date)) if self.dialect == Dialect::ClickHouse => {
                let (first, last) = CLICKHOUSE_DAYS;
                if *date < first {
                    return Ok(known(self.read(column), holds(Ordering::Greater, comparison)));
                }
                if *date > last {
                    return Ok(known(self.read(column), holds(Ordering::Less, comparison)));
                }
                self.simple_with(column, comparison, value)
            }
            _ => self.simple_with(column, comparison, value),
        }
    }

    fn simple_with(&mut self, column: &Column, comparison: Comparison, value: &Value) -> Result<Predicate, Left> {
        let right = self.literal(&column.ty.data, value, Some(column))?;
        Ok(Predicate::Compare { left: self.looked_up(column), comparison, right })
    }

    fn text_with(&mut self, column: &Column, comparison: Comparison, text: &str) -> Result<Predicate, Left> {
        let value = Value::text(text);
        match self.dialect {
            Dialect::ClickHouse => {
                // A name that the column can have is compared as the number that it is, and found in the index.
                let is_name = matches!(column.clickhouse(), Some(ClickHouseKind::Enum { names, .. }) if names.iter().any(|(name, _)| name == text));
                let is_equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
                let left = if is_name && is_equality { Scalar::Column(column.name.clone()) } else { self.read(column) };
                let right = self.parameter(Some(value), SqlType::Text);
                Ok(Predicate::Compare { left, comparison, right })
            }
            Dialect::Transact => {
                let right = self.parameter(Some(value), SqlType::Text);
                // What the server can look up: equal under the column's collation, which all equal texts are.
                let seek = (comparison == Comparison::Equal && is_plain_text(column.stored.as_ref())).then(|| {
                    let left = Scalar::Column(column.name.clone());
                    Predicate::Compare { left, comparison, right: looked_for(right.clone(), column) }
                });
                let exact = Predicate::Compare { left: marked(self.read(column)), comparison, right: marked(right) };
                Ok(Predicate::all(seek.into_iter().chain([exact])))
            }
        }
    }

    fn instant_with(&mut self, column: &Column, comparison: Comparison, at: DateTime) -> Result<Predicate, Left> {
        match (column.clickhouse(), column.sqlserver()) {
            (Some(ClickHouseKind::DateTime64 { scale, .. }), _) if *scale > 6 => {
                if is_beyond_nanoseconds(at) {
                    return Err("the server's instants end before");
                }
                self.finer_with(column, comparison, at)
            }
            (_, Some(SqlServerKind::DateTimeOffset { scale })) if *scale > 6 => self.finer_with(column, comparison, at),
            (_, Some(SqlServerKind::DateTimeOffset { .. })) | (Some(_), _) => {
                self.simple_with(column, comparison, &Value::DateTime(at))
            }
            (None, Some(_)) => self.wall_with(column, comparison, at),
            (None, None) => self.simple_with(column, comparison, &Value::DateTime(at)),
        }
    }

    /// An instant of ours is all instants of the server within its microsecond.
    fn finer_with(&mut self, column: &Column, comparison: Comparison, at: DateTime) -> Result<Predicate, Left> {
        let next = at.add_micros(1).ok_or("the server's instants end before")?;
        let mut side =
            |comparison: Comparison, at: DateTime| self.simple_with(column, comparison, &Value::DateTime(at));
        Ok(match comparison {
            Comparison::Less => side(Comparison::Less, at)?,
            Comparison::GreaterOrEqual => side(Comparison::GreaterOrEqual, at)?,
            Comparison::LessOrEqual => side(Comparison::Less, next)?,
            Comparison::Greater => side(Comparison::GreaterOrEqual, next)?,
            Comparison::Equal => Predicate::all([side(Comparison::GreaterOrEqual, at)?, side(Comparison::Less, next)?]),
            Comparison::NotEqual => {
                Predicate::any([side(Comparison::Less, at)?, side(Comparison::GreaterOrEqual, next)?])
            }
        })
    }

    /// B12: the widest wall times that the instants can be, looked at again by whoever reads the answer.
    fn wall_with(&mut self, column: &Column, comparison: Comparison, at: DateTime) -> Result<Predicate, Left> {
        const WHY: Left = "the column has no zone: a wall time is looked at again";
        let zone = self.request.live.and_then(|live| live.wall_zone).ok_or("the column has no zone")?;
        let wall = zone.wall_clock(at).and_utc().timestamp_micros();
        let mut bound = |comparison: Comparison, wall: Option<i64>| {
            // `smalldatetime` has the fewest years, 1900 to 2078: a bound outside of them is none.
            let wall = wall
                .and_then(DateTime::checked)
                .filter(|wall| wall.0 > -2_208_900_000_000_000 && wall.0 < 3_400_000_000_000_000);
            let Some(wall) = wall else { return Predicate::IsNotNull(Scalar::Column(column.name.clone())) };
            let right = self.parameter(Some(Value::DateTime(wall)), SqlType::WallTime);
            Predicate::Compare { left: Scalar::Column(column.name.clone()), comparison, right }
        };
        let (from, to) = (wall.checked_sub(WALL_MARGIN), wall.checked_add(WALL_MARGIN));
        let predicate = match comparison {
            Comparison::NotEqual => return Err(WHY),
            Comparison::Equal => {
                Predicate::all([bound(Comparison::GreaterOrEqual, from), bound(Comparison::LessOrEqual, to)])
            }
            Comparison::Less | Comparison::LessOrEqual => bound(Comparison::LessOrEqual, to),
            Comparison::Greater | Comparison::GreaterOrEqual => bound(Comparison::GreaterOrEqual, from),
        };
        self.is_wider = Some(WHY);
        Ok(predicate)
    }

    /// Two values that are not a column and a value of the script.
    fn compare_values(&mut self, left: &Expr, comparison: Comparison, right: &Expr) -> Result<Predicate, Left> {
        let ty = &left.ty.data;
        self.can_be_compared(ty, comparison)?;
        let columns = [self.column_of(left), self.column_of(right)];
        for column in columns.iter().flatten() {
            self.must_be_plain(column)?;
        }
        if let (DataType::Decimal { .. } | DataType::Int, [left, right]) = (ty, &columns) {
            let scale = |column: &Option<Column>| column.as_ref().and_then(stored_scale);
            if left.is_some() != right.is_some() && matches!(ty, DataType::Decimal { .. })
                || scale(left) != scale(right)
            {
                return Err("the server would change the digits of one side");
            }
        }
        let (left, right) = (self.value(left)?, self.value(right)?);
        let is_text = *ty == DataType::Text && self.dialect == Dialect::Transact;
        let (left, right) = if is_text { (marked(left), marked(right)) } else { (left, right) };
        Ok(Predicate::Compare { left, comparison, right })
    }

    fn can_be_compared(&self, ty: &DataType, comparison: Comparison) -> Result<(), Left> {
        let is_equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        match ty {
            DataType::Int | DataType::Decimal { .. } | DataType::Date | DataType::DateTime => Ok(()),
            DataType::Text if is_equality || self.dialect == Dialect::ClickHouse => Ok(()),
            DataType::Text => Err("SQL Server orders texts by a collation"),
            DataType::Bool | DataType::Uuid if is_equality => Ok(()),
            DataType::Uuid => Err("servers order uuids in their own way"),
            DataType::Float => Err("floats are compared here"),
            DataType::Bool
            | DataType::Time
            | DataType::Duration
            | DataType::Percent
            | DataType::Range(_)
            | DataType::Period
            | DataType::List(_)
            | DataType::Shape
            | DataType::Null
            | DataType::Error => Err("values of this type are not sent"),
        }
    }

    /// A column that can be compared with another as the server has it.
    fn must_be_plain(&self, column: &Column) -> Result<(), Left> {
        if column.ty.data != DataType::DateTime {
            return Ok(());
        }
        match (column.clickhouse(), column.sqlserver()) {
            (Some(ClickHouseKind::DateTime64 { scale, .. }), _) if *scale > 6 => {
                Err("the server's instants are finer than microseconds")
            }
            (Some(_), _) => Ok(()),
            (None, Some(SqlServerKind::DateTimeOffset { scale })) if *scale <= 6 => Ok(()),
            (None, Some(_)) => Err("the column has no zone"),
            (None, None) => Ok(()),
        }
    }

    pub(super) fn text(&mut self, kind: TextMatch, text: &Expr, part: &Expr, truth: bool) -> Result<Predicate, Left> {
        if [text, part].iter().any(|expr| expr.as_literal().is_some_and(Value::is_null)) {
            return Ok(Predicate::Never);
        }
        if self.dialect == Dialect::Transact {
            match (kind, part.as_literal()) {
                // Zero bytes at the end of bytes do not count there.
                (TextMatch::StartsWith | TextMatch::EndsWith, Some(Value::Text(part))) if !part.contains('\0') => {}
                (TextMatch::Contains, _) => return Err("SQL Server looks for texts by a collation"),
                (TextMatch::StartsWith | TextMatch::EndsWith, _) => return Err("only a known text is sent"),
            }
        }
        let (mut text, part) = (self.value(text)?, self.value(part)?);
        if self.dialect == Dialect::Transact {
            text = national(text);
        }
        Ok(Predicate::Text { kind, text, part, expected: truth })
    }
}

/// A value that is looked up in a column: in the column's own type, so that the column is not converted.
pub(super) fn looked_for(value: Scalar, column: &Column) -> Scalar {
    match &column.stored {
        Some(stored @ StoredType::SqlServer(_)) => value.cast(SqlType::Stored(stored.clone())),
        Some(StoredType::ClickHouse(_)) | None => value,
    }
}

/// A text of SQL Server in UTF-16, whatever its code page was.
fn national(text: Scalar) -> Scalar {
    if matches!(text, Scalar::Parameter(_) | Scalar::Cast(_, SqlType::Text)) { text } else { text.cast(SqlType::Text) }
}

/// What is equal exactly when the texts are (B9).
pub(super) fn marked(text: Scalar) -> Scalar {
    Scalar::call(Function::MarkedBytes, national(text))
}

/// The digits behind the point with which a server keeps a number.
fn stored_scale(column: &Column) -> Option<u8> {
    match (column.clickhouse(), column.sqlserver(), &column.ty.data) {
        (Some(_), _, DataType::Int) => Some(0),
        (Some(ClickHouseKind::Decimal { scale, .. }), _, _) | (_, Some(SqlServerKind::Decimal { scale, .. }), _) => {
            Some(*scale)
        }
        (_, Some(SqlServerKind::Money | SqlServerKind::SmallMoney), _) => Some(4),
        (_, _, DataType::Decimal { scale, .. }) => Some(*scale),
        _ => Some(0),
    }
}

/// Whether a comparison holds for two values in this order.
pub(super) const fn holds(order: Ordering, comparison: Comparison) -> bool {
    match comparison {
        Comparison::Equal => matches!(order, Ordering::Equal),
        Comparison::NotEqual => !matches!(order, Ordering::Equal),
        Comparison::Less => matches!(order, Ordering::Less),
        Comparison::LessOrEqual => !matches!(order, Ordering::Greater),
        Comparison::Greater => matches!(order, Ordering::Greater),
        Comparison::GreaterOrEqual => !matches!(order, Ordering::Less),
    }
}

/// Nanoseconds in 64 bits end in 2262 and begin in 1677; a day is kept from both ends.
const fn is_beyond_nanoseconds(at: DateTime) -> bool {
    const END: i64 = i64::MAX / 1000 - 86_400_000_000;
    at.0 > END || at.0 < -END
}
