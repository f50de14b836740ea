//! What a script declares: tables, values known before rows, outputs. Shared by the typed program and the plans.

use wr_base::ids::{ColumnId, FactId, RelationId, StepId, TableId, ValueId};
use wr_base::row_type::Marks;
use wr_base::ty::Type;
use wr_base::value::{Decimal, Value};

use crate::expr::Expr;

/// `report "…" "…" with zone = …, locale = …`, with what `wr.toml` says filled in (B19).
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    pub title: String,
    pub doc: String,
    pub zone: wr_base::value::Zone,
    /// `en`, `ru`: how numbers and dates are written for people.
    pub locale: String,
    /// The script's path, relative to the project's folder.
    pub path: String,
    /// A run stops when more rows than this have come from its sources.
    pub max_rows_read: Option<u64>,
}

/// A declared table of a connection.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The connection's name, as `wr.toml` knows it.
    pub connection: String,
    pub name: String,
    /// What kind of server the script expects behind the connection: `clickhouse`, `sqlserver`, `amplitude`.
    pub engine: Engine,
    pub columns: Vec<TableColumn>,
    /// Indexes of the columns that identify a row, as claimed; empty where nothing is claimed.
    pub key: Vec<u32>,
    /// `trusted because "…"`: the claim is not checked in the run.
    pub trusted: Option<String>,
    /// `table amp.cohort(id: cohort of amp)`: what has to be given to read it.
    pub arguments: Vec<TableArgument>,
    /// `from wallet.sql """…""" as { … }`: the rows are those of a query in the language of the source.
    pub query: Option<QueryText>,
    /// `from file($list) as { … }`: no table of a connection, but the file of a parameter.
    pub file: Option<Box<FileRead>>,
    pub doc: String,
}

/// A query in the language of its source. A value goes to the source beside the text, never in it: a hole is the place of
/// an argument with which the table is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryText {
    pub parts: Vec<QueryPart>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueryPart {
    Words(String),
    /// The place of the argument with this index.
    Hole(u32),
}

impl QueryText {
    /// For people: `where at >= {1}`.
    #[must_use]
    pub fn numbered(&self) -> String {
        let words = self.parts.iter().map(|part| match part {
            QueryPart::Words(words) => words.clone(),
            QueryPart::Hole(argument) => format!("{{{}}}", u64::from(*argument) + 1),
        });
        words.collect()
    }
}

impl Table {
    /// As people know it: `crm.users`, `file($list)`.
    #[must_use]
    pub fn full_name(&self) -> String {
        match self.file {
            Some(_) => format!("file(${})", self.name),
            None => format!("{}.{}", self.connection, self.name),
        }
    }
}

/// The columns that every cohort has; any other one is a property of its users.
pub const COHORT_IDS: [&str; 2] = ["amplitude_id", "user_id"];

/// How the file of a parameter is read.
#[derive(Clone, Debug, PartialEq)]
pub struct FileRead {
    /// The parameter; its value is the hash of what the file holds.
    pub value: ValueId,
    /// What stands above each declared column.
    pub headings: Vec<String>,
    pub sheet: Option<String>,
    pub delimiter: Option<char>,
    pub encoding: Option<Encoding>,
}

/// How the bytes of a text file are characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    Utf16,
    Windows1251,
    Windows1252,
    Koi8R,
    Ibm866,
}

impl Encoding {
    pub const ALL: [Self; 6] =
        [Self::Utf8, Self::Utf16, Self::Windows1251, Self::Windows1252, Self::Koi8R, Self::Ibm866];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16 => "utf-16",
            Self::Windows1251 => "windows-1251",
            Self::Windows1252 => "windows-1252",
            Self::Koi8R => "koi8-r",
            Self::Ibm866 => "ibm866",
        }
    }

    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|encoding| encoding.name() == name)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    ClickHouse,
    SqlServer,
    Amplitude,
    /// A folder of files.
    Local,
}

#[derive(Clone, Debug, PartialEq)]
pub struct TableColumn {
    pub name: String,
    pub ty: Type,
    pub marks: Marks,
    pub doc: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct TableArgument {
    pub name: String,
    pub ty: Type,
    /// `cohort of amp`: the connection whose cohort it names.
    pub cohort_of: Option<String>,
}

/// `param name: …` or `let $name = …`.
#[derive(Clone, Debug, PartialEq)]
pub struct ValueDeclaration {
    pub name: String,
    pub ty: Type,
    pub kind: ValueKind,
    pub step: StepId,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ValueKind {
    Let(Expr),
    Parameter(Box<Parameter>),
}

/// What a runner is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// As runners see it; the name, where the author gave none.
    pub label: String,
    pub help: String,
    pub kind: ParameterKind,
    pub default: Option<ParameterDefault>,
    /// `matches /…/`: the whole text must match.
    pub pattern: Option<String>,
    /// `where condition else "message"`: may read this and earlier values.
    pub checks: Vec<ParameterCheck>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ParameterKind {
    Plain,
    /// One of the options; the value is the option's value.
    Choice(Options),
    /// Some of the options: a list of values in the order of the options.
    Choices(Options),
    /// Some of the options as columns of an output: a list of the options' names (text), in their order.
    Columns(Options),
    /// The id of a cohort, or its address, of which the id is taken.
    Cohort {
        connection: String,
    },
    /// A file that the runner names. The value is the hash of what it holds, so that it identifies a run, whatever the file
    /// is called; its rows are read by [`FileRead`]s.
    File,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Options {
    Fixed(Vec<FixedOption>),
    /// Read once a run from a relation: its first column is the value, its second, if any, the label (B17).
    Query {
        relation: RelationId,
        value: ColumnId,
        label: Option<ColumnId>,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub struct FixedOption {
    pub value: Value,
    pub label: String,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ParameterDefault {
    Value(Expr),
    /// The first option: of a query, `first from (…)`.
    First,
    /// Each of the options (never "no filter").
    All,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ParameterCheck {
    pub condition: Expr,
    pub message: Message,
}

/// A text with holes. How a hole is written depends on its use: canonical in names and seeds, human in messages (B18).
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Message {
    pub parts: Vec<MessagePart>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum MessagePart {
    Text(String),
    Hole(Expr),
    /// `label($p)`: the label of the option that was chosen.
    LabelOf(ValueId),
}

/// Something about relations that is computed once a run, for expectations and messages.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// `rows(r)`.
    Rows { relation: RelationId },
    /// `unique(r, a, b)`: no two rows have equal values there (nulls are equal).
    Unique { relation: RelationId, columns: Vec<ColumnId> },
    /// The one cell of a relation with one row and one column: `sum(r.x)`.
    Scalar { relation: RelationId, column: ColumnId },
    /// `change(rows(r)) since last run`: by what part of itself a number grew since an earlier run of the script that had
    /// the same values of these parameters (A8). Known only to a run.
    Change { of: FactId, words: String, same: Vec<ValueId> },
}

/// `expect condition else "…"`. Holds only when the condition is true: null does not hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    pub step: StepId,
    pub condition: Expr,
    pub message: Option<Message>,
    /// The facts that it reads, for printing.
    pub facts: Vec<FactId>,
    /// The words of the condition, as written.
    pub text: String,
}

/// Branches of a split, in order (B7). The split itself is a step of the split relation.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    pub name: String,
    pub share: Share,
    pub is_held: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Share {
    /// A percent or a decimal between 0 and 1, constant over rows.
    Of(Expr),
    Rest,
}

/// How many keys each branch of a split gets.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum SplitCounts {
    /// The branch of a key depends on nothing but seed and key.
    #[default]
    Free,
    /// `exactly`: keys are ranked by their hash, and each branch gets its share of all of them.
    Exactly,
    /// `stratify by`: keys are ranked among those with the same values here.
    Strata(Vec<ColumnId>),
}

impl SplitCounts {
    /// The columns that tell the strata.
    #[must_use]
    pub fn strata(&self) -> &[ColumnId] {
        match self {
            Self::Strata(columns) => columns,
            Self::Free | Self::Exactly => &[],
        }
    }
}

/// `record relation into table key … { column = expression, … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    pub step: StepId,
    pub relation: RelationId,
    pub table: TableId,
    /// Indexes of columns of the target table.
    pub key: Vec<u32>,
    /// What each column of the target gets: index into its columns, expression over the relation's columns.
    pub assignments: Vec<(u32, Expr)>,
    /// The key columns that are set from values alone (A2): part of `assignments`. Empty: each run is its own.
    pub occasion: Vec<u32>,
}

/// One file.
#[derive(Clone, Debug, PartialEq)]
pub struct Export {
    pub step: StepId,
    pub format: Format,
    /// With its ending; holes are canonical (B18).
    pub file_name: Message,
    pub sheets: Vec<Sheet>,
    pub with: ExportOptions,
}

/// `reveal relation because "…"`: rows of a held branch may leave through this relation (B6).
#[derive(Clone, Debug, PartialEq)]
pub struct Reveal {
    pub step: StepId,
    pub relation: RelationId,
    /// As written: `people.control`.
    pub words: String,
    pub reason: String,
    /// The columns of the relation that hold keys of splits: at the door these keys are let through.
    pub keys: Vec<ColumnId>,
    /// The steps of the sheets that read the relation: nothing is let through into others.
    pub sheets: Vec<StepId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Csv,
    CsvForExcel,
    Xlsx,
    Parquet,
    JsonLines,
}

impl Format {
    /// As a script writes it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::CsvForExcel => "csv for excel",
            Self::Xlsx => "xlsx",
            Self::Parquet => "parquet",
            Self::JsonLines => "jsonl",
        }
    }
}

/// A sheet of a workbook; the one content of any other file.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// Empty for `sheet by`.
    pub title: String,
    /// A sheet for each value of this column of the relation; the value is its title.
    pub by: Option<ColumnId>,
    pub relation: RelationId,
    pub columns: Vec<OutputColumn>,
    pub step: StepId,
}

#[derive(Clone, Debug, PartialEq)]
pub struct OutputColumn {
    /// A column of the sheet's relation (what is written is always computed by the relation's steps).
    pub column: ColumnId,
    pub heading: Message,
    /// How a workbook shows it, in the words of spreadsheets: `#,##0.00`.
    pub format: Option<String>,
    pub ty: Type,
    pub marks: Marks,
    /// B4: written only when the option with this name or value is among the chosen ones.
    pub present_if: Option<Expr>,
}

#[derive(Clone, Debug, PartialEq, Default)]
pub struct ExportOptions {
    pub delimiter: Option<char>,
    pub bom: Option<bool>,
    pub encoding: Option<Encoding>,
    /// `quote = "all"`: every field in quotes, but for nulls.
    pub quotes_all: Option<bool>,
    /// What stands for a null.
    pub null: Option<String>,
    pub header: Option<bool>,
    /// The sign before the places of a number.
    pub decimal: Option<char>,
    /// `line_end = "lf"`
    pub line_end: Option<LineEnd>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineEnd {
    CrLf,
    Lf,
}

/// Shares of the branches of a split as borders of the hash (B7): exact, or not to be had.
#[derive(Clone, Debug, PartialEq)]
pub struct BranchBorders {
    /// `floor(2^64 × cumulative share)` of each branch but the last; 2^64 itself for what follows a full share.
    pub borders: Vec<u128>,
    pub shares: Vec<Decimal>,
}
