//! SET: what of a session can be changed, and what must be as clients of SQL Server usually have it.

use sqlparser::ast::{Set, TransactionIsolationLevel, TransactionMode};

use super::session::Session;
use super::transaction::{Isolation, Open};
use crate::error::{Ends, SqlError};

impl Session {
    pub(crate) fn set(&mut self, set: &Set) -> Result<(), SqlError> {
        let unknown = || SqlError::unknown(format_args!("{set}"));
        match set {
            Set::SetTransaction { modes, snapshot: None, .. } => {
                for mode in modes {
                    let TransactionMode::IsolationLevel(level) = mode else { return Err(unknown()) };
                    let isolation = match level {
                        TransactionIsolationLevel::ReadUncommitted | TransactionIsolationLevel::ReadCommitted => {
                            Isolation::ReadCommitted
                        }
                        TransactionIsolationLevel::RepeatableRead | TransactionIsolationLevel::Serializable => {
                            Isolation::Serializable
                        }
                        TransactionIsolationLevel::Snapshot => Isolation::Snapshot,
                    };
                    if isolation == Isolation::Snapshot && self.open != Open::Nothing {
                        let message = format!(
                            "Transaction failed in database '{}' because the statement was run under snapshot isolation but the transaction did not start in snapshot isolation.",
                            self.shared.options.database
                        );
                        return Err(SqlError::new(3951, 16, Ends::Transaction, message));
                    }
                    self.settings.isolation = isolation;
                }
                Ok(())
            }
            Set::SetSessionParam(parameter) => self.set_option(&parameter.to_string()),
            Set::SingleAssignment { scope: None, variable, values, .. } => {
                let values: Vec<String> = values.iter().map(ToString::to_string).collect();
                self.set_option(&format!("{variable} {}", values.join(",")))
            }
            _ => Err(unknown()),
        }
    }

    /// `NAME ON`, `NAME OFF`, `NAME 5`
    fn set_option(&mut self, text: &str) -> Result<(), SqlError> {
        let unknown = || SqlError::unknown(format_args!("SET {text}"));
        let (name, value) = text.rsplit_once(' ').ok_or_else(unknown)?;
        let value = value.to_ascii_uppercase();
        let is_on = value == "ON";
        let is_switch = is_on || value == "OFF";
        for name in name.split(',') {
            match name.trim().to_ascii_uppercase().as_str() {
                "XACT_ABORT" if is_switch => self.settings.aborts_transactions = is_on,
                "NOCOUNT" if is_switch => self.settings.hides_counts = is_on,
                "IMPLICIT_TRANSACTIONS" if is_switch => self.settings.has_implicit_transactions = is_on,
                "FMTONLY" if is_switch => self.settings.tells_columns_only = is_on,
                "LOCK_TIMEOUT" => self.settings.lock_timeout = value.parse().map_err(|_| unknown())?,
                "CURSOR_CLOSE_ON_COMMIT" if value == "OFF" => {}
                "QUOTED_IDENTIFIER"
                | "ANSI_NULLS"
                | "ANSI_PADDING"
                | "ANSI_WARNINGS"
                | "ANSI_NULL_DFLT_ON"
                | "ARITHABORT"
                | "CONCAT_NULL_YIELDS_NULL"
                | "ANSI_DEFAULTS"
                    if is_on => {}
                "NUMERIC_ROUNDABORT" | "ANSI_NULL_DFLT_OFF" if value == "OFF" => {}
                // ANSI_DEFAULTS is what clients set piece by piece; these have no bearing on what this server answers.
                "TEXTSIZE" | "LANGUAGE" | "DATEFORMAT" | "DATEFIRST" | "ROWCOUNT" => {
                    let is_usual = matches!(
                        (name.trim().to_ascii_uppercase().as_str(), value.as_str()),
                        ("TEXTSIZE", _)
                            | ("LANGUAGE", "US_ENGLISH")
                            | ("DATEFORMAT", "MDY" | "YMD")
                            | ("DATEFIRST", "7")
                            | ("ROWCOUNT", "0")
                    );
                    if !is_usual {
                        return Err(unknown());
                    }
                }
                _ => return Err(unknown()),
            }
        }
        Ok(())
    }
}
