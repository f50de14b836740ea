//! Patterns, matched the plain way: each way is tried in the order in which the pattern names them, from each place in the
//! text, and left again where it does not lead on. It takes for ever on some patterns, which nobody asks here.

use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};
use wr_base::diag::Code;
use wr_base::value::Value;
use wr_plan::functions::FnId;

/// Where the whole match and each group begin and end, in bytes.
type Groups = Vec<Option<(usize, usize)>>;

/// What is tried behind a part of the pattern.
type Rest<'a> = &'a mut dyn FnMut(usize, &mut Groups) -> bool;

pub(crate) fn call(function: FnId, arguments: &[Value]) -> Result<Value, Code> {
    let (Some(Value::Text(text)), Some(Value::Text(pattern))) = (arguments.first(), arguments.get(1)) else {
        return Err(Code::Internal);
    };
    let hir = regex_syntax::parse(pattern).map_err(|_| Code::Internal)?;
    let search = Search { text, groups: hir.properties().explicit_captures_len() };
    match (function, arguments.get(2)) {
        (FnId::Matches, None) => Ok(Value::Bool(search.is_whole(&hir))),
        (FnId::ContainsPattern, None) => Ok(Value::Bool(search.find(&hir, 0).is_some())),
        (FnId::Extract, None) => Ok(search.group(&hir, search.groups)),
        (FnId::Extract, Some(Value::Int(group))) => {
            Ok(search.group(&hir, usize::try_from(*group).map_err(|_| Code::Internal)?))
        }
        (FnId::ReplacePattern, Some(Value::Text(new))) => Ok(Value::Text(search.replace(&hir, new))),
        _ => Err(Code::Internal),
    }
}

struct Search<'a> {
    text: &'a str,
    groups: usize,
}

impl Search<'_> {
    fn is_whole(&self, hir: &Hir) -> bool {
        let mut groups = vec![None; self.groups + 1];
        self.run(hir, 0, &mut groups, &mut |end, _| end == self.text.len())
    }

    /// The first match that does not begin before a place.
    fn find(&self, hir: &Hir, from: usize) -> Option<Groups> {
        (from..=self.text.len()).filter(|at| self.text.is_char_boundary(*at)).find_map(|at| {
            let mut groups = vec![None; self.groups + 1];
            let mut end = None;
            let is_found = self.run(hir, at, &mut groups, &mut |to, _| {
                end = Some(to);
                true
            });
            groups[0] = end.map(|end| (at, end));
            is_found.then_some(groups)
        })
    }

    fn group(&self, hir: &Hir, group: usize) -> Value {
        let found = self.find(hir, 0).and_then(|groups| *groups.get(group)?);
        found.map_or(Value::Null, |(from, to)| Value::text(&self.text[from..to]))
    }

    /// A match of nothing right behind another match does not count.
    fn replace(&self, hir: &Hir, new: &str) -> String {
        let (mut result, mut copied, mut from, mut last) = (String::new(), 0, 0, None);
        while let Some((start, end)) = self.find(hir, from).and_then(|groups| groups[0]) {
            let is_empty = start == end;
            if !(is_empty && last == Some(start)) {
                result += &self.text[copied..start];
                result += new;
                copied = end;
                last = Some(end);
            }
            from = end + if is_empty { self.text[end..].chars().next().map_or(1, char::len_utf8) } else { 0 };
            if from > self.text.len() {
                break;
            }
        }
        result + &self.text[copied..]
    }

    /// Whether a part of the pattern holds from here on, and the rest behind it.
    fn run(&self, hir: &Hir, at: usize, groups: &mut Groups, rest: Rest<'_>) -> bool {
        let letter = self.text[at..].chars().next();
        match hir.kind() {
            HirKind::Empty => rest(at, groups),
            HirKind::Literal(literal) => {
                self.text.as_bytes()[at..].starts_with(&literal.0) && rest(at + literal.0.len(), groups)
            }
            HirKind::Class(class) => {
                letter.is_some_and(|letter| holds(class, letter) && rest(at + letter.len_utf8(), groups))
            }
            HirKind::Look(look) => self.looks(*look, at) && rest(at, groups),
            HirKind::Repetition(repetition) => self.repeat(repetition, 0, at, groups, rest),
            HirKind::Capture(capture) => self.run(&capture.sub, at, groups, &mut |end, groups| {
                let before = groups[capture.index as usize].replace((at, end));
                let leads_on = rest(end, groups);
                if !leads_on {
                    groups[capture.index as usize] = before;
                }
                leads_on
            }),
            HirKind::Concat(parts) => self.each(parts, at, groups, rest),
            HirKind::Alternation(ways) => ways.iter().any(|way| self.run(way, at, groups, rest)),
        }
    }

    fn each(&self, parts: &[Hir], at: usize, groups: &mut Groups, rest: Rest<'_>) -> bool {
        match parts {
            [] => rest(at, groups),
            [first, others @ ..] => {
                self.run(first, at, groups, &mut |end, groups| self.each(others, end, groups, &mut *rest))
            }
        }
    }

    fn repeat(&self, of: &Repetition, count: u32, at: usize, groups: &mut Groups, rest: Rest<'_>) -> bool {
        let is_enough = count >= of.min;
        if !of.greedy && is_enough && rest(at, groups) {
            return true;
        }
        let has_room = of.max.is_none_or(|max| count < max);
        // Once more, unless that would be nothing again and again.
        let once_more = has_room
            && self.run(&of.sub, at, groups, &mut |end, groups| {
                !(is_enough && end == at) && self.repeat(of, count + 1, end, groups, &mut *rest)
            });
        once_more || of.greedy && is_enough && rest(at, groups)
    }

    fn looks(&self, look: Look, at: usize) -> bool {
        let (before, behind) = (self.text[..at].chars().next_back(), self.text[at..].chars().next());
        let is_word = |letter: Option<char>| letter.is_some_and(regex_syntax::is_word_character);
        let is_ascii_word = |letter: Option<char>| letter.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
        match look {
            Look::Start => before.is_none(),
            Look::End => behind.is_none(),
            Look::StartLF => before.is_none_or(|letter| letter == '\n'),
            Look::EndLF => behind.is_none_or(|letter| letter == '\n'),
            Look::WordUnicode => is_word(before) != is_word(behind),
            Look::WordUnicodeNegate => is_word(before) == is_word(behind),
            Look::WordAscii => is_ascii_word(before) != is_ascii_word(behind),
            Look::WordAsciiNegate => is_ascii_word(before) == is_ascii_word(behind),
            // Nobody asks for these here; a pattern with them differs from the engine, and so is seen.
            Look::StartCRLF
            | Look::EndCRLF
            | Look::WordStartAscii
            | Look::WordEndAscii
            | Look::WordStartUnicode
            | Look::WordEndUnicode
            | Look::WordStartHalfAscii
            | Look::WordEndHalfAscii
            | Look::WordStartHalfUnicode
            | Look::WordEndHalfUnicode => false,
        }
    }
}

fn holds(class: &Class, letter: char) -> bool {
    match class {
        Class::Unicode(class) => class.iter().any(|range| range.start() <= letter && letter <= range.end()),
        Class::Bytes(class) => u8::try_from(letter)
            .is_ok_and(|byte| class.iter().any(|range| range.start() <= byte && byte <= range.end())),
    }
}
