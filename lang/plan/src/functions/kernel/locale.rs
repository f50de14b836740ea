//! How people of a language write numbers, days and times. Never for names of files, seeds, keys or records (B18).

use num_bigint::{BigInt, Sign};
use wr_base::value::{Date, DateTime, Value, Zone};

use super::arithmetic::{Rounding, fraction_of_float, rounded_integer};

/// The language of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Locale {
    #[default]
    English,
    Russian,
}

/// What differs between languages.
pub(crate) struct Words {
    pub(crate) group: &'static str,
    pub(crate) point: &'static str,
    pub(crate) yes: &'static str,
    pub(crate) no: &'static str,
    pub(crate) from: &'static str,
    pub(crate) to: &'static str,
    pub(crate) has_dotted_dates: bool,
    /// As they stand alone.
    pub(crate) months: [&'static str; 12],
    /// As they stand behind a day.
    pub(crate) of_months: [&'static str; 12],
    /// From Monday.
    pub(crate) weekdays: [&'static str; 7],
    /// Days, hours, minutes, seconds.
    pub(crate) units: [&'static str; 4],
}

const ENGLISH_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

static ENGLISH: Words = Words {
    group: ",",
    point: ".",
    yes: "yes",
    no: "no",
    from: "from",
    to: "to",
    has_dotted_dates: false,
    months: ENGLISH_MONTHS,
    of_months: ENGLISH_MONTHS,
    weekdays: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    units: ["d", "h", "min", "s"],
};

/// Groups are parted by a no-break space.
static RUSSIAN: Words = Words {
    group: "\u{a0}",
    point: ",",
    yes: "да",
    no: "нет",
    from: "от",
    to: "до",
    has_dotted_dates: true,
    months: [
        "январь",
        "февраль",
        "март",
        "апрель",
        "май",
        "июнь",
        "июль",
        "август",
        "сентябрь",
        "октябрь",
        "ноябрь",
        "декабрь",
    ],
    of_months: [
        "января",
        "февраля",
        "марта",
        "апреля",
        "мая",
        "июня",
        "июля",
        "августа",
        "сентября",
        "октября",
        "ноября",
        "декабря",
    ],
    weekdays: ["понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"],
    units: ["д", "ч", "мин", "с"],
};

impl Locale {
    /// By its name, `ru` or `ru-RU`. Unknown ones are English.
    #[must_use]
    pub fn of(name: &str) -> Self {
        if name == "ru" || name.starts_with("ru-") { Self::Russian } else { Self::English }
    }

    pub(crate) fn words(self) -> &'static Words {
        match self {
            Self::English => &ENGLISH,
            Self::Russian => &RUSSIAN,
        }
    }
}

/// Groups of three from five digits on: 2026 and 1500 read better without.
pub(crate) fn grouped(digits: &str, locale: Locale) -> String {
    let words = locale.words();
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |rest| ("−", rest));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut text = sign.to_owned();
    for (at, digit) in whole.chars().enumerate() {
        let left = whole.len() - at;
        if at > 0 && left % 3 == 0 && whole.len() > 4 {
            text.push_str(words.group);
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push_str(words.point);
        text.push_str(fraction);
    }
    text
}

/// A number as it is, but of a float no more than four digits behind the point, which are enough to read.
pub(crate) fn number(value: &Value, locale: Locale) -> Option<String> {
    let digits = match value {
        Value::Int(number) => number.to_string(),
        Value::Decimal(number) => number.to_string(),
        Value::Float(number) => short(*number),
        Value::Percent(share) => share.canonical(),
        Value::Null
        | Value::Bool(_)
        | Value::Text(_)
        | Value::Date(_)
        | Value::DateTime(_)
        | Value::Time(_)
        | Value::Duration(_)
        | Value::Uuid(_)
        | Value::Range(..)
        | Value::Period(_)
        | Value::List(_) => return None,
    };
    Some(grouped(&digits, locale))
}

fn short(number: f64) -> String {
    if number.abs() >= 1e15 {
        return number.to_string();
    }
    let text = format!("{number:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A number, times 10^`shift`, with exactly so many digits behind the point, halves away from zero.
pub(in crate::functions) fn fixed(value: &Value, shift: u32, digits: u8, locale: Locale) -> Option<String> {
    let ten = |power: u32| BigInt::from(10).pow(power);
    let (dividend, divisor) = match value {
        Value::Int(number) => (BigInt::from(*number), BigInt::from(1)),
        Value::Decimal(number) | Value::Percent(number) => {
            (BigInt::from(number.unscaled), ten(u32::from(number.scale)))
        }
        Value::Float(number) => fraction_of_float(*number)?,
        Value::Null
        | Value::Bool(_)
        | Value::Text(_)
        | Value::Date(_)
        | Value::DateTime(_)
        | Value::Time(_)
        | Value::Duration(_)
        | Value::Uuid(_)
        | Value::Range(..)
        | Value::Period(_)
        | Value::List(_) => return None,
    };
    let digits = usize::from(digits);
    let unscaled = rounded_integer(&(dividend * ten(shift + digits as u32)), &divisor, Rounding::HalfAway);
    let text = format!("{:0>width$}", unscaled.magnitude().to_string(), width = digits + 1);
    let (whole, fraction) = text.split_at(text.len() - digits);
    let sign = if unscaled.sign() == Sign::Minus { "-" } else { "" };
    let point = if fraction.is_empty() { "" } else { "." };
    Some(grouped(&format!("{sign}{whole}{point}{fraction}"), locale))
}

/// In digits: `2026-11-09`, `09.11.2026`.
pub(crate) fn date(date: Date, locale: Locale) -> String {
    if locale.words().has_dotted_dates {
        format!("{:02}.{:02}.{:04}", date.day(), date.month(), date.year())
    } else {
        date.to_string()
    }
}

/// In words: `9 November 2026`.
pub(in crate::functions) fn date_in_words(date: Date, locale: Locale) -> String {
    let month = named(&locale.words().of_months, date.month());
    format!("{} {month} {}", date.day(), date.year())
}

/// The hours and minutes that the clock of a zone shows.
pub(crate) fn clock(at: DateTime, zone: Zone) -> String {
    let minutes = zone.time_of(at).0 / 60_000_000;
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// The name of a month or of a weekday; the first is 1.
pub(in crate::functions) fn named<'a>(names: &[&'a str], number: u32) -> &'a str {
    number.checked_sub(1).and_then(|at| names.get(at as usize)).copied().unwrap_or_default()
}
