//! What a run did, as JSON: written beside its files, and kept in the store for those whose files are gone.
//!
//! No row's value stands here, but for those that are values of parameters.

use serde::{Deserialize, Serialize};

use crate::store::RecordPlace;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    Running,
    Failed,
    Cancelled,
    /// Ended without a word before its commit point; undone by a later command.
    Died,
    /// Recorded, files not in their place yet.
    Committed,
    Finished,
    Voided,
}

impl Status {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Died => "died",
            Self::Committed => "committed",
            Self::Finished => "finished",
            Self::Voided => "voided",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    pub run: String,
    pub status: Status,
    pub title: String,
    /// Relative to the project.
    pub script: String,
    pub script_sha256: String,
    pub wr: String,
    pub made_by: String,
    pub started_at: String,
    pub finished_at: Option<String>,
    /// What the script called `now`.
    pub now: String,
    pub is_as_of: bool,
    pub zone: String,
    pub locale: String,
    pub values: Vec<ManifestValue>,
    pub steps: Vec<ManifestStep>,
    pub sources: Vec<ManifestSource>,
    pub expectations: Vec<ManifestExpectation>,
    /// Numbers with which the next run is compared (A8).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<ManifestFact>,
    pub files: Vec<ManifestFile>,
    pub records: Vec<ManifestRecord>,
    /// The database of a server that holds what was recorded; without it, the project's own store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded_in: Option<RecordPlace>,
    /// Held rows that left (B6).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reveals: Vec<ManifestReveal>,
    pub warnings: Vec<String>,
    pub error: Option<ManifestError>,
    pub voided: Option<ManifestVoid>,
    /// The files are those of this earlier run, which recorded the same with the same values (A2).
    pub issued_from: Option<String>,
    pub plan: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ManifestValue {
    pub name: String,
    pub label: String,
    /// Canonical.
    pub value: serde_json::Value,
    pub words: String,
    pub is_parameter: bool,
    /// Where the file was that the value stands for: what is typed to name it again. It says nothing of its content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestStep {
    /// The relation whose pipeline it is a step of.
    pub relation: String,
    pub words: String,
    /// After the step; `None` when its `if` did not take it, or when it was not counted by itself, as the note says.
    pub rows: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unmatched: Option<u64>,
    /// What was decided in the run, or why there is no number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestSource {
    pub connection: String,
    pub table: String,
    pub rows: u64,
    pub bytes: u64,
    pub millis: u64,
    /// What the source said before it answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows_at_most: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes_at_most: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestExpectation {
    pub words: String,
    pub holds: bool,
    /// Why it was let pass although it does not hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// `rows(recipients)` and its number. Never a value of a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ManifestFact {
    pub words: String,
    /// Canonical.
    pub value: serde_json::Value,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestFile {
    pub name: String,
    pub format: String,
    pub sha256: String,
    pub bytes: u64,
    pub sheets: Vec<ManifestSheet>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestSheet {
    pub title: String,
    pub rows: u64,
    pub columns: Vec<String>,
    /// The headings of columns that are marked personal (B16).
    pub personal: Vec<String>,
    /// Equal for equal rows in any order (B11).
    pub digest: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestRecord {
    pub table: String,
    pub rows: u64,
    /// `sub_id = SP-0001`; `None`: each run is its own.
    pub occasion: Option<String>,
    /// SHA-256 of the rows in their order.
    pub sha256: String,
}

/// `reveal people.control because "…"`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestReveal {
    pub relation: String,
    pub reason: String,
    pub rows: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestError {
    pub code: String,
    pub message: String,
    pub step: Option<String>,
    pub source: Option<String>,
    pub help: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestVoid {
    pub reason: String,
    pub by: String,
    pub at: String,
    pub rows: u64,
}

/// What is about to happen to the files of a run; its commit point decides whether it does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Intent {
    /// As it will stand beside the files.
    pub manifest: Manifest,
    /// The commit point is a transaction of the record's database; else it is the rename of the run's folder.
    pub has_record: bool,
}

impl Manifest {
    /// For the disk: indented, so that a person can read it.
    #[must_use]
    pub fn to_json(&self) -> String {
        // A struct of texts and numbers cannot fail to be JSON.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    #[must_use]
    pub fn from_json(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }
}
