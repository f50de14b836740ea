//! Types of columns and values (semantics B8, B17).

/// What a value is. `Range`, `List`, `Period` and the kinds of parameters never occur in a column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum DataType {
    /// −2^127 … 2^127−1, checked.
    Int,
    /// `precision` 1..=38 digits in all, `scale` 0..=precision of them behind the point.
    Decimal {
        precision: u8,
        scale: u8,
    },
    Float,
    Text,
    Bool,
    Date,
    /// An instant, microseconds.
    DateTime,
    /// A time of day, microseconds.
    Time,
    /// Calendar months and days, and exact microseconds. Only in expressions, never in a column.
    Duration,
    Uuid,
    /// An exact decimal share: `10%` is 0.10.
    Percent,
    Range(Box<DataType>),
    /// Whole days `start..end`, both ends included, in the report's zone.
    Period,
    List(Box<DataType>),
    /// The value of a `columns` parameter, or of `choices` whose options carry expressions: a shape, not a value (B4).
    Shape,
    /// The literal `null` before it meets another type.
    Null,
    /// The type of what was already reported. Compatible with everything, never reported again.
    Error,
}

/// The widest decimal (B8).
pub const MAX_PRECISION: u8 = 38;

impl DataType {
    pub const WIDEST_DECIMAL_PRECISION: u8 = MAX_PRECISION;

    #[must_use]
    pub const fn is_error(&self) -> bool {
        matches!(self, Self::Error)
    }

    #[must_use]
    pub const fn is_number(&self) -> bool {
        matches!(self, Self::Int | Self::Decimal { .. } | Self::Float | Self::Percent)
    }

    /// Whether a column of a table, a file or a relation can have this type.
    #[must_use]
    pub const fn is_column_type(&self) -> bool {
        matches!(
            self,
            Self::Int
                | Self::Decimal { .. }
                | Self::Float
                | Self::Text
                | Self::Bool
                | Self::Date
                | Self::DateTime
                | Self::Time
                | Self::Uuid
                | Self::Error
        )
    }

    /// Whether a split, a sample or a join key can be of this type (B7).
    #[must_use]
    pub const fn is_key_type(&self) -> bool {
        matches!(self, Self::Int | Self::Decimal { .. } | Self::Text | Self::Date | Self::Uuid | Self::Error)
    }
}

impl std::fmt::Display for DataType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Int => f.write_str("int"),
            Self::Decimal { precision, scale } => write!(f, "decimal({precision}, {scale})"),
            Self::Float => f.write_str("float"),
            Self::Text => f.write_str("text"),
            Self::Bool => f.write_str("bool"),
            Self::Date => f.write_str("date"),
            Self::DateTime => f.write_str("datetime"),
            Self::Time => f.write_str("time"),
            Self::Duration => f.write_str("duration"),
            Self::Uuid => f.write_str("uuid"),
            Self::Percent => f.write_str("percent"),
            Self::Range(of) => write!(f, "range of {of}"),
            Self::Period => f.write_str("period"),
            Self::List(of) => write!(f, "list of {of}"),
            Self::Shape => f.write_str("columns"),
            Self::Null => f.write_str("null"),
            Self::Error => f.write_str("unknown"),
        }
    }
}

/// A data type and whether null is among its values.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Type {
    pub data: DataType,
    pub nullable: bool,
}

impl Type {
    #[must_use]
    pub const fn new(data: DataType, nullable: bool) -> Self {
        Self { data, nullable }
    }

    #[must_use]
    pub const fn required(data: DataType) -> Self {
        Self { data, nullable: false }
    }

    #[must_use]
    pub const fn optional(data: DataType) -> Self {
        Self { data, nullable: true }
    }

    #[must_use]
    pub const fn error() -> Self {
        Self { data: DataType::Error, nullable: false }
    }

    #[must_use]
    pub const fn is_error(&self) -> bool {
        self.data.is_error()
    }

    #[must_use]
    pub fn or_null(self, nullable: bool) -> Self {
        Self { nullable: self.nullable || nullable, data: self.data }
    }
}

/// As analysts write it: `text?`, `decimal(10, 2)`.
impl std::fmt::Display for Type {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.data, if self.nullable { "?" } else { "" })
    }
}
