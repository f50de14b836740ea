//! Forms of dates and moments in texts: `DD.MM.YYYY hh:mm`. What is no part of a date stands for itself.

use wr_base::value::{Date, Time, Value};

use super::super::{Argument, Mismatch};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    /// So many digits, or one more: `D` is one or two.
    Digits {
        part: Part,
        least: usize,
        most: usize,
    },
    Sign(char),
}

const PARTS: [(&str, Part, usize, usize); 11] = [
    ("YYYY", Part::Year, 4, 4),
    ("MM", Part::Month, 2, 2),
    ("M", Part::Month, 1, 2),
    ("DD", Part::Day, 2, 2),
    ("D", Part::Day, 1, 2),
    ("hh", Part::Hour, 2, 2),
    ("h", Part::Hour, 1, 2),
    ("mm", Part::Minute, 2, 2),
    ("m", Part::Minute, 1, 2),
    ("ss", Part::Second, 2, 2),
    ("s", Part::Second, 1, 2),
];

/// The pieces of a form; `None` where a letter is none of them (`T` stands for itself) or comes twice.
fn pieces(form: &str) -> Option<Vec<Piece>> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut rest = form;
    while let Some(sign) = rest.chars().next() {
        if let Some((words, part, least, most)) = PARTS.iter().find(|(words, ..)| rest.starts_with(words)) {
            if has(&pieces, *part) {
                return None;
            }
            pieces.push(Piece::Digits { part: *part, least: *least, most: *most });
            rest = rest.get(words.len()..)?;
        } else if sign == 'T' || !sign.is_alphanumeric() {
            pieces.push(Piece::Sign(sign));
            rest = rest.get(sign.len_utf8()..)?;
        } else {
            return None;
        }
    }
    Some(pieces)
}

fn has(pieces: &[Piece], wanted: Part) -> bool {
    pieces.iter().any(|piece| matches!(piece, Piece::Digits { part, .. } if *part == wanted))
}

const DATES: &str = "the form of a date here, written as `\"DD.MM.YYYY\"`, `\"M/D/YYYY\"`, `\"YYYYMMDD\"`";
const MOMENTS: &str = "the form of a moment here, written as `\"DD.MM.YYYY hh:mm\"`, `\"YYYYMMDDThhmmss\"`";
const WHY: &str = "`YYYY` is the year, `MM` the month and `M` one without a zero before it, `DD` `D` the day, `hh` `mm` `ss` the clock; \
                   signs that are no letters stand for themselves";

/// Whether the second argument is written out as a form with all that a date needs, or a moment.
pub(in crate::functions) fn check_form(arguments: &[Argument<'_>], with_clock: bool) -> Result<(), Mismatch> {
    let wanted = if with_clock { MOMENTS } else { DATES };
    let known = arguments.get(1).and_then(|argument| argument.constant);
    let pieces = if let Some(Value::Text(form)) = known { pieces(form) } else { None };
    let is_whole = pieces.is_some_and(|pieces| {
        let has_date = [Part::Year, Part::Month, Part::Day].iter().all(|part| has(&pieces, *part));
        let (hour, minute, second) = (has(&pieces, Part::Hour), has(&pieces, Part::Minute), has(&pieces, Part::Second));
        has_date && if with_clock { hour && minute } else { !hour && !minute && !second }
    });
    if is_whole { Ok(()) } else { Err(Mismatch::NotLiteral { at: 1, wanted, why: WHY }) }
}

/// The day and the time of day in a text of this form, all of it.
pub(in crate::functions) fn read(text: &str, form: &str) -> Option<(Date, Time)> {
    let mut parts = [0_u32; 6];
    let mut rest = text;
    for piece in pieces(form)? {
        match piece {
            Piece::Sign(sign) => rest = rest.strip_prefix(sign)?,
            Piece::Digits { part, least, most } => {
                let count = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
                if count < least {
                    return None;
                }
                let (digits, behind) = rest.split_at_checked(count)?;
                *parts.get_mut(part as usize)? = digits.parse().ok()?;
                rest = behind;
            }
        }
    }
    let [year, month, day, hour, minute, second] = parts;
    let date = Date::from_ymd(i32::try_from(year).ok()?, month, day)?;
    rest.is_empty().then_some((date, Time::from_hms(hour, minute, second)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_has_each_part_once_and_no_other_letters() {
        assert!(pieces("DD.MM.YYYY hh:mm:ss").is_some());
        assert!(pieces("YYYY-MM-DDThh:mm").is_some());
        for form in ["DD.MM.YY", "dd.MM.YYYY", "DD.DD.YYYY", "YYYY-MM-DD Z", "D/M/YYYY h:mm a"] {
            assert_eq!(pieces(form), None, "{form}");
        }
    }

    #[test]
    fn a_day_without_a_zero_takes_one_digit_or_two() {
        let read = |text, form| read(text, form).map(|(date, _)| date.to_string());
        assert_eq!(read("1.2.2026", "D.M.YYYY").as_deref(), Some("2026-02-01"));
        assert_eq!(read("11.12.2026", "D.M.YYYY").as_deref(), Some("2026-12-11"));
        assert_eq!(read("1122026", "DMYYYY").as_deref(), None);
        assert_eq!(read("٣1.12.2026", "DD.MM.YYYY"), None);
    }
}
