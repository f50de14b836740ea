//! Statements that promise, split and put out: expect, split, record, export, reveal.

use wr_base::span::TextRange;

use super::{Expr, Name, PlainText, RelationName, Setting, Text};

/// `expect rows(recipients) > 0 else "nobody"`
#[derive(Clone, Debug, PartialEq)]
pub struct Expect {
    pub condition: Expr,
    pub message: Option<Text>,
}

/// `split recipients by user_id seed $sub_id { control $control held, test rest }`
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    pub relation: Name,
    pub key: Vec<Name>,
    pub seed: Vec<Expr>,
    pub counts: SplitCounts,
    pub branches: Vec<Branch>,
}

/// How many keys each branch gets.
#[derive(Clone, Debug, PartialEq)]
pub enum SplitCounts {
    /// As it falls: the branch of a key depends on nothing but seed and key.
    Free,
    /// `exactly`: its share of all keys. The place of the word.
    Exactly(TextRange),
    /// `stratify by city`: its share of the keys of each stratum.
    Strata(Vec<Name>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    pub name: Name,
    pub share: Share,
    /// The place of the word `held`.
    pub held: Option<TextRange>,
    pub range: TextRange,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Share {
    Of(Expr),
    /// Whoever is in no other branch.
    Rest(TextRange),
}

/// `record recipients into crm.mailing_history key sub_id, user_id { sub_id = $sub_id, user_id }`
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    pub relation: RelationName,
    pub table: RelationName,
    pub key: Vec<Name>,
    pub columns: Vec<RecordColumn>,
}

/// `grp = branch`; without a value the column of the same name.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordColumn {
    pub name: Name,
    pub value: Option<Expr>,
    pub range: TextRange,
}

/// `export recipients.test to csv "{$sub_id}.csv"`
#[derive(Clone, Debug, PartialEq)]
pub struct Export {
    pub content: ExportContent,
    pub format: ExportFormat,
    pub format_range: TextRange,
    pub file: Text,
    pub settings: Vec<Setting>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ExportContent {
    /// One relation; without a list all its columns under their own names.
    Relation { relation: RelationName, columns: Option<Vec<OutputColumn>> },
    /// `{ sheet "Cards" from cards { … }, … }`
    Sheets(Vec<Sheet>),
}

/// `reveal people.control because "the auditor asked for the list"`
#[derive(Clone, Debug, PartialEq)]
pub struct Reveal {
    pub relation: RelationName,
    pub reason: PlainText,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    Csv,
    CsvForExcel,
    Xlsx,
    Parquet,
    /// `jsonl`
    JsonLines,
}

impl ExportFormat {
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

#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    pub title: SheetTitle,
    pub relation: RelationName,
    pub columns: Option<Vec<OutputColumn>>,
    pub range: TextRange,
}

#[derive(Clone, Debug, PartialEq)]
pub enum SheetTitle {
    Text(PlainText),
    /// `sheet by city`: a sheet for each value of the column, which is its title.
    By(Name),
}

/// `user_id as "User"`, `value as label($measure)`, `$fields`, `total as "Total" format "0.00"`
#[derive(Clone, Debug, PartialEq)]
pub struct OutputColumn {
    pub value: Expr,
    pub heading: Option<Heading>,
    /// How a workbook shows it.
    pub format: Option<PlainText>,
    pub range: TextRange,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Heading {
    Text(Text),
    /// `label($measure)`; the name is without its `$`, its range with it.
    LabelOf(Name),
}
