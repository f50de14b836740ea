//! What a test makes go wrong: at logins, at statements, at commits.

use std::sync::{Mutex, PoisonError};

/// One thing that goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The server answers with this error. 1205 and others that end a transaction do end it.
    Error { number: i32, message: String },
    /// The connection is reset when the statement has come, before a row is sent; nothing of it is done.
    ResetBeforeFirstRow,
    /// The connection is reset after so many rows.
    ResetAfterRows(u64),
    /// The connection is reset when the commit has come; nothing is committed.
    ResetBeforeCommit,
    /// The commit is done, but its answer is never sent.
    ResetAfterCommit,
    /// The answer comes only after so many milliseconds, unless an attention comes.
    Delay(u64),
}

impl Fault {
    /// 1205: this transaction was chosen as the victim of a deadlock, and is rolled back.
    pub fn deadlock() -> Fault {
        Fault::error(
            1205,
            "Transaction (Process ID 51) was deadlocked on lock resources with another process and has been chosen as the deadlock victim. Rerun the transaction.",
        )
    }

    /// 40613: the database is not there for the moment.
    pub fn unavailable() -> Fault {
        Fault::error(
            40613,
            "Database 'test' on server 'tds-test-server' is not currently available. Please retry the connection later.",
        )
    }

    /// 4060: the database cannot be opened.
    pub fn cannot_open() -> Fault {
        Fault::error(4060, "Cannot open database \"test\" requested by the login. The login failed.")
    }

    /// 8003: more parameters than the server takes.
    pub fn too_many_parameters() -> Fault {
        Fault::error(
            8003,
            "The incoming request has too many parameters. The server supports a maximum of 2100 parameters. Reduce the number of parameters and resend the request.",
        )
    }

    pub fn error(number: i32, message: impl Into<String>) -> Fault {
        Fault::Error { number, message: message.into() }
    }
}

#[derive(Debug)]
enum Place {
    Login,
    /// Statements whose text contains this.
    Statement(String),
    Commit,
}

#[derive(Debug)]
struct Planned {
    place: Place,
    fault: Fault,
    /// So many chances are let go by.
    skipped: usize,
    times: usize,
}

/// The faults to come. Each is used up in the order in which they were planned.
#[derive(Debug, Default)]
pub struct Faults {
    planned: Mutex<Vec<Planned>>,
}

impl Faults {
    fn plan(&self, place: Place, fault: Fault, skipped: usize, times: usize) {
        let mut planned = self.planned.lock().unwrap_or_else(PoisonError::into_inner);
        planned.push(Planned { place, fault, skipped, times });
    }

    /// The next so many logins fail.
    pub fn at_login(&self, fault: Fault, times: usize) {
        self.plan(Place::Login, fault, 0, times);
    }

    /// The next so many statements whose text contains `part` fail.
    pub fn at_statement(&self, part: &str, fault: Fault, times: usize) {
        self.plan(Place::Statement(part.to_owned()), fault, 0, times);
    }

    /// As [`Faults::at_statement`], after so many that succeed.
    pub fn at_statement_after(&self, skipped: usize, part: &str, fault: Fault, times: usize) {
        self.plan(Place::Statement(part.to_owned()), fault, skipped, times);
    }

    /// The next so many commits fail, in either form.
    pub fn at_commit(&self, fault: Fault, times: usize) {
        self.plan(Place::Commit, fault, 0, times);
    }

    pub fn clear(&self) {
        self.planned.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// How many are still to come.
    pub fn left(&self) -> usize {
        self.planned.lock().unwrap_or_else(PoisonError::into_inner).iter().map(|planned| planned.times).sum()
    }

    fn take(&self, is_place: impl Fn(&Place) -> bool) -> Option<Fault> {
        let mut all = self.planned.lock().unwrap_or_else(PoisonError::into_inner);
        for planned in all.iter_mut() {
            if planned.times == 0 || !is_place(&planned.place) {
                continue;
            }
            if planned.skipped > 0 {
                planned.skipped -= 1;
                continue;
            }
            planned.times -= 1;
            return Some(planned.fault.clone());
        }
        None
    }

    pub(crate) fn login(&self) -> Option<Fault> {
        self.take(|place| matches!(place, Place::Login))
    }

    pub(crate) fn statement(&self, text: &str) -> Option<Fault> {
        self.take(|place| matches!(place, Place::Statement(part) if text.contains(part.as_str())))
    }

    pub(crate) fn commit(&self) -> Option<Fault> {
        self.take(|place| matches!(place, Place::Commit))
    }
}
