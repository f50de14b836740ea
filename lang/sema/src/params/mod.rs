//! Parameters: what a runner is asked, with defaults and options that are known to fit.
//!
//! Invariants: a default that is constant keeps the parameter's own rules; the options of a choice differ; an option that
//! stands for an expression is kept as written, and typed where it is used (B4).

mod clauses;
mod constant;
mod default;
pub(crate) mod errors;
mod options;
mod types;

pub(crate) use constant::value_of;
pub(crate) use types::check_cohort_source;

use wr_base::span::TextRange;
use wr_base::ty::Type;
use wr_plan::declaration::{Parameter, ParameterCheck, ParameterKind, ValueDeclaration, ValueKind};
use wr_syntax::ast;

use crate::checker::{Checker, Scope};
use crate::relations::new_step;
use crate::resolve::declare_value;
use crate::types::{type_condition, type_message};

/// `param name: type …`.
pub(crate) fn check(checker: &mut Checker, param: &ast::Param, range: TextRange) {
    clauses::check(checker, param);
    let kind = types::kind_of(checker, param);
    let step = new_step(checker, range, "param");
    let Some((kind, ty, shape)) = kind else {
        declare_value(checker, &param.name, None);
        return;
    };
    let pattern = pattern(checker, param);
    let default = default::check(checker, param, &kind, &ty, pattern.as_deref());
    let label = param.label.as_ref().map_or_else(|| param.name.text.clone(), |label| label.text.clone());
    let id = checker.values.add(ValueDeclaration {
        name: param.name.text.clone(),
        ty: ty.clone(),
        kind: ValueKind::Parameter(Box::new(Parameter {
            label,
            help: param.help.as_ref().map_or_else(String::new, |help| help.text.clone()),
            kind,
            default: default.clone(),
            pattern,
            checks: Vec::new(),
        })),
        step,
    });
    if !declare_value(checker, &param.name, Some(id)) {
        return;
    }
    if param.default.is_some() && default.is_none() {
        checker.unclear_defaults.push(id);
    }
    // Its own checks name it.
    let checks = checks(checker, param);
    default::check_against(checker, param, id, default.as_ref(), &checks);
    if let Some(declaration) = checker.values.get_mut(id)
        && let ValueKind::Parameter(parameter) = &mut declaration.kind
    {
        parameter.checks = checks;
    }
    if let Some(shape) = shape {
        checker.names.shapes.insert(param.name.text.clone(), shape.of(id));
    }
}

/// `matches /…/`: understood now, used when a value comes.
fn pattern(checker: &mut Checker, param: &ast::Param) -> Option<String> {
    let pattern = param.matches.as_ref()?;
    match constant::compile(&pattern.source) {
        Ok(_) => Some(pattern.source.clone()),
        Err(reason) => {
            let at = checker.span(pattern.range);
            checker.report(errors::bad_pattern(at, &reason));
            None
        }
    }
}

fn checks(checker: &mut Checker, param: &ast::Param) -> Vec<ParameterCheck> {
    let Some(clause) = &param.condition else { return Vec::new() };
    let scope = Scope::values("the `where` of a parameter");
    let condition = type_condition(checker, &scope, &clause.condition);
    let message = clause.message.as_ref().map(|message| type_message(checker, &scope, message)).unwrap_or_default();
    if condition.ty.is_error() { Vec::new() } else { vec![ParameterCheck { condition, message }] }
}

/// What a parameter is, with the type of its value and what its options stand for.
type Kind = (ParameterKind, Type, Option<options::Meanings>);
