//! `select`: exactly these columns, with bare names (B2). A `$fields` stands for all columns of its options (B4).

use wr_base::row_type::RowType;
use wr_base::span::Span;
use wr_syntax::ast;

use super::item::{self, List};
use super::{Outcome, Pipe, errors, shape};
use crate::checker::{Checker, Scope};
use crate::hir::StepKind;
use crate::relations::keep_known_keys;

pub(super) fn check(checker: &mut Checker, pipe: &Pipe, items: &[ast::SelectItem], at: Span) -> Outcome {
    let scope = Scope::step(&pipe.row, "a `select`");
    let mut list = List::default();
    let mut is_broken = false;
    for item in items {
        if shape::expand(checker, &scope, &item.value, &mut list) {
            continue;
        }
        match item::named(checker, &scope, item.name.as_ref(), &item.value) {
            Some((name, expr)) => list.add(checker, &pipe.row, &name, expr, item.range),
            None => is_broken = true,
        }
    }
    if list.items.is_empty() && !is_broken && !items.is_empty() {
        checker.report(errors::nothing_left(at, "select"));
    }
    let is_open = pipe.row.is_open || list.is_open;
    let mut row = RowType {
        columns: list.columns.into(),
        is_open,
        is_unknown: pipe.row.is_unknown && is_broken,
        ..pipe.row.clone()
    };
    keep_known_keys(&mut row);
    Outcome { kind: StepKind::Select(list.items), row }
}
