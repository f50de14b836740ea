//! What a run tells whoever watches: events, no words. Renderers live in the program.

use wr_base::ids::StepId;
use wr_plan::physical::Bound;

/// Told as a run goes on; must return quickly.
pub trait Progress: Send + Sync {
    fn tell(&self, event: Event);
}

#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A source begins to answer; `rows_expected` where it can say so cheaply.
    SourceStarted {
        connection: String,
        table: String,
        rows_expected: Option<u64>,
    },
    /// Totals so far, not differences.
    SourceProgress {
        connection: String,
        table: String,
        rows: u64,
        bytes: u64,
    },
    SourceFinished {
        connection: String,
        table: String,
        rows: u64,
        bytes: u64,
        millis: u64,
        /// What was known of it before.
        at_most: Bound,
    },
    StepFinished {
        step: StepId,
        rows: u64,
    },
    /// Something that people should know before the files are there.
    Notice {
        words: String,
    },
    /// A file is being written: rows so far.
    FileProgress {
        name: String,
        rows: u64,
    },
}

/// Nobody watches.
pub struct Silent;

impl Progress for Silent {
    fn tell(&self, _event: Event) {}
}
