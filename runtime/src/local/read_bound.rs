//! How many rows a run may read: the sources' batches are counted together, and the one that is too many fails its query.
//!
//! Invariant: of `at_most` rows all are taken, whichever query they come from; the first row beyond fails.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::RunError;
use crate::sources::errors::{Place, too_many_rows_read};

/// The rows that have come so far, and how many may.
pub(super) struct ReadBound {
    at_most: Option<u64>,
    read: AtomicU64,
}

impl ReadBound {
    /// The lower of what the report and the person who runs it say.
    pub(super) fn new(of_report: Option<u64>, of_person: Option<u64>) -> Self {
        let at_most = [of_report, of_person].into_iter().flatten().min();
        Self { at_most, read: AtomicU64::new(0) }
    }

    /// # Errors
    /// These rows are more than may still come.
    pub(super) fn take(&self, rows: u64, place: &Place) -> Result<(), RunError> {
        let before = self.read.fetch_add(rows, Ordering::Relaxed);
        match self.at_most {
            Some(at_most) if before.saturating_add(rows) > at_most => Err(too_many_rows_read(place, at_most)),
            Some(_) | None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use wr_base::ids::StepId;

    use super::*;

    fn place() -> Place {
        Place { step: StepId(1), connection: "wallet".to_owned(), table: "cards".to_owned() }
    }

    #[test]
    fn the_lower_bound_holds_and_the_last_row_of_it_may_come() {
        let bound = ReadBound::new(Some(10), Some(12));
        assert!(bound.take(4, &place()).is_ok() && bound.take(6, &place()).is_ok());
        assert!(bound.take(1, &place()).is_err());
        assert!(ReadBound::new(None, None).take(u64::MAX, &place()).is_ok());
    }
}
