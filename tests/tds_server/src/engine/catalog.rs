//! What tables there are, kept in SQLite itself, so that a rollback takes back a CREATE TABLE with everything of it.

use rusqlite::{Connection, OptionalExtension, params};

use crate::error::SqlError;
use crate::translate::{folded, quoted};
use crate::types::{Kind, MAX, SqlType};

#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) sql_type: SqlType,
    pub(crate) is_nullable: bool,
    pub(crate) is_identity: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) id: i64,
    pub(crate) schema: String,
    pub(crate) name: String,
    pub(crate) is_temporary: bool,
    pub(crate) columns: Vec<Column>,
}

impl Table {
    pub(crate) fn full_name(&self) -> String {
        if self.is_temporary { self.name.clone() } else { format!("{}.{}", self.schema, self.name) }
    }

    pub(crate) fn sqlite_name(&self) -> String {
        let database = database(self.is_temporary);
        format!("{database}.{}", quoted(&self.full_name()))
    }

    pub(crate) fn column(&self, name: &str) -> Option<&Column> {
        let wanted = folded(name);
        self.columns.iter().find(|column| folded(&column.name) == wanted)
    }
}

pub(crate) fn database(is_temporary: bool) -> &'static str {
    if is_temporary { "temp" } else { "main" }
}

/// The tables of the catalogue, once for the database and once for the temporary tables of a session.
pub(crate) fn create(connection: &Connection, is_temporary: bool) -> Result<(), rusqlite::Error> {
    let database = database(is_temporary);
    connection.execute_batch(&format!(
        "CREATE TABLE IF NOT EXISTS {database}.tds_tables (object_id INTEGER PRIMARY KEY, schema_name TEXT, name TEXT, folded TEXT UNIQUE);
         CREATE TABLE IF NOT EXISTS {database}.tds_columns (
             object_id INTEGER, column_id INTEGER, name TEXT, type INTEGER, is_nullable INTEGER, is_identity INTEGER,
             type_name TEXT, system_type_id INTEGER, max_length INTEGER, precision INTEGER, scale INTEGER, collation_name TEXT,
             character_length INTEGER, octet_length INTEGER, numeric_precision INTEGER, numeric_scale INTEGER, datetime_precision INTEGER,
             PRIMARY KEY (object_id, column_id)) WITHOUT ROWID;
         CREATE TABLE IF NOT EXISTS {database}.tds_indexes (
             object_id INTEGER, index_id INTEGER, name TEXT, is_unique INTEGER, is_primary_key INTEGER, is_unique_constraint INTEGER,
             PRIMARY KEY (object_id, index_id)) WITHOUT ROWID;
         CREATE TABLE IF NOT EXISTS {database}.tds_index_columns (
             object_id INTEGER, index_id INTEGER, key_ordinal INTEGER, column_id INTEGER, is_descending INTEGER,
             PRIMARY KEY (object_id, index_id, key_ordinal)) WITHOUT ROWID;
         CREATE TABLE IF NOT EXISTS {database}.tds_properties (
             object_id INTEGER, column_id INTEGER, name TEXT, value TEXT, PRIMARY KEY (object_id, column_id, name)) WITHOUT ROWID;"
    ))
}

/// The parts of a name as `schema` and `table`; `None` for a temporary table's schema.
pub(crate) fn split<'n>(names: &[&'n str], own_database: &str) -> Result<(Option<&'n str>, &'n str), SqlError> {
    let full = || names.join(".");
    match names {
        [name] if name.starts_with('#') => Ok((None, name)),
        [name] => Ok((Some("dbo"), name)),
        [schema, name] => Ok((Some(schema), name)),
        [database, schema, name] if folded(database) == folded(own_database) => {
            Ok((Some(if schema.is_empty() { "dbo" } else { schema }), name))
        }
        _ => Err(SqlError::object(&full())),
    }
}

pub(crate) fn find(connection: &Connection, names: &[&str], own_database: &str) -> Result<Table, SqlError> {
    let (schema, name) = split(names, own_database)?;
    let is_temporary = schema.is_none();
    let wanted = schema.map_or_else(|| folded(name), |schema| folded(&format!("{schema}.{name}")));
    let database = database(is_temporary);
    let mut query = connection
        .prepare_cached(&format!("SELECT object_id, schema_name, name FROM {database}.tds_tables WHERE folded = ?1"))?;
    let found: Option<(i64, String, String)> =
        query.query_row([&wanted], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?;
    let Some((id, schema, name)) = found else { return Err(SqlError::object(&names.join("."))) };
    let mut query = connection.prepare_cached(&format!(
        "SELECT column_id, name, type, is_nullable, is_identity FROM {database}.tds_columns WHERE object_id = ?1 ORDER BY column_id"
    ))?;
    let columns = query.query_map([id], |row| {
        Ok(Column {
            id: row.get(0)?,
            name: row.get(1)?,
            sql_type: SqlType::unpack(row.get(2)?),
            is_nullable: row.get(3)?,
            is_identity: row.get(4)?,
        })
    })?;
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    Ok(Table { id, schema, name, is_temporary, columns })
}

/// Writes a table down; its id is the answer.
pub(crate) fn add(
    connection: &Connection,
    schema: &str,
    name: &str,
    is_temporary: bool,
    columns: &[Column],
) -> Result<i64, SqlError> {
    let database = database(is_temporary);
    let key = if is_temporary { folded(name) } else { folded(&format!("{schema}.{name}")) };
    let (first, direction) = if is_temporary { (-100, "min") } else { (1000, "max") };
    let step = if is_temporary { -1 } else { 1 };
    let id: i64 = connection.query_row(
        &format!("SELECT coalesce({direction}(object_id), {first}) + {step} FROM {database}.tds_tables"),
        [],
        |row| row.get(0),
    )?;
    connection.execute(
        &format!("INSERT INTO {database}.tds_tables VALUES (?1, ?2, ?3, ?4)"),
        params![id, schema, name, key],
    )?;
    for column in columns {
        let facts = Described::of(&column.sql_type);
        connection.execute(
            &format!(
                "INSERT INTO {database}.tds_columns VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17)"
            ),
            params![
                id,
                column.id,
                column.name,
                column.sql_type.pack(),
                column.is_nullable,
                column.is_identity,
                column.sql_type.name(),
                facts.system_type,
                facts.max_length,
                facts.precision,
                facts.scale,
                facts.collation,
                facts.character_length,
                facts.octet_length,
                facts.numeric.map(|(precision, _)| precision),
                facts.numeric.and_then(|(_, scale)| scale),
                facts.datetime_precision,
            ],
        )?;
    }
    Ok(id)
}

pub(crate) fn remove(connection: &Connection, table: &Table) -> Result<(), SqlError> {
    let database = database(table.is_temporary);
    for name in ["tds_tables", "tds_columns", "tds_indexes", "tds_index_columns", "tds_properties"] {
        connection.execute(&format!("DELETE FROM {database}.{name} WHERE object_id = ?1"), [table.id])?;
    }
    connection.execute_batch(&format!("DROP TABLE {}", table.sqlite_name()))?;
    Ok(())
}

/// The numbers of `sys.types`, for those types that there are here.
pub(crate) const TYPE_NUMBERS: [(&str, i64); 25] = [
    ("uniqueidentifier", 36),
    ("date", 40),
    ("time", 41),
    ("datetime2", 42),
    ("datetimeoffset", 43),
    ("tinyint", 48),
    ("smallint", 52),
    ("int", 56),
    ("smalldatetime", 58),
    ("real", 59),
    ("money", 60),
    ("datetime", 61),
    ("float", 62),
    ("bit", 104),
    ("decimal", 106),
    ("numeric", 108),
    ("smallmoney", 122),
    ("bigint", 127),
    ("varbinary", 165),
    ("varchar", 167),
    ("binary", 173),
    ("char", 175),
    ("timestamp", 189),
    ("nvarchar", 231),
    ("nchar", 239),
];

/// What the views say of a type.
struct Described {
    system_type: i64,
    max_length: i64,
    precision: i64,
    scale: i64,
    collation: Option<&'static str>,
    character_length: Option<i64>,
    octet_length: Option<i64>,
    numeric: Option<(i64, Option<i64>)>,
    datetime_precision: Option<i64>,
}

impl Described {
    fn of(sql_type: &SqlType) -> Described {
        let name = sql_type.name();
        let system_type = TYPE_NUMBERS.iter().find(|(known, _)| *known == name).map_or(241, |(_, number)| *number);
        let length = if sql_type.length == MAX { -1 } else { i64::from(sql_type.length) };
        let time_size = match sql_type.scale {
            0..=2 => 3,
            3..=4 => 4,
            _ => 5,
        };
        let scale = i64::from(sql_type.scale);
        let fraction = if scale == 0 { 0 } else { scale + 1 };
        // The size in bytes, the digits, the digits after the point.
        let (max_length, precision, scale) = match sql_type.kind {
            Kind::Bit => (1, 1, 0),
            Kind::TinyInt => (1, 3, 0),
            Kind::SmallInt => (2, 5, 0),
            Kind::Int => (4, 10, 0),
            Kind::BigInt => (8, 19, 0),
            Kind::Real => (4, 24, 0),
            Kind::Float => (8, 53, 0),
            Kind::Decimal => {
                let bytes = i64::from(crate::wire::type_info::decimal_bytes(sql_type.precision));
                (bytes, i64::from(sql_type.precision), scale)
            }
            Kind::Money => (8, 19, 4),
            Kind::SmallMoney => (4, 10, 4),
            Kind::Date => (3, 10, 0),
            Kind::Time => (time_size, 8 + fraction, scale),
            Kind::DateTime => (8, 23, 3),
            Kind::SmallDateTime => (4, 16, 0),
            Kind::DateTime2 => (time_size + 3, 19 + fraction, scale),
            Kind::DateTimeOffset => (time_size + 5, 26 + fraction, scale),
            Kind::NChar | Kind::NVarChar => (if length < 0 { -1 } else { 2 * length }, 0, 0),
            Kind::Char | Kind::VarChar | Kind::Binary | Kind::VarBinary => (length, 0, 0),
            Kind::Guid => (16, 0, 0),
            Kind::Xml => (-1, 0, 0),
            Kind::RowVersion => (8, 0, 0),
        };
        let has_length = sql_type.is_text() || matches!(sql_type.kind, Kind::Binary | Kind::VarBinary);
        let is_text = sql_type.is_text() && sql_type.kind != Kind::Xml;
        Described {
            system_type,
            max_length,
            precision,
            scale,
            collation: is_text.then(|| sql_type.collation.name()),
            character_length: has_length.then_some(if sql_type.kind == Kind::Xml { -1 } else { length }),
            octet_length: has_length.then_some(max_length),
            numeric: match sql_type.kind {
                Kind::Real | Kind::Float => Some((precision, None)),
                Kind::Bit => None,
                _ if sql_type.is_numeric() => Some((precision, Some(scale))),
                _ => None,
            },
            datetime_precision: match sql_type.kind {
                Kind::Date | Kind::SmallDateTime => Some(0),
                _ => sql_type.is_moment().then_some(scale),
            },
        }
    }
}
