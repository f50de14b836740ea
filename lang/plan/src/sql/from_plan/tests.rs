//! A query of a plan, in the words of both servers.

use std::collections::BTreeMap;

use wr_base::ids::{ColumnId, TableId};
use wr_base::ty::{DataType, Type};
use wr_base::value::{Date, DateTime, Decimal, Period, Value, Zone};

use super::*;
use crate::declaration::{QueryPart, QueryText, Table, TableArgument};
use crate::expr::ExprKind;
use crate::functions::FnId;
use crate::logical::builder::Builder;
use crate::logical::{NodeKind, Scan};
use crate::physical::{PushedFilter, QueryId, SourceQuery, Support};
use crate::sql::stored::{ClickHouseType, SqlServerColumn, SqlServerType};
use crate::sql::{Live, ShippedKeys};

/// A table of cards and a query for two of its columns.
struct Scene {
    b: Builder,
    node: wr_base::ids::NodeId,
    table: TableId,
    query: SourceQuery,
    live: Option<Live>,
    keys: Vec<ShippedKeys>,
}

fn scene() -> Scene {
    let mut b = Builder::new();
    let columns = [
        ("card_id", "int"),
        ("kind", "text?"),
        ("opened", "date"),
        ("at", "datetime"),
        ("active", "bool?"),
        ("balance", "decimal"),
        ("owner", "uuid"),
    ];
    let table = b.table("wallet", "cards", &columns);
    b.plan.tables[table].columns[5].ty = Type::required(DataType::Decimal { precision: 10, scale: 2 });
    b.plan.tables[table].columns[6].ty = Type::required(DataType::Uuid);
    let node = b.scan(table);
    let NodeKind::Scan(Scan { columns, .. }) = b.plan.nodes[node].kind.clone() else { panic!("no scan") };
    let columns: Vec<(ColumnId, u32)> = columns;
    let query = SourceQuery {
        id: QueryId(0),
        step: b.plan.nodes[node].step,
        connection: "wallet".into(),
        table,
        columns: columns[..2].to_vec(),
        filter_columns: columns[2..].to_vec(),
        arguments: Vec::new(),
        filters: Vec::new(),
        without_occasion: Vec::new(),
        keys: Vec::new(),
    };
    Scene { b, node, table, query, live: None, keys: Vec::new() }
}

impl Scene {
    fn filter(&mut self, make: impl FnOnce(&mut Builder, wr_base::ids::NodeId) -> Expr) -> &mut Self {
        let predicate = make(&mut self.b, self.node);
        self.query.filters.push(PushedFilter {
            step: self.query.step,
            predicate,
            support: Support::Exact,
            placed_by: None,
        });
        self
    }

    fn stored(&mut self, index: u32, stored: StoredType) -> &mut Self {
        self.live.get_or_insert_with(Live::default).columns.insert(index, stored);
        self
    }

    fn clickhouse_type(&mut self, index: u32, words: &str) -> &mut Self {
        self.stored(index, StoredType::ClickHouse(ClickHouseType::parse(words)))
    }

    fn asked(&self, dialect: Dialect, selection: &Selection) -> Asked {
        let request = Request {
            dialect,
            query: &self.query,
            table: self.declared(),
            zone: Zone::parse("Europe/Moscow").unwrap(),
            live: self.live.as_ref(),
            keys: &self.keys,
            value_of: &|expr| expr.as_literal().cloned(),
        };
        ask(&request, selection)
    }

    fn declared(&self) -> &Table {
        &self.b.plan.tables[self.table]
    }

    #[track_caller]
    fn assert_text(&self, dialect: Dialect, expected: &str) -> Asked {
        let asked = self.asked(dialect, &Selection::Columns);
        let text = asked.statement.text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
        let expected =
            expected.trim_matches('\n').lines().map(|line| line.strip_prefix("            ").unwrap_or(line));
        assert_eq!(text, expected.collect::<Vec<_>>().join("\n").trim_end(), "\nis:\n{text}");
        asked
    }
}

fn sqlserver_type(data_type: &str, bytes: i16, scale: u8, collation: Option<&str>) -> StoredType {
    let column = SqlServerColumn { data_type, precision: 10, scale, max_length: bytes, collation, is_nullable: false };
    StoredType::SqlServer(SqlServerType::new(column))
}

fn period(first: &str, last: &str) -> Value {
    Value::Period(Period { first: Date::parse(first).unwrap(), last: Date::parse(last).unwrap() })
}

fn literal(b: &mut Builder, data: DataType, value: Value) -> Expr {
    b.expr(Type::required(data), ExprKind::Literal(value))
}

#[test]
fn values_travel_beside_the_text() {
    let mut scene = scene();
    scene
        .filter(|b, node| {
            let (kind, plastic) = (b.col(node, "kind"), b.text("it's"));
            let same = b.compare(FnId::Equal, kind, plastic);
            let (id, nine) = (b.col(node, "card_id"), b.int(9));
            let more = b.compare(FnId::Greater, id, nine);
            b.and(same, more)
        })
        .filter(|b, node| {
            let (opened, days) =
                (b.col(node, "opened"), literal(b, DataType::Period, period("2026-10-01", "2026-10-31")));
            b.compare(FnId::InPeriod, opened, days)
        });
    let asked = scene.assert_text(
        Dialect::ClickHouse,
        "
            SELECT `t`.`card_id`, `t`.`kind`
            FROM `cards` AS `t`
            WHERE `t`.`kind` = {p1:String}
              AND `t`.`card_id` > {p2:Int64}
              AND `t`.`opened` >= {p3:Date32}
              AND `t`.`opened` <= {p4:Date32}",
    );
    let values: Vec<_> = asked.statement.parameters.iter().map(|parameter| parameter.value.clone()).collect();
    assert_eq!(values[..2], [Some(Value::text("it's")), Some(Value::Int(9))]);
    let asked = scene.assert_text(
        Dialect::Transact,
        "
            SELECT [t].[card_id], [t].[kind]
            FROM [cards] AS [t]
            WHERE [t].[kind] = CAST(@P1 AS nvarchar(max))
              AND CAST(CAST([t].[kind] AS nvarchar(max)) + N'|' AS varbinary(max)) = CAST(CAST(@P1 AS nvarchar(max)) + N'|' AS varbinary(max))
              AND [t].[card_id] > CAST(@P2 AS bigint)
              AND [t].[opened] >= CAST(@P3 AS date)
              AND [t].[opened] <= CAST(@P4 AS date)",
    );
    assert_eq!((asked.left.len(), asked.statement.parameters[2].name.as_str()), (0, "P3"));
}

#[test]
fn a_condition_that_is_negated_never_holds_for_a_null() {
    let mut scene = scene();
    scene.filter(|b, node| {
        let (kind, list) = (b.col(node, "kind"), Value::List(vec![Value::text("a"), Value::text("b")]));
        let list = literal(b, DataType::List(Box::new(DataType::Text)), list);
        let is_in = b.compare(FnId::InList, kind, list);
        let active = b.col(node, "active");
        let either = b.or(is_in, active);
        b.call(FnId::Not, "bool?", vec![either])
    });
    scene.assert_text(
        Dialect::ClickHouse,
        "
            SELECT `t`.`card_id`, `t`.`kind`
            FROM `cards` AS `t`
            WHERE (`t`.`kind` NOT IN {p1:Array(String)} AND `t`.`kind` IS NOT NULL)
              AND NOT `t`.`active`",
    );
}

#[test]
fn a_period_of_instants_is_half_open_in_the_zone_of_the_report() {
    let mut scene = scene();
    scene.filter(|b, node| {
        let (at, days) = (b.col(node, "at"), literal(b, DataType::Period, period("2026-10-01", "2026-10-01")));
        b.compare(FnId::InPeriod, at, days)
    });
    let asked = scene.assert_text(
        Dialect::ClickHouse,
        "
            SELECT `t`.`card_id`, `t`.`kind`
            FROM `cards` AS `t`
            WHERE `t`.`at` >= {p1:DateTime64(6, 'UTC')}
              AND `t`.`at` < {p2:DateTime64(6, 'UTC')}",
    );
    let texts: Vec<_> = asked.statement.parameters.iter().filter_map(render::clickhouse::parameter_text).collect();
    assert_eq!(texts, ["2026-09-30 21:00:00.000000", "2026-10-01 21:00:00.000000"]);
}

#[test]
fn what_the_server_stores_otherwise_is_read_as_it_is_meant() {
    let mut scene = scene();
    scene
        .clickhouse_type(1, "Enum8('a' = 1, 'b' = 2)")
        .clickhouse_type(3, "DateTime64(9, 'Asia/Tokyo')")
        .filter(|b, node| {
            let (kind, known) = (b.col(node, "kind"), b.text("a"));
            let (again, unknown) = (b.col(node, "kind"), b.text("z"));
            let known = b.compare(FnId::Equal, kind, known);
            let unknown = b.compare(FnId::NotEqual, again, unknown);
            b.and(known, unknown)
        })
        .filter(|b, node| {
            let (at, moment) = (b.col(node, "at"), literal(b, DataType::DateTime, Value::DateTime(DateTime(0))));
            b.compare(FnId::Equal, at, moment)
        });
    let asked = scene.assert_text(
        Dialect::ClickHouse,
        "
            SELECT `t`.`card_id`, toString(`t`.`kind`)
            FROM `cards` AS `t`
            WHERE `t`.`kind` = {p1:String}
              AND toString(`t`.`kind`) <> {p2:String}
              AND `t`.`at` >= {p3:DateTime64(6, 'UTC')}
              AND `t`.`at` < {p4:DateTime64(6, 'UTC')}",
    );
    assert_eq!(asked.columns[1].arrives, Arrives::Text { nullable: false });
}

#[test]
fn a_list_has_only_what_the_column_can_hold() {
    let mut scene = scene();
    scene.clickhouse_type(5, "Decimal(10, 2)").clickhouse_type(0, "UInt8").filter(|b, node| {
        let decimal = |unscaled| Value::Decimal(Decimal { unscaled, scale: 2 });
        let list = Value::List(vec![decimal(150), decimal(99_999_999_999_999)]);
        let of = b.col(node, "balance").ty.data;
        let (balance, list) = (b.col(node, "balance"), literal(b, DataType::List(Box::new(of)), list));
        let one = b.compare(FnId::InList, balance, list);
        let list = Value::List([-1, 3, 300].map(Value::Int).to_vec());
        let (id, list) = (b.col(node, "card_id"), literal(b, DataType::List(Box::new(DataType::Int)), list));
        let other = b.compare(FnId::InList, id, list);
        b.and(one, other)
    });
    let asked = scene.asked(Dialect::ClickHouse, &Selection::Columns);
    let texts: Vec<_> = asked.statement.parameters.iter().filter_map(render::clickhouse::parameter_text).collect();
    assert_eq!(texts, ["[1.50]", "[3]"]);
    assert_eq!(asked.statement.parameters[0].type_words, "Array(Decimal(10, 2))");
}

#[test]
fn texts_of_sql_server_are_looked_up_by_the_collation_and_compared_by_their_bytes() {
    let mut scene = scene();
    let stored = sqlserver_type("char", 4, 0, Some("Cyrillic_General_CI_AS"));
    scene.stored(1, stored).filter(|b, node| {
        let (kind, plastic) = (b.col(node, "kind"), b.text("ж"));
        b.compare(FnId::Equal, kind, plastic)
    });
    scene.assert_text(
        Dialect::Transact,
        "
            SELECT [t].[card_id], RTRIM([t].[kind])
            FROM [cards] AS [t]
            WHERE [t].[kind] = CAST(CAST(@P1 AS nvarchar(max)) COLLATE Cyrillic_General_CI_AS AS char(4))
              AND CAST(CAST(RTRIM([t].[kind]) AS nvarchar(max)) + N'|' AS varbinary(max)) = CAST(CAST(@P1 AS nvarchar(max)) + N'|' AS varbinary(max))",
    );
}

#[test]
fn wall_times_are_asked_for_widely_and_left_to_be_looked_at_again() {
    let mut scene = scene();
    scene.stored(3, sqlserver_type("datetime2", 8, 3, None)).filter(|b, node| {
        let (at, moment) =
            (b.col(node, "at"), literal(b, DataType::DateTime, Value::DateTime(DateTime(1_767_225_600_000_000))));
        b.compare(FnId::GreaterOrEqual, at, moment)
    });
    // Without the connection's zone nothing is known of them.
    let asked = scene.asked(Dialect::Transact, &Selection::Columns);
    assert_eq!((asked.left[0].why, asked.statement.parameters.len()), ("the column has no zone", 0));
    scene.live.as_mut().unwrap().wall_zone = Zone::parse("Europe/Moscow");
    let asked = scene.assert_text(
        Dialect::Transact,
        "
            SELECT [t].[card_id], [t].[kind], [t].[at]
            FROM [cards] AS [t]
            WHERE [t].[at] >= CAST(@P1 AS datetime2(7))",
    );
    assert_eq!(asked.left.len(), 1);
    assert!(asked.columns[2].only_filtered);
    assert_eq!(asked.statement.parameters[0].value.as_ref().unwrap().canonical(), "2025-12-31T02:00:00.000000Z");
}

#[test]
fn a_query_of_ones_own_has_its_values_beside_it_too() {
    let mut scene = scene();
    let parts = [
        QueryPart::Words("SELECT * FROM x WHERE a IN ".into()),
        QueryPart::Hole(0),
        QueryPart::Words("\n-- all".into()),
    ];
    let table = scene.table;
    scene.b.plan.tables[table].query = Some(QueryText { parts: parts.to_vec() });
    let ty = Type::required(DataType::List(Box::new(DataType::Int)));
    scene.b.plan.tables[table].arguments = vec![TableArgument { name: "a".into(), ty, cohort_of: None }];
    let list =
        literal(&mut scene.b, DataType::List(Box::new(DataType::Int)), Value::List(vec![Value::Int(1), Value::Int(2)]));
    scene.query.arguments = vec![list];
    scene.assert_text(
        Dialect::ClickHouse,
        "
            SELECT `t`.`card_id`, `t`.`kind`
            FROM (
            SELECT * FROM x WHERE a IN {p1:Array(Int64)}
            -- all
            ) AS `t`",
    );
    // SQL Server takes no `WITH` and no `ORDER BY` within a query: it is sent as it is.
    scene.assert_text(
        Dialect::Transact,
        "
            SELECT * FROM x WHERE a IN (CAST(@P1 AS bigint), CAST(@P2 AS bigint))
            -- all",
    );
}

#[test]
fn keys_that_were_sent_ahead_are_looked_up_in_their_table() {
    let mut scene = scene();
    scene.query.table = scene.table;
    scene.keys.push(ShippedKeys { column: 0, table: "wr_keys_1".into() });
    scene.assert_text(
        Dialect::ClickHouse,
        "
            SELECT `t`.`card_id`, `t`.`kind`
            FROM `cards` AS `t`
            WHERE `t`.`card_id` IN (SELECT `k` FROM `wr_keys_1`)",
    );
    scene.keys[0].table = "#wr_keys_1".into();
    scene.assert_text(
        Dialect::Transact,
        "
            SELECT [t].[card_id], [t].[kind]
            FROM [cards] AS [t]
            WHERE EXISTS (SELECT 1 FROM [#wr_keys_1] AS [k] WHERE [k].[k] = [t].[card_id])",
    );
    let count = |dialect| scene.asked(dialect, &Selection::Count).statement.text;
    assert!(count(Dialect::ClickHouse).starts_with("SELECT count()\nFROM `cards`"));
    assert!(count(Dialect::Transact).starts_with("SELECT COUNT_BIG(*)\nFROM [cards]"));
    let keys = Selection::Keys(vec![scene.query.columns[0].0]);
    assert!(scene.asked(Dialect::Transact, &keys).statement.text.starts_with("SELECT DISTINCT [t].[card_id]\n"));
}

#[test]
fn rows_of_the_own_occasion_are_not_asked_for_and_those_without_one_are() {
    let mut scene = scene();
    let seven = scene.b.int(7);
    scene.query.without_occasion = vec![(0, seven)];
    scene.clickhouse_type(0, "UInt64");
    scene.live.as_mut().unwrap().replaces_rows = true;
    scene.assert_text(
        Dialect::ClickHouse,
        "
            SELECT `t`.`card_id`, `t`.`kind`
            FROM `cards` AS `t` FINAL
            WHERE (`t`.`card_id` <> {p1:Int64} OR `t`.`card_id` IS NULL)",
    );
    let _: BTreeMap<u32, StoredType> = scene.live.unwrap().columns;
}

#[test]
fn an_occasion_that_cannot_be_said_exactly_is_left() {
    let mut scene = scene();
    let at = literal(&mut scene.b, DataType::DateTime, Value::DateTime(DateTime(0)));
    scene.query.without_occasion = vec![(3, at)];
    scene.stored(3, sqlserver_type("datetime2", 8, 3, None));
    let asked = scene.assert_text(
        Dialect::Transact,
        "
            SELECT [t].[card_id], [t].[kind], [t].[at]
            FROM [cards] AS [t]",
    );
    assert_eq!((asked.occasion_left, asked.statement.parameters.len()), (Some("the column has no zone"), 0));
}

#[test]
fn what_cannot_be_said_exactly_is_left_with_the_columns_for_it() {
    let mut scene = scene();
    scene.filter(|b, node| {
        let (owner, other) = (b.col(node, "owner"), literal(b, DataType::Uuid, Value::Uuid(1)));
        b.compare(FnId::Less, owner, other)
    });
    for dialect in [Dialect::ClickHouse, Dialect::Transact] {
        let asked = scene.asked(dialect, &Selection::Columns);
        assert_eq!(asked.left[0].why, "servers order uuids in their own way");
        assert_eq!(asked.columns.len(), 3);
        assert!(!asked.statement.text.contains("WHERE"));
    }
}
