//! Whether a value is one that the author allows: `matches /…/`, `where … else "…"`.

use wr_base::ids::ValueId;
use wr_base::value::Value;

use super::human::human;
use super::message::{Labels, render_human};
use super::problem::Problem;
use crate::declaration::Parameter;
use crate::evaluate::{Context, evaluate};
use crate::functions::Setting;

/// Checks a value of the parameter `id`. `values` knows the earlier ones.
///
/// # Errors
/// The first rule that it breaks, in the order of the script.
pub fn check_value(
    parameter: &Parameter,
    id: ValueId,
    value: &Value,
    values: &dyn Fn(ValueId) -> Option<Value>,
    setting: Setting,
    locale: &str,
) -> Result<(), Problem> {
    if let (Some(pattern), Value::Text(text)) = (&parameter.pattern, value) {
        let whole = regex::Regex::new(&format!("^(?:{pattern})$")).map_err(|_| Problem::CannotBeChecked)?;
        if !whole.is_match(text) {
            return Err(Problem::DoesNotMatch { text: text.clone(), pattern: pattern.clone() });
        }
    }
    let with_this = |wanted: ValueId| if wanted == id { Some(value.clone()) } else { values(wanted) };
    let context = Context::values(setting, &with_this);
    for check in &parameter.checks {
        match evaluate(&check.condition, &context) {
            Ok(Value::Bool(true)) => {}
            Ok(_) if check.message.parts.is_empty() => return Err(Problem::RefusedWithoutWords),
            Ok(_) => {
                let labels: Labels<'_> = &|wanted| with_this(wanted).map(|value| human(&value, locale));
                let words = render_human(&check.message, &context, labels, locale);
                return Err(words.map_or(Problem::RefusedWithoutWords, Problem::Refused));
            }
            Err(_) => return Err(Problem::CannotBeChecked),
        }
    }
    Ok(())
}
