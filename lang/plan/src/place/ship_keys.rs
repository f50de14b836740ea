//! Which side of a join tells the other side's server which keys it needs: a million people against a table of a billion rows
//! should read a million rows.
//!
//! ```text
//! fetch query 1: amp.cohort                 fetch query 1: amp.cohort
//! join many on user_id == user_id     ─►    join many on user_id == user_id
//!   fetch query 2: wallet.cards               fetch query 2: wallet.cards, only a `user_id` of the rows above
//! ```
//!
//! Keys only leave out rows that the join would pass over. So they go where a filter on the column could go, past nothing
//! that can fail, counts or takes; and never to a side whose rows without a match are kept or counted (B3).

use wr_base::ids::{ColumnId, NodeId};

use crate::declaration::Engine;
use crate::logical::{Join, JoinKind, LogicalPlan, NodeKind};
use crate::rules::passes_to;

use super::Drivers;

/// A side of a join.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
}

/// Keys of one side for a scan of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shipment {
    /// Whose rows have the keys.
    pub(super) from: Side,
    pub(super) column: ColumnId,
    pub(super) scan: NodeId,
    pub(super) declared: u32,
}

/// What is sent where, if anything.
pub(super) fn shipment(plan: &LogicalPlan, drivers: &Drivers, join: &Join) -> Option<Shipment> {
    // What a semi join looks up is mostly a list; what it looks it up for is mostly the large table.
    let directions: &[Side] = match join.kind {
        JoinKind::Semi => &[Side::Right, Side::Left],
        JoinKind::Inner | JoinKind::Left | JoinKind::Anti => &[Side::Left],
        // Both keep rows without a match, or have no keys.
        JoinKind::Full | JoinKind::Cross => &[],
    };
    // A join that is switched off keeps all rows: their other side is not asked for either way, but the keys are.
    if join.condition.is_some() {
        return None;
    }
    directions.iter().find_map(|from| {
        let to = match from {
            Side::Left => join.right,
            Side::Right => join.left,
        };
        join.equal.iter().find_map(|(left, right)| {
            let (key, wanted) = match from {
                Side::Left => (left, right),
                Side::Right => (right, left),
            };
            if key.ty.data != wanted.ty.data {
                return None;
            }
            let (scan, declared) = scan_of(plan, to, wanted.as_column()?)?;
            takes_keys(plan, drivers, scan, declared)?;
            Some(Shipment { from: *from, column: key.as_column()?, scan, declared })
        })
    })
}

/// The scan that a column comes from, where leaving out rows there is as good as here.
fn scan_of(plan: &LogicalPlan, at: NodeId, column: ColumnId) -> Option<(NodeId, u32)> {
    let (mut at, mut column) = (at, column);
    loop {
        let node = &plan.nodes[at];
        if let NodeKind::Scan(scan) = &node.kind {
            let (_, declared) = scan.columns.iter().find(|(id, _)| *id == column)?;
            return Some((at, *declared));
        }
        (at, column) = passes_to(plan, node, column)?;
    }
}

/// Whether the server of a scan can be told keys of this type.
fn takes_keys(plan: &LogicalPlan, drivers: &Drivers, scan: NodeId, declared: u32) -> Option<()> {
    let NodeKind::Scan(scan) = &plan.nodes[scan].kind else { return None };
    let table = &plan.tables[scan.table];
    match drivers.engine(&table.connection, table.engine) {
        Engine::ClickHouse => {}
        // A query of the author's own is sent as it stands there.
        Engine::SqlServer if table.query.is_none() => {}
        Engine::SqlServer | Engine::Amplitude | Engine::Local => return None,
    }
    // A file is of nobody's server.
    if table.file.is_some() {
        return None;
    }
    let column = table.columns.get(declared as usize)?;
    column.ty.data.is_key_type().then_some(())
}
