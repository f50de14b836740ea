//! The reference and the local engine give what DuckDB and hashlib gave for every script of `tests/expected/steps`.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use wr_base::loader::{LoadError, Loader};
use wr_base::value::{DateTime, Value};
use wr_plan::functions::Setting;
use wr_reference::{Data, Outcome, Settings};
use wr_runtime::sources::{NothingRecorded, Source, local::Local};

use super::NOW;
use super::engine::{known_values, rule_sets, run, sources_of};
use super::examples::{lines, rows_in};
use crate::support::csv;
use crate::support::project::repository;

const FOLDER: &str = "tests/expected/steps";

struct Folder;

impl Loader for Folder {
    fn load(&self, path: &str) -> Result<String, LoadError> {
        std::fs::read_to_string(repository().join(FOLDER).join(path)).map_err(|_| LoadError::Missing)
    }
}

fn source(connection: &str) -> Arc<dyn Source> {
    Arc::new(Local {
        connection: connection.to_owned(),
        folder: repository().join(FOLDER).join("data").join(connection),
        zone: None,
        recorded: Arc::new(NothingRecorded),
    })
}

#[track_caller]
fn same(what: &str, is_ordered: bool, outcome: &Outcome, answer: &csv::Rows) {
    let mut got = lines(&outcome.files[0].sheets[0].rows);
    let mut wanted = answer.clone();
    if !is_ordered {
        got.sort();
        wanted.sort();
    }
    assert_eq!(wanted.len(), got.len(), "{what}: rows");
    for (line, (wanted, got)) in wanted.iter().zip(&got).enumerate() {
        assert_eq!(wanted, got, "{what}: row {line}");
    }
}

fn try_script(name: &str) {
    let project = wr_sema::project::read_project(&Folder).project;
    let analysis = wr_sema::analyse(&Folder, &format!("{name}.wr"), &project);
    let checked = analysis.checked().unwrap_or_else(|| panic!("{name}: {:#?}", analysis.diagnostics));
    assert!(analysis.diagnostics.is_empty(), "{name}: {:#?}", analysis.diagnostics);
    let program = checked.program();
    let setting = Setting::new(NOW, program.report.zone);
    let answer = repository().join(FOLDER).join(format!("{name}.csv"));
    let mut answer = csv::parse(&std::fs::read_to_string(answer).unwrap());
    let header = answer.remove(0);
    let sheet = &program.exports[0].sheets[0];
    let headings = sheet.columns.iter().map(|column| {
        let relation = &program.relations[sheet.relation];
        Some(relation.row.column(column.column).unwrap().name.clone())
    });
    assert_eq!(header, headings.collect::<Vec<_>>(), "{name}: columns");

    let mut data = Data::default();
    for (id, _) in program.tables.iter() {
        data.set(id, &[], rows_in(&source, program, id, None, Setting::new(DateTime(0), program.report.zone)));
    }
    let settings = Settings { now: NOW, values: BTreeMap::new() };
    let outcome = wr_reference::evaluate(program, &data, &settings)
        .unwrap_or_else(|failure| panic!("{name}: {failure:?} at {:?}", program.steps[failure.step]));
    let is_ordered = outcome.files[0].sheets[0].is_ordered;
    same(&format!("{name}, reference"), is_ordered, &outcome, &answer);

    let values = known_values(&checked, &BTreeMap::<&str, Value>::new(), setting);
    for (rules, set) in rule_sets() {
        let outcome = run(&checked, &values, NOW, &sources_of(source, &["db"]), &set);
        let outcome = outcome.unwrap_or_else(|failure| panic!("{name}, {rules}: {failure:?}"));
        same(&format!("{name}, {rules}"), is_ordered, &outcome, &answer);
    }
}

#[test]
fn steps_give_what_duckdb_and_hashlib_gave() {
    let mut names: Vec<String> = std::fs::read_dir(repository().join(FOLDER))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "wr"))
        .map(|path| Path::file_stem(&path).unwrap().to_string_lossy().into_owned())
        .filter(|name| name != "schemas")
        .collect();
    names.sort();
    assert!(!names.is_empty());
    names.iter().for_each(|name| try_script(name));
}
