//! Text to tree. The file is cut at its first column; each piece is scanned for comments and unclosed signs, then read by
//! the grammar, then built. A piece that fails is looked at once more, for what can be saved of it and what to say.

mod build;
mod cut;
mod errors;
mod expr;
mod grammar;
mod habit;
mod literal;
mod output;
mod param;
mod recover;
mod repair;
mod scan;
mod statement;
mod step;
mod test;
mod text;
mod token;
mod words;

use pest::Parser;
use wr_base::diag::Diagnostic;
use wr_base::span::{FileId, TextRange};

use crate::Parsed;
use crate::ast::{Comment, File, Statement, StatementKind};
use build::Builder;
use grammar::{Grammar, Parts, Rule};
use token::Scan;

pub(crate) fn parse(text: &str, file: FileId) -> Parsed {
    let mut found = File::default();
    let mut diagnostics = Vec::new();
    let cut = cut::cut(text);
    let before = slice(text, cut.before);
    let scanned = scan::scan(before);
    collect_comments(&mut found, before, &scanned, cut.before.start);
    if let Some(first) = scanned.tokens.first() {
        diagnostics.push(errors::nothing_to_go_on_with(first.range.in_file(file, cut.before.start)));
    }
    for word in cut.not_indented {
        let words = slice(text, word);
        diagnostics.push(errors::not_indented(word.in_file(file, 0), words));
    }
    for place in cut.statements {
        let piece = slice(text, place);
        let scanned = scan::scan(piece);
        collect_comments(&mut found, piece, &scanned, place.start);
        let mut reading = Reading { file, base: place.start, text: piece, diagnostics: &mut diagnostics };
        let kind = reading.statement(&scanned);
        let end = scanned.tokens.last().map_or(0, |token| token.range.end);
        found.statements.push(Statement { start: place.start, range: TextRange::new(0, end), kind });
    }
    diagnostics.sort_by_key(|diagnostic| diagnostic.primary.span);
    Parsed { file: found, diagnostics }
}

/// A text with blanks for its comments, byte for byte.
pub(crate) fn masked(text: &str) -> String {
    scan::scan(text).masked
}

/// Whether a bare name would be taken for a constant of another language: `NULL`.
pub(crate) fn is_foreign_constant(word: &str) -> bool {
    errors::constant_meant_by(word).is_some()
}

fn slice(text: &str, range: TextRange) -> &str {
    text.get(range.start as usize..range.end as usize).unwrap_or_default()
}

fn collect_comments(found: &mut File, piece: &str, scanned: &Scan, base: u32) {
    found.comments.extend(
        scanned
            .comments
            .iter()
            .map(|range| Comment { range: range.shifted(base), text: slice(piece, *range).to_owned() }),
    );
}

/// One statement that is being read.
struct Reading<'a> {
    file: FileId,
    base: u32,
    text: &'a str,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Reading<'_> {
    fn statement(&mut self, scanned: &Scan) -> StatementKind {
        if scanned.problem.is_none()
            && let Ok(pairs) = Grammar::parse(Rule::statement_only, &scanned.masked)
        {
            let whole = TextRange::new(0, self.text.trim_end().len() as u32);
            let mut builder = self.builder(0);
            let built = Parts::from(pairs)
                .next()
                .and_then(|pair| Parts::of(pair).next())
                .and_then(|pair| builder.statement(pair));
            return built.unwrap_or_else(|| {
                self.diagnostics.push(errors::not_understood(whole.in_file(self.file, self.base)));
                StatementKind::Error(self.broken(scanned))
            });
        }
        self.recover(scanned)
    }

    fn builder(&mut self, shift: u32) -> Builder<'_> {
        Builder { file: self.file, base: self.base, shift, depth: 0, diagnostics: self.diagnostics }
    }
}
