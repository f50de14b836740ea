//! What is left of a statement that could not be read, and what to say about it: one report for each mistake.

use pest::Parser;
use wr_base::diag::Diagnostic;
use wr_base::span::{Span, TextRange};

use super::grammar::{Grammar, Parts, Rule};
use super::scan::{Problem, Scan, Token, TokenKind};
use super::{Reading, errors, slice, words};
use crate::ast::{Broken, Declared, LetRelation, Name, Pipeline, StatementKind, Step, StepKind};
use crate::keywords;

impl Reading<'_> {
    pub(super) fn recover(&mut self, scanned: &Scan) -> StatementKind {
        if let Some(unknown) = self.unknown_word(scanned) {
            self.diagnostics.push(unknown);
            return StatementKind::Error(self.broken(scanned));
        }
        if let Some(saved) = self.recover_pipeline(scanned) {
            return saved;
        }
        let said = self.explain(scanned, 0, Rule::statement_only);
        self.diagnostics.extend(said);
        StatementKind::Error(self.broken(scanned))
    }

    fn word(&self, token: &Token) -> &str {
        slice(self.text, token.range)
    }

    fn span(&self, range: TextRange) -> Span {
        range.in_file(self.file, self.base)
    }

    /// A statement whose first word is no statement's, or one of a later version.
    fn unknown_word(&self, scanned: &Scan) -> Option<Diagnostic> {
        let first = scanned.tokens.first()?;
        let word = self.word(first);
        let span = self.span(first.range);
        if keywords::is_statement_word(word) {
            None
        } else if keywords::is_later_statement_word(word) {
            Some(errors::later_statement(span, word))
        } else if keywords::is_step_word(word) {
            Some(errors::step_not_indented(span, word))
        } else {
            Some(errors::unknown_statement(span, word))
        }
    }

    /// The steps of a `let`, each read by itself.
    fn recover_pipeline(&mut self, scanned: &Scan) -> Option<StatementKind> {
        let [let_word, name, assign, ..] = scanned.tokens.as_slice() else { return None };
        let named = matches!(name.kind, TokenKind::Word | TokenKind::QuotedName);
        if self.word(let_word) != "let" || !named || self.word(assign) != "=" {
            return None;
        }
        let name = self.name_of(name);
        if keywords::is_reserved(&name.text) && !name.quoted {
            return None;
        }
        let cuts = self.cuts(scanned)?;
        let end = self.text.trim_end().len() as u32;
        let before = self.diagnostics.len();
        let mut steps = Vec::new();
        for (at, start) in cuts.iter().enumerate() {
            let place = TextRange::new(*start, cuts.get(at + 1).copied().unwrap_or(end));
            self.read_steps(place, at == 0, &mut steps);
        }
        // Every step is sound, so the mistake is between them.
        if self.diagnostics.len() == before {
            return None;
        }
        let first = cuts.first().copied().unwrap_or(0);
        let pipeline = Pipeline { steps, range: TextRange::new(first, end) };
        Some(StatementKind::LetRelation(LetRelation { name, pipeline }))
    }

    /// Where the steps begin: the first sign after `=`, and the step words that begin a line.
    fn cuts(&self, scanned: &Scan) -> Option<Vec<u32>> {
        let first = scanned.tokens.get(3)?;
        // An unclosed bracket makes all depths after it wrong; the column of the first step is right all the same.
        let column = scanned
            .tokens
            .iter()
            .find(|token| token.first_of_line && self.begins_step(token))
            .map(|token| token.column);
        let mut cuts = vec![first.range.start];
        for token in scanned.tokens.iter().skip(4) {
            let here = token.first_of_line && self.begins_step(token);
            if here && (token.depth == 0 || Some(token.column) == column) {
                cuts.push(token.range.start);
            }
        }
        Some(cuts)
    }

    fn begins_step(&self, token: &Token) -> bool {
        token.kind == TokenKind::Word && keywords::is_step_word(self.word(token))
    }

    fn read_steps(&mut self, place: TextRange, first: bool, steps: &mut Vec<Step>) {
        let text = slice(self.text, place);
        let scanned = super::scan::scan(text);
        if scanned.problem.is_none()
            && let Ok(mut pairs) = Grammar::parse(Rule::steps_only, &scanned.masked)
            && let Some(pair) = pairs.next()
        {
            let begins_with_from = text.starts_with("from");
            let mut builder = self.builder(place.start);
            if begins_with_from == first
                && let Some(built) = builder.steps(Parts::of(pair))
            {
                steps.extend(built);
                return;
            }
        }
        let range = TextRange::new(place.start, place.start + text.trim_end().len() as u32);
        steps.push(Step { kind: StepKind::Error, condition: None, range });
        let said = self.explain(&scanned, place.start, Rule::steps_only);
        self.diagnostics.extend(said);
    }

    /// What to say about a text that cannot be read.
    fn explain(&self, scanned: &Scan, shift: u32, rule: Rule) -> Vec<Diagnostic> {
        let place = |range: TextRange| self.span(range.shifted(shift));
        if let Some(problem) = scanned.problem {
            return vec![self.problem(problem, shift)];
        }
        let Err(failure) = Grammar::parse(rule, &scanned.masked) else {
            let end = scanned.masked.trim_end().len() as u32;
            return vec![errors::not_understood(place(TextRange::new(0, end)))];
        };
        let at = match failure.location {
            pest::error::InputLocation::Pos(at) => at as u32,
            pest::error::InputLocation::Span((start, _)) => start as u32,
        };
        let expected = match &failure.variant {
            pest::error::ErrorVariant::ParsingError { positives, .. } => words::expected(positives),
            pest::error::ErrorVariant::CustomError { message } => message.clone(),
        };
        let token = scanned.tokens.get(scanned.token_at(at));
        vec![match token {
            Some(token) => errors::unexpected(place(token.range), Some(slice(&scanned.masked, token.range)), &expected),
            None => {
                let end = scanned.tokens.last().map_or(0, |token| token.range.end);
                errors::unexpected(place(TextRange::empty(end)), None, &expected)
            }
        }]
    }

    fn problem(&self, problem: Problem, shift: u32) -> Diagnostic {
        let place = |range: TextRange| self.span(range.shifted(shift));
        let sign = |range: TextRange| slice(self.text, range.shifted(shift));
        match problem {
            Problem::TextNotClosed(range) => errors::text_not_closed(place(range)),
            Problem::LongTextNotClosed(range) => errors::long_text_not_closed(place(range)),
            Problem::HoleNotClosed(range) => errors::hole_not_closed(place(range)),
            Problem::PatternNotClosed(range) => errors::pattern_not_closed(place(range)),
            Problem::NameNotClosed(range) => errors::name_not_closed(place(range)),
            Problem::BracketNotClosed(range) => errors::bracket_not_closed(place(range), sign(range)),
            Problem::BracketStray(range, opener) => errors::stray_bracket(place(range), sign(range), opener.map(place)),
            Problem::TooDeep(range) => errors::too_deep(place(range)),
        }
    }

    fn name_of(&self, token: &Token) -> Name {
        let words = self.word(token);
        let quoted = token.kind == TokenKind::QuotedName;
        Name { text: words.trim_matches('`').trim_start_matches('$').to_owned(), range: token.range, quoted }
    }

    /// The names that the statement would have declared, so that their users are not reported for its mistake.
    pub(super) fn broken(&self, scanned: &Scan) -> Broken {
        let mut tokens = scanned.tokens.iter();
        let Some(word) = tokens.next().map(|token| self.word(token)) else { return Broken::default() };
        let is_name = |token: &&Token| matches!(token.kind, TokenKind::Word | TokenKind::QuotedName);
        let Some(first) = tokens.next() else { return Broken::default() };
        let name = self.name_of(first);
        if first.kind == TokenKind::Value {
            return Broken { declares: if word == "let" { vec![Declared::Value(name)] } else { Vec::new() } };
        }
        if !is_name(&first) {
            return Broken::default();
        }
        let declares = match word {
            "let" => vec![Declared::Relation(name)],
            "param" => vec![Declared::Value(name)],
            "fn" => vec![Declared::Function(name)],
            "source" => vec![Declared::Connection(name)],
            "split" => vec![Declared::Branches(name)],
            "table" => match (tokens.next().map(|token| self.word(token)), tokens.next().filter(is_name)) {
                (Some("."), Some(table)) => vec![Declared::Table { connection: name, name: self.name_of(table) }],
                _ => Vec::new(),
            },
            "use" => scanned
                .tokens
                .iter()
                .skip(1)
                .take_while(|token| self.word(token) != "from")
                .filter(is_name)
                .map(|token| Declared::Import(self.name_of(token)))
                .collect(),
            _ => Vec::new(),
        };
        Broken { declares }
    }
}
