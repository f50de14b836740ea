//! The table of keys that are sent ahead of a query: one column `k`, of a type that loses no key and meets the column.
//!
//! Keys only make an answer smaller: the join is computed here. So more rows may match than are meant (a collation), never
//! fewer.

mod transact;

use wr_base::ty::DataType;

pub use transact::{KeyKind, KeyTables};

/// The type of `k` in the words of ClickHouse: `Int64`.
///
/// `is_wide`: an int among the keys is beyond 64 bits. `None`: no keys of this type are sent (B7).
#[must_use]
pub fn clickhouse_key_type(ty: &DataType, is_wide: bool) -> Option<String> {
    match ty {
        DataType::Int => Some(if is_wide { "Int128" } else { "Int64" }.to_owned()),
        DataType::Decimal { precision, scale } => Some(format!("Decimal({precision}, {scale})")),
        DataType::Text => Some("String".to_owned()),
        DataType::Date => Some("Date32".to_owned()),
        DataType::Uuid => Some("UUID".to_owned()),
        DataType::Float
        | DataType::Bool
        | DataType::DateTime
        | DataType::Time
        | DataType::Duration
        | DataType::Percent
        | DataType::Range(_)
        | DataType::Period
        | DataType::List(_)
        | DataType::Shape
        | DataType::Null
        | DataType::Error => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_of_a_type_that_loses_none() {
        let words = |ty: DataType, is_wide| clickhouse_key_type(&ty, is_wide);
        assert_eq!(words(DataType::Int, false).as_deref(), Some("Int64"));
        assert_eq!(words(DataType::Int, true).as_deref(), Some("Int128"));
        assert_eq!(words(DataType::DateTime, false), None);
    }
}
