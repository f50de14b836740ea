//! Expressions as values of SQL.

use wr_base::ty::DataType;
use wr_base::value::{Date, Decimal, Value};

use super::super::stored::{ClickHouseKind, SqlServerKind, StoredType};
use super::super::tree::{Function, Predicate, Scalar, SqlType};
use super::{Column, Dialect, Left, Lowering};
use crate::expr::{Expr, ExprKind};
use crate::functions::FnId;

/// The days that ClickHouse knows: others are silently moved to the nearest of these.
pub(super) const CLICKHOUSE_DAYS: (Date, Date) = (Date(-25_567), Date(120_529));

impl SqlType {
    /// What values of a type are on the way to a server while none is known.
    #[must_use]
    pub fn natural(ty: &DataType) -> Self {
        match ty {
            DataType::Int => Self::Int64,
            DataType::Decimal { precision, scale } => Self::Decimal { precision: *precision, scale: *scale },
            DataType::Percent => Self::Decimal { precision: 18, scale: crate::functions::PERCENT_SCALE },
            DataType::Float => Self::Float,
            DataType::Bool => Self::Bool,
            DataType::Date => Self::Date,
            DataType::DateTime => Self::Instant,
            DataType::Time => Self::Time,
            DataType::Uuid => Self::Uuid,
            DataType::List(of) => Self::List(Box::new(Self::natural(of))),
            DataType::Text
            | DataType::Duration
            | DataType::Range(_)
            | DataType::Period
            | DataType::Shape
            | DataType::Null
            | DataType::Error => Self::Text,
        }
    }

    /// As [`SqlType::natural`], as wide as this value needs it.
    #[must_use]
    pub fn of_value(ty: &DataType, value: &Value) -> Self {
        match (ty, value) {
            (DataType::Int, Value::Int(value)) => Self::of_int(*value),
            (DataType::List(of), Value::List(items)) => {
                let widest = items.iter().map(|item| Self::of_value(of, item)).reduce(|widest, ty| {
                    if widest == ty || ty == Self::Int64 && widest == Self::WideInt {
                        widest
                    } else if **of == DataType::Int {
                        Self::WideInt
                    } else {
                        widest
                    }
                });
                Self::List(Box::new(widest.unwrap_or_else(|| Self::natural(of))))
            }
            (ty, _) => Self::natural(ty),
        }
    }

    /// The narrowest type that holds an int.
    #[must_use]
    pub fn of_int(value: i128) -> Self {
        if i64::try_from(value).is_ok() {
            Self::Int64
        } else if u64::try_from(value).is_ok() {
            Self::UInt64
        } else {
            Self::WideInt
        }
    }
}

impl Lowering<'_> {
    /// An expression as a value of each row. What cannot be written exactly is left.
    pub(super) fn value(&mut self, expr: &Expr) -> Result<Scalar, Left> {
        match &expr.kind {
            ExprKind::Literal(value) => self.literal(&expr.ty.data, value, None),
            ExprKind::Column(_) => {
                let column = self.column_of(expr).ok_or("it reads what the source does not have")?;
                Ok(self.read(&column))
            }
            ExprKind::Call { function: FnId::NullIf, arguments } => match arguments.as_slice() {
                [value, other] => {
                    let equal = self.equal_exactly(value, other)?;
                    let (null, value) = (self.null(&expr.ty.data), self.unified(value, &expr.ty.data)?);
                    Ok(Scalar::Case { branches: vec![(equal, null)], otherwise: Some(Box::new(value)) })
                }
                _ => Err("it is not known here"),
            },
            ExprKind::Call { function: FnId::Length, arguments } if self.dialect == Dialect::ClickHouse => {
                match arguments.as_slice() {
                    [text] => Ok(Scalar::call(Function::Length, self.value(text)?)),
                    _ => Err("it is not known here"),
                }
            }
            ExprKind::Coalesce(left, right) => {
                let left = self.unified(left, &expr.ty.data)?;
                let right = self.unified(right, &expr.ty.data)?;
                Ok(Scalar::Call(Function::Coalesce, vec![left, right]))
            }
            ExprKind::When { branches, otherwise } => {
                let branches = branches
                    .iter()
                    .map(|branch| Ok((self.exactly(&branch.condition)?, self.unified(&branch.result, &expr.ty.data)?)))
                    .collect::<Result<Vec<_>, Left>>()?;
                let otherwise = self.unified(otherwise, &expr.ty.data)?;
                Ok(Scalar::Case { branches, otherwise: Some(Box::new(otherwise)) })
            }
            ExprKind::Call { .. } | ExprKind::And(..) | ExprKind::Or(..) if expr.ty.data == DataType::Bool => {
                self.truth(expr)
            }
            ExprKind::Call { .. } | ExprKind::And(..) | ExprKind::Or(..) => Err("this function is not sent"),
            ExprKind::Value(_) | ExprKind::RelativePeriod(_) => Err("its value is not known yet"),
            ExprKind::Fact(_) | ExprKind::Aggregate(_) | ExprKind::Error => Err("it is not about one row"),
        }
    }

    /// A condition as a value: true, false or null.
    fn truth(&mut self, expr: &Expr) -> Result<Scalar, Left> {
        let is_true = self.exactly(expr)?;
        let is_false = self.exactly_not(expr)?;
        Ok(Scalar::Case {
            branches: vec![(is_true, Scalar::Truth(true)), (is_false, Scalar::Truth(false))],
            otherwise: None,
        })
    }

    /// A value in the one type of all branches that it is one of.
    fn unified(&mut self, expr: &Expr, ty: &DataType) -> Result<Scalar, Left> {
        if let ExprKind::Literal(Value::Null) = &expr.kind {
            return Ok(self.null(ty));
        }
        if let Some(column) = self.column_of(expr) {
            Self::must_widen(&column)?;
        }
        let value = self.value(expr)?;
        let Some(ty) = self.unified_type(ty)? else { return Ok(value) };
        // A parameter of SQL Server is cast to its type wherever it stands.
        let is_cast = match &value {
            Scalar::Cast(_, cast) => *cast == ty,
            Scalar::Parameter(at) => {
                self.dialect == Dialect::Transact && self.parameters.get(at.0).is_some_and(|bound| bound.ty == ty)
            }
            Scalar::Column(_)
            | Scalar::Null(_)
            | Scalar::Call(..)
            | Scalar::Case { .. }
            | Scalar::Truth(_)
            | Scalar::Aggregate(_) => false,
        };
        let is_text = ty == SqlType::Text;
        let value = if is_cast { value } else { value.cast(ty) };
        Ok(if is_text && self.dialect == Dialect::Transact {
            Scalar::call(Function::OneCollation, value)
        } else {
            value
        })
    }

    /// The type to which branches are cast; `None` where they are of one type anyway.
    fn unified_type(&self, ty: &DataType) -> Result<Option<SqlType>, Left> {
        match ty {
            DataType::Int => Ok(Some(SqlType::WideInt)),
            DataType::Decimal { precision, scale } => {
                let precision =
                    if self.dialect == Dialect::ClickHouse { DataType::WIDEST_DECIMAL_PRECISION } else { *precision };
                Ok(Some(SqlType::Decimal { precision, scale: *scale }))
            }
            DataType::Text => Ok(Some(SqlType::Text)),
            DataType::Date => Ok(Some(SqlType::Date)),
            DataType::DateTime if self.dialect == Dialect::ClickHouse => Ok(Some(SqlType::Instant)),
            DataType::Bool | DataType::Uuid => Ok(None),
            DataType::DateTime
            | DataType::Time
            | DataType::Float
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

    /// Whether a column's values survive the cast to their declared type.
    fn must_widen(column: &Column) -> Result<(), Left> {
        if let Some(ClickHouseKind::DateTime64 { scale, .. }) = column.clickhouse()
            && *scale > 6
        {
            return Err("the server's instants are finer than microseconds");
        }
        Ok(())
    }

    fn null(&self, ty: &DataType) -> Scalar {
        Scalar::Null(match (ty, self.dialect) {
            (DataType::Int, _) => SqlType::WideInt,
            (DataType::Decimal { scale, .. }, Dialect::ClickHouse) => {
                SqlType::Decimal { precision: DataType::WIDEST_DECIMAL_PRECISION, scale: *scale }
            }
            (ty, _) => SqlType::natural(ty),
        })
    }

    /// A value of a script as a parameter, in the type of the column that it meets.
    pub(super) fn literal(&mut self, ty: &DataType, value: &Value, column: Option<&Column>) -> Result<Scalar, Left> {
        if value.is_null() {
            return Ok(self.null(ty));
        }
        let ty = match self.dialect {
            Dialect::ClickHouse => clickhouse_type(value, ty, column)?,
            Dialect::Transact => transact_type(value, ty)?,
        };
        let value = match (&ty, value) {
            (SqlType::Decimal { scale, .. }, Value::Decimal(decimal)) => {
                Value::Decimal(decimal.rescale(*scale).ok_or("it has more digits than the column")?)
            }
            (SqlType::Decimal { scale, .. }, Value::Int(int)) => {
                let decimal = Decimal::from_int(*int).and_then(|decimal| decimal.rescale(*scale));
                Value::Decimal(decimal.ok_or("it has more digits than the column")?)
            }
            (_, value) => value.clone(),
        };
        Ok(self.parameter(Some(value), ty))
    }
}

/// The type in which a value goes to ClickHouse: that of the column where that spares the column a conversion, because a
/// converted column is not looked up in the index.
fn clickhouse_type(value: &Value, ty: &DataType, column: Option<&Column>) -> Result<SqlType, Left> {
    match value {
        Value::Int(int) => match column.and_then(Column::clickhouse) {
            Some(ClickHouseKind::Decimal { precision, scale }) => {
                decimal_type(*precision, *scale, Decimal::from_int(*int))
            }
            _ => Ok(SqlType::of_int(*int)),
        },
        Value::Decimal(decimal) => match (column.and_then(Column::clickhouse), ty) {
            (Some(ClickHouseKind::Decimal { precision, scale }), _) => decimal_type(*precision, *scale, Some(*decimal)),
            (Some(_), _) => Err("the column is no decimal on the server"),
            (None, DataType::Decimal { precision, scale }) => {
                Ok(SqlType::Decimal { precision: *precision, scale: *scale })
            }
            (None, _) => Err("values of this type are not sent"),
        },
        Value::Date(date) => {
            let (first, last) = CLICKHOUSE_DAYS;
            if *date < first || *date > last { Err("ClickHouse knows no such day") } else { Ok(SqlType::Date) }
        }
        Value::Text(_) => Ok(SqlType::Text),
        Value::Bool(_) => Ok(SqlType::Bool),
        Value::DateTime(_) => Ok(SqlType::Instant),
        Value::Uuid(_) => Ok(SqlType::Uuid),
        Value::Null
        | Value::Float(_)
        | Value::Time(_)
        | Value::Duration(_)
        | Value::Percent(_)
        | Value::Range(..)
        | Value::Period(_)
        | Value::List(_) => Err("values of this type are not sent"),
    }
}

/// A decimal with a column's digits behind the point, and at least as many in all as the value needs.
fn decimal_type(precision: u8, scale: u8, value: Option<Decimal>) -> Result<SqlType, Left> {
    let value = value.and_then(|value| value.rescale(scale)).ok_or("it has more digits than the column")?;
    let digits = u8::try_from(value.unscaled.unsigned_abs().to_string().len()).unwrap_or(u8::MAX);
    Ok(SqlType::Decimal { precision: precision.max(digits), scale })
}

/// The type in which a value goes to SQL Server.
fn transact_type(value: &Value, ty: &DataType) -> Result<SqlType, Left> {
    match (value, ty) {
        (Value::Int(int), _) if i64::try_from(*int).is_ok() => Ok(SqlType::Int64),
        (Value::Int(int), _) if Decimal::from_int(*int).is_some() => Ok(SqlType::WideInt),
        (Value::Int(_), _) => Err("SQL Server has no such number"),
        (Value::Decimal(_), DataType::Decimal { precision, scale }) => {
            Ok(SqlType::Decimal { precision: *precision, scale: *scale })
        }
        (Value::Text(_), _) => Ok(SqlType::Text),
        (Value::Bool(_), _) => Ok(SqlType::Bool),
        (Value::Date(_), _) => Ok(SqlType::Date),
        (Value::DateTime(_), _) => Ok(SqlType::Instant),
        (Value::Uuid(_), _) => Ok(SqlType::Uuid),
        (
            Value::Null
            | Value::Decimal(_)
            | Value::Float(_)
            | Value::Time(_)
            | Value::Duration(_)
            | Value::Percent(_)
            | Value::Range(..)
            | Value::Period(_)
            | Value::List(_),
            _,
        ) => Err("values of this type are not sent"),
    }
}

/// Whether a text can be compared byte by byte as the server has it: `text` columns of SQL Server cannot.
pub(super) fn is_plain_text(stored: Option<&StoredType>) -> bool {
    !matches!(stored, Some(StoredType::SqlServer(ty)) if matches!(ty.kind, SqlServerKind::OldText { .. } | SqlServerKind::Xml | SqlServerKind::RowVersion))
}

/// What never holds or always holds, for all rows that have a value.
pub(super) fn known(value: Scalar, holds: bool) -> Predicate {
    if holds { Predicate::IsNotNull(value) } else { Predicate::Never }
}
