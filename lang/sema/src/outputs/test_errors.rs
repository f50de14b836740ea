//! What is said about tests (WR0560 to WR0562).

use wr_base::diag::{Code, Diagnostic, Edit, Safety};
use wr_base::name::near_misses;
use wr_base::span::Span;

use super::errors::list_of;

pub(super) fn test_twice(at: Span, first: Span, title: &str) -> Diagnostic {
    Diagnostic::new(Code::TestGiven, format!("two tests are called \"{title}\""), at, "the second one")
        .with_secondary(first, "the first one")
        .with_help("give each test a title of its own, so that a failure names one of them")
}

pub(super) fn given_twice(at: Span, words: &str) -> Diagnostic {
    Diagnostic::new(Code::TestGiven, format!("`{words}` is given twice"), at, "the second time")
        .with_help("give it once")
}

/// The fix where a known name is near, else the help.
fn with_near(said: Diagnostic, at: Span, wanted: &str, known: &[String], prefix: &str, help: &str) -> Diagnostic {
    match near_misses(wanted, known.iter().map(String::as_str)).first() {
        Some(near) => {
            let edit = Edit { span: at, replacement: format!("{prefix}{near}") };
            said.with_fix(format!("write `{prefix}{near}`"), vec![edit], Safety::Suggested)
        }
        None => said.with_help(help),
    }
}

pub(super) fn given_no_table(at: Span, words: &str, known: &[String]) -> Diagnostic {
    let said = Diagnostic::new(Code::TestGiven, format!("`{words}` is no table of a connection"), at, "no table");
    let help = "give rows to tables that the script reads, named with their connection and without arguments, or to a `let` that begins with a query: `name = rows …`";
    with_near(said, at, words, known, "", help)
}

pub(super) fn given_without_columns(at: Span, table: &str, columns: &[&str]) -> Diagnostic {
    let headline = format!("{} of `{table}` can never be null, and the rows have no value there", list_of(columns));
    Diagnostic::new(Code::TestGiven, headline, at, "columns are left out")
        .with_note("only a column whose type ends in `?` can be left out: it is null then")
        .with_help(format!("add {} to the columns and to each row", list_of(columns)))
}

pub(super) fn row_length(at: Span, cells: usize, columns: usize) -> Diagnostic {
    let headline = format!("this row has {cells} values for {columns} columns");
    Diagnostic::new(Code::TestGiven, headline, at, "another number of values")
        .with_help("write a value for each of the columns after `rows`, `null` where there is none")
}

pub(super) fn given_no_parameter(at: Span, name: &str, known: &[String]) -> Diagnostic {
    let said = Diagnostic::new(Code::TestValue, format!("there is no parameter `${name}`"), at, "no parameter");
    with_near(said, at, name, known, "$", "give values to parameters; a `let` is computed")
}

pub(super) fn value_of_file(at: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::TestValue, format!("`${name}` is a file, and a test gives its rows"), at, "no rows")
        .with_help(format!(
            "write `${name} = rows card_number {{ (\"0042\") }}`, with the columns that the script reads"
        ))
}

pub(super) fn test_without_values(at: Span, missing: &[String]) -> Diagnostic {
    let headline = format!("nobody is asked in a test, and {} has no value", list_of(missing));
    Diagnostic::new(Code::TestValue, headline, at, "a value is missing")
        .with_help(format!("add {} to what the test is given", list_of(missing)))
}

pub(super) fn test_reads_value(at: Span) -> Diagnostic {
    Diagnostic::new(Code::TestValue, "what a test is given cannot depend on a parameter", at, "reads a `$name`")
        .with_help("write the value itself")
}

pub(super) fn test_unknown_column(at: Span, name: &str, known: &[String]) -> Diagnostic {
    let said = Diagnostic::new(Code::TestExpected, format!("there is no column `{name}` here"), at, "no such column");
    let help = if known.is_empty() { "name a column".to_owned() } else { format!("there are {}", list_of(known)) };
    match near_misses(name, known.iter().map(String::as_str)).first() {
        Some(near) if wr_base::name::is_plain_name(near) && wr_base::name::is_plain_name(name) => {
            let edit = Edit { span: at, replacement: (*near).to_owned() };
            said.with_fix(format!("write `{near}`"), vec![edit], Safety::Suggested)
        }
        _ => said.with_help(help),
    }
}

pub(super) fn test_unknown_file(at: Span, name: &str, sheet: Option<&str>, found: usize) -> Diagnostic {
    let of = sheet.map_or_else(String::new, |sheet| format!(" with a sheet \"{sheet}\""));
    if found == 0 {
        return Diagnostic::new(Code::TestExpected, format!("no export writes a file \"{name}\"{of}"), at, "no file")
            .with_help("write the name as it is in the run, with the values of the test in its holes");
    }
    let headline = format!("several sheets could be meant by \"{name}\"");
    Diagnostic::new(Code::TestExpected, headline, at, "not the only one")
        .with_help("say which one: `\"cards.xlsx\" sheet \"By day\" = rows …`")
}

pub(super) fn test_unknown_code(at: Span, name: &str, is_known: bool) -> Diagnostic {
    if is_known {
        return Diagnostic::new(Code::TestExpected, format!("`{name}` is no failure of a run"), at, "found by a check")
            .with_help("a script with this error is not tried at all; expect a code from WR0800 on");
    }
    Diagnostic::new(Code::TestExpected, format!("there is no code `{name}`"), at, "no such code")
        .with_help("write the code that a run shows, such as `fail WR0804`; `wr explain` lists them all")
}
