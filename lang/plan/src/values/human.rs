//! Values for people: numbers in groups, dates as the locale writes them. Never for names of files, seeds or records.

use wr_base::value::{Value, Zone};

use crate::functions::Locale;
use crate::functions::locale::{clock, date, number};

/// A value as people of a locale write it; moments are on the wall clock of the zone. Unknown locales are English.
#[must_use]
pub fn human(value: &Value, locale: &str, zone: Zone) -> String {
    human_in(value, Locale::of(locale), zone)
}

/// As [`human`], of a locale that is known.
#[must_use]
pub fn human_in(value: &Value, locale: Locale, zone: Zone) -> String {
    let words = locale.words();
    match value {
        Value::Null => "–".to_owned(),
        Value::Bool(value) => if *value { words.yes } else { words.no }.to_owned(),
        Value::Int(_) | Value::Decimal(_) | Value::Float(_) => number(value, locale).unwrap_or_default(),
        Value::Percent(share) => {
            format!("{}%", number(&Value::Percent(share.times_hundred()), locale).unwrap_or_default())
        }
        Value::Date(day) => date(*day, locale),
        Value::DateTime(at) => format!("{} {}", date(zone.date_of(*at), locale), clock(*at, zone)),
        Value::Period(period) if period.first == period.last => date(period.first, locale),
        Value::Period(period) => format!("{} – {}", date(period.first, locale), date(period.last, locale)),
        Value::Range(from, to) => match (from, to) {
            (Some(from), Some(to)) => format!("{}–{}", human_in(from, locale, zone), human_in(to, locale, zone)),
            (Some(from), None) => format!("{} {}", words.from, human_in(from, locale, zone)),
            (None, Some(to)) => format!("{} {}", words.to, human_in(to, locale, zone)),
            (None, None) => "–".to_owned(),
        },
        Value::List(items) => items.iter().map(|item| human_in(item, locale, zone)).collect::<Vec<_>>().join(", "),
        Value::Text(_) | Value::Time(_) | Value::Duration(_) | Value::Uuid(_) => value.canonical(),
    }
}
