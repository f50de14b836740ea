//! The sheet "About this report": what was asked, of which script, and how many rows each step left.

use rust_xlsxwriter::{Format, FormatAlign, Worksheet, XlsxError};

use super::super::about::{About, AboutLine};
use super::CELL;

pub(super) fn write(sheet: &mut Worksheet, about: &About) -> Result<(), XlsxError> {
    let title = Format::new().set_bold().set_font_size(14);
    let heading = Format::new().set_bold();
    let text = Format::new().set_num_format("@").set_text_wrap().set_align(FormatAlign::Top);
    let relation = Format::new().set_num_format("@").set_bold();
    let name = Format::new().set_num_format("@").set_align(FormatAlign::Top);
    let rows = Format::new().set_num_format("#,##0").set_align(FormatAlign::Top);
    sheet.set_column_width(0, 34)?;
    sheet.set_column_width(1, 80)?;
    sheet.set_landscape().set_print_fit_to_pages(1, 0);
    for (at, line) in (0..).zip(&about.lines) {
        match line {
            AboutLine::Title(words) => sheet.write_string_with_format(at, 0, cut(words), &title)?,
            AboutLine::Heading(words) => sheet.write_string_with_format(at, 0, cut(words), &heading)?,
            AboutLine::Text(words) => sheet.write_string_with_format(at, 1, cut(words), &text)?,
            AboutLine::Relation(words) => sheet.write_string_with_format(at, 1, cut(words), &relation)?,
            AboutLine::Pair { name: left, value } => sheet
                .write_string_with_format(at, 0, cut(left), &name)?
                .write_string_with_format(at, 1, cut(value), &text)?,
            AboutLine::Step { words, rows: Some(count) } => sheet
                .write_number_with_format(at, 0, *count as f64, &rows)?
                .write_string_with_format(at, 1, cut(words), &text)?,
            AboutLine::Step { words, rows: None } => sheet
                .write_string_with_format(at, 0, "not taken", &name)?
                .write_string_with_format(at, 1, cut(words), &text)?,
        };
    }
    Ok(())
}

/// What fits into a cell: a long list of values must not cost the report.
fn cut(words: &str) -> String {
    if words.encode_utf16().count() <= CELL {
        return words.to_owned();
    }
    let kept: String = words.chars().take(CELL / 2 - 1).collect();
    format!("{kept}…")
}
