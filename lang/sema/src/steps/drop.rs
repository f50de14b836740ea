//! `drop`: all columns but these; the others keep their names and qualifiers.

use wr_base::ids::ColumnId;
use wr_base::row_type::RowType;
use wr_base::span::Span;
use wr_plan::expr::Expr;
use wr_plan::logical::Item;
use wr_syntax::ast;

use super::{Outcome, Pipe, errors};
use crate::checker::{Checker, Scope};
use crate::hir::StepKind;
use crate::relations::keep_known_keys;
use crate::types;

pub(super) fn check(checker: &mut Checker, pipe: &Pipe, names: &[ast::ColumnName], at: Span) -> Outcome {
    let scope = Scope::row(&pipe.row, "a `drop`");
    let dropped: Vec<ColumnId> = names
        .iter()
        .filter_map(|name| types::resolve_column(checker, &scope, name.qualifier.as_ref(), &name.name))
        .collect();
    let mut row = pipe.row.clone();
    row.columns.retain(|column| !dropped.contains(&column.id));
    if row.columns.is_empty() && !pipe.row.columns.is_empty() && !pipe.row.is_unknown {
        checker.report(errors::nothing_left(at, "drop"));
    }
    keep_known_keys(&mut row);
    let range = names.first().map_or_else(Default::default, |name| name.range);
    Outcome { kind: StepKind::Select(passed_on(checker, &row, range)), row }
}

/// The columns of a row as they are. `range` is the step's: nobody wrote these expressions.
pub(super) fn passed_on(checker: &mut Checker, row: &RowType, range: wr_base::span::TextRange) -> Vec<Item> {
    row.columns
        .iter()
        .map(|column| Item {
            column: column.id,
            name: column.name.clone(),
            expr: Expr::column(checker.expr_id(range), column.ty.clone(), column.id),
        })
        .collect()
}
