//! What is known before any row is read, put into a plan: values become literals, and the `if` of a step is decided.
//!
//! A step that is taken loses its condition; one that is not taken leaves the plan and is listed. What is not known
//! (an editor has no values) stays as it was, and so does a condition that fails when it is evaluated: the run has to
//! fail at that step, so an engine evaluates what is left of a condition first (B1).

use wr_base::ids::{NodeId, StepId};
use wr_base::value::{DateTime, Value};

use crate::evaluate::{Context, evaluate};
use crate::expr::{Expr, ExprKind};
use crate::functions::{FnId, Locale, Setting};
use crate::logical::visit;
use crate::logical::{LogicalPlan, NodeKind};
use crate::values::Values;

/// What is known when a plan is made.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    pub values: &'a Values,
    /// The moment of the run; `None` while nothing runs.
    pub now: Option<DateTime>,
}

/// A plan with what is known put in.
#[derive(Clone, Debug, PartialEq)]
pub struct BoundPlan {
    pub plan: LogicalPlan,
    /// Steps that their `if` switched off, in the order of the script (B5).
    pub not_taken: Vec<StepId>,
}

/// Evaluates what does not depend on rows. Knows nothing of plans.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Folder<'a> {
    known: Known<'a>,
    zone: wr_base::value::Zone,
    locale: Locale,
}

impl<'a> Folder<'a> {
    pub(crate) const fn new(known: Known<'a>, zone: wr_base::value::Zone, locale: Locale) -> Self {
        Self { known, zone, locale }
    }

    /// The value of an expression that reads no rows; `None` where it is not known yet, or where it fails.
    pub(crate) fn value(&self, expr: &Expr) -> Option<Value> {
        if !self.is_known(expr) {
            return None;
        }
        // Nothing that reads the clock gets this far without one.
        let now = self.known.now.unwrap_or(DateTime(0));
        let values = |id| self.known.values.get(id).cloned();
        let setting = Setting { locale: self.locale, ..Setting::new(now, self.zone) };
        evaluate(expr, &Context::values(setting, &values)).ok()
    }

    /// Whether all that it reads is known: no columns, facts, aggregates, open values, nor a clock that stands still.
    fn is_known(&self, expr: &Expr) -> bool {
        let here = match &expr.kind {
            ExprKind::Column(_) | ExprKind::Fact(_) | ExprKind::Aggregate { .. } | ExprKind::Error => false,
            ExprKind::Value(id) => self.known.values.is_known(*id),
            ExprKind::RelativePeriod(_) => self.known.now.is_some(),
            ExprKind::Call { function, .. } => self.known.now.is_some() || !matches!(function, FnId::Now | FnId::Today),
            ExprKind::Literal(_)
            | ExprKind::And(..)
            | ExprKind::Or(..)
            | ExprKind::Coalesce(..)
            | ExprKind::When { .. } => true,
        };
        here && expr.parts().into_iter().all(|part| self.is_known(part))
    }
}

/// Puts what is known into a plan.
#[must_use]
pub fn bind(mut plan: LogicalPlan, known: Known<'_>) -> BoundPlan {
    let folder = Folder::new(known, plan.report.zone, Locale::of(&plan.report.locale));
    visit::change_exprs(&mut plan, &mut |expr| {
        if matches!(expr.kind, ExprKind::Value(_) | ExprKind::RelativePeriod(_))
            && let Some(value) = folder.value(expr)
        {
            expr.kind = ExprKind::Literal(value);
        }
    });
    let mut not_taken = Vec::new();
    let roots: Vec<_> = plan.relations.iter().map(|(id, relation)| (id, relation.root)).collect();
    for (relation, root) in roots {
        let root = decide(&mut plan, root, folder, &mut not_taken);
        plan.relations[relation].root = root;
    }
    not_taken.sort();
    not_taken.dedup();
    BoundPlan { plan, not_taken }
}

/// The tree at a node without the steps that are not taken.
fn decide(plan: &mut LogicalPlan, at: NodeId, folder: Folder<'_>, not_taken: &mut Vec<StepId>) -> NodeId {
    let mut node = plan.nodes[at].clone();
    for input in node.kind.inputs_mut() {
        *input = decide(plan, *input, folder, not_taken);
    }
    if let Some(condition) = node.kind.condition() {
        match folder.value(condition) {
            None => {}
            Some(Value::Bool(true)) => node.kind.remove_condition(),
            // False or null: a step is taken only when its condition is true.
            Some(_) => {
                not_taken.push(node.step);
                // Conditional steps give the columns of their (left) input.
                return node.kind.inputs().first().copied().unwrap_or(at);
            }
        }
    }
    plan.nodes[at] = node;
    at
}

impl NodeKind {
    /// The `if` of a step, where it has one that is not decided.
    #[must_use]
    pub fn condition(&self) -> Option<&Expr> {
        match self {
            Self::Filter { condition, .. }
            | Self::Sort { condition, .. }
            | Self::Take { condition, .. }
            | Self::Distinct { condition, .. }
            | Self::Sample { condition, .. } => condition.as_ref(),
            Self::Join(join) => join.condition.as_ref(),
            Self::Scan(_)
            | Self::Read { .. }
            | Self::Project { .. }
            | Self::Aggregate { .. }
            | Self::SetOperation(_)
            | Self::Window(_)
            | Self::Unpivot(_)
            | Self::Split { .. } => None,
        }
    }

    fn remove_condition(&mut self) {
        match self {
            Self::Filter { condition, .. }
            | Self::Sort { condition, .. }
            | Self::Take { condition, .. }
            | Self::Distinct { condition, .. }
            | Self::Sample { condition, .. } => *condition = None,
            Self::Join(join) => join.condition = None,
            Self::Scan(_)
            | Self::Read { .. }
            | Self::Project { .. }
            | Self::Aggregate { .. }
            | Self::SetOperation(_)
            | Self::Window(_)
            | Self::Unpivot(_)
            | Self::Split { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use wr_base::ids::ValueId;
    use wr_base::ty::{DataType, Type};

    use super::*;
    use crate::functions::FnId;
    use crate::logical::builder::Builder;
    use crate::logical::print::print;

    /// `filter card_id == 1 if <condition>`, with `$on` the first value.
    fn bound(condition: impl FnOnce(&mut Builder, Expr) -> Expr, on: Option<Value>) -> (String, usize) {
        let mut b = Builder::new();
        let cards = b.table("wallet", "cards", &[("card_id", "int")]);
        let value = b.value("on", Type::optional(DataType::Bool));
        let scan = b.scan(cards);
        let (id, one) = (b.col(scan, "card_id"), b.int(1));
        let predicate = b.compare(FnId::Equal, id, one);
        let condition = condition(&mut b, value);
        let filter = b.filter_if(scan, predicate, Some(condition));
        let relation = b.relation("cards", filter);
        b.rows(relation);
        let mut values = Values::default();
        if let Some(on) = on {
            values.set(ValueId(0), on);
        }
        let bound = bind(b.plan, Known { values: &values, now: None });
        (print(&bound.plan), bound.not_taken.len())
    }

    #[test]
    fn a_step_is_taken_only_when_its_condition_is_true() {
        let taken = "cards:\n  scan wallet.cards { card_id }\n  filter card_id == 1\n";
        let left = "cards:\n  scan wallet.cards { card_id }\n";
        assert_eq!(bound(|_, on| on, Some(Value::Bool(true))), (taken.to_owned(), 0));
        assert_eq!(bound(|_, on| on, Some(Value::Bool(false))), (left.to_owned(), 1));
        assert_eq!(bound(|_, on| on, Some(Value::Null)), (left.to_owned(), 1));
    }

    #[test]
    fn a_value_that_is_known_later_leaves_the_step_open() {
        let open = "cards:\n  scan wallet.cards { card_id }\n  filter card_id == 1 if $on\n";
        assert_eq!(bound(|_, on| on, None), (open.to_owned(), 0));
    }

    #[test]
    fn a_condition_that_fails_stays_for_the_run_to_fail_at() {
        let fails = |b: &mut Builder, _: Expr| {
            let (word, one) = (b.text("many"), b.int(1));
            let number = b.call(FnId::Int, "int", vec![word]);
            b.compare(FnId::Greater, number, one)
        };
        let open = "cards:\n  scan wallet.cards { card_id }\n  filter card_id == 1 if int(\"many\") > 1\n";
        assert_eq!(bound(fails, Some(Value::Bool(true))), (open.to_owned(), 0));
    }
}
