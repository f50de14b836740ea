//! `sort`: rows in an order, completed by the key or by all columns (B11) when they are read.

use wr_base::span::Span;
use wr_plan::logical::SortKey;
use wr_syntax::ast;

use super::{Outcome, Pipe};
use crate::checker::{Checker, Scope};
use crate::hir::StepKind;
use crate::types;

pub(super) fn check(
    checker: &mut Checker,
    pipe: &mut Pipe,
    keys: &[ast::SortKey],
    at: Span,
    is_conditional: bool,
) -> Outcome {
    let keys = sort_keys(checker, &Scope::step(&pipe.row, "a `sort`"), keys);
    // An optional order in front of which another stands is a fallback, not a loss.
    if is_conditional {
        pipe.unused_sort = None;
    } else {
        pipe.lose_sort(checker, at, "another `sort`");
        pipe.unused_sort = Some(at);
    }
    let mut row = pipe.row.clone();
    let order: Vec<_> = keys
        .iter()
        .map(|key| {
            // Sorted by something that is no column: a stand-in that no row has.
            let column = key.expr.as_column().unwrap_or_else(|| checker.fresh_column());
            (column, key.descending)
        })
        .collect();
    row.order = match (is_conditional, row.order.is_empty()) {
        (false, _) => order,
        // Sorted one way or the other, but nobody knows which.
        (true, false) => vec![(checker.fresh_column(), false)],
        (true, true) => Vec::new(),
    };
    Outcome { kind: StepKind::Sort(keys), row }
}

/// Keys of a `sort`, of `keep first by`, of an aggregate.
pub(crate) fn sort_keys(checker: &mut Checker, scope: &Scope<'_>, keys: &[ast::SortKey]) -> Vec<SortKey> {
    keys.iter()
        .map(|key| SortKey { expr: types::type_column_expr(checker, scope, &key.value), descending: key.descending })
        .collect()
}
