//! The one list of the words of the language: editors' grammars are generated from it, the formatter quotes by it.
//!
//! A test holds it against the grammar: every keyword there is here, and none is here that is not there or to come.

/// What a word is for, and so whether it can be a name without backticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeywordKind {
    /// Begins a statement. Free as a name.
    Statement,
    /// Begins a step. Never a bare name: `` `take` ``.
    Step,
    /// Begins a clause or modifies one. Free as a name.
    Clause,
    /// An operator or a constant. Never a bare name.
    Operator,
    /// A type. Free as a name.
    Type,
    /// A name with a meaning of its own where no column is meant: `now`. In backticks it is a column.
    Known,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keyword {
    pub word: &'static str,
    pub kind: KeywordKind,
    /// Kept for a later version: an error today, wherever it begins something.
    pub later: bool,
}

const fn words<const N: usize>(kind: KeywordKind, later: bool, words: [&'static str; N]) -> [Keyword; N] {
    let mut out = [Keyword { word: "", kind, later }; N];
    let mut at = 0;
    while at < N {
        out[at].word = words[at];
        at += 1;
    }
    out
}

const STATEMENTS: [Keyword; 13] = words(
    KeywordKind::Statement,
    false,
    ["report", "use", "source", "table", "param", "let", "fn", "expect", "split", "record", "export", "reveal", "test"],
);
const LATER_STATEMENTS: [Keyword; 4] = words(KeywordKind::Statement, true, ["alert", "schedule", "on", "step"]);
const STEPS: [Keyword; 12] = words(
    KeywordKind::Step,
    false,
    ["from", "filter", "select", "derive", "drop", "rename", "join", "group", "aggregate", "sort", "take", "distinct"],
);
const LATER_STEPS: [Keyword; 11] = words(
    KeywordKind::Step,
    true,
    ["union", "except", "intersect", "sample", "window", "fill", "pivot", "unpivot", "compare", "apply", "place"],
);
const CLAUSES: [Keyword; 54] = words(
    KeywordKind::Clause,
    false,
    [
        "with",
        "key",
        "trusted",
        "because",
        "entity",
        "personal",
        "of",
        "label",
        "help",
        "matches",
        "where",
        "as",
        "first",
        "all",
        "replace",
        "one",
        "many",
        "inner",
        "left",
        "full",
        "semi",
        "anti",
        "cross",
        "using",
        "on",
        "unmatched",
        "fail",
        "by",
        "desc",
        "asc",
        "keep",
        "seed",
        "exactly",
        "stratify",
        "rest",
        "held",
        "rows",
        "broken",
        "refused",
        "since",
        "run",
        "same",
        "into",
        "to",
        "csv",
        "for",
        "excel",
        "xlsx",
        "parquet",
        "sheet",
        "this",
        "last",
        "past",
        "if",
    ],
);
const OPERATORS: [Keyword; 12] = words(
    KeywordKind::Operator,
    false,
    ["and", "or", "not", "in", "is", "then", "else", "when", "mod", "null", "true", "false"],
);
const TYPES: [Keyword; 18] = words(
    KeywordKind::Type,
    false,
    [
        "int", "decimal", "float", "text", "bool", "date", "datetime", "time", "duration", "uuid", "percent", "range",
        "period", "list", "choice", "choices", "columns", "cohort",
    ],
);
const KNOWN: [Keyword; 4] = words(KeywordKind::Known, false, ["now", "today", "yesterday", "branch"]);

/// All words, by kind. `on` and `all` stand once for each of their kinds.
pub fn keywords() -> impl Iterator<Item = &'static Keyword> {
    STATEMENTS
        .iter()
        .chain(&LATER_STATEMENTS)
        .chain(&STEPS)
        .chain(&LATER_STEPS)
        .chain(&CLAUSES)
        .chain(&OPERATORS)
        .chain(&TYPES)
        .chain(&KNOWN)
}

/// Whether a word begins a step, now or in a later version.
pub(crate) fn is_step_word(word: &str) -> bool {
    STEPS.iter().chain(&LATER_STEPS).any(|keyword| keyword.word == word)
}

/// Whether a step is of a later version.
pub(crate) fn is_later_step_word(word: &str) -> bool {
    LATER_STEPS.iter().any(|keyword| keyword.word == word)
}

pub(crate) fn is_statement_word(word: &str) -> bool {
    STATEMENTS.iter().any(|keyword| keyword.word == word)
}

pub(crate) fn is_later_statement_word(word: &str) -> bool {
    LATER_STATEMENTS.iter().any(|keyword| keyword.word == word)
}

/// Whether a word needs backticks wherever it is a name.
#[must_use]
pub fn is_reserved(word: &str) -> bool {
    is_step_word(word) || word == "if" || (word != "mod" && OPERATORS.iter().any(|keyword| keyword.word == word))
}

/// The words with which a statement can begin.
pub(crate) fn statement_words() -> impl Iterator<Item = &'static str> {
    STATEMENTS.iter().map(|keyword| keyword.word)
}

/// Whether a word means anything anywhere, so that a name in backticks keeps them.
pub(crate) fn is_keyword(word: &str) -> bool {
    keywords().any(|keyword| keyword.word == word)
}
