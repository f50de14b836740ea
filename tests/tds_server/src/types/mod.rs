//! The types of SQL Server as this server knows them: what a column, a parameter or an expression is declared to be.
//!
//! A [`SqlType`] is small and `Copy`, and packs into one integer, because each conversion inside a query carries two.

pub(crate) mod arithmetic;
pub(crate) mod collation;
pub(crate) mod convert;
pub(crate) mod decimal;
pub(crate) mod declared;
pub(crate) mod moment;
pub(crate) mod text;
pub(crate) mod value;

use collation::Collation;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Bit,
    TinyInt,
    SmallInt,
    Int,
    BigInt,
    Real,
    Float,
    Decimal,
    Money,
    SmallMoney,
    Date,
    Time,
    DateTime,
    SmallDateTime,
    DateTime2,
    DateTimeOffset,
    Char,
    VarChar,
    NChar,
    NVarChar,
    Guid,
    Binary,
    VarBinary,
    Xml,
    RowVersion,
}

const KINDS: [Kind; 25] = [
    Kind::Bit,
    Kind::TinyInt,
    Kind::SmallInt,
    Kind::Int,
    Kind::BigInt,
    Kind::Real,
    Kind::Float,
    Kind::Decimal,
    Kind::Money,
    Kind::SmallMoney,
    Kind::Date,
    Kind::Time,
    Kind::DateTime,
    Kind::SmallDateTime,
    Kind::DateTime2,
    Kind::DateTimeOffset,
    Kind::Char,
    Kind::VarChar,
    Kind::NChar,
    Kind::NVarChar,
    Kind::Guid,
    Kind::Binary,
    Kind::VarBinary,
    Kind::Xml,
    Kind::RowVersion,
];

/// The length of `varchar(max)` and its like.
pub(crate) const MAX: u16 = u16::MAX;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct SqlType {
    pub(crate) kind: Kind,
    /// Characters for `nchar` and `nvarchar`, bytes for the others that have a length.
    pub(crate) length: u16,
    pub(crate) precision: u8,
    pub(crate) scale: u8,
    pub(crate) collation: Collation,
}

impl SqlType {
    pub(crate) fn plain(kind: Kind) -> SqlType {
        SqlType { kind, length: 0, precision: 0, scale: 0, collation: Collation::DEFAULT }
    }

    pub(crate) fn decimal(precision: u8, scale: u8) -> SqlType {
        SqlType { precision, scale, ..SqlType::plain(Kind::Decimal) }
    }

    pub(crate) fn scaled(kind: Kind, scale: u8) -> SqlType {
        SqlType { scale, ..SqlType::plain(kind) }
    }

    pub(crate) fn sized(kind: Kind, length: u16) -> SqlType {
        SqlType { length, ..SqlType::plain(kind) }
    }

    pub(crate) fn collated(self, collation: Collation) -> SqlType {
        SqlType { collation, ..self }
    }

    pub(crate) fn pack(self) -> i64 {
        (self.kind as i64) << 40
            | i64::from(self.length) << 24
            | i64::from(self.precision) << 16
            | i64::from(self.scale) << 8
            | i64::from(self.collation.id())
    }

    pub(crate) fn unpack(packed: i64) -> SqlType {
        let byte = |shift: u32| (packed >> shift) as u8;
        SqlType {
            kind: KINDS.get(usize::from(byte(40))).copied().unwrap_or(Kind::Int),
            length: (packed >> 24) as u16,
            precision: byte(16),
            scale: byte(8),
            collation: Collation::from_id(byte(0)),
        }
    }

    pub(crate) fn is_text(self) -> bool {
        matches!(self.kind, Kind::Char | Kind::VarChar | Kind::NChar | Kind::NVarChar | Kind::Xml)
    }

    pub(crate) fn is_unicode(self) -> bool {
        matches!(self.kind, Kind::NChar | Kind::NVarChar | Kind::Xml)
    }

    pub(crate) fn is_integer(self) -> bool {
        matches!(self.kind, Kind::Bit | Kind::TinyInt | Kind::SmallInt | Kind::Int | Kind::BigInt)
    }

    pub(crate) fn is_money(self) -> bool {
        matches!(self.kind, Kind::Money | Kind::SmallMoney)
    }

    pub(crate) fn is_exact(self) -> bool {
        self.is_integer() || self.is_money() || self.kind == Kind::Decimal
    }

    pub(crate) fn is_approximate(self) -> bool {
        matches!(self.kind, Kind::Real | Kind::Float)
    }

    pub(crate) fn is_numeric(self) -> bool {
        self.is_exact() || self.is_approximate()
    }

    pub(crate) fn is_binary(self) -> bool {
        matches!(self.kind, Kind::Binary | Kind::VarBinary | Kind::RowVersion)
    }

    pub(crate) fn is_moment(self) -> bool {
        matches!(
            self.kind,
            Kind::Date | Kind::Time | Kind::DateTime | Kind::SmallDateTime | Kind::DateTime2 | Kind::DateTimeOffset
        )
    }

    /// What an integer or money is as a decimal, for the rules of precision and scale.
    pub(crate) fn as_decimal(self) -> SqlType {
        let (precision, scale) = match self.kind {
            Kind::Bit => (1, 0),
            Kind::TinyInt => (3, 0),
            Kind::SmallInt => (5, 0),
            Kind::Int => (10, 0),
            Kind::BigInt => (19, 0),
            Kind::Money => (19, 4),
            Kind::SmallMoney => (10, 4),
            _ => (self.precision, self.scale),
        };
        SqlType::decimal(precision, scale)
    }

    /// The SQLite collation under which SQLite's own comparison, grouping and order are SQL Server's.
    pub(crate) fn sqlite_collation(self) -> Option<String> {
        match self.kind {
            Kind::Char | Kind::VarChar => Some(self.collation.sqlite_name(false)),
            Kind::NChar | Kind::NVarChar | Kind::Xml => Some(self.collation.sqlite_name(true)),
            Kind::Binary | Kind::VarBinary | Kind::RowVersion => Some("tds_binary".to_owned()),
            Kind::DateTimeOffset => Some("tds_offset".to_owned()),
            _ => None,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self.kind {
            Kind::Bit => "bit",
            Kind::TinyInt => "tinyint",
            Kind::SmallInt => "smallint",
            Kind::Int => "int",
            Kind::BigInt => "bigint",
            Kind::Real => "real",
            Kind::Float => "float",
            Kind::Decimal => "decimal",
            Kind::Money => "money",
            Kind::SmallMoney => "smallmoney",
            Kind::Date => "date",
            Kind::Time => "time",
            Kind::DateTime => "datetime",
            Kind::SmallDateTime => "smalldatetime",
            Kind::DateTime2 => "datetime2",
            Kind::DateTimeOffset => "datetimeoffset",
            Kind::Char => "char",
            Kind::VarChar => "varchar",
            Kind::NChar => "nchar",
            Kind::NVarChar => "nvarchar",
            Kind::Guid => "uniqueidentifier",
            Kind::Binary => "binary",
            Kind::VarBinary => "varbinary",
            Kind::Xml => "xml",
            Kind::RowVersion => "timestamp",
        }
    }
}

impl std::fmt::Display for SqlType {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = self.name();
        match self.kind {
            Kind::Decimal => write!(formatter, "{name}({},{})", self.precision, self.scale),
            Kind::Time | Kind::DateTime2 | Kind::DateTimeOffset => write!(formatter, "{name}({})", self.scale),
            Kind::Char | Kind::VarChar | Kind::NChar | Kind::NVarChar | Kind::Binary | Kind::VarBinary => {
                if self.length == MAX {
                    write!(formatter, "{name}(max)")
                } else {
                    write!(formatter, "{name}({})", self.length)
                }
            }
            _ => formatter.write_str(name),
        }
    }
}
