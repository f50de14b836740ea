//! Habits from SQL, Python and their like: what was meant is clear, so each is reported with the change that mends it.
//!
//! Two kinds. Signs that the language does not have at all (`<>`, `'x'`, `--`) are found among the tokens, each where it
//! stands, and the rest is read as if they were mended. Words (`where`, `between`, a lone `=`) are habits only where the
//! grammar stopped at them.

use wr_base::diag::{Diagnostic, Edit};
use wr_base::span::{FileId, Span, TextRange};

use super::errors;
use super::grammar::Rule;
use super::token::{Scan, Token, TokenKind};
use crate::keywords;

/// A text that could not be read, and where it stands.
pub(super) struct Habits<'a> {
    pub(super) file: FileId,
    /// The absolute place of the text's start.
    pub(super) base: u32,
    pub(super) scan: &'a Scan,
}

/// A place in the text and what the grammar reads there instead, of the same length.
pub(super) type Change = (TextRange, String);

/// Signs with what the language has for them, and what the grammar can read in their place, of the same length.
const SIGNS: [(&str, &str, &str); 10] = [
    ("<>", "!=", "!="),
    ("&&", "and", "??"),
    ("||", "or", "??"),
    ("===", "==", "== "),
    ("====", "==", "==  "),
    ("!==", "!=", "!= "),
    (":=", "=", " ="),
    ("%", "mod", "*"),
    ("!", "not ", "-"),
    (";", "", " "),
];

impl<'a> Habits<'a> {
    fn word(&self, at: usize) -> &'a str {
        self.scan.tokens.get(at).map_or("", |token| self.slice(token.range))
    }

    fn slice(&self, range: TextRange) -> &'a str {
        self.scan.masked.get(range.start as usize..range.end as usize).unwrap_or_default()
    }

    fn token(&self, at: usize) -> Option<&'a Token> {
        self.scan.tokens.get(at)
    }

    fn is_word(&self, at: usize, words: &[&str]) -> bool {
        self.token(at).is_some_and(|token| token.kind == TokenKind::Word)
            && words.iter().any(|word| self.word(at).eq_ignore_ascii_case(word))
    }

    fn span(&self, range: TextRange) -> Span {
        range.in_file(self.file, self.base)
    }

    fn edit(&self, range: TextRange, replacement: impl Into<String>) -> Edit {
        Edit { span: self.span(range), replacement: replacement.into() }
    }

    /// One place, one replacement.
    fn replace(&self, range: TextRange, headline: &str, replacement: &str) -> Diagnostic {
        let title = format!("write `{}`", replacement.trim());
        errors::habit(self.span(range), headline, &title, vec![self.edit(range, replacement)])
    }

    /// The habits among the signs, and the text as if they were mended, byte for byte as long as before.
    pub(super) fn signs(&self) -> (Vec<Diagnostic>, String) {
        let mut found = Vec::new();
        let mut healed = self.scan.masked.clone();
        for token in &self.scan.tokens {
            let words = self.slice(token.range);
            let (diagnostic, instead) = match token.kind {
                TokenKind::SingleQuoted => self.single_quoted(token, words),
                TokenKind::ForeignComment => (self.foreign_comment(token, words), " ".repeat(words.len())),
                TokenKind::Sign => match SIGNS.iter().find(|(sign, _, _)| *sign == words) {
                    Some((sign, meant, instead)) => (self.sign(token, sign, meant), (*instead).to_owned()),
                    None => continue,
                },
                TokenKind::Word
                | TokenKind::QuotedName
                | TokenKind::Value
                | TokenKind::Number
                | TokenKind::Text
                | TokenKind::Pattern
                | TokenKind::Open
                | TokenKind::Close
                | TokenKind::Unknown => continue,
            };
            found.push(diagnostic);
            healed.replace_range(token.range.start as usize..token.range.end as usize, &instead);
        }
        (found, healed)
    }

    fn single_quoted(&self, token: &Token, words: &str) -> (Diagnostic, String) {
        let inner = words.trim_matches('\'');
        let escaped = inner.replace('\\', "\\\\").replace('"', "\\\"");
        let said = self.replace(token.range, "texts stand in `\"`, not in `'`", &format!("\"{escaped}\""));
        (said, format!("\"{}\"", "_".repeat(inner.len())))
    }

    fn foreign_comment(&self, token: &Token, words: &str) -> Diagnostic {
        let inner = words.trim_start_matches(['-', '/', '*']).trim_end_matches("*/").trim();
        let headline = "comments begin with `#`";
        let next = self.token(self.scan.tokens.partition_point(|other| other.range.start < token.range.end));
        let last_of_line = next.is_none_or(|next| {
            next.first_of_line || self.slice(TextRange::new(token.range.end, next.range.start)).contains('\n')
        });
        if last_of_line && !inner.contains('\n') {
            self.replace(token.range, headline, &format!("# {inner}"))
        } else {
            errors::habit(self.span(token.range), headline, "put it on a line of its own, after `#`", Vec::new())
        }
    }

    fn sign(&self, token: &Token, sign: &str, meant: &str) -> Diagnostic {
        if sign == ";" {
            let edits = vec![self.edit(token.range, "")];
            return errors::habit(
                self.span(token.range),
                "statements end with their line, without `;`",
                "leave it out",
                edits,
            );
        }
        // A word needs blanks around it, where the sign had none.
        let before = self.slice(TextRange::new(0, token.range.start));
        let after = self.scan.masked.get(token.range.end as usize..).unwrap_or_default();
        let is_name = meant.starts_with(char::is_alphabetic);
        let left = if is_name && before.ends_with(|c: char| !c.is_whitespace() && c != '(') { " " } else { "" };
        let right =
            if is_name && !meant.ends_with(' ') && after.starts_with(|c: char| !c.is_whitespace()) { " " } else { "" };
        self.replace(token.range, &format!("`{sign}` is written `{}`", meant.trim()), &format!("{left}{meant}{right}"))
    }

    /// The habit of the word at which the grammar stopped, if it is one.
    pub(super) fn at(&self, at: usize, expected: &[Rule]) -> Option<Diagnostic> {
        self.step_word(at)
            .or_else(|| self.equals(at, expected))
            .or_else(|| self.without_fix(at))
            .or_else(|| self.case(at))
            .or_else(|| self.star(at))
            .or_else(|| self.upper_case(at))
    }

    /// How the grammar can read on after the habit at a word; `None` where nobody can tell what was meant.
    pub(super) fn meant(&self, at: usize, habit: &Diagnostic) -> Option<Vec<Change>> {
        let range = self.token(at)?.range;
        let pad = |range: TextRange, words: &str| (range, format!("{words:<width$}", width = range.len() as usize));
        if self.is_word(at, &["like", "ilike"]) {
            return Some(vec![pad(range, "==")]);
        }
        if self.is_word(at, &["where"]) {
            // `filter` is longer; this step takes any value too.
            return Some(vec![pad(range, "take")]);
        }
        if self.word(at) == "=" {
            // As strong as `==`, and as short as what stands here.
            return Some(vec![pad(range, "<")]);
        }
        let edits = &habit.fixes.first()?.edits;
        edits
            .iter()
            .map(|edit| {
                let start = edit.span.start.checked_sub(self.base)?;
                let range = TextRange::new(start, edit.span.end.checked_sub(self.base)?);
                (edit.replacement.len() <= range.len() as usize).then(|| pad(range, &edit.replacement))
            })
            .collect()
    }

    /// Puts changes into a text that is as long as this one.
    pub(super) fn heal(&self, text: &mut String, changes: &[Change]) {
        for (range, words) in changes {
            let place = range.start as usize..range.end as usize;
            if words.len() == place.len() && text.get(place.clone()).is_some() {
                text.replace_range(place, words);
            }
        }
    }

    /// `where`, `order by`, `limit`, `left join`.
    fn step_word(&self, at: usize) -> Option<Diagnostic> {
        let first = self.token(at)?.range;
        if self.is_word(at, &["where", "having"]) {
            return Some(self.replace(first, "rows are kept by `filter`", "filter"));
        }
        if self.is_word(at, &["limit"]) {
            return Some(self.replace(first, "the first rows are taken by `take`", "take"));
        }
        if self.is_word(at, &["order"]) && self.is_word(at + 1, &["by"]) {
            let both = first.cover(self.token(at + 1)?.range);
            return Some(self.replace(both, "rows are sorted by `sort`", "sort"));
        }
        if self.is_word(at, &["left", "right", "inner", "full", "cross", "anti", "semi"]) {
            let join = if self.is_word(at + 1, &["outer"]) { at + 2 } else { at + 1 };
            if !self.is_word(join, &["join"]) {
                return None;
            }
            let words = first.cover(self.token(join)?.range);
            let kind = self.word(at).to_lowercase();
            if kind == "right" {
                let headline = "there is no right join";
                let help = "begin with the other relation and write `join left`";
                return Some(errors::habit(self.span(words), headline, help, Vec::new()));
            }
            return Some(self.replace(words, "the kind of a join stands after `join`", &format!("join {kind}")));
        }
        None
    }

    fn equals(&self, at: usize, expected: &[Rule]) -> Option<Diagnostic> {
        let range = self.token(at)?.range;
        match self.word(at) {
            "=" if expected.contains(&Rule::equal) => {
                Some(self.replace(range, "two values are compared with `==`", "=="))
            }
            "==" if expected.contains(&Rule::assign) => Some(self.replace(range, "a name is given with `=`", "=")),
            _ => None,
        }
    }

    /// Words whose usual forms the table of habits knows; what is left of them is told without a fix.
    fn without_fix(&self, at: usize) -> Option<Diagnostic> {
        let span = self.span(self.token(at)?.range);
        if self.is_word(at, &["between"]) {
            let help = "write `in a..b`, both ends included";
            return Some(errors::habit(span, "a range is tested with `in`", help, Vec::new()));
        }
        if self.is_word(at, &["like", "ilike"]) {
            let help = "write `contains(x, \"a\")`, `starts_with(x, \"a\")` or `ends_with(x, \"a\")`";
            return Some(errors::habit(span, "there is no `like`", help, Vec::new()));
        }
        None
    }

    /// `case when … end` and `if(…)`.
    fn case(&self, at: usize) -> Option<Diagnostic> {
        let before = at.checked_sub(1);
        let case = [Some(at), before].into_iter().flatten().find(|at| self.is_word(*at, &["case"]));
        if let Some(case) = case.filter(|case| self.is_word(case + 1, &["when"])) {
            let range = self.token(case)?.range;
            let mut edits = vec![self.edit(TextRange::new(range.start, self.token(case + 1)?.range.start), "")];
            if let Some(end) = (case..self.scan.tokens.len()).find(|at| self.is_word(*at, &["end"])) {
                let from = self.token(end - 1)?.range.end;
                edits.push(self.edit(TextRange::new(from, self.token(end)?.range.end), ""));
            }
            let headline = "a condition is written `when c then v else v`, without `case` and `end`";
            return Some(errors::habit(self.span(range), headline, "leave `case` and `end` out", edits));
        }
        if self.is_word(at, &["if"]) && self.word(at + 1) == "(" {
            let headline = "a condition is written `when c then v else v`";
            let help = "`if` stands only at the end of a step";
            return Some(errors::habit(self.span(self.token(at)?.range), headline, help, Vec::new()));
        }
        None
    }

    /// `select *` and `count(*)`.
    fn star(&self, at: usize) -> Option<Diagnostic> {
        if self.word(at) != "*" {
            return None;
        }
        let range = self.token(at)?.range;
        let before = at.checked_sub(1)?;
        if self.word(before) == "(" {
            let edits = vec![self.edit(range, "")];
            return Some(errors::habit(self.span(range), "rows are counted by `count()`", "leave `*` out", edits));
        }
        if self.is_word(before, &["select"]) {
            let headline = "all columns are there without `select`";
            return Some(errors::habit(self.span(range), headline, "leave the step out", Vec::new()));
        }
        None
    }

    /// `FROM`, `AND`.
    fn upper_case(&self, at: usize) -> Option<Diagnostic> {
        let token = self.token(at).filter(|token| token.kind == TokenKind::Word)?;
        let lower = self.word(at).to_lowercase();
        (lower != self.word(at) && keywords::is_keyword(&lower))
            .then(|| self.replace(token.range, "the words of the language are in lower case", &lower))
    }
}
