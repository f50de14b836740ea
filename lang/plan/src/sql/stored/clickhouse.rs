//! Types of ClickHouse, read from `system.columns` or `DESCRIBE`: `LowCardinality(Nullable(String))` and the like.
//!
//! Any text is read: what is not known by name is [`ClickHouseKind::Other`], which no column holds.

use wr_base::ty::DataType;
use wr_base::value::Zone;

use super::Held;

/// A type of ClickHouse. `Nullable`, `LowCardinality` and `SimpleAggregateFunction` around it are not part of the kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClickHouseType {
    /// As ClickHouse writes it, on one line.
    pub words: String,
    pub nullable: bool,
    pub low_cardinality: bool,
    pub kind: ClickHouseKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClickHouseKind {
    Int {
        bits: u16,
        signed: bool,
    },
    Float {
        bits: u16,
    },
    Decimal {
        precision: u8,
        scale: u8,
    },
    String,
    /// Bytes, filled up with zero bytes, which are no part of the text.
    FixedString(u32),
    Uuid,
    Ipv4,
    Ipv6,
    Date,
    Date32,
    /// Whole seconds since 1970. The zone is only how it is shown.
    DateTime {
        zone: Option<String>,
    },
    /// `scale` digits of a second.
    DateTime64 {
        scale: u8,
        zone: Option<String>,
    },
    /// The names, in the order of the type's text, with their numbers.
    Enum {
        bits: u16,
        names: Vec<(String, i16)>,
    },
    Bool,
    /// The type of a literal `NULL`.
    Nothing,
    /// By the word before its bracket: `Map`.
    Other(String),
}

impl ClickHouseType {
    /// Reads a type; never fails.
    #[must_use]
    pub fn parse(words: &str) -> Self {
        let mut rest = words.trim();
        let mut ty =
            Self { words: one_line(rest), nullable: false, low_cardinality: false, kind: ClickHouseKind::Nothing };
        while let Some((name, inner)) = call(rest) {
            match name {
                "Nullable" => ty.nullable = true,
                "LowCardinality" => ty.low_cardinality = true,
                // What one of a known function's partial results is: a plain value.
                "SimpleAggregateFunction" => {
                    rest = arguments(inner).get(1).copied().unwrap_or_default();
                    continue;
                }
                _ => break,
            }
            rest = inner.trim();
        }
        ty.kind = kind(rest);
        ty.nullable |= ty.kind == ClickHouseKind::Nothing;
        ty
    }

    pub(super) fn held(&self) -> Held {
        let many = |cast| Held::Not { why: "it holds many values in one", cast };
        match &self.kind {
            ClickHouseKind::Int { bits, signed } => {
                if *bits < 128 || (*bits == 128 && *signed) {
                    Held::Exactly(DataType::Int)
                } else {
                    Held::Not { why: "it has whole numbers beyond 2^127", cast: "toString({})" }
                }
            }
            ClickHouseKind::Float { bits: 32 | 64 } => Held::Exactly(DataType::Float),
            ClickHouseKind::Float { .. } => Held::Not { why: "it is a float of another width", cast: "toFloat32({})" },
            ClickHouseKind::Decimal { precision, scale } => {
                if *precision <= DataType::WIDEST_DECIMAL_PRECISION {
                    Held::Exactly(DataType::Decimal { precision: *precision, scale: *scale })
                } else {
                    Held::Not { why: "it has more than 38 digits", cast: "toString({})" }
                }
            }
            ClickHouseKind::String
            | ClickHouseKind::FixedString(_)
            | ClickHouseKind::Ipv4
            | ClickHouseKind::Ipv6
            | ClickHouseKind::Enum { .. } => Held::Exactly(DataType::Text),
            ClickHouseKind::Uuid => Held::Exactly(DataType::Uuid),
            ClickHouseKind::Date | ClickHouseKind::Date32 => Held::Exactly(DataType::Date),
            ClickHouseKind::DateTime { .. } | ClickHouseKind::DateTime64 { .. } => Held::Exactly(DataType::DateTime),
            ClickHouseKind::Bool => Held::Exactly(DataType::Bool),
            ClickHouseKind::Nothing => {
                Held::Not { why: "it is null and has no type", cast: "CAST({} AS Nullable(String))" }
            }
            ClickHouseKind::Other(name) => match name.as_str() {
                "Map" | "Tuple" | "Array" | "Nested" | "Point" | "Ring" | "LineString" | "MultiLineString"
                | "Polygon" | "MultiPolygon" => many("toString({})"),
                "JSON" | "Object" => many("toJSONString({})"),
                "Variant" | "Dynamic" => Held::Not { why: "its values have several types", cast: "toString({})" },
                "AggregateFunction" => {
                    Held::Not { why: "it is an unfinished aggregate", cast: "finalizeAggregation({})" }
                }
                "Time" | "Time64" => Held::Not { why: "it has times beyond a day", cast: "toString({})" },
                _ => Held::Not { why: "it has no counterpart", cast: "toString({})" },
            },
        }
    }

    /// The zone in which the server shows an instant, where the type names one that there is.
    #[must_use]
    pub fn zone(&self) -> Option<Zone> {
        match &self.kind {
            ClickHouseKind::DateTime { zone } | ClickHouseKind::DateTime64 { zone, .. } => {
                zone.as_deref().and_then(Zone::parse)
            }
            ClickHouseKind::Int { .. }
            | ClickHouseKind::Float { .. }
            | ClickHouseKind::Decimal { .. }
            | ClickHouseKind::String
            | ClickHouseKind::FixedString(_)
            | ClickHouseKind::Uuid
            | ClickHouseKind::Ipv4
            | ClickHouseKind::Ipv6
            | ClickHouseKind::Date
            | ClickHouseKind::Date32
            | ClickHouseKind::Enum { .. }
            | ClickHouseKind::Bool
            | ClickHouseKind::Nothing
            | ClickHouseKind::Other(_) => None,
        }
    }
}

/// `DESCRIBE` breaks long types into lines. Blanks in the names of an enum are left as they are.
fn one_line(words: &str) -> String {
    if words.contains('\'') {
        return words.to_owned();
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ").replace("( ", "(")
}

/// A word and what its brackets hold.
fn call(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.split_once('(')?;
    Some((name.trim(), rest.strip_suffix(')')?))
}

/// The parts between commas that stand in no brackets or quotes of their own.
fn arguments(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut from, mut depth, mut quoted, mut escaped) = (0, 0_u32, false, false);
    for (at, sign) in text.char_indices() {
        match sign {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '\'' => quoted = !quoted,
            _ if quoted => {}
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(text.get(from..at).unwrap_or_default().trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text.get(from..).unwrap_or_default().trim());
    parts
}

/// A type without what can stand around it.
fn kind(text: &str) -> ClickHouseKind {
    let other = |name: &str| ClickHouseKind::Other(name.to_owned());
    let Some((name, inner)) = call(text) else {
        return plain(text);
    };
    let inner = arguments(inner);
    let number = |at: usize| inner.get(at).and_then(|text| text.parse::<u8>().ok());
    let zone = |at: usize| inner.get(at).and_then(|text| quoted(text)).map(|(zone, _)| zone);
    match name {
        "Decimal" => match (number(0), number(1)) {
            (Some(precision @ 1..=76), Some(scale)) if scale <= precision => {
                ClickHouseKind::Decimal { precision, scale }
            }
            _ => other(name),
        },
        "FixedString" => {
            let length = inner.first().and_then(|text| text.parse().ok());
            length.map_or_else(|| other(name), ClickHouseKind::FixedString)
        }
        "DateTime" => ClickHouseKind::DateTime { zone: zone(0) },
        "DateTime64" => match number(0) {
            Some(scale @ 0..=9) => ClickHouseKind::DateTime64 { scale, zone: zone(1) },
            _ => other(name),
        },
        "Enum8" | "Enum16" => {
            let names = inner.iter().map(|text| enum_name(text)).collect::<Option<Vec<_>>>();
            let bits = if name == "Enum8" { 8 } else { 16 };
            names.map_or_else(|| other(name), |names| ClickHouseKind::Enum { bits, names })
        }
        _ => other(name),
    }
}

/// A type without brackets.
fn plain(text: &str) -> ClickHouseKind {
    let bits = |prefix: &str| text.strip_prefix(prefix).and_then(|bits| bits.parse::<u16>().ok());
    let is_width = |bits: &u16| matches!(bits, 8 | 16 | 32 | 64 | 128 | 256);
    match text {
        "String" => ClickHouseKind::String,
        "UUID" => ClickHouseKind::Uuid,
        "IPv4" => ClickHouseKind::Ipv4,
        "IPv6" => ClickHouseKind::Ipv6,
        "Date" => ClickHouseKind::Date,
        "Date32" => ClickHouseKind::Date32,
        "DateTime" => ClickHouseKind::DateTime { zone: None },
        "Bool" => ClickHouseKind::Bool,
        "Nothing" => ClickHouseKind::Nothing,
        "Float32" => ClickHouseKind::Float { bits: 32 },
        "Float64" => ClickHouseKind::Float { bits: 64 },
        "BFloat16" => ClickHouseKind::Float { bits: 16 },
        _ => match (bits("Int").filter(is_width), bits("UInt").filter(is_width)) {
            (Some(bits), _) => ClickHouseKind::Int { bits, signed: true },
            (_, Some(bits)) => ClickHouseKind::Int { bits, signed: false },
            (None, None) => ClickHouseKind::Other(text.to_owned()),
        },
    }
}

/// `'name' = 1`
fn enum_name(text: &str) -> Option<(String, i16)> {
    let (name, rest) = quoted(text)?;
    let number = rest.trim().strip_prefix('=')?.trim().parse().ok()?;
    Some((name, number))
}

/// A text in single quotes, its escapes read, and what follows it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let text = text.strip_prefix('\'')?;
    let mut value = String::new();
    let mut signs = text.char_indices();
    while let Some((at, sign)) = signs.next() {
        match sign {
            '\'' => return Some((value, text.get(at + 1..).unwrap_or_default())),
            '\\' => value.push(match signs.next()?.1 {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                'b' => '\u{8}',
                'f' => '\u{c}',
                '0' => '\0',
                sign => sign,
            }),
            sign => value.push(sign),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind_of(words: &str) -> ClickHouseKind {
        ClickHouseType::parse(words).kind
    }

    fn held(words: &str) -> Result<String, &'static str> {
        match ClickHouseType::parse(words).held() {
            Held::Exactly(data) => Ok(data.to_string()),
            Held::Not { cast, .. } => Err(cast),
        }
    }

    #[test]
    fn what_stands_around_a_type_is_taken_off() {
        let ty = ClickHouseType::parse("LowCardinality(Nullable(String))");
        assert_eq!((ty.nullable, ty.low_cardinality, ty.kind), (true, true, ClickHouseKind::String));
        let ty = ClickHouseType::parse("SimpleAggregateFunction(anyLast, Nullable(DateTime64(3, 'UTC')))");
        assert!(ty.nullable);
        assert_eq!(ty.kind, ClickHouseKind::DateTime64 { scale: 3, zone: Some("UTC".into()) });
    }

    #[test]
    fn names_of_an_enum_are_read_with_their_escapes() {
        let names = |words: &str| {
            let ClickHouseKind::Enum { names, .. } = kind_of(words) else { panic!("{words} is no enum") };
            names
        };
        // As ClickHouse 26.7 writes the names `c d`, `a`, `b'x`, `a, 'b' = 5`.
        let read = names(r"Enum8('c d' = -3, 'a' = 1, 'b\'x' = 2, 'a, \'b\' = 5' = 3)");
        let expected = [("c d", -3), ("a", 1), ("b'x", 2), ("a, 'b' = 5", 3)];
        assert_eq!(read, expected.map(|(name, number)| (name.to_owned(), number)));
        assert_eq!(names("Enum8('a  b' = 1)")[0].0, "a  b");
        assert_eq!(names(r"Enum16('яблоко' = 300, 'back\\slash\tand' = 2)")[1].0, "back\\slash\tand");
    }

    #[test]
    fn every_type_is_held_exactly_or_says_how_to_cast_it() {
        let cases = [
            ("UInt8", Ok("int")),
            ("UInt64", Ok("int")),
            ("Int128", Ok("int")),
            ("UInt128", Err("toString({})")),
            ("Int256", Err("toString({})")),
            ("Float32", Ok("float")),
            ("BFloat16", Err("toFloat32({})")),
            ("Decimal(10, 2)", Ok("decimal(10, 2)")),
            ("Decimal(38, 38)", Ok("decimal(38, 38)")),
            ("Decimal(39, 2)", Err("toString({})")),
            ("FixedString(4)", Ok("text")),
            ("LowCardinality(FixedString(3))", Ok("text")),
            ("UUID", Ok("uuid")),
            ("IPv4", Ok("text")),
            ("Nullable(IPv6)", Ok("text")),
            ("Date", Ok("date")),
            ("Date32", Ok("date")),
            ("DateTime", Ok("datetime")),
            ("DateTime('Europe/Moscow')", Ok("datetime")),
            ("DateTime64(9, 'Asia/Tokyo')", Ok("datetime")),
            ("Bool", Ok("bool")),
            ("Nothing", Err("CAST({} AS Nullable(String))")),
            ("Map(String, UInt8)", Err("toString({})")),
            ("Tuple( a Int8, b String)", Err("toString({})")),
            ("JSON", Err("toJSONString({})")),
            ("AggregateFunction(uniq, UInt64)", Err("finalizeAggregation({})")),
            ("Time64(3)", Err("toString({})")),
            ("IntervalDay", Err("toString({})")),
        ];
        for (words, expected) in cases {
            assert_eq!(held(words), expected.map(ToOwned::to_owned), "{words}");
        }
    }

    #[test]
    fn any_words_are_read_without_a_panic() {
        for words in
            ["", "(", ")", "Nullable(", "Nullable()", "Decimal(10)", "Decimal(200, 3)", "Enum8('a", "Enum8('\\"]
        {
            let ty = ClickHouseType::parse(words);
            assert!(matches!(ty.held(), Held::Not { .. }), "{words}");
        }
        assert_eq!(kind_of("Decimal(10, 12)"), ClickHouseKind::Other("Decimal".into()));
        assert_eq!(kind_of("UInt7"), ClickHouseKind::Other("UInt7".into()));
    }

    #[test]
    fn types_on_several_lines_are_told_on_one() {
        // As `DESCRIBE` of ClickHouse 26.7 writes them.
        assert_eq!(ClickHouseType::parse("Tuple(\n    a Int8,\n    b String)").words, "Tuple(a Int8, b String)");
    }
}
