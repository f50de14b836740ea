//! The table of keys that are sent ahead of a query: one column `k`, of a type that meets the column and loses no key that
//! could be in it.
//!
//! Keys only make an answer smaller: the join is computed here. So more rows may match than are meant (a collation), never
//! fewer.

mod transact;

use wr_base::ty::DataType;
use wr_base::value::{Decimal, Value};

use super::stored::ClickHouseKind;

pub use transact::{KeyKind, KeyTables};

/// The type of `k` in the words of ClickHouse: that of the column, so that nothing is converted. Under some profiles the server
/// fails at a value of the column that another type cannot hold, under others it finds no decimal among ints.
///
/// `None`: no keys of this type are sent (B7), or the column is none that meets them by its values.
#[must_use]
pub fn clickhouse_key_type(ty: &DataType, stored: &ClickHouseKind) -> Option<String> {
    if !ty.is_key_type() {
        return None;
    }
    match stored {
        ClickHouseKind::Int { bits, signed } => Some(format!("{}Int{bits}", if *signed { "" } else { "U" })),
        ClickHouseKind::Decimal { precision, scale } => Some(format!("Decimal({precision}, {scale})")),
        ClickHouseKind::String => Some("String".to_owned()),
        ClickHouseKind::Date => Some("Date".to_owned()),
        ClickHouseKind::Date32 => Some("Date32".to_owned()),
        ClickHouseKind::Uuid => Some("UUID".to_owned()),
        ClickHouseKind::Float { .. }
        | ClickHouseKind::FixedString(_)
        | ClickHouseKind::Ipv4
        | ClickHouseKind::Ipv6
        | ClickHouseKind::DateTime { .. }
        | ClickHouseKind::DateTime64 { .. }
        | ClickHouseKind::Enum { .. }
        | ClickHouseKind::Bool
        | ClickHouseKind::Nothing
        | ClickHouseKind::Other(_) => None,
    }
}

/// Whether a column could hold a key at all; others match nothing.
#[must_use]
pub fn clickhouse_can_hold(stored: &ClickHouseKind, key: &Value) -> bool {
    match (stored, key) {
        (ClickHouseKind::Int { bits, signed }, Value::Int(int)) => {
            let own_bits = u32::from(*bits).saturating_sub(u32::from(*signed));
            // What is left of a number without the bits that it may have: nothing, or the sign.
            let rest = int.checked_shr(own_bits).unwrap_or(if *int < 0 { -1 } else { 0 });
            rest == 0 || *signed && rest == -1
        }
        (ClickHouseKind::Decimal { precision, scale }, Value::Int(int)) => {
            Decimal::new(*int, 0).is_some_and(|key| fits(key, *precision, *scale))
        }
        (ClickHouseKind::Decimal { precision, scale }, Value::Decimal(key)) => fits(*key, *precision, *scale),
        (ClickHouseKind::Date, Value::Date(day)) => u16::try_from(day.0).is_ok(),
        _ => true,
    }
}

/// Whether all digits of a number have a place.
fn fits(key: Decimal, precision: u8, scale: u8) -> bool {
    let most = 10_u128.checked_pow(u32::from(precision)).unwrap_or(u128::MAX);
    key.rescale(scale).is_some_and(|key| key.unscaled.unsigned_abs() < most)
}

#[cfg(test)]
mod tests {
    use wr_base::value::Date;

    use super::super::stored::ClickHouseType;
    use super::*;

    #[test]
    fn keys_are_of_a_type_that_loses_none() {
        let words = |ty: DataType, stored: &str| clickhouse_key_type(&ty, &ClickHouseType::parse(stored).kind);
        assert_eq!(words(DataType::Int, "Int64").as_deref(), Some("Int64"));
        assert_eq!(words(DataType::Int, "Nullable(UInt8)").as_deref(), Some("UInt8"));
        assert_eq!(words(DataType::Int, "Decimal(18, 0)").as_deref(), Some("Decimal(18, 0)"));
        assert_eq!(words(DataType::DateTime, "DateTime"), None);
    }

    #[test]
    fn a_key_that_its_column_cannot_hold_is_none() {
        let cases = [
            ("UInt8", 255, true),
            ("UInt8", 256, false),
            ("UInt8", -1, false),
            ("Int8", -128, true),
            ("Int8", 128, false),
            ("UInt64", i128::from(u64::MAX), true),
            ("UInt64", i128::from(u64::MAX) + 1, false),
            ("Int128", i128::MIN, true),
            ("Int128", i128::MAX, true),
            ("Decimal(3, 0)", -999, true),
            ("Decimal(3, 0)", 1000, false),
            ("Decimal(3, 1)", 100, false),
        ];
        for (stored, key, expected) in cases {
            let stored_kind = ClickHouseType::parse(stored).kind;
            assert_eq!(clickhouse_can_hold(&stored_kind, &Value::Int(key)), expected, "{stored} {key}");
        }
        let cents = |unscaled| Value::Decimal(Decimal { unscaled, scale: 2 });
        let tenths = ClickHouseType::parse("Decimal(10, 1)").kind;
        assert!(clickhouse_can_hold(&tenths, &cents(150)) && !clickhouse_can_hold(&tenths, &cents(155)));
        let date = ClickHouseType::parse("Date").kind;
        assert!(
            !clickhouse_can_hold(&date, &Value::Date(Date(-1))) && clickhouse_can_hold(&date, &Value::Date(Date(0)))
        );
    }
}
