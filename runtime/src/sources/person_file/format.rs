//! A file by what it holds, whatever it is called: a workbook, Parquet, or text with its encoding and delimiter.

use std::io::Cursor;

use wr_plan::declaration::{Encoding, FileRead};

use super::text::{Delimiter, NotText, decode, delimiter, said_by_excel};
use crate::error::RunError;
use crate::sources::errors;
use crate::sources::files::csv::Dialect;
use crate::sources::files::xlsx::{Choice, XlsxTable};
use crate::sources::files::{Table, Wanted};

/// What was found out about a file that is not in its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text { encoding: Encoding, delimiter: Option<char> },
    Workbook { sheet: String },
    Parquet,
}

/// Opens what a file holds.
pub(super) fn open(wanted: Wanted, read: &FileRead) -> Result<(Table, Kind), RunError> {
    let content = wanted.content.clone().unwrap_or_default();
    let broken = |words: &str| Err(errors::file_broken(&wanted.place, &wanted.path, words.to_owned()));
    if content.starts_with(b"PK\x03\x04") {
        // Which sheet is meant is seen by all the columns that the script names, also where fewer are read.
        let choice = read.sheet.as_deref().map_or(Choice::Fitting(&read.headings), Choice::Named);
        let table = XlsxTable::open(wanted, choice)?;
        let sheet = table.sheet().to_owned();
        return Ok((Table::Xlsx(table), Kind::Workbook { sheet }));
    }
    if content.starts_with(b"PAR1") {
        return Ok((Table::parquet(wanted)?, Kind::Parquet));
    }
    if content.starts_with(b"\xD0\xCF\x11\xE0") {
        return broken("it is a workbook of an old kind, or one with a password: save it as .xlsx, without one");
    }
    let (text, encoding) = match decode(&content, read.encoding) {
        Ok(decoded) => decoded,
        Err(NotText::Binary) => return broken("it is no text, no workbook (.xlsx) and no Parquet"),
        Err(NotText::Not(encoding)) => {
            return broken(&format!("it is not {} throughout: save it as CSV in UTF-8", encoding.name()));
        }
        Err(NotText::Unknown) => {
            return broken(
                "it is not UTF-8, and nobody can tell what else: save it as “CSV UTF-8”, or say in the script `with encoding = \"…\"`",
            );
        }
    };
    if text.trim().is_empty() {
        return broken("it is empty, without headings");
    }
    let (by_excel, text, first_line) = match said_by_excel(&text) {
        Some((sign, rest)) => (Some(sign), rest, 2),
        None => (None, &*text, 1),
    };
    let wanted_headings: Vec<&str> = read.headings.iter().map(String::as_str).collect();
    let sign = match read.delimiter.or(by_excel) {
        Some(sign) => Some(sign),
        None => match delimiter(text, &wanted_headings) {
            Delimiter::Found(sign) => Some(sign),
            Delimiter::OneColumn => None,
            Delimiter::Unclear => {
                return broken(
                    "nobody can tell what separates its fields: say it in the script, `with delimiter = \";\"`",
                );
            }
        },
    };
    // A text that is one column is cut nowhere: control signs stand in none.
    let dialect = Dialect { delimiter: sign.map_or(0x1F, |sign| sign as u8), is_of_person: true, first_line };
    let input = Cursor::new(text.as_bytes().to_vec());
    let table = Table::csv(Box::new(input), wanted, dialect)?;
    Ok((table, Kind::Text { encoding, delimiter: sign }))
}
