//! Options of choices: which one a runner meant, what the default is, what an option is called.

use wr_base::name::near_misses;
use wr_base::ty::DataType;
use wr_base::value::Value;

use super::list;
use super::problem::Problem;
use crate::declaration::{FixedOption, Parameter, ParameterDefault, ParameterKind};
use crate::evaluate::{Context, Failure, evaluate};

/// How many options an error lists.
const LISTED: usize = 10;

/// One option, by its value or by its label; by either in other case where that is clear.
pub(super) fn find<'a>(text: &str, options: &'a [FixedOption]) -> Result<&'a FixedOption, Problem> {
    let text = text.trim();
    let by_value = options.iter().find(|option| option.value.canonical() == text);
    if let Some(option) = by_value {
        return Ok(option);
    }
    let folded = text.to_lowercase();
    let by_label: Vec<&FixedOption> = options.iter().filter(|option| option.label == text).collect();
    let by_case: Vec<&FixedOption> = options
        .iter()
        .filter(|option| option.label.to_lowercase() == folded || option.value.canonical().to_lowercase() == folded)
        .collect();
    let found = if by_label.is_empty() { by_case } else { by_label };
    match found.as_slice() {
        [option] => Ok(option),
        [] => {
            let known = options.iter().flat_map(|option| [option.label.clone(), option.value.canonical()]);
            let known: Vec<String> = known.collect();
            // Any letter is near to any other.
            let near =
                if text.chars().count() < 2 { Vec::new() } else { near_misses(text, known.iter().map(String::as_str)) };
            Err(Problem::NotAnOption {
                text: text.to_owned(),
                near: near.into_iter().map(str::to_owned).collect(),
                options: listed(options),
            })
        }
        several => Err(Problem::SeveralOptions {
            text: text.to_owned(),
            options: several.iter().map(|option| option.value.canonical()).collect(),
        }),
    }
}

fn shown(option: &FixedOption) -> String {
    let value = option.value.canonical();
    let shown =
        if option.label.is_empty() || option.label == value { value } else { format!("{} ({value})", option.label) };
    // An error is one line, whatever the data hold.
    shown.replace(char::is_control, " ")
}

/// The first of them, and how many more there are.
fn listed(options: &[FixedOption]) -> Vec<String> {
    let mut listed: Vec<String> = options.iter().take(LISTED).map(shown).collect();
    if options.len() > LISTED {
        listed.push(format!("and {} more", options.len() - LISTED));
    }
    listed
}

/// Some of the options, in their own order; `all` is each of them.
pub(super) fn find_some(text: &str, options: &[FixedOption]) -> Result<Value, Problem> {
    if text.trim().eq_ignore_ascii_case("all") && find(text, options).is_err() {
        return Ok(all(options));
    }
    // A label may hold a comma.
    let chosen = match find(text, options) {
        Ok(option) => vec![option],
        Err(_) => list::items(text, true)?.iter().map(|item| find(item, options)).collect::<Result<_, _>>()?,
    };
    let values = options.iter().filter(|option| chosen.iter().any(|other| other.value == option.value));
    Ok(Value::List(values.map(|option| option.value.clone()).collect()))
}

fn all(options: &[FixedOption]) -> Value {
    Value::List(options.iter().map(|option| option.value.clone()).collect())
}

/// The value of a parameter that nobody gave; `None`: it has to be asked. `options` are those of a query, as read, or the
/// fixed ones.
///
/// # Errors
/// The default is an expression that fails.
pub fn default_value(
    parameter: &Parameter,
    nullable: bool,
    options: &[FixedOption],
    context: &Context<'_>,
) -> Result<Option<Value>, Failure> {
    match &parameter.default {
        Some(ParameterDefault::Value(expr)) => evaluate(expr, context).map(Some),
        Some(ParameterDefault::First) => Ok(options.first().map(|option| option.value.clone())),
        Some(ParameterDefault::All) => Ok(Some(all(options))),
        None if nullable => Ok(Some(Value::Null)),
        None => Ok(None),
    }
}

/// What a chosen value is called: the labels of the options, joined by commas.
#[must_use]
pub fn label_of(parameter: &Parameter, value: &Value, options: &[FixedOption]) -> Option<String> {
    match &parameter.kind {
        ParameterKind::Choice(_) | ParameterKind::Choices(_) | ParameterKind::Columns(_) => {}
        ParameterKind::Plain | ParameterKind::Cohort { .. } | ParameterKind::File => return None,
    }
    let label = |value: &Value| {
        let option = options.iter().find(|option| option.value == *value);
        option.map_or_else(|| value.canonical(), |option| option.label.clone())
    };
    Some(if let Value::List(items) = value {
        items.iter().map(label).collect::<Vec<_>>().join(", ")
    } else {
        label(value)
    })
}

/// The type of one value of a choice.
pub(super) fn is_option_list(ty: &DataType) -> bool {
    matches!(ty, DataType::List(_) | DataType::Shape)
}
