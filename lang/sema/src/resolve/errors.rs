//! What is said about declarations and imports (WR014x, WR0150, WR0606 to WR0610, WR0700).

use wr_base::diag::{Code, Diagnostic};
use wr_base::loader::LoadError;
use wr_base::span::Span;
use wr_base::ty::Type;

use super::import::reason;
use crate::relations::{listed, with_near_misses};

pub(crate) fn duplicate_name(at: Span, first: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::DuplicateName, format!("`{name}` is declared twice"), at, "the second one")
        .with_secondary(first, "the first one")
        .with_help("give one of them another name")
}

pub(super) fn second_report(at: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::DuplicateName, "a script is one report", at, "a second `report`")
        .with_secondary(first, "the first one")
        .with_help("put the second report into a file of its own")
}

pub(super) fn named_like_connection(at: Span, connection: Span, name: &str) -> Diagnostic {
    let headline = format!("`{name}` is the name of a connection, too");
    Diagnostic::new(Code::NamedLikeConnection, headline, at, "this `let` has the same name")
        .with_secondary(connection, "the connection")
        .with_note(format!("`{name}.x` could be a table of the one or a branch of the other"))
        .with_help("give the `let` another name")
}

pub(super) fn case_only_difference(at: Span, other_at: Option<Span>, name: &str, other: &str) -> Diagnostic {
    let headline = format!("`{name}` and `{other}` differ only in upper and lower case");
    let diagnostic = Diagnostic::new(Code::CaseOnlyDifference, headline, at, "easily taken for the other");
    let diagnostic = match other_at {
        Some(other_at) => diagnostic.with_secondary(other_at, "the other one"),
        None => diagnostic,
    };
    diagnostic.with_help("give one of them another name")
}

pub(super) fn import_not_readable(at: Span, path: &str, error: &LoadError) -> Diagnostic {
    let headline = format!("`{path}` cannot be read: {}", reason(error));
    let help = match error {
        LoadError::Missing => "paths are relative to the file in which they stand, and are written with `/`",
        LoadError::Unreadable(_) => "look at its permissions, and whether it is a file",
        LoadError::NotText(_) => "save it as UTF-8: editors call this its encoding",
    };
    Diagnostic::new(Code::ImportNotReadable, headline, at, "named here").with_help(help)
}

pub(super) fn unknown_import(at: Span, name: &str, path: &str, known: &[&str]) -> Diagnostic {
    let headline = format!("`{path}` declares no `{name}`");
    let diagnostic = Diagnostic::new(Code::UnknownImport, headline, at, "not in that file");
    let diagnostic = with_near_misses(diagnostic, name, known.iter().copied());
    if !diagnostic.fixes.is_empty() {
        diagnostic
    } else if known.is_empty() {
        diagnostic.with_help(format!("`{path}` declares nothing that can be taken"))
    } else {
        diagnostic.with_help(format!("it declares {}", listed(known.iter().copied())))
    }
}

pub(super) fn imports_too_deep(at: Span, limit: usize) -> Diagnostic {
    let headline = format!("files take names from one another more than {limit} deep");
    Diagnostic::new(Code::NestedTooDeep, headline, at, "the last file of a long chain")
        .with_help("take the names from the file that declares them: `use a from \"where/it/is.wr\"`")
}

pub(super) fn import_cycle(at: Span, path: &str, circle: &[String]) -> Diagnostic {
    let headline = format!("`{path}` is being read already: files import each other in a circle");
    let way: Vec<String> = circle.iter().map(|file| format!("`{file}`")).collect();
    Diagnostic::new(Code::ImportCycle, headline, at, "leads back")
        .with_note(format!("the way is {}, and back to `{path}`", way.join(", then ")))
        .with_help("move what both need into a third file")
}

pub(super) fn imported_twice(at: Span, first: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::ImportedTwice, format!("`{name}` is imported twice"), at, "the second time")
        .with_secondary(first, "the first time")
        .with_help("leave one of them out")
}

pub(super) fn not_in_library(at: Span, word: &str) -> Diagnostic {
    let headline = format!("a file that others import cannot hold `{word}`");
    Diagnostic::new(Code::NotInLibrary, headline, at, "belongs into a report")
        .with_help("move it into the script that is run, or move what others need into a file of its own")
}

pub(super) fn recursive_function(at: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::MadeOfItself, format!("`{name}` calls itself"), at, "the same function")
        .with_note("a function is put in the place of its call, which would never end")
        .with_help("say the same without the call")
}

pub(crate) fn unknown_setting(at: Span, statement: &str, name: &str, known: &[&str]) -> Diagnostic {
    let headline = format!("`{statement}` has no setting `{name}`");
    let diagnostic = Diagnostic::new(Code::UnknownSetting, headline, at, "not known");
    let diagnostic = with_near_misses(diagnostic, name, known.iter().copied());
    diagnostic.with_help(format!("its settings are {}", listed(known.iter().copied())))
}

pub(super) fn setting_is_no_text(at: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::UnknownSetting, format!("`{name}` needs a text in quotes"), at, "not a plain text")
        .with_help("write it out: what stands here has to be known before anything is read")
}

pub(super) fn setting_is_no_number_of_rows(at: Span, name: &str) -> Diagnostic {
    let headline = format!("`{name}` needs a whole number above 0");
    Diagnostic::new(Code::UnknownSetting, headline, at, "not a number of rows")
        .with_help(format!("write it out, for example `{name} = 5_000_000`"))
}

pub(super) fn argument_of_nothing(at: Span, name: &str, ty: &Type) -> Diagnostic {
    let headline = format!("`{name}: {ty}` says nothing about the rows of the table");
    Diagnostic::new(Code::TableArguments, headline, at, "neither a cohort nor the period of a column").with_help(
        format!(
            "write `{name}: cohort of …`, or declare a column `{name}: datetime` whose period `{name}: period` is then"
        ),
    )
}

pub(super) fn table_of_unknown_connection(at: Span, name: &str, table: &str, known: &[String]) -> Diagnostic {
    let headline = format!("the table `{table}` belongs to no declared connection");
    let diagnostic = Diagnostic::new(Code::UnknownConnection, headline, at, "not declared");
    let diagnostic = with_near_misses(diagnostic, name, known.iter().map(String::as_str));
    diagnostic.with_help(format!("declare it above: `source {name}: clickhouse`"))
}

pub(super) fn connection_not_in_project(at: Span, name: &str, known: &[&str]) -> Diagnostic {
    let headline = format!("`wr.toml` does not say where the connection `{name}` leads");
    let diagnostic = Diagnostic::new(Code::ConnectionNotInProject, headline, at, "used here");
    let near = wr_base::name::near_misses(name, known.iter().copied());
    match near.first() {
        Some(near) => diagnostic.with_help(format!("it has a connection `{near}`; is that the one?")),
        None => diagnostic.with_help(format!("add a table `[connections.{name}]` with a `driver` to `wr.toml`")),
    }
}

pub(super) fn driver_mismatch(at: Span, name: &str, engine: &str, driver: &str) -> Diagnostic {
    let headline = format!("`{name}` is declared as {engine}, and `wr.toml` leads to {driver}");
    Diagnostic::new(Code::DriverMismatch, headline, at, "used here").with_help(format!(
        "write `driver = \"{engine}\"` or `driver = \"local\"` in `wr.toml`, or change the `source`"
    ))
}

pub(crate) fn not_a_column_type(at: Span, name: &str, ty: &Type) -> Diagnostic {
    Diagnostic::new(Code::TableKey, format!("no column can hold {}: `{name}`", ty.data), at, "not a type of columns")
        .with_help("columns hold int, decimal, float, text, bool, date, datetime, time or uuid")
}

pub(super) fn key_is_no_column<'a>(
    at: Span,
    table: &str,
    name: &str,
    known: impl Iterator<Item = &'a str>,
) -> Diagnostic {
    let headline = format!("the key of `{table}` names `{name}`, which is not one of its columns");
    let diagnostic = Diagnostic::new(Code::TableKey, headline, at, "no such column");
    let diagnostic = with_near_misses(diagnostic, name, known);
    diagnostic.with_help("name columns that the table declares")
}

pub(super) fn key_column_twice(at: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::TableKey, format!("the key names `{name}` twice"), at, "the second time")
        .with_help("leave one of them out")
}
