//! How many bytes a cell of a stored column is at most, as it is sent: from its type alone.
//!
//! Invariant: no value of the type is wider. What has no bound by its type has none here.

use super::{ClickHouseKind, SqlServerKind, StoredType};

impl StoredType {
    /// Bytes of one cell at most; `None` where only the values tell.
    #[must_use]
    pub fn widest_cell(&self) -> Option<u64> {
        match self {
            Self::ClickHouse(ty) => of_clickhouse(&ty.kind),
            Self::SqlServer(ty) => of_sqlserver(&ty.kind),
        }
    }
}

/// The widths of ClickHouse's formats: <https://clickhouse.com/docs/sql-reference/data-types>.
fn of_clickhouse(kind: &ClickHouseKind) -> Option<u64> {
    Some(match kind {
        ClickHouseKind::Int { bits, .. } | ClickHouseKind::Float { bits } | ClickHouseKind::Enum { bits, .. } => {
            u64::from(*bits / 8)
        }
        // Arrow has decimals of one width.
        ClickHouseKind::Decimal { .. } | ClickHouseKind::Uuid | ClickHouseKind::Ipv6 => 16,
        ClickHouseKind::FixedString(bytes) => u64::from(*bytes),
        ClickHouseKind::Ipv4 | ClickHouseKind::Date | ClickHouseKind::Date32 | ClickHouseKind::DateTime { .. } => 4,
        ClickHouseKind::DateTime64 { .. } => 8,
        ClickHouseKind::Bool | ClickHouseKind::Nothing => 1,
        ClickHouseKind::String | ClickHouseKind::Other(_) => return None,
    })
}

/// The storage sizes of T-SQL, with the length byte that a cell has on the wire.
fn of_sqlserver(kind: &SqlServerKind) -> Option<u64> {
    Some(match kind {
        SqlServerKind::Bit | SqlServerKind::TinyInt => 2,
        SqlServerKind::SmallInt => 3,
        SqlServerKind::Int | SqlServerKind::Real | SqlServerKind::SmallMoney | SqlServerKind::SmallDateTime => 5,
        SqlServerKind::BigInt | SqlServerKind::Float | SqlServerKind::Money | SqlServerKind::DateTime => 9,
        SqlServerKind::Decimal { .. } | SqlServerKind::UniqueIdentifier => 18,
        SqlServerKind::Text { national, length, .. } => u64::from((*length)?) * if *national { 2 } else { 1 } + 2,
        SqlServerKind::Date => 4,
        SqlServerKind::Time { .. } => 6,
        SqlServerKind::DateTime2 { .. } => 9,
        SqlServerKind::DateTimeOffset { .. } => 11,
        SqlServerKind::RowVersion => 10,
        SqlServerKind::OldText { .. } | SqlServerKind::Xml | SqlServerKind::Other(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::sql::stored::{ClickHouseType, StoredType};

    #[test]
    fn a_text_has_no_bound_and_a_number_has_its_own() {
        let widest = |words: &str| StoredType::ClickHouse(ClickHouseType::parse(words)).widest_cell();
        assert_eq!(widest("UInt64"), Some(8));
        assert_eq!(widest("Nullable(Int128)"), Some(16));
        assert_eq!(widest("FixedString(20)"), Some(20));
        assert_eq!(widest("LowCardinality(String)"), None);
    }
}
