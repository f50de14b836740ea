//! `driver = "clickhouse"`: a query of a plan to a statement, its answer to batches.
//!
//! The server is asked first what the table is: a column that is not as declared ends the run before a row is read, and the
//! statement is written for the types that are there.

mod body;
mod client;
mod decode;
mod exception;
mod reading;
mod setting;
mod table;
#[cfg(test)]
mod tests;

use futures_util::future::BoxFuture;
use wr_base::value::Value;
use wr_plan::expr::Expr;
use wr_plan::physical::PushedFilter;
use wr_plan::sql::{self, Asked, Dialect, Live, Selection};

pub use setting::ClickHouseSetting;

use super::errors::{self, Place};
use super::local::pushed::constant;
use super::recheck::Recheck;
use super::{Answer, Request, Source};
use crate::cancel::Cancel;
use crate::error::RunError;
use client::{Client, Question};
use reading::{Wanted, read};
use table::Table;

/// A connection to a ClickHouse server.
pub struct ClickHouse {
    client: Client,
}

impl ClickHouse {
    #[must_use]
    pub fn new(connection: &str, setting: &ClickHouseSetting) -> Self {
        Self { client: Client::new(connection, setting) }
    }
}

impl Source for ClickHouse {
    fn open(&self, request: Request, cancel: Cancel) -> BoxFuture<'_, Result<Answer, RunError>> {
        Box::pin(self.open_now(request, cancel))
    }
}

impl ClickHouse {
    async fn open_now(&self, request: Request, cancel: Cancel) -> Result<Answer, RunError> {
        let place = Place {
            step: request.query.step,
            connection: request.query.connection.clone(),
            table: request.table.name.clone(),
        };
        let table = if request.table.query.is_some() {
            let unseen = ask(&request, &place, None).statement;
            Table::of_statement(&self.client, &unseen, &request, &place, &cancel).await?
        } else {
            Table::of_name(&self.client, &request, &place, &cancel).await?
        };
        let asked = ask(&request, &place, Some(&table.live));
        let wanted = table
            .wanted(&request, &asked)
            .ok_or_else(|| errors::internal(Some(place.step), "a column is asked for that was not described"))?;
        let recheck = recheck(&request, &asked, &place)?;
        let question = Question::new(&asked.statement)
            .ok_or_else(|| errors::internal(Some(place.step), "a value of a query is not known"))?;
        let mut answer = read(&self.client, &question, wanted, recheck, place, cancel).await?;
        if request.query.filters.is_empty() {
            answer.rows_expected = table.rows.or(answer.rows_expected);
        }
        Ok(answer)
    }
}

/// The statement, and what it leaves to us.
fn ask(request: &Request, place: &Place, live: Option<&Live>) -> Asked {
    let value_of = |expr: &Expr| constant(request, Some(expr), place.step).ok();
    let asking = sql::Request {
        dialect: Dialect::ClickHouse,
        query: &request.query,
        table: &request.table,
        zone: request.setting.zone,
        live,
        keys: &[],
        value_of: &value_of,
    };
    sql::ask(&asking, &Selection::Columns)
}

/// What the statement leaves to us.
fn recheck(request: &Request, asked: &Asked, place: &Place) -> Result<Option<Recheck>, RunError> {
    if asked.left.is_empty() && asked.occasion_left.is_none() {
        return Ok(None);
    }
    let filters = asked.left.iter().filter_map(|left| request.query.filters.get(left.filter));
    let filters: Vec<PushedFilter> = filters.cloned().collect();
    let mut occasion: Vec<(wr_base::ids::ColumnId, Value)> = Vec::new();
    if asked.occasion_left.is_some() {
        // The last columns of the answer are those of the occasion.
        let own = &request.query.without_occasion;
        let columns = asked.columns.iter().skip(asked.columns.len().saturating_sub(own.len()));
        for (column, (_, expr)) in columns.zip(own) {
            occasion.push((column.column, constant(request, Some(expr), place.step)?));
        }
    }
    Ok(Some(Recheck::new(request.setting, filters, occasion, request.columns())))
}

impl Table {
    /// The columns of the answer, each with what the server has.
    fn wanted(&self, request: &Request, asked: &Asked) -> Option<Vec<Wanted>> {
        asked.columns.iter().map(|column| self.wanted_column(request, column)).collect()
    }
}
