//! What is wrong with a parameter's value, as data; [`ValueProblem::words`] says it in English for runners.
//! Nothing here names a type: a runner knows labels.

/// A problem with the value of one parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueProblem {
    /// The name that `--set` takes.
    pub name: String,
    /// The label that runners see.
    pub label: String,
    pub problem: Problem,
}

/// The messages by id, with their arguments: a second language is a second [`Problem::words`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Nothing was given, and there is no default.
    Missing,
    NotAWholeNumber(String),
    NotANumber(String),
    /// More digits than can be kept exactly.
    TooManyDigits(String),
    NotADate(String),
    NotAMoment(String),
    NotATime(String),
    NotAPercentage(String),
    NotYesOrNo(String),
    NotAUuid(String),
    NotARange(String),
    /// The end stands before the start.
    Backwards(String),
    NotAPeriod(String),
    NotAnOption {
        text: String,
        near: Vec<String>,
        /// All labels, when they are few.
        options: Vec<String>,
    },
    /// A list of options, or of pasted values, names one twice.
    Twice(String),
    NotACohort(String),
    /// `matches /…/`
    DoesNotMatch {
        text: String,
        pattern: String,
    },
    /// `where … else "…"`: the author's words.
    Refused(String),
    /// `where` without words of the author.
    RefusedWithoutWords,
    /// The condition itself failed (an overflow, say).
    CannotBeChecked,
}

impl ValueProblem {
    #[must_use]
    pub fn words(&self) -> String {
        format!("{}: {}", self.label, self.problem.words())
    }
}

impl Problem {
    /// One sentence without the label, ending in what the person can do.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Missing => "a value is needed".to_owned(),
            Self::NotAWholeNumber(text) => format!("`{text}` is not a whole number"),
            Self::NotANumber(text) => format!("`{text}` is not a number; write 1.5"),
            Self::TooManyDigits(text) => format!("`{text}` has more digits than can be kept exactly"),
            Self::NotADate(text) => format!("`{text}` is not a day; write 2026-11-09"),
            Self::NotAMoment(text) => format!("`{text}` is not a moment; write 2026-11-09T09:30"),
            Self::NotATime(text) => format!("`{text}` is not a time of day; write 09:30"),
            Self::NotAPercentage(text) => format!("`{text}` is not a percentage; write 10%"),
            Self::NotYesOrNo(text) => format!("`{text}` is neither yes nor no"),
            Self::NotAUuid(text) => format!("`{text}` is not an id of the form 01234567-89ab-cdef-0123-456789abcdef"),
            Self::NotARange(text) => format!("`{text}` is not a range; write 18..65, or 18.. without an end"),
            Self::Backwards(text) => format!("`{text}` ends before it begins"),
            Self::NotAPeriod(text) => {
                format!("`{text}` is not a period; write 2026-10-01..2026-10-31, 2026-10, last month or last 7 days")
            }
            Self::NotAnOption { text, near, options } => {
                let way_out = match (near.as_slice(), options.as_slice()) {
                    ([], []) => String::new(),
                    ([], options) => format!("; choose from {}", options.join(", ")),
                    (near, _) => format!("; did you mean {}?", near.join(" or ")),
                };
                format!("`{text}` is not among the options{way_out}")
            }
            Self::Twice(text) => format!("`{text}` is there twice"),
            Self::NotACohort(text) => format!("`{text}` is neither a cohort's id nor its address"),
            Self::DoesNotMatch { text, pattern } => format!("`{text}` is not of the form {pattern}"),
            Self::Refused(words) => words.clone(),
            Self::RefusedWithoutWords => "this value is not allowed here".to_owned(),
            Self::CannotBeChecked => "this value cannot be checked: it is too large".to_owned(),
        }
    }
}
