//! `in [ … ]`: a value and a list that is known.

use wr_base::ty::DataType;
use wr_base::value::{Decimal, Value};

use super::super::stored::ClickHouseKind;
use super::super::tree::{Comparison, List, Predicate, Scalar, SqlType};
use super::compare::{looked_for, marked};
use super::value::{CLICKHOUSE_DAYS, is_plain_text};
use super::{Column, Dialect, LONGEST_LIST, Left, Lowering, MOST_PARAMETERS};
use crate::expr::{Expr, ExprKind};
use crate::functions::FnId;

impl Lowering<'_> {
    pub(super) fn in_list(&mut self, value: &Expr, list: &Expr, truth: bool) -> Result<Predicate, Left> {
        if value.as_literal().is_some_and(Value::is_null) {
            return Ok(Predicate::Never);
        }
        let Some(items) = known_list(list) else { return Err("the list is not known yet") };
        let items: Vec<Value> = items.into_iter().filter(|item| !item.is_null()).collect();
        let column = self.column_of(value);
        match self.dialect {
            Dialect::ClickHouse => self.clickhouse_list(value, column.as_ref(), items, truth),
            Dialect::Transact => self.transact_list(value, column.as_ref(), items, truth),
        }
    }

    /// All in one parameter. ClickHouse takes each member to the column's type first, and changes it where that is narrower:
    /// what the column cannot hold is no member, and instants are compared as microseconds.
    fn clickhouse_list(
        &mut self,
        value: &Expr,
        column: Option<&Column>,
        items: Vec<Value>,
        truth: bool,
    ) -> Result<Predicate, Left> {
        if items.len() > LONGEST_LIST {
            return Err("the list is too long to be sent with the query");
        }
        let ty = &value.ty.data;
        let kind = column.and_then(Column::clickhouse);
        let (left, items, item_type) = match ty {
            DataType::Int | DataType::Decimal { .. } => {
                let (items, item_type) = numbers(items, ty, kind)?;
                let left = match column {
                    Some(column) => self.looked_up(column),
                    None => self.value(value)?,
                };
                (left, items, item_type)
            }
            DataType::DateTime => {
                if matches!(kind, Some(ClickHouseKind::DateTime64 { scale, .. }) if *scale > 6) {
                    return Err("the server's instants are finer than microseconds");
                }
                (self.value(value)?.cast(SqlType::Instant), items, SqlType::Instant)
            }
            DataType::Date => {
                let (first, last) = CLICKHOUSE_DAYS;
                let is_day = |item: &Value| matches!(item, Value::Date(date) if *date >= first && *date <= last);
                (self.value(value)?, items.into_iter().filter(is_day).collect(), SqlType::Date)
            }
            DataType::Text | DataType::Uuid => {
                (self.value(value)?, items, if *ty == DataType::Text { SqlType::Text } else { SqlType::Uuid })
            }
            DataType::Bool
            | DataType::Float
            | DataType::Time
            | DataType::Duration
            | DataType::Percent
            | DataType::Range(_)
            | DataType::Period
            | DataType::List(_)
            | DataType::Shape
            | DataType::Null
            | DataType::Error => return Err("values of this type are not sent"),
        };
        // How signs of quotes in a list are written differs between servers: such texts go one by one.
        let is_odd = |sign: char| matches!(sign, '\\' | '\'' | '\0'..='\u{1f}');
        let is_plain = !items.iter().any(|item| matches!(item, Value::Text(text) if text.chars().any(is_odd)));
        let list = if is_plain || items.is_empty() {
            let ty = SqlType::List(Box::new(item_type));
            List::Array(self.bind(Some(Value::List(items)), ty))
        } else {
            if items.len() > MOST_PARAMETERS {
                return Err("the list is too long to be sent with the query");
            }
            List::Values(items.into_iter().map(|item| self.parameter(Some(item), item_type.clone())).collect())
        };
        Ok(Predicate::InList { value: left, list, is_in: truth })
    }

    fn transact_list(
        &mut self,
        value: &Expr,
        column: Option<&Column>,
        items: Vec<Value>,
        truth: bool,
    ) -> Result<Predicate, Left> {
        let ty = value.ty.data.clone();
        let is_text = ty == DataType::Text;
        if self.parameters.len() + items.len() > MOST_PARAMETERS {
            return Err("the list is too long to be sent with the query");
        }
        match (&ty, column) {
            (DataType::DateTime, Some(column)) => {
                let comparison = if truth { Comparison::Equal } else { Comparison::NotEqual };
                let parts = items
                    .iter()
                    .map(|item| self.compare_with(column, comparison, item))
                    .collect::<Result<Vec<_>, _>>()?;
                let not_null = Predicate::IsNotNull(Scalar::Column(column.name.clone()));
                return Ok(if truth {
                    Predicate::any(parts)
                } else {
                    Predicate::all(parts.into_iter().chain([not_null]))
                });
            }
            (DataType::Int | DataType::Decimal { .. } | DataType::Date | DataType::Uuid | DataType::Text, _) => {}
            (_, _) => return Err("values of this type are not sent"),
        }
        let left = self.value(value)?;
        if items.is_empty() {
            return Ok(if truth { Predicate::Never } else { Predicate::IsNotNull(left) });
        }
        if !is_text {
            let list = items.iter().map(|item| self.literal(&ty, item, column)).collect::<Result<Vec<_>, _>>()?;
            return Ok(Predicate::InList { value: left, list: List::Values(list), is_in: truth });
        }
        let values: Vec<Scalar> = items.into_iter().map(|item| self.parameter(Some(item), SqlType::Text)).collect();
        let seek = match column {
            Some(column) if truth && is_plain_text(column.stored.as_ref()) => {
                let list = values.iter().map(|value| looked_for(value.clone(), column)).collect();
                let value = Scalar::Column(column.name.clone());
                Some(Predicate::InList { value, list: List::Values(list), is_in: true })
            }
            _ => None,
        };
        let list = List::Values(values.into_iter().map(marked).collect());
        let exact = Predicate::InList { value: marked(left), list, is_in: truth };
        Ok(Predicate::all(seek.into_iter().chain([exact])))
    }
}

/// The members of a list that is known: a value, or members that are each known.
fn known_list(list: &Expr) -> Option<Vec<Value>> {
    if let ExprKind::Call { function: FnId::ListOf, arguments } = &list.kind {
        return arguments.iter().map(|argument| argument.as_literal().cloned()).collect();
    }
    if let Some(Value::List(items)) = list.as_literal() { Some(items.clone()) } else { None }
}

/// The numbers that a column can hold, in one type.
fn numbers(items: Vec<Value>, ty: &DataType, kind: Option<&ClickHouseKind>) -> Result<(Vec<Value>, SqlType), Left> {
    let digits = match (kind, ty) {
        (Some(ClickHouseKind::Decimal { precision, scale }), _) => Some((*precision, *scale)),
        (_, DataType::Decimal { precision, scale }) => Some((*precision, *scale)),
        _ => None,
    };
    let Some((precision, scale)) = digits else {
        let list = DataType::List(Box::new(DataType::Int));
        let items = match kind {
            Some(ClickHouseKind::Int { bits, signed }) => {
                items.into_iter().filter(|item| is_within(item, *bits, *signed)).collect()
            }
            _ => items,
        };
        let value = Value::List(items);
        let SqlType::List(of) = SqlType::of_value(&list, &value) else { return Err("it is not known here") };
        let Value::List(items) = value else { return Err("it is not known here") };
        return Ok((items, *of));
    };
    let held = |item: Value| {
        let decimal = if let Value::Int(int) = item { Decimal::from_int(int)? } else { decimal_of(&item)? };
        let decimal = decimal.rescale(scale)?;
        let is_held =
            decimal.unscaled.unsigned_abs().to_string().len() <= usize::from(precision) || decimal.unscaled == 0;
        is_held.then_some(Value::Decimal(decimal))
    };
    Ok((items.into_iter().filter_map(held).collect(), SqlType::Decimal { precision, scale }))
}

fn decimal_of(value: &Value) -> Option<Decimal> {
    if let Value::Decimal(decimal) = value { Some(*decimal) } else { None }
}

fn is_within(item: &Value, bits: u16, signed: bool) -> bool {
    let Value::Int(int) = item else { return false };
    let bits = u32::from(bits) - u32::from(signed);
    let top = if bits >= 127 { i128::MAX } else { (1_i128 << bits) - 1 };
    let bottom = if signed { -top - 1 } else { 0 };
    *int >= bottom && *int <= top
}
