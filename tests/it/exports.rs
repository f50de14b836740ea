//! What stands after `with` of an export: the bytes of the file, and what other readers make of them.

use crate::support::project::Project;
use crate::support::python::python;

const DATA: &str = "id,name,amount\n1,\"a,b\",12.50\n2,,-0.10\n3,\"\",\n4,NULL,7.00\n5,\"say \"\"ё\"\"\",1.00\n";

fn project(format: &str, with: &str) -> Project {
    let script = format!(
        "report \"Rows\"\nsource db: clickhouse\n\
         table db.rows key id {{ id: int, name: text?, amount: decimal(12, 2)? }}\n\
         let all = from db.rows sort id\n\
         export all to {format} \"rows.csv\"{with} {{ id, name as \"Name\", amount as \"Amount\" }}\n"
    );
    Project::small(&[("rows.wr", &script), ("data/rows.csv", DATA)])
}

fn written(format: &str, with: &str) -> (Project, Vec<u8>) {
    let project = project(format, with);
    let folder = project.run("rows.wr");
    let bytes = std::fs::read(folder.join("rows.csv")).unwrap();
    (project, bytes)
}

#[test]
fn each_setting_of_csv_does_what_its_page_says() {
    let cases = [
        ("", "id,Name,Amount\r\n1,\"a,b\",12.50\r\n2,,-0.10\r\n3,\"\",\r\n4,NULL,7.00\r\n5,\"say \"\"ё\"\"\",1.00\r\n"),
        (
            " with delimiter = \"|\", line_end = \"lf\"",
            "id|Name|Amount\n1|a,b|12.50\n2||-0.10\n3|\"\"|\n4|NULL|7.00\n5|\"say \"\"ё\"\"\"|1.00\n",
        ),
        (
            " with null_text = \"NULL\", header = false",
            "1,\"a,b\",12.50\r\n2,NULL,-0.10\r\n3,\"\",NULL\r\n4,\"NULL\",7.00\r\n5,\"say \"\"ё\"\"\",1.00\r\n",
        ),
        (
            " with quote = \"all\", decimal = \",\", bom = true",
            "\u{feff}\"id\",\"Name\",\"Amount\"\r\n\"1\",\"a,b\",\"12,50\"\r\n\"2\",,\"-0,10\"\r\n\"3\",\"\",\r\n\"4\",\"NULL\",\"7,00\"\r\n\"5\",\"say \"\"ё\"\"\",\"1,00\"\r\n",
        ),
        (
            " with quote = \"needed\", decimal = \",\", line_end = \"crlf\", bom = false, header = true",
            "id,Name,Amount\r\n1,\"a,b\",\"12,50\"\r\n2,,\"-0,10\"\r\n3,\"\",\r\n4,NULL,\"7,00\"\r\n5,\"say \"\"ё\"\"\",\"1,00\"\r\n",
        ),
    ];
    for (with, expected) in cases {
        let (_project, bytes) = written("csv", with);
        assert_eq!(String::from_utf8(bytes).unwrap(), expected, "{with}");
    }
}

#[test]
fn encodings_hold_every_sign_or_nothing_is_written() {
    let (_project, plain) = written("csv", "");
    let text = String::from_utf8(plain).unwrap();
    let (_project, bytes) = written("csv", " with encoding = \"windows-1251\"");
    let expected: Vec<u8> = text.chars().map(|sign| if sign == 'ё' { 0xB8 } else { sign as u8 }).collect();
    assert_eq!(bytes, expected);
    let (_project, bytes) = written("csv", " with encoding = \"utf-16\"");
    let expected: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(bytes, expected);
    let answer = project("csv", " with encoding = \"windows-1252\"").wr(&["run", "rows.wr"]).expect(4);
    assert!(answer.err.contains("WR0873") && answer.err.contains("\"Name\""), "{}", answer.err);
}

#[test]
fn settings_of_people_s_csv_are_taken_as_well() {
    let (_project, bytes) =
        written("csv for excel", " with delimiter = \";\", decimal = \",\", bom = false, null_text = \"-\"");
    assert_eq!(
        String::from_utf8(bytes).unwrap(),
        "id;Name;Amount\r\n1;a,b;12,50\r\n2;-;-0,10\r\n3;\"\";-\r\n4;NULL;7,00\r\n5;\"say \"\"ё\"\"\";1,00\r\n"
    );
}

#[test]
fn an_unknown_setting_is_told_with_the_one_that_was_meant() {
    for (with, words) in [
        (" with headers = false", "write `header`"),
        (" with encoding = \"windows1251\"", "write \"windows-1251\""),
        (" with quote = \"every\"", "`quote` is one of \"all\", \"needed\""),
        (" with header = \"no\"", "`header` is true or false"),
        (" with null_text = \"a;b\", delimiter = \";\"", "is one field"),
        (" with encoding = \"koi8-r\", bom = true", "byte order mark"),
    ] {
        let answer = project("csv", with).wr(&["check", "rows.wr"]).expect(1);
        assert!(answer.err.contains(words), "{with}\n{}", answer.err);
    }
}

/// Rows as DuckDB reads them, null told from text.
const DUCKDB: &str = "
import sys, duckdb
path, _, options = sys.argv[1].partition('?')
read = f\"select * from read_csv('{path}', {options}, allow_quoted_nulls = false, columns = {{'id': 'int', 'name': 'varchar', 'amount': 'decimal(12, 2)'}})\"
for row in duckdb.sql(read).fetchall():
    print('|'.join('null' if cell is None else repr(cell) if isinstance(cell, str) else str(cell) for cell in row))
";

#[test]
fn another_reader_finds_the_same_rows_in_every_layout() {
    let expected = "1|'a,b'|12.50\n2|null|-0.10\n3|''|null\n4|'NULL'|7.00\n5|'say \"ё\"'|1.00\n";
    for (with, options) in [
        ("", "delim = ',', header = true"),
        (" with delimiter = \"|\", line_end = \"lf\"", "delim = '|', header = true"),
        (" with delimiter = \"\\t\", null_text = \"NULL\"", "delim = '\\t', header = true, nullstr = 'NULL'"),
        (" with header = false, null_text = \"\\\\N\"", "delim = ',', header = false, nullstr = '\\N'"),
        (
            " with quote = \"all\", decimal = \",\", delimiter = \";\"",
            "delim = ';', header = true, decimal_separator = ','",
        ),
        (
            " with encoding = \"utf-16\", null_text = \"NULL\"",
            "delim = ',', header = true, nullstr = 'NULL', encoding = 'utf-16'",
        ),
    ] {
        let (project, _) = written("csv", with);
        let path = project.path("out/latest/rows/rows.csv");
        let argument = format!("{}?{options}", path.display());
        let Some(rows) = python(DUCKDB, std::path::Path::new(&argument)) else { return };
        assert_eq!(rows, expected, "{with}");
    }
}
