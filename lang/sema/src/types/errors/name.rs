//! Names that mean nothing, or nothing that can stand there.

use wr_base::diag::{Code, Diagnostic, Edit, Safety};
use wr_base::name::near_misses;
use wr_base::row_type::RowType;
use wr_base::span::Span;
use wr_syntax::ast;

use super::replaced;

/// Words that are values wherever a column can stand.
const CONSTANTS: [&str; 6] = ["null", "true", "false", "now", "today", "yesterday"];

/// How many names are listed where none is near.
const LISTED: usize = 12;

fn with_near(mut diagnostic: Diagnostic, at: Span, name: &str, known: &[String], prefix: &str) -> Diagnostic {
    for near in near_misses(name, known.iter().map(String::as_str)) {
        let near = format!("{prefix}{near}");
        diagnostic = diagnostic.with_fix(format!("write `{near}`"), replaced(at, &near), Safety::Suggested);
    }
    diagnostic
}

fn listed(known: &[String]) -> String {
    let shown: Vec<String> = known.iter().take(LISTED).map(|name| format!("`{name}`")).collect();
    let more = known.len().saturating_sub(LISTED);
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}

pub(in crate::types) fn change_not_here(at: Span, what: &str) -> Diagnostic {
    let headline = format!("an earlier run is not known in {what}");
    Diagnostic::new(Code::ChangeSince, headline, at, "asks for another run")
        .with_help("ask in an `expect`: `expect change(rows(people)) since last run <= 50%`")
}

pub(in crate::types) fn since_of_no_change(at: Span) -> Diagnostic {
    crate::outputs::errors::since_of_no_change(at)
}

/// `elsewhere`: the same name behind qualifiers; `joined`: all names with their qualifiers. `name_at` is the last part of a dotted name.
pub(in crate::types) fn unknown_column(
    at: Span,
    name_at: Span,
    name: &str,
    known: &[String],
    elsewhere: &[String],
    joined: &[String],
    qualifier: Option<&str>,
) -> Diagnostic {
    let (headline, label) = match (qualifier, elsewhere.is_empty()) {
        (Some(qualifier), _) => (format!("`{qualifier}` has no column `{name}`"), "not one of its columns"),
        (None, true) => (format!("there is no column `{name}` here"), "not a column of these rows"),
        (None, false) => (format!("`{name}` is a column of a joined table"), "written with the name of its table"),
    };
    let mut diagnostic = Diagnostic::new(Code::UnknownColumn, headline, name_at, label);
    for full in elsewhere {
        diagnostic = diagnostic.with_fix(format!("write `{full}`"), replaced(at, full), Safety::Suggested);
    }
    if let Some(meant) = wr_syntax::habits::value_meant(name).filter(|_| qualifier.is_none()) {
        diagnostic = diagnostic.with_fix(format!("write `{meant}`"), replaced(name_at, meant), Safety::Suggested);
    }
    diagnostic = with_near(diagnostic, name_at, name, known, "");
    diagnostic = with_near(diagnostic, name_at, name, joined, "");
    if diagnostic.fixes.is_empty() && qualifier.is_none() {
        diagnostic = with_near(diagnostic, name_at, name, &CONSTANTS.map(str::to_owned), "");
    }
    if diagnostic.fixes.is_empty() && !known.is_empty() {
        diagnostic = diagnostic.with_help(format!("the columns here are {}", listed(known)));
    }
    if diagnostic.fixes.is_empty() && diagnostic.help.is_none() {
        diagnostic = diagnostic.with_help("only columns of joined tables are left here: write `table.column`");
    }
    diagnostic
}

pub(in crate::types) fn unknown_qualifier(
    at: Span,
    whole: Span,
    qualifier: &ast::Name,
    name: &ast::Name,
    row: &RowType,
) -> Diagnostic {
    let mut known: Vec<String> = row.columns.iter().filter_map(|column| column.qualifier.clone()).collect();
    known.dedup();
    let headline = format!("no joined table is called `{}` here", qualifier.text);
    let mut diagnostic = Diagnostic::new(Code::UnknownQualifier, headline, at, "not joined here");
    diagnostic = with_near(diagnostic, at, &qualifier.text, &known, "");
    if row.find(None, &name.text).is_some() {
        let title = format!("write `{}`", name.text);
        diagnostic = diagnostic.with_fix(title, replaced(whole, &name.text), Safety::Suggested);
    }
    if diagnostic.fixes.is_empty() {
        diagnostic = diagnostic.with_help(if known.is_empty() {
            "nothing is joined here: columns are written without a table's name".to_owned()
        } else {
            format!("the joined tables are {}", listed(&known))
        });
    }
    diagnostic
}

/// `u..city` for `u.city`.
pub(in crate::types) fn two_dots(at: Span, qualifier: &str, name: &str) -> Diagnostic {
    let meant = format!("{qualifier}.{name}");
    let headline = format!("`{qualifier}` is a joined table, so nothing goes from it to `{name}`");
    Diagnostic::new(Code::UnknownColumn, headline, at, "two dots make a range").with_fix(
        format!("write `{meant}`"),
        replaced(at, &meant),
        Safety::Suggested,
    )
}

pub(in crate::types) fn unknown_value(at: Span, name: &str, known: &[String], below: Option<Span>) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::UnknownValue, format!("there is no value `${name}`"), at, "not known here");
    if let Some(below) = below {
        return diagnostic
            .with_secondary(below, "declared only here")
            .with_help("move the declaration above its first use: a script is read from top to bottom");
    }
    let diagnostic = with_near(diagnostic, at, name, known, "$");
    if diagnostic.fixes.is_empty() {
        return diagnostic.with_help(format!("declare it with `param {name}: …` or `let ${name} = …`"));
    }
    diagnostic
}

pub(in crate::types) fn value_without_dollar(at: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::UnknownColumn, format!("there is no column `{name}` here"), at, "not a column")
        .with_note(format!("`${name}` is a value of the script; a name without `$` is a column"))
        .with_fix(format!("write `${name}`"), replaced(at, format!("${name}")), Safety::Suggested)
}

/// `meant`: what stands here in the place of the whole call, where that is known.
pub(in crate::types) fn unknown_function(
    at: Span,
    whole: Span,
    call: &ast::Call,
    meant: Option<&str>,
    known: &[String],
) -> Diagnostic {
    let name = format!("{}{}", call.name.text, if call.or_null { "?" } else { "" });
    let mut diagnostic =
        Diagnostic::new(Code::UnknownFunction, format!("there is no function `{name}`"), at, "not known");
    if let Some(meant) = meant {
        return diagnostic.with_fix(format!("write `{meant}`"), replaced(whole, meant), Safety::Suggested);
    }
    // What people know from elsewhere, where what it is here depends on what is meant.
    let habit = match call.name.text.to_lowercase().as_str() {
        "nvl" | "ifnull" | "isnull" | "coalesce" => Some("write `a ?? b` for a fallback"),
        "if" | "iif" | "case" => Some("write `when condition then a else b`"),
        "nullif" => Some("write `null_if(x, y)`"),
        "truncate" | "fix" => Some("write `round_to_zero(x)`"),
        "date_trunc" | "datetrunc" | "startofday" | "startofmonth" | "startofweek" | "tostartofhour" => {
            Some("write `trunc(x, 1h)`, `trunc(x, 1d)`, `trunc(x, 1mo)`")
        }
        "date_part" | "datepart" => Some("each part has its name: `year(x)`, `month(x)`, `day(x)`, `hour(x)`"),
        "to_timestamp" | "strptime" | "str_to_date" => {
            Some("write `parse_date(x, \"DD.MM.YYYY\")` or `parse_datetime(…)`")
        }
        "networkdays" => Some("write `business_days_between(from, to)`"),
        "ceiling" => Some("write `ceil(x)`"),
        "power" | "pow" | "exp" | "ln" | "log" | "log10" => Some(
            "there is none: its last digit differs from machine to machine, and a run has to give the same everywhere",
        ),
        "rand" | "random" | "newid" => {
            Some("there is none: a run has to give the same again; to draw rows there is `sample`")
        }
        "len" | "char_length" => Some("write `length(x)`"),
        "average" | "mean" => Some("write `avg(x)`"),
        "uniq" | "countdistinct" | "uniqexact" => Some("write `count_distinct(x)`"),
        "countif" => Some("write `count_if(condition)`"),
        "sumif" | "sum_if" => Some("write `sum(when condition then x else 0)`"),
        "todate" | "to_date" => Some("write `date(x)`"),
        "tostring" | "str" | "to_char" => Some("write `text(x)`"),
        "cast" | "convert" => Some("write the type's name as a function: `int(x)`, `date(x)`, `text(x)`"),
        "concat" => Some("write the parts into a text: `\"{a} {b}\"`"),
        "hash" | "farm_fingerprint" | "hashbytes" | "sha1" | "sha" | "sha2" | "hash_sha256" => {
            Some("write `sha256(x)`; to part rows there is `split`")
        }
        "format" | "to_text" | "strftime" | "format_datetime" => {
            Some("write `format_number(x, 2)`, `format_date(x)` in the columns of an output, and `text(x)` elsewhere")
        }
        "monthname" | "dayname" => Some("write `month_name(x)`, `weekday_name(x)` in the columns of an output"),
        "getdate" | "current_timestamp" => Some("write `now`"),
        "datediff" | "date_diff" => Some("write `days_between(from, to)`, `months_between`, `hours_between`"),
        "dateadd" | "date_add" | "date_sub" => Some("write `x + 7d`, `x - 1mo`, `x + n * 1d`"),
        "substr" | "mid" => Some("write `substring(x, from, count)`; the first place is 1"),
        "lpad" | "leftpad" => Some("write `pad_left(x, length, fill)`"),
        "rpad" | "rightpad" => Some("write `pad_right(x, length, fill)`"),
        "ltrim" | "trim_start" => Some("write `trim_left(x)`"),
        "rtrim" | "trim_end" => Some("write `trim_right(x)`"),
        "strpos" | "instr" | "charindex" | "indexof" => Some("write `position(x, part)`; null where it is nowhere"),
        "split" | "splitbychar" => Some("write `split_part(x, separator, 1)` for one of the parts"),
        "regexp_contains" | "regexp_like" | "regexp_matches" | "match" | "re_match" => {
            Some("write `contains(x, /pattern/)`, or `matches(x, /pattern/)` for the whole text")
        }
        "regexp_extract" | "regexp_substr" => Some("write `extract(x, /pattern/)`"),
        "regexp_replace" | "replaceregexpall" | "replace_regex" => Some("write `replace(x, /pattern/, new)`"),
        "strrep" | "replicate" => Some("write `repeat(x, times)`"),
        _ => None,
    };
    if let Some(habit) = habit {
        return diagnostic.with_help(habit);
    }
    if call.or_null && known.contains(&call.name.text) {
        diagnostic = diagnostic
            .with_note("only conversions have a form with `?`: `int?`, `decimal?`, `float?`, `date?`, `datetime?`");
    }
    let diagnostic = with_near(diagnostic, at, &name, known, "");
    if diagnostic.fixes.is_empty() && diagnostic.notes.is_empty() {
        return diagnostic.with_help("all functions are listed in docs/reference/functions.md");
    }
    diagnostic
}

/// `what`: "`people`", "a pipeline".
pub(in crate::types) fn relation_is_no_value(at: Span, what: &str, name: Option<&str>) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::RelationAsValue,
        format!("{what} is a table of rows, and one value is needed here"),
        at,
        "many rows, not one value",
    );
    diagnostic.with_help(match name {
        Some(name) => {
            format!("its number of rows is `rows({name})`, in an `expect` or a message; to use its columns, join it")
        }
        None => "its number of rows is `rows(from …)`, in an `expect` or a message".to_owned(),
    })
}

/// `known`: the values of the script, with their `$`.
pub(in crate::types) fn no_row_here(at: Span, name: &str, what: &str, known: &[String]) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::NoRowHere,
        format!("`{name}` cannot be a column in {what}"),
        at,
        "there are no rows here",
    );
    let diagnostic = match wr_syntax::habits::value_meant(name) {
        Some(meant) => diagnostic.with_fix(format!("write `{meant}`"), replaced(at, meant), Safety::Suggested),
        None => diagnostic,
    };
    let diagnostic = with_near(diagnostic, at, name, &CONSTANTS.map(str::to_owned), "");
    with_near(diagnostic, at, name, known, "").with_help(
        "here stand values that are known before any row is read: parameters, `let $x`, literals, `now`, `today`",
    )
}

pub(in crate::types) fn column_of_a_shape(at: Span, name: &str) -> Diagnostic {
    Diagnostic::new(
        Code::ColumnOfShape,
        format!("whether there is a column `{name}` here is decided by a parameter"),
        at,
        "perhaps not there",
    )
    .with_help("use the column before the step in which the parameter stands, or select it by its own name")
}

pub(in crate::types) fn branch_not_here(at: Span) -> Diagnostic {
    Diagnostic::new(Code::BranchNotHere, "`branch` is known only where a split is recorded", at, "no branch here")
        .with_help("write it in a `record` of the split relation: `grp = branch`; a column of this name is written in backticks")
}

pub(in crate::types) fn fact_not_here(at: Span, name: &str, what: &str) -> Diagnostic {
    Diagnostic::new(
        Code::FactNotHere,
        format!("`{name}` cannot be asked in {what}"),
        at,
        "says something about whole relations",
    )
    .with_help("ask it in an `expect`, or in a message; the rows of a group are counted with `count()`")
}

pub(in crate::types) fn aggregate_not_here(at: Span, name: &str, arguments: usize, what: &str) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::AggregateNotHere,
        format!("`{name}` is taken over many rows, which {what} does not have"),
        at,
        "an aggregate",
    );
    match name {
        "min" if arguments > 1 => diagnostic.with_fix("write `least`", replaced(at, "least"), Safety::Safe),
        "max" if arguments > 1 => diagnostic.with_fix("write `greatest`", replaced(at, "greatest"), Safety::Safe),
        _ => diagnostic.with_help("aggregates stand in the braces of `group by … { … }` and `aggregate { … }`"),
    }
}

pub(in crate::types) fn order_missing(at: Span, name: &str, argument: &str) -> Diagnostic {
    let headline = format!("`{name}` needs to know in which order the rows are looked at");
    Diagnostic::new(Code::AggregateOrder, headline, at, "no `by`")
        .with_note("the rows of a group have no order of their own, whatever was sorted before")
        .with_help(format!("say by what: `{name}({argument} by updated_at)`"))
}

/// `by` is from before the word to the end of the keys.
pub(in crate::types) fn order_of_nothing(by: Span, keys: Span, name: &str) -> Diagnostic {
    let headline = format!("`{name}` gives the same whatever the order of the rows is");
    let edit = Edit { span: by, replacement: String::new() };
    Diagnostic::new(Code::AggregateOrder, headline, keys, "read by nothing").with_fix(
        "leave the order out",
        vec![edit],
        Safety::Suggested,
    )
}

pub(in crate::types) fn people_not_here(at: Span, name: &str, what: &str) -> Diagnostic {
    Diagnostic::new(
        Code::PeopleNotHere,
        format!("`{name}` writes for people, and {what} is not only read by people"),
        at,
        "in the language of the report",
    )
    .with_help(
        "write it in the columns of an output, `export x to xlsx \"x.xlsx\" { … as \"Heading\" }`, or in a message",
    )
}

pub(in crate::types) fn label_not_here(at: Span) -> Diagnostic {
    Diagnostic::new(Code::LabelNotHere, "`label` can stand only in messages and headings", at, "not a value of rows")
        .with_help("write it in a text: `\"{label($measure)} by day\"`, or as a heading: `value as label($measure)`")
}

pub(in crate::types) fn label_of_what(at: Span) -> Diagnostic {
    Diagnostic::new(Code::LabelNotHere, "`label` is asked of a parameter with options", at, "has no labels")
        .with_help("only `choice`, `choices` and `columns` parameters have labels: `label($measure)`")
}

pub(in crate::types) fn many_columns(at: Span, name: &str, what: &str) -> Diagnostic {
    Diagnostic::new(
        Code::ManyColumns,
        format!("`${name}` stands for several columns, and {what} needs one value"),
        at,
        "several columns",
    )
    .with_help("it can stand alone in `select`, in a `group by` and in the columns of an export")
}

pub(in crate::types) fn option_kinds(at: Span, name: &str) -> Diagnostic {
    Diagnostic::new(
        Code::OptionDoesNotFit,
        format!("some options of `${name}` are aggregates and some are not"),
        at,
        "stands for each of its options, and all have to be of one kind",
    )
    .with_help("make all of them aggregates, or none")
}

pub(in crate::types) fn window_function_not_here(at: Span, name: &str, what: &str) -> Diagnostic {
    let headline = format!("`{name}` looks at other rows, and {what} has only its own");
    Diagnostic::new(Code::WindowFunctionNotHere, headline, at, "a window function")
        .with_help(format!("write it in a step of its own: `window sort … {{ x = {name}(…) }}`"))
}

pub(in crate::types) fn scalar_not_here(at: Span, what: &str) -> Diagnostic {
    let headline = format!("`scalar` has no value in {what}");
    Diagnostic::new(Code::ScalarNotHere, headline, at, "known only when rows are")
        .with_help("use it in a `filter`, `derive`, `select`, `sort` or `window`, in a message or an `expect`")
}

pub(in crate::types) fn scalar_of_what(at: Span) -> Diagnostic {
    let headline = "`scalar` needs a relation and its column";
    Diagnostic::new(Code::FactArguments, headline, at, "here").with_help("write both: `scalar(total.amount)`")
}

pub(in crate::types) fn scalar_of_many(at: Span, name: &str) -> Diagnostic {
    let headline = format!("`{name}` may have more than one row, so it has no single value");
    Diagnostic::new(Code::ScalarOfMany, headline, at, "more than one row")
        .with_help(format!("end `{name}` with an `aggregate {{ … }}`, or with `take 1`"))
}

/// `$list` where a value is wanted.
pub(in crate::types) fn file_as_value(at: Span, name: &str) -> Diagnostic {
    let headline = format!("`${name}` is a file, not a value");
    Diagnostic::new(Code::FileAsValue, headline, at, "what is in it cannot be seen from here").with_help(format!(
        "read its rows, `from file(${name}) as {{ … }}`, or compare with a column of it: `filter x in file(${name}).x`; \
         `${name} is null` says that none was given"
    ))
}

/// `file($list).x` elsewhere than behind `in`.
pub(in crate::types) fn file_column_not_here(at: Span) -> Diagnostic {
    let headline = "a column of a file can only be the list of a `filter`";
    Diagnostic::new(Code::FileAsValue, headline, at, "not a value")
        .with_note(
            "`filter x in file($list).x` and `filter x not in file($list).x` are all there is, one to a `filter`",
        )
        .with_help("read the file as a relation, `from file($list) as { … }`, and join it")
}
