//! Texts with holes to texts: canonical in names, seeds and records, human in messages (B18).

use wr_base::ids::ValueId;
use wr_base::value::Value;

use super::human::human;
use crate::declaration::{Message, MessagePart};
use crate::evaluate::{Context, Failure, evaluate};

/// The label of the option that a parameter has.
pub type Labels<'a> = &'a dyn Fn(ValueId) -> Option<String>;

/// Free of locale: for names of files, seeds, records.
///
/// # Errors
/// A hole fails.
pub fn render_canonical(message: &Message, context: &Context<'_>, labels: Labels<'_>) -> Result<String, Failure> {
    render(message, context, labels, &Value::canonical)
}

/// As people of the locale write.
///
/// # Errors
/// A hole fails.
pub fn render_human(
    message: &Message,
    context: &Context<'_>,
    labels: Labels<'_>,
    locale: &str,
) -> Result<String, Failure> {
    render(message, context, labels, &|value| human(value, locale, context.setting.zone))
}

fn render(
    message: &Message,
    context: &Context<'_>,
    labels: Labels<'_>,
    write: &dyn Fn(&Value) -> String,
) -> Result<String, Failure> {
    let mut text = String::new();
    for part in &message.parts {
        match part {
            MessagePart::Text(words) => text.push_str(words),
            MessagePart::Hole(expr) => text.push_str(&write(&evaluate(expr, context)?)),
            MessagePart::LabelOf(value) => {
                let known = labels(*value).or_else(|| (context.values)(*value).map(|value| value.canonical()));
                text.push_str(&known.unwrap_or_default());
            }
        }
    }
    Ok(text)
}
