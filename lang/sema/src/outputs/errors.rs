//! What is said about expectations, splits, records and exports (WR05xx).

use wr_base::diag::{Code, Diagnostic, Edit, Safety};
use wr_base::name::near_misses;
use wr_base::span::Span;
use wr_base::ty::DataType;
use wr_base::value::{Decimal, Value};
use wr_plan::declaration::TableColumn;

// Expectations.

pub(super) fn fact_of_what(at: Span, function: &str, help: impl Into<String>) -> Diagnostic {
    let headline = format!("`{function}` needs to know which relation is meant");
    Diagnostic::new(Code::FactArguments, headline, at, "here").with_help(help)
}

pub(super) fn unique_needs_columns(at: Span) -> Diagnostic {
    Diagnostic::new(Code::FactArguments, "`unique` compares columns by their names", at, "this is no column")
        .with_help("name the relation, then its columns: `unique(recipients, user_id)`")
}

pub(super) fn fact_of_two_relations(at: Span, first: Span, function: &str) -> Diagnostic {
    let headline = format!("`{function}` reads rows of two relations");
    Diagnostic::new(Code::FactOfTwoRelations, headline, at, "another relation")
        .with_secondary(first, "the first one")
        .with_help("join the relations in a `let`, and ask about that")
}

pub(super) fn change_since_when(at: Span, end: Span) -> Diagnostic {
    let edit = Edit { span: end, replacement: " since last run".to_owned() };
    Diagnostic::new(Code::ChangeSince, "a change needs something to compare with", at, "since when?").with_fix(
        "add `since last run`",
        vec![edit],
        Safety::Suggested,
    )
}

pub(super) fn change_of_what(at: Span) -> Diagnostic {
    Diagnostic::new(
        Code::ChangeSince,
        "only a count, a sum or an average can be compared with an earlier run",
        at,
        "here",
    )
    .with_note("the manifest of a run keeps the number for the next one, and never a value of a row")
    .with_help("ask for `change(rows(people)) since last run`, or for `change(sum(orders.price)) since last run`")
}

pub(crate) fn since_of_no_change(at: Span) -> Diagnostic {
    Diagnostic::new(Code::ChangeSince, "only `change` looks back at an earlier run", at, "not here")
        .with_help("write `change(rows(people)) since last run`")
}

pub(super) fn same_of_no_parameter(at: Span, name: &str, known: &[String]) -> Diagnostic {
    let said = Diagnostic::new(Code::ChangeSince, format!("there is no parameter `${name}`"), at, "no parameter");
    match near_misses(name, known.iter().map(String::as_str)).first() {
        Some(near) => {
            let edit = Edit { span: at, replacement: format!("${near}") };
            said.with_fix(format!("write `${near}`"), vec![edit], Safety::Suggested)
        }
        None => said.with_help("name parameters whose values have to be the same in the earlier run"),
    }
}

// Splits.

pub(super) fn split_twice(at: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::SplitTwice, format!("`{name}` is split already"), at, "a second split").with_help(format!(
        "split a copy of it: `let again = from {name}`; or split one of its branches in the same way"
    ))
}

pub(super) fn strata_type(at: Span, name: &str, data: &DataType) -> Diagnostic {
    let headline = format!("`{name}` is of type {data}, which cannot tell strata apart");
    Diagnostic::new(Code::SplitStrata, headline, at, "a stratum for each of its values")
        .with_help("stratify by a column of type text, bool, int, decimal, date or uuid; make classes of others first")
}

pub(super) fn strata_twice(at: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::SplitStrata, format!("`{name}` is named twice among the strata"), at, "the second time")
        .with_help("name each column once")
}

pub(super) fn share_is_no_share(at: Span, number: Option<i128>) -> Diagnostic {
    let said = Diagnostic::new(Code::SplitShare, "the share of a branch is a percentage", at, "not a percentage");
    match number {
        Some(number) => {
            let edit = Edit { span: at, replacement: format!("{number}%") };
            said.with_fix(format!("write `{number}%`"), vec![edit], Safety::Suggested)
        }
        None => said.with_help("write a percentage such as `10%`, or a parameter of the type percent"),
    }
}

pub(super) fn share_may_be_missing(at: Span) -> Diagnostic {
    Diagnostic::new(Code::SplitShare, "this share may be missing", at, "perhaps no value")
        .with_help("give the parameter a default, or write a fallback such as `?? 10%`")
}

pub(super) fn share_below_zero(at: Span) -> Diagnostic {
    Diagnostic::new(Code::SplitShare, "a branch cannot have less than nothing", at, "below 0%")
        .with_help("write a percentage from 0% to 100%")
}

pub(super) fn shares_too_large(at: Span, sum: Decimal) -> Diagnostic {
    let headline = format!("the branches take {}, which is more than there is", percent(sum));
    Diagnostic::new(Code::SharesSum, headline, at, "more than 100% in all")
        .with_help("make the shares smaller, or let one branch take the `rest`")
}

pub(super) fn shares_too_small(at: Span, end: Span, sum: Decimal) -> Diagnostic {
    let headline = format!("the branches take {}, and the other rows would be in none", percent(sum));
    let edit = Edit { span: end, replacement: ", others rest".to_owned() };
    Diagnostic::new(Code::SharesSum, headline, at, "less than 100% in all").with_fix(
        "add the branch `others rest`",
        vec![edit],
        Safety::Suggested,
    )
}

pub(super) fn split_into_nothing(at: Span) -> Diagnostic {
    Diagnostic::new(Code::SharesSum, "this split has no branches", at, "split into nothing")
        .with_help("name the branches with their shares: `{ control 10% held, test rest }`")
}

fn percent(share: Decimal) -> String {
    Value::Percent(share).canonical()
}

pub(super) fn rest_twice(at: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::RestTwice, "only one branch can take the rest", at, "nothing is left for this one")
        .with_secondary(first, "this one takes the rest")
        .with_help("give one of the two a percentage")
}

pub(super) fn branch_twice(at: Span, first: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::BranchTwice, format!("two branches are called `{name}`"), at, "the second one")
        .with_secondary(first, "the first one")
        .with_help("give each branch a name of its own")
}

pub(super) fn branch_column_taken(at: Span, name: &str) -> Diagnostic {
    let headline = format!("`{name}` has a column `branch`, which is the name that a split needs");
    Diagnostic::new(Code::BranchColumnTaken, headline, at, "this relation")
        .with_note("after the split `branch` is the name of the branch that a row is in")
        .with_help("rename the column before the split: `rename old_branch = branch`")
}

// Held rows.

/// `held` and `free` are branches as they are read: `recipients.test`.
pub(super) fn held_leaves(at: Span, words: &str, split_at: Span, held: &[String], free: &[String]) -> Diagnostic {
    let list = list_of(held);
    let headline = if held.iter().any(|held| held == words) {
        format!("`{words}` is held, so its rows may not leave")
    } else {
        format!("`{words}` holds rows of {list}, which may not leave")
    };
    let said = Diagnostic::new(Code::HeldLeaves, headline, at, "held rows")
        .with_secondary(split_at, "held by this split")
        .with_note("a held branch is there to be compared with: it can be counted and recorded, never sent");
    if free.is_empty() {
        said.with_help("export counts, sums or averages of it instead of its rows")
    } else {
        said.with_help(format!("export {}, or counts, sums or averages instead of rows", list_of(free)))
    }
}

pub(crate) fn held_not_recorded(at: Span, branch: &str) -> Diagnostic {
    let headline = format!("nobody will know later who was in the held branch `{branch}`");
    Diagnostic::new(Code::HeldNotRecorded, headline, at, "neither recorded nor compared")
        .with_note("people come and go, so the group of today cannot be found again tomorrow")
        .with_help("record the split relation, with the name of the branch: `group = branch`")
}

pub(super) fn reveal_without_reason(at: Span) -> Diagnostic {
    Diagnostic::new(Code::RevealWithoutReason, "held rows leave for a reason, or not at all", at, "no reason")
        .with_note("whoever reads the script, its plan or the manifest of a run sees the reason")
        .with_help("say who needs these rows, and what for: `because \"the auditor checks the split\"`")
}

pub(super) fn revealed_twice(at: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::RevealedTwice, "this is revealed already", at, "the second time")
        .with_secondary(first, "the first time")
        .with_help("reveal a relation once, with all that is to be said in one reason")
}

pub(super) fn nothing_to_reveal(at: Span, words: &str) -> Diagnostic {
    let headline = format!("`{words}` holds no rows of a held branch, so there is nothing to reveal");
    Diagnostic::new(Code::NothingToReveal, headline, at, "not held")
        .with_help("name the relation that is to leave although it is held, or take the statement out")
}

pub(super) fn revealed_for_nothing(at: Span, words: &str) -> Diagnostic {
    let headline = format!("`{words}` is revealed, and no file takes its rows");
    Diagnostic::new(Code::RevealedForNothing, headline, at, "leaves nowhere")
        .with_note("a door that is left open lets the next export through without a word")
        .with_help("take the statement out")
}

// Records.

pub(super) fn record_into_no_table(at: Span, name: &str) -> Diagnostic {
    let headline = format!("`{name}` is no table of a connection");
    Diagnostic::new(Code::RecordTarget, headline, at, "not a table")
        .with_help("name a declared table with its connection: `record recipients into crm.mailing_history …`")
}

pub(super) fn record_into_unknown_table(at: Span, written: &str, known: &[String]) -> Diagnostic {
    let said = Diagnostic::new(Code::UnknownTable, format!("no table `{written}` is declared"), at, "not declared");
    match near_misses(written, known.iter().map(String::as_str)).first() {
        Some(near) => {
            let edit = Edit { span: at, replacement: (*near).to_owned() };
            said.with_fix(format!("write `{near}`"), vec![edit], Safety::Suggested)
        }
        None => said.with_help("declare it with `table`, or take its connection from a file of schemas with `use`"),
    }
}

pub(super) fn record_into_read_only(at: Span, connection: &str) -> Diagnostic {
    let headline = format!("nothing can be recorded into `{connection}`: it is only read");
    Diagnostic::new(Code::RecordTarget, headline, at, "only read").with_help("record into a table of a database")
}

pub(super) fn record_into_arguments(at: Span, name: &str) -> Diagnostic {
    let headline = format!("`{name}` is read with arguments, so nothing can be recorded into it");
    Diagnostic::new(Code::RecordTarget, headline, at, "no plain table")
        .with_help("record into a table without arguments")
}

pub(super) fn record_into_second_connection(at: Span, first: Span, connection: &str, other: &str) -> Diagnostic {
    let headline = format!("this script records into `{other}` already, and cannot record into `{connection}` as well");
    Diagnostic::new(Code::RecordSecondConnection, headline, at, "another connection")
        .with_secondary(first, format!("recorded into `{other}`"))
        .with_note("all records of a run are one transaction, so that a run that dies leaves all of them or none")
        .with_help("record into tables of one connection, or make two scripts")
}

pub(super) fn record_unknown_column(at: Span, name: &str, table: &str, columns: &[TableColumn]) -> Diagnostic {
    let headline = format!("`{table}` has no column `{name}`");
    let said = Diagnostic::new(Code::RecordColumn, headline, at, "no such column");
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    match near_misses(name, names.iter().copied()).first() {
        Some(near) => {
            let edit = Edit { span: at, replacement: (*near).to_owned() };
            said.with_fix(format!("write `{near}`"), vec![edit], Safety::Suggested)
        }
        None => said.with_help(format!("its columns are {}", list_of(&names))),
    }
}

pub(super) fn record_column_twice(at: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::RecordColumn, format!("`{name}` is given twice"), at, "the second time")
        .with_help("give each column once")
}

pub(super) fn record_misses_columns(at: Span, table: &str, missing: &[&str]) -> Diagnostic {
    let headline = format!("`{table}` needs a value for {}", list_of(missing));
    Diagnostic::new(Code::RecordMissesColumns, headline, at, "not all columns are given")
        .with_help(format!("add {} to the block", list_of(missing)))
}

pub(super) fn record_null(at: Span, column: &str, table: &str) -> Diagnostic {
    let headline = format!("this may be null, and `{column}` of `{table}` never is");
    Diagnostic::new(Code::RecordNull, headline, at, "perhaps null")
        .with_help("write a fallback with `??`, or filter such rows away before they are recorded")
}

pub(super) fn record_key_nullable(at: Span, name: &str) -> Diagnostic {
    let headline = format!("`{name}` may be null in the table, so it cannot be part of the key");
    Diagnostic::new(Code::RecordKey, headline, at, "part of the key")
        .with_note("the key keeps a row from being recorded twice, and nulls are never equal")
        .with_help("take columns that are never null")
}

pub(super) fn record_key_type(at: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::RecordKey, format!("`{name}` is not of a type that can be a key"), at, "part of the key")
        .with_help("take columns of type int, decimal, text, date, datetime or uuid")
}

// Files.

pub(super) fn file_name_with_sign(at: Span, sign: char) -> Diagnostic {
    let shown = sign.escape_default();
    let headline = format!("the name of a file cannot hold `{shown}`");
    Diagnostic::new(Code::FileName, headline, at, format!("`{shown}` in a file name"))
        .with_note("every run has a folder of its own, and its files stand there side by side")
        .with_help("use letters, digits, `-`, `_`, `.` and blanks")
}

/// `edit` puts the ending where it belongs, if that place is known.
pub(super) fn file_ending(at: Span, wanted: &str, old: &str, edit: Option<Edit>) -> Diagnostic {
    let headline = if old.is_empty() || old == wanted {
        format!("the file's name must end in `{wanted}`")
    } else {
        format!("the file's name ends in `{old}`, and what is written there is `{wanted}`")
    };
    let said = Diagnostic::new(Code::FileEnding, headline, at, format!("no name for a `{wanted}`"));
    match edit.filter(|_| old != wanted) {
        Some(edit) => said.with_fix(format!("end the name in `{wanted}`"), vec![edit], Safety::Safe),
        None => said.with_help(format!("give the file a name before `{wanted}`")),
    }
}

pub(super) fn file_twice(at: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::FileTwice, "another export writes a file of this name", at, "the second one")
        .with_secondary(first, "the first one")
        .with_help("give each file a name of its own")
}

pub(super) fn title_with_sign(at: Span, sign: char) -> Diagnostic {
    let headline = format!("the title of a sheet cannot hold `{}`", sign.escape_default());
    Diagnostic::new(Code::SheetTitle, headline, at, "not a title for a workbook")
        .with_note("spreadsheets refuse `[ ] : * ? / \\` in titles, and `'` at both ends")
        .with_help("leave it out")
}

pub(super) fn title_empty(at: Span) -> Diagnostic {
    Diagnostic::new(Code::SheetTitle, "a sheet needs a title", at, "empty").with_help("say what is on the sheet")
}

pub(super) fn title_too_long(at: Span, length: usize, shorter: &str) -> Diagnostic {
    let headline = format!("the title of a sheet has at most 31 signs, and this one has {length}");
    let edit = Edit { span: at, replacement: format!("\"{shorter}\"") };
    Diagnostic::new(Code::SheetTitle, headline, at, "too long for a workbook").with_fix(
        format!("write \"{shorter}\""),
        vec![edit],
        Safety::Suggested,
    )
}

pub(super) fn title_taken(at: Span, title: &str) -> Diagnostic {
    Diagnostic::new(Code::SheetTitle, format!("a workbook keeps the title \"{title}\" for itself"), at, "taken")
        .with_help("take another title")
}

pub(super) fn title_twice(at: Span, first: Span, title: &str) -> Diagnostic {
    Diagnostic::new(Code::SheetTitleTwice, format!("two sheets are called \"{title}\""), at, "the second one")
        .with_secondary(first, "the first one")
        .with_note("titles that differ only in upper and lower case are equal for a spreadsheet")
        .with_help("give each sheet a title of its own")
}

pub(super) fn heading_twice(at: Span, first: Span, heading: &str) -> Diagnostic {
    Diagnostic::new(Code::HeadingTwice, format!("two columns have the heading \"{heading}\""), at, "the second one")
        .with_secondary(first, "the first one")
        .with_help("give each column a heading of its own: `city as \"City\"`")
}

pub(super) fn column_without_heading(at: Span) -> Diagnostic {
    Diagnostic::new(Code::ColumnWithoutHeading, "this column has no heading", at, "computed here, so it has no name")
        .with_help("write a heading after it: `… as \"Heading\"`")
}

pub(super) fn columns_bring_their_headings(at: Span, name: &str) -> Diagnostic {
    let headline = format!("the columns of `${name}` bring their own headings");
    Diagnostic::new(Code::ColumnsBringHeadings, headline, at, "several columns, one heading")
        .with_help("write the headings as labels of the options, where the parameter is declared")
}

pub(super) fn label_of_unknown(at: Span, name: &str, known: &[String]) -> Diagnostic {
    let said = Diagnostic::new(Code::LabelOf, format!("there is no parameter `${name}`"), at, "not declared");
    match near_misses(name, known.iter().map(String::as_str)).first() {
        Some(near) => {
            let edit = Edit { span: at, replacement: format!("${near}") };
            said.with_fix(format!("write `${near}`"), vec![edit], Safety::Suggested)
        }
        None => said.with_help("name a parameter that is a choice"),
    }
}

pub(super) fn label_of_no_choice(at: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::LabelOf, format!("`${name}` has no options, so nothing of it has a label"), at, "no choice")
        .with_help(format!("write the value itself: `\"{{${name}}}\"`"))
}

pub(super) fn sheet_without_columns(at: Span) -> Diagnostic {
    Diagnostic::new(Code::NoColumns, "this would be a file without columns", at, "the list is empty")
        .with_help("name the columns, or leave out the braces to write all of them")
}

pub(super) fn workbook_without_sheets(at: Span) -> Diagnostic {
    Diagnostic::new(Code::NoColumns, "this would be a workbook without sheets", at, "no sheets follow")
        .with_help("name the sheets: `{ sheet \"People\" from people }`")
}

pub(super) fn setting_unknown(at: Span, name: &str, known: &[&str]) -> Diagnostic {
    let said = Diagnostic::new(Code::UnknownSetting, format!("an export has no setting `{name}`"), at, "not known");
    match near_misses(name, known.iter().copied()).first() {
        Some(near) => {
            let edit = Edit { span: at, replacement: (*near).to_owned() };
            said.with_fix(format!("write `{near}`"), vec![edit], Safety::Suggested)
        }
        None => said.with_help(format!("there are {}, all for csv", crate::relations::listed(known.iter().copied()))),
    }
}

pub(crate) fn setting_twice(at: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::ExportSetting, format!("`{name}` is set twice"), at, "the second time")
        .with_help("set it once")
}

pub(super) fn setting_of_csv(at: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::ExportSetting, format!("only csv has a setting `{name}`"), at, "another format")
        .with_help("leave it out, or export to csv")
}

pub(crate) fn delimiter_unfit(at: Span) -> Diagnostic {
    Diagnostic::new(Code::ExportSetting, "a delimiter is one sign between quotes", at, "not one sign").with_help(
        "write `delimiter = \";\"`; letters, digits, quotes, line breaks and signs beyond ASCII cannot be one",
    )
}

pub(super) fn setting_no_bool(at: Span, name: &str, help: &str) -> Diagnostic {
    Diagnostic::new(Code::ExportSetting, format!("`{name}` is true or false"), at, "neither").with_help(help)
}

pub(super) fn setting_none_of(at: Span, name: &str, written: Option<&str>, known: &[&str]) -> Diagnostic {
    let known: Vec<String> = known.iter().map(|one| format!("\"{one}\"")).collect();
    let headline = format!("`{name}` is one of {}", known.join(", "));
    let mut said = Diagnostic::new(Code::ExportSetting, headline, at, "none of them");
    let near = near_misses(written.unwrap_or_default(), known.iter().map(|one| one.trim_matches('"')));
    for near in near {
        let edit = Edit { span: at, replacement: format!("\"{near}\"") };
        said = said.with_fix(format!("write \"{near}\""), vec![edit], Safety::Suggested);
    }
    said.with_help(format!("write `{name} = {}`", known.first().map_or("", String::as_str)))
}

pub(super) fn null_unfit(at: Span) -> Diagnostic {
    Diagnostic::new(Code::ExportSetting, "`null_text` is a text that is one field", at, "cannot stand for a null").with_help(
        "write `null_text = \"NULL\"`; quotes, the delimiter, line breaks and blanks around it cannot be told from text",
    )
}

pub(super) fn bom_of_encoding(at: Span) -> Diagnostic {
    let headline = "only UTF-8 and UTF-16 have a byte order mark";
    Diagnostic::new(Code::ExportSetting, headline, at, "no mark in this encoding").with_help("leave `bom` out")
}

pub(super) fn sheet_by_people(at: Span, name: &str) -> Diagnostic {
    let headline = format!("`{name}` tells people apart, and the titles of sheets are read by everybody");
    Diagnostic::new(Code::SheetBy, headline, at, "personal, or the id of somebody")
        .with_help("make sheets by what groups people: a city, a kind, a day")
}

pub(super) fn format_of_workbook(at: Span) -> Diagnostic {
    let headline = "only a workbook shows numbers in a format of their own";
    Diagnostic::new(Code::NumberFormat, headline, at, "this file is for machines")
        .with_help("leave it out, or export to xlsx")
}

pub(super) fn format_unfit(at: Span, data: &DataType) -> Diagnostic {
    let (headline, help) = if matches!(data, DataType::Date | DataType::DateTime | DataType::Time) {
        ("this is no format for a date or a time", "write one such as \"dd.mm.yyyy\" or \"yyyy-mm-dd hh:mm\"")
    } else if matches!(data, DataType::Int | DataType::Decimal { .. } | DataType::Float | DataType::Percent) {
        ("this is no format for a number", "write one such as \"0\", \"0.00\", \"#,##0\" or \"0%\"")
    } else {
        ("these cells are no numbers, and have no format", "leave it out: text stays as it is")
    };
    Diagnostic::new(Code::NumberFormat, headline, at, "does not fit").with_help(help)
}

/// `a`, `b` and `c`, in backticks.
pub(super) fn list_of(names: &[impl AsRef<str>]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{}`", name.as_ref())).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}
