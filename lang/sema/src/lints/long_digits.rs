//! Long digits into a plain CSV (B15): whoever opens it in a spreadsheet sees 4.5E+15, and zeros in front are gone.
//!
//! Told of columns whose table says that they hold digits. An export that names its delimiter is for a program that asked
//! for it, and left alone.

use wr_base::span::Span;
use wr_base::ty::DataType;
use wr_plan::declaration::{ExportOptions, Format, Sheet};

use super::errors;
use crate::checker::Checker;

/// Called for each export; `at` is the place of its format.
pub(crate) fn check(checker: &mut Checker, format: Format, with: &ExportOptions, sheets: &[Sheet], at: Span) {
    if format != Format::Csv || with.delimiter.is_some() || with.bom.is_some() {
        return;
    }
    let columns = sheets.iter().flat_map(|sheet| {
        let row = checker.relations.get(sheet.relation).map(|relation| &relation.row);
        sheet.columns.iter().filter_map(move |output| row?.column(output.column))
    });
    let digits = columns.filter(|column| column.ty.data == DataType::Text).find(|column| {
        // A column that was made of another has another name, or nobody can tell.
        let [origin] = column.origin.as_slice() else { return false };
        let declared = checker.tables.get(origin.table).and_then(|table| table.columns.get(origin.column as usize));
        declared.is_some_and(|declared| declared.name == column.name && holds_digits(&declared.doc))
    });
    if let Some(name) = digits.map(|column| column.name.clone()) {
        checker.report(errors::long_digits(at, &name));
    }
}

fn holds_digits(doc: &str) -> bool {
    let doc = doc.to_lowercase();
    ["digits", "leading zero", "цифр", "ведущ"].iter().any(|words| doc.contains(words))
}
