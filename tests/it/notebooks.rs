//! The seven things of docs/guide/notebooks.md, each as one test of the program. Files are read back by others.

use std::path::Path;
use std::time::Duration;

use calamine::{Data, Reader, Xlsx, open_workbook};

use crate::support::project::{Project, repository};
use crate::support::python::{PARQUET, SHEET, python};

/// The cells of a workbook's first sheet, without its heading.
fn sheet(path: &Path) -> Vec<Vec<Data>> {
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    range.rows().skip(1).map(<[Data]>::to_vec).collect()
}

fn text(text: &str) -> Data {
    Data::String(text.to_owned())
}

/// A Parquet file's cells as texts, without their quotes.
fn parquet(path: &Path) -> Vec<Vec<String>> {
    use polars::prelude::*;
    let data = ParquetReader::new(std::fs::File::open(path).unwrap()).finish().unwrap();
    let cell = |column: &Column, row| column.get(row).unwrap().to_string().trim_matches('"').to_owned();
    (0..data.height()).map(|row| data.columns().iter().map(|column| cell(column, row)).collect()).collect()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

const PEOPLE: &str = "\
report \"People\"

source db: sqlserver

table db.people {
  id: int,
  name: text?,
}

let people = from db.people

";

/// A script that reads `db.people` and exports it in every format.
fn every_format() -> String {
    let formats = [("csv", "csv"), ("csv for excel", "excel.csv"), ("xlsx", "xlsx"), ("parquet", "parquet")];
    let exports = formats.map(|(format, ending)| format!("export people to {format} \"people.{ending}\"\n"));
    format!("{PEOPLE}{}", exports.concat())
}

/// Names below `out/` that people see.
fn seen(project: &Project) -> Vec<String> {
    let hidden = |path: &String| path.split('/').any(|part| part.starts_with('.'));
    project.files("out").into_iter().filter(|path| !hidden(path)).collect()
}

/// Bytes of the one file that is being written where nobody sees it.
fn hidden_bytes(project: &Project) -> Option<u64> {
    let mut folders = std::fs::read_dir(project.path("out/runs")).ok()?;
    folders.find_map(|folder| Some(std::fs::metadata(folder.ok()?.path().join("files/people.csv")).ok()?.len()))
}

#[test]
fn a_csv_whose_writer_is_killed_has_no_name() {
    let rows: String = (0..120_000).map(|id| format!("{id},somebody with a name of some length\n")).collect();
    let script = format!("{PEOPLE}export people to csv \"people.csv\"\n");
    let project = Project::small(&[("people.wr", &script), ("data/people.csv", &format!("id,name\n{rows}"))]);
    let mut child = project.command(&["run", "people.wr"]).spawn().unwrap();
    while hidden_bytes(&project).is_none_or(|bytes| bytes == 0) {
        assert!(child.try_wait().unwrap().is_none(), "nobody saw it writing");
        std::thread::sleep(Duration::from_micros(200));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let half = hidden_bytes(&project).unwrap();
    assert!(0 < half && half < rows.len() as u64, "it was quicker: {half} bytes of {}", rows.len());
    assert_eq!(seen(&project), Vec::<String>::new());

    let folder = project.run("people.wr");
    assert_eq!(read(&folder.join("people.csv")).lines().count(), 120_001);
    assert!(!project.files("out").iter().any(|path| path.contains("/.")), "{:?}", project.files("out"));
}

/// The rows of a sheet of a workbook, its heading among them, counted in the file itself.
fn row_count(path: &Path, sheet: usize) -> usize {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let mut xml = String::new();
    let mut entry = archive.by_name(&format!("xl/worksheets/sheet{sheet}.xml")).unwrap();
    std::io::Read::read_to_string(&mut entry, &mut xml).unwrap();
    xml.matches("<row ").count()
}

#[test]
fn more_rows_than_a_sheet_holds_go_on_in_the_next_and_are_announced() {
    let rows: String = (0..1_048_577).map(|id| format!("{id},\n")).collect();
    let script = format!("{PEOPLE}export to xlsx \"people.xlsx\" {{ sheet \"People\" from people {{ id }} }}\n");
    let project = Project::small(&[("people.wr", &script), ("data/people.csv", &format!("id,name\n{rows}"))]);
    let answer = project.wr(&["run", "people.wr", "--json"]).expect(0);
    assert!(answer.err.contains("the sheet “People” is full: its rows go on in “People 2”"), "{}", answer.err);
    let json = answer.json();
    let sheets = json["files"][0]["sheets"].as_array().unwrap();
    let told: Vec<_> = sheets.iter().map(|sheet| (sheet["title"].as_str().unwrap(), &sheet["rows"])).collect();
    assert_eq!(told, [("People", &1_048_575.into()), ("People 2", &2.into())]);
    let path = json["files"][0]["path"].as_str().unwrap();
    assert_eq!([row_count(Path::new(path), 1), row_count(Path::new(path), 2)], [1_048_576, 3]);
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    let last = book.worksheet_range("People 2").unwrap();
    assert_eq!(last.rows().map(|row| row[0].to_string()).collect::<Vec<_>>(), ["id", "1048575", "1048576"]);
}

#[test]
fn a_name_that_looks_like_a_formula_stays_text() {
    let names = ["=1+1", "+7 (916) 123", "-5", "@here", "=HYPERLINK(\"\"http://x\"\";\"\"click\"\")"];
    let rows: String = names.iter().enumerate().map(|(id, name)| format!("{id},\"{name}\"\n")).collect();
    let names = names.map(|name| name.replace("\"\"", "\""));
    let project = Project::small(&[("people.wr", &every_format()), ("data/people.csv", &format!("id,name\n{rows}"))]);
    let folder = project.run("people.wr");

    let book = folder.join("people.xlsx");
    let cells: Vec<Data> = sheet(&book).into_iter().map(|row| row[1].clone()).collect();
    assert_eq!(cells, names.each_ref().map(|name| text(name)));
    let mut opened: Xlsx<_> = open_workbook(&book).unwrap();
    let formulas = opened.worksheet_formula("people").unwrap();
    assert!(formulas.used_cells().next().is_none(), "{formulas:?}");
    if let Some(rows) = python(SHEET, &book) {
        let expected: String = names.iter().enumerate().map(|(id, name)| format!("n {id} | s {name}\n")).collect();
        assert_eq!(rows, format!("s id | s name\n{expected}"));
    }
    // Guarded for spreadsheets, untouched for machines.
    assert_eq!(
        read(&folder.join("people.excel.csv")),
        "\u{feff}id,name\r\n0,'=1+1\r\n1,'+7 (916) 123\r\n2,'-5\r\n3,'@here\r\n4,\"'=HYPERLINK(\"\"http://x\"\";\"\"click\"\")\"\r\n"
    );
    assert_eq!(
        read(&folder.join("people.csv")),
        "id,name\r\n0,=1+1\r\n1,+7 (916) 123\r\n2,-5\r\n3,@here\r\n4,\"=HYPERLINK(\"\"http://x\"\";\"\"click\"\")\"\r\n"
    );
}

#[test]
fn a_number_of_nineteen_digits_keeps_each_of_them() {
    let ids = ["4276123412341234567", "9007199254740993", "9223372036854775807", "-9223372036854775808", "7"];
    let rows: String = ids.iter().map(|id| format!("{id},\n")).collect();
    let project = Project::small(&[("people.wr", &every_format()), ("data/people.csv", &format!("id,name\n{rows}"))]);
    let folder = project.run("people.wr");
    let cells: Vec<Data> = sheet(&folder.join("people.xlsx")).into_iter().map(|row| row[0].clone()).collect();
    assert_eq!(cells, ids.map(text));
    assert_eq!(parquet(&folder.join("people.parquet")), ids.map(|id| vec![id.to_owned(), "null".to_owned()]));
    let lines = |field: &dyn Fn(&str) -> String| ids.map(|id| format!("{},\r\n", field(id))).concat();
    assert_eq!(read(&folder.join("people.csv")), format!("id,name\r\n{}", lines(&|id| id.to_owned())));
    let guarded = |id: &str| if id.len() > 15 { format!("\"=\"\"{id}\"\"\"") } else { id.to_owned() };
    assert_eq!(read(&folder.join("people.excel.csv")), format!("\u{feff}id,name\r\n{}", lines(&guarded)));
    if let Some(rows) = python(SHEET, &folder.join("people.xlsx")) {
        assert_eq!(rows, format!("s id | s name\n{}", ids.map(|id| format!("s {id} | n None\n")).concat()));
    }
    if let Some(rows) = python(PARQUET, &folder.join("people.parquet")) {
        assert_eq!(rows, ids.map(|id| format!("{id} | None\n")).concat());
    }
}

#[test]
fn a_text_longer_than_a_cell_is_refused_with_its_column_and_the_way_out() {
    let script = format!("{PEOPLE}export people to xlsx \"people.xlsx\" {{ id, name as \"Comment\" }}\n");
    let comment = |length: usize| format!("id,name\n1,{}\n", "x".repeat(length));
    let project = Project::small(&[("people.wr", &script), ("data/people.csv", &comment(32_768))]);
    let answer = project.wr(&["run", "people.wr", "--json"]).expect(4);
    let error = &answer.json()["error"];
    assert_eq!(error["code"], "WR0856");
    assert_eq!(
        error["message"],
        "the column \"Comment\" has a text of more than 32,767 characters, the most that a cell of a sheet holds"
    );
    assert_eq!(error["help"], "write `csv` or `parquet` instead of `xlsx`, or leave the column out");
    // The longest that a cell holds is whole there.
    project.write("data/people.csv", comment(32_767));
    let folder = project.run("people.wr");
    assert_eq!(sheet(&folder.join("people.xlsx"))[0][1], text(&"x".repeat(32_767)));
}

#[test]
fn a_blank_in_a_cohort_changes_no_other_id() {
    let script = "\
report \"Cohort\"

source db: sqlserver
source amp: amplitude

table db.users key user_id {
  user_id: int,
  name: text,
}

table amp.cohort(id: cohort of amp) {
  amplitude_id: int,
  user_id: text?,
}

param cohort: cohort of amp = \"c1\" label \"Cohort\"

let people =
  from amp.cohort($cohort)
  derive client = int?(user_id)

let known =
  from people
  filter client is not null
  join one db.users as u on client == u.user_id
  select client, u.name

export people to csv \"people.csv\" { user_id, client }
export known to csv \"known.csv\"
";
    // Every one of these is another number as a float: somebody else's.
    let ids = ["9007199254740993", "", "4611686018427387905", "9223372036854775807"];
    let rows: String = ids.iter().enumerate().map(|(at, id)| format!("{at},{id}\n")).collect();
    let project = Project::small(&[
        ("cohort.wr", script),
        ("data/cohorts/c1.csv", &format!("amplitude_id,user_id\n{rows}")),
        ("data/users.csv", "user_id,name\n9007199254740992,somebody else\n9007199254740993,the person\n"),
    ]);
    let connection = "\n[connections.amp]\ndriver = \"local\"\nfolder = \"data\"\n";
    project.write("wr.toml", read(&project.path("wr.toml")) + connection);
    let folder = project.run("cohort.wr");
    let expected: String = ids.iter().map(|id| format!("{id},{id}\r\n")).collect();
    assert_eq!(read(&folder.join("people.csv")), format!("user_id,client\r\n{expected}"));
    assert_eq!(read(&folder.join("known.csv")), "client,name\r\n9007199254740993,the person\r\n");
}

#[test]
fn a_card_number_keeps_its_leading_zeros() {
    let cards = ["0042", "0000000000000000001", "007", "0"];
    let rows: String = cards.iter().enumerate().map(|(id, card)| format!("{id},{card}\n")).collect();
    let project = Project::small(&[("people.wr", &every_format()), ("data/people.csv", &format!("id,name\n{rows}"))]);
    let folder = project.run("people.wr");
    let cells: Vec<Data> = sheet(&folder.join("people.xlsx")).into_iter().map(|row| row[1].clone()).collect();
    assert_eq!(cells, cards.map(text));
    let read_back: Vec<String> =
        parquet(&folder.join("people.parquet")).into_iter().map(|row| row[1].clone()).collect();
    assert_eq!(read_back, cards);
    assert_eq!(read(&folder.join("people.csv")), format!("id,name\r\n{}", rows.replace('\n', "\r\n")));
    assert_eq!(
        read(&folder.join("people.excel.csv")),
        "\u{feff}id,name\r\n0,\"=\"\"0042\"\"\"\r\n1,\"=\"\"0000000000000000001\"\"\"\r\n2,\"=\"\"007\"\"\"\r\n3,0\r\n"
    );
    let expected = |kind: &str, value: &str| -> String {
        cards.iter().enumerate().map(|(id, card)| format!("{kind}{id} | {value}{card}\n")).collect()
    };
    if let Some(rows) = python(SHEET, &folder.join("people.xlsx")) {
        assert_eq!(rows, format!("s id | s name\n{}", expected("n ", "s ")));
    }
    if let Some(rows) = python(PARQUET, &folder.join("people.parquet")) {
        assert_eq!(rows, expected("", ""));
    }
    // What wr wrote, wr reads back as it was.
    project.write("data/people.parquet", std::fs::read(folder.join("people.parquet")).unwrap());
    std::fs::remove_file(project.path("data/people.csv")).unwrap();
    let again = project.run("people.wr");
    assert_eq!(read(&again.join("people.csv")), read(&folder.join("people.csv")));
}

/// The page names the tests of this file, one for each of its lines, and no other.
#[test]
fn the_page_names_these_tests() {
    let page = read(&repository().join("docs/guide/notebooks.md"));
    let named: Vec<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.strip_suffix("` |")?.rsplit_once('`').map(|(_, name)| name))
        .collect();
    let source = include_str!("notebooks.rs");
    let tests: Vec<&str> = source
        .split("#[test]\nfn ")
        .skip(1)
        .filter_map(|test| test.split_once('(').map(|(name, _)| name))
        .filter(|name| *name != "the_page_names_these_tests")
        .collect();
    assert_eq!(named, tests);
}
