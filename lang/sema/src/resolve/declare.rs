//! Names of a file: each is declared once, and what is broken is known as unknown.

use std::rc::Rc;

use wr_base::ids::ValueId;
use wr_base::span::Span;
use wr_syntax::ast;

use super::errors;
use crate::checker::{Checker, Named, RelationMeaning, UserFunction};
use crate::definitions::Definition;

/// `$name`. Whether it is new; reported otherwise.
pub(crate) fn declare_value(checker: &mut Checker, name: &ast::Name, meaning: Option<ValueId>) -> bool {
    let span = checker.span(name.range);
    if let Some(first) = checker.names.values.get(&name.text).map(|named| named.span) {
        checker.report(errors::duplicate_name(span, first, &format!("${}", name.text)));
        return false;
    }
    let near = checker.names.values.iter().map(|(other, named)| (other.as_str(), named.span));
    let near = same_but_for_case(&name.text, near);
    warn_of_case(checker, span, &format!("${}", name.text), near.map(|(other, at)| (format!("${other}"), Some(at))));
    checker.names.values.insert(name.text.clone(), Named { meaning, span });
    true
}

/// `let name = from …`.
pub(crate) fn declare_relation(checker: &mut Checker, name: &ast::Name, meaning: Option<RelationMeaning>) {
    let span = checker.span(name.range);
    if let Some(first) = checker.names.relations.get(&name.text).map(|named| named.span) {
        checker.report(errors::duplicate_name(span, first, &name.text));
        return;
    }
    if let Some(connection) = checker.names.connections.get(&name.text).map(|named| named.span) {
        checker.report(errors::named_like_connection(span, connection, &name.text));
        return;
    }
    let relations = checker.names.relations.iter().map(|(other, named)| (other.as_str(), named.span));
    let connections = checker.names.connections.iter().map(|(other, named)| (other.as_str(), named.span));
    let near = same_but_for_case(&name.text, relations.chain(connections));
    warn_of_case(checker, span, &name.text, near.map(|(other, at)| (other, Some(at))));
    checker.names.relations.insert(name.text.clone(), Named { meaning, span });
}

pub(super) fn declare_function(checker: &mut Checker, name: &ast::Name, meaning: Option<UserFunction>) {
    let span = checker.span(name.range);
    if let Some(first) = checker.names.functions.get(&name.text).map(|named| named.span) {
        checker.report(errors::duplicate_name(span, first, &name.text));
        return;
    }
    let functions = checker.names.functions.iter().map(|(other, named)| (other.as_str(), named.span));
    let near = same_but_for_case(&name.text, functions);
    warn_of_case(checker, span, &name.text, near.map(|(other, at)| (other, Some(at))));
    checker.names.functions.insert(name.text.clone(), Named { meaning, span });
}

/// `step name = …`.
pub(crate) fn declare_step(checker: &mut Checker, name: &ast::Name, meaning: Option<Rc<Definition>>) {
    let span = checker.span(name.range);
    if let Some(first) = checker.names.steps.get(&name.text).map(|named| named.span) {
        checker.report(errors::duplicate_name(span, first, &name.text));
        return;
    }
    let near = checker.names.steps.iter().map(|(other, named)| (other.as_str(), named.span));
    let near = same_but_for_case(&name.text, near);
    warn_of_case(checker, span, &name.text, near.map(|(other, at)| (other, Some(at))));
    checker.names.steps.insert(name.text.clone(), Named { meaning, span });
}

/// The name among others that differs in upper and lower case only.
pub(crate) fn same_but_for_case<'a>(
    name: &str,
    others: impl Iterator<Item = (&'a str, Span)>,
) -> Option<(String, Span)> {
    let mut others = others.filter(|(other, _)| wr_base::name::same_but_for_case(name, other));
    others.next().map(|(other, span)| (other.to_owned(), span))
}

/// `other`, where there is one, with its place, where that is known.
pub(crate) fn warn_of_case(checker: &mut Checker, at: Span, name: &str, other: Option<(String, Option<Span>)>) {
    if let Some((other, other_at)) = other {
        checker.report(errors::case_only_difference(at, other_at, name, &other));
    }
}

/// What a broken or misplaced statement would have declared: known, and silent.
pub(super) fn unknown_names(checker: &mut Checker, kind: &ast::StatementKind) {
    match kind {
        ast::StatementKind::Error(broken) => {
            for declared in &broken.declares {
                unknown_name(checker, declared);
            }
        }
        ast::StatementKind::Param(param) => unknown_name(checker, &ast::Declared::Value(param.name.clone())),
        ast::StatementKind::LetValue(value) => unknown_name(checker, &ast::Declared::Value(value.name.clone())),
        ast::StatementKind::LetRelation(declared) => {
            unknown_name(checker, &ast::Declared::Relation(declared.name.clone()));
        }
        ast::StatementKind::Split(split) => unknown_name(checker, &ast::Declared::Branches(split.relation.clone())),
        ast::StatementKind::Function(function) => {
            unknown_name(checker, &ast::Declared::Function(function.name.clone()));
        }
        ast::StatementKind::Step(step) => unknown_name(checker, &ast::Declared::Step(step.name.clone())),
        ast::StatementKind::Report(_)
        | ast::StatementKind::Use(_)
        | ast::StatementKind::Source(_)
        | ast::StatementKind::Table(_)
        | ast::StatementKind::Expect(_)
        | ast::StatementKind::Record(_)
        | ast::StatementKind::Export(_)
        | ast::StatementKind::Reveal(_)
        | ast::StatementKind::Test(_) => {}
    }
}

fn unknown_name(checker: &mut Checker, declared: &ast::Declared) {
    let names = &mut checker.names;
    let place = checker.place;
    let span = |name: &ast::Name| name.range.in_file(place.file, place.base);
    match declared {
        ast::Declared::Value(name) => {
            names.values.entry(name.text.clone()).or_insert(Named { meaning: None, span: span(name) });
        }
        ast::Declared::Relation(name) => {
            names.relations.entry(name.text.clone()).or_insert(Named { meaning: None, span: span(name) });
        }
        ast::Declared::Function(name) => {
            names.functions.entry(name.text.clone()).or_insert(Named { meaning: None, span: span(name) });
        }
        ast::Declared::Step(name) => {
            names.steps.entry(name.text.clone()).or_insert(Named { meaning: None, span: span(name) });
        }
        ast::Declared::Import(name) => {
            unknown_import(checker, name);
        }
        ast::Declared::Connection(name) => {
            names.unknown_connections.insert(name.text.clone());
        }
        ast::Declared::Table { connection, name } => {
            names.unknown_tables.insert((connection.text.clone(), name.text.clone()));
        }
        ast::Declared::Branches(name) => {
            names.unknown_branches.insert(name.text.clone());
        }
    }
}

/// A name taken from a file of which nothing is known: it may be anything.
pub(super) fn unknown_import(checker: &mut Checker, name: &ast::Name) {
    let span = checker.span(name.range);
    let names = &mut checker.names;
    if !names.connections.contains_key(&name.text) {
        names.unknown_connections.insert(name.text.clone());
        names.relations.entry(name.text.clone()).or_insert(Named { meaning: None, span });
    }
    names.functions.entry(name.text.clone()).or_insert(Named { meaning: None, span });
    names.steps.entry(name.text.clone()).or_insert(Named { meaning: None, span });
}
