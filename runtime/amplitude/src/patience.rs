//! How long to wait before asking again, and when to stop: a decision without a clock.

use std::time::Duration;

use crate::settings::Deadlines;
use crate::transport::Setback;
use crate::{Error, Limit, Wait};

const FIRST_FAILURE: Duration = Duration::from_secs(1);
const LONGEST_FAILURE: Duration = Duration::from_secs(30);
/// A window is five minutes, ten, or an hour: asking each second would only prolong it.
const FIRST_LIMIT: Duration = Duration::from_secs(60);
const LONGEST_LIMIT: Duration = Duration::from_secs(300);

/// Whether a call may be repeated when nobody knows if it was heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unclear {
    Repeat,
    Stop,
}

/// What is left of it.
#[derive(Clone, Debug)]
pub(crate) struct Patience {
    deadlines: Deadlines,
    failures: u32,
    limits: u32,
    waited_for_failures: Duration,
    waited_for_limits: Duration,
}

impl Patience {
    pub(crate) fn new(deadlines: Deadlines) -> Patience {
        Patience {
            deadlines,
            failures: 0,
            limits: 0,
            waited_for_failures: Duration::ZERO,
            waited_for_limits: Duration::ZERO,
        }
    }

    /// The wait before the next try, or `None` where there is none.
    pub(crate) fn wait(&mut self, setback: &Setback, unclear: Unclear, chance: f64) -> Option<Wait> {
        match setback {
            Setback::NotSent(error) => self.failure(error, None, chance),
            Setback::Unclear { error, after } if unclear == Unclear::Repeat => self.failure(error, *after, chance),
            Setback::Limited { limit, after, .. } => {
                let wait = after.unwrap_or_else(|| match limit {
                    Limit::Concurrent => Duration::from_secs_f64(1.0 + 9.0 * chance),
                    Limit::Rate => doubled(FIRST_LIMIT, self.limits, LONGEST_LIMIT).mul_f64(1.0 + chance / 4.0),
                });
                if *limit == Limit::Rate {
                    self.limits += 1;
                }
                self.waited_for_limits += wait;
                (self.waited_for_limits <= self.deadlines.limits).then_some(Wait::Limit(*limit, wait))
            }
            Setback::Unclear { .. } | Setback::Refused { .. } | Setback::Final(_) => None,
        }
    }

    fn failure(&mut self, error: &Error, after: Option<Duration>, chance: f64) -> Option<Wait> {
        // Neither a name nor a certificate mends itself while a person waits: one more try is for a passing fault.
        let is_lasting = matches!(
            error,
            Error::Unreachable { why: crate::Unreachable::Name | crate::Unreachable::Encryption(_), .. }
        );
        if is_lasting && self.failures >= 1 {
            return None;
        }
        let wait =
            after.unwrap_or_else(|| doubled(FIRST_FAILURE, self.failures, LONGEST_FAILURE).mul_f64(0.5 + chance / 2.0));
        self.failures += 1;
        self.waited_for_failures += wait;
        (self.waited_for_failures <= self.deadlines.failures).then_some(Wait::Failure(wait))
    }
}

fn doubled(first: Duration, times: u32, longest: Duration) -> Duration {
    first.saturating_mul(2_u32.saturating_pow(times)).min(longest)
}
