//! Scripts that check clean, and their tokens: what mistakes are made of.

use std::ops::Range;

use wr_base::diag::{Diagnostic, Edit, Severity};
use wr_base::loader::MemoryLoader;
use wr_sema::project::Project;
use wr_sema::{Analysis, analyse};

use crate::page::repository;

/// A script with the files that it reads, in which nothing is wrong.
pub(super) struct Script {
    pub(super) path: String,
    pub(super) text: String,
    pub(super) tokens: Vec<Token>,
    pub(super) loader: MemoryLoader,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    /// `$name`
    Value,
    Number,
    /// With its quotes and its holes.
    Text,
    Sign,
    Open,
    Close,
}

#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) range: Range<usize>,
    pub(super) first_of_line: bool,
    pub(super) depth: usize,
}

impl Script {
    pub(super) fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| &self.text[token.range.clone()])
    }

    pub(super) fn is(&self, at: usize, kind: Kind) -> bool {
        self.tokens.get(at).is_some_and(|token| token.kind == kind)
    }

    /// The first token of the statement that a token stands in.
    pub(super) fn statement(&self, at: usize) -> usize {
        let begins = |at: &usize| {
            let token = &self.tokens[*at];
            token.kind == Kind::Word && (token.range.start == 0 || self.text[..token.range.start].ends_with('\n'))
        };
        (0..=at).rev().find(begins).unwrap_or(0)
    }

    /// The step word or statement word that a token belongs to.
    pub(super) fn step(&self, at: usize) -> &str {
        let begins = |at: &usize| {
            let token = &self.tokens[*at];
            token.kind == Kind::Word
                && wr_syntax::is_reserved(self.word(*at))
                && (token.first_of_line || self.word(*at) == "from")
        };
        let from = self.statement(at);
        let step = (from..=at).rev().find(begins).unwrap_or(from);
        self.word(step)
    }

    /// The bracket that closes an open one.
    pub(super) fn partner(&self, open: usize) -> usize {
        let depth = self.tokens[open].depth;
        let closes = |at: &usize| self.tokens[*at].kind == Kind::Close && self.tokens[*at].depth == depth;
        (open..self.tokens.len()).find(closes).unwrap_or(open)
    }

    /// `name`, `q.name`, `$name`, a literal or a call that ends at a token.
    pub(super) fn operand_before(&self, end: usize) -> Option<Range<usize>> {
        let last = &self.tokens[end];
        let first = match last.kind {
            Kind::Word if !wr_syntax::is_reserved(self.word(end)) => {
                if end >= 2 && self.word(end - 1) == "." {
                    end - 2
                } else {
                    end
                }
            }
            Kind::Value | Kind::Number | Kind::Text => end,
            Kind::Close if self.word(end) == ")" => {
                let open = (0..end).rev().find(|at| self.is(*at, Kind::Open) && self.partner(*at) == end)?;
                let name = open.checked_sub(1).filter(|at| self.is(*at, Kind::Word))?;
                if wr_syntax::is_reserved(self.word(name)) {
                    return None;
                }
                name
            }
            Kind::Word | Kind::Close | Kind::Sign | Kind::Open => return None,
        };
        Some(self.tokens[first].range.start..last.range.end)
    }

    /// The same, beginning at a token.
    pub(super) fn operand_after(&self, start: usize) -> Option<Range<usize>> {
        let first = self.tokens.get(start)?;
        let end = match first.kind {
            Kind::Word if !wr_syntax::is_reserved(self.word(start)) => match self.word(start + 1) {
                "." => start + 2,
                "(" => self.partner(start + 1),
                _ => start,
            },
            Kind::Value | Kind::Number | Kind::Text => start,
            Kind::Open if self.word(start) == "[" => self.partner(start),
            Kind::Word | Kind::Close | Kind::Sign | Kind::Open => return None,
        };
        Some(first.range.start..self.tokens[end].range.end)
    }
}

pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let (mut at, mut depth, mut first_of_line) = (0, 0, true);
    while let Some(sign) = text[at..].chars().next() {
        let rest = &text[at..];
        let is_word = |c: char| c == '_' || c.is_alphanumeric();
        let word_end = |from: usize| from + text[from..].find(|c| !is_word(c)).unwrap_or(text.len() - from);
        let (kind, end) = match sign {
            '\n' => {
                first_of_line = true;
                at += 1;
                continue;
            }
            ' ' | '\r' | '\t' => {
                at += 1;
                continue;
            }
            '#' => {
                at += rest.find('\n').unwrap_or(rest.len());
                continue;
            }
            '"' => (Kind::Text, text_end(text, at)),
            '/' if tokens.last().is_some_and(|last| text[last.range.clone()] == *"matches") => {
                (Kind::Text, at + 2 + text[at + 1..].find('/').unwrap_or(0))
            }
            '$' => (Kind::Value, word_end(at + 1)),
            '(' | '[' | '{' => (Kind::Open, at + 1),
            ')' | ']' | '}' => (Kind::Close, at + 1),
            _ if sign.is_ascii_digit() => {
                let mut end = word_end(at);
                let is_date = end - at == 4 && text[end..].starts_with('-');
                let more = |end: usize| text[end + 1..].starts_with(|c: char| c.is_ascii_digit());
                while (text[end..].starts_with('.') || is_date && text[end..].starts_with('-')) && more(end) {
                    end = word_end(end + 1);
                }
                (Kind::Number, end + usize::from(text[end..].starts_with('%')))
            }
            _ if is_word(sign) => (Kind::Word, word_end(at)),
            _ => {
                let two = ["->", "==", "!=", "<=", ">=", "??", "..", "//"];
                let length = if two.iter().any(|two| rest.starts_with(two)) { 2 } else { sign.len_utf8() };
                (Kind::Sign, at + length)
            }
        };
        if kind == Kind::Close {
            depth -= 1;
        }
        tokens.push(Token { kind, range: at..end, first_of_line, depth });
        if kind == Kind::Open {
            depth += 1;
        }
        first_of_line = false;
        at = end;
    }
    tokens
}

fn text_end(text: &str, start: usize) -> usize {
    let mut holes = 0;
    for (at, sign) in text[start + 1..].char_indices() {
        match sign {
            '{' => holes += 1,
            '}' => holes -= 1,
            '"' if holes == 0 => return start + at + 2,
            _ => {}
        }
    }
    text.len()
}

/// The samples and the queries of TPC-H.
pub(super) fn scripts() -> Vec<Script> {
    let mut scripts = Vec::new();
    for folder in ["examples", "tests/tpch"] {
        let folder = repository().join(folder);
        let read = |path: &str| std::fs::read_to_string(folder.join(path)).unwrap();
        let mut loader = MemoryLoader::default();
        loader.0.insert("schemas.wr".to_owned(), read("schemas.wr"));
        for entry in std::fs::read_dir(folder.join("lib")).into_iter().flatten() {
            let path = format!("lib/{}", entry.unwrap().file_name().into_string().unwrap());
            loader.0.insert(path.clone(), read(&path));
        }
        let mut names: Vec<String> = std::fs::read_dir(&folder)
            .unwrap()
            .filter_map(|entry| entry.unwrap().file_name().into_string().ok())
            .filter(|name| name.ends_with(".wr") && name != "schemas.wr")
            .collect();
        names.sort();
        for name in names {
            let text = read(&name);
            // The tests of a sample are rows for the most part, and would crowd out the rest: mistakes are made above them.
            let tests = text.find("\ntest \"").unwrap_or(text.len());
            let tokens = tokens(&text).into_iter().filter(|token| token.range.end <= tests).collect();
            let script = Script { tokens, path: name, text, loader: loader.clone() };
            assert_eq!(script.check(&script.text).1, [], "{}", script.path);
            scripts.push(script);
        }
    }
    scripts
}

impl Script {
    /// What is said of another text in its place; warnings as well.
    pub(super) fn check(&self, text: &str) -> (Analysis, Vec<Diagnostic>) {
        let mut loader = self.loader.clone();
        loader.0.insert(self.path.clone(), text.to_owned());
        let analysis = analyse(&loader, &self.path, &Project::default());
        let said = analysis.diagnostics.clone();
        (analysis, said)
    }

    /// The text after the first fix of everything that is said, again and again, as `wr check --fix` and an editor do.
    /// `None` when something is left that has no fix.
    pub(super) fn mended(&self, text: &str) -> Option<String> {
        let mut text = text.to_owned();
        for _ in 0..6 {
            let (analysis, said) = self.check(&text);
            if said.is_empty() {
                return Some(text);
            }
            let is_error = |one: &&Diagnostic| one.severity == Severity::Error;
            let file = analysis.sources.find(&self.path)?;
            let mut edits: Vec<&Edit> = Vec::new();
            let fixes: Vec<&[Edit]> = said
                .iter()
                .filter(is_error)
                .filter_map(|one| one.fixes.first())
                .map(|fix| fix.edits.as_slice())
                .collect();
            for fix in fixes {
                let overlaps = |edit: &Edit| {
                    edits.iter().any(|other| edit.span.start < other.span.end && other.span.start < edit.span.end)
                        || edits.contains(&edit)
                };
                if fix.iter().all(|edit| edit.span.file == file && !overlaps(edit)) {
                    edits.extend(fix);
                }
            }
            if edits.is_empty() {
                return None;
            }
            edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
            for edit in edits.into_iter().rev() {
                text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.replacement);
            }
        }
        None
    }
}
