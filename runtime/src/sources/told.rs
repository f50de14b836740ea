//! Batches from who makes them, on a thread or a task of its own, to who takes them: a small channel holds the one back
//! when the other does not take.
//!
//! Invariant: the stream ends well only where the maker said that this was the last batch. One that goes away without a word
//! is a failure, not an end.

use futures_util::stream::{self, BoxStream, StreamExt};
use tokio::sync::mpsc;
use wr_base::ids::StepId;

use super::{Batch, errors};
use crate::error::RunError;

/// Batches that wait for whoever takes them.
const WAITING: usize = 2;

/// What is told: a batch, or that the one before was the last.
pub(super) type Told = Result<Option<Batch>, RunError>;

/// Where the maker tells, and what the taker hears. `step` is the one that reads.
pub(super) fn channel(step: StepId) -> (mpsc::Sender<Told>, BoxStream<'static, Result<Batch, RunError>>) {
    let (sender, receiver) = mpsc::channel(WAITING);
    let batches = stream::unfold(Some(receiver), move |receiver: Option<mpsc::Receiver<Told>>| async move {
        let mut receiver = receiver?;
        match receiver.recv().await {
            Some(Ok(Some(batch))) => Some((Ok(batch), Some(receiver))),
            Some(Ok(None)) => None,
            Some(Err(error)) => Some((Err(error), None)),
            // What came so far is not the whole answer.
            None => Some((Err(errors::internal(Some(step), "reading ended early")), None)),
        }
    });
    (sender, batches.boxed())
}

#[cfg(test)]
mod tests {
    use wr_base::diag::Code;

    use super::*;

    #[tokio::test]
    async fn an_end_that_nobody_said_is_a_failure() {
        let (told, mut batches) = channel(StepId(3));
        drop(told);
        let error = batches.next().await.map(|batch| batch.map(|_| ()).unwrap_err());
        assert_eq!(error.map(|error| (error.code, error.step)), Some((Code::Internal, Some(StepId(3)))));
        assert!(batches.next().await.is_none(), "after a failure there is nothing");
    }

    #[tokio::test]
    async fn an_end_that_was_said_is_one() {
        let (told, mut batches) = channel(StepId(3));
        told.send(Ok(None)).await.unwrap();
        assert!(batches.next().await.is_none());
    }
}
