//! What passes what, one case each; and what must not.

use wr_base::ty::{DataType, Type};

use super::*;
use crate::declaration::{Branch, Share};
use crate::expr::AggregateCall;
use crate::functions::{AggregateId, FnId};
use crate::logical::{Frame, SetKind, SortKey, WindowFunction};
use crate::rules::Outcome;
use crate::rules::Rule;
use crate::rules::testing::{World, check, check_stays, run};

const RULE: Rule = Rule::PushFilters;

#[test]
fn a_filter_passes_a_project_in_terms_of_its_items() {
    let mut w = World::new();
    let scan = w.b.scan(w.cards);
    let renamed = w.b.col(scan, "kind");
    let project = w.b.select(scan, vec![("sort_of_card", renamed)]);
    let predicate = w.is(project, "sort_of_card", "plastic");
    let filter = w.b.filter(project, predicate);
    check(
        RULE,
        w.out(filter),
        r#"
        out:
          scan wallet.cards { card_id, user_id, kind }
          filter kind == "plastic"
          select sort_of_card = kind
    "#,
    );
}

#[test]
fn filters_pass_a_sort_and_keep_the_order_of_the_script() {
    let mut w = World::new();
    let scan = w.b.scan(w.cards);
    let first = w.above(scan, "card_id", 1);
    let low = w.b.filter(scan, first);
    let by = w.b.col(low, "kind");
    let sort = w.b.sort(low, vec![by]);
    let second = w.above(sort, "card_id", 2);
    let high = w.b.filter(sort, second);
    check(
        RULE,
        w.out(high),
        "
        out:
          scan wallet.cards { card_id, user_id, kind }
          filter card_id > 1
          filter card_id > 2
          sort kind
    ",
    );
}

#[test]
fn each_part_of_an_and_goes_its_own_way() {
    let mut w = World::new();
    let scan = w.b.scan(w.cards);
    let (key, count) = (w.b.col(scan, "kind"), w.b.aggregated(AggregateId::Count, "int", vec![]));
    let group = w.b.aggregate(scan, vec![("kind", key)], vec![("cards", count)]);
    let (on_key, on_count) = (w.is(group, "kind", "plastic"), w.above(group, "cards", 5));
    let both = w.b.and(on_count, on_key);
    let filter = w.b.filter(group, both);
    check(
        RULE,
        w.out(filter),
        r#"
        out:
          scan wallet.cards { card_id, user_id, kind }
          filter kind == "plastic"
          group by kind { cards = count() }
          filter cards > 5
    "#,
    );
}

#[test]
fn nothing_passes_an_aggregate_without_keys() {
    let mut w = World::new();
    let scan = w.b.scan(w.cards);
    let count = w.b.aggregated(AggregateId::Count, "int", vec![]);
    let total = w.b.aggregate(scan, vec![], vec![("cards", count)]);
    let (no, yes) = (w.b.bool(false), w.above(total, "cards", 5));
    let both = w.b.and(no, yes);
    let filter = w.b.filter(total, both);
    check_stays(RULE, w.out(filter));
}

#[test]
fn nothing_passes_an_aggregate_that_can_overflow() {
    let mut w = World::new();
    let scan = w.b.scan(w.cards);
    let (key, id) = (w.b.col(scan, "kind"), w.b.col(scan, "card_id"));
    let sum = w.b.aggregated(AggregateId::Sum, "int", vec![id]);
    let group = w.b.aggregate(scan, vec![("kind", key)], vec![("total", sum)]);
    let predicate = w.is(group, "kind", "plastic");
    let filter = w.b.filter(group, predicate);
    check_stays(RULE, w.out(filter));
}

#[test]
fn a_filter_on_what_distinct_compares_passes_it() {
    for (column, moves) in [("kind", true), ("user_id", false)] {
        let mut w = World::new();
        let scan = w.b.scan(w.cards);
        let distinct = w.b.distinct(scan, &["kind"]);
        let predicate = if column == "kind" { w.is(distinct, "kind", "a") } else { w.above(distinct, "user_id", 1) };
        let filter = w.b.filter(distinct, predicate);
        assert_eq!(run(RULE, w.out(filter)).0 == Outcome::Changed, moves, "{column}");
    }
}

#[test]
fn nothing_passes_a_take() {
    let mut w = World::new();
    let scan = w.b.scan(w.cards);
    let take = w.b.take(scan, 10);
    let predicate = w.above(take, "card_id", 1);
    let filter = w.b.filter(take, predicate);
    check_stays(RULE, w.out(filter));
}

#[test]
fn a_filter_that_can_fail_stays_and_nothing_passes_it() {
    let mut w = World::new();
    let scan = w.b.scan(w.cards);
    let by = w.b.col(scan, "card_id");
    let sort = w.b.sort(scan, vec![by]);
    let fails = w.fails(sort, "kind");
    let strict = w.b.filter(sort, fails);
    let predicate = w.above(strict, "card_id", 1);
    let filter = w.b.filter(strict, predicate);
    check_stays(RULE, w.out(filter));
}

#[test]
fn nothing_passes_an_item_that_can_fail_even_one_that_it_does_not_read() {
    let mut w = World::new();
    let scan = w.b.scan(w.cards);
    let (kind, id) = (w.b.col(scan, "kind"), w.b.col(scan, "card_id"));
    let number = w.b.call(FnId::Int, "int?", vec![kind]);
    let project = w.b.select(scan, vec![("card_id", id), ("number", number)]);
    let predicate = w.above(project, "card_id", 1);
    let filter = w.b.filter(project, predicate);
    check_stays(RULE, w.out(filter));
}

#[test]
fn an_optional_filter_stays_and_others_pass_it() {
    let mut w = World::new();
    let scan = w.b.scan(w.cards);
    let on = w.b.value("on", Type::required(DataType::Bool));
    let predicate = w.is(scan, "kind", "a");
    let optional = w.b.filter_if(scan, predicate, Some(on));
    let predicate = w.above(optional, "card_id", 1);
    let filter = w.b.filter(optional, predicate);
    check(
        RULE,
        w.out(filter),
        r#"
        out:
          scan wallet.cards { card_id, user_id, kind }
          filter card_id > 1
          filter kind == "a" if $on
    "#,
    );
}

/// The tables of [`join_side`]: whether a filter above the join moves to its side.
#[test]
fn filters_pass_joins_by_kind_and_side() {
    use JoinKind::{Anti, Cross, Full, Inner, Left, Semi};
    let cases = [
        (Inner, true, true),
        (Cross, true, true),
        (Left, true, false),
        (Full, false, false),
        (Semi, true, false),
        (Anti, true, false),
    ];
    for (kind, from_left, from_right) in cases {
        for (column, moves) in [("card_id", from_left), ("user_id#2", from_right)] {
            let (mut w, join) = joined(kind, |_| {});
            let predicate = match column {
                "user_id#2" if matches!(kind, Semi | Anti) => continue,
                other => w.above(join, other, 1),
            };
            let filter = w.b.filter(join, predicate);
            assert_eq!(run(RULE, w.out(filter)).0 == Outcome::Changed, moves, "{kind:?} {column}");
        }
    }
}

#[test]
fn a_filter_of_both_sides_stays_above_the_join() {
    let (mut w, join) = joined(JoinKind::Inner, |_| {});
    let (left, right) = (w.b.col(join, "user_id"), w.b.col(join, "user_id#2"));
    let predicate = w.b.compare(FnId::Less, left, right);
    let filter = w.b.filter(join, predicate);
    check_stays(RULE, w.out(filter));
}

#[test]
fn nothing_passes_a_join_one_that_is_not_proved_or_rows_that_are_counted() {
    let one = |join: &mut Join| join.is_one = true;
    let drop = |join: &mut Join| join.unmatched = Unmatched::Drop;
    let fail = |join: &mut Join| join.unmatched = Unmatched::Fail;
    type Change = fn(&mut Join);
    let cases: [(JoinKind, Change); 5] = [
        (JoinKind::Inner, one),
        (JoinKind::Left, one),
        (JoinKind::Inner, drop),
        (JoinKind::Inner, fail),
        (JoinKind::Left, fail),
    ];
    for (kind, change) in cases {
        for column in ["card_id", "user_id#2"] {
            let (mut w, join) = joined(kind, change);
            let predicate = w.above(join, column, 1);
            let filter = w.b.filter(join, predicate);
            check_stays(RULE, w.out(filter));
        }
    }
}

#[test]
fn a_left_join_one_of_groups_by_their_key_is_proved() {
    let mut w = World::new();
    let (left, users) = (w.b.scan(w.cards), w.b.scan(w.users));
    let (key, count) = (w.b.col(users, "user_id"), w.b.aggregated(AggregateId::Count, "int", vec![]));
    let right = w.b.aggregate(users, vec![("user_id", key)], vec![("times", count)]);
    let equal = vec![(w.b.col(left, "user_id"), w.b.col(right, "user_id"))];
    let join = w.b.join_of(Join { is_one: true, ..plain(JoinKind::Left, left, right, equal) });
    let predicate = w.above(join, "card_id", 1);
    let filter = w.b.filter(join, predicate);
    check(
        RULE,
        w.out(filter),
        "
        out:
          scan wallet.cards { card_id, user_id, kind }
          filter card_id > 1
          join one left on user_id == user_id#2
            scan crm.users { user_id#2, city }
            group by user_id#2 { times = count() }
    ",
    );
}

/// The table of [`condition_side`].
#[test]
fn parts_of_a_join_condition_become_filters_by_kind_and_side() {
    use JoinKind::{Anti, Full, Inner, Left, Semi};
    let cases =
        [(Inner, true, true), (Left, false, true), (Full, false, false), (Semi, true, true), (Anti, false, true)];
    for (kind, from_left, from_right) in cases {
        for (is_left, moves) in [(true, from_left), (false, from_right)] {
            let plan = with_condition(kind, is_left, |_| {});
            assert_eq!(run(RULE, plan).0 == Outcome::Changed, moves, "{kind:?} {is_left}");
        }
    }
}

#[test]
fn the_condition_of_an_anti_join_narrows_its_right_side() {
    check(
        RULE,
        with_condition(JoinKind::Anti, false, |_| {}),
        r#"
        out:
          scan wallet.cards { card_id, user_id, kind }
          join anti on user_id == user_id#2
            scan crm.users { user_id#2, city }
            filter city == "a"
    "#,
    );
}

#[test]
fn conditions_of_a_join_one_stay() {
    check_stays(RULE, with_condition(JoinKind::Left, false, |join| join.is_one = true));
}

#[test]
fn nothing_passes_a_split() {
    let mut w = World::new();
    let scan = w.b.scan(w.cards);
    let branch = w.b.column("branch", Type::required(DataType::Text));
    let mut columns = w.b.plan.nodes[scan].columns.clone();
    let key = vec![columns[0].id];
    let branches = vec![Branch { name: "all".into(), share: Share::Rest, is_held: false }];
    columns.push(branch.clone());
    let step = w.b.step("split", "split");
    let kind =
        NodeKind::Split { input: scan, key, seed: vec![], counts: Default::default(), branches, branch: branch.id };
    let split = w.b.plan.nodes.add(Node { step, kind, columns });
    let predicate = w.above(split, "card_id", 1);
    let filter = w.b.filter(split, predicate);
    check_stays(RULE, w.out(filter));
}

#[test]
fn nothing_passes_a_sort_whose_key_can_fail() {
    let mut w = World::new();
    let scan = w.b.scan(w.cards);
    let kind = w.b.col(scan, "kind");
    let expr = w.b.call(FnId::Int, "int?", vec![kind]);
    let mut sorted = w.b.sort(scan, vec![]);
    if let NodeKind::Sort { by, .. } = &mut w.b.plan.nodes[sorted].kind {
        by.push(SortKey { expr, descending: false });
    }
    let predicate = w.above(sorted, "card_id", 1);
    sorted = w.b.filter(sorted, predicate);
    check_stays(RULE, w.out(sorted));
}

fn plain(kind: JoinKind, left: NodeId, right: NodeId, equal: Vec<(Expr, Expr)>) -> Join {
    Join {
        left,
        right,
        kind,
        equal,
        also: None,
        merged: Vec::new(),
        is_one: false,
        unmatched: Unmatched::ByKind,
        condition: None,
    }
}

/// Cards joined with users, changed.
fn joined(kind: JoinKind, change: fn(&mut Join)) -> (World, NodeId) {
    let mut w = World::new();
    let (left, right) = (w.b.scan(w.cards), w.b.scan(w.users));
    let equal = match kind {
        JoinKind::Cross => Vec::new(),
        JoinKind::Inner | JoinKind::Left | JoinKind::Full | JoinKind::Semi | JoinKind::Anti => {
            vec![(w.b.col(left, "user_id"), w.b.col(right, "user_id"))]
        }
    };
    let mut join = plain(kind, left, right, equal);
    change(&mut join);
    let join = w.b.join_of(join);
    (w, join)
}

/// Cards joined with users on a condition of one side.
fn with_condition(kind: JoinKind, is_left: bool, change: fn(&mut Join)) -> LogicalPlan {
    let mut w = World::new();
    let (left, right) = (w.b.scan(w.cards), w.b.scan(w.users));
    let equal = vec![(w.b.col(left, "user_id"), w.b.col(right, "user_id"))];
    let also = if is_left { w.is(left, "kind", "a") } else { w.is(right, "city", "a") };
    let mut join = Join { also: Some(also), ..plain(kind, left, right, equal) };
    change(&mut join);
    let join = w.b.join_of(join);
    w.out(join)
}

#[test]
fn a_filter_on_a_union_is_one_on_each_of_its_sides() {
    let mut w = World::new();
    let (left, right) = (w.b.scan(w.cards), w.b.scan(w.cards));
    let union = w.b.set_operation(SetKind::Union, left, right);
    let predicate = w.is(union, "kind", "plastic");
    let filter = w.b.filter(union, predicate);
    check(
        RULE,
        w.out(filter),
        r#"
        out:
          scan wallet.cards { card_id, user_id, kind }
          filter kind == "plastic"
          union { card_id, user_id, kind }
            scan wallet.cards { card_id#2, user_id#2, kind#2 }
            filter kind#2 == "plastic"
    "#,
    );
}

#[test]
fn a_filter_on_what_an_except_leaves_is_one_on_its_left_side() {
    for kind in [SetKind::Except, SetKind::Intersect] {
        let mut w = World::new();
        let (left, right) = (w.b.scan(w.cards), w.b.scan(w.cards));
        let both = w.b.set_operation(kind, left, right);
        let predicate = w.above(both, "card_id", 1);
        let filter = w.b.filter(both, predicate);
        let (_, text) = run(RULE, w.out(filter));
        let lines: Vec<&str> = text.lines().map(str::trim_start).collect();
        assert_eq!(lines.iter().filter(|line| line.starts_with("filter")).count(), 1, "{text}");
        assert_eq!(lines.get(2), Some(&"filter card_id > 1"), "{text}");
    }
}

#[test]
fn a_filter_that_can_fail_stays_above_a_set_operation() {
    let mut w = World::new();
    let (left, right) = (w.b.scan(w.cards), w.b.scan(w.cards));
    let union = w.b.set_operation(SetKind::Union, left, right);
    let predicate = w.fails(union, "kind");
    let filter = w.b.filter(union, predicate);
    check_stays(RULE, w.out(filter));
}

#[test]
fn a_filter_stops_where_it_would_grow_without_measure() {
    let mut w = World::new();
    let mut at = w.b.scan(w.cards);
    // Each column is made of the one before it twice: written out, the last is sixteen thousand columns.
    for _ in 0..14 {
        let (left, right) = (w.b.col(at, "card_id"), w.b.col(at, "card_id"));
        let doubled = w.b.call(FnId::Greatest, "int", vec![left, right]);
        at = w.b.select(at, vec![("card_id", doubled)]);
    }
    let predicate = w.above(at, "card_id", 1);
    let filter = w.b.filter(at, predicate);
    let (outcome, text) = run(RULE, w.out(filter));
    assert_eq!(outcome, Outcome::Changed, "it passes as many as it can");
    let words = text.lines().find(|line| line.contains("filter")).map_or(0, str::len);
    assert!((1..100_000).contains(&words), "the filter is {words} letters long");
}

#[test]
fn a_filter_by_whole_partitions_passes_a_window() {
    let mut w = World::new();
    let scan = w.b.scan(w.cards);
    let window = w.b.window(scan, &["kind"], vec![("position", "int", WindowFunction::RowNumber)]);
    let predicate = w.is(window, "kind", "plastic");
    let filter = w.b.filter(window, predicate);
    check(
        RULE,
        w.out(filter),
        r#"
        out:
          scan wallet.cards { card_id, user_id, kind }
          filter kind == "plastic"
          window by kind sort kind { position = row_number() }
    "#,
    );
}

#[test]
fn a_filter_that_would_take_rows_out_of_a_partition_stays_above_its_window() {
    let mut w = World::new();
    let scan = w.b.scan(w.cards);
    let window = w.b.window(scan, &["kind"], vec![("position", "int", WindowFunction::RowNumber)]);
    let (by_row, by_place) = (w.above(window, "card_id", 1), w.above(window, "position", 1));
    let both = w.b.and(by_row, by_place);
    let filter = w.b.filter(window, both);
    check_stays(RULE, w.out(filter));
}

#[test]
fn a_sum_that_could_overflow_keeps_its_partitions() {
    let mut w = World::new();
    let scan = w.b.scan(w.cards);
    let arguments = vec![w.b.col(scan, "card_id")];
    let call = AggregateCall::new(AggregateId::Sum, arguments);
    let sum = WindowFunction::Aggregate { call, frame: Frame::WHOLE };
    let window = w.b.window(scan, &["kind"], vec![("sum", "int", sum)]);
    let predicate = w.is(window, "kind", "plastic");
    let filter = w.b.filter(window, predicate);
    check_stays(RULE, w.out(filter));
}
