//! The life of a run: what happens in which order, and what a later command makes of a run that died.
//!
//! 1. Recover what earlier runs left ([`recover`]), take a lock that ends with the process, note the run in the store.
//! 2. Look the occasion up: was this recorded already (A2)?
//! 3. Compute. Check every `expect`, the door, and the limits of the files.
//! 4. Write all files and the manifest into a private folder beside the final one; sync, hash.
//! 5. The intent into the store.
//! 6. **Commit**: the transaction of the record; without one, the rename of step 7.
//! 7. Rename the folder: all files and the manifest appear at once. `latest`. Settle the run in the store.
//!
//! Invariants: before the commit nothing can be seen and everything can be removed; after it nothing is computed again and
//! everything can be finished from the intent. A folder `runs/<id>` with files is always whole. A run that is not settled
//! and whose lock is free has died.

mod change;
mod contents;
mod difference;
mod door;
mod ending;
mod errors;
mod expectation;
mod forgotten;
mod heard;
mod history;
mod issue;
mod life;
mod manifest;
mod recording;
mod recovery;
mod request;
mod sheets;
#[cfg(test)]
pub(crate) mod test_support;
#[cfg(test)]
mod tests;
mod trial;
mod words;
mod world;

pub use difference::{RowDifference, differences, same};
pub(crate) use errors::store as store_error;
pub use history::{runs, show, void};
pub use life::run;
pub use manifest::{
    Intent, Manifest, ManifestError, ManifestExpectation, ManifestFact, ManifestFile, ManifestRecord, ManifestReveal,
    ManifestSheet, ManifestSource, ManifestStep, ManifestValue, ManifestVoid, Status,
};
pub use recovery::{Recovered, recover};
pub use request::{
    Compute, LocalCompute, Mode, OutcomeKind, PreviewSheet, RunFailure, RunOutcome, RunRequest, RunValue,
    canonical_json,
};
pub use trial::{Trial, TrialSheet, try_out};
pub use world::{Clock, RETENTION_DAYS, Randomness, World, store_path};
