//! Words of a server to the same words with `***` where a secret stood.
//!
//! A server may send back what it was sent: the secret itself, an `Authorization` header, a part of an address, a quoted
//! text in JSON. Each spelling is found. Redact before cutting a text short: half a secret is not recognised.

use std::fmt;
use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use memchr::memmem;
use zeroize::Zeroizing;

use crate::form::{Form, Plus};
use crate::{MASK, Secret};

/// A proxy may encode what was encoded already.
const TIMES_ENCODED: usize = 2;

/// Fewer letters of base64 stand in any word.
const SHORTEST_BASE64: usize = 4;

/// Knows secrets, and takes them out of texts.
#[derive(Clone, Default)]
pub struct Redactor {
    spellings: Vec<Zeroizing<Vec<u8>>>,
    base64: Vec<Zeroizing<Vec<u8>>>,
}

impl Redactor {
    /// Knows these secrets. Empty ones are nothing to hide.
    #[must_use]
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Redactor {
        let mut redactor = Redactor::default();
        for secret in secrets {
            redactor.add(secret);
        }
        redactor
    }

    /// Learns one more.
    pub fn add(&mut self, secret: &Secret) {
        if secret.is_empty() {
            return;
        }
        let plain = secret.expose();
        let mut spellings = vec![Zeroizing::new(plain.to_owned())];
        for spelling in [quoted(plain), escaped_in_html(plain)] {
            if !spellings.contains(&spelling) {
                spellings.push(spelling);
            }
        }
        self.spellings.extend(spellings.iter().map(|spelling| Zeroizing::new(spelling.as_bytes().to_vec())));
        for before in 0..3 {
            self.base64.extend(inside_base64(plain.as_bytes(), before));
        }
    }

    /// The text without any known secret.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        let mut ranges = Vec::new();
        let plain = Form::plain(text);
        self.find(&plain, text, &mut ranges);
        for plus in [Plus::IsPlus, Plus::IsSpace] {
            let mut form = plain.decoded(plus);
            for _ in 0..TIMES_ENCODED {
                let Some(decoded) = form else { break };
                self.find(&decoded, text, &mut ranges);
                form = decoded.decoded(plus);
            }
        }
        masked(text, ranges)
    }

    /// Where secrets stand in one form of the text, as places in the text.
    fn find(&self, form: &Form, text: &str, ranges: &mut Vec<Range<usize>>) {
        for spelling in &self.spellings {
            for at in every(&form.bytes, spelling) {
                ranges.push(form.origin(at..at + spelling.len()));
            }
        }
        for letters in &self.base64 {
            for at in every(&form.bytes, letters) {
                // The letters at both ends hold bits of the secret and of its neighbours, so the whole word goes.
                let is_end = |byte: &u8| !(byte.is_ascii_alphanumeric() || b"+/-_=".contains(byte));
                let end = at + letters.len();
                let before = form.bytes.get(..at).unwrap_or_default();
                let start = before.iter().rposition(is_end).map_or(0, |end| end + 1);
                let after = form.bytes.get(end..).unwrap_or_default();
                let end = end + after.iter().position(is_end).unwrap_or(after.len());
                ranges.push(form.origin(start..end));
            }
        }
        for range in ranges {
            *range = text.floor_char_boundary(range.start)..text.ceil_char_boundary(range.end);
        }
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Redactor(***)")
    }
}

/// Every place of a needle, those that overlap among them: of `aa` in `aaa` no `a` may stay.
fn every(bytes: &[u8], needle: &[u8]) -> Vec<usize> {
    let finder = memmem::Finder::new(needle);
    let mut places = Vec::new();
    let mut from = 0;
    while let Some(at) = bytes.get(from..).and_then(|rest| finder.find(rest)) {
        places.push(from + at);
        from += at + 1;
    }
    places
}

/// The text with each range masked; ranges that touch become one mask.
fn masked(text: &str, mut ranges: Vec<Range<usize>>) -> String {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    let mut ranges = ranges.into_iter().filter(|range| !range.is_empty()).peekable();
    while let Some(mut range) = ranges.next() {
        while let Some(next) = ranges.next_if(|next| next.start <= range.end) {
            range.end = range.end.max(next.end);
        }
        out.push_str(text.get(done..range.start).unwrap_or_default());
        out.push_str(MASK);
        done = range.end;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

/// As it stands between quotes in JSON, and in what Rust prints with `{:?}`.
fn quoted(text: &str) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(2 * text.len()));
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            other => out.push(other),
        }
    }
    out
}

/// As it stands in a page: proxies put addresses into theirs.
fn escaped_in_html(text: &str) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(2 * text.len()));
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// The letters of base64 that depend on the secret alone, when so many bytes (modulo three) stand before it: in
/// `Basic base64(user:password)` the password begins anywhere.
fn inside_base64(secret: &[u8], before: usize) -> Vec<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(vec![0; before]);
    bytes.extend_from_slice(secret);
    let first = (before * 8).div_ceil(6);
    let last = bytes.len() * 8 / 6;
    let mut found: Vec<Zeroizing<Vec<u8>>> = Vec::new();
    for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
        let letters = Zeroizing::new(engine.encode(bytes.as_slice()));
        let Some(letters) = letters.as_bytes().get(first..last) else { continue };
        let letters = Zeroizing::new(letters.to_vec());
        if letters.len() >= SHORTEST_BASE64 && !found.contains(&letters) {
            found.push(letters);
        }
    }
    found
}

#[cfg(test)]
mod tests;
