//! The typed program as text, for `wr plan --stage typed` and for golden files. Stable: names, never ids.

use super::Program;

#[must_use]
pub fn print(_program: &Program) -> String {
    String::new()
}
