//! What runs where: one query per scan of a source, and what is computed here of their rows.
//!
//! Invariants: stages stand in the order in which they can run; every `Read` names an earlier stage; every query is
//! fetched by exactly one node. In a run values are known (no [`ExprKind::Value`](crate::expr::ExprKind::Value) is left).
//! A [`Whole`] means what the nodes of the other way mean, row by row and failure by failure.

mod cohorts;
pub mod print;

pub use cohorts::cohort_files;
pub use print::{explain_plan, explain_plan_with, print};

use wr_base::ids::{Arena, ColumnId, FactId, NodeId, RelationId, StepId, TableId, ValueId};

use crate::declaration::{Expectation, Export, Fact, Record, Report, Reveal, Table, ValueDeclaration};
use crate::expr::{AggregateCall, Expr};
use crate::logical::{Demand, Item, NodeKind, PlanColumn, Relation, StepInfo};
use crate::place::Drivers;

#[derive(Clone, Debug, PartialEq)]
pub struct PhysicalPlan {
    pub report: Report,
    pub tables: Arena<TableId, Table>,
    /// For printers, and for the labels of options in messages.
    pub values: Arena<ValueId, ValueDeclaration>,
    pub queries: Vec<SourceQuery>,
    pub wholes: Vec<Whole>,
    pub nodes: Arena<NodeId, PhysicalNode>,
    /// Relations to be computed, each after those that it reads. The others were inlined or are not needed.
    pub stages: Vec<Stage>,
    pub relations: Arena<RelationId, Relation>,
    pub facts: Arena<FactId, Fact>,
    pub expectations: Vec<Expectation>,
    pub records: Vec<Record>,
    pub exports: Vec<Export>,
    pub reveals: Vec<Reveal>,
    /// What each `place` wants, and what is not so.
    pub demands: Vec<Demand>,
    pub unplaced: Vec<Unplaced>,
    pub steps: Arena<StepId, StepInfo>,
    /// Steps that their `if` switched off (B5).
    pub not_taken: Vec<StepId>,
    /// What was pushed, what was not, and why.
    pub reasons: Vec<Reason>,
    /// What answers for each connection: printers show a query in its words.
    pub drivers: Drivers,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QueryId(pub u32);

/// What one source is asked: rows of one table.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceQuery {
    pub id: QueryId,
    pub step: StepId,
    pub connection: String,
    pub table: TableId,
    /// The ids that the answer's columns get, and which declared columns they are.
    pub columns: Vec<(ColumnId, u32)>,
    /// Declared columns that only the filters read: not part of the answer.
    pub filter_columns: Vec<(ColumnId, u32)>,
    pub arguments: Vec<Expr>,
    /// Filters that the source applies, in order. A wider one is applied again here by a filter node.
    pub filters: Vec<PushedFilter>,
    /// A2: declared column and value of each part of the script's own occasion, not to be seen.
    pub without_occasion: Vec<(u32, Expr)>,
    /// Rows whose value in a column is none of these are not needed. A source that cannot use them, or would not gain by
    /// it, answers without.
    pub keys: Vec<KeysFrom>,
}

/// At most so much comes of a query, as its source can tell without reading it; `None` where it cannot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bound {
    pub rows: Option<u64>,
    /// Of the values, unpacked.
    pub bytes: Option<u64>,
}

/// Keys of one side of a join, for the other side's source: what is to be joined is known before it is read.
#[derive(Clone, Debug, PartialEq)]
pub struct KeysFrom {
    /// The join.
    pub step: StepId,
    /// Index of the declared column that has to be one of them.
    pub declared: u32,
    /// The node whose rows have them, and in which column.
    pub node: NodeId,
    pub column: ColumnId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WholeId(pub u32);

/// Several nodes that one server could answer at once: what a query asks for, and what is made of its rows. Whether it can
/// is known only in the run, from the types that the server has.
#[derive(Clone, Debug, PartialEq)]
pub struct Whole {
    pub id: WholeId,
    /// The query that is asked where the server cannot; all of its filters are exact. Keys go ahead to it only for the joins
    /// of [`Self::within`], which the server does itself in a whole.
    pub rows: QueryId,
    /// Which of its rows stay.
    pub within: Vec<Within>,
    pub made: Made,
    /// Of the answer, in its order.
    pub columns: Vec<PlanColumn>,
    /// What is computed here of each row of the answer (`count_if(x) / count()`); empty where the answer is all.
    pub items: Vec<Item>,
    /// The `place` that wants it: there is no other way then.
    pub placed_by: Option<StepId>,
}

/// A semi or an anti join with other rows of the same server.
#[derive(Clone, Debug, PartialEq)]
pub struct Within {
    /// The query of the other rows, under the same conditions.
    pub others: QueryId,
    /// Columns of the two queries.
    pub key: ColumnId,
    pub other: ColumnId,
    /// Rows stay whose key is among the others'; else those whose key is not, null being none of them.
    pub is_in: bool,
}

/// What a server makes of the rows of a query. Columns below are those of the query.
#[derive(Clone, Debug, PartialEq)]
pub enum Made {
    /// A row for each group of rows that are the same in the keys, null being one value; without keys, one row.
    Groups { keys: Vec<Passed>, aggregates: Vec<Aggregated> },
    /// The rows.
    Rows { columns: Vec<Passed> },
    /// The first rows.
    First { columns: Vec<Passed>, by: Vec<OrderedBy>, count: u64 },
}

/// A column of the rows below under the id that it has in the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passed {
    pub column: ColumnId,
    pub below: ColumnId,
}

/// A function over the rows of a group, and the id of its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Aggregated {
    pub column: ColumnId,
    pub call: AggregateCall,
}

/// Nulls are last, whichever way it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderedBy {
    pub below: ColumnId,
    pub descending: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct PushedFilter {
    pub step: StepId,
    pub predicate: Expr,
    pub support: Support,
    /// The `place` that wants it done there.
    pub placed_by: Option<StepId>,
}

/// Whether a source can do a thing with exactly our meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    Exact,
    /// Lets through all that it should and perhaps more: re-checked here.
    Wider,
    No,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    pub step: StepId,
    pub text: String,
    /// Whether the source does the step; what it does more widely is done again here.
    pub is_there: bool,
}

/// A step that is computed here though a `place` wants it done by a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unplaced {
    pub place: StepId,
    pub connection: String,
    pub step: StepId,
    pub why: String,
    /// Values that are not known yet decide it.
    pub is_open: bool,
}

/// A relation to be computed; `is_spooled` when more than one reader, or an effect, takes its rows (A6).
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    pub relation: RelationId,
    pub root: NodeId,
    pub is_spooled: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct PhysicalNode {
    pub step: StepId,
    pub kind: PhysicalKind,
    pub columns: Vec<PlanColumn>,
}

#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "nearly all nodes are of the large kind")]
pub enum PhysicalKind {
    /// The rows of a query.
    Fetch(QueryId),
    /// Computed here. Never a `Scan`. A `condition` is left only where it is not known yet or fails when evaluated:
    /// it is evaluated first, and fails the run at its step (B1).
    Local(NodeKind),
    /// The rows of a node, which one query answers where the server's types allow it. Decided in the run, before anything is
    /// read, and recorded in the manifest.
    Choose { whole: WholeId, otherwise: NodeId },
}

impl PhysicalPlan {
    #[must_use]
    pub fn query(&self, id: QueryId) -> Option<&SourceQuery> {
        self.queries.iter().find(|query| query.id == id)
    }

    #[must_use]
    pub fn whole(&self, id: WholeId) -> Option<&Whole> {
        self.wholes.iter().find(|whole| whole.id == id)
    }
}
