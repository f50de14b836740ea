//! Joins of every kind (B2, B3).
//!
//! Keys are evaluated for each row of their own side. Pairs with equal keys are found first, in the order of the left
//! rows; what else is asked of a pair is evaluated only for those. Then `join one` and `unmatched` are checked, and the
//! kind of the join says which rows there are.

use polars::prelude::{BooleanChunked, Column, DataFrame, NewChunkedArray, PlSmallStr, PolarsResult};
use wr_base::ids::ColumnId;
use wr_base::value::Decimal;
use wr_plan::evaluate::{Context, Failure, evaluate};
use wr_plan::expr::Expr;
use wr_plan::logical::{Join, JoinKind, MergedKey, PlanColumn, Unmatched};

use super::Fault;
use super::expression::{Scene, column, internal, mask};
use super::failure::earlier;
use super::key::{Groups, KeyTable, NO_KEY, Nulls};
use super::node::share_of;
use super::split::floor_of_product;
use crate::cells::{Cells, StorageFault};
use crate::frame::{Frame, column_name, filter_rows, place, take_rows, take_rows_or_null};

/// The rows of a join, and the left rows that had no match, where people want to know.
pub(super) struct Joined {
    pub(super) data: DataFrame,
    pub(super) unmatched: Option<u64>,
}

/// A promise of a join that the rows break.
#[derive(Debug)]
pub(crate) enum Broken {
    /// `join one`: keys of up to three left rows with more than one match.
    FoundMany {
        keys: Vec<String>,
    },
    TooManyUnmatched {
        unmatched: usize,
        rows: usize,
        share: Option<Decimal>,
    },
}

/// Pairs of matching rows, in the order of the left ones: of left row `l` those in `right[starts[l]..starts[l + 1]]`.
struct Matches {
    starts: Vec<usize>,
    right: Vec<u32>,
}

/// # Errors
/// Expressions first, then `join one`, then `unmatched`.
pub(super) fn join(
    join: &Join,
    left: &Frame,
    right: &Frame,
    columns: &[PlanColumn],
    scene: &Scene,
) -> Result<Joined, Fault> {
    let left_rows = place(left.rows())?;
    place(right.rows())?;
    let (left_keys, right_keys) = keys(join, left, right, scene)?;
    let mut matches = equal_pairs(&left_keys, left.rows(), &right_keys, right.rows());
    if let Some(also) = &join.also {
        matches = matches.filtered(also, left, right, scene)?;
    }
    check_one(join, &matches, &left_keys)?;
    let unmatched = (0..left.rows()).filter(|row| matches.of(*row).is_empty()).count();
    check_unmatched(join, unmatched, left.rows(), scene)?;
    let is_counted = matches!(join.kind, JoinKind::Inner | JoinKind::Left | JoinKind::Full);

    let data = match join.kind {
        JoinKind::Semi | JoinKind::Anti => {
            let wanted = join.kind == JoinKind::Semi;
            let stays = (0..left.rows()).map(|row| matches.of(row).is_empty() != wanted);
            filter_rows(&left.data, &BooleanChunked::from_iter_values(PlSmallStr::EMPTY, stays))?
        }
        JoinKind::Inner | JoinKind::Cross => {
            let data = take_rows(&left.data, &matches.left(left_rows))?;
            beside(&data, &take_rows(&right.data, &matches.right)?)?
        }
        JoinKind::Left => {
            let (lefts, rights) = matches.outer(left_rows);
            beside(&take_rows(&left.data, &lefts)?, &take_rows_or_null(&right.data, &rights)?)?
        }
        JoinKind::Full => full(join, left, right, &matches, left_rows)?,
    };
    let names = columns.iter().map(|column| data.column(&column_name(column.id)).cloned());
    let data = DataFrame::new(data.height(), names.collect::<PolarsResult<Vec<_>>>()?)?;
    Ok(Joined { data, unmatched: is_counted.then_some(unmatched as u64) })
}

/// The key columns of both sides.
fn keys(join: &Join, left: &Frame, right: &Frame, scene: &Scene) -> Result<(Vec<Cells>, Vec<Cells>), Failure> {
    let mut failure = None;
    let mut side = |exprs: Vec<&Expr>, frame: &Frame| {
        let mut cells = Vec::new();
        for expr in exprs {
            let computed = column(expr, ColumnId(0), frame, scene)
                .and_then(|column| Cells::new(&column, &expr.ty.data).map_err(|fault| internal(expr, &fault)));
            match computed {
                Ok(computed) => cells.push(computed),
                Err(failed) => failure = Some(earlier(failure.take(), failed)),
            }
        }
        cells
    };
    let lefts = side(join.equal.iter().map(|(left, _)| left).collect(), left);
    let rights = side(join.equal.iter().map(|(_, right)| right).collect(), right);
    failure.map_or(Ok((lefts, rights)), Err)
}

fn equal_pairs(left: &[Cells], left_rows: usize, right: &[Cells], right_rows: usize) -> Matches {
    let mut table = KeyTable::new(left.len(), Nulls::MatchNothing);
    let right_numbers = table.numbers(right, right_rows);
    let groups = Groups::new(&right_numbers, table.count());
    let left_numbers = table.numbers(left, left_rows);
    let mut matches = Matches { starts: Vec::with_capacity(left_rows + 1), right: Vec::new() };
    matches.starts.push(0);
    for number in left_numbers {
        if number != NO_KEY {
            matches.right.extend_from_slice(groups.rows(number));
        }
        matches.starts.push(matches.right.len());
    }
    matches
}

impl Matches {
    /// The right rows that match a left row.
    fn of(&self, left: usize) -> &[u32] {
        match (self.starts.get(left), self.starts.get(left + 1)) {
            (Some(from), Some(to)) => self.right.get(*from..*to).unwrap_or_default(),
            (None, _) | (_, None) => &[],
        }
    }

    /// The left row of each pair.
    fn left(&self, rows: u32) -> Vec<u32> {
        (0..rows).flat_map(|row| std::iter::repeat_n(row, self.of(row as usize).len())).collect()
    }

    /// The pairs, and each left row without one with nothing beside it.
    fn outer(&self, rows: u32) -> (Vec<u32>, Vec<Option<u32>>) {
        let (mut lefts, mut rights) = (Vec::new(), Vec::new());
        for row in 0..rows {
            let found = self.of(row as usize);
            lefts.extend(std::iter::repeat_n(row, found.len().max(1)));
            rights.extend(found.iter().copied().map(Some));
            if found.is_empty() {
                rights.push(None);
            }
        }
        (lefts, rights)
    }

    /// The pairs for which a condition is true.
    fn filtered(self, also: &Expr, left: &Frame, right: &Frame, scene: &Scene) -> Result<Self, Fault> {
        let read = also.columns();
        let some = |frame: &Frame| {
            let columns: Vec<PlanColumn> =
                frame.columns.iter().filter(|column| read.contains(&column.id)).cloned().collect();
            frame.with_columns(&columns)
        };
        let (some_left, some_right) = (some(left)?, some(right)?);
        let data = beside(
            &take_rows(&some_left.data, &self.left(place(left.rows())?))?,
            &take_rows(&some_right.data, &self.right)?,
        )?;
        let pairs = Frame { columns: [some_left.columns, some_right.columns].concat(), data };
        let is_true = mask(also, &pairs, scene)?;
        let kept: Vec<bool> = is_true.iter().map(|is_true| is_true == Some(true)).collect();
        let mut filtered = Self { starts: vec![0], right: Vec::new() };
        for row in 0..left.rows() {
            let from = self.starts.get(row).copied().unwrap_or(0);
            let found = self.of(row).iter().zip(kept.iter().skip(from));
            filtered.right.extend(found.filter(|(_, kept)| **kept).map(|(right, _)| *right));
            filtered.starts.push(filtered.right.len());
        }
        Ok(filtered)
    }
}

/// Two frames with as many rows, side by side.
fn beside(left: &DataFrame, right: &DataFrame) -> PolarsResult<DataFrame> {
    let height = if left.width() == 0 { right.height().max(left.height()) } else { left.height() };
    DataFrame::new(height, left.columns().iter().chain(right.columns()).cloned().collect())
}

/// The pairs, left rows without a match, then right rows without one.
fn full(
    join: &Join,
    left: &Frame,
    right: &Frame,
    matches: &Matches,
    left_rows: u32,
) -> Result<DataFrame, StorageFault> {
    let mut is_found = vec![false; right.rows()];
    for row in &matches.right {
        if let Some(is_found) = is_found.get_mut(*row as usize) {
            *is_found = true;
        }
    }
    let alone: Vec<u32> = (0_u32..).zip(&is_found).filter(|(_, is_found)| !**is_found).map(|(row, _)| row).collect();
    let (lefts, rights) = matches.outer(left_rows);
    let some_lefts: Vec<Option<u32>> =
        lefts.iter().copied().map(Some).chain(std::iter::repeat_n(None, alone.len())).collect();
    let some_rights: Vec<Option<u32>> = rights.iter().copied().chain(alone.iter().copied().map(Some)).collect();
    let data = beside(&take_rows_or_null(&left.data, &some_lefts)?, &take_rows_or_null(&right.data, &some_rights)?)?;
    let mut columns = data.columns().to_vec();
    for merged in &join.merged {
        columns.push(merge(merged, left, right, &lefts, &alone)?);
    }
    Ok(DataFrame::new(data.height(), columns)?)
}

/// The first non-null of both keys: the left one wherever there is a left row (a left key that is null has no match).
fn merge(
    merged: &MergedKey,
    left: &Frame,
    right: &Frame,
    lefts: &[u32],
    alone: &[u32],
) -> Result<Column, StorageFault> {
    let side = |frame: &Frame, column: ColumnId, rows: &[u32]| {
        let found = frame.column(column).ok_or(StorageFault::NoColumn(column))?.clone();
        let only = DataFrame::new(frame.rows(), vec![found.with_name(column_name(merged.column))])?;
        Ok::<_, StorageFault>(take_rows(&only, rows)?)
    };
    let both = side(left, merged.left, lefts)?.vstack(&side(right, merged.right, alone)?)?;
    both.columns().first().cloned().ok_or(StorageFault::NoColumn(merged.column))
}

fn check_one(join: &Join, matches: &Matches, left_keys: &[Cells]) -> Result<(), Fault> {
    if !join.is_one {
        return Ok(());
    }
    let rows = matches.starts.len().saturating_sub(1);
    let mut keys: Vec<String> = Vec::new();
    for row in (0..rows).filter(|row| matches.of(*row).len() > 1) {
        let key = left_keys.iter().map(|cells| cells.get(row).canonical()).collect::<Vec<_>>().join(", ");
        if !keys.contains(&key) {
            keys.push(key);
        }
        if keys.len() == 3 {
            break;
        }
    }
    if keys.is_empty() { Ok(()) } else { Err(Broken::FoundMany { keys }.into()) }
}

fn check_unmatched(join: &Join, unmatched: usize, rows: usize, scene: &Scene) -> Result<(), Fault> {
    let share = match &join.unmatched {
        Unmatched::ByKind | Unmatched::Drop => return Ok(()),
        Unmatched::Fail if unmatched == 0 => return Ok(()),
        Unmatched::Fail => return Err(Broken::TooManyUnmatched { unmatched, rows, share: None }.into()),
        Unmatched::AtMost(share) => share,
    };
    let decimal = share_of(&evaluate(share, &Context::values(scene.setting, &|_| None))?)?;
    if is_at_most(unmatched, decimal, rows) {
        Ok(())
    } else {
        Err(Broken::TooManyUnmatched { unmatched, rows, share: Some(decimal) }.into())
    }
}

/// Whether `count` ≤ `share` × `rows`, exactly: a whole number is at most another one when it is at most its floor.
fn is_at_most(count: usize, share: Decimal, rows: usize) -> bool {
    if share.unscaled < 0 {
        return rows == 0;
    }
    // A limit with more digits than there are is no limit.
    floor_of_product(share, rows as u128).is_none_or(|limit| count as u128 <= limit)
}
