//! Texts with holes, filled: canonically for names (B18), for people in messages.

use wr_base::ids::{FactId, StepId};
use wr_base::value::{DateTime, Value};
use wr_plan::declaration::{Message, MessagePart};
use wr_plan::evaluate::{Context, evaluate};
use wr_plan::expr::Expr;
use wr_plan::functions::Setting;

use super::errors;
use super::request::RunRequest;
use crate::error::RunError;

/// How holes are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Canonical,
    Human,
}

/// What messages and constant expressions may read.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) request: &'a RunRequest,
    pub(super) setting: Setting,
    pub(super) facts: &'a dyn Fn(FactId) -> Option<Value>,
}

impl Known<'_> {
    pub(super) fn evaluate(&self, step: StepId, expr: &Expr) -> Result<Value, RunError> {
        let values = |id| self.request.value(id).map(|value| value.value.clone());
        let context = Context { setting: self.setting, values: &values, columns: &|_| None, facts: self.facts };
        evaluate(expr, &context).map_err(|failure| errors::evaluation(step, failure))
    }

    pub(super) fn fill(&self, step: StepId, message: &Message, style: Style) -> Result<String, RunError> {
        let mut text = String::new();
        for part in &message.parts {
            match part {
                MessagePart::Text(words) => text.push_str(words),
                MessagePart::Hole(expr) => {
                    let value = self.evaluate(step, expr)?;
                    text.push_str(&match style {
                        Style::Canonical => value.canonical(),
                        Style::Human => human(&value, self.setting),
                    });
                }
                MessagePart::LabelOf(id) => {
                    let value = self.request.value(*id);
                    text.push_str(&value.map(|value| value.words.clone()).unwrap_or_default());
                }
            }
        }
        Ok(text)
    }
}

/// A value as people read it: a missing one is a dash, long numbers are grouped, instants are on the report's clock.
fn human(value: &Value, setting: Setting) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::Int(number) if number.unsigned_abs() >= 10_000 => {
            let digits = number.unsigned_abs().to_string();
            let mut text = if *number < 0 { "-".to_owned() } else { String::new() };
            for (at, digit) in digits.chars().enumerate() {
                if at > 0 && (digits.len() - at).is_multiple_of(3) {
                    // A narrow blank reads alike in every language, where a comma or a point would not.
                    text.push('\u{202f}');
                }
                text.push(digit);
            }
            text
        }
        Value::DateTime(at) => wall(*at, setting),
        Value::Bool(value) => if *value { "yes" } else { "no" }.to_owned(),
        Value::List(items) => items.iter().map(|item| human(item, setting)).collect::<Vec<_>>().join(", "),
        Value::Int(_)
        | Value::Decimal(_)
        | Value::Float(_)
        | Value::Text(_)
        | Value::Date(_)
        | Value::Time(_)
        | Value::Duration(_)
        | Value::Uuid(_)
        | Value::Percent(_)
        | Value::Range(..)
        | Value::Period(_) => value.canonical(),
    }
}

fn wall(at: DateTime, setting: Setting) -> String {
    setting.zone.wall_clock(at).format("%Y-%m-%d %H:%M:%S").to_string()
}
