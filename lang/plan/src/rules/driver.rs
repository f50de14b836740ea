//! Runs the rules in their order, each over every relation in use, until a round of all changes nothing; checks after each
//! that the plan is still one.
//!
//! The driver recurses, not the rules. A rule that breaks an invariant is undone: the run is then slower, not wrong,
//! and tests fail on the trace.

use wr_base::ids::NodeId;

use super::{
    Outcome, Rule, RuleSet, Trace, Wanted, fold_values, inline_single_reads, prune_columns, prune_sorts, push_filters,
    push_limits,
};
use crate::bind::{Folder, Known};
use crate::functions::Locale;
use crate::logical::{LogicalPlan, invariants, visit};

/// More rounds than any plan needs: what one rule moves makes way for another, a few times at most.
const ROUNDS: usize = 8;

pub(super) fn drive(
    mut plan: LogicalPlan,
    wanted: &Wanted,
    known: Known<'_>,
    rules: &RuleSet,
) -> (LogicalPlan, Vec<Trace>) {
    let mut trace = Vec::new();
    for _ in 0..ROUNDS {
        let before = trace.len();
        for rule in Rule::ALL.iter().copied().filter(|rule| rules.has(*rule)) {
            let outcome = turn(rule, &mut plan, wanted, known);
            trace.push(Trace { rule, outcome });
        }
        let mut round = trace.iter().skip(before);
        if !round.any(|trace| trace.outcome == Outcome::Changed) {
            break;
        }
    }
    (plan, trace)
}

/// A rule's turn: the plan after it, unless it broke something.
fn turn(rule: Rule, plan: &mut LogicalPlan, wanted: &Wanted, known: Known<'_>) -> Outcome {
    let mut after = plan.clone();
    apply(rule, &mut after, wanted, known);
    if after == *plan {
        return Outcome::Unchanged;
    }
    let problems = problems(rule, plan, &after, wanted);
    if problems.is_empty() {
        *plan = after;
        Outcome::Changed
    } else {
        Outcome::Undone(problems)
    }
}

fn apply(rule: Rule, plan: &mut LogicalPlan, wanted: &Wanted, known: Known<'_>) {
    match rule {
        Rule::FoldValues => {
            let folder = Folder::new(known, plan.report.zone, Locale::of(&plan.report.locale));
            visit::change_exprs(plan, &mut |expr| fold_values::fold(expr, folder));
        }
        Rule::InlineSingleReads => inline_single_reads::inline(plan, wanted),
        Rule::PushFilters => each_node(plan, wanted, push_filters::push),
        Rule::PruneSorts => {
            for relation in visit::live(plan, wanted.keys().copied()) {
                let root = plan.relations[relation].root;
                plan.relations[relation].root = prune_sorts::prune(plan, root);
            }
        }
        Rule::PushLimits => each_node(plan, wanted, push_limits::push),
        Rule::PruneColumns => prune_columns::prune(plan, wanted),
    }
}

/// Rewrites the trees of the relations in use from their leaves up.
fn each_node(plan: &mut LogicalPlan, wanted: &Wanted, rewrite: fn(&mut LogicalPlan, NodeId) -> NodeId) {
    for relation in visit::live(plan, wanted.keys().copied()) {
        let root = plan.relations[relation].root;
        plan.relations[relation].root = below(plan, root, rewrite);
    }
}

fn below(plan: &mut LogicalPlan, at: NodeId, rewrite: fn(&mut LogicalPlan, NodeId) -> NodeId) -> NodeId {
    let mut node = plan.nodes[at].clone();
    for input in node.kind.inputs_mut() {
        *input = below(plan, *input, rewrite);
    }
    plan.nodes[at] = node;
    rewrite(plan, at)
}

/// What a rule broke: an invariant, or the names and types of what relations give.
fn problems(rule: Rule, before: &LogicalPlan, after: &LogicalPlan, wanted: &Wanted) -> Vec<String> {
    let mut problems = invariants::check(after, wanted);
    for relation in visit::live(after, wanted.keys().copied()) {
        let was = &before.nodes[before.relations[relation].root].columns;
        let is = &after.nodes[after.relations[relation].root].columns;
        let kept = match rule {
            // It may only drop; what is wanted is checked with the invariants.
            Rule::PruneColumns => is.iter().all(|column| was.contains(column)),
            Rule::FoldValues | Rule::InlineSingleReads | Rule::PushFilters | Rule::PruneSorts | Rule::PushLimits => {
                is == was
            }
        };
        if !kept {
            problems.push(format!("{} changed the columns of {relation:?}", rule.name()));
        }
    }
    problems
}
