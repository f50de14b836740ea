//! Pipelines and their steps.

use wr_base::span::TextRange;

use super::{Expr, Name, PlainText, Setting, TableColumn, TableKey, Text};

/// Steps in order; the first is a `from` (or an `Error` where that could not be read).
#[derive(Clone, Debug, PartialEq)]
pub struct Pipeline {
    pub steps: Vec<Step>,
    /// From the word `from` to the end of the last step, parentheses around it left out.
    pub range: TextRange,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub kind: StepKind,
    /// The condition of the suffix `if`.
    pub condition: Option<Expr>,
    pub range: TextRange,
}

#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "few exist at a time, and a box would be noise in every match")]
pub enum StepKind {
    From(Operand),
    /// `from wallet.sql """…""" as { … }`
    FromQuery(SqlQuery),
    FromFile(FileRead),
    Filter(Expr),
    Select(Vec<SelectItem>),
    Derive(Vec<Assignment>),
    Drop(Vec<ColumnName>),
    /// `rename new = old`
    Rename(Vec<Renaming>),
    Join(Join),
    Group(Group),
    Aggregate(Vec<Measure>),
    Sort(Vec<SortKey>),
    Take(Expr),
    Distinct(Distinct),
    SetOperation(SetOperation),
    Apply(Apply),
    Sample(Sample),
    Window(Window),
    Pivot(Pivot),
    Unpivot(Unpivot),
    /// `place wallet`: a connection that has to do the steps before it.
    Place(Name),
    /// Not readable, and reported: what the rows look like after it is unknown.
    Error,
}

/// A query in the language of its source, with the columns that it is said to give.
#[derive(Clone, Debug, PartialEq)]
pub struct SqlQuery {
    pub connection: Name,
    /// Its holes are values that are handed over beside the text.
    pub text: Text,
    pub key: Option<TableKey>,
    pub columns: Vec<TableColumn>,
}

/// `apply adults(min = 21)`: the steps of a `step`.
#[derive(Clone, Debug, PartialEq)]
pub struct Apply {
    pub name: Name,
    /// `None` without parentheses.
    pub arguments: Option<Vec<GivenArgument>>,
    /// The name and the parentheses.
    pub range: TextRange,
}

/// What a relation or a step is given: `last month`, `seen = last month`.
#[derive(Clone, Debug, PartialEq)]
pub struct GivenArgument {
    pub name: Option<Name>,
    pub value: Expr,
    pub range: TextRange,
}

/// `union other`, `except (from …)`
#[derive(Clone, Debug, PartialEq)]
pub struct SetOperation {
    pub kind: SetKind,
    pub operand: Operand,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetKind {
    Union,
    Except,
    Intersect,
}

impl SetKind {
    /// The word of the step.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Union => "union",
            Self::Except => "except",
            Self::Intersect => "intersect",
        }
    }
}

/// `sample 10 by user_id seed "draw", $week`
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    pub count: Expr,
    pub key: Vec<ColumnName>,
    pub seed: Vec<Expr>,
}

/// `window by shop sort day { before = lag(amount), week = sum(amount) rows -6..0 }`
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    /// Empty: all rows are one partition.
    pub by: Vec<Expr>,
    /// Empty when the clause was left out.
    pub sort: Vec<SortKey>,
    pub items: Vec<WindowItem>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct WindowItem {
    pub assignment: Assignment,
    pub frame: Option<Frame>,
    pub range: TextRange,
}

/// `rows -6..0`: counted from the row itself, both ends included; `None` has no end.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    pub from: Option<i64>,
    pub to: Option<i64>,
    pub range: TextRange,
}

/// `pivot sum(amount) by kind in ["plastic", "issued" as own]`
#[derive(Clone, Debug, PartialEq)]
pub struct Pivot {
    pub value: Expr,
    pub column: ColumnName,
    pub values: Vec<PivotValue>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct PivotValue {
    pub value: Expr,
    pub name: Option<Name>,
    pub range: TextRange,
}

/// `unpivot amount by month in [jan, feb as "February"]`
#[derive(Clone, Debug, PartialEq)]
pub struct Unpivot {
    pub value: Name,
    pub name: Name,
    pub columns: Vec<UnpivotColumn>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct UnpivotColumn {
    pub column: ColumnName,
    pub label: Option<PlainText>,
    pub range: TextRange,
}

/// A relation that is read: by name, or as a pipeline in parentheses.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    Named(RelationName),
    Pipeline(Pipeline),
}

/// `people`, `wallet.cards`, `recipients.test`, `amp.cohort($cohort)`
#[derive(Clone, Debug, PartialEq)]
pub struct RelationName {
    /// A connection or a split relation.
    pub qualifier: Option<Name>,
    pub name: Name,
    /// `None` without parentheses.
    pub arguments: Option<Vec<GivenArgument>>,
    pub range: TextRange,
}

/// `user_id`, `u.user_id` where nothing but a column can stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnName {
    pub qualifier: Option<Name>,
    pub name: Name,
    pub range: TextRange,
}

/// `u.city`, `u.city as town`, `town = upper(u.city)`, `$fields`
#[derive(Clone, Debug, PartialEq)]
pub struct SelectItem {
    /// The new name, whether it was written before `=` or after `as`.
    pub name: Option<Name>,
    pub value: Expr,
    pub range: TextRange,
}

/// `client = int?(user_id)`, `replace city = upper(city)`
#[derive(Clone, Debug, PartialEq)]
pub struct Assignment {
    /// The place of the word `replace`.
    pub replace: Option<TextRange>,
    pub name: Name,
    pub value: Expr,
    pub range: TextRange,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Renaming {
    pub new: Name,
    pub old: ColumnName,
    pub range: TextRange,
}

/// `join one left crm.users as u on client == u.user_id unmatched <= 5%`
#[derive(Clone, Debug, PartialEq)]
pub struct Join {
    pub cardinality: Option<Cardinality>,
    /// `None` is an inner join whose word was left out.
    pub kind: Option<JoinKind>,
    pub operand: Operand,
    pub alias: Option<Name>,
    pub condition: Option<JoinCondition>,
    pub unmatched: Option<Unmatched>,
}

/// How many rows on the right a left row may find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cardinality {
    One,
    Many,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinKind {
    Inner,
    Left,
    Full,
    Semi,
    Anti,
    Cross,
}

#[derive(Clone, Debug, PartialEq)]
pub enum JoinCondition {
    Using(Vec<Name>),
    On(Expr),
}

/// What becomes of left rows without a match.
#[derive(Clone, Debug, PartialEq)]
pub struct Unmatched {
    pub rule: UnmatchedRule,
    pub range: TextRange,
}

#[derive(Clone, Debug, PartialEq)]
pub enum UnmatchedRule {
    Fail,
    Drop,
    /// `unmatched <= 5%`
    AtMost(Expr),
}

/// `group by day = date(at), city { cards = count(), $measure }`
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    pub keys: Vec<Measure>,
    pub measures: Vec<Measure>,
}

/// `cards = count()`, `$measure`, `city`: a value that becomes a column, with a name of its own or without.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    pub name: Option<Name>,
    pub value: Expr,
    pub range: TextRange,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SortKey {
    pub value: Expr,
    pub descending: bool,
    pub range: TextRange,
}

/// `distinct`, `distinct on u.user_id keep first by u.updated_at desc`
#[derive(Clone, Debug, PartialEq)]
pub struct Distinct {
    /// Empty: whole rows.
    pub on: Vec<ColumnName>,
    /// The order of `keep first by`; empty when the clause was left out.
    pub keep: Vec<SortKey>,
}

/// `file($list) as { card_number: text, amount: decimal(12, 2)? } with sheet = "Cards"`
#[derive(Clone, Debug, PartialEq)]
pub struct FileRead {
    /// The parameter, without its `$`.
    pub file: Name,
    /// From `file` to `)`.
    pub file_range: TextRange,
    pub columns: Vec<FileColumn>,
    pub settings: Vec<Setting>,
    /// From `file` on.
    pub range: TextRange,
}

/// `card_number: text personal as "Card number"`
#[derive(Clone, Debug, PartialEq)]
pub struct FileColumn {
    /// As in a table, but without words about it.
    pub declared: TableColumn,
    /// Its heading in the file, where that is not its name.
    pub heading: Option<PlainText>,
}
