//! What the tests of rules share: a small world of two tables, and a check that runs one rule once.

use wr_base::ids::{NodeId, RelationId, TableId};

use super::{Outcome, Rule, RuleSet, optimise};
use crate::bind::Known;
use crate::expr::Expr;
use crate::functions::FnId;
use crate::logical::builder::Builder;
use crate::logical::{LogicalPlan, invariants, print, visit};
use crate::values::Values;

pub(super) struct World {
    pub(super) b: Builder,
    pub(super) cards: TableId,
    pub(super) users: TableId,
}

impl World {
    pub(super) fn new() -> Self {
        let mut b = Builder::new();
        let cards = b.table("wallet", "cards", &[("card_id", "int"), ("user_id", "int"), ("kind", "text?")]);
        let users = b.table("crm", "users", &[("user_id", "int"), ("city", "text?")]);
        Self { b, cards, users }
    }

    /// `name == "text"` over a node.
    pub(super) fn is(&mut self, node: NodeId, name: &str, text: &str) -> Expr {
        let (left, right) = (self.b.col(node, name), self.b.text(text));
        self.b.compare(FnId::Equal, left, right)
    }

    /// `name > number` over a node.
    pub(super) fn above(&mut self, node: NodeId, name: &str, number: i128) -> Expr {
        let (left, right) = (self.b.col(node, name), self.b.int(number));
        self.b.compare(FnId::Greater, left, right)
    }

    /// `int(name) > number`: fails for a text that is no number.
    pub(super) fn fails(&mut self, node: NodeId, name: &str) -> Expr {
        let column = self.b.col(node, name);
        let (number, zero) = (self.b.call(FnId::Int, "int?", vec![column]), self.b.int(0));
        self.b.compare(FnId::Greater, number, zero)
    }

    /// The plan that exports what a node gives.
    pub(super) fn out(mut self, root: NodeId) -> LogicalPlan {
        self.b_export("out", root);
        self.b.plan
    }

    pub(super) fn b_export(&mut self, name: &str, root: NodeId) -> RelationId {
        let relation = self.b.relation(name, root);
        self.b.export(relation);
        relation
    }
}

/// Runs one rule alone, once, and compares the relations of the plan.
#[track_caller]
pub(super) fn check(rule: Rule, plan: LogicalPlan, expected: &str) {
    let (outcome, text) = run(rule, plan);
    assert_eq!(outcome, Outcome::Changed);
    let expected: Vec<&str> = expected.lines().filter(|line| !line.trim().is_empty()).collect();
    let indent = expected.iter().map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);
    let expected: String = expected.iter().map(|line| format!("{}\n", &line[indent..])).collect();
    assert_eq!(text, expected, "\nis:\n{text}\nshould be:\n{expected}");
}

/// Runs one rule alone, which must leave the plan as it is.
#[track_caller]
pub(super) fn check_stays(rule: Rule, plan: LogicalPlan) {
    let (outcome, text) = run(rule, plan);
    assert_eq!(outcome, Outcome::Unchanged, "\nis:\n{text}");
}

#[track_caller]
pub(super) fn run(rule: Rule, plan: LogicalPlan) -> (Outcome, String) {
    assert_eq!(invariants::check(&plan, &visit::wanted_columns(&plan)), Vec::<String>::new(), "before");
    let values = Values::default();
    let optimised = optimise(plan, Known { values: &values, now: None }, &RuleSet::only(rule));
    let text = print::print_wanted(optimised.plan(), optimised.wanted());
    let relations = text.split("export").next().unwrap_or_default().to_owned();
    (optimised.trace()[0].outcome.clone(), relations)
}
