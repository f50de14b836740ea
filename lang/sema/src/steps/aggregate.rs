//! `aggregate { measures }`: one row over all rows; and the measures of a `group by`.

use wr_base::row_type::RowType;
use wr_base::span::Span;
use wr_plan::expr::{Expr, ExprKind};
use wr_syntax::ast;

use super::item::{self, List};
use super::{Outcome, Pipe, errors, shape};
use crate::checker::{Checker, Scope};
use crate::hir::StepKind;

pub(super) fn check(checker: &mut Checker, pipe: &mut Pipe, measures: &[ast::Measure], at: Span) -> Outcome {
    let mut list = List::default();
    add_measures(checker, &pipe.row, measures, &mut list);
    pipe.lose_sort(checker, at, "an `aggregate`");
    let row = RowType {
        columns: list.columns.into(),
        // No column tells rows apart: there is at most one.
        keys: vec![Vec::new()],
        order: Vec::new(),
        is_open: list.is_open,
        is_held: pipe.row.is_held,
        is_unknown: false,
    };
    Outcome { kind: StepKind::Aggregate { keys: Vec::new(), aggregates: list.items }, row }
}

/// Adds the columns of `{ cards = count(), $measures }`.
pub(super) fn add_measures(checker: &mut Checker, row: &RowType, measures: &[ast::Measure], list: &mut List) {
    let scope = Scope { aggregates: true, ..Scope::row(row, "a measure") };
    for measure in measures {
        if shape::expand(checker, &scope, &measure.value, list) {
            continue;
        }
        let Some((name, expr)) = item::named(checker, &scope, measure.name.as_ref(), &measure.value) else { continue };
        let at = checker.span(measure.value.range);
        let expr = if check_measure(checker, row, &expr, at) { expr } else { Expr::error(expr.id) };
        list.add(checker, row, &name, expr, measure.range);
    }
}

/// Whether a measure is one value for a group: aggregates, and what is the same for all rows. Reports it otherwise.
pub(super) fn check_measure(checker: &mut Checker, row: &RowType, expr: &Expr, at: Span) -> bool {
    if expr.ty.is_error() {
        return true;
    }
    let mut seen = Seen { has_aggregate: false, bare: None };
    look(expr, &mut seen);
    let bare = seen.bare.and_then(|id| row.column(id)).map(|column| column.name.clone());
    match (bare, seen.has_aggregate) {
        (Some(column), _) => {
            checker.report(errors::not_grouped(at, &column));
            false
        }
        (None, false) => {
            checker.report(errors::not_an_aggregate(at));
            false
        }
        (None, true) => true,
    }
}

struct Seen {
    has_aggregate: bool,
    /// A column outside of every aggregate.
    bare: Option<wr_base::ids::ColumnId>,
}

fn look(expr: &Expr, seen: &mut Seen) {
    match &expr.kind {
        ExprKind::Aggregate { .. } => seen.has_aggregate = true,
        ExprKind::Column(id) => {
            seen.bare.get_or_insert(*id);
        }
        ExprKind::Literal(_)
        | ExprKind::Value(_)
        | ExprKind::Fact(_)
        | ExprKind::Call { .. }
        | ExprKind::And(..)
        | ExprKind::Or(..)
        | ExprKind::Coalesce(..)
        | ExprKind::When { .. }
        | ExprKind::RelativePeriod(_)
        | ExprKind::Error => expr.parts().into_iter().for_each(|part| look(part, seen)),
    }
}
