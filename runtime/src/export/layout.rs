//! How the fields of a CSV are laid out: what stands between them, around them, for a null, and in which bytes.

use std::borrow::Cow;
use std::io::{self, Write};

use wr_plan::declaration::{Encoding, ExportOptions, Format, LineEnd};

/// All that `with` says, with what the format says where it says nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) delimiter: char,
    has_bom: bool,
    encoding: Encoding,
    quotes_all: bool,
    null: String,
    pub(super) has_header: bool,
    pub(super) decimal: char,
    line_end: &'static [u8],
}

impl Layout {
    /// `locale_has_comma`: numbers are written `1,5` where people read the file.
    pub(super) fn of(format: Format, with: &ExportOptions, locale_has_comma: bool) -> Self {
        let for_people = format == Format::CsvForExcel;
        let encoding = with.encoding.unwrap_or(Encoding::Utf8);
        let has_mark = encoding == Encoding::Utf16 || for_people && encoding == Encoding::Utf8;
        let decimal = with.decimal.unwrap_or(if for_people && locale_has_comma { ',' } else { '.' });
        Self {
            delimiter: with.delimiter.unwrap_or(if for_people && locale_has_comma { ';' } else { ',' }),
            has_bom: with.bom.unwrap_or(has_mark),
            encoding,
            quotes_all: with.quotes_all.unwrap_or(false),
            null: with.null.clone().unwrap_or_default(),
            has_header: with.header.unwrap_or(true),
            decimal,
            line_end: if with.line_end == Some(LineEnd::Lf) { b"\n" } else { b"\r\n" },
        }
    }

    /// What the file begins with.
    pub(super) fn begin(&self, out: &mut (dyn Write + Send)) -> io::Result<()> {
        if self.has_bom { self.put(out, "\u{feff}".as_bytes()) } else { Ok(()) }
    }

    /// Writes whole lines, which are UTF-8, in the encoding of the file.
    pub(super) fn put(&self, out: &mut (dyn Write + Send), lines: &[u8]) -> io::Result<()> {
        if self.encoding == Encoding::Utf8 {
            return out.write_all(lines);
        }
        let text = String::from_utf8_lossy(lines);
        if self.encoding == Encoding::Utf16 {
            let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            return out.write_all(&bytes);
        }
        match self.encoded(&text) {
            Some(bytes) => out.write_all(&bytes),
            // Looked for before anything was written.
            None => Err(io::Error::other("a sign that the encoding does not have")),
        }
    }

    /// Whether the encoding has every sign of a text.
    pub(super) fn holds(&self, text: &str) -> bool {
        text.is_ascii() || matches!(self.encoding, Encoding::Utf8 | Encoding::Utf16) || self.encoded(text).is_some()
    }

    pub(super) const fn encoding(&self) -> Encoding {
        self.encoding
    }

    fn encoded<'a>(&self, text: &'a str) -> Option<Cow<'a, [u8]>> {
        let encoding = match self.encoding {
            Encoding::Utf8 | Encoding::Utf16 => return None,
            Encoding::Windows1251 => encoding_rs::WINDOWS_1251,
            Encoding::Windows1252 => encoding_rs::WINDOWS_1252,
            Encoding::Koi8R => encoding_rs::KOI8_R,
            Encoding::Ibm866 => encoding_rs::IBM866,
        };
        let (bytes, _, has_others) = encoding.encode(text);
        (!has_others).then_some(bytes)
    }

    pub(super) fn between(&self, line: &mut Vec<u8>) {
        let mut bytes = [0; 4];
        line.extend_from_slice(self.delimiter.encode_utf8(&mut bytes).as_bytes());
    }

    pub(super) fn end(&self, line: &mut Vec<u8>) {
        line.extend_from_slice(self.line_end);
    }

    /// Never in quotes: what stands in quotes is a text.
    pub(super) fn null(&self, line: &mut Vec<u8>) {
        line.extend_from_slice(self.null.as_bytes());
    }

    /// A text: in quotes where it must be, also where it could be taken for a null.
    pub(super) fn text(&self, text: &str, line: &mut Vec<u8>) {
        let must = |sign: char| sign == self.delimiter || matches!(sign, '"' | '\r' | '\n');
        if !self.quotes_all && !text.is_empty() && text != self.null && !text.contains(must) {
            line.extend_from_slice(text.as_bytes());
            return;
        }
        line.push(b'"');
        for (at, part) in text.split('"').enumerate() {
            if at > 0 {
                line.extend_from_slice(b"\"\"");
            }
            line.extend_from_slice(part.as_bytes());
        }
        line.push(b'"');
    }

    /// A number or a date: with its decimal sign, and in quotes where all fields are or where the sign is the delimiter.
    pub(super) fn value(&self, start: usize, is_number: bool, line: &mut Vec<u8>) {
        let Some(field) = line.get_mut(start..) else { return };
        if is_number && self.decimal != '.' {
            field.iter_mut().filter(|byte| **byte == b'.').for_each(|byte| *byte = self.decimal as u8);
        }
        let has_delimiter = u8::try_from(self.delimiter).is_ok_and(|sign| field.contains(&sign));
        if self.quotes_all || has_delimiter || field == self.null.as_bytes() {
            line.insert(start, b'"');
            line.push(b'"');
        }
    }
}
