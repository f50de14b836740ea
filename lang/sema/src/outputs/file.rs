//! Names of files and the settings of their formats.

use wr_base::diag::Edit;
use wr_base::span::{Span, TextRange};
use wr_base::ty::DataType;
use wr_plan::declaration::{Encoding, ExportOptions, Format, LineEnd, Message, MessagePart};
use wr_syntax::ast;

use super::errors;
use crate::checker::{Checker, Scope};
use crate::types;

/// The name of a file: words and values known before rows, with the format's ending.
pub(super) fn check_name(checker: &mut Checker, text: &ast::Text, format: Format) -> Message {
    let name = types::type_message(checker, &Scope::values("the name of a file"), text);
    let at = checker.span(text.range);
    for part in &text.parts {
        if let ast::TextPart::Words(words) = part
            && let Some(sign) = words.chars().find(|sign| is_unfit(*sign))
        {
            checker.report(errors::file_name_with_sign(at, sign));
            return name;
        }
    }
    check_ending(checker, text, format);
    if let Some(first) = first_with_name(checker, &name) {
        checker.report(errors::file_twice(at, first));
    }
    name
}

/// Signs that lead out of the output folder, or that some system's file names cannot hold.
fn is_unfit(sign: char) -> bool {
    matches!(sign, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|') || sign.is_control()
}

const fn ending(format: Format) -> &'static str {
    match format {
        Format::Csv | Format::CsvForExcel => ".csv",
        Format::Xlsx => ".xlsx",
        Format::Parquet => ".parquet",
        Format::JsonLines => ".jsonl",
    }
}

fn check_ending(checker: &mut Checker, text: &ast::Text, format: Format) {
    let wanted = ending(format);
    let last = match text.parts.last() {
        Some(ast::TextPart::Words(words)) => words.as_str(),
        Some(ast::TextPart::Hole(_)) | None => "",
    };
    if last.to_lowercase().ends_with(wanted) && (last.len() > wanted.len() || text.parts.len() > 1) {
        return;
    }
    let at = checker.span(text.range);
    let known = [".csv", ".xlsx", ".xls", ".parquet", ".jsonl", ".json", ".txt", ".tsv"];
    let old = known.into_iter().find(|ending| last.to_lowercase().ends_with(ending)).unwrap_or("");
    // The ending stands before the closing quotes; written with an escape it has another length, and gets no fix.
    let written = checker.sources.slice(at);
    let quotes = if written.len() >= 6 && written.ends_with("\"\"\"") { 3 } else { 1 };
    let inner = written.get(..written.len().saturating_sub(quotes)).unwrap_or_default();
    let is_plain = inner.to_lowercase().ends_with(old) && written.ends_with('"');
    let end = text.range.end.saturating_sub(quotes as u32);
    let place = checker.span(TextRange::new(end.saturating_sub(old.len() as u32), end));
    let edit = is_plain.then(|| Edit { span: place, replacement: wanted.to_owned() });
    checker.report(errors::file_ending(at, wanted, old, edit));
}

/// The place of an earlier export to the same name. Letters of both cases are one: some file systems take them so.
fn first_with_name(checker: &Checker, name: &Message) -> Option<Span> {
    let same = checker.exports.iter().find(|other| {
        other.file_name.parts.len() == name.parts.len()
            && other.file_name.parts.iter().zip(&name.parts).all(|(left, right)| same_part(left, right))
    })?;
    Some(checker.origins.steps[same.step])
}

fn same_letters(left: &str, right: &str) -> bool {
    // Each file is held against all others, and nearly all are plain.
    if left.is_ascii() && right.is_ascii() {
        return left.eq_ignore_ascii_case(right);
    }
    left.to_lowercase() == right.to_lowercase()
}

fn same_part(left: &MessagePart, right: &MessagePart) -> bool {
    match (left, right) {
        (MessagePart::Text(left), MessagePart::Text(right)) => same_letters(left, right),
        (MessagePart::Hole(left), MessagePart::Hole(right)) => {
            let (mut left, mut right) = (left.clone(), right.clone());
            let nowhere = wr_base::ids::ExprId(0);
            left.transform(&mut |part| part.id = nowhere);
            right.transform(&mut |part| part.id = nowhere);
            left == right
        }
        (MessagePart::LabelOf(left), MessagePart::LabelOf(right)) => left == right,
        (MessagePart::Text(_) | MessagePart::Hole(_) | MessagePart::LabelOf(_), _) => false,
    }
}

const SETTINGS: [&str; 8] = ["delimiter", "bom", "encoding", "quote", "null_text", "header", "decimal", "line_end"];

/// What a setting needs.
enum Wanted {
    Delimiter,
    /// With what it is good for.
    Bool(&'static str),
    OneOf(Vec<&'static str>),
    Null,
}

/// Takes a value that fits.
fn set(with: &mut ExportOptions, name: &str, value: &ast::Expr) -> Result<(), Wanted> {
    let text = plain(value);
    let flag = if let ast::ExprKind::Literal(ast::Literal::Bool(value)) = &value.kind { Some(*value) } else { None };
    match name {
        "delimiter" => with.delimiter = Some(text.and_then(delimiter).ok_or(Wanted::Delimiter)?),
        "bom" => {
            let help = "`bom = true` begins the file with a mark by which spreadsheets see that it is UTF-8";
            with.bom = Some(flag.ok_or(Wanted::Bool(help))?);
        }
        "header" => {
            let help = "`header = false` leaves out the line with the headings";
            with.header = Some(flag.ok_or(Wanted::Bool(help))?);
        }
        "encoding" => {
            let known = || Wanted::OneOf(Encoding::ALL.iter().map(|one| one.name()).collect());
            with.encoding = Some(text.and_then(Encoding::named).ok_or_else(known)?);
        }
        "quote" => with.quotes_all = Some(one_of(text, &[("all", true), ("needed", false)])?),
        "decimal" => with.decimal = Some(one_of(text, &[(".", '.'), (",", ',')])?),
        "line_end" => with.line_end = Some(one_of(text, &[("crlf", LineEnd::CrLf), ("lf", LineEnd::Lf)])?),
        _ => {
            let text = text.filter(|text| !text.contains(['"', '\r', '\n']) && text.trim() == *text);
            with.null = Some(text.ok_or(Wanted::Null)?.to_owned());
        }
    }
    Ok(())
}

fn one_of<T: Copy>(text: Option<&str>, known: &[(&'static str, T)]) -> Result<T, Wanted> {
    let found = known.iter().find(|(name, _)| Some(*name) == text);
    found.map(|(_, value)| *value).ok_or_else(|| Wanted::OneOf(known.iter().map(|(name, _)| *name).collect()))
}

/// A text without holes.
fn plain(value: &ast::Expr) -> Option<&str> {
    let ast::ExprKind::Text(text) = &value.kind else { return None };
    match text.parts.as_slice() {
        [] => Some(""),
        [ast::TextPart::Words(words)] => Some(words),
        _ => None,
    }
}

/// Settings that do not go together.
fn check_together(checker: &mut Checker, settings: &[ast::Setting], with: &ExportOptions, format: Format) {
    let place = |name: &str| settings.iter().find(|setting| setting.name.text == name).map(|one| one.value.range);
    let has_mark = matches!(with.encoding, None | Some(Encoding::Utf8 | Encoding::Utf16));
    if let (Some(range), Some(true), false) = (place("bom"), with.bom, has_mark) {
        let at = checker.span(range);
        checker.report(errors::bom_of_encoding(at));
    }
    // `csv for excel` takes its delimiter from the locale, which is known to a run.
    let delimiter = with.delimiter.or((format == Format::Csv).then_some(','));
    if let (Some(range), Some(null), Some(sign)) = (place("null_text"), &with.null, delimiter)
        && null.contains(sign)
    {
        let at = checker.span(range);
        checker.report(errors::null_unfit(at));
    }
}

/// What stands after `with`.
pub(super) fn check_settings(checker: &mut Checker, settings: &[ast::Setting], format: Format) -> ExportOptions {
    let mut with = ExportOptions::default();
    let is_csv = matches!(format, Format::Csv | Format::CsvForExcel);
    for (index, setting) in settings.iter().enumerate() {
        let at = checker.span(setting.name.range);
        let value_at = checker.span(setting.value.range);
        let name = setting.name.text.as_str();
        if settings.iter().take(index).any(|other| other.name.text == name) {
            checker.report(errors::setting_twice(at, name));
            continue;
        }
        if !SETTINGS.contains(&name) {
            checker.report(errors::setting_unknown(at, name, &SETTINGS));
            continue;
        }
        if !is_csv {
            checker.report(errors::setting_of_csv(at, name));
            continue;
        }
        if matches!(setting.value.kind, ast::ExprKind::Error) {
            continue;
        }
        if let Err(wanted) = set(&mut with, name, &setting.value) {
            let diagnostic = match wanted {
                Wanted::Delimiter => errors::delimiter_unfit(value_at),
                Wanted::Bool(help) => errors::setting_no_bool(value_at, name, help),
                Wanted::OneOf(known) => errors::setting_none_of(value_at, name, plain(&setting.value), &known),
                Wanted::Null => errors::null_unfit(value_at),
            };
            checker.report(diagnostic);
        }
    }
    check_together(checker, settings, &with, format);
    with
}

/// One sign that a reader of CSV can tell from the text of a field.
fn delimiter(text: &str) -> Option<char> {
    let mut signs = text.chars();
    let sign = signs.next().filter(|sign| sign.is_ascii() && !matches!(sign, '"' | '\n' | '\r' | '\0'))?;
    (signs.next().is_none() && !sign.is_ascii_alphanumeric()).then_some(sign)
}

/// A number format of spreadsheets that shows values of a type: digits for numbers, parts of a date for dates. A column that
/// is text stays as it is.
pub(super) fn is_number_format(format: &str, data: &DataType) -> bool {
    // What is in quotes or behind a backslash is shown as it stands.
    let mut signs = String::new();
    let mut quoted = false;
    let mut all = format.chars();
    while let Some(sign) = all.next() {
        match sign {
            '"' => quoted = !quoted,
            '\\' => {
                all.next();
            }
            sign if !quoted => signs.push(sign.to_ascii_lowercase()),
            _ => {}
        }
    }
    let is_one = !quoted && !format.contains(char::is_control) && format.len() <= LONGEST_FORMAT;
    let has = |any: &[char]| signs.contains(any);
    is_one
        && match data {
            DataType::Int | DataType::Decimal { .. } | DataType::Float | DataType::Percent => {
                has(&['0', '#', '?']) && !has(&['y', 'd', 'h'])
            }
            DataType::Date => has(&['y', 'm', 'd']) && !has(&['0', '#']),
            DataType::DateTime | DataType::Time => has(&['y', 'm', 'd', 'h', 's']) && !has(&['#']),
            DataType::Text
            | DataType::Uuid
            | DataType::Bool
            | DataType::Duration
            | DataType::Range(_)
            | DataType::Period
            | DataType::List(_)
            | DataType::Shape
            | DataType::Null
            | DataType::Error => false,
        }
}

/// Spreadsheets take no longer one.
const LONGEST_FORMAT: usize = 255;
