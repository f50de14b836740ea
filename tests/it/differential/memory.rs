//! A source whose tables are rows in memory. What is pushed to it is evaluated row by row; its answers come two rows at a time.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;

use polars::prelude::DataFrame;
use wr_base::ids::ColumnId;
use wr_base::value::Value;
use wr_plan::evaluate::{Context, evaluate};
use wr_plan::logical::PlanColumn;
use wr_plan::physical::Bound;
use wr_runtime::cancel::Cancel;
use wr_runtime::cells::column_from_values;
use wr_runtime::error::RunError;
use wr_runtime::frame::column_name;
use wr_runtime::sources::{Answer, Batch, Counts, Request, Source};

pub(super) type Rows = Arc<BTreeMap<&'static str, Vec<Vec<Value>>>>;

/// The tables of one connection, by `connection.table`.
pub(super) struct Memory(pub(super) Rows);

impl Source for Memory {
    fn open(
        &self,
        request: Request,
        _cancel: Cancel,
    ) -> Pin<Box<dyn Future<Output = Result<Answer, RunError>> + Send + '_>> {
        let batches = self.batches(&request);
        Box::pin(async move {
            let batches = futures_util::stream::iter(batches.into_iter().map(Ok));
            Ok(Answer { rows_expected: None, at_most: Bound::default(), note: None, batches: Box::pin(batches) })
        })
    }

    fn greet(&self, _cancel: Cancel) -> futures_util::future::BoxFuture<'_, Result<String, RunError>> {
        Box::pin(async { Ok("rows in memory".to_owned()) })
    }
}

impl Memory {
    fn batches(&self, request: &Request) -> Vec<Batch> {
        let name = format!("{}.{}", request.query.connection, request.table.name);
        let constant = |expr| evaluate(expr, &Context::values(request.setting, &|_| None)).unwrap();
        let own: Vec<(usize, Value)> =
            request.query.without_occasion.iter().map(|(at, value)| (*at as usize, constant(value))).collect();
        let is_own = |row: &[Value]| !own.is_empty() && own.iter().all(|(at, value)| row[*at] == *value);
        let rows: Vec<&Vec<Value>> = self.0[name.as_str()].iter().filter(|row| !is_own(row)).collect();
        rows.chunks(BATCH_ROWS).map(|rows| batch(request, rows.to_vec())).collect()
    }
}

/// Few, so that also small tables come in several.
const BATCH_ROWS: usize = 2;

fn batch(request: &Request, mut rows: Vec<&Vec<Value>>) -> Batch {
    let query = &request.query;
    let read: Vec<&(ColumnId, u32)> = query.columns.iter().chain(&query.filter_columns).collect();
    let mut rows_after = vec![rows.len() as u64];
    for filter in &query.filters {
        rows.retain(|row| {
            let cell = |id: ColumnId| {
                let (_, at) = read.iter().find(|(column, _)| *column == id)?;
                Some(row[*at as usize].clone())
            };
            let context = Context { columns: &cell, ..Context::values(request.setting, &|_| None) };
            evaluate(&filter.predicate, &context).unwrap() == Value::Bool(true)
        });
        rows_after.push(rows.len() as u64);
    }
    let column = |(plan, (_, at)): (&PlanColumn, &(ColumnId, u32))| {
        let cells = rows.iter().map(|row| row[*at as usize].clone());
        column_from_values(column_name(plan.id), &plan.ty.data, cells).unwrap()
    };
    let columns = request.columns().iter().zip(&query.columns).map(column).collect();
    let data = DataFrame::new(rows.len(), columns).unwrap();
    Batch { data, counts: Counts::Each(rows_after), bytes: 0, warnings: Vec::new() }
}
