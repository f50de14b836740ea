//! What a parameter's value needs before a run: the options of a query, the name of a cohort, what a file holds.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use wr_base::diag::Code;
use wr_base::ids::{RelationId, StepId, ValueId};
use wr_base::name::near_misses;
use wr_plan::bind::Known;
use wr_plan::declaration::Table;
use wr_plan::functions::Setting;
use wr_plan::logical::LogicalPlan;
use wr_plan::place::place;
use wr_plan::rules::{RuleSet, optimise_relation};
use wr_plan::values::{ChoiceOption, Problem, Values};
use wr_runtime::cancel::Cancel;
use wr_runtime::error::RunError;
use wr_runtime::local::{RunContext, compute_options};
use wr_runtime::parameters::{Lookup, NamedFile, options_columns};
use wr_runtime::progress::Silent;
use wr_runtime::sources::person_file::{NotRead, Refused, describe};
use wr_runtime::sources::{CohortDescription, ListedCohort};

use crate::project::Analysed;

/// The cohorts of a connection that has a list of them.
type Listed = Result<Option<Vec<ListedCohort>>, RunError>;

/// Asks the project's connections.
pub(crate) struct FromSources<'a> {
    pub(crate) analysed: &'a Analysed,
    pub(crate) plan: &'a LogicalPlan,
    pub(crate) setting: Setting,
    pub(crate) tokio: &'a tokio::runtime::Runtime,
    pub(crate) cancel: &'a Cancel,
    /// The files that were named so far, as they were found.
    pub(crate) named: Mutex<Vec<NamedFile>>,
    /// What the connections said of their cohorts: they are asked once.
    pub(crate) listed: Mutex<BTreeMap<String, Listed>>,
}

impl Lookup for FromSources<'_> {
    fn options(&self, relation: RelationId, values: &Values) -> Result<Vec<ChoiceOption>, RunError> {
        let Some((value, label, words)) = options_columns(self.plan, relation) else { return Ok(Vec::new()) };
        let known = Known { values, now: Some(self.setting.now) };
        let optimised = optimise_relation(self.plan.clone(), relation, known, &RuleSet::all());
        let rows = self.tokio.block_on(compute_options(
            &place(&optimised, &self.analysed.drivers()),
            relation,
            (value, label),
            &words,
            &RunContext::new(self.setting),
            &self.analysed.sources(),
            &Silent,
            self.cancel,
        ))?;
        Ok(rows
            .into_iter()
            .map(|row| ChoiceOption { label: row.label.unwrap_or_else(|| row.value.canonical()), value: row.value })
            .collect())
    }

    fn cohort(&self, connection: &str, id: &str) -> Result<Option<CohortDescription>, RunError> {
        if let Some(listed) = self.listed.lock().unwrap_or_else(PoisonError::into_inner).get(connection) {
            let listed = listed.as_ref().map_err(RunError::clone)?;
            if let Some(cohort) = listed.iter().flatten().find(|cohort| cohort.id == id) {
                return Ok(cohort.description());
            }
        }
        let sources = self.analysed.sources();
        // It is asked for a parameter, which is no step.
        let source = sources.get(connection, StepId(0)).map_err(|error| RunError { step: None, ..error })?;
        self.tokio.block_on(source.describe_cohort(id))
    }

    fn cohorts(&self, connection: &str) -> Result<Option<Vec<ListedCohort>>, RunError> {
        let mut known = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(listed) = known.get(connection) {
            return listed.clone();
        }
        let sources = self.analysed.sources();
        let listed = sources.get(connection, StepId(0)).map_err(|error| RunError { step: None, ..error });
        let listed = listed.and_then(|source| {
            let listing = source.cohorts(self.cancel.clone());
            let listing = async { tokio::time::timeout(PATIENCE, listing).await };
            self.tokio.block_on(listing).unwrap_or_else(|_| Err(no_list(connection)))
        });
        known.insert(connection.to_owned(), listed.clone());
        listed
    }

    fn file(&self, value: ValueId, text: &str) -> Result<NamedFile, Problem> {
        let path = path_of(text);
        let file = self.analysed.files.read(&path).map_err(|error| not_read(&path, &error))?;
        let tables: Vec<&Table> = self
            .plan
            .tables
            .iter()
            .map(|(_, table)| table)
            .filter(|table| table.file.as_ref().is_some_and(|read| read.value == value))
            .collect();
        let found =
            describe(&file, &tables).map_err(|Refused { words, way_out }| Problem::NotTheFile { words, way_out })?;
        let named = NamedFile {
            hash: file.hash.clone(),
            name: path.file_name().map_or_else(|| file.name.clone(), |name| name.to_string_lossy().into_owned()),
            path: std::path::absolute(&path).unwrap_or(path).display().to_string(),
            rows: found.rows,
            found: format!("{}; {}", listed(&found.headings), found.kind),
        };
        let mut known = self.named.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|other| other.hash != named.hash);
        known.push(named.clone());
        Ok(named)
    }

    fn named_file(&self, hash: &str) -> Option<NamedFile> {
        let known = self.named.lock().unwrap_or_else(PoisonError::into_inner);
        known.iter().find(|file| file.hash == hash).cloned()
    }
}

/// A person waits for the list, and can do without: a run that needs an answer waits longer.
const PATIENCE: Duration = Duration::from_secs(20);

fn no_list(connection: &str) -> RunError {
    RunError {
        code: Code::ServerSilent,
        step: None,
        expr: None,
        source: Some(connection.to_owned()),
        message: format!("`{connection}` gave no list within {} s", PATIENCE.as_secs()),
        detail: Vec::new(),
        help: None,
    }
}

/// A path as a person types or drags it into a terminal: in quotes, with `~`, or with a backslash before each blank.
fn path_of(text: &str) -> PathBuf {
    let text = text.trim();
    let quoted = ['"', '\''].iter().find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote));
    let plain = PathBuf::from(quoted.unwrap_or(text));
    if plain.exists() {
        return plain;
    }
    if let Some(rest) = text.strip_prefix("~/")
        && let Some(home) = std::env::home_dir()
    {
        return home.join(rest);
    }
    let unescaped = PathBuf::from(text.replace("\\ ", " "));
    if unescaped.exists() { unescaped } else { plain }
}

/// More columns than this are no help any more.
const LISTED: usize = 12;

fn listed(headings: &[String]) -> String {
    let first = headings.iter().take(LISTED).cloned().collect::<Vec<_>>().join(", ");
    if headings.len() > LISTED { format!("{first} and {} more", headings.len() - LISTED) } else { first }
}

fn not_read(path: &Path, error: &NotRead) -> Problem {
    let shown = path.display();
    let (words, way_out) = match error {
        NotRead::TooLarge { bytes } => (
            format!("“{shown}” is too large: {} MB", bytes / 1_000_000),
            "put it into the folder of a connection, and declare it as a table".to_owned(),
        ),
        NotRead::Io(error) if error.kind() == ErrorKind::NotFound => {
            let near = neighbours(path);
            let way_out = if near.is_empty() {
                let folder =
                    std::env::current_dir().map_or(String::new(), |folder| format!(" from {}", folder.display()));
                format!("give its path{folder}, or the whole one")
            } else {
                format!("perhaps {}", near.join(" or "))
            };
            (format!("there is no file “{shown}”"), way_out)
        }
        NotRead::Io(error) if error.kind() == ErrorKind::IsADirectory => {
            (format!("“{shown}” is a folder"), "name a file in it".to_owned())
        }
        NotRead::Io(error) => (format!("“{shown}” cannot be read: {error}"), "look at its permissions".to_owned()),
    };
    Problem::NotTheFile { words, way_out }
}

/// Files beside a missing one that are called much like it.
fn neighbours(path: &Path) -> Vec<String> {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return Vec::new() };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    near_misses(name, names.iter().map(String::as_str)).into_iter().map(str::to_owned).collect()
}
