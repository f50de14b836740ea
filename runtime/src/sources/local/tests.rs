//! Folders as sources: files as declared, drift, cohorts, recorded rows, the script's own occasion.

use futures_util::StreamExt;
use polars::prelude::{
    DataType as Storage, IntoSeries, NamedFrom, NewChunkedArray, ParquetWriter, Series, TimeUnit, UInt64Chunked,
};
use wr_base::diag::Code;
use wr_base::ids::{ColumnId, ExprId, StepId, TableId};
use wr_base::row_type::Marks;
use wr_base::ty::{DataType, Type};
use wr_plan::declaration::{Engine, Table as Declared, TableArgument, TableColumn};
use wr_plan::expr::{Expr, ExprKind};
use wr_plan::functions::FnId;
use wr_plan::physical::{PushedFilter, QueryId, SourceQuery, Support};

use super::*;
use crate::cells::column_from_values;
use crate::frame::Frame;
use crate::local::tests::{Folder, rows_of, setting};
use crate::sources::files::BATCH_ROWS;
use crate::sources::files::parquet::ParquetTable;
use crate::sources::{Counts, NothingRecorded};
use polars::prelude::DataFrame;

fn declared(name: &str, columns: &[(&str, Type)]) -> Declared {
    Declared {
        connection: "w".to_owned(),
        name: name.to_owned(),
        engine: Engine::Local,
        query: None,
        file: None,
        columns: columns
            .iter()
            .map(|(name, ty)| TableColumn {
                name: (*name).to_owned(),
                ty: ty.clone(),
                marks: Marks::default(),
                doc: String::new(),
            })
            .collect(),
        key: Vec::new(),
        trusted: None,
        arguments: Vec::new(),
        doc: String::new(),
    }
}

fn text(text: &str) -> Expr {
    Expr::literal(ExprId(0), DataType::Text, Value::text(text))
}

/// A query of all columns.
fn all(table: &Declared) -> SourceQuery {
    SourceQuery {
        id: QueryId(0),
        step: StepId(5),
        connection: "w".to_owned(),
        table: TableId(0),
        columns: (0..).take(table.columns.len()).map(|at| (ColumnId(at), at)).collect(),
        filter_columns: Vec::new(),
        arguments: Vec::new(),
        filters: Vec::new(),
        without_occasion: Vec::new(),
        keys: Vec::new(),
    }
}

/// Everything that a source says of a query.
struct Said {
    rows: Vec<String>,
    rows_after: Vec<u64>,
    warnings: Vec<Code>,
}

fn ask_with(
    folder: &Folder,
    table: &Declared,
    query: SourceQuery,
    zone: Option<Zone>,
    recorded: Arc<dyn RecordedRows>,
) -> Result<Said, RunError> {
    let local = Local { connection: "w".to_owned(), folder: folder.0.clone(), zone, recorded };
    let request = Request { query, table: Arc::new(table.clone()), keys: Vec::new(), setting: setting() };
    let columns = request.columns();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let mut answer = local.open(request, Cancel::default()).await?;
        let mut said = Said { rows: Vec::new(), rows_after: Vec::new(), warnings: Vec::new() };
        while let Some(batch) = answer.batches.next().await {
            let batch = batch?;
            said.warnings.extend(batch.warnings.iter().map(|warning| warning.code));
            said.rows.extend(rows_of(&Frame { columns: columns.clone(), data: batch.data }));
            let Counts::Each(counts) = batch.counts else { panic!("a folder counts each step") };
            said.rows_after.resize(said.rows_after.len().max(counts.len()), 0);
            for (sum, count) in said.rows_after.iter_mut().zip(counts) {
                *sum += count;
            }
        }
        Ok(said)
    })
}

fn ask(folder: &Folder, table: &Declared) -> Result<Said, RunError> {
    ask_with(folder, table, all(table), None, Arc::new(NothingRecorded))
}

fn parquet(folder: &Folder, name: &str, columns: Vec<Series>) {
    let height = columns.first().map_or(0, |column| column.len());
    let columns = columns.into_iter().map(Into::into).collect();
    let mut data = DataFrame::new(height, columns).unwrap();
    let file = std::fs::File::create(folder.0.join(name)).unwrap();
    ParquetWriter::new(file).finish(&mut data).unwrap();
}

#[test]
fn a_parquet_file_is_read_exactly() {
    let folder = Folder::new();
    let big = u64::MAX;
    let moments = Series::new("at".into(), [Some(1_500_i64), None]).cast(&Storage::Int64).unwrap();
    let moments = moments
        .cast(&Storage::Datetime(TimeUnit::Milliseconds, polars::prelude::TimeZone::opt_try_new(Some("UTC")).unwrap()))
        .unwrap();
    parquet(
        &folder,
        "t.parquet",
        vec![
            UInt64Chunked::from_slice_options("id".into(), &[Some(big), None]).into_series(),
            Series::new("card".into(), ["0042", "2200000000000000019"]),
            Series::new("fee".into(), [Some(5_i32), Some(-7)]),
            moments,
        ],
    );
    let table = declared(
        "t",
        &[
            ("id", Type::optional(DataType::Int)),
            ("card", Type::required(DataType::Text)),
            ("fee", Type::required(DataType::Decimal { precision: 5, scale: 2 })),
            ("at", Type::optional(DataType::DateTime)),
        ],
    );
    assert_eq!(
        ask(&folder, &table).unwrap().rows,
        ["18446744073709551615|0042|5|1970-01-01T00:00:01.500000Z", "∅|2200000000000000019|-7|∅"]
    );
}

#[test]
fn a_parquet_file_that_is_not_as_declared_is_refused() {
    let floats = || vec![Series::new("x".into(), [Some(1.0), None])];
    let naive = || {
        let ticks = Series::new("x".into(), [0_i64]);
        vec![ticks.cast(&Storage::Datetime(TimeUnit::Nanoseconds, None)).unwrap()]
    };
    let ints = || vec![Series::new("x".into(), [100_000_i64])];
    let texts = || vec![Series::new("x".into(), ["1"])];
    let decimal = DataType::Decimal { precision: 5, scale: 0 };
    let cases: [(Vec<Series>, Type, Code); 8] = [
        (floats(), Type::optional(DataType::Int), Code::FileColumnType),
        (floats(), Type::optional(DataType::Decimal { precision: 9, scale: 2 }), Code::FileColumnType),
        (floats(), Type::required(DataType::Float), Code::NullInColumn),
        (ints(), Type::required(DataType::Float), Code::FileColumnType),
        (ints(), Type::required(decimal), Code::FileValueOutOfRange),
        (texts(), Type::required(DataType::Int), Code::FileColumnType),
        (naive(), Type::required(DataType::DateTime), Code::FileColumnType),
        (vec![Series::new("y".into(), [1_i64])], Type::required(DataType::Int), Code::FileColumnMissing),
    ];
    for (columns, ty, code) in cases {
        let folder = Folder::new();
        parquet(&folder, "t.parquet", columns);
        let error = ask(&folder, &declared("t", &[("x", ty.clone())])).map(|said| said.rows).unwrap_err();
        assert_eq!((error.code, error.step), (code, Some(StepId(5))), "{ty}: {error:?}");
        assert_eq!(error.source.as_deref(), Some("w"));
        assert!(error.help.is_some());
    }
}

#[test]
fn times_without_a_zone_are_those_of_the_connection() {
    let folder = Folder::new();
    let ticks = Series::new("at".into(), [1_500_i64]);
    parquet(&folder, "t.parquet", vec![ticks.cast(&Storage::Datetime(TimeUnit::Nanoseconds, None)).unwrap()]);
    let table = declared("t", &[("at", Type::required(DataType::DateTime))]);
    let said = ask_with(&folder, &table, all(&table), Zone::parse("Europe/Moscow"), Arc::new(NothingRecorded)).unwrap();
    // Moscow was three hours ahead; half a microsecond is cut, and said so.
    assert_eq!((said.rows, said.warnings), (vec!["1969-12-31T21:00:00.000001Z".to_owned()], vec![Code::TimesCut]));
}

#[test]
fn a_file_cut_short_is_never_taken_for_a_whole_one() {
    let folder = Folder::new();
    parquet(&folder, "t.parquet", vec![Series::new("x".into(), (0..10_000_i64).collect::<Vec<_>>())]);
    let whole = std::fs::read(folder.0.join("t.parquet")).unwrap();
    let table = declared("t", &[("x", Type::required(DataType::Int))]);
    for length in [0, 3, 100, whole.len() / 2, whole.len() - 1] {
        folder.write("t.parquet", &whole[..length]);
        let error = ask(&folder, &table).map(|said| said.rows.len()).unwrap_err();
        assert_eq!(error.code, Code::FileBroken, "{length}");
    }
}

#[test]
fn many_rows_come_in_order_and_in_batches() {
    let folder = Folder::new();
    let rows = BATCH_ROWS * 2 + 7;
    parquet(&folder, "t.parquet", vec![Series::new("x".into(), (0..rows as i64).collect::<Vec<_>>())]);
    let table = declared("t", &[("x", Type::required(DataType::Int))]);
    let said = ask(&folder, &table).unwrap();
    assert_eq!(said.rows_after, [rows as u64]);
    assert!(said.rows.iter().enumerate().all(|(at, row)| *row == at.to_string()));
}

#[test]
fn small_groups_are_read_together_and_large_ones_whole() {
    let folder = Folder::new();
    for (size, expected) in [(4, vec![12, 12, 12, 4]), (20, vec![20, 20])] {
        let mut data =
            DataFrame::new(40, vec![Series::new("x".into(), (0..40_i64).collect::<Vec<_>>()).into()]).unwrap();
        let file = std::fs::File::create(folder.0.join("t.parquet")).unwrap();
        ParquetWriter::new(file).with_row_group_size(Some(size)).finish(&mut data).unwrap();
        let table = declared("t", &[("x", Type::required(DataType::Int))]);
        let place = Place { step: StepId(5), connection: "w".to_owned(), table: "t".to_owned() };
        let path = folder.0.join("t.parquet");
        let wanted = Wanted { place, path, content: None, columns: Vec::new(), zone: None };
        assert_eq!(ParquetTable::open(wanted).unwrap().batches(10), expected);
        assert_eq!(ask(&folder, &table).unwrap().rows.len(), 40);
    }
}

#[test]
fn a_table_needs_exactly_one_file() {
    let folder = Folder::new();
    folder.write("users.csv", "x\n1\n");
    let int = [("x", Type::required(DataType::Int))];
    let error = ask(&folder, &declared("user", &int)).map(|said| said.rows).unwrap_err();
    assert_eq!(error.code, Code::TableFileMissing);
    assert_eq!(error.detail.last().map(String::as_str), Some("near it: users"));
    parquet(&folder, "users.parquet", vec![Series::new("x".into(), [1_i64])]);
    let error = ask(&folder, &declared("users", &int)).map(|said| said.rows).unwrap_err();
    assert_eq!(error.code, Code::TableFileTwice);
}

fn cohort(folder: &Folder, id: &str) -> Result<Said, RunError> {
    let members = [("amplitude_id", Type::required(DataType::Int)), ("user_id", Type::optional(DataType::Text))];
    let argument =
        TableArgument { name: "id".to_owned(), ty: Type::required(DataType::Text), cohort_of: Some("w".to_owned()) };
    let table = Declared { arguments: vec![argument], ..declared("cohort", &members) };
    let query = SourceQuery { arguments: vec![text(id)], ..all(&table) };
    ask_with(folder, &table, query, None, Arc::new(NothingRecorded))
}

#[test]
fn a_cohort_is_found_by_its_id_and_its_blanks_are_null() {
    let folder = Folder::new();
    folder.write("cohorts/c7k2p9x1.csv", "amplitude_id,user_id\n400536332155,9613451931192947\n400536332156,\n");
    assert_eq!(cohort(&folder, "c7k2p9x1").unwrap().rows, ["400536332155|9613451931192947", "400536332156|∅"]);
    let error = cohort(&folder, "c7k2p9x2").map(|said| said.rows).unwrap_err();
    assert_eq!(error.code, Code::CohortNotFound);
    assert_eq!(error.help.as_deref(), Some("did you mean `c7k2p9x1`?"));
    let error = cohort(&folder, "../cohorts/c7k2p9x1").map(|said| said.rows).unwrap_err();
    assert_eq!(error.code, Code::CohortNotFound);
}

#[test]
fn a_cohort_of_another_size_than_it_says_warns() {
    let members: String = (0..100).map(|id| format!("{id},{id}\n")).collect();
    for (size, expected) in [
        (100, vec![]),
        (96, vec![]),
        (105, vec![]),
        (95, vec![Code::CohortSizeDiffers]),
        (200, vec![Code::CohortSizeDiffers]),
    ] {
        let folder = Folder::new();
        folder.write("cohorts/c.csv", format!("amplitude_id,user_id\n{members}"));
        folder.write("cohorts/c.toml", format!("name = \"C\"\nsize = {size}\nlast_computed = 2026-11-23T03:15:07Z\n"));
        let said = cohort(&folder, "c").unwrap();
        assert_eq!((said.rows.len(), said.warnings), (100, expected), "{size}");
    }
    let folder = Folder::new();
    folder.write("cohorts/c.csv", "amplitude_id,user_id\n").write("cohorts/c.toml", "size = many");
    assert_eq!(cohort(&folder, "c").map(|said| said.rows).unwrap_err().code, Code::CohortDescription);
}

struct Recorded;

impl RecordedRows for Recorded {
    fn rows(&self, _id: TableId, _table: &Declared) -> Result<Option<DataFrame>, RunError> {
        let column =
            |name: &str, ty: DataType, values: Vec<Value>| column_from_values(name.into(), &ty, values).unwrap();
        let columns = vec![
            column("sub", DataType::Text, vec![Value::text("B"), Value::text("C")]),
            column("user", DataType::Int, vec![Value::Int(3), Value::Int(4)]),
        ];
        Ok(Some(DataFrame::new(2, columns).unwrap()))
    }
}

fn history() -> Declared {
    declared("history", &[("sub", Type::required(DataType::Text)), ("user", Type::required(DataType::Int))])
}

#[test]
fn recorded_rows_stand_behind_those_of_the_file_or_alone() {
    let (folder, table) = (Folder::new(), history());
    let said = ask_with(&folder, &table, all(&table), None, Arc::new(Recorded)).unwrap();
    assert_eq!(said.rows, ["B|3", "C|4"]);
    folder.write("history.csv", "user,sub\n1,A\n2,B\n");
    let said = ask_with(&folder, &table, all(&table), None, Arc::new(Recorded)).unwrap();
    assert_eq!(said.rows, ["A|1", "B|2", "B|3", "C|4"]);
}

#[test]
fn the_own_occasion_is_not_seen_in_file_or_store() {
    let (folder, table) = (Folder::new(), history());
    folder.write("history.csv", "user,sub\n1,A\n2,B\n");
    // The column of the occasion is not part of the answer.
    let query = SourceQuery { columns: vec![(ColumnId(7), 1)], without_occasion: vec![(0, text("B"))], ..all(&table) };
    let said = ask_with(&folder, &table, query, None, Arc::new(Recorded)).unwrap();
    assert_eq!((said.rows, said.rows_after), (vec!["1".to_owned(), "4".to_owned()], vec![2]));
}

fn filter(step: u32, expr: u32, kind: ExprKind) -> PushedFilter {
    let predicate = Expr::new(ExprId(expr), Type::required(DataType::Bool), kind);
    PushedFilter { step: StepId(step), predicate, support: Support::Exact, placed_by: None }
}

fn column(id: u32, data: DataType) -> Expr {
    Expr::column(ExprId(90), Type::required(data), ColumnId(id))
}

#[test]
fn pushed_filters_are_counted_and_may_read_columns_that_are_not_answered() {
    let (folder, table) = (Folder::new(), history());
    folder.write("history.csv", "user,sub\n1,A\n2,B\n3,A\n4,A\n");
    let is_a = ExprKind::Call { function: FnId::Equal, arguments: vec![column(8, DataType::Text), text("A")] };
    let two = Expr::literal(ExprId(0), DataType::Int, Value::Int(2));
    let above_two = ExprKind::Call { function: FnId::Greater, arguments: vec![column(7, DataType::Int), two] };
    let query = SourceQuery {
        columns: vec![(ColumnId(7), 1)],
        filter_columns: vec![(ColumnId(8), 0)],
        filters: vec![filter(6, 1, is_a), filter(7, 2, above_two)],
        ..all(&table)
    };
    let said = ask_with(&folder, &table, query, None, Arc::new(NothingRecorded)).unwrap();
    assert_eq!((said.rows, said.rows_after), (vec!["3".to_owned(), "4".to_owned()], vec![4, 3, 2]));
}

#[test]
fn the_first_step_fails_though_a_later_one_failed_in_an_earlier_row() {
    let folder = Folder::new();
    let text = || Type::required(DataType::Text);
    let table = declared("t", &[("a", text()), ("b", text())]);
    // The first batch fails the second filter, the second batch the first one.
    let rows: String = (0..BATCH_ROWS).map(|at| if at == 0 { "1,x\n" } else { "1,1\n" }).collect();
    folder.write("t.csv", format!("a,b\n{rows}y,1\n"));
    let is_one = |id: u32| {
        let int = ExprKind::Call { function: FnId::Int, arguments: vec![column(id, DataType::Text)] };
        let int = Expr::new(ExprId(10 + id), Type::required(DataType::Int), int);
        let one = Expr::literal(ExprId(0), DataType::Int, Value::Int(1));
        ExprKind::Call { function: FnId::Equal, arguments: vec![int, one] }
    };
    let query = SourceQuery { filters: vec![filter(6, 1, is_one(0)), filter(7, 2, is_one(1))], ..all(&table) };
    let error = ask_with(&folder, &table, query, None, Arc::new(NothingRecorded)).map(|said| said.rows).unwrap_err();
    assert_eq!((error.code, error.step, error.expr), (Code::ConversionFailed, Some(StepId(6)), Some(ExprId(10))));
}
