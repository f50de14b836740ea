//! The reference interpreter gives what Python computed for every case of the sample reports; so two meanings that share
//! nothing agree, and what is compared with the reference is compared with both.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use futures_util::StreamExt;
use wr_base::diag::Code;
use wr_base::ids::{ColumnId, ExprId, StepId, TableId};
use wr_base::ty::DataType;
use wr_base::value::{Date, DateTime, Value};
use wr_plan::declaration::{Options, ParameterKind, ValueKind};
use wr_plan::expr::Expr;
use wr_plan::functions::Setting;
use wr_plan::physical::{QueryId, SourceQuery};
use wr_plan::values::parse_value;
use wr_reference::{Data, Outcome, Settings};
use wr_runtime::cancel::Cancel;
use wr_runtime::frame::Frame;
use wr_runtime::sources::{NothingRecorded, Request, Source, local::Local};
use wr_sema::hir::Program;

use crate::support::csv;
use crate::support::project::repository;
use crate::support::report::Texts;

/// All rows of a table of the sample data.
fn rows(program: &Program, id: TableId, argument: Option<&str>, setting: Setting) -> Vec<Vec<Value>> {
    let source = |connection: &str| {
        Arc::new(Local {
            connection: connection.to_owned(),
            folder: repository().join("examples/data").join(connection),
            zone: None,
            recorded: Arc::new(NothingRecorded),
        }) as Arc<dyn Source>
    };
    rows_in(&source, program, id, argument, setting)
}

/// All rows of a table, read by its source without any filter.
pub(super) fn rows_in(
    source: &dyn Fn(&str) -> Arc<dyn Source>,
    program: &Program,
    id: TableId,
    argument: Option<&str>,
    setting: Setting,
) -> Vec<Vec<Value>> {
    let table = Arc::new(program.tables[id].clone());
    let columns: Vec<(ColumnId, u32)> = (0..table.columns.len() as u32).map(|at| (ColumnId(at), at)).collect();
    let arguments = argument.map(|id| Expr::literal(ExprId(0), DataType::Text, Value::text(id))).into_iter().collect();
    let query = SourceQuery {
        id: QueryId(0),
        step: StepId(0),
        connection: table.connection.clone(),
        table: id,
        columns,
        filter_columns: Vec::new(),
        arguments,
        filters: Vec::new(),
        without_occasion: Vec::new(),
        keys: Vec::new(),
    };
    let request = Request { query, table: Arc::clone(&table), keys: Vec::new(), setting };
    let columns = request.columns();
    let source = source(&table.connection);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    runtime.block_on(async {
        let mut answer = source.open(request, Cancel::default()).await.unwrap();
        let mut rows = Vec::new();
        while let Some(batch) = answer.batches.next().await {
            let frame = Frame { columns: columns.clone(), data: batch.unwrap().data };
            let cells: Vec<_> = columns.iter().map(|column| frame.cells(column.id).unwrap()).collect();
            rows.extend((0..frame.rows()).map(|row| cells.iter().map(|cells| cells.get(row)).collect::<Vec<_>>()));
        }
        rows
    })
}

/// The values that a case gives, as a runner types them.
fn values(program: &Program, case: &toml::Table, setting: Setting) -> BTreeMap<wr_base::ids::ValueId, Value> {
    let mut values = BTreeMap::new();
    for (name, text) in case["set"].as_table().unwrap() {
        let (id, declared) = program.values.iter().find(|(_, value)| value.name == *name).unwrap();
        let text = match text {
            toml::Value::Array(items) => items.iter().map(|item| item.as_str().unwrap()).collect::<Vec<_>>().join(","),
            other => other.as_str().unwrap().to_owned(),
        };
        let ValueKind::Parameter(parameter) = &declared.kind else { panic!("{name} is no parameter") };
        let value = match &parameter.kind {
            ParameterKind::Choice(Options::Query { .. }) => Value::Int(text.parse().unwrap()),
            ParameterKind::Choices(Options::Query { .. }) => {
                Value::List(text.split(',').map(|item| Value::Int(item.parse().unwrap())).collect())
            }
            ParameterKind::Choice(Options::Fixed(options))
            | ParameterKind::Choices(Options::Fixed(options))
            | ParameterKind::Columns(Options::Fixed(options)) => {
                parse_value(parameter, &declared.ty, &text, options, &setting).unwrap()
            }
            _ => parse_value(parameter, &declared.ty, &text, &[], &setting).unwrap(),
        };
        values.insert(id, value);
    }
    values
}

fn instant(setting_zone: wr_base::value::Zone, wall: &str) -> DateTime {
    let (date, clock) = wall.split_once('T').unwrap();
    let (hour, minute) = clock.split_once(':').unwrap();
    let wall = Date::parse(date).unwrap().naive().and_hms_opt(hour.parse().unwrap(), minute.parse().unwrap(), 0);
    setting_zone.instant_of(wall.unwrap()).unwrap()
}

pub(super) fn lines(rows: &[Vec<Value>]) -> Vec<Vec<Option<String>>> {
    let cell = |value: &Value| (!value.is_null()).then(|| value.canonical());
    rows.iter().map(|row| row.iter().map(cell).collect()).collect()
}

#[track_caller]
fn same(what: &str, folder: &Path, answer: &str, mut got: Vec<Vec<Option<String>>>, is_ordered: bool) {
    let mut wanted = csv::parse(&std::fs::read_to_string(folder.join(answer)).unwrap());
    wanted.remove(0);
    if !is_ordered {
        wanted.sort();
        got.sort();
    }
    assert_eq!(wanted.len(), got.len(), "{what}: rows of {answer}");
    for (line, (wanted, got)) in wanted.iter().zip(&got).enumerate() {
        assert_eq!(wanted, got, "{what}: row {line} of {answer}");
    }
}

fn try_case(program: &Program, tables: &BTreeMap<TableId, Vec<Vec<Value>>>, folder: &Path) {
    let name = folder.to_string_lossy().into_owned();
    let case: toml::Table = std::fs::read_to_string(folder.join("case.toml")).unwrap().parse().unwrap();
    let text = |key: &str| case.get(key).map(|value| value.as_str().unwrap());
    // What a runner may give is no matter of rows.
    if text("fails") == Some("parameter") {
        return;
    }
    let zone = program.report.zone;
    let now = instant(zone, text("as_of").unwrap());
    let setting = Setting::new(now, zone);
    let values = values(program, &case, setting);
    let mut data = Data::default();
    for (id, table) in program.tables.iter() {
        if table.arguments.is_empty() {
            data.set(id, &[], tables[&id].clone());
        } else if let Some((parameter, _)) = program.values.iter().find(|(_, value)| value.name == "cohort") {
            let cohort = values.get(&parameter).map_or("c7k2p9x1".to_owned(), Value::canonical);
            data.set(id, &[Value::text(&cohort)], rows(program, id, Some(&cohort), setting));
        }
    }
    let outcome = wr_reference::evaluate(program, &data, &Settings { now, values });
    match (text("fails"), outcome) {
        (Some("unmatched"), outcome) => assert_eq!(outcome.unwrap_err().code, Code::TooManyUnmatched, "{name}"),
        (fails, Ok(outcome)) => {
            assert_eq!(fails == Some("expectation"), outcome.expectations.contains(&false), "{name}");
            counted(&name, program, &case, &outcome);
            if fails.is_none() {
                written(&name, folder, &case, &outcome);
            }
        }
        (_, Err(failure)) => panic!("{name}: {failure:?} at {:?}", program.steps[failure.step]),
    }
}

fn counted(name: &str, program: &Program, case: &toml::Table, outcome: &Outcome) {
    for (relation, count) in case["counts"].as_table().unwrap() {
        let found = program.relations.iter().find(|(_, other)| other.name.as_ref() == Some(relation));
        if let Some(table) = found.and_then(|(id, _)| outcome.relations.get(&id)) {
            assert_eq!(table.rows.len() as i64, count.as_integer().unwrap(), "{name}: rows of {relation}");
        }
    }
}

fn written(name: &str, folder: &Path, case: &toml::Table, outcome: &Outcome) {
    for expected in case["file"].as_array().unwrap() {
        let file_name = expected["name"].as_str().unwrap();
        let file =
            outcome.files.iter().find(|file| file.name == file_name).unwrap_or_else(|| panic!("{name}: {file_name}"));
        let of_file = |other: &&toml::Value| other["name"].as_str() == Some(file_name);
        let at = case["file"].as_array().unwrap().iter().filter(of_file).position(|other| other == expected).unwrap();
        let is_ordered = expected.get("unordered").is_none();
        assert_eq!(file.sheets[at].is_ordered, is_ordered, "{name}");
        same(name, folder, expected["answer"].as_str().unwrap(), lines(&file.sheets[at].rows), is_ordered);
    }
    if folder.join("record.csv").exists() {
        let record = csv::parse(&std::fs::read_to_string(folder.join("record.csv")).unwrap());
        let columns = record[0].len();
        let rows: Vec<Vec<Value>> = outcome.records[0].rows.iter().map(|row| row[..columns].to_vec()).collect();
        same(name, folder, "record.csv", lines(&rows), false);
    }
}

fn try_report(report: &str) {
    let examples = Texts(repository().join("examples"));
    let project = wr_sema::project::read_project(&examples).project;
    let analysis = wr_sema::analyse(&examples, &format!("{report}.wr"), &project);
    let checked = analysis.checked().unwrap_or_else(|| panic!("{:#?}", analysis.diagnostics));
    let program = checked.program();
    let setting = Setting::new(DateTime(0), program.report.zone);
    let plain = program.tables.iter().filter(|(_, table)| table.arguments.is_empty());
    let tables = plain.map(|(id, _)| (id, rows(program, id, None, setting))).collect();
    let mut folders: Vec<_> = std::fs::read_dir(repository().join("tests/expected").join(report))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.sort();
    for folder in folders {
        try_case(program, &tables, &folder);
    }
}

#[test]
fn the_reference_gives_the_expected_cards_of_a_partner() {
    try_report("partner_cards");
}

#[test]
fn the_reference_gives_the_expected_recipients() {
    try_report("push_campaign");
}

#[test]
fn the_reference_gives_the_expected_cards_from_plastic() {
    try_report("plastic_cards");
}

#[test]
fn the_reference_gives_the_expected_pushes() {
    try_report("push_report");
}

#[test]
fn the_reference_gives_the_expected_winners() {
    try_report("weekly_draw");
}

#[test]
fn the_reference_gives_the_expected_audience() {
    try_report("retargeting");
}
