//! Calls by name: facts about relations, functions of libraries, functions of the catalogue, aggregates.

use wr_base::diag::Diagnostic;
use wr_base::ids::{ExprId, ValueId};
use wr_base::span::TextRange;
use wr_base::ty::{DataType, Type};
use wr_base::value::Value;
use wr_plan::declaration::{ParameterKind, ValueKind};
use wr_plan::expr::{AggregateCall, Expr, ExprKind};
use wr_plan::functions::{
    Aggregate, AggregateId, Argument, Family, FnId, Mismatch, Nulls, Ordered, Signature, WindowId,
};
use wr_syntax::ast;

use super::{errors, inline, type_expr, widen};
use crate::checker::{Checker, Scope};
use crate::steps::sort_keys;

pub(super) fn type_call(checker: &mut Checker, scope: &Scope<'_>, call: &ast::Call, range: TextRange) -> Expr {
    let is_own = checker.names.functions.contains_key(&written_name(call));
    if (is_own || AggregateId::by_name(&written_name(call)).is_none())
        && let Some(by) = order_range(call)
    {
        checker.report(order_of_nothing(checker, call, by));
        return Expr::error(checker.expr_id(range));
    }
    if call.name.text == "scalar" && !call.or_null && !checker.names.functions.contains_key("scalar") {
        return super::scalar::type_scalar(checker, scope, call, range);
    }
    if scope.facts
        && let Some(fact) = crate::outputs::facts::type_fact(checker, call, range)
    {
        return fact;
    }
    if scope.window
        && let Some(column) = super::window::type_window_call(checker, scope, call, range)
    {
        return column;
    }
    if let Some(since) = &call.since {
        let at = checker.span(since.range);
        checker.report(if scope.facts {
            errors::since_of_no_change(at)
        } else {
            errors::change_not_here(at, scope.what)
        });
        return Expr::error(checker.expr_id(range));
    }
    let name = written_name(call);
    if let Some(named) = checker.names.functions.get(&name) {
        return match named.meaning.clone() {
            Some(function) => inline::type_user_call(checker, scope, &function, call, range),
            None => Expr::error(checker.expr_id(range)),
        };
    }
    if let Some(function) = FnId::by_name(&name) {
        let id = checker.expr_id(range);
        if function.family() == Family::People && !scope.people {
            let at = checker.span(call.name.range);
            checker.report(errors::people_not_here(at, function.function().called(), scope.what));
            return Expr::error(id);
        }
        let has_pattern = call.arguments.iter().any(|argument| matches!(argument.kind, ast::ExprKind::Pattern(_)));
        let function = if has_pattern { function.with_pattern().unwrap_or(function) } else { function };
        let arguments = call.arguments.iter().enumerate();
        let arguments = arguments.map(|(at, written)| type_argument(checker, scope, function, at, written)).collect();
        let ranges: Vec<TextRange> = call.arguments.iter().map(|argument| argument.range).collect();
        let places = CallPlaces { arguments: &ranges, list: call.arguments_range };
        return apply(checker, id, function, arguments, &places);
    }
    if let Some(function) = AggregateId::by_name(&name) {
        return type_aggregate(checker, scope, function, call, range);
    }
    let at = checker.span(call.name.range);
    let diagnostic = match name.as_str() {
        name if WindowId::by_name(name).is_some() => errors::window_function_not_here(at, name, scope.what),
        "rows" | "unique" => errors::fact_not_here(at, &name, scope.what),
        "label" => errors::label_not_here(checker.span(range)),
        _ => {
            let whole = checker.span(range);
            let meant = wr_syntax::call_meant(checker.sources.slice(whole));
            errors::unknown_function(at, whole, call, meant.as_deref(), &known_names(checker, scope))
        }
    };
    checker.report(diagnostic);
    Expr::error(checker.expr_id(range))
}

fn type_argument(checker: &mut Checker, scope: &Scope<'_>, function: FnId, at: usize, written: &ast::Expr) -> Expr {
    if function.pattern_argument() == Some(at) {
        type_pattern(checker, function, written)
    } else {
        type_expr(checker, scope, written)
    }
}

/// A pattern that can be understood; nothing that would have to be looked at in the run.
fn type_pattern(checker: &mut Checker, function: FnId, written: &ast::Expr) -> Expr {
    let (id, at) = (checker.expr_id(written.range), checker.span(written.range));
    let ast::ExprKind::Pattern(pattern) = &written.kind else {
        if !matches!(written.kind, ast::ExprKind::Error) {
            let words = checker.sources.slice(at).to_owned();
            checker.report(errors::needs_pattern(at, function.function().called(), &words));
        }
        return Expr::error(id);
    };
    if let Some(reason) = wr_plan::values::pattern_problem(&pattern.source) {
        checker.report(crate::params::errors::bad_pattern(at, &reason));
        return Expr::error(id);
    }
    Expr::literal(id, DataType::Text, Value::text(&pattern.source))
}

/// From behind the last argument to the end of what stands behind `by`.
fn order_range(call: &ast::Call) -> Option<TextRange> {
    let end = call.order.last()?.range.end;
    let start = call.arguments.last().map_or(call.arguments_range.start, |argument| argument.range.end);
    Some(TextRange::new(start, end))
}

fn order_of_nothing(checker: &Checker, call: &ast::Call, by: TextRange) -> Diagnostic {
    let start = call.order.first().map_or(by.start, |key| key.range.start);
    let keys = checker.span(TextRange::new(start, by.end));
    errors::order_of_nothing(checker.span(by), keys, &written_name(call))
}

/// `int?` with its question mark.
fn written_name(call: &ast::Call) -> String {
    format!("{}{}", call.name.text, if call.or_null { "?" } else { "" })
}

fn known_names(checker: &Checker, scope: &Scope<'_>) -> Vec<String> {
    let catalogue = FnId::ALL.iter().filter(|id| !id.family().is_operator()).map(|id| id.function().called());
    let aggregates = AggregateId::ALL.iter().map(|id| id.aggregate().name);
    let own = checker.names.functions.keys().map(String::as_str);
    let facts = ["rows", "unique", "change"].into_iter().filter(|_| scope.facts);
    let windows = WindowId::ALL.iter().map(|id| id.record().name).filter(|_| scope.window);
    let scalar = ["scalar"].into_iter().filter(|_| scope.scalars);
    catalogue.chain(aggregates).chain(facts).chain(windows).chain(scalar).chain(own).map(str::to_owned).collect()
}

/// Where the parts of a call stand.
pub(super) struct CallPlaces<'a> {
    pub(super) arguments: &'a [TextRange],
    /// From `(` to `)`.
    pub(super) list: TextRange,
}

/// A function of the catalogue over typed arguments.
fn apply(checker: &mut Checker, id: ExprId, function: FnId, arguments: Vec<Expr>, places: &CallPlaces<'_>) -> Expr {
    if arguments.iter().any(|argument| argument.ty.is_error()) {
        return Expr::error(id);
    }
    match (function.function().signature)(&as_known(&arguments)) {
        Ok(signature) => build(checker, id, function, arguments, &signature),
        Err(mismatch) => {
            let record = function.function();
            report_mismatch(checker, record.called(), record.usage, &mismatch, &arguments, places);
            Expr::error(id)
        }
    }
}

/// What a signature may look at.
pub(super) fn as_known(arguments: &[Expr]) -> Vec<Argument<'_>> {
    arguments
        .iter()
        .map(|argument| Argument {
            ty: &argument.ty,
            constant: if let ExprKind::Literal(value) = &argument.kind { Some(value) } else { None },
        })
        .collect()
}

/// The call, with its arguments widened to the signature.
pub(super) fn build(
    checker: &mut Checker,
    id: ExprId,
    function: FnId,
    arguments: Vec<Expr>,
    signature: &Signature,
) -> Expr {
    let nullable = match function.function().nulls {
        Nulls::Propagate => arguments.iter().any(|argument| argument.ty.nullable),
        Nulls::PropagateOrGive | Nulls::HandleOrGive => true,
        Nulls::Handle => false,
    };
    let arguments = arguments
        .into_iter()
        .zip(&signature.arguments)
        .map(|(argument, ty)| widen::convert(checker, argument, ty))
        .collect();
    Expr::new(id, Type::new(signature.result.clone(), nullable), ExprKind::Call { function, arguments })
}

pub(super) fn report_mismatch(
    checker: &mut Checker,
    name: &str,
    usage: &[&str],
    mismatch: &Mismatch,
    arguments: &[Expr],
    places: &CallPlaces<'_>,
) {
    let place = |at: usize| places.arguments.get(at).copied().unwrap_or(places.list);
    let list = checker.span(places.list);
    let diagnostic = match mismatch {
        Mismatch::Count { .. } => errors::argument_count(list, name, arguments.len(), usage, None),
        Mismatch::Argument { at, wanted } => {
            let span = checker.span(place(*at));
            let found = arguments.get(*at).map_or(DataType::Error, |argument| argument.ty.data.clone());
            errors::argument_type(span, name, wanted, &found, usage, checker.sources.slice(span))
        }
        Mismatch::NotLiteral { at, wanted, why } => {
            errors::argument_not_literal(checker.span(place(*at)), name, wanted, why)
        }
        Mismatch::Together => {
            let types: Vec<DataType> = arguments.iter().map(|argument| argument.ty.data.clone()).collect();
            let places = places.arguments.iter().map(|at| checker.span(*at));
            let written: Vec<_> = places.map(|at| (at, checker.sources.slice(at).to_owned())).collect();
            errors::arguments_together(list, name, &types, &written)
        }
        Mismatch::TooManyDigits => errors::too_many_digits(list),
    };
    checker.report(diagnostic);
}

pub(super) fn type_aggregate(
    checker: &mut Checker,
    scope: &Scope<'_>,
    function: AggregateId,
    call: &ast::Call,
    range: TextRange,
) -> Expr {
    let id = checker.expr_id(range);
    let record = function.aggregate();
    let at = checker.span(call.name.range);
    if !scope.aggregates {
        checker.report(errors::aggregate_not_here(at, record.name, call.arguments.len(), scope.what));
        return Expr::error(id);
    }
    let scalars = scope.row.is_some() && !scope.facts;
    let inner = Scope { aggregates: false, scalars, what: "the argument of an aggregate", ..*scope };
    let arguments: Vec<Expr> = call.arguments.iter().map(|argument| type_expr(checker, &inner, argument)).collect();
    let order = sort_keys(checker, &inner, &call.order);
    let keys = order.iter().map(|key| &key.expr);
    if arguments.iter().chain(keys).any(|part| part.ty.is_error()) {
        return Expr::error(id);
    }
    match (record.signature)(&as_known(&arguments)) {
        Ok(signature) => {
            if let Some(diagnostic) = wrong_order(checker, record, call) {
                checker.report(diagnostic);
                return Expr::error(id);
            }
            let ty = Type::new(signature.result, record.is_null_of_nothing);
            Expr::new(id, ty, ExprKind::Aggregate(AggregateCall { function, arguments, order }))
        }
        Err(mismatch) => {
            let ranges: Vec<TextRange> = call.arguments.iter().map(|argument| argument.range).collect();
            let places = CallPlaces { arguments: &ranges, list: call.arguments_range };
            report_mismatch(checker, record.name, record.usage, &mismatch, &arguments, &places);
            Expr::error(id)
        }
    }
}

/// What is wrong with the `by` of a call, or with there being none.
fn wrong_order(checker: &Checker, record: &Aggregate, call: &ast::Call) -> Option<Diagnostic> {
    match (record.ordered, order_range(call)) {
        (Ordered::Never, Some(by)) => Some(order_of_nothing(checker, call, by)),
        (Ordered::Always, None) => {
            let argument = call.arguments.first().map_or(String::new(), |argument| checker.words(argument.range));
            Some(errors::order_missing(checker.span(call.arguments_range), record.name, &argument))
        }
        (Ordered::Never | Ordered::Perhaps, None) | (Ordered::Perhaps | Ordered::Always, Some(_)) => None,
    }
}

/// The parameter of `label($p)`; `None`: reported.
pub(super) fn label_argument(checker: &mut Checker, call: &ast::Call, range: TextRange) -> Option<ValueId> {
    let at = checker.span(range);
    let [ast::Expr { kind: ast::ExprKind::Value(name), .. }] = call.arguments.as_slice() else {
        checker.report(errors::label_of_what(at));
        return None;
    };
    let Some(named) = checker.names.values.get(&name.text) else {
        let known: Vec<String> = checker.names.values.keys().cloned().collect();
        let below = checker.declared_below.get(&format!("${}", name.text)).copied();
        let at = checker.span(name.range);
        checker.report(errors::unknown_value(at, &name.text, &known, below));
        return None;
    };
    let value = named.meaning?;
    let has_labels = checker.values.get(value).is_some_and(|declaration| match &declaration.kind {
        ValueKind::Let(_) => false,
        ValueKind::Parameter(parameter) => match &parameter.kind {
            ParameterKind::Choice(_) | ParameterKind::Choices(_) | ParameterKind::Columns(_) => true,
            ParameterKind::Plain | ParameterKind::Cohort { .. } | ParameterKind::File => false,
        },
    });
    if !has_labels {
        checker.report(errors::label_of_what(at));
        return None;
    }
    Some(value)
}

/// The fixed options of the parameter that an expression is, for checks of what it is compared with.
pub(super) fn options_of(checker: &Checker, expr: &Expr) -> Option<(String, Vec<Value>)> {
    let ExprKind::Value(value) = &expr.kind else { return None };
    let declaration = checker.values.get(*value)?;
    let ValueKind::Parameter(parameter) = &declaration.kind else { return None };
    let options = match &parameter.kind {
        ParameterKind::Choice(options) | ParameterKind::Choices(options) | ParameterKind::Columns(options) => options,
        ParameterKind::Plain | ParameterKind::Cohort { .. } | ParameterKind::File => return None,
    };
    match options {
        wr_plan::declaration::Options::Fixed(options) => {
            Some((declaration.name.clone(), options.iter().map(|option| option.value.clone()).collect()))
        }
        wr_plan::declaration::Options::Query { .. } => None,
    }
}
