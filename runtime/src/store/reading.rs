//! Rows that runs recorded, for later runs to read: beside the seed files of a local table stands what the store holds.

use std::path::Path;

use polars::prelude::{Column, DataFrame};
use rusqlite::{Connection, OpenFlags};
use wr_base::value::Value;
use wr_plan::declaration::Table;

use super::cell::from_cell;
use super::schema::{differences, quoted, stored_columns, version};
use super::{StoreError, stored_name};
use crate::cells::{StorageFault, column_from_values};
use crate::error::RunError;
use crate::sources::RecordedRows;

/// The rows of a table that runs recorded and nobody voided, in the order of their recording: the declared columns by
/// their declared names, stored as [`crate::frame`] says. `None`: nothing was ever recorded there.
///
/// # Errors
/// A store that cannot be read, or one whose table has other columns than the script declares.
pub fn recorded_rows(store: &Path, table: &Table) -> Result<Option<DataFrame>, StoreError> {
    if !store.exists() {
        return Ok(None);
    }
    let connection = Connection::open_with_flags(store, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.busy_timeout(std::time::Duration::from_secs(60))?;
    if version(&connection)? == 0 {
        return Ok(None);
    }
    let name = stored_name(table);
    let Some(found) = stored_columns(&connection, &name)? else { return Ok(None) };
    let wanted: Vec<(String, String)> =
        table.columns.iter().map(|column| (column.name.clone(), column.ty.data.to_string())).collect();
    let differences = differences(&found, &wanted);
    if !differences.is_empty() {
        return Err(StoreError::Drift { table: name, differences });
    }
    let names: Vec<String> = table.columns.iter().map(|column| quoted(&column.name)).collect();
    let mut statement = connection.prepare(&format!(
        "SELECT {} FROM {} WHERE wr_voided = '' ORDER BY rowid",
        names.join(", "),
        quoted(&name)
    ))?;
    let mut columns: Vec<Vec<Value>> = vec![Vec::new(); table.columns.len()];
    let mut rows = statement.query([])?;
    let mut height = 0;
    while let Some(row) = rows.next()? {
        height += 1;
        for (at, (column, values)) in table.columns.iter().zip(&mut columns).enumerate() {
            let value = from_cell(row.get_ref(at)?, &column.ty.data).ok_or_else(|| {
                StoreError::Unavailable(format!("`{}` of {name} holds what is no {}", column.name, column.ty.data))
            })?;
            values.push(value);
        }
    }
    let columns = table
        .columns
        .iter()
        .zip(columns)
        .map(|(column, values)| column_from_values(column.name.as_str().into(), &column.ty.data, values))
        .collect::<Result<Vec<Column>, StorageFault>>()
        .and_then(|columns| Ok(DataFrame::new(height, columns)?))
        .map_err(|fault| StoreError::Unavailable(format!("{name}: {fault}")))?;
    Ok(Some(columns))
}

/// The recorded rows of a project's embedded store, for its local connections.
pub struct EmbeddedRows {
    pub store: std::path::PathBuf,
}

impl RecordedRows for EmbeddedRows {
    fn rows(&self, _id: wr_base::ids::TableId, table: &Table) -> Result<Option<DataFrame>, RunError> {
        recorded_rows(&self.store, table).map_err(|failure| {
            let mut error = crate::run::store_error(None, &failure);
            error.source = Some(table.connection.clone());
            error
        })
    }
}
