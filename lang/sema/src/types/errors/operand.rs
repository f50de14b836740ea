//! Operands and arguments that do not suit.

use wr_base::diag::{Code, Diagnostic, Safety};
use wr_base::span::Span;
use wr_base::ty::DataType;
use wr_base::value::Date;
use wr_plan::functions::FnId;

use super::{replaced, words, wrapped};

/// One side of an operator.
pub(in crate::types) struct Operand {
    pub(in crate::types) at: Span,
    pub(in crate::types) ty: DataType,
    /// The text, where it is a plain one.
    pub(in crate::types) text: Option<String>,
}

/// What a range or a list holds; any other type itself.
fn element(ty: &DataType) -> &DataType {
    if let DataType::Range(of) | DataType::List(of) = ty { of } else { ty }
}

/// The name of an operator in a sentence.
fn sign(function: FnId) -> String {
    let name = function.function().name;
    if function.family().is_operator() && name.starts_with("in ") { "`in`".to_owned() } else { format!("`{name}`") }
}

/// `odd` is the operand that the operator cannot take.
pub(in crate::types) fn operand_type(
    function: FnId,
    operator: Span,
    odd: &Operand,
    other: &Operand,
    wanted: &str,
) -> Diagnostic {
    let headline = format!("{} needs {wanted}, and this is {}", sign(function), words(&odd.ty));
    let diagnostic = Diagnostic::new(Code::OperandType, headline, odd.at, words(&odd.ty))
        .with_secondary(operator, format!("needs {wanted}"));
    if odd.ty == DataType::Text
        && let Some(literal) = number_in_quotes(odd.text.as_deref())
    {
        return with_number(diagnostic, odd.at, literal);
    }
    match (function, &odd.ty, &other.ty) {
        (FnId::Add, DataType::Text, _) => diagnostic.with_help("texts are put together in a text: `\"{a} {b}\"`"),
        (FnId::Subtract, DataType::Date | DataType::DateTime, DataType::Date | DataType::DateTime) => diagnostic
            .with_help("the days between two dates are `days_between(from, to)`, the years `years_between(from, to)`"),
        (_, DataType::Text, other) if other.is_number() => with_conversions(diagnostic, odd, other),
        (_, DataType::Duration, _) => {
            diagnostic.with_help("a duration moves a date or a moment: `today - 7d`, `now - 3h`")
        }
        (FnId::FloorDivide | FnId::Modulo, DataType::Float, _) => {
            diagnostic.with_help("round it first: `floor(x)`, `round(x)`")
        }
        _ => diagnostic.with_help(format!("the types it takes: {}", function.function().usage.join("; "))),
    }
}

/// Two operands that would do, but not together.
pub(in crate::types) fn not_comparable(function: FnId, whole: Span, left: &Operand, right: &Operand) -> Diagnostic {
    let moment_with_days =
        |moment: &Operand, day: &Operand| moment.ty == DataType::DateTime && *element(&day.ty) == DataType::Date;
    for (moment, day) in [(left, right), (right, left)] {
        if moment_with_days(moment, day) {
            return Diagnostic::new(
                Code::DateWithMoment,
                "a moment and a date cannot be compared: a day is 24 hours long, more or less",
                whole,
                "a moment here, a date there",
            )
            .with_secondary(moment.at, "a moment (`datetime`)")
            .with_secondary(day.at, words(&day.ty))
            .with_note("the report's zone says which day a moment belongs to")
            .with_fix("compare the days: `date(…)`", wrapped(moment.at, "date(", ")"), Safety::Suggested);
        }
    }
    let diagnostic = Diagnostic::new(
        Code::NotComparable,
        format!("{} cannot be compared with {} by {}", words(&left.ty), words(&right.ty), sign(function)),
        whole,
        "of different kinds",
    )
    .with_secondary(left.at, words(&left.ty))
    .with_secondary(right.at, words(&right.ty));
    for (text, other) in [(left, right), (right, left)] {
        if text.ty != DataType::Text {
            continue;
        }
        let element = element(&other.ty);
        if element.is_number() {
            return with_conversions(diagnostic, text, element);
        }
        if matches!(element, DataType::Date | DataType::DateTime)
            && let Some(literal) = &text.text
        {
            if Date::parse(literal).is_some() {
                let title = format!("write the date without quotes: `{literal}`");
                return diagnostic.with_fix(title, replaced(text.at, literal), Safety::Safe);
            }
            return diagnostic.with_help("a date is written without quotes: `2026-11-09`, `2026-11-09T09:30`");
        }
        if *element == DataType::Date {
            return diagnostic.with_fix(
                "read the text as a date: `date?(…)`",
                wrapped(text.at, "date?(", ")"),
                Safety::Suggested,
            );
        }
    }
    diagnostic.with_help("compare values of one kind, or convert one of them: `int(x)`, `date(x)`, `text(x)`")
}

/// A text that is a number, as far as its signs go.
fn number_in_quotes(text: Option<&str>) -> Option<&str> {
    text.filter(|text| wr_base::value::Decimal::parse(text).is_some())
}

/// The same of the words as they stand in the script, with their quotes.
pub(super) fn quoted_number(words: &str) -> Option<&str> {
    number_in_quotes(words.strip_prefix('"')?.strip_suffix('"'))
}

pub(super) fn with_number(diagnostic: Diagnostic, at: Span, literal: &str) -> Diagnostic {
    let title = format!("write the number without quotes: `{literal}`");
    diagnostic.with_fix(title, replaced(at, literal), Safety::Safe)
}

/// The ways from a text to a number.
fn with_conversions(diagnostic: Diagnostic, text: &Operand, number: &DataType) -> Diagnostic {
    if let Some(literal) = number_in_quotes(text.text.as_deref()) {
        return with_number(diagnostic, text.at, literal);
    }
    let (function, after) = if let DataType::Decimal { scale, .. } = number {
        ("decimal?", format!(", {scale})"))
    } else if *number == DataType::Float {
        ("float?", ")".to_owned())
    } else {
        ("int?", ")".to_owned())
    };
    diagnostic
        .with_note(
            "texts become numbers only where it is said: leading zeros and long card numbers would be lost otherwise",
        )
        .with_fix(
            format!("convert it: `{function}` gives null where the text is no number"),
            wrapped(text.at, &format!("{function}("), &after),
            Safety::Suggested,
        )
}

/// `whole` is the comparison; `is_right`: null is its right side.
pub(in crate::types) fn compared_with_null(whole: Span, operator: Span, function: FnId, is_right: bool) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::ComparedWithNull,
        "a comparison with null is never true",
        whole,
        "neither true nor false for any row",
    );
    if is_right && function == FnId::Equal {
        return diagnostic.with_fix("write `is null`", replaced(operator, "is"), Safety::Safe);
    }
    if is_right && function == FnId::NotEqual {
        return diagnostic.with_fix("write `is not null`", replaced(operator, "is not"), Safety::Safe);
    }
    diagnostic.with_help("whether there is a value is asked with `x is null` and `x is not null`")
}

pub(in crate::types) fn not_equal_drops_nulls(whole: Span, operator: Span) -> Diagnostic {
    Diagnostic::new(
        Code::NotEqualDropsNulls,
        "rows without a value here count as neither equal nor different",
        whole,
        "null where there is no value, so such rows go",
    )
    .with_note("`!=` with null is null, and a filter keeps only what is true")
    .with_fix("keep them: write `is not`", replaced(operator, "is not"), Safety::Suggested)
    .with_help("to drop them on purpose, say so: `x is not null and x != …`")
}

pub(in crate::types) fn in_what(at: Span, found: &DataType) -> Diagnostic {
    Diagnostic::new(
        Code::OperandType,
        format!("`in` needs a list, a range or a period, and this is {}", words(found)),
        at,
        words(found),
    )
    .with_help("write `x in [a, b]`, `x in 18..65` or `x in $period`; for one value write `x == …`")
}

pub(in crate::types) fn argument_count(
    at: Span,
    name: &str,
    given: usize,
    usage: &[&str],
    declared: Option<Span>,
) -> Diagnostic {
    let count = match given {
        0 => "none are given".to_owned(),
        1 => "one is given".to_owned(),
        many => format!("{many} are given"),
    };
    let headline = match given {
        0 => format!("`{name}` cannot be called without arguments"),
        1 => format!("`{name}` cannot be called with one argument"),
        many => format!("`{name}` cannot be called with {many} arguments"),
    };
    let mut diagnostic = Diagnostic::new(Code::ArgumentCount, headline, at, count.clone());
    if let Some(declared) = declared {
        diagnostic = diagnostic.with_secondary(declared, "declared here");
    }
    diagnostic.with_help(format!("it is written `{}`", usage.join("` or `")))
}

pub(in crate::types) fn unfolds_too_far(at: Span, name: &str) -> Diagnostic {
    let headline = format!("with `{name}`, this becomes too large an expression");
    Diagnostic::new(Code::NestedTooDeep, headline, at, "each call is as if its `fn` were written out here")
        .with_note("a `fn` that calls another one twice is twice as large")
        .with_help("give the inner part a name with `derive`, and call the `fn` with that column")
}

pub(in crate::types) fn argument_type(
    at: Span,
    name: &str,
    wanted: &str,
    found: &DataType,
    usage: &[&str],
    written: &str,
) -> Diagnostic {
    let headline = format!("`{name}` needs {wanted}, and this is {}", words(found));
    let diagnostic = Diagnostic::new(Code::ArgumentType, headline, at, words(found));
    if let Some(literal) = quoted_number(written).filter(|_| wanted.contains("number")) {
        return with_number(diagnostic, at, literal);
    }
    match (wanted, found) {
        ("a date", DataType::DateTime) => diagnostic
            .with_note("the report's zone says which day a moment belongs to")
            .with_fix("take its day: `date(…)`", wrapped(at, "date(", ")"), Safety::Suggested),
        ("a date", DataType::Text) => {
            diagnostic.with_fix("read the text as a date: `date?(…)`", wrapped(at, "date?(", ")"), Safety::Suggested)
        }
        ("a number", DataType::Text) => {
            diagnostic.with_fix("read the text as a number: `int?(…)`", wrapped(at, "int?(", ")"), Safety::Suggested)
        }
        ("a text", _) => {
            diagnostic.with_fix("write it as a text: `text(…)`", wrapped(at, "text(", ")"), Safety::Suggested)
        }
        _ if usage.is_empty() => diagnostic.with_help(format!("write {wanted} here")),
        _ => diagnostic.with_help(format!("it is written `{}`", usage.join("` or `"))),
    }
}

pub(in crate::types) fn argument_not_literal(at: Span, name: &str, wanted: &str, why: &str) -> Diagnostic {
    Diagnostic::new(Code::NeedsLiteral, format!("`{name}` needs {wanted}"), at, "cannot stand here").with_help(why)
}

/// `words` are those that stand there.
pub(in crate::types) fn needs_pattern(at: Span, name: &str, words: &str) -> Diagnostic {
    let headline = format!("`{name}` needs a pattern here, written between slashes");
    let diagnostic = Diagnostic::new(Code::NeedsLiteral, headline, at, "not a pattern as written");
    let plain = words.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    match plain.filter(|plain| !plain.is_empty() && !plain.contains(['"', '{', '/', '\\', ' '])) {
        Some(plain) => {
            diagnostic.with_fix(format!("write `/{plain}/`"), replaced(at, format!("/{plain}/")), Safety::Suggested)
        }
        None => diagnostic.with_help(
            "a pattern stands in the script, where it is checked; a text of the data is looked for with `contains(x, y)`",
        ),
    }
}

/// `written` are the words of the arguments with their places, where they are known.
pub(in crate::types) fn arguments_together(
    at: Span,
    name: &str,
    types: &[DataType],
    written: &[(Span, String)],
) -> Diagnostic {
    let kinds: Vec<String> = types.iter().map(words).collect();
    let diagnostic = Diagnostic::new(
        Code::ResultsDiffer,
        format!("`{name}` needs values of one kind, and these are {}", kinds.join(", ")),
        at,
        "of different kinds",
    );
    let in_quotes = written.iter().find_map(|(at, words)| Some((*at, quoted_number(words)?)));
    match in_quotes.filter(|_| types.iter().any(DataType::is_number)) {
        Some((at, literal)) => with_number(diagnostic, at, literal),
        None => diagnostic.with_help("convert them to one kind: `int(x)`, `date(x)`, `text(x)`"),
    }
}

pub(in crate::types) fn too_many_digits(at: Span) -> Diagnostic {
    Diagnostic::new(
        Code::TooManyDigits,
        "the product would have more than 38 digits behind the point",
        at,
        "the digits of both factors add up",
    )
    .with_help("cut one of them first: `round(x, 4)`")
}
