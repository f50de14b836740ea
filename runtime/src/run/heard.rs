//! Progress passed on, and what of it the manifest keeps.

use std::sync::{Mutex, PoisonError};

use super::manifest::ManifestSource;
use crate::progress::{Event, Progress};

/// Passes on what the engine tells, and keeps what the sources read for the manifest.
pub(super) struct Heard<'a> {
    inner: &'a dyn Progress,
    sources: Mutex<Vec<ManifestSource>>,
}

impl Progress for Heard<'_> {
    fn tell(&self, event: Event) {
        match &event {
            Event::SourceFinished { connection, table, rows, bytes, millis, at_most } => {
                let source = ManifestSource {
                    connection: connection.clone(),
                    table: table.clone(),
                    rows: *rows,
                    bytes: *bytes,
                    millis: *millis,
                    rows_at_most: at_most.rows,
                    bytes_at_most: at_most.bytes,
                };
                self.sources.lock().unwrap_or_else(PoisonError::into_inner).push(source);
            }
            Event::SourceStarted { .. }
            | Event::SourceProgress { .. }
            | Event::StepFinished { .. }
            | Event::Notice { .. }
            | Event::FileProgress { .. } => {}
        }
        self.inner.tell(event);
    }
}

impl<'a> Heard<'a> {
    pub(super) fn new(inner: &'a dyn Progress) -> Self {
        Self { inner, sources: Mutex::default() }
    }

    /// Sorted: which source ends first is chance.
    pub(super) fn sources(self) -> Vec<ManifestSource> {
        let mut sources = self.sources.into_inner().unwrap_or_else(PoisonError::into_inner);
        sources.sort_by(|a, b| (&a.connection, &a.table, a.rows).cmp(&(&b.connection, &b.table, b.rows)));
        sources
    }
}
