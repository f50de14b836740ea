//! The algebra, on one page. A plan is a set of relations; each is a tree of nodes that ends in scans of tables and
//! reads of other relations. A relation read in two places is one relation: what feeds a split, a record, an
//! expectation or two outputs is computed once (A6).
//!
//! | node | rows out | columns out |
//! | --- | --- | --- |
//! | `Scan` | of a table | the named ones |
//! | `Read` | of a relation | renamed to fresh ids |
//! | `Filter` | those for which the predicate is true | same |
//! | `Project` | same | the items |
//! | `Join` | pairs, by kind | left then right (semi, anti: left) |
//! | `Aggregate` | one per group; without keys, one | keys then aggregates |
//! | `Sort` | same, ordered | same |
//! | `Take` | the first n | same |
//! | `Distinct` | one per value of `on` | same |
//! | `Window` | same | same and one per call |
//! | `Unpivot` | one per row and listed column | same, the name and the value |
//! | `Sample` | those of n keys | same |
//! | `SetOperation` | of both sides, by kind | fresh, each of one of either side |
//! | `Split` | same | and the branch's name |
//!
//! Invariants: a column id is made by exactly one node; a node reads only what its inputs give; `if` conditions read values
//! only; no [`ExprKind::Error`](crate::expr::ExprKind::Error).

pub mod builder;
pub mod invariants;
pub mod print;
pub mod visit;
mod window;

pub use print::{print, print_wanted};
pub use window::{Frame, Window, WindowCall, WindowFunction};

pub use crate::expr::SortKey;

use wr_base::ids::{Arena, ColumnId, FactId, NodeId, RelationId, StepId, TableId, ValueId};
use wr_base::ty::Type;

use crate::declaration::{
    Branch, Expectation, Export, Fact, Record, Report, Reveal, SplitCounts, Table, ValueDeclaration,
};
use crate::expr::Expr;

/// What a script means, before anything was decided.
#[derive(Clone, Debug, PartialEq)]
pub struct LogicalPlan {
    pub report: Report,
    pub tables: Arena<TableId, Table>,
    pub values: Arena<ValueId, ValueDeclaration>,
    pub relations: Arena<RelationId, Relation>,
    pub nodes: Arena<NodeId, Node>,
    pub facts: Arena<FactId, Fact>,
    pub expectations: Vec<Expectation>,
    pub records: Vec<Record>,
    pub exports: Vec<Export>,
    pub reveals: Vec<Reveal>,
    /// In the order of the script.
    pub demands: Vec<Demand>,
    /// The words of each step (`filter`, `join one`), by [`StepId`], for waterfalls, messages and printers.
    pub steps: Arena<StepId, StepInfo>,
}

/// `place wallet`: steps that a source has to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demand {
    /// The `place` itself.
    pub step: StepId,
    pub connection: String,
    /// Those before it in its pipeline, the `from` among them.
    pub steps: Vec<StepId>,
}

/// What people are told of a step. `words` is the step as written, on one line, cut at 80 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepInfo {
    /// The step word: `from`, `filter`, `join one`, `expect`, `export`.
    pub word: String,
    pub words: String,
    /// The relation whose pipeline it is a step of, where it is one.
    pub relation: Option<RelationId>,
}

impl StepInfo {
    /// The word of what makes a branch of a split a relation.
    pub const BRANCH: &str = "branch";
}

#[derive(Clone, Debug, PartialEq)]
pub struct Relation {
    /// The `let`'s name; `None` for nested pipelines and what the checker made.
    pub name: Option<String>,
    pub root: NodeId,
    /// Columns by which a `sort` is completed and rows are told apart (B11): a proved key, or empty.
    pub key: Vec<ColumnId>,
    /// B6: rows of a held branch are among these, or derive from them.
    pub is_held: bool,
    /// For the split relation and its branches: the held keys are found there (B6, at the door).
    pub split: Option<SplitOf>,
}

/// How a relation belongs to a split.
#[derive(Clone, Debug, PartialEq)]
pub struct SplitOf {
    /// The relation with the `branch` column.
    pub relation: RelationId,
    pub key: Vec<ColumnId>,
    /// The `branch` column of the split relation.
    pub branch: ColumnId,
    /// The branch that this relation is; `None` for the split relation itself.
    pub name: Option<String>,
    /// B6: this branch is held. Of the split relation, its branches say it.
    pub is_held: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The step that it came from: failures are reported there, rows counted there.
    pub step: StepId,
    pub kind: NodeKind,
    pub columns: Vec<PlanColumn>,
}

/// A column that a node gives. Names are for printers and files only.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanColumn {
    pub id: ColumnId,
    pub name: String,
    pub ty: Type,
}

#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    Scan(Scan),
    /// Rows of another relation; `columns` pairs the fresh id with the one over there.
    Read {
        relation: RelationId,
        columns: Vec<(ColumnId, ColumnId)>,
    },
    Filter {
        input: NodeId,
        predicate: Expr,
        condition: Option<Expr>,
    },
    /// Exactly the items; a column that is only passed on keeps its id.
    Project {
        input: NodeId,
        items: Vec<Item>,
    },
    Join(Box<Join>),
    Aggregate {
        input: NodeId,
        keys: Vec<Item>,
        aggregates: Vec<Item>,
    },
    Sort {
        input: NodeId,
        by: Vec<SortKey>,
        condition: Option<Expr>,
    },
    Take {
        input: NodeId,
        count: Expr,
        condition: Option<Expr>,
    },
    /// The first row per value of `on` by `keep` (completed as a sort is); by all columns where `on` is empty.
    Distinct {
        input: NodeId,
        on: Vec<ColumnId>,
        keep: Vec<SortKey>,
        condition: Option<Expr>,
    },
    SetOperation(Box<SetOperation>),
    Window(Box<Window>),
    Unpivot(Box<Unpivot>),
    /// The rows of the `count` keys with the smallest hash (B7), in their order.
    Sample {
        input: NodeId,
        count: Expr,
        key: Vec<ColumnId>,
        seed: Vec<Expr>,
        condition: Option<Expr>,
    },
    Split {
        input: NodeId,
        key: Vec<ColumnId>,
        seed: Vec<Expr>,
        counts: SplitCounts,
        branches: Vec<Branch>,
        branch: ColumnId,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub struct Scan {
    pub table: TableId,
    /// The fresh id and the index of the declared column.
    pub columns: Vec<(ColumnId, u32)>,
    pub arguments: Vec<Expr>,
    /// A2: rows of this script's own occasion are not seen; an equality per occasion column: (declared column, value).
    pub without_occasion: Vec<(u32, Expr)>,
}

/// A computed column, or one that is passed on (`expr` is then a column with the same id).
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    pub column: ColumnId,
    pub name: String,
    pub expr: Expr,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Join {
    pub left: NodeId,
    pub right: NodeId,
    pub kind: JoinKind,
    /// Pairs of equal expressions: left side, right side. Null equals nothing.
    pub equal: Vec<(Expr, Expr)>,
    /// What else must be true of a pair.
    pub also: Option<Expr>,
    /// `using k` of a full join: the fresh bare column that is the first non-null of both.
    pub merged: Vec<MergedKey>,
    /// `join one`: at most one right row per left row, else the run fails.
    pub is_one: bool,
    pub unmatched: Unmatched,
    /// Semi and anti joins only.
    pub condition: Option<Expr>,
}

/// The rows of two nodes whose columns match in pairs of one type.
#[derive(Clone, Debug, PartialEq)]
pub struct SetOperation {
    pub left: NodeId,
    pub right: NodeId,
    pub kind: SetKind,
    pub columns: Vec<SetColumn>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetKind {
    /// All rows of both.
    Union,
    /// Each row once that the left side has and the right side has not. Nulls are equal.
    Except,
    /// Each row once that both sides have. Nulls are equal.
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

/// Each row once for each of the columns, with its name and its value; all values of one type.
#[derive(Clone, Debug, PartialEq)]
pub struct Unpivot {
    pub input: NodeId,
    pub columns: Vec<(String, Expr)>,
    pub name: ColumnId,
    pub value: ColumnId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetColumn {
    pub column: ColumnId,
    pub left: ColumnId,
    pub right: ColumnId,
}

#[derive(Clone, Debug, PartialEq)]
pub struct MergedKey {
    pub column: ColumnId,
    pub left: ColumnId,
    pub right: ColumnId,
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

/// What becomes of left rows without a match (B3).
#[derive(Clone, Debug, PartialEq)]
pub enum Unmatched {
    /// Nothing was said: by the kind of the join; counted and shown.
    ByKind,
    Fail,
    /// Inner join: they go, counted and shown.
    Drop,
    /// They go, but the run fails when they are more than this share of the left rows. Constant over rows.
    AtMost(Expr),
}
