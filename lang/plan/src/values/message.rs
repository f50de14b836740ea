//! Texts with holes: canonical where a machine or a file name takes them, human where people read them (B18).

use wr_base::ids::ValueId;
use wr_base::value::Value;

use super::human::human;
use crate::declaration::{Message, MessagePart};
use crate::evaluate::{Context, Failure, evaluate};

/// The label of the option that was chosen for a parameter, for `label($p)`.
pub type Labels<'a> = &'a dyn Fn(ValueId) -> Option<String>;

/// For file names and headings: each hole as its canonical text.
///
/// # Errors
/// A hole that cannot be evaluated.
pub fn render_canonical(message: &Message, context: &Context<'_>, labels: Labels<'_>) -> Result<String, Failure> {
    render(message, context, labels, &|value| value.canonical())
}

/// For what people read: each hole in the locale.
///
/// # Errors
/// A hole that cannot be evaluated.
pub fn render_human(
    message: &Message,
    context: &Context<'_>,
    labels: Labels<'_>,
    locale: &str,
) -> Result<String, Failure> {
    render(message, context, labels, &|value| human(value, locale))
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
                let label = labels(*value).or_else(|| (context.values)(*value).map(|value| write(&value)));
                text.push_str(&label.unwrap_or_default());
            }
        }
    }
    Ok(text)
}
