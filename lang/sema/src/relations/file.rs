//! `file($list)`: the file that a person names as a relation of declared columns, or one column of it as a list.
//!
//! Each reading is a table of its own that is read with the file's value: what is pushed, compared, counted and given by a
//! test is then no matter of files.

use wr_base::ids::{RelationId, ValueId};
use wr_base::row_type::{Marks, RowType};
use wr_base::span::{Span, TextRange};
use wr_base::ty::{DataType, Type};
use wr_plan::declaration::{Encoding, Engine, FileRead, ParameterKind, Table, TableArgument, TableColumn, ValueKind};
use wr_plan::expr::{Expr, ExprKind};
use wr_syntax::ast;

use super::source::{relation_of_source, table_source};
use super::{errors, unknown_row};
use crate::checker::Checker;
use crate::hir::Source;
use crate::resolve;
use crate::types;

const SETTINGS: [&str; 3] = ["sheet", "delimiter", "encoding"];

/// The parameter that a `file($…)` names. `None`: reported.
pub(crate) fn file_parameter(checker: &mut Checker, name: &ast::Name) -> Option<ValueId> {
    let Some(named) = checker.names.values.get(&name.text) else {
        types::report_unknown_value(checker, name);
        return None;
    };
    let id = named.meaning?;
    if is_file(checker, id) {
        return Some(id);
    }
    let at = checker.span(name.range);
    let files: Vec<String> = checker
        .names
        .values
        .iter()
        .filter_map(|(name, named)| named.meaning.filter(|id| is_file(checker, *id)).map(|_| name.clone()))
        .collect();
    checker.report(errors::not_a_file(at, &name.text, &files));
    None
}

/// Whether a value is a file.
pub(crate) fn is_file(checker: &Checker, value: ValueId) -> bool {
    match checker.values.get(value).map(|declared| &declared.kind) {
        Some(ValueKind::Parameter(parameter)) => matches!(parameter.kind, ParameterKind::File),
        Some(ValueKind::Let(_)) | None => false,
    }
}

/// The source of `from file($list) as { … }`, and its row.
pub(super) fn source_of_file(checker: &mut Checker, read: &ast::FileRead) -> (Source, RowType) {
    let file = file_parameter(checker, &read.file);
    let columns = resolve::columns(checker, read.columns.iter().map(|column| &column.declared));
    // Two columns of one name were reported as such.
    let headings = if columns.len() == read.columns.len() { headings(checker, &read.columns) } else { Vec::new() };
    let settings = settings(checker, &read.settings);
    let Some(value) = file else { return (Source::Error, unknown_row()) };
    if columns.is_empty() {
        if read.columns.is_empty() {
            let at = checker.span(read.file_range);
            checker.report(errors::file_without_columns(at, &read.file.text));
        }
        return (Source::Error, unknown_row());
    }
    let (sheet, delimiter, encoding) = settings;
    let file = FileRead { value, headings, sheet, delimiter, encoding };
    table_of(checker, file, columns, read.file.range)
}

/// One column of a file, read as a type, as a relation: what stands behind `in`.
pub(crate) fn list_of_file(
    checker: &mut Checker,
    file: &ast::Name,
    column: &ast::Name,
    data: DataType,
    range: TextRange,
) -> Option<RelationId> {
    let value = file_parameter(checker, file)?;
    let heading = column.text.clone();
    let read = FileRead { value, headings: vec![heading.clone()], sheet: None, delimiter: None, encoding: None };
    let column = TableColumn { name: heading, ty: Type::optional(data), marks: Marks::default(), doc: String::new() };
    let (source, row) = table_of(checker, read, vec![column], file.range);
    Some(relation_of_source(checker, source, row, range))
}

fn table_of(checker: &mut Checker, file: FileRead, columns: Vec<TableColumn>, range: TextRange) -> (Source, RowType) {
    let value = file.value;
    let declared = &checker.values[value];
    let (name, ty) = (declared.name.clone(), declared.ty.clone());
    let argument = TableArgument { name: name.clone(), ty: ty.clone(), cohort_of: None };
    let table = checker.tables.add(Table {
        connection: "file".to_owned(),
        name,
        engine: Engine::Local,
        columns,
        key: Vec::new(),
        trusted: None,
        arguments: vec![argument],
        query: None,
        file: Some(Box::new(file)),
        doc: String::new(),
    });
    let content = Expr::new(checker.expr_id(range), ty, ExprKind::Value(value));
    table_source(checker, table, vec![content])
}

/// What stands in the file above each declared column.
fn headings(checker: &mut Checker, columns: &[ast::FileColumn]) -> Vec<String> {
    let mut headings: Vec<(String, Span)> = Vec::new();
    for column in columns {
        let (heading, at) = match &column.heading {
            Some(text) => (text.text.trim().to_owned(), checker.span(text.range)),
            None => (column.declared.name.text.clone(), checker.span(column.declared.name.range)),
        };
        if heading.is_empty() {
            checker.report(errors::heading_empty(at));
        }
        if let Some((_, first)) = headings.iter().find(|(other, _)| *other == heading) {
            let first = *first;
            checker.report(errors::heading_twice(at, first, &heading));
        }
        headings.push((heading, at));
    }
    headings.into_iter().map(|(heading, _)| heading).collect()
}

/// How the file is read, where its author knows better than what can be seen of it.
fn settings(checker: &mut Checker, settings: &[ast::Setting]) -> (Option<String>, Option<char>, Option<Encoding>) {
    let (mut sheet, mut delimiter, mut encoding) = (None, None, None);
    for (index, setting) in settings.iter().enumerate() {
        let at = checker.span(setting.name.range);
        let value_at = checker.span(setting.value.range);
        let name = setting.name.text.as_str();
        if settings.iter().take(index).any(|other| other.name.text == name) {
            checker.report(crate::outputs::errors::setting_twice(at, name));
            continue;
        }
        if !SETTINGS.contains(&name) {
            checker.report(crate::resolve::errors::unknown_setting(at, "file", name, &SETTINGS));
            continue;
        }
        if matches!(setting.value.kind, ast::ExprKind::Error) {
            continue;
        }
        let text = plain_text(&setting.value);
        match (name, text) {
            ("sheet", Some(text)) if !text.is_empty() => sheet = Some(text.to_owned()),
            ("delimiter", Some(text)) if sign(text).is_some() => delimiter = sign(text),
            ("encoding", Some(text)) if Encoding::named(text).is_some() => encoding = Encoding::named(text),
            ("sheet", _) => checker.report(errors::sheet_unfit(value_at)),
            ("delimiter", _) => checker.report(crate::outputs::errors::delimiter_unfit(value_at)),
            (_, _) => {
                let known: Vec<&str> = Encoding::ALL.iter().map(|one| one.name()).collect();
                checker.report(errors::encoding_unfit(value_at, text, &known));
            }
        }
    }
    (sheet, delimiter, encoding)
}

fn plain_text(value: &ast::Expr) -> Option<&str> {
    let ast::ExprKind::Text(text) = &value.kind else { return None };
    match text.parts.as_slice() {
        [] => Some(""),
        [ast::TextPart::Words(words)] => Some(words),
        _ => None,
    }
}

/// One sign that can be told from the text of a field.
fn sign(text: &str) -> Option<char> {
    let mut signs = text.chars();
    let sign = signs.next().filter(|sign| sign.is_ascii() && !matches!(sign, '"' | '\n' | '\r' | '\0'))?;
    (signs.next().is_none() && !sign.is_ascii_alphanumeric()).then_some(sign)
}
