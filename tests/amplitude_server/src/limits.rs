//! The ledger of cohort requests: sixty in ten minutes, five hundred a month.

use chrono::{DateTime, Datelike, NaiveDate, Utc};

const TEN_MINUTES: i64 = 600;

/// When requests were made, in seconds since 1970.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    spent: Vec<i64>,
}

impl Ledger {
    pub(crate) fn spend(&mut self, now: i64) {
        self.spent.push(now);
    }

    pub(crate) fn in_ten_minutes(&self, now: i64) -> usize {
        self.spent.iter().filter(|at| now - **at < TEN_MINUTES).count()
    }

    pub(crate) fn this_month(&self, now: i64) -> u64 {
        let month = month_of(now);
        self.spent.iter().filter(|at| month_of(**at) == month).count() as u64
    }

    /// A month that others have used, too.
    pub(crate) fn spend_elsewhere(&mut self, now: i64, times: u64) {
        // Long enough ago not to count among the ten minutes, as far as the month allows.
        let start = month_start(month_of(now)).unwrap_or(now);
        for _ in 0..times {
            self.spent.push((now - TEN_MINUTES).max(start));
        }
    }
}

fn month_of(seconds: i64) -> (i32, u32) {
    let moment = DateTime::<Utc>::from_timestamp(seconds, 0).unwrap_or_default();
    (moment.year(), moment.month())
}

fn month_start((year, month): (i32, u32)) -> Option<i64> {
    Some(NaiveDate::from_ymd_opt(year, month, 1)?.and_hms_opt(0, 0, 0)?.and_utc().timestamp())
}

/// The first second of the next month, as a text.
pub(crate) fn resets_at(now: i64) -> String {
    let (year, month) = month_of(now);
    let next = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    let moment = DateTime::<Utc>::from_timestamp(month_start(next).unwrap_or(now), 0).unwrap_or_default();
    moment.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}
