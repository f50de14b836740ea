//! Small plans with a `place` at their end, and what of them is out of place.

use wr_base::ids::{NodeId, StepId, ValueId};
use wr_base::ty::{DataType, Type};
use wr_base::value::Value;

use super::super::{Drivers, place};
use crate::bind::Known;
use crate::declaration::Engine;
use crate::expr::Expr;
use crate::functions::{AggregateId, FnId};
use crate::logical::builder::Builder;
use crate::logical::{Demand, JoinKind};
use crate::physical::PhysicalPlan;
use crate::rules::{RuleSet, optimise};
use crate::values::Values;

const CARDS: &[(&str, &str)] =
    &[("card_id", "int"), ("user_id", "int"), ("kind", "text"), ("price", "float"), ("city", "text?")];

fn servers() -> Drivers {
    let mut drivers = Drivers::default();
    drivers.set("wallet", Engine::ClickHouse);
    drivers.set("crm", Engine::SqlServer);
    drivers
}

/// The steps so far have to be done by this connection.
fn demand(b: &mut Builder, connection: &str) {
    let step = b.step("place", "place it");
    let steps = (0..step.0).map(StepId).collect();
    b.plan.demands.push(Demand { step, connection: connection.to_owned(), steps });
}

/// A pipeline over `wallet.cards` of ClickHouse that ends in `place wallet`.
fn pipeline(make: impl FnOnce(&mut Builder, NodeId) -> NodeId) -> Builder {
    let mut b = Builder::new();
    let table = b.table("wallet", "cards", CARDS);
    let scan = b.scan(table);
    let root = make(&mut b, scan);
    demand(&mut b, "wallet");
    let relation = b.relation("made", root);
    b.export(relation);
    b
}

fn placed(b: Builder, values: &Values, drivers: &Drivers) -> PhysicalPlan {
    place(&optimise(b.plan, Known { values, now: None }, &RuleSet::all()), drivers)
}

/// The words of what is out of place; `?` where values may change it.
fn unplaced(b: Builder, values: &Values, drivers: &Drivers) -> Vec<String> {
    let plan = placed(b, values, drivers);
    let words = |step: StepId| plan.steps.get(step).map_or("", |step| step.word.as_str());
    let said = plan.unplaced.iter().map(|unplaced| {
        let open = if unplaced.is_open { "?" } else { "" };
        format!("{}{open}: {}", words(unplaced.step), unplaced.why)
    });
    said.collect()
}

#[track_caller]
fn assert_unplaced(b: Builder, expected: &[&str]) {
    assert_eq!(unplaced(b, &Values::default(), &servers()), expected);
}

fn plastic(b: &mut Builder, at: NodeId) -> NodeId {
    let (kind, plastic) = (b.col(at, "kind"), b.text("plastic"));
    let predicate = b.compare(FnId::Equal, kind, plastic);
    b.filter(at, predicate)
}

fn dear(b: &mut Builder, at: NodeId) -> NodeId {
    let price = b.col(at, "price");
    let predicate = b.compare(FnId::Greater, price.clone(), price);
    b.filter(at, predicate)
}

fn count_by(b: &mut Builder, at: NodeId, key: &str) -> NodeId {
    let (key, count) = (b.col(at, key), b.aggregated(AggregateId::Count, "int", Vec::new()));
    b.aggregate(at, vec![("key", key)], vec![("n", count)])
}

#[test]
fn what_one_query_does_is_in_its_place() {
    let all = |b: &mut Builder, scan| {
        let filter = plastic(b, scan);
        count_by(b, filter, "user_id")
    };
    assert_unplaced(pipeline(all), &[]);
    // What has to be so is marked: a run has no other way.
    let plan = placed(pipeline(all), &Values::default(), &servers());
    let place = plan.demands[0].step;
    assert_eq!(plan.queries[0].filters[0].placed_by, Some(place));
    assert_eq!(plan.wholes[0].placed_by, Some(place));
    let mut b = pipeline(all);
    b.plan.demands.clear();
    let plan = placed(b, &Values::default(), &servers());
    assert_eq!((plan.queries[0].filters[0].placed_by, plan.wholes[0].placed_by), (None, None));
}

#[test]
fn columns_that_are_passed_on_and_the_first_of_an_order_are_in_their_place() {
    assert_unplaced(
        pipeline(|b, scan| {
            let (card, kind) = (b.col(scan, "card_id"), b.col(scan, "kind"));
            let select = b.select(scan, vec![("card", card), ("kind", kind)]);
            let by = b.col(select, "card");
            let sort = b.sort(select, vec![by]);
            b.take(sort, 7)
        }),
        &[],
    );
}

#[test]
fn a_filter_that_the_server_reads_otherwise_is_told_with_the_reason_of_the_table() {
    assert_unplaced(pipeline(dear), &["filter: computed here, not by wallet.cards: floats are compared here"]);
    // And what stands on it, which counts the rows that it leaves.
    assert_unplaced(
        pipeline(|b, scan| {
            let filter = dear(b, scan);
            count_by(b, filter, "user_id")
        }),
        &[
            "filter: computed here, not by wallet.cards: floats are compared here",
            "group by: computed here, not by wallet.cards: a filter before it is computed here",
        ],
    );
}

#[test]
fn each_step_that_no_server_is_asked_for_is_told() {
    assert_unplaced(
        pipeline(|b, scan| {
            let by = b.col(scan, "card_id");
            b.sort(scan, vec![by])
        }),
        &["sort: computed here: only with a `take` behind it a server is asked for an order"],
    );
    assert_unplaced(
        pipeline(|b, scan| b.take(scan, 7)),
        &["take: computed here: without a `sort` before it nothing says which rows are the first"],
    );
    assert_unplaced(
        pipeline(|b, scan| {
            let (card, one) = (b.col(scan, "card_id"), b.int(1));
            let next = b.call(FnId::Add, "int", vec![card, one]);
            b.select(scan, vec![("next", next)])
        }),
        &["select: computed here: a server gives its columns as they are"],
    );
    assert_unplaced(
        pipeline(|b, scan| {
            let other = b.table("wallet", "kinds", &[("kind", "text")]);
            let other = b.scan(other);
            b.join(JoinKind::Inner, scan, other, &[("kind", "kind")])
        }),
        &["join: computed here: rows are joined here"],
    );
    assert_unplaced(
        pipeline(|b, scan| {
            let other = b.table("wallet", "kinds", &[("kind", "text")]);
            let other = b.scan(other);
            b.join(JoinKind::Semi, scan, other, &[("kind", "kind")])
        }),
        &["join: computed here, not by wallet.cards: a value among its keys that is none here would not be found"],
    );
}

#[test]
fn rows_of_another_connection_are_not_there() {
    let made = || {
        let mut b = Builder::new();
        let users = b.table("crm", "users", &[("user_id", "int")]);
        let scan = b.scan(users);
        demand(&mut b, "wallet");
        let relation = b.relation("made", scan);
        b.export(relation);
        b
    };
    let mut folders = Drivers::default();
    folders.set("wallet", Engine::Local);
    folders.set("crm", Engine::Local);
    // Not even where both are folders.
    for drivers in [servers(), folders] {
        assert_eq!(unplaced(made(), &Values::default(), &drivers), ["from: its rows are those of crm.users"]);
    }
}

#[test]
fn a_folder_is_here_so_nothing_is_out_of_place() {
    let mut folder = Drivers::default();
    folder.set("wallet", Engine::Local);
    let b = pipeline(|b, scan| {
        let filter = dear(b, scan);
        b.take(filter, 7)
    });
    let plan = placed(b, &Values::default(), &folder);
    assert_eq!(plan.unplaced, []);
    let mut marks = plan.queries.iter().flat_map(|query| &query.filters).map(|filter| filter.placed_by);
    assert!(marks.all(|mark| mark.is_none()));
}

/// `filter card_id // $least > 1`: whether it can fail is not known.
fn with_values(b: &mut Builder, scan: NodeId, least: Expr) -> NodeId {
    let card = b.col(scan, "card_id");
    let quotient = b.call(FnId::FloorDivide, "int", vec![card, least]);
    let one = b.int(1);
    let predicate = b.compare(FnId::Greater, quotient, one);
    b.filter(scan, predicate)
}

#[test]
fn what_values_decide_is_left_open_until_they_are_known() {
    let made = || {
        let mut b = Builder::new();
        let table = b.table("wallet", "cards", CARDS);
        let least = b.value("least", Type::required(DataType::Int));
        let scan = b.scan(table);
        let root = with_values(&mut b, scan, least);
        demand(&mut b, "wallet");
        let relation = b.relation("made", root);
        b.export(relation);
        b
    };
    let open = unplaced(made(), &Values::default(), &servers());
    assert!(open.len() == 1 && open[0].starts_with("filter?: computed here"), "{open:?}");
    let mut values = Values::default();
    values.set(ValueId(0), Value::Int(2));
    let known = unplaced(made(), &values, &servers());
    assert!(known.len() == 1 && known[0].starts_with("filter: computed here"), "{known:?}");
}

#[test]
fn a_step_that_is_not_taken_is_nowhere() {
    let made = || {
        let mut b = Builder::new();
        let table = b.table("wallet", "cards", CARDS);
        let only = b.value("only", Type::required(DataType::Bool));
        let scan = b.scan(table);
        let price = b.col(scan, "price");
        let predicate = b.compare(FnId::Greater, price.clone(), price);
        let root = b.filter_if(scan, predicate, Some(only));
        demand(&mut b, "wallet");
        let relation = b.relation("made", root);
        b.export(relation);
        b
    };
    let of = |only: Option<bool>| {
        let mut values = Values::default();
        only.into_iter().for_each(|only| values.set(ValueId(0), Value::Bool(only)));
        unplaced(made(), &values, &servers())
    };
    assert_eq!(of(Some(false)), [""; 0]);
    assert_eq!(of(Some(true)).len(), 1);
    assert!(of(None)[0].starts_with("filter?:"), "{:?}", of(None));
}

#[test]
fn what_a_relation_is_read_from_is_wanted_as_well() {
    // `let some = from wallet.cards filter <here>`, `from some select … place wallet`
    let mut b = Builder::new();
    let table = b.table("wallet", "cards", CARDS);
    let scan = b.scan(table);
    let filter = dear(&mut b, scan);
    let some = b.relation("some", filter);
    let first = b.plan.steps.iter().count() as u32;
    let read = b.read(some);
    let card = b.col(read, "card_id");
    let select = b.select(read, vec![("card", card)]);
    let step = b.step("place", "place wallet");
    let steps = (first..step.0).map(StepId).collect();
    b.plan.demands.push(Demand { step, connection: "wallet".to_owned(), steps });
    let relation = b.relation("made", select);
    b.export(relation);
    assert_unplaced(b, &["filter: computed here, not by wallet.cards: floats are compared here"]);
}

#[test]
fn steps_behind_it_are_done_wherever_they_can_be() {
    let mut b = Builder::new();
    let table = b.table("wallet", "cards", CARDS);
    let scan = b.scan(table);
    let filter = plastic(&mut b, scan);
    demand(&mut b, "wallet");
    let root = dear(&mut b, filter);
    let relation = b.relation("made", root);
    b.export(relation);
    assert_unplaced(b, &[]);
}

#[test]
fn a_join_above_sends_no_keys_into_what_is_wanted_as_a_whole() {
    let made = |is_placed: bool| {
        let mut b = Builder::new();
        let cards = b.table("wallet", "cards", CARDS);
        let users = b.table("crm", "users", &[("user_id", "int")]);
        let scan = b.scan(cards);
        let group = count_by(&mut b, scan, "user_id");
        if is_placed {
            demand(&mut b, "wallet");
        }
        let users = b.scan(users);
        let join = b.join(JoinKind::Left, users, group, &[("user_id", "key")]);
        let relation = b.relation("made", join);
        b.export(relation);
        placed(b, &Values::default(), &servers())
    };
    let (free, wanted) = (made(false), made(true));
    let keys = |plan: &PhysicalPlan| plan.queries.iter().map(|query| query.keys.len()).sum::<usize>();
    assert_eq!((keys(&free), keys(&wanted)), (1, 0));
    assert_eq!((free.wholes.len(), wanted.wholes.len(), wanted.unplaced.len()), (0, 1, 0));
}
