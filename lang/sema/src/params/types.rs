//! The type of a parameter: what kind of question it is, and what a value of it is.

use wr_base::ty::{DataType, Type};
use wr_plan::declaration::ParameterKind;
use wr_syntax::ast;

use super::{Kind, errors, options};
use crate::checker::Checker;
use crate::tables::Declared;
use crate::types::resolve_type;

/// `None`: reported.
pub(super) fn kind_of(checker: &mut Checker, param: &ast::Param) -> Option<Kind> {
    match &param.ty.kind {
        ast::TypeNameKind::Choice => {
            let (options, data, meanings) = options::of_choice(checker, param, false)?;
            Some((ParameterKind::Choice(options), required(checker, param, data)?, meanings))
        }
        ast::TypeNameKind::Choices => {
            let (options, data, meanings) = options::of_choice(checker, param, true)?;
            let list = required(checker, param, DataType::List(Box::new(data)))?;
            Some((ParameterKind::Choices(options), list, meanings))
        }
        ast::TypeNameKind::Columns => {
            let (options, meanings) = options::of_columns(checker, param)?;
            let list = required(checker, param, DataType::List(Box::new(DataType::Text)))?;
            Some((ParameterKind::Columns(options), list, Some(meanings)))
        }
        ast::TypeNameKind::Cohort(connection) => {
            check_cohort_source(checker, connection);
            let kind = ParameterKind::Cohort { connection: connection.text.clone() };
            Some((kind, Type::new(DataType::Text, param.ty.optional), None))
        }
        ast::TypeNameKind::File => Some((ParameterKind::File, Type::new(DataType::Text, param.ty.optional), None)),
        ast::TypeNameKind::Int
        | ast::TypeNameKind::Decimal(_)
        | ast::TypeNameKind::Text
        | ast::TypeNameKind::Bool
        | ast::TypeNameKind::Date
        | ast::TypeNameKind::DateTime
        | ast::TypeNameKind::Percent
        | ast::TypeNameKind::Range(_)
        | ast::TypeNameKind::Period
        | ast::TypeNameKind::List(_)
        | ast::TypeNameKind::Unknown(_)
        | ast::TypeNameKind::Error => {
            let ty = resolve_type(checker, &param.ty);
            (!ty.is_error()).then(|| (ParameterKind::Plain, ty.or_null(param.ty.optional), None))
        }
        ast::TypeNameKind::Float | ast::TypeNameKind::Time | ast::TypeNameKind::Duration | ast::TypeNameKind::Uuid => {
            let at = checker.span(param.ty.range);
            let words = checker.words(param.ty.range);
            checker.report(errors::not_a_parameter_type(at, &words));
            None
        }
    }
}

/// Choosing nothing is no choice: these kinds are never empty.
fn required(checker: &mut Checker, param: &ast::Param, data: DataType) -> Option<Type> {
    if param.ty.optional {
        let at = checker.span(param.ty.range);
        checker.report(errors::optional_choice(at, &param.name.text));
        return None;
    }
    Some(Type::required(data))
}

/// `cohort of amp`: a connection with a table that is read by a cohort.
pub(crate) fn check_cohort_source(checker: &mut Checker, connection: &ast::Name) {
    let name = connection.text.as_str();
    if checker.names.unknown_connections.contains(name) || checker.names.unknown_tables.iter().any(|(of, _)| of == name)
    {
        return;
    }
    let at = checker.span(connection.range);
    if !checker.names.connections.contains_key(name) {
        let known: Vec<String> = checker.names.connections.keys().cloned().collect();
        checker.report(errors::cohort_of_unknown(at, name, &known));
        return;
    }
    // Tables with arguments are always read.
    let tables = checker.names.tables.of(name);
    let has_cohorts = tables
        .filter_map(|(_, table)| match table {
            Declared::Read(table, _) => checker.tables.get(*table),
            Declared::Unread(_) => None,
        })
        .any(|table| table.arguments.iter().any(|argument| argument.cohort_of.as_deref() == Some(name)));
    if !has_cohorts {
        checker.report(errors::cohort_without_table(at, name));
    }
}
