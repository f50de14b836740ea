//! What was pushed to a folder: the script's own occasion left out (A2), then the filters, in their order.
//!
//! Both mean here exactly what they mean in the local engine, because it is the same code. A filter that fails does not
//! end the reading: the failure of the run is the one of the first step, whichever row has it (B1).

use polars::prelude::{DataFrame, PolarsResult};
use wr_base::ids::{ColumnId, StepId};
use wr_base::value::Value;
use wr_plan::evaluate::{Context, evaluate};
use wr_plan::expr::Expr;
use wr_plan::logical::PlanColumn;

use crate::error::RunError;
use crate::frame::{Frame, column_name, no_rows};
use crate::local::failure::run_error;
use crate::sources::recheck::Recheck;
use crate::sources::{Request, errors};

pub(in crate::sources) struct Pushed {
    step: StepId,
    /// The columns of the answer, then those that only filters read, then those of the occasion.
    columns: Vec<PlanColumn>,
    recheck: Recheck,
}

/// The value of an expression that reads no column.
///
/// # Errors
/// It is not there or fails.
pub(in crate::sources) fn constant(request: &Request, expr: Option<&Expr>, step: StepId) -> Result<Value, RunError> {
    let expr = expr.ok_or_else(|| errors::internal(Some(step), "a table is read without its argument"))?;
    evaluate(expr, &Context::values(request.setting, &|_| None)).map_err(|failure| run_error(step, failure))
}

impl Pushed {
    pub(in crate::sources) fn new(request: Request, step: StepId) -> Result<Self, RunError> {
        let answered = request.columns();
        let mut columns = answered.clone();
        columns.extend(request.filter_columns());
        let mut occasion = Vec::new();
        for (index, expr) in &request.query.without_occasion {
            let value = constant(&request, Some(expr), step)?;
            let declared = request
                .table
                .columns
                .get(*index as usize)
                .ok_or_else(|| errors::internal(Some(step), "an occasion of a column that is not declared"))?;
            // Beyond the ids of any plan: these columns never leave this file.
            let id = ColumnId(u32::MAX - u32::try_from(occasion.len()).unwrap_or(0));
            occasion.push((id, value));
            columns.push(PlanColumn { id, name: declared.name.clone(), ty: declared.ty.clone() });
        }
        let recheck = Recheck::new(request.setting, request.query.filters.clone(), occasion, answered);
        Ok(Self { step: request.query.step, columns, recheck })
    }

    /// The columns to be read, each once, with the declared names.
    pub(in crate::sources) fn read_columns(&self) -> Vec<&PlanColumn> {
        let mut columns: Vec<&PlanColumn> = Vec::new();
        for column in &self.columns {
            if !columns.iter().any(|other| other.name == column.name) {
                columns.push(column);
            }
        }
        columns
    }

    /// The answer without rows.
    pub(in crate::sources) fn no_rows(&self) -> Result<DataFrame, RunError> {
        no_rows(&self.recheck.answered).map_err(|fault| errors::internal(Some(self.step), fault))
    }

    /// The rows of a batch that pass, and the counts before and after each filter. `None` once a filter failed.
    pub(in crate::sources) fn apply(&mut self, rows: &DataFrame) -> Result<Option<(DataFrame, Vec<u64>)>, RunError> {
        let step = self.step;
        let internal = |error: &dyn std::fmt::Display| errors::internal(Some(step), error);
        let data = self
            .columns
            .iter()
            .map(|plan| Ok(rows.column(&plan.name)?.clone().with_name(column_name(plan.id))))
            .collect::<PolarsResult<Vec<_>>>()
            .and_then(|columns| DataFrame::new(rows.height(), columns))
            .map_err(|error| internal(&error))?;
        let frame = Frame { columns: self.columns.clone(), data };
        self.recheck.apply(frame).map_err(|fault| internal(&fault))
    }

    /// The failure of the first step, if any row had one.
    pub(in crate::sources) fn first_failure(&mut self) -> Result<(), RunError> {
        self.recheck.first_failure()
    }
}
