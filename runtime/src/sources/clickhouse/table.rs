//! What the server says of a table, set beside what the schema file declares.

use std::collections::BTreeMap;

use serde::Deserialize;
use wr_base::ty::Type;
use wr_plan::physical::Bound;
use wr_plan::sql::stored::{ClickHouseType, StoredType};
use wr_plan::sql::{self, Arrives, Asked, Live, Statement, catalogue};

use super::client::{Client, Question};
use super::decode::AnswerColumn;
use super::reading::Wanted;
use crate::cancel::Cancel;
use crate::error::RunError;
use crate::sources::Request;
use crate::sources::described::{DescribedColumn, DescribedTable};
use crate::sources::errors::{self, Place};

/// A table as it is on the server.
pub(super) struct Table {
    pub(super) live: Live,
    /// How many rows it has, where the server keeps the number.
    pub(super) rows: Option<u64>,
    /// Of all values of a declared column, unpacked, where the server keeps the number.
    bytes: BTreeMap<u32, u64>,
    /// Its rows lie in parts, which an estimate counts.
    has_parts: bool,
}

/// A row of what the server says.
#[derive(Deserialize)]
struct Column {
    name: String,
    #[serde(rename = "type")]
    ty: String,
    bytes: Option<String>,
    engine: Option<String>,
    total_rows: Option<String>,
}

impl Table {
    /// # Errors
    /// There is no such table, or a column that the query reads is not as declared.
    pub(super) async fn of_name(
        client: &Client,
        request: &Request,
        place: &Place,
        cancel: &Cancel,
    ) -> Result<Self, RunError> {
        let columns: Vec<Column> =
            ask(client, &catalogue::clickhouse_columns(&request.table.name), place, cancel).await?;
        if columns.is_empty() {
            return Err(client.server.table_missing(place, ""));
        }
        Self::checked(client, &columns, request, place)
    }

    /// As [`Table::of_name`], of a query that the script's author wrote.
    ///
    /// # Errors
    /// The server refuses the query, or a column is not as declared.
    pub(super) async fn of_statement(
        client: &Client,
        statement: &Statement,
        request: &Request,
        place: &Place,
        cancel: &Cancel,
    ) -> Result<Self, RunError> {
        let columns: Vec<Column> = ask(client, &catalogue::clickhouse_columns_of(statement), place, cancel).await?;
        Self::checked(client, &columns, request, place)
    }

    fn checked(client: &Client, columns: &[Column], request: &Request, place: &Place) -> Result<Self, RunError> {
        let by_name: BTreeMap<&str, &Column> = columns.iter().map(|column| (column.name.as_str(), column)).collect();
        let query = &request.query;
        let read = query.columns.iter().chain(&query.filter_columns).map(|(_, index)| *index);
        let read = read.chain(query.without_occasion.iter().map(|(index, _)| *index));
        let (mut live, mut bytes) = (BTreeMap::new(), BTreeMap::new());
        for index in read {
            let Some(declared) = request.table.columns.get(index as usize) else { continue };
            let Some(found) = by_name.get(declared.name.as_str()) else {
                let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
                return Err(client.server.column_missing(place, &declared.name, &names));
            };
            let stored = StoredType::ClickHouse(ClickHouseType::parse(&found.ty));
            stored.fits(&declared.ty).map_err(|misfit| client.server.column_differs(place, &declared.name, &misfit))?;
            live.insert(index, stored);
            bytes.extend(found.bytes.as_deref().and_then(known).map(|of_all| (index, of_all)));
        }
        let first = columns.first();
        let engine = first.and_then(|column| column.engine.as_deref()).unwrap_or_default();
        let rows = first.and_then(|column| column.total_rows.as_deref()).and_then(|rows| rows.parse().ok());
        let live = Live { columns: live, replaces_rows: engine.contains("Replacing"), wall_zone: None };
        Ok(Self { live, rows, bytes, has_parts: engine.ends_with("MergeTree") })
    }

    /// How many rows a statement would read, by the indexes of the table; `None` where that cannot be told. It is a help:
    /// what fails here fails when the rows are asked for, if at all.
    pub(super) async fn estimated_rows(
        &self,
        client: &Client,
        statement: &Statement,
        place: &Place,
        cancel: &Cancel,
    ) -> Option<u64> {
        if !self.has_parts {
            return None;
        }
        let estimate = catalogue::clickhouse_estimate(statement);
        let tables: Vec<Estimate> = ask(client, &estimate, place, cancel).await.ok()?;
        // No table: no part can hold such rows.
        tables.iter().try_fold(0_u64, |sum, table| sum.checked_add(table.rows.number()?))
    }

    /// How much a statement about this table answers at most.
    pub(super) fn bound(&self, asked: &Asked, estimated_rows: Option<u64>) -> Bound {
        let rows = [self.rows, estimated_rows].into_iter().flatten().min();
        let of_column = |column: &sql::AnswerColumn| {
            let by_type = match &column.arrives {
                Arrives::Stored(Some(stored)) => {
                    stored.widest_cell().zip(rows).and_then(|(cell, rows)| cell.checked_mul(rows))
                }
                Arrives::Stored(None) | Arrives::Text { .. } | Arrives::Decimal { .. } => None,
            };
            by_type.or_else(|| self.bytes.get(&column.declared).copied())
        };
        let bytes = asked.columns.iter().try_fold(0_u64, |sum, column| sum.checked_add(of_column(column)?));
        Bound { rows, bytes }
    }

    pub(super) fn wanted_column(&self, request: &Request, at: usize, column: &sql::AnswerColumn) -> Option<Wanted> {
        let declared = request.table.columns.get(column.declared as usize)?;
        let stored = arrived(&column.arrives)?;
        let ty: Type = declared.ty.clone();
        Some(Wanted { at, id: column.column, column: AnswerColumn { name: declared.name.clone(), ty, stored } })
    }
}

/// A row of an estimate.
#[derive(Deserialize)]
struct Estimate {
    rows: Count,
}

/// Numbers of 64 bits come in quotes or without, as a setting says.
#[derive(Deserialize)]
#[serde(untagged)]
enum Count {
    Number(u64),
    Text(String),
}

impl Count {
    fn number(&self) -> Option<u64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(text) => text.parse().ok(),
        }
    }
}

/// A number that the server keeps; 0 is what it says where it does not.
fn known(bytes: &str) -> Option<u64> {
    bytes.parse().ok().filter(|bytes| *bytes > 0)
}

/// A row of what the server says of all its tables.
#[derive(Deserialize)]
struct Seen {
    table: String,
    about: String,
    name: String,
    #[serde(rename = "type")]
    ty: String,
    comment: String,
}

/// All tables, in the order of their names.
///
/// # Errors
/// The server cannot be asked.
pub(super) async fn described(
    client: &Client,
    place: &Place,
    cancel: &Cancel,
) -> Result<Vec<DescribedTable>, RunError> {
    let seen: Vec<Seen> = ask(client, &catalogue::clickhouse_tables(), place, cancel).await?;
    let mut tables: Vec<DescribedTable> = Vec::new();
    for Seen { table, about, name, ty, comment } in seen {
        let ty = StoredType::ClickHouse(ClickHouseType::parse(&ty)).natural_type();
        let column = DescribedColumn { name, ty, entity: None, about: comment };
        match tables.last_mut() {
            Some(last) if last.name == table => last.columns.push(column),
            Some(_) | None => tables.push(DescribedTable {
                name: table,
                obstacle: None,
                argument: None,
                about,
                columns: vec![column],
                untold: None,
                // A primary key of ClickHouse says how rows are sorted.
                keys: None,
            }),
        }
    }
    Ok(tables)
}

/// As what a column comes; `None` where that was not described.
pub(super) fn arrived(arrives: &Arrives) -> Option<ClickHouseType> {
    match arrives {
        Arrives::Stored(Some(StoredType::ClickHouse(stored))) => Some(stored.clone()),
        // A text made by the server.
        Arrives::Text { nullable } => {
            Some(ClickHouseType::parse(if *nullable { "Nullable(String)" } else { "String" }))
        }
        Arrives::Stored(_) | Arrives::Decimal { .. } => None,
    }
}

async fn ask<T: for<'de> Deserialize<'de>>(
    client: &Client,
    statement: &Statement,
    place: &Place,
    cancel: &Cancel,
) -> Result<Vec<T>, RunError> {
    let question = Question::new(statement)
        .ok_or_else(|| errors::internal(Some(place.step), "a value of a question is not known"))?;
    let answer = client.ask(&question, place, cancel).await?;
    let rows = serde_json::Deserializer::from_slice(&answer).into_iter::<T>();
    rows.collect::<Result<Vec<_>, _>>().map_err(|error| errors::internal(Some(place.step), error))
}
