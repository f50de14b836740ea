//! Defaults: of the parameter's type, and, as far as they are constant, within its own rules.

use wr_base::ids::ValueId;
use wr_base::value::Value;
use wr_plan::declaration::{FixedOption, Options, ParameterCheck, ParameterDefault, ParameterKind};
use wr_plan::declaration::{Message, MessagePart};
use wr_plan::expr::{Expr, ExprKind};
use wr_syntax::ast;

use super::{constant, errors};
use crate::checker::{Checker, Scope};
use crate::types::type_expr_as;

/// The default, where the parameter has one that can be used.
pub(super) fn check(
    checker: &mut Checker,
    param: &ast::Param,
    kind: &ParameterKind,
    ty: &wr_base::ty::Type,
    pattern: Option<&str>,
) -> Option<ParameterDefault> {
    if matches!(kind, ParameterKind::File) {
        // Reported with the clauses.
        return None;
    }
    match param.default.as_ref()? {
        ast::ParamDefault::All(_) => {
            matches!(kind, ParameterKind::Choices(_) | ParameterKind::Columns(_)).then_some(ParameterDefault::All)
        }
        ast::ParamDefault::First(_) => matches!(kind, ParameterKind::Choice(_)).then_some(ParameterDefault::First),
        ast::ParamDefault::Value(written) => {
            let expr = type_expr_as(checker, &Scope::values("a default"), written, ty);
            if expr.ty.is_error() {
                return None;
            }
            if let Some(value) = constant::value_of(&expr, checker.report.zone, None) {
                check_option(checker, written, kind, &value);
                check_pattern(checker, written, pattern, &value);
            }
            Some(ParameterDefault::Value(expr))
        }
    }
}

/// A constant default of a choice is one of its options, where those are fixed.
fn check_option(checker: &mut Checker, written: &ast::Expr, kind: &ParameterKind, value: &Value) {
    let options = match kind {
        ParameterKind::Choice(Options::Fixed(options))
        | ParameterKind::Choices(Options::Fixed(options))
        | ParameterKind::Columns(Options::Fixed(options)) => options,
        ParameterKind::Choice(Options::Query { .. })
        | ParameterKind::Choices(Options::Query { .. })
        | ParameterKind::Columns(Options::Query { .. })
        | ParameterKind::Plain
        | ParameterKind::Cohort { .. }
        | ParameterKind::File => return,
    };
    let chosen = match value {
        Value::List(items) => items.as_slice(),
        Value::Null
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Decimal(_)
        | Value::Float(_)
        | Value::Text(_)
        | Value::Date(_)
        | Value::DateTime(_)
        | Value::Time(_)
        | Value::Duration(_)
        | Value::Uuid(_)
        | Value::Percent(_)
        | Value::Range(..)
        | Value::Period(_) => std::slice::from_ref(value),
    };
    for item in chosen.iter().filter(|item| !is_option(options, item)) {
        let at = checker.span(written.range);
        let known: Vec<String> = options.iter().map(|option| option.value.canonical()).collect();
        checker.report(errors::default_not_an_option(at, &item.canonical(), &known));
    }
}

/// Equal numbers are one option, whatever their scale.
fn is_option(options: &[FixedOption], value: &Value) -> bool {
    options.iter().any(|option| option.value.canonical() == value.canonical())
}

fn check_pattern(checker: &mut Checker, written: &ast::Expr, pattern: Option<&str>, value: &Value) {
    let (Some(pattern), Value::Text(text)) = (pattern, value) else { return };
    if constant::compile(pattern).is_ok_and(|compiled| !compiled.is_match(text)) {
        let at = checker.span(written.range);
        checker.report(errors::default_not_matching(at, text, pattern));
    }
}

/// A constant default keeps the parameter's own `where`, as far as that reads nothing else.
pub(super) fn check_against(
    checker: &mut Checker,
    param: &ast::Param,
    id: ValueId,
    default: Option<&ParameterDefault>,
    checks: &[ParameterCheck],
) {
    let (Some(ParameterDefault::Value(expr)), Some(ast::ParamDefault::Value(written))) = (default, &param.default)
    else {
        return;
    };
    let zone = checker.report.zone;
    let Some(value) = constant::value_of(expr, zone, None).filter(|value| !value.is_null()) else { return };
    for check in checks {
        let holds = constant::value_of(&check.condition, zone, Some((id, &value)));
        if matches!(holds, Some(Value::Bool(false) | Value::Null)) {
            let at = checker.span(written.range);
            let clause = param.condition.as_ref().map(|clause| checker.span(clause.range));
            checker.report(errors::default_breaks_check(at, clause, plain_words(&check.message).as_deref()));
        }
    }
}

/// A message without holes.
fn plain_words(message: &Message) -> Option<String> {
    match message.parts.as_slice() {
        [MessagePart::Text(words)] => Some(words.clone()),
        [MessagePart::Hole(Expr { kind: ExprKind::Literal(Value::Text(words)), .. })] => Some(words.clone()),
        _ => None,
    }
}
