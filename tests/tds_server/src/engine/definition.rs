//! Statements that make and drop things.

use rusqlite::Connection;
use sqlparser::ast::{ObjectType, Statement};

use super::statement::Went;
use crate::error::SqlError;
use crate::translate::{Facts, define, parts};

/// Whether only the session itself can see what the statement changes.
pub(crate) fn names_temporary(statement: &Statement) -> bool {
    let is_temporary = |name: &sqlparser::ast::ObjectName| {
        parts(name).is_ok_and(|parts| parts.last().is_some_and(|part| part.value.starts_with('#')))
    };
    match statement {
        Statement::CreateTable(create) => is_temporary(&create.name),
        Statement::CreateIndex(create) => is_temporary(&create.table_name),
        Statement::Drop { names, .. } => names.iter().all(is_temporary),
        _ => false,
    }
}

pub(crate) fn define(connection: &Connection, facts: &Facts, statement: &Statement) -> Result<Went, SqlError> {
    match statement {
        Statement::CreateTable(create) => define::create_table(connection, facts, create).map(|()| (0xc6, None)),
        Statement::CreateIndex(create) => define::create_index(connection, facts, create).map(|()| (0xc8, None)),
        Statement::Drop { object_type: ObjectType::Table, if_exists, names, .. } => {
            for name in names {
                define::drop_table(connection, facts, name, *if_exists)?;
            }
            Ok((0xc7, None))
        }
        Statement::CreateSchema { schema_name, if_not_exists: false, .. } => {
            let name = schema_name.to_string();
            connection.execute(
                "INSERT INTO main.tds_schemas SELECT max(max(schema_id), 5) + 1, ?1 FROM main.tds_schemas",
                [name.trim_matches(['[', ']', '"'])],
            )?;
            Ok((0, None))
        }
        Statement::Execute { name: Some(name), parameters, .. } => {
            let name = name.to_string().to_lowercase().replace(['[', ']'], "");
            if name != "sp_addextendedproperty" && name != "sys.sp_addextendedproperty" {
                return Err(SqlError::unknown(format_args!("the procedure {name}")));
            }
            define::add_property(connection, facts, parameters).map(|()| (0, None))
        }
        other => Err(SqlError::unknown(format_args!("the statement {other}"))),
    }
}
