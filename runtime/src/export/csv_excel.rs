//! CSV for people who open it in a spreadsheet (B15): the locale's delimiter and decimal sign, a byte order mark, and two
//! guards. A text that would be a formula gets an apostrophe before it. A text of digits that would lose zeros or digits
//! is written as `="0042"`, and so is a number of more than 15 digits.
//!
//! Instants are wall clock times of the report's zone, in a form that spreadsheets read as a time in every locale.

use std::io::Write;

use wr_base::value::DateTime;
use wr_plan::declaration::ExportOptions;

use super::csv::{append, number_or_date, quote, write_rows};
use super::{ExportError, Setting, SheetContent, Watch};
use crate::cells::Cells;

/// Digits that a spreadsheet's numbers keep.
const DIGITS: usize = 15;
/// A longer number is shown as 1.2E+11 when a CSV is opened.
const SHOWN_DIGITS: usize = 11;

pub(super) fn write(
    sheet: &SheetContent,
    with: &ExportOptions,
    setting: &Setting,
    out: &mut (dyn Write + Send),
    watch: &mut Watch<'_>,
) -> Result<(), ExportError> {
    let has_decimal_comma = has_decimal_comma(&setting.locale);
    let delimiter = with.delimiter.unwrap_or(if has_decimal_comma { ';' } else { ',' });
    if with.bom.unwrap_or(true) {
        out.write_all("\u{feff}".as_bytes())?;
    }
    let mut number = Vec::new();
    write_rows(sheet, delimiter, out, watch, &mut |cells, at, line| match cells {
        Cells::Text(texts) => {
            if let Some(text) = texts.get(at) {
                quote(&guarded(text), delimiter, line);
            }
        }
        Cells::DateTime(instants) => {
            if let Some(micros) = instants.get(at) {
                append(line, setting.zone.wall_clock(DateTime(micros)).format("%Y-%m-%d %H:%M:%S"));
            }
        }
        Cells::Int(_) | Cells::Decimal(..) | Cells::Float(_) => {
            number.clear();
            number_or_date(cells, at, &mut number);
            if number.iter().filter(|byte| byte.is_ascii_digit()).count() > DIGITS && !matches!(cells, Cells::Float(_))
            {
                let text = String::from_utf8_lossy(&number);
                quote(&format!("=\"{text}\""), delimiter, line);
                return;
            }
            if has_decimal_comma {
                number.iter_mut().filter(|byte| **byte == b'.').for_each(|byte| *byte = b',');
            }
            let text = String::from_utf8_lossy(&number);
            if !text.is_empty() {
                quote(&text, delimiter, line);
            }
        }
        Cells::Uuid(_) | Cells::Bool(_) | Cells::Date(_) | Cells::Time(_) | Cells::Null(_) => {
            number_or_date(cells, at, line);
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
