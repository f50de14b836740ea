//! Calls of procedures: `sp_executesql` and those that prepare a statement and run it later.

use rusqlite::Connection;

use super::answer::{Answer, Stop};
use super::batch;
use super::session::{Session, skip_headers};
use super::statement::temporary;
use crate::error::{Ends, SqlError};
use crate::log::Event;
use crate::translate::Parameter;
use crate::types::convert::{CAST, convert};
use crate::types::text::text_of;
use crate::types::value::Value;
use crate::types::{Kind, MAX, SqlType};
use crate::wire::reader::{Malformed, Reader};
use crate::wire::token::{self, Done};
use crate::wire::{type_info, value_in};

/// What a client hands over with a call.
struct Given {
    name: String,
    sql_type: SqlType,
    value: Value,
}

struct Call {
    procedure: String,
    given: Vec<Given>,
}

const MOST_PARAMETERS: usize = 2100;

fn read(bytes: &[u8]) -> Result<Vec<Call>, Malformed> {
    let mut reader = Reader::new(bytes);
    skip_headers(&mut reader)?;
    let mut calls = Vec::new();
    while !reader.is_empty() {
        let length = reader.u16()?;
        let procedure = if length == 0xffff {
            match reader.u16()? {
                10 => "sp_executesql".to_owned(),
                11 => "sp_prepare".to_owned(),
                12 => "sp_execute".to_owned(),
                13 => "sp_prepexec".to_owned(),
                15 => "sp_unprepare".to_owned(),
                other => format!("the procedure number {other}"),
            }
        } else {
            reader.utf16(usize::from(length))?
        };
        reader.u16()?;
        let mut given = Vec::new();
        // 0xff and 0x80 part one call from the next.
        while !reader.is_empty() && !matches!(reader.peek(), Some(0xff | 0x80)) {
            let name = reader.short_text()?;
            reader.byte()?;
            let (sql_type, value) = match type_info::read(&mut reader)? {
                None => (SqlType::plain(Kind::Int), Value::Null),
                Some((sql_type, form)) => (sql_type, value_in::read(&mut reader, &sql_type, form)?),
            };
            given.push(Given { name, sql_type, value });
        }
        if !reader.is_empty() {
            reader.byte()?;
        }
        calls.push(Call { procedure, given });
    }
    Ok(calls)
}

fn text(given: Option<&Given>) -> Option<String> {
    match &given?.value {
        Value::Text(text) => Some(text.clone()),
        _ => None,
    }
}

fn handle(given: Option<&Given>) -> Option<i32> {
    match &given?.value {
        Value::Integer(value) => i32::try_from(*value).ok(),
        _ => None,
    }
}

/// The values in the types that were declared for them.
fn bound(
    declarations: &str,
    given: &[Given],
    default: crate::types::collation::Collation,
) -> Result<Vec<Parameter>, SqlError> {
    let declared = batch::declarations(declarations)?;
    if given.len() > declared.len() {
        return Err(SqlError::new(8144, 16, Ends::Batch, "Procedure or function has too many arguments specified."));
    }
    let mut parameters = Vec::new();
    for (place, (name, sql_type)) in declared.into_iter().enumerate() {
        let by_name = given.iter().find(|given| given.name.eq_ignore_ascii_case(&name));
        let value = by_name.or_else(|| given.get(place).filter(|given| given.name.is_empty()));
        let value = value.ok_or_else(|| {
            SqlError::new(
                8178,
                16,
                Ends::Batch,
                format!("The parameterized query expects the parameter '{name}', which was not supplied."),
            )
        })?;
        let sql_type = if sql_type.is_text() { sql_type.collated(default) } else { sql_type };
        let value = convert(value.value.clone(), &value.sql_type, &sql_type, CAST)?;
        parameters.push(Parameter { name, sql_type, value });
    }
    Ok(parameters)
}

impl Session {
    pub(crate) fn call(&mut self, connection: &Connection, bytes: &[u8], answer: &mut Answer) -> Result<(), Stop> {
        answer.done = Done::Procedure;
        let calls = match read(bytes) {
            Ok(calls) => calls,
            Err(malformed) => {
                self.refuse(answer, &malformed);
                return Ok(());
            }
        };
        for call in calls {
            if call.given.len() > MOST_PARAMETERS {
                let message = "The incoming request has too many parameters. The server supports a maximum of 2100 parameters. Reduce the number of parameters and resend the request.";
                self.fail(answer, &SqlError::new(8003, 16, Ends::Batch, message));
                return Ok(());
            }
            let before = temporary(connection).unwrap_or_default();
            let settings = self.settings.clone();
            let (began, implicit) = (self.transactions, self.implicit_begins);
            let outcome = self.procedure(connection, &call, answer)?;
            // Since a procedure must leave as many transactions as it found, BEGIN TRANSACTION is for plain batches.
            let expected = began + (self.implicit_begins - implicit);
            if matches!(outcome, Ok((0, _))) && self.transactions != expected {
                let message = format!(
                    "Transaction count after EXECUTE indicates a mismatching number of BEGIN and COMMIT statements. Previous count = {expected}, current count = {}.",
                    self.transactions
                );
                self.fail(answer, &SqlError::new(266, 16, Ends::Statement, message).with_state(2));
            }
            // What a procedure sets and makes for itself goes with it.
            self.settings = settings;
            let kept: Vec<i64> = before.iter().map(|(id, _)| *id).collect();
            let outcome = outcome.and_then(|status| self.drop_temporary(connection, &kept).map(|()| status));
            match outcome {
                Err(error) => self.fail(answer, &error),
                Ok((status, returned)) => {
                    token::return_status(answer.tokens(), status);
                    if let Some(handle) = returned {
                        let name = call.given.first().map_or("", |given| given.name.as_str());
                        token::return_integer(answer.tokens(), 0, name, handle);
                    }
                    let failed = if status == 0 { 0 } else { token::ERROR };
                    answer.hold_done(Done::Procedure, failed | self.in_transaction(), 0xe0, 0);
                }
            }
        }
        Ok(())
    }

    /// Runs one procedure. The answer: its status, and the handle that it returns.
    fn procedure(
        &mut self,
        connection: &Connection,
        call: &Call,
        answer: &mut Answer,
    ) -> Result<Result<(i32, Option<i32>), SqlError>, Stop> {
        let name = call.procedure.to_lowercase().replace(['[', ']'], "");
        let wrong = || SqlError::unknown(format_args!("these arguments of {name}"));
        match name.trim_start_matches("sys.") {
            "sp_executesql" => {
                let Some(statement) = text(call.given.first()) else { return Ok(Err(wrong())) };
                let declarations = text(call.given.get(1)).unwrap_or_default();
                let values = call.given.get(2..).unwrap_or_default();
                self.execute(connection, &statement, &declarations, values, None, answer)
            }
            "sp_prepare" | "sp_prepexec" => {
                let Some(statement) = text(call.given.get(2)) else { return Ok(Err(wrong())) };
                let declarations = text(call.given.get(1)).unwrap_or_default();
                let handle = self.next_handle;
                self.next_handle += 1;
                self.prepared.insert(handle, (statement.clone(), declarations.clone()));
                if name.ends_with("sp_prepare") {
                    return Ok(Ok((0, Some(handle))));
                }
                let values = call.given.get(3..).unwrap_or_default();
                self.execute(connection, &statement, &declarations, values, Some(handle), answer)
            }
            "sp_execute" => {
                let prepared = handle(call.given.first()).and_then(|handle| self.prepared.get(&handle)).cloned();
                let Some((statement, declarations)) = prepared else {
                    return Ok(Err(SqlError::new(
                        8179,
                        16,
                        Ends::Batch,
                        "Could not find prepared statement with this handle.",
                    )));
                };
                let values = call.given.get(1..).unwrap_or_default();
                self.execute(connection, &statement, &declarations, values, None, answer)
            }
            "sp_unprepare" => {
                let removed = handle(call.given.first()).and_then(|handle| self.prepared.remove(&handle));
                Ok(if removed.is_some() { Ok((0, None)) } else { Err(wrong()) })
            }
            _ => Ok(Err(SqlError::new(
                2812,
                16,
                Ends::Batch,
                format!("Could not find stored procedure '{}'.", call.procedure),
            ))),
        }
    }

    fn execute(
        &mut self,
        connection: &Connection,
        statement: &str,
        declarations: &str,
        values: &[Given],
        returned: Option<i32>,
        answer: &mut Answer,
    ) -> Result<Result<(i32, Option<i32>), SqlError>, Stop> {
        let parameters = match bound(declarations, values, self.shared.collation) {
            Ok(parameters) => parameters,
            Err(error) => return Ok(Err(error)),
        };
        let shown = |parameter: &Parameter| {
            let long = SqlType::sized(Kind::NVarChar, MAX);
            let style = if parameter.sql_type.is_approximate() { 3 } else { 0 };
            let text = match &parameter.value {
                Value::Null => None,
                value => text_of(value, &parameter.sql_type, style).or_else(|_| text_of(value, &long, 0)).ok(),
            };
            (parameter.name.clone(), parameter.sql_type.to_string(), text)
        };
        self.shared.log.push(Event::Statement {
            connection: self.number,
            text: statement.to_owned(),
            parameters: parameters.iter().map(shown).collect(),
        });
        let status = self.run_text(connection, statement, &parameters, answer)?;
        Ok(Ok((status, returned)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{login, prelogin};

    /// A client may send anything: what is not TDS is an error, and never a panic.
    #[test]
    fn any_bytes_are_an_error_or_a_request() {
        let mut call =
            vec![22, 0, 0, 0, 18, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 0];
        call.extend([0, 0, 0xe7, 0x40, 0x1f, 9, 4, 0xd0, 0, 52, 2, 0, b'a', 0]);
        call.extend([0, 0, 0x6a, 17, 38, 10, 5, 1, 1, 0, 0, 0, 0, 0, 0x6f, 8, 8, 1, 2, 3, 4, 5, 6, 7, 8]);
        call.extend([0, 0, 0x2b, 7, 10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 0, 0xa5, 0xff, 0xff, 2, 0, 0, 0, 0, 0, 0, 0]);
        let mut state = 1_u64;
        let mut random = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize
        };
        for _ in 0..20_000 {
            let mut bytes = call.clone();
            for _ in 0..random() % 6 {
                let place = random() % bytes.len();
                bytes[place] = random() as u8;
            }
            bytes.truncate(random() % (bytes.len() + 1));
            let _ = read(&bytes);
            let _ = login::read(&bytes);
            let _ = prelogin::read(&bytes);
        }
    }
}
