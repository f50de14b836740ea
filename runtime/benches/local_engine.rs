//! Times the local engine over a million rows of a Parquet file: a benchmark to run by hand, not a test.
//!
//! `cargo bench -p wr-runtime --bench local_engine -- [rows]`
#![expect(clippy::print_stdout, reason = "its output is what it is for")]

use std::error::Error;
use std::sync::Arc;
use std::time::Instant;

use polars::prelude::{Column, DataFrame, NamedFrom, ParquetWriter, Series};
use wr_base::ids::NodeId;
use wr_base::value::{DateTime, Zone};
use wr_plan::bind::Known;
use wr_plan::declaration::Engine;
use wr_plan::functions::{AggregateId, FnId, Setting};
use wr_plan::logical::JoinKind;
use wr_plan::logical::builder::Builder;
use wr_plan::place::{Drivers, place};
use wr_plan::rules::{RuleSet, optimise};
use wr_plan::values::Values;
use wr_runtime::cancel::Cancel;
use wr_runtime::local::{RunContext, compute};
use wr_runtime::progress::Silent;
use wr_runtime::sources::{ConnectionSetup, NothingRecorded, Sources};

/// A plan over scans of cards and users.
type Make = fn(&mut Builder, NodeId, NodeId) -> NodeId;

const NOW: DateTime = DateTime(1_795_000_000_000_000);

fn main() -> Result<(), Box<dyn Error>> {
    // Cargo adds `--bench` to what it is given.
    let rows = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let rows: i64 = rows.map_or(Ok(1_000_000), |text| text.parse())?;
    let folder = std::env::temp_dir().join(format!("wr-local-engine-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    // Spread, but the same on every run.
    let spread = |at: i64, by: i64| (at * 2_654_435_761_i64).rem_euclid(by);
    let cards: Vec<Column> = vec![
        Series::new("card".into(), (0..rows).collect::<Vec<_>>()).into(),
        Series::new("user".into(), (0..rows).map(|at| spread(at, rows)).collect::<Vec<_>>()).into(),
        Series::new(
            "kind".into(),
            (0..rows).map(|at| ["plastic", "issued", "import"][at as usize % 3]).collect::<Vec<_>>(),
        )
        .into(),
        Series::new("number".into(), (0..rows).map(|at| format!("{:019}", spread(at, 1 << 60))).collect::<Vec<_>>())
            .into(),
    ];
    let users: Vec<Column> = vec![
        Series::new("id".into(), (0..rows).collect::<Vec<_>>()).into(),
        Series::new("city".into(), (0..rows).map(|at| format!("city {}", spread(at, 1_000))).collect::<Vec<_>>())
            .into(),
    ];
    for (name, columns) in [("cards.parquet", cards), ("users.parquet", users)] {
        let mut data = DataFrame::new(rows as usize, columns)?;
        ParquetWriter::new(std::fs::File::create(folder.join(name))?).finish(&mut data)?;
    }

    let plans: [(&str, Make); 6] = [
        ("read", |_, cards, _| cards),
        ("filter", |b, cards, _| filtered(b, cards)),
        ("filter, join", |b, cards, users| {
            let some = filtered(b, cards);
            b.join(JoinKind::Inner, some, users, &[("user", "id")])
        }),
        ("filter, join, sort", |b, cards, users| {
            let some = filtered(b, cards);
            let joined = b.join(JoinKind::Inner, some, users, &[("user", "id")]);
            let by = vec![b.col(joined, "city"), b.col(joined, "card")];
            b.sort(joined, by)
        }),
        ("group by, count, count_distinct, max", |b, cards, users| {
            let joined = b.join(JoinKind::Inner, cards, users, &[("user", "id")]);
            let (city, user, number) = (b.col(joined, "city"), b.col(joined, "user"), b.col(joined, "number"));
            let count = b.aggregated(AggregateId::Count, "int", Vec::new());
            let different = b.aggregated(AggregateId::CountDistinct, "int", vec![user]);
            let max = b.aggregated(AggregateId::Max, "text?", vec![number]);
            b.aggregate(joined, vec![("city", city)], vec![("n", count), ("users", different), ("max", max)])
        }),
        ("row by row: int(number) mod 7", |b, cards, _| {
            let (number, seven) = (b.col(cards, "number"), b.int(7));
            let int = b.call(FnId::Int, "int", vec![number]);
            let modulo = b.call(FnId::Modulo, "int?", vec![int, seven]);
            b.select(cards, vec![("m", modulo)])
        }),
    ];
    let runtime = tokio::runtime::Builder::new_multi_thread().build()?;
    for (name, make) in plans {
        let mut b = Builder::new();
        let columns = [("card", "int"), ("user", "int"), ("kind", "text"), ("number", "text")];
        let cards = b.table("w", "cards", &columns);
        let users = b.table("w", "users", &[("id", "int"), ("city", "text?")]);
        let (cards, users) = (b.scan(cards), b.scan(users));
        let node = make(&mut b, cards, users);
        let relation = b.relation("wanted", node);
        b.export(relation);
        let values = Values::default();
        let plan = optimise(b.plan, Known { values: &values, now: Some(NOW) }, &RuleSet::all());
        let mut drivers = Drivers::default();
        drivers.set("w", Engine::Local);
        let plan = place(&plan, &drivers);
        let setup = ConnectionSetup::Local { folder: folder.clone(), zone: None };
        let sources = Sources::new([("w".to_owned(), setup)], Arc::new(NothingRecorded));
        let context = RunContext::new(Setting::new(NOW, Zone::UTC));
        let cancel = Cancel::default();
        let started = Instant::now();
        let computed = runtime.block_on(compute(&plan, &context, &sources, &Silent, &cancel))?;
        let result = computed.frames.get(&relation).map_or(0, wr_runtime::frame::Frame::rows);
        println!("{:>6} ms  {result:>8} rows  {name}", started.elapsed().as_millis());
    }
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

/// Two rows of three.
fn filtered(b: &mut Builder, cards: NodeId) -> NodeId {
    let (kind, import) = (b.col(cards, "kind"), b.text("import"));
    let other = b.compare(FnId::NotEqual, kind, import);
    b.filter(cards, other)
}
