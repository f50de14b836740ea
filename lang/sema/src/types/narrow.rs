//! What a condition proves: columns that are not null wherever it is true.

use wr_base::ids::ColumnId;
use wr_base::row_type::RowType;
use wr_plan::expr::{Expr, ExprKind};
use wr_plan::functions::{FnId, Nulls};

use crate::checker::Scope;

/// The columns that are not null in every row for which the condition is true.
pub(crate) fn facts_of_condition(condition: &Expr) -> Vec<ColumnId> {
    let mut columns = Vec::new();
    match &condition.kind {
        ExprKind::And(left, right) => {
            columns = facts_of_condition(left);
            columns.extend(facts_of_condition(right));
        }
        ExprKind::Or(left, right) => {
            let right = facts_of_condition(right);
            columns = facts_of_condition(left).into_iter().filter(|column| right.contains(column)).collect();
        }
        ExprKind::Call { function: FnId::IsNotNull, arguments } => {
            arguments.iter().for_each(|argument| strict_columns(argument, &mut columns));
        }
        ExprKind::Call { function: FnId::IsSame, arguments } => {
            if let [left, right] = arguments.as_slice() {
                if !right.ty.nullable {
                    strict_columns(left, &mut columns);
                }
                if !left.ty.nullable {
                    strict_columns(right, &mut columns);
                }
            }
        }
        ExprKind::Call { function: FnId::Not, arguments } => {
            for argument in arguments {
                if let ExprKind::Call { function: FnId::IsNull, arguments } = &argument.kind {
                    arguments.iter().for_each(|argument| strict_columns(argument, &mut columns));
                } else {
                    // False is not null either.
                    strict_columns(argument, &mut columns);
                }
            }
        }
        ExprKind::Call { .. } | ExprKind::Column(_) => strict_columns(condition, &mut columns),
        ExprKind::Literal(_)
        | ExprKind::Value(_)
        | ExprKind::Fact(_)
        | ExprKind::Coalesce(..)
        | ExprKind::When { .. }
        | ExprKind::Aggregate { .. }
        | ExprKind::RelativePeriod(_)
        | ExprKind::Error => {}
    }
    columns.sort();
    columns.dedup();
    columns
}

/// The columns of which a null one would make the expression null.
fn strict_columns(expr: &Expr, columns: &mut Vec<ColumnId>) {
    match &expr.kind {
        ExprKind::Column(column) => columns.push(*column),
        ExprKind::Call { function, arguments } => match function.function().nulls {
            Nulls::Propagate | Nulls::PropagateOrGive => {
                arguments.iter().for_each(|argument| strict_columns(argument, columns));
            }
            Nulls::Handle | Nulls::HandleOrGive => {}
        },
        ExprKind::Literal(_)
        | ExprKind::Value(_)
        | ExprKind::Fact(_)
        | ExprKind::And(..)
        | ExprKind::Or(..)
        | ExprKind::Coalesce(..)
        | ExprKind::When { .. }
        | ExprKind::Aggregate { .. }
        | ExprKind::RelativePeriod(_)
        | ExprKind::Error => {}
    }
}

/// The scope's row where a condition is known to be true; `None` where nothing new is known.
pub(super) fn narrowed(scope: &Scope<'_>, condition: &Expr) -> Option<RowType> {
    let row = scope.row?;
    let facts = facts_of_condition(condition);
    let is_news = |column: &wr_base::row_type::Column| column.ty.nullable && facts.contains(&column.id);
    if !row.columns.iter().any(is_news) {
        return None;
    }
    let mut row = row.clone();
    for column in row.columns.iter_mut().filter(|column| facts.contains(&column.id)) {
        column.ty.nullable = false;
    }
    Some(row)
}
