//! How cells look: one format per kind of cell, made once per workbook.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

use super::super::SheetColumn;
use crate::cells::Cells;

pub(super) struct Formats {
    pub(super) heading: Format,
    /// Text also where someone types into it later.
    pub(super) text: Format,
    pub(super) whole: Format,
    pub(super) float: Format,
    pub(super) date: Format,
    pub(super) datetime: Format,
    pub(super) time: Format,
    pub(super) truth: Format,
    decimals: Vec<Format>,
}

impl Formats {
    pub(super) fn new(locale: &str) -> Self {
        let date = date_form(locale);
        let decimals = (0..=15).map(|scale| {
            let zeros = "0".repeat(scale);
            Format::new().set_num_format(if scale == 0 { "0".to_owned() } else { format!("0.{zeros}") })
        });
        Self {
            heading: Format::new()
                .set_bold()
                .set_align(FormatAlign::Top)
                .set_background_color(Color::RGB(0x00F2_F2F2))
                .set_border_bottom(FormatBorder::Thin),
            text: Format::new().set_num_format("@"),
            whole: Format::new().set_num_format("0"),
            float: Format::new(),
            // To the left, as texts are: times end at the edge of the next column else.
            date: Format::new().set_num_format(date).set_align(FormatAlign::Left),
            datetime: Format::new().set_num_format(format!("{date} hh:mm:ss")).set_align(FormatAlign::Left),
            time: Format::new().set_num_format("hh:mm:ss").set_align(FormatAlign::Left),
            truth: Format::new(),
            decimals: decimals.collect(),
        }
    }

    /// What the script says of a column.
    pub(super) fn of(&self, column: &SheetColumn) -> Option<Format> {
        let words = column.format.as_deref()?;
        let base = match &column.cells {
            Cells::Date(_) | Cells::DateTime(_) | Cells::Time(_) => &self.date,
            Cells::Int(_)
            | Cells::Decimal(..)
            | Cells::Float(_)
            | Cells::Text(_)
            | Cells::Uuid(_)
            | Cells::Bool(_)
            | Cells::Null(_) => &self.whole,
        };
        Some(base.clone().set_num_format(words))
    }

    /// Shows all digits of the scale.
    pub(super) fn decimal(&self, scale: u8) -> &Format {
        self.decimals.get(usize::from(scale)).unwrap_or(&self.float)
    }
}

/// Day, month and year as people of the locale write them.
fn date_form(locale: &str) -> &'static str {
    match locale.split(['-', '_']).next().unwrap_or_default() {
        "ru" | "uk" | "be" | "kk" | "de" | "pl" | "cs" | "tr" | "fi" | "nb" => "dd.mm.yyyy",
        "fr" | "es" | "it" | "pt" => "dd/mm/yyyy",
        _ => "yyyy-mm-dd",
    }
}
