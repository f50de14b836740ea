//! Random small plans: under every set of rules the plan stays a plan, and what is wanted of it stays.

use proptest::prelude::*;
use wr_base::ids::NodeId;
use wr_base::ty::{DataType, Type};

use super::testing::World;
use super::{Outcome, Rule, RuleSet, optimise};
use crate::bind::Known;
use crate::functions::{AggregateId, FnId};
use crate::logical::{Join, JoinKind, LogicalPlan, SetKind, Unmatched, WindowFunction, invariants, visit};
use crate::physical::print::print;
use crate::place::{Drivers, place};
use crate::values::Values;

/// One step: its kind, a column, and what it may vary.
type Choice = (u8, u8, u8);

/// A pipeline of steps over cards; every third relation is read further.
fn plan_of(choices: &[Choice]) -> LogicalPlan {
    let mut w = World::new();
    let mut at = w.b.scan(w.cards);
    for choice in choices {
        at = step(&mut w, at, *choice);
    }
    w.out(at)
}

fn step(w: &mut World, at: NodeId, (kind, column, variant): Choice) -> NodeId {
    let columns = w.b.plan.nodes[at].columns.clone();
    let picked = &columns[usize::from(column) % columns.len()];
    let nth =
        columns.iter().take_while(|known| known.id != picked.id).filter(|known| known.name == picked.name).count();
    let name = format!("{}#{}", picked.name, nth + 1);
    let predicate = if picked.ty.data == DataType::Int {
        w.above(at, &name, i128::from(variant))
    } else if picked.ty.data == DataType::Text && variant.is_multiple_of(4) {
        w.fails(at, &name)
    } else {
        w.is(at, &name, "a")
    };
    match kind % 12 {
        0 | 1 => w.b.filter(at, predicate),
        2 => {
            let on = w.b.value("on", Type::required(DataType::Bool));
            w.b.filter_if(at, predicate, Some(on))
        }
        3 => {
            let (expr, first) = (w.b.col(at, &name), w.b.col(at, &columns[0].name));
            let expr = if variant.is_multiple_of(2) { expr } else { w.b.call(FnId::IsNull, "bool", vec![expr]) };
            w.b.select(at, vec![(&columns[0].name, first), ("made", expr)])
        }
        4 => {
            let by = w.b.col(at, &name);
            w.b.sort(at, vec![by])
        }
        5 => w.b.take(at, i128::from(variant)),
        6 => w.b.distinct(at, &[&name]),
        7 => {
            let (key, of) = (w.b.col(at, &name), w.b.col(at, &columns[0].name));
            let function = if variant.is_multiple_of(2) { AggregateId::Max } else { AggregateId::CountDistinct };
            let ty =
                if variant.is_multiple_of(2) { of.ty.clone().or_null(true) } else { Type::required(DataType::Int) };
            let aggregate = w.b.aggregated(function, "int", vec![of]);
            let aggregate = crate::expr::Expr { ty, ..aggregate };
            w.b.aggregate(at, vec![("key", key)], vec![("value", aggregate)])
        }
        8 => {
            let relation = w.b.relation("", at);
            if variant.is_multiple_of(3) {
                w.b.rows(relation);
            }
            w.b.read(relation)
        }
        9 => {
            let other = w.b.scan(w.cards);
            let kinds = [SetKind::Union, SetKind::Except, SetKind::Intersect];
            let is_shared = columns.iter().any(|column| ["card_id", "user_id", "kind"].contains(&column.name.as_str()));
            if is_shared { w.b.set_operation(kinds[usize::from(variant) % 3], at, other) } else { at }
        }
        10 => {
            let of = w.b.col(at, &name);
            let ty = if of.ty.nullable { format!("{}?", of.ty.data) } else { of.ty.data.to_string() };
            let shifted = WindowFunction::Shifted { value: of.clone(), rows: 1, otherwise: Some(of) };
            let number = WindowFunction::RowNumber;
            w.b.window(at, &[&name], vec![("number", "int", number), ("before", &ty, shifted)])
        }
        _ => join(w, at, &name, variant),
    }
}

fn join(w: &mut World, left: NodeId, name: &str, variant: u8) -> NodeId {
    let kinds = [JoinKind::Inner, JoinKind::Left, JoinKind::Full, JoinKind::Semi, JoinKind::Anti];
    let right = w.b.scan(w.users);
    let key = w.b.col(left, name);
    let at_right = if key.ty.data == DataType::Int { "user_id" } else { "city" };
    let equal = if matches!(key.ty.data, DataType::Int | DataType::Text) {
        vec![(key, w.b.col(right, at_right))]
    } else {
        Vec::new()
    };
    let also = (variant.is_multiple_of(2)).then(|| w.is(right, "city", "a"));
    w.b.join_of(Join {
        left,
        right,
        kind: kinds[usize::from(variant) % kinds.len()],
        equal,
        also,
        merged: Vec::new(),
        is_one: variant.is_multiple_of(7),
        unmatched: if variant.is_multiple_of(5) { Unmatched::Drop } else { Unmatched::ByKind },
        condition: None,
    })
}

fn rule_sets() -> Vec<RuleSet> {
    let without = Rule::ALL.iter().map(|rule| RuleSet::without(rule.name()));
    let only = Rule::ALL.iter().map(|rule| RuleSet::only(*rule));
    [RuleSet::all(), RuleSet::none()].into_iter().chain(without).chain(only).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn rules_and_placement_keep_every_plan_a_plan(choices in prop::collection::vec(any::<Choice>(), 0..9)) {
        let plan = plan_of(&choices);
        let wanted = visit::wanted_columns(&plan);
        prop_assert_eq!(invariants::check(&plan, &wanted), Vec::<String>::new());
        let values = Values::default();
        for rules in rule_sets() {
            let optimised = optimise(plan.clone(), Known { values: &values, now: None }, &rules);
            for trace in optimised.trace() {
                prop_assert!(!matches!(trace.outcome, Outcome::Undone(_)), "{:?} {:?}", rules, trace);
            }
            let placed = place(&optimised, &Drivers::default());
            // A column without a name is one that nothing gives.
            let text = print(&placed);
            prop_assert!(!text.contains('?'), "{}", text);
            for relation in wanted.keys() {
                prop_assert!(placed.stages.iter().any(|stage| stage.relation == *relation));
            }
        }
    }

    #[test]
    fn a_second_pass_finds_nothing_left_to_do(choices in prop::collection::vec(any::<Choice>(), 0..9)) {
        let values = Values::default();
        let known = Known { values: &values, now: None };
        let once = optimise(plan_of(&choices), known, &RuleSet::all());
        let twice = optimise(once.plan().clone(), known, &RuleSet::all());
        let text = |optimised: &super::OptimisedPlan| crate::logical::print::print(optimised.plan());
        prop_assert_eq!(text(&once), text(&twice));
    }
}
