//! `unpivot`: a row for each row and listed column, in the order of the list.

use std::collections::BTreeSet;

use wr_base::ids::ColumnId;
use wr_base::value::Value;
use wr_sema::hir::Unpivot;

use crate::expr::{Context, Fault, Faults, Row, World, evaluate};

/// A value that nobody reads is not computed.
pub(crate) fn unpivot(
    rows: &[Row],
    unpivot: &Unpivot,
    live: &BTreeSet<ColumnId>,
    world: &World,
) -> Result<Vec<Row>, Fault> {
    let mut faults = Faults::default();
    let mut made = Vec::new();
    for row in rows {
        for (name, value) in &unpivot.columns {
            let mut new = row.clone();
            new.insert(unpivot.name, Value::text(name));
            if live.contains(&unpivot.value) {
                new.insert(unpivot.value, faults.take(evaluate(value, &Context::row(world, row))));
            }
            made.push(new);
        }
    }
    faults.result().map(|()| made)
}
