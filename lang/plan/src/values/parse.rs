//! A runner's text to a value of the parameter's type, and whether the script allows it.

use wr_base::ids::ValueId;
use wr_base::ty::{DataType, Type};
use wr_base::value::Value;

use super::pattern::matches_pattern;
use super::problem::Problem;
use super::{list, message, moment, number, option};
use crate::declaration::{FixedOption, Parameter, ParameterDefault, ParameterKind};
use crate::evaluate::{Context, evaluate};
use crate::functions::{Setting, compare};

/// The value that a runner meant. `options` are the fixed ones, or those of the query, as read.
///
/// # Errors
/// What is wrong, for the runner.
pub fn parse_value(
    parameter: &Parameter,
    ty: &Type,
    text: &str,
    options: &[FixedOption],
    setting: &Setting,
) -> Result<Value, Problem> {
    // No further column is an answer; no option of a filter would be an empty report.
    if matches!(parameter.kind, ParameterKind::Columns(_)) && matches!(text.trim(), "" | "[]") {
        return Ok(Value::List(Vec::new()));
    }
    if text.trim().is_empty() {
        return if ty.nullable { Ok(Value::Null) } else { Err(Problem::Missing) };
    }
    match &parameter.kind {
        ParameterKind::Choice(_) if !option::is_option_list(&ty.data) => {
            option::find(text, options).map(|option| option.value.clone())
        }
        ParameterKind::Choice(_) | ParameterKind::Choices(_) | ParameterKind::Columns(_) => {
            option::find_some(text, options)
        }
        ParameterKind::Cohort { .. } => {
            cohort_id(text).map(Value::Text).ok_or(Problem::NotACohort { text: text.trim().to_owned() })
        }
        // Whoever reads the file knows its value.
        ParameterKind::File => Ok(Value::text(text.trim())),
        ParameterKind::Plain => plain(&ty.data, text, setting),
    }
}

fn plain(data: &DataType, text: &str, setting: &Setting) -> Result<Value, Problem> {
    match data {
        DataType::Text => Ok(Value::text(text.trim())),
        DataType::Int => number::parse_int(text),
        DataType::Decimal { precision, scale } => number::parse_decimal(text, *precision, *scale),
        DataType::Float => number::parse_float(text),
        DataType::Percent => number::parse_percent(text),
        DataType::Bool => yes_or_no(text),
        DataType::Date => moment::parse_date(text, setting),
        DataType::DateTime => moment::parse_moment(text, setting),
        DataType::Time => moment::parse_time(text),
        DataType::Duration => moment::parse_duration(text),
        DataType::Period => moment::parse_period(text, setting),
        DataType::Uuid => uuid(text).map(Value::Uuid).ok_or(Problem::NotAUuid { text: text.to_owned() }),
        DataType::Range(of) => range(of, text, setting),
        DataType::List(of) => {
            let has_blanks = matches!(**of, DataType::Text | DataType::DateTime);
            let items = list::items(text, has_blanks)?;
            items.iter().map(|item| plain(of, item, setting)).collect::<Result<_, _>>().map(Value::List)
        }
        DataType::Null | DataType::Shape | DataType::Error => Err(Problem::NotAllowed { message: None }),
    }
}

fn yes_or_no(text: &str) -> Result<Value, Problem> {
    match text.trim().to_lowercase().as_str() {
        "yes" | "y" | "true" | "on" | "1" | "да" | "д" => Ok(Value::Bool(true)),
        "no" | "n" | "false" | "off" | "0" | "нет" | "н" => Ok(Value::Bool(false)),
        _ => Err(Problem::NotYesOrNo { text: text.to_owned() }),
    }
}

/// 32 hexadecimal digits, with dashes in the usual places or without.
fn uuid(text: &str) -> Option<u128> {
    let text = text.trim().trim_matches(['{', '}']);
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    let digits = text.replace('-', "");
    let is_shaped = lengths == [32] || lengths == [8, 4, 4, 4, 12];
    (is_shaped && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .then(|| u128::from_str_radix(&digits, 16).ok())?
}

/// `18..65`, `18..`, `..65`, `18-65`, `18 – 65`; one value alone is a range of itself.
fn range(of: &DataType, text: &str, setting: &Setting) -> Result<Value, Problem> {
    let problem = || Problem::NotARange { text: text.trim().to_owned() };
    let end = |text: &str| {
        let text = text.trim();
        if text.is_empty() { Ok(None) } else { plain(of, text, setting).map(|value| Some(Box::new(value))) }
    };
    let (from, to) = if let Some((from, to)) = text.split_once("..") {
        (end(from)?, end(to)?)
    } else {
        if let Ok(value) = plain(of, text, setting) {
            let end = Some(Box::new(value));
            return Ok(Value::Range(end.clone(), end));
        }
        // A dash at the start is a sign; a date has dashes of its own.
        let at = text.trim().char_indices().skip(1).find(|(_, c)| matches!(c, '-' | '–' | '—')).map(|(at, _)| at);
        let (from, to) = at.map(|at| text.trim().split_at(at)).filter(|_| of.is_number()).ok_or_else(problem)?;
        let to = to.trim_start_matches(['-', '–', '—']);
        match (end(from), end(to)) {
            (Ok(Some(from)), Ok(Some(to))) => (Some(from), Some(to)),
            _ => return Err(problem()),
        }
    };
    match (&from, &to) {
        (None, None) => Err(problem()),
        (Some(from), Some(to)) if compare(from, to) == Some(std::cmp::Ordering::Greater) => {
            Err(Problem::Reversed { from: from.canonical(), to: to.canonical() })
        }
        _ => Ok(Value::Range(from, to)),
    }
}

/// The id of a cohort: alone, or as the part of its address after `/cohort/`.
#[must_use]
pub fn cohort_id(text: &str) -> Option<String> {
    let text = text.trim().trim_matches(['"', '<', '>']);
    let id = if text.contains('/') {
        let address = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or(text);
        let (host, path) = address.split_once('/')?;
        let is_amplitude = host == "amplitude.com" || host.ends_with(".amplitude.com");
        let path = path.split(['?', '#']).next()?;
        let mut parts = path.split('/').skip_while(|part| !matches!(*part, "cohort" | "cohorts")).skip(1);
        parts.next().filter(|_| is_amplitude)?
    } else {
        text
    };
    let is_id = (4..=64).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    is_id.then(|| id.to_owned())
}

/// Whether the script allows a value: its pattern, and what its `where` says. Values that are typed and values that are
/// computed (a default) are checked alike. `known` are the values of earlier parameters.
///
/// # Errors
/// What is wrong, for the runner.
pub fn check_value(
    parameter: &Parameter,
    id: ValueId,
    value: &Value,
    known: &dyn Fn(ValueId) -> Option<Value>,
    setting: Setting,
    locale: &str,
) -> Result<(), Problem> {
    if let (Some(pattern), Value::Text(text)) = (&parameter.pattern, value)
        && !matches_pattern(pattern, text)
    {
        let example = match &parameter.default {
            Some(ParameterDefault::Value(expr)) => evaluate(expr, &Context::values(setting, known)).ok(),
            Some(ParameterDefault::First | ParameterDefault::All) | None => None,
        };
        let example = example.map(|example| example.canonical()).filter(|example| matches_pattern(pattern, example));
        return Err(Problem::NotTheForm { text: text.clone(), help: parameter.help.clone(), example });
    }
    if value.is_null() {
        return Ok(());
    }
    if let Value::Period(period) = value
        && period.last < period.first
    {
        return Err(Problem::Reversed { from: period.first.to_string(), to: period.last.to_string() });
    }
    let values = |wanted: ValueId| if wanted == id { Some(value.clone()) } else { known(wanted) };
    let context = Context::values(setting, &values);
    for check in &parameter.checks {
        // A check that fails or is null has not been passed.
        if evaluate(&check.condition, &context) != Ok(Value::Bool(true)) {
            let words = message::render_human(&check.message, &context, &|_| None, locale).unwrap_or_default();
            return Err(Problem::NotAllowed { message: Some(words).filter(|words| !words.is_empty()) });
        }
    }
    Ok(())
}
