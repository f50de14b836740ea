//! `use a, b from "lib.wr"`: other files, each read and checked once.

use std::collections::BTreeMap;
use std::rc::Rc;

use wr_base::loader::{LoadError, Loader};
use wr_base::source::SourceText;
use wr_base::span::Span;
use wr_syntax::ast;

use super::{Role, check_statements, declare, errors, schema};
use crate::checker::{Checker, Names, Place};
use crate::lints;
use crate::project::Project;

/// The files of one analysis, and what they declare.
pub(crate) struct Imports<'a> {
    loader: &'a dyn Loader,
    pub(super) project: &'a Project,
    finished: BTreeMap<String, Rc<Names>>,
    /// Files whose `use` statements led here, outermost first.
    underway: Vec<String>,
    /// Connections whose place in `wr.toml` was looked up already.
    pub(super) looked_up: Vec<String>,
}

impl<'a> Imports<'a> {
    pub(super) fn new(loader: &'a dyn Loader, project: &'a Project) -> Self {
        Self { loader, project, finished: BTreeMap::new(), underway: Vec::new(), looked_up: Vec::new() }
    }

    /// Whether the file under check is the script itself.
    pub(super) fn is_root(&self) -> bool {
        self.underway.len() == 1
    }
}

/// The script itself.
pub(super) fn check_root(checker: &mut Checker, imports: &mut Imports<'_>, path: &str) {
    match imports.loader.load(path) {
        Ok(text) => {
            check_file(checker, imports, path, text, Role::Script);
        }
        Err(error) => {
            let file = checker.sources.add(SourceText::new(path, ""));
            checker.report(errors::import_not_readable(Span::new(file, 0, 0), path, &error));
        }
    }
}

/// Parses and checks a file with names of its own; gives them back.
fn check_file(checker: &mut Checker, imports: &mut Imports<'_>, path: &str, text: String, role: Role) -> Names {
    let parsed_text = SourceText::new(path, text);
    let text = parsed_text.text.clone();
    let file = checker.sources.add(parsed_text);
    let (parsed, unread) = match role {
        Role::Script => (wr_syntax::parse(&text, file), Vec::new()),
        Role::Library => wr_syntax::parse_but_tables(&text, file),
    };
    for diagnostic in parsed.diagnostics {
        checker.report(diagnostic);
    }
    imports.underway.push(path.to_owned());
    let outer_names = std::mem::take(&mut checker.names);
    let outer_place = std::mem::replace(&mut checker.place, Place { file, base: 0 });
    let outer_below = std::mem::take(&mut checker.declared_below);
    check_statements(checker, imports, file, &parsed.file, unread, role);
    let names = std::mem::replace(&mut checker.names, outer_names);
    checker.place = outer_place;
    checker.declared_below = outer_below;
    imports.underway.pop();
    lints::check_text(checker, file, &parsed.file, role, &names);
    names
}

/// `use`: each name is taken with everything that it means in the other file.
pub(super) fn check_use(checker: &mut Checker, imports: &mut Imports<'_>, taken: &ast::Use) {
    let path = relative_to(imports.underway.last().map_or("", String::as_str), &taken.path.text);
    let path_at = checker.span(taken.path.range);
    let Some(names) = names_of(checker, imports, &path, path_at) else {
        for name in &taken.names {
            declare::unknown_import(checker, name);
        }
        return;
    };
    let mut seen: Vec<&ast::Name> = Vec::new();
    for name in &taken.names {
        if let Some(first) = seen.iter().find(|first| first.text == name.text) {
            let (at, first_at) = (checker.span(name.range), checker.span(first.range));
            checker.report(errors::imported_twice(at, first_at, &name.text));
            continue;
        }
        seen.push(name);
        take(checker, imports, &names, name, &path);
    }
}

/// Each file is checked inside of the one that takes from it, so a chain of them takes stack.
const IMPORT_DEPTH_LIMIT: usize = 100;

/// What the file at a path declares; `None` where that cannot be told, which was reported.
fn names_of(checker: &mut Checker, imports: &mut Imports<'_>, path: &str, at: Span) -> Option<Rc<Names>> {
    if let Some(names) = imports.finished.get(path) {
        return Some(Rc::clone(names));
    }
    if let Some(first) = imports.underway.iter().position(|other| other == path) {
        let circle = imports.underway.get(first..).unwrap_or_default();
        checker.report(errors::import_cycle(at, path, circle));
        return None;
    }
    if imports.underway.len() > IMPORT_DEPTH_LIMIT {
        checker.report(errors::imports_too_deep(at, IMPORT_DEPTH_LIMIT));
        return None;
    }
    match imports.loader.load(path) {
        Ok(text) => {
            let before = std::mem::take(&mut checker.diagnostics);
            let names = check_file(checker, imports, path, text, Role::Library);
            let found = std::mem::replace(&mut checker.diagnostics, before);
            for diagnostic in found.iter() {
                // The place of the use helps only where the reader is not there already.
                let diagnostic = diagnostic.clone();
                let is_elsewhere = diagnostic.primary.span.file != at.file;
                checker.report(if is_elsewhere { diagnostic.with_secondary(at, "used from here") } else { diagnostic });
            }
            let names = Rc::new(names);
            imports.finished.insert(path.to_owned(), Rc::clone(&names));
            Some(names)
        }
        Err(error) => {
            checker.report(errors::import_not_readable(at, path, &error));
            None
        }
    }
}

/// One name: a connection with its tables, a relation, a function, a step, all that it means over there.
fn take(checker: &mut Checker, imports: &mut Imports<'_>, from: &Names, name: &ast::Name, path: &str) {
    let at = checker.span(name.range);
    let text = &name.text;
    let mut is_found = from.unknown_connections.contains(text);
    if is_found {
        checker.names.unknown_connections.insert(text.clone());
    }
    if let Some(connection) = from.connections.get(text) {
        is_found = true;
        if let Some(first) = checker.names.connections.get(text).filter(|first| first.span != connection.span) {
            let first = first.span;
            checker.report(errors::duplicate_name(at, first, text));
        } else if let Some(first) = checker.names.relations.get(text).map(|named| named.span) {
            checker.report(errors::named_like_connection(first, at, text));
        } else if checker.names.connections.contains_key(text) && imported_before(checker, text) {
            let first = checker.names.imported.get(text).copied().unwrap_or(at);
            checker.report(errors::imported_twice(at, first, text));
        } else {
            schema::check_connection(checker, imports, text, connection.meaning, at);
            checker.names.connections.insert(text.clone(), connection.clone());
        }
        checker.names.tables.take(&from.tables, text);
        let unknown = from.unknown_tables.iter().filter(|(of, _)| of == text).cloned();
        checker.names.unknown_tables.extend(unknown);
    }
    if let Some(relation) = from.relations.get(text) {
        is_found = true;
        match checker.names.relations.get(text).map(|first| first.span) {
            Some(first) => report_second(checker, at, first, text),
            None => match checker.names.connections.get(text).map(|named| named.span) {
                Some(connection) if !from.connections.contains_key(text) => {
                    checker.report(errors::named_like_connection(at, connection, text));
                }
                Some(_) => {}
                None => {
                    checker.names.relations.insert(text.clone(), relation.clone());
                }
            },
        }
    }
    if let Some(function) = from.functions.get(text) {
        is_found = true;
        match checker.names.functions.get(text).map(|first| first.span) {
            Some(first) => report_second(checker, at, first, text),
            None => {
                checker.names.functions.insert(text.clone(), function.clone());
            }
        }
    }
    if let Some(step) = from.steps.get(text) {
        is_found = true;
        match checker.names.steps.get(text).map(|first| first.span) {
            Some(first) => report_second(checker, at, first, text),
            None => {
                checker.names.steps.insert(text.clone(), step.clone());
            }
        }
    }
    if is_found {
        checker.names.imported.entry(text.clone()).or_insert(at);
    } else {
        let connections = from.connections.keys().map(String::as_str);
        let relations = from.relations.keys().map(String::as_str);
        let functions = from.functions.keys().map(String::as_str);
        let steps = from.steps.keys().map(String::as_str);
        let known: Vec<&str> = connections.chain(relations).chain(functions).chain(steps).collect();
        checker.report(errors::unknown_import(at, text, path, &known));
        declare::unknown_import(checker, name);
    }
}

fn imported_before(checker: &Checker, name: &str) -> bool {
    checker.names.imported.contains_key(name)
}

/// A name that is there already: imported twice, or declared and imported.
fn report_second(checker: &mut Checker, at: Span, first: Span, name: &str) {
    let diagnostic = match checker.names.imported.get(name) {
        Some(first) => errors::imported_twice(at, *first, name),
        None => errors::duplicate_name(at, first, name),
    };
    checker.report(diagnostic);
}

/// Paths are relative to the file in which they stand, and cannot leave the project's folder.
fn relative_to(file: &str, path: &str) -> String {
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Why a file's text is not to be had.
pub(super) fn reason(error: &LoadError) -> String {
    match error {
        LoadError::Missing => "there is no such file".to_owned(),
        LoadError::Unreadable(words) => words.clone(),
        LoadError::NotText(at) => format!("it is no text in UTF-8: byte {at} is not part of a letter"),
    }
}

#[cfg(test)]
mod tests {
    use super::relative_to;

    #[test]
    fn paths_are_relative_to_the_file_in_which_they_stand() {
        assert_eq!(relative_to("reports/a.wr", "../lib/people.wr"), "lib/people.wr");
        assert_eq!(relative_to("a.wr", "./schemas.wr"), "schemas.wr");
        assert_eq!(relative_to("a.wr", "../other.wr"), "../other.wr");
    }
}
