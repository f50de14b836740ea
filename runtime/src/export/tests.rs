//! Files read back by other readers, and the limits of their formats.

use std::io::Write;

use calamine::{Data, Reader, Xlsx};
use polars::prelude::{ParquetReader, SerReader};
use wr_base::diag::Code;
use wr_base::ids::StepId;
use wr_base::row_type::Marks;
use wr_base::ty::{DataType, Type};
use wr_base::value::{Date, DateTime, Decimal, Value, Zone};
use wr_plan::declaration::{ExportOptions, Format};

use super::*;
use crate::cancel::Cancel;
use crate::cells::{Cells, column_from_values};
use crate::progress::Silent;
use crate::run::test_support::Folder;

fn column(heading: &str, data: DataType, values: Vec<Value>) -> SheetColumn {
    let made = column_from_values("c0".into(), &data, values).unwrap();
    let cells = Cells::new(&made, &data).unwrap();
    SheetColumn { heading: heading.into(), format: None, ty: Type::optional(data), marks: Marks::default(), cells }
}

fn sheet(title: &str, columns: Vec<SheetColumn>) -> SheetContent {
    let rows = columns.first().map_or(0, |column| column.cells.len());
    SheetContent { step: StepId(0), title: title.into(), continues: false, columns, rows }
}

fn file(format: Format, sheets: Vec<SheetContent>) -> FileContent {
    FileContent { step: StepId(0), name: "x".into(), format, with: ExportOptions::default(), sheets }
}

fn texts(values: &[Option<&str>]) -> Vec<Value> {
    values.iter().map(|value| value.map_or(Value::Null, Value::text)).collect()
}

fn written_for(file: &FileContent, locale: &str) -> Vec<u8> {
    let folder = Folder::new("export");
    let setting = Setting {
        zone: Zone::parse("Europe/Moscow").unwrap(),
        locale: locale.into(),
        about: About { lines: vec![AboutLine::Title("Cards".into())] },
        scratch: folder.path.clone(),
    };
    let mut bytes = Vec::new();
    let mut watch = Watch { progress: &Silent, cancel: &Cancel::default(), name: "x", rows: 0 };
    check(file).unwrap();
    write(file, &setting, &mut bytes, &mut watch).unwrap();
    bytes
}

fn written(file: &FileContent) -> Vec<u8> {
    written_for(file, "en")
}

fn lines(bytes: Vec<u8>) -> Vec<String> {
    String::from_utf8(bytes).unwrap().split("\r\n").map(str::to_owned).collect()
}

fn read(bytes: Vec<u8>, title: &str) -> Vec<Vec<Data>> {
    let mut book = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
    book.worksheet_range(title).unwrap().rows().map(<[Data]>::to_vec).collect()
}

/// One column of each kind, with what goes wrong elsewhere.
fn everything() -> Vec<SheetColumn> {
    let decimal = |text: &str| Value::Decimal(Decimal::parse(text).unwrap());
    let at = |text: &str, micros: i64| {
        let start = Zone::UTC.start_of(Date::parse(text).unwrap()).unwrap();
        Value::DateTime(DateTime(start.0 + micros))
    };
    let date = |text: &str| Value::Date(Date::parse(text).unwrap());
    // 2026-10-31T20:59:59.999999Z: rounding it would make it November in Moscow.
    let late = at("2026-10-31", ((20 * 60 + 59) * 60 + 59) * 1_000_000 + 999_999);
    vec![
        column("text", DataType::Text, texts(&[Some("=1+1"), Some("0042"), Some("")])),
        column("long", DataType::Int, vec![Value::Int(1_234_567_890_123_456_789), Value::Int(7), Value::Null]),
        column("short", DataType::Int, vec![Value::Int(999_999_999_999_999), Value::Int(-7), Value::Null]),
        column(
            "money",
            DataType::Decimal { precision: 12, scale: 2 },
            vec![decimal("0.10"), decimal("-1234567890.05"), Value::Null],
        ),
        column(
            "exact",
            DataType::Decimal { precision: 38, scale: 10 },
            vec![decimal("1234567890123456.0000000001"), decimal("0.5"), Value::Null],
        ),
        column("date", DataType::Date, vec![date("2026-02-28"), date("1850-01-01"), Value::Null]),
        column("at", DataType::DateTime, vec![late, at("2026-01-01", 0), Value::Null]),
        column("yes", DataType::Bool, vec![Value::Bool(true), Value::Bool(false), Value::Null]),
        column("float", DataType::Float, vec![Value::Float(0.1), Value::Float(f64::NAN), Value::Null]),
    ]
}

#[test]
fn csv_keeps_everything_and_tells_null_from_an_empty_text() {
    let lines = lines(written(&file(Format::Csv, vec![sheet("", everything())])));
    assert_eq!(
        lines,
        [
            "text,long,short,money,exact,date,at,yes,float",
            "=1+1,1234567890123456789,999999999999999,0.10,1234567890123456.0000000001,2026-02-28,\
             2026-10-31T20:59:59.999999Z,true,0.1",
            "0042,7,-7,-1234567890.05,0.5000000000,1850-01-01,2026-01-01T00:00:00.000000Z,false,NaN",
            "\"\",,,,,,,,",
            "",
        ]
    );
}

#[test]
fn csv_quotes_what_would_end_a_field() {
    let values = texts(&[Some("a,b"), Some("a\"b"), Some("a\nb"), Some("a\rb"), Some(" a "), Some("a;b")]);
    let content = file(Format::Csv, vec![sheet("", vec![column("h,\"", DataType::Text, values)])]);
    let text = String::from_utf8(written(&content)).unwrap();
    assert_eq!(text, "\"h,\"\"\"\r\n\"a,b\"\r\n\"a\"\"b\"\r\n\"a\nb\"\r\n\"a\rb\"\r\n a \r\na;b\r\n");
}

#[test]
fn csv_for_excel_speaks_the_locale_and_guards_formulas_and_long_digits() {
    let content = file(Format::CsvForExcel, vec![sheet("", everything())]);
    let russian = lines(written_for(&content, "ru"));
    assert_eq!(russian[0], "\u{feff}text;long;short;money;exact;date;at;yes;float");
    assert_eq!(
        russian[1],
        "'=1+1;\"=\"\"1234567890123456789\"\"\";999999999999999;0,10;\"=\"\"1234567890123456.0000000001\"\"\";2026-02-28;\
         2026-10-31 23:59:59;true;0,1"
    );
    assert!(russian[2].starts_with("\"=\"\"0042\"\"\";7;-7;-1234567890,05;"), "{}", russian[2]);
    let english = lines(written_for(&content, "en"));
    assert!(english[2].starts_with("\"=\"\"0042\"\"\",7,-7,-1234567890.05,"), "{}", english[2]);
}

#[test]
fn a_sheet_keeps_text_as_text_and_what_is_too_long_for_a_number_too() {
    let rows = read(written(&file(Format::Xlsx, vec![sheet("Cards", everything())])), "Cards");
    let text = |text: &str| Data::String(text.to_owned());
    assert_eq!(rows[0][0], text("text"));
    assert_eq!(rows[1][0], text("=1+1"));
    assert_eq!(rows[2][0], text("0042"));
    // An empty text and nulls are empty cells, and a last row of them is no row.
    assert_eq!(rows.len(), 3);
    assert_eq!((&rows[1][1], &rows[2][1]), (&text("1234567890123456789"), &text("7")));
    assert_eq!((&rows[1][2], &rows[2][2]), (&Data::Float(999_999_999_999_999.0), &Data::Float(-7.0)));
    assert_eq!((&rows[1][3], &rows[2][3]), (&Data::Float(0.1), &Data::Float(-1_234_567_890.05)));
    assert_eq!((&rows[1][4], &rows[2][4]), (&text("1234567890123456.0000000001"), &text("0.5000000000")));
    let day = |cell: &Data| {
        let Data::DateTime(at) = cell else { panic!("{cell:?} is no date") };
        at.as_f64()
    };
    assert_eq!(day(&rows[1][5]), 46_081.0);
    assert_eq!(rows[2][5], text("1850-01-01"));
    // Still 31 October in Moscow, cut to the millisecond.
    let late = day(&rows[1][6]);
    assert_eq!(late.floor(), 46_326.0);
    assert_eq!((late.fract() * 86_400_000.0).round(), 86_399_999.0);
    assert_eq!(rows[1][7], Data::Bool(true));
    assert_eq!((&rows[1][8], &rows[2][8]), (&Data::Float(0.1), &text("NaN")));
}

#[test]
fn a_workbook_says_what_it_is_and_never_clashes_with_the_scripts_own_sheet() {
    let one = || vec![column("a", DataType::Text, texts(&[Some("x")]))];
    let about = sheet("about THIS report", one());
    let bytes = written(&file(Format::Xlsx, vec![sheet("Лист", one()), about]));
    let book = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
    assert_eq!(book.sheet_names(), ["Лист", "about THIS report", "About this report 2"]);
}

#[test]
fn odd_characters_survive_a_sheet() {
    let odd = ["_x0041_", "a\u{1}b", "<&>\"'", " lead and trail ", "two\nlines", "𝄞"];
    let values = odd.iter().map(|text| Value::text(*text)).collect();
    let rows = read(written(&file(Format::Xlsx, vec![sheet("S", vec![column("a", DataType::Text, values)])])), "S");
    let found: Vec<String> = rows[1..].iter().map(|row| row[0].to_string()).collect();
    // The reader does not undo the escapes of the format; that they are there is what keeps the text.
    assert_eq!(found[2..], ["<&>\"'", " lead and trail ", "two\nlines", "𝄞"]);
    assert!(["_x0041_", "_x005F_x0041_"].contains(&found[0].as_str()), "{}", found[0]);
}

#[test]
fn json_lines_keep_what_a_float_would_round_as_text() {
    let bytes = written(&file(Format::JsonLines, vec![sheet("", everything())]));
    let lines: Vec<serde_json::Value> =
        String::from_utf8(bytes).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        lines,
        [
            serde_json::json!({
                "text": "=1+1", "long": "1234567890123456789", "short": 999_999_999_999_999_u64, "money": "0.10",
                "exact": "1234567890123456.0000000001", "date": "2026-02-28", "at": "2026-10-31T20:59:59.999999Z",
                "yes": true, "float": 0.1,
            }),
            serde_json::json!({
                "text": "0042", "long": "7", "short": -7, "money": "-1234567890.05", "exact": "0.5000000000",
                "date": "1850-01-01", "at": "2026-01-01T00:00:00.000000Z", "yes": false, "float": "NaN",
            }),
            serde_json::json!({
                "text": "", "long": null, "short": null, "money": null, "exact": null, "date": null, "at": null,
                "yes": null, "float": null,
            }),
        ]
    );
    let odd = column("a\"\n", DataType::Text, texts(&[Some("\u{1}\"\\\u{2028}")]));
    let line = written(&file(Format::JsonLines, vec![sheet("", vec![odd])]));
    let back: serde_json::Value = serde_json::from_slice(&line).unwrap();
    assert_eq!(back["a\"\n"], "\u{1}\"\\\u{2028}");
    let twice = vec![column("a", DataType::Null, vec![]), column("a", DataType::Null, vec![])];
    assert_eq!(check(&file(Format::JsonLines, vec![sheet("", twice)])).unwrap_err().code, Code::DoubledHeading);
}

#[test]
fn equal_content_gives_equal_bytes_in_every_format() {
    for format in [Format::Csv, Format::CsvForExcel, Format::Xlsx, Format::Parquet, Format::JsonLines] {
        let content = file(format, vec![sheet("S", everything())]);
        let first = written(&content);
        // Files know seconds; a time of making would show after one.
        std::thread::sleep(std::time::Duration::from_millis(1100));
        assert!(first == written(&content), "{format:?}");
    }
}

#[test]
fn parquet_keeps_everything_and_widens_only_where_it_must() {
    let bytes = written(&file(Format::Parquet, vec![sheet("", everything())]));
    let data = ParquetReader::new(std::io::Cursor::new(bytes)).finish().unwrap();
    let types: Vec<String> = data.dtypes().iter().map(ToString::to_string).collect();
    assert_eq!(
        types,
        ["str", "i64", "i64", "decimal[38,2]", "decimal[38,10]", "date", "datetime[μs, UTC]", "bool", "f64"]
    );
    assert_eq!(data.column("long").unwrap().i64().unwrap().get(0), Some(1_234_567_890_123_456_789));
    assert_eq!(data.column("text").unwrap().str().unwrap().get(2), Some(""));
    let wide = column("n", DataType::Int, vec![Value::Int(i128::from(i64::MAX) + 1)]);
    let bytes = written(&file(Format::Parquet, vec![sheet("", vec![wide])]));
    let data = ParquetReader::new(std::io::Cursor::new(bytes)).finish().unwrap();
    assert_eq!(data.column("n").unwrap().decimal().unwrap().physical().get(0), Some(i128::from(i64::MAX) + 1));
    let huge = column("n", DataType::Int, vec![Value::Int(i128::MAX), Value::Int(1)]);
    assert_eq!(check(&file(Format::Parquet, vec![sheet("", vec![huge])])).unwrap_err().code, Code::NumberTooLong);
    let twice = vec![column("a", DataType::Text, texts(&[])), column("a", DataType::Text, texts(&[]))];
    assert_eq!(check(&file(Format::Parquet, vec![sheet("", twice)])).unwrap_err().code, Code::DoubledHeading);
}

#[test]
fn a_text_longer_than_a_cell_is_refused_with_its_column_and_count() {
    let long = "я".repeat(32_768);
    let values = |texts: &[&str]| texts.iter().map(|text| Value::text(*text)).collect();
    let content =
        |texts: &[&str]| file(Format::Xlsx, vec![sheet("S", vec![column("Comment", DataType::Text, values(texts))])]);
    let fits = long.strip_suffix('я').unwrap();
    assert_eq!(check(&content(&[fits, "a"])), Ok(()));
    let error = check(&content(&[&long, "a", &long])).unwrap_err();
    assert_eq!(error.code, Code::CellTooLong);
    assert!(error.message.contains("\"Comment\" has 2 texts of more than 32,767"), "{}", error.message);
    // A pair of UTF-16 units counts as two, as spreadsheets count.
    assert_eq!(check(&content(&[&"𝄞".repeat(16_384)])).unwrap_err().code, Code::CellTooLong);
    assert_eq!(lines(written(&file(Format::Csv, content(&[&long]).sheets)))[1], long);
}

#[test]
fn a_sheet_has_a_name_that_spreadsheets_take() {
    let titled = |titles: &[&str]| {
        file(
            Format::Xlsx,
            titles.iter().map(|title| sheet(title, vec![column("a", DataType::Text, texts(&[]))])).collect(),
        )
    };
    for bad in ["", " ", "a/b", "[x]", "'x", "History", "я".repeat(32).as_str()] {
        assert_eq!(check(&titled(&[bad])).unwrap_err().code, Code::SheetNameNotUsable, "{bad:?}");
    }
    assert_eq!(check(&titled(&["One", "ONE"])).unwrap_err().code, Code::SheetNameNotUsable);
    assert_eq!(check(&titled(&["One", "Two", "я".repeat(31).as_str()])), Ok(()));
}

#[test]
fn a_digest_ignores_the_order_of_rows_and_nothing_else() {
    let made = |values: &[Option<&str>]| digest::digest(&sheet("", vec![column("a", DataType::Text, texts(values))]));
    assert_eq!(made(&[Some("a"), None, Some("b")]), made(&[Some("b"), Some("a"), None]));
    assert_ne!(made(&[Some("a"), None]), made(&[Some("a"), Some("")]));
    assert_ne!(made(&[Some("a"), Some("a")]), made(&[Some("a")]));
    let pair = |left: &str, right: &str| {
        let columns = [left, right].map(|text| column("a", DataType::Text, texts(&[Some(text)])));
        digest::digest(&sheet("", columns.into()))
    };
    assert_ne!(pair("ab", "c"), pair("a", "bc"));
}

#[test]
fn a_full_disk_is_an_error_and_no_crash() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _buffer: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let folder = Folder::new("full");
    for format in [Format::Csv, Format::CsvForExcel, Format::Xlsx, Format::Parquet, Format::JsonLines] {
        let setting =
            Setting { zone: Zone::UTC, locale: "en".into(), about: About::default(), scratch: folder.path.clone() };
        let mut watch = Watch { progress: &Silent, cancel: &Cancel::default(), name: "x", rows: 0 };
        let outcome = write(&file(format, vec![sheet("S", everything())]), &setting, &mut Full, &mut watch);
        let kind = match outcome {
            Err(ExportError::Disk(failure)) => failure.kind(),
            other => panic!("{format:?}: {other:?}"),
        };
        assert_eq!(kind, std::io::ErrorKind::StorageFull, "{format:?}");
    }
}
