//! The tokens of an answer.

use super::type_info::{self, Form};
use super::value_out;
use crate::error::SqlError;
use crate::types::collation::Collation;
use crate::types::value::Value;
use crate::types::{Kind, SqlType};

pub(crate) const MORE: u16 = 0x01;
pub(crate) const ERROR: u16 = 0x02;
pub(crate) const IN_TRANSACTION: u16 = 0x04;
pub(crate) const COUNT: u16 = 0x10;
pub(crate) const ATTENTION: u16 = 0x20;

/// The token that closes a statement: of a batch, inside a procedure, of a procedure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Done {
    Batch = 0xfd,
    InProcedure = 0xff,
    Procedure = 0xfe,
}

/// One column of a result.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) sql_type: SqlType,
    pub(crate) is_nullable: bool,
    /// It is a column of a table, not an expression.
    pub(crate) is_stored: bool,
    pub(crate) is_identity: bool,
}

pub(crate) const SERVER: &str = "tds-test-server";

fn short_text(out: &mut Vec<u8>, text: &str) {
    let units: Vec<u16> = text.encode_utf16().take(255).collect();
    out.push(units.len() as u8);
    out.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
}

fn long_text(out: &mut Vec<u8>, text: &str) {
    let units: Vec<u16> = text.encode_utf16().take(4000).collect();
    out.extend((units.len() as u16).to_le_bytes());
    out.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
}

fn with_length(out: &mut Vec<u8>, token: u8, body: &[u8]) {
    out.push(token);
    out.extend((body.len() as u16).to_le_bytes());
    out.extend(body);
}

pub(crate) fn error(out: &mut Vec<u8>, error: &SqlError) {
    message(out, 0xaa, error.number, error.state, error.class, &error.message);
}

pub(crate) fn info(out: &mut Vec<u8>, number: i32, text: &str) {
    message(out, 0xab, number, 1, 0, text);
}

fn message(out: &mut Vec<u8>, token: u8, number: i32, state: u8, class: u8, text: &str) {
    let mut body = Vec::new();
    body.extend(number.to_le_bytes());
    body.extend([state, class]);
    long_text(&mut body, text);
    short_text(&mut body, SERVER);
    short_text(&mut body, "");
    body.extend(1_u32.to_le_bytes());
    with_length(out, token, &body);
}

pub(crate) fn done(out: &mut Vec<u8>, kind: Done, status: u16, command: u16, count: u64) {
    out.push(kind as u8);
    out.extend(status.to_le_bytes());
    out.extend(command.to_le_bytes());
    out.extend(count.to_le_bytes());
}

/// A change of database (1), language (2) or packet size (4), all of them texts.
pub(crate) fn environment(out: &mut Vec<u8>, kind: u8, new: &str, old: &str) {
    let mut body = vec![kind];
    short_text(&mut body, new);
    short_text(&mut body, old);
    with_length(out, 0xe3, &body);
}

pub(crate) fn environment_collation(out: &mut Vec<u8>, collation: Collation) {
    let mut body = vec![7, 5];
    body.extend(collation.wire());
    body.push(0);
    with_length(out, 0xe3, &body);
}

/// The session is as it was after the login.
pub(crate) fn environment_reset(out: &mut Vec<u8>) {
    with_length(out, 0xe3, &[18, 0, 0]);
}

pub(crate) fn transaction_begun(out: &mut Vec<u8>, descriptor: u64) {
    let mut body = vec![8, 8];
    body.extend(descriptor.to_le_bytes());
    body.push(0);
    with_length(out, 0xe3, &body);
}

/// 9 is committed, 10 is rolled back.
pub(crate) fn transaction_ended(out: &mut Vec<u8>, kind: u8, descriptor: u64) {
    let mut body = vec![kind, 0, 8];
    body.extend(descriptor.to_le_bytes());
    with_length(out, 0xe3, &body);
}

pub(crate) fn login_acknowledged(out: &mut Vec<u8>) {
    let mut body = vec![1, 0x74, 0, 0, 4];
    short_text(&mut body, "TDS test server");
    body.extend([16, 0, 0x10, 0]);
    with_length(out, 0xad, &body);
}

pub(crate) fn features_acknowledged(out: &mut Vec<u8>, has_utf8: bool) {
    out.push(0xae);
    if has_utf8 {
        out.push(0x0a);
        out.extend(1_u32.to_le_bytes());
        out.push(1);
    }
    out.push(0xff);
}

pub(crate) fn return_status(out: &mut Vec<u8>, status: i32) {
    out.push(0x79);
    out.extend(status.to_le_bytes());
}

/// The value of an output parameter of type `int`.
pub(crate) fn return_integer(out: &mut Vec<u8>, ordinal: u16, name: &str, value: i32) {
    out.push(0xac);
    out.extend(ordinal.to_le_bytes());
    short_text(out, name);
    out.push(1);
    out.extend(0_u32.to_le_bytes());
    out.extend(0_u16.to_le_bytes());
    out.extend([0x26, 4, 4]);
    out.extend(value.to_le_bytes());
}

/// Writes the description of the columns; the forms are needed for the rows.
pub(crate) fn columns(out: &mut Vec<u8>, columns: &[Column]) -> Vec<Form> {
    out.push(0x81);
    out.extend((columns.len() as u16).to_le_bytes());
    let mut forms = Vec::new();
    for column in columns {
        let user_type: u32 = if column.sql_type.kind == Kind::RowVersion { 80 } else { 0 };
        out.extend(user_type.to_le_bytes());
        let mut flags = u16::from(column.is_nullable);
        flags |= if column.is_identity {
            0x10
        } else if !column.is_stored {
            0x20
        } else if column.sql_type.kind == Kind::RowVersion {
            0
        } else {
            0x08
        };
        out.extend(flags.to_le_bytes());
        forms.push(type_info::write(out, &column.sql_type, column.is_nullable));
        short_text(out, &column.name);
    }
    forms
}

/// A row; with nulls in it in the form that has a bit for each column.
pub(crate) fn row(out: &mut Vec<u8>, columns: &[Column], forms: &[Form], values: &[Value]) -> Result<(), SqlError> {
    let has_nulls = values.contains(&Value::Null);
    if has_nulls {
        out.push(0xd2);
        for eight in values.chunks(8) {
            let bits = eight
                .iter()
                .enumerate()
                .fold(0, |bits, (place, value)| bits | u8::from(*value == Value::Null) << place);
            out.push(bits);
        }
    } else {
        out.push(0xd1);
    }
    for ((column, form), value) in columns.iter().zip(forms).zip(values) {
        if has_nulls && *value == Value::Null {
            continue;
        }
        value_out::write(out, value, &column.sql_type, *form)?;
    }
    Ok(())
}
