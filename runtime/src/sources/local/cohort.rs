//! A cohort of a folder: `cohorts/<id>.csv` with its members, `cohorts/<id>.toml` with what is said of it (B13, B20).

use std::path::{Path, PathBuf};

use serde::Deserialize;
use wr_base::value::DateTime;

use super::file_stems;
use crate::error::RunError;
use crate::sources::errors::{self, Place};
use crate::sources::{CohortDescription, ListedCohort, Warning};

/// Where the members stand, and what is said of them.
pub(in crate::sources) struct Cohort {
    pub(super) path: PathBuf,
    pub(super) description: Option<CohortDescription>,
}

#[derive(Deserialize)]
struct Description {
    name: String,
    size: u64,
    last_computed: Option<toml::value::Datetime>,
}

/// The share by which rows and the stated size may differ, as one in so many.
const ONE_IN: u64 = 20;

/// Finds a cohort by its id.
///
/// # Errors
/// There is none, or its description cannot be read.
pub(super) fn find(folder: &Path, place: &Place, id: &str) -> Result<Cohort, RunError> {
    let folder = folder.join("cohorts");
    let path = folder.join(format!("{id}.csv"));
    if !is_id(id) || !path.is_file() {
        return Err(errors::cohort_not_found(place, id, &file_stems(&folder, &["csv"])));
    }
    let described = folder.join(format!("{id}.toml"));
    let description = match std::fs::read_to_string(&described) {
        Ok(text) => Some(
            toml::from_str::<Description>(&text)
                .map_err(|error| errors::cohort_description(place, &described, error.to_string()))?,
        ),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(errors::cohort_description(place, &described, error.to_string())),
    };
    let description = description.map(|description| CohortDescription {
        name: description.name,
        size: description.size,
        last_computed: description.last_computed.and_then(|at| instant(&at)),
    });
    Ok(Cohort { path, description })
}

/// Every cohort of a folder. One that nothing is said of is known by its id alone.
///
/// # Errors
/// A description cannot be read.
pub(super) fn all(folder: &Path, place: &Place) -> Result<Vec<ListedCohort>, RunError> {
    let listed = |id: String| {
        Ok(match find(folder, place, &id)?.description {
            Some(CohortDescription { name, size, last_computed }) => {
                ListedCohort { id, name, size: Some(size), last_computed }
            }
            None => ListedCohort { name: id.clone(), id, size: None, last_computed: None },
        })
    };
    let ids = file_stems(&folder.join("cohorts"), &["csv"]);
    let mut cohorts = ids.into_iter().filter(|id| is_id(id)).map(listed).collect::<Result<Vec<_>, RunError>>()?;
    ListedCohort::sort(&mut cohorts);
    Ok(cohorts)
}

/// An id is a name, never a way to another folder.
fn is_id(id: &str) -> bool {
    !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

/// A moment with its offset; without one nobody knows which moment is meant.
fn instant(at: &toml::value::Datetime) -> Option<DateTime> {
    DateTime::checked(chrono::DateTime::parse_from_rfc3339(&at.to_string()).ok()?.timestamp_micros())
}

impl Cohort {
    /// A warning, where the rows differ from the stated size by more than 5 % of it.
    pub(super) fn size_warning(&self, place: &Place, rows: u64) -> Option<Warning> {
        let CohortDescription { name, size, .. } = self.description.as_ref()?;
        (size.abs_diff(rows).saturating_mul(ONE_IN) > *size)
            .then(|| errors::cohort_size_differs(place, name, *size, rows))
    }
}
