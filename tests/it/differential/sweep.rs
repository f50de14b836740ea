//! Each function of the catalogue over each of its types, on nulls and on values at the borders: the reference and the
//! engine give the same value, or the same failure. No chance is in it, so that nothing can be missed by chance.
//!
//! Functions of rows are columns of a file; where one fails, its rows are tried apart. Functions over rows are tried on no
//! rows, on each value alone, on pairs and on all, and in a window.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use wr_base::diag::Code;
use wr_base::value::{Date, DateTime, Decimal, Time, Value};
use wr_plan::functions::{AggregateId, Argument, FnId, Ordered, WindowId};
use wr_plan::rules::RuleSet;
use wr_plan::values::Values;
use wr_reference::{Data, Settings};
use wr_runtime::sources::Source;
use wr_sema::hir::CheckedProgram;

use super::catalogue::{KINDS, Slot, WORDS, as_argument, data_type, shapes_of};
use super::memory::Memory;
use super::schema::Kind;
use super::{NOW, engine, functions};

/// Functions that no expression of the sweep calls, with the reason.
const LEFT_OUT: &[(FnId, &str)] = &[];

/// Expressions in one program.
const TOGETHER: usize = 30;

/// Rows on which a function fails that are tried alone.
const FAILING_ROWS: usize = 6;

type Row = Vec<Value>;

/// Where expressions stand.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Columns,
    Aggregate,
    Window,
}

#[derive(Clone)]
struct Swept {
    expression: String,
    /// How many columns vary in it.
    columns: usize,
}

const fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Int => "int",
        Kind::Decimal => "decimal",
        Kind::Float => "float",
        Kind::Text => "text",
        Kind::Bool => "bool",
        Kind::Date => "date",
        Kind::DateTime => "datetime",
        Kind::Time => "time",
        Kind::Uuid => "uuid",
    }
}

/// Values at the borders of a kind; none is null.
fn borders(kind: Kind) -> Vec<Value> {
    let decimal = |text: &str| Value::Decimal(Decimal::parse(text).unwrap().rescale(2).unwrap());
    let date = |text: &str| Value::Date(Date::parse(text).unwrap());
    match kind {
        Kind::Int => [0, 1, -1, 3, 10, i128::MAX, i128::MIN, 1 << 63, (1 << 53) + 1].map(Value::Int).to_vec(),
        Kind::Decimal => {
            ["0", "0.01", "-0.01", "1", "2.5", "-2.5", "0.05", "9999999999.99", "-9999999999.99"].map(decimal).to_vec()
        }
        Kind::Float => [0.0, -0.0, 1.0, -2.5, 0.1, 0.5, 1e308, -1e308, 5e-324].map(Value::Float).to_vec(),
        Kind::Text => ["", " a", "A", "Ёж", "ß", "0042", "1e400", "2026-11-09", "2026-02-30", "e\u{301}", "a@b.c"]
            .map(Value::text)
            .to_vec(),
        Kind::Bool => vec![Value::Bool(true), Value::Bool(false)],
        Kind::Date => {
            ["0001-01-01", "9999-12-31", "2024-02-29", "1969-12-31", "2026-03-29", "2026-10-31"].map(date).to_vec()
        }
        // The clocks of Berlin change at the fourth and the fifth.
        Kind::DateTime => {
            [DateTime::MIN.0, DateTime::MAX.0, -1, 1_774_746_000_000_000, 1_792_890_000_000_000, 1_793_491_199_999_999]
                .map(|micros| Value::DateTime(DateTime(micros)))
                .to_vec()
        }
        Kind::Time => [0, 86_399_999_999, 43_200_500_000].map(|micros| Value::Time(Time(micros))).to_vec(),
        Kind::Uuid => [0, u128::MAX, 0x0123_4567_89ab_cdef_0123_4567_89ab_cdef].map(Value::Uuid).to_vec(),
    }
}

/// Places of the longest list, with null.
fn places() -> usize {
    1 + KINDS.iter().map(|kind| borders(*kind).len()).max().unwrap()
}

/// `id`, then of each kind three columns that may be null and one that is not.
fn row(id: usize, first: usize, second: usize) -> Row {
    let mut row = vec![Value::Int(id as i128)];
    for kind in KINDS {
        let mut values = borders(*kind);
        let of_second = values[second % values.len()].clone();
        values.push(Value::Null);
        row.extend([first, second, first + second].map(|place| values[place % values.len()].clone()));
        row.push(of_second);
    }
    row
}

/// So many columns take all their values, two of them all pairs.
fn rows(columns: usize) -> Vec<Row> {
    let (firsts, seconds) = match columns {
        0 => (1, 1),
        1 => (places(), 1),
        _ => (places(), places()),
    };
    (0..firsts * seconds).map(|id| row(id, id % firsts, id / firsts)).collect()
}

fn program(place: Place, swept: &[Swept]) -> CheckedProgram {
    let columns: Vec<String> = KINDS
        .iter()
        .map(|kind| {
            let (name, ty) = (name(*kind), data_type(*kind));
            format!("  {name}_0: {ty}?, {name}_1: {ty}?, {name}_2: {ty}?, {name}_n: {ty},\n")
        })
        .collect();
    let head = format!(
        "report \"Sweep\"\n\nsource db: clickhouse\n\ntable db.many key id {{\n  id: int,\n{}}}\n\n",
        columns.concat()
    );
    let numbered = |written: &dyn Fn(usize, &str) -> String| {
        let items = swept.iter().enumerate().map(|(at, swept)| written(at, &swept.expression));
        items.collect::<Vec<_>>().join(",\n  ")
    };
    let names = numbered(&|at, _| format!("c{at}"));
    let rest = match place {
        Place::Columns => format!(
            "export db.many to csv \"many.csv\" {{\n  id,\n  {}\n}}\n",
            numbered(&|at, expression| format!("{expression} as \"c{at}\""))
        ),
        Place::Aggregate => format!(
            "let found = from db.many aggregate {{\n  {}\n}}\n\nexport found to csv \"many.csv\" {{ {names} }}\n",
            numbered(&|at, expression| format!("c{at} = {expression}"))
        ),
        Place::Window => format!(
            "let found = from db.many window by bool_1 sort int_0, id {{\n  {}\n}}\n\n\
             export found to csv \"many.csv\" {{ id, {names} }}\n",
            numbered(&|at, expression| format!("c{at} = {expression}"))
        ),
    };
    functions::program(&(head + &rest), "en")
}

fn in_order(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort_by_key(|row| if let Value::Int(id) = row[0] { id } else { 0 });
    rows
}

fn of_reference(program: &CheckedProgram, rows: &[Row]) -> Result<Vec<Row>, Code> {
    let program = program.program();
    let mut data = Data::default();
    program.tables.iter().for_each(|(id, _)| data.set(id, &[], rows.to_vec()));
    let settings = Settings { now: NOW, values: BTreeMap::new() };
    let outcome = wr_reference::evaluate(program, &data, &settings).map_err(|failure| failure.code)?;
    Ok(outcome.files[0].sheets[0].rows.clone())
}

fn of_engine(program: &CheckedProgram, rows: &[Row], rules: &RuleSet) -> Result<Vec<Row>, Code> {
    let rows = Arc::new(BTreeMap::from([("db.many", rows.to_vec())]));
    let sources = engine::sources_of(|_| Arc::new(Memory(Arc::clone(&rows))) as Arc<dyn Source>, &["db"]);
    let outcome = engine::run(program, &Values::default(), NOW, &sources, rules).map_err(|failed| failed.code)?;
    Ok(outcome.files[0].sheets[0].rows.clone())
}

/// What differs, for these expressions on these rows.
fn differences(place: Place, swept: &[Swept], rows: &[Row], wrong: &mut Vec<String>) {
    let program = program(place, swept);
    let reference = of_reference(&program, rows);
    let shown = |result: &Result<Vec<Row>, Code>| match result {
        Ok(_) => "values".to_owned(),
        Err(code) => code.to_string(),
    };
    match &reference {
        Err(_) if swept.len() > 1 => {
            let (left, right) = swept.split_at(swept.len() / 2);
            differences(place, left, rows, wrong);
            differences(place, right, rows, wrong);
            return;
        }
        // Some rows hide what others give.
        Err(_) if place == Place::Columns && rows.len() > 1 => {
            let (good, bad): (Vec<Row>, Vec<Row>) =
                rows.iter().cloned().partition(|row| of_reference(&program, std::slice::from_ref(row)).is_ok());
            differences(place, swept, &good, wrong);
            let apart = bad.len().div_ceil(FAILING_ROWS).max(1);
            bad.chunks(apart).for_each(|some| differences(place, swept, &some[..1], wrong));
            return;
        }
        Err(_) | Ok(_) => {}
    }
    for (who, rules) in [("all rules", RuleSet::all()), ("no rules", RuleSet::none())] {
        let found = of_engine(&program, rows, &rules);
        match (&reference, &found) {
            (Err(expected), Err(code)) if expected == code => {}
            (Ok(expected), Ok(found)) => {
                let (expected, found) = (in_order(expected.clone()), in_order(found.clone()));
                for (expected, found) in expected.iter().zip(&found) {
                    // The first cell is the id, where rows keep theirs.
                    let shift = usize::from(place != Place::Aggregate);
                    for (at, swept) in swept.iter().enumerate() {
                        let (expected_cell, found_cell) = (&expected[at + shift], &found[at + shift]);
                        if exactly(expected_cell) != exactly(found_cell) {
                            let given = rows.iter().find(|row| shift == 1 && row[0] == expected[0]);
                            let cells = format!("reference {expected_cell:?}, {who} {found_cell:?}");
                            wrong.push(format!("{}: {cells}, of {given:?}\n", swept.expression));
                        }
                    }
                }
                if expected.len() != found.len() {
                    wrong.push(format!("{}: {} rows, {who} {}\n", swept[0].expression, expected.len(), found.len()));
                }
            }
            (_, _) if swept.len() > 1 => {
                let (left, right) = swept.split_at(swept.len() / 2);
                differences(place, left, rows, wrong);
                differences(place, right, rows, wrong);
                return;
            }
            (_, _) => wrong.push(format!(
                "{}: reference {}, {who} {} on {rows:?}\n",
                swept[0].expression,
                shown(&reference),
                shown(&found)
            )),
        }
    }
}

/// Exactly what a value is, but that there is one zero.
fn exactly(value: &Value) -> String {
    match value {
        Value::Float(float) if *float == 0.0 => "Float(0.0)".to_owned(),
        value => format!("{value:?}"),
    }
}

/// The call of a function, or what is written for an operator.
fn written(function: FnId, slots: &[Slot]) -> Option<String> {
    let words: Vec<String> = slots
        .iter()
        .enumerate()
        .map(|(at, slot)| match slot {
            Slot::Of(kind) => format!("{}_{at}", name(*kind)),
            Slot::Words(words) => (*words).to_owned(),
        })
        .collect();
    if !function.family().is_operator() {
        let called = function.function().called();
        return Some(match called {
            "now" | "today" => called.to_owned(),
            called => format!("{called}({})", words.join(", ")),
        });
    }
    let between = |sign: &str| match &words[..] {
        [left, right] => Some(format!("{left} {sign} {right}")),
        _ => None,
    };
    match function {
        FnId::Negate => Some(format!("-{}", words.first()?)),
        FnId::Not => Some(format!("not {}", words.first()?)),
        FnId::IsNull => Some(format!("{} is null", words.first()?)),
        FnId::IsNotNull => Some(format!("{} is not null", words.first()?)),
        FnId::Add => between("+"),
        FnId::Subtract => between("-"),
        FnId::Multiply => between("*"),
        FnId::Divide => between("/"),
        FnId::FloorDivide => between("//"),
        FnId::Modulo => between("mod"),
        FnId::Equal => between("=="),
        FnId::NotEqual => between("!="),
        FnId::Less => between("<"),
        FnId::LessOrEqual => between("<="),
        FnId::Greater => between(">"),
        FnId::GreaterOrEqual => between(">="),
        FnId::IsSame => between("is"),
        FnId::IsNotSame => between("is not"),
        _ => None,
    }
}

/// What signatures over columns do not tell: lists, ranges, periods, texts with holes, widening.
fn by_hand() -> Vec<(FnId, Swept)> {
    let mut all = Vec::new();
    let mut add = |function, expression: String| all.push((function, Swept { expression, columns: 2 }));
    for kind in KINDS.iter().map(|kind| name(*kind)).filter(|kind| *kind != "bool") {
        add(FnId::InList, format!("{kind}_0 in [{kind}_n, {kind}_n]"));
        add(FnId::ListOf, format!("{kind}_0 not in [{kind}_n]"));
        add(FnId::InRange, format!("{kind}_0 in {kind}_n..{kind}_n"));
        add(FnId::RangeOf, format!("{kind}_0 in {kind}_n.."));
        add(FnId::RangeOf, format!("{kind}_0 not in ..{kind}_n"));
        add(FnId::Concat, format!("\"{{{kind}_0}}-{{{kind}_1}}\""));
    }
    for period in ["last month", "this week", "last 3 quarters", "past 28d", "yesterday", "2026-03-29..2026-10-31"] {
        add(FnId::InPeriod, format!("date_0 in {period}"));
        add(FnId::InPeriod, format!("datetime_0 not in {period}"));
        add(FnId::Start, format!("start({period}) == date_0"));
        add(FnId::End, format!("end({period}) == date_0"));
    }
    for (narrow, wide) in [("int", "decimal"), ("int", "float"), ("decimal", "float")] {
        add(FnId::Convert, format!("{narrow}_0 ?? {wide}_1"));
    }
    for moved in ["date_0 + int_1 * 1d", "date_0 - int_1 * 1mo", "datetime_0 + int_1 * 1h", "datetime_0 - int_1 * 1mo"]
    {
        add(FnId::Multiply, moved.to_owned());
    }
    all
}

fn functions_of_rows() -> Vec<(FnId, Swept)> {
    let mut all = by_hand();
    for function in FnId::ALL {
        for shape in shapes_of(*function) {
            let columns = shape.slots.iter().filter(|slot| matches!(slot, Slot::Of(_))).count();
            all.extend(written(*function, &shape.slots).map(|expression| (*function, Swept { expression, columns })));
        }
    }
    all
}

/// Calls of an aggregate over columns of each kind, with what stands behind them.
fn calls_of(function: AggregateId) -> Vec<String> {
    let record = function.aggregate();
    let mut firsts: Vec<Vec<Slot>> = vec![Vec::new()];
    firsts.extend(KINDS.iter().map(|kind| vec![Slot::Of(*kind)]));
    firsts.extend(KINDS.iter().flat_map(|kind| WORDS.iter().map(|words| vec![Slot::Of(*kind), Slot::Words(words)])));
    let mut calls = Vec::new();
    for slots in firsts {
        let known: Vec<_> = slots.iter().map(|slot| as_argument(*slot)).collect();
        let arguments: Vec<Argument<'_>> =
            known.iter().map(|(ty, constant)| Argument { ty, constant: constant.as_ref() }).collect();
        if (record.signature)(&arguments).is_err() {
            continue;
        }
        let words: Vec<String> = slots
            .iter()
            .map(|slot| match slot {
                Slot::Of(kind) => format!("{}_0", name(*kind)),
                Slot::Words(words) => (*words).to_owned(),
            })
            .collect();
        let words = words.join(", ");
        if record.ordered != Ordered::Always {
            calls.push(format!("{}({words})", record.name));
        }
        if record.ordered != Ordered::Never {
            for (at, kind) in KINDS.iter().enumerate() {
                let desc = if at % 2 == 0 { "" } else { " desc" };
                calls.push(format!("{}({words} by {}_1{desc}, {}_2 desc)", record.name, name(*kind), name(*kind)));
            }
        }
    }
    calls
}

/// What windows have beside aggregates.
fn calls_of_window(function: WindowId) -> Vec<String> {
    let name_of = function.record().name;
    let of_kinds = |written: &dyn Fn(&str) -> String| KINDS.iter().map(|kind| written(name(*kind))).collect();
    match function {
        WindowId::RowNumber | WindowId::Rank | WindowId::DenseRank => vec![format!("{name_of}()")],
        WindowId::Ntile => ["1", "3", "1000"].map(|parts| format!("ntile({parts})")).to_vec(),
        WindowId::Lag | WindowId::Lead => of_kinds(&|kind| format!("{name_of}({kind}_0, 2, {kind}_1)")),
        WindowId::First | WindowId::Last => of_kinds(&|kind| format!("{name_of}({kind}_0) rows -2..1")),
    }
}

fn swept(expressions: Vec<String>) -> Vec<Swept> {
    expressions.into_iter().map(|expression| Swept { expression, columns: 0 }).collect()
}

/// Sets of rows for functions over rows: none, each row alone, pairs, and all.
fn sets() -> Vec<Vec<Row>> {
    let all = rows(1);
    let alone = all.iter().map(|row| vec![row.clone()]);
    let pairs = all.windows(2).map(<[Row]>::to_vec);
    let twice = vec![[all.clone(), rows(2)].concat()];
    std::iter::once(Vec::new()).chain(alone).chain(pairs).chain(twice).collect()
}

/// Programs side by side.
fn try_all(programs: &[(Place, Vec<Swept>, Vec<Row>)]) {
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while let Some((place, swept, rows)) = programs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let mut found = Vec::new();
                    differences(*place, swept, rows, &mut found);
                    wrong.lock().unwrap().append(&mut found);
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{} differ\n{}", wrong.len(), wrong[..wrong.len().min(40)].concat());
}

#[test]
fn every_function_gives_the_same_at_the_borders_of_its_types() {
    let mut all = functions_of_rows();
    assert!(all.len() > 1_500, "only {} calls", all.len());
    all.sort_by_key(|(_, swept)| swept.columns);
    let mut programs = Vec::new();
    for columns in all.chunk_by(|(_, a), (_, b)| a.columns == b.columns) {
        let rows = rows(columns[0].1.columns);
        let swept: Vec<Swept> = columns.iter().map(|(_, swept)| swept.clone()).collect();
        programs.extend(swept.chunks(TOGETHER).map(|some| (Place::Columns, some.to_vec(), rows.clone())));
    }
    try_all(&programs);
}

#[test]
fn every_function_is_swept_or_left_out_for_a_reason() {
    let swept = functions_of_rows();
    let left_out: Vec<FnId> =
        FnId::ALL.iter().copied().filter(|id| swept.iter().all(|(function, _)| function != id)).collect();
    assert_eq!(left_out, LEFT_OUT.iter().map(|(function, _)| *function).collect::<Vec<_>>());
    let without: Vec<&AggregateId> = AggregateId::ALL.iter().filter(|id| calls_of(**id).is_empty()).collect();
    assert_eq!(without, Vec::<&AggregateId>::new());
}

#[test]
fn every_aggregate_gives_the_same_over_borders_nulls_and_nothing() {
    let mut programs = Vec::new();
    for set in sets() {
        for function in AggregateId::ALL {
            programs.push((Place::Aggregate, swept(calls_of(*function)), set.clone()));
        }
    }
    try_all(&programs);
}

#[test]
fn every_function_of_windows_gives_the_same_over_borders_and_nulls() {
    let mut programs = Vec::new();
    let rows: Vec<Row> = rows(2).into_iter().step_by(5).collect();
    for function in AggregateId::ALL {
        for frame in ["", " rows -1..1", " rows ..0"] {
            let calls = calls_of(*function).into_iter().map(|call| call + frame).collect();
            programs.push((Place::Window, swept(calls), rows.clone()));
        }
    }
    for function in WindowId::ALL {
        programs.push((Place::Window, swept(calls_of_window(*function)), rows.clone()));
    }
    try_all(&programs);
}
