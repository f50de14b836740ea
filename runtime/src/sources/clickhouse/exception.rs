//! The words with which ClickHouse fails, to our errors: `Code: 60. DB::Exception: Unknown table … (UNKNOWN_TABLE)`.
//!
//! The number decides, not the status of HTTP: which numbers are which status has changed between versions.

use wr_base::ids::StepId;

use crate::error::RunError;
use crate::sources::errors::Place;
use crate::sources::server_errors::Server;

/// A failure as the server says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Exception {
    pub(super) number: u32,
    /// Without the number and the version.
    pub(super) words: String,
    /// The server ends what it says with the failure's name and its version, which the crate takes away. Without both the
    /// words broke off.
    pub(super) is_whole: bool,
}

/// `Cannot modify '…' setting in readonly mode`: the user may read, and nothing else.
pub(super) const READONLY: u32 = 164;

impl Exception {
    const BEGINNING: &str = "Code: ";

    /// The last exception in a text, if one is there.
    pub(super) fn find(text: &str) -> Option<Self> {
        let from = text.rfind(Self::BEGINNING)?;
        let rest = text.get(from + Self::BEGINNING.len()..)?;
        let (number, words) = rest.split_once(". ")?;
        let number = number.trim().parse().ok()?;
        let words = words.split("\r\n__exception__").next().unwrap_or(words);
        let (words, has_version) = words.rsplit_once(" (version ").map_or((words, false), |(words, _)| (words, true));
        let words = words.trim().trim_start_matches("DB::Exception: ").trim_start_matches("DB::Exception:").trim();
        Some(Self { number, words: words.to_owned(), is_whole: has_version || ends_with_name(words) })
    }

    /// Whether words of a server's failure broke off before their number: what is left is a beginning of them.
    pub(super) fn is_beginning(words: &str) -> bool {
        words.contains("Code:") || (!words.is_empty() && Self::BEGINNING.starts_with(words))
    }

    /// # Errors
    /// Always: it is the error.
    pub(super) fn into_error(self, server: &Server, place: &Place) -> RunError {
        let step = Some(place.step).filter(|step| *step != StepId(u32::MAX));
        let words = format!("{} ({})", self.words, self.number);
        match self.number {
            // REQUIRED_PASSWORD, UNKNOWN_USER, WRONG_PASSWORD, IP_ADDRESS_NOT_ALLOWED, AUTHENTICATION_FAILED.
            192..=195 | 516 => server.login_refused(step, &words),
            // UNKNOWN_TABLE, UNKNOWN_DATABASE.
            60 | 81 => server.table_missing(place, &words),
            // ACCESS_DENIED, and what a reader may not do.
            497 | READONLY => server.not_allowed(step, &words),
            // TOO_MANY_ROWS, TIMEOUT_EXCEEDED, TOO_SLOW, MEMORY_LIMIT_EXCEEDED, QUOTA_EXCEEDED, TOO_MANY_BYTES,
            // TOO_MANY_ROWS_OR_BYTES, TOO_MANY_SIMULTANEOUS_QUERIES.
            158..=160 | 241 | 201 | 307 | 396 | 202 => server.limit(step, &words),
            _ => server.refused(step, &words),
        }
    }
}

/// `… (UNKNOWN_TABLE)`
fn ends_with_name(words: &str) -> bool {
    let name = words.strip_suffix(')').and_then(|words| words.rsplit_once('(')).map_or("", |(_, name)| name);
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_and_the_words_are_found_wherever_they_stand() {
        let plain =
            "Code: 60. DB::Exception: Unknown table expression identifier 'x'. (UNKNOWN_TABLE) (version 26.7.2.1)";
        let words = "Unknown table expression identifier 'x'. (UNKNOWN_TABLE)";
        assert_eq!(Exception::find(plain), Some(Exception { number: 60, words: words.to_owned(), is_whole: true }));
        let signed = format!("\u{1}rows\r\n__exception__\r\nabcd\r\n{plain}\n142 abcd\r\n__exception__\r\n");
        assert_eq!(Exception::find(&signed).map(|found| found.number), Some(60));
        let of_crate = Exception::find(plain.rsplit_once(" (version").unwrap().0);
        assert!(of_crate.is_some_and(|found| found.is_whole));
        let broken = Exception::find("Code: 60. DB::Exception: Unknown table toDate(x)");
        assert!(broken.is_some_and(|found| !found.is_whole));
        assert_eq!(Exception::find("Code: none. DB"), None);
        assert_eq!(Exception::find(""), None);
    }
}
