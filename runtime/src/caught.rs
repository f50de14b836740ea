//! Panics of libraries, caught and turned into words. Whoever waits for a file is told what is wrong with the disk; a
//! backtrace would tell them that the program is broken.

use std::cell::Cell;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::pin::pin;
use std::sync::Once;
use std::task::Poll;

thread_local! {
    static IS_EXPECTED: Cell<bool> = const { Cell::new(false) };
}

/// Calls a library that panics where it should fail. What it panics with comes back as words, and nothing is printed.
///
/// # Errors
/// It panicked. What it was about is lost: nothing that it was given may be used further.
pub(crate) fn caught<T>(act: impl FnOnce() -> T) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = take_hook();
        set_hook(Box::new(move |panic| {
            if !IS_EXPECTED.get() {
                usual(panic);
            }
        }));
    });
    let before = IS_EXPECTED.replace(true);
    let result = catch_unwind(AssertUnwindSafe(act));
    IS_EXPECTED.set(before);
    result.map_err(|payload| {
        let words = payload.downcast_ref::<String>().cloned();
        words.or_else(|| payload.downcast_ref::<&str>().map(|words| (*words).to_owned())).unwrap_or_default()
    })
}

/// As [`caught`], of a future of such a library.
///
/// # Errors
/// It panicked while it was polled.
pub(crate) async fn caught_while_polled<F: Future>(act: F) -> Result<F::Output, String> {
    let mut act = pin!(act);
    poll_fn(move |context| match caught(|| act.as_mut().poll(context)) {
        Ok(poll) => poll.map(Ok),
        Err(words) => Poll::Ready(Err(words)),
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_of_a_future_comes_back_as_its_words() {
        assert_eq!(caught_while_polled(async { 1 }).await, Ok(1));
        let late = async {
            tokio::task::yield_now().await;
            panic!("late");
        };
        let panicked: Result<u8, String> = caught_while_polled(late).await;
        assert_eq!(panicked, Err("late".to_owned()));
    }

    #[test]
    fn a_panic_comes_back_as_its_words() {
        assert_eq!(caught(|| 1), Ok(1));
        assert_eq!(caught(|| -> u8 { panic!("no {}", "room") }), Err("no room".to_owned()));
        assert_eq!(caught(|| -> u8 { panic!("gone") }), Err("gone".to_owned()));
    }
}
