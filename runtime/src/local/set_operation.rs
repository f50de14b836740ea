//! `union`, `except`, `intersect`: rows of two frames under the names of the columns that they become.

use polars::prelude::DataFrame;
use wr_base::ids::ColumnId;
use wr_plan::logical::{SetColumn, SetKind, SetOperation};

use super::Fault;
use super::key::{KeyTable, Nulls};
use crate::frame::{Frame, column_name, place, take_rows};

/// # Errors
/// A column is not there, or there are too many rows.
pub(super) fn set_operation(set: &SetOperation, left: &Frame, right: &Frame) -> Result<DataFrame, Fault> {
    let ours = side(set, left, |column| column.left)?;
    match set.kind {
        SetKind::Union => {
            place(left.rows() + right.rows())?;
            let theirs = side(set, right, |column| column.right)?;
            Ok(ours.vstack(&theirs)?)
        }
        SetKind::Except => Ok(take_rows(&ours, &each_once(set, left, right, |is_there| !is_there)?)?),
        SetKind::Intersect => Ok(take_rows(&ours, &each_once(set, left, right, |is_there| is_there)?)?),
    }
}

/// The columns of one side under their new names.
fn side(set: &SetOperation, frame: &Frame, of: fn(&SetColumn) -> ColumnId) -> Result<DataFrame, Fault> {
    let renamed = set.columns.iter().map(|column| {
        let data = frame.column(of(column)).ok_or_else(|| Fault::internal(format!("{:?} is not given", of(column))))?;
        Ok(data.clone().with_name(column_name(column.column)))
    });
    Ok(DataFrame::new(frame.rows(), renamed.collect::<Result<Vec<_>, Fault>>()?)?)
}

/// The places of the left rows that stay, each different row once: those of which it is or is not true that the right
/// side has them.
fn each_once(set: &SetOperation, left: &Frame, right: &Frame, stays: fn(bool) -> bool) -> Result<Vec<u32>, Fault> {
    place(left.rows())?;
    place(right.rows())?;
    let cells = |frame: &Frame, of: fn(&SetColumn) -> ColumnId| {
        set.columns.iter().map(|column| frame.cells(of(column))).collect::<Result<Vec<_>, _>>()
    };
    let (ours, theirs) = (cells(left, |column| column.left)?, cells(right, |column| column.right)?);
    let mut table = KeyTable::new(set.columns.len(), Nulls::AreEqual);
    let theirs = table.numbers(&theirs, right.rows());
    let ours = table.numbers(&ours, left.rows());
    let mut seen = vec![false; table.count()];
    let mut is_there = vec![false; table.count()];
    for number in theirs {
        if let Some(is_there) = is_there.get_mut(number as usize) {
            *is_there = true;
        }
    }
    let mut places = Vec::new();
    for (row, number) in (0_u32..).zip(ours) {
        let number = number as usize;
        let (Some(seen), Some(is_there)) = (seen.get_mut(number), is_there.get(number)) else { continue };
        if !std::mem::replace(seen, true) && stays(*is_there) {
            places.push(row);
        }
    }
    Ok(places)
}
