//! Texts: escapes, holes, and the dedenting of `"""`.

use pest::iterators::Pair;

use super::build::Builder;
use super::errors;
use super::grammar::{Parts, Rule};
use crate::ast::{Pattern, PlainText, Text, TextPart};

impl Builder<'_> {
    pub(super) fn text(&mut self, pair: Pair<'_, Rule>) -> Option<Text> {
        let range = self.range(&pair);
        let inner = pair.into_inner().next()?;
        let long = inner.as_rule() == Rule::long_text;
        let mut raw: Vec<Result<String, Pair<'_, Rule>>> = Vec::new();
        for part in inner.into_inner() {
            raw.push(if part.as_rule() == Rule::hole { Err(part) } else { Ok(self.raw_words(&part)) });
        }
        if long {
            dedent(&mut raw);
        }
        let mut parts = Vec::new();
        for part in raw {
            match part {
                Ok(words) if words.is_empty() => {}
                Ok(words) => parts.push(TextPart::Words(unescape(&words))),
                Err(hole) => {
                    let mut inner = Parts::of(hole);
                    inner.has(Rule::open_hole);
                    parts.push(TextPart::Hole(self.expr(inner.take(Rule::expr)?)?));
                }
            }
        }
        Some(Text { parts, range })
    }

    /// As written; escapes that mean nothing are reported.
    fn raw_words(&mut self, pair: &Pair<'_, Rule>) -> String {
        let words = pair.as_str();
        let mut chars = words.char_indices();
        while let Some((at, c)) = chars.next() {
            if c == '\\'
                && let Some((_, escaped)) = chars.next()
                && !matches!(escaped, '"' | '\\' | 'n' | 't' | '{')
            {
                let start = pair.as_span().start() as u32 + self.shift + at as u32;
                let range = wr_base::span::TextRange::new(start, start + 1 + escaped.len_utf8() as u32);
                self.report(errors::unknown_escape(self.span(range), escaped));
            }
        }
        words.to_owned()
    }

    /// A text in which nothing can be filled in.
    pub(super) fn plain_text(&mut self, pair: Pair<'_, Rule>) -> Option<PlainText> {
        let text = self.text(pair)?;
        let mut plain = String::new();
        for part in &text.parts {
            match part {
                TextPart::Words(words) => plain.push_str(words),
                TextPart::Hole(hole) => self.report(errors::hole_not_here(self.span(hole.range))),
            }
        }
        Some(PlainText { text: plain, range: text.range })
    }

    pub(super) fn pattern(&self, pair: &Pair<'_, Rule>) -> Option<Pattern> {
        let source = pair.as_str().strip_prefix('/')?.strip_suffix('/')?;
        Some(Pattern { source: source.replace("\\/", "/"), range: self.range(pair) })
    }
}

fn unescape(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    let mut chars = words.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
            '{' => {
                chars.next_if_eq(&'{');
                out.push('{');
            }
            '\r' if chars.peek() == Some(&'\n') => {}
            _ => out.push(c),
        }
    }
    out
}

/// Takes away what the indentation of the script put in: the line break after the opening `"""`, the blanks that all
/// lines begin with, and the last line when it holds nothing but the closing `"""`.
fn dedent<H>(parts: &mut [Result<String, H>]) {
    let mut indents: Vec<usize> = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let Ok(words) = part else { continue };
        let followed = at + 1 < parts.len();
        let lines: Vec<&str> = words.split('\n').collect();
        for (line_at, line) in lines.iter().enumerate().skip(1) {
            let blank = line.trim().is_empty();
            if !blank || (followed && line_at + 1 == lines.len()) {
                indents.push(line.len() - line.trim_start().len());
            }
        }
    }
    let indent = indents.into_iter().min().unwrap_or(0);
    let last = parts.len().saturating_sub(1);
    for (at, part) in parts.iter_mut().enumerate() {
        let Ok(words) = part else { continue };
        let mut lines: Vec<String> = Vec::new();
        for (line_at, line) in words.split('\n').enumerate() {
            let cut = if line_at == 0 { 0 } else { indent.min(line.len() - line.trim_start().len()) };
            lines.push(line.get(cut..).unwrap_or_default().to_owned());
        }
        if at == last && lines.len() > 1 && lines.last().is_some_and(|line| line.trim().is_empty()) {
            lines.pop();
        }
        if at == 0 && lines.len() > 1 && lines.first().is_some_and(|line| line.trim().is_empty()) {
            lines.remove(0);
        }
        *words = lines.join("\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_loses_the_indentation_of_the_script() {
        let mut parts: Vec<Result<String, ()>> =
            vec![Ok("\n    one\n      two ".into()), Err(()), Ok(" three\n\n    four\n  ".into())];
        dedent(&mut parts);
        assert_eq!(parts, [Ok("one\n  two ".into()), Err(()), Ok(" three\n\nfour".into())]);
    }
}
