//! The type that a server says that a column has: read from the server's words, and set beside the types of the language.
//!
//! One table for all who ask: what a column of a server is called in a schema (`wr pull`), whether a declared column still
//! says what the server has (drift), how an answer is decoded, and how a filter on the column is written.
//!
//! Invariant: a column either holds values of its [`StoredType::natural_type`] exactly, or says why not and how to cast it
//! (B8). What it holds under another declared type is a closed list, too: [`StoredType::fits`].

pub mod clickhouse;
pub mod sqlserver;
mod width;

use wr_base::ty::{DataType, Type};

pub use clickhouse::{ClickHouseKind, ClickHouseType};
pub use sqlserver::{SqlServerColumn, SqlServerKind, SqlServerType};

/// The type of a column of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoredType {
    ClickHouse(ClickHouseType),
    SqlServer(SqlServerType),
}

/// A type that no column of the language can hold exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CannotHold {
    /// As the server writes it: `Map(String, UInt64)`.
    pub stored: String,
    /// What is in the way: "it holds many values in one".
    pub why: &'static str,
    /// What stands in a query instead of the column, with `{}` for its name: `toString({})`.
    pub cast: &'static str,
}

impl CannotHold {
    /// What a query selects instead of a column: `toString(tags)`.
    #[must_use]
    pub fn cast_of(&self, column: &str) -> String {
        self.cast.replace("{}", column)
    }
}

/// `no column can hold Map(String, UInt64): it holds many values in one`
impl std::fmt::Display for CannotHold {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "no column can hold {}: {}", self.stored, self.why)
    }
}

/// Why a column of a server is not what a schema declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// No declaration would do.
    CannotHold(CannotHold),
    /// Another type would.
    Data { stored: String, declared: Type, natural: Type },
    /// The server allows nulls, the declaration does not.
    Nulls { stored: String, declared: Type },
}

impl Misfit {
    /// The type to declare, where there is one.
    #[must_use]
    pub fn way_out(&self) -> Option<Type> {
        match self {
            Self::CannotHold(_) => None,
            Self::Data { natural, .. } => Some(natural.clone()),
            Self::Nulls { declared, .. } => Some(Type::optional(declared.data.clone())),
        }
    }
}

/// `it is UInt64 on the server, which is int and not text`
impl std::fmt::Display for Misfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::CannotHold(why) => why.fmt(f),
            Self::Data { stored, declared, natural } => {
                write!(f, "it is {stored} on the server, which is {natural} and not {declared}")
            }
            Self::Nulls { stored, declared } => {
                write!(f, "it is {stored} on the server, which can be null, and {declared} cannot")
            }
        }
    }
}

/// What a kind of stored column is in the language: its own type, and those that hold each of its values as well.
pub(crate) enum Held {
    Exactly(DataType),
    Not { why: &'static str, cast: &'static str },
}

impl StoredType {
    /// The type that `wr pull` writes.
    ///
    /// # Errors
    /// No column can hold it exactly.
    pub fn natural_type(&self) -> Result<Type, CannotHold> {
        let (held, nullable) = match self {
            Self::ClickHouse(ty) => (ty.held(), ty.nullable),
            Self::SqlServer(ty) => (ty.held(), ty.nullable),
        };
        match held {
            Held::Exactly(data) => Ok(Type::new(data, nullable)),
            Held::Not { why, cast } => Err(CannotHold { stored: self.words().to_owned(), why, cast }),
        }
    }

    /// Whether each value that the column can have is one of the declared type.
    ///
    /// # Errors
    /// Why it is not, and the type that would do.
    pub fn fits(&self, declared: &Type) -> Result<(), Misfit> {
        let natural = self.natural_type().map_err(Misfit::CannotHold)?;
        let stored = || self.words().to_owned();
        if !holds(&declared.data, &natural.data) {
            return Err(Misfit::Data { stored: stored(), declared: declared.clone(), natural });
        }
        if natural.nullable && !declared.nullable {
            return Err(Misfit::Nulls { stored: stored(), declared: declared.clone() });
        }
        Ok(())
    }

    /// As the server writes it.
    #[must_use]
    pub fn words(&self) -> &str {
        match self {
            Self::ClickHouse(ty) => &ty.words,
            Self::SqlServer(ty) => &ty.words,
        }
    }

    #[must_use]
    pub const fn nullable(&self) -> bool {
        match self {
            Self::ClickHouse(ty) => ty.nullable,
            Self::SqlServer(ty) => ty.nullable,
        }
    }
}

/// Whether a declared type has every value of the type that a column naturally is: the type itself, and a decimal that has
/// at least its digits before and behind the point. Whole decimals are often keys: `decimal(18, 0)` is an int as well.
#[must_use]
pub fn holds(declared: &DataType, natural: &DataType) -> bool {
    match (declared, natural) {
        (DataType::Decimal { precision, scale }, DataType::Decimal { precision: digits, scale: behind }) => {
            scale >= behind && precision.saturating_sub(*scale) >= digits.saturating_sub(*behind)
        }
        (DataType::Int, DataType::Decimal { scale: 0, .. }) => true,
        (declared, natural) => declared == natural,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(precision: u8, scale: u8) -> DataType {
        DataType::Decimal { precision, scale }
    }

    #[test]
    fn a_decimal_fits_one_with_as_many_digits_on_both_sides_of_the_point() {
        let cases = [
            (decimal(10, 2), decimal(10, 2), true),
            (decimal(12, 4), decimal(10, 2), true),
            (decimal(12, 5), decimal(10, 2), false),
            (decimal(12, 1), decimal(10, 2), false),
            (DataType::Int, decimal(38, 0), true),
            (DataType::Int, decimal(38, 1), false),
            (decimal(20, 0), DataType::Int, false),
            (DataType::Float, DataType::Int, false),
        ];
        for (declared, natural, expected) in cases {
            assert_eq!(holds(&declared, &natural), expected, "{declared} for {natural}");
        }
    }

    #[test]
    fn a_misfit_says_what_would_do() {
        let stored = StoredType::ClickHouse(ClickHouseType::parse("Nullable(UInt64)"));
        let misfit = stored.fits(&Type::required(DataType::Int)).unwrap_err();
        assert_eq!(misfit.to_string(), "it is Nullable(UInt64) on the server, which can be null, and int cannot");
        assert_eq!(misfit.way_out(), Some(Type::optional(DataType::Int)));
        let misfit = stored.fits(&Type::optional(DataType::Text)).unwrap_err();
        assert_eq!(misfit.to_string(), "it is Nullable(UInt64) on the server, which is int? and not text?");
        assert_eq!(stored.fits(&Type::optional(DataType::Int)), Ok(()));
        let map = StoredType::ClickHouse(ClickHouseType::parse("Map(String, UInt64)"));
        let misfit = map.fits(&Type::required(DataType::Text)).unwrap_err();
        assert_eq!(misfit.to_string(), "no column can hold Map(String, UInt64): it holds many values in one");
        assert_eq!(misfit.way_out(), None);
    }

    #[test]
    fn what_no_column_can_hold_says_how_to_cast_it() {
        let stored = StoredType::ClickHouse(ClickHouseType::parse("Map(String, UInt64)"));
        let Err(cannot) = stored.natural_type() else { panic!("a map was held") };
        assert_eq!(cannot.cast_of("tags"), "toString(tags)");
    }
}
