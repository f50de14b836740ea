//! Frames to files: what each format does with rows. Names, temporary files, hashes and publishing are `publish`'s affair.
//!
//! Invariant: equal sheets give equal bytes; no file holds a time of making (B11). Every limit of a format that rows can
//! break is looked for in [`check`], before a byte is written, so that nobody waits for a file that cannot be.

mod about;
mod csv;
mod csv_excel;
pub(crate) mod digest;
pub mod errors;
mod jsonl;
mod layout;
pub mod name;
mod parquet;
pub mod publish;
#[cfg(test)]
mod tests;
mod xlsx;

use std::io;

use wr_base::ids::StepId;
use wr_base::row_type::Marks;
use wr_base::ty::Type;
use wr_base::value::Zone;
use wr_plan::declaration::{ExportOptions, Format};

pub use about::{About, AboutLine};
pub use xlsx::ROWS as ROWS_OF_A_SHEET;

use self::layout::Layout;
use crate::cancel::Cancel;
use crate::cells::Cells;
use crate::error::RunError;
use crate::progress::{Event, Progress};

/// One file to be: everything is known, nothing is written yet.
#[derive(Clone, Debug)]
pub struct FileContent {
    pub step: StepId,
    pub name: String,
    pub format: Format,
    pub with: ExportOptions,
    pub sheets: Vec<SheetContent>,
}

/// A sheet of a workbook; the one content of any other file.
#[derive(Clone, Debug)]
pub struct SheetContent {
    pub step: StepId,
    pub title: String,
    /// Its rows go on from the sheet before it, which is full.
    pub continues: bool,
    pub columns: Vec<SheetColumn>,
    pub rows: usize,
}

#[derive(Clone, Debug)]
pub struct SheetColumn {
    pub heading: String,
    /// How a workbook shows it; `None`: as its type is shown.
    pub format: Option<String>,
    pub ty: Type,
    pub marks: Marks,
    pub cells: Cells,
}

/// What a format may know beside the rows.
#[derive(Clone, Debug)]
pub struct Setting {
    pub zone: Zone,
    /// `en`, `ru`.
    pub locale: String,
    pub about: About,
    /// A private folder for what a writer cannot hold in memory.
    pub scratch: std::path::PathBuf,
}

/// Rows between two looks at the clock of cancelling and progress.
const BATCH: usize = 8192;

/// Why a file was not written.
#[derive(Debug)]
pub enum ExportError {
    Disk(io::Error),
    Run(Box<RunError>),
}

impl From<io::Error> for ExportError {
    fn from(error: io::Error) -> Self {
        Self::Disk(error)
    }
}

impl From<RunError> for ExportError {
    fn from(error: RunError) -> Self {
        Self::Run(Box::new(error))
    }
}

/// Keeps the disk's own failure, which libraries turn into words. What they write after it (archives are closed by whoever
/// drops them) goes nowhere: the file is lost already.
struct Kept<'a> {
    out: &'a mut (dyn io::Write + Send),
    failure: Option<io::Error>,
}

impl<'a> Kept<'a> {
    fn new(out: &'a mut (dyn io::Write + Send)) -> Self {
        Self { out, failure: None }
    }

    fn keep(&mut self, failure: io::Error) -> io::Error {
        let kind = failure.kind();
        self.failure = Some(failure);
        kind.into()
    }
}

impl io::Write for Kept<'_> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        match &self.failure {
            Some(_) => Ok(buffer.len()),
            None => self.out.write(buffer).map_err(|failure| self.keep(failure)),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &self.failure {
            Some(_) => Ok(()),
            None => self.out.flush().map_err(|failure| self.keep(failure)),
        }
    }
}

/// Tells how far a file is, and stops it when the run was cancelled.
pub struct Watch<'a> {
    pub progress: &'a dyn Progress,
    pub cancel: &'a Cancel,
    pub name: &'a str,
    pub rows: u64,
}

impl Watch<'_> {
    /// Splits `rows` into batches, telling after each.
    fn batches(
        &mut self,
        rows: usize,
        mut write: impl FnMut(std::ops::Range<usize>) -> Result<(), ExportError>,
    ) -> Result<(), ExportError> {
        let mut at = 0;
        while at < rows {
            if self.cancel.is_cancelled() {
                return Err(errors::cancelled().into());
            }
            let end = rows.min(at + BATCH);
            write(at..end)?;
            self.rows += (end - at) as u64;
            self.progress.tell(Event::FileProgress { name: self.name.to_owned(), rows: self.rows });
            at = end;
        }
        Ok(())
    }
}

/// Looks for what the format cannot hold.
///
/// # Errors
/// The first limit that is broken, with the way out.
pub fn check(file: &FileContent) -> Result<(), RunError> {
    match file.format {
        // No setting of the locale is about the signs of an encoding.
        Format::Csv | Format::CsvForExcel => csv::check(file, &layout(file, "")),
        Format::Xlsx => xlsx::check(file),
        Format::Parquet => parquet::check(file),
        Format::JsonLines => jsonl::check(file),
    }
}

fn layout(file: &FileContent, locale: &str) -> Layout {
    Layout::of(file.format, &file.with, csv_excel::has_decimal_comma(locale))
}

/// Writes a file's bytes.
///
/// # Errors
/// A failure of the disk, a cancelled run.
pub fn write(
    file: &FileContent,
    setting: &Setting,
    out: &mut (dyn io::Write + Send),
    watch: &mut Watch<'_>,
) -> Result<(), ExportError> {
    match (file.format, file.sheets.first()) {
        (Format::Csv, Some(sheet)) => csv::write(sheet, &layout(file, &setting.locale), out, watch),
        (Format::CsvForExcel, Some(sheet)) => {
            csv_excel::write(sheet, &layout(file, &setting.locale), setting, out, watch)
        }
        (Format::Parquet, Some(sheet)) => parquet::write(sheet, out, watch),
        (Format::Xlsx, _) => xlsx::write(file, setting, out, watch),
        (Format::JsonLines, Some(sheet)) => jsonl::write(sheet, out, watch),
        (Format::Csv | Format::CsvForExcel | Format::Parquet | Format::JsonLines, None) => Ok(()),
    }
}
