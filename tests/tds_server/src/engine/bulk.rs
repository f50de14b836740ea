//! Bulk load: `INSERT BULK` names the table and the columns, then the rows come in a message of their own.
//!
//! As on SQL Server nothing is converted on the way: the types in the message must be those that the statement declared.

use rusqlite::Connection;
use sqlparser::ast::ObjectName;

use super::answer::{Answer, Stop};
use super::catalog::{self, Column, Table};
use super::failure;
use super::session::Session;
use super::transaction::{Needs, Trouble};
use crate::error::{Ends, SqlError};
use crate::log::Event;
use crate::translate::{parts, quoted};
use crate::types::convert::{ASSIGN, convert};
use crate::types::value::Value;
use crate::types::{Kind, SqlType};
use crate::wire::reader::{Malformed, Reader};
use crate::wire::token::{self, Done};
use crate::wire::type_info::{self, Form};
use crate::wire::value_in;

pub(crate) struct Target {
    table: Table,
    columns: Vec<(Column, SqlType)>,
}

impl Session {
    pub(crate) fn begin_load(
        &mut self,
        connection: &Connection,
        name: &ObjectName,
        columns: &[(String, SqlType)],
    ) -> Result<(), SqlError> {
        let names = parts(name)?;
        let names: Vec<&str> = names.iter().map(|part| part.value.as_str()).collect();
        let table = catalog::find(connection, &names, &self.shared.options.database)?;
        if !self.user.may("INSERT", &table.full_name()) {
            return Err(SqlError::new(
                229,
                14,
                Ends::Batch,
                format!("The INSERT permission was denied on the object '{}'.", table.name),
            ));
        }
        let mut targets = Vec::new();
        for (name, declared) in columns {
            let column = table.column(name).ok_or_else(|| SqlError::column(name))?;
            targets.push((column.clone(), *declared));
        }
        self.bulk = Some(Target { table, columns: targets });
        Ok(())
    }

    pub(crate) fn load(&mut self, connection: &Connection, bytes: &[u8], answer: &mut Answer) -> Result<(), Stop> {
        answer.done = Done::Batch;
        let Some(target) = self.bulk.take() else {
            self.refuse(answer, &Malformed("rows without INSERT BULK".to_owned()));
            return Ok(());
        };
        match self.load_into(connection, &target, bytes, answer) {
            Ok(count) => {
                let table = target.table.full_name();
                self.shared.log.push(Event::Bulk { connection: self.number, table, rows: count });
                self.last_count = count;
                answer.hold_done(Done::Batch, token::COUNT | self.in_transaction(), 0xf0, count);
                Ok(())
            }
            Err(Trouble::Stop(stop)) => Err(stop),
            Err(Trouble::Error(error)) => {
                self.end_with(connection, &error, answer);
                self.fail(answer, &error);
                Ok(())
            }
        }
    }

    fn load_into(
        &mut self,
        connection: &Connection,
        target: &Target,
        bytes: &[u8],
        answer: &mut Answer,
    ) -> Result<u64, Trouble> {
        let needs = if target.table.is_temporary { Needs::Nothing } else { Needs::Write };
        let is_own = self.prepare(connection, needs, answer)?;
        let inner = if is_own || self.transactions > 0 { None } else { Some("SAVEPOINT load") };
        if let Some(savepoint) = inner {
            connection.execute_batch(savepoint)?;
        }
        let outcome = self.insert_all(connection, target, bytes);
        if inner.is_some() {
            connection.execute_batch(if outcome.is_ok() {
                "RELEASE load"
            } else {
                "ROLLBACK TO load; RELEASE load"
            })?;
        }
        self.settle(connection, is_own, outcome)
    }

    fn insert_all(&self, connection: &Connection, target: &Target, bytes: &[u8]) -> Result<u64, Trouble> {
        let database = self.shared.options.database.clone();
        let told = |error: rusqlite::Error| Trouble::from(failure::told(connection, error, &database));
        let malformed = |malformed: Malformed| {
            Trouble::from(SqlError::new(
                4804,
                16,
                Ends::Batch,
                format!(
                    "While reading current row from host, a premature end-of-message was encountered or the message is wrong: {malformed}"
                ),
            ))
        };
        let mut reader = Reader::new(bytes);
        let sent = described(&mut reader).map_err(malformed)?;
        let mut columns = Vec::new();
        for (place, (name, sql_type, form)) in sent.iter().enumerate() {
            let known = target.columns.iter().find(|(column, _)| column.name.eq_ignore_ascii_case(name));
            let known = known.or_else(|| target.columns.get(place).filter(|_| name.is_empty()));
            let (column, declared) = known.ok_or_else(|| SqlError::column(name))?;
            if !is_same(declared.kind, sql_type.kind) {
                return Err(SqlError::new(
                    4816,
                    16,
                    Ends::Batch,
                    format!(
                        "Invalid column type from bcp client for colid {}: {declared} was declared, {sql_type} came.",
                        place + 1
                    ),
                )
                .into());
            }
            columns.push((column, *sql_type, *form));
        }
        let mut names: Vec<String> = columns.iter().map(|(column, ..)| quoted(&column.name)).collect();
        let mut places: Vec<String> = (1..=names.len()).map(|place| format!("?{place}")).collect();
        for column in target.table.columns.iter().filter(|column| column.sql_type.kind == Kind::RowVersion) {
            names.push(quoted(&column.name));
            places.push("tds_row_version()".to_owned());
        }
        let sql =
            format!("INSERT INTO {} ({}) VALUES ({})", target.table.sqlite_name(), names.join(", "), places.join(", "));
        let mut insert = connection.prepare(&sql).map_err(told)?;
        let mut count = 0;
        loop {
            self.check_cancelled()?;
            // FreeTDS sends no DONE after its last row.
            if reader.is_empty() {
                return Ok(count);
            }
            let nulls = match reader.byte().map_err(malformed)? {
                0xd1 => Vec::new(),
                0xd2 => reader.take(columns.len().div_ceil(8)).map_err(malformed)?.to_vec(),
                0xfd => return Ok(count),
                other => return Err(malformed(Malformed(format!("the token {other:#x} among rows")))),
            };
            for (place, (column, sql_type, form)) in columns.iter().enumerate() {
                let is_null = nulls.get(place / 8).is_some_and(|bits| bits >> (place % 8) & 1 == 1);
                let value =
                    if is_null { Value::Null } else { field(&mut reader, sql_type, *form).map_err(malformed)? };
                let value = convert(value, sql_type, &column.sql_type, ASSIGN)?;
                insert.raw_bind_parameter(place + 1, value.store())?;
            }
            insert.raw_execute().map_err(told)?;
            count += 1;
        }
    }
}

/// A field of a row. Old types have a text pointer before their length.
fn field(reader: &mut Reader<'_>, sql_type: &SqlType, form: Form) -> Result<Value, Malformed> {
    if form == Form::Pointer {
        match reader.byte()? {
            0 => return Ok(Value::Null),
            length => reader.take(usize::from(length) + 8)?,
        };
    }
    value_in::read(reader, sql_type, form)
}

fn is_same(declared: Kind, sent: Kind) -> bool {
    let family = |kind: Kind| match kind {
        Kind::Money | Kind::SmallMoney => Kind::Money,
        Kind::DateTime | Kind::SmallDateTime => Kind::DateTime,
        Kind::Char | Kind::VarChar => Kind::VarChar,
        Kind::NChar | Kind::NVarChar | Kind::Xml => Kind::NVarChar,
        Kind::Binary | Kind::VarBinary | Kind::RowVersion => Kind::VarBinary,
        other => other,
    };
    family(declared) == family(sent)
}

type Sent = Vec<(String, SqlType, Form)>;

fn described(reader: &mut Reader<'_>) -> Result<Sent, Malformed> {
    if reader.byte()? != 0x81 {
        return Err(Malformed("rows without a description of their columns".to_owned()));
    }
    let count = reader.u16()?;
    let mut sent = Vec::new();
    for _ in 0..count {
        reader.take(6)?;
        let Some((sql_type, form)) = type_info::read(reader)? else {
            return Err(Malformed("a column without a type".to_owned()));
        };
        if form == Form::Pointer {
            let units = usize::from(reader.u16()?);
            reader.take(units * 2)?;
        }
        sent.push((reader.short_text()?, sql_type, form));
    }
    Ok(sent)
}
