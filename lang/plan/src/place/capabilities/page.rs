//! The closed tables of what servers do exactly as a page: docs/reference/engines.md.
//!
//! Invariant: a cell says what [`super::filter`] and [`super::made`] go by, and nothing else.

use std::fmt::Write as _;

use wr_base::ty::DataType;

use super::{Answer, Ask, cell, made};
use crate::declaration::Engine;
use crate::functions::{AggregateId, FnId};
use crate::physical::Support;

/// The types of columns, by the words of the page.
const TYPES: [(&str, DataType); 8] = [
    ("int", DataType::Int),
    ("decimal", DataType::Decimal { precision: 18, scale: 2 }),
    ("float", DataType::Float),
    ("text", DataType::Text),
    ("bool", DataType::Bool),
    ("date", DataType::Date),
    ("datetime", DataType::DateTime),
    ("uuid", DataType::Uuid),
];

const SERVERS: [Engine; 2] = [Engine::ClickHouse, Engine::SqlServer];

/// Committed as docs/reference/engines.md; a test says when that is stale.
#[must_use]
pub fn engines_markdown() -> String {
    let mut page = String::from(HEAD);
    let functions = FnId::ALL.iter();
    rows(&mut page, functions.map(|id| (id.function().name, SERVERS.map(|engine| words(|ty| cell(engine, *id, ty))))));
    page.push_str(MADE);
    for (name, ask) in [("rows with the same value are one", Ask::Key), ("the first rows in its order", Ask::Sorted)] {
        let cells = SERVERS.map(|engine| words(|ty| made(engine, ask, ty)));
        let _ = writeln!(page, "| {name} | {} | {} |", cells[0], cells[1]);
    }
    let of = |id: AggregateId| SERVERS.map(|engine| words(|ty| made(engine, Ask::Aggregate(id), ty)));
    rows(&mut page, AggregateId::ALL.iter().map(|id| (id.aggregate().name, of(*id))));
    page.push_str(FOOT);
    page
}

const HEAD: &str = "# What runs where

Made from the tables in `lang/plan/src/place/capabilities`; to change it, change them and run the tests with `WR_UPDATE=1`.

A script means the same wherever it runs. What a server does otherwise is computed here, from its rows; `wr plan` says which and why. A
folder applies the filters that cannot fail. Amplitude gives whole cohorts, and the events of whole hours.

## How a server is made to mean it

| | ClickHouse | SQL Server |
| --- | --- | --- |
| equal texts | by their bytes | found with the column's collation, so that an index serves, and then compared by their bytes |
| null | every condition is written as the rows for which it is true; no `NOT` stands around what can be null | the same |
| lists | one parameter in the column's own type; what the column cannot hold is no member | a parameter for each member; long lists are computed here |
| numbers and days | a value is sent in the column's own type | a value is cast to the column's own type |
| times | instants; a period becomes two of them | `datetime2` is read on the clock of the connection's zone; hours that were twice are found here |
| groups of no rows | functions that give 0 or null by their own names, whatever the settings say | `COUNT_BIG`, and sums as `decimal(38, 0)` |
| settings | those that change answers are looked at when the connection is made (WR0894); the others change nothing | none |

## Filters

A filter runs on a server where each of its parts is *exact* there, and none of them can fail. The type is that of the first argument.

| | ClickHouse | SQL Server |
| --- | --- | --- |
";

const MADE: &str = "
## Groups, different rows, first rows

Asked of one table as a whole, where each part is *exact* there and the stored types, which only the run sees, leave no doubt.

| | ClickHouse | SQL Server |
| --- | --- | --- |
";

const FOOT: &str = "
Joins, windows, splits and everything else run here. Keys of one side of a join go ahead to the other side's server, of these types: int, decimal,
text, date, uuid.
";

/// Neighbours of which the same is said share a row.
fn rows(page: &mut String, functions: impl Iterator<Item = (&'static str, [String; 2])>) {
    let mut grouped: Vec<(Vec<String>, [String; 2])> = Vec::new();
    for (name, cells) in functions {
        let name = format!("`{}`", name.replace('|', "\\|"));
        match grouped.last_mut() {
            Some((names, same)) if *same == cells => names.push(name),
            Some(_) | None => grouped.push((vec![name], cells)),
        }
    }
    for (names, [one, other]) in grouped {
        // Writing into a String cannot fail.
        let _ = writeln!(page, "| {} | {one} | {other} |", names.join(" "));
    }
}

/// `exact`, the types for which it is, or why not.
fn words(answer: impl Fn(&DataType) -> Option<Answer>) -> String {
    let mut exact = Vec::new();
    let mut others: Vec<(&str, Vec<&str>)> = Vec::new();
    for (word, ty) in &TYPES {
        match answer(ty) {
            Some(answer) if answer.support == Support::Exact => exact.push(*word),
            Some(answer) => match others.iter_mut().find(|(why, _)| *why == answer.why) {
                Some((_, types)) => types.push(word),
                None => others.push((answer.why, vec![word])),
            },
            None => {}
        }
    }
    match (exact.as_slice(), others.as_slice()) {
        (_, []) => "exact".to_owned(),
        ([], [(why, _)]) => format!("here: {why}"),
        ([], _) => format!("here: {}", reasons(&others)),
        (_, _) => format!("exact of {}; {}", exact.join(", "), reasons(&others)),
    }
}

fn reasons(others: &[(&str, Vec<&str>)]) -> String {
    let reasons: Vec<String> = others.iter().map(|(why, types)| format!("{}: {why}", types.join(", "))).collect();
    reasons.join("; ")
}
