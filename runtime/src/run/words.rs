//! Texts with holes, filled: canonically for names (B18), for people in messages.

use wr_base::ids::{FactId, StepId};
use wr_base::value::Value;
use wr_plan::declaration::{Message, MessagePart};
use wr_plan::evaluate::{Context, evaluate};
use wr_plan::expr::Expr;
use wr_plan::functions::Setting;
use wr_plan::values::human_in;

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
                        Style::Human => human_in(&value, self.setting.locale, self.setting.zone),
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
