//! `expect` statements: a condition over facts and values, with what is said when it does not hold.

use wr_base::ids::FactId;
use wr_base::span::TextRange;
use wr_plan::declaration::Expectation;
use wr_plan::expr::{Expr, ExprKind};
use wr_plan::logical::StepInfo;
use wr_syntax::ast;

use crate::checker::{Checker, Scope};
use crate::types;

pub(crate) fn check_expect(checker: &mut Checker, statement: &ast::Expect) {
    let scope = Scope { facts: true, ..Scope::values("an expectation") };
    let condition = types::type_condition(checker, &scope, &statement.condition);
    let scope = Scope { facts: true, people: true, ..Scope::values("a message") };
    let message = statement.message.as_ref().map(|message| types::type_message(checker, &scope, message));
    let facts = facts_of(&condition);
    // After what it reads, as steps are numbered in the order in which they fail.
    let end = statement.message.as_ref().map_or(statement.condition.range.end, |message| message.range.end);
    let range = TextRange::new(0, end);
    let info = StepInfo { word: "expect".to_owned(), words: checker.words(range), relation: None };
    let step = checker.step_id(range, info);
    let text = checker.sources.slice(checker.span(statement.condition.range)).to_owned();
    checker.expectations.push(Expectation { step, condition, message, facts, text });
}

/// The facts that an expression reads, each once, in the order of their first use.
pub(super) fn facts_of(expr: &Expr) -> Vec<FactId> {
    let mut facts = Vec::new();
    expr.visit(&mut |part| {
        if let ExprKind::Fact(fact) = &part.kind
            && !facts.contains(fact)
        {
            facts.push(*fact);
        }
    });
    facts
}
