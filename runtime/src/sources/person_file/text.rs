//! The bytes of a text file to characters, and the sign between its fields. Both are found where they can be, and said.

use std::borrow::Cow;

use chardetng::EncodingDetector;
use encoding_rs::{IBM866, KOI8_R, KOI8_U, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1251, WINDOWS_1252};
use wr_plan::declaration::Encoding;

use crate::sources::files::csv::{Record, Records};

/// Why a file is no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotText {
    /// Signs that no text has: perhaps another kind of file.
    Binary,
    /// It is not of the encoding that the script says, or that was found.
    Not(Encoding),
    Unknown,
}

/// The text without its byte order mark, and its encoding.
pub(super) fn decode(bytes: &[u8], said: Option<Encoding>) -> Result<(Cow<'_, str>, Encoding), NotText> {
    if let Some((marked, length)) = encoding_rs::Encoding::for_bom(bytes) {
        let encoding = if marked == UTF_8 { Encoding::Utf8 } else { Encoding::Utf16 };
        return decoded(marked, bytes.get(length..).unwrap_or_default(), encoding);
    }
    match said {
        Some(Encoding::Utf8) => return decoded(UTF_8, bytes, Encoding::Utf8),
        Some(Encoding::Windows1251) => return decoded(WINDOWS_1251, bytes, Encoding::Windows1251),
        Some(Encoding::Windows1252) => return decoded(WINDOWS_1252, bytes, Encoding::Windows1252),
        Some(Encoding::Koi8R) => return decoded(KOI8_R, bytes, Encoding::Koi8R),
        Some(Encoding::Ibm866) => return decoded(IBM866, bytes, Encoding::Ibm866),
        Some(Encoding::Utf16) | None => {}
    }
    // A mark may be missing; every second byte of latin letters and digits is nought then.
    if said == Some(Encoding::Utf16) || bytes.contains(&0) {
        let noughts = |odd: usize| bytes.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
        let (high_first, low_first) = (noughts(0), noughts(1));
        let pairs = bytes.len() / 2;
        if bytes.len().is_multiple_of(2)
            && high_first.max(low_first) * 4 > pairs
            && high_first.min(low_first) * 20 < pairs.max(20)
        {
            let found = if low_first > high_first { UTF_16LE } else { UTF_16BE };
            return decoded(found, bytes, Encoding::Utf16);
        }
        return Err(if said.is_some() { NotText::Not(Encoding::Utf16) } else { NotText::Binary });
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return if text.chars().any(is_odd) { Err(NotText::Binary) } else { Ok((Cow::Borrowed(text), Encoding::Utf8)) };
    }
    let mut detector = EncodingDetector::new();
    detector.feed(bytes, true);
    let guess = detector.guess(None, false);
    let known = [
        (WINDOWS_1251, Encoding::Windows1251),
        (WINDOWS_1252, Encoding::Windows1252),
        (KOI8_R, Encoding::Koi8R),
        (KOI8_U, Encoding::Koi8R),
        (IBM866, Encoding::Ibm866),
    ];
    let Some((_, encoding)) = known.iter().find(|(one, _)| *one == guess) else { return Err(NotText::Unknown) };
    decoded(guess, bytes, *encoding)
}

fn decoded<'a>(
    by: &'static encoding_rs::Encoding,
    bytes: &'a [u8],
    encoding: Encoding,
) -> Result<(Cow<'a, str>, Encoding), NotText> {
    let (text, is_broken) = by.decode_without_bom_handling(bytes);
    if is_broken {
        Err(NotText::Not(encoding))
    } else if text.chars().any(is_odd) {
        Err(NotText::Binary)
    } else {
        Ok((text, encoding))
    }
}

/// Control signs are in no list of people: a guess was wrong, or it is no text.
fn is_odd(sign: char) -> bool {
    sign.is_control() && !matches!(sign, '\t' | '\r' | '\n')
}

/// What stands between fields, where it is not said: the sign by which every wanted heading is found; else the one that
/// cuts the first lines into rows of one length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Delimiter {
    Found(char),
    /// None of the usual signs stands in the headings.
    OneColumn,
    /// Several signs would do.
    Unclear,
}

const USUAL: [char; 4] = [',', ';', '\t', '|'];

/// How many rows have to be of one length.
const LOOKED_AT: usize = 100;

pub(super) fn delimiter(text: &str, wanted: &[&str]) -> Delimiter {
    let all = |sign: char| {
        let headings = first_rows(text, sign, 1).into_iter().next().map(|row| row.headings).unwrap_or_default();
        !wanted.is_empty() && wanted.iter().all(|heading| headings.iter().any(|found| found == heading))
    };
    let by_heading: Vec<char> = USUAL.into_iter().filter(|sign| all(*sign)).collect();
    match by_heading.as_slice() {
        [one] => return Delimiter::Found(*one),
        // Each of them finds the only heading in a line without any of them.
        [_, ..] if by_heading.len() == USUAL.len() => return Delimiter::OneColumn,
        _ => {}
    }
    let fits = |sign: char| {
        let rows = first_rows(text, sign, LOOKED_AT);
        let width = rows.first().map_or(0, |row| row.headings.len());
        width > 1 && rows.iter().all(|row| row.headings.len() == width || row.is_blank)
    };
    let fitting: Vec<char> = USUAL.into_iter().filter(|sign| fits(*sign)).collect();
    match fitting.as_slice() {
        [one] => Delimiter::Found(*one),
        [] => {
            let first = text.lines().next().unwrap_or_default();
            let there: Vec<char> = USUAL.into_iter().filter(|sign| first.contains(*sign)).collect();
            match there.as_slice() {
                [] => Delimiter::OneColumn,
                [one] => Delimiter::Found(*one),
                _ => Delimiter::Unclear,
            }
        }
        _ => Delimiter::Unclear,
    }
}

struct First {
    headings: Vec<String>,
    is_blank: bool,
}

fn first_rows(text: &str, sign: char, count: usize) -> Vec<First> {
    let mut records = Records::new(text.as_bytes(), sign as u8, 1);
    let mut record = Record::default();
    let mut rows = Vec::new();
    while rows.len() < count && records.read(&mut record).unwrap_or(false) {
        rows.push(First { headings: record.texts(), is_blank: record.is_blank() });
    }
    rows
}

/// `sep=;`: the first line that Excel writes for itself. The sign, and what follows.
pub(super) fn said_by_excel(text: &str) -> Option<(char, &str)> {
    let rest = text.strip_prefix("sep=")?;
    let mut signs = rest.chars();
    let sign = signs.next().filter(char::is_ascii)?;
    let rest = signs.as_str();
    let rest = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n'))?;
    Some((sign, rest))
}
