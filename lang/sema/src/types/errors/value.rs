//! Expressions of a type that cannot be where they stand, and types that cannot be.

use wr_base::diag::{Code, Diagnostic, Safety};
use wr_base::name::near_misses;
use wr_base::span::Span;
use wr_base::ty::{DataType, Type};

use super::{replaced, words, wrapped};

/// What a type can be called in a script.
const TYPE_NAMES: &[&str] = &[
    "int",
    "decimal",
    "float",
    "text",
    "bool",
    "date",
    "datetime",
    "time",
    "duration",
    "uuid",
    "percent",
    "period",
    "range of",
    "list of",
    "choice",
    "choices",
    "columns",
    "cohort of",
];

pub(in crate::types) fn wrong_type(
    at: Span,
    source: &str,
    found: &DataType,
    expected: &DataType,
    what: &str,
) -> Diagnostic {
    let headline = format!("{what} has to be {}, and this is {}", words(expected), words(found));
    let diagnostic = Diagnostic::new(Code::WrongType, headline, at, words(found));
    match (found, expected) {
        (DataType::Decimal { .. } | DataType::Int, DataType::Percent) => {
            diagnostic.with_help("a percentage is written with its sign: `10%`")
        }
        (DataType::DateTime, DataType::Date) => {
            diagnostic.with_fix("take its day: `date(…)`", wrapped(at, "date(", ")"), Safety::Suggested)
        }
        (DataType::Text, DataType::Int) => {
            diagnostic.with_fix("read the text as a number: `int(…)`", wrapped(at, "int(", ")"), Safety::Suggested)
        }
        (DataType::Date, DataType::Period) => {
            let period = format!("{source}..{source}");
            diagnostic.with_fix(
                format!("write the period of that day: `{period}`"),
                replaced(at, period),
                Safety::Suggested,
            )
        }
        (_, DataType::Text) => {
            diagnostic.with_fix("write it as a text: `text(…)`", wrapped(at, "text(", ")"), Safety::Suggested)
        }
        (_, DataType::Decimal { scale, .. }) if found.is_number() => diagnostic
            .with_note(format!("there are only {scale} digits behind the point, and this can have more"))
            .with_fix(
                format!("round it: `round(…, {scale})`"),
                wrapped(at, "round(", &format!(", {scale})")),
                Safety::Suggested,
            ),
        (_, DataType::Int) if found.is_number() => {
            diagnostic.with_fix("round it: `round(…)`", wrapped(at, "round(", ")"), Safety::Suggested)
        }
        (_, DataType::Date) => diagnostic.with_help("a date is written without quotes: `2026-01-09`"),
        (_, DataType::DateTime) => diagnostic.with_help("a moment is written without quotes: `2026-01-09T09:30`"),
        (_, DataType::Range(_)) => diagnostic.with_help("a range is written with its ends: `18..65`, or `18..`"),
        (_, DataType::List(_)) => diagnostic.with_help("a list is written in brackets: `[a, b]`"),
        _ => diagnostic.with_help(format!("write {} here", words(expected))),
    }
}

/// `is_literal`: it is the word `null` itself.
pub(in crate::types) fn null_here(at: Span, found: &Type, what: &str, is_literal: bool) -> Diagnostic {
    let (headline, label) = if is_literal {
        (format!("{what} cannot be null"), "never has a value".to_owned())
    } else {
        (format!("{what} cannot be null, and this may be"), format!("{}, or null", words(&found.data)))
    };
    let diagnostic = Diagnostic::new(Code::NullHere, headline, at, label);
    if is_literal {
        return diagnostic.with_help("write a value here");
    }
    diagnostic.with_help("give a fallback with `?? …`, or drop such rows first: `filter x is not null`")
}

pub(in crate::types) fn no_condition(at: Span, found: &DataType, what: &str) -> Diagnostic {
    Diagnostic::new(
        Code::NotACondition,
        format!("{what} has to be a condition, and this is {}", words(found)),
        at,
        words(found),
    )
    .with_help(if found.is_number() {
        "a number is neither true nor false: write `x != 0`"
    } else {
        "a condition is a comparison, such as `x == …`, `x in …`, `x is not null`"
    })
}

pub(in crate::types) fn no_column_type(at: Span, found: &DataType) -> Diagnostic {
    Diagnostic::new(Code::NotAColumnType, format!("a column cannot hold {}", words(found)), at, words(found)).with_help(
        match found {
            DataType::Null => "a column of nulls needs a type: `int?(\"\")` is one, `when … then x else null` another",
            DataType::Period => "write its ends as columns: `start(x)`, `end(x)`",
            DataType::Duration => "write it as a number of hours or days",
            DataType::Int
            | DataType::Decimal { .. }
            | DataType::Float
            | DataType::Text
            | DataType::Bool
            | DataType::Date
            | DataType::DateTime
            | DataType::Time
            | DataType::Uuid
            | DataType::Percent
            | DataType::Range(_)
            | DataType::List(_)
            | DataType::Shape
            | DataType::Error => "write it as a text: `text(x)`",
        },
    )
}

pub(in crate::types) fn results_differ(
    at: Span,
    found: &DataType,
    first: Span,
    before: &DataType,
    what: &str,
    [written, written_first]: [&str; 2],
) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::ResultsDiffer,
        format!("{what} needs values of one kind: this is {}, the one before is {}", words(found), words(before)),
        at,
        words(found),
    );
    let diagnostic = if first == at { diagnostic } else { diagnostic.with_secondary(first, words(before)) };
    let quoted = super::operand::quoted_number;
    let here = quoted(written).filter(|_| before.is_number()).map(|literal| (at, literal));
    let there = quoted(written_first).filter(|_| found.is_number()).map(|literal| (first, literal));
    match here.or(there) {
        Some((at, literal)) => super::operand::with_number(diagnostic, at, literal),
        None => diagnostic.with_help("convert one of them: `text(x)`, `int(x)`, `date(x)`"),
    }
}

pub(in crate::types) fn not_an_option(at: Span, param: &str, value: &str, options: &[String]) -> Diagnostic {
    let headline = format!("\"{value}\" is none of the options of `${param}`");
    let mut diagnostic = Diagnostic::new(Code::NotAnOption, headline, at, "never equal");
    for near in near_misses(value, options.iter().map(String::as_str)) {
        diagnostic =
            diagnostic.with_fix(format!("write \"{near}\""), replaced(at, format!("\"{near}\"")), Safety::Suggested);
    }
    let listed: Vec<String> = options.iter().map(|option| format!("\"{option}\"")).collect();
    diagnostic.with_help(format!("the options are {}", listed.join(", ")))
}

pub(in crate::types) fn pattern_is_no_value(at: Span) -> Diagnostic {
    Diagnostic::new(Code::PatternNotHere, "a pattern is no value", at, "stands only where a function takes one")
        .with_help("a text is looked into with `matches(x, /…/)`, `contains(x, /…/)`, `extract(x, /…/)`")
}

pub(in crate::types) fn nothing_to_write(at: Span) -> Diagnostic {
    Diagnostic::new(Code::NotAColumnType, "there is nothing to write here", at, "has no text")
        .with_help("a hole holds a value; `label($p)` writes the label of an option")
}

pub(in crate::types) fn percent_too_fine(at: Span) -> Diagnostic {
    Diagnostic::new(
        Code::PercentTooFine,
        "a percentage has at most four digits behind the point",
        at,
        "too many digits",
    )
    .with_help("write the share as a decimal: `0.00001234`")
}

pub(in crate::types) fn unknown_type(at: Span, name: &str) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::UnknownType, format!("there is no type `{name}`"), at, "not a type");
    let known = match name.to_lowercase().as_str() {
        "integer" | "bigint" | "smallint" | "int32" | "int64" | "uint64" | "long" | "number" => Some("int"),
        "string" | "str" | "varchar" | "nvarchar" | "char" => Some("text"),
        "boolean" | "bit" => Some("bool"),
        "timestamp" | "datetime2" | "datetime64" => Some("datetime"),
        "double" | "real" | "float64" | "float32" => Some("float"),
        "money" | "numeric" => Some("decimal(18, 2)"),
        "uniqueidentifier" | "guid" => Some("uuid"),
        "interval" => Some("duration"),
        _ => None,
    };
    if let Some(known) = known {
        return diagnostic.with_fix(format!("write `{known}`"), replaced(at, known), Safety::Suggested);
    }
    let near = near_misses(name, TYPE_NAMES.iter().copied());
    let mut diagnostic = diagnostic;
    for near in &near {
        diagnostic = diagnostic.with_fix(format!("write `{near}`"), replaced(at, *near), Safety::Suggested);
    }
    if near.is_empty() {
        return diagnostic.with_help(format!("the types are {}", TYPE_NAMES.join(", ")));
    }
    diagnostic
}

pub(in crate::types) fn type_of_parameters_only(at: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::TypeNotHere, format!("only a parameter can be of type `{name}`"), at, "not a type of values")
        .with_help("write the type of its values, as `text`")
}

pub(in crate::types) fn decimal_without_digits(at: Span) -> Diagnostic {
    Diagnostic::new(
        Code::DecimalDigits,
        "a decimal needs its digits: how many in all, and how many behind the point",
        at,
        "how many digits?",
    )
    .with_fix("write `decimal(18, 2)`", replaced(at, "decimal(18, 2)"), Safety::Suggested)
}

pub(in crate::types) fn decimal_digits(at: Span, precision: u32, scale: u32) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::DecimalDigits,
        "a decimal has 1 to 38 digits, and no more of them behind the point than in all",
        at,
        format!("{precision} in all, {scale} behind the point"),
    );
    diagnostic.with_help("longer numbers are read as text, or cut by the query that reads them")
}

pub(in crate::types) fn no_range_of(at: Span, found: &DataType) -> Diagnostic {
    Diagnostic::new(Code::TypeNotHere, format!("there is no range of {found}"), at, "has no order")
        .with_help("ranges are of numbers, texts, dates, moments and times; for days there is `period`")
}

pub(in crate::types) fn no_list_of(at: Span, found: &DataType) -> Diagnostic {
    Diagnostic::new(Code::TypeNotHere, format!("there is no list of {found}"), at, "cannot be compared")
        .with_help("lists are of numbers, texts, dates and other single values")
}
