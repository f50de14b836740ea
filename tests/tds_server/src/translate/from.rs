//! What a query reads: tables, derived tables, lists of rows, and joins of them.

use sqlparser::ast::{
    Expr, Join, JoinConstraint, JoinOperator, ObjectName, SetExpr, TableAlias, TableFactor, TableWithJoins, Values,
};

use super::select::{Output, Place, Selected, source_of};
use super::system;
use super::{Coercion, Scope, Source, SourceColumn, Translator, Typed, common_type, converted, folded, parts, quoted};
use crate::engine::catalog::{self, Table};
use crate::error::{Ends, SqlError};

impl Translator<'_> {
    pub(crate) fn from(&mut self, tables: &[TableWithJoins], scope: &mut Scope<'_>) -> Result<String, SqlError> {
        let mut all = Vec::new();
        for table in tables {
            let mut sql = self.factor(&table.relation, scope)?;
            for join in &table.joins {
                sql.push_str(&self.join(join, scope)?);
            }
            all.push(sql);
        }
        Ok(all.join(" CROSS JOIN "))
    }

    fn join(&mut self, join: &Join, scope: &mut Scope<'_>) -> Result<String, SqlError> {
        let (words, constraint, left_is_optional, right_is_optional) = match &join.join_operator {
            JoinOperator::Join(on) | JoinOperator::Inner(on) => ("JOIN", Some(on), false, false),
            JoinOperator::Left(on) | JoinOperator::LeftOuter(on) => ("LEFT JOIN", Some(on), false, true),
            JoinOperator::Right(on) | JoinOperator::RightOuter(on) => ("RIGHT JOIN", Some(on), true, false),
            JoinOperator::FullOuter(on) => ("FULL JOIN", Some(on), true, true),
            JoinOperator::CrossJoin(JoinConstraint::None) => ("CROSS JOIN", None, false, false),
            other => return Err(SqlError::unknown(format_args!("the join {other:?}"))),
        };
        let before = scope.sources.len();
        let relation = self.factor(&join.relation, scope)?;
        for (place, source) in scope.sources.iter_mut().enumerate() {
            let is_optional = if place < before { left_is_optional } else { right_is_optional };
            if is_optional {
                for column in &mut source.columns {
                    column.typed.is_nullable = true;
                }
            }
        }
        match constraint {
            None => Ok(format!(" {words} {relation}")),
            Some(JoinConstraint::On(condition)) => {
                let condition = self.predicate(condition, scope)?;
                Ok(format!(" {words} {relation} ON {condition}"))
            }
            Some(_) => Err(SqlError::syntax("a join needs ON")),
        }
    }

    fn factor(&mut self, factor: &TableFactor, scope: &mut Scope<'_>) -> Result<String, SqlError> {
        match factor {
            TableFactor::Table {
                name, alias, args: None, with_hints, version: None, partitions, sample: None, ..
            } if partitions.is_empty() => {
                self.hints(with_hints)?;
                self.table(name, alias.as_ref(), scope)
            }
            TableFactor::Derived { lateral: false, subquery, alias: Some(alias), sample: None } => {
                let selected = match &*subquery.body {
                    SetExpr::Values(values) => self.rows(values, alias, scope)?,
                    _ if alias.columns.is_empty() => {
                        // A derived table does not see the tables beside it, but those around the query.
                        self.query(subquery, scope.parent, Place::Derived)?
                    }
                    _ => return Err(SqlError::unknown("names of columns after a derived table")),
                };
                let short = self.fresh_alias("t");
                scope.sources.push(self.unique(source_of(&alias.name.value, &short, &selected), scope)?);
                Ok(format!("({}) AS {short}", selected.sql))
            }
            TableFactor::Derived { alias: None, .. } => Err(SqlError::syntax("a derived table needs a name")),
            TableFactor::NestedJoin { table_with_joins, alias: None } => {
                let mut sql = self.factor(&table_with_joins.relation, scope)?;
                for join in &table_with_joins.joins {
                    sql.push_str(&self.join(join, scope)?);
                }
                Ok(format!("({sql})"))
            }
            other => Err(SqlError::unknown(format_args!("{other} after FROM"))),
        }
    }

    fn unique(&self, source: Source, scope: &Scope<'_>) -> Result<Source, SqlError> {
        let is_double = scope.sources.iter().any(|other| {
            folded(&other.name) == folded(&source.name) && (other.schema == source.schema || source.schema.is_none())
        });
        if is_double {
            return Err(SqlError::new(
                1011,
                16,
                Ends::Batch,
                format!("The correlation name '{}' is specified multiple times in a FROM clause.", source.name),
            ));
        }
        Ok(source)
    }

    fn hints(&mut self, hints: &[Expr]) -> Result<(), SqlError> {
        for hint in hints {
            match hint.to_string().to_ascii_uppercase().as_str() {
                "UPDLOCK" | "HOLDLOCK" | "SERIALIZABLE" | "XLOCK" | "TABLOCKX" => self.wants_locks = true,
                "ROWLOCK" | "PAGLOCK" | "TABLOCK" | "READCOMMITTED" | "READCOMMITTEDLOCK" | "NOLOCK"
                | "READUNCOMMITTED" => {}
                other => return Err(SqlError::unknown(format_args!("the hint {other}"))),
            }
        }
        Ok(())
    }

    pub(crate) fn find_table(&self, name: &ObjectName) -> Result<Table, SqlError> {
        let parts = parts(name)?;
        let names: Vec<&str> = parts.iter().map(|part| part.value.as_str()).collect();
        catalog::find(self.connection, &names, &self.facts.database)
    }

    fn table(
        &mut self,
        name: &ObjectName,
        alias: Option<&TableAlias>,
        scope: &mut Scope<'_>,
    ) -> Result<String, SqlError> {
        if alias.is_some_and(|alias| !alias.columns.is_empty()) {
            return Err(SqlError::unknown("names of columns after a table"));
        }
        let short = self.fresh_alias("t");
        if let Some(view) = system::view(self.connection, &parts(name)?, &self.facts.database, self.facts.collation)? {
            self.reads_shared = true;
            let own = parts(name)?.last().map(|part| part.value.clone()).unwrap_or_default();
            let name = alias.map_or(own, |alias| alias.name.value.clone());
            scope.sources.push(self.unique(source_of(&name, &short, &view), scope)?);
            return Ok(format!("({}) AS {short}", view.sql));
        }
        let table = self.find_table(name)?;
        self.may("SELECT", &table.full_name())?;
        self.reads_shared |= !table.is_temporary;
        let source = table_source(&table, &short);
        let source = match alias {
            Some(alias) => Source { name: alias.name.value.clone(), schema: None, ..source },
            None => source,
        };
        let sql = format!("{} AS {short}", table.sqlite_name());
        scope.sources.push(self.unique(source, scope)?);
        Ok(sql)
    }

    /// `(VALUES (…), (…)) AS [v] ([a], [b])`
    fn rows(&mut self, values: &Values, alias: &TableAlias, scope: &Scope<'_>) -> Result<Selected, SqlError> {
        let names: Vec<String> = alias.columns.iter().map(|column| column.name.value.clone()).collect();
        let outer = Scope { id: 0, sources: Vec::new(), parent: scope.parent, keys: Vec::new() };
        let mut rows = Vec::new();
        for row in &values.rows {
            let mut typed = Vec::new();
            for expr in row.iter() {
                typed.push(self.expression(expr, &outer)?);
            }
            if typed.len() != names.len() {
                return Err(SqlError::new(
                    8158,
                    16,
                    Ends::Batch,
                    "A list of rows has more or fewer columns than were specified in the column list.",
                ));
            }
            rows.push(typed);
        }
        let mut columns = Vec::new();
        for (place, name) in names.iter().enumerate() {
            let cells: Vec<&Typed> = rows.iter().filter_map(|row: &Vec<Typed>| row.get(place)).collect();
            let (sql_type, coercion) = common_type(&cells, "VALUES")?;
            columns.push(Output {
                name: name.clone(),
                sql_name: format!("column{}", place + 1),
                typed: Typed::computed(String::new(), sql_type).coerced(coercion),
            });
        }
        let rows: Vec<String> = rows
            .iter()
            .map(|row| {
                let cells: Vec<String> = row
                    .iter()
                    .zip(&columns)
                    .map(|(cell, column)| converted(cell, &column.typed.sql_type).sql)
                    .collect();
                format!("({})", cells.join(", "))
            })
            .collect();
        Ok(Selected { sql: format!("VALUES {}", rows.join(", ")), columns })
    }
}

pub(crate) fn table_source(table: &Table, alias: &str) -> Source {
    let columns = table
        .columns
        .iter()
        .map(|column| SourceColumn {
            name: column.name.clone(),
            typed: Typed {
                sql: format!("{alias}.{}", quoted(&column.name)),
                sql_type: column.sql_type,
                is_nullable: column.is_nullable,
                coercion: Coercion::Implicit,
                is_null: false,
                is_stored: true,
                is_identity: column.is_identity,
            },
        })
        .collect();
    Source { name: table.name.clone(), schema: Some(table.schema.clone()), columns }
}
