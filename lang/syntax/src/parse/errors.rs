//! The named constructors of all diagnostics of this crate.

use wr_base::diag::{Code, Diagnostic, Edit, Safety};
use wr_base::name::near_misses;
use wr_base::span::Span;

use super::literal::Mistake;
use crate::ast::{DEPTH_LIMIT, Name};

/// How many characters of the reader's own words a headline repeats.
const SHOWN_LIMIT: usize = 40;

/// Words for a headline: their first line, and not all of a long one.
fn shown(words: &str) -> String {
    let line = words.lines().next().unwrap_or_default();
    if line.len() == words.len() && line.chars().nth(SHOWN_LIMIT).is_none() {
        return line.to_owned();
    }
    line.chars().take(SHOWN_LIMIT - 1).chain(['…']).collect()
}

/// A word or sign stands where another was expected.
pub(super) fn unexpected(span: Span, found: Option<&str>, expected: &str) -> Diagnostic {
    let headline = match found {
        Some(found) => format!("`{}` cannot stand here", shown(found)),
        None => "this ends too early".to_owned(),
    };
    let help = match found {
        Some(_) => format!("write {expected} before it, or leave it out"),
        None => format!("go on with {expected}"),
    };
    Diagnostic::new(Code::Syntax, headline, span, format!("expected {expected}")).with_help(help)
}

/// A word that is nearly one of the language.
pub(super) fn misspelt(span: Span, found: &str) -> Diagnostic {
    Diagnostic::new(Code::Syntax, format!("`{}` cannot stand here", shown(found)), span, "perhaps misspelt")
}

/// A word or sign that was written twice.
pub(super) fn doubled(span: Span, found: &str) -> Diagnostic {
    Diagnostic::new(Code::Syntax, format!("`{}` stands here twice", shown(found)), span, "the second one")
}

/// The grammar took it and the builder did not: a bug of ours, said instead of hidden.
pub(super) fn not_understood(span: Span) -> Diagnostic {
    Diagnostic::new(Code::Syntax, "this statement could not be read", span, "here")
        .with_help("this is a mistake of the program: please report it with the statement")
}

pub(super) fn chained_comparison(span: Span) -> Diagnostic {
    Diagnostic::new(Code::Syntax, "comparisons do not chain", span, "a second comparison of the same value")
        .with_help("write `a < b and b < c`, or `b in a..c` for both ends included")
}

pub(super) fn said_twice(span: Span, word: &str) -> Diagnostic {
    Diagnostic::new(Code::Syntax, format!("`{word}` is said twice"), span, "the second one")
        .with_help("keep one of them")
}

pub(super) fn hole_not_here(span: Span) -> Diagnostic {
    Diagnostic::new(Code::Syntax, "this text cannot have holes", span, "nothing can be filled in here")
        .with_help("write `{{` for a brace that stands for itself")
}

pub(super) fn unknown_escape(span: Span, escaped: char) -> Diagnostic {
    Diagnostic::new(Code::BadLiteral, format!("`\\{escaped}` means nothing"), span, "unknown escape")
        .with_note("known are \\\" \\\\ \\n \\t and \\{")
        .with_fix(
            "write a backslash that stands for itself",
            vec![Edit { span: Span { end: span.start + 1, ..span }, replacement: "\\\\".to_owned() }],
            Safety::Suggested,
        )
}

pub(super) fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::new(Code::NestedTooDeep, format!("nested deeper than {DEPTH_LIMIT}"), span, "one bracket too many")
        .with_help("give the inner part a name with `let` or `derive`")
}

pub(super) fn chain_too_long(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::NestedTooDeep,
        format!("more than {DEPTH_LIMIT} operators build on one another"),
        span,
        "this expression is too deep",
    )
    .with_help("test for many values with `in [a, b, c]`, or give parts a name with `let` or `derive`")
}

pub(super) fn text_not_closed(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::NotClosed,
        "this text is not closed",
        span,
        "opened here, and the line ends without another `\"`",
    )
    .with_help("a text of several lines stands in `\"\"\"`")
}

pub(super) fn long_text_not_closed(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::NotClosed,
        "this text is not closed",
        span,
        "opened here, and the statement ends without another `\"\"\"`",
    )
    .with_help("indent the lines of the text: one that begins in the first column begins a statement")
}

pub(super) fn hole_not_closed(span: Span) -> Diagnostic {
    Diagnostic::new(Code::NotClosed, "this hole is not closed", span, "opened here, without a `}`")
        .with_help("write `{{` for a brace that stands for itself")
}

pub(super) fn pattern_not_closed(span: Span) -> Diagnostic {
    Diagnostic::new(Code::NotClosed, "this pattern is not closed", span, "opened here, without another `/`")
        .with_help("a division has a blank behind its `/`")
}

pub(super) fn name_not_closed(span: Span) -> Diagnostic {
    Diagnostic::new(Code::NotClosed, "this name is not closed", span, "opened here, without another backtick")
        .with_help("write the second backtick on the same line")
}

pub(super) fn bracket_not_closed(span: Span, opener: &str) -> Diagnostic {
    let closer = match opener {
        "(" => ")",
        "[" => "]",
        _ => "}",
    };
    Diagnostic::new(
        Code::NotClosed,
        format!("this `{opener}` is not closed"),
        span,
        format!("opened here, without its `{closer}`"),
    )
    .with_help(format!("write `{closer}` where it ends"))
}

pub(super) fn stray_bracket(span: Span, closer: &str, opener: Option<Span>) -> Diagnostic {
    let stray = Diagnostic::new(Code::NotClosed, format!("this `{closer}` closes nothing"), span, "without an opener")
        .with_help("leave it out, or open it before");
    match opener {
        Some(opener) => stray.with_secondary(opener, "what is open here has another sign"),
        None => stray,
    }
}

pub(super) fn bad_literal(span: Span, text: &str, mistake: Mistake) -> Diagnostic {
    let (label, help) = match mistake {
        Mistake::DateDigits => ("not a date", "a date has four, two and two digits: `2026-01-09`"),
        Mistake::NoSuchDay => ("no such day", "the calendar has no such day"),
        Mistake::Time => ("not a time", "a time has two digits each: `09:30`, up to `23:59:59`"),
        Mistake::Exponent => ("an exponent", "write the digits out, grouped if you like: `100_000`"),
        Mistake::Unit => {
            ("unknown unit", "durations are `1y 2mo 3w 4d 5h 6min 7s`, a name does not begin with a digit")
        }
        Mistake::Fraction => ("a part of a unit", "write whole units of a smaller one: `36h` for a day and a half"),
        Mistake::Grouping => ("`_` groups digits", "`_` stands between two digits only: `2_000_000`"),
        Mistake::TooManyDigits => ("too many digits", "numbers have at most 38 digits"),
        Mistake::Unknown => ("not a number", "numbers are written `10`, `2_000`, `1.5` or `10%`"),
    };
    let found =
        Diagnostic::new(Code::BadLiteral, format!("`{}` cannot be read", shown(text)), span, label).with_help(help);
    match corrected_date(text).filter(|_| mistake == Mistake::DateDigits) {
        Some(date) => {
            found.with_fix(format!("write `{date}`"), vec![Edit { span, replacement: date }], Safety::Suggested)
        }
        None => found,
    }
}

/// `2026-1-9` with its zeros, with the clock behind it as it stands.
fn corrected_date(text: &str) -> Option<String> {
    let (day, clock) = text.split_at(text.find('T').unwrap_or(text.len()));
    let mut parts = day.split('-').map(str::parse::<u32>);
    let (year, month, day) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    let date = format!("{year:04}-{month:02}-{day:02}");
    wr_base::value::Date::parse(&date).map(|_| date + clock)
}

pub(super) fn unknown_statement(span: Span, word: &str) -> Diagnostic {
    let known = crate::keywords::statement_words();
    let near = near_misses(word, known).first().map(|near| (*near).to_owned());
    let unknown = Diagnostic::new(
        Code::UnknownStatement,
        format!("no statement begins with `{}`", shown(word)),
        span,
        "in the first column, where statements begin",
    );
    match near {
        Some(near) => {
            unknown.with_fix(format!("write `{near}`"), vec![Edit { span, replacement: near }], Safety::Suggested)
        }
        None => unknown.with_help("lines that go on with a statement are indented"),
    }
}

/// The word of a step in the first column.
pub(super) fn step_not_indented(span: Span, word: &str) -> Diagnostic {
    Diagnostic::new(
        Code::UnknownStatement,
        format!("`{word}` is a step, and belongs to a `let`"),
        span,
        "in the first column, where statements begin",
    )
    .with_fix(
        "indent it",
        vec![Edit { span: Span { end: span.start, ..span }, replacement: "  ".to_owned() }],
        Safety::Suggested,
    )
}

/// A line that goes on with the statement above it, in the first column.
pub(super) fn not_indented(span: Span, word: &str) -> Diagnostic {
    if crate::keywords::is_step_word(word) {
        return step_not_indented(span, word);
    }
    Diagnostic::new(
        Code::UnknownStatement,
        format!("no statement begins with `{word}`: it goes on with the one above"),
        span,
        "in the first column, where statements begin",
    )
    .with_fix(
        "indent it",
        vec![Edit { span: Span { end: span.start, ..span }, replacement: "  ".to_owned() }],
        Safety::Suggested,
    )
}

/// The first words of a file are indented.
pub(super) fn nothing_to_go_on_with(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::UnknownStatement,
        "this line goes on with a statement, but there is none above it",
        span,
        "indented",
    )
    .with_help("a statement begins in the first column")
}

/// A pipeline that begins with another step, or a `from` in the midst of one.
pub(super) fn from_is_first(span: Span, word: &str) -> Diagnostic {
    let label = if word == "from" { "a second `from`" } else { "expected `from`" };
    Diagnostic::new(Code::Syntax, "a pipeline begins with its one `from`", span, label)
}

pub(super) fn from_in_step(span: Span) -> Diagnostic {
    Diagnostic::new(Code::Syntax, "a `step` has no `from`", span, "rows come from where it is applied")
        .with_help("leave the `from` out, and read the rows where they are needed: `from … apply …`; a relation with parameters is a `let`")
}

pub(super) fn not_yet(span: Span, what: &str) -> Diagnostic {
    Diagnostic::new(
        Code::NotYet,
        format!("{what} is not part of this version of the language"),
        span,
        "known, but not yet read",
    )
    .with_help("leave it out until a version reads it")
}

/// A habit from another language, with the change that mends it.
pub(super) fn habit(span: Span, headline: &str, title: &str, edits: Vec<Edit>) -> Diagnostic {
    let found = Diagnostic::new(Code::Habit, headline, span, "from another language");
    if edits.is_empty() { found.with_help(title) } else { found.with_fix(title, edits, Safety::Safe) }
}

/// A spelling of another language, with what stands here in its place.
pub(super) fn written_otherwise(span: Span, theirs: &str, ours: &str, edits: Vec<Edit>) -> Diagnostic {
    let (title, headline) = if ours.trim().is_empty() {
        ("leave it out".to_owned(), format!("`{}` is not written here", shown(theirs)))
    } else {
        let headline = format!("`{}` is written `{}`", shown(theirs), shown(ours.trim()));
        (format!("write `{}`", shown(ours.trim())), headline)
    };
    habit(span, &headline, &title, edits)
}

/// `None`, `NULL`, `True`: bare names that nobody means as columns.
pub(super) fn foreign_constant(span: Span, name: &Name) -> Option<Diagnostic> {
    if name.quoted {
        return None;
    }
    let meant = constant_meant_by(&name.text)?;
    let headline = format!("`{}` is written `{meant}`", name.text);
    let edits = vec![Edit { span, replacement: meant.to_owned() }];
    Some(
        habit(span, &headline, &format!("write `{meant}`"), edits)
            .with_note(format!("a column of that name is written `` `{}` ``", name.text)),
    )
}

/// The constant that users of other languages mean by a word.
pub(super) fn constant_meant_by(word: &str) -> Option<&'static str> {
    match word {
        "NULL" | "Null" | "None" | "nil" | "undefined" => Some("null"),
        "TRUE" | "True" => Some("true"),
        "FALSE" | "False" => Some("false"),
        _ => None,
    }
}
