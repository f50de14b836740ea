//! What is wrong with a runner's answer: an id with its arguments; [`Problem::words`] says it in English.
//!
//! Runners see the parameter's label, never its name nor a type. Another language is another rendering of the same data.

/// A value that a parameter cannot have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueProblem {
    /// The parameter's name, as in `--set name=…`.
    pub name: String,
    pub label: String,
    pub problem: Problem,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Nothing was given, and something has to be.
    Missing,
    NotANumber {
        text: String,
    },
    /// A number with something behind the point where none can be.
    NotWhole {
        text: String,
    },
    /// More digits behind the point than there can be.
    TooPrecise {
        text: String,
        digits: u8,
    },
    TooLarge {
        text: String,
    },
    /// `1,234`: a thousand and some, or one and some.
    UnclearComma {
        text: String,
    },
    NotAPercentage {
        text: String,
    },
    NotADate {
        text: String,
    },
    NotAMoment {
        text: String,
    },
    NotATime {
        text: String,
    },
    NotADuration {
        text: String,
    },
    NotAPeriod {
        text: String,
    },
    NotARange {
        text: String,
    },
    /// The end is before the start.
    Reversed {
        from: String,
        to: String,
    },
    NotYesOrNo {
        text: String,
    },
    NotAUuid {
        text: String,
    },
    NotACohort {
        text: String,
    },
    /// Not one of the options; those that are near, and the first of all.
    NotAnOption {
        text: String,
        near: Vec<String>,
        options: Vec<String>,
    },
    /// The text fits several options by their labels.
    SeveralOptions {
        text: String,
        options: Vec<String>,
    },
    NothingChosen,
    /// Does not have the form that the script asks for; the help of the parameter says which, its default shows it.
    NotTheForm {
        text: String,
        help: String,
        example: Option<String>,
    },
    NoSuchCohort {
        text: String,
        way_out: String,
    },
    /// The file that was named is not there, or is not what the script reads.
    NotTheFile {
        words: String,
        way_out: String,
    },
    /// The author's words, where there are any.
    NotAllowed {
        message: Option<String>,
    },
}

impl Problem {
    /// The id of the message, the same in every language.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        match self {
            Self::Missing => "value-missing",
            Self::NotANumber { .. } => "not-a-number",
            Self::NotWhole { .. } => "not-whole",
            Self::TooPrecise { .. } => "too-precise",
            Self::TooLarge { .. } => "too-large",
            Self::UnclearComma { .. } => "unclear-comma",
            Self::NotAPercentage { .. } => "not-a-percentage",
            Self::NotADate { .. } => "not-a-date",
            Self::NotAMoment { .. } => "not-a-moment",
            Self::NotATime { .. } => "not-a-time",
            Self::NotADuration { .. } => "not-a-duration",
            Self::NotAPeriod { .. } => "not-a-period",
            Self::NotARange { .. } => "not-a-range",
            Self::Reversed { .. } => "reversed",
            Self::NotYesOrNo { .. } => "not-yes-or-no",
            Self::NotAUuid { .. } => "not-a-uuid",
            Self::NotACohort { .. } => "not-a-cohort",
            Self::NotAnOption { .. } => "not-an-option",
            Self::SeveralOptions { .. } => "several-options",
            Self::NothingChosen => "nothing-chosen",
            Self::NotTheForm { .. } => "not-the-form",
            Self::NoSuchCohort { .. } => "no-such-cohort",
            Self::NotTheFile { .. } => "not-the-file",
            Self::NotAllowed { .. } => "not-allowed",
        }
    }

    /// One sentence in English, without the label.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Missing => "please give a value".to_owned(),
            Self::NotANumber { text } => format!("\"{text}\" is not a number"),
            Self::NotWhole { text } => format!("\"{text}\" is not a whole number"),
            Self::TooPrecise { text, digits } => {
                format!("\"{text}\" has more than {digits} digits behind the point")
            }
            Self::TooLarge { text } => format!("\"{text}\" is too large"),
            Self::UnclearComma { text } => format!(
                "\"{text}\" can be read in two ways: write {} or {}",
                text.replace(',', "."),
                text.replace(',', "")
            ),
            Self::NotAPercentage { text } => format!("\"{text}\" is not a percentage: write it as 10%"),
            Self::NotADate { text } => format!("\"{text}\" is not a date: write it as 2026-11-09 or 09.11.2026"),
            Self::NotAMoment { text } => format!("\"{text}\" is not a date with a time: write it as 2026-11-09 09:30"),
            Self::NotATime { text } => format!("\"{text}\" is not a time of day: write it as 09:30"),
            Self::NotADuration { text } => format!("\"{text}\" is not a length of time: write it as 7d or 3h 15min"),
            Self::NotAPeriod { text } => {
                format!("\"{text}\" is not a period: write last month, 2026-10 or 2026-10-01..2026-10-15")
            }
            Self::NotARange { text } => format!("\"{text}\" is not a range: write it as 18..65, 18.. or ..65"),
            Self::Reversed { from, to } => format!("{from} is after {to}: the smaller one goes first"),
            Self::NotYesOrNo { text } => format!("\"{text}\" is neither yes nor no"),
            Self::NotAUuid { text } => {
                format!("\"{text}\" is not an id of the form 01234567-89ab-cdef-0123-456789abcdef")
            }
            Self::NotACohort { text } => {
                format!("\"{text}\" is neither the id of a cohort nor the address of one")
            }
            Self::NotAnOption { text, near, options } => {
                let (words, shown) = if near.is_empty() { ("choose from", options) } else { ("perhaps", near) };
                format!("\"{text}\" is not one of the options: {words} {}", shown.join(", "))
            }
            Self::SeveralOptions { text, options } => {
                format!("\"{text}\" can be several of the options: {}", options.join(", "))
            }
            Self::NothingChosen => "please choose one at least".to_owned(),
            Self::NotTheForm { text, help, example } => {
                let help = if help.is_empty() { String::new() } else { format!(" ({help})") };
                let example = example.as_ref().map_or(String::new(), |example| format!(": write it like {example}"));
                format!("\"{text}\" does not have the form that is needed here{help}{example}")
            }
            Self::NoSuchCohort { text, way_out } => format!("there is no cohort \"{text}\": {way_out}"),
            Self::NotTheFile { words, way_out } => format!("{words}: {way_out}"),
            Self::NotAllowed { message: Some(message) } => message.clone(),
            Self::NotAllowed { message: None } => "this value is not allowed here".to_owned(),
        }
    }
}

impl ValueProblem {
    /// `Age: "18-" is not a range: write it as 18..65, 18.. or ..65`.
    #[must_use]
    pub fn words(&self) -> String {
        format!("{}: {}", self.label, self.problem.words())
    }
}
