//! INSERT, UPDATE and DELETE.

use sqlparser::ast::{
    Assignment, AssignmentTarget, Delete, Expr, FromTable, Insert, Query, SetExpr, TableFactor, TableObject,
    TableWithJoins, Update,
};

use super::from::table_source;
use super::select::Place;
use super::{Scope, Source, Translator, Typed, parts, quoted};
use crate::engine::catalog::{Column, Table};
use crate::error::{Ends, SqlError};
use crate::types::{Kind, SqlType};

pub(crate) struct Change {
    pub(crate) sql: String,
    pub(crate) is_temporary: bool,
    pub(crate) command: u16,
}

const INSERT: u16 = 0xc3;
const DELETE: u16 = 0xc4;
const UPDATE: u16 = 0xc5;
const MOST_ROWS: usize = 1000;

/// A value as the column can hold it; too long is an error, as is what does not convert.
pub(crate) fn assigned(value: &Typed, column: &Column) -> Result<String, SqlError> {
    if value.is_null {
        return Ok("NULL".to_owned());
    }
    let (from, to) = (value.sql_type, column.sql_type);
    if !is_implicit(&from, &to) {
        return Err(SqlError::new(
            257,
            16,
            Ends::Batch,
            format!(
                "Implicit conversion from data type {} to {} is not allowed. Use the CONVERT function to run this query.",
                from.name(),
                to.name()
            ),
        )
        .with_state(3));
    }
    Ok(format!("tds_assign({},{},{})", value.sql, from.pack(), to.pack()))
}

/// Whether a value becomes one of the other type without CAST.
fn is_implicit(from: &SqlType, to: &SqlType) -> bool {
    let is_old_moment = |sql_type: &SqlType| matches!(sql_type.kind, Kind::DateTime | Kind::SmallDateTime);
    if from.is_text() && from.kind != Kind::Xml {
        return !to.is_binary();
    }
    if from.kind == Kind::Xml {
        return to.kind == Kind::Xml;
    }
    if from.is_numeric() {
        let is_text = to.is_text() && !from.is_money() && to.kind != Kind::Xml;
        return to.is_numeric() || is_text || (to.is_binary() && from.is_exact()) || is_old_moment(to);
    }
    if from.is_moment() {
        let is_cut_off = matches!((from.kind, to.kind), (Kind::Date, Kind::Time) | (Kind::Time, Kind::Date));
        return (to.is_moment() && !is_cut_off) || (to.is_text() && to.kind != Kind::Xml);
    }
    true
}

impl Translator<'_> {
    pub(crate) fn insert(&mut self, insert: &Insert) -> Result<Change, SqlError> {
        let is_plain = insert.or.is_none()
            && !insert.ignore
            && insert.table_alias.is_none()
            && !insert.overwrite
            && insert.assignments.is_empty()
            && insert.on.is_none()
            && insert.returning.is_none()
            && insert.output.is_none()
            && insert.partitioned.is_none()
            && insert.after_columns.is_empty();
        let (true, TableObject::TableName(name), Some(query)) = (is_plain, &insert.table, &insert.source) else {
            return Err(SqlError::unknown(format_args!("a part of {insert}")));
        };
        let table = self.find_table(name)?;
        self.may("INSERT", &table.full_name())?;
        let targets = self.targets(&table, insert)?;
        let mut names: Vec<String> = targets.iter().map(|column| quoted(&column.name)).collect();
        let version = table.columns.iter().find(|column| column.sql_type.kind == Kind::RowVersion);
        if let Some(version) = version {
            names.push(quoted(&version.name));
        }
        let version = version.map(|_| "tds_row_version()".to_owned());
        let rows = self.rows_to_insert(query, &targets, version)?;
        let sql = format!("INSERT INTO {} ({}) {rows}", table.sqlite_name(), names.join(", "));
        Ok(Change { sql, is_temporary: table.is_temporary, command: INSERT })
    }

    fn targets<'t>(&self, table: &'t Table, insert: &Insert) -> Result<Vec<&'t Column>, SqlError> {
        if insert.columns.is_empty() {
            let is_given = |column: &&Column| !column.is_identity && column.sql_type.kind != Kind::RowVersion;
            return Ok(table.columns.iter().filter(is_given).collect());
        }
        let mut targets: Vec<&Column> = Vec::new();
        for name in &insert.columns {
            let [name] = parts(name)?[..] else { return Err(SqlError::syntax(format_args!("near '{name}'"))) };
            let column = table.column(&name.value).ok_or_else(|| SqlError::column(&name.value))?;
            writable(table, column)?;
            if targets.iter().any(|other| other.name == column.name) {
                return Err(SqlError::new(
                    264,
                    16,
                    Ends::Batch,
                    format!(
                        "The column name '{}' is specified more than once in the SET clause or column list of an INSERT.",
                        column.name
                    ),
                ));
            }
            targets.push(column);
        }
        Ok(targets)
    }

    fn rows_to_insert(
        &mut self,
        query: &Query,
        targets: &[&Column],
        version: Option<String>,
    ) -> Result<String, SqlError> {
        let too_few = || {
            SqlError::new(
                213,
                16,
                Ends::Batch,
                "Column name or number of supplied values does not match table definition.",
            )
        };
        let counts = |count: usize| match count.cmp(&targets.len()) {
            std::cmp::Ordering::Equal => Ok(()),
            std::cmp::Ordering::Less => Err(SqlError::new(
                109,
                15,
                Ends::Batch,
                "There are more columns in the INSERT statement than values specified in the VALUES clause.",
            )),
            std::cmp::Ordering::Greater => Err(SqlError::new(
                110,
                15,
                Ends::Batch,
                "There are fewer columns in the INSERT statement than values specified in the VALUES clause.",
            )),
        };
        if let SetExpr::Values(values) = &*query.body {
            if values.rows.len() > MOST_ROWS {
                return Err(SqlError::new(
                    10738,
                    15,
                    Ends::Batch,
                    "The number of row value expressions in the INSERT statement exceeds the maximum allowed number of 1000 row values.",
                ));
            }
            let scope = Scope { id: 0, sources: Vec::new(), parent: None, keys: Vec::new() };
            let mut rows = Vec::new();
            for row in &values.rows {
                counts(row.len())?;
                let mut cells = Vec::new();
                for (expr, column) in row.iter().zip(targets) {
                    cells.push(assigned(&self.expression(expr, &scope)?, column)?);
                }
                cells.extend(version.clone());
                rows.push(format!("({})", cells.join(", ")));
            }
            return Ok(format!("VALUES {}", rows.join(", ")));
        }
        let selected = self.query(query, None, Place::Rows)?;
        if selected.columns.len() != targets.len() {
            return Err(too_few());
        }
        let cells = selected.columns.iter().zip(targets).map(|(output, column)| {
            let typed = Typed { sql: format!("r.{}", output.sql_name), ..output.typed.clone() };
            assigned(&typed, column)
        });
        let cells: Vec<String> = cells.chain(version.map(Ok)).collect::<Result<_, _>>()?;
        // The WHERE keeps SQLite from reading what follows as ON CONFLICT.
        Ok(format!("SELECT {} FROM ({}) AS r WHERE 1", cells.join(", "), selected.sql))
    }

    pub(crate) fn update(&mut self, update: &Update) -> Result<Change, SqlError> {
        let is_plain = update.from.is_none()
            && update.returning.is_none()
            && update.output.is_none()
            && update.or.is_none()
            && update.order_by.is_empty()
            && update.limit.is_none();
        if !is_plain {
            return Err(SqlError::unknown(format_args!("a part of {update}")));
        }
        let (table, scope) = self.target(&update.table)?;
        self.may("UPDATE", &table.full_name())?;
        let mut sets = Vec::new();
        for Assignment { target, value } in &update.assignments {
            let AssignmentTarget::ColumnName(name) = target else {
                return Err(SqlError::syntax(format_args!("near '{target}'")));
            };
            let name = parts(name)?.last().map(|part| part.value.clone()).unwrap_or_default();
            let column = table.column(&name).ok_or_else(|| SqlError::column(&name))?;
            writable(&table, column)?;
            let value = self.expression(value, &scope)?;
            sets.push(format!("{} = {}", quoted(&column.name), assigned(&value, column)?));
        }
        if let Some(version) = table.columns.iter().find(|column| column.sql_type.kind == Kind::RowVersion) {
            sets.push(format!("{} = tds_row_version()", quoted(&version.name)));
        }
        let filter = self.filter(update.selection.as_ref(), &scope)?;
        let sql = format!("UPDATE {} AS t0 SET {}{filter}", table.sqlite_name(), sets.join(", "));
        Ok(Change { sql, is_temporary: table.is_temporary, command: UPDATE })
    }

    pub(crate) fn delete(&mut self, delete: &Delete) -> Result<Change, SqlError> {
        let is_plain = delete.tables.is_empty()
            && delete.using.is_none()
            && delete.returning.is_none()
            && delete.output.is_none()
            && delete.order_by.is_empty()
            && delete.limit.is_none();
        let (FromTable::WithFromKeyword(tables) | FromTable::WithoutKeyword(tables)) = &delete.from;
        let (true, [table]) = (is_plain, tables.as_slice()) else {
            return Err(SqlError::unknown(format_args!("a part of {delete}")));
        };
        let (table, scope) = self.target(table)?;
        self.may("DELETE", &table.full_name())?;
        let filter = self.filter(delete.selection.as_ref(), &scope)?;
        let sql = format!("DELETE FROM {} AS t0{filter}", table.sqlite_name());
        Ok(Change { sql, is_temporary: table.is_temporary, command: DELETE })
    }

    fn filter(&mut self, selection: Option<&Expr>, scope: &Scope<'_>) -> Result<String, SqlError> {
        match selection {
            None => Ok(String::new()),
            Some(selection) => Ok(format!(" WHERE {}", self.predicate(selection, scope)?)),
        }
    }

    fn target(&mut self, table: &TableWithJoins) -> Result<(Table, Scope<'static>), SqlError> {
        let TableFactor::Table { name, alias, args: None, with_hints, .. } = &table.relation else {
            return Err(SqlError::unknown(format_args!("the target {table}")));
        };
        if !table.joins.is_empty() {
            return Err(SqlError::unknown("a change of a join"));
        }
        let hints: Vec<String> = with_hints.iter().map(|hint| hint.to_string().to_ascii_uppercase()).collect();
        if let Some(hint) = hints.iter().find(|hint| {
            !matches!(
                hint.as_str(),
                "UPDLOCK" | "HOLDLOCK" | "SERIALIZABLE" | "ROWLOCK" | "TABLOCK" | "TABLOCKX" | "XLOCK"
            )
        }) {
            return Err(SqlError::unknown(format_args!("the hint {hint}")));
        }
        let table = self.find_table(name)?;
        let source = table_source(&table, "t0");
        let source = match alias {
            Some(alias) => Source { name: alias.name.value.clone(), schema: None, ..source },
            None => source,
        };
        self.scopes += 1;
        let scope = Scope { id: self.scopes, sources: vec![source], parent: None, keys: Vec::new() };
        Ok((table, scope))
    }
}

fn writable(table: &Table, column: &Column) -> Result<(), SqlError> {
    if column.sql_type.kind == Kind::RowVersion {
        return Err(SqlError::new(273, 16, Ends::Batch, "Cannot insert an explicit value into a timestamp column."));
    }
    if column.is_identity {
        return Err(SqlError::new(
            544,
            16,
            Ends::Statement,
            format!(
                "Cannot insert explicit value for identity column in table '{}' when IDENTITY_INSERT is set to OFF.",
                table.name
            ),
        ));
    }
    Ok(())
}
