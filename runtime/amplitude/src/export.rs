//! A window of hours to events: downloaded in windows that Amplitude can make, each read whole before its events are given
//! out, without those that were sent twice.

mod archive;
mod distinct;
mod window;

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc::Sender;

use crate::batches::Batches;
use crate::client::Client;
use crate::event::Event;
use crate::patience::Unclear;
use crate::spool::Spool;
use crate::transport::{Call, Received, Setback};
use crate::{Error, Unreachable, members};
use distinct::Distinct;
pub use window::{Hour, Window};

/// What an answer is called in errors.
pub(crate) const WHAT: &str = "the export of events";

/// What one download of a window came to.
enum Portion {
    Archive(Spool),
    Empty,
    /// Amplitude cannot make it in one piece.
    TooMuch(String),
}

impl Client {
    /// The events that arrived in a window of whole hours, both of them within. Amplitude has them two hours after they
    /// arrived.
    ///
    /// Nothing is asked before the stream is. Each window is checked before its events are given out; a later one can still
    /// fail, and the stream ends with that error: events are whole only when it ends without one.
    // Nothing is awaited, but a task is made, and that needs a runtime: so it can be called only where there is one.
    pub async fn export(&self, window: Window) -> Batches<Vec<Event>> {
        let (sender, batches) = Batches::channel();
        let client = self.clone();
        let task = tokio::spawn(async move {
            if let Err(error) = client.feed(window, &sender).await {
                // Nobody may listen any more.
                let _ = sender.send(Err(error)).await;
            }
        });
        batches.fed_by(task.abort_handle())
    }

    async fn feed(&self, window: Window, sender: &Sender<Result<Vec<Event>, Error>>) -> Result<(), Error> {
        let distinct = Arc::new(Mutex::new(Distinct::default()));
        let mut windows = vec![window];
        while let Some(window) = windows.pop() {
            match self.portion(window).await? {
                Portion::Empty => {}
                Portion::TooMuch(words) => match window.halves() {
                    Some((first, second)) => windows.extend([second, first]),
                    None => return Err(Error::ExportTooLarge { hour: window.start.to_string(), words }),
                },
                Portion::Archive(mut spool) => {
                    let (distinct, sender) = (distinct.clone(), sender.clone());
                    let given = tokio::task::spawn_blocking(move || {
                        let mut distinct = distinct.lock().unwrap_or_else(PoisonError::into_inner);
                        archive::give_out(&mut spool, &mut distinct, |batch| sender.blocking_send(Ok(batch)).is_ok())
                    });
                    let is_wanted = given.await.map_err(|error| Error::Disk { words: error.to_string() })??;
                    if !is_wanted {
                        return Ok(());
                    }
                }
            }
        }
        Ok(())
    }

    /// Downloads a window until it is whole.
    async fn portion(&self, window: Window) -> Result<Portion, Error> {
        let mut call = Call::new(["api", "2", "export"]);
        call.is_export = true;
        call.query = vec![("start", window.start.to_string()), ("end", window.end.to_string())];
        let attempt = || async {
            let asked = match self.transport().ask(&call).await {
                Ok(received) => self.archive(received).await,
                // No faults of the moment: the same window would take as long again.
                Err(Setback::Unclear { error: Error::Unreachable { why: Unreachable::TooSlow(_), .. }, .. })
                    if window.halves().is_some() =>
                {
                    return Ok(Portion::TooMuch(String::new()));
                }
                Err(Setback::Unclear { error: Error::ServerFailed { status: 504, words }, .. })
                | Err(Setback::Refused { status: 400, words }) => return Ok(Portion::TooMuch(words)),
                Err(Setback::Refused { status: 404, words }) if words.contains("Raw data files were not found") => {
                    return Ok(Portion::Empty);
                }
                Err(setback) => Err(setback),
            };
            let mut spool = asked?;
            let checked = tokio::task::spawn_blocking(move || archive::check(&mut spool).map(|()| spool)).await;
            match checked {
                Ok(Ok(spool)) => Ok(Portion::Archive(spool)),
                Ok(Err(error @ Error::Cut { .. })) => Err(Setback::Unclear { error, after: None }),
                Ok(Err(error)) => Err(Setback::Final(error)),
                Err(error) => Err(Setback::Final(Error::Disk { words: error.to_string() })),
            }
        };
        self.transport().persist(Unclear::Repeat, attempt).await.map_err(Setback::into_error)
    }

    async fn archive(&self, received: Received) -> Result<Spool, Setback> {
        let Received { mut response, place } = received;
        if !response.status().is_success() {
            let words = format!("a redirect, HTTP {}", response.status().as_u16());
            return Err(Setback::Final(Error::NotUnderstood { what: "an export of events", words }));
        }
        let mut spool = Spool::new(self.transport().settings.spool_folder.as_deref());
        while let Some(piece) = self.transport().piece(&mut response).await? {
            spool.push(&piece).map_err(|error| Setback::Final(members::disk(&error)))?;
        }
        drop(place);
        Ok(spool)
    }
}
