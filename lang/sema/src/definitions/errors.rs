//! What is said about declarations with parameters and their uses (WR0151, WR0300, WR0002).

use wr_base::diag::{Code, Diagnostic};
use wr_base::span::Span;

use super::Definition;
use crate::relations::{listed, with_near_misses};

pub(super) fn made_of_itself(at: Span, name: &str, what: &str) -> Diagnostic {
    Diagnostic::new(Code::MadeOfItself, format!("`{name}` is made of itself"), at, format!("the same {what}"))
        .with_note(format!("a {what} is made of what stands above it, so it would never end"))
        .with_help("say the same without it, or name what was meant")
}

pub(super) fn too_many_arguments(at: Span, given: usize, definition: &Definition) -> Diagnostic {
    let takes = match definition.parameters.len() {
        0 => "takes no arguments".to_owned(),
        1 => "takes one argument".to_owned(),
        many => format!("takes {many} arguments"),
    };
    let headline = format!("`{}` {takes}, and {given} are given", definition.name);
    let headline = if given == 1 { headline.replace("1 are given", "one is given") } else { headline };
    used(at, headline, "one too many", definition)
}

pub(super) fn missing_arguments(at: Span, missing: &[&str], definition: &Definition) -> Diagnostic {
    let headline = format!("`{}` needs {}", definition.name, listed(missing.iter().copied()));
    used(at, headline, "not given here", definition)
}

pub(super) fn no_such_parameter(at: Span, name: &str, definition: &Definition) -> Diagnostic {
    let headline = format!("`{}` has no parameter `{name}`", definition.name);
    let diagnostic = used(at, headline, "not known", definition);
    with_near_misses(diagnostic, name, definition.parameters.iter().map(|parameter| parameter.name.as_str()))
}

pub(super) fn given_twice(at: Span, first: Span, definition: &Definition, parameter: usize) -> Diagnostic {
    let name = definition.parameters.get(parameter).map_or("", |parameter| parameter.name.as_str());
    used(at, format!("`{name}` is given twice"), "the second time", definition).with_secondary(first, "the first time")
}

pub(super) fn unnamed_after_named(at: Span, definition: &Definition) -> Diagnostic {
    let headline = "an argument without a name stands behind one with a name";
    used(at, headline.to_owned(), "which one is it?", definition)
}

fn used(at: Span, headline: String, label: &str, definition: &Definition) -> Diagnostic {
    Diagnostic::new(Code::TableArguments, headline, at, label)
        .with_secondary(definition.span, "declared here")
        .with_help(format!("it is written `{}`", definition.usage()))
}

pub(super) fn unfolds_too_far(at: Span, definition: &Definition) -> Diagnostic {
    let headline = format!("with `{}`, this script becomes too large", definition.name);
    Diagnostic::new(Code::NestedTooDeep, headline, at, "put in the place of its name")
        .with_secondary(definition.span, "declared here")
        .with_note("what has parameters is made anew wherever it is used, with all that it uses itself")
        .with_help("give what is the same for all a `let` without parameters, which is made once")
}
