//! Values that may be left empty must be guarded before they are used (B4): by `if $x is not null` on the step, by
//! `??`, or by a condition around the use.

use std::collections::BTreeSet;

use wr_base::ids::ValueId;
use wr_plan::expr::{Expr, ExprKind};
use wr_plan::functions::FnId;
use wr_plan::logical::Unmatched;

use super::errors;
use crate::checker::Checker;
use crate::hir::{Step, StepKind};

type Known = BTreeSet<ValueId>;

/// Reports each unguarded use in a step.
pub(crate) fn report_unguarded(checker: &mut Checker, step: &Step) {
    let mut found = Vec::new();
    let mut known = Known::new();
    if let Some(condition) = &step.condition {
        look(condition, &known, &mut found);
        known.extend(when_true(condition));
    }
    for expr in exprs(&step.kind) {
        look(expr, &known, &mut found);
    }
    let is_filter = matches!(step.kind, StepKind::Filter(_));
    let step_at = checker.origins.steps.get(step.id).copied();
    for (value, expr) in found {
        let (Some(at), Some(name)) =
            (checker.origins.exprs.get(expr).copied(), checker.values.get(value).map(|value| value.name.clone()))
        else {
            continue;
        };
        let end = step_at.filter(|_| is_filter && step.condition.is_none());
        checker.report(errors::unguarded_optional(at, &name, end));
    }
}

/// Reports each unguarded use in a condition that is no step's own. Whether there is one.
pub(super) fn report_unguarded_in(checker: &mut Checker, condition: &Expr) -> bool {
    let mut found = Vec::new();
    look(condition, &Known::new(), &mut found);
    for (value, expr) in &found {
        let name = checker.values.get(*value).map(|value| value.name.clone()).unwrap_or_default();
        let at = checker.origins.exprs[*expr];
        checker.report(errors::unguarded_optional(at, &name, None));
    }
    !found.is_empty()
}

fn exprs(kind: &StepKind) -> Vec<&Expr> {
    match kind {
        StepKind::Filter(expr) | StepKind::Take(expr) => vec![expr],
        StepKind::Select(items) | StepKind::Derive(items) => items.iter().map(|item| &item.expr).collect(),
        StepKind::Join(join) => {
            let limit = match &join.unmatched {
                Unmatched::AtMost(limit) => Some(limit),
                Unmatched::ByKind | Unmatched::Fail | Unmatched::Drop => None,
            };
            join.equal.iter().flat_map(|(left, right)| [left, right]).chain(&join.also).chain(limit).collect()
        }
        StepKind::Aggregate { keys, aggregates } => keys.iter().chain(aggregates).map(|item| &item.expr).collect(),
        StepKind::Sort(keys) => keys.iter().map(|key| &key.expr).collect(),
        StepKind::Distinct { keep, .. } => keep.iter().map(|key| &key.expr).collect(),
        StepKind::Split { seed, .. } => seed.iter().collect(),
        StepKind::Unpivot(unpivot) => unpivot.columns.iter().map(|(_, value)| value).collect(),
        StepKind::Window(window) => {
            let calls = window.calls.iter().flat_map(|call| call.function.exprs());
            let sort = window.sort.iter().map(|key| &key.expr);
            window.by.iter().chain(sort).chain(calls).chain(window.items.iter().map(|item| &item.expr)).collect()
        }
        StepKind::Sample { count, seed, .. } => std::iter::once(count).chain(seed).collect(),
        StepKind::SetOperation(set) => set.columns.iter().flat_map(|column| [&column.left, &column.right]).collect(),
        StepKind::Place(_) | StepKind::Error => Vec::new(),
    }
}

/// Uses of values that may be null and are not among the known ones.
fn look(expr: &Expr, known: &Known, found: &mut Vec<(ValueId, wr_base::ids::ExprId)>) {
    match &expr.kind {
        ExprKind::Value(value) => {
            if expr.ty.nullable && !known.contains(value) {
                found.push((*value, expr.id));
            }
        }
        // What asks whether it is there may see it.
        ExprKind::Call { function: FnId::IsNull | FnId::IsNotNull | FnId::IsSame | FnId::IsNotSame, arguments } => {
            for part in arguments.iter().filter(|part| !matches!(part.kind, ExprKind::Value(_))) {
                look(part, known, found);
            }
        }
        ExprKind::Coalesce(left, right) => {
            if !matches!(left.kind, ExprKind::Value(_)) {
                look(left, known, found);
            }
            look(right, known, found);
        }
        ExprKind::And(left, right) => {
            look(left, known, found);
            look(right, &with(known, when_true(left)), found);
        }
        ExprKind::Or(left, right) => {
            look(left, known, found);
            look(right, &with(known, when_false(left)), found);
        }
        ExprKind::When { branches, otherwise } => {
            let mut known = known.clone();
            for branch in branches {
                look(&branch.condition, &known, found);
                look(&branch.result, &with(&known, when_true(&branch.condition)), found);
                known.extend(when_false(&branch.condition));
            }
            look(otherwise, &known, found);
        }
        ExprKind::Call { .. } | ExprKind::Aggregate(_) => {
            expr.parts().into_iter().for_each(|part| look(part, known, found));
        }
        ExprKind::Literal(_)
        | ExprKind::Column(_)
        | ExprKind::Fact(_)
        | ExprKind::RelativePeriod(_)
        | ExprKind::Error => {}
    }
}

fn with(known: &Known, more: Known) -> Known {
    known.iter().copied().chain(more).collect()
}

/// Values that are there whenever the condition is true.
fn when_true(condition: &Expr) -> Known {
    asked(condition, FnId::IsNotNull, |expr| match &expr.kind {
        ExprKind::And(left, right) => Some(with(&when_true(left), when_true(right))),
        ExprKind::Literal(_)
        | ExprKind::Column(_)
        | ExprKind::Value(_)
        | ExprKind::Fact(_)
        | ExprKind::Call { .. }
        | ExprKind::Or(..)
        | ExprKind::Coalesce(..)
        | ExprKind::When { .. }
        | ExprKind::Aggregate { .. }
        | ExprKind::RelativePeriod(_)
        | ExprKind::Error => None,
    })
}

/// Values that are there whenever the condition is false.
fn when_false(condition: &Expr) -> Known {
    asked(condition, FnId::IsNull, |expr| match &expr.kind {
        ExprKind::Or(left, right) => Some(with(&when_false(left), when_false(right))),
        ExprKind::Literal(_)
        | ExprKind::Column(_)
        | ExprKind::Value(_)
        | ExprKind::Fact(_)
        | ExprKind::Call { .. }
        | ExprKind::And(..)
        | ExprKind::Coalesce(..)
        | ExprKind::When { .. }
        | ExprKind::Aggregate { .. }
        | ExprKind::RelativePeriod(_)
        | ExprKind::Error => None,
    })
}

fn asked(condition: &Expr, question: FnId, parts: impl Fn(&Expr) -> Option<Known>) -> Known {
    if let Some(known) = parts(condition) {
        return known;
    }
    let ExprKind::Call { function, arguments } = &condition.kind else { return Known::new() };
    if *function == FnId::Not {
        let opposite = |expr: &Expr| if question == FnId::IsNotNull { when_false(expr) } else { when_true(expr) };
        return arguments.first().map(opposite).unwrap_or_default();
    }
    match arguments.first().map(|argument| &argument.kind) {
        Some(ExprKind::Value(value)) if *function == question => Known::from([*value]),
        _ => Known::new(),
    }
}
