//! Expressions as written to typed expressions: names to ids, widening made explicit, functions of libraries put in place.
//!
//! What is wrong is reported once, at its words; the expression becomes [`ExprKind::Error`] and everything around it stays
//! silent. Every expression gets an id that leads to its words.

mod call;
mod errors;
mod inline;
mod literal;
mod name;
mod narrow;
mod operator;
mod scalar;
mod shape;
mod text;
mod type_name;
mod widen;
mod window;

#[cfg(test)]
mod tests;

pub(crate) use errors::words as type_words;
pub(crate) use name::{report_unknown_value, resolve_column};
pub(crate) use narrow::facts_of_condition;
pub(crate) use text::type_message;
pub(crate) use type_name::resolve_type;

use wr_base::ty::{DataType, Type};
use wr_plan::expr::{Expr, ExprKind, WhenBranch};
use wr_syntax::ast;

use crate::checker::{Checker, Scope};

/// The type of an expression, whatever it is.
pub(crate) fn type_expr(checker: &mut Checker, scope: &Scope<'_>, expr: &ast::Expr) -> Expr {
    match &expr.kind {
        ast::ExprKind::Literal(value) => literal::type_literal(checker, value, expr.range),
        ast::ExprKind::Text(words) => text::type_text(checker, scope, words, expr.range),
        ast::ExprKind::Value(name) => name::type_value(checker, scope, name),
        ast::ExprKind::Name(name) => name::type_name(checker, scope, name),
        ast::ExprKind::Qualified { qualifier, name } => {
            name::type_column(checker, scope, Some(qualifier), name, expr.range)
        }
        ast::ExprKind::Call(call) => call::type_call(checker, scope, call, expr.range),
        ast::ExprKind::FileColumn { .. } => {
            let at = checker.span(expr.range);
            checker.report(errors::file_column_not_here(at));
            Expr::error(checker.expr_id(expr.range))
        }
        ast::ExprKind::List(items) => operator::type_list(checker, scope, items, expr.range),
        ast::ExprKind::Range { from, to } => {
            operator::type_range(checker, scope, from.as_deref(), to.as_deref(), expr.range)
        }
        ast::ExprKind::Period(words) => literal::type_period_words(checker, *words, expr.range),
        ast::ExprKind::Unary { operator, operand } => {
            operator::type_unary(checker, scope, *operator, operand, expr.range)
        }
        ast::ExprKind::Binary { operator, operator_range, left, right } => {
            let places = operator::Places { whole: expr.range, operator: *operator_range };
            operator::type_binary(checker, scope, *operator, left, right, places)
        }
        ast::ExprKind::When { arms, otherwise } => type_when(checker, scope, arms, otherwise, expr),
        ast::ExprKind::Pattern(_) => {
            let at = checker.span(expr.range);
            checker.report(errors::pattern_is_no_value(at));
            Expr::error(checker.expr_id(expr.range))
        }
        ast::ExprKind::Relation(_) => {
            let at = checker.span(expr.range);
            checker.report(errors::relation_is_no_value(at, "a pipeline", None));
            Expr::error(checker.expr_id(expr.range))
        }
        ast::ExprKind::Error => Expr::error(checker.expr_id(expr.range)),
    }
}

/// An expression that must be of a type, widened to it.
pub(crate) fn type_expr_as(checker: &mut Checker, scope: &Scope<'_>, expr: &ast::Expr, expected: &Type) -> Expr {
    if let Some(period) = literal::day_as_period(checker, expr, expected) {
        return period;
    }
    let typed = type_expr(checker, scope, expr);
    if typed.ty.is_error() || expected.is_error() {
        return typed;
    }
    if typed.ty.nullable && !expected.nullable {
        let at = checker.span(expr.range);
        checker.report(errors::null_here(at, &typed.ty, scope.what, typed.ty.data == DataType::Null));
        return Expr::error(typed.id);
    }
    match widen::to_expected(checker, typed, &expected.data) {
        Ok(typed) => typed,
        Err(typed) => {
            let at = checker.span(expr.range);
            let words = checker.sources.slice(at).to_owned();
            checker.report(errors::wrong_type(at, &words, &typed.ty.data, &expected.data, scope.what));
            Expr::error(typed.id)
        }
    }
}

/// An expression that becomes a column: a percent becomes a decimal; what no column can hold is reported.
pub(crate) fn type_column_expr(checker: &mut Checker, scope: &Scope<'_>, expr: &ast::Expr) -> Expr {
    let typed = type_expr(checker, scope, expr);
    if typed.ty.data == DataType::Percent {
        return widen::percent_as_decimal(checker, typed);
    }
    if typed.ty.data.is_column_type() {
        return typed;
    }
    let at = checker.span(expr.range);
    checker.report(errors::no_column_type(at, &typed.ty.data));
    Expr::error(typed.id)
}

/// A value as one of a type that it widens to.
pub(crate) fn widened(checker: &mut Checker, expr: Expr, to: &DataType) -> Expr {
    widen::convert(checker, expr, to)
}

/// A condition: true or false, perhaps null (which then counts as not true).
pub(crate) fn type_condition(checker: &mut Checker, scope: &Scope<'_>, expr: &ast::Expr) -> Expr {
    let typed = type_expr(checker, scope, expr);
    if matches!(typed.ty.data, DataType::Bool | DataType::Error) {
        return typed;
    }
    let at = checker.span(expr.range);
    checker.report(errors::no_condition(at, &typed.ty.data, scope.what));
    Expr::error(typed.id)
}

fn type_when(
    checker: &mut Checker,
    scope: &Scope<'_>,
    arms: &[ast::WhenArm],
    otherwise: &ast::Expr,
    whole: &ast::Expr,
) -> Expr {
    let id = checker.expr_id(whole.range);
    let mut conditions = Vec::new();
    let mut results = Vec::new();
    for arm in arms {
        let condition = type_condition(checker, &Scope { what: "the condition of a `when`", ..*scope }, &arm.condition);
        let row = narrow::narrowed(scope, &condition);
        let scope = row.as_ref().map_or(*scope, |row| Scope { row: Some(row), ..*scope });
        results.push(type_expr(checker, &scope, &arm.value));
        conditions.push(condition);
    }
    results.push(type_expr(checker, scope, otherwise));
    let ranges: Vec<_> = arms.iter().map(|arm| arm.value.range).chain([otherwise.range]).collect();
    let is_broken = conditions.iter().any(|condition| condition.ty.is_error());
    let Some((mut results, ty)) = widen::to_common(checker, results, &ranges, "`when`") else {
        return Expr::error(id);
    };
    let Some(otherwise) = results.pop().filter(|_| !is_broken) else { return Expr::error(id) };
    let branches =
        conditions.into_iter().zip(results).map(|(condition, result)| WhenBranch { condition, result }).collect();
    Expr::new(id, ty, ExprKind::When { branches, otherwise: Box::new(otherwise) })
}
