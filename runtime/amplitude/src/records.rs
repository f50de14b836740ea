//! Bytes of CSV to records of fields, one at a time; a quoted field that never ends is an error.
//!
//! `csv-core` takes the end of the bytes for the end of a quoted field. So before it hears of the end it gets one more line
//! break: a record that does not end there stands within quotes.

use std::io::{self, BufRead};

use csv_core::{ReadRecordResult, Reader};

/// More bytes stand in no row of a cohort; a quote that never ends would take everything.
const LONGEST_RECORD: usize = 16 << 20;

/// Why there is no next record.
#[derive(Debug)]
pub(crate) enum Trouble {
    Io(io::Error),
    /// The bytes end within quotes.
    Unfinished,
    TooLong,
}

pub(crate) struct Records<R> {
    input: R,
    reader: Reader,
    fields: Vec<u8>,
    ends: Vec<usize>,
    count: usize,
    is_at_end: bool,
}

impl<R: BufRead> Records<R> {
    pub(crate) fn new(input: R) -> Records<R> {
        Records { input, reader: Reader::new(), fields: vec![0; 4096], ends: vec![0; 64], count: 0, is_at_end: false }
    }

    /// The line on which the reader stands.
    pub(crate) fn line(&self) -> u64 {
        self.reader.line()
    }

    /// Moves to the next record; false at the end.
    pub(crate) fn advance(&mut self) -> Result<bool, Trouble> {
        if self.is_at_end {
            return Ok(false);
        }
        let (mut written, mut ended) = (0, 0);
        let mut has_begun = false;
        loop {
            let bytes = self.input.fill_buf().map_err(Trouble::Io)?;
            let is_last = bytes.is_empty();
            let bytes = if is_last { b"\n" } else { bytes };
            let fields = self.fields.get_mut(written..).unwrap_or_default();
            let ends = self.ends.get_mut(ended..).unwrap_or_default();
            let (result, read, wrote, found) = self.reader.read_record(bytes, fields, ends);
            has_begun |= bytes.iter().take(read).any(|byte| !matches!(byte, b'\r' | b'\n'));
            if !is_last {
                self.input.consume(read);
            }
            written += wrote;
            ended += found;
            match result {
                ReadRecordResult::Record => {
                    self.count = ended;
                    self.is_at_end = is_last;
                    return Ok(true);
                }
                ReadRecordResult::OutputFull if self.fields.len() >= LONGEST_RECORD => return Err(Trouble::TooLong),
                ReadRecordResult::OutputFull => self.fields.resize(2 * self.fields.len(), 0),
                ReadRecordResult::OutputEndsFull if self.ends.len() >= LONGEST_RECORD => return Err(Trouble::TooLong),
                ReadRecordResult::OutputEndsFull => self.ends.resize(2 * self.ends.len(), 0),
                ReadRecordResult::InputEmpty | ReadRecordResult::End if is_last => {
                    self.is_at_end = true;
                    return if has_begun { Err(Trouble::Unfinished) } else { Ok(false) };
                }
                ReadRecordResult::InputEmpty | ReadRecordResult::End => {}
            }
        }
    }

    /// How many fields the record has.
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// A field of the record.
    pub(crate) fn field(&self, at: usize) -> Option<&[u8]> {
        let end = *self.ends.get(..self.count)?.get(at)?;
        let start = match at.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        self.fields.get(start..end)
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    /// Every record, through a reader that gives so many bytes at a time; `!` at the end where there is trouble.
    fn read(text: &str, at_once: usize) -> Vec<Vec<String>> {
        let mut records = Records::new(BufReader::with_capacity(at_once, text.as_bytes()));
        let mut found = Vec::new();
        loop {
            match records.advance() {
                Ok(true) => {
                    let fields =
                        (0..records.len()).map(|at| String::from_utf8_lossy(records.field(at).unwrap()).into_owned());
                    found.push(fields.collect());
                }
                Ok(false) => return found,
                Err(_) => {
                    found.push(vec!["!".to_owned()]);
                    return found;
                }
            }
        }
    }

    #[test]
    fn quotes_hold_line_breaks_commas_and_quotes() {
        let text = "\"a\",\"b\"\r\n\"1\",\"two\r\nlines, \"\"quoted\"\"\"\r\n\"2\",\"\"\r\n";
        for at_once in [1, 2, 3, 7, 1000] {
            assert_eq!(read(text, at_once), [vec!["a", "b"], vec!["1", "two\r\nlines, \"quoted\""], vec!["2", ""]]);
        }
    }

    #[test]
    fn a_missing_last_line_break_is_fine_and_an_open_quote_is_not() {
        for at_once in [1, 1000] {
            assert_eq!(read("a,b\n1,2", at_once), [["a", "b"], ["1", "2"]]);
            assert_eq!(read("a,b\n1,\"2\"", at_once), [["a", "b"], ["1", "2"]]);
            assert_eq!(read("a,b\n1,\"2", at_once), [vec!["a", "b"], vec!["!"]]);
            assert_eq!(read("a,b\n1,\"", at_once), [vec!["a", "b"], vec!["!"]]);
            assert_eq!(read("a,b\n\n\n", at_once), [["a", "b"]]);
            assert!(read("", at_once).is_empty());
        }
    }

    #[test]
    fn long_records_and_many_fields_grow_the_buffers() {
        let long = "x".repeat(10_000);
        assert_eq!(read(&format!("{long},{long}\n"), 100), [[long.as_str(), long.as_str()]]);
        assert_eq!(read(&",".repeat(999), 100)[0].len(), 1000);
    }
}
