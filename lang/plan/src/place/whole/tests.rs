//! What a server could do at once, in the words of both, and what stands in the way.

use wr_base::ids::NodeId;
use wr_base::ty::{DataType, Type};

use super::super::{Drivers, place};
use crate::bind::Known;
use crate::declaration::Engine;
use crate::expr::Expr;
use crate::functions::{AggregateId, FnId};
use crate::logical::builder::Builder;
use crate::logical::{JoinKind, NodeKind};
use crate::physical::PhysicalPlan;
use crate::physical::print::print;
use crate::rules::{RuleSet, optimise};
use crate::values::Values;

const CARDS: &[(&str, &str)] =
    &[("card_id", "int"), ("user_id", "int?"), ("kind", "text?"), ("opened", "date"), ("share", "float")];

/// A plan over cards, placed where an engine answers for them.
fn placed(engine: Engine, steps: impl FnOnce(&mut Builder, NodeId) -> NodeId) -> PhysicalPlan {
    let mut b = Builder::new();
    let cards = b.table("wallet", "cards", CARDS);
    let scan = b.scan(cards);
    let root = steps(&mut b, scan);
    let relation = b.relation("made", root);
    b.export(relation);
    let mut drivers = Drivers::default();
    drivers.set("wallet", engine);
    drivers.set("crm", Engine::ClickHouse);
    place(&optimise(b.plan, Known { values: &Values::default(), now: None }, &RuleSet::all()), &drivers)
}

#[track_caller]
fn assert_asked(engine: Engine, steps: impl FnOnce(&mut Builder, NodeId) -> NodeId, expected: &str) {
    let text = print(&placed(engine, steps));
    let expected: Vec<&str> = expected.trim_matches('\n').lines().collect();
    let indent = expected.iter().filter(|l| !l.trim().is_empty()).map(|l| l.len() - l.trim_start().len()).min();
    let lines: Vec<&str> = expected.iter().map(|line| line.get(indent.unwrap_or(0)..).unwrap_or("")).collect();
    let asked: Vec<&str> = text.lines().take_while(|line| !line.starts_with("export")).collect();
    assert_eq!(asked.join("\n").trim_end(), lines.join("\n").trim_end(), "\nis:\n{text}");
}

fn count(b: &mut Builder) -> Expr {
    b.aggregated(AggregateId::Count, "int", Vec::new())
}

fn plastic(b: &mut Builder, at: NodeId) -> Expr {
    let (kind, plastic) = (b.col(at, "kind"), b.text("plastic"));
    b.compare(FnId::Equal, kind, plastic)
}

/// Counts of all kinds by user, of cards that are plastic.
fn counts(b: &mut Builder, scan: NodeId) -> NodeId {
    let predicate = plastic(b, scan);
    let filter = b.filter(scan, predicate);
    let user = b.col(filter, "user_id");
    let card = b.col(filter, "card_id");
    let opened = b.col(filter, "opened");
    let zero = b.int(0);
    let old = b.compare(FnId::Greater, card.clone(), zero);
    let aggregates = vec![
        ("cards", count(b)),
        ("old", b.aggregated(AggregateId::CountIf, "int", vec![old])),
        ("different", b.aggregated(AggregateId::CountDistinct, "int", vec![card.clone()])),
        ("sum", b.aggregated(AggregateId::Sum, "int", vec![card])),
        ("first", b.aggregated(AggregateId::Min, "date?", vec![opened.clone()])),
        ("last", b.aggregated(AggregateId::Max, "date?", vec![opened])),
    ];
    b.aggregate(filter, vec![("user_id", user)], aggregates)
}

#[test]
fn groups_are_counted_by_clickhouse() {
    assert_asked(
        Engine::ClickHouse,
        counts,
        r#"
        query 1: wallet.cards { card_id, user_id, opened }
            SELECT `t`.`card_id`, `t`.`user_id`, `t`.`opened`
            FROM `cards` AS `t`
            WHERE `t`.`kind` = {p1:String}
            p1 String = "plastic"
          filter kind == "plastic" (exact)
          or as a whole, where the types there allow it:
            SELECT
              `t`.`user_id`,
              countOrDefault(),
              countIfOrDefault(`t`.`card_id` > {p2:Int64}),
              uniqExactOrDefault(`t`.`card_id`),
              ifNull(sum(toInt128(`t`.`card_id`)), toInt128(0)),
              minOrNull(`t`.`opened`),
              maxOrNull(`t`.`opened`)
            FROM `cards` AS `t`
            WHERE `t`.`kind` = {p1:String}
            GROUP BY `t`.`user_id`
            p1 String = "plastic"
            p2 Int64 = 0
        stage made: kept
          query 1 as a whole, or
            fetch query 1
            group by user_id { cards = count(), old = count_if(card_id > 0), different = count_distinct(card_id), sum = sum(card_id), first = min(opened), last = max(opened) }
        "#,
    );
}

#[test]
fn groups_are_counted_by_sqlserver() {
    let counts = |b: &mut Builder, scan: NodeId| {
        let (user, card) = (b.col(scan, "user_id"), b.col(scan, "card_id"));
        let zero = b.int(0);
        let old = b.compare(FnId::Greater, card.clone(), zero);
        let aggregates = vec![
            ("cards", count(b)),
            ("old", b.aggregated(AggregateId::CountIf, "int", vec![old])),
            ("different", b.aggregated(AggregateId::CountDistinct, "int", vec![card.clone()])),
            ("sum", b.aggregated(AggregateId::Sum, "int", vec![card.clone()])),
            ("least", b.aggregated(AggregateId::Min, "int?", vec![card])),
        ];
        b.aggregate(scan, vec![("user_id", user)], aggregates)
    };
    assert_asked(
        Engine::SqlServer,
        counts,
        r#"
        query 1: wallet.cards { card_id, user_id }
            SELECT [t].[card_id], [t].[user_id]
            FROM [cards] AS [t]
          or as a whole, where the types there allow it:
            SELECT
              [t].[user_id],
              COUNT_BIG(*),
              COUNT_BIG(CASE WHEN [t].[card_id] > CAST(@P1 AS bigint) THEN 1 END),
              COUNT_BIG(DISTINCT [t].[card_id]),
              COALESCE(SUM(CAST([t].[card_id] AS decimal(38, 0))), 0),
              MIN([t].[card_id])
            FROM [cards] AS [t]
            GROUP BY [t].[user_id]
            P1 bigint = 0
        stage made: kept
          query 1 as a whole, or
            fetch query 1
            group by user_id { cards = count(), old = count_if(card_id > 0), different = count_distinct(card_id), sum = sum(card_id), least = min(card_id) }
        "#,
    );
}

/// The three cards that were opened last.
fn last_three(b: &mut Builder, scan: NodeId) -> NodeId {
    let (user, opened) = (b.col(scan, "user_id"), b.col(scan, "opened"));
    let selected = b.select(scan, vec![("who", user), ("opened", opened)]);
    let by = vec![b.col(selected, "who"), b.col(selected, "opened")];
    let sort = b.sort(selected, by);
    if let NodeKind::Sort { by, .. } = &mut b.plan.nodes[sort].kind {
        by.reverse();
        by[0].descending = true;
    }
    b.take(sort, 3)
}

#[test]
fn the_first_rows_are_taken_by_clickhouse() {
    assert_asked(
        Engine::ClickHouse,
        last_three,
        r#"
        query 1: wallet.cards { user_id, opened }
            SELECT `t`.`user_id`, `t`.`opened`
            FROM `cards` AS `t`
          or as a whole, where the types there allow it:
            SELECT `t`.`user_id`, `t`.`opened`
            FROM `cards` AS `t`
            ORDER BY `t`.`opened` DESC, `t`.`user_id` NULLS LAST
            LIMIT {p1:UInt64}
            p1 UInt64 = 3
        stage made: kept
          query 1 as a whole, or
            fetch query 1
            select who = user_id, opened
            sort opened desc, who
            take 3
        "#,
    );
}

#[test]
fn the_first_rows_are_taken_by_sqlserver() {
    assert_asked(
        Engine::SqlServer,
        last_three,
        r#"
        query 1: wallet.cards { user_id, opened }
            SELECT [t].[user_id], [t].[opened]
            FROM [cards] AS [t]
          or as a whole, where the types there allow it:
            SELECT TOP (CAST(@P1 AS bigint)) [t].[user_id], [t].[opened]
            FROM [cards] AS [t]
            ORDER BY [t].[opened] DESC, CASE WHEN [t].[user_id] IS NULL THEN 1 ELSE 0 END, [t].[user_id]
            P1 bigint = 3
        stage made: kept
          query 1 as a whole, or
            fetch query 1
            select who = user_id, opened
            sort opened desc, who
            take 3
        "#,
    );
}

#[test]
fn different_rows_are_groups_without_a_count() {
    let different = |b: &mut Builder, scan: NodeId| {
        let (user, kind) = (b.col(scan, "user_id"), b.col(scan, "kind"));
        let selected = b.select(scan, vec![("who", user), ("kind", kind)]);
        b.distinct(selected, &[])
    };
    assert_asked(
        Engine::ClickHouse,
        different,
        r#"
        query 1: wallet.cards { user_id, kind }
            SELECT `t`.`user_id`, `t`.`kind`
            FROM `cards` AS `t`
          or as a whole, where the types there allow it:
            SELECT `t`.`user_id`, `t`.`kind`
            FROM `cards` AS `t`
            GROUP BY `t`.`user_id`, `t`.`kind`
        stage made: kept
          query 1 as a whole, or
            fetch query 1
            select who = user_id, kind
            distinct
        "#,
    );
}

#[test]
fn what_is_computed_of_groups_is_computed_here_of_the_counts() {
    let plan = placed(Engine::ClickHouse, |b, scan| {
        let (user, rows) = (b.col(scan, "user_id"), count(b));
        let predicate = plastic(b, scan);
        let plastic = b.aggregated(AggregateId::CountIf, "int", vec![predicate]);
        let share = b.call(FnId::Divide, "float?", vec![plastic, rows.clone()]);
        b.aggregate(scan, vec![("user_id", user)], vec![("share", share), ("rows", rows)])
    });
    let names: Vec<&str> = plan.wholes[0].columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["user_id", "count_if", "count", "rows"]);
    let items: Vec<&str> = plan.wholes[0].items.iter().map(|item| item.name.as_str()).collect();
    assert_eq!(items, ["user_id", "share", "rows"]);
    assert!(print(&plan).contains("countIfOrDefault(`t`.`kind` = {p1:String}),"), "{}", print(&plan));
}

/// Why nothing is asked at once.
#[track_caller]
fn assert_apart(engine: Engine, why: &str, steps: impl FnOnce(&mut Builder, NodeId) -> NodeId) {
    let plan = placed(engine, steps);
    assert!(plan.wholes.is_empty(), "{}", print(&plan));
    let reasons: Vec<&str> = plan.reasons.iter().map(|reason| reason.text.as_str()).collect();
    let expected = format!("computed here, not by wallet.cards: {why}");
    assert!(reasons.contains(&expected.as_str()), "{expected}\n{reasons:#?}");
}

#[test]
fn what_would_not_be_the_same_is_computed_here() {
    let by = |name: &'static str| {
        move |b: &mut Builder, at: NodeId| {
            let key = b.col(at, name);
            let counted = count(b);
            b.aggregate(at, vec![("key", key)], vec![("n", counted)])
        }
    };
    let of = |function: AggregateId, ty: &'static str, name: &'static str| {
        move |b: &mut Builder, at: NodeId| {
            let value = b.col(at, name);
            let made = b.aggregated(function, ty, vec![value]);
            b.aggregate(at, Vec::new(), vec![("made", made)])
        }
    };
    let clickhouse = Engine::ClickHouse;
    assert_apart(clickhouse, "floats are compared here", by("share"));
    assert_apart(clickhouse, "ClickHouse's numbers overflow without a word", of(AggregateId::Sum, "float", "share"));
    let rounds = "ClickHouse rounds on the way, in the order of its rows";
    assert_apart(clickhouse, rounds, of(AggregateId::Average, "float?", "card_id"));
    let collations = "SQL Server goes by the collation of the column";
    assert_apart(Engine::SqlServer, collations, by("kind"));
    assert_apart(Engine::SqlServer, collations, of(AggregateId::CountDistinct, "int", "kind"));
}

#[test]
fn rows_that_are_not_the_servers_alone_are_counted_here() {
    // A filter that fails the run, or that the server does not do.
    assert_apart(Engine::ClickHouse, "a filter before it is computed here", |b, scan| {
        let kind = b.col(scan, "kind");
        let number = b.call(FnId::Int, "int?", vec![kind]);
        let zero = b.int(0);
        let strict = b.compare(FnId::Greater, number, zero);
        let filter = b.filter(scan, strict);
        let counted = count(b);
        b.aggregate(filter, Vec::new(), vec![("n", counted)])
    });
    // What a key or a function reads is computed of each row, and could fail there.
    assert_apart(Engine::ClickHouse, "it reads what is computed first", |b, scan| {
        let (card, one) = (b.col(scan, "card_id"), b.int(1));
        let next = b.call(FnId::Add, "int", vec![card, one]);
        let counted = count(b);
        b.aggregate(scan, vec![("next", next)], vec![("n", counted)])
    });
    assert_apart(Engine::ClickHouse, "it reads what is computed first", |b, scan| {
        let (card, one) = (b.col(scan, "card_id"), b.int(1));
        let next = b.call(FnId::Add, "int", vec![card, one]);
        let most = b.aggregated(AggregateId::Max, "int?", vec![next]);
        b.aggregate(scan, Vec::new(), vec![("most", most)])
    });
    // Which of the rows of a card stays.
    assert_apart(Engine::ClickHouse, "which of several rows is kept is found here", |b, scan| {
        b.distinct(scan, &["user_id"])
    });
    // The rows of a join are fewer than those of its table.
    assert_apart(Engine::ClickHouse, "the keys of a join are sent ahead to it instead", |b, scan| {
        let users = b.table("crm", "users", &[("user_id", "int")]);
        let users = b.scan(users);
        let user = b.col(scan, "user_id");
        let counted = count(b);
        let groups = b.aggregate(scan, vec![("user_id", user)], vec![("n", counted)]);
        b.join(JoinKind::Inner, users, groups, &[("user_id", "user_id")])
    });
}

#[test]
fn nothing_is_offered_where_several_read_the_rows() {
    let mut b = Builder::new();
    let cards = b.table("wallet", "cards", CARDS);
    let scan = b.scan(cards);
    let relation = b.relation("cards", scan);
    b.export(relation);
    let read = b.read(relation);
    let counted = count(&mut b);
    let groups = b.aggregate(read, Vec::new(), vec![("n", counted)]);
    let made = b.relation("made", groups);
    b.export(made);
    let mut drivers = Drivers::default();
    drivers.set("wallet", Engine::ClickHouse);
    let plan = place(&optimise(b.plan, Known { values: &Values::default(), now: None }, &RuleSet::all()), &drivers);
    // A6: rows that are read once are counted as they were read.
    assert!(plan.wholes.is_empty() && plan.queries.len() == 1, "{}", print(&plan));
}

#[test]
fn a_folder_and_rows_without_an_order_are_no_whole() {
    assert!(placed(Engine::Local, counts).wholes.is_empty());
    assert!(placed(Engine::ClickHouse, |b, scan| b.take(scan, 3)).wholes.is_empty());
}

#[test]
fn a_percentage_of_types_is_never_a_key() {
    assert_apart(Engine::ClickHouse, "no column of ClickHouse holds this", |b, scan| {
        if let NodeKind::Scan(scanned) = b.plan.nodes[scan].kind.clone() {
            b.plan.tables[scanned.table].columns[4].ty = Type::required(DataType::Time);
        }
        b.plan.nodes[scan].columns[4].ty = Type::required(DataType::Time);
        let share = b.col(scan, "share");
        let counted = count(b);
        b.aggregate(scan, vec![("share", share)], vec![("n", counted)])
    });
}

/// Users of cards of which a plastic one is there, or is not.
fn with_plastic(b: &mut Builder, scan: NodeId, kind: JoinKind) -> NodeId {
    let NodeKind::Scan(cards) = b.plan.nodes[scan].kind.clone() else { panic!("no scan") };
    let others = b.scan(cards.table);
    let predicate = plastic(b, others);
    let others = b.filter(others, predicate);
    let (user, opened) = (b.col(scan, "user_id"), b.col(scan, "opened"));
    let selected = b.select(scan, vec![("user_id", user), ("opened", opened)]);
    b.join(kind, selected, others, &[("user_id", "user_id")])
}

#[test]
fn a_semi_join_of_two_tables_of_a_server_is_done_there_and_so_is_what_stands_above_it() {
    let counted = |b: &mut Builder, scan: NodeId| {
        let joined = with_plastic(b, scan, JoinKind::Semi);
        let opened = b.col(joined, "opened");
        let cards = count(b);
        b.aggregate(joined, vec![("opened", opened)], vec![("cards", cards)])
    };
    let text = print(&placed(Engine::ClickHouse, counted));
    let condition = "WHERE `t`.`user_id` GLOBAL IN (SELECT `t`.`user_id` FROM `cards` AS `t` WHERE `t`.`kind` = {p1:String} AND `t`.`user_id` IS NOT NULL)";
    let rows = format!("        SELECT `t`.`user_id`, `t`.`opened`\n        FROM `cards` AS `t`\n        {condition}");
    let groups = format!(
        "        SELECT `t`.`opened`, countOrDefault()\n        FROM `cards` AS `t`\n        {condition}\n        GROUP BY `t`.`opened`"
    );
    let strip = |text: &str| text.lines().map(str::trim).collect::<Vec<_>>().join("\n");
    assert!(strip(&text).contains(&strip(&groups)), "{text}");
    assert!(strip(&text).contains(&strip(&rows)), "{text}");
}

#[test]
fn a_row_without_a_key_has_no_match_and_stays_in_an_anti_join() {
    let text = print(&placed(Engine::SqlServer, |b, scan| {
        let NodeKind::Scan(cards) = b.plan.nodes[scan].kind.clone() else { panic!("no scan") };
        let others = b.scan(cards.table);
        b.join(JoinKind::Anti, scan, others, &[("user_id", "user_id")])
    }));
    // The texts of SQL Server are read one by one, and all rows of an anti join are.
    assert!(text.contains("computed here, not by wallet.cards: nobody has compared"), "{text}");
    let text = print(&placed(Engine::SqlServer, |b, scan| {
        let NodeKind::Scan(cards) = b.plan.nodes[scan].kind.clone() else { panic!("no scan") };
        let others = b.scan(cards.table);
        let user = b.col(scan, "user_id");
        let selected = b.select(scan, vec![("user_id", user)]);
        b.join(JoinKind::Anti, selected, others, &[("user_id", "user_id")])
    }));
    let others = "SELECT [t].[user_id] FROM [cards] AS [t] WHERE [t].[user_id] IS NOT NULL";
    let condition = format!("[t].[user_id] IS NULL\n        OR [t].[user_id] NOT IN ({others})");
    assert!(text.contains(&condition), "{text}");
}

#[test]
fn a_join_that_a_server_would_not_do_alike_is_done_here() {
    let by = |on: &'static [(&'static str, &'static str)]| {
        print(&placed(Engine::ClickHouse, move |b, scan| {
            let NodeKind::Scan(cards) = b.plan.nodes[scan].kind.clone() else { panic!("no scan") };
            let others = b.scan(cards.table);
            b.join(JoinKind::Semi, scan, others, on)
        }))
    };
    let two = by(&[("user_id", "user_id"), ("card_id", "card_id")]);
    assert!(two.contains("it compares more than one pair of columns"), "{two}");
    // A text that is none would fail the run where it is read.
    let texts = by(&[("kind", "kind")]);
    assert!(texts.contains("a value among its keys that is none here would not be found"), "{texts}");
    let elsewhere = print(&placed(Engine::ClickHouse, |b, scan| {
        let users = b.table("crm", "users", &[("user_id", "int")]);
        let users = b.scan(users);
        b.join(JoinKind::Semi, scan, users, &[("user_id", "user_id")])
    }));
    assert!(!elsewhere.contains("as a whole"), "{elsewhere}");
}
