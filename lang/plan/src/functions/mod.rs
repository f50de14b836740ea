//! The catalogue of functions and operators: for each one its name, its types, what it does with nulls, how it can fail,
//! its page, and its meaning over exact values. Nobody else matches on names of functions.

use wr_base::diag::Code;
use wr_base::ty::{DataType, Type};
use wr_base::value::{Date, DateTime, Value, Zone};

/// A scalar function or operator. Closed: every stage matches on all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FnId {
    /// Implicit widening to the expression's own type: int → decimal → float, percent → decimal → float.
    Convert,
    Negate,
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Modulo,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Not,
    IsNull,
    IsNotNull,
    /// `a is b`: null-safe.
    IsSame,
    IsNotSame,
    InList,
    InRange,
    InPeriod,
    /// Two arguments; a literal null is an open end.
    RangeOf,
    ListOf,
    /// `"{a}-{b}"` as an expression: its arguments are texts.
    Concat,
    Int,
    IntOrNull,
    Decimal,
    DecimalOrNull,
    Float,
    FloatOrNull,
    Text,
    Date,
    DateOrNull,
    DateTime,
    DateTimeOrNull,
    Abs,
    Round,
    Floor,
    Ceil,
    Div,
    Least,
    Greatest,
    Lower,
    Upper,
    Trim,
    Length,
    StartsWith,
    EndsWith,
    Contains,
    Replace,
    SameText,
    Now,
    Today,
    Start,
    End,
    Year,
    Month,
    Day,
    Weekday,
    YearsBetween,
    DaysBetween,
}

/// A function over the rows of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AggregateId {
    /// `count()`: rows.
    Count,
    /// `count_if(c)`: rows for which it is true.
    CountIf,
    /// `count_distinct(x)`: different values, nulls left out.
    CountDistinct,
    Sum,
    Average,
    Min,
    Max,
    Any,
    All,
}

/// What a function may know beside its arguments: fixed once a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    pub now: DateTime,
    /// The day of `now` in the zone.
    pub today: Date,
    pub zone: Zone,
}

impl Setting {
    #[must_use]
    pub fn new(now: DateTime, zone: Zone) -> Self {
        Self { now, today: zone.date_of(now), zone }
    }
}

/// Why a function has no result for its arguments (a failure of the run, B1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub code: Code,
    /// The offending value, as text.
    pub detail: Option<String>,
}

/// What nulls among the arguments do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nulls {
    /// A null argument gives null, and nothing else does.
    Propagate,
    /// A null argument gives null, and other arguments can, too.
    PropagateOrGive,
    /// It looks at nulls itself and never gives null.
    Handle,
}

/// An argument as the checker knows it: `constant` where it is a literal.
#[derive(Clone, Copy, Debug)]
pub struct Argument<'a> {
    pub ty: &'a Type,
    pub constant: Option<&'a Value>,
}

/// To what each argument has to be widened, and what comes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    pub arguments: Vec<DataType>,
    pub result: DataType,
}
