//! The typed program: every name an id, every expression typed, every step with the row that it gives.
//!
//! It keeps the steps as written, one by one, in the order of the script: this is what the reference interpreter
//! evaluates, what `wr diff` compares and what lowering makes a plan of. Bad parts are [`StepKind::Error`] or
//! [`ExprKind::Error`](wr_plan::expr::ExprKind::Error) and stay silent afterwards.
//!
//! Invariants: a [`ColumnId`] is made at one place only; `rows` are what [`Step::row`] says before lowering prunes;
//! relations stand after those that they read.

mod print;
mod test;

pub use print::{print, row_words};
pub use test::{Expected, ExpectedOf, ExpectedRows, GivenRows, Test};

use std::collections::BTreeMap;

use wr_base::ids::{Arena, ColumnId, ExprId, FactId, RelationId, StepId, TableId, ValueId};
use wr_base::row_type::RowType;
use wr_base::span::Span;
use wr_plan::declaration::{
    Branch, Expectation, Export, Fact, Record, Report, Reveal, SplitCounts, Table, ValueDeclaration,
};
use wr_plan::expr::Expr;
use wr_plan::logical::{Item, JoinKind, MergedKey, SetKind, SortKey, StepInfo, Unmatched, WindowCall};

/// One script with what it imports.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    pub report: Report,
    pub tables: Arena<TableId, Table>,
    pub values: Arena<ValueId, ValueDeclaration>,
    pub relations: Arena<RelationId, Relation>,
    pub facts: Arena<FactId, Fact>,
    pub expectations: Vec<Expectation>,
    pub records: Vec<Record>,
    pub exports: Vec<Export>,
    pub reveals: Vec<Reveal>,
    /// Tried by `wr test`; a run knows nothing of them.
    pub tests: Vec<Test>,
    pub steps: Arena<StepId, StepInfo>,
    pub origins: Origins,
}

/// Where things were written.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Origins {
    pub steps: Arena<StepId, Span>,
    pub exprs: Arena<ExprId, Span>,
    /// Of steps that a definition made: where it was used.
    pub uses: BTreeMap<StepId, Span>,
}

/// A `let`, a nested pipeline, a split or one of its branches: a source and the steps after it.
#[derive(Clone, Debug, PartialEq)]
pub struct Relation {
    pub name: Option<String>,
    pub source: Source,
    /// The step of the `from`, where the source's rows are counted and its failures reported.
    pub source_step: StepId,
    /// The row that the source gives.
    pub source_row: RowType,
    pub steps: Vec<Step>,
    /// The row in the end: of the last step, flattened (bare names only).
    pub row: RowType,
    pub split: Option<wr_plan::logical::SplitOf>,
}

impl Relation {
    /// The relations that its rows are made of, directly.
    pub fn reads(&self) -> impl Iterator<Item = RelationId> + '_ {
        let source = match &self.source {
            Source::Relation { relation, .. } => Some(*relation),
            Source::Table { .. } | Source::Error => None,
        };
        let others = self.steps.iter().filter_map(|step| step.kind.other_side());
        source.into_iter().chain(others)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// All declared columns, in their order, with fresh ids.
    Table {
        table: TableId,
        columns: Vec<ColumnId>,
        arguments: Vec<Expr>,
        /// A2: column index and value of each part of the script's own occasion; such rows are not seen.
        without_occasion: Vec<(u32, Expr)>,
    },
    /// Another relation's rows: the fresh id and the one over there.
    Relation {
        relation: RelationId,
        columns: Vec<(ColumnId, ColumnId)>,
    },
    Error,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub id: StepId,
    pub kind: StepKind,
    /// `if`: reads values only; the step is not taken when it is not true (B5).
    pub condition: Option<Expr>,
    /// The row after the step.
    pub row: RowType,
}

#[derive(Clone, Debug, PartialEq)]
pub enum StepKind {
    /// Rows for which it is true stay.
    Filter(Expr),
    /// `select`, `drop`, `rename`: exactly these columns. One that is passed on keeps its id.
    Select(Vec<Item>),
    /// The row and these. An item that replaces a column (B2) has a fresh id, and the old column is gone.
    Derive(Vec<Item>),
    Join(Box<Join>),
    /// `group by` and `aggregate` (no keys: one row).
    Aggregate {
        keys: Vec<Item>,
        aggregates: Vec<Item>,
    },
    /// As written; the completion of B11 belongs to evaluation.
    Sort(Vec<SortKey>),
    Take(Expr),
    Distinct {
        on: Vec<ColumnId>,
        keep: Vec<SortKey>,
    },
    /// Columns of both sides that have one name; the row after it has these and no others.
    SetOperation(Box<SetOperation>),
    /// The row and the items, which are computed of the row and of the columns of the calls.
    Window(Box<Window>),
    /// A row for each row and each of the columns, without these.
    Unpivot(Box<Unpivot>),
    /// B7: the rows of the `count` keys with the smallest hash.
    Sample {
        count: Expr,
        key: Vec<ColumnId>,
        seed: Vec<Expr>,
    },
    /// B7: adds the `branch` column. The last step of a split relation.
    Split {
        key: Vec<ColumnId>,
        seed: Vec<Expr>,
        counts: SplitCounts,
        branches: Vec<Branch>,
        branch: ColumnId,
    },
    /// The connection that has to do the steps before it. The rows are those before.
    Place(String),
    Error,
}

impl StepKind {
    /// The relation that the step reads beside the rows before it.
    #[must_use]
    pub const fn other_side(&self) -> Option<RelationId> {
        match self {
            StepKind::Join(join) => Some(join.right),
            StepKind::SetOperation(set) => Some(set.right),
            StepKind::Filter(_)
            | StepKind::Select(_)
            | StepKind::Derive(_)
            | StepKind::Aggregate { .. }
            | StepKind::Sort(_)
            | StepKind::Take(_)
            | StepKind::Distinct { .. }
            | StepKind::Sample { .. }
            | StepKind::Window(_)
            | StepKind::Unpivot(_)
            | StepKind::Split { .. }
            | StepKind::Place(_)
            | StepKind::Error => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Join {
    pub right: RelationId,
    /// The right side's columns in this row: the fresh id and the one of the relation. Semi and anti joins
    /// do not add them to the row, but their conditions read them.
    pub right_columns: Vec<(ColumnId, ColumnId)>,
    pub kind: JoinKind,
    /// Pairs of equal expressions: over the left row, over the right columns.
    pub equal: Vec<(Expr, Expr)>,
    pub also: Option<Expr>,
    pub merged: Vec<MergedKey>,
    pub is_one: bool,
    pub unmatched: Unmatched,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    pub by: Vec<Expr>,
    /// As written; the completion of B11 belongs to evaluation.
    pub sort: Vec<SortKey>,
    pub calls: Vec<WindowCall>,
    pub items: Vec<Item>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Unpivot {
    /// The name and the value of each listed column, in one type.
    pub columns: Vec<(String, Expr)>,
    pub name: ColumnId,
    pub value: ColumnId,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SetOperation {
    pub kind: SetKind,
    pub right: RelationId,
    /// The right side's columns: the fresh id and the one of the relation.
    pub right_columns: Vec<(ColumnId, ColumnId)>,
    pub columns: Vec<SetColumn>,
}

/// A column with its value in a row of the left side and in one of the right, in one type.
#[derive(Clone, Debug, PartialEq)]
pub struct SetColumn {
    pub column: ColumnId,
    pub left: Expr,
    pub right: Expr,
}

/// A program in which nothing is wrong: only `Analysis::checked` makes one, only this can be lowered.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedProgram(Program);

impl CheckedProgram {
    pub(crate) const fn new(program: Program) -> Self {
        Self(program)
    }

    #[must_use]
    pub const fn program(&self) -> &Program {
        &self.0
    }
}
