//! `sample`: the rows whose key is among the n keys with the smallest hash (B7), ties by the key. Rows stay in order.

use wr_base::ids::{ColumnId, ExprId};
use wr_base::value::Value;
use wr_plan::expr::Expr;
use wr_plan::logical::SortKey;

use super::Fault;
use super::expression::Scene;
use super::key::{Groups, KeyTable, Nulls};
use super::order::Order;
use super::split::Seed;
use crate::frame::{Frame, place};

/// The places of the rows that stay.
///
/// # Errors
/// A text of the seed or of a key holds the separator.
pub(super) fn sampled(
    count: i128,
    key: &[ColumnId],
    seed: &[Value],
    rows: &Frame,
    scene: &Scene,
) -> Result<Vec<u32>, Fault> {
    place(rows.rows())?;
    if rows.rows() == 0 {
        return Ok(Vec::new());
    }
    let seed = Seed::new(seed).map_err(|_| Fault::Seed)?;
    let cells = key.iter().map(|column| rows.cells(*column)).collect::<Result<Vec<_>, _>>()?;
    let mut table = KeyTable::new(key.len(), Nulls::AreEqual);
    let numbers = table.numbers(&cells, rows.rows());
    let groups = Groups::new(&numbers, table.count());
    let mut keys = Vec::with_capacity(groups.len());
    for number in (0_u32..).take(groups.len()) {
        let Some(first) = groups.rows(number).first() else { continue };
        let parts = cells.iter().map(|cells| cells.get(*first as usize));
        keys.push((seed.number(parts).map_err(|_| Fault::Seed)?, *first, number));
    }
    let columns = key.iter().filter_map(|column| rows.plan_column(*column));
    let by: Vec<SortKey> = columns
        .map(|column| SortKey { expr: Expr::column(ExprId(0), column.ty.clone(), column.id), descending: false })
        .collect();
    let order = Order::new(&by, rows, scene)?;
    keys.sort_unstable_by(|(hash, first, _), (other, second, _)| {
        hash.cmp(other).then_with(|| order.compare(*first as usize, *second as usize))
    });
    keys.truncate(usize::try_from(count.max(0)).unwrap_or(usize::MAX));
    let mut stays = vec![false; groups.len()];
    for (_, _, number) in keys {
        if let Some(stays) = stays.get_mut(number as usize) {
            *stays = true;
        }
    }
    let is_kept = |number: &u32| stays.get(*number as usize).copied().unwrap_or(false);
    Ok((0_u32..).zip(&numbers).filter(|(_, number)| is_kept(number)).map(|(row, _)| row).collect())
}
