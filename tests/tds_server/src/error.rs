//! What the server refuses, with SQL Server's number, severity and state, and what a refusal ends.
//!
//! Errors cross SQLite as text: a function that fails inside a query can hand SQLite only words. [`SqlError::pack`] and
//! [`SqlError::unpack`] are that crossing.

/// What ends with the error, beside the statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ends {
    /// The next statement of the batch runs, unless XACT_ABORT is on.
    Statement,
    /// The rest of the batch does not run; an open transaction stays open.
    Batch,
    /// The transaction is rolled back and the batch ends.
    Transaction,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SqlError {
    pub(crate) number: i32,
    pub(crate) state: u8,
    pub(crate) class: u8,
    pub(crate) ends: Ends,
    pub(crate) message: String,
}

/// Sets the packed form apart from SQLite's own messages.
const MARK: char = '\u{1}';

impl SqlError {
    pub(crate) fn new(number: i32, class: u8, ends: Ends, message: impl Into<String>) -> SqlError {
        SqlError { number, state: 1, class, ends, message: message.into() }
    }

    pub(crate) fn with_state(mut self, state: u8) -> SqlError {
        self.state = state;
        self
    }

    /// What this server does not know. 50000 is the number of errors that are not SQL Server's own.
    pub(crate) fn unknown(what: impl std::fmt::Display) -> SqlError {
        SqlError::new(50000, 16, Ends::Batch, format!("The TDS test server does not understand {what}."))
    }

    pub(crate) fn internal(what: impl std::fmt::Display) -> SqlError {
        SqlError::new(50000, 20, Ends::Batch, format!("The TDS test server failed: {what}"))
    }

    pub(crate) fn syntax(what: impl std::fmt::Display) -> SqlError {
        SqlError::new(102, 15, Ends::Batch, format!("Incorrect syntax: {what}."))
    }

    pub(crate) fn divide_by_zero() -> SqlError {
        SqlError::new(8134, 16, Ends::Statement, "Divide by zero error encountered.")
    }

    pub(crate) fn overflow(type_name: impl std::fmt::Display) -> SqlError {
        SqlError::new(
            8115,
            16,
            Ends::Statement,
            format!("Arithmetic overflow error converting expression to data type {type_name}."),
        )
        .with_state(2)
    }

    pub(crate) fn conversion(from: &str, value: &str, to: &str) -> SqlError {
        SqlError::new(
            245,
            16,
            Ends::Transaction,
            format!("Conversion failed when converting the {from} value '{value}' to data type {to}."),
        )
    }

    pub(crate) fn converting(from: &str, to: &str) -> SqlError {
        SqlError::new(8114, 16, Ends::Transaction, format!("Error converting data type {from} to {to}.")).with_state(5)
    }

    pub(crate) fn date_from_text() -> SqlError {
        SqlError::new(
            241,
            16,
            Ends::Transaction,
            "Conversion failed when converting date and/or time from character string.",
        )
    }

    pub(crate) fn explicit_conversion(from: &str, to: &str) -> SqlError {
        SqlError::new(
            529,
            16,
            Ends::Batch,
            format!("Explicit conversion from data type {from} to {to} is not allowed."),
        )
    }

    pub(crate) fn object(name: &str) -> SqlError {
        SqlError::new(208, 16, Ends::Batch, format!("Invalid object name '{name}'."))
    }

    pub(crate) fn column(name: &str) -> SqlError {
        SqlError::new(207, 16, Ends::Batch, format!("Invalid column name '{name}'."))
    }

    pub(crate) fn lock_timeout() -> SqlError {
        SqlError::new(1222, 16, Ends::Statement, "Lock request time out period exceeded.").with_state(51)
    }

    pub(crate) fn interrupted() -> SqlError {
        SqlError::new(0, 0, Ends::Batch, "interrupted")
    }

    pub(crate) fn is_interruption(&self) -> bool {
        self.number == 0 && self.class == 0
    }

    pub(crate) fn pack(&self) -> String {
        let ends = match self.ends {
            Ends::Statement => 's',
            Ends::Batch => 'b',
            Ends::Transaction => 't',
        };
        format!("{MARK}{}{MARK}{}{MARK}{}{MARK}{ends}{MARK}{}", self.number, self.state, self.class, self.message)
    }

    pub(crate) fn unpack(text: &str) -> Option<SqlError> {
        let mut parts = text.get(text.find(MARK)?..)?.splitn(6, MARK).skip(1);
        let number = parts.next()?.parse().ok()?;
        let state = parts.next()?.parse().ok()?;
        let class = parts.next()?.parse().ok()?;
        let ends = match parts.next()? {
            "s" => Ends::Statement,
            "b" => Ends::Batch,
            _ => Ends::Transaction,
        };
        Some(SqlError { number, state, class, ends, message: parts.next()?.to_owned() })
    }
}

impl std::fmt::Display for SqlError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.pack())
    }
}

impl std::error::Error for SqlError {}

impl From<rusqlite::Error> for SqlError {
    fn from(error: rusqlite::Error) -> SqlError {
        if error.sqlite_error_code() == Some(rusqlite::ErrorCode::OperationInterrupted) {
            return SqlError::interrupted();
        }
        let text = error.to_string();
        SqlError::unpack(&text).unwrap_or_else(|| SqlError::internal(text))
    }
}

impl From<SqlError> for rusqlite::Error {
    fn from(error: SqlError) -> rusqlite::Error {
        rusqlite::Error::UserFunctionError(Box::new(error))
    }
}
