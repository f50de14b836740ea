//! The tokens of a broken statement to the names that it would have declared, so that nobody is told of them again.

use super::Reading;
use super::token::{Scan, Token, TokenKind};
use crate::ast::{Broken, Declared, Name};

impl Reading<'_> {
    pub(super) fn name_of(&self, token: &Token) -> Name {
        let words = self.word(token);
        let quoted = token.kind == TokenKind::QuotedName;
        Name { text: words.trim_matches('`').trim_start_matches('$').to_owned(), range: token.range, quoted }
    }

    /// The names that the statement would have declared, so that their users are not reported for its mistake.
    pub(super) fn broken(&self, scanned: &Scan) -> Broken {
        scanned.tokens.first().map_or_else(Broken::default, |first| self.broken_as(scanned, self.word(first)))
    }

    /// The same for a statement whose first word is misspelt.
    pub(super) fn broken_as(&self, scanned: &Scan, word: &str) -> Broken {
        let mut tokens = scanned.tokens.iter().skip(1);
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
            "step" => vec![Declared::Step(name)],
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
