//! CSV for people who open it in a spreadsheet (B15): the locale's delimiter and decimal sign, a byte order mark, and two
//! guards. A text that would be a formula gets an apostrophe before it. A text of digits that would lose zeros or digits
//! is written as `="0042"`, and so is a number of more than 15 digits.
//!
//! Instants are wall clock times of the report's zone, in a form that spreadsheets read as a time in every locale.

use std::io::Write;

use wr_base::value::DateTime;

use super::csv::{append, is_number, number_or_date, write_rows};
use super::layout::Layout;
use super::{ExportError, Setting, SheetContent, Watch};
use crate::cells::Cells;

/// Digits that a spreadsheet's numbers keep.
const DIGITS: usize = 15;
/// A longer number is shown as 1.2E+11 when a CSV is opened.
const SHOWN_DIGITS: usize = 11;

pub(super) fn write(
    sheet: &SheetContent,
    layout: &Layout,
    setting: &Setting,
    out: &mut (dyn Write + Send),
    watch: &mut Watch<'_>,
) -> Result<(), ExportError> {
    write_rows(sheet, layout, out, watch, &mut |cells, at, line| {
        let start = line.len();
        match cells {
            Cells::Text(texts) => {
                if let Some(text) = texts.get(at) {
                    layout.text(&guarded(text), line);
                }
                return;
            }
            Cells::DateTime(instants) => {
                if let Some(micros) = instants.get(at) {
                    append(line, setting.zone.wall_clock(DateTime(micros)).format("%Y-%m-%d %H:%M:%S"));
                }
            }
            Cells::Int(_)
            | Cells::Decimal(..)
            | Cells::Float(_)
            | Cells::Uuid(_)
            | Cells::Bool(_)
            | Cells::Date(_)
            | Cells::Time(_)
            | Cells::Null(_) => number_or_date(cells, at, line),
        }
        let Some(field) = line.get(start..).filter(|field| !field.is_empty()) else { return };
        let digits = field.iter().filter(|byte| byte.is_ascii_digit()).count();
        if digits > DIGITS && matches!(cells, Cells::Int(_) | Cells::Decimal(..)) {
            let text = format!("=\"{}\"", String::from_utf8_lossy(field));
            line.truncate(start);
            layout.text(&text, line);
        } else {
            layout.value(start, is_number(cells), line);
        }
    })
}

/// A text that a spreadsheet shows as it is.
fn guarded(text: &str) -> std::borrow::Cow<'_, str> {
    let digits = text.strip_prefix('+').unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let loses =
            digits.len() > SHOWN_DIGITS || digits.len() < text.len() || (digits.len() > 1 && digits.starts_with('0'));
        return if loses { format!("=\"{text}\"").into() } else { text.into() };
    }
    // The full-width forms are read as the plain ones where they are typed.
    let dangerous = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    if text.starts_with(dangerous) { format!("'{text}").into() } else { text.into() }
}

/// Whether numbers are written `1,5` there, so that fields must be parted by a semicolon.
pub(super) fn has_decimal_comma(locale: &str) -> bool {
    let language = locale.split(['-', '_']).next().unwrap_or_default();
    !matches!(language, "en" | "zh" | "ja" | "ko" | "th" | "he" | "hi" | "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_texts_and_digits_keep_their_zeros() {
        let cases = [
            ("=1+1", "'=1+1"),
            ("+cmd", "'+cmd"),
            ("-5", "'-5"),
            ("@x", "'@x"),
            ("\tx", "'\tx"),
            ("0042", "=\"0042\""),
            ("4276123412341234", "=\"4276123412341234\""),
            ("+79161234567", "=\"+79161234567\""),
            ("42", "42"),
            ("0", "0"),
            ("12345678901", "12345678901"),
            ("Москва", "Москва"),
            ("", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(guarded(text), expected);
        }
    }
}
