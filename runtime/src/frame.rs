//! Rows as the runtime holds them: polars columns with one fixed storage per type.
//!
//! | type | storage |
//! | --- | --- |
//! | int | Int128 |
//! | decimal(p, s) | Decimal(38, s) |
//! | float | Float64 |
//! | text, uuid (canonical) | String |
//! | bool | Boolean |
//! | date | Date |
//! | datetime | Datetime(microseconds, no zone), UTC |
//! | time | Time |
//!
//! Columns of a frame are named by their ids (`c12`), so that no name of a script can clash.

use polars::prelude::DataFrame;
use wr_plan::logical::PlanColumn;

/// A relation's rows, whole.
#[derive(Clone, Debug)]
pub struct Frame {
    pub columns: Vec<PlanColumn>,
    pub data: DataFrame,
}
