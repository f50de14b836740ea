//! Every code that `wr` reports, with its page in docs/errors/.
//!
//! WR00xx text, WR01xx names, WR02xx types, WR03xx steps and rows, WR04xx parameters, WR05xx outputs,
//! WR06xx project and schemas, WR07xx warnings, WR08xx failures of a run. A code is never used again for something else.

use super::Severity;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal $severity:ident),* $(,)?) => {
        /// A code of an error or a warning. `docs/errors/<code>.md` is its page, and what `wr explain` prints.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[$doc])* $name),*
        }

        impl Code {
            /// All codes, in the order of their numbers.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// `WR0102`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => concat!("WR", $number)),*
                }
            }

            /// How serious it is unless a project says otherwise.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self {
                    $(Self::$name => Severity::$severity),*
                }
            }
        }
    };
}

codes! {
    /// The text is not of the language: a word or sign stands where another was expected.
    Syntax = "0001" Error,
    /// Brackets or operands are nested deeper than the limit.
    NestedTooDeep = "0002" Error,
    /// A text, pattern or bracket is not closed.
    NotClosed = "0003" Error,
    /// A literal that cannot be: `2026-1-1`, `25:00`, a number with too many digits.
    BadLiteral = "0004" Error,
    /// A habit from another language, with the ready fix.
    Habit = "0005" Error,
    /// A line that begins in the first column but with no statement's word.
    UnknownStatement = "0006" Error,
    /// A run: a number grew past what its type can hold.
    Overflow = "0801" Error,
    /// A run: a strict conversion met a text that is not what was promised.
    ConversionFailed = "0802" Error,
    /// A mistake in `wr` itself, not in a script.
    Internal = "0899" Error,
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
