//! The catalogue of functions and operators: for each one its name, its types, what it does with nulls, how it can fail,
//! its page, and its meaning over exact values. Nobody else matches on names of functions.
//!
//! A function is one file and one line of the list below. Its examples are run by a test of the checker's crate; its page
//! in docs/reference/functions.md is made by [`reference_markdown`].

mod aggregate;
mod catalogue;
mod kernel;
mod reference;
mod types;
mod window;

pub use aggregate::{Aggregate, AggregateId, Ordered, share_of};
pub use kernel::instant::{instant, parse_clock};
pub(crate) use kernel::locale;
pub use kernel::locale::Locale;
pub use kernel::order::{compare, is_equal, sort_order};
pub(crate) use kernel::pattern::{matches_whole, problem as pattern_problem};
pub(crate) use kernel::text::LONGEST_MADE;
pub use kernel::wide::{FloatSum, WideInt};
pub(crate) use kernel::wide::{SquareSum, float_to_big, nearest_float};
pub use reference::reference_markdown;
pub use types::{PERCENT_SCALE, common_of, common_type, decimal_of, is_comparable, is_ordered};
pub use window::{WindowId, WindowRecord};

use wr_base::diag::Code;
use wr_base::ty::{DataType, Type};
use wr_base::value::{Date, DateTime, Value, Zone};

catalogue::functions! {
    /// Operators on numbers, dates and durations.
    arithmetic Arithmetic {
        Negate => negate,
        Add => add,
        Subtract => subtract,
        Multiply => multiply,
        Divide => divide,
        FloorDivide => floor_divide,
        Modulo => modulo,
    }
    /// Operators that compare.
    comparison Comparison {
        Equal => equal,
        NotEqual => not_equal,
        Less => less,
        LessOrEqual => less_or_equal,
        Greater => greater,
        GreaterOrEqual => greater_or_equal,
        IsNull => is_null,
        IsNotNull => is_not_null,
        /// `a is b`: null-safe.
        IsSame => is_same,
        IsNotSame => is_not_same,
        InList => in_list,
        InRange => in_range,
        InPeriod => in_period,
    }
    /// Signs that make one value of several.
    making Making {
        Not => not,
        /// Two arguments; a literal null is an open end.
        RangeOf => range_of,
        ListOf => list_of,
        /// `"{a}-{b}"` as an expression: its arguments are texts.
        Concat => concat,
        /// Implicit widening to the expression's own type: int → decimal → float, percent → decimal → float.
        Convert => convert,
    }
    /// What has to do with null, beside its operators.
    conditional Conditional {
        NullIf => null_if,
    }
    /// From one type to another, in so many words.
    conversion Conversion {
        Int => int,
        IntOrNull => int_or_null,
        Decimal => decimal,
        DecimalOrNull => decimal_or_null,
        Float => float,
        FloatOrNull => float_or_null,
        Text => text,
        Date => date,
        DateOrNull => date_or_null,
        DateTime => datetime,
        DateTimeOrNull => datetime_or_null,
        Time => time,
        TimeOrNull => time_or_null,
        Uuid => uuid,
        UuidOrNull => uuid_or_null,
        ParseDate => parse_date,
        ParseDateOrNull => parse_date_or_null,
        ParseDatetime => parse_datetime,
        ParseDatetimeOrNull => parse_datetime_or_null,
    }
    /// Numbers.
    number Number {
        Abs => abs,
        Sign => sign,
        Round => round,
        RoundHalfEven => round_half_even,
        RoundToZero => round_to_zero,
        Floor => floor,
        Ceil => ceil,
        Div => div,
        Sqrt => sqrt,
        Least => least,
        Greatest => greatest,
    }
    /// Texts.
    text Text {
        Lower => lower,
        Upper => upper,
        Initcap => initcap,
        Trim => trim,
        TrimLeft => trim_left,
        TrimRight => trim_right,
        Length => length,
        Left => left,
        Right => right,
        Substring => substring,
        PadLeft => pad_left,
        PadRight => pad_right,
        Repeat => repeat,
        SplitPart => split_part,
        Position => position,
        StartsWith => starts_with,
        EndsWith => ends_with,
        Contains => contains,
        ContainsPattern => contains_pattern,
        Matches => matches,
        Extract => extract,
        Replace => replace,
        ReplacePattern => replace_pattern,
        SameText => same_text,
        UrlEncode => url_encode,
    }
    /// Hashes, and contacts in the form in which they are matched.
    hash Hash {
        Sha256 => sha256,
        Md5 => md5,
        HashedEmail => hashed_email,
        HashedPhone => hashed_phone,
    }
    /// Dates, instants and periods.
    time Time {
        Now => now,
        Today => today,
        Start => start,
        End => end,
        Year => year,
        Quarter => quarter,
        Month => month,
        Week => week,
        WeekYear => week_year,
        Day => day,
        DayOfYear => day_of_year,
        Weekday => weekday,
        Hour => hour,
        Minute => minute,
        Second => second,
        Trunc => trunc,
        YearsBetween => years_between,
        MonthsBetween => months_between,
        DaysBetween => days_between,
        HoursBetween => hours_between,
        MinutesBetween => minutes_between,
        SecondsBetween => seconds_between,
        BusinessDaysBetween => business_days_between,
        AddBusinessDays => add_business_days,
        UnixSeconds => unix_seconds,
        UnixMillis => unix_millis,
        FromUnixSeconds => from_unix_seconds,
        FromUnixMillis => from_unix_millis,
    }
    /// Texts that people read, in the language of the report.
    people People {
        FormatNumber => format_number,
        FormatPercent => format_percent,
        FormatDate => format_date,
        FormatDuration => format_duration,
        MonthName => month_name,
        WeekdayName => weekday_name,
    }
}

/// What a function may know beside its arguments: fixed once a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    pub now: DateTime,
    /// The day of `now` in the zone.
    pub today: Date,
    pub zone: Zone,
    /// The language of texts for people.
    pub locale: Locale,
}

impl Setting {
    #[must_use]
    pub fn new(now: DateTime, zone: Zone) -> Self {
        Self { now, today: zone.date_of(now), zone, locale: Locale::default() }
    }

    /// The same in another language, by its name.
    #[must_use]
    pub fn in_locale(self, name: &str) -> Self {
        Self { locale: Locale::of(name), ..self }
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
    /// It looks at nulls itself and can give null.
    HandleOrGive,
}

/// An argument as the checker knows it: `constant` where it is a literal.
#[derive(Clone, Copy, Debug)]
pub struct Argument<'a> {
    pub ty: &'a Type,
    pub constant: Option<&'a Value>,
}

/// To what each argument has to be widened, and what comes out. Whether that can be null is said by [`Nulls`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    pub arguments: Vec<DataType>,
    pub result: DataType,
}

/// Why arguments do not suit a function, for the checker to word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// Too few or too many.
    Count { least: usize, most: Option<usize> },
    /// One argument is not what is wanted: "a number".
    Argument { at: usize, wanted: &'static str },
    /// It must be a literal that suits: "a whole number from 0 to 38, written as a number". And why it must.
    NotLiteral { at: usize, wanted: &'static str, why: &'static str },
    /// Each would do, but not with the others.
    Together,
    /// The result would have more than 38 digits behind the point.
    TooManyDigits,
}

/// All that is known of one function.
pub struct Function {
    pub id: FnId,
    /// As it is written: `int?`, `+`, `is null`.
    pub name: &'static str,
    /// How it is written, with the types: `round(x: decimal, digits: int) -> decimal`.
    pub usage: &'static [&'static str],
    pub signature: fn(&[Argument<'_>]) -> Result<Signature, Mismatch>,
    pub nulls: Nulls,
    /// The codes with which it can end a run.
    pub fails: &'static [Code],
    pub doc: Doc,
    /// Its meaning. Arguments are of the signature's types, and not null unless it handles nulls; the data type is that of
    /// the result.
    evaluate: fn(&[Value], &DataType, &Setting) -> Result<Value, Fault>,
}

/// The page of a function, as data.
pub struct Doc {
    /// One sentence without its full stop.
    pub summary: &'static str,
    pub detail: &'static str,
    /// An expression without columns, and the canonical text of its value (or `null`, or a failure's code).
    pub examples: &'static [(&'static str, &'static str)],
}

impl Fault {
    #[must_use]
    pub const fn overflow() -> Self {
        Self { code: Code::Overflow, detail: None }
    }

    /// A conversion that met what it cannot convert: the offending text, at most 80 characters of it.
    #[must_use]
    pub fn conversion(offending: &str) -> Self {
        Self { code: Code::ConversionFailed, detail: Some(offending.chars().take(80).collect()) }
    }

    /// Arguments that the signature does not allow: a mistake of ours.
    #[must_use]
    pub const fn internal() -> Self {
        Self { code: Code::Internal, detail: None }
    }
}

impl FnId {
    /// The result for these arguments: nulls are dealt with by the function's rule.
    ///
    /// # Errors
    /// One of the function's `fails`.
    pub fn call(self, arguments: &[Value], result: &DataType, setting: &Setting) -> Result<Value, Fault> {
        let function = self.function();
        match function.nulls {
            Nulls::Propagate | Nulls::PropagateOrGive if arguments.iter().any(Value::is_null) => Ok(Value::Null),
            Nulls::Propagate | Nulls::PropagateOrGive | Nulls::Handle | Nulls::HandleOrGive => {
                (function.evaluate)(arguments, result, setting)
            }
        }
    }

    /// Where the function is given a pattern, `/…/`: its words are a text in the call.
    #[must_use]
    pub const fn pattern_argument(self) -> Option<usize> {
        if matches!(self, Self::ContainsPattern | Self::Matches | Self::Extract | Self::ReplacePattern) {
            Some(1)
        } else {
            None
        }
    }

    /// The function of the same name that is given a pattern.
    #[must_use]
    pub fn with_pattern(self) -> Option<Self> {
        let name = self.function().called();
        Self::ALL.iter().copied().find(|id| id.pattern_argument().is_some() && id.function().called() == name)
    }

    /// The function that is called by a name, `int?` with its question mark; operators have none.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|id| !id.family().is_operator() && id.function().name == name)
    }
}

impl Function {
    /// The name by which it is called, without what tells it from others of the same name.
    #[must_use]
    pub fn called(&self) -> &'static str {
        self.name.split(" (").next().unwrap_or(self.name)
    }
}

impl Family {
    /// Whether its members are written as signs and words between their arguments, not called by name.
    #[must_use]
    pub const fn is_operator(self) -> bool {
        match self {
            Self::Arithmetic | Self::Comparison | Self::Making => true,
            Self::Conditional
            | Self::Conversion
            | Self::Number
            | Self::Text
            | Self::Hash
            | Self::Time
            | Self::People => false,
        }
    }
}
