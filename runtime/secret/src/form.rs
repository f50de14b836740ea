//! A text as a server may echo it: percent signs decoded, once or twice, each byte with the place that it came from.
//!
//! Decoding finds a secret however it was encoded (which signs, small or capital digits); a list of encoded spellings would
//! miss some.

use std::ops::Range;

use zeroize::Zeroizing;

/// Bytes to search in, and for each of them where it stands in the text.
pub(crate) struct Form {
    pub(crate) bytes: Zeroizing<Vec<u8>>,
    origins: Vec<Range<usize>>,
}

/// A space of a web form is a plus sign; elsewhere a plus sign is one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plus {
    IsPlus,
    IsSpace,
}

impl Form {
    /// The text as it is.
    pub(crate) fn plain(text: &str) -> Form {
        let bytes = Zeroizing::new(text.as_bytes().to_vec());
        let origins = (0..bytes.len()).map(|at| at..at + 1).collect();
        Form { bytes, origins }
    }

    /// The form with percent signs decoded; `None` where nothing changes.
    pub(crate) fn decoded(&self, plus: Plus) -> Option<Form> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(self.bytes.len()));
        let mut origins = Vec::with_capacity(self.bytes.len());
        let mut changed = false;
        let mut at = 0;
        while let Some(&byte) = self.bytes.get(at) {
            let escaped = (byte == b'%').then(|| self.digits(at + 1)).flatten();
            let (byte, length) = match escaped {
                Some(escaped) => (escaped, 3),
                None if byte == b'+' && plus == Plus::IsSpace => (b' ', 1),
                None => (byte, 1),
            };
            changed |= length == 3 || self.bytes.get(at) != Some(&byte);
            bytes.push(byte);
            origins.push(self.origin(at..at + length));
            at += length;
        }
        changed.then_some(Form { bytes, origins })
    }

    fn digits(&self, at: usize) -> Option<u8> {
        let digit = |at: usize| self.bytes.get(at).and_then(|digit| char::from(*digit).to_digit(16));
        u8::try_from(digit(at)? * 16 + digit(at + 1)?).ok()
    }

    /// Where a piece of the form stands in the text.
    pub(crate) fn origin(&self, piece: Range<usize>) -> Range<usize> {
        let origins = self.origins.get(piece).unwrap_or_default();
        match (origins.first(), origins.last()) {
            (Some(first), Some(last)) => first.start..last.end,
            _ => 0..0,
        }
    }
}
