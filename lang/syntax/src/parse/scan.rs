//! Text to tokens, before the grammar: comments, what is not closed, what is nested too deep, signs of other languages.
//!
//! The grammar never sees a comment: [`Scan::masked`] has blanks in its place, byte for byte. So the scanner is the only
//! one who says what a comment is, and a text that the grammar reads has all its brackets closed and a bounded depth.

use wr_base::span::TextRange;

use super::token::{Problem, Scan, Token, TokenKind};
use crate::ast::DEPTH_LIMIT;
use crate::keywords;

/// What an open sign waits for.
enum Open {
    Bracket { closer: char, at: u32, whens: u32 },
    Hole { at: u32 },
    Text { at: u32, long: bool, token: Token },
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    line_start: usize,
    line_has_token: bool,
    open: Vec<Open>,
    /// How many of `open` are texts, and how many of these short ones.
    texts: u32,
    short_texts: u32,
    /// `when`s at the outermost level since the last comma or step, and those of all levels that are open.
    whens: u32,
    all_whens: u32,
    scan: Scan,
}

pub(super) fn scan(text: &str) -> Scan {
    let mut scanner = Scanner {
        text,
        at: 0,
        line_start: 0,
        line_has_token: false,
        open: Vec::new(),
        texts: 0,
        short_texts: 0,
        whens: 0,
        all_whens: 0,
        scan: Scan::default(),
    };
    scanner.run();
    let mut scan = scanner.scan;
    scan.masked = mask(text, &scan.comments);
    scan
}

fn mask(text: &str, comments: &[TextRange]) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut done = 0;
    for comment in comments {
        masked.push_str(text.get(done..comment.start as usize).unwrap_or_default());
        masked.extend(std::iter::repeat_n(' ', comment.len() as usize));
        done = comment.end as usize;
    }
    masked.push_str(text.get(done..).unwrap_or_default());
    masked
}

/// Longer ones first.
const SIGNS: [&str; 30] = [
    "====", "===", "!==", "<=>", "->", "==", "!=", "<=", ">=", "<>", "??", "..", "//", "&&", "||", ":=", "=", "<", ">",
    "+", "-", "*", "/", "?", ",", ":", ".", "%", "!", ";",
];

/// After these a `/` begins a pattern; after any other word it divides.
const BEFORE_OPERAND: [&str; 14] =
    ["matches", "and", "or", "not", "in", "is", "if", "then", "else", "when", "where", "on", "filter", "expect"];

impl<'a> Scanner<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn word_end(&self, from: usize) -> usize {
        let rest = self.text.get(from..).unwrap_or_default();
        from + rest.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(rest.len())
    }

    fn line_end(&self, from: usize) -> usize {
        let rest = self.text.get(from..).unwrap_or_default();
        from + rest.find('\n').unwrap_or(rest.len())
    }

    fn report(&mut self, problem: Problem) {
        self.scan.problem.get_or_insert(problem);
    }

    /// Whether we stand in a text, be it in a hole of it.
    fn in_text(&self) -> bool {
        self.texts > 0
    }

    fn in_short_text(&self) -> bool {
        self.short_texts > 0
    }

    fn new_line(&mut self) {
        self.at += 1;
        self.line_start = self.at;
        self.line_has_token = false;
    }

    fn token(&self, kind: TokenKind, end: usize) -> Token {
        Token {
            kind,
            range: TextRange::new(self.at as u32, end as u32),
            depth: self.open.len() as u32,
            first_of_line: !self.line_has_token,
            column: (self.at - self.line_start) as u32,
        }
    }

    /// Tokens inside of texts are not kept: nobody cuts there.
    fn push(&mut self, kind: TokenKind, end: usize) {
        if !self.in_text() {
            self.scan.tokens.push(self.token(kind, end));
        }
        self.line_has_token = true;
        self.at = end;
    }

    fn run(&mut self) {
        while self.at < self.text.len() {
            match self.open.last() {
                Some(Open::Text { long, .. }) => {
                    let long = *long;
                    self.text_part(long);
                }
                _ => self.code(),
            }
        }
        // The outermost is what the reader forgot; all inside of it follow from it.
        let problem = self.open.first().map(|open| match open {
            Open::Bracket { at, .. } => Problem::BracketNotClosed(TextRange::new(*at, at + 1)),
            Open::Hole { at } => Problem::HoleNotClosed(TextRange::new(*at, at + 1)),
            Open::Text { at, long: true, .. } => Problem::LongTextNotClosed(TextRange::new(*at, at + 3)),
            Open::Text { at, long: false, .. } => Problem::TextNotClosed(TextRange::new(*at, at + 1)),
        });
        // An innermost bracket says more than an outer one when both are open: `f(a, (b` lacks both.
        let innermost = self.open.iter().rev().find_map(|open| match open {
            Open::Bracket { at, .. } => Some(Problem::BracketNotClosed(TextRange::new(*at, at + 1))),
            Open::Hole { .. } | Open::Text { .. } => None,
        });
        // A text that never closed is a token all the same: the statement reaches to its end.
        let unclosed = self.open.iter().find_map(|open| match open {
            Open::Text { token, .. } => Some(*token),
            Open::Bracket { .. } | Open::Hole { .. } => None,
        });
        if let Some(token) = unclosed {
            let end = self.text.trim_end().len() as u32;
            self.scan.tokens.push(Token { range: TextRange::new(token.range.start, end), ..token });
        }
        if let Some(problem) = problem {
            let only_brackets = self.open.iter().all(|open| matches!(open, Open::Bracket { .. }));
            self.report(if only_brackets { innermost.unwrap_or(problem) } else { problem });
        }
    }

    /// One character, escape or end of a text.
    fn text_part(&mut self, long: bool) {
        let rest = self.rest();
        let mut chars = rest.chars();
        let (first, second) = (chars.next().unwrap_or(' '), chars.next());
        if long && rest.starts_with("\"\"\"") {
            self.close_text(3);
        } else if !long && first == '"' {
            self.close_text(1);
        } else if first == '\n' {
            if long {
                self.new_line();
            } else {
                self.abandon_text();
            }
        } else if first == '\\' && second.is_some_and(|c| c != '\n') {
            self.at += 1 + second.map_or(0, char::len_utf8);
        } else if first == '{' && second == Some('{') {
            self.at += 2;
        } else if first == '{' && second.is_some_and(|c| c == '$' || c.is_alphabetic()) {
            self.open(Open::Hole { at: self.at as u32 });
            self.at += 1;
        } else {
            self.at += first.len_utf8();
        }
    }

    fn close_text(&mut self, length: usize) {
        self.at += length;
        if let Some(Open::Text { token, .. }) = self.pop()
            && !self.in_text()
        {
            self.scan.tokens.push(Token { range: TextRange::new(token.range.start, self.at as u32), ..token });
        }
        self.line_has_token = true;
    }

    /// A short text ends with its line, closed or not.
    fn abandon_text(&mut self) {
        // From the innermost on: what lies outside of the first short text can be much, and stays.
        let short = |open: &Open| matches!(open, Open::Text { long: false, .. });
        let shorts = self.open.iter().enumerate().rev().filter(|(_, open)| short(open));
        let Some((first, _)) = shorts.take(self.short_texts as usize).last() else { return };
        let inner = self.open.iter().skip(first).find_map(|open| match open {
            Open::Hole { at } => Some(*at),
            Open::Text { .. } | Open::Bracket { .. } => None,
        });
        if let Some(Open::Text { at, token, .. }) = self.open.get(first) {
            let (at, token) = (*at, *token);
            self.report(match inner {
                Some(hole) => Problem::HoleNotClosed(TextRange::new(hole, hole + 1)),
                None => Problem::TextNotClosed(TextRange::new(at, at + 1)),
            });
            while self.open.len() > first {
                self.pop();
            }
            if !self.in_text() {
                self.scan.tokens.push(Token { range: TextRange::new(token.range.start, self.at as u32), ..token });
            }
        }
    }

    fn pop(&mut self) -> Option<Open> {
        let open = self.open.pop();
        if let Some(Open::Text { long, .. }) = open {
            self.texts -= 1;
            self.short_texts -= u32::from(!long);
        }
        if let Some(Open::Bracket { whens, .. }) = open {
            self.all_whens -= whens;
        }
        open
    }

    fn open(&mut self, open: Open) {
        if let Open::Text { long, .. } = open {
            self.texts += 1;
            self.short_texts += u32::from(!long);
        }
        self.open.push(open);
        self.check_depth(self.at + 1);
    }

    fn check_depth(&mut self, end: usize) {
        if self.open.len() + self.all_whens as usize > DEPTH_LIMIT {
            self.report(Problem::TooDeep(TextRange::new(self.at as u32, end as u32)));
        }
    }

    fn whens_here(&mut self) -> &mut u32 {
        match self.open.last_mut() {
            Some(Open::Bracket { whens, .. }) => whens,
            Some(Open::Hole { .. } | Open::Text { .. }) | None => &mut self.whens,
        }
    }

    fn forget_whens(&mut self) {
        self.all_whens -= std::mem::take(self.whens_here());
    }

    fn code(&mut self) {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return };
        let end = self.at + first.len_utf8();
        match first {
            '\n' if self.in_short_text() => self.abandon_text(),
            '\n' => self.new_line(),
            ' ' | '\t' | '\r' | '\u{FEFF}' => self.at = end,
            '#' if !self.in_text() => {
                let end = self.line_end(self.at);
                // A byte order mark is a blank wherever it stands.
                let blank = |c: char| c.is_whitespace() || c == '\u{FEFF}';
                let words = self.text.get(self.at..end).unwrap_or_default().trim_end_matches(blank);
                self.scan.comments.push(TextRange::new(self.at as u32, (self.at + words.len()) as u32));
                self.at = end;
            }
            '"' => {
                let long = rest.starts_with("\"\"\"");
                let length = if long { 3 } else { 1 };
                let token = self.token(TokenKind::Text, self.at + length);
                self.open(Open::Text { at: self.at as u32, long, token });
                self.at += length;
            }
            '\'' => self.single_quoted(),
            '`' => self.quoted_name(),
            '$' => {
                let end = self.word_end(end);
                self.push(TokenKind::Value, end);
            }
            '(' | '[' | '{' => {
                let closer = match first {
                    '(' => ')',
                    '[' => ']',
                    _ => '}',
                };
                let at = self.at as u32;
                self.push(TokenKind::Open, end);
                self.at = at as usize;
                self.open(Open::Bracket { closer, at, whens: 0 });
                self.at = end;
            }
            ')' | ']' | '}' => self.close(first, end),
            '0'..='9' => {
                let end = self.number_end();
                self.push(TokenKind::Number, end);
            }
            _ if first == '_' || first.is_alphabetic() => self.word(),
            _ => self.sign(),
        }
    }

    fn word(&mut self) {
        let end = self.word_end(self.at);
        let word = self.text.get(self.at..end).unwrap_or_default();
        // `else when … else when …` nests without brackets.
        if word == "when" {
            *self.whens_here() += 1;
            self.all_whens += 1;
            self.check_depth(end);
        } else if keywords::is_step_word(word) {
            self.forget_whens();
        }
        self.push(TokenKind::Word, end);
    }

    fn number_end(&self) -> usize {
        let bytes = self.text.as_bytes();
        let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
        let mut end = self.word_end(self.at);
        // `.`, `-` and `:` belong to a number where a digit stands on both sides; `-` only in what begins like a date.
        let date = end - self.at == 4 && bytes.get(end) == Some(&b'-') && digit(end + 1);
        while (bytes.get(end) == Some(&b'.') && digit(end + 1))
            || (bytes.get(end) == Some(&b':') && digit(end + 1))
            || (date && bytes.get(end) == Some(&b'-') && digit(end + 1))
        {
            end = self.word_end(end + 1);
        }
        if bytes.get(end) == Some(&b'%') { end + 1 } else { end }
    }

    fn single_quoted(&mut self) {
        let line = self.text.get(self.at + 1..self.line_end(self.at)).unwrap_or_default();
        match line.find('\'') {
            Some(length) => {
                let end = self.at + length + 2;
                self.push(TokenKind::SingleQuoted, end);
            }
            None => self.push(TokenKind::Unknown, self.at + 1),
        }
    }

    fn quoted_name(&mut self) {
        let line = self.text.get(self.at + 1..self.line_end(self.at)).unwrap_or_default();
        match line.find('`') {
            Some(length) => {
                let end = self.at + length + 2;
                self.push(TokenKind::QuotedName, end);
            }
            None => {
                self.report(Problem::NameNotClosed(TextRange::new(self.at as u32, self.at as u32 + 1)));
                let end = self.line_end(self.at);
                self.push(TokenKind::Unknown, end);
            }
        }
    }

    fn close(&mut self, sign: char, end: usize) {
        let here = TextRange::new(self.at as u32, end as u32);
        match self.open.last() {
            Some(Open::Bracket { closer, .. }) if *closer == sign => {
                self.pop();
                self.push(TokenKind::Close, end);
            }
            Some(Open::Hole { .. }) if sign == '}' => {
                self.pop();
                self.at = end;
            }
            // A `}` ends the hole even when a bracket in it is open, else the text would swallow the line.
            Some(Open::Bracket { at, .. }) => {
                let opener = TextRange::new(*at, at + 1);
                // No further out than a tree can be deep: with more open, that was reported, and the search would be long.
                let within = self.open.len().saturating_sub(DEPTH_LIMIT + 1);
                let outer = self.open.iter().skip(within).rposition(|open| match open {
                    Open::Bracket { closer, .. } => *closer == sign,
                    Open::Hole { .. } => sign == '}',
                    Open::Text { .. } => false,
                });
                if let Some(outer) = outer.map(|outer| within + outer) {
                    self.report(Problem::BracketNotClosed(opener));
                    while self.open.len() > outer {
                        self.pop();
                    }
                } else {
                    self.report(Problem::BracketStray(here, Some(opener)));
                }
                self.push(TokenKind::Close, end);
            }
            Some(Open::Hole { .. } | Open::Text { .. }) | None => {
                self.report(Problem::BracketStray(here, None));
                self.push(TokenKind::Close, end);
            }
        }
    }

    fn sign(&mut self) {
        let rest = self.rest();
        let first_of_line = !self.line_has_token;
        if !self.in_text() {
            if rest.starts_with("--") || (first_of_line && rest.starts_with("//")) {
                let end = self.line_end(self.at);
                return self.push(TokenKind::ForeignComment, end);
            }
            if rest.starts_with("/*") {
                let end = rest.find("*/").map_or_else(|| self.line_end(self.at), |length| self.at + length + 2);
                return self.push(TokenKind::ForeignComment, end);
            }
        }
        if rest.starts_with('/') && self.pattern_starts() {
            return self.pattern();
        }
        match SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            Some(sign) => {
                if *sign == "," {
                    self.forget_whens();
                }
                self.push(TokenKind::Sign, self.at + sign.len());
            }
            None => {
                let length = rest.chars().next().map_or(1, char::len_utf8);
                self.push(TokenKind::Unknown, self.at + length);
            }
        }
    }

    /// A `/` begins a pattern where an operand is due, and has no blank behind it.
    fn pattern_starts(&self) -> bool {
        let next = self.rest().chars().nth(1);
        if next.is_none_or(|c| c.is_whitespace() || c == '/') {
            return false;
        }
        match self.scan.tokens.last() {
            None => true,
            Some(token) => match token.kind {
                TokenKind::Word => {
                    let word = self.text.get(token.range.start as usize..token.range.end as usize).unwrap_or_default();
                    BEFORE_OPERAND.contains(&word)
                }
                TokenKind::QuotedName
                | TokenKind::Value
                | TokenKind::Number
                | TokenKind::Text
                | TokenKind::Pattern
                | TokenKind::Close
                | TokenKind::SingleQuoted => false,
                TokenKind::Open | TokenKind::Sign | TokenKind::ForeignComment | TokenKind::Unknown => true,
            },
        }
    }

    fn pattern(&mut self) {
        let line = self.text.get(self.at + 1..self.line_end(self.at)).unwrap_or_default();
        let mut escaped = false;
        let length = line.find(|c: char| {
            let found = c == '/' && !escaped;
            escaped = c == '\\' && !escaped;
            found
        });
        match length {
            Some(length) => {
                let end = self.at + length + 2;
                self.push(TokenKind::Pattern, end);
            }
            None => {
                self.report(Problem::PatternNotClosed(TextRange::new(self.at as u32, self.at as u32 + 1)));
                let end = self.line_end(self.at);
                self.push(TokenKind::Pattern, end);
            }
        }
    }
}
