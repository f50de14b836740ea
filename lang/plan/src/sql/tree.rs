//! SQL as a tree: what a query asks, before it is written in the words of one server.
//!
//! Invariants: no node holds text that is put into a query as it is; names and values are types of their own, and a value
//! is always a parameter. The one exception is the text of a query that the author of a script wrote ([`From::Own`]).
//! A [`Predicate`] says of which rows it *holds*, so that null and false are one; its opposite is another predicate, made
//! by flipping, never a `NOT` around it.

use wr_base::value::Value;

use super::stored::StoredType;
use crate::declaration::QueryText;

/// The name of a column, a table, or a table of keys. Each renderer quotes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(pub String);

/// Index into the parameters of a [`Query`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParameterIndex(pub usize);

/// One `SELECT`.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    pub select: Select,
    pub from: From,
    /// Of tables that replace rows: only the last one of each key.
    pub is_final: bool,
    pub filter: Predicate,
    /// Rows that are the same in these are one row; with aggregates among what is selected and none of these, all are.
    pub groups: Vec<Scalar>,
    pub order: Vec<Ordered>,
    /// No more rows than that.
    pub limit: Option<ParameterIndex>,
    pub parameters: Vec<Bound>,
}

/// What rows are ordered by; nulls are last either way.
#[derive(Clone, Debug, PartialEq)]
pub struct Ordered {
    pub by: Scalar,
    pub can_be_null: bool,
    pub descending: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Select {
    Columns(Vec<Scalar>),
    /// The different values.
    Distinct(Vec<Scalar>),
    /// How many rows.
    Count,
}

#[derive(Clone, Debug, PartialEq)]
pub enum From {
    /// The parts of a table's name: `dbo`, `users`.
    Table(Vec<Name>),
    /// A query of the script's author, with its holes filled.
    Own { text: QueryText, holes: Vec<Hole> },
}

/// What stands in a hole of an author's query.
#[derive(Clone, Debug, PartialEq)]
pub enum Hole {
    One(ParameterIndex),
    /// A list, behind `in` and without parentheses, member by member.
    Members(Vec<ParameterIndex>),
}

impl Hole {
    pub(super) fn parameters_mut(&mut self) -> &mut [ParameterIndex] {
        match self {
            Self::One(at) => std::slice::from_mut(at),
            Self::Members(members) => members,
        }
    }
}

/// A value on its way to the server.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// `None` while it is not known: in a plan without values.
    pub value: Option<Value>,
    pub ty: SqlType,
}

/// What a value or an expression is on a server.
#[derive(Clone, Debug, PartialEq)]
pub enum SqlType {
    Int64,
    UInt64,
    /// ClickHouse's Int128; `decimal(38, 0)` on SQL Server.
    WideInt,
    Decimal {
        precision: u8,
        scale: u8,
    },
    Float,
    Text,
    Bool,
    Date,
    /// Microseconds with a zone.
    Instant,
    /// On SQL Server: the clock on the wall, to 100 ns.
    WallTime,
    Time,
    Uuid,
    /// The bytes of a text.
    Bytes,
    /// As a column is declared.
    Stored(StoredType),
    List(Box<SqlType>),
}

/// A value of each row.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar {
    Column(Name),
    Parameter(ParameterIndex),
    Null(SqlType),
    Cast(Box<Scalar>, SqlType),
    Call(Function, Vec<Scalar>),
    /// The first branch whose predicate holds; null where none does and nothing is left over.
    Case {
        branches: Vec<(Predicate, Scalar)>,
        otherwise: Option<Box<Scalar>>,
    },
    /// A constant of the language of SQL, none of a script.
    Truth(bool),
    /// Over the rows of a group.
    Aggregate(Box<Aggregate>),
}

/// A function over the rows of a group. A null is left out, and none of them is null but the smallest and the largest of
/// nothing.
#[derive(Clone, Debug, PartialEq)]
pub enum Aggregate {
    Count,
    /// Rows for which it holds.
    CountOf(Predicate),
    /// Different values.
    CountDistinct(Scalar),
    /// Of whole numbers of at most 64 bits: no number of rows makes it pass what ints can be here.
    Sum(Scalar),
    Min(Scalar),
    Max(Scalar),
}

/// Functions that renderers have words for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    Coalesce,
    /// How many characters.
    Length,
    /// Without the blanks at its end: what `char(n)` holds.
    TrimRight,
    /// On SQL Server: the bytes of an `nvarchar(max)`, with a mark behind them. Two of them are equal exactly when the texts
    /// are: without the mark zero bytes at the end would not count.
    MarkedBytes,
    /// On SQL Server: a text whose own collation does not count. It refuses texts of two collations in one `COALESCE`.
    OneCollation,
    /// On SQL Server: eight bytes in hexadecimal digits, `0x00000000000007D1`.
    HexText,
    /// On ClickHouse: whether the bytes of a text are one. On SQL Server they always are.
    IsText,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    /// Holds for two values exactly where this one does not.
    #[must_use]
    pub const fn opposite(self) -> Self {
        match self {
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
            Self::Less => Self::GreaterOrEqual,
            Self::LessOrEqual => Self::Greater,
            Self::Greater => Self::LessOrEqual,
            Self::GreaterOrEqual => Self::Less,
        }
    }

    /// The same with its sides changed.
    #[must_use]
    pub const fn turned(self) -> Self {
        match self {
            Self::Equal => Self::Equal,
            Self::NotEqual => Self::NotEqual,
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
        }
    }

    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "<>",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextMatch {
    StartsWith,
    EndsWith,
    Contains,
}

/// For which rows something is true. Where it would be null it does not hold.
#[derive(Clone, Debug, PartialEq)]
pub enum Predicate {
    Always,
    Never,
    All(Vec<Predicate>),
    Any(Vec<Predicate>),
    Compare {
        left: Scalar,
        comparison: Comparison,
        right: Scalar,
    },
    /// One of values that are not null. With `is_in` false: none of them, and not null.
    InList {
        value: Scalar,
        list: List,
        is_in: bool,
    },
    IsNull(Scalar),
    IsNotNull(Scalar),
    /// A truth of the row is this one.
    Is {
        truth: Scalar,
        expected: bool,
    },
    Text {
        kind: TextMatch,
        text: Scalar,
        part: Scalar,
        expected: bool,
    },
    /// One of the keys that were sent ahead, in the column `k` of that table.
    InKeys {
        value: Scalar,
        table: Name,
    },
    /// Among the values of other rows, none of which is null. With `is_in` false: not null, and not among them.
    InRows {
        value: Scalar,
        rows: Box<Rows>,
        is_in: bool,
    },
}

/// The values of a column, in rows of a table beside.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    pub column: Scalar,
    pub from: From,
    /// Of tables that replace rows: only the last one of each key.
    pub is_final: bool,
    pub filter: Predicate,
}

#[derive(Clone, Debug, PartialEq)]
pub enum List {
    Values(Vec<Scalar>),
    /// All in one parameter.
    Array(ParameterIndex),
}

impl Predicate {
    /// All of them, flat, without those that always hold.
    #[must_use]
    pub fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Vec::new();
        for part in parts {
            match part {
                Self::Always => {}
                Self::Never => return Self::Never,
                Self::All(parts) => all.extend(parts),
                part @ (Self::Any(_)
                | Self::Compare { .. }
                | Self::InList { .. }
                | Self::IsNull(_)
                | Self::IsNotNull(_)
                | Self::Is { .. }
                | Self::Text { .. }
                | Self::InKeys { .. }
                | Self::InRows { .. }) => all.push(part),
            }
        }
        if all.is_empty() { Self::Always } else { single(all).unwrap_or_else(Self::All) }
    }

    /// Any of them, flat, without those that never hold.
    #[must_use]
    pub fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut any = Vec::new();
        for part in parts {
            match part {
                Self::Never => {}
                Self::Always => return Self::Always,
                Self::Any(parts) => any.extend(parts),
                part @ (Self::All(_)
                | Self::Compare { .. }
                | Self::InList { .. }
                | Self::IsNull(_)
                | Self::IsNotNull(_)
                | Self::Is { .. }
                | Self::Text { .. }
                | Self::InKeys { .. }
                | Self::InRows { .. }) => any.push(part),
            }
        }
        if any.is_empty() { Self::Never } else { single(any).unwrap_or_else(Self::Any) }
    }
}

/// The one item, or all of them back.
fn single(mut items: Vec<Predicate>) -> Result<Predicate, Vec<Predicate>> {
    match items.pop() {
        Some(item) if items.is_empty() => Ok(item),
        Some(item) => {
            items.push(item);
            Err(items)
        }
        None => Err(items),
    }
}

impl Scalar {
    #[must_use]
    pub fn call(function: Function, argument: Self) -> Self {
        Self::Call(function, vec![argument])
    }

    #[must_use]
    pub fn cast(self, ty: SqlType) -> Self {
        Self::Cast(Box::new(self), ty)
    }
}
