//! Rows that a test gives: tables in memory, with the meaning of any other source.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use polars::prelude::DataFrame;
use wr_base::ids::TableId;
use wr_base::value::Value;
use wr_plan::physical::Bound;

use super::local::pushed::Pushed;
use super::{Answer, Batch, Counts, Request, Source, errors};
use crate::cancel::Cancel;
use crate::cells::column_from_values;
use crate::error::RunError;

/// Rows of tables: cells in the order of the declared columns. A table that is not there has none, and one that is read
/// with an argument has the same rows for each.
pub type GivenTables = Arc<BTreeMap<TableId, Vec<Vec<Value>>>>;

/// All connections of a test.
pub struct Given(pub GivenTables);

impl Source for Given {
    fn open(&self, request: Request, _cancel: Cancel) -> BoxFuture<'_, Result<Answer, RunError>> {
        let batch = self.batch(request);
        Box::pin(async move {
            let batches = futures_util::stream::iter([batch]).boxed();
            Ok(Answer { rows_expected: None, at_most: Bound::default(), note: None, batches })
        })
    }

    fn greet(&self, _cancel: Cancel) -> BoxFuture<'_, Result<String, RunError>> {
        Box::pin(async { Ok("rows of a test".to_owned()) })
    }
}

impl Given {
    fn batch(&self, request: Request) -> Result<Batch, RunError> {
        let (step, table, id) = (request.query.step, Arc::clone(&request.table), request.query.table);
        let mut pushed = Pushed::new(request, step)?;
        let rows = self.0.get(&id).map(Vec::as_slice).unwrap_or_default();
        let internal = |fault: String| errors::internal(Some(step), fault);
        let mut columns = Vec::new();
        for column in pushed.read_columns() {
            let at = table.columns.iter().position(|declared| declared.name == column.name);
            let cells = rows.iter().map(|row| at.and_then(|at| row.get(at)).cloned().unwrap_or(Value::Null));
            let made = column_from_values(column.name.as_str().into(), &column.ty.data, cells);
            columns.push(made.map_err(|fault| internal(fault.to_string()))?);
        }
        let all = DataFrame::new(rows.len(), columns).map_err(|error| internal(error.to_string()))?;
        let applied = pushed.apply(&all)?;
        pushed.first_failure()?;
        let (data, rows_after) = applied.ok_or_else(|| internal("a filter failed without a word".to_owned()))?;
        Ok(Batch { data, counts: Counts::Each(rows_after), bytes: 0, warnings: Vec::new() })
    }
}
