//! Exact values (B8, B12, B18): what a literal, a parameter, a cell holds.
//!
//! Every value has one *canonical* text ([`Value::canonical`]), free of locale: seeds, file names, records and hashes
//! are made of it. What people read is rendered elsewhere.

mod calendar;
mod decimal;

pub use calendar::{Date, DateTime, Duration, Period, Time, Zone};
pub use decimal::Decimal;

/// A value of any type. `Null` is a value of every nullable type.
///
/// `PartialEq` is identity of representation (1.0 and 1.00 differ, NaN equals itself); the language's `==` is a function.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    Int(i128),
    Decimal(Decimal),
    Float(f64),
    Text(String),
    Date(Date),
    DateTime(DateTime),
    Time(Time),
    Duration(Duration),
    Uuid(u128),
    /// The share as a fraction: `10%` is 0.10.
    Percent(Decimal),
    /// Both ends included; `None` is open.
    Range(Option<Box<Value>>, Option<Box<Value>>),
    Period(Period),
    List(Vec<Value>),
}

impl Value {
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// The one text of a value that seeds, file names, records and hashes use (B18). Null is empty.
    #[must_use]
    pub fn canonical(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Bool(value) => value.to_string(),
            Self::Int(value) => value.to_string(),
            Self::Decimal(value) => value.canonical(),
            Self::Float(value) => canonical_float(*value),
            Self::Text(value) => value.clone(),
            Self::Date(value) => value.to_string(),
            Self::DateTime(value) => value.to_string(),
            Self::Time(value) => value.to_string(),
            Self::Duration(value) => value.to_string(),
            Self::Uuid(value) => canonical_uuid(*value),
            Self::Percent(share) => format!("{}%", share.times_hundred().canonical()),
            Self::Range(from, to) => {
                let end = |end: &Option<Box<Self>>| end.as_ref().map_or(String::new(), |value| value.canonical());
                format!("{}..{}", end(from), end(to))
            }
            Self::Period(period) => period.to_string(),
            Self::List(items) => items.iter().map(Self::canonical).collect::<Vec<_>>().join("-"),
        }
    }
}

/// Shortest digits that give the same number back; negative zero is `0`.
fn canonical_float(value: f64) -> String {
    if value == 0.0 { "0".to_owned() } else { value.to_string() }
}

fn canonical_uuid(value: u128) -> String {
    let hex = format!("{value:032x}");
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}

/// 32 hexadecimal digits of either case, with hyphens in the usual places or none.
#[must_use]
pub fn parse_uuid(text: &str) -> Option<u128> {
    let digits: String = match text.len() {
        32 => text.to_owned(),
        36 => {
            let hyphens = text.bytes().enumerate().all(|(at, byte)| (byte == b'-') == matches!(at, 8 | 13 | 18 | 23));
            if !hyphens {
                return None;
            }
            text.chars().filter(|c| *c != '-').collect()
        }
        _ => return None,
    };
    // `from_str_radix` would take a sign.
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    u128::from_str_radix(&digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_text_of_every_type() {
        let decimal = |text: &str| Decimal::parse(text).unwrap();
        let cases = [
            (Value::Int(-42), "-42"),
            (Value::Decimal(decimal("1.500")), "1.5"),
            (Value::Decimal(decimal("-0.00")), "0"),
            (Value::Percent(decimal("0.10")), "10%"),
            (Value::Percent(decimal("0.333")), "33.3%"),
            (Value::Text("Ёж ".into()), "Ёж "),
            (Value::Date(Date::from_ymd(2026, 11, 9).unwrap()), "2026-11-09"),
            (Value::DateTime(DateTime(0)), "1970-01-01T00:00:00.000000Z"),
            (Value::Uuid(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef), "01234567-89ab-cdef-0123-456789abcdef"),
            (Value::Range(Some(Box::new(Value::Int(18))), None), "18.."),
            (Value::List(vec![Value::text("a"), Value::text("b")]), "a-b"),
            (Value::Float(-0.0), "0"),
        ];
        for (value, expected) in cases {
            assert_eq!(value.canonical(), expected);
        }
    }

    #[test]
    fn a_uuid_is_read_in_either_case_and_with_or_without_hyphens() {
        let expected = Some(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef);
        for text in ["01234567-89ab-cdef-0123-456789abcdef", "0123456789ABCDEF0123456789ABCDEF"] {
            assert_eq!(parse_uuid(text), expected, "{text}");
        }
        for text in ["", "01234567-89ab-cdef-0123456-789abcdef", "+123456789abcdef0123456789abcdef"] {
            assert_eq!(parse_uuid(text), None, "{text}");
        }
    }
}
