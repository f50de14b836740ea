//! Texts with holes, filled: canonically for names (B18), for people in messages.

use wr_base::ids::{FactId, StepId};
use wr_base::value::{DateTime, Value};
use wr_plan::declaration::{Message, Report};
use wr_plan::evaluate::{Context, evaluate};
use wr_plan::expr::Expr;
use wr_plan::functions::Setting;
use wr_plan::values::{human, render_canonical, render_human};

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
    pub(super) locale: &'a str,
    pub(super) facts: &'a dyn Fn(FactId) -> Option<Value>,
}

/// A moment that a store or manifest keeps, as the report's people write it.
pub(super) fn moment(canonical: &str, report: &Report) -> String {
    let at = chrono::DateTime::parse_from_rfc3339(canonical).ok();
    match at.and_then(|at| DateTime::checked(at.timestamp_micros())) {
        Some(at) => human(&Value::DateTime(at), &report.locale, report.zone),
        None => canonical.to_owned(),
    }
}

impl Known<'_> {
    pub(super) fn evaluate(&self, step: StepId, expr: &Expr) -> Result<Value, RunError> {
        let values = |id| self.request.value(id).map(|value| value.value.clone());
        let context = Context { setting: self.setting, values: &values, columns: &|_| None, facts: self.facts };
        evaluate(expr, &context).map_err(|failure| errors::evaluation(step, failure))
    }

    pub(super) fn fill(&self, step: StepId, message: &Message, style: Style) -> Result<String, RunError> {
        let values = |id| self.request.value(id).map(|value| value.value.clone());
        let labels = |id| self.request.value(id).map(|value| value.words.clone());
        let context = Context { setting: self.setting, values: &values, columns: &|_| None, facts: self.facts };
        match style {
            Style::Canonical => render_canonical(message, &context, &labels),
            Style::Human => render_human(message, &context, &labels, self.locale),
        }
        .map_err(|failure| errors::evaluation(step, failure))
    }
}
