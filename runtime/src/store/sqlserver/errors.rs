//! Why the database of a server cannot take a record, as errors in the reader's words: named constructors.

use wr_base::diag::Code;
use wr_base::ids::StepId;

use super::cell::Unfit;
use super::shape::{Shape, UniqueKey};
use super::statement::quoted;
use crate::error::RunError;
use crate::sources::errors::Place;
use crate::store::{Occasion, RecordPlace, StoreError};

fn error(code: Code, step: Option<StepId>, connection: &str, message: String, help: String) -> RunError {
    RunError {
        code,
        step,
        expr: None,
        source: Some(connection.to_owned()),
        message,
        detail: Vec::new(),
        help: Some(help),
    }
}

fn at(place: &Place, code: Code, message: String, help: String) -> RunError {
    error(code, Some(place.step), &place.connection, message, help)
}

/// The table, or those of `wr` beside it, are not such that each key is recorded once.
pub(super) fn not_ready(place: &Place, problems: &[String], remedies: &[String]) -> RunError {
    let help = if remedies.is_empty() {
        "have the table changed by those who run the server, or record into another one".to_owned()
    } else {
        "have those who run the server make what is missing, once: the statements stand above".to_owned()
    };
    let message = format!("`{}` cannot be recorded into as it is", place.full_name());
    let mut made = at(place, Code::RecordTableUnfit, message, help);
    made.detail = problems.iter().chain(remedies).cloned().collect();
    made
}

/// `stored`: the type of the column in the server's words.
pub(super) fn unfit(place: &Place, column: &str, stored: &str, unfit: Unfit) -> RunError {
    let message =
        format!("a value for `{}.{column}` is not one that {stored} holds: it {}", place.full_name(), unfit.words());
    let mut made = at(place, Code::RecordTableUnfit, message, unfit.help().to_owned());
    made.detail = vec!["nothing was recorded".to_owned()];
    made
}

/// A unique key would be broken: the record's own by a row that is there or by two of its rows, or another one.
pub(super) fn doubled(
    place: &Place,
    shape: &Shape,
    broken: Option<&UniqueKey>,
    key: &[String],
    occasion: Option<&Occasion>,
    is_within: bool,
) -> RunError {
    let table = place.full_name();
    if let Some(other) = broken.filter(|other| !other.is_over(key)) {
        let message = format!(
            "`{table}` already has a row with the same {}, or two rows to be recorded have: that is another key of the table, \
             `{}`",
            other.columns.join(", "),
            other.name
        );
        let help = "record other rows, or have that key taken away; nothing was recorded".to_owned();
        return at(place, Code::DoubledRecordKey, message, help);
    }
    let listed = key.join(", ");
    let (message, help) = if is_within {
        (
            format!("two rows to be recorded into `{table}` have the same {listed}"),
            "keep one row for each key with `distinct on`; nothing was recorded",
        )
    } else {
        (
            format!("`{table}` already has a row with the same {listed}"),
            "look at the rows that are there; put what tells this run from the earlier one into the key, or take that run back \
             with `wr void`; nothing was recorded",
        )
    };
    let mut made = at(place, Code::DoubledRecordKey, message, help.to_owned());
    if !is_within {
        made.detail.push(shape.look(occasion));
    }
    let folded: Vec<String> = shape.columns_that_fold(key).collect();
    if !folded.is_empty() {
        made.detail.push(format!(
            "for the server, texts of {} are the same that differ only in case or in blanks at the end",
            folded.join(", ")
        ));
    }
    made
}

/// A statement that the server answered otherwise than it should have.
pub(super) fn not_all_added(place: &Place, added: u64, wanted: usize) -> RunError {
    let message = format!("`{}` took {added} rows of {wanted}", place.full_name());
    let help = "look for a trigger of the table that changes what is added; nothing was recorded".to_owned();
    at(place, Code::RecordTableUnfit, message, help)
}

/// Others record the occasion and take it back, again and again.
pub(super) fn held_and_freed(connection: &str, occasion: &Occasion) -> RunError {
    let message = format!("{} is being recorded and taken back by others", occasion.words());
    error(Code::StoreNotUsable, None, connection, message, "run again when they are done".to_owned())
}

/// Another run has this id in `wr_runs`.
pub(super) fn same_id(place: &Place, run: &str) -> RunError {
    let message = format!("another run has the id {run} in the database of `{}`", place.connection);
    at(place, Code::StoreNotUsable, message, "run again: the next run has another id".to_owned())
}

pub(super) fn not_noted(connection: &str, run: &str) -> RunError {
    let message = format!("the database of `{connection}` does not know run {run}");
    let help =
        "somebody removed it from `wr_runs`, or the database was set back to an older state: look at its rows there";
    error(Code::StoreNotUsable, None, connection, message, help.to_owned())
}

/// What `wr_runs` holds of a run cannot be read.
pub(super) fn note_unreadable(connection: &str, run: &str) -> RunError {
    let message = format!("what `wr_runs` in the database of `{connection}` says of run {run} cannot be read");
    let help = "somebody changed it there, or a later version of wr wrote it: use that version";
    error(Code::StoreNotUsable, None, connection, message, help.to_owned())
}

/// `wr.toml` says something else of the connection than it did.
pub(crate) fn leads_elsewhere(place: &RecordPlace, now: &str) -> StoreError {
    let profile = place.profile.as_ref().map_or(String::new(), |profile| format!(" of the profile `{profile}`"));
    let message = format!(
        "rows were recorded through `{}`{profile} at {}, and it leads to {now} now",
        place.connection, place.address
    );
    let help = format!("have [connections.{}]{profile} in wr.toml lead there again", place.connection);
    StoreError::Server(Box::new(error(Code::ConnectionSetting, None, &place.connection, message, help)))
}

/// What answers for the connection takes no records.
pub(crate) fn takes_none(connection: &str, kind: &str) -> StoreError {
    let message = format!("`{connection}` is {kind}, into which nothing is recorded: it could not keep each key once");
    let help =
        "declare the table of a SQL Server; or of a connection with `driver = \"local\"`, whose rows are in the \
                project's own store"
            .to_owned();
    StoreError::Server(Box::new(error(Code::RecordTableUnfit, None, connection, message, help)))
}

impl Shape {
    /// How the rows that are in the way are looked at.
    fn look(&self, occasion: Option<&Occasion>) -> String {
        let condition = occasion.map(|occasion| {
            let parts = occasion.columns.iter().map(|(name, value)| {
                let column = self.spelled(name);
                format!("{} = '{}'", quoted(column), value.canonical().replace('\'', "''"))
            });
            format!(" WHERE {}", parts.collect::<Vec<_>>().join(" AND "))
        });
        format!("SELECT * FROM {}{}", self.quoted_name(), condition.unwrap_or_default())
    }
}
