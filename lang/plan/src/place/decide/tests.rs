//! Small plans and what each source is asked for them.

use wr_base::ids::ValueId;
use wr_base::ty::{DataType, Type};
use wr_base::value::Value;

use super::super::{Drivers, place};
use crate::bind::Known;
use crate::declaration::{Branch, Engine, Share};
use crate::functions::{AggregateId, FnId};
use crate::logical::builder::Builder;
use crate::logical::{JoinKind, NodeKind};
use crate::physical::PhysicalPlan;
use crate::physical::print::{explain_plan, print};
use crate::rules::{RuleSet, optimise, optimise_relation};
use crate::values::Values;

#[track_caller]
fn assert_text(text: &str, expected: &str) {
    let expected: Vec<&str> = expected.trim_matches('\n').lines().collect();
    let indent = expected.iter().filter(|l| !l.trim().is_empty()).map(|l| l.len() - l.trim_start().len()).min();
    let lines: Vec<&str> = expected.iter().map(|line| line.get(indent.unwrap_or(0)..).unwrap_or("")).collect();
    assert_eq!(text.trim_end(), lines.join("\n").trim_end(), "\nis:\n{text}");
}

/// A small report: people of a city with plastic cards, an optional step, a step that can fail.
fn report(b: &mut Builder) {
    let cards = b.table("wallet", "cards", &[("card_id", "int"), ("user_id", "int"), ("kind", "text?")]);
    let users = b.table("crm", "users", &[("user_id", "int"), ("city", "text?"), ("phone", "text?")]);
    let city = b.value("city", Type::required(DataType::Text));
    let only = b.value("only", Type::required(DataType::Bool));
    let scan = b.scan(cards);
    let (kind, plastic) = (b.col(scan, "kind"), b.text("plastic"));
    let predicate = b.compare(FnId::Equal, kind, plastic);
    let filter = b.filter(scan, predicate);
    let cards = b.relation("cards", filter);
    let people = b.scan(users);
    let (at, kind) = (b.col(people, "city"), b.compare(FnId::Equal, city.clone(), city.clone()));
    let predicate = b.compare(FnId::Equal, at, city);
    let condition = b.and(only, kind);
    let optional = b.filter_if(people, predicate, Some(condition));
    let read = b.read(cards);
    let semi = b.join(JoinKind::Semi, optional, read, &[("user_id", "user_id")]);
    let phone = b.col(semi, "phone");
    let number = b.call(FnId::Int, "int?", vec![phone]);
    let zero = b.int(0);
    let strict = b.compare(FnId::Greater, number, zero);
    let strict = b.filter(semi, strict);
    let (user, phone) = (b.col(strict, "user_id"), b.col(strict, "phone"));
    let select = b.select(strict, vec![("user_id", user), ("phone", phone)]);
    let out = b.relation("people", select);
    b.export(out);
    b.plan.exports[0].sheets[0].columns[1].marks.personal = true;
}

fn placed(values: &Values, rules: &RuleSet, drivers: &Drivers) -> PhysicalPlan {
    let mut b = Builder::new();
    report(&mut b);
    place(&optimise(b.plan, Known { values, now: None }, rules), drivers)
}

fn values(only: bool) -> Values {
    let mut values = Values::default();
    values.set(ValueId(0), Value::text("Omsk"));
    values.set(ValueId(1), Value::Bool(only));
    values
}

#[test]
fn sources_filter_and_give_only_what_is_read() {
    assert_text(
        &print(&placed(&values(true), &RuleSet::all(), &Drivers::default())),
        r#"
        query 1: crm.users { user_id, phone }
          filter city == "Omsk" (exact)
        query 2: wallet.cards { user_id }
          filter kind == "plastic" (exact)
        stage people: kept
          fetch query 1
          join semi on user_id == user_id#2
            fetch query 2
            select user_id#2
          filter int(phone) > 0
          select user_id, phone
        export to csv "out.csv"
          from people { user_id, phone }
        `filter`: done by wallet.cards as it is read
        `filter`: done by crm.users as it is read
        `filter`: computed here, after `join`: it can fail, so it runs where the script has it
    "#,
    );
}

#[test]
fn without_rules_nothing_moves_between_relations_and_all_columns_come() {
    assert_text(
        &print(&placed(&values(false), &RuleSet::none(), &Drivers::default())),
        r#"
        query 1: wallet.cards { card_id, user_id, kind }
          filter kind == "plastic" (exact)
        query 2: crm.users { user_id, city, phone }
        stage cards:
          fetch query 1
        stage people: kept
          fetch query 2
          join semi on user_id == user_id#2
            read cards { card_id, user_id#2, kind }
          filter int(phone) > 0
          select user_id, phone
        export to csv "out.csv"
          from people { user_id, phone }
        not taken: `filter`
        `filter`: done by wallet.cards as it is read
        `filter`: computed here, after `join`: it can fail, so it runs where the script has it
    "#,
    );
}

#[test]
fn an_engine_that_takes_no_filters_is_asked_for_columns_only() {
    let mut drivers = Drivers::default();
    drivers.set("wallet", Engine::Amplitude);
    let plan = placed(&values(true), &RuleSet::all(), &drivers);
    let filters = |connection: &str| {
        plan.queries.iter().filter(|query| query.connection == connection).map(|query| query.filters.len()).sum()
    };
    assert_eq!((filters("crm"), filters("wallet")), (1_usize, 0_usize));
}

#[test]
fn servers_are_asked_in_their_own_words() {
    let mut drivers = Drivers::default();
    drivers.set("wallet", Engine::ClickHouse);
    drivers.set("crm", Engine::SqlServer);
    assert_text(
        &print(&placed(&values(true), &RuleSet::all(), &drivers)),
        r#"
        query 1: wallet.cards { user_id }
            SELECT `t`.`user_id`
            FROM `cards` AS `t`
            WHERE `t`.`kind` = {p1:String}
            p1 String = "plastic"
          filter kind == "plastic" (exact)
        query 2: crm.users { user_id, phone }
            SELECT [t].[user_id], [t].[phone]
            FROM [users] AS [t]
            WHERE EXISTS (SELECT 1 FROM [#wr_keys_1] AS [k] WHERE [k].[k] = [t].[user_id])
              AND [t].[city] = CAST(@P1 AS nvarchar(max))
              AND CAST(CAST([t].[city] AS nvarchar(max)) + N'|' AS varbinary(max)) = CAST(CAST(@P1 AS nvarchar(max)) + N'|' AS varbinary(max))
            P1 nvarchar(max) = "Omsk"
          filter city == "Omsk" (exact)
          only a user_id of `join`, sent ahead unless they are many
        stage people: kept
          fetch query 2
          join semi on user_id == user_id#2
            fetch query 1
            select user_id#2
          filter int(phone) > 0
          select user_id, phone
        export to csv "out.csv"
          from people { user_id, phone }
        `filter`: done by wallet.cards as it is read
        `filter`: done by crm.users as it is read
        `filter`: computed here, after `join`: it can fail, so it runs where the script has it
    "#,
    );
}

#[test]
fn the_plan_of_a_script_without_values_shows_what_is_open() {
    assert_text(
        &explain_plan(&placed(&Values::default(), &RuleSet::all(), &Drivers::default())),
        r#"
        Asked of the sources
          query 1: crm.users { user_id, city, phone }
          query 2: wallet.cards { user_id }
            filter kind == "plastic" (exact)

        Done here
          people: computed once and kept
            fetch query 1
            filter city == $city if $only and $city == $city
            join semi on user_id == user_id#2
              fetch query 2
              select user_id#2
            filter int(phone) > 0
            select user_id, phone

        Why
          `filter`: done by wallet.cards as it is read
          `filter`: computed here, after `join`: it can fail, so it runs where the script has it

        What leaves
          export to csv "out.csv"
            from people { user_id, phone }

        Personal data in files
          people: phone
    "#,
    );
}

#[test]
fn the_options_of_a_parameter_are_a_plan_of_their_own() {
    let mut b = Builder::new();
    report(&mut b);
    let cards = wr_base::ids::RelationId(0);
    let values = Values::default();
    let plan = place(
        &optimise_relation(b.plan, cards, Known { values: &values, now: None }, &RuleSet::all()),
        &Drivers::default(),
    );
    assert_text(
        &print(&plan),
        r#"
        query 1: wallet.cards { card_id, user_id, kind }
          filter kind == "plastic" (exact)
        stage cards: kept
          fetch query 1
        `filter`: done by wallet.cards as it is read
    "#,
    );
}

#[test]
fn what_a_split_is_made_of_is_computed_once_and_kept() {
    let mut b = Builder::new();
    let users = b.table("crm", "users", &[("user_id", "int"), ("city", "text?")]);
    let scan = b.scan(users);
    let list = b.relation("list", scan);
    let read = b.read(list);
    let branch = b.column("branch", Type::required(DataType::Text));
    let mut columns = b.plan.nodes[read].columns.clone();
    let key = vec![columns[0].id];
    columns.push(branch.clone());
    let share = |b: &mut Builder| Share::Of(b.int(0));
    let branches = vec![
        Branch { name: "control".into(), share: share(&mut b), is_held: true },
        Branch { name: "test".into(), share: Share::Rest, is_held: false },
    ];
    let step = b.step("split", "split list");
    let seed = vec![b.text("s")];
    let kind = NodeKind::Split { input: read, key, seed, counts: Default::default(), branches, branch: branch.id };
    let split = b.plan.nodes.add(crate::logical::Node { step, kind, columns });
    let groups = b.relation("groups", split);
    b.plan.relations[groups].is_held = true;
    let read = b.read(groups);
    let (city, count) = (b.col(read, "city"), b.aggregated(AggregateId::Count, "int", vec![]));
    let by_city = b.aggregate(read, vec![("city", city)], vec![("people", count)]);
    let counts = b.relation("counts", by_city);
    b.export(counts);
    let values = Values::default();
    let plan = place(&optimise(b.plan, Known { values: &values, now: None }, &RuleSet::all()), &Drivers::default());
    assert_text(
        &print(&plan),
        r#"
        query 1: crm.users { user_id, city }
        stage list: kept
          fetch query 1
        stage groups (held): kept
          read list { user_id, city }
          split by user_id seed "s" { control 0 held, test rest } as branch
        stage counts: kept
          read groups { city }
          group by city { people = count() }
        export to csv "out.csv"
          from counts { city, people }
    "#,
    );
}

/// `filter kind == "plastic" and lower(text) …` over a table of ClickHouse.
fn part(predicate: impl Fn(&mut Builder, wr_base::ids::NodeId) -> crate::expr::Expr) -> String {
    let mut b = Builder::new();
    let cards = b.table("click", "cards", &[("card_id", "int"), ("kind", "text"), ("number", "text")]);
    let scan = b.scan(cards);
    let predicate = predicate(&mut b, scan);
    let filter = b.filter(scan, predicate);
    let id = b.col(filter, "card_id");
    let select = b.select(filter, vec![("card_id", id)]);
    let out = b.relation("cards", select);
    b.export(out);
    let mut drivers = Drivers::default();
    drivers.set("click", Engine::ClickHouse);
    let values = Values::default();
    print(&place(&optimise(b.plan, Known { values: &values, now: None }, &RuleSet::all()), &drivers))
}

fn is_few(b: &mut Builder, scan: wr_base::ids::NodeId) -> crate::expr::Expr {
    let (id, few) = (b.col(scan, "card_id"), b.int(1000));
    b.compare(FnId::Less, id, few)
}

#[test]
fn a_server_does_what_it_can_of_an_and_and_all_of_it_is_done_again() {
    let text = part(|b, scan| {
        let few = is_few(b, scan);
        let kind = b.col(scan, "kind");
        let lower = b.call(FnId::Lower, "text", vec![kind]);
        let x = b.text("x");
        let other = b.compare(FnId::NotEqual, lower, x);
        b.and(few, other)
    });
    assert_text(
        &text,
        r#"
        query 1: click.cards { card_id, kind }
            SELECT `t`.`card_id`, `t`.`kind`
            FROM `cards` AS `t`
            WHERE `t`.`card_id` < {p1:Int64}
            p1 Int64 = 1000
          filter card_id < 1000 (wider, again here)
        stage cards: kept
          fetch query 1
          filter card_id < 1000 and lower(kind) != "x"
          select card_id
        export to csv "out.csv"
          from cards { card_id }
        `filter`: done in part by click.cards, and all of it here: the server's tables of letters can be others
    "#,
    );
}

#[test]
fn of_an_and_that_can_fail_a_server_does_no_part() {
    let text = part(|b, scan| {
        let few = is_few(b, scan);
        let number = b.col(scan, "number");
        let number = b.call(FnId::Int, "int", vec![number]);
        let zero = b.int(0);
        let other = b.compare(FnId::NotEqual, number, zero);
        b.and(few, other)
    });
    assert!(!text.contains("again here"), "{text}");
    assert!(text.contains("filter card_id < 1000 and int(number) != 0"), "{text}");
}

/// Which queries of two tables of a server get keys when they are joined: `left`, `right`.
fn gets_keys(kind: JoinKind) -> [bool; 2] {
    let mut b = Builder::new();
    let cards = b.table("click", "cards", &[("user_id", "int"), ("kind", "text")]);
    let users = b.table("crm", "users", &[("user_id", "int"), ("city", "text")]);
    let (left, right) = (b.scan(cards), b.scan(users));
    let joined = b.join(kind, left, right, &[("user_id", "user_id")]);
    let out = b.relation("all", joined);
    b.export(out);
    let mut drivers = Drivers::default();
    drivers.set("click", Engine::ClickHouse);
    drivers.set("crm", Engine::SqlServer);
    let values = Values::default();
    let plan = place(&optimise(b.plan, Known { values: &values, now: None }, &RuleSet::all()), &drivers);
    ["click", "crm"].map(|connection| {
        let mut queries = plan.queries.iter().filter(|query| query.connection == connection);
        queries.any(|query| !query.keys.is_empty())
    })
}

#[test]
fn keys_never_go_to_a_side_whose_rows_without_a_match_are_kept() {
    assert_eq!(gets_keys(JoinKind::Semi), [true, false]);
    assert_eq!(gets_keys(JoinKind::Inner), [false, true]);
    assert_eq!(gets_keys(JoinKind::Left), [false, true]);
    assert_eq!(gets_keys(JoinKind::Anti), [false, true]);
    assert_eq!(gets_keys(JoinKind::Full), [false, false]);
}
