//! What all builders share: where a pair stands, names, texts without holes, and the depth of the tree.
//!
//! A builder returns `None` only where it and the grammar disagree: a bug of ours, that the parser reports as a syntax
//! error of the whole statement instead of dying of it.

use pest::iterators::Pair;
use wr_base::diag::Diagnostic;
use wr_base::span::{FileId, Span, TextRange};

use super::grammar::{Parts, Rule};
use crate::ast::{ColumnName, Name};

pub(super) struct Builder<'a> {
    pub(super) file: FileId,
    /// Where the statement starts in the file.
    pub(super) base: u32,
    /// Where the text that pest read starts in the statement.
    pub(super) shift: u32,
    /// How deep the expression that is being built stands in the tree.
    pub(super) depth: usize,
    pub(super) diagnostics: &'a mut Vec<Diagnostic>,
}

impl Builder<'_> {
    /// The place of a pair in its statement. Pest's span overruns into the blanks behind it.
    pub(super) fn range(&self, pair: &Pair<'_, Rule>) -> TextRange {
        let span = pair.as_span();
        let length = span.as_str().trim_end().len();
        TextRange::new(span.start() as u32, (span.start() + length) as u32).shifted(self.shift)
    }

    pub(super) const fn span(&self, range: TextRange) -> Span {
        range.in_file(self.file, self.base)
    }

    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    pub(super) fn name(&self, pair: &Pair<'_, Rule>) -> Name {
        let words = pair.as_str().trim_end();
        let bare = words.strip_prefix('`').and_then(|rest| rest.strip_suffix('`'));
        Name { text: bare.unwrap_or(words).to_owned(), range: self.range(pair), quoted: bare.is_some() }
    }

    pub(super) fn names(&self, pairs: &[Pair<'_, Rule>]) -> Vec<Name> {
        pairs.iter().map(|pair| self.name(pair)).collect()
    }

    /// `$name`: the range with the `$`.
    pub(super) fn value_name(&self, pair: Pair<'_, Rule>) -> Option<Name> {
        let range = self.range(&pair);
        let name = Parts::of(pair).take(Rule::name)?;
        Some(Name { range, ..self.name(&name) })
    }

    /// One name, or two with a dot.
    pub(super) fn dotted(&self, parts: &mut Parts<'_>) -> Option<(Option<Name>, Name)> {
        let first = parts.take(Rule::name)?;
        let first = self.name(&first);
        Some(match parts.take(Rule::name) {
            Some(second) => (Some(first), self.name(&second)),
            None => (None, first),
        })
    }

    pub(super) fn column(&self, pair: Pair<'_, Rule>) -> Option<ColumnName> {
        let range = self.range(&pair);
        let (qualifier, name) = self.dotted(&mut Parts::of(pair))?;
        Some(ColumnName { qualifier, name, range })
    }

    pub(super) fn columns(&self, pairs: Vec<Pair<'_, Rule>>) -> Option<Vec<ColumnName>> {
        pairs.into_iter().map(|pair| self.column(pair)).collect()
    }
}
