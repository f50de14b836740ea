//! Expressions and literals.

use wr_base::span::TextRange;
use wr_base::value::{Date, Decimal, Duration, Time};

use super::{Name, Pipeline, SortKey};

#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    pub kind: ExprKind,
    /// With the parentheses, if there are any.
    pub range: TextRange,
    /// Written in parentheses. The tree has the meaning already; the formatter keeps them.
    pub parenthesised: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    Literal(Literal),
    Text(Text),
    Pattern(Pattern),
    /// `$name`: known before any row is read. The name is without its `$`, its range with it.
    Value(Name),
    /// A bare name: a column, a relation where one is wanted, or a word such as `now`, `today`, `yesterday`, `branch`.
    Name(Name),
    /// `u.city`, `recipients.test`
    Qualified {
        qualifier: Name,
        name: Name,
    },
    Call(Call),
    /// `file($list).card_number`. The file's name is without its `$`.
    FileColumn {
        file: Name,
        column: Name,
    },
    List(Vec<Expr>),
    /// `18..65`, `18..`, `..65`: both ends included.
    Range {
        from: Option<Box<Expr>>,
        to: Option<Box<Expr>>,
    },
    Period(PeriodWords),
    Unary {
        operator: UnaryOperator,
        operand: Box<Expr>,
    },
    Binary {
        operator: BinaryOperator,
        operator_range: TextRange,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    When {
        /// At least one.
        arms: Vec<WhenArm>,
        otherwise: Box<Expr>,
    },
    /// A pipeline as an argument: `rows(from people filter client is null)`.
    Relation(Pipeline),
    /// Reported by the parser.
    Error,
}

/// `count()`, `int?(user_id)`, `rows(recipients)`, `first(city by updated_at desc)`
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    pub name: Name,
    /// `int?(x)`: null where the conversion is not possible.
    pub or_null: bool,
    pub arguments: Vec<Expr>,
    /// `first(city by updated_at desc)`: in which order the rows are looked at.
    pub order: Vec<SortKey>,
    /// From `(` to `)`.
    pub arguments_range: TextRange,
    /// `change(rows(r)) since last run`
    pub since: Option<SinceLastRun>,
}

/// `since last run with same $city`
#[derive(Clone, Debug, PartialEq)]
pub struct SinceLastRun {
    /// The parameters that have to be equal; empty: as semantics says. The names are without their `$`.
    pub same: Vec<Name>,
    pub range: TextRange,
}

#[derive(Clone, Debug, PartialEq)]
pub struct WhenArm {
    pub condition: Expr,
    pub value: Expr,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOperator {
    Not,
    Minus,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOperator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
    /// Null-safe equality: `x is null`, `gender is "m"`.
    Is,
    IsNot,
    /// `??`: the right side where the left is null.
    Fallback,
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Modulo,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    Null,
    Bool(bool),
    Int(i128),
    Decimal(Decimal),
    /// The share as a fraction: `10%` is 0.10.
    Percent(Decimal),
    Date(Date),
    /// A wall clock in the report's zone.
    DateTime(Date, Time),
    Time(Time),
    Duration(Duration),
}

/// `"…"` or `"""…"""` with its holes. No two `Words` are neighbours, none is empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    pub parts: Vec<TextPart>,
    pub range: TextRange,
}

#[derive(Clone, Debug, PartialEq)]
pub enum TextPart {
    /// Escapes resolved, long texts dedented.
    Words(String),
    Hole(Expr),
}

/// `/[A-Z]{2}/`: the words between the slashes, `\/` resolved, all else untouched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    pub source: String,
    pub range: TextRange,
}

/// Periods that depend on today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeriodWords {
    /// `this week`: the one that holds today.
    This(CalendarUnit),
    /// `last month`: the whole one before.
    Last(CalendarUnit),
    /// `last 7 days`: so many whole ones before today's.
    LastMany(u32, CalendarUnit),
    /// `past 28d`: up to now.
    Past(Duration),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CalendarUnit {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}
