//! What is said about sources of pipelines: names of relations (WR014x), how they are read (WR030x).

use wr_base::diag::{Code, Diagnostic, Edit, Safety};
use wr_base::name::near_misses;
use wr_base::span::Span;
use wr_base::ty::DataType;
use wr_plan::declaration::Engine;

use super::row::Clash;
use crate::types::type_words;

/// Offers the nearest known names as fixes.
pub(crate) fn with_near_misses<'a>(
    mut diagnostic: Diagnostic,
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Diagnostic {
    let at = diagnostic.primary.span;
    for near in near_misses(name, known) {
        let edit = Edit { span: at, replacement: near.to_owned() };
        diagnostic = diagnostic.with_fix(format!("write `{near}`"), vec![edit], Safety::Suggested);
    }
    diagnostic
}

/// More names than this are no help any more.
const LISTED_LIMIT: usize = 12;

/// `a`, `b` and `c`; of very many the first ones.
pub(crate) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut names = names.into_iter();
    let mut shown: Vec<String> = names.by_ref().take(LISTED_LIMIT).map(|name| format!("`{name}`")).collect();
    let more = names.count();
    if more > 0 {
        shown.push(format!("{more} more"));
    }
    match shown.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

pub(super) fn too_many_steps(at: Span, limit: usize) -> Diagnostic {
    let headline = format!("more than {limit} steps build on one another");
    Diagnostic::new(Code::NestedTooDeep, headline, at, "with this one they are too many")
        .with_note("the steps of the relations that a step reads count as well")
        .with_help("say in one step what many say: `filter x in [a, b, c]`, `join` with a table of cases")
}

pub(super) fn unknown_relation<'a>(
    at: Span,
    name: &str,
    known: impl Iterator<Item = &'a str>,
    tables: &[String],
    all_tables: &[String],
    below: Option<Span>,
) -> Diagnostic {
    let mut diagnostic =
        Diagnostic::new(Code::UnknownRelation, format!("there is no relation `{name}`"), at, "not known here");
    if let Some(below) = below {
        return diagnostic
            .with_secondary(below, "declared only here")
            .with_help("move the declaration above its first use: a script is read from top to bottom");
    }
    for table in tables {
        let edit = Edit { span: at, replacement: table.clone() };
        diagnostic = diagnostic.with_fix(format!("write `{table}`"), vec![edit], Safety::Suggested);
    }
    diagnostic = with_near_misses(diagnostic, name, known);
    if diagnostic.fixes.is_empty() {
        diagnostic = with_near_misses(diagnostic, name, all_tables.iter().map(String::as_str));
    }
    if diagnostic.fixes.is_empty() {
        diagnostic = diagnostic.with_help(format!(
            "declare it with `let {name} = from …`, or take it from a file with `use {name} from \"…\"`"
        ));
    }
    diagnostic
}

pub(super) fn unknown_connection<'a>(at: Span, name: &str, known: impl Iterator<Item = &'a str>) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(Code::UnknownConnection, format!("there is no connection `{name}`"), at, "not known here");
    let diagnostic = with_near_misses(diagnostic, name, known);
    if diagnostic.fixes.is_empty() {
        diagnostic.with_help(format!("take it from the file that declares it: `use {name} from \"schemas.wr\"`"))
    } else {
        diagnostic
    }
}

pub(super) fn unknown_table<'a>(
    at: Span,
    connection: &str,
    name: &str,
    known: impl Iterator<Item = &'a str>,
) -> Diagnostic {
    let known: Vec<&str> = known.collect();
    let headline = format!("`{connection}` has no table `{name}`");
    let diagnostic = Diagnostic::new(Code::UnknownTable, headline, at, "not declared");
    let diagnostic = with_near_misses(diagnostic, name, known.iter().copied());
    if !diagnostic.fixes.is_empty() {
        diagnostic
    } else if known.is_empty() {
        diagnostic.with_help(format!("declare it with `table {connection}.{name} {{ … }}`"))
    } else {
        diagnostic.with_help(format!("`{connection}` has {}", listed(known)))
    }
}

pub(super) fn unknown_branch(at: Span, relation: &str, name: &str, known: &[&str]) -> Diagnostic {
    let headline = if known.is_empty() {
        format!("`{relation}` is not split, so it has no branch `{name}`")
    } else {
        format!("`{relation}` has no branch `{name}`")
    };
    let diagnostic = Diagnostic::new(Code::UnknownBranch, headline, at, "no such branch");
    let diagnostic = with_near_misses(diagnostic, name, known.iter().copied());
    if !diagnostic.fixes.is_empty() {
        diagnostic
    } else if known.is_empty() {
        diagnostic.with_help(format!("split it above: `split {relation} by … seed … {{ {name} 10%, other rest }}`"))
    } else {
        diagnostic.with_help(format!("its branches are {}", listed(known.iter().copied())))
    }
}

pub(super) fn table_arguments(at: Span, table: &str, given: usize, wanted: &[String]) -> Diagnostic {
    let headline = if wanted.is_empty() {
        format!("`{table}` is read without arguments")
    } else {
        let given = match given {
            0 => "none is given".to_owned(),
            1 => "one is given".to_owned(),
            many => format!("{many} are given"),
        };
        format!("`{table}` is read with {}, and {given}", arguments(wanted.len()))
    };
    let diagnostic = Diagnostic::new(Code::TableArguments, headline, at, "read like this here");
    if wanted.is_empty() {
        diagnostic.with_help(format!("write `{table}`"))
    } else {
        diagnostic.with_help(format!("write `{table}({})`", wanted.join(", ")))
    }
}

fn arguments(count: usize) -> String {
    if count == 1 { "one argument".to_owned() } else { format!("{count} arguments") }
}

pub(super) fn query_not_taken(at: Span, connection: &str, answering: Engine, declared: Engine) -> Diagnostic {
    let (what, way_out) = match answering {
        Engine::Local => (
            "a folder of tables",
            format!(
                "let `wr.toml` lead `{connection}` to its {} server, say it in steps, or try the script with rows that a \
                 `test` gives: `test \"…\" with {{ name_of_the_let = rows … }}`",
                engine_name(declared)
            ),
        ),
        Engine::Amplitude => ("an Amplitude project", "read its tables, such as a cohort, by name".to_owned()),
        Engine::ClickHouse | Engine::SqlServer => ("a server", "say it in steps".to_owned()),
    };
    let headline = format!("`{connection}` is {what} here, which takes no query of its own");
    Diagnostic::new(Code::QueryNotTaken, headline, at, "a query in the language of a server").with_help(way_out)
}

const fn engine_name(engine: Engine) -> &'static str {
    match engine {
        Engine::ClickHouse => "ClickHouse",
        Engine::SqlServer => "SQL Server",
        Engine::Amplitude => "Amplitude",
        Engine::Local => "own",
    }
}

pub(super) fn query_without_columns(at: Span) -> Diagnostic {
    Diagnostic::new(Code::NothingLeft, "the query has no columns", at, "what does it give?")
        .with_help("declare what it gives: `as { user_id: int, city: text? }`")
}

pub(super) fn hole_in_quotes(at: Span) -> Diagnostic {
    Diagnostic::new(Code::QueryHole, "a value in a query needs no quotes", at, "in quotes of the query")
        .with_note("the value goes to the source beside the text; in quotes its place would be read as words")
        .with_help("leave the quotes out; a part of a text is made before: `let $pattern = \"%{$name}%\"`")
}

pub(super) fn hole_may_be_null(at: Span, words: &str) -> Diagnostic {
    Diagnostic::new(Code::QueryHole, format!("`{words}` may be left empty"), at, "perhaps null")
        .with_note("in a query, a comparison with null is never true")
        .with_help(format!("say what it is then: `{{{words} ?? …}}`"))
}

pub(super) fn hole_of_no_value(at: Span, data: &DataType) -> Diagnostic {
    let help = if *data == DataType::Period {
        "write its ends: `between {start($seen)} and {end($seen)}`"
    } else {
        "write the values that it is made of, each in a hole of its own"
    };
    let headline = format!("{} cannot be handed to a query as one value", type_words(data));
    Diagnostic::new(Code::QueryHole, headline, at, "not one value").with_help(help)
}

pub(super) fn table_argument_named(at: Span, table: &str, name: &str) -> Diagnostic {
    let headline = format!("`{table}` is given its arguments in their order, without names");
    Diagnostic::new(Code::TableArguments, headline, at, "a name").with_help(format!("leave `{name} =` out"))
}

pub(super) fn relation_with_arguments(at: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::TableArguments, format!("`{name}` is read without arguments"), at, "read like this here")
        .with_help(format!("write `{name}`"))
}

pub(super) fn cohort_of_another(at: Span, words: &str, given: &str, wanted: &str) -> Diagnostic {
    let headline = format!("`{words}` is a cohort of `{given}`, and a cohort of `{wanted}` is wanted here");
    Diagnostic::new(Code::CohortOfAnother, headline, at, format!("a cohort of `{given}`"))
        .with_help(format!("declare the parameter as `cohort of {wanted}`, or read the table of `{given}`"))
}

pub(super) fn clash_when_read(at: Span, relation: Option<&str>, clash: &Clash) -> Diagnostic {
    let whose = relation.map_or_else(|| "this pipeline".to_owned(), |name| format!("`{name}`"));
    let name = &clash.name;
    let full = |qualifier: &Option<String>| qualifier.as_ref().map_or(name.clone(), |q| format!("{q}.{name}"));
    let (first, second) = (full(&clash.first), full(&clash.second));
    let headline = format!("{whose} has two columns that would be called `{name}` here");
    let new_name = clash.second.as_ref().map_or_else(|| format!("{name}_2"), |q| format!("{q}_{name}"));
    Diagnostic::new(Code::ClashWhenRead, headline, at, "read here, where columns have bare names")
        .with_note(format!("they are `{first}` and `{second}` over there"))
        .with_help(format!("end {whose} with a `select` that names one of them: `{second} as {new_name}`"))
}

pub(super) fn not_a_file(at: Span, name: &str, files: &[String]) -> Diagnostic {
    let headline = format!("`${name}` is no file");
    let diagnostic = Diagnostic::new(Code::NotAFile, headline, at, "not a parameter of type `file`");
    let files: Vec<String> = files.iter().map(|file| format!("${file}")).collect();
    if files.is_empty() {
        return diagnostic.with_help(format!("ask for one: `param {name}: file label \"…\"`"));
    }
    let diagnostic = with_near_misses(diagnostic, &format!("${name}"), files.iter().map(String::as_str));
    diagnostic.with_help(format!("files are {}", listed(files.iter().map(String::as_str))))
}

pub(super) fn file_as_operand(at: Span, words: &str) -> Diagnostic {
    Diagnostic::new(Code::FileColumns, "a file is read with its columns", at, "nobody knows what they are").with_help(
        format!("name and type them: `from {words} as {{ card_number: text, amount: decimal(12, 2)? }}`, here in parentheses"),
    )
}

pub(super) fn file_without_columns(at: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::FileColumns, "a file is read without a column", at, "nobody knows what is in it")
        .with_help(format!("name and type what is needed: `from file(${name}) as {{ card_number: text }}`"))
}

pub(super) fn heading_twice(at: Span, first: Span, heading: &str) -> Diagnostic {
    let headline = format!("two columns are read from under the heading `{heading}`");
    Diagnostic::new(Code::FileColumns, headline, at, "the second one")
        .with_secondary(first, "the first one")
        .with_help("read it once, and `derive` what else is needed of it")
}

pub(super) fn heading_empty(at: Span) -> Diagnostic {
    Diagnostic::new(Code::FileColumns, "a heading is empty", at, "no column can be found by it")
        .with_help("write what stands above the column in the file")
}

pub(super) fn sheet_unfit(at: Span) -> Diagnostic {
    Diagnostic::new(Code::FileSetting, "`sheet` is the name of a sheet", at, "not a plain text")
        .with_help("write it in quotes as it stands on the tab: `sheet = \"Cards\"`")
}

pub(super) fn encoding_unfit(at: Span, written: Option<&str>, known: &[&str]) -> Diagnostic {
    let headline = "this encoding is not known";
    let mut diagnostic = Diagnostic::new(Code::FileSetting, headline, at, "not one of them");
    for near in near_misses(written.unwrap_or_default(), known.iter().copied()) {
        let edit = Edit { span: at, replacement: format!("\"{near}\"") };
        diagnostic = diagnostic.with_fix(format!("write \"{near}\""), vec![edit], Safety::Suggested);
    }
    diagnostic.with_help(format!("there are {}", listed(known.iter().copied())))
}
