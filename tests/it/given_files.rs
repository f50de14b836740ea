//! Files that people name: rows as Python wrote them, what is refused and in which words, identity, one reading.

use std::collections::BTreeMap;

use calamine::{Reader, Xlsx, open_workbook};
use serde_json::Value as Json;
use wr_base::loader::MemoryLoader;
use wr_base::value::{DateTime, Value};
use wr_sema::project::Project as Settings;

use crate::support::csv;
use crate::support::project::{Answer, Project, repository};

fn case_files() -> std::path::PathBuf {
    repository().join("tests/expected/given_files")
}

fn cases() -> BTreeMap<String, Json> {
    serde_json::from_str(&std::fs::read_to_string(case_files().join("cases.json")).unwrap()).unwrap()
}

/// A report that gives the rows of a file as they are.
fn script(case: &Json) -> String {
    let columns: Vec<String> = case["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|column| {
            let part = |at: usize| column[at].as_str().unwrap();
            format!("{}: {} as {:?}", part(0), part(1), part(2))
        })
        .collect();
    let settings = case["settings"].as_object().unwrap();
    let settings: Vec<String> = settings.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    let with = if settings.is_empty() { String::new() } else { format!(" with {}", settings.join(", ")) };
    format!(
        "report \"Rows\"\nparam list: file label \"Card list\"\n\
         let all = from file($list) as {{ {} }}{with}\nexport all to csv \"rows.csv\"\n",
        columns.join(", ")
    )
}

fn run_case(name: &str, case: &Json) -> (Project, Answer) {
    let project = Project::empty();
    project.write("rows.wr", script(case));
    project.write(name, std::fs::read(case_files().join(name)).unwrap());
    let answer = project.wr(&["run", "rows.wr", "--set", &format!("list={name}")]);
    (project, answer)
}

/// Floats have many spellings; everything else is compared as it stands.
fn same(ty: &str, expected: &Json, found: Option<&str>) -> bool {
    match (expected.as_str(), found) {
        (None, None) => true,
        (Some(expected), Some(found)) if ty.starts_with("float") => {
            expected.parse::<f64>().unwrap() == found.parse::<f64>().unwrap()
        }
        (Some(expected), Some(found)) => expected == found,
        _ => false,
    }
}

#[test]
fn files_of_people_have_the_rows_that_python_wrote() {
    let mut count = 0;
    for (name, case) in cases().iter().filter(|(_, case)| case.get("rows").is_some()) {
        let (project, answer) = run_case(name, case);
        answer.expect(0);
        let text = std::fs::read_to_string(project.path("out/latest/rows/rows.csv")).unwrap();
        let rows: Vec<_> = csv::parse(&text).into_iter().skip(1).collect();
        let expected = case["rows"].as_array().unwrap();
        assert_eq!(rows.len(), expected.len(), "{name}: {rows:?}");
        for (row, expected) in rows.iter().zip(expected) {
            for (at, column) in case["columns"].as_array().unwrap().iter().enumerate() {
                let ty = column[1].as_str().unwrap();
                assert!(same(ty, &expected[at], row[at].as_deref()), "{name}: {expected} became {row:?}");
            }
        }
        count += 1;
    }
    assert!(count >= 20, "{count}");
}

#[test]
fn what_is_wrong_with_a_file_is_said_with_its_place_and_no_value() {
    let mut count = 0;
    for (name, case) in cases().iter().filter(|(_, case)| case.get("fails").is_some()) {
        let (project, answer) = run_case(name, case);
        let fails = &case["fails"];
        let (code, words) = match fails.get("problem") {
            Some(words) => (3, words.as_array().unwrap().clone()),
            None => {
                let mut words = fails["words"].as_array().unwrap().clone();
                words.push(fails["code"].clone());
                (4, words)
            }
        };
        let answer = answer.expect(code);
        for word in words {
            let word = word.as_str().unwrap();
            assert!(answer.err.contains(word), "{name}: `{word}` is missing in\n{}", answer.err);
        }
        assert!(!answer.err.contains("4276") && !answer.err.contains("E+15"), "{name}: {}", answer.err);
        assert_eq!(project.files("out/latest"), [""; 0], "{name}");
        count += 1;
    }
    assert!(count >= 15, "{count}");
}

const CAMPAIGN: &str = r#"report "Cards"

source db: clickhouse
table db.cards key id { id: int, card_number: text?, city: text? }
table db.mailed key sub_id, id { sub_id: text, id: int, at: datetime }

param sub_id: text label "Mailing id"
param list: file label "Card list"
param blocked: file? label "Not these"

let chosen =
  from db.cards
  filter card_number in file($list).card_number
  filter card_number not in file($blocked).card_number if $blocked is not null
  select id, city

record chosen into db.mailed key sub_id, id { sub_id = $sub_id, id, at = now }
export chosen to csv "cards.csv" { id }
export to xlsx "cards.xlsx" { sheet "Cards" from chosen { id } }
"#;

fn campaign() -> Project {
    Project::small(&[
        ("cards.wr", CAMPAIGN),
        (
            "data/cards.csv",
            "id,card_number,city\n1,0042,Tver\n2,42,Omsk\n3,,Tver\n4,4276123412341234567,\n5,0042,Orel\n",
        ),
        ("data/mailed.csv", "sub_id,id,at\n"),
        ("list.csv", "card_number\n0042\n4276123412341234567\n0042\n\n"),
        ("other.csv", "card_number\n42\n"),
    ])
}

fn run(project: &Project, set: &[&str]) -> Answer {
    let set = set.iter().flat_map(|one| ["--set", one]);
    project.wr(&["run", "cards.wr"].into_iter().chain(set).collect::<Vec<_>>())
}

#[track_caller]
fn ids(project: &Project) -> Vec<String> {
    let text = std::fs::read_to_string(project.path("out/latest/cards/cards.csv")).unwrap();
    let mut ids: Vec<String> = csv::parse(&text).into_iter().skip(1).map(|row| row[0].clone().unwrap()).collect();
    ids.sort();
    ids
}

#[test]
fn a_column_of_a_file_is_the_list_of_a_filter() {
    let project = campaign();
    run(&project, &["sub_id=a", "list=list.csv"]).expect(0);
    assert_eq!(ids(&project), ["1", "4", "5"]);
    run(&project, &["sub_id=b", "list=list.csv", "blocked=list.csv"]).expect(0);
    assert_eq!(ids(&project), [""; 0]);
    run(&project, &["sub_id=c", "list=other.csv", "blocked=list.csv"]).expect(0);
    assert_eq!(ids(&project), ["2"]);
    // Without a card number nobody is in a list, nor left out of one by it.
    let script = CAMPAIGN.replace("  filter card_number in file($list).card_number\n", "");
    project.write("cards.wr", script.replace(" if $blocked is not null", ""));
    run(&project, &["sub_id=d", "list=list.csv", "blocked=list.csv"]).expect(0);
    assert_eq!(ids(&project), ["2"]);
    // No file has no rows.
    run(&project, &["sub_id=e", "list=list.csv"]).expect(0);
    assert_eq!(ids(&project), ["1", "2", "4", "5"]);
}

#[test]
fn a_run_is_known_by_what_a_file_holds_and_not_by_its_name() {
    let project = campaign();
    let first =
        project.wr(&["run", "cards.wr", "--json", "--set", "sub_id=a", "--set", "list=list.csv"]).expect(0).json();
    let list = first["values"].as_array().unwrap().iter().find(|value| value["name"] == "list").unwrap().clone();
    let hash = list["value"].as_str().unwrap();
    // sha256sum of the three lines and the blank one.
    assert_eq!(hash, "64ed63056ae9e45a97d827c234159684fb036e3379e79de03a80364270827655");
    assert_eq!(list["words"], format!("list.csv, 3 rows, sha256 {hash}"));
    let book = first["files"].as_array().unwrap().iter().find(|file| file["name"] == "cards.xlsx").unwrap();
    let mut book: Xlsx<_> = open_workbook(book["path"].as_str().unwrap()).unwrap();
    let about = book.worksheet_range("About this report").unwrap();
    let words = format!("list.csv, 3 rows, sha256 {hash}");
    assert!(about.used_cells().any(|(_, _, cell)| cell.to_string() == words), "{words}");
    // The same rows under another name: the same files again, nothing recorded twice.
    std::fs::rename(project.path("list.csv"), project.path("renamed.csv")).unwrap();
    let again = run(&project, &["sub_id=a", "list=renamed.csv"]).expect(0);
    assert!(again.err.contains("these are the files of that run"), "{}", again.err);
    // Other rows under the old name: other values, and so another mailing.
    project.write("list.csv", "card_number\n42\n");
    let other = run(&project, &["sub_id=a", "list=list.csv"]).expect(8);
    assert!(other.err.contains("WR0852"), "{}", other.err);
}

#[test]
fn the_last_answer_is_the_path_and_not_the_hash() {
    let project = campaign();
    run(&project, &["sub_id=a", "list=list.csv"]).expect(0);
    project.write("list.csv", "card_number\n42\n");
    // What stands there now is read.
    project.wr(&["run", "cards.wr", "--last", "--set", "sub_id=b"]).expect(0);
    assert_eq!(ids(&project), ["2"]);
}

#[test]
fn a_file_that_is_not_there_is_told_with_those_beside_it() {
    let project = campaign();
    let answer = run(&project, &["sub_id=a", "list=lists.csv"]).expect(3);
    assert!(answer.err.contains("Card list: there is no file “lists.csv”: perhaps list.csv"), "{}", answer.err);
    let answer = run(&project, &["sub_id=a", "list=data"]).expect(3);
    assert!(answer.err.contains("is a folder"), "{}", answer.err);
    let answer = run(&project, &["sub_id=a"]).expect(3);
    assert!(answer.err.contains("Card list: please give a value"), "{}", answer.err);
}

#[test]
fn a_form_says_that_it_asks_for_a_file_and_what_it_has_to_hold() {
    let project = campaign();
    let form = project.wr(&["form", "cards.wr"]).expect(0).json();
    let list = &form["properties"]["list"];
    assert_eq!((&list["type"], &list["x-wr-file"]["columns"][0]), (&"string".into(), &"card_number".into()));
    assert_eq!(form["required"], serde_json::json!(["sub_id", "list"]));
}

#[test]
fn a_test_gives_the_rows_of_a_file() {
    let project = campaign();
    let test = "\ntest \"listed\" with {\n  db.cards = rows id, card_number { (1, \"0042\"), (2, \"42\"), (3, null) },\n  \
                $sub_id = \"a\",\n  $list = rows card_number { (\"0042\") },\n} expect { chosen = rows id { (1) } }\n";
    project.write("cards.wr", format!("{CAMPAIGN}{test}"));
    project.wr(&["test", "cards.wr"]).expect(0);
    project.write("cards.wr", format!("{CAMPAIGN}{}", test.replace("(\"0042\")", "(\"42\")")));
    project.wr(&["test", "cards.wr"]).expect(4);
    project.write("cards.wr", format!("{CAMPAIGN}{}", test.replace("$list = rows card_number", "$list = rows number")));
    let answer = project.wr(&["check", "cards.wr"]).expect(1);
    assert!(answer.err.contains("card_number"), "{}", answer.err);
}

#[test]
fn a_file_that_changes_while_the_run_goes_on_changes_nothing() {
    let project = campaign();
    let mut command = project.command(&["run", "cards.wr", "--set", "sub_id=a", "--set", "list=list.csv"]);
    // The list is read when it is named; a slow second file keeps the run from going on until then.
    let pipe = project.path("blocked.csv");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    command.args(["--set", "blocked=blocked.csv"]);
    let mut child = command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap();
    // Opening waits until the program reads it: the first file was read before.
    let mut writer = std::fs::OpenOptions::new().write(true).open(&pipe).unwrap();
    project.write("list.csv", "card_number\n42\n");
    std::io::Write::write_all(&mut writer, b"card_number\nnobody\n").unwrap();
    drop(writer);
    assert!(child.wait().unwrap().success());
    assert_eq!(ids(&project), ["1", "4", "5"]);
}

#[test]
fn a_workbook_is_a_table_of_a_folder() {
    let table = "table db.table { card_number: text, n: int, amount: decimal(12, 2)?, day: date }";
    let script = format!(
        "report \"Rows\"\nsource db: clickhouse\n{table}\nlet all = from db.table sort card_number\n\
         export all to csv \"rows.csv\" {{ card_number, n, amount, day }}\n"
    );
    let project = Project::small(&[("rows.wr", &script)]);
    project.write("data/table.xlsx", std::fs::read(case_files().join("table.xlsx")).unwrap());
    let folder = project.run("rows.wr");
    assert_eq!(
        std::fs::read_to_string(folder.join("rows.csv")).unwrap(),
        "card_number,n,amount,day\r\n0042,1,19.90,2026-11-09\r\n007 ,-5,,1900-03-01\r\n\
         4276123412341234567,900719925474099,0.30,2026-11-09\r\n"
    );
    // Two files of one table may differ.
    project.write("data/table.csv", "card_number,n,amount,day\n");
    let answer = project.wr(&["run", "rows.wr"]).expect(4);
    assert!(answer.err.contains("WR0812") && answer.err.contains("table.csv and table.xlsx"), "{}", answer.err);
}

#[test]
fn the_reference_keeps_the_same_rows_of_a_list() {
    let loader = MemoryLoader([("cards.wr".to_owned(), CAMPAIGN.to_owned())].into());
    let checked = wr_sema::analyse(&loader, "cards.wr", &Settings::default()).checked().unwrap();
    let program = checked.program();
    let text = |words: &str| Value::text(words);
    let cards = [(1, Some("0042")), (2, Some("42")), (3, None), (4, Some("4276123412341234567")), (5, Some("0042"))];
    let cards = cards.map(|(id, card)| vec![Value::Int(id), card.map_or(Value::Null, text), Value::Null]);
    let list = |cards: &[&str]| cards.iter().map(|card| vec![text(card)]).collect::<Vec<_>>();
    for (blocked, expected) in [(None, vec![1, 4, 5]), (Some("0042"), vec![4])] {
        let mut data = wr_reference::Data::default();
        for (id, table) in program.tables.iter() {
            match (&table.file, table.name.as_str()) {
                (Some(_), "list") => data.set(id, &[text("l")], list(&["0042", "4276123412341234567", "0042"])),
                (Some(_), _) => data.set(id, &[blocked.map_or(Value::Null, text)], list(blocked.as_slice())),
                (None, "cards") => data.set(id, &[], cards.to_vec()),
                (None, _) => data.set(id, &[], Vec::new()),
            }
        }
        let value = |name: &str| match name {
            "blocked" => blocked.map_or(Value::Null, text),
            other => text(if other == "list" { "l" } else { "a" }),
        };
        let values = program.values.iter().map(|(id, declared)| (id, value(&declared.name))).collect();
        let settings = wr_reference::Settings { now: DateTime(0), values };
        let outcome = wr_reference::evaluate(program, &data, &settings).unwrap();
        let mut ids: Vec<i128> = outcome.files[0].sheets[0]
            .rows
            .iter()
            .map(|row| if let Value::Int(id) = row[0] { id } else { panic!("{row:?}") })
            .collect();
        ids.sort_unstable();
        assert_eq!(ids, expected);
    }
}

#[test]
fn what_looks_like_something_else_is_warned_of() {
    for (name, words) in [
        ("plain.csv", "begin or end with a blank"),
        ("table.xlsx", "begin or end with a blank"),
        ("numbers.xlsx", "hold numbers, read as texts"),
    ] {
        let (_project, answer) = run_case(name, &cases()[name]);
        let answer = answer.expect(0);
        assert!(answer.err.contains(words) && answer.err.contains("card_number"), "{name}\n{}", answer.err);
    }
    let (_project, answer) = run_case("only_numbers.txt", &cases()["only_numbers.txt"]);
    assert!(!answer.expect(0).err.contains("warning"));
}
