//! What the server saw: every request, and how many cost something.

use crate::Route;

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Seen {
    pub route: Option<Route>,
    /// The path with the query.
    pub target: String,
    pub headers: Vec<(String, String)>,
    /// By the server's clock.
    pub at_milliseconds: i64,
    pub status: Option<u16>,
}

impl Seen {
    /// A header by its name in small letters.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }
}

/// How often what was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Cohort requests that were counted against the month.
    pub spent: u64,
    /// The most requests that the API had at one time, refused ones not counted.
    pub most_at_once: usize,
    /// Requests that were refused because of a limit.
    pub refused: u64,
}
