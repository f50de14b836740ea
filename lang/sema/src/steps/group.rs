//! `group by keys { measures }`: one row for each set of equal keys. The keys identify it.

use wr_base::row_type::RowType;
use wr_base::span::Span;
use wr_syntax::ast;

use super::item::{self, List};
use super::{Outcome, Pipe, aggregate};
use crate::checker::{Checker, Scope};
use crate::hir::StepKind;

pub(super) fn check(checker: &mut Checker, pipe: &mut Pipe, group: &ast::Group, at: Span) -> Outcome {
    let scope = Scope::step(&pipe.row, "a `group by`");
    let mut list = List::default();
    for key in &group.keys {
        if let Some((name, expr)) = item::named(checker, &scope, key.name.as_ref(), &key.value) {
            list.add(checker, &pipe.row, &name, expr, key.range);
        }
    }
    let key = list.ids();
    aggregate::add_measures(checker, &pipe.row, &group.measures, &mut list);
    let aggregates = list.items.split_off(key.len());
    pipe.lose_sort(checker, at, "a `group by`");
    let row = RowType {
        columns: list.columns.into(),
        keys: vec![key],
        order: Vec::new(),
        is_open: list.is_open,
        is_held: pipe.row.is_held,
        is_unknown: false,
    };
    Outcome { kind: StepKind::Aggregate { keys: list.items, aggregates }, row }
}
