//! What a `place` wants, and what of it is not so: each step before it has to be inside a query of its connection.
//!
//! ```text
//! place wallet ◄── group by kind { n = count() }    one query, or none: what the types decide, the run says
//!                  filter price > 1.5               computed here, not by wallet.cards: floats are compared here
//! ```
//!
//! Below a wanted step all is wanted that was written before the `place`: a `from people` is done there when the rows of
//! `people` are. Steps that came to nothing, and columns that are only passed on, are nobody's work. A folder is here, so on it
//! nothing is out of place.

#[cfg(test)]
mod tests;

use wr_base::ids::{NodeId, StepId};

use crate::declaration::Engine;
use crate::expr::{Expr, ExprKind};
use crate::logical::{Demand, Item, NodeKind};
use crate::physical::{PhysicalKind, PhysicalPlan, QueryId, Unplaced, WholeId, print::inputs};

/// Judges the demands of a plan: marks what has to be done by a source, and names what is not.
pub(super) fn judge(plan: &mut PhysicalPlan) {
    let mut unplaced = Vec::new();
    for demand in plan.demands.clone() {
        let mut judged = Judged {
            plan,
            is_local: is_folder(plan, &demand.connection),
            demand: &demand,
            unplaced: Vec::new(),
            queries: Vec::new(),
            wholes: Vec::new(),
        };
        let roots: Vec<NodeId> = judged.plan.stages.iter().map(|stage| stage.root).collect();
        for root in roots {
            judged.node(root, Above::default());
        }
        let Judged { is_local, unplaced: mut found, queries, wholes, .. } = judged;
        found.sort_by_key(|unplaced| unplaced.step);
        unplaced.extend(found);
        if !is_local {
            mark(plan, &demand, &queries, &wholes);
        }
    }
    plan.unplaced = unplaced;
}

fn mark(plan: &mut PhysicalPlan, demand: &Demand, queries: &[QueryId], wholes: &[WholeId]) {
    for query in plan.queries.iter_mut().filter(|query| queries.contains(&query.id)) {
        for filter in query.filters.iter_mut().filter(|filter| filter.step < demand.step) {
            filter.placed_by.get_or_insert(demand.step);
        }
    }
    for whole in plan.wholes.iter_mut().filter(|whole| wholes.contains(&whole.id)) {
        whole.placed_by.get_or_insert(demand.step);
    }
}

/// A connection without a table in the plan does nothing, wherever it leads.
fn is_folder(plan: &PhysicalPlan, connection: &str) -> bool {
    let declared = plan.tables.iter().find(|(_, table)| table.connection == connection && table.file.is_none());
    declared.is_some_and(|(_, table)| plan.drivers.engine(connection, table.engine) == Engine::Local)
}

/// What stands above a node.
#[derive(Clone, Copy, Default)]
struct Above {
    /// A step that is wanted.
    is_wanted: bool,
    /// One query does it all, where the types there allow it.
    is_whole: bool,
    /// A `take` of which is not known yet how many rows it takes: a sort below it may be done with it.
    is_open_take: bool,
}

struct Judged<'a> {
    plan: &'a PhysicalPlan,
    demand: &'a Demand,
    is_local: bool,
    unplaced: Vec<Unplaced>,
    /// Those whose rows are wanted.
    queries: Vec<QueryId>,
    wholes: Vec<WholeId>,
}

impl Judged<'_> {
    fn node(&mut self, at: NodeId, above: Above) {
        let plan = self.plan;
        let node = &plan.nodes[at];
        let is_before = node.step < self.demand.step;
        let is_wanted = self.demand.steps.contains(&node.step) || above.is_wanted && is_before;
        let mut here = Above { is_wanted: above.is_wanted || is_wanted, is_open_take: false, ..above };
        match &node.kind {
            PhysicalKind::Fetch(id) if is_wanted => {
                self.queries.push(*id);
                let query = plan.query(*id);
                let table = query.and_then(|query| plan.tables.get(query.table));
                if let Some(table) =
                    table.filter(|table| table.file.is_some() || table.connection != self.demand.connection)
                {
                    let of = if table.file.is_some() { "a file".to_owned() } else { table.full_name() };
                    self.add(node.step, format!("its rows are those of {of}"), false);
                }
            }
            PhysicalKind::Fetch(_) => {}
            PhysicalKind::Choose { whole, .. } => {
                if is_wanted {
                    self.wholes.push(*whole);
                }
                here.is_whole = true;
            }
            PhysicalKind::Local(kind) if is_wanted && !above.is_whole && !self.is_local => {
                let is_open = self.is_open(at, kind) || above.is_open_take;
                here.is_open_take = is_open && matches!(kind, NodeKind::Take { .. });
                if !is_passing(kind) && !self.is_again(node.step, kind) {
                    let why = plan.reasons.iter().find(|reason| reason.step == node.step && !reason.is_there);
                    let why = why.map_or_else(|| why_here(kind).to_owned(), |reason| reason.text.clone());
                    self.add(node.step, why, is_open);
                }
            }
            PhysicalKind::Local(_) => {}
        }
        for input in inputs(&node.kind) {
            self.node(input, here);
        }
    }

    /// A filter that the source was asked for as well.
    fn is_again(&self, step: StepId, kind: &NodeKind) -> bool {
        let mut asked = self.plan.reasons.iter().filter(|reason| reason.step == step).peekable();
        matches!(kind, NodeKind::Filter { .. }) && asked.peek().is_some() && asked.all(|reason| reason.is_there)
    }

    fn add(&mut self, step: StepId, why: String, is_open: bool) {
        let place = self.demand.step;
        if self.unplaced.iter().any(|other| other.step == step) {
            return;
        }
        self.unplaced.push(Unplaced { place, connection: self.demand.connection.clone(), step, why, is_open });
    }

    /// Whether values that are not known yet have a say in where a node is computed.
    fn is_open(&self, at: NodeId, kind: &NodeKind) -> bool {
        match kind {
            NodeKind::Filter { .. }
            | NodeKind::Aggregate { .. }
            | NodeKind::Distinct { .. }
            | NodeKind::Take { .. } => self.waits_for_values(at),
            NodeKind::Scan(_)
            | NodeKind::Read { .. }
            | NodeKind::Project { .. }
            | NodeKind::Join(_)
            | NodeKind::Sort { .. }
            | NodeKind::SetOperation(_)
            | NodeKind::Window(_)
            | NodeKind::Unpivot(_)
            | NodeKind::Sample { .. }
            | NodeKind::Split { .. } => kind.condition().is_some(),
        }
    }

    /// Whether a node, or one below it that is computed here, reads what is not known yet.
    fn waits_for_values(&self, at: NodeId) -> bool {
        let node = &self.plan.nodes[at];
        let PhysicalKind::Local(kind) = &node.kind else { return false };
        let here = kind.condition().is_some() || kind.exprs().into_iter().any(is_unknown);
        here || inputs(&node.kind).into_iter().any(|input| self.waits_for_values(input))
    }
}

fn is_unknown(expr: &Expr) -> bool {
    let mut is_unknown = false;
    expr.visit(&mut |part| {
        is_unknown |= matches!(part.kind, ExprKind::Value(_) | ExprKind::RelativePeriod(_));
    });
    is_unknown
}

/// Columns as they come, or values that no row has a say in.
fn is_passing(kind: &NodeKind) -> bool {
    let passes = |item: &Item| item.expr.as_column().is_some() || item.expr.columns().is_empty();
    matches!(kind, NodeKind::Project { items, .. } if items.iter().all(passes))
}

/// Of what no server is asked.
const fn why_here(kind: &NodeKind) -> &'static str {
    match kind {
        NodeKind::Scan(_) | NodeKind::Filter { .. } | NodeKind::Aggregate { .. } | NodeKind::Distinct { .. } => {
            "computed here: what stands before it is"
        }
        NodeKind::Read { .. } => "computed here: its rows are computed once, and read more than once",
        NodeKind::Project { .. } => "computed here: a server gives its columns as they are",
        NodeKind::Join(_) => "computed here: rows are joined here",
        NodeKind::Sort { .. } => "computed here: only with a `take` behind it a server is asked for an order",
        NodeKind::Take { .. } => "computed here: without a `sort` before it nothing says which rows are the first",
        NodeKind::SetOperation(_) => "computed here: rows of two queries come together here",
        NodeKind::Window(_) => "computed here: a row among its neighbours is looked at here",
        NodeKind::Unpivot(_) => "computed here: rows are made of columns here",
        NodeKind::Sample { .. } | NodeKind::Split { .. } => "computed here: rows are drawn here",
    }
}
