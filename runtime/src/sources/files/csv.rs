//! CSV by RFC 4180 in UTF-8: bytes to records to columns.
//!
//! An unquoted empty field is null, a quoted one (`""`) is an empty text: readers that do not tell them apart lose blanks
//! or invent them, and a blank id in a cohort is exactly what a report must see. That is why this reader is our own.

use std::io::BufRead;

use polars::prelude::DataFrame;
use wr_base::value::Value;

use super::cell::{self, CellFault};
use super::{Wanted, WantedColumn};
use crate::cells::column_from_values;
use crate::error::RunError;
use crate::sources::Warning;
use crate::sources::errors;

/// One line of the table: fields one behind the other, and where each ends.
#[derive(Debug, Default)]
pub struct Record {
    text: Vec<u8>,
    fields: Vec<FieldEnd>,
    /// The line on which it begins, from 1.
    pub line: u64,
}

#[derive(Clone, Copy, Debug)]
struct FieldEnd {
    end: usize,
    is_quoted: bool,
}

impl Record {
    /// The bytes of a field, and whether it stood in quotes.
    fn field(&self, at: usize) -> Option<(&[u8], bool)> {
        let field = self.fields.get(at)?;
        let start = if at == 0 { 0 } else { self.fields.get(at - 1)?.end };
        Some((self.text.get(start..field.end)?, field.is_quoted))
    }

    fn len(&self) -> usize {
        self.fields.len()
    }

    /// The fields as texts, without the blanks around them.
    pub fn texts(&self) -> Vec<String> {
        let fields = (0..self.len()).filter_map(|at| self.field(at));
        fields.map(|(bytes, _)| String::from_utf8_lossy(bytes).trim().to_owned()).collect()
    }

    /// Whether nobody would say that there is something in it.
    pub fn is_blank(&self) -> bool {
        self.text.iter().all(u8::is_ascii_whitespace) && self.fields.iter().all(|field| !field.is_quoted)
    }
}

/// What is no CSV, and on which line.
#[derive(Debug)]
pub enum CsvFault {
    Io(std::io::Error),
    Shape { line: u64, words: &'static str },
}

/// Reads records one after another.
pub struct Records<R> {
    input: R,
    delimiter: u8,
    line: u64,
    bytes: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    FieldStart,
    Plain,
    Quoted,
    /// Behind a quote within quotes: the field's end, or half of a doubled quote.
    QuoteInQuotes,
    /// Behind a carriage return that must be followed by a line feed.
    CarriageReturn,
}

impl<R: BufRead> Records<R> {
    pub const fn new(input: R, delimiter: u8, line: u64) -> Self {
        Self { input, delimiter, line, bytes: 0 }
    }

    /// Bytes read so far.
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Reads the next record; `false` at the end.
    ///
    /// # Errors
    /// The file cannot be read, or is no CSV.
    pub fn read(&mut self, record: &mut Record) -> Result<bool, CsvFault> {
        record.text.clear();
        record.fields.clear();
        record.line = self.line;
        let mut state = State::FieldStart;
        let mut is_quoted = false;
        let mut is_begun = false;
        let delimiter = self.delimiter;
        loop {
            let buffer = self.input.fill_buf().map_err(CsvFault::Io)?;
            if buffer.is_empty() {
                return match state {
                    State::Quoted => Err(CsvFault::Shape { line: record.line, words: "a quote is never closed" }),
                    State::CarriageReturn => {
                        Err(CsvFault::Shape { line: self.line, words: "a carriage return without a line feed" })
                    }
                    State::FieldStart | State::Plain | State::QuoteInQuotes if is_begun => {
                        record.fields.push(FieldEnd { end: record.text.len(), is_quoted });
                        Ok(true)
                    }
                    State::FieldStart | State::Plain | State::QuoteInQuotes => Ok(false),
                };
            }
            let mut used = 0;
            let mut is_done = false;
            for byte in buffer {
                used += 1;
                is_begun = true;
                state = match (state, *byte) {
                    (State::FieldStart, b'"') => {
                        is_quoted = true;
                        State::Quoted
                    }
                    (State::FieldStart | State::Plain | State::QuoteInQuotes, sign) if sign == delimiter => {
                        record.fields.push(FieldEnd { end: record.text.len(), is_quoted });
                        is_quoted = false;
                        State::FieldStart
                    }
                    (State::FieldStart | State::Plain | State::QuoteInQuotes, b'\r') => State::CarriageReturn,
                    (State::FieldStart | State::Plain | State::QuoteInQuotes | State::CarriageReturn, b'\n') => {
                        record.fields.push(FieldEnd { end: record.text.len(), is_quoted });
                        self.line += 1;
                        is_done = true;
                        break;
                    }
                    (State::CarriageReturn, _) => {
                        return Err(CsvFault::Shape {
                            line: self.line,
                            words: "a carriage return without a line feed",
                        });
                    }
                    (State::Plain, b'"') => {
                        return Err(CsvFault::Shape {
                            line: self.line,
                            words: "a quote inside of a field that does not stand in quotes",
                        });
                    }
                    (State::FieldStart | State::Plain, other) => {
                        record.text.push(other);
                        State::Plain
                    }
                    (State::Quoted, b'"') => State::QuoteInQuotes,
                    (State::Quoted, other) => {
                        if other == b'\n' {
                            self.line += 1;
                        }
                        record.text.push(other);
                        State::Quoted
                    }
                    (State::QuoteInQuotes, b'"') => {
                        record.text.push(b'"');
                        State::Quoted
                    }
                    (State::QuoteInQuotes, _) => {
                        return Err(CsvFault::Shape { line: self.line, words: "something behind a closing quote" });
                    }
                };
            }
            self.input.consume(used);
            self.bytes += used as u64;
            if is_done {
                return Ok(true);
            }
        }
    }
}

/// How a file of values is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    pub delimiter: u8,
    /// From a person's hands: rows without anything in them are none, and blanks around headings mean nothing.
    pub is_of_person: bool,
    /// The number of the line with the headings, for messages.
    pub first_line: u64,
}

impl Dialect {
    pub const STANDARD: Self = Self { delimiter: b',', is_of_person: false, first_line: 1 };
}

/// A CSV file being read: the wanted columns, batch by batch.
pub struct CsvTable<R> {
    records: Records<R>,
    wanted: Wanted,
    /// Where each wanted column stands in the file.
    places: Vec<usize>,
    headings: Vec<String>,
    record: Record,
    dialect: Dialect,
}

const BOM: &[u8] = b"\xEF\xBB\xBF";

impl<R: BufRead> CsvTable<R> {
    /// Reads the headings.
    ///
    /// # Errors
    /// The file cannot be read, has no headings, or lacks a wanted column.
    pub fn open(mut input: R, wanted: Wanted, dialect: Dialect) -> Result<Self, RunError> {
        let start = input.fill_buf().map_err(|error| fault(&wanted, CsvFault::Io(error)))?;
        if start.starts_with(BOM) {
            input.consume(BOM.len());
        }
        let mut records = Records::new(input, dialect.delimiter, dialect.first_line);
        let mut record = Record::default();
        if !records.read(&mut record).map_err(|error| fault(&wanted, error))? {
            return Err(errors::file_broken(&wanted.place, &wanted.path, "it is empty, without headings".to_owned()));
        }
        let fields = (0..record.len()).filter_map(|at| record.field(at));
        let headings = if dialect.is_of_person {
            record.texts()
        } else {
            fields.map(|(bytes, _)| String::from_utf8_lossy(bytes).into_owned()).collect()
        };
        let places = wanted.places(&headings)?;
        Ok(Self { records, headings, places, wanted, record, dialect })
    }

    #[must_use]
    pub fn headings(&self) -> &[String] {
        &self.headings
    }

    fn check_width(&self) -> Result<(), RunError> {
        if self.record.len() == self.headings.len() {
            return Ok(());
        }
        let Record { line, fields, .. } = &self.record;
        let fields = if fields.len() == 1 { "1 field".to_owned() } else { format!("{} fields", fields.len()) };
        let words = format!("line {line} has {fields}, the headings {}", self.headings.len());
        Err(errors::file_broken(&self.wanted.place, &self.wanted.path, words))
    }

    /// Counts the rows that are left, without looking into them.
    ///
    /// # Errors
    /// A line is no CSV.
    pub fn count(mut self) -> Result<u64, RunError> {
        let mut rows = 0;
        while self.next_record()? {
            self.check_width()?;
            rows += 1;
        }
        Ok(rows)
    }

    /// Reads the next line of the table; `false` at the end.
    fn next_record(&mut self) -> Result<bool, RunError> {
        loop {
            let is_read = self.records.read(&mut self.record).map_err(|error| fault(&self.wanted, error))?;
            if !is_read || !self.dialect.is_of_person || !self.record.is_blank() {
                return Ok(is_read);
            }
        }
    }

    /// Up to `rows` more rows, named as wanted; `None` at the end.
    ///
    /// # Errors
    /// A line is no CSV, or a value is not as declared: with its line.
    pub fn read(&mut self, rows: usize) -> Result<Option<(DataFrame, u64, Vec<Warning>)>, RunError> {
        let before = self.records.bytes();
        let mut columns: Vec<Vec<Value>> = self.wanted.columns.iter().map(|_| Vec::with_capacity(rows)).collect();
        let mut cut = vec![0_u64; columns.len()];
        let mut has_blanks = vec![false; columns.len()];
        let mut count = 0;
        while count < rows && self.next_record()? {
            count += 1;
            self.check_width()?;
            for ((((column, at), values), cut), has_blanks) in
                self.wanted.columns.iter().zip(&self.places).zip(&mut columns).zip(&mut cut).zip(&mut has_blanks)
            {
                let (value, was_cut) = read_field(&self.wanted, column, &self.record, *at)?;
                *has_blanks |= self.wanted.place.has_odd_blanks(&value);
                values.push(value);
                *cut += u64::from(was_cut);
            }
        }
        if count == 0 {
            return Ok(None);
        }
        let place = &self.wanted.place;
        let data = self
            .wanted
            .columns
            .iter()
            .zip(columns)
            .map(|(column, values)| column_from_values(column.name.as_str().into(), &column.ty.data, values))
            .collect::<Result<Vec<_>, _>>()
            .and_then(|columns| Ok(DataFrame::new(count, columns)?))
            .map_err(|error| errors::internal(Some(place.step), error))?;
        let mut warnings = Vec::new();
        for ((column, cut), has_blanks) in self.wanted.columns.iter().zip(cut).zip(has_blanks) {
            if cut > 0 {
                warnings.push(errors::times_cut(place, &column.name));
            }
            if has_blanks {
                warnings.push(errors::blanks_around_texts(place, &column.heading));
            }
        }
        Ok(Some((data, self.records.bytes() - before, warnings)))
    }
}

fn read_field(wanted: &Wanted, column: &WantedColumn, record: &Record, at: usize) -> Result<(Value, bool), RunError> {
    let Wanted { place, path, .. } = wanted;
    let line = || format!("line {}", record.line);
    let (bytes, is_quoted) =
        record.field(at).ok_or_else(|| errors::internal(Some(place.step), "a field past the last"))?;
    if bytes.is_empty() && !is_quoted {
        return if column.ty.nullable {
            Ok((Value::Null, false))
        } else {
            Err(errors::null_in_column(place, path, &column.name, &line()))
        };
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Err(errors::file_broken(place, path, format!("line {} is not UTF-8", record.line)));
    };
    let declared = column.ty.data.to_string();
    match cell::read(text, &column.ty.data, wanted.zone) {
        Ok(cell) => Ok((cell.value, cell.was_cut)),
        Err(CellFault::Unreadable) => {
            Err(errors::value_unreadable(place, path, &column.name, &declared, &line(), text))
        }
        Err(CellFault::OutOfRange) => {
            Err(errors::value_out_of_range(place, path, &column.name, &declared, &line(), text))
        }
        Err(CellFault::NoZone) => Err(errors::times_without_zone(place, path, &column.name)),
    }
}

fn fault(wanted: &Wanted, fault: CsvFault) -> RunError {
    let Wanted { place, path, .. } = wanted;
    match fault {
        CsvFault::Io(error) => errors::file_not_readable(place, path, &error),
        CsvFault::Shape { line, words } => errors::file_broken(place, path, format!("line {line}: {words}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::errors::Place;
    use wr_base::diag::Code;
    use wr_base::ids::StepId;
    use wr_base::ty::{DataType, Type};

    fn wanted(columns: &[(&str, Type)]) -> Wanted {
        Wanted {
            place: Place { step: StepId(3), connection: "crm".to_owned(), table: "users".to_owned() },
            path: "users.csv".into(),
            content: None,
            columns: columns
                .iter()
                .map(|(name, ty)| WantedColumn {
                    name: (*name).to_owned(),
                    heading: (*name).to_owned(),
                    ty: ty.clone(),
                })
                .collect(),
            zone: None,
        }
    }

    #[track_caller]
    fn rows(content: &[u8], columns: &[(&str, Type)]) -> Vec<Vec<Value>> {
        let mut table = CsvTable::open(content, wanted(columns), Dialect::STANDARD).unwrap();
        let mut rows = Vec::new();
        while let Some((data, _, _)) = table.read(2).unwrap() {
            for row in 0..data.height() {
                rows.push(
                    columns
                        .iter()
                        .map(|(name, ty)| {
                            crate::cells::Cells::new(data.column(name).unwrap(), &ty.data).unwrap().get(row)
                        })
                        .collect(),
                );
            }
        }
        rows
    }

    #[track_caller]
    fn failure(content: &[u8], columns: &[(&str, Type)]) -> RunError {
        match CsvTable::open(content, wanted(columns), Dialect::STANDARD) {
            Err(error) => error,
            Ok(mut table) => loop {
                match table.read(2) {
                    Err(error) => return error,
                    Ok(batch) => assert!(batch.is_some(), "no failure"),
                }
            },
        }
    }

    #[test]
    fn an_empty_field_is_null_and_a_quoted_one_an_empty_text() {
        let text = Type::optional(DataType::Text);
        assert_eq!(
            rows(b"a,b\r\n,\"\"\r\nx,y\r\n\"a \"\"b\"\",\nc\",\"\"", &[("a", text.clone()), ("b", text)]),
            [
                [Value::Null, Value::text("")],
                [Value::text("x"), Value::text("y")],
                [Value::text("a \"b\",\nc"), Value::text("")],
            ]
        );
    }

    #[test]
    fn only_wanted_columns_are_looked_into() {
        let int = Type::required(DataType::Int);
        assert_eq!(rows("\u{feff}junk,id\nё,007\n".as_bytes(), &[("id", int)]), [[Value::Int(7)]]);
    }

    #[test]
    fn a_blank_line_of_a_single_column_is_a_null() {
        let text = Type::optional(DataType::Text);
        assert_eq!(rows(b"a\n\nx\n", &[("a", text)]), [[Value::Null], [Value::text("x")]]);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        let int = || ("a", Type::required(DataType::Int));
        let cases: [(&[u8], Code, &str); 8] = [
            (b"a,b\n1,2\n3\n", Code::FileBroken, "line 3 has 1 field, the headings 2"),
            (b"a,b\n1,\"x\n\n", Code::FileBroken, "line 2: a quote is never closed"),
            (b"a,b\n1,x\"y\n", Code::FileBroken, "line 2: a quote inside of a field that does not stand in quotes"),
            (b"a,b\n1,\"x\"y\n", Code::FileBroken, "line 2: something behind a closing quote"),
            (b"", Code::FileBroken, "it is empty, without headings"),
            (b"a,b\n1,\"x\ny\"\n,z\n", Code::NullInColumn, "users.csv line 4"),
            (b"a,b\n1,x\n1.0,z\n", Code::FileValue, "users.csv line 3: `1.0`"),
            (b"A,b\n1,x\n", Code::FileColumnMissing, "its columns: A, b"),
        ];
        for (content, code, words) in cases {
            let error = failure(content, &[int()]);
            assert_eq!((error.code, error.step), (code, Some(StepId(3))), "{error:?}");
            assert!(error.detail.iter().any(|detail| detail.as_str() == words), "{words}: {error:?}");
        }
        let error = failure(b"a\n\xff\n", &[("a", Type::required(DataType::Text))]);
        assert_eq!(
            (error.code, error.detail.last().map(String::as_str)),
            (Code::FileBroken, Some("line 2 is not UTF-8"))
        );
    }
}
