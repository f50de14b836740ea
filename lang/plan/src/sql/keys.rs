//! The table of keys that are sent ahead of a query: one column `k`, of a type that loses no key and meets the column.
//!
//! Keys only make an answer smaller: the join is computed here. So more rows may match than are meant (a collation), never
//! fewer.

use wr_base::ty::DataType;

use super::Dialect;
use super::stored::{SqlServerKind, StoredType};

/// The type of `k` in the server's words: `Int64`, `nvarchar(4000) COLLATE Cyrillic_General_CI_AS`.
///
/// `is_wide`: an int among the keys is beyond 64 bits. `None`: no keys of this type are sent (B7).
#[must_use]
pub fn key_type(dialect: Dialect, ty: &DataType, stored: Option<&StoredType>, is_wide: bool) -> Option<String> {
    match dialect {
        Dialect::ClickHouse => clickhouse(ty, is_wide),
        Dialect::Transact => transact(ty, stored, is_wide),
    }
}

fn clickhouse(ty: &DataType, is_wide: bool) -> Option<String> {
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

fn transact(ty: &DataType, stored: Option<&StoredType>, is_wide: bool) -> Option<String> {
    match ty {
        DataType::Int => Some(if is_wide { "decimal(38, 0)" } else { "bigint" }.to_owned()),
        DataType::Decimal { precision, scale } => Some(format!("decimal({precision}, {scale})")),
        DataType::Text => text(stored),
        DataType::Date => Some("date".to_owned()),
        DataType::Uuid => Some("uniqueidentifier".to_owned()),
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

/// In UTF-16, so that no sign is lost and none is cut; in the collation of the column, or the server refuses to compare.
fn text(stored: Option<&StoredType>) -> Option<String> {
    const USUAL: &str = "nvarchar(4000) COLLATE DATABASE_DEFAULT";
    let Some(StoredType::SqlServer(ty)) = stored else { return Some(USUAL.to_owned()) };
    let length = match &ty.kind {
        SqlServerKind::Text { length: None, .. } => "max",
        SqlServerKind::Text { .. } => "4000",
        // No comparison takes them.
        SqlServerKind::OldText { .. } | SqlServerKind::Xml | SqlServerKind::RowVersion => return None,
        SqlServerKind::Bit
        | SqlServerKind::TinyInt
        | SqlServerKind::SmallInt
        | SqlServerKind::Int
        | SqlServerKind::BigInt
        | SqlServerKind::Decimal { .. }
        | SqlServerKind::Money
        | SqlServerKind::SmallMoney
        | SqlServerKind::Real
        | SqlServerKind::Float
        | SqlServerKind::Date
        | SqlServerKind::Time { .. }
        | SqlServerKind::DateTime
        | SqlServerKind::SmallDateTime
        | SqlServerKind::DateTime2 { .. }
        | SqlServerKind::DateTimeOffset { .. }
        | SqlServerKind::UniqueIdentifier
        | SqlServerKind::Other(_) => return None,
    };
    let is_word = |name: &str| name.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '_');
    let collation = ty.collation.as_deref().filter(|name| is_word(name)).unwrap_or("DATABASE_DEFAULT");
    Some(format!("nvarchar({length}) COLLATE {collation}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::stored::{SqlServerColumn, SqlServerType};

    #[test]
    fn keys_are_of_a_type_that_loses_none() {
        let stored = |data_type, max_length| {
            let column = SqlServerColumn {
                data_type,
                precision: 0,
                scale: 0,
                max_length,
                collation: Some("Cyrillic_General_CI_AS"),
                is_nullable: true,
            };
            StoredType::SqlServer(SqlServerType::new(column))
        };
        let words =
            |dialect, ty: DataType, stored: Option<&StoredType>, is_wide| key_type(dialect, &ty, stored, is_wide);
        let some = |words: &str| Some(words.to_owned());
        assert_eq!(words(Dialect::ClickHouse, DataType::Int, None, false), some("Int64"));
        assert_eq!(words(Dialect::ClickHouse, DataType::Int, None, true), some("Int128"));
        assert_eq!(words(Dialect::ClickHouse, DataType::DateTime, None, false), None);
        let text = |stored| words(Dialect::Transact, DataType::Text, stored, false);
        assert_eq!(text(None), some("nvarchar(4000) COLLATE DATABASE_DEFAULT"));
        let (short, long, old) = (stored("varchar", 20), stored("nvarchar", -1), stored("ntext", 16));
        assert_eq!(text(Some(&short)), some("nvarchar(4000) COLLATE Cyrillic_General_CI_AS"));
        assert_eq!(text(Some(&long)), some("nvarchar(max) COLLATE Cyrillic_General_CI_AS"));
        assert_eq!(text(Some(&old)), None);
    }
}
