//! `distinct`: one row for each set of equal values. With `on`, `keep first by` says which row that is.

use wr_base::ids::ColumnId;
use wr_base::span::Span;
use wr_syntax::ast;

use super::sort::sort_keys;
use super::{Outcome, Pipe, errors};
use crate::checker::{Checker, Scope};
use crate::hir::StepKind;
use crate::types;

pub(super) fn check(
    checker: &mut Checker,
    pipe: &mut Pipe,
    distinct: &ast::Distinct,
    at: Span,
    is_conditional: bool,
) -> Outcome {
    let scope = Scope::row(&pipe.row, "a `distinct`");
    let on: Vec<ColumnId> = distinct
        .on
        .iter()
        .filter_map(|name| types::resolve_column(checker, &scope, name.qualifier.as_ref(), &name.name))
        .collect();
    let keep = sort_keys(checker, &scope, &distinct.keep);
    let mut row = pipe.row.clone();
    if distinct.on.is_empty() && row.is_open {
        checker.report(errors::distinct_of_shape(at));
    }
    let all_are_compared = row.columns.iter().all(|column| on.contains(&column.id));
    let is_by_chance = !distinct.on.is_empty()
        && on.len() == distinct.on.len()
        && distinct.keep.is_empty()
        && !all_are_compared
        && !row.is_unknown
        && !row.is_unique_by(&on);
    if is_by_chance {
        let columns: Vec<String> = distinct.on.iter().map(|name| name.name.text.clone()).collect();
        checker.report(errors::distinct_without_keep(at, &columns));
    }
    if !is_conditional {
        let key = if on.is_empty() { row.columns.iter().map(|column| column.id).collect() } else { on.clone() };
        if distinct.on.len() == on.len() && !row.keys.contains(&key) {
            row.keys.push(key);
        }
    }
    pipe.lose_sort(checker, at, "a `distinct`");
    row.order = Vec::new();
    Outcome { kind: StepKind::Distinct { on, keep }, row }
}
