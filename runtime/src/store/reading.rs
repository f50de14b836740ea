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
    // Who only reads cannot take back what a writer that died had begun, and could not read before that.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(store, flags)?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::test_support::Folder;
    use wr_base::row_type::Marks;
    use wr_base::ty::{DataType, Type};
    use wr_plan::declaration::{Engine, TableColumn};

    /// A table with rows, and the journal of a transaction that was in the middle of changing them.
    fn store_of_a_writer_that_died(folder: &Folder) -> std::path::PathBuf {
        let (living, dead) = (folder.join("living.sqlite"), folder.join("dead.sqlite"));
        let connection = Connection::open(&living).unwrap();
        connection
            .execute_batch(
                "PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1; PRAGMA user_version = 1;
                 CREATE TABLE wr_tables (name TEXT, columns_json TEXT, key_json TEXT);
                 INSERT INTO wr_tables VALUES ('crm.sent', '[[\"user_id\", \"int\"]]', '[]');
                 CREATE TABLE \"crm.sent\" (user_id, wr_voided);
                 WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
                   INSERT INTO \"crm.sent\" SELECT i, '' FROM n;
                 BEGIN IMMEDIATE; UPDATE \"crm.sent\" SET user_id = -user_id;",
            )
            .unwrap();
        for ending in ["", "-journal"] {
            std::fs::copy(folder.join(format!("living.sqlite{ending}")), folder.join(format!("dead.sqlite{ending}")))
                .unwrap();
        }
        dead
    }

    #[test]
    fn what_a_writer_that_died_had_begun_is_taken_back_before_reading() {
        let folder = Folder::new("journal");
        let store = store_of_a_writer_that_died(&folder);
        let column = TableColumn {
            name: "user_id".into(),
            ty: Type::required(DataType::Int),
            marks: Marks::default(),
            doc: String::new(),
        };
        let table = Table {
            connection: "crm".into(),
            name: "sent".into(),
            engine: Engine::SqlServer,
            file: None,
            columns: vec![column],
            key: Vec::new(),
            trusted: None,
            arguments: Vec::new(),
            query: None,
            doc: String::new(),
        };
        let rows = recorded_rows(&store, &table).unwrap().unwrap();
        let cells = crate::cells::Cells::new(rows.column("user_id").unwrap(), &DataType::Int).unwrap();
        assert_eq!((rows.height(), cells.get(0), cells.get(4999)), (5000, Value::Int(1), Value::Int(5000)));
    }
}
