//! Runs of a made-up plan: a split list of people that is recorded and exported.

mod faults;
mod life;
mod servers;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

use wr_base::ids::{ColumnId, ExprId, FactId, NodeId, RelationId, StepId, TableId, ValueId};
use wr_base::row_type::Marks;
use wr_base::ty::{DataType, Type};
use wr_base::value::{DateTime, Value, Zone};
use wr_plan::declaration::{
    Branch, Engine, Expectation, Export, ExportOptions, Fact, Format, Message, MessagePart, OutputColumn, Record,
    Report, Share, Sheet, Table, TableColumn,
};
use wr_plan::expr::{Expr, ExprKind};
use wr_plan::logical::{NodeKind, PlanColumn, Relation, SplitOf, StepInfo};
use wr_plan::physical::{Bound, PhysicalKind, PhysicalNode, PhysicalPlan};

use super::test_support::Folder;
use super::*;
use crate::cancel::Cancel;
use crate::cells::column_from_values;
use crate::error::RunError;
use crate::files::{Faults, FaultyFiles, StandardFiles};
use crate::frame::{Frame, column_name};
use crate::local::{Computed, StepRows};
use crate::progress::{Progress, Silent};
use crate::store::{EmbeddedStore, FaultyStore, FaultyTarget, NoServers, recorded_rows};

const USER: ColumnId = ColumnId(0);
const CITY: ColumnId = ColumnId(1);
const BRANCH: ColumnId = ColumnId(2);
const TEST_USER: ColumnId = ColumnId(3);
const TEST_CITY: ColumnId = ColumnId(4);
const SPLIT: RelationId = RelationId(0);
const TEST: RelationId = RelationId(1);

/// A clock that a test sets.
pub(super) struct TestClock(pub(super) AtomicI64);
pub(super) struct Counting(pub(super) AtomicU32);

impl Clock for TestClock {
    fn now(&self) -> DateTime {
        DateTime(self.0.load(Ordering::SeqCst))
    }
}

impl Randomness for Counting {
    fn next(&self) -> u32 {
        self.0.fetch_add(1, Ordering::SeqCst)
    }
}

/// 2026-11-23T09:00:00Z.
const NOON: i64 = 1_795_424_400_000_000;

pub(super) fn world(folder: &Folder, faults: &Arc<Faults>, now: i64) -> World {
    static RANDOM: AtomicU32 = AtomicU32::new(1);
    let store = store_path(&folder.path);
    World {
        project: folder.path.clone(),
        output: folder.join("out"),
        files: Arc::new(FaultyFiles::new(StandardFiles, Arc::clone(faults))),
        clock: Box::new(TestClock(AtomicI64::new(now))),
        randomness: Box::new(Counting(AtomicU32::new(RANDOM.fetch_add(1000, Ordering::SeqCst)))),
        store: Box::new(FaultyStore::new(EmbeddedStore::new(&store), Arc::clone(faults))),
        target: Box::new(FaultyTarget::new(EmbeddedStore::new(&store), Arc::clone(faults))),
        servers: Box::new(NoServers),
        retention_days: RETENTION_DAYS,
        waiting: Arc::new(|| {}),
    }
}

pub(super) fn healthy(folder: &Folder) -> World {
    world(folder, &Faults::new(0, crate::files::Fault::Fails), NOON)
}

fn column(id: ColumnId, name: &str, data: DataType) -> PlanColumn {
    PlanColumn { id, name: name.to_owned(), ty: Type::required(data) }
}

fn expr(kind: ExprKind, data: DataType) -> Expr {
    Expr::new(ExprId(0), Type::required(data), kind)
}

fn sub_id() -> Expr {
    expr(ExprKind::Value(ValueId(0)), DataType::Text)
}

fn message(parts: Vec<MessagePart>) -> Message {
    Message { parts }
}

fn words(text: &str) -> Message {
    message(vec![MessagePart::Text(text.to_owned())])
}

fn output(column: ColumnId, heading: &str, data: DataType) -> OutputColumn {
    OutputColumn {
        column,
        format: None,
        heading: words(heading),
        ty: Type::required(data),
        marks: Marks::default(),
        present_if: None,
    }
}

fn step(plan: &mut PhysicalPlan, word: &str, relation: Option<RelationId>) -> StepId {
    plan.steps.add(StepInfo { word: word.to_owned(), words: format!("{word} …"), relation })
}

fn table() -> Table {
    let columns = [
        ("sub_id", DataType::Text),
        ("user_id", DataType::Int),
        ("grp", DataType::Text),
        ("sent_at", DataType::DateTime),
    ];
    Table {
        connection: "crm".into(),
        name: "mailing_history".into(),
        engine: Engine::SqlServer,
        file: None,
        columns: columns
            .into_iter()
            .map(|(name, data)| TableColumn {
                name: name.into(),
                ty: Type::required(data),
                marks: Marks::default(),
                doc: String::new(),
            })
            .collect(),
        key: vec![0, 1],
        trusted: None,
        arguments: Vec::new(),
        query: None,
        doc: String::new(),
    }
}

/// The exports of people in `relation`, as CSV and as a workbook.
fn exports(plan: &mut PhysicalPlan, relation: RelationId, user: ColumnId, city: ColumnId) {
    for (format, ending) in [(Format::Csv, ".csv"), (Format::Xlsx, ".xlsx")] {
        let at = step(plan, "export", None);
        plan.exports.push(Export {
            step: at,
            format,
            file_name: message(vec![MessagePart::Hole(sub_id()), MessagePart::Text(format!("-people{ending}"))]),
            sheets: vec![Sheet {
                title: "People".into(),
                by: None,
                relation,
                columns: vec![output(user, "User", DataType::Int), output(city, "City", DataType::Text)],
                step: at,
            }],
            with: ExportOptions::default(),
        });
    }
}

pub(super) fn plan(has_record: bool) -> PhysicalPlan {
    let mut plan = PhysicalPlan {
        report: Report {
            title: "Campaign".into(),
            doc: "Who gets it.".into(),
            zone: Zone::parse("Europe/Moscow").unwrap(),
            locale: "en".into(),
            path: "campaigns/push.wr".into(),
            max_rows_read: None,
        },
        tables: Default::default(),
        values: Default::default(),
        queries: Vec::new(),
        wholes: Vec::new(),
        nodes: Default::default(),
        stages: Vec::new(),
        relations: Default::default(),
        facts: Default::default(),
        expectations: Vec::new(),
        records: Vec::new(),
        exports: Vec::new(),
        reveals: Vec::new(),
        demands: Vec::new(),
        unplaced: Vec::new(),
        steps: Default::default(),
        not_taken: Vec::new(),
        reasons: Vec::new(),
        drivers: wr_plan::place::Drivers::default(),
    };
    plan.tables.add(table());
    plan.facts.add(Fact::Rows { relation: SPLIT });
    let from = step(&mut plan, "from", Some(SPLIT));
    let branch = |name: &str, is_held| Branch { name: name.into(), share: Share::Rest, is_held };
    let columns = vec![
        column(USER, "user_id", DataType::Int),
        column(CITY, "city", DataType::Text),
        column(BRANCH, "branch", DataType::Text),
    ];
    plan.nodes.add(PhysicalNode {
        step: from,
        kind: PhysicalKind::Local(NodeKind::Split {
            input: NodeId(0),
            key: vec![USER],
            seed: Vec::new(),
            counts: Default::default(),
            branches: vec![branch("control", true), branch("test", false)],
            branch: BRANCH,
        }),
        columns,
    });
    plan.nodes.add(PhysicalNode {
        step: from,
        kind: PhysicalKind::Local(NodeKind::Read {
            relation: SPLIT,
            columns: vec![(TEST_USER, USER), (TEST_CITY, CITY)],
        }),
        columns: vec![column(TEST_USER, "user_id", DataType::Int), column(TEST_CITY, "city", DataType::Text)],
    });
    let split = |name: Option<&str>| {
        let name = name.map(str::to_owned);
        Some(SplitOf { relation: SPLIT, key: vec![USER], branch: BRANCH, name, is_held: false })
    };
    let relation = |name: &str, root, is_held, split| Relation {
        name: Some(name.into()),
        root: NodeId(root),
        key: Vec::new(),
        is_held,
        split,
    };
    plan.relations.add(relation("people", 0, true, split(None)));
    plan.relations.add(relation("people.test", 1, false, split(Some("test"))));
    let expect = step(&mut plan, "expect", None);
    plan.expectations.push(Expectation {
        step: expect,
        condition: expr(ExprKind::Fact(FactId(0)), DataType::Bool),
        message: Some(words("too few people")),
        facts: vec![FactId(0)],
        text: "rows(people) >= 2".into(),
    });
    if has_record {
        let at = step(&mut plan, "record", None);
        plan.records.push(Record {
            step: at,
            relation: SPLIT,
            table: TableId(0),
            key: vec![0, 1],
            assignments: vec![
                (0, sub_id()),
                (1, expr(ExprKind::Column(USER), DataType::Int)),
                (2, expr(ExprKind::Column(BRANCH), DataType::Text)),
                (3, expr(ExprKind::Literal(Value::DateTime(DateTime(NOON))), DataType::DateTime)),
            ],
            occasion: vec![0],
        });
    }
    exports(&mut plan, TEST, TEST_USER, TEST_CITY);
    plan
}

pub(super) fn request(sub_id: &str, audience: &str) -> RunRequest {
    let value = |id, name: &str, label: &str, text: &str| RunValue {
        id: ValueId(id),
        name: name.into(),
        label: label.into(),
        value: Value::text(text),
        words: text.into(),
        is_parameter: true,
        path: None,
    };
    RunRequest {
        script_hash: "s".repeat(64),
        values: vec![value(0, "sub_id", "Mailing id", sub_id), value(1, "audience", "Audience", audience)],
        now: DateTime(NOON),
        is_as_of: false,
        made_by: "anna".into(),
        plan: "the plan".into(),
        mode: Mode::Full,
        accept: None,
        warnings: Vec::new(),
    }
}

/// People by user id, city and branch.
pub(super) struct People {
    pub(super) rows: Vec<(i128, &'static str, &'static str)>,
    pub(super) holds: Value,
    pub(super) computed: usize,
}

impl People {
    pub(super) fn new() -> Self {
        let rows = vec![
            (1, "Москва", "test"),
            (1_000_000_000_000_000_001, "=1+1", "test"),
            (3, "", "control"),
            (4, "a,\"b\"", "test"),
        ];
        Self { rows, holds: Value::Bool(true), computed: 0 }
    }
}

impl Compute for People {
    fn compute(
        &mut self,
        _plan: &PhysicalPlan,
        progress: &dyn Progress,
        _cancel: &Cancel,
    ) -> Result<Computed, RunError> {
        self.computed += 1;
        progress.tell(crate::progress::Event::SourceFinished {
            connection: "crm".into(),
            table: "users".into(),
            rows: 4,
            bytes: 100,
            millis: 1,
            at_most: Bound::default(),
        });
        let frame = |columns: Vec<PlanColumn>, rows: Vec<Vec<Value>>| {
            let data = columns
                .iter()
                .enumerate()
                .map(|(at, column)| {
                    let values = rows.iter().map(|row| row[at].clone());
                    column_from_values(column_name(column.id), &column.ty.data, values).unwrap()
                })
                .collect();
            Frame { columns, data: polars::prelude::DataFrame::new(rows.len(), data).unwrap() }
        };
        let row = |(user, city, branch): &(i128, &str, &str)| {
            vec![Value::Int(*user), Value::text(*city), Value::text(*branch)]
        };
        let columns = |user, city| vec![column(user, "user_id", DataType::Int), column(city, "city", DataType::Text)];
        let mut all = columns(USER, CITY);
        all.push(column(BRANCH, "branch", DataType::Text));
        let test = self.rows.iter().filter(|(.., branch)| *branch == "test").map(row).collect();
        let frames = BTreeMap::from([
            (SPLIT, frame(all, self.rows.iter().map(row).collect())),
            (TEST, frame(columns(TEST_USER, TEST_CITY), test)),
        ]);
        Ok(Computed {
            frames,
            facts: BTreeMap::from([(FactId(0), self.holds.clone())]),
            waterfall: vec![StepRows { step: StepId(0), rows: Some(4), unmatched: None, note: None }],
            warnings: Vec::new(),
        })
    }
}

pub(super) fn run_in(
    world: &mut World,
    plan: &PhysicalPlan,
    request: &RunRequest,
    people: &mut People,
) -> Result<RunOutcome, Box<RunFailure>> {
    run(request, plan, people, world, &Silent, &Cancel::default())
}

/// How often each user stands in history.
pub(super) fn history(folder: &Folder) -> Vec<String> {
    let rows = recorded_rows(&store_path(&folder.path), &table()).unwrap();
    let Some(rows) = rows else { return Vec::new() };
    let cells = |name: &str, data| crate::cells::Cells::new(rows.column(name).unwrap(), &data).unwrap();
    let (sub, user, grp) =
        (cells("sub_id", DataType::Text), cells("user_id", DataType::Int), cells("grp", DataType::Text));
    (0..rows.height()).map(|at| [&sub, &user, &grp].map(|cells| cells.get(at).canonical()).join(" ")).collect()
}

pub(super) fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

pub(super) fn visible_runs(folder: &Folder) -> Vec<PathBuf> {
    let runs = folder.join("out/runs");
    names(&runs).iter().filter(|name| !name.starts_with('.')).map(|name| runs.join(name)).collect()
}
