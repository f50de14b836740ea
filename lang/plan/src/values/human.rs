//! Values as people read them, in the locale of the report. Never used in names, seeds, records or hashes.

use wr_base::value::{Date, Value};

/// The text of a value for people. Null is a dash.
#[must_use]
pub fn human(value: &Value, locale: &str) -> String {
    let russian = locale.starts_with("ru");
    let end = |end: &Option<Box<Value>>| end.as_ref().map_or(String::new(), |value| human(value, locale));
    match value {
        Value::Null => "–".to_owned(),
        Value::Bool(true) => if russian { "да" } else { "yes" }.to_owned(),
        Value::Bool(false) => if russian { "нет" } else { "no" }.to_owned(),
        Value::Int(number) => number_for_people(&number.to_string(), russian),
        Value::Decimal(number) => number_for_people(&number.to_string(), russian),
        Value::Float(_) => number_for_people(&value.canonical(), russian),
        Value::Percent(share) => format!("{}%", number_for_people(&share.times_hundred().canonical(), russian)),
        Value::Date(date) => date_for_people(*date, russian),
        Value::Range(from, to) => format!("{}–{}", end(from), end(to)),
        Value::Period(period) if period.first == period.last => date_for_people(period.first, russian),
        Value::Period(period) => {
            format!("{} – {}", date_for_people(period.first, russian), date_for_people(period.last, russian))
        }
        Value::List(items) => items.iter().map(|item| human(item, locale)).collect::<Vec<_>>().join(", "),
        Value::Text(_) | Value::DateTime(_) | Value::Time(_) | Value::Duration(_) | Value::Uuid(_) => value.canonical(),
    }
}

fn date_for_people(date: Date, russian: bool) -> String {
    if russian { format!("{:02}.{:02}.{:04}", date.day(), date.month(), date.year()) } else { date.to_string() }
}

/// Groups of three: `1,234.5`, in Russian `1 234,5` with a narrow no-break blank.
fn number_for_people(digits: &str, russian: bool) -> String {
    if digits.contains(['e', 'E']) {
        return digits.to_owned();
    }
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |rest| ("-", rest));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, fraction)| (whole, Some(fraction)));
    let (group, point) = if russian { ('\u{202f}', ',') } else { (',', '.') };
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(group);
        }
        grouped.push(digit);
    }
    match fraction {
        Some(fraction) => format!("{sign}{grouped}{point}{fraction}"),
        None => format!("{sign}{grouped}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wr_base::value::{Decimal, Period};

    #[test]
    fn numbers_and_days_follow_the_locale() {
        let period = Period { first: Date::parse("2026-10-01").unwrap(), last: Date::parse("2026-10-31").unwrap() };
        let cases = [
            (Value::Int(1_234_567), "1,234,567", "1\u{202f}234\u{202f}567"),
            (Value::Int(-100), "-100", "-100"),
            (Value::Decimal(Decimal::parse("1234.50").unwrap()), "1,234.50", "1\u{202f}234,50"),
            (Value::Percent(Decimal::parse("0.335").unwrap()), "33.5%", "33,5%"),
            (Value::Period(period), "2026-10-01 – 2026-10-31", "01.10.2026 – 31.10.2026"),
            (Value::Bool(true), "yes", "да"),
        ];
        for (value, english, russian) in cases {
            assert_eq!(human(&value, "en"), english);
            assert_eq!(human(&value, "ru"), russian);
        }
    }
}
