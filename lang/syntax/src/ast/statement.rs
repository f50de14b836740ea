//! Statements that declare: report, use, source, table, let, fn, step; and what is left of a broken one.

use wr_base::span::TextRange;

use super::{Expect, Export, Expr, Name, Param, Pipeline, PlainText, Record, Reveal, Setting, Split, Step, Test};

#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "few exist at a time, and a box would be noise in every match")]
pub enum StatementKind {
    Report(Report),
    Use(Use),
    Source(Source),
    Table(Table),
    Param(Param),
    LetRelation(LetRelation),
    LetValue(LetValue),
    Function(Function),
    Step(StepDeclaration),
    Expect(Expect),
    Split(Split),
    Record(Record),
    Export(Export),
    Reveal(Reveal),
    Test(Test),
    /// Not readable, and reported. Whoever misses one of its names stays silent.
    Error(Broken),
}

/// What a statement that could not be read would have declared, as far as that can be seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Broken {
    pub declares: Vec<Declared>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Declared {
    /// A parameter or a `let $x`.
    Value(Name),
    /// A `let`.
    Relation(Name),
    Function(Name),
    /// A `step`.
    Step(Name),
    /// A name taken by `use`: a connection, a function or anything else.
    Import(Name),
    /// A `source`.
    Connection(Name),
    Table {
        connection: Name,
        name: Name,
    },
    /// A relation that was to be split: all its branches are unknown.
    Branches(Name),
}

/// `report "Title" "What it is for" with zone = "Europe/Moscow"`
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    pub title: PlainText,
    pub doc: Option<PlainText>,
    pub settings: Vec<Setting>,
}

/// `use a, b from "lib/people.wr"`
#[derive(Clone, Debug, PartialEq)]
pub struct Use {
    pub names: Vec<Name>,
    pub path: PlainText,
}

/// `source wallet: clickhouse`
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    pub name: Name,
    pub driver: Name,
}

/// `table crm.users key user_id { user_id: int entity user, phone: text? personal "As typed" }`
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    pub connection: Name,
    pub name: Name,
    /// `(id: cohort of amp)`; empty for a table that is read without arguments.
    pub arguments: Vec<Argument>,
    pub key: Option<TableKey>,
    pub doc: Option<PlainText>,
    pub columns: Vec<TableColumn>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct TableKey {
    pub columns: Vec<Name>,
    /// `trusted because "…"`: the reason why nobody checks it.
    pub trusted: Option<PlainText>,
    pub range: TextRange,
}

/// One declared column with its marks.
#[derive(Clone, Debug, PartialEq)]
pub struct TableColumn {
    pub name: Name,
    pub ty: TypeName,
    /// `entity user`: the kind of thing whose id it holds.
    pub entity: Option<Name>,
    /// The place of the word `personal`.
    pub personal: Option<TextRange>,
    pub doc: Option<PlainText>,
    pub range: TextRange,
}

/// A declared argument of a table or a function: `born: date?`.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    pub name: Name,
    pub ty: TypeName,
    pub range: TextRange,
}

/// `let people = from …`, `let active(seen: period) = from …`
#[derive(Clone, Debug, PartialEq)]
pub struct LetRelation {
    pub name: Name,
    /// Empty for a relation that is read by its name alone.
    pub parameters: Vec<Parameter>,
    pub pipeline: Pipeline,
}

/// `step adults(min: int = 18) = filter age(birth_date) >= $min`
#[derive(Clone, Debug, PartialEq)]
pub struct StepDeclaration {
    pub name: Name,
    pub parameters: Vec<Parameter>,
    /// At least one, and none is a `from`.
    pub steps: Vec<Step>,
}

/// What a `let` or a `step` is given: `min: int = 18`, known as `$min` in its body.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    pub name: Name,
    pub ty: TypeName,
    pub default: Option<Expr>,
    pub range: TextRange,
}

/// `let $share = 1% * $size`; the name is without its `$`, its range with it.
#[derive(Clone, Debug, PartialEq)]
pub struct LetValue {
    pub name: Name,
    pub value: Expr,
}

/// `fn age(born: date?) -> int? = years_between(born, today)`
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    pub name: Name,
    pub arguments: Vec<Argument>,
    pub result: TypeName,
    pub body: Expr,
}

/// A type as written.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeName {
    pub kind: TypeNameKind,
    /// `T?`: null is among the values.
    pub optional: bool,
    pub range: TextRange,
}

#[derive(Clone, Debug, PartialEq)]
pub enum TypeNameKind {
    Int,
    /// `decimal`, `decimal(12, 2)`. The numbers are as written, not yet checked against the limits.
    Decimal(Option<(u32, u32)>),
    Float,
    Text,
    Bool,
    Date,
    DateTime,
    Time,
    Duration,
    Uuid,
    Percent,
    Range(Box<TypeName>),
    Period,
    List(Box<TypeName>),
    Choice,
    Choices,
    Columns,
    /// `cohort of amp`
    Cohort(Name),
    /// A file that a person names: parameters only.
    File,
    /// A word that names no type. Not reported by the parser, who knows no near misses.
    Unknown(Name),
    /// Reported by the parser.
    Error,
}
