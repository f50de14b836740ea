//! Dates, instants, periods and zones (B12).

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Timelike};

/// Days since 1970-01-01, years 0001 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub i32);

/// An instant: microseconds since 1970-01-01T00:00:00Z, years 0001 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTime(pub i64);

/// A time of day: microseconds since midnight, below 24 hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub i64);

/// `1y 2mo` are calendar months, `1w 1d` calendar days (both in the report's zone), `3h 15min 5s` exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Duration {
    pub months: i32,
    pub days: i32,
    pub micros: i64,
}

/// Whole days, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Period {
    pub first: Date,
    pub last: Date,
}

/// A zone of the IANA database: says when days begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Zone(chrono_tz::Tz);

const MICROS_PER_DAY: i64 = 86_400_000_000;

impl Date {
    pub const MIN: Self = Self(-719_162);
    pub const MAX: Self = Self(2_932_896);

    #[must_use]
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Self> {
        Self::from_naive(NaiveDate::from_ymd_opt(year, month, day)?)
    }

    fn from_naive(date: NaiveDate) -> Option<Self> {
        let days = date.signed_duration_since(NaiveDate::default()).num_days();
        i32::try_from(days).ok().map(Self).filter(|date| *date >= Self::MIN && *date <= Self::MAX)
    }

    #[must_use]
    pub fn naive(self) -> NaiveDate {
        NaiveDate::default() + TimeDelta::days(i64::from(self.0))
    }

    /// `2026-11-09`, four digits, two, two.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let shaped = bytes.len() == 10
            && bytes.iter().enumerate().all(|(at, byte)| match at {
                4 | 7 => *byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if !shaped {
            return None;
        }
        let part = |from: usize, to: usize| text.get(from..to)?.parse::<u32>().ok();
        Self::from_ymd(i32::try_from(part(0, 4)?).ok()?, part(5, 7)?, part(8, 10)?)
    }

    #[must_use]
    pub fn add_days(self, days: i32) -> Option<Self> {
        self.0.checked_add(days).map(Self).filter(|date| *date >= Self::MIN && *date <= Self::MAX)
    }

    /// Months later (or earlier), on the same day of the month or on its last day.
    #[must_use]
    pub fn add_months(self, months: i32) -> Option<Self> {
        let date = self.naive();
        let count = chrono::Months::new(months.unsigned_abs());
        let moved = if months >= 0 { date.checked_add_months(count) } else { date.checked_sub_months(count) };
        Self::from_naive(moved?)
    }

    #[must_use]
    pub fn year(self) -> i32 {
        self.naive().year()
    }

    #[must_use]
    pub fn month(self) -> u32 {
        self.naive().month()
    }

    #[must_use]
    pub fn day(self) -> u32 {
        self.naive().day()
    }

    /// Monday is 1.
    #[must_use]
    pub fn weekday(self) -> u32 {
        self.naive().weekday().number_from_monday()
    }

    /// January 1 is 1.
    #[must_use]
    pub fn day_of_year(self) -> u32 {
        self.naive().ordinal()
    }

    /// The week of ISO 8601 and the year that it belongs to: week 1 is the first with a Thursday.
    #[must_use]
    pub fn iso_week(self) -> (i32, u32) {
        let week = self.naive().iso_week();
        (week.year(), week.week())
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.naive().format("%Y-%m-%d"))
    }
}

impl DateTime {
    pub const MIN: Self = Self(Date::MIN.0 as i64 * MICROS_PER_DAY);
    pub const MAX: Self = Self((Date::MAX.0 as i64 + 1) * MICROS_PER_DAY - 1);

    /// Within years 0001 to 9999.
    #[must_use]
    pub fn checked(micros: i64) -> Option<Self> {
        Some(Self(micros)).filter(|at| *at >= Self::MIN && *at <= Self::MAX)
    }

    fn naive_utc(self) -> NaiveDateTime {
        chrono::DateTime::from_timestamp_micros(self.0).unwrap_or_default().naive_utc()
    }

    fn from_naive_utc(at: NaiveDateTime) -> Option<Self> {
        Self::checked(at.and_utc().timestamp_micros())
    }

    #[must_use]
    pub fn add_micros(self, micros: i64) -> Option<Self> {
        Self::checked(self.0.checked_add(micros)?)
    }
}

/// UTC with microseconds: `2026-11-09T08:00:00.000000Z`.
impl std::fmt::Display for DateTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.naive_utc().format("%Y-%m-%dT%H:%M:%S%.6fZ"))
    }
}

impl Time {
    #[must_use]
    pub fn from_hms(hour: u32, minute: u32, second: u32) -> Option<Self> {
        let time = NaiveTime::from_hms_opt(hour, minute, second)?;
        Some(Self(i64::from(time.num_seconds_from_midnight()) * 1_000_000))
    }
}

/// `09:30:00`, with microseconds only where there are any.
impl std::fmt::Display for Time {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (seconds, micros) = (self.0 / 1_000_000, self.0 % 1_000_000);
        write!(f, "{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)?;
        if micros == 0 { Ok(()) } else { write!(f, ".{micros:06}") }
    }
}

impl Duration {
    #[must_use]
    pub fn negated(self) -> Option<Self> {
        Some(Self {
            months: self.months.checked_neg()?,
            days: self.days.checked_neg()?,
            micros: self.micros.checked_neg()?,
        })
    }
}

impl std::fmt::Display for Duration {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut parts = Vec::new();
        let mut part = |count: i64, unit: &str| {
            if count != 0 {
                parts.push(format!("{count}{unit}"));
            }
        };
        part(i64::from(self.months / 12), "y");
        part(i64::from(self.months % 12), "mo");
        part(i64::from(self.days), "d");
        let seconds = self.micros / 1_000_000;
        part(seconds / 3600, "h");
        part(seconds / 60 % 60, "min");
        part(seconds % 60, "s");
        part(self.micros % 1_000_000, "us");
        f.write_str(&if parts.is_empty() { "0s".to_owned() } else { parts.join(" ") })
    }
}

/// `2026-11-09..2026-11-15`.
impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}..{}", self.first, self.last)
    }
}

impl Zone {
    pub const UTC: Self = Self(chrono_tz::Tz::UTC);

    /// By its IANA name: `Europe/Moscow`.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        name.parse().ok().map(Self)
    }

    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The IANA names of all zones.
    pub fn names() -> impl Iterator<Item = &'static str> {
        chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())
    }

    /// The calendar day that an instant belongs to.
    #[must_use]
    pub fn date_of(self, at: DateTime) -> Date {
        let local = self.0.from_utc_datetime(&at.naive_utc()).naive_local();
        Date::from_naive(local.date()).unwrap_or(if at.0 < 0 { Date::MIN } else { Date::MAX })
    }

    /// The calendar day that an instant belongs to; `None` where that is before year 1 or after 9999.
    #[must_use]
    pub fn checked_date_of(self, at: DateTime) -> Option<Date> {
        Date::from_naive(self.wall_clock(at).date())
    }

    /// The time of day that the clock shows at an instant.
    #[must_use]
    pub fn time_of(self, at: DateTime) -> Time {
        let wall = self.wall_clock(at).time();
        let micros = i64::from(wall.num_seconds_from_midnight()) * 1_000_000 + i64::from(wall.nanosecond() / 1_000);
        Time(micros.min(MICROS_PER_DAY - 1))
    }

    /// What the clock shows more than UTC at an instant, in microseconds.
    #[must_use]
    pub fn offset_at(self, at: DateTime) -> i64 {
        i64::from(self.0.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc()) * 1_000_000
    }

    /// The wall clock of an instant, as if it were UTC.
    #[must_use]
    pub fn wall_clock(self, at: DateTime) -> NaiveDateTime {
        self.0.from_utc_datetime(&at.naive_utc()).naive_local()
    }

    /// The first instant of a day: midnight, or the first one that exists after it (B12).
    #[must_use]
    pub fn start_of(self, date: Date) -> Option<DateTime> {
        self.instant_of(date.naive().and_hms_opt(0, 0, 0)?)
    }

    /// The instant of a wall clock time: the earlier of two, or the first existing one after a gap.
    #[must_use]
    pub fn instant_of(self, wall: NaiveDateTime) -> Option<DateTime> {
        use chrono::offset::LocalResult;
        match self.0.from_local_datetime(&wall) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => DateTime::from_naive_utc(at.naive_utc()),
            LocalResult::None => {
                // Gaps end on whole minutes and are at most a day long (Samoa left out 2011-12-30).
                let mut later = wall;
                for _ in 0..(2 * 24 * 60) {
                    later = later.with_second(0)?.with_nanosecond(0)?.checked_add_signed(TimeDelta::minutes(1))?;
                    if let LocalResult::Single(at) | LocalResult::Ambiguous(at, _) = self.0.from_local_datetime(&later)
                    {
                        return DateTime::from_naive_utc(at.naive_utc());
                    }
                }
                None
            }
        }
    }

    /// Adds months and days on the calendar of this zone, then exact time.
    #[must_use]
    pub fn add(self, at: DateTime, duration: Duration) -> Option<DateTime> {
        let moved = if duration.months == 0 && duration.days == 0 {
            at
        } else {
            let wall = self.wall_clock(at);
            let date = Date::from_naive(wall.date())?.add_months(duration.months)?.add_days(duration.days)?;
            self.instant_of(date.naive().and_time(wall.time()))?
        };
        moved.add_micros(duration.micros)
    }

    /// The instants of a period: from the start of its first day to the start of the day after its last, half-open.
    #[must_use]
    pub fn instants_of(self, period: Period) -> Option<(DateTime, DateTime)> {
        Some((self.start_of(period.first)?, self.start_of(period.last.add_days(1)?)?))
    }
}

impl std::fmt::Display for Zone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn a_date_needs_all_its_digits() {
        assert_eq!(date("2026-11-09").to_string(), "2026-11-09");
        for text in ["2026-1-1", "2026-02-30", "0000-01-01", "2026-11-9x"] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
        assert_eq!(date("9999-12-31"), Date::MAX);
        assert_eq!(date("0001-01-01"), Date::MIN);
    }

    #[test]
    fn a_day_without_midnight_begins_at_its_first_instant() {
        let zone = Zone::parse("America/Sao_Paulo").unwrap();
        assert_eq!(zone.start_of(date("2018-11-04")).unwrap().to_string(), "2018-11-04T03:00:00.000000Z");
        let zone = Zone::parse("Europe/Moscow").unwrap();
        assert_eq!(zone.start_of(date("2026-10-01")).unwrap().to_string(), "2026-09-30T21:00:00.000000Z");
    }

    #[test]
    fn calendar_days_keep_the_wall_clock_over_a_change_of_the_clock() {
        let zone = Zone::parse("Europe/Berlin").unwrap();
        let before = zone.instant_of(date("2026-03-28").naive().and_hms_opt(12, 0, 0).unwrap()).unwrap();
        let after = zone.add(before, Duration { days: 1, ..Duration::default() }).unwrap();
        assert_eq!(after.0 - before.0, 23 * 3_600_000_000);
    }

    #[test]
    fn months_end_on_the_last_day() {
        assert_eq!(date("2026-03-31").add_months(-1).unwrap().to_string(), "2026-02-28");
    }
}
