//! Rows in an order, and the first row per key.
//!
//! What completes an order (B11) is among its keys already: lowering put it there. What is still equal is equal in all
//! that matters, and keeps the order in which it came.

use std::cmp::Ordering;

use wr_base::ids::ColumnId;
use wr_plan::evaluate::Failure;
use wr_plan::logical::SortKey;

use super::expression::{Scene, column, internal};
use super::failure::earlier;
use super::key::{Groups, KeyTable, Nulls};
use crate::cells::{Cells, StorageFault};
use crate::frame::Frame;

/// The columns of an order, computed.
pub(super) struct Order {
    keys: Vec<(Cells, bool)>,
}

impl Order {
    /// # Errors
    /// The failure of the first key that fails in any row.
    pub(super) fn new(by: &[SortKey], frame: &Frame, scene: &Scene) -> Result<Self, Failure> {
        let mut failure = None;
        let mut keys = Vec::new();
        for key in by {
            let cells = column(&key.expr, ColumnId(0), frame, scene)
                .and_then(|column| Cells::new(&column, &key.expr.ty.data).map_err(|fault| internal(&key.expr, &fault)));
            match cells {
                Ok(cells) => keys.push((cells, key.descending)),
                Err(failed) => failure = Some(earlier(failure, failed)),
            }
        }
        failure.map_or(Ok(Self { keys }), Err)
    }

    pub(super) fn compare(&self, left: usize, right: usize) -> Ordering {
        self.keys
            .iter()
            .map(|(cells, descending)| compare_cells(cells, *descending, left, right))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    }

    /// The places of all rows, in order.
    pub(super) fn sorted(&self, rows: u32) -> Vec<u32> {
        let Some((first, descending)) = self.keys.first() else { return (0..rows).collect() };
        let mut nulls = Vec::new();
        let mut others = Vec::with_capacity(rows as usize);
        for row in 0..rows {
            match leading(first, row as usize) {
                Some(number) => others.push((if *descending { !number } else { number }, row)),
                None => nulls.push(row),
            }
        }
        // Most pairs differ in what leads them; the place itself makes the order that of a stable sort.
        let compare = |left: u32, right: u32| self.compare(left as usize, right as usize).then(left.cmp(&right));
        others
            .sort_unstable_by(|(number, left), (other, right)| number.cmp(other).then_with(|| compare(*left, *right)));
        nulls.sort_unstable_by(|left, right| compare(*left, *right));
        others.into_iter().map(|(_, row)| row).chain(nulls).collect()
    }
}

/// A number that goes up as the values do, perhaps the same for different ones: of a text, its first bytes.
fn leading(cells: &Cells, row: usize) -> Option<u128> {
    const SIGN: u128 = 1 << 127;
    let of_int = |int: i128| int.cast_unsigned() ^ SIGN;
    match cells {
        Cells::Int(cells) | Cells::Decimal(cells, _) => cells.get(row).map(of_int),
        Cells::Text(cells) | Cells::Uuid(cells) => cells.get(row).map(|text| {
            let mut first = [0; 16];
            first.iter_mut().zip(text.bytes()).for_each(|(to, byte)| *to = byte);
            u128::from_be_bytes(first)
        }),
        Cells::Bool(cells) => cells.get(row).map(u128::from),
        Cells::Date(cells) => cells.get(row).map(|days| of_int(days.into())),
        Cells::DateTime(cells) | Cells::Time(cells) => cells.get(row).map(|ticks| of_int(ticks.into())),
        // Floats have more than one zero: they are compared as they are.
        Cells::Float(cells) => cells.get(row).map(|_| 0),
        Cells::Null(_) => None,
    }
}

/// Nulls last, whichever way it goes; the float that is no number behind all others.
fn compare_cells(cells: &Cells, descending: bool, left: usize, right: usize) -> Ordering {
    macro_rules! ordered {
        ($cells:expr, $compare:expr) => {
            match ($cells.get(left), $cells.get(right)) {
                (Some(left), Some(right)) => {
                    let order = $compare(&left, &right);
                    if descending { order.reverse() } else { order }
                }
                (None, None) => Ordering::Equal,
                (None, Some(_)) => Ordering::Greater,
                (Some(_), None) => Ordering::Less,
            }
        };
    }
    match cells {
        Cells::Int(cells) | Cells::Decimal(cells, _) => ordered!(cells, i128::cmp),
        Cells::Float(cells) => ordered!(cells, compare_floats),
        Cells::Text(cells) | Cells::Uuid(cells) => {
            ordered!(cells, |left: &&str, right: &&str| left.as_bytes().cmp(right.as_bytes()))
        }
        Cells::Bool(cells) => ordered!(cells, bool::cmp),
        Cells::Date(cells) => ordered!(cells, i32::cmp),
        Cells::DateTime(cells) | Cells::Time(cells) => ordered!(cells, i64::cmp),
        Cells::Null(_) => Ordering::Equal,
    }
}

fn compare_floats(left: &f64, right: &f64) -> Ordering {
    left.partial_cmp(right).unwrap_or_else(|| left.is_nan().cmp(&right.is_nan()))
}

/// The places of the rows that stay: for each value of `on` the first one in the order of `keep`. Nulls are equal.
///
/// # Errors
/// As [`Order::new`], or a column that is not there.
pub(super) fn first_of_each(
    on: &[ColumnId],
    keep: &[SortKey],
    frame: &Frame,
    scene: &Scene,
) -> Result<Result<Vec<u32>, StorageFault>, Failure> {
    let order = Order::new(keep, frame, scene)?;
    let cells = match on.iter().map(|column| frame.cells(*column)).collect::<Result<Vec<_>, _>>() {
        Ok(cells) => cells,
        Err(fault) => return Ok(Err(fault)),
    };
    let mut table = KeyTable::new(on.len(), Nulls::AreEqual);
    let numbers = table.numbers(&cells, frame.rows());
    let groups = Groups::new(&numbers, if frame.rows() == 0 { 0 } else { table.count() });
    let first = |number: u32| {
        groups
            .rows(number)
            .iter()
            .copied()
            .reduce(|best, row| if order.compare(row as usize, best as usize).is_lt() { row } else { best })
    };
    Ok(Ok((0..).take(groups.len()).filter_map(first).collect()))
}
