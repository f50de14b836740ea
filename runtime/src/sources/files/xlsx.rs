//! A sheet of a workbook to columns: the first row that holds something are its headings.
//!
//! A cell holds a number of about 15 digits, whatever was typed: a number that may have lost some is refused and never read as
//! another one. What a formula gave when the workbook was saved is its value. Rows without anything are none.

use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek};

use calamine::{Data, ExcelDateTime, Range, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use polars::prelude::DataFrame;
use wr_base::ty::DataType;
use wr_base::value::{Date, Decimal, Time, Value, Zone};

use super::cell::{self, CellFault, fit, wall_time};
use super::{Rows, Wanted, WantedColumn};
use crate::caught::caught;
use crate::cells::column_from_values;
use crate::error::RunError;
use crate::sources::errors;

/// Which sheet is meant.
#[derive(Clone, Copy, Debug)]
pub enum Choice<'a> {
    /// This one.
    Named(&'a str),
    /// This one if it is there, else the only one that fits.
    Like(&'a str),
    /// The only one, or the only one that has these headings.
    Fitting(&'a [String]),
}

/// A sheet whose headings were found.
pub struct XlsxTable {
    wanted: Wanted,
    sheet: String,
    cells: Range<Data>,
    /// Where formulas stand that were never computed.
    not_computed: Vec<(u32, u32)>,
    headings: Vec<String>,
    /// Where each wanted column stands, counted from the first used one.
    places: Vec<usize>,
    /// The rows that hold something, counted from the first used one.
    rows: Vec<usize>,
    next: usize,
}

impl XlsxTable {
    /// Reads the whole sheet.
    ///
    /// # Errors
    /// The file is no workbook, has no such sheet, or lacks a wanted column.
    pub fn open(wanted: Wanted, choice: Choice<'_>) -> Result<Self, RunError> {
        match wanted.content.clone() {
            Some(content) => Self::of(wanted, choice, Cursor::new(content)),
            None => {
                let file = File::open(&wanted.path)
                    .map_err(|error| errors::file_not_readable(&wanted.place, &wanted.path, &error))?;
                Self::of(wanted, choice, BufReader::new(file))
            }
        }
    }

    fn of<R: Read + Seek>(wanted: Wanted, choice: Choice<'_>, input: R) -> Result<Self, RunError> {
        let mut book = guarded(&wanted, || Xlsx::new(input))?;
        let sheets: Vec<(String, bool)> = book
            .sheets_metadata()
            .iter()
            .filter(|sheet| sheet.typ == SheetType::WorkSheet)
            .map(|sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible))
            .collect();
        let (sheet, cells) = chosen(&wanted, choice, &sheets, &mut book)?;
        let headings = headings(&cells);
        if headings.iter().all(String::is_empty) {
            let words = format!("the sheet “{sheet}” is empty, without headings");
            return Err(errors::file_broken(&wanted.place, &wanted.path, words));
        }
        let places = wanted.places(&headings)?;
        let formulas = guarded(&wanted, || book.worksheet_formula(&sheet))?;
        let not_computed = not_computed(&formulas, &cells);
        let (top, _) = cells.start().unwrap_or_default();
        let is_open = |row: usize| not_computed.iter().any(|(at, _)| *at as usize == top as usize + row);
        // A formula without a value may stand below all that has one.
        let lowest = not_computed.iter().map(|(row, _)| (*row as usize + 1).saturating_sub(top as usize)).max();
        let holds = |row: usize| (0..cells.width()).any(|at| cells.get((row, at)).is_some_and(|cell| !is_blank(cell)));
        let rows = (1..cells.height().max(lowest.unwrap_or(0))).filter(|row| holds(*row) || is_open(*row)).collect();
        Ok(Self { wanted, sheet, cells, not_computed, headings, places, rows, next: 0 })
    }

    #[must_use]
    pub fn sheet(&self) -> &str {
        &self.sheet
    }

    #[must_use]
    pub fn headings(&self) -> &[String] {
        &self.headings
    }

    #[must_use]
    pub const fn rows(&self) -> usize {
        self.rows.len()
    }

    /// Up to `count` more rows, named as wanted; `None` at the end.
    ///
    /// # Errors
    /// A cell is not as declared: with its address.
    pub fn read(&mut self, count: usize) -> Result<Option<Rows>, RunError> {
        let rows = self.rows.get(self.next..self.rows.len().min(self.next + count)).unwrap_or_default();
        if rows.is_empty() {
            return Ok(None);
        }
        self.next += rows.len();
        let place = &self.wanted.place;
        let mut columns: Vec<Vec<Value>> = self.wanted.columns.iter().map(|_| Vec::with_capacity(rows.len())).collect();
        let mut notes = Notes::default();
        for row in rows {
            for ((column, at), values) in self.wanted.columns.iter().zip(&self.places).zip(&mut columns) {
                values.push(self.cell(column, *row, *at, &mut notes)?);
            }
        }
        let columns = self
            .wanted
            .columns
            .iter()
            .zip(columns)
            .map(|(column, values)| column_from_values(column.name.as_str().into(), &column.ty.data, values))
            .collect::<Result<Vec<_>, _>>()
            .and_then(|columns| Ok(DataFrame::new(rows.len(), columns)?))
            .map_err(|error| errors::internal(Some(place.step), error))?;
        let numbers = notes.numbers.iter().map(|column| errors::numbers_as_texts(place, column));
        let blanks = notes.blanks.iter().map(|column| errors::blanks_around_texts(place, column));
        let warnings = numbers.chain(blanks).collect();
        Ok(Some((columns, 0, warnings)))
    }

    fn cell(&self, column: &WantedColumn, row: usize, at: usize, notes: &mut Notes) -> Result<Value, RunError> {
        let Wanted { place, path, zone, .. } = &self.wanted;
        let (top, left) = self.cells.start().unwrap_or_default();
        let address = (top as usize + row, left as usize + at);
        let position = || format!("sheet “{}”, cell {}{}", self.sheet, letters(address.1), address.0 + 1);
        let declared = || column.ty.data.to_string();
        let name = &column.heading;
        let unreadable = |shown: String| errors::cell_unreadable(place, path, name, &declared(), &position(), &shown);
        if self.not_computed.contains(&(address.0 as u32, address.1 as u32)) {
            return Err(unreadable("a formula that was never computed".to_owned()));
        }
        let cell = self.cells.get((row, at)).unwrap_or(&Data::Empty);
        if is_blank(cell) {
            return if column.ty.nullable {
                Ok(Value::Null)
            } else {
                Err(errors::null_in_column(place, path, name, &position()))
            };
        }
        match value_of(cell, &column.ty.data, *zone) {
            Ok(value) => {
                if column.ty.data == DataType::Text && !matches!(cell, Data::String(_)) {
                    once(&mut notes.numbers, name);
                }
                if place.has_odd_blanks(&value) {
                    once(&mut notes.blanks, name);
                }
                Ok(value)
            }
            Err(Fault::Unreadable(shown)) => Err(unreadable(shown)),
            Err(Fault::Field(text)) => {
                Err(errors::value_unreadable(place, path, name, &declared(), &position(), &text))
            }
            Err(Fault::OutOfRange(text)) => {
                Err(errors::value_out_of_range(place, path, name, &declared(), &position(), &text))
            }
            Err(Fault::DigitsLost) => Err(errors::digits_lost(place, path, name, &position())),
            Err(Fault::NoZone) => Err(errors::times_without_zone(place, path, name)),
        }
    }
}

/// What people should know once for a column.
#[derive(Default)]
struct Notes {
    numbers: Vec<String>,
    blanks: Vec<String>,
}

fn once(columns: &mut Vec<String>, column: &str) {
    if !columns.iter().any(|known| known == column) {
        columns.push(column.to_owned());
    }
}

/// The sheet that is meant, with its cells.
fn chosen<R: Read + Seek>(
    wanted: &Wanted,
    choice: Choice<'_>,
    sheets: &[(String, bool)],
    book: &mut Xlsx<R>,
) -> Result<(String, Range<Data>), RunError> {
    let names: Vec<&str> = sheets.iter().map(|(name, _)| name.as_str()).collect();
    let mut read = |name: &str| guarded(wanted, || book.worksheet_range(name));
    match choice {
        Choice::Named(name) | Choice::Like(name) if names.contains(&name) => return Ok((name.to_owned(), read(name)?)),
        Choice::Named(name) => return Err(errors::sheet_missing(&wanted.place, &wanted.path, name, &names)),
        Choice::Like(_) | Choice::Fitting(_) => {}
    }
    let of_wanted: Vec<String> = wanted.columns.iter().map(|column| column.heading.clone()).collect();
    let needed = if let Choice::Fitting(headings) = choice { headings } else { of_wanted.as_slice() };
    let visible: Vec<&str> = sheets.iter().filter(|(_, visible)| *visible).map(|(name, _)| name.as_str()).collect();
    if let [only] = visible.as_slice() {
        return Ok(((*only).to_owned(), read(only)?));
    }
    let mut fitting = Vec::new();
    for name in &visible {
        let cells = read(name)?;
        let found = headings(&cells);
        if !found.is_empty() && needed.iter().all(|heading| found.contains(heading)) {
            fitting.push(((*name).to_owned(), cells));
        }
    }
    match (fitting.pop(), fitting.pop()) {
        (Some(only), None) => Ok(only),
        (Some(last), Some(other)) => {
            let several: Vec<&str> = visible
                .into_iter()
                .filter(|name| *name == last.0 || *name == other.0 || fitting.iter().any(|(one, _)| one == name))
                .collect();
            Err(errors::sheet_unclear(&wanted.place, &wanted.path, &several, true))
        }
        (None, _) => Err(errors::sheet_unclear(&wanted.place, &wanted.path, &visible, false)),
    }
}

/// The first used row, as texts.
fn headings(cells: &Range<Data>) -> Vec<String> {
    let first = cells.rows().next().unwrap_or_default();
    first.iter().map(|cell| cell.to_string().trim().to_owned()).collect()
}

/// A cell in which nobody would see anything.
fn is_blank(cell: &Data) -> bool {
    match cell {
        Data::Empty => true,
        Data::String(text) => text.is_empty(),
        Data::Int(_)
        | Data::Float(_)
        | Data::Bool(_)
        | Data::DateTime(_)
        | Data::DateTimeIso(_)
        | Data::DurationIso(_)
        | Data::Error(_) => false,
    }
}

/// Formulas without a value: some programs write them and leave it to Excel to compute. An empty text is what a formula may
/// give; where all of them give one, none was computed.
fn not_computed(formulas: &Range<String>, cells: &Range<Data>) -> Vec<(u32, u32)> {
    let (top, left) = formulas.start().unwrap_or_default();
    let written = formulas.used_cells().filter(|(_, _, formula)| !formula.is_empty());
    let places: Vec<(u32, u32)> = written.map(|(row, column, _)| (top + row as u32, left + column as u32)).collect();
    let is_blank_at = |place: &(u32, u32)| cells.get_value(*place).is_none_or(is_blank);
    let is_empty_at = |place: &(u32, u32)| cells.get_value(*place).is_none_or(|cell| *cell == Data::Empty);
    if places.iter().all(is_blank_at) {
        return places;
    }
    places.into_iter().filter(is_empty_at).collect()
}

/// Why a cell has no value of the type.
enum Fault {
    /// What it holds instead.
    Unreadable(String),
    /// A text that is not of the type.
    Field(String),
    OutOfRange(String),
    DigitsLost,
    NoZone,
}

fn value_of(cell: &Data, ty: &DataType, zone: Option<Zone>) -> Result<Value, Fault> {
    let other = |shown: &str| Err(Fault::Unreadable(shown.to_owned()));
    match cell {
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => of_text(text, ty, zone),
        Data::Int(number) => of_number(*number as f64, ty),
        Data::Float(number) => of_number(*number, ty),
        Data::Bool(value) if *ty == DataType::Bool => Ok(Value::Bool(*value)),
        Data::Bool(_) => other("true or false"),
        Data::DateTime(at) => of_moment(at, ty, zone),
        Data::Error(error) => Err(Fault::Unreadable(error.to_string())),
        Data::Empty => Ok(Value::Null),
    }
}

fn of_text(text: &str, ty: &DataType, zone: Option<Zone>) -> Result<Value, Fault> {
    match cell::read(text, ty, zone) {
        Ok(cell) => Ok(cell.value),
        Err(CellFault::Unreadable) => Err(Fault::Field(text.to_owned())),
        Err(CellFault::OutOfRange) => Err(Fault::OutOfRange(text.to_owned())),
        Err(CellFault::NoZone) => Err(Fault::NoZone),
    }
}

/// From here on a number in a cell may be another one that was written: this one and the next are the same.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// From here on a number that was typed has lost digits: spreadsheets keep 15 and put noughts behind them.
const TYPED: f64 = 1e15;

fn of_number(number: f64, ty: &DataType) -> Result<Value, Fault> {
    let is_whole = number.fract() == 0.0;
    let may_have_lost = number.abs() >= EXACT || number.abs() >= TYPED && (!is_whole || number % 10.0 == 0.0);
    if *ty == DataType::Float {
        return if number.is_finite() { Ok(Value::Float(number)) } else { Err(Fault::DigitsLost) };
    }
    if may_have_lost || !number.is_finite() {
        return Err(Fault::DigitsLost);
    }
    // 15 digits are what a spreadsheet shows: the rest is noise of its arithmetic.
    let digits = shown_digits(number);
    let unreadable = || Fault::Unreadable(format!("the number {}", errors::form(&digits)));
    if let DataType::Decimal { precision, scale } = ty {
        let decimal = Decimal::parse(&digits).and_then(|decimal| fit(decimal, *precision, *scale));
        return decimal.map(Value::Decimal).ok_or(Fault::OutOfRange(digits));
    }
    if *ty == DataType::Text && is_whole {
        Ok(Value::text(digits))
    } else if *ty == DataType::Int && is_whole {
        digits.parse().map(Value::Int).map_err(|_| unreadable())
    } else {
        Err(unreadable())
    }
}

/// A number of at most 15 digits, written without an exponent; whole ones as they are.
fn shown_digits(number: f64) -> String {
    if number.fract() == 0.0 {
        return format!("{number:.0}").replace("-0", if number == 0.0 { "0" } else { "-0" });
    }
    let magnitude = number.abs().log10().floor() as i32;
    let decimals = usize::try_from(14 - magnitude).unwrap_or(0).min(40);
    let text = format!("{number:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

fn of_moment(at: &ExcelDateTime, ty: &DataType, zone: Option<Zone>) -> Result<Value, Fault> {
    let (year, month, day, hour, minute, second, millis) = at.to_ymd_hms_milli();
    let millis = ((i64::from(hour) * 60 + i64::from(minute)) * 60 + i64::from(second)) * 1_000 + i64::from(millis);
    let date = || Date::parse(&format!("{year:04}-{month:02}-{day:02}"));
    let shown = if millis == 0 { "a date" } else { "a date with a time" };
    let unreadable = || Fault::Unreadable(shown.to_owned());
    if *ty == DataType::Date && millis == 0 && at.is_datetime() {
        date().map(Value::Date).ok_or_else(unreadable)
    } else if *ty == DataType::DateTime && at.is_datetime() {
        let wall = i64::from(date().ok_or_else(unreadable)?.0) * 86_400_000_000 + millis * 1_000;
        let at = wall_time(wall, zone.ok_or(Fault::NoZone)?);
        at.map(Value::DateTime).ok_or_else(|| Fault::OutOfRange(shown.to_owned()))
    } else if *ty == DataType::Time && (0.0..1.0).contains(&at.as_f64()) {
        Ok(Value::Time(Time(millis * 1_000)))
    } else {
        Err(unreadable())
    }
}

/// `A`, `Z`, `AA`: how a column is called.
fn letters(column: usize) -> String {
    let mut name = String::new();
    let mut rest = column + 1;
    while rest > 0 {
        rest -= 1;
        name.insert(0, char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    name
}

fn guarded<T>(wanted: &Wanted, read: impl FnOnce() -> Result<T, XlsxError>) -> Result<T, RunError> {
    let words = match caught(read) {
        Ok(Ok(value)) => return Ok(value),
        Ok(Err(XlsxError::Password)) => "it is protected by a password".to_owned(),
        Ok(Err(error)) => error.to_string(),
        Err(_) => "its content is damaged".to_owned(),
    };
    Err(errors::file_broken(&wanted.place, &wanted.path, words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_called_as_in_a_spreadsheet() {
        let names = [0, 25, 26, 51, 701, 702].map(letters);
        assert_eq!(names, ["A", "Z", "AA", "AZ", "ZZ", "AAA"]);
    }

    #[test]
    fn numbers_are_the_digits_that_a_spreadsheet_shows() {
        let shown = [19.9, 0.1 + 0.2, -0.0, 42.0, 1e-7, 123_456_789.123_456_7, -2.5, 999_999_999_999_999.0];
        let expected = ["19.9", "0.3", "0", "42", "0.0000001", "123456789.123457", "-2.5", "999999999999999"];
        assert_eq!(shown.map(shown_digits), expected);
    }
}
