//! Splits with exact counts: the branches that Python computed, by the reference and by `wr run`.

use std::collections::BTreeMap;

use wr_base::loader::MemoryLoader;
use wr_base::value::{DateTime, Decimal, Value};
use wr_reference::{Data, Settings};

use crate::support::csv;
use crate::support::project::{Project, repository};

/// The rows of a case: key, stratum, branch.
struct Case {
    name: String,
    shares: Vec<String>,
    kind: String,
    rows: Vec<(String, Option<String>, String)>,
}

fn cases() -> Vec<Case> {
    let text = std::fs::read_to_string(repository().join("tests/expected/split_exactly.csv")).unwrap();
    let mut cases: Vec<Case> = Vec::new();
    for row in csv::parse(&text).into_iter().skip(1) {
        let cell = |at: usize| row[at].clone().unwrap();
        if cases.last().is_none_or(|case| case.name != cell(0)) {
            let shares = cell(1).split('|').map(ToOwned::to_owned).collect();
            cases.push(Case { name: cell(0), shares, kind: cell(2), rows: Vec::new() });
        }
        cases.last_mut().unwrap().rows.push((cell(3), row[4].clone(), cell(8)));
    }
    assert_eq!(cases.len(), 7);
    cases
}

impl Case {
    fn script(&self) -> String {
        let counts = if ["cities", "many"].contains(&self.name.as_str()) { "stratify by city" } else { "exactly" };
        let percent = |share: &String| format!("{}%", Decimal::parse(share).unwrap().times_hundred().canonical());
        let shares = self.shares.iter().enumerate().map(|(at, share)| format!("b{at} {}", percent(share)));
        let branches: Vec<String> = shares.chain(["last rest".to_owned()]).collect();
        let exports = branches.iter().map(|branch| {
            let name = branch.split(' ').next().unwrap();
            format!("export people.{name} to csv \"{name}.csv\"\n")
        });
        format!(
            "source db: clickhouse\ntable db.t {{ id: {}, city: text? }}\nlet people = from db.t\n\
             split people by id seed \"{}\" {counts} {{ {} }}\n{}",
            self.kind,
            self.name,
            branches.join(", "),
            exports.collect::<String>()
        )
    }

    /// Branch and key of each row, sorted.
    fn expected(&self) -> Vec<String> {
        let mut rows: Vec<String> = self.rows.iter().map(|(key, _, branch)| format!("{branch}.csv {key}")).collect();
        rows.sort();
        rows
    }
}

#[test]
fn the_reference_ranks_as_python_does() {
    for case in cases() {
        let loader = MemoryLoader([("t.wr".to_owned(), case.script())].into());
        let analysis = wr_sema::analyse(&loader, "t.wr", &wr_sema::project::Project::default());
        let checked = analysis.checked().unwrap_or_else(|| panic!("{}\n{:#?}", case.script(), analysis.diagnostics));
        let mut data = Data::default();
        let cells = |(key, city, _): &(String, Option<String>, String)| {
            let key = if case.kind == "int" { Value::Int(key.parse().unwrap()) } else { Value::text(key) };
            vec![key, city.as_ref().map_or(Value::Null, Value::text)]
        };
        data.set(wr_base::ids::TableId(0), &[], case.rows.iter().map(cells).collect());
        let settings = Settings { now: DateTime(0), values: BTreeMap::new() };
        let outcome = wr_reference::evaluate(checked.program(), &data, &settings).unwrap();
        let mut got: Vec<String> = Vec::new();
        for file in &outcome.files {
            got.extend(file.sheets[0].rows.iter().map(|row| format!("{} {}", file.name, row[0].canonical())));
        }
        got.sort();
        assert_eq!(got, case.expected(), "{}", case.name);
    }
}

#[test]
fn a_run_ranks_as_python_does() {
    for case in cases() {
        let project = Project::empty();
        project.write("wr.toml", "[connections.db]\ndriver = \"local\"\nfolder = \"db\"\n");
        let quoted = |city: &Option<String>| city.as_ref().map_or(String::new(), |city| format!("\"{city}\""));
        let lines: String = case.rows.iter().map(|(key, city, _)| format!("{key},{}\n", quoted(city))).collect();
        project.write("db/t.csv", format!("id,city\n{lines}"));
        project.write("t.wr", case.script());
        project.wr(&["run", "t.wr"]).expect(0);
        let mut got = Vec::new();
        for file in project.files("out/latest/t").into_iter().filter(|file| file.ends_with(".csv")) {
            let text = std::fs::read_to_string(project.path("out/latest/t").join(&file)).unwrap();
            got.extend(csv::parse(&text).iter().skip(1).map(|row| format!("{file} {}", row[0].as_ref().unwrap())));
        }
        got.sort();
        assert_eq!(got, case.expected(), "{}", case.name);
    }
}

#[test]
fn a_key_in_two_strata_stops_the_run() {
    let project = Project::empty();
    project.write("wr.toml", "[connections.db]\ndriver = \"local\"\nfolder = \"db\"\n");
    project.write("db/t.csv", "id,city\n1,a\n2,b\n1,\n");
    project.write(
        "t.wr",
        "source db: clickhouse\ntable db.t { id: int, city: text? }\nlet people = from db.t\n\
         split people by id seed \"a\" stratify by city { one 50%, two rest }\nexport people.one to csv \"one.csv\"\n",
    );
    let answer = project.wr(&["run", "t.wr"]).expect(4);
    assert!(answer.err.contains("WR0809") && answer.err.contains("for example: 1"), "{}", answer.err);
}
