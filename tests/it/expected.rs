//! Every case of `tests/expected`: the sample reports give the rows that Python computed, or fail as it says.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use calamine::{Data, Reader, Xlsx, open_workbook};

use crate::support::csv::{self, Rows};
use crate::support::project::{Project, repository};

pub(crate) struct Case {
    pub(crate) name: String,
    folder: PathBuf,
    toml: toml::Table,
}

pub(crate) fn cases(report: &str) -> Vec<Case> {
    let folder = repository().join("tests/expected").join(report);
    let mut cases: Vec<Case> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let folder = entry.unwrap().path();
            let toml = std::fs::read_to_string(folder.join("case.toml")).unwrap().parse().unwrap();
            Case { name: folder.file_name().unwrap().to_string_lossy().into_owned(), folder, toml }
        })
        .collect();
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    cases
}

impl Case {
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.toml.get(key).map(|value| value.as_str().unwrap())
    }

    pub(crate) fn arguments(&self) -> Vec<String> {
        let mut arguments = vec![
            "run".into(),
            format!("{}.wr", self.text("report").unwrap()),
            "--json".into(),
            "--as-of".into(),
            self.text("as_of").unwrap().into(),
        ];
        for (name, value) in self.toml["set"].as_table().unwrap() {
            let value = match value {
                toml::Value::Array(items) => {
                    items.iter().map(|item| item.as_str().unwrap()).collect::<Vec<_>>().join(",")
                }
                other => other.as_str().unwrap().to_owned(),
            };
            arguments.extend(["--set".into(), format!("{name}={value}")]);
        }
        arguments
    }
}

fn run(case: &Case) {
    run_in(case, &Project::examples(), Told::EveryStep);
}

/// After which steps a source says how many rows there were.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    EveryStep,
    /// A server does not count what it passes over.
    SomeSteps,
}

/// Runs a case in a copy of the sample project, wherever its connections lead.
pub(crate) fn run_in(case: &Case, project: &Project, told: Told) {
    let arguments = case.arguments();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let answer = project.wr(&arguments);
    if let Some(fails) = case.text("fails") {
        let code = match fails {
            "parameter" => 3,
            "unmatched" => 4,
            "expectation" => 5,
            other => panic!("{other}"),
        };
        let answer = answer.expect(code);
        if let Some(message) = case.text("message") {
            assert!(answer.err.contains(message) || answer.out.contains(message), "{}\n{}", answer.out, answer.err);
        }
        let left: Vec<String> =
            project.files("out").into_iter().filter(|file| !file.ends_with("manifest.json")).collect();
        assert_eq!(left, Vec::<String>::new(), "a failed run left files");
        return;
    }
    let answer = answer.expect(0);
    let json = answer.json();
    let files: BTreeMap<String, String> = json["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| (file["name"].as_str().unwrap().to_owned(), file["path"].as_str().unwrap().to_owned()))
        .collect();
    for expected in case.toml["file"].as_array().unwrap() {
        let name = expected["name"].as_str().unwrap();
        let path = files.get(name).unwrap_or_else(|| panic!("no file `{name}` among {files:?}"));
        let wanted =
            csv::parse(&std::fs::read_to_string(case.folder.join(expected["answer"].as_str().unwrap())).unwrap());
        match expected.get("sheet") {
            Some(sheet) => {
                let got = sheet_rows(Path::new(path), sheet.as_str().unwrap());
                compare(&case.name, name, reduced(&wanted), got, expected);
            }
            None => {
                let got = csv::parse(&std::fs::read_to_string(path).unwrap());
                compare(&case.name, name, wanted, got, expected);
            }
        }
    }
    counts(case, &json);
    waterfall(case, &json, told);
    if case.folder.join("record.csv").exists() {
        let stored = match told {
            Told::EveryStep => stored,
            Told::SomeSteps => crate::servers::recorded,
        };
        recorded(case, |columns| stored(case.text("report").unwrap(), project, columns));
    }
}

fn compare(case: &str, name: &str, mut wanted: Rows, mut got: Rows, expected: &toml::Value) {
    assert_eq!(wanted[0], got[0], "{case}: headings of {name}");
    if expected.get("unordered").is_some() {
        wanted[1..].sort();
        got[1..].sort();
    }
    assert_eq!(wanted.len(), got.len(), "{case}: rows of {name}");
    for (number, (wanted, got)) in wanted.iter().zip(&got).enumerate() {
        assert_eq!(wanted, got, "{case}: line {number} of {name}");
    }
}

/// Rows of whole relations, of those that `wr` counted under their name.
fn counts(case: &Case, json: &serde_json::Value) {
    let Some(counts) = case.toml.get("counts").and_then(toml::Value::as_table) else { return };
    for (relation, rows) in counts {
        let steps = json["steps"].as_array().unwrap();
        let last = steps.iter().rfind(|step| step["relation"].as_str() == Some(relation));
        let Some(got) = last.and_then(|step| step["rows"].as_i64()) else { continue };
        assert_eq!(rows.as_integer(), Some(got), "{}: rows of {relation}", case.name);
    }
}

/// The pipeline whose steps `waterfall.csv` has.
fn main_relation(report: &str) -> &str {
    match report {
        "partner_cards" | "plastic_cards" => "cards",
        "push_campaign" => "recipients",
        "push_report" => "messages",
        "weekly_draw" => "eligible",
        "retargeting" => "audience",
        other => panic!("{other}"),
    }
}

/// The rows after each step of the main pipeline, where `wr` counted them.
fn waterfall(case: &Case, json: &serde_json::Value, told: Told) {
    let wanted = csv::parse(&std::fs::read_to_string(case.folder.join("waterfall.csv")).unwrap());
    let relation = main_relation(case.text("report").unwrap());
    let word = |words: &str| match words.split_whitespace().collect::<Vec<_>>().as_slice() {
        ["join", kind @ ("one" | "many" | "anti"), ..] => format!("join {kind}"),
        [word, ..] => (*word).to_owned(),
        [] => String::new(),
    };
    // Steps that keep every row say nothing about rows.
    let keeps_all = |word: &str| ["select", "derive", "split"].contains(&word);
    let got: Vec<(String, String)> = json["steps"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|step| step["relation"].as_str() == Some(relation) && !step["rows"].is_null())
        .map(|step| (word(step["words"].as_str().unwrap()), step["rows"].to_string()))
        .filter(|(word, _)| !keeps_all(word))
        .collect();
    let wanted: Vec<(String, String)> = wanted[1..]
        .iter()
        .filter_map(|row| {
            let word = row[1].as_deref().unwrap();
            Some((if word == "join" { "join one".to_owned() } else { word.to_owned() }, row[2].clone()?))
        })
        .filter(|(word, _)| !keeps_all(word))
        .collect();
    if told == Told::EveryStep {
        assert_eq!(wanted, got, "{}: waterfall", case.name);
        return;
    }
    let mut rest = wanted.iter();
    let all_right = got.iter().all(|step| rest.any(|other| other == step));
    assert!(all_right && !got.is_empty(), "{}: waterfall\n{wanted:?}\n{got:?}", case.name);
}

/// What the report recorded is exactly these rows, in the columns that the answer has.
fn recorded(case: &Case, rows: impl Fn(&[String]) -> Rows) {
    let mut wanted = csv::parse(&std::fs::read_to_string(case.folder.join("record.csv")).unwrap());
    let header = wanted.remove(0);
    let columns: Vec<String> = header.iter().map(|name| name.clone().unwrap()).collect();
    let mut got = rows(&columns);
    wanted.sort();
    got.sort();
    assert_eq!(wanted, got, "{}: recorded rows", case.name);
}

/// The rows that the project's own store holds.
fn stored(_report: &str, project: &Project, columns: &[String]) -> Rows {
    let store = rusqlite::Connection::open(project.path(".wr/store.sqlite")).unwrap();
    let table: String = store
        .query_row("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE '%.%'", [], |row| row.get(0))
        .unwrap();
    let quoted: Vec<String> = columns.iter().map(|name| format!("\"{name}\"")).collect();
    let mut statement = store.prepare(&format!("SELECT {} FROM \"{table}\"", quoted.join(", "))).unwrap();
    let rows = statement.query_map([], |row| {
        let cell = |at| {
            Ok(Some(match row.get_ref(at)? {
                rusqlite::types::ValueRef::Integer(id) => id.to_string(),
                other => other.as_str().unwrap().to_owned(),
            }))
        };
        (0..columns.len()).map(cell).collect()
    });
    rows.unwrap().collect::<Result<_, _>>().unwrap()
}

/// What a sheet can hold of an answer: an empty text is an empty cell, a time is of the zone and cut to milliseconds.
fn reduced(rows: &Rows) -> Rows {
    rows.iter()
        .map(|row| {
            row.iter()
                .map(|field| {
                    let field = field.as_deref().filter(|text| !text.is_empty())?;
                    let is_instant = field.len() == 27 && field.ends_with('Z') && field.as_bytes()[10] == b'T';
                    Some(if is_instant { moscow(field) } else { field.to_owned() })
                })
                .collect()
        })
        .collect()
}

/// Moscow has been three hours ahead of UTC for as long as the sample data go back.
fn moscow(instant: &str) -> String {
    let parsed = chrono::DateTime::parse_from_rfc3339(instant).unwrap();
    let wall = parsed.naive_utc() + chrono::TimeDelta::hours(3);
    let millis = wall.and_utc().timestamp_millis();
    wall_clock(millis)
}

/// Midnight is written as a date: a cell does not tell the two apart.
fn wall_clock(millis: i64) -> String {
    let format = if millis % 86_400_000 == 0 { "%Y-%m-%d" } else { "%Y-%m-%dT%H:%M:%S%.3f" };
    chrono::DateTime::from_timestamp_millis(millis).unwrap().format(format).to_string()
}

fn sheet_rows(path: &Path, sheet: &str) -> Rows {
    let mut workbook: Xlsx<_> = open_workbook(path).unwrap();
    let range = workbook.worksheet_range(sheet).unwrap();
    range.rows().map(|row| row.iter().map(cell).collect()).collect()
}

fn cell(data: &Data) -> Option<String> {
    match data {
        Data::Empty => None,
        Data::String(text) => (!text.is_empty()).then(|| text.clone()),
        Data::Float(number) => Some(number.to_string()),
        Data::Int(number) => Some(number.to_string()),
        Data::Bool(value) => Some(value.to_string()),
        Data::DateTime(at) => {
            // Serial days: to the nearest millisecond, which is what the writer was given.
            let millis = ((at.as_f64() - 25_569.0) * 86_400_000.0).round() as i64;
            Some(wall_clock(millis))
        }
        other => panic!("a cell of a kind that no answer has: {other:?}"),
    }
}

#[test]
fn partner_cards_gives_what_python_computed() {
    cases("partner_cards").iter().for_each(run);
}

#[test]
fn push_campaign_gives_what_python_computed() {
    cases("push_campaign").iter().for_each(run);
}

#[test]
fn plastic_cards_gives_what_python_computed() {
    cases("plastic_cards").iter().for_each(run);
}

#[test]
fn push_report_gives_what_python_computed() {
    cases("push_report").iter().for_each(run);
}

#[test]
fn weekly_draw_gives_what_python_computed() {
    cases("weekly_draw").iter().for_each(run);
}

#[test]
fn retargeting_gives_what_python_computed() {
    cases("retargeting").iter().for_each(run);
}
