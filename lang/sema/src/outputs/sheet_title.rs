//! Titles of sheets: what a workbook can have as a name.

use wr_syntax::ast;

use super::errors;
use crate::checker::Checker;

/// The longest title, in UTF-16 units as workbooks count.
const LONGEST: usize = 31;
/// Signs that no title can hold.
const FORBIDDEN: &[char] = &['[', ']', ':', '*', '?', '/', '\\'];
/// The sheet that every workbook of ours ends with, and one that Excel keeps for itself.
const TAKEN: &[&str] = &["about this report", "history"];

pub(super) fn check(checker: &mut Checker, sheets: &[ast::Sheet]) {
    for (index, sheet) in sheets.iter().enumerate() {
        let ast::SheetTitle::Text(written) = &sheet.title else { continue };
        let title = &written.text;
        let at = checker.span(written.range);
        if let Some(sign) = title.chars().find(|sign| FORBIDDEN.contains(sign) || sign.is_control()) {
            checker.report(errors::title_with_sign(at, sign));
        } else if title.trim().is_empty() {
            checker.report(errors::title_empty(at));
        } else if title.starts_with('\'') || title.ends_with('\'') {
            checker.report(errors::title_with_sign(at, '\''));
        } else if title.encode_utf16().count() > LONGEST {
            checker.report(errors::title_too_long(at, title.encode_utf16().count(), &shortened(title)));
        } else if TAKEN.contains(&title.to_lowercase().as_str()) {
            checker.report(errors::title_taken(at, title));
        } else if let Some(first) = sheets.iter().take(index).find_map(|other| match &other.title {
            ast::SheetTitle::Text(other) => (other.text.to_lowercase() == title.to_lowercase()).then_some(other),
            ast::SheetTitle::By(_) => None,
        }) {
            let first_at = checker.span(first.range);
            checker.report(errors::title_twice(at, first_at, title));
        }
    }
}

/// As much of a title as a workbook takes.
pub(super) fn shortened(title: &str) -> String {
    let mut short = String::new();
    for sign in title.chars().filter(|sign| !FORBIDDEN.contains(sign)) {
        if short.encode_utf16().count() + sign.len_utf16() > LONGEST {
            break;
        }
        short.push(sign);
    }
    short.trim_end().to_owned()
}
