//! Names to columns and values (B2): a bare name is a bare column, `u.city` the column that a join brought as `u`.

use wr_base::ids::ColumnId;
use wr_base::row_type::{Column, RowType};
use wr_base::span::TextRange;
use wr_base::ty::{DataType, Type};
use wr_plan::expr::{Expr, ExprKind, RelativePeriod};
use wr_plan::functions::FnId;
use wr_syntax::ast;

use super::{errors, literal, shape};
use crate::checker::{Checker, Scope};
use crate::relations::is_file;

/// The column that a name means in the scope's row (`None`: reported, or nobody can know).
pub(crate) fn resolve_column(
    checker: &mut Checker,
    scope: &Scope<'_>,
    qualifier: Option<&ast::Name>,
    name: &ast::Name,
) -> Option<ColumnId> {
    find(checker, scope, qualifier, name).map(|column| column.id)
}

pub(super) fn type_column(
    checker: &mut Checker,
    scope: &Scope<'_>,
    qualifier: Option<&ast::Name>,
    name: &ast::Name,
    range: TextRange,
) -> Expr {
    let id = checker.expr_id(range);
    match find(checker, scope, qualifier, name) {
        Some(column) => Expr::column(id, column.ty, column.id),
        None => Expr::error(id),
    }
}

fn find(checker: &mut Checker, scope: &Scope<'_>, qualifier: Option<&ast::Name>, name: &ast::Name) -> Option<Column> {
    let range = qualifier.map_or(name.range, |qualifier| qualifier.range.cover(name.range));
    let at = checker.span(range);
    let Some(row) = scope.row else {
        report_without_row(checker, scope, qualifier, name, range);
        return None;
    };
    let found = row.columns.iter().find(|column| {
        column.shaped.is_none()
            && column.name == name.text
            && column.qualifier.as_deref() == qualifier.map(|qualifier| qualifier.text.as_str())
    });
    if let Some(column) = found {
        return Some(column.clone());
    }
    if row.is_unknown {
        return None;
    }
    let shaped = row.columns.iter().find(|column| column.shaped.is_some() && column.name == name.text);
    let diagnostic = match qualifier {
        _ if shaped.is_some() => errors::column_of_a_shape(at, &name.text),
        Some(qualifier) if !row.columns.iter().any(|column| column.qualifier.as_ref() == Some(&qualifier.text)) => {
            errors::unknown_qualifier(checker.span(qualifier.range), at, qualifier, name, row)
        }
        Some(qualifier) => {
            let known = names_of(row, Some(&qualifier.text));
            errors::unknown_column(at, checker.span(name.range), &name.text, &known, &[], &[], Some(&qualifier.text))
        }
        None if checker.names.relations.contains_key(&name.text) => {
            errors::relation_is_no_value(at, &format!("`{}`", name.text), Some(&name.text))
        }
        None if checker.names.values.contains_key(&name.text) => errors::value_without_dollar(at, &name.text),
        None => {
            let elsewhere: Vec<String> = row
                .columns
                .iter()
                .filter(|column| column.name == name.text)
                .filter_map(|column| Some(format!("{}.{}", column.qualifier.as_ref()?, column.name)))
                .collect();
            let known = names_of(row, None);
            let joined: Vec<String> = row
                .columns
                .iter()
                .filter_map(|column| Some(format!("{}.{}", column.qualifier.as_ref()?, column.name)))
                .filter(|full| !elsewhere.contains(full))
                .collect();
            errors::unknown_column(at, at, &name.text, &known, &elsewhere, &joined, None)
        }
    };
    checker.report(diagnostic);
    None
}

/// The names that can be written after a qualifier, or without one.
fn names_of(row: &RowType, qualifier: Option<&str>) -> Vec<String> {
    row.columns
        .iter()
        .filter(|column| column.shaped.is_none() && column.qualifier.as_deref() == qualifier)
        .map(|column| column.name.clone())
        .collect()
}

fn report_without_row(
    checker: &mut Checker,
    scope: &Scope<'_>,
    qualifier: Option<&ast::Name>,
    name: &ast::Name,
    range: TextRange,
) {
    let at = checker.span(range);
    let relation = qualifier.map_or(&name.text, |qualifier| &qualifier.text);
    let diagnostic = if qualifier.is_none() && checker.names.values.contains_key(&name.text) {
        errors::value_without_dollar(at, &name.text)
    } else if checker.names.relations.contains_key(relation) {
        let words = checker.sources.slice(at).to_owned();
        errors::relation_is_no_value(at, &format!("`{words}`"), Some(relation))
    } else {
        let known: Vec<String> = checker.names.values.keys().map(|name| format!("${name}")).collect();
        errors::no_row_here(at, &name.text, scope.what, &known)
    };
    checker.report(diagnostic);
}

/// A bare name: one of the words that mean a value, or a column.
pub(super) fn type_name(checker: &mut Checker, scope: &Scope<'_>, name: &ast::Name) -> Expr {
    if !name.quoted {
        match name.text.as_str() {
            "now" => return moment(checker, FnId::Now, DataType::DateTime, name.range),
            "today" => return moment(checker, FnId::Today, DataType::Date, name.range),
            "yesterday" => return literal::relative(checker, RelativePeriod::Yesterday, name.range),
            "branch" => {
                if let Some(branch) = scope.branch {
                    return Expr::column(checker.expr_id(name.range), Type::required(DataType::Text), branch);
                }
                if scope.row.is_none_or(|row| !row.is_unknown && row.find(None, "branch").is_none()) {
                    let at = checker.span(name.range);
                    checker.report(errors::branch_not_here(at));
                    return Expr::error(checker.expr_id(name.range));
                }
            }
            _ => {}
        }
    }
    type_column(checker, scope, None, name, name.range)
}

fn moment(checker: &mut Checker, function: FnId, data: DataType, range: TextRange) -> Expr {
    let kind = ExprKind::Call { function, arguments: Vec::new() };
    Expr::new(checker.expr_id(range), Type::required(data), kind)
}

/// `$name`: a value known before any row, or the expressions that the options of a parameter stand for (B4).
pub(super) fn type_value(checker: &mut Checker, scope: &Scope<'_>, name: &ast::Name) -> Expr {
    let id = checker.expr_id(name.range);
    let Some(named) = checker.names.values.get(&name.text) else {
        report_unknown_value(checker, name);
        return Expr::error(id);
    };
    let Some(value) = named.meaning else { return Expr::error(id) };
    if let Some(found) = checker.names.shapes.get(&name.text).cloned()
        && (scope.row.is_some() || found.is_many)
    {
        return shape::type_shape(checker, scope, &found, name, id);
    }
    if is_file(checker, value) {
        let at = checker.span(name.range);
        checker.report(errors::file_as_value(at, &name.text));
        return Expr::error(id);
    }
    let Some(declaration) = checker.values.get(value) else { return Expr::error(id) };
    Expr::new(id, declaration.ty.clone(), ExprKind::Value(value))
}

/// Says that nothing is called `$name`.
pub(crate) fn report_unknown_value(checker: &mut Checker, name: &ast::Name) {
    let at = checker.span(name.range);
    let below = checker.declared_below.get(&format!("${}", name.text)).copied();
    let known: Vec<String> = checker.names.values.keys().cloned().collect();
    checker.report(errors::unknown_value(at, &name.text, &known, below));
}

/// `$list`, where it is a file.
pub(super) fn given_file(checker: &mut Checker, written: &ast::Expr) -> Option<Expr> {
    let ast::ExprKind::Value(name) = &written.kind else { return None };
    let value = checker.names.values.get(&name.text)?.meaning.filter(|value| is_file(checker, *value))?;
    let ty = checker.values.get(value)?.ty.clone();
    Some(Expr::new(checker.expr_id(written.range), ty, ExprKind::Value(value)))
}
