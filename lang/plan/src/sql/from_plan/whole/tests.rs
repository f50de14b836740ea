//! What the types of a server allow, and what is looked at beside the answer.

use wr_base::ids::{ColumnId, ExprId, StepId, TableId};
use wr_base::value::{DateTime, Zone};

use super::super::super::Live;
use super::*;
use crate::expr::{Expr, ExprKind};
use crate::functions::FnId;
use crate::logical::PlanColumn;
use crate::logical::builder::Builder;
use crate::physical::{PushedFilter, QueryId, SourceQuery, Support, WholeId};

/// One column `x` of a table, and a function over all of its rows.
struct Scene {
    ty: Type,
    live: Live,
    made: Made,
    query: SourceQuery,
    dialect: Dialect,
}

const X: ColumnId = ColumnId(0);
const MADE: ColumnId = ColumnId(9);

fn scene(stored: &str, ty: DataType, function: AggregateId) -> Scene {
    let stored = ClickHouseType::parse(stored);
    let ty = Type::new(ty, stored.nullable);
    let mut live = Live::default();
    live.columns.insert(0, StoredType::ClickHouse(stored));
    let x = Expr::column(ExprId(0), ty.clone(), X);
    let call = AggregateCall::new(function, vec![x]);
    let query = SourceQuery {
        id: QueryId(0),
        step: StepId(0),
        connection: "wallet".into(),
        table: TableId(0),
        columns: vec![(X, 0)],
        filter_columns: Vec::new(),
        arguments: Vec::new(),
        filters: Vec::new(),
        without_occasion: Vec::new(),
        keys: Vec::new(),
    };
    let made = Made::Groups { keys: Vec::new(), aggregates: vec![Aggregated { column: MADE, call }] };
    Scene { ty, live, made, query, dialect: Dialect::ClickHouse }
}

impl Scene {
    fn asked(&self) -> Result<AskedWhole, &'static str> {
        let mut b = Builder::new();
        let table = b.table("wallet", "cards", &[("x", "int")]);
        b.plan.tables[table].columns[0].ty = self.ty.clone();
        let column = |id| PlanColumn { id, name: "x".into(), ty: self.ty.clone() };
        let whole = Whole {
            id: WholeId(0),
            rows: QueryId(0),
            within: Vec::new(),
            made: self.made.clone(),
            columns: vec![column(X), column(MADE)],
            items: Vec::new(),
            placed_by: None,
        };
        let request = Request {
            dialect: self.dialect,
            query: &self.query,
            table: &b.plan.tables[table],
            zone: Zone::UTC,
            live: Some(&self.live),
            keys: &[],
            value_of: &|expr| expr.as_literal().cloned(),
        };
        ask_whole(&request, &[], &whole)
    }

    #[track_caller]
    fn assert_text(&self, expected: &str) {
        assert_eq!(self.asked().unwrap().statement.text, expected);
    }
}

#[test]
fn a_type_of_the_server_can_stand_in_the_way() {
    use AggregateId::{CountDistinct, Max, Min, Sum};
    let cases = [
        ("Int128", DataType::Int, Sum, Err(WIDE)),
        ("Decimal(18, 0)", DataType::Int, Sum, Err(WIDE)),
        ("Nullable(UInt64)", DataType::Int, Sum, Ok(())),
        ("Enum8('a' = 1)", DataType::Text, Min, Err(NAMES)),
        ("Enum8('a' = 1)", DataType::Text, CountDistinct, Ok(())),
        ("FixedString(3)", DataType::Text, Max, Err(NOT_COMPARED)),
        ("IPv4", DataType::Text, CountDistinct, Err(NOT_COMPARED)),
        ("DateTime64(9, 'UTC')", DataType::DateTime, CountDistinct, Err(FINER)),
        ("DateTime64(6, 'UTC')", DataType::DateTime, Max, Ok(())),
        ("LowCardinality(String)", DataType::Text, Max, Ok(())),
    ];
    for (stored, ty, function, expected) in cases {
        let scene = scene(stored, ty, function);
        assert_eq!(scene.asked().map(|_| ()), expected, "{function:?} of {stored}");
    }
}

#[test]
fn what_no_column_can_hold_comes_in_a_column_of_its_own() {
    let text = scene("String", DataType::Text, AggregateId::CountDistinct);
    text.assert_text(
        "SELECT\n  uniqExactOrDefault(`t`.`x`),\n  minOrNull(CASE WHEN (isValidUTF8(`t`.`x`)) = false THEN `t`.`x` END)\nFROM `cards` AS `t`",
    );
    let checked: Vec<bool> = text.asked().unwrap().columns.iter().map(|column| column.is_only_checked).collect();
    assert_eq!(checked, [false, true]);
    scene("DateTime64(3, 'UTC')", DataType::DateTime, AggregateId::Min)
        .assert_text("SELECT minOrNull(`t`.`x`), maxOrNull(`t`.`x`)\nFROM `cards` AS `t`");
    // A whole number always is one.
    scene("UInt64", DataType::Int, AggregateId::CountDistinct)
        .assert_text("SELECT uniqExactOrDefault(`t`.`x`)\nFROM `cards` AS `t`");
}

#[test]
fn rows_that_are_replaced_are_counted_once() {
    let mut scene = scene("UInt64", DataType::Int, AggregateId::Max);
    scene.live.replaces_rows = true;
    scene.assert_text("SELECT maxOrNull(`t`.`x`)\nFROM `cards` AS `t` FINAL");
}

#[test]
fn a_filter_that_lets_more_through_is_no_filter_of_a_count() {
    let mut scene = scene("DateTime64(6, 'UTC')", DataType::DateTime, AggregateId::Count);
    scene.dialect = Dialect::Transact;
    if let Made::Groups { aggregates, .. } = &mut scene.made {
        aggregates[0].call.arguments.clear();
    }
    scene.query.columns.clear();
    scene.query.filter_columns.push((X, 0));
    let time = |data_type| {
        let column =
            SqlServerColumn { data_type, precision: 27, scale: 6, max_length: 8, collation: None, is_nullable: false };
        StoredType::SqlServer(SqlServerType::new(column))
    };
    let at = Expr::literal(ExprId(1), DataType::DateTime, Value::DateTime(DateTime(0)));
    let arguments = vec![Expr::column(ExprId(0), scene.ty.clone(), X), at];
    let kind = ExprKind::Call { function: FnId::GreaterOrEqual, arguments };
    let predicate = Expr::new(ExprId(2), Type::required(DataType::Bool), kind);
    scene.query.filters.push(PushedFilter { step: StepId(1), predicate, support: Support::Exact, placed_by: None });
    scene.live.columns.insert(0, time("datetimeoffset"));
    assert_eq!(scene.asked().map(|_| ()), Ok(()));
    // The clocks on the wall of a range of instants are those of more instants.
    scene.live.wall_zone = Some(Zone::UTC);
    scene.live.columns.insert(0, time("datetime2"));
    assert_eq!(scene.asked().map(|_| ()), Err("the column has no zone: a wall time is looked at again"));
}

#[test]
fn the_own_occasion_is_not_counted() {
    let mut scene = scene("String", DataType::Text, AggregateId::CountDistinct);
    scene.query.columns.clear();
    scene.query.filter_columns.push((X, 0));
    if let Made::Groups { aggregates, .. } = &mut scene.made {
        aggregates[0].call = AggregateCall::new(AggregateId::Count, Vec::new());
    }
    let own = Expr::literal(ExprId(3), DataType::Text, Value::text("SP-1"));
    scene.query.without_occasion.push((0, own));
    scene
        .assert_text("SELECT countOrDefault()\nFROM `cards` AS `t`\nWHERE (`t`.`x` <> {p1:String} OR `t`.`x` IS NULL)");
}
