//! Values for people: numbers in groups, dates as the locale writes them. Never for names of files, seeds or records.

use wr_base::value::{Date, DateTime, Value, Zone};

/// What differs between languages.
struct Locale {
    group: &'static str,
    point: &'static str,
    yes: &'static str,
    no: &'static str,
    from: &'static str,
    to: &'static str,
    has_dotted_dates: bool,
}

const ENGLISH: Locale =
    Locale { group: ",", point: ".", yes: "yes", no: "no", from: "from", to: "to", has_dotted_dates: false };

/// Groups are parted by a no-break space.
const RUSSIAN: Locale =
    Locale { group: "\u{a0}", point: ",", yes: "да", no: "нет", from: "от", to: "до", has_dotted_dates: true };

/// A value as people of a locale write it; moments are on the wall clock of the zone. Unknown locales are English.
#[must_use]
pub fn human(value: &Value, locale: &str, zone: Zone) -> String {
    let locale = if locale == "ru" || locale.starts_with("ru-") { &RUSSIAN } else { &ENGLISH };
    write(value, locale, zone)
}

fn write(value: &Value, locale: &Locale, zone: Zone) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::Bool(value) => if *value { locale.yes } else { locale.no }.to_owned(),
        Value::Int(number) => grouped(&number.to_string(), locale),
        Value::Decimal(number) => grouped(&number.to_string(), locale),
        Value::Float(number) => grouped(&short(*number), locale),
        Value::Percent(share) => format!("{}%", grouped(&share.times_hundred().canonical(), locale)),
        Value::Date(date) => written_date(*date, locale),
        Value::DateTime(at) => written_moment(*at, locale, zone),
        Value::Period(period) if period.first == period.last => written_date(period.first, locale),
        Value::Period(period) => {
            format!("{} – {}", written_date(period.first, locale), written_date(period.last, locale))
        }
        Value::Range(from, to) => match (from, to) {
            (Some(from), Some(to)) => format!("{}–{}", write(from, locale, zone), write(to, locale, zone)),
            (Some(from), None) => format!("{} {}", locale.from, write(from, locale, zone)),
            (None, Some(to)) => format!("{} {}", locale.to, write(to, locale, zone)),
            (None, None) => "–".to_owned(),
        },
        Value::List(items) => items.iter().map(|item| write(item, locale, zone)).collect::<Vec<_>>().join(", "),
        Value::Text(_) | Value::Time(_) | Value::Duration(_) | Value::Uuid(_) => value.canonical(),
    }
}

/// Four digits behind the point are enough to read.
fn short(number: f64) -> String {
    if number.abs() >= 1e15 {
        return number.to_string();
    }
    let text = format!("{number:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Groups of three from five digits on: 2026 and 1500 read better without.
fn grouped(digits: &str, locale: &Locale) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |rest| ("−", rest));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut text = sign.to_owned();
    for (at, digit) in whole.chars().enumerate() {
        let left = whole.len() - at;
        if at > 0 && left % 3 == 0 && whole.len() > 4 {
            text.push_str(locale.group);
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push_str(locale.point);
        text.push_str(fraction);
    }
    text
}

fn written_date(date: Date, locale: &Locale) -> String {
    if locale.has_dotted_dates {
        format!("{:02}.{:02}.{:04}", date.day(), date.month(), date.year())
    } else {
        date.to_string()
    }
}

fn written_moment(at: DateTime, locale: &Locale, zone: Zone) -> String {
    let wall = zone.wall_clock(at);
    format!("{} {}", written_date(zone.date_of(at), locale), wall.format("%H:%M"))
}
