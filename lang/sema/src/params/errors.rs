//! What is said about parameters (WR04xx).

use wr_base::diag::{Code, Diagnostic};
use wr_base::span::Span;
use wr_base::ty::DataType;

use crate::relations::{listed, with_near_misses};

pub(super) fn default_breaks_check(at: Span, clause: Option<Span>, message: Option<&str>) -> Diagnostic {
    let headline = match message {
        Some(message) => format!("the default breaks the parameter's own rule: {message}"),
        None => "the default breaks the parameter's own rule".to_owned(),
    };
    let diagnostic = Diagnostic::new(Code::DefaultBreaksCheck, headline, at, "not allowed by the rule");
    let diagnostic = match clause {
        Some(clause) => diagnostic.with_secondary(clause, "the rule"),
        None => diagnostic,
    };
    diagnostic.with_help("choose a default that keeps the rule, or leave the default out")
}

pub(super) fn default_not_matching(at: Span, text: &str, pattern: &str) -> Diagnostic {
    let headline = format!("the default `{text}` does not match the parameter's own pattern");
    Diagnostic::new(Code::DefaultNotMatching, headline, at, format!("does not match /{pattern}/"))
        .with_note("the whole text must match")
        .with_help("choose a default that matches, or leave the default out")
}

pub(super) fn default_not_an_option(at: Span, value: &str, known: &[String]) -> Diagnostic {
    let headline = format!("the default `{value}` is none of the options");
    let mut diagnostic = Diagnostic::new(Code::DefaultNotAnOption, headline, at, "not an option");
    for near in wr_base::name::near_misses(value, known.iter().map(String::as_str)) {
        let edit = wr_base::diag::Edit { span: at, replacement: format!("\"{near}\"") };
        diagnostic = diagnostic.with_fix(format!("write \"{near}\""), vec![edit], wr_base::diag::Safety::Suggested);
    }
    diagnostic.with_help(format!("the options are {}", listed(known.iter().map(String::as_str))))
}

pub(crate) fn bad_pattern(at: Span, reason: &str) -> Diagnostic {
    Diagnostic::new(Code::BadPattern, format!("this pattern cannot be understood: {reason}"), at, "a pattern")
        .with_help("put a backslash in front of a sign that stands for itself: `\\(`, `\\.`, `\\+`")
}

pub(super) fn option_twice(at: Span, first: Span, value: &str) -> Diagnostic {
    Diagnostic::new(Code::OptionTwice, format!("the option `{value}` is there twice"), at, "the second one")
        .with_secondary(first, "the first one")
        .with_help("leave one of them out")
}

pub(super) fn clause_not_for_type(at: Span, clause: &str, ty: &str, wanted: &str) -> Diagnostic {
    let headline = format!("{clause} cannot be given for `{ty}`");
    Diagnostic::new(Code::ClauseNotForType, headline, at, format!("only for {wanted}"))
        .with_help(format!("leave it out, or make the parameter {wanted}"))
}

pub(super) fn options_twice(at: Span, query: Span) -> Diagnostic {
    Diagnostic::new(Code::ClauseNotForType, "the options come from two places", at, "listed here")
        .with_secondary(query, "and from a query here")
        .with_help("keep the list or the query")
}

pub(super) fn needs_options(at: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::NeedsOptions, format!("`${name}` has nothing to choose from"), at, "without options")
        .with_help(
            "list them: `{ \"a\" as \"The first\", … }`, or take them from data: `= first from (from … select …)`",
        )
}

pub(super) fn option_is_no_value(at: Span) -> Diagnostic {
    Diagnostic::new(Code::OptionTypes, "an option is one fixed value", at, "not known when the script is read")
        .with_help("write a text or a number")
}

pub(super) fn option_is_no_column(at: Span) -> Diagnostic {
    Diagnostic::new(Code::OptionTypes, "an option of `columns` is the name of a column", at, "not a name")
        .with_help("write the name without quotes: `city as \"City\"`")
}

pub(super) fn options_of_two_types(at: Span, first: Span, first_type: &DataType, ty: &DataType) -> Diagnostic {
    let headline = format!("the options are of two types: {first_type} and {ty}");
    Diagnostic::new(Code::OptionTypes, headline, at, format!("{ty}"))
        .with_secondary(first, format!("{first_type}"))
        .with_help("write all options in one type")
}

pub(super) fn option_without_meaning(at: Span, with: Span) -> Diagnostic {
    let headline = "some options stand for an expression, this one does not";
    Diagnostic::new(Code::OptionMeanings, headline, at, "no `= …`")
        .with_secondary(with, "this one does")
        .with_help("write `= expression` after each option, or after none")
}

pub(super) fn meaning_of_no_text(at: Span, data: &DataType) -> Diagnostic {
    let headline = "an option that stands for an expression is a text";
    Diagnostic::new(Code::OptionMeanings, headline, at, format!("{data}"))
        .with_help("write the option in quotes: `\"cards\" as \"Cards\" = count()`")
}

pub(super) fn query_columns(at: Span, names: &[&str]) -> Diagnostic {
    let headline = if names.is_empty() {
        "the query of a choice gives no column".to_owned()
    } else {
        format!("the query of a choice gives {} columns, not one or two", names.len())
    };
    let diagnostic = Diagnostic::new(Code::QueryOptions, headline, at, "first the value, then the label");
    match names {
        [value, label, ..] => diagnostic.with_help(format!("end it with `select {value}, {label}`")),
        [] | [_] => diagnostic.with_help("end it with a `select` of the value and its label"),
    }
}

pub(super) fn query_of_shape(at: Span) -> Diagnostic {
    let headline = "the columns of this query depend on a parameter";
    Diagnostic::new(Code::QueryOptions, headline, at, "first the value, then the label")
        .with_help("name the two columns in a `select`")
}

pub(super) fn query_value_type(at: Span, name: &str, data: &DataType) -> Diagnostic {
    let headline = format!("nobody can choose by `{name}`: its values are of type {data}");
    Diagnostic::new(Code::QueryOptions, headline, at, "its first column is the value")
        .with_help("select an int, a text, a date, a decimal or a uuid first")
}

pub(super) fn not_a_parameter_type(at: Span, words: &str) -> Diagnostic {
    Diagnostic::new(Code::NotAParameterType, format!("nobody can be asked for a `{words}`"), at, "not for parameters")
        .with_help("ask for an int, decimal, text, date, datetime, bool, percent, period, range, list, choice, columns or cohort")
}

pub(super) fn optional_choice(at: Span, name: &str) -> Diagnostic {
    let headline = format!("`${name}` is chosen from options, so it is never empty");
    Diagnostic::new(Code::NotAParameterType, headline, at, "optional")
        .with_help("leave out the `?`, and add an option such as `\"any\" as \"Anyone\"`")
}

pub(super) fn cohort_of_unknown(at: Span, name: &str, known: &[String]) -> Diagnostic {
    let headline = format!("there is no connection `{name}` to take cohorts from");
    let diagnostic = Diagnostic::new(Code::CohortSource, headline, at, "not known here");
    let diagnostic = with_near_misses(diagnostic, name, known.iter().map(String::as_str));
    diagnostic.with_help(format!("take it from the file that declares it: `use {name} from \"schemas.wr\"`"))
}

pub(super) fn cohort_without_table(at: Span, name: &str) -> Diagnostic {
    let headline = format!("`{name}` has no table that is read by a cohort");
    Diagnostic::new(Code::CohortSource, headline, at, "has no cohorts")
        .with_help(format!("declare one: `table {name}.cohort(id: cohort of {name}) {{ … }}`"))
}

pub(super) fn default_of_file(at: Span) -> Diagnostic {
    let headline = "a default cannot be given for `file`";
    Diagnostic::new(Code::ClauseNotForType, headline, at, "whoever runs the report names the file")
        .with_help("leave the default out; with `file?` a run may be without one, which then has no rows")
}
