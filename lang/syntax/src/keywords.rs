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

const STATEMENTS: &[&str] = &[
    "report", "use", "source", "table", "param", "let", "fn", "step", "expect", "split", "record", "export", "reveal",
    "test",
];
const LATER_STATEMENTS: &[&str] = &["alert", "schedule", "on"];
const STEPS: &[&str] = &[
    "from",
    "filter",
    "select",
    "derive",
    "drop",
    "rename",
    "join",
    "group",
    "aggregate",
    "sort",
    "take",
    "distinct",
    "union",
    "except",
    "intersect",
    "sample",
    "window",
    "pivot",
    "unpivot",
    "apply",
    "place",
];
const LATER_STEPS: &[&str] = &["fill", "compare"];
const CLAUSES: &[&str] = &[
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
    "sql",
    "desc",
    "asc",
    "keep",
    "seed",
    "rows",
    "exactly",
    "stratify",
    "rest",
    "held",
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
    "jsonl",
    "sheet",
    "format",
    "this",
    "last",
    "past",
    "if",
];
const OPERATORS: &[&str] = &["and", "or", "not", "in", "is", "then", "else", "when", "mod", "null", "true", "false"];
const TYPES: &[&str] = &[
    "int", "decimal", "float", "text", "bool", "date", "datetime", "time", "duration", "uuid", "percent", "range",
    "period", "list", "choice", "choices", "columns", "cohort", "file",
];
const KNOWN: &[&str] = &["now", "today", "yesterday", "branch"];

/// The words of each kind, and whether they are kept for later.
const LISTS: &[(KeywordKind, bool, &[&str])] = &[
    (KeywordKind::Statement, false, STATEMENTS),
    (KeywordKind::Statement, true, LATER_STATEMENTS),
    (KeywordKind::Step, false, STEPS),
    (KeywordKind::Step, true, LATER_STEPS),
    (KeywordKind::Clause, false, CLAUSES),
    (KeywordKind::Operator, false, OPERATORS),
    (KeywordKind::Type, false, TYPES),
    (KeywordKind::Known, false, KNOWN),
];

/// All words, by kind. `on` and `all` stand once for each of their kinds.
pub fn keywords() -> impl Iterator<Item = Keyword> {
    LISTS.iter().flat_map(|(kind, later, words)| words.iter().map(|word| Keyword { word, kind: *kind, later: *later }))
}

/// Whether a word begins a step, now or in a later version.
pub(crate) fn is_step_word(word: &str) -> bool {
    STEPS.contains(&word) || is_later_step_word(word)
}

/// Whether a step is of a later version.
pub(crate) fn is_later_step_word(word: &str) -> bool {
    LATER_STEPS.contains(&word)
}

pub(crate) fn is_statement_word(word: &str) -> bool {
    STATEMENTS.contains(&word)
}

pub(crate) fn is_later_statement_word(word: &str) -> bool {
    LATER_STATEMENTS.contains(&word)
}

/// Whether a word needs backticks wherever it is a name.
#[must_use]
pub fn is_reserved(word: &str) -> bool {
    is_step_word(word) || word == "if" || (word != "mod" && OPERATORS.contains(&word))
}

/// The words with which a statement can begin.
pub(crate) fn statement_words() -> impl Iterator<Item = &'static str> {
    STATEMENTS.iter().copied()
}

/// Whether a word means anything anywhere, so that a name in backticks keeps them.
pub(crate) fn is_keyword(word: &str) -> bool {
    keywords().any(|keyword| keyword.word == word)
}
