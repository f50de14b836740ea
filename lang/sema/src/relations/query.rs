//! `from wallet.sql """…""" as { … }`: a query in the language of its source to a table of the declared columns.
//!
//! Invariant: nothing of the script's values gets into the text. A hole is an argument with which the table is read, so
//! placement, sources and tests treat it as they treat any other table with arguments.

use wr_base::ids::TableId;
use wr_base::row_type::RowType;
use wr_base::span::TextRange;
use wr_base::ty::{DataType, MAX_PRECISION};
use wr_plan::declaration::{Engine, QueryPart, QueryText, Table, TableArgument};
use wr_plan::expr::Expr;
use wr_plan::functions::PERCENT_SCALE;
use wr_plan::place::capabilities;
use wr_syntax::ast;

use super::{errors, source::table_source, unknown_row};
use crate::checker::{Checker, RelationMeaning, Scope};
use crate::definitions::Body;
use crate::hir::Source;
use crate::resolve;
use crate::types;

pub(super) fn source_of_query(checker: &mut Checker, query: &ast::SqlQuery, range: TextRange) -> (Source, RowType) {
    let connection = &query.connection;
    let mut parts = Vec::new();
    let mut arguments: Vec<Expr> = Vec::new();
    let quoted = holes_in_quotes(&query.text);
    for part in &query.text.parts {
        match part {
            ast::TextPart::Words(words) => parts.push(QueryPart::Words(words.clone())),
            ast::TextPart::Hole(hole) => {
                if quoted.get(arguments.len()) == Some(&true) {
                    let at = checker.span(hole.range);
                    checker.report(errors::hole_in_quotes(at));
                }
                parts.push(QueryPart::Hole(arguments.len() as u32));
                arguments.push(hole_value(checker, hole));
            }
        }
    }
    let key_place = checker.span(query.text.range);
    let Some(engine) = known_connection(checker, connection) else { return (Source::Error, unknown_row()) };
    let answering = checker.drivers.get(&connection.text).copied().unwrap_or(engine);
    if !capabilities::takes_own_queries(answering) {
        let at = checker.span(TextRange::new(range.start, query.text.range.start));
        checker.report(errors::query_not_taken(at, &connection.text, answering, engine));
    }
    let table = match checker.queries.get(&key_place).copied() {
        Some(table) => table,
        None => declare(checker, query, engine, QueryText { parts }, &arguments),
    };
    checker.queries.insert(key_place, table);
    if checker.tables[table].columns.is_empty() {
        return (Source::Error, unknown_row());
    }
    table_source(checker, table, arguments)
}

/// What the script declares a connection to be; one that it does not know is reported.
pub(crate) fn known_connection(checker: &mut Checker, connection: &ast::Name) -> Option<Engine> {
    let engine = checker.names.connections.get(&connection.text).map(|named| named.meaning);
    if engine.is_none() && !checker.names.unknown_connections.contains(&connection.text) {
        let at = checker.span(connection.range);
        let known = checker.names.connections.keys().map(String::as_str);
        let diagnostic = errors::unknown_connection(at, &connection.text, known);
        checker.report(diagnostic);
    }
    engine
}

/// The table that the query is, read with the values of its holes.
fn declare(
    checker: &mut Checker,
    query: &ast::SqlQuery,
    engine: Engine,
    text: QueryText,
    arguments: &[Expr],
) -> TableId {
    let columns = resolve::columns(checker, &query.columns);
    if columns.is_empty() {
        let at = checker.span(query.text.range);
        checker.report(errors::query_without_columns(at));
    }
    let key = resolve::key(checker, query.key.as_ref(), "sql", &columns);
    let argument = |(at, value): (usize, &Expr)| TableArgument {
        name: (at + 1).to_string(),
        ty: value.ty.clone(),
        cohort_of: None,
    };
    checker.tables.add(Table {
        connection: query.connection.text.clone(),
        name: "sql".to_owned(),
        engine,
        columns,
        key,
        trusted: query.key.as_ref().and_then(|key| key.trusted.as_ref()).map(|reason| reason.text.clone()),
        arguments: arguments.iter().enumerate().map(argument).collect(),
        query: Some(text),
        file: None,
        doc: String::new(),
    })
}

/// One value, known before any row is read and never null: a query that compares with null finds nothing, silently.
fn hole_value(checker: &mut Checker, hole: &ast::Expr) -> Expr {
    let value = types::type_expr(checker, &Scope::values("a hole of a query"), hole);
    if value.ty.is_error() {
        return value;
    }
    let at = checker.span(hole.range);
    if value.ty.nullable {
        let words = checker.words(hole.range);
        checker.report(errors::hole_may_be_null(at, &words));
        return Expr::error(value.id);
    }
    if value.ty.data == DataType::Percent {
        // A source knows the share that it stands for.
        return types::widened(checker, value, &DataType::Decimal { precision: MAX_PRECISION, scale: PERCENT_SCALE });
    }
    let of = if let DataType::List(of) = &value.ty.data { of } else { &value.ty.data };
    if of.is_column_type() {
        return value;
    }
    checker.report(errors::hole_of_no_value(at, &value.ty.data));
    Expr::error(value.id)
}

/// For each hole, whether it stands in quotes of the query, where a source would see the mark of a hole as words.
fn holes_in_quotes(text: &ast::Text) -> Vec<bool> {
    let mut found = Vec::new();
    // What ends the quotes or the comment that the text is in.
    let mut until: Option<&str> = None;
    for part in &text.parts {
        let ast::TextPart::Words(words) = part else {
            found.push(matches!(until, Some("'" | "\"" | "`")));
            continue;
        };
        let mut rest = words.as_str();
        while let Some(first) = rest.chars().next() {
            let mut step = first.len_utf8();
            match until {
                Some(end) if rest.starts_with(end) => {
                    step = end.len();
                    until = None;
                }
                Some(_) => {}
                None => {
                    until = OPENERS.iter().find(|(open, _)| rest.starts_with(open)).map(|(open, end)| {
                        step = open.len();
                        *end
                    });
                }
            }
            rest = rest.get(step..).unwrap_or_default();
        }
    }
    found
}

/// Where quotes and comments of SQL begin, and what ends them. A doubled quote ends them and begins them again.
const OPENERS: &[(&str, &str)] = &[("'", "'"), ("\"", "\""), ("`", "`"), ("--", "\n"), ("/*", "*/")];

/// The query that a `let` begins with, for a test that gives its rows: `paid = rows …`.
pub(crate) fn given_query(checker: &Checker, name: &str) -> Option<TableId> {
    match checker.names.relations.get(name)?.meaning.as_ref()? {
        RelationMeaning::Rows(relation) => match &checker.relations.get(*relation)?.source {
            Source::Table { table, .. } => Some(*table).filter(|table| checker.tables[*table].query.is_some()),
            Source::Relation { .. } | Source::Error => None,
        },
        RelationMeaning::WithParameters(definition) => {
            let Body::Relation(pipeline) = &definition.body else { return None };
            let ast::StepKind::FromQuery(query) = &pipeline.steps.first()?.kind else { return None };
            let place = query.text.range.in_file(definition.place.file, definition.place.base);
            checker.queries.get(&place).copied()
        }
    }
}
