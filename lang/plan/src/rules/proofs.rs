//! What is proved of rows by the plan alone, without looking at them.

use wr_base::ids::{ColumnId, NodeId};

use crate::logical::{Join, LogicalPlan, NodeKind, SetKind};

/// Whether a left row of a `join one` has at most one match by the shape of the right side. A claimed `key` proves
/// nothing: it is checked in the run (B3).
pub(crate) fn is_one_proved(plan: &LogicalPlan, join: &Join) -> bool {
    let right: Vec<ColumnId> = join.equal.iter().filter_map(|(_, right)| right.as_column()).collect();
    is_unique_by(plan, join.right, &right)
}

/// Whether no two rows of a node have equal, non-null values in all of these columns.
pub(crate) fn is_unique_by(plan: &LogicalPlan, at: NodeId, columns: &[ColumnId]) -> bool {
    match &plan.nodes[at].kind {
        NodeKind::Scan(scan) => {
            let table = &plan.tables[scan.table];
            let has = |index: &u32| scan.columns.iter().any(|(id, at)| at == index && columns.contains(id));
            table.trusted.is_some() && !table.key.is_empty() && table.key.iter().all(has)
        }
        NodeKind::Read { relation, columns: pairs } => {
            let there: Vec<ColumnId> =
                pairs.iter().filter(|(here, _)| columns.contains(here)).map(|(_, there)| *there).collect();
            is_unique_by(plan, plan.relations[*relation].root, &there)
        }
        NodeKind::Project { input, items } => {
            let below: Vec<ColumnId> = items
                .iter()
                .filter(|item| columns.contains(&item.column))
                .filter_map(|item| item.expr.as_column())
                .collect();
            is_unique_by(plan, *input, &below)
        }
        NodeKind::Aggregate { keys, .. } => keys.iter().all(|key| columns.contains(&key.column)),
        NodeKind::Distinct { input, on, condition, .. } => {
            let by_this = condition.is_none() && !on.is_empty() && on.iter().all(|column| columns.contains(column));
            by_this || is_unique_by(plan, *input, columns)
        }
        NodeKind::Filter { input, .. }
        | NodeKind::Sort { input, .. }
        | NodeKind::Take { input, .. }
        | NodeKind::Sample { input, .. }
        | NodeKind::Split { input, .. } => is_unique_by(plan, *input, columns),
        NodeKind::Window(window) => is_unique_by(plan, window.input, columns),
        NodeKind::Unpivot(unpivot) => columns.contains(&unpivot.name) && is_unique_by(plan, unpivot.input, columns),
        NodeKind::SetOperation(set) => match set.kind {
            SetKind::Union => false,
            SetKind::Except | SetKind::Intersect => {
                let below = |column: &ColumnId| set.columns.iter().find(|made| made.column == *column);
                let left: Vec<ColumnId> = columns.iter().filter_map(below).map(|made| made.left).collect();
                left.len() == set.columns.len() || is_unique_by(plan, set.left, &left)
            }
        },
        // A join can repeat rows of either side.
        NodeKind::Join(_) => false,
    }
}
