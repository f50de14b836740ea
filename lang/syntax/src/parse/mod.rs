//! Text to tree. The file is cut at its first column; each piece is scanned for comments and unclosed signs, then read by
//! the grammar, then built. A piece that fails is looked at once more, for what can be saved of it and what to say.

mod broken;
mod build;
mod cut;
mod errors;
mod expr;
mod grammar;
mod habit;
mod literal;
mod output;
mod param;
mod pattern;
mod recover;
mod repair;
mod scan;
mod share;
mod statement;
mod step;
mod test;
mod text;
mod token;
mod words;

pub use pattern::call_meant;

use pest::Parser;
use wr_base::diag::Diagnostic;
use wr_base::span::{FileId, TextRange};

use crate::ast::{Comment, File, Statement, StatementKind};
use crate::{Parsed, UnreadTable};
use build::Builder;
use grammar::{Grammar, Parts, Rule};
use token::Scan;

pub(crate) fn parse(text: &str, file: FileId) -> Parsed {
    let (mut parsed, statements) = cut(text, file);
    share::read_statements(text, &statements, file, &mut parsed);
    parsed.diagnostics.sort_by_key(|diagnostic| diagnostic.primary.span);
    parsed
}

/// As [`parse`], but the plain tables of the text are left unread.
pub(crate) fn parse_but_tables(text: &str, file: FileId) -> (Parsed, Vec<UnreadTable>) {
    let (mut parsed, statements) = cut(text, file);
    let mut unread = Vec::new();
    for place in statements {
        let piece = slice(text, place);
        match cut::table_head(piece) {
            Some(head) => unread.push(UnreadTable {
                file,
                place,
                connection: slice(piece, head.connection).to_owned(),
                name: slice(piece, head.name).to_owned(),
                name_at: head.name.in_file(file, place.start),
            }),
            None => read_statement(text, place, file, &mut parsed),
        }
    }
    parsed.diagnostics.sort_by_key(|diagnostic| diagnostic.primary.span);
    (parsed, unread)
}

/// Reads what [`parse_but_tables`] left, out of the same text.
pub(crate) fn parse_table(text: &str, table: &UnreadTable) -> Parsed {
    let mut parsed = Parsed::default();
    read_statement(text, table.place, table.file, &mut parsed);
    parsed
}

/// What is known before any statement is read: where each stands, and what stands before the first.
fn cut(text: &str, file: FileId) -> (Parsed, Vec<TextRange>) {
    let mut parsed = Parsed::default();
    let cut = cut::cut(text);
    let before = slice(text, cut.before);
    let scanned = scan::scan(before);
    collect_comments(&mut parsed.file, before, &scanned, cut.before.start);
    if let Some(first) = scanned.tokens.first() {
        parsed.diagnostics.push(errors::nothing_to_go_on_with(first.range.in_file(file, cut.before.start)));
    }
    for word in cut.not_indented {
        let words = slice(text, word);
        parsed.diagnostics.push(errors::not_indented(word.in_file(file, 0), words));
    }
    (parsed, cut.statements)
}

fn read_statement(text: &str, place: TextRange, file: FileId, parsed: &mut Parsed) {
    let piece = slice(text, place);
    let scanned = scan::scan(piece);
    collect_comments(&mut parsed.file, piece, &scanned, place.start);
    let mut reading =
        Reading { file, base: place.start, text: piece, rewritten: 0, diagnostics: &mut parsed.diagnostics };
    let kind = reading.statement(&scanned);
    let end = scanned.tokens.last().map_or(0, |token| token.range.end);
    parsed.file.statements.push(Statement { start: place.start, range: TextRange::new(0, end), kind });
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
    /// How often foreign spellings in it were put right.
    rewritten: u32,
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
