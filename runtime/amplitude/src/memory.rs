//! Ids of paid requests, kept outside: the run store implements [`RequestMemory`], so that a rerun pays nothing.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::cohort::Cohort;
use crate::download::Properties;
use crate::settings::Settings;

/// What a file is of: the project, the cohort, the properties.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RequestKey(String);

impl RequestKey {
    pub(crate) fn new(settings: &Settings, cohort: &str, properties: &Properties) -> RequestKey {
        // The API key is half of a pair of secrets. Its hash tells projects apart.
        let hash = Sha256::digest(settings.api_key.expose().as_bytes());
        let project: String = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let address = settings.address.as_deref().unwrap_or(settings.region.word());
        let properties = match properties {
            Properties::None => "-".to_owned(),
            Properties::All => "*".to_owned(),
            Properties::Named(names) => format!("{names:?}"),
        };
        RequestKey(format!("{address} {project} {cohort} {properties}"))
    }

    /// One text, the same for the same file.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A paid request. Times are seconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remembered {
    pub request_id: String,
    pub requested_at: i64,
    /// The cohort's, when the request was made.
    pub last_computed: Option<i64>,
    pub last_modified: Option<i64>,
}

impl Remembered {
    /// The link lives seven days. One that ends within the hour is not begun.
    const LIVES: i64 = 7 * 24 * 3600 - 3600;

    /// A clock that was set back a little is no reason to pay again.
    const CLOCKS_DIFFER: i64 = 3600;

    /// Whether its file is still what a new request would bring.
    pub(crate) fn is_good(&self, cohort: &Cohort, now: i64) -> bool {
        let is_unchanged = self.last_computed == cohort.last_computed && self.last_modified == cohort.last_modified;
        is_unchanged && (-Self::CLOCKS_DIFFER..Self::LIVES).contains(&(now - self.requested_at))
    }
}

/// Keeps ids of paid requests between runs. What it has kept must survive the death of the program: [`remember`] returns
/// after it is on disk.
///
/// Errors are words for people.
///
/// [`remember`]: RequestMemory::remember
#[allow(clippy::missing_errors_doc, reason = "said above, for all three")]
pub trait RequestMemory: Send + Sync {
    fn recall(&self, key: &RequestKey) -> Result<Option<Remembered>, String>;

    /// In place of what was kept for the key.
    fn remember(&self, key: &RequestKey, request: &Remembered) -> Result<(), String>;

    fn forget(&self, key: &RequestKey) -> Result<(), String>;
}

/// Keeps them as long as the program runs.
#[derive(Debug, Default)]
pub struct InProcess(Mutex<BTreeMap<String, Remembered>>);

impl RequestMemory for InProcess {
    fn recall(&self, key: &RequestKey) -> Result<Option<Remembered>, String> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key.as_str()).cloned())
    }

    fn remember(&self, key: &RequestKey, request: &Remembered) -> Result<(), String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key.as_str().to_owned(), request.clone());
        Ok(())
    }

    fn forget(&self, key: &RequestKey) -> Result<(), String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(key.as_str());
        Ok(())
    }
}
