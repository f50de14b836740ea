//! `driver = "clickhouse"`: a query of a plan to a statement, its answer to batches.
//!
//! The server is asked first what the table is: a column that is not as declared ends the run before a row is read, and the
//! statement is written for the types that are there.

mod body;
mod client;
mod decode;
mod exception;
mod external;
mod reading;
mod ready;
mod setting;
mod table;
#[cfg(test)]
mod tests;

use futures_util::future::BoxFuture;
use wr_base::ids::StepId;
use wr_plan::physical::Bound;
use wr_plan::sql::stored::{ClickHouseKind, StoredType};
use wr_plan::sql::{Asked, AskedWhole, Dialect, ShippedKeys, WholeColumn};

pub use setting::ClickHouseSetting;

use super::ahead;
use super::asked::{ask, ask_whole, recheck, unchecked};
use super::described::DescribedTable;
use super::errors::{self, Place};
use super::{Answer, Opened, Request, Source, WholeRequest};
use crate::cancel::Cancel;
use crate::cells::StorageFault;
use crate::error::RunError;
use client::{Client, Question};
use decode::AnswerColumn;
use external::KeyTable;
use reading::{Wanted, read};
use ready::greeting;
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

    fn bound(&self, request: Request, cancel: Cancel) -> BoxFuture<'_, Result<Bound, RunError>> {
        Box::pin(async move {
            let place = request.place();
            let table = self.table(&request, &place, &cancel).await?;
            let asked = ask(Dialect::ClickHouse, &request, &place, Some(&table.live), &[]);
            let estimated = table.estimated_rows(&self.client, &asked.statement, &place, &cancel).await;
            Ok(table.bound(&asked, estimated))
        })
    }

    fn open_whole(&self, request: WholeRequest, cancel: Cancel) -> BoxFuture<'_, Result<Opened, RunError>> {
        Box::pin(self.open_whole_now(request, cancel))
    }

    fn greet(&self, cancel: Cancel) -> BoxFuture<'_, Result<String, RunError>> {
        Box::pin(async move {
            let connection = self.client.server.connection.clone();
            let place = Place { step: StepId(0), connection, table: "connections".to_owned() };
            let greeted = async {
                self.client.ready(&place, &cancel).await?;
                greeting(&self.client, &place, &cancel).await
            };
            greeted.await.map_err(|error| RunError { step: None, ..error })
        })
    }

    fn tables(&self, cancel: Cancel) -> BoxFuture<'_, Result<Vec<DescribedTable>, RunError>> {
        Box::pin(async move {
            let connection = self.client.server.connection.clone();
            let place = Place { step: StepId(0), connection, table: "tables".to_owned() };
            let described = table::described(&self.client, &place, &cancel).await;
            described.map_err(|error| RunError { step: None, ..error })
        })
    }
}

impl ClickHouse {
    async fn open_now(&self, request: Request, cancel: Cancel) -> Result<Answer, RunError> {
        let place = request.place();
        let table = self.table(&request, &place, &cancel).await?;
        let shipped = shipped(&request, &table).map_err(|fault| errors::internal(Some(place.step), fault))?;
        let keys: Vec<ShippedKeys> = shipped.iter().map(|(keys, _)| keys.clone()).collect();
        let asked = ask(Dialect::ClickHouse, &request, &place, Some(&table.live), &keys);
        let wanted = table
            .wanted(&request, &asked)
            .ok_or_else(|| errors::internal(Some(place.step), "a column is asked for that was not described"))?;
        let recheck = recheck(&request, &asked, &place)?;
        let mut question = Question::new(&asked.statement)
            .ok_or_else(|| errors::internal(Some(place.step), "a value of a query is not known"))?;
        question.tables = shipped.into_iter().map(|(_, table)| table).collect();
        let at_most = table.bound(&asked, None);
        let mut answer = read(&self.client, &question, wanted, recheck, place, cancel).await?;
        answer.at_most = at_most;
        if !keys.is_empty() {
            answer.note = Some(ahead::note(&request, &keys));
        } else if request.query.filters.is_empty() {
            answer.rows_expected = table.rows.or(answer.rows_expected);
        }
        Ok(answer)
    }

    /// What the server says of the table, or of the author's own query.
    async fn table(&self, request: &Request, place: &Place, cancel: &Cancel) -> Result<Table, RunError> {
        self.client.ready(place, cancel).await?;
        if request.table.query.is_some() {
            let unseen = ask(Dialect::ClickHouse, request, place, None, &[]).statement;
            Table::of_statement(&self.client, &unseen, request, place, cancel).await
        } else {
            Table::of_name(&self.client, request, place, cancel).await
        }
    }

    async fn open_whole_now(&self, request: WholeRequest, cancel: Cancel) -> Result<Opened, RunError> {
        let place = request.rows.place();
        let internal = |words: &str| errors::internal(Some(place.step), words);
        self.client.ready(&place, &cancel).await?;
        let mut tables = Vec::new();
        for of in std::iter::once(&request.rows).chain(&request.others) {
            tables.push(Table::of_name(&self.client, of, &of.place(), &cancel).await?);
        }
        let live: Vec<_> = tables.iter().map(|table| &table.live).collect();
        let asked = match ask_whole(Dialect::ClickHouse, &request, &place, &live) {
            Ok(asked) => asked,
            Err(why) => return Ok(Opened::Declined(why)),
        };
        let wanted = wanted_of(&asked).ok_or_else(|| internal("a column is asked for that was not described"))?;
        let question = Question::new(&asked.statement).ok_or_else(|| internal("a value of a query is not known"))?;
        let recheck = unchecked(&request, &asked);
        Ok(Opened::Answer(read(&self.client, &question, wanted, recheck, place, cancel).await?))
    }
}

/// The columns of an answer for several nodes, each with what the server has.
fn wanted_of(asked: &AskedWhole) -> Option<Vec<Wanted>> {
    let wanted = |column: &WholeColumn| {
        let stored = table::arrived(&column.arrives)?;
        let column_of = AnswerColumn { name: column.name.clone(), ty: column.ty.clone(), stored };
        Some(Wanted { at: column.at, id: column.column, column: column_of })
    };
    asked.columns.iter().map(wanted).collect()
}

/// The keys that are sent ahead: those that leave out at least half of the table's rows, as far as that is known.
fn shipped(request: &Request, table: &Table) -> Result<Vec<(ShippedKeys, KeyTable)>, StorageFault> {
    let mut shipped = Vec::new();
    for (at, keys) in (1..).zip(&request.keys) {
        let declared = request.table.columns.get(keys.declared as usize);
        let Some(declared) = declared.filter(|_| ahead::is_worth(keys, table.rows)) else { continue };
        // What is no plain column of its type is joined here: its keys are not what the server compares.
        let stored = table.live.columns.get(&keys.declared).and_then(kind_of);
        let Some(stored) = stored else { continue };
        let name = format!("wr_keys_{at}");
        if let Some(table) = KeyTable::new(&name, &keys.values, &declared.ty.data, stored)? {
            shipped.push((ShippedKeys { column: keys.declared, table: name }, table));
        }
    }
    Ok(shipped)
}

/// What a column is there.
fn kind_of(stored: &StoredType) -> Option<&ClickHouseKind> {
    if let StoredType::ClickHouse(stored) = stored { Some(&stored.kind) } else { None }
}

impl Table {
    /// The columns of the answer, each with what the server has.
    fn wanted(&self, request: &Request, asked: &Asked) -> Option<Vec<Wanted>> {
        asked.columns.iter().enumerate().map(|(at, column)| self.wanted_column(request, at, column)).collect()
    }
}
