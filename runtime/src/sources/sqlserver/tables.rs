//! The catalogue of a database to its tables as a schema file could declare them.

use std::collections::BTreeMap;

use tiberius::Row;
use wr_plan::sql::catalogue::{SQLSERVER_KEYS, SQLSERVER_TABLES};
use wr_plan::sql::stored::StoredType;

use super::connect::{Connection, Reach};
use super::failure::{Failed, Stage};
use super::table::{RECORD_TABLES, RUN_COLUMN, stored, text};
use crate::cancel::Cancel;
use crate::sources::described::{DescribedColumn, DescribedTable};

/// The schema whose tables need not name it.
const USUAL_SCHEMA: &str = "dbo";

/// A table with the schema that it is in.
struct Found {
    schema: String,
    table: DescribedTable,
}

/// All tables and views, in the order of their names.
///
/// # Errors
/// The server cannot be asked.
pub(super) async fn described(reach: &Reach, cancel: &Cancel) -> Result<Vec<DescribedTable>, Failed> {
    let mut connection = reach.connect(None, cancel).await?;
    let columns = all(reach, &mut connection, SQLSERVER_TABLES, cancel).await?;
    let keys = all(reach, &mut connection, SQLSERVER_KEYS, cancel).await?;
    let mut found = found(&columns);
    for (id, keys) in by_table(&keys) {
        if let Some(found) = found.get_mut(&id) {
            found.table.keys.get_or_insert_default().extend(keys);
        }
    }
    let mut tables: Vec<DescribedTable> = named(found.into_values().collect());
    tables.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(tables)
}

async fn all(reach: &Reach, connection: &mut Connection, statement: &str, cancel: &Cancel) -> Result<Vec<Row>, Failed> {
    let rows = async { connection.simple_query(statement).await?.into_first_result().await };
    let rows = reach.heard(rows, reach.setting.timeout, None, cancel).await?;
    rows.map_err(|error| reach.told(None).failed(&error, Stage::Asking))
}

/// Tables by their number.
fn found(rows: &[Row]) -> BTreeMap<i32, Found> {
    let mut tables: BTreeMap<i32, Found> = BTreeMap::new();
    for row in rows {
        let word = |at: usize| text(row, at).unwrap_or_default().to_owned();
        let Some(id) = number(row, 0) else { continue };
        // What records add is theirs: no script reads it.
        let is_of_records =
            text(row, 5) == Some(RUN_COLUMN) || text(row, 3).is_some_and(|name| RECORD_TABLES.contains(&name));
        if is_of_records {
            continue;
        }
        let column = DescribedColumn {
            name: word(5),
            ty: StoredType::SqlServer(stored(row, 7)).natural_type(),
            entity: None,
            about: word(6),
        };
        let found = tables.entry(id).or_insert_with(|| Found {
            schema: word(2),
            table: DescribedTable {
                name: word(3),
                obstacle: None,
                argument: None,
                about: word(4),
                columns: Vec::new(),
                untold: None,
                // A view keeps nothing unique; of a table, that nothing is kept is known.
                keys: (word(1).trim() == "U").then(Vec::new),
            },
        });
        found.table.columns.push(column);
    }
    tables
}

/// The keys of each table, in their order.
fn by_table(rows: &[Row]) -> BTreeMap<i32, Vec<Vec<String>>> {
    let mut keys: BTreeMap<i32, Vec<(i32, Vec<String>)>> = BTreeMap::new();
    for row in rows {
        let (Some(table), Some(index), Some(column)) = (number(row, 0), number(row, 1), text(row, 2)) else { continue };
        let of_table = keys.entry(table).or_default();
        match of_table.last_mut() {
            Some((last, columns)) if *last == index => columns.push(column.to_owned()),
            Some(_) | None => of_table.push((index, vec![column.to_owned()])),
        }
    }
    keys.into_iter().map(|(table, keys)| (table, keys.into_iter().map(|(_, columns)| columns).collect())).collect()
}

/// Tables with the names by which a declaration finds them. One of `dbo` is found by its own name, unless the schema of some
/// user has another of that name.
fn named(found: Vec<Found>) -> Vec<DescribedTable> {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for one in &found {
        *times.entry(one.table.name.to_lowercase()).or_default() += 1;
    }
    let named = |Found { schema, table }: Found| {
        let is_alone = times.get(&table.name.to_lowercase()).is_none_or(|times| *times == 1);
        let obstacle = if schema.contains('.') || table.name.contains('.') {
            Some(format!(
                "a point in a name of [{schema}].[{}] would part a schema from a table. Read it by a query of your own",
                table.name
            ))
        } else {
            None
        };
        let name = if schema == USUAL_SCHEMA && is_alone { table.name } else { format!("{schema}.{}", table.name) };
        DescribedTable { name, obstacle, ..table }
    };
    found.into_iter().map(named).collect()
}

fn number(row: &Row, at: usize) -> Option<i32> {
    row.try_get::<i32, _>(at).ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_named_so_that_a_declaration_finds_it() {
        let found = |schema: &str, name: &str| Found {
            schema: schema.to_owned(),
            table: DescribedTable {
                name: name.to_owned(),
                obstacle: None,
                argument: None,
                about: String::new(),
                columns: Vec::new(),
                untold: None,
                keys: None,
            },
        };
        let all = vec![
            found("dbo", "users"),
            found("dbo", "orders"),
            found("sales", "Orders"),
            found("sales", "items"),
            found("dbo", "a.b"),
        ];
        let tables = named(all);
        let names: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
        assert_eq!(names, ["users", "dbo.orders", "sales.Orders", "sales.items", "a.b"]);
        let obstacles: Vec<bool> = tables.iter().map(|table| table.obstacle.is_some()).collect();
        assert_eq!(obstacles, [false, false, false, false, true]);
    }
}
