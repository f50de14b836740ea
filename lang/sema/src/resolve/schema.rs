//! `source` and `table`: connections, and the columns that their tables are said to have.

use std::sync::Arc;

use wr_base::ids::TableId;
use wr_base::row_type::Marks;
use wr_base::span::Span;
use wr_base::ty::DataType;
use wr_plan::declaration::{Engine, Table, TableArgument, TableColumn};
use wr_syntax::{UnreadTable, ast};

use super::{Imports, declare, errors};
use crate::checker::{Checker, Named, Place};
use crate::project::Driver;
use crate::tables::Declared;
use crate::types;

const ENGINES: [(&str, Engine); 4] = [
    ("clickhouse", Engine::ClickHouse),
    ("sqlserver", Engine::SqlServer),
    ("amplitude", Engine::Amplitude),
    ("local", Engine::Local),
];

/// `source wallet: clickhouse`.
pub(super) fn check_source(checker: &mut Checker, imports: &mut Imports<'_>, source: &ast::Source) {
    let name = &source.name;
    let at = checker.span(name.range);
    let engine = ENGINES.iter().find(|(word, _)| *word == source.driver.text).map(|(_, engine)| *engine);
    let Some(engine) = engine else {
        let driver_at = checker.span(source.driver.range);
        let known: Vec<&str> = ENGINES.iter().map(|(word, _)| *word).collect();
        checker.report(crate::project::errors::unknown_engine(driver_at, &source.driver.text, &known));
        checker.names.unknown_connections.insert(name.text.clone());
        return;
    };
    let first = checker.names.connections.get(&name.text).map(|named| named.span);
    let relation = checker.names.relations.get(&name.text).map(|named| named.span);
    match (first, relation) {
        (Some(first), _) => checker.report(errors::duplicate_name(at, first, &name.text)),
        (None, Some(relation)) => checker.report(errors::named_like_connection(relation, at, &name.text)),
        (None, None) => {
            let others = checker.names.connections.iter().map(|(other, named)| (other.as_str(), named.span));
            let near = declare::same_but_for_case(&name.text, others);
            declare::warn_of_case(checker, at, &name.text, near.map(|(other, at)| (other, Some(at))));
            // In a library a connection may be declared that no script uses.
            if imports.is_root() {
                check_connection(checker, imports, &name.text, engine, at);
            }
            checker.names.connections.insert(name.text.clone(), Named { meaning: engine, span: at });
        }
    }
}

/// Whether `wr.toml`, where there is one, says where a used connection leads, and to the same kind of server.
pub(super) fn check_connection(checker: &mut Checker, imports: &mut Imports<'_>, name: &str, engine: Engine, at: Span) {
    if imports.looked_up.iter().any(|done| done == name) {
        return;
    }
    imports.looked_up.push(name.to_owned());
    let Some(connections) = &imports.project.connections else { return };
    let Some(connection) = connections.get(name) else {
        let known: Vec<&str> = connections.keys().map(String::as_str).collect();
        checker.report(errors::connection_not_in_project(at, name, &known));
        return;
    };
    let fits = match connection.driver() {
        // A folder can stand for any server: that is how reports are tried without one.
        Driver::Local => true,
        Driver::ClickHouse => engine == Engine::ClickHouse,
        Driver::SqlServer => engine == Engine::SqlServer,
        Driver::Amplitude => engine == Engine::Amplitude,
    };
    if !fits {
        checker.report(errors::driver_mismatch(at, name, engine_word(engine), connection.driver().word()));
    }
}

const fn engine_word(engine: Engine) -> &'static str {
    match engine {
        Engine::ClickHouse => "clickhouse",
        Engine::SqlServer => "sqlserver",
        Engine::Amplitude => "amplitude",
        Engine::Local => "local",
    }
}

/// A table of a schema file, by its name alone. What is wrong with the name is found by reading it now.
pub(super) fn declare_unread(checker: &mut Checker, table: UnreadTable) {
    let names = &mut checker.names;
    let is_plain = names.connections.contains_key(&table.connection);
    let left = if is_plain { names.tables.insert_unread(table) } else { Err(table) };
    if let Err(table) = left {
        read(checker, &table, check_table);
    }
}

/// The table of a name, read if nobody did so before; `None` where there is none, or where it is broken, and then it is
/// known as unknown. `at`: who names it.
pub(crate) fn table_named(checker: &mut Checker, connection: &str, name: &str, at: Span) -> Option<TableId> {
    let unread = match checker.names.tables.get(connection, name)? {
        Declared::Read(table, _) => return Some(*table),
        Declared::Unread(unread) => unread,
    };
    let found = match checker.tables_read.get(&unread.name_at) {
        Some(found) => *found,
        None => {
            let unread = unread.clone();
            let before = std::mem::take(&mut checker.diagnostics);
            let table = read(checker, &unread, table_of).flatten();
            let found = table.map(|table| checker.tables.add(table));
            let wrong = std::mem::replace(&mut checker.diagnostics, before);
            for diagnostic in wrong.iter() {
                checker.report(diagnostic.clone().with_secondary(at, "used from here"));
            }
            checker.tables_read.insert(unread.name_at, found);
            found
        }
    };
    if found.is_none() {
        checker.names.unknown_tables.insert((connection.to_owned(), name.to_owned()));
    }
    found
}

/// Parses a table that was left unread and does with it what is asked, at its own place.
fn read<T>(
    checker: &mut Checker,
    table: &UnreadTable,
    check: impl FnOnce(&mut Checker, &ast::Table) -> T,
) -> Option<T> {
    let text = Arc::clone(&checker.sources.get(table.file)?.text);
    let parsed = wr_syntax::parse_table(&text, table);
    for diagnostic in parsed.diagnostics {
        checker.report(diagnostic);
    }
    let statement = parsed.file.statements.first()?;
    let outer = std::mem::replace(&mut checker.place, Place { file: table.file, base: statement.start });
    let checked = if let ast::StatementKind::Table(table) = &statement.kind {
        Some(check(checker, table))
    } else {
        declare::unknown_names(checker, &statement.kind);
        None
    };
    checker.place = outer;
    checked
}

/// `table wallet.cards key card_id { … }`.
pub(super) fn check_table(checker: &mut Checker, table: &ast::Table) {
    let Some(meaning) = table_of(checker, table) else { return };
    let at = checker.span(table.name.range);
    let (connection, name) = (&table.connection.text, &table.name.text);
    if let Some(first) = checker.names.tables.get(connection, name).map(Declared::span) {
        checker.report(errors::duplicate_name(at, first, &format!("{connection}.{name}")));
        return;
    }
    let meaning = Declared::Read(checker.tables.add(meaning), at);
    checker.names.tables.insert(connection, name, meaning);
}

/// What a table declares; `None` where its connection is not known, which was reported.
fn table_of(checker: &mut Checker, table: &ast::Table) -> Option<Table> {
    let connection = &table.connection.text;
    let full_name = format!("{connection}.{}", table.name.text);
    let Some(engine) = checker.names.connections.get(connection).map(|named| named.meaning) else {
        if !checker.names.unknown_connections.contains(connection) {
            let connection_at = checker.span(table.connection.range);
            let known: Vec<String> = checker.names.connections.keys().cloned().collect();
            checker.report(errors::table_of_unknown_connection(connection_at, connection, &full_name, &known));
            checker.names.unknown_connections.insert(connection.clone());
        }
        return None;
    };
    let columns = columns(checker, &table.columns);
    let key = key(checker, table.key.as_ref(), &table.name.text, &columns);
    let mut arguments = Vec::new();
    for argument in &table.arguments {
        let ty = types::resolve_type(checker, &argument.ty);
        let cohort_of = match &argument.ty.kind {
            ast::TypeNameKind::Cohort(of) => Some(of.text.clone()),
            ast::TypeNameKind::Int
            | ast::TypeNameKind::Decimal(_)
            | ast::TypeNameKind::Float
            | ast::TypeNameKind::Text
            | ast::TypeNameKind::Bool
            | ast::TypeNameKind::Date
            | ast::TypeNameKind::DateTime
            | ast::TypeNameKind::Time
            | ast::TypeNameKind::Duration
            | ast::TypeNameKind::Uuid
            | ast::TypeNameKind::Percent
            | ast::TypeNameKind::Range(_)
            | ast::TypeNameKind::Period
            | ast::TypeNameKind::List(_)
            | ast::TypeNameKind::Choice
            | ast::TypeNameKind::Choices
            | ast::TypeNameKind::Columns
            | ast::TypeNameKind::File
            | ast::TypeNameKind::Unknown(_)
            | ast::TypeNameKind::Error => None,
        };
        let named = columns.iter().find(|column| column.name == argument.name.text);
        let is_of_column = ty.data == DataType::Period
            && named.is_some_and(|column| matches!(column.ty.data, DataType::DateTime | DataType::Date));
        if cohort_of.is_none() && !is_of_column && !ty.is_error() {
            let at = checker.span(argument.name.range);
            checker.report(errors::argument_of_nothing(at, &argument.name.text, &ty));
        }
        arguments.push(TableArgument { name: argument.name.text.clone(), ty, cohort_of });
    }
    Some(Table {
        connection: connection.clone(),
        name: table.name.text.clone(),
        engine,
        columns,
        key,
        trusted: table.key.as_ref().and_then(|key| key.trusted.as_ref()).map(|reason| reason.text.clone()),
        arguments,
        query: None,
        file: None,
        doc: table.doc.as_ref().map_or_else(String::new, |doc| doc.text.clone()),
    })
}

/// Declared columns of a table, a query or a file.
pub(crate) fn columns<'a>(
    checker: &mut Checker,
    written: impl IntoIterator<Item = &'a ast::TableColumn>,
) -> Vec<TableColumn> {
    let mut columns: Vec<TableColumn> = Vec::new();
    let mut places: Vec<(String, Span)> = Vec::new();
    for column in written {
        let ty = types::resolve_type(checker, &column.ty);
        let at = checker.span(column.name.range);
        let name = column.name.text.clone();
        if let Some((_, first)) = places.iter().find(|(other, _)| *other == name) {
            let first = *first;
            checker.report(errors::duplicate_name(at, first, &name));
            continue;
        }
        let others = places.iter().map(|(other, at)| (other.as_str(), *at));
        let near = declare::same_but_for_case(&name, others);
        declare::warn_of_case(checker, at, &name, near.map(|(other, at)| (other, Some(at))));
        let ty = if ty.data.is_column_type() {
            ty
        } else {
            let type_at = checker.span(column.ty.range);
            checker.report(errors::not_a_column_type(type_at, &name, &ty));
            wr_base::ty::Type::error()
        };
        places.push((name.clone(), at));
        columns.push(TableColumn {
            name,
            ty,
            marks: Marks {
                entity: column.entity.as_ref().map(|entity| entity.text.clone()),
                personal: column.personal.is_some(),
            },
            doc: column.doc.as_ref().map_or_else(String::new, |doc| doc.text.clone()),
        });
    }
    columns
}

/// Indexes of the key's columns.
pub(crate) fn key(
    checker: &mut Checker,
    written: Option<&ast::TableKey>,
    table: &str,
    columns: &[TableColumn],
) -> Vec<u32> {
    let mut key = Vec::new();
    for name in written.into_iter().flat_map(|key| &key.columns) {
        match columns.iter().position(|column| column.name == name.text) {
            Some(at) if !key.contains(&(at as u32)) => key.push(at as u32),
            Some(_) => {
                let at = checker.span(name.range);
                checker.report(errors::key_column_twice(at, &name.text));
            }
            None => {
                let at = checker.span(name.range);
                let known = columns.iter().map(|column| column.name.as_str());
                checker.report(errors::key_is_no_column(at, table, &name.text, known));
            }
        }
    }
    key
}
