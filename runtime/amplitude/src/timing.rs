//! Time, waiting and chance, as far as the client needs them: the real ones, or those of a test.

use std::time::Duration;

use futures_util::future::BoxFuture;

/// What a test takes the place of.
pub trait Timing: Send + Sync {
    /// Seconds since 1970.
    fn now(&self) -> i64;

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;

    /// At least 0, below 1: keeps clients that were refused together from coming back together.
    fn chance(&self) -> f64;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Real;

impl Timing for Real {
    fn now(&self) -> i64 {
        chrono::Utc::now().timestamp()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }

    fn chance(&self) -> f64 {
        fastrand::f64()
    }
}
