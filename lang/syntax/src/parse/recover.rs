//! What is left of a statement that could not be read, and what to say about it: one report for each mistake.

use pest::Parser;
use wr_base::diag::{Diagnostic, Edit, Safety};
use wr_base::name::near_misses;
use wr_base::span::{Span, TextRange};

use super::grammar::{Grammar, Parts, Rule};
use super::habit::{Change, Habits};
use super::pattern::{self, Found};
use super::repair::{Repair, RepairKind, Repairs};
use super::token::{Problem, Scan, Token, TokenKind};
use super::{Reading, errors, scan, slice, words};
use crate::ast::{LetRelation, Parameter, Pipeline, StatementKind, Step, StepDeclaration, StepKind};
use crate::keywords;

/// How many bytes of a text are read again to find more habits in it. Each habit reads the whole text once more: five
/// thousand of them in one statement would take minutes, and nobody reads so many reports.
const READ_AGAIN_LIMIT: usize = 1 << 20;

/// How often a text is read again with its foreign spellings put right: one can hold another.
const REWRITE_LIMIT: u32 = 3;

impl Reading<'_> {
    pub(super) fn recover(&mut self, scanned: &Scan) -> StatementKind {
        if let Some(unknown) = self.unknown_word(scanned) {
            self.diagnostics.push(unknown);
            let word = scanned.tokens.first().map_or("", |token| self.word(token));
            let meant = near_misses(word, keywords::statement_words()).first().copied().unwrap_or(word);
            return StatementKind::Error(self.broken_as(scanned, meant));
        }
        if let Some(saved) = self.recover_pipeline(scanned) {
            return saved;
        }
        let said = self.explain(scanned, 0, Rule::statement_only);
        self.diagnostics.extend(said);
        StatementKind::Error(self.broken(scanned))
    }

    pub(super) fn word(&self, token: &Token) -> &str {
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
        let word_in_quotes = format!("`{word}`");
        if keywords::is_statement_word(word) {
            None
        } else if keywords::is_later_statement_word(word) {
            Some(errors::not_yet(span, if word == "on" { "`on failure`" } else { word_in_quotes.as_str() }))
        } else if keywords::is_step_word(&word.to_lowercase()) {
            Some(errors::step_not_indented(span, word))
        } else {
            Some(errors::unknown_statement(span, word))
        }
    }

    /// The steps of a `let` or a `step`, each read by itself.
    fn recover_pipeline(&mut self, scanned: &Scan) -> Option<StatementKind> {
        let [statement_word, name, ..] = scanned.tokens.as_slice() else { return None };
        let is_step = self.word(statement_word) == "step";
        let named = matches!(name.kind, TokenKind::Word | TokenKind::QuotedName);
        if !(is_step || self.word(statement_word) == "let") || !named {
            return None;
        }
        let name = self.name_of(name);
        if keywords::is_reserved(&name.text) && !name.quoted {
            return None;
        }
        let assign = scanned.tokens.iter().position(|token| token.depth == 0 && self.word(token) == "=")?;
        let parameters = self.parameters_before(scanned, assign)?;
        let mut cuts = self.cuts(scanned, assign + 1)?;
        let end = scanned.tokens.last().map_or(0, |token| token.range.end);
        let before = self.diagnostics.len();
        let mut steps = Vec::new();
        if let Some(from) = self.select_first(scanned, assign + 1, end).filter(|_| !is_step) {
            cuts.retain(|cut| *cut > from);
            cuts.insert(0, from);
        }
        for (at, start) in cuts.iter().enumerate() {
            let place = TextRange::new(*start, cuts.get(at + 1).copied().unwrap_or(end));
            let first = at == 0 && !is_step;
            if is_step && self.begins_with_from(*start) {
                let word = TextRange::new(*start, *start + "from".len() as u32);
                self.diagnostics.push(errors::from_in_step(self.span(word)));
                steps.push(Step { kind: StepKind::Error, condition: None, range: place });
                continue;
            }
            self.read_steps(place, first, &mut steps);
        }
        // Every step is sound, so the mistake is between them.
        if self.diagnostics.len() == before {
            return None;
        }
        if is_step {
            return Some(StatementKind::Step(StepDeclaration { name, parameters, steps }));
        }
        let first = cuts.first().copied().unwrap_or(0);
        let pipeline = Pipeline { steps, range: TextRange::new(first, end) };
        Some(StatementKind::LetRelation(LetRelation { name, parameters, pipeline }))
    }

    /// What is declared between the name and the `=`; `None` where that cannot be read.
    fn parameters_before(&mut self, scanned: &Scan, assign: usize) -> Option<Vec<Parameter>> {
        let (open, close) = (scanned.tokens.get(2)?, scanned.tokens.get(assign - 1)?);
        if assign == 2 {
            return Some(Vec::new());
        }
        let text = scanned.masked.get(open.range.start as usize..close.range.end as usize)?;
        let mut pairs = Grammar::parse(Rule::parameters_only, text).ok()?;
        self.builder(open.range.start).parameters_declared(&mut Parts::of(pairs.next()?))
    }

    fn begins_with_from(&self, at: u32) -> bool {
        let rest = self.text.get(at as usize..).unwrap_or_default();
        let rest = rest.strip_prefix("from");
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    }

    /// Where the steps begin: the sign at `start`, and the step words that begin a line.
    fn cuts(&self, scanned: &Scan, start: usize) -> Option<Vec<u32>> {
        let first = scanned.tokens.get(start)?;
        // An unclosed bracket makes all depths after it wrong; the column of the first step is right all the same.
        let begins: Vec<&Token> = (start + 1..scanned.tokens.len())
            .filter(|at| self.begins_step(scanned, *at))
            .filter_map(|at| scanned.tokens.get(at))
            .collect();
        let column = if first.first_of_line { Some(first.column) } else { begins.first().map(|token| token.column) };
        let steps = begins.into_iter().filter(|token| token.depth == 0 || Some(token.column) == column);
        Some(std::iter::once(first).chain(steps).map(|token| token.range.start).collect())
    }

    /// A step's word, or one that users of other languages take for it.
    fn begins_step(&self, scanned: &Scan, at: usize) -> bool {
        let Some(token) = scanned.tokens.get(at).filter(|token| token.first_of_line) else { return false };
        if token.kind != TokenKind::Word {
            // `.query(…)` and `| where …`.
            return token.depth == 0 && matches!(self.word(token), "." | "|");
        }
        let next = scanned.tokens.get(at + 1).map_or(String::new(), |next| self.word(next).to_lowercase());
        let word = self.word(token).to_lowercase();
        match word.as_str() {
            "where" | "having" | "limit" => true,
            "order" => next == "by",
            "left" | "right" | "inner" | "full" | "cross" => next == "join" || next == "outer",
            // The second half of what is one step here.
            "summarise" | "summarize" if self.follows_grouping(scanned, at) => false,
            word => keywords::is_step_word(word) || token.depth == 0 && pattern::begins_step(word),
        }
    }

    /// Whether the line above groups as dplyr does, in a step of its own.
    fn follows_grouping(&self, scanned: &Scan, at: usize) -> bool {
        let above = scanned.tokens.iter().take(at).rev().find(|token| token.first_of_line);
        above.is_some_and(|above| self.word(above) == "group_by")
    }

    /// `let x = select a from b`: reports it, and says where the `from` stands.
    fn select_first(&mut self, scanned: &Scan, start: usize, end: u32) -> Option<u32> {
        let select = scanned.tokens.get(start).filter(|token| self.word(token).eq_ignore_ascii_case("select"))?;
        let from = scanned
            .tokens
            .iter()
            .skip(start + 1)
            .find(|token| token.depth == 0 && self.word(token).eq_ignore_ascii_case("from"))?;
        let columns = slice(self.text, TextRange::new(select.range.end, from.range.start)).trim();
        let gone = self.span(TextRange::new(select.range.start, from.range.start));
        let mut edits = vec![Edit { span: gone, replacement: String::new() }];
        if columns != "*" {
            let last = self.span(TextRange::empty(end));
            edits.push(Edit { span: last, replacement: format!("\n  select {columns}") });
        }
        let said = errors::habit(
            self.span(select.range),
            "a pipeline begins with `from`, and `select` comes after it",
            "put `select` at the end",
            edits,
        );
        let start = from.range.start;
        self.diagnostics.push(said);
        Some(start)
    }

    fn read_steps(&mut self, place: TextRange, first: bool, steps: &mut Vec<Step>) {
        let text = slice(self.text, place);
        let scanned = scan::scan(text);
        let end = scanned.tokens.last().map_or(0, |token| token.range.end);
        let range = TextRange::new(0, end).shifted(place.start);
        let word = scanned.tokens.first().map_or("", |token| slice(text, token.range));
        let said = if keywords::is_later_step_word(word) {
            let word_range = TextRange::new(0, word.len() as u32).shifted(place.start);
            vec![errors::not_yet(self.span(word_range), &format!("`{word}`"))]
        } else if scanned.problem.is_none()
            && let Ok(mut pairs) = Grammar::parse(Rule::steps_only, &scanned.masked)
            && let Some(pair) = pairs.next()
        {
            let begins_with_from = word == "from";
            let mut builder = self.builder(place.start);
            if begins_with_from == first
                && let Some(built) = builder.steps(Parts::of(pair))
            {
                steps.extend(built);
                return;
            }
            let word_range = TextRange::new(0, word.len() as u32).shifted(place.start);
            vec![errors::from_is_first(self.span(word_range), word)]
        } else if first && !word.eq_ignore_ascii_case("from") {
            vec![self.without_from(&scanned, place.start, word)]
        } else {
            self.explain(&scanned, place.start, Rule::steps_only)
        };
        steps.push(Step { kind: StepKind::Error, condition: None, range });
        self.diagnostics.extend(said);
    }

    /// `let x = people`, where `from people` was meant.
    fn without_from(&self, scanned: &Scan, shift: u32, word: &str) -> Diagnostic {
        let Some(token) = scanned.tokens.first() else {
            return errors::unexpected(self.span(TextRange::empty(shift)), None, "`from`");
        };
        let place = self.span(token.range.shifted(shift));
        let said = errors::from_is_first(place, word);
        if let Some(from) = near_misses(word, ["from"]).first() {
            let edits = vec![Edit { span: place, replacement: (*from).to_owned() }];
            return said.with_fix(format!("write `{from}`"), edits, Safety::Suggested);
        }
        let names_relation =
            matches!(token.kind, TokenKind::Word | TokenKind::QuotedName) && !keywords::is_reserved(word);
        if names_relation {
            let edits = vec![Edit { span: Span { end: place.start, ..place }, replacement: "from ".to_owned() }];
            said.with_fix(format!("write `from {word}`"), edits, Safety::Suggested)
        } else {
            said.with_help("a value known before any row is read has a `$`: `let $name = …`")
        }
    }

    /// What to say about a text that cannot be read: the habits among its signs, and the first other mistake.
    fn explain(&self, scanned: &Scan, shift: u32, rule: Rule) -> Vec<Diagnostic> {
        if let Some(problem) = scanned.problem {
            let repair = Repairs::new(scanned, &scanned.masked, rule, None).of(problem);
            let said = self.problem(problem, shift);
            return vec![match repair {
                Some(repair) => self.repaired(said, repair, shift, None),
                None => said,
            }];
        }
        let foreign =
            if self.rewritten < REWRITE_LIMIT { pattern::found(scanned, &scanned.masked) } else { Vec::new() };
        if !foreign.is_empty() {
            return self.explain_rewritten(scanned, shift, rule, &foreign);
        }
        let habits = Habits { file: self.file, base: self.base + shift, scan: scanned };
        let (mut said, mut healed) = habits.signs();
        let mut last = None;
        let mut read = 0;
        // A habit is read on as what was meant, so that it hides nothing; any other mistake ends the reading.
        while let Err(failure) = Grammar::parse(rule, &healed) {
            let at = place_of(&failure);
            if last.replace(at).is_some_and(|last| last >= at) {
                break;
            }
            let repairs = Repairs::new(scanned, &healed, rule, self.column_of_step(shift));
            let (mistake, meant) = self.explain_failure(scanned, shift, &habits, &repairs, &failure);
            said.push(mistake);
            read += healed.len();
            match meant.filter(|_| read < READ_AGAIN_LIMIT) {
                Some(changes) => habits.heal(&mut healed, &changes),
                None => break,
            }
        }
        if said.is_empty() {
            let end = scanned.tokens.last().map_or(0, |token| token.range.end);
            said.push(errors::not_understood(self.span(TextRange::new(0, end).shifted(shift))));
        }
        said
    }

    /// The spellings of other languages, and whatever else is wrong once they are put right.
    fn explain_rewritten(&self, scanned: &Scan, shift: u32, rule: Rule, foreign: &[Found]) -> Vec<Diagnostic> {
        let mut said = Vec::new();
        let mut text = String::new();
        // Where the old and the new text have the same words: the starts in both, and the length.
        let mut shared = Vec::new();
        let mut done = 0;
        for found in foreign {
            let span = self.span(found.range.shifted(shift));
            let words = slice(&scanned.masked, found.range);
            let edits = vec![Edit { span, replacement: found.instead.clone() }];
            said.push(errors::written_otherwise(span, words, &found.instead, edits));
            let kept = slice(&scanned.masked, TextRange::new(done, found.range.start));
            shared.push((done, text.len() as u32, kept.len() as u32));
            text.push_str(kept);
            text.push_str(&found.instead);
            done = found.range.end;
        }
        let kept = scanned.masked.get(done as usize..).unwrap_or_default();
        shared.push((done, text.len() as u32, kept.len() as u32));
        text.push_str(kept);
        let again = scan::scan(&text);
        if again.problem.is_some() || Grammar::parse(rule, &again.masked).is_ok() {
            return said;
        }
        let back = |span: Span| {
            let holds = |(_, new, length): &&(u32, u32, u32)| *new <= span.start && span.end <= new + length;
            let (old, new, _) = shared.iter().find(holds)?;
            Some(self.span(TextRange::new(span.start - new + old, span.end - new + old).shifted(shift)))
        };
        let mut unused = Vec::new();
        let rewritten = self.rewritten + 1;
        let reading = Reading { file: self.file, base: 0, text: &text, rewritten, diagnostics: &mut unused };
        // What is wrong within the new words is the fault of what stood there.
        for mut other in reading.explain(&again, 0, rule) {
            let Some(primary) = back(other.primary.span) else { continue };
            other.primary.span = primary;
            other.secondary.retain_mut(|label| back(label.span).map(|span| label.span = span).is_some());
            other.fixes.retain_mut(|fix| {
                fix.edits.iter_mut().all(|edit| back(edit.span).map(|span| edit.span = span).is_some())
            });
            said.push(other);
        }
        said
    }

    /// The column of the sign at an offset, where a step begins there.
    fn column_of_step(&self, shift: u32) -> Option<u32> {
        let before = slice(self.text, TextRange::new(0, shift));
        let line = before.rsplit('\n').next()?;
        (shift > 0 && line.trim().is_empty()).then_some(line.len() as u32)
    }

    fn explain_failure(
        &self,
        scanned: &Scan,
        shift: u32,
        habits: &Habits<'_>,
        repairs: &Repairs<'_>,
        failure: &pest::error::Error<Rule>,
    ) -> (Diagnostic, Option<Vec<Change>>) {
        let place = |range: TextRange| self.span(range.shifted(shift));
        let at = place_of(failure);
        let expected = match &failure.variant {
            pest::error::ErrorVariant::ParsingError { positives, .. } => positives.as_slice(),
            pest::error::ErrorVariant::CustomError { .. } => &[],
        };
        let index = scanned.token_at(at);
        let repaired = |said: Diagnostic, found: Option<&str>| match repairs.at(index, expected) {
            Some(repair) => self.repaired(said, repair, shift, found),
            None => said,
        };
        let Some(token) = scanned.tokens.get(index) else {
            let end = scanned.tokens.last().map_or(0, |token| token.range.end);
            let said = errors::unexpected(place(TextRange::empty(end)), None, &words::expected(expected));
            return (repaired(said, None), None);
        };
        if let Some(habit) = habits.at(index, expected) {
            let meant = habits.meant(index, &habit);
            return (habit, meant);
        }
        if let Some(clause) = self.clause_without_value(scanned, shift, index) {
            let said = errors::unexpected(place(clause.range), Some(slice(&scanned.masked, clause.range)), "a value");
            return (said, None);
        }
        let word = slice(&scanned.masked, token.range);
        let later = match word {
            "chart" if expected.contains(&Rule::close_brace) => Some("`chart`".to_owned()),
            "jsonl" | "html" | "table" if expected.contains(&Rule::format) => Some(format!("the format `{word}`")),
            _ => None,
        };
        if let Some(what) = later {
            return (errors::not_yet(place(token.range), &what), None);
        }
        let said = errors::unexpected(place(token.range), Some(word), &words::expected(expected));
        (repaired(said, Some(word)), None)
    }

    /// `= label "City"`, `on a, keep first`: the grammar takes the word for the name that is missing, and stops behind it.
    fn clause_without_value<'s>(&self, scanned: &'s Scan, shift: u32, at: usize) -> Option<&'s Token> {
        let word = |at: usize| scanned.tokens.get(at).map_or("", |token| slice(self.text, token.range.shifted(shift)));
        let clause = scanned.tokens.get(at.checked_sub(1)?)?;
        let before = at.checked_sub(2).map_or("", word);
        let next_is_text = scanned.tokens.get(at).is_some_and(|token| token.kind == TokenKind::Text);
        let is_clause = match word(at - 1) {
            "as" | "label" | "help" => next_is_text,
            "keep" => word(at) == "first",
            "to" => matches!(word(at), "csv" | "xlsx" | "parquet" | "jsonl"),
            _ => false,
        };
        let lacks_value = matches!(before, "=" | "," | "{" | "export");
        (is_clause && lacks_value).then_some(clause)
    }

    /// What is said, with the change that was found, at the place that it shows.
    fn repaired(&self, mut said: Diagnostic, repair: Repair, shift: u32, found: Option<&str>) -> Diagnostic {
        let place = |range: TextRange| self.span(range.shifted(shift));
        let shown = |range: TextRange| slice(self.text, range.shifted(shift));
        if let Some(at) = repair.place {
            said.primary.span = place(at);
        }
        let title = match &repair.kind {
            RepairKind::Misspelt(range, meant) => {
                if found.is_some() {
                    said = errors::misspelt(place(*range), shown(*range));
                }
                format!("write `{meant}`")
            }
            RepairKind::Doubled(range) => {
                said = errors::doubled(place(*range), shown(*range));
                "leave one of them out".to_owned()
            }
            RepairKind::Missing(literal) if literal == "," => "put a comma before it".to_owned(),
            RepairKind::Missing(literal) if literal == "`" => "put a backtick there".to_owned(),
            RepairKind::Missing(literal) => {
                // Far from where the reading stopped, the place is worth a look.
                if let Some((at, _)) = repair.edits.first().filter(|_| found.is_none()) {
                    said = said.with_secondary(place(*at), format!("`{literal}` can stand here"));
                }
                format!("put `{literal}` there")
            }
            RepairKind::TooMuch(range) => format!("leave `{}` out", shown(*range)),
        };
        let edits = repair.edits.into_iter().map(|(range, replacement)| Edit { span: place(range), replacement });
        said.with_fix(title, edits.collect(), Safety::Suggested)
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
}

/// Where the grammar stopped.
fn place_of(failure: &pest::error::Error<Rule>) -> u32 {
    match failure.location {
        pest::error::InputLocation::Pos(at) => at as u32,
        pest::error::InputLocation::Span((start, _)) => start as u32,
    }
}
