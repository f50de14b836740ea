//! Reads little-endian fields from a whole message. Whatever is missing is an error, never a panic.

use std::fmt;

/// What a client sent that is not TDS. The connection ends with it.
#[derive(Debug)]
pub(crate) struct Malformed(pub(crate) String);

impl fmt::Display for Malformed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "not TDS: {}", self.0)
    }
}

impl std::error::Error for Malformed {}

pub(crate) fn malformed<T>(what: impl fmt::Display) -> Result<T, Malformed> {
    Err(Malformed(what.to_string()))
}

pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { bytes }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.bytes.first().copied()
    }

    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], Malformed> {
        let Some((taken, rest)) = self.bytes.split_at_checked(count) else {
            return malformed(format_args!("{count} bytes expected, {} left", self.bytes.len()));
        };
        self.bytes = rest;
        Ok(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    pub(crate) fn byte(&mut self) -> Result<u8, Malformed> {
        Ok(self.array::<1>()?[0])
    }

    pub(crate) fn u16(&mut self) -> Result<u16, Malformed> {
        Ok(u16::from_le_bytes(self.array()?))
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Malformed> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    pub(crate) fn u64(&mut self) -> Result<u64, Malformed> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    pub(crate) fn utf16(&mut self, units: usize) -> Result<String, Malformed> {
        text_of(self.take(units * 2)?)
    }

    /// A text whose length in characters is one byte.
    pub(crate) fn short_text(&mut self) -> Result<String, Malformed> {
        let units = usize::from(self.byte()?);
        self.utf16(units)
    }

    /// What remains, as UTF-16.
    pub(crate) fn rest_as_text(&mut self) -> Result<String, Malformed> {
        let rest = std::mem::take(&mut self.bytes);
        text_of(rest)
    }
}

pub(crate) fn text_of(bytes: &[u8]) -> Result<String, Malformed> {
    if !bytes.len().is_multiple_of(2) {
        return malformed("a UTF-16 text of an odd number of bytes");
    }
    let units = bytes.chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    char::decode_utf16(units).collect::<Result<String, _>>().map_err(|error| Malformed(error.to_string()))
}
