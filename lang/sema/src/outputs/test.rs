//! `test "…" with { … } expect { … }`: rows and values that a script is tried with, and what has to come of it.
//!
//! A test is checked with its script and is no part of a run: what it expects of relations becomes sheets that only
//! [`lower_test`](crate::lower_test) adds to the outputs.

use wr_base::diag::Code;
use wr_base::ids::{TableId, ValueId};
use wr_base::span::TextRange;
use wr_base::ty::Type;
use wr_plan::declaration::{Message, MessagePart, Table, ValueKind};
use wr_plan::expr::{Expr, ExprKind};
use wr_plan::logical::StepInfo;
use wr_syntax::ast;

use super::{export, test_errors as errors};
use crate::checker::{Checker, Scope};
use crate::hir::{Expected, ExpectedOf, ExpectedRows, GivenRows, Test};
use crate::relations;
use crate::resolve::table_named;
use crate::types;

const WHAT: &str = "a test";

pub(crate) fn check_test(checker: &mut Checker, test: &ast::Test) {
    let at = checker.span(test.title.range);
    if let Some(first) = checker.tests.iter().find(|other| other.title == test.title.text) {
        let first_at = checker.origins.steps[first.step];
        checker.report(errors::test_twice(at, first_at, &test.title.text));
    }
    let words = checker.words(TextRange::new(0, test.title.range.end));
    let step = checker.step_id(test.title.range, StepInfo { word: "test".to_owned(), words, relation: None });
    let mut tables: Vec<GivenRows> = Vec::new();
    let mut values: Vec<(ValueId, Expr)> = Vec::new();
    let mut now = None;
    for given in &test.given {
        let at = checker.span(given.range);
        match &given.kind {
            ast::GivenKind::Table { table, rows } => {
                let Some(id) = find_table(checker, table) else { continue };
                if tables.iter().any(|known| known.table == id) {
                    checker.report(errors::given_twice(at, &checker.words(table.range)));
                    continue;
                }
                tables.extend(given_rows(checker, id, table.range, rows));
            }
            ast::GivenKind::File { name, rows } => {
                let Some(id) = relations::file_parameter(checker, name) else { continue };
                if values.iter().any(|(known, _)| *known == id) {
                    checker.report(errors::given_twice(at, &format!("${}", name.text)));
                    continue;
                }
                tables.extend(given_file(checker, id, name.range, rows));
                // Nothing is read, so nothing is hashed: only that there is a file.
                let ty = checker.values[id].ty.clone();
                let content = ExprKind::Literal(wr_base::value::Value::text("the rows of a test"));
                values.push((id, Expr::new(checker.expr_id(name.range), ty, content)));
            }
            ast::GivenKind::Value { name, value } => {
                let Some(id) = find_parameter(checker, name) else { continue };
                if values.iter().any(|(known, _)| *known == id) {
                    checker.report(errors::given_twice(at, &format!("${}", name.text)));
                    continue;
                }
                if relations::is_file(checker, id) {
                    checker.report(errors::value_of_file(at, &name.text));
                    continue;
                }
                let ty = checker.values[id].ty.clone();
                values.push((id, constant(checker, value, &ty)));
            }
            ast::GivenKind::Now(value) => {
                let ty = Type::required(wr_base::ty::DataType::DateTime);
                if now.replace(constant(checker, value, &ty)).is_some() {
                    checker.report(errors::given_twice(at, "now"));
                }
            }
        }
    }
    let expected = match &test.expected {
        ast::Expected::Rows(list) => Expected::Rows(list.iter().filter_map(|one| expected(checker, one)).collect()),
        ast::Expected::Fail(name) => Expected::Fails(code(checker, name)),
        ast::Expected::Broken(message) => Expected::Broken(message.text.clone()),
        ast::Expected::Refused(name) => Expected::Refused(find_parameter(checker, name)),
    };
    missing_values(checker, test, &values);
    checker.tests.push(Test { title: test.title.text.clone(), step, tables, values, now, expected });
}

/// Parameters that nobody is asked for: a test gives those that have no default.
fn missing_values(checker: &mut Checker, test: &ast::Test, given: &[(ValueId, Expr)]) {
    let mut missing = Vec::new();
    for (id, declared) in checker.values.iter() {
        if let ValueKind::Parameter(parameter) = &declared.kind
            && parameter.default.is_none()
            && !checker.unclear_defaults.contains(&id)
            && !declared.ty.nullable
            && !given.iter().any(|(known, _)| *known == id)
            && !test.given.iter().any(|one| names(one, &declared.name))
        {
            missing.push(format!("${}", declared.name));
        }
    }
    if !missing.is_empty() {
        let at = checker.span(test.title.range);
        checker.report(errors::test_without_values(at, &missing));
    }
}

fn names(given: &ast::Given, parameter: &str) -> bool {
    matches!(&given.kind, ast::GivenKind::Value { name, .. } | ast::GivenKind::File { name, .. } if name.text == parameter)
}

fn find_table(checker: &mut Checker, name: &ast::RelationName) -> Option<TableId> {
    let at = checker.span(name.range);
    if name.qualifier.is_none()
        && name.arguments.is_none()
        && let Some(query) = relations::given_query(checker, &name.name.text)
    {
        return Some(query);
    }
    let Some(connection) = name.qualifier.as_ref().filter(|_| name.arguments.is_none()) else {
        checker.report(errors::given_no_table(at, &checker.words(name.range), &[]));
        return None;
    };
    let found = table_named(checker, &connection.text, &name.name.text, at);
    let names = &checker.names;
    let is_unknown = names.unknown_connections.contains(&connection.text)
        || names.unknown_tables.iter().any(|(of, table)| *of == connection.text && *table == name.name.text);
    if found.is_none() && !is_unknown {
        // Said as wherever the script reads it, so that it is one report.
        if !names.connections.contains_key(&connection.text) && !names.relations.contains_key(&connection.text) {
            relations::report_unknown_connection(checker, connection);
            return None;
        }
        let known: Vec<String> = names.tables.full_names();
        checker.report(errors::given_no_table(at, &checker.words(name.range), &known));
    }
    found
}

fn find_parameter(checker: &mut Checker, name: &ast::Name) -> Option<ValueId> {
    let is_parameter = |id: &ValueId| matches!(checker.values[*id].kind, ValueKind::Parameter(_));
    match checker.names.values.get(&name.text).map(|named| named.meaning) {
        Some(None) => None,
        Some(Some(id)) if is_parameter(&id) => Some(id),
        Some(Some(_)) | None => {
            let all = checker.names.values.iter().filter(|(_, named)| named.meaning.as_ref().is_some_and(is_parameter));
            let known: Vec<String> = all.map(|(name, _)| name.clone()).collect();
            let at = checker.span(name.range);
            checker.report(errors::given_no_parameter(at, &name.text, &known));
            None
        }
    }
}

/// A value that depends on the moment of the test at most.
fn constant(checker: &mut Checker, written: &ast::Expr, ty: &Type) -> Expr {
    let expr = types::type_expr_as(checker, &Scope::values(WHAT), written, ty);
    let mut reads = false;
    expr.visit(&mut |part| reads |= matches!(part.kind, ExprKind::Value(_)));
    if reads {
        let at = checker.span(written.range);
        checker.report(errors::test_reads_value(at));
    }
    expr
}

/// Rows under their columns. Columns that are not named are null, where they can be.
fn given_rows(checker: &mut Checker, table: TableId, name: TextRange, written: &ast::Rows) -> Option<GivenRows> {
    let declared = checker.tables[table].columns.clone();
    let known: Vec<String> = declared.iter().map(|column| column.name.clone()).collect();
    let mut columns: Vec<u32> = Vec::new();
    let mut is_broken = false;
    for heading in &written.headings {
        let at = checker.span(heading.range());
        let index = known.iter().position(|column| column == heading.text());
        match index {
            Some(index) if !columns.contains(&(index as u32)) => columns.push(index as u32),
            Some(_) => {
                checker.report(errors::given_twice(at, heading.text()));
                is_broken = true;
            }
            None => {
                checker.report(errors::test_unknown_column(at, heading.text(), &known));
                is_broken = true;
            }
        }
    }
    let left_out = declared.iter().enumerate().filter(|(at, column)| {
        !column.ty.nullable && !columns.contains(&(*at as u32)) && !written.rows.is_empty() && !is_broken
    });
    let left_out: Vec<&str> = left_out.map(|(_, column)| column.name.as_str()).collect();
    if !left_out.is_empty() {
        let at = checker.span(name);
        checker.report(errors::given_without_columns(at, &checker.words(name), &left_out));
    }
    if is_broken {
        return None;
    }
    let types: Vec<Type> = columns.iter().filter_map(|at| declared.get(*at as usize)).map(|c| c.ty.clone()).collect();
    Some(GivenRows { table, columns, rows: cells(checker, written, &types) })
}

/// The rows of a file, for each of its readings: the columns that this one has.
fn given_file(checker: &mut Checker, file: ValueId, name: TextRange, written: &ast::Rows) -> Vec<GivenRows> {
    let reads = |table: &Table| table.file.as_ref().is_some_and(|read| read.value == file);
    let tables: Vec<(TableId, Vec<String>)> = checker
        .tables
        .iter()
        .filter(|(_, table)| reads(table))
        .map(|(id, table)| (id, table.columns.iter().map(|column| column.name.clone()).collect()))
        .collect();
    let known: Vec<String> = tables.iter().flat_map(|(_, columns)| columns.clone()).collect();
    let unknown: Vec<_> =
        written.headings.iter().filter(|heading| !known.iter().any(|one| one == heading.text())).collect();
    for heading in &unknown {
        let at = checker.span(heading.range());
        checker.report(errors::test_unknown_column(at, heading.text(), &known));
    }
    let lengths: Vec<_> = written.rows.iter().filter(|row| row.cells.len() != written.headings.len()).collect();
    for row in &lengths {
        let at = checker.span(row.range);
        checker.report(errors::row_length(at, row.cells.len(), written.headings.len()));
    }
    if !unknown.is_empty() || !lengths.is_empty() {
        return Vec::new();
    }
    let mut given = Vec::new();
    for (id, columns) in tables {
        let has =
            |at: usize| written.headings.get(at).is_some_and(|heading| columns.iter().any(|c| c == heading.text()));
        let part = ast::Rows {
            headings: written
                .headings
                .iter()
                .enumerate()
                .filter(|(at, _)| has(*at))
                .map(|(_, one)| one.clone())
                .collect(),
            rows: written
                .rows
                .iter()
                .map(|row| ast::Row {
                    cells: row
                        .cells
                        .iter()
                        .enumerate()
                        .filter(|(at, _)| has(*at))
                        .map(|(_, one)| one.clone())
                        .collect(),
                    range: row.range,
                })
                .collect(),
            range: written.range,
        };
        given.extend(given_rows(checker, id, name, &part));
    }
    given
}

/// The cells of rows, each of the type of its column.
fn cells(checker: &mut Checker, written: &ast::Rows, types: &[Type]) -> Vec<Vec<Expr>> {
    let mut rows = Vec::new();
    for row in &written.rows {
        if row.cells.len() != types.len() {
            let at = checker.span(row.range);
            checker.report(errors::row_length(at, row.cells.len(), types.len()));
            continue;
        }
        rows.push(row.cells.iter().zip(types).map(|(cell, ty)| constant(checker, cell, ty)).collect());
    }
    rows
}

fn expected(checker: &mut Checker, written: &ast::ExpectedRows) -> Option<ExpectedRows> {
    let words = checker.words(match &written.of {
        ast::ExpectedOf::Relation(ast::Operand::Named(name)) => name.range,
        ast::ExpectedOf::Relation(ast::Operand::Pipeline(pipeline)) => pipeline.range,
        ast::ExpectedOf::File { name, .. } => name.range,
    });
    let headings: Vec<String> = written.rows.headings.iter().map(|heading| heading.text().to_owned()).collect();
    let (of, types, is_ordered) = match &written.of {
        ast::ExpectedOf::Relation(operand) => of_relation(checker, operand, &written.rows)?,
        ast::ExpectedOf::File { name, sheet } => of_file(checker, name, sheet.as_ref(), &headings)?,
    };
    let rows = cells(checker, &written.rows, &types);
    Some(ExpectedRows { words, headings, of, is_ordered, rows })
}

/// Some columns of a relation, as a sheet of them would be.
fn of_relation(
    checker: &mut Checker,
    operand: &ast::Operand,
    rows: &ast::Rows,
) -> Option<(ExpectedOf, Vec<Type>, bool)> {
    let relation = relations::operand(checker, operand)?;
    let row = checker.relations[relation].row.clone();
    let known: Vec<String> = row.columns.iter().map(|column| column.name.clone()).collect();
    let mut columns = Vec::new();
    let mut types = Vec::new();
    for heading in &rows.headings {
        let at = checker.span(heading.range());
        match row.columns.iter().find(|column| column.name == heading.text()) {
            Some(column) => {
                columns.push((column.name.clone(), heading.range()));
                types.push(Type::optional(column.ty.data.clone()));
            }
            None if row.is_unknown => return None,
            None => checker.report(errors::test_unknown_column(at, heading.text(), &known)),
        }
    }
    if columns.len() != rows.headings.len() {
        return None;
    }
    let range = match operand {
        ast::Operand::Named(name) => name.range,
        ast::Operand::Pipeline(pipeline) => pipeline.range,
    };
    let sheet = export::sheet_of_columns(checker, relation, &columns, range);
    Some((ExpectedOf::Relation(sheet), types, !row.order.is_empty()))
}

/// What the exports say of a file. Its name is compared when it is known.
fn of_file(
    checker: &mut Checker,
    name: &ast::PlainText,
    sheet: Option<&ast::PlainText>,
    headings: &[String],
) -> Option<(ExpectedOf, Vec<Type>, bool)> {
    let at = checker.span(name.range);
    let found: Vec<_> = checker
        .exports
        .iter()
        .flat_map(|export| export.sheets.iter().map(move |one| (export, one)))
        .filter(|(export, one)| {
            could_be(&export.file_name, &name.text) && sheet.is_none_or(|sheet| one.title == sheet.text)
        })
        .map(|(_, one)| one.clone())
        .collect();
    let [one] = found.as_slice() else {
        if found.is_empty() && checker.has_unclear_export {
            return None;
        }
        checker.report(errors::test_unknown_file(at, &name.text, sheet.map(|sheet| sheet.text.as_str()), found.len()));
        return None;
    };
    let mut types = Vec::new();
    for heading in headings {
        let column = one.columns.iter().find(|column| could_be(&column.heading, heading));
        let Some(column) = column else {
            let known: Vec<String> = one.columns.iter().filter_map(|column| fixed(&column.heading)).collect();
            checker.report(errors::test_unknown_column(at, heading, &known));
            return None;
        };
        types.push(Type::optional(column.ty.data.clone()));
    }
    let is_ordered = !checker.relations[one.relation].row.order.is_empty();
    Some((ExpectedOf::File { name: name.text.clone(), sheet: one.step }, types, is_ordered))
}

fn fixed(message: &Message) -> Option<String> {
    match message.parts.as_slice() {
        [MessagePart::Text(words)] => Some(words.clone()),
        _ => None,
    }
}

/// Whether a text with holes could become this one.
fn could_be(message: &wr_plan::declaration::Message, text: &str) -> bool {
    let mut rest = Some(text);
    let mut may_skip = false;
    for part in &message.parts {
        match part {
            MessagePart::Text(words) => {
                rest = rest.and_then(|rest| {
                    let at = if may_skip {
                        rest.find(words.as_str())
                    } else {
                        rest.starts_with(words.as_str()).then_some(0)
                    };
                    at.and_then(|at| rest.get(at + words.len()..))
                });
                may_skip = false;
            }
            MessagePart::Hole(_) | MessagePart::LabelOf(_) => may_skip = true,
        }
    }
    rest.is_some_and(|rest| may_skip || rest.is_empty())
}

/// A code of a failure in a run.
fn code(checker: &mut Checker, name: &ast::Name) -> Option<Code> {
    let found = Code::ALL.iter().copied().find(|code| code.as_str() == name.text);
    if found.is_none_or(|code| code.as_str() < "WR0800") {
        let at = checker.span(name.range);
        checker.report(errors::test_unknown_code(at, &name.text, found.is_some()));
        return None;
    }
    found
}
