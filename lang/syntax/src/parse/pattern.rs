//! What other languages write, found among tokens and put as it is written here. Which spellings there are is data:
//! `crate::habits`.
//!
//! A pattern is words and signs with blanks between them. `{x}` takes one operand, `{x:word}` a word, `{x:text}` a text,
//! `{x:number}` a number, `{x..}` everything up to what follows in the pattern; `^` stands where a step begins, `$` where it ends,
//! `!compared` behind anything but a comparison.
//! A template gives the captures back, `«x»`, or `«x|name»` after a change that `changed` knows.

use wr_base::span::TextRange;

use super::scan;
use super::token::{Scan, Token, TokenKind};
use crate::habits::{self, Habit, Reader, Rule};
use crate::keywords;

/// A spelling of another language in a text.
pub(super) struct Found {
    pub(super) range: TextRange,
    pub(super) instead: String,
}

const COMPARISONS: [&str; 8] = ["==", "!=", "<>", "<", ">", "<=", ">=", "in"];

/// More than this are read when the first ones are mended.
const FOUND_LIMIT: usize = 200;

/// All spellings in a text that the grammar cannot read, in order; none within another.
pub(super) fn found(scan: &Scan, text: &str) -> Vec<Found> {
    let matcher = Matcher { scan, text };
    let rules: Vec<(&str, Vec<&str>, &str)> = habits::all()
        .filter_map(|habit| match habit.rule {
            Rule::Rewrite { pattern, template, by: Reader::Grammar } => {
                Some((pattern, pattern.split(' ').collect(), template))
            }
            Rule::Rewrite { by: Reader::Checker, .. } | Rule::Known => None,
        })
        .collect();
    // Two colons convert a value, but where types are declared one of them is too much.
    let declares_types = ["param", "table", "fn"].contains(&matcher.word(0));
    let mut found = Vec::new();
    let mut at = 0;
    while at < scan.tokens.len() && found.len() < FOUND_LIMIT {
        let rules = rules.iter().filter(|(words, _, _)| !(declares_types && words.contains(": :")));
        let first = rules.into_iter().find_map(|(_, pattern, template)| {
            let (end, captures) = matcher.matched(pattern, at)?;
            Some((end, matcher.rendered(template, &captures)?))
        });
        match first {
            Some((end, instead)) if end > at => {
                let range = matcher.range(at, end);
                found.push(Found { range, instead });
                at = end;
            }
            _ => at += 1,
        }
    }
    found
}

/// What a call is here that is a function elsewhere: of the whole text of the call.
#[must_use]
pub fn call_meant(text: &str) -> Option<String> {
    let scan = scan::scan(text);
    let matcher = Matcher { scan: &scan, text };
    let checked = |habit: &'static Habit| match habit.rule {
        Rule::Rewrite { pattern, template, by: Reader::Checker } => Some((pattern, template)),
        Rule::Rewrite { by: Reader::Grammar, .. } | Rule::Known => None,
    };
    habits::all().filter_map(checked).find_map(|(pattern, template)| {
        let pattern: Vec<&str> = pattern.split(' ').collect();
        let (end, captures) = matcher.matched(&pattern, 0)?;
        if end != scan.tokens.len() { None } else { matcher.rendered(template, &captures) }
    })
}

/// Whether a step of another language begins with a token.
pub(super) fn begins_step(words: &str) -> bool {
    habits::all().any(|habit| match habit.rule {
        Rule::Rewrite { pattern, .. } => {
            pattern.strip_prefix("^ ").and_then(|rest| rest.split(' ').next()).is_some_and(|first| {
                first.eq_ignore_ascii_case(words) && !first.starts_with('{') && !keywords::is_step_word(first)
            })
        }
        Rule::Known => false,
    })
}

struct Matcher<'a> {
    scan: &'a Scan,
    text: &'a str,
}

/// The name of a capture and the tokens that it took.
type Captures<'p> = Vec<(&'p str, usize, usize)>;

impl<'a> Matcher<'a> {
    fn token(&self, at: usize) -> Option<&'a Token> {
        self.scan.tokens.get(at)
    }

    fn slice(&self, range: TextRange) -> &'a str {
        self.text.get(range.start as usize..range.end as usize).unwrap_or_default()
    }

    fn word(&self, at: usize) -> &'a str {
        self.token(at).map_or("", |token| self.slice(token.range))
    }

    fn range(&self, from: usize, end: usize) -> TextRange {
        match (self.token(from), end.checked_sub(1).and_then(|last| self.token(last))) {
            (Some(first), Some(last)) => first.range.cover(last.range),
            _ => TextRange::default(),
        }
    }

    /// The end of a match that begins at a token.
    fn matched<'p>(&self, pattern: &[&'p str], at: usize) -> Option<(usize, Captures<'p>)> {
        let mut captures = Vec::new();
        let end = self.rest(pattern, at, &mut captures)?;
        captures.reverse();
        Some((end, captures))
    }

    /// Captures are pushed from the last to the first.
    fn rest<'p>(&self, pattern: &[&'p str], at: usize, captures: &mut Captures<'p>) -> Option<usize> {
        let Some((first, rest)) = pattern.split_first() else { return Some(at) };
        if *first == "^" {
            return self.begins_step(at).then(|| self.rest(rest, at, captures))?;
        }
        if *first == "!compared" {
            let compared = at.checked_sub(1).is_some_and(|before| COMPARISONS.contains(&self.word(before)));
            return (!compared).then(|| self.rest(rest, at, captures))?;
        }
        if *first == "$" {
            let ends = at == self.scan.tokens.len() || self.begins_step(at) || matches!(self.word(at), "%" | "|");
            return ends.then(|| self.rest(rest, at, captures))?;
        }
        let Some(name) = first.strip_prefix('{').and_then(|name| name.strip_suffix('}')) else {
            return self.is_literal(first, at).then(|| self.rest(rest, at + 1, captures))?;
        };
        if let Some(name) = name.strip_suffix("..") {
            return self.span(name, rest, at, captures);
        }
        let (name, kind) = name.split_once(':').unwrap_or((name, ""));
        // A dotted name can be a column of a table, or a column and what is done to it.
        let ends = match kind {
            "word" => [self.is_kind(at, &[TokenKind::Word]).then_some(at + 1), None],
            "text" => [self.is_kind(at, &[TokenKind::Text, TokenKind::SingleQuoted]).then_some(at + 1), None],
            "number" => [self.is_kind(at, &[TokenKind::Number]).then_some(at + 1), None],
            _ => self.operand_ends(at),
        };
        ends.into_iter().flatten().find_map(|end| {
            let found = self.rest(rest, end, captures)?;
            captures.push((name, at, end));
            Some(found)
        })
    }

    /// Everything up to what follows in the pattern, at the depth of the first token; at least one token.
    fn span<'p>(&self, name: &'p str, rest: &[&'p str], at: usize, captures: &mut Captures<'p>) -> Option<usize> {
        let depth = self.token(at)?.depth;
        let mut end = at;
        while let Some(token) = self.token(end) {
            let closes = token.kind == TokenKind::Close && token.depth < depth
                || token.kind == TokenKind::Close && token.depth == depth && end == at;
            let is_block = token.depth == depth && self.word(end) == "{";
            if closes || is_block || (end > at && token.depth == depth && self.is_next_step(end)) {
                break;
            }
            end += 1;
            let closes_inner = self.token(end).is_some_and(|next| next.kind == TokenKind::Close && next.depth >= depth);
            let outside = !closes_inner && self.token(end).is_none_or(|next| next.depth <= depth);
            let is_whole = outside && self.token(end - 1).is_some_and(|last| last.depth <= depth);
            let next = rest.first();
            if is_whole
                && next.is_some_and(|next| *next == "$" || self.is_literal(next, end))
                && let Some(found) = self.rest(rest, end, captures)
            {
                captures.push((name, at, end));
                return Some(found);
            }
        }
        if end == at || !rest.is_empty() {
            return None;
        }
        captures.push((name, at, end));
        Some(end)
    }

    fn is_kind(&self, at: usize, kinds: &[TokenKind]) -> bool {
        self.token(at).is_some_and(|token| kinds.contains(&token.kind))
    }

    fn is_literal(&self, literal: &str, at: usize) -> bool {
        self.token(at).is_some_and(|token| {
            let is_text = matches!(token.kind, TokenKind::Text | TokenKind::SingleQuoted);
            let words = self.slice(token.range);
            if is_text {
                words.trim_matches(['"', '\'']) == literal.trim_matches('"') && literal.starts_with('"')
            } else {
                words.eq_ignore_ascii_case(literal)
            }
        })
    }

    /// The first token of all, the first of a line outside of brackets, or what follows a `|` there.
    fn begins_step(&self, at: usize) -> bool {
        let Some(token) = self.token(at) else { return false };
        let after_pipe = at.checked_sub(1).is_some_and(|before| self.word(before) == "|" && self.begins_step(before));
        at == 0 || after_pipe || (token.first_of_line && token.depth == 0)
    }

    /// Whether a step of any language begins at a token, and not a line that goes on with one.
    fn is_next_step(&self, at: usize) -> bool {
        let word = self.word(at);
        self.begins_step(at) && (keywords::is_step_word(word) || matches!(word, "." | "|") || begins_step(word))
    }

    /// Where an operand ends that begins at a token: the longest first.
    fn operand_ends(&self, at: usize) -> [Option<usize>; 2] {
        let Some(token) = self.token(at) else { return [None, None] };
        match token.kind {
            TokenKind::Word | TokenKind::QuotedName | TokenKind::Value => {
                if token.kind == TokenKind::Word && keywords::is_reserved(self.word(at)) {
                    return [None, None];
                }
                if self.is_call(at) {
                    return [self.after_brackets(at + 1), None];
                }
                let dotted =
                    self.word(at + 1) == "." && self.is_kind(at + 2, &[TokenKind::Word, TokenKind::QuotedName]);
                if dotted {
                    [Some(at + 3).filter(|_| !self.is_call(at + 2)), Some(at + 1)]
                } else {
                    [Some(at + 1), None]
                }
            }
            TokenKind::Number | TokenKind::Text | TokenKind::SingleQuoted => [Some(at + 1), None],
            TokenKind::Open => [self.after_brackets(at).filter(|_| self.word(at) != "{"), None],
            TokenKind::Pattern
            | TokenKind::Close
            | TokenKind::Sign
            | TokenKind::ForeignComment
            | TokenKind::Unknown => [None, None],
        }
    }

    fn is_call(&self, at: usize) -> bool {
        let (Some(name), Some(open)) = (self.token(at), self.token(at + 1)) else { return false };
        self.word(at + 1) == "(" && name.range.end == open.range.start
    }

    fn after_brackets(&self, open: usize) -> Option<usize> {
        let depth = self.token(open)?.depth;
        let rest = self.scan.tokens.iter().enumerate().skip(open + 1);
        rest.take_while(|(_, token)| token.depth >= depth)
            .find(|(_, token)| token.kind == TokenKind::Close && token.depth == depth)
            .map(|(at, _)| at + 1)
    }

    /// The template with its captures; `None` where one of them cannot be put so.
    fn rendered(&self, template: &str, captures: &Captures<'_>) -> Option<String> {
        let mut out = String::new();
        let mut rest = template;
        while let Some(start) = rest.find('\u{ab}') {
            out.push_str(rest.get(..start)?);
            let after = rest.get(start + '\u{ab}'.len_utf8()..)?;
            let end = after.find('\u{bb}')?;
            let (name, change) = after.get(..end)?.split_once('|').unwrap_or((after.get(..end)?, ""));
            let (_, from, to) = captures.iter().find(|(capture, _, _)| *capture == name)?;
            out.push_str(&self.changed(change, *from, *to)?);
            rest = after.get(end + '\u{bb}'.len_utf8()..)?;
        }
        out.push_str(rest);
        Some(out)
    }

    /// A capture as a template asks for it.
    fn changed(&self, change: &str, from: usize, to: usize) -> Option<String> {
        let words = self.slice(self.range(from, to));
        let plain = words.trim_matches(['"', '\'']);
        match change {
            "" => Some(words.to_owned()),
            // A text that names a column, or a list of such: `"city"`, `["city", "kind"]`.
            "name" => {
                let names = words.trim_start_matches('[').trim_end_matches(']');
                let names: Vec<&str> = names.split(',').map(|name| name.trim().trim_matches(['"', '\''])).collect();
                let all_named = names.iter().all(|name| wr_base::name::is_plain_name(name));
                all_named.then(|| names.join(", "))
            }
            "bare" => Some(plain.to_owned()).filter(|plain| !plain.is_empty()),
            "date" => Some(plain.to_owned()).filter(|plain| wr_base::value::Date::parse(plain).is_some()),
            "type" => type_meant(words).map(str::to_owned),
            "unit" => unit_meant(plain).map(str::to_owned),
            "spell" => {
                let (count, unit) = plain.trim().split_once(' ')?;
                let is_count = !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit());
                is_count.then(|| unit_meant(unit.trim())).flatten().map(|unit| format!("{count}{unit}"))
            }
            // `%x%` of `like`: each end apart.
            "inside" => like(plain, true, true),
            "prefix" => like(plain, false, true),
            "suffix" => like(plain, true, false),
            "exact" => like(plain, false, false),
            "fallback" => Some(self.members(from, to).join(" ?? ")),
            "and" => Some(self.members(from, to).join(" and ")),
            "parts" => {
                let part = |member: &str| match member.strip_prefix(['"', '\'']) {
                    Some(inner) => inner.trim_end_matches(['"', '\'']).to_owned(),
                    None => format!("{{{member}}}"),
                };
                let parts: String = self.members(from, to).into_iter().map(part).collect();
                Some(format!("\"{parts}\""))
            }
            // `{-price, city}`
            "sort" => {
                let key = |member: &str| match member.strip_prefix('-') {
                    Some(key) => format!("{} desc", key.trim()),
                    None => member.trim_start_matches('+').to_owned(),
                };
                Some(self.members(from, to).into_iter().map(key).collect::<Vec<_>>().join(", "))
            }
            // `"town": "city"` and `{"city": "town"}`
            "renamed" => {
                let member = |member: &str| {
                    let (old, new) = member.split_once(':')?;
                    let [old, new] = [old, new].map(|name| name.trim().trim_matches(['"', '\'']).to_owned());
                    Some(format!("{new} = {old}"))
                };
                Some(self.members(from, to).into_iter().map(member).collect::<Option<Vec<_>>>()?.join(", "))
            }
            _ => None,
        }
    }

    /// What stands between commas outside of brackets.
    fn members(&self, from: usize, to: usize) -> Vec<&'a str> {
        let Some(depth) = self.token(from).map(|token| token.depth) else { return Vec::new() };
        let commas =
            (from..to).filter(|at| self.word(*at) == "," && self.token(*at).is_some_and(|token| token.depth == depth));
        let mut start = from;
        let mut members = Vec::new();
        for comma in commas.chain([to]) {
            if comma > start {
                members.push(self.slice(self.range(start, comma)));
            }
            start = comma + 1;
        }
        members
    }
}

fn like(plain: &str, before: bool, after: bool) -> Option<String> {
    let inner = if before { plain.strip_prefix('%')? } else { plain };
    let inner = if after { inner.strip_suffix('%')? } else { inner };
    (!inner.is_empty() && !inner.contains(['%', '_', '"', '{'])).then(|| inner.to_owned())
}

fn type_meant(word: &str) -> Option<&'static str> {
    let word = word.split('(').next().unwrap_or_default().trim().trim_matches(['"', '\'']).to_lowercase();
    Some(match word.as_str() {
        "int" | "integer" | "bigint" | "smallint" | "int64" | "int32" | "uint64" | "signed" => "int",
        "text" | "varchar" | "nvarchar" | "char" | "string" | "str" | "character" => "text",
        "date" => "date",
        "datetime" | "timestamp" | "datetime2" | "datetime64" | "timestamptz" => "datetime",
        "float" | "double" | "real" | "float64" => "float",
        "uuid" | "uniqueidentifier" => "uuid",
        _ => return None,
    })
}

/// How durations write a unit.
fn unit_meant(unit: &str) -> Option<&'static str> {
    let unit = unit.to_lowercase();
    Some(match unit.strip_suffix('s').unwrap_or(&unit) {
        "year" | "yy" | "yyyy" => "y",
        "month" | "mm" => "mo",
        "week" | "wk" | "ww" => "w",
        "day" | "dd" | "d" => "d",
        "hour" | "hh" => "h",
        "minute" | "mi" | "n" => "min",
        "second" | "ss" => "s",
        _ => return None,
    })
}
