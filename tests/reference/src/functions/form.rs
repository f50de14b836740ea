//! Dates and moments in texts of a form: `DD.MM.YYYY hh:mm`.

use wr_base::value::{Date, DateTime, Zone};

/// The day in a text that has exactly this form, and the seconds of the clock.
fn parts(text: &str, form: &str) -> Option<(Date, [u32; 3])> {
    let mut found = [0_u32; 6];
    let (mut text, mut form) = (text, form);
    while let Some(letter) = form.chars().next() {
        let run = form.chars().take_while(|other| *other == letter).count();
        let Some(part) = "YMDhms".find(letter) else {
            text = text.strip_prefix(letter)?;
            form = &form[letter.len_utf8()..];
            continue;
        };
        let wanted = if letter == 'Y' { 4 } else { 2 };
        let digits = text.chars().take(wanted).take_while(char::is_ascii_digit).collect::<String>();
        // Two letters are two digits, one is one or two.
        if digits.len() < run {
            return None;
        }
        found[part] = digits.parse().ok()?;
        text = &text[digits.len()..];
        form = &form[run..];
    }
    let [year, month, day, clock @ ..] = found;
    if text.is_empty() { Some((Date::from_ymd(year.try_into().ok()?, month, day)?, clock)) } else { None }
}

pub(crate) fn date(text: &str, form: &str) -> Option<Date> {
    parts(text, form).map(|(date, _)| date)
}

/// `Some(None)`: a wall clock that no moment of the calendar shows.
pub(crate) fn moment(text: &str, form: &str, zone: Zone) -> Option<Option<DateTime>> {
    let (date, [hour, minute, second]) = parts(text, form)?;
    Some(zone.instant_of(date.naive().and_hms_opt(hour, minute, second)?))
}
