//! Texts for people, in English or Russian.

use wr_base::diag::Code;
use wr_base::value::{Date, Value};
use wr_plan::functions::FnId;

use crate::expr::World;
use crate::functions::clock;
use crate::functions::number::{Exact, exact, whole};

const MONTHS: &str = "January February March April May June July August September October November December";
const MONTHS_RU: &str = "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь";
const OF_MONTHS_RU: &str = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря";
const WEEKDAYS: &str = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday";
const WEEKDAYS_RU: &str = "понедельник вторник среда четверг пятница суббота воскресенье";

pub(crate) fn call(function: FnId, arguments: &[Value], world: &World) -> Result<Value, Code> {
    let words = |words: Option<String>| words.map(Value::Text).ok_or(Code::Internal);
    let name = |english, russian, number: u32| {
        let names: &'static str = if world.is_russian { russian } else { english };
        names.split(' ').nth(number as usize - 1).map(str::to_owned)
    };
    match (function, arguments) {
        (FnId::FormatNumber, [Value::Float(x)]) => words(short(*x).map(|digits| grouped(&digits, world))),
        (FnId::FormatNumber, [Value::Percent(x)]) => words(Some(grouped(&x.canonical(), world))),
        (FnId::FormatNumber, [Value::Decimal(x)]) => words(Some(grouped(&x.to_string(), world))),
        (FnId::FormatNumber, [x]) => words(Some(grouped(&x.canonical(), world))),
        (FnId::FormatNumber, [x, Value::Int(digits)]) => words(fixed(&exact(x).ok_or(Code::Internal)?, *digits, world)),
        (FnId::FormatPercent, [x, Value::Int(digits)]) => {
            let hundredfold = exact(x).ok_or(Code::Internal)?.times(&whole(100));
            words(fixed(&hundredfold, *digits, world).map(|text| text + "%"))
        }
        (FnId::FormatDate, [x]) => {
            let day = day_of(x, world)?;
            let month = name(MONTHS, OF_MONTHS_RU, day.month()).ok_or(Code::Internal)?;
            let date = format!("{} {month} {}", day.day(), day.year());
            let minutes = if let Value::DateTime(at) = x { clock::shown(*at, world.zone).0 / 60_000_000 } else { -1 };
            let is_moment = minutes >= 0;
            let shown = if is_moment { format!(", {:02}:{:02}", minutes / 60, minutes % 60) } else { String::new() };
            words(Some(date + &shown))
        }
        (FnId::MonthName, [x]) => words(name(MONTHS, MONTHS_RU, day_of(x, world)?.month())),
        (FnId::WeekdayName, [x]) => words(name(WEEKDAYS, WEEKDAYS_RU, day_of(x, world)?.weekday())),
        (FnId::FormatDuration, [Value::Int(seconds)]) => words(Some(duration(*seconds, world))),
        _ => Err(Code::Internal),
    }
}

fn day_of(value: &Value, world: &World) -> Result<Date, Code> {
    if let Value::DateTime(at) = value {
        return Ok(world.zone.date_of(*at));
    }
    if let Value::Date(date) = value { Ok(*date) } else { Err(Code::Internal) }
}

/// Digits with so many behind the point, all of them.
fn fixed(number: &Exact, digits: i128, world: &World) -> Option<String> {
    let digits = usize::try_from(digits).ok()?;
    let rounded = number.rounded(digits as u32).digits.to_string();
    let (sign, rounded) = match rounded.strip_prefix('-') {
        Some(rest) => ("-", rest.to_owned()),
        None => ("", rounded),
    };
    let rounded = format!("{}{rounded}", "0".repeat((digits + 1).saturating_sub(rounded.len())));
    let (whole, fraction) = rounded.split_at(rounded.len() - digits);
    let point = if digits == 0 { "" } else { "." };
    Some(grouped(&format!("{sign}{whole}{point}{fraction}"), world))
}

/// Four digits behind the point, without zeros at the end; all digits of what is a thousand millions of thousands or more.
fn short(x: f64) -> Option<String> {
    if x.abs() >= 1e15 {
        return Some(Value::Float(x).canonical());
    }
    // Ties are as Rust writes them: to the even digit of the exact value.
    let text = format!("{x:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    Some(if text == "-0" { "0".to_owned() } else { text.to_owned() })
}

/// From the right, a sign between groups of three, where there are five digits or more before the point.
fn grouped(digits: &str, world: &World) -> String {
    let (group, point) = if world.is_russian { ("\u{a0}", ",") } else { (",", ".") };
    let (sign, digits) = if let Some(rest) = digits.strip_prefix('-') { ("−", rest) } else { ("", digits) };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut groups = Vec::new();
    let mut rest = whole;
    while whole.len() > 4 && rest.len() > 3 {
        let (before, last) = rest.split_at(rest.len() - 3);
        groups.insert(0, last);
        rest = before;
    }
    groups.insert(0, rest);
    let fraction = if fraction.is_empty() { String::new() } else { format!("{point}{fraction}") };
    format!("{sign}{}{fraction}", groups.join(group))
}

fn duration(seconds: i128, world: &World) -> String {
    let units = if world.is_russian { ["д", "ч", "мин", "с"] } else { ["d", "h", "min", "s"] };
    let all = seconds.unsigned_abs();
    let counts = [all / 86_400, all / 3_600 % 24, all / 60 % 60, all % 60];
    let parts = counts.iter().zip(units).filter(|(count, _)| **count > 0);
    let parts = parts.map(|(count, unit)| format!("{} {unit}", grouped(&count.to_string(), world))).collect::<Vec<_>>();
    let sign = if seconds < 0 { "−" } else { "" };
    if parts.is_empty() { format!("0 {}", units[3]) } else { format!("{sign}{}", parts.join(" ")) }
}
