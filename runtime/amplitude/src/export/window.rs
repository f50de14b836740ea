//! Windows of whole hours, as Amplitude writes them.

use std::fmt;

use chrono::{DateTime, NaiveDateTime};

use crate::Error;

const SECONDS: i64 = 3600;

/// An hour, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hour(i64);

impl Hour {
    /// The hour of a moment in seconds since 1970.
    #[must_use]
    pub fn of(seconds: i64) -> Hour {
        Hour(seconds.div_euclid(SECONDS))
    }

    /// `20260914T10`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Hour> {
        let moment = NaiveDateTime::parse_from_str(&format!("{text}0000"), "%Y%m%dT%H%M%S").ok()?;
        (text.len() == 11).then(|| Hour::of(moment.and_utc().timestamp()))
    }
}

impl fmt::Display for Hour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match DateTime::from_timestamp(self.0.saturating_mul(SECONDS), 0) {
            Some(moment) => write!(f, "{}", moment.format("%Y%m%dT%H")),
            None => f.write_str("an hour beyond the calendar"),
        }
    }
}

/// From an hour to an hour, both within.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub(crate) start: Hour,
    pub(crate) end: Hour,
}

impl Window {
    /// # Errors
    /// It ends before it begins, or begins before there was a calendar.
    pub fn new(start: Hour, end: Hour) -> Result<Window, Error> {
        let is_in_calendar =
            (Hour::of(0)..=Hour(i64::from(u32::MAX))).contains(&start) && end <= Hour(i64::from(u32::MAX));
        if start > end || !is_in_calendar {
            return Err(Error::BadWindow { words: format!("there are no hours from {start} to {end}") });
        }
        Ok(Window { start, end })
    }

    /// Two windows in place of one, unless it is one hour.
    pub(super) fn halves(self) -> Option<(Window, Window)> {
        if self.start >= self.end {
            return None;
        }
        let middle = Hour(self.start.0 + (self.end.0 - self.start.0) / 2);
        Some((Window { start: self.start, end: middle }, Window { start: Hour(middle.0 + 1), end: self.end }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(start: &str, end: &str) -> Window {
        Window::new(Hour::parse(start).unwrap(), Hour::parse(end).unwrap()).unwrap()
    }

    #[test]
    fn hours_are_written_and_read_as_amplitude_does() {
        for text in ["20260914T10", "19700101T00", "20281231T23"] {
            assert_eq!(Hour::parse(text).unwrap().to_string(), text);
        }
        for text in ["2026091410", "20260914T24", "2026-09-14T10", "20260914T1", ""] {
            assert_eq!(Hour::parse(text), None, "{text}");
        }
        assert_eq!(Hour::of(-1), Hour(-1));
    }

    #[test]
    fn halves_share_no_hour_and_lose_none() {
        assert_eq!(window("20260914T10", "20260914T10").halves(), None);
        for end in ["20260914T11", "20260914T12", "20260914T13", "20270913T22"] {
            let whole = window("20260914T10", end);
            let (first, second) = whole.halves().unwrap();
            assert_eq!((first.start, second.end, first.end.0 + 1), (whole.start, whole.end, second.start.0));
            assert!(first.start <= first.end && second.start <= second.end);
        }
    }

    #[test]
    fn a_window_does_not_end_before_it_begins() {
        let error = Window::new(Hour::of(7200), Hour::of(3600)).unwrap_err();
        assert_eq!(error.message(), "there are no hours from 19700101T02 to 19700101T01");
    }
}
