//! Collations by name: their code page, their five bytes on the wire, and how two texts compare.
//!
//! All of them ignore trailing blanks, as SQL Server does, the binary ones too. The linguistic ones are an approximation:
//! signs before digits before letters, then accents, then case; contractions (`ß` = `ss`) are not there. Collations before
//! version 100 give characters beyond U+FFFF no weight at all, so `N'😀' = N''` holds there, as on SQL Server.

use std::cmp::Ordering;
use std::sync::LazyLock;

use encoding_rs::Encoding;
use unicode_normalization::char::{decompose_canonical, is_combining_mark};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Collation(u8);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    IgnoresCase,
    IgnoresCaseAndAccent,
    SeesCase,
    Binary,
}

struct Entry {
    name: String,
    encoding: &'static Encoding,
    locale: u32,
    sort: u8,
    version: u8,
    is_utf8: bool,
    style: Style,
}

struct Family {
    name: &'static str,
    encoding: &'static Encoding,
    locale: u32,
}

/// Each with the versions "" and `_100`; the name of the first is followed by its styles.
const FAMILIES: [Family; 6] = [
    Family { name: "Latin1_General", encoding: encoding_rs::WINDOWS_1252, locale: 0x0409 },
    Family { name: "Cyrillic_General", encoding: encoding_rs::WINDOWS_1251, locale: 0x0419 },
    Family { name: "Ukrainian", encoding: encoding_rs::WINDOWS_1251, locale: 0x0422 },
    Family { name: "Polish", encoding: encoding_rs::WINDOWS_1250, locale: 0x0415 },
    Family { name: "Greek", encoding: encoding_rs::WINDOWS_1253, locale: 0x0408 },
    Family { name: "Chinese_PRC", encoding: encoding_rs::GBK, locale: 0x0804 },
];

const STYLES: [(&str, Style); 4] = [
    ("CI_AS", Style::IgnoresCase),
    ("CI_AI", Style::IgnoresCaseAndAccent),
    ("CS_AS", Style::SeesCase),
    ("BIN2", Style::Binary),
];

static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let mut entries = Vec::new();
    for (suffix, style, sort) in [("CI_AS", Style::IgnoresCase, 52), ("CS_AS", Style::SeesCase, 51)] {
        let name = format!("SQL_Latin1_General_CP1_{suffix}");
        entries.push(Entry {
            name,
            encoding: encoding_rs::WINDOWS_1252,
            locale: 0x0409,
            sort,
            version: 0,
            is_utf8: false,
            style,
        });
    }
    for family in &FAMILIES {
        for (version, version_name) in [(0, ""), (2, "_100")] {
            for (style_name, style) in STYLES {
                let tails: &[&str] = match (version, style) {
                    (0, _) => &[""],
                    (_, Style::Binary) => &["", "_UTF8"],
                    _ => &["", "_SC", "_SC_UTF8"],
                };
                for tail in tails {
                    entries.push(Entry {
                        name: format!("{}{version_name}_{style_name}{tail}", family.name),
                        encoding: family.encoding,
                        locale: family.locale,
                        sort: 0,
                        version,
                        is_utf8: tail.ends_with("UTF8"),
                        style,
                    });
                }
            }
        }
    }
    entries
});

impl Collation {
    /// `SQL_Latin1_General_CP1_CI_AS`, what an installation in the United States starts with.
    pub(crate) const DEFAULT: Collation = Collation(0);

    pub(crate) fn named(name: &str) -> Option<Collation> {
        let place = ENTRIES.iter().position(|entry| entry.name.eq_ignore_ascii_case(name))?;
        u8::try_from(place).ok().map(Collation)
    }

    pub(crate) fn all() -> impl Iterator<Item = Collation> {
        (0..ENTRIES.len()).filter_map(|place| u8::try_from(place).ok().map(Collation))
    }

    pub(crate) fn id(self) -> u8 {
        self.0
    }

    pub(crate) fn from_id(id: u8) -> Collation {
        if usize::from(id) < ENTRIES.len() { Collation(id) } else { Collation::DEFAULT }
    }

    fn entry(self) -> &'static Entry {
        &ENTRIES[usize::from(self.0)]
    }

    pub(crate) fn name(self) -> &'static str {
        &self.entry().name
    }

    pub(crate) fn encoding(self) -> &'static Encoding {
        if self.entry().is_utf8 { encoding_rs::UTF_8 } else { self.entry().encoding }
    }

    pub(crate) fn sqlite_name(self, is_unicode: bool) -> String {
        format!("{}{}", self.name(), if is_unicode { "|n" } else { "|v" })
    }

    pub(crate) fn wire(self) -> [u8; 5] {
        let entry = self.entry();
        let flags: u32 = match entry.style {
            Style::IgnoresCase => 0x0d,
            Style::IgnoresCaseAndAccent => 0x0f,
            Style::SeesCase => 0x0c,
            Style::Binary => 0x20,
        } | if entry.is_utf8 { 0x40 } else { 0 };
        let bits = entry.locale | flags << 20 | u32::from(entry.version) << 28;
        let [a, b, c, d] = bits.to_le_bytes();
        [a, b, c, d, entry.sort]
    }

    /// The collation whose five bytes these are, or one with the same code page.
    pub(crate) fn from_wire(bytes: [u8; 5]) -> Option<Collation> {
        let exact = Collation::all().find(|collation| collation.wire() == bytes);
        exact.or_else(|| {
            let locale = u32::from_le_bytes([bytes[0], bytes[1], bytes[2] & 0x0f, 0]);
            Collation::all().find(|collation| collation.entry().locale == locale)
        })
    }

    pub(crate) fn compare(self, is_unicode: bool, left: &str, right: &str) -> Ordering {
        let entry = self.entry();
        match entry.style {
            Style::Binary if is_unicode => padded(left.encode_utf16(), right.encode_utf16(), 0x20),
            Style::Binary => {
                let (left, right) = (self.encode(left), self.encode(right));
                padded(left.iter().copied(), right.iter().copied(), 0x20)
            }
            Style::IgnoresCase | Style::IgnoresCaseAndAccent | Style::SeesCase
                if left.is_ascii() && right.is_ascii() =>
            {
                compare_ascii(left, right, entry.style == Style::SeesCase)
            }
            Style::IgnoresCase | Style::IgnoresCaseAndAccent | Style::SeesCase => {
                let (left, right) = (Weights::of(entry, left), Weights::of(entry, right));
                let by_letter = left.letters.cmp(&right.letters);
                let sees_accents = entry.style != Style::IgnoresCaseAndAccent;
                let by_accent = if sees_accents { left.accents.cmp(&right.accents) } else { Ordering::Equal };
                let by_case =
                    if entry.style == Style::SeesCase { left.cases.cmp(&right.cases) } else { Ordering::Equal };
                by_letter.then(by_accent).then(by_case)
            }
        }
    }

    /// Bytes in the code page; a character that it lacks becomes a question mark.
    pub(crate) fn encode(self, text: &str) -> Vec<u8> {
        let encoding = self.encoding();
        if encoding == encoding_rs::UTF_8 || text.is_ascii() {
            return text.as_bytes().to_vec();
        }
        let mut bytes = Vec::with_capacity(text.len());
        for character in text.chars() {
            let mut buffer = [0; 4];
            let (encoded, _, has_no_mapping) = encoding.encode(character.encode_utf8(&mut buffer));
            if has_no_mapping {
                bytes.push(b'?');
                // Two UTF-16 units are two characters to a code page.
                if character.len_utf16() == 2 {
                    bytes.push(b'?');
                }
            } else {
                bytes.extend_from_slice(&encoded);
            }
        }
        bytes
    }

    pub(crate) fn decode(self, bytes: &[u8]) -> String {
        self.encoding().decode_without_bom_handling(bytes).0.into_owned()
    }
}

/// What [`Weights`] says of texts without other letters, which are most, and without their cost.
fn compare_ascii(left: &str, right: &str, sees_case: bool) -> Ordering {
    let weight = |byte: u8| {
        let class = if byte.is_ascii_alphabetic() {
            2_u8
        } else if byte.is_ascii_digit() {
            1
        } else {
            0
        };
        (class, byte.to_ascii_lowercase())
    };
    let (left, right) = (left.trim_end_matches(' ').as_bytes(), right.trim_end_matches(' ').as_bytes());
    for (one, other) in left.iter().zip(right) {
        if one != other {
            let ordering = weight(*one).cmp(&weight(*other));
            if ordering != Ordering::Equal {
                return ordering;
            }
        }
    }
    let by_case = || {
        let case = |text: &[u8]| text.iter().map(u8::is_ascii_uppercase).collect::<Vec<_>>();
        if sees_case { case(left).cmp(&case(right)) } else { Ordering::Equal }
    };
    left.len().cmp(&right.len()).then_with(by_case)
}

/// Compares as if the shorter were filled up with blanks.
fn padded<T: Ord + Copy>(left: impl Iterator<Item = T>, right: impl Iterator<Item = T>, blank: T) -> Ordering {
    let (mut left, mut right) = (left, right);
    loop {
        let ordering = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (Some(left), Some(right)) => left.cmp(&right),
            (Some(left), None) => left.cmp(&blank),
            (None, Some(right)) => blank.cmp(&right),
        };
        if ordering != Ordering::Equal {
            return ordering;
        }
    }
}

#[derive(Default)]
struct Weights {
    letters: Vec<(u8, char)>,
    accents: Vec<Vec<char>>,
    cases: Vec<bool>,
}

impl Weights {
    fn of(entry: &Entry, text: &str) -> Weights {
        let mut weights = Weights::default();
        for character in text.trim_end_matches(' ').chars() {
            if entry.version == 0 && character.len_utf16() == 2 {
                continue;
            }
            let is_upper = character.is_uppercase();
            let lower = character.to_lowercase().next().unwrap_or(character);
            // Short i is a letter of its own.
            if lower == 'й' {
                weights.push(lower, is_upper);
                continue;
            }
            decompose_canonical(lower, |part| {
                if is_combining_mark(part) {
                    match weights.accents.last_mut() {
                        Some(accents) => accents.push(part),
                        None => weights.accents.push(vec![part]),
                    }
                } else {
                    weights.push(part, is_upper);
                }
            });
        }
        weights
    }

    fn push(&mut self, letter: char, is_upper: bool) {
        let class = if letter.is_alphabetic() {
            2
        } else if letter.is_numeric() {
            1
        } else {
            0
        };
        self.letters.push((class, letter));
        self.accents.push(Vec::new());
        self.cases.push(is_upper);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compare(name: &str, left: &str, right: &str) -> Ordering {
        Collation::named(name).unwrap().compare(true, left, right)
    }

    #[test]
    fn the_default_ignores_case_and_trailing_blanks() {
        assert_eq!(compare("SQL_Latin1_General_CP1_CI_AS", "Straw ", "sTRAW"), Ordering::Equal);
        assert_eq!(compare("SQL_Latin1_General_CP1_CI_AS", " a", "a"), Ordering::Less);
        assert_eq!(compare("SQL_Latin1_General_CP1_CI_AS", "é", "e"), Ordering::Greater);
        assert_eq!(compare("Latin1_General_CI_AI", "é", "E"), Ordering::Equal);
        assert_eq!(compare("Cyrillic_General_CI_AS", "ЁЛКА", "ёлка"), Ordering::Equal);
        assert_ne!(compare("Cyrillic_General_CI_AI", "и", "й"), Ordering::Equal);
    }

    #[test]
    fn the_short_way_for_ascii_says_what_the_long_one_says() {
        let texts = ["", " ", "a", "A", "a b", "a-b", "aB", "Ab", "1", "10", "9", "~", "a1", "b", "b  "];
        for style in ["CI_AS", "CS_AS"] {
            let collation = Collation::named(&format!("Latin1_General_100_{style}")).unwrap();
            for left in texts {
                for right in texts {
                    let (long_left, long_right) =
                        (Weights::of(collation.entry(), left), Weights::of(collation.entry(), right));
                    let by_letter = long_left.letters.cmp(&long_right.letters);
                    let by_case =
                        if style == "CS_AS" { long_left.cases.cmp(&long_right.cases) } else { Ordering::Equal };
                    assert_eq!(
                        collation.compare(true, left, right),
                        by_letter.then(by_case),
                        "{left:?} {right:?} {style}"
                    );
                }
            }
        }
    }

    #[test]
    fn binary_collations_see_all_but_trailing_blanks() {
        assert_eq!(compare("Latin1_General_100_BIN2", "a", "a  "), Ordering::Equal);
        assert_eq!(compare("Latin1_General_100_BIN2", "a", "A"), Ordering::Greater);
        // A tab is less than the blank that the shorter is filled up with.
        assert_eq!(compare("Latin1_General_100_BIN2", "a\t", "a"), Ordering::Less);
        // By UTF-16 units, not by code points.
        assert_eq!(compare("Latin1_General_100_BIN2", "\u{ffff}", "😀"), Ordering::Greater);
    }

    #[test]
    fn old_collations_give_no_weight_beyond_the_basic_plane() {
        assert_eq!(compare("SQL_Latin1_General_CP1_CI_AS", "😀", ""), Ordering::Equal);
        assert_ne!(compare("Latin1_General_100_CI_AS", "😀", ""), Ordering::Equal);
    }

    #[test]
    fn the_five_bytes_are_those_that_clients_know() {
        assert_eq!(Collation::DEFAULT.wire(), [0x09, 0x04, 0xd0, 0x00, 0x34]);
    }

    #[test]
    fn code_pages_have_a_question_mark_for_what_they_lack() {
        let cyrillic = Collation::named("Cyrillic_General_CI_AS").unwrap();
        assert_eq!(cyrillic.encode("Ёж"), [0xa8, 0xe6]);
        assert_eq!(Collation::DEFAULT.encode("aЁ€"), [b'a', b'?', 0x80]);
    }
}
