//! Steps of a pipeline: names and types in, the row after it out. One file per step.
//!
//! Invariants: a step that is wrong gives the best row that can still be told, so that one mistake is reported once;
//! nothing that only a taken `if` step would prove is claimed of the row after it (B5).

mod aggregate;
mod apply;
mod derive;
mod distinct;
mod drop;
pub(crate) mod errors;
mod filter;
mod group;
mod guard;
mod item;
mod join;
mod pivot;
mod place;
mod rename;
mod sample;
mod select;
mod set_operation;
mod shape;
mod sort;
mod take;
mod unpivot;
mod window;

use wr_base::row_type::RowType;
use wr_base::span::Span;
use wr_plan::expr::Expr;
use wr_plan::logical::{JoinKind, StepInfo, Unmatched};
use wr_syntax::ast;

use crate::checker::{Checker, Scalar, Scope};
use crate::hir::{Join, Step, StepKind};
use crate::relations::fan_out::MultiplyingJoin;
use crate::relations::{new_step, unknown_row};
use crate::types;

pub(crate) use guard::report_unguarded;
pub(crate) use sort::sort_keys;

/// A pipeline as far as it was checked.
pub(crate) struct Pipe {
    /// The row before the next step.
    pub(crate) row: RowType,
    /// The name of what it reads, under which a join cannot bring the same again.
    pub(crate) source_name: Option<String>,
    /// A `sort` whose order nothing has used yet.
    pub(crate) unused_sort: Option<Span>,
    pub(crate) joins_that_multiply: Vec<MultiplyingJoin>,
    /// The `if` of the `apply` whose steps are checked: they are taken when it is true, and when their own is.
    pub(crate) outer_condition: Option<Expr>,
    /// How many steps stand before the next one.
    pub(crate) length: usize,
}

impl Pipe {
    pub(crate) const fn new(row: RowType, source_name: Option<String>) -> Self {
        Self { row, source_name, unused_sort: None, joins_that_multiply: Vec::new(), outer_condition: None, length: 0 }
    }

    /// The order ends at a step (B11): nobody has seen it.
    fn lose_sort(&mut self, checker: &mut Checker, by: Span, what: &str) {
        if let Some(sort) = self.unused_sort.take() {
            checker.report(errors::sort_lost(sort, by, what));
        }
    }
}

/// What a step does, and the row after it.
pub(crate) struct Outcome {
    pub(crate) kind: StepKind,
    pub(crate) row: RowType,
}

/// The steps of a pipeline after the `from`, or those of a `step`.
pub(crate) fn check_steps<'a>(
    checker: &mut Checker,
    pipe: &mut Pipe,
    steps: impl IntoIterator<Item = &'a ast::Step>,
) -> Vec<Step> {
    let mut done = Vec::new();
    for step in steps {
        done.extend(if let ast::StepKind::Apply(apply) = &step.kind {
            apply::check(checker, pipe, apply, step)
        } else {
            check_step(checker, pipe, step)
        });
        if let Some(last) = done.last() {
            pipe.row = last.row.clone();
        }
    }
    done
}

/// One step after the `from`: itself, behind the joins that bring the scalars which it reads.
fn check_step(checker: &mut Checker, pipe: &mut Pipe, step: &ast::Step) -> Vec<Step> {
    let of_outer_step = std::mem::take(&mut checker.scalars);
    let condition = step.condition.as_ref().map(|condition| {
        let scope = Scope::values("the `if` of a step");
        types::type_condition(checker, &scope, condition)
    });
    let condition = apply::both(checker, pipe.outer_condition.as_ref(), condition);
    let at = checker.span(step.range);
    let is_conditional = condition.is_some();
    let word = word(&step.kind);
    if let Some(condition) = step.condition.as_ref().filter(|_| !can_be_left_out(&step.kind)) {
        let if_at = checker.span(condition.range);
        checker.report(errors::step_condition(if_at, at, &word));
    }
    let mut before = None;
    let Outcome { kind, row } = match &step.kind {
        ast::StepKind::Filter(predicate) if filter::is_of_list(predicate) => {
            let list = filter::check_list(checker, pipe, predicate, is_conditional);
            before = list.before;
            list.outcome
        }
        ast::StepKind::Filter(predicate) => filter::check(checker, pipe, predicate, is_conditional),
        ast::StepKind::Select(items) => select::check(checker, pipe, items, at),
        ast::StepKind::Derive(items) => derive::check(checker, pipe, items),
        ast::StepKind::Drop(names) => drop::check(checker, pipe, names, at),
        ast::StepKind::Rename(names) => rename::check(checker, pipe, names),
        ast::StepKind::Join(join) => join::check(checker, pipe, join, step.range),
        ast::StepKind::Group(group) => group::check(checker, pipe, group, at),
        ast::StepKind::Aggregate(measures) => aggregate::check(checker, pipe, measures, at),
        ast::StepKind::Sort(keys) => sort::check(checker, pipe, keys, at, is_conditional),
        ast::StepKind::Take(count) => take::check(checker, pipe, count, at, is_conditional),
        ast::StepKind::Distinct(distinct) => distinct::check(checker, pipe, distinct, at, is_conditional),
        ast::StepKind::Sample(sample) => sample::check(checker, pipe, sample, is_conditional),
        ast::StepKind::Window(window) => window::check(checker, pipe, window),
        ast::StepKind::Pivot(pivot) => pivot::check(checker, pipe, pivot, step.range),
        ast::StepKind::Unpivot(unpivot) => unpivot::check(checker, pipe, unpivot, step.range),
        ast::StepKind::SetOperation(set) => set_operation::check(checker, pipe, set, step.range),
        ast::StepKind::Place(connection) => place::check(checker, pipe, connection),
        ast::StepKind::From(_)
        | ast::StepKind::FromFile(_)
        | ast::StepKind::FromQuery(_)
        | ast::StepKind::Apply(_)
        | ast::StepKind::Error => Outcome { kind: StepKind::Error, row: unknown_row() },
    };
    let scalars = std::mem::replace(&mut checker.scalars, of_outer_step);
    let mut steps: Vec<Step> = scalars.iter().map(|scalar| scalar_join(checker, pipe, scalar)).collect();
    if let Some((is_there, words)) = before {
        let info = StepInfo { word: word.clone(), words: format!("filter {words}"), relation: None };
        let id = checker.step_id(step.range, info);
        let (kind, condition, row) = (StepKind::Filter(is_there), condition.clone(), row.clone());
        steps.push(Step { id, kind, condition, row });
    }
    let id = new_step(checker, step.range, &word);
    let step = Step { id, kind, condition, row };
    report_unguarded(checker, &step);
    steps.push(step);
    pipe.length += steps.len();
    steps
}

/// Every row with the value of a relation of one row, or with null where it has none. The column is in no row type: no
/// name leads to it, and the step after the join reads it by its id.
fn scalar_join(checker: &mut Checker, pipe: &Pipe, scalar: &Scalar) -> Step {
    let join = Join {
        right: scalar.relation,
        right_columns: vec![(scalar.here, scalar.there)],
        kind: JoinKind::Left,
        equal: Vec::new(),
        also: None,
        merged: Vec::new(),
        is_one: true,
        unmatched: Unmatched::ByKind,
    };
    let id = new_step(checker, scalar.range, "scalar");
    Step { id, kind: StepKind::Join(Box::new(join)), condition: None, row: pipe.row.clone() }
}

/// B5: steps that leave the columns as they are.
const fn can_be_left_out(kind: &ast::StepKind) -> bool {
    match kind {
        ast::StepKind::Filter(_)
        | ast::StepKind::Sort(_)
        | ast::StepKind::Take(_)
        | ast::StepKind::Distinct(_)
        | ast::StepKind::Sample(_)
        | ast::StepKind::Error
        | ast::StepKind::Join(ast::Join { kind: Some(ast::JoinKind::Semi | ast::JoinKind::Anti), .. }) => true,
        ast::StepKind::From(_)
        | ast::StepKind::FromQuery(_)
        | ast::StepKind::Apply(_)
        | ast::StepKind::FromFile(_)
        | ast::StepKind::Select(_)
        | ast::StepKind::Derive(_)
        | ast::StepKind::Drop(_)
        | ast::StepKind::Rename(_)
        | ast::StepKind::Join(_)
        | ast::StepKind::Group(_)
        | ast::StepKind::Aggregate(_)
        | ast::StepKind::SetOperation(_)
        | ast::StepKind::Window(_)
        | ast::StepKind::Pivot(_)
        | ast::StepKind::Place(_)
        | ast::StepKind::Unpivot(_) => false,
    }
}

/// The words that people know a step by.
fn word(kind: &ast::StepKind) -> String {
    match kind {
        ast::StepKind::From(_) | ast::StepKind::FromFile(_) | ast::StepKind::FromQuery(_) => "from".to_owned(),
        ast::StepKind::Filter(_) => "filter".to_owned(),
        ast::StepKind::Select(_) => "select".to_owned(),
        ast::StepKind::Derive(_) => "derive".to_owned(),
        ast::StepKind::Drop(_) => "drop".to_owned(),
        ast::StepKind::Rename(_) => "rename".to_owned(),
        ast::StepKind::Join(join) => join::word(join),
        ast::StepKind::Group(_) => "group by".to_owned(),
        ast::StepKind::Aggregate(_) => "aggregate".to_owned(),
        ast::StepKind::Sort(_) => "sort".to_owned(),
        ast::StepKind::Take(_) => "take".to_owned(),
        ast::StepKind::Distinct(_) => "distinct".to_owned(),
        ast::StepKind::SetOperation(set) => set.kind.word().to_owned(),
        ast::StepKind::Sample(_) => "sample".to_owned(),
        ast::StepKind::Apply(_) => "apply".to_owned(),
        ast::StepKind::Window(_) => "window".to_owned(),
        ast::StepKind::Pivot(_) => "pivot".to_owned(),
        ast::StepKind::Unpivot(_) => "unpivot".to_owned(),
        ast::StepKind::Place(_) => "place".to_owned(),
        ast::StepKind::Error => "step".to_owned(),
    }
}
