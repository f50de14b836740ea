//! A plan to an equal, cheaper one: what is known is put in, then rules rewrite the trees of its relations.
//!
//! Invariant: under any [`RuleSet`] the rows, their order where one is promised, and the failures of a run are the same
//! (B1). Counts of rows per step may differ: a filter that moved counts at its new place.

mod driver;
mod failure;
mod fold_values;
mod inline_single_reads;
mod proofs;
mod prune_columns;
mod prune_sorts;
mod push_filters;
mod push_limits;
#[cfg(test)]
mod random;
#[cfg(test)]
mod testing;

use std::collections::{BTreeMap, BTreeSet};

use wr_base::ids::{ColumnId, ExprId, NodeId, RelationId, StepId};
use wr_base::ty::{DataType, Type};

pub use failure::{aggregate_can_fail, can_fail, node_can_fail};
pub(crate) use prune_columns::prune;

use crate::bind::{Known, bind};
use crate::expr::{Expr, ExprKind};
use crate::functions::FnId;
use crate::logical::{LogicalPlan, Node, visit};

/// A rewrite of plans. The order of [`Rule::ALL`] is the order in which they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// First: what is known decides conditions, and an expression that is a literal cannot fail, so more filters move.
    FoldValues,
    /// Before filters move, so that they reach the scan through the `let`s between.
    InlineSingleReads,
    PushFilters,
    /// After filters, which pass sorts.
    PruneSorts,
    /// After filters, which never pass a `take`.
    PushLimits,
    /// Last: it drops what the others made unread.
    PruneColumns,
}

impl Rule {
    pub const ALL: &[Self] = &[
        Self::FoldValues,
        Self::InlineSingleReads,
        Self::PushFilters,
        Self::PruneSorts,
        Self::PushLimits,
        Self::PruneColumns,
    ];

    /// The name by which it is switched off.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::FoldValues => "fold_values",
            Self::InlineSingleReads => "inline_single_reads",
            Self::PushFilters => "push_filters",
            Self::PruneSorts => "prune_sorts",
            Self::PushLimits => "push_limits",
            Self::PruneColumns => "prune_columns",
        }
    }
}

/// The rules that may run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleSet {
    rules: BTreeSet<Rule>,
}

impl RuleSet {
    #[must_use]
    pub fn all() -> Self {
        Self { rules: Rule::ALL.iter().copied().collect() }
    }

    #[must_use]
    pub const fn none() -> Self {
        Self { rules: BTreeSet::new() }
    }

    /// All but the one of this name; all, where there is no such rule.
    #[must_use]
    pub fn without(name: &str) -> Self {
        Self { rules: Rule::ALL.iter().copied().filter(|rule| rule.name() != name).collect() }
    }

    #[must_use]
    pub fn only(rule: Rule) -> Self {
        Self { rules: BTreeSet::from([rule]) }
    }

    /// The rules, in their order.
    pub fn iter(&self) -> impl Iterator<Item = Rule> + '_ {
        self.rules.iter().copied()
    }

    #[must_use]
    pub fn has(&self, rule: Rule) -> bool {
        self.rules.contains(&rule)
    }

    /// The names of all rules, in their order.
    #[must_use]
    pub fn names() -> Vec<&'static str> {
        Rule::ALL.iter().map(|rule| rule.name()).collect()
    }
}

impl FromIterator<Rule> for RuleSet {
    fn from_iter<T: IntoIterator<Item = Rule>>(rules: T) -> Self {
        Self { rules: rules.into_iter().collect() }
    }
}

/// The columns that are wanted of each relation that is wanted for itself.
pub type Wanted = BTreeMap<RelationId, BTreeSet<ColumnId>>;

/// A plan after the rules. Only [`optimise`] and [`optimise_relation`] make one, only this can be placed.
#[derive(Clone, Debug, PartialEq)]
pub struct OptimisedPlan {
    plan: LogicalPlan,
    wanted: Wanted,
    not_taken: Vec<StepId>,
    rules: RuleSet,
    trace: Vec<Trace>,
}

/// What came of a rule's turn; a rule has a turn in each round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    pub rule: Rule,
    pub outcome: Outcome,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Unchanged,
    Changed,
    /// It broke an invariant: a bug of ours. Its work was thrown away, so the run is right, if slower.
    Undone(Vec<String>),
}

impl OptimisedPlan {
    #[must_use]
    pub const fn plan(&self) -> &LogicalPlan {
        &self.plan
    }

    #[must_use]
    pub const fn wanted(&self) -> &Wanted {
        &self.wanted
    }

    /// Steps that their `if` switched off, in the order of the script.
    #[must_use]
    pub fn not_taken(&self) -> &[StepId] {
        &self.not_taken
    }

    #[must_use]
    pub const fn rules(&self) -> &RuleSet {
        &self.rules
    }

    #[must_use]
    pub fn trace(&self) -> &[Trace] {
        &self.trace
    }
}

/// The plan of all outputs, with what is known put in, made cheaper.
#[must_use]
pub fn optimise(plan: LogicalPlan, known: Known<'_>, rules: &RuleSet) -> OptimisedPlan {
    let wanted = visit::wanted_columns(&plan);
    rewrite(plan, wanted, known, rules)
}

/// The plan of one relation with all its columns and of nothing else: the options of a parameter, a preview.
#[must_use]
pub fn optimise_relation(
    mut plan: LogicalPlan,
    relation: RelationId,
    known: Known<'_>,
    rules: &RuleSet,
) -> OptimisedPlan {
    plan.facts = wr_base::ids::Arena::new();
    plan.expectations.clear();
    plan.records.clear();
    plan.exports.clear();
    plan.reveals.clear();
    let root = plan.relations[relation].root;
    let columns = plan.nodes[root].columns.iter().map(|column| column.id).collect();
    rewrite(plan, Wanted::from([(relation, columns)]), known, rules)
}

fn rewrite(plan: LogicalPlan, wanted: Wanted, known: Known<'_>, rules: &RuleSet) -> OptimisedPlan {
    let bound = bind(plan, known);
    let (plan, trace) = driver::drive(bound.plan, &wanted, known, rules);
    OptimisedPlan { plan, wanted, not_taken: bound.not_taken, rules: rules.clone(), trace }
}

/// Where a column of a node comes from, if only leaving out rows by its value there leaves out the same rows here: the input,
/// and the column that it is there.
pub(crate) fn passes_to(plan: &LogicalPlan, at: &Node, column: ColumnId) -> Option<(NodeId, ColumnId)> {
    let made = at.columns.iter().find(|made| made.id == column)?;
    let probe = Expr {
        id: ExprId(0),
        ty: Type::required(DataType::Bool),
        kind: ExprKind::Call {
            function: FnId::IsNotNull,
            arguments: vec![Expr::column(ExprId(0), made.ty.clone(), column)],
        },
    };
    let ways = push_filters::way(plan, at, &probe).ok()?;
    let [(side, below)] = ways.as_slice() else { return None };
    let ExprKind::Call { arguments, .. } = &below.kind else { return None };
    let [argument] = arguments.as_slice() else { return None };
    Some((*at.kind.inputs().get(*side)?, argument.as_column()?))
}

/// Why a filter stays above a node; `None` where it could pass and the rule did not run.
pub(crate) fn obstacle_words(plan: &LogicalPlan, below: &Node, predicate: &Expr) -> Option<&'static str> {
    push_filters::way(plan, below, predicate).err().map(push_filters::Obstacle::words)
}
