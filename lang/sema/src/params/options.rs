//! Options: fixed, with expressions that they stand for, or from a query (B17).

use wr_base::ids::ValueId;
use wr_base::ty::DataType;
use wr_base::value::Value;
use wr_plan::declaration::{FixedOption, Options};
use wr_syntax::ast;

use super::{constant, errors};
use crate::checker::{Checker, Place, Scope, Shape, ShapeOption};
use crate::relations::relation_of;
use crate::types::type_expr;

/// What options stand for, before the parameter has its id.
pub(super) struct Meanings {
    is_many: bool,
    options: Vec<ShapeOption>,
    place: Place,
}

impl Meanings {
    pub(super) fn of(self, value: ValueId) -> Shape {
        Shape { value, is_many: self.is_many, options: self.options, place: self.place }
    }
}

/// The options of a `choice` or of `choices`, and the type of their values. `None`: reported.
pub(super) fn of_choice(
    checker: &mut Checker,
    param: &ast::Param,
    is_many: bool,
) -> Option<(Options, DataType, Option<Meanings>)> {
    if let Some(query) = &param.query {
        return of_query(checker, query).map(|(options, data)| (options, data, None));
    }
    if param.options.is_empty() {
        let at = checker.span(param.ty.range);
        checker.report(errors::needs_options(at, &param.name.text));
        return None;
    }
    let (options, data) = fixed(checker, param)?;
    let meanings = meanings(checker, param, is_many, &options, &data)?;
    Some((Options::Fixed(options.into_iter().map(|(option, _)| option).collect()), data, meanings))
}

/// Values and labels, each value once, all of one type; with the options as written.
fn fixed<'a>(
    checker: &mut Checker,
    param: &'a ast::Param,
) -> Option<(Vec<(FixedOption, &'a ast::ParamOption)>, DataType)> {
    let mut options: Vec<(FixedOption, &ast::ParamOption)> = Vec::new();
    let mut data: Option<(DataType, &ast::ParamOption)> = None;
    let mut is_broken = false;
    for option in &param.options {
        let scope = Scope::values("an option");
        let expr = type_expr(checker, &scope, &option.value);
        if expr.ty.is_error() {
            is_broken = true;
            continue;
        }
        let at = checker.span(option.value.range);
        let Some(value) = constant::value_of(&expr, checker.report.zone, None).filter(|value| !value.is_null()) else {
            checker.report(errors::option_is_no_value(at));
            is_broken = true;
            continue;
        };
        match &data {
            None => data = Some((expr.ty.data.clone(), option)),
            Some((first, _)) if *first == expr.ty.data => {}
            Some((first, first_option)) => {
                let first_at = checker.span(first_option.value.range);
                let diagnostic = errors::options_of_two_types(at, first_at, first, &expr.ty.data);
                checker.report(diagnostic);
                is_broken = true;
                continue;
            }
        }
        if let Some((_, first)) = options.iter().find(|(other, _)| other.value.canonical() == value.canonical()) {
            let first_at = checker.span(first.value.range);
            checker.report(errors::option_twice(at, first_at, &value.canonical()));
            continue;
        }
        let label = option.label.as_ref().map_or_else(|| value.canonical(), |label| label.text.clone());
        options.push((FixedOption { value, label }, option));
    }
    match data {
        Some((data, _)) if !is_broken => Some((options, data)),
        Some(_) | None => None,
    }
}

/// Either all options stand for an expression, or none does.
fn meanings(
    checker: &mut Checker,
    param: &ast::Param,
    is_many: bool,
    options: &[(FixedOption, &ast::ParamOption)],
    data: &DataType,
) -> Option<Option<Meanings>> {
    let Some(with) = param.options.iter().find(|option| option.meaning.is_some()) else { return Some(None) };
    if let Some(without) = param.options.iter().find(|option| option.meaning.is_none()) {
        let (at, with_at) = (checker.span(without.range), checker.span(with.range));
        checker.report(errors::option_without_meaning(at, with_at));
        return None;
    }
    if *data != DataType::Text {
        let at = checker.span(with.value.range);
        checker.report(errors::meaning_of_no_text(at, data));
        return None;
    }
    let shaped = options.iter().filter_map(|(fixed, written)| {
        let Value::Text(value) = &fixed.value else { return None };
        Some(ShapeOption { value: value.clone(), label: fixed.label.clone(), expr: written.meaning.clone()? })
    });
    Some(Some(Meanings { is_many, options: shaped.collect(), place: checker.place }))
}

/// The options of `columns`: each names a column, typed where the parameter is used.
pub(super) fn of_columns(checker: &mut Checker, param: &ast::Param) -> Option<(Options, Meanings)> {
    if param.options.is_empty() {
        let at = checker.span(param.ty.range);
        checker.report(errors::needs_options(at, &param.name.text));
        return None;
    }
    let mut fixed: Vec<FixedOption> = Vec::new();
    let mut shaped: Vec<ShapeOption> = Vec::new();
    let mut places: Vec<wr_base::span::TextRange> = Vec::new();
    for option in &param.options {
        let at = checker.span(option.value.range);
        let Some(name) = column_name(&option.value) else {
            if !matches!(option.value.kind, ast::ExprKind::Error) {
                checker.report(errors::option_is_no_column(at));
            }
            continue;
        };
        if let Some(first) = shaped.iter().position(|other| other.value == name) {
            let first_at = checker.span(places.get(first).copied().unwrap_or(option.value.range));
            checker.report(errors::option_twice(at, first_at, &name));
            continue;
        }
        let label = option.label.as_ref().map_or_else(|| name.clone(), |label| label.text.clone());
        fixed.push(FixedOption { value: Value::text(&name), label: label.clone() });
        let expr = option.meaning.clone().unwrap_or_else(|| option.value.clone());
        shaped.push(ShapeOption { value: name, label, expr });
        places.push(option.value.range);
    }
    Some((Options::Fixed(fixed), Meanings { is_many: true, options: shaped, place: checker.place }))
}

/// `city`, `u.city`: the name that the column gets.
fn column_name(value: &ast::Expr) -> Option<String> {
    match &value.kind {
        ast::ExprKind::Name(name) | ast::ExprKind::Qualified { name, .. } => Some(name.text.clone()),
        ast::ExprKind::Literal(_)
        | ast::ExprKind::Text(_)
        | ast::ExprKind::Pattern(_)
        | ast::ExprKind::Value(_)
        | ast::ExprKind::Call(_)
        | ast::ExprKind::FileColumn { .. }
        | ast::ExprKind::List(_)
        | ast::ExprKind::Range { .. }
        | ast::ExprKind::Period(_)
        | ast::ExprKind::Unary { .. }
        | ast::ExprKind::Binary { .. }
        | ast::ExprKind::When { .. }
        | ast::ExprKind::Relation(_)
        | ast::ExprKind::Error => None,
    }
}

/// `from (…)`: the first column is the value, the second the label.
fn of_query(checker: &mut Checker, query: &ast::Pipeline) -> Option<(Options, DataType)> {
    let relation = relation_of(checker, query, None);
    let row = checker.relations.get(relation)?.row.clone();
    if row.is_unknown {
        return None;
    }
    let at = checker.span(query.range);
    let (value, label) = match row.columns.as_slice() {
        [value] => (value, None),
        [value, label] => (value, Some(label)),
        other => {
            let names: Vec<&str> = other.iter().map(|column| column.name.as_str()).collect();
            checker.report(errors::query_columns(at, &names));
            return None;
        }
    };
    if row.is_open {
        checker.report(errors::query_of_shape(at));
        return None;
    }
    if value.ty.is_error() {
        return None;
    }
    if !value.ty.data.is_key_type() {
        checker.report(errors::query_value_type(at, &value.name, &value.ty.data));
        return None;
    }
    let options = Options::Query { relation, value: value.id, label: label.map(|label| label.id) };
    Some((options, value.ty.data.clone()))
}
