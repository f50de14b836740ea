//! Failures of expressions and promises as failures of the run, and which of several is the run's (B1).

use wr_base::diag::Code;
use wr_base::ids::StepId;
use wr_plan::evaluate::Failure;

use crate::error::RunError;

/// The failure of the first step in the script's order, and within a step of the first expression. What has no
/// expression (a promise of a join) comes behind the expressions of its step, which are evaluated before it.
#[derive(Debug, Default)]
pub(crate) struct FirstFailure(Option<RunError>);

impl FirstFailure {
    pub(crate) fn see(&mut self, failure: RunError) {
        if self.0.as_ref().is_none_or(|first| order(&failure) < order(first)) {
            self.0 = Some(failure);
        }
    }

    pub(crate) const fn is_none(&self) -> bool {
        self.0.is_none()
    }

    /// Whether this step could still be the first one to fail.
    pub(crate) fn could_be_before(&self, step: StepId) -> bool {
        self.0.as_ref().and_then(|first| first.step).is_none_or(|first| step <= first)
    }

    pub(crate) const fn take(&mut self) -> Option<RunError> {
        self.0.take()
    }
}

/// A failure without a step (a stop, a mistake of ours) comes before all.
fn order(failure: &RunError) -> (Option<StepId>, u64) {
    (failure.step, failure.expr.map_or(u64::MAX, |expr| u64::from(expr.0)))
}

/// The first of two failures within one step: the one of the first expression.
pub(crate) fn earlier(first: Option<Failure>, second: Failure) -> Failure {
    match first {
        Some(first) if first.expr <= second.expr => first,
        Some(_) | None => second,
    }
}

/// A failure of an expression, in words.
pub(crate) fn run_error(step: StepId, failure: Failure) -> RunError {
    let (message, help) = words(failure.code);
    RunError {
        code: failure.code,
        step: Some(step),
        expr: Some(failure.expr),
        source: None,
        message: message.to_owned(),
        detail: failure.detail.into_iter().collect(),
        help: Some(help.to_owned()),
    }
}

fn words(code: Code) -> (&'static str, &'static str) {
    if code == Code::Overflow {
        ("a number grew past what its type can hold", "convert to a wider type before this step, or look at the value")
    } else if code == Code::ConversionFailed {
        (
            "a text is not of the type that it is converted to",
            "the conversion with `?` (`int?(x)`) gives null instead of failing",
        )
    } else {
        ("a value could not be computed", "`wr explain` with the code of this error says more")
    }
}
