//! CREATE TABLE, CREATE INDEX, DROP TABLE: the words of SQLite, and what the catalogue must know.
//!
//! A unique key with a column that can be null is an index over expressions that turn a null into a value of its own, because
//! SQL Server allows one null where SQLite allows many. A key without nulls is an index that queries can use.

use rusqlite::{Connection, params};
use sqlparser::ast::{
    ColumnDef, ColumnOption, CreateIndex, CreateTable, Expr, IndexColumn, ObjectName, TableConstraint,
};

use super::{Facts, parts, quoted};
use crate::engine::catalog::{self, Column, Table, database};
use crate::error::{Ends, SqlError};
use crate::types::declared::{Place, declared};
use crate::types::{Kind, MAX, collation::Collation};

/// The stand-in for a null in a unique key. No value has this form.
const NULL_KEY: &str = "x'6e756c6c'";

struct Key {
    name: Option<String>,
    columns: Vec<(String, bool)>,
    is_primary: bool,
}

pub(crate) fn create_table(connection: &Connection, facts: &Facts, create: &CreateTable) -> Result<(), SqlError> {
    let is_plain = !create.or_replace
        && !create.temporary
        && !create.external
        && !create.if_not_exists
        && create.query.is_none()
        && create.like.is_none()
        && create.clone.is_none()
        && create.comment.is_none()
        && create.partition_by.is_none();
    if !is_plain || create.columns.is_empty() {
        return Err(SqlError::unknown(format_args!("a part of {create}")));
    }
    let names = parts(&create.name)?;
    let names: Vec<&str> = names.iter().map(|part| part.value.as_str()).collect();
    let (schema, name) = catalog::split(&names, &facts.database)?;
    let is_temporary = schema.is_none();
    let schema = schema.unwrap_or("dbo");
    if !is_temporary && !facts.user.may("CREATE TABLE", "*") {
        return Err(SqlError::new(
            262,
            14,
            Ends::Batch,
            format!("CREATE TABLE permission denied in database '{}'.", facts.database),
        ));
    }
    if catalog::find(connection, &names, &facts.database).is_ok() {
        return Err(SqlError::new(
            2714,
            16,
            Ends::Batch,
            format!("There is already an object named '{name}' in the database."),
        )
        .with_state(6));
    }
    let schema = existing_schema(connection, schema)?;
    let default = if is_temporary { facts.temporary_collation } else { facts.collation };
    let mut columns = Vec::new();
    let mut keys = Vec::new();
    for (place, definition) in create.columns.iter().enumerate() {
        let column = column(definition, place, default, facts, &mut keys)?;
        if columns.iter().any(|other: &Column| super::folded(&other.name) == super::folded(&column.name)) {
            return Err(SqlError::new(
                2705,
                16,
                Ends::Batch,
                format!(
                    "Column names in each table must be unique. Column name '{}' in table '{name}' is specified more than once.",
                    column.name
                ),
            ));
        }
        columns.push(column);
    }
    for constraint in &create.constraints {
        let (name, parts, is_primary) = match constraint {
            TableConstraint::PrimaryKey(key) => (&key.name, &key.columns, true),
            TableConstraint::Unique(key) => (&key.name, &key.columns, false),
            other => return Err(SqlError::unknown(format_args!("the constraint {other}"))),
        };
        keys.push(Key { name: name.as_ref().map(|name| name.value.clone()), columns: key_columns(parts)?, is_primary });
    }
    // A primary key makes its columns NOT NULL.
    for key in keys.iter().filter(|key| key.is_primary) {
        for (wanted, _) in &key.columns {
            let wanted = super::folded(wanted);
            for column in columns.iter_mut().filter(|column| super::folded(&column.name) == wanted) {
                column.is_nullable = false;
            }
        }
    }
    let table = Table { id: 0, schema: schema.clone(), name: name.to_owned(), is_temporary, columns };
    let definitions: Vec<String> = table.columns.iter().map(definition_of).collect();
    connection.execute_batch(&format!("CREATE TABLE {} ({})", table.sqlite_name(), definitions.join(", ")))?;
    let id = catalog::add(connection, &schema, name, is_temporary, &table.columns)?;
    let table = Table { id, ..table };
    // The primary key is index 1, whatever comes first in the text.
    keys.sort_by_key(|key| !key.is_primary);
    for (place, key) in keys.iter().enumerate() {
        let kind = if key.is_primary { "PK" } else { "UQ" };
        let name = key.name.clone().unwrap_or_else(|| format!("{kind}__{name}__{id:08X}{place}"));
        add_index(connection, &table, &name, &key.columns, true, key.is_primary, !key.is_primary)?;
    }
    // SQL Server joins a list of keys by hashing; SQLite needs an index to be as fast.
    if is_temporary
        && keys.is_empty()
        && let Some(first) = table.columns.first()
    {
        let name = quoted(&format!("{}:first", table.full_name()));
        let on = quoted(&table.full_name());
        connection.execute_batch(&format!("CREATE INDEX temp.{name} ON {on} ({})", quoted(&first.name)))?;
    }
    Ok(())
}

fn existing_schema(connection: &Connection, name: &str) -> Result<String, SqlError> {
    let mut query = connection.prepare_cached("SELECT name FROM main.tds_schemas")?;
    let names = query.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    names.into_iter().find(|known| super::folded(known) == super::folded(name)).ok_or_else(|| {
        SqlError::new(
            2760,
            16,
            Ends::Batch,
            format!(
                "The specified schema name \"{name}\" either does not exist or you do not have permission to use it."
            ),
        )
    })
}

fn definition_of(column: &Column) -> String {
    let name = quoted(&column.name);
    if column.is_identity {
        return format!("{name} INTEGER PRIMARY KEY AUTOINCREMENT");
    }
    let collation = column.sql_type.sqlite_collation().map_or_else(String::new, |name| format!(" COLLATE \"{name}\""));
    // No type, so that SQLite converts nothing.
    format!("{name}{collation}{}", if column.is_nullable { "" } else { " NOT NULL" })
}

fn column(
    definition: &ColumnDef,
    place: usize,
    default: Collation,
    facts: &Facts,
    keys: &mut Vec<Key>,
) -> Result<Column, SqlError> {
    let name = definition.name.value.clone();
    let mut sql_type = declared(&definition.data_type, Place::Declaration)?.collated(default);
    let mut is_nullable = sql_type.kind != Kind::RowVersion;
    let mut is_identity = false;
    for option in &definition.options {
        let constraint_name = option.name.as_ref().map(|name| name.value.clone());
        let own = vec![(name.clone(), false)];
        match &option.option {
            ColumnOption::Null => is_nullable = true,
            ColumnOption::NotNull => is_nullable = false,
            ColumnOption::PrimaryKey(_) => {
                is_nullable = false;
                keys.push(Key { name: constraint_name, columns: own, is_primary: true });
            }
            ColumnOption::Unique(_) => keys.push(Key { name: constraint_name, columns: own, is_primary: false }),
            ColumnOption::Collation(name) => sql_type = sql_type.collated(collation(name, facts)?),
            ColumnOption::Identity(_) => {
                is_identity = true;
                is_nullable = false;
            }
            other => return Err(SqlError::unknown(format_args!("{other} of a column"))),
        }
    }
    let id = i64::try_from(place + 1).unwrap_or(i64::MAX);
    Ok(Column { id, name, sql_type, is_nullable, is_identity })
}

fn collation(name: &ObjectName, facts: &Facts) -> Result<Collation, SqlError> {
    let name = parts(name)?.iter().map(|part| part.value.clone()).collect::<Vec<_>>().join(".");
    if name.eq_ignore_ascii_case("DATABASE_DEFAULT") {
        return Ok(facts.collation);
    }
    Collation::named(&name).ok_or_else(|| SqlError::new(448, 16, Ends::Batch, format!("Invalid collation '{name}'.")))
}

fn key_columns(parts: &[IndexColumn]) -> Result<Vec<(String, bool)>, SqlError> {
    let column = |part: &IndexColumn| match &part.column.expr {
        Expr::Identifier(ident) => Ok((ident.value.clone(), part.column.options.asc == Some(false))),
        other => Err(SqlError::unknown(format_args!("{other} in a key"))),
    };
    parts.iter().map(column).collect()
}

fn add_index(
    connection: &Connection,
    table: &Table,
    name: &str,
    columns: &[(String, bool)],
    is_unique: bool,
    is_primary: bool,
    is_constraint: bool,
) -> Result<(), SqlError> {
    let has_nulls = columns.iter().any(|(name, _)| table.column(name).is_some_and(|column| column.is_nullable));
    let mut expressions = Vec::new();
    let mut ids = Vec::new();
    for (wanted, is_descending) in columns {
        let column = table.column(wanted).ok_or_else(|| {
            SqlError::new(
                1911,
                16,
                Ends::Batch,
                format!("Column name '{wanted}' does not exist in the target table or view."),
            )
        })?;
        if column.sql_type.length == MAX || column.sql_type.kind == Kind::Xml {
            return Err(SqlError::new(
                1919,
                16,
                Ends::Batch,
                format!(
                    "Column '{wanted}' in table '{}' is of a type that is invalid for use as a key column in an index.",
                    table.name
                ),
            ));
        }
        let collation =
            column.sql_type.sqlite_collation().map_or_else(String::new, |name| format!(" COLLATE \"{name}\""));
        expressions.push(if is_unique && has_nulls {
            format!("ifnull({}, {NULL_KEY}){collation}", quoted(&column.name))
        } else {
            format!("{}{collation}", quoted(&column.name))
        });
        ids.push((column.id, *is_descending));
    }
    let place = database(table.is_temporary);
    let index_id: i64 = connection.query_row(
        &format!("SELECT coalesce(max(index_id), ?2) + 1 FROM {place}.tds_indexes WHERE object_id = ?1"),
        params![table.id, if is_primary { 0 } else { 1 }],
        |row| row.get(0),
    )?;
    let unique = if is_unique { "UNIQUE " } else { "" };
    connection.execute_batch(&format!(
        "CREATE {unique}INDEX {place}.{} ON {} ({})",
        quoted(&format!("{}:{name}", table.full_name())),
        quoted(&table.full_name()),
        expressions.join(", ")
    ))?;
    connection.execute(
        &format!("INSERT INTO {place}.tds_indexes VALUES (?1,?2,?3,?4,?5,?6)"),
        params![table.id, index_id, name, is_unique, is_primary, is_constraint],
    )?;
    for (ordinal, (column, is_descending)) in ids.iter().enumerate() {
        connection.execute(
            &format!("INSERT INTO {place}.tds_index_columns VALUES (?1,?2,?3,?4,?5)"),
            params![table.id, index_id, i64::try_from(ordinal + 1).unwrap_or(0), column, is_descending],
        )?;
    }
    Ok(())
}

pub(crate) fn create_index(connection: &Connection, facts: &Facts, create: &CreateIndex) -> Result<(), SqlError> {
    let is_plain =
        create.using.is_none() && create.include.is_empty() && create.predicate.is_none() && !create.if_not_exists;
    let (true, Some(name)) = (is_plain, &create.name) else {
        return Err(SqlError::unknown(format_args!("a part of {create}")));
    };
    let names = parts(&create.table_name)?;
    let names: Vec<&str> = names.iter().map(|part| part.value.as_str()).collect();
    let table = catalog::find(connection, &names, &facts.database)?;
    let name = parts(name)?.last().map(|part| part.value.clone()).unwrap_or_default();
    add_index(connection, &table, &name, &key_columns(&create.columns)?, create.unique, false, false)
}

pub(crate) fn drop_table(
    connection: &Connection,
    facts: &Facts,
    name: &ObjectName,
    if_exists: bool,
) -> Result<(), SqlError> {
    let names = parts(name)?;
    let names: Vec<&str> = names.iter().map(|part| part.value.as_str()).collect();
    match catalog::find(connection, &names, &facts.database) {
        Ok(table) => catalog::remove(connection, &table),
        Err(_) if if_exists => Ok(()),
        Err(_) => Err(SqlError::new(
            3701,
            11,
            Ends::Statement,
            format!(
                "Cannot drop the table '{}', because it does not exist or you do not have permission.",
                names.join(".")
            ),
        )
        .with_state(5)),
    }
}

/// `EXEC sp_addextendedproperty @name = N'MS_Description', @value = …, @level0type = N'SCHEMA', …`
pub(crate) fn add_property(connection: &Connection, facts: &Facts, arguments: &[Expr]) -> Result<(), SqlError> {
    const NAMES: [&str; 8] =
        ["@name", "@value", "@level0type", "@level0name", "@level1type", "@level1name", "@level2type", "@level2name"];
    let text = |expr: &Expr| match expr {
        Expr::Value(value) => value.value.clone().into_string(),
        _ => None,
    };
    let mut given: [Option<String>; 8] = Default::default();
    for (place, argument) in arguments.iter().enumerate() {
        let (place, value) = match argument {
            Expr::BinaryOp { left, right, .. } => {
                let name = left.to_string().to_lowercase();
                (NAMES.iter().position(|known| *known == name).unwrap_or(usize::MAX), text(right))
            }
            other => (place, text(other)),
        };
        match given.get_mut(place) {
            Some(slot) if value.is_some() => *slot = value,
            _ => return Err(SqlError::unknown(format_args!("{argument} of an extended property"))),
        }
    }
    let [Some(name), Some(value), _, Some(schema), _, Some(table), _, column] = given else {
        return Err(SqlError::unknown("this extended property"));
    };
    let table = catalog::find(connection, &[&schema, &table], &facts.database)?;
    let column = match column {
        None => 0,
        Some(column) => table.column(&column).ok_or_else(|| SqlError::column(&column))?.id,
    };
    connection
        .execute("INSERT INTO main.tds_properties VALUES (?1,?2,?3,?4)", params![table.id, column, name, value])?;
    Ok(())
}
