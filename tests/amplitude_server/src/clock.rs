//! The server's clock: the real one, or one that a test moves.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// Milliseconds since 1970. Copies are the same clock.
#[derive(Clone, Debug)]
pub struct Clock(Option<Arc<AtomicI64>>);

impl Clock {
    /// The clock of the machine.
    #[must_use]
    pub fn real() -> Clock {
        Clock(None)
    }

    /// One that stands still at a moment, in seconds since 1970, until it is moved.
    #[must_use]
    pub fn standing(seconds: i64) -> Clock {
        Clock(Some(Arc::new(AtomicI64::new(seconds * 1000))))
    }

    /// Moves a standing clock; the real one goes by itself.
    pub fn advance(&self, by: Duration) {
        if let Some(clock) = &self.0 {
            clock.fetch_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX), Ordering::SeqCst);
        }
    }

    #[must_use]
    pub fn milliseconds(&self) -> i64 {
        match &self.0 {
            Some(clock) => clock.load(Ordering::SeqCst),
            None => chrono::Utc::now().timestamp_millis(),
        }
    }

    #[must_use]
    pub fn seconds(&self) -> i64 {
        self.milliseconds().div_euclid(1000)
    }
}
