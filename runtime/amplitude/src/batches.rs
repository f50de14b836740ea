//! Batches from a thread that decodes to a task that takes them: a few wait, then the thread does.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::Stream;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use crate::Error;

/// Batches that wait to be taken.
const WAITING: usize = 2;

/// A stream of batches. After an error it ends; dropped, whatever feeds it stops.
#[derive(Debug)]
pub struct Batches<T> {
    receiver: mpsc::Receiver<Result<T, Error>>,
    feeder: Option<AbortHandle>,
}

impl<T> Batches<T> {
    pub(crate) fn channel() -> (mpsc::Sender<Result<T, Error>>, Batches<T>) {
        let (sender, receiver) = mpsc::channel(WAITING);
        (sender, Batches { receiver, feeder: None })
    }

    /// The task that stops with the stream.
    pub(crate) fn fed_by(mut self, feeder: AbortHandle) -> Batches<T> {
        self.feeder = Some(feeder);
        self
    }

    /// The next batch, `None` at the end.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        self.receiver.recv().await
    }
}

impl<T> Stream for Batches<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.receiver.poll_recv(cx)
    }
}

impl<T> Drop for Batches<T> {
    fn drop(&mut self) {
        if let Some(feeder) = &self.feeder {
            feeder.abort();
        }
    }
}
