//! What a use gives to the parameters of a definition, in their order or by their names, and what it leaves to defaults.

use wr_base::span::TextRange;
use wr_plan::expr::Expr;
use wr_syntax::ast;

use super::{Definition, Parameter, errors};
use crate::checker::{Checker, Scope};
use crate::relations::check_cohort;
use crate::types;

/// The value of a parameter, and the words that gave it.
pub(crate) struct Argument {
    pub(crate) value: Expr,
    pub(super) range: TextRange,
}

/// A value for each parameter: what is missing or wrong is reported, and stands as an error.
pub(crate) fn bind(
    checker: &mut Checker,
    definition: &Definition,
    given: &[ast::GivenArgument],
    range: TextRange,
) -> Vec<Argument> {
    let chosen = choose(checker, definition, given, range);
    let mut arguments = Vec::new();
    for (parameter, argument) in definition.parameters.iter().zip(chosen) {
        let at = argument.map_or(range, |argument| argument.value.range);
        let value = match (argument, &parameter.default) {
            (Some(argument), _) => given_value(checker, parameter, argument),
            (None, Some(default)) => {
                let mut value = default.clone();
                value.transform(&mut |part| part.id = checker.expr_id(range));
                value
            }
            (None, None) => Expr::error(checker.expr_id(range)),
        };
        arguments.push(Argument { value, range: at });
    }
    arguments
}

/// The argument of each parameter. Reports those that belong to none, and parameters that are left without.
fn choose<'a>(
    checker: &mut Checker,
    definition: &Definition,
    given: &'a [ast::GivenArgument],
    range: TextRange,
) -> Vec<Option<&'a ast::GivenArgument>> {
    let parameters = &definition.parameters;
    let mut chosen: Vec<Option<&ast::GivenArgument>> = vec![None; parameters.len()];
    let mut is_sound = true;
    let mut named: Option<&ast::GivenArgument> = None;
    for (place, argument) in given.iter().enumerate() {
        let at = checker.span(argument.name.as_ref().map_or(argument.range, |name| name.range));
        let wanted = match (&argument.name, named) {
            (None, None) => place,
            (None, Some(_)) => {
                checker.report(errors::unnamed_after_named(at, definition));
                is_sound = false;
                continue;
            }
            (Some(name), _) => {
                named.get_or_insert(argument);
                parameters.iter().position(|parameter| parameter.name == name.text).unwrap_or(usize::MAX)
            }
        };
        match chosen.get_mut(wanted) {
            Some(free @ None) => *free = Some(argument),
            Some(Some(first)) => {
                let first = checker.span(first.range);
                checker.report(errors::given_twice(at, first, definition, wanted));
                is_sound = false;
            }
            None => {
                checker.report(match &argument.name {
                    Some(name) => errors::no_such_parameter(at, &name.text, definition),
                    None => errors::too_many_arguments(at, given.len(), definition),
                });
                is_sound = false;
                if argument.name.is_none() {
                    break;
                }
            }
        }
    }
    let is_missing =
        |(parameter, argument): (&Parameter, &Option<_>)| parameter.default.is_none() && argument.is_none();
    if is_sound && parameters.iter().zip(&chosen).any(is_missing) {
        let missing = parameters.iter().zip(&chosen).filter(|(parameter, argument)| is_missing((parameter, argument)));
        let missing: Vec<&str> = missing.map(|(parameter, _)| parameter.name.as_str()).collect();
        let at = checker.span(range);
        checker.report(errors::missing_arguments(at, &missing, definition));
    }
    chosen
}

fn given_value(checker: &mut Checker, parameter: &Parameter, argument: &ast::GivenArgument) -> Expr {
    let said_before = std::mem::take(&mut checker.diagnostics);
    let value = types::type_expr_as(checker, &Scope::values("an argument"), &argument.value, &parameter.ty);
    if let Some(wanted) = &parameter.cohort_of {
        check_cohort(checker, &argument.value, &value, wanted);
    }
    let said = std::mem::replace(&mut checker.diagnostics, said_before);
    for diagnostic in said.iter() {
        let words = format!("declared as `{}`", parameter.words);
        checker.report(diagnostic.clone().with_secondary(parameter.span, words));
    }
    if said.has_errors() { Expr::error(value.id) } else { value }
}
