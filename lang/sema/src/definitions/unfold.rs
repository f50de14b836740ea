//! A definition made once more at a use: its file's names and its arguments in sight, and what is found wrong kept apart.

use wr_base::diag::Diagnostics;
use wr_base::span::Span;
use wr_plan::declaration::{ValueDeclaration, ValueKind};

use super::{Argument, Body, Definition, errors};
use crate::checker::{Checker, Named};
use crate::relations::new_step;

/// How many steps all uses of a script may make. `f1` that reads `f0` twice, `f2` that reads `f1` twice, and so on: thirty
/// such lines would be a thousand million steps.
const UNFOLDED_STEPS_LIMIT: usize = 20_000;
/// How many definitions may use one another in a chain: each is made inside of the one before, which takes stack.
const UNFOLDED_DEPTH_LIMIT: usize = 50;

/// What `make` makes of the body, and what is said meanwhile; `None` where that would be too much, which is reported.
pub(crate) fn unfold<T>(
    checker: &mut Checker,
    definition: &Definition,
    arguments: Vec<Argument>,
    at: Span,
    make: impl FnOnce(&mut Checker, &Body) -> T,
) -> Option<(T, Diagnostics)> {
    let is_outermost = checker.unfolding.depth == 0;
    let was_too_much = checker.unfolding.is_too_much;
    if is_outermost {
        checker.unfolding.steps += definition.size;
    }
    checker.unfolding.is_too_much |=
        checker.unfolding.depth >= UNFOLDED_DEPTH_LIMIT || checker.unfolding.steps > UNFOLDED_STEPS_LIMIT;
    let unfolded =
        if checker.unfolding.is_too_much { None } else { Some(within(checker, definition, arguments, at, make)) };
    // Once is enough: after that, each use is too much.
    if is_outermost && checker.unfolding.is_too_much && !was_too_much {
        checker.report(errors::unfolds_too_far(at, definition));
    }
    unfolded
}

/// What `make` makes with the names and the place of the definition.
fn within<T>(
    checker: &mut Checker,
    definition: &Definition,
    arguments: Vec<Argument>,
    at: Span,
    make: impl FnOnce(&mut Checker, &Body) -> T,
) -> (T, Diagnostics) {
    let mut names = definition.names.clone();
    for (parameter, argument) in definition.parameters.iter().zip(arguments) {
        let step = new_step(checker, argument.range, "argument");
        let value = checker.values.add(ValueDeclaration {
            name: parameter.name.clone(),
            ty: parameter.ty.clone(),
            kind: ValueKind::Let(argument.value),
            step,
        });
        names.values.insert(parameter.name.clone(), Named { meaning: Some(value), span: parameter.span });
    }
    let first_step = checker.steps.next_id();
    let outer_names = std::mem::replace(&mut checker.names, names);
    let outer_place = std::mem::replace(&mut checker.place, definition.place);
    let outer_below = std::mem::take(&mut checker.declared_below);
    let outer_said = std::mem::take(&mut checker.diagnostics);
    checker.unfolding.depth += 1;
    let made = make(checker, &definition.body);
    checker.unfolding.depth -= 1;
    let said = std::mem::replace(&mut checker.diagnostics, outer_said);
    checker.declared_below = outer_below;
    checker.place = outer_place;
    checker.names = outer_names;
    for step in first_step.0..checker.steps.next_id().0 {
        // The outermost use is the one in the script that is run.
        checker.origins.uses.insert(wr_base::ids::StepId(step), at);
    }
    (made, said)
}

/// Whether a place lies in the definition.
pub(crate) fn is_within(definition: &Definition, span: Span) -> bool {
    let whole = definition.statement;
    span.file == whole.file && whole.start <= span.start && span.end <= whole.end
}
