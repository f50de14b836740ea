//! Setting up a database from a test, past the protocol.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tokio::sync::mpsc;

use crate::engine::answer::Answer;
use crate::engine::session::{Piece, Session};
use crate::engine::{catalog, failure, setup};
use crate::error::SqlError;
use crate::options::User;
use crate::server::{ServerError, TdsServer};
use crate::translate::quoted;
use crate::types::convert::{ASSIGN, convert};
use crate::types::value::Value;
use crate::types::{Kind, MAX, SqlType};

/// A value for [`TdsServer::insert_rows`]; it is converted to the type of its column.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Null,
    Integer(i64),
    Float(f64),
    /// Also numbers, dates, times and identifiers, in the form in which T-SQL writes them.
    Text(String),
    Bytes(Vec<u8>),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }
}

impl From<i64> for Cell {
    fn from(value: i64) -> Cell {
        Cell::Integer(value)
    }
}

impl From<f64> for Cell {
    fn from(value: f64) -> Cell {
        Cell::Float(value)
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Cell {
        value.map_or(Cell::Null, Into::into)
    }
}

fn told(error: &SqlError) -> ServerError {
    ServerError(format!("error {}: {}", error.number, error.message))
}

impl TdsServer {
    /// Runs a batch as a user who may do everything. The rows of its queries are thrown away.
    pub fn execute(&self, batch: &str) -> Result<(), ServerError> {
        let cancelled = Arc::new(AtomicBool::new(false));
        let connection = setup::open(&self.shared, Arc::clone(&cancelled)).map_err(|error| told(&error))?;
        let user = User::new("setup", "");
        let mut session = Session::new(Arc::clone(&self.shared), user, 0, cancelled);
        let (sender, mut pieces) = mpsc::channel::<Piece>(4);
        let reader = std::thread::spawn(move || while pieces.blocking_recv().is_some() {});
        let mut answer = Answer::new(sender);
        let logged = self.log().events().len();
        let outcome = session.run_text(&connection, batch, &[], &mut answer);
        drop(answer);
        let _ = reader.join();
        match outcome {
            Ok(0) => Ok(()),
            Ok(number) => {
                let events = self.log().events();
                let message = events.iter().skip(logged).find_map(|event| match event {
                    crate::log::Event::Error { message, connection: 0, .. } => Some(message.clone()),
                    _ => None,
                });
                Err(ServerError(format!("error {number}: {}", message.unwrap_or_default())))
            }
            Err(_) => Err(ServerError("a fault that a test planned struck the set-up".to_owned())),
        }
    }

    /// Inserts rows in one transaction, some hundred thousand a second. `table` is `dbo.name` or `name`.
    pub fn insert_rows(
        &self,
        table: &str,
        columns: &[&str],
        rows: impl IntoIterator<Item = Vec<Cell>>,
    ) -> Result<u64, ServerError> {
        self.insert(table, columns, rows).map_err(|error| told(&error))
    }

    fn insert(
        &self,
        table: &str,
        columns: &[&str],
        rows: impl IntoIterator<Item = Vec<Cell>>,
    ) -> Result<u64, SqlError> {
        let database = &self.shared.options.database;
        let connection = setup::open(&self.shared, Arc::default())?;
        let names: Vec<&str> = table.split('.').collect();
        let table = catalog::find(&connection, &names, database)?;
        let mut types = Vec::new();
        for name in columns {
            types.push(table.column(name).ok_or_else(|| SqlError::column(name))?.clone());
        }
        let mut names: Vec<String> = types.iter().map(|column| quoted(&column.name)).collect();
        let mut places: Vec<String> = (1..=names.len()).map(|place| format!("?{place}")).collect();
        for column in table.columns.iter().filter(|column| column.sql_type.kind == Kind::RowVersion) {
            names.push(quoted(&column.name));
            places.push("tds_row_version()".to_owned());
        }
        let sql = format!("INSERT INTO {} ({}) VALUES ({})", table.sqlite_name(), names.join(", "), places.join(", "));
        connection.execute_batch("BEGIN IMMEDIATE")?;
        let mut insert = connection.prepare(&sql)?;
        let mut count = 0;
        for row in rows {
            if row.len() != types.len() {
                return Err(SqlError::internal("a row has more or fewer cells than there are columns"));
            }
            for (place, (cell, column)) in row.into_iter().zip(&types).enumerate() {
                let (value, from) = match cell {
                    Cell::Null => (Value::Null, SqlType::plain(Kind::Int)),
                    Cell::Integer(value) => (Value::Integer(value), SqlType::plain(Kind::BigInt)),
                    Cell::Float(value) => (Value::Float(value), SqlType::plain(Kind::Float)),
                    Cell::Text(text) => (Value::Text(text), SqlType::sized(Kind::NVarChar, MAX)),
                    Cell::Bytes(bytes) => (Value::Bytes(bytes), SqlType::sized(Kind::VarBinary, MAX)),
                };
                let value = convert(value, &from, &column.sql_type, ASSIGN)?;
                insert.raw_bind_parameter(place + 1, value.store())?;
            }
            insert.raw_execute().map_err(|error| failure::told(&connection, error, database))?;
            count += 1;
        }
        drop(insert);
        connection.execute_batch("COMMIT")?;
        Ok(count)
    }
}
