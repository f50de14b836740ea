//! What of a query is still to be done to rows that arrived: filters that the source did not apply, or only more widely,
//! and the rows of the script's own occasion (A2).

use polars::prelude::{BooleanChunked, DataFrame};
use wr_base::ids::ColumnId;
use wr_base::value::Value;
use wr_plan::functions::{Setting, is_equal};
use wr_plan::logical::PlanColumn;
use wr_plan::physical::PushedFilter;

use crate::cells::StorageFault;
use crate::error::RunError;
use crate::frame::{Frame, filter_rows};
use crate::local::expression::{Scene, mask};
use crate::local::failure::{FirstFailure, run_error};

pub(super) struct Recheck {
    pub(super) setting: Setting,
    pub(super) filters: Vec<PushedFilter>,
    /// The value that the own occasion has in a column.
    pub(super) occasion: Vec<(ColumnId, Value)>,
    /// What is left of the columns.
    pub(super) answered: Vec<PlanColumn>,
    failure: FirstFailure,
}

impl Recheck {
    pub(super) fn new(
        setting: Setting,
        filters: Vec<PushedFilter>,
        occasion: Vec<(ColumnId, Value)>,
        answered: Vec<PlanColumn>,
    ) -> Self {
        Self { setting, filters, occasion, answered, failure: FirstFailure::default() }
    }

    /// The rows that pass, and how many there were before and after each filter. `None` once a filter failed.
    pub(super) fn apply(&mut self, mut frame: Frame) -> Result<Option<(DataFrame, Vec<u64>)>, StorageFault> {
        if !self.occasion.is_empty() {
            let mask = self.others(&frame)?;
            frame.data = filter_rows(&frame.data, &mask)?;
        }
        let mut rows_after = vec![frame.rows() as u64];
        let scene = Scene::new(self.setting);
        for filter in &self.filters {
            match mask(&filter.predicate, &frame, &scene) {
                Ok(mask) => frame.data = filter_rows(&frame.data, &mask)?,
                Err(failure) => {
                    self.failure.see(run_error(filter.step, failure));
                    return Ok(None);
                }
            }
            rows_after.push(frame.rows() as u64);
        }
        let data = frame.with_columns(&self.answered)?.data;
        Ok(self.failure.is_none().then_some((data, rows_after)))
    }

    /// True for rows of other occasions.
    fn others(&self, frame: &Frame) -> Result<BooleanChunked, StorageFault> {
        let cells = self
            .occasion
            .iter()
            .map(|(column, value)| Ok((frame.cells(*column)?, value)))
            .collect::<Result<Vec<_>, StorageFault>>()?;
        Ok((0..frame.rows()).map(|row| !cells.iter().all(|(cells, value)| is_equal(&cells.get(row), value))).collect())
    }

    /// The failure of the first step, if any row had one.
    pub(super) fn first_failure(&mut self) -> Result<(), RunError> {
        self.failure.take().map_or(Ok(()), Err)
    }
}
