//! What the scanner finds in a text: its tokens, its comments, the first sign that cannot be right.

use wr_base::span::TextRange;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A name or a keyword.
    Word,
    /// `` `take` ``
    QuotedName,
    /// `$name`
    Value,
    Number,
    /// `"…"` or `"""…"""` with its holes.
    Text,
    Pattern,
    Open,
    Close,
    /// An operator, a comma, a dot: the longest known one.
    Sign,
    /// `'…'`: a habit.
    SingleQuoted,
    /// `-- …` to the end of the line, `// …` at the start of one, `/* … */`: habits.
    ForeignComment,
    /// A character that the language does not know.
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub kind: TokenKind,
    pub range: TextRange,
    /// How many brackets are open around it.
    pub depth: u32,
    /// It is the first of its line.
    pub first_of_line: bool,
    /// Characters before it on its line.
    pub column: u32,
}

/// Something for which the grammar need not be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    TextNotClosed(TextRange),
    LongTextNotClosed(TextRange),
    HoleNotClosed(TextRange),
    PatternNotClosed(TextRange),
    NameNotClosed(TextRange),
    BracketNotClosed(TextRange),
    /// A closing bracket without an opener, or with an opener of another kind.
    BracketStray(TextRange, Option<TextRange>),
    TooDeep(TextRange),
}

#[derive(Debug, Default)]
pub(super) struct Scan {
    pub tokens: Vec<Token>,
    pub comments: Vec<TextRange>,
    /// The first only: what comes after it is guesswork.
    pub problem: Option<Problem>,
    /// The text with a blank for each byte of a comment.
    pub masked: String,
}

impl Scan {
    /// The index of the first token that ends after `offset`.
    pub(super) fn token_at(&self, offset: u32) -> usize {
        self.tokens.partition_point(|token| token.range.end <= offset)
    }
}
