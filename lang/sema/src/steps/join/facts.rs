//! What identifies the rows after a join.

use wr_base::ids::ColumnId;
use wr_base::row_type::RowType;
use wr_plan::logical::{JoinKind, MergedKey};

use super::condition::{self, Found};

/// The keys of the joined row. `one_right`: a left row finds at most one right row.
///
/// A left row that comes once keeps its keys; so does a right row that comes once, where every row has one. A key of both
/// sides together always holds, also where one side is all null: its other half then comes once.
pub(super) fn keys(
    left: &RowType,
    right: &RowType,
    kind: JoinKind,
    found: &Found,
    one_right: bool,
    merged: &[MergedKey],
) -> Vec<Vec<ColumnId>> {
    let one_left = left.is_unique_by(&condition::left_columns(found));
    let mut keys: Vec<Vec<ColumnId>> = Vec::new();
    match kind {
        JoinKind::Semi | JoinKind::Anti => return left.keys.clone(),
        JoinKind::Inner => {
            if one_right {
                keys.extend(left.keys.iter().cloned());
            }
            if one_left {
                keys.extend(right.keys.iter().cloned());
            }
        }
        JoinKind::Left => {
            if one_right {
                keys.extend(left.keys.iter().cloned());
            }
        }
        JoinKind::Full => {
            if one_right && one_left && !merged.is_empty() && merged.len() == found.equal.len() {
                keys.push(merged.iter().map(|key| key.column).collect());
            }
        }
        JoinKind::Cross => {}
    }
    if keys.is_empty() && kind != JoinKind::Full {
        for left_key in &left.keys {
            for right_key in &right.keys {
                keys.push(left_key.iter().chain(right_key).copied().collect());
            }
        }
    }
    keys
}
