//! What a `record` puts into its table: the occasion, known before anything is read, and the rows, made one at a time.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use wr_base::ids::ColumnId;
use wr_base::value::Value;
use wr_plan::declaration::Record;
use wr_plan::evaluate::{Context, evaluate};
use wr_plan::expr::Expr;
use wr_plan::physical::PhysicalPlan;

use super::errors;
use super::manifest::ManifestRecord;
use super::words::Known;
use crate::cells::Cells;
use crate::error::RunError;
use crate::files::hex;
use crate::local::Computed;
use crate::store::{Foreseen, Occasion, RecordRows, RecordTable};

/// The occasion of a record; `None`: each run is its own.
pub(super) fn occasion(plan: &PhysicalPlan, record: &Record, known: &Known<'_>) -> Result<Option<Occasion>, RunError> {
    let Some(table) = plan.tables.get(record.table).filter(|_| !record.occasion.is_empty()) else { return Ok(None) };
    let mut columns = Vec::new();
    for index in &record.occasion {
        let name = table.columns.get(*index as usize).map(|column| column.name.clone());
        let expr = record.assignments.iter().find(|(column, _)| column == index).map(|(_, expr)| expr);
        let (Some(name), Some(expr)) = (name, expr) else {
            return Err(errors::internal(Some(record.step), "a column of the occasion is not set"));
        };
        columns.push((name, known.evaluate(record.step, expr)?));
    }
    Ok(Some(Occasion { table: crate::store::stored_name(table), columns }))
}

/// What is known of a record before its rows are. What cannot be computed yet fails later, if there are rows.
pub(super) fn foreseen(plan: &PhysicalPlan, record: &Record, known: &Known<'_>) -> Option<Foreseen> {
    let table = RecordTable::new(plan.tables.get(record.table)?, record);
    let constant = record.assignments.iter().filter(|(_, expr)| expr.is_constant());
    let value = |(at, expr): &(u32, Expr)| Some((*at as usize, known.evaluate(record.step, expr).ok()?));
    Some(Foreseen { table, same: constant.filter_map(value).collect() })
}

/// How one column of the table is filled.
enum Source<'a> {
    /// Nothing is assigned.
    Null,
    Same(Value),
    Column(Cells),
    Computed(&'a Expr),
}

pub(super) struct Rows<'a> {
    record: &'a Record,
    known: Known<'a>,
    count: usize,
    sources: Vec<Source<'a>>,
    cells: BTreeMap<ColumnId, Cells>,
}

impl<'a> Rows<'a> {
    pub(super) fn new(
        plan: &PhysicalPlan,
        record: &'a Record,
        computed: &Computed,
        known: Known<'a>,
    ) -> Result<Self, RunError> {
        let wrong = |words: &str| errors::internal(Some(record.step), words);
        let frame =
            computed.frames.get(&record.relation).ok_or_else(|| wrong("the rows to be recorded were not kept"))?;
        let table = plan.tables.get(record.table).ok_or_else(|| wrong("the table to record into is not declared"))?;
        let mut cells = BTreeMap::new();
        let mut sources = Vec::new();
        for index in 0..table.columns.len() {
            let Some((_, expr)) = record.assignments.iter().find(|(column, _)| *column as usize == index) else {
                sources.push(Source::Null);
                continue;
            };
            for column in expr.columns() {
                if let std::collections::btree_map::Entry::Vacant(entry) = cells.entry(column) {
                    entry.insert(frame.cells(column).map_err(|fault| wrong(&fault.to_string()))?);
                }
            }
            // Without rows nothing is evaluated: a constant that fails must not fail an empty record.
            sources.push(if let Some(cells) = expr.as_column().and_then(|column| cells.get(&column)) {
                Source::Column(cells.clone())
            } else if expr.is_constant() && frame.rows() > 0 {
                Source::Same(known.evaluate(record.step, expr)?)
            } else {
                Source::Computed(expr)
            });
        }
        Ok(Self { record, known, count: frame.rows(), sources, cells })
    }

    /// What the manifest says of this record. Evaluates every row once: a failure shows before the intent.
    pub(super) fn described(
        &self,
        table: &RecordTable,
        occasion: Option<&Occasion>,
    ) -> Result<ManifestRecord, RunError> {
        let mut hash = Sha256::new();
        for at in 0..self.count {
            for value in self.row(at)? {
                let text = value.canonical();
                hash.update([u8::from(!value.is_null())]);
                hash.update((text.len() as u64).to_be_bytes());
                hash.update(text.as_bytes());
            }
        }
        Ok(ManifestRecord {
            table: table.name.clone(),
            rows: self.count as u64,
            occasion: occasion.map(Occasion::words),
            sha256: hex(&hash.finalize()),
        })
    }
}

impl RecordRows for Rows<'_> {
    fn count(&self) -> usize {
        self.count
    }

    fn row(&self, at: usize) -> Result<Vec<Value>, RunError> {
        let values = |id| self.known.request.value(id).map(|value| value.value.clone());
        let columns = |id| self.cells.get(&id).map(|cells| cells.get(at));
        let context =
            Context { setting: self.known.setting, values: &values, columns: &columns, facts: self.known.facts };
        self.sources
            .iter()
            .map(|source| match source {
                Source::Null => Ok(Value::Null),
                Source::Same(value) => Ok(value.clone()),
                Source::Column(cells) => Ok(cells.get(at)),
                Source::Computed(expr) => {
                    evaluate(expr, &context).map_err(|failure| errors::evaluation(self.record.step, failure))
                }
            })
            .collect()
    }
}
