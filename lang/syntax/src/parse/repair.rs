//! A broken text to the one small change after which it can be read: a word or sign put in, left out or written right.
//!
//! Every change is tried before it is offered, so that what an editor applies can be read. What was meant is a guess all the
//! same: the first change that helps is offered, never applied unasked.

use std::cell::Cell;

use pest::Parser;
use wr_base::name::near_misses;
use wr_base::span::TextRange;

use super::grammar::{Grammar, Rule};
use super::scan;
use super::token::{Problem, Scan, Token, TokenKind};
use super::words::{Words, words};
use crate::keywords::{self, KeywordKind};

/// How many bytes are read to find a change: a script that is one long mistake is not read a thousand times.
const READ_LIMIT: usize = 1 << 17;

/// How many places around a mistake are tried for a sign.
const NEIGHBOURS: usize = 20;

/// A change of the text, and what it does in the reader's words.
#[derive(Debug)]
pub(super) struct Repair {
    pub(super) kind: RepairKind,
    pub(super) edits: Vec<(TextRange, String)>,
    /// Where the mistake is, when that is not where the reading stopped.
    pub(super) place: Option<TextRange>,
}

#[derive(Debug)]
pub(super) enum RepairKind {
    /// A word at this place is another one, misspelt.
    Misspelt(TextRange, String),
    /// What stands at this place stands there twice.
    Doubled(TextRange),
    /// Something is missing before the place at which the reading stopped.
    Missing(String),
    /// A sign at this place is too much.
    TooMuch(TextRange),
}

/// A text that cannot be read, as far as its habits are mended.
pub(super) struct Repairs<'a> {
    pub(super) scan: &'a Scan,
    pub(super) text: &'a str,
    pub(super) rule: Rule,
    /// The column in which the text begins, where it is a step.
    pub(super) column: Option<u32>,
    left: Cell<usize>,
}

impl<'a> Repairs<'a> {
    pub(super) const fn new(scan: &'a Scan, text: &'a str, rule: Rule, column: Option<u32>) -> Self {
        Self { scan, text, rule, column, left: Cell::new(READ_LIMIT) }
    }

    fn token(&self, at: usize) -> Option<&'a Token> {
        self.scan.tokens.get(at)
    }

    fn word(&self, at: usize) -> &'a str {
        self.token(at)
            .and_then(|token| self.text.get(token.range.start as usize..token.range.end as usize))
            .unwrap_or("")
    }

    fn is_word(&self, at: usize) -> bool {
        self.token(at).is_some_and(|token| token.kind == TokenKind::Word)
    }

    /// The change, if the text can be read with it.
    fn tried(&self, kind: RepairKind, range: TextRange, instead: impl Into<String>) -> Option<Repair> {
        let instead = instead.into();
        let mut text = self.text.to_owned();
        let place = range.start as usize..range.end as usize;
        text.get(place.clone())?;
        self.left.set(self.left.get().checked_sub(text.len())?);
        text.replace_range(place, &instead);
        let scanned = scan::scan(&text);
        let readable = scanned.problem.is_none() && Grammar::parse(self.rule, &scanned.masked).is_ok();
        let place = match &kind {
            RepairKind::Misspelt(place, _) | RepairKind::Doubled(place) | RepairKind::TooMuch(place) => Some(*place),
            RepairKind::Missing(_) => None,
        };
        readable.then(|| Repair { kind, edits: vec![(range, instead)], place })
    }

    /// Whether a token is the name of a call: its parenthesis follows at once.
    fn is_call(&self, at: usize) -> bool {
        let ends = self.token(at).map(|token| token.range.end);
        self.is_word(at) && self.word(at + 1) == "(" && ends == self.token(at + 1).map(|token| token.range.start)
    }

    /// A change where the grammar stopped: at a token, or behind the last.
    pub(super) fn at(&self, at: usize, expected: &[Rule]) -> Option<Repair> {
        let before = |count: usize| at.checked_sub(count);
        self.misspelt(at, expected)
            .or_else(|| self.doubled(at))
            .or_else(|| before(1).and_then(|before| self.doubled(before)))
            .or_else(|| before(1).and_then(|before| self.misspelt(before, &[])))
            .or_else(|| before(2).and_then(|before| self.misspelt(before, &[])))
            .or_else(|| self.digits_as_text(at, expected))
            .or_else(|| self.missing_step(at))
            .or_else(|| if self.word(at) == "[" { self.missing_operator(at, expected) } else { None })
            .or_else(|| self.missing(at, at, expected))
            .or_else(|| self.too_much(at, expected))
            .or_else(|| {
                before(1).filter(|before| self.word(*before) == ",").and_then(|comma| self.too_much(comma, &[]))
            })
            .or_else(|| before(1).and_then(|before| self.missing(before, at, expected)))
            .or_else(|| self.missing_operator(at, expected))
    }

    fn misspelt(&self, at: usize, expected: &[Rule]) -> Option<Repair> {
        let range = self.token(at)?.range;
        let word = self.word(at);
        if !self.is_word(at) || range.len() < 2 || self.is_call(at) {
            return None;
        }
        let known =
            expected.iter().filter_map(|rule| literal(*rule)).filter(|word| word.starts_with(char::is_alphabetic));
        let keywords = keywords::keywords().filter(|keyword| !keyword.later && keyword.kind != KeywordKind::Known);
        let near: Vec<&str> = near_misses(word, known)
            .into_iter()
            .chain(near_misses(word, keywords.map(|keyword| keyword.word)))
            .collect();
        near.into_iter().find_map(|near| self.tried(RepairKind::Misspelt(range, near.to_owned()), range, near))
    }

    fn doubled(&self, at: usize) -> Option<Repair> {
        let before = at.checked_sub(1)?;
        let (token, first) = (self.token(at)?.range, self.token(before)?.range);
        if self.word(at) != self.word(before) {
            return None;
        }
        self.tried(RepairKind::Doubled(token), TextRange::new(first.end, token.end), "")
    }

    /// `decimal(18, "2")`.
    fn digits_as_text(&self, at: usize, expected: &[Rule]) -> Option<Repair> {
        let token = self.token(at).filter(|token| token.kind == TokenKind::Text)?;
        let digits = self.word(at).trim_matches('"');
        if !expected.contains(&Rule::digits) || digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        self.tried(RepairKind::Misspelt(token.range, digits.to_owned()), token.range, digits)
    }

    /// A sign or word that is missing before a token; `stopped` is where the reading stopped.
    fn missing(&self, at: usize, stopped: usize, expected: &[Rule]) -> Option<Repair> {
        let before = at.checked_sub(1).and_then(|before| self.token(before)).map_or(0, |token| token.range.end);
        let mut literals: Vec<&str> = Vec::new();
        let formats = ["csv", "xlsx", "parquet", "jsonl"];
        let format = if expected.contains(&Rule::format) { formats.as_slice() } else { &[] };
        let of_name = format.iter().filter(|format| self.word(at).ends_with(&format!(".{format}\"")));
        for literal in of_name.copied().chain(expected.iter().filter_map(|rule| literal(*rule))) {
            if !literals.contains(&literal) {
                literals.push(literal);
            }
        }
        let is_text = self.token(at).is_some_and(|token| token.kind == TokenKind::Text);
        // Each clause is said once.
        literals.retain(|literal| {
            let clause = matches!(*literal, "label" | "help" | "matches" | "where");
            !(clause && (0..self.scan.tokens.len()).any(|at| self.word(at) == *literal))
        });
        let before_of =
            at.checked_sub(1).is_some_and(|before| ["list", "range", "cohort"].contains(&self.word(before)));
        let names_value = self.is_call(at) && at.checked_sub(1).is_some_and(|before| self.is_word(before));
        let has_label = (0..at).any(|at| self.word(at) == "label");
        // Signs are forgotten more often than words, and say less. A text that follows a value is its label, a second one
        // its help.
        literals.sort_by_key(|literal| match *literal {
            "as" | "label" if is_text => 0,
            "help" if is_text && has_label => 0,
            "of" if before_of => 0,
            "matches" if self.word(at).starts_with('/') => 0,
            "=" if names_value => 1,
            "," => 2,
            ")" | "]" | "}" => 3,
            "=" | ":" | "->" => 4,
            "first" | "by" | "as" | "on" => 5,
            "." | "?" => 7,
            _ => 6,
        });
        if stopped != at {
            literals.retain(|literal| literal.starts_with(char::is_alphabetic));
        }
        literals.into_iter().find_map(|literal| {
            let kind = RepairKind::Missing(literal.to_owned());
            if matches!(literal, "," | ")" | "]" | "}" | "." | ":" | "?") {
                return self.tried(kind, TextRange::empty(before), literal);
            }
            match self.token(at) {
                Some(token) => self.tried(kind, TextRange::empty(token.range.start), format!("{literal} ")),
                None => self.tried(kind, TextRange::empty(before), format!(" {literal}")),
            }
        })
    }

    /// Two values side by side: what is between them depends on what stands there already.
    fn missing_operator(&self, at: usize, expected: &[Rule]) -> Option<Repair> {
        if !expected.contains(&Rule::equal) {
            return None;
        }
        let token = self.token(at)?;
        let ends = ["and", "or", "on", "filter", "expect", "when", "if", "(", "not", ",", "where"];
        let compared = ["==", "!=", "<", ">", "<=", ">=", "in", "is"];
        let clause = (0..at).rev().take_while(|at| !ends.contains(&self.word(*at)));
        let is_compared = clause.into_iter().any(|at| compared.contains(&self.word(at)));
        let is_value = matches!(token.kind, TokenKind::Number | TokenKind::Text);
        let operator = match self.word(at) {
            _ if is_compared && is_value => return None,
            _ if is_compared => "and",
            "[" => "in",
            _ => "==",
        };
        let kind = RepairKind::Missing(operator.to_owned());
        self.tried(kind, TextRange::empty(token.range.start), format!("{operator} "))
    }

    /// A sign that stands where none is needed.
    fn too_much(&self, at: usize, expected: &[Rule]) -> Option<Repair> {
        let token = self.token(at)?;
        if self.word(at) == ".." && expected.contains(&Rule::dot) {
            return self.tried(RepairKind::Misspelt(token.range, ".".to_owned()), token.range, ".");
        }
        match token.kind {
            TokenKind::Sign | TokenKind::Close | TokenKind::Unknown => {
                self.tried(RepairKind::TooMuch(token.range), token.range, "")
            }
            TokenKind::Word
            | TokenKind::QuotedName
            | TokenKind::Value
            | TokenKind::Number
            | TokenKind::Text
            | TokenKind::Pattern
            | TokenKind::Open
            | TokenKind::SingleQuoted
            | TokenKind::ForeignComment => None,
        }
    }

    /// A line of a pipeline without the word of its step.
    fn missing_step(&self, at: usize) -> Option<Repair> {
        let token = self.token(at).filter(|token| token.first_of_line && token.depth == 0)?;
        // Steps begin in one column; a line that is further in goes on with its step.
        if self.column.is_some_and(|column| column != token.column) {
            return None;
        }
        let steps = ["filter", "derive", "sort", "select", "join", "group by"];
        let first = if token.kind == TokenKind::Number { "take" } else { "filter" };
        std::iter::once(first).chain(steps).find_map(|step| {
            self.tried(RepairKind::Missing(step.to_owned()), TextRange::empty(token.range.start), format!("{step} "))
        })
    }

    /// A change for what the scanner found.
    pub(super) fn of(&self, problem: Problem) -> Option<Repair> {
        match problem {
            Problem::BracketNotClosed(opener) => self.close(opener),
            Problem::BracketStray(stray, opener) => self.stray(stray, opener),
            Problem::TextNotClosed(quote) => self.close_text(quote),
            Problem::NameNotClosed(quote) => self.close_before_end(quote.end as usize, "`", None),
            Problem::PatternNotClosed(quote) => self.close_before_end(quote.end as usize, "/", None),
            Problem::HoleNotClosed(brace) => self.close_before_end(brace.end as usize, "}", None),
            Problem::LongTextNotClosed(_) | Problem::TooDeep(_) => None,
        }
    }

    /// One closing sign too many: this one, one before it, or one of the wrong kind.
    fn stray(&self, stray: TextRange, opener: Option<TextRange>) -> Option<Repair> {
        let sign = self.slice(stray);
        let wanted = opener.and_then(|opener| closer(self.slice(opener)));
        let another =
            wanted.and_then(|wanted| self.tried(RepairKind::Misspelt(stray, wanted.to_owned()), stray, wanted));
        another.or_else(|| {
            let upto = self.scan.token_at(stray.start);
            let closers = (0..=upto).rev().filter(|at| self.word(*at) == sign).filter_map(|at| self.token(at));
            closers.take(NEIGHBOURS).find_map(|token| self.tried(RepairKind::TooMuch(token.range), token.range, ""))
        })
    }

    fn slice(&self, range: TextRange) -> &'a str {
        self.text.get(range.start as usize..range.end as usize).unwrap_or_default()
    }

    /// Closed as late on its line as it can be read. A block that goes on over lines is closed before the first line that
    /// is no further in than the one on which it begins, or at the end.
    fn close(&self, opener: TextRange) -> Option<Repair> {
        let sign = closer(self.slice(opener))?;
        let first = self.scan.token_at(opener.start);
        let kind = || RepairKind::Missing(sign.to_owned());
        let last_of_line = |at: usize| self.token(at + 1).is_none_or(|next| next.first_of_line);
        let line_end = (first..self.scan.tokens.len()).find(|at| last_of_line(*at))?;
        let end = self.scan.tokens.last()?.range.end;
        let line = self.text.get(..opener.start as usize)?.rsplit('\n').next()?;
        let indent = line.get(..line.len() - line.trim_start().len())?;
        let over_lines = || {
            // An inner block that lacks its end takes that of an outer one: so each line that goes back is a place.
            let lines = self.scan.tokens.iter().skip(first + 1).filter(|token| token.first_of_line);
            let mut before = u32::MAX;
            let outdented = lines.filter(|token| std::mem::replace(&mut before, token.column) > token.column);
            let before = outdented.take(NEIGHBOURS).find_map(|token| {
                self.tried(kind(), TextRange::empty(token.range.start), sign).or_else(|| {
                    let before = self.token(self.scan.token_at(token.range.start).checked_sub(1)?)?;
                    let sign = format!("\n{indent}{sign}");
                    self.tried(kind(), TextRange::empty(before.range.end), sign)
                })
            });
            before.or_else(|| self.tried(kind(), TextRange::empty(end), format!("\n{indent}{sign}")))
        };
        let on_line = || {
            (first..=line_end).rev().take(NEIGHBOURS).find_map(|at| {
                let end = self.token(at)?.range.end;
                let blank = if sign == "}" { " " } else { "" };
                self.tried(kind(), TextRange::empty(end), format!("{blank}{sign}"))
            })
        };
        if line_end == first { over_lines() } else { on_line().or_else(over_lines) }
    }

    /// A line with an odd number of quotes: the first that cannot be what its turn says lacks its partner before it.
    fn close_text(&self, quote: TextRange) -> Option<Repair> {
        let start = self.text.get(..quote.start as usize)?.rfind('\n').map_or(0, |at| at + 1);
        let line = self.text.get(start..)?.lines().next()?;
        let mut opened: Option<usize> = None;
        for (at, _) in line.match_indices('"') {
            let before = line.get(..at).and_then(|before| before.chars().next_back());
            let after = line.get(at + 1..).and_then(|after| after.chars().next());
            let begins = before.is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '[' | '{' | '='))
                && after.is_some_and(|c| !c.is_whitespace() && !matches!(c, ',' | ')' | ']' | '}'));
            let ends = before.is_some_and(|c| !c.is_whitespace() && !matches!(c, '(' | '[' | '=' | ','))
                && after.is_none_or(|c| c.is_whitespace() || matches!(c, ',' | ')' | ']' | '}'));
            match opened {
                Some(opener) if begins && !ends => {
                    let found = self.close_before(start, line, opener..at, "\"");
                    if found.is_some() {
                        return found;
                    }
                    opened = None;
                }
                Some(_) => opened = None,
                None if ends && !begins => {
                    let place = Some(TextRange::new((start + at) as u32, (start + at + 1) as u32));
                    let words = line.get(..at)?.char_indices().rev().filter(|(at, c)| {
                        is_name_sign(*c) && !line.get(..*at).is_some_and(|before| before.ends_with(is_name_sign))
                    });
                    return words.take(NEIGHBOURS).find_map(|(at, _)| {
                        let found = self.tried(
                            RepairKind::Missing("\"".to_owned()),
                            TextRange::empty((start + at) as u32),
                            "\"",
                        );
                        found.map(|repair| Repair { place, ..repair })
                    });
                }
                None => opened = Some(at),
            }
        }
        self.close_before(start, line, opened?..line.len(), "\"")
    }

    fn close_before_end(&self, from: usize, sign: &str, place: Option<TextRange>) -> Option<Repair> {
        let line = self.text.get(from..)?.lines().next()?;
        let repair = self.close_before(from, line, 0..line.len(), sign)?;
        Some(Repair { place, ..repair })
    }

    /// The sign as late as it can be read, in a part of a line behind its opener.
    fn close_before(&self, start: usize, line: &str, part: std::ops::Range<usize>, sign: &str) -> Option<Repair> {
        let is_place = |at: &usize| {
            let (Some(left), Some(right)) = (line.get(..*at), line.get(*at..)) else { return false };
            let in_word = left.ends_with(is_name_sign) && right.starts_with(is_name_sign);
            !in_word && !left.ends_with(char::is_whitespace)
        };
        let opener = TextRange::new((start + part.start) as u32, (start + part.start + 1) as u32);
        let place = (sign == "\"").then_some(opener);
        let first = part.start + usize::from(place.is_some());
        let places = (first..=part.end).rev().filter(is_place);
        places.take(4 * NEIGHBOURS).find_map(|at| {
            let found = self.tried(RepairKind::Missing(sign.to_owned()), TextRange::empty((start + at) as u32), sign);
            found.map(|repair| Repair { place, ..repair })
        })
    }
}

fn is_name_sign(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

fn closer(opener: &str) -> Option<&'static str> {
    match opener {
        "(" => Some(")"),
        "[" => Some("]"),
        "{" => Some("}"),
        _ => None,
    }
}

/// What is written for a rule that is one sign or word.
fn literal(rule: Rule) -> Option<&'static str> {
    match words(rule) {
        Words::Literal("from (" | "trusted because" | "(" | "[" | "{" | "if") => None,
        Words::Literal(literal) => Some(literal),
        Words::Noun(_) | Words::Operator | Words::Silent => None,
    }
}
