//! `apply adults(min = 21)`: the steps of a `step`, as if they stood here.
//!
//! What does not fit the rows here is said here, once, with the words of the declaration beside it.

use wr_base::diag::{Code, Diagnostic, Severity};
use wr_base::span::Span;
use wr_base::ty::{DataType, Type};
use wr_plan::expr::{Expr, ExprKind};
use wr_syntax::ast;

use super::{Pipe, can_be_left_out, check_steps, errors, guard, word};
use crate::checker::{Checker, Scope};
use crate::definitions::{self, Body, Definition};
use crate::hir::{Step, StepKind};
use crate::relations::{new_step, unknown_row};
use crate::types;

pub(super) fn check(checker: &mut Checker, pipe: &mut Pipe, apply: &ast::Apply, step: &ast::Step) -> Vec<Step> {
    let condition = condition(checker, step);
    let Some(named) = checker.names.steps.get(&apply.name.text) else {
        let at = checker.span(apply.name.range);
        let known: Vec<&str> = checker.names.steps.keys().map(String::as_str).collect();
        let below = checker.declared_below.get(&format!("apply {}", apply.name.text)).copied();
        let diagnostic = errors::unknown_step(at, &apply.name.text, &known, below);
        checker.report(diagnostic);
        return unknown(checker, pipe, step);
    };
    let Some(definition) = named.meaning.clone() else { return unknown(checker, pipe, step) };
    let given = apply.arguments.as_deref().unwrap_or_default();
    let arguments = definitions::bind(checker, &definition, given, apply.range);
    let condition = match (condition, &step.condition) {
        (Some(condition), Some(written)) => match first_that_must_be(&definition) {
            Some((kept, word)) => {
                let at = checker.span(written.range);
                checker.report(errors::applied_step_condition(at, &apply.name.text, kept, &word));
                None
            }
            None => Some(condition),
        },
        (condition, _) => condition,
    };
    let outer = pipe.outer_condition.clone();
    pipe.outer_condition = both(checker, outer.as_ref(), condition);
    let row = pipe.row.clone();
    let at = checker.span(apply.range);
    let unfolded = definitions::unfold(checker, &definition, arguments, at, |checker, body| match body {
        Body::Steps(steps) => check_steps(checker, pipe, steps),
        Body::Relation(_) => Vec::new(),
    });
    pipe.outer_condition = outer;
    let Some((steps, said)) = unfolded else { return unknown(checker, pipe, step) };
    let (own, others): (Vec<_>, Vec<_>) = said.iter().cloned().partition(|one| {
        // That a parameter may be empty is no matter of the rows, though only rows show where it is used.
        one.code != Code::UnguardedOptional && definitions::is_within(&definition, one.primary.span)
    });
    let (errors, warnings): (Vec<Diagnostic>, Vec<Diagnostic>) =
        own.into_iter().partition(|one| one.severity == Severity::Error);
    others.into_iter().for_each(|one| checker.report(one));
    if let Some(misfit) = errors::step_does_not_fit(at, &apply.name.text, &errors, &row) {
        checker.report(misfit);
    }
    for warning in warnings {
        if !definition.told.contains(&(warning.code, warning.primary.span)) {
            checker.report(errors::warned_where_applied(at, &apply.name.text, warning));
        }
    }
    steps
}

/// The `if` of the `apply`; `None` where there is none, or something is wrong with it that was said.
fn condition(checker: &mut Checker, step: &ast::Step) -> Option<Expr> {
    let condition = types::type_condition(checker, &Scope::values("the `if` of a step"), step.condition.as_ref()?);
    (!guard::report_unguarded_in(checker, &condition)).then_some(condition)
}

/// A step is taken when the `if` of the `apply` around it is true and its own is. Each step has its own copy.
pub(super) fn both(checker: &mut Checker, outer: Option<&Expr>, own: Option<Expr>) -> Option<Expr> {
    let Some(outer) = outer else { return own };
    let mut outer = outer.clone();
    outer.transform(&mut |part| {
        let span = checker.origins.exprs[part.id];
        part.id = checker.origins.exprs.add(span);
    });
    let Some(own) = own else { return Some(outer) };
    let id = checker.origins.exprs.add(checker.origins.exprs[own.id]);
    let ty = Type::new(DataType::Bool, outer.ty.nullable || own.ty.nullable);
    Some(Expr::new(id, ty, ExprKind::And(Box::new(outer), Box::new(own))))
}

/// The first step that decides about columns, of the definition or of one that it applies.
fn first_that_must_be(definition: &Definition) -> Option<(Span, String)> {
    let Body::Steps(steps) = &definition.body else { return None };
    steps.iter().find_map(|step| {
        if let ast::StepKind::Apply(apply) = &step.kind {
            let inner = definition.names.steps.get(&apply.name.text)?.meaning.as_ref()?;
            return first_that_must_be(inner);
        }
        let place = step.range.in_file(definition.place.file, definition.place.base);
        (!can_be_left_out(&step.kind)).then(|| (place, word(&step.kind)))
    })
}

/// A step after which nothing is known of the rows.
fn unknown(checker: &mut Checker, pipe: &mut Pipe, step: &ast::Step) -> Vec<Step> {
    let id = new_step(checker, step.range, "apply");
    pipe.length += 1;
    vec![Step { id, kind: StepKind::Error, condition: None, row: unknown_row() }]
}
