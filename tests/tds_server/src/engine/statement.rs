//! Runs the statements of a text, one after the other, and says how each went.

use std::time::Duration;

use rusqlite::Connection;
use sqlparser::ast::{ConditionalStatements, Expr, Statement, Use, WaitForType};

use super::answer::{Answer, Stop};
use super::batch::{self, Item};
use super::session::Session;
use super::transaction::{Needs, Open, Trouble};
use super::{catalog, definition, failure};
use crate::error::{Ends, SqlError};
use crate::faults::Fault;
use crate::translate::select::{Place, Selected};
use crate::translate::{Parameter, Scope, Translator, parts};
use crate::types::value::Value;
use crate::wire::token::{self, Column, Done};

const SELECT: u16 = 0xc1;

/// How a statement went: its command, and how many rows, if it counts any.
pub(crate) type Went = (u16, Option<u64>);

impl Session {
    /// Runs a text. The answer: the number of the error that ended it, or 0.
    pub(crate) fn run_text(
        &mut self,
        connection: &Connection,
        text: &str,
        parameters: &[Parameter],
        answer: &mut Answer,
    ) -> Result<i32, Stop> {
        match self.shared.faults.statement(text) {
            None => {}
            Some(Fault::Error { number, message }) => {
                let ends = if number == 1205 { Ends::Transaction } else { Ends::Batch };
                let class = if number == 1205 { 13 } else { 16 };
                let error = SqlError::new(number, class, ends, message);
                self.end_with(connection, &error, answer);
                self.fail(answer, &error);
                return Ok(number);
            }
            Some(Fault::ResetBeforeFirstRow | Fault::ResetBeforeCommit | Fault::ResetAfterCommit) => {
                return Err(Stop::Reset);
            }
            Some(Fault::ResetAfterRows(count)) => self.reset_after = Some(count),
            Some(Fault::Delay(milliseconds)) => self.pause(Duration::from_millis(milliseconds))?,
        }
        let items = match batch::statements(text) {
            Ok(items) => items,
            Err(error) => {
                self.fail(answer, &error);
                return Ok(error.number);
            }
        };
        let mut number = 0;
        for item in &items {
            match self.run_item(connection, item, parameters, answer)? {
                None => {}
                Some((failed, ends_batch)) => {
                    number = failed;
                    if ends_batch {
                        break;
                    }
                }
            }
        }
        Ok(number)
    }

    /// Runs one statement. The answer: the number of its error, and whether the batch ends with it.
    fn run_item(
        &mut self,
        connection: &Connection,
        item: &Item,
        parameters: &[Parameter],
        answer: &mut Answer,
    ) -> Result<Option<(i32, bool)>, Stop> {
        self.check_cancelled()?;
        if let Item::Statement(statement) = item
            && let Statement::If(branch) = &**statement
        {
            return self.run_branch(connection, branch, parameters, answer);
        }
        let outcome = match item {
            Item::Statement(statement) => self.run_statement(connection, statement, parameters, answer),
            Item::Bulk { table, columns } => {
                self.begin_load(connection, table, columns).map(|()| (0, None)).map_err(Trouble::from)
            }
            Item::Save(name) | Item::RollbackTo(name) => {
                Err(SqlError::unknown(format_args!("the savepoint {name}")).into())
            }
        };
        match outcome {
            Ok((command, count)) => {
                if let Some(count) = count {
                    self.last_count = count;
                }
                let count = count.filter(|_| !self.settings.hides_counts || command == SELECT);
                let status = self.in_transaction() | if count.is_some() { token::COUNT } else { 0 };
                let kind = if answer.done == Done::Batch { Done::Batch } else { Done::InProcedure };
                answer.hold_done(kind, status, command, count.unwrap_or(0));
                answer.send_if_full()?;
                Ok(None)
            }
            Err(Trouble::Stop(stop)) => Err(stop),
            Err(Trouble::Error(error)) => {
                self.last_count = 0;
                let ends_batch = self.end_with(connection, &error, answer);
                self.shared.log.push(crate::log::Event::Error {
                    connection: self.number,
                    number: error.number,
                    message: error.message.clone(),
                });
                answer.error(&error);
                if error.ends == Ends::Statement {
                    token::info(answer.tokens(), 3621, "The statement has been terminated.");
                }
                let kind = if answer.done == Done::Batch { Done::Batch } else { Done::InProcedure };
                answer.hold_done(kind, token::ERROR | self.in_transaction(), 0, 0);
                Ok(Some((error.number, ends_batch)))
            }
        }
    }

    fn run_branch(
        &mut self,
        connection: &Connection,
        branch: &sqlparser::ast::IfStatement,
        parameters: &[Parameter],
        answer: &mut Answer,
    ) -> Result<Option<(i32, bool)>, Stop> {
        let condition = branch.if_block.condition.as_ref().filter(|_| branch.elseif_blocks.is_empty());
        let decided = condition
            .ok_or_else(|| Trouble::from(SqlError::unknown("this IF")))
            .and_then(|condition| self.decide(connection, condition, parameters, answer));
        let is_true = match decided {
            Ok(is_true) => is_true,
            Err(Trouble::Stop(stop)) => return Err(stop),
            Err(Trouble::Error(error)) => {
                self.end_with(connection, &error, answer);
                self.fail(answer, &error);
                return Ok(Some((error.number, true)));
            }
        };
        let block = if is_true { Some(&branch.if_block) } else { branch.else_block.as_ref() };
        let statements = match block.map(|block| &block.conditional_statements) {
            None => return Ok(None),
            Some(ConditionalStatements::Sequence { statements }) => statements,
            Some(ConditionalStatements::BeginEnd(block)) => &block.statements,
        };
        let mut last = None;
        for statement in statements {
            let item = Item::Statement(Box::new(statement.clone()));
            last = self.run_item(connection, &item, parameters, answer)?;
            if matches!(last, Some((_, true))) {
                break;
            }
        }
        Ok(last)
    }

    fn decide(
        &mut self,
        connection: &Connection,
        condition: &Expr,
        parameters: &[Parameter],
        answer: &mut Answer,
    ) -> Result<bool, Trouble> {
        let facts = self.facts();
        let mut translator = Translator::new(connection, &facts, parameters);
        let scope = Scope { id: 0, sources: Vec::new(), parent: None, keys: Vec::new() };
        let predicate = translator.predicate(condition, &scope)?;
        let needs = if translator.reads_shared { Needs::Read } else { Needs::Nothing };
        self.prepare(connection, needs, answer)?;
        let mut query = connection.prepare(&format!("SELECT CASE WHEN {predicate} THEN 1 ELSE 0 END"))?;
        bind(&mut query, parameters)?;
        let mut rows = query.raw_query();
        let is_true = rows.next()?.is_some_and(|row| row.get::<_, i64>(0).is_ok_and(|value| value == 1));
        Ok(is_true)
    }

    fn run_statement(
        &mut self,
        connection: &Connection,
        statement: &Statement,
        parameters: &[Parameter],
        answer: &mut Answer,
    ) -> Result<Went, Trouble> {
        let facts = self.facts();
        match statement {
            Statement::Query(query) => {
                let mut translator = Translator::new(connection, &facts, parameters);
                let selected = translator.query(query, None, Place::Statement)?;
                let needs = match (translator.wants_locks, translator.reads_shared) {
                    (true, true) if self.transactions > 0 => Needs::Write,
                    (_, true) => Needs::Read,
                    (_, false) => Needs::Nothing,
                };
                self.prepare(connection, needs, answer)?;
                let count = self.rows(connection, &selected, parameters, answer)?;
                Ok((SELECT, Some(count)))
            }
            Statement::Insert(insert) => {
                let change = Translator::new(connection, &facts, parameters).insert(insert)?;
                self.change(connection, &change.sql, change.is_temporary, parameters, answer)
                    .map(|count| (change.command, Some(count)))
            }
            Statement::Update(update) => {
                let change = Translator::new(connection, &facts, parameters).update(update)?;
                self.change(connection, &change.sql, change.is_temporary, parameters, answer)
                    .map(|count| (change.command, Some(count)))
            }
            Statement::Delete(delete) => {
                let change = Translator::new(connection, &facts, parameters).delete(delete)?;
                self.change(connection, &change.sql, change.is_temporary, parameters, answer)
                    .map(|count| (change.command, Some(count)))
            }
            Statement::StartTransaction { modes, .. } if modes.is_empty() => {
                self.begin(answer);
                Ok((0xd4, None))
            }
            Statement::Commit { .. } => self.commit(connection, answer).map(|()| (0xd5, None)),
            Statement::Rollback { savepoint: None, .. } => {
                self.rollback(connection, answer)?;
                Ok((0xd2, None))
            }
            Statement::Set(set) => {
                self.set(set)?;
                Ok((0xbe, None))
            }
            Statement::WaitFor(wait) if wait.wait_type == WaitForType::Delay => {
                self.pause(delay(&wait.expr.to_string())?)?;
                Ok((0, None))
            }
            Statement::Use(Use::Object(name)) => {
                let wanted = parts(name)?.iter().map(|part| part.value.clone()).collect::<Vec<_>>().join(".");
                if !wanted.eq_ignore_ascii_case(&facts.database) {
                    let message =
                        format!("Database '{wanted}' does not exist. Make sure that the name is entered correctly.");
                    return Err(SqlError::new(911, 16, Ends::Batch, message).into());
                }
                token::environment(answer.tokens(), 1, &facts.database, &facts.database);
                Ok((0, None))
            }
            other => {
                let is_temporary = definition::names_temporary(other);
                let is_own =
                    self.prepare(connection, if is_temporary { Needs::Nothing } else { Needs::Write }, answer)?;
                let outcome = definition::define(connection, &facts, other).map_err(Trouble::from);
                self.settle(connection, is_own, outcome)
            }
        }
    }

    /// Sends the rows of a query, and counts them.
    fn rows(
        &mut self,
        connection: &Connection,
        selected: &Selected,
        parameters: &[Parameter],
        answer: &mut Answer,
    ) -> Result<u64, Trouble> {
        let database = self.shared.options.database.clone();
        let told = |error: rusqlite::Error| Trouble::from(failure::told(connection, error, &database));
        let mut query = connection.prepare(&selected.sql).map_err(told)?;
        bind(&mut query, parameters)?;
        let columns: Vec<Column> = selected
            .columns
            .iter()
            .map(|output| Column {
                name: output.name.clone(),
                sql_type: output.typed.sql_type,
                is_nullable: output.typed.is_nullable,
                is_stored: output.typed.is_stored,
                is_identity: output.typed.is_identity,
            })
            .collect();
        let forms = token::columns(answer.tokens(), &columns);
        if self.settings.tells_columns_only {
            return Ok(0);
        }
        let mut rows = query.raw_query();
        let mut values = Vec::with_capacity(columns.len());
        let mut count = 0;
        while let Some(row) = rows.next().map_err(told)? {
            self.check_cancelled()?;
            values.clear();
            for (place, column) in columns.iter().enumerate() {
                values.push(Value::load(row.get_ref(place)?, &column.sql_type)?);
            }
            if self.reset_after == Some(count) {
                answer.flush()?;
                // The client shall see the rows before it sees the end.
                std::thread::sleep(Duration::from_millis(30));
                return Err(Stop::Reset.into());
            }
            token::row(answer.tokens(), &columns, &forms, &values)?;
            count += 1;
            answer.send_if_full()?;
        }
        if self.reset_after.is_some_and(|after| after >= count) {
            answer.flush()?;
            return Err(Stop::Reset.into());
        }
        Ok(count)
    }

    fn change(
        &mut self,
        connection: &Connection,
        sql: &str,
        is_temporary: bool,
        parameters: &[Parameter],
        answer: &mut Answer,
    ) -> Result<u64, Trouble> {
        let needs = if is_temporary { Needs::Nothing } else { Needs::Write };
        let is_own = self.prepare(connection, needs, answer)?;
        let database = self.shared.options.database.clone();
        let run = || -> Result<u64, Trouble> {
            let told = |error: rusqlite::Error| Trouble::from(failure::told(connection, error, &database));
            let mut statement = connection.prepare(sql).map_err(told)?;
            bind(&mut statement, parameters)?;
            Ok(statement.raw_execute().map_err(told)? as u64)
        };
        let outcome = run();
        self.settle(connection, is_own, outcome)
    }

    /// Ends the transaction that was opened for one statement.
    pub(crate) fn settle<T>(
        &mut self,
        connection: &Connection,
        is_own: bool,
        outcome: Result<T, Trouble>,
    ) -> Result<T, Trouble> {
        if is_own {
            match &outcome {
                Ok(_) => {
                    if let Err(error) = connection.execute_batch("COMMIT") {
                        self.abandon(connection);
                        return Err(error.into());
                    }
                }
                Err(_) => {
                    let was_cancelled = self.cancelled.swap(false, std::sync::atomic::Ordering::SeqCst);
                    let _ = connection.execute_batch("ROLLBACK");
                    self.cancelled.store(was_cancelled, std::sync::atomic::Ordering::SeqCst);
                }
            }
        } else if connection.is_autocommit() && self.open != Open::Nothing {
            // SQLite itself gave the transaction up.
            self.open = Open::Nothing;
        }
        outcome
    }

    /// Drops the session's temporary tables, except those that are named.
    pub(crate) fn drop_temporary(&self, connection: &Connection, kept: &[i64]) -> Result<(), SqlError> {
        for name in temporary(connection)?.into_iter().filter(|(id, _)| !kept.contains(id)).map(|(_, name)| name) {
            let table = catalog::find(connection, &[&name], &self.shared.options.database)?;
            catalog::remove(connection, &table)?;
        }
        Ok(())
    }
}

/// The temporary tables that there are: ids and names.
pub(crate) fn temporary(connection: &Connection) -> Result<Vec<(i64, String)>, SqlError> {
    let mut query = connection.prepare_cached("SELECT object_id, name FROM temp.tds_tables")?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<Vec<_>, _>>()?)
}

fn bind(statement: &mut rusqlite::Statement<'_>, parameters: &[Parameter]) -> Result<(), rusqlite::Error> {
    // Those that come after the last one that is used are unknown to SQLite.
    for (place, parameter) in parameters.iter().enumerate().take(statement.parameter_count()) {
        statement.raw_bind_parameter(place + 1, parameter.value.clone().store())?;
    }
    Ok(())
}

/// `'00:00:10.5'`
fn delay(text: &str) -> Result<Duration, SqlError> {
    let plain = text.trim_start_matches('N').trim_matches('\'');
    let ticks = crate::types::moment::parse(plain).filter(|said| said.day.is_none()).and_then(|said| said.ticks);
    let microseconds = ticks.and_then(|ticks| u64::try_from(ticks / 10).ok());
    microseconds.map(Duration::from_micros).ok_or_else(|| {
        SqlError::new(148, 15, Ends::Batch, format!("Incorrect time syntax in time string {text} used with WAITFOR."))
    })
}
