//! Steps: groups, orders, first rows, and the number of rows after each.

use wr_base::ty::{DataType, Type};
use wr_plan::expr::{ExprKind, WhenBranch};
use wr_plan::functions::{AggregateId, FnId};
use wr_plan::logical::builder::Builder;
use wr_plan::logical::{NodeKind, SortKey};

use super::*;
use crate::sources::files::BATCH_ROWS;

fn one(columns: &[(&str, &str)], content: &str) -> (Builder, NodeId, Folder) {
    let folder = Folder::new();
    folder.write("t.csv", content);
    let mut builder = Builder::new();
    let table = builder.table("w", "t", columns);
    let scan = builder.scan(table);
    (builder, scan, folder)
}

#[test]
fn a_null_key_is_a_group_and_nulls_are_left_out_of_aggregates() {
    let (mut b, scan, folder) = one(&[("g", "text?"), ("x", "int?")], "g,x\na,1\n,5\na,\n\"\",7\n,6\na,1\na,2\n");
    let g = b.col(scan, "g");
    let mut of = |function, result: &str| {
        let x = b.col(scan, "x");
        b.aggregated(function, result, vec![x])
    };
    let (distinct, sum, max) =
        (of(AggregateId::CountDistinct, "int"), of(AggregateId::Sum, "int"), of(AggregateId::Max, "int?"));
    let count = b.aggregated(AggregateId::Count, "int", Vec::new());
    let node = b.aggregate(scan, vec![("g", g)], vec![("n", count), ("d", distinct), ("s", sum), ("m", max)]);
    assert_eq!(rows(b, node, &folder), ["a|4|2|4|2", "∅|2|2|11|6", "|1|1|7|7"]);
}

#[test]
fn without_keys_there_is_one_row_even_of_nothing() {
    let (mut b, scan, folder) = one(&[("x", "int?")], "x\n");
    let mut of = |function, result: &str| {
        let x = b.col(scan, "x");
        b.aggregated(function, result, vec![x])
    };
    let (sum, avg, min) =
        (of(AggregateId::Sum, "int"), of(AggregateId::Average, "float?"), of(AggregateId::Min, "int?"));
    let count = b.aggregated(AggregateId::Count, "int", Vec::new());
    let node = b.aggregate(scan, Vec::new(), vec![("n", count), ("s", sum), ("a", avg), ("m", min)]);
    assert_eq!(rows(b, node, &folder), ["0|0|∅|∅"]);
}

#[test]
fn a_sum_that_comes_back_from_beyond_the_border_is_exact() {
    let max = i128::MAX;
    let (mut b, scan, folder) = one(&[("x", "int")], &format!("x\n{max}\n{max}\n-{max}\n-1\n"));
    let x = b.col(scan, "x");
    let sum = b.aggregated(AggregateId::Sum, "int", vec![x]);
    let node = b.aggregate(scan, Vec::new(), vec![("s", sum)]);
    assert_eq!(rows(b, node, &folder), [(max - 1).to_string()]);
}

#[test]
fn an_aggregate_in_a_branch_that_is_not_taken_cannot_fail() {
    let (mut b, scan, folder) = one(&[("g", "int"), ("x", "text")], "g,x\n1,7\n1,8\n2,no number\n");
    let (g, x) = (b.col(scan, "g"), b.col(scan, "x"));
    let int = b.call(FnId::Int, "int", vec![x]);
    let sum = b.aggregated(AggregateId::Sum, "int", vec![int]);
    let (key, one) = (b.col(scan, "g"), b.int(1));
    let condition = b.compare(FnId::Equal, key, one);
    let otherwise = Box::new(b.int(0));
    let branches = vec![WhenBranch { condition, result: sum }];
    let when = b.expr(Type::required(DataType::Int), ExprKind::When { branches, otherwise });
    let node = b.aggregate(scan, vec![("g", g)], vec![("s", when)]);
    assert_eq!(rows(b, node, &folder), ["1|15", "2|0"]);
}

#[test]
fn nulls_come_last_either_way_and_texts_go_by_bytes() {
    let content = "x,n\nb,1\n,2\nB,3\nä,4\n,5\n\"\",6\n";
    let cases: [(bool, &[&str]); 2] =
        [(false, &["|6", "B|3", "b|1", "ä|4", "∅|2", "∅|5"]), (true, &["ä|4", "b|1", "B|3", "|6", "∅|2", "∅|5"])];
    for (descending, expected) in cases {
        let (mut b, scan, folder) = one(&[("x", "text?"), ("n", "int")], content);
        let (x, n) = (b.col(scan, "x"), b.col(scan, "n"));
        let node = b.sort(scan, vec![x, n]);
        if let NodeKind::Sort { by, .. } = &mut b.plan.nodes[node].kind {
            by[0].descending = descending;
        }
        assert_eq!(rows(b, node, &folder), expected);
    }
}

#[test]
fn distinct_keeps_the_first_by_the_order_asked_for() {
    let (mut b, scan, folder) = one(&[("u", "int?"), ("at", "int?")], "u,at\n1,5\n,3\n1,9\n2,\n1,9\n,8\n2,1\n");
    let at = b.col(scan, "at");
    let node = b.distinct(scan, &["u"]);
    if let NodeKind::Distinct { keep, .. } = &mut b.plan.nodes[node].kind {
        keep.push(SortKey { expr: at, descending: true });
    }
    assert_eq!(rows(b, node, &folder), ["1|9", "∅|8", "2|1"]);
}

#[test]
fn distinct_over_whole_rows_compares_every_column() {
    let (mut b, scan, folder) = one(&[("x", "float"), ("y", "text?")], "x,y\n1.0,\n1.00,\n1,\"\"\n1,\n");
    let node = b.distinct(scan, &["x", "y"]);
    assert_eq!(rows(b, node, &folder), ["1|∅", "1|"]);
}

#[test]
fn take_is_cut_at_what_there_is() {
    for (count, expected) in [(2, &["1", "2"][..]), (9, &["1", "2", "3"]), (0, &[]), (-1, &[])] {
        let (mut b, scan, folder) = one(&[("x", "int")], "x\n1\n2\n3\n");
        let node = b.take(scan, count);
        assert_eq!(rows(b, node, &folder), expected, "{count}");
    }
}

#[test]
fn the_waterfall_has_each_step_whether_or_not_it_was_pushed() {
    let (mut b, scan, folder) = one(&[("x", "int?")], "x\n1\n2\n\n3\n4\n");
    let (x, two) = (b.col(scan, "x"), b.int(2));
    let at_least = b.compare(FnId::GreaterOrEqual, x, two);
    let filtered = b.filter(scan, at_least);
    let (x, four) = (b.col(scan, "x"), b.int(4));
    let below = b.compare(FnId::Less, x, four);
    let node = b.filter(filtered, below);
    wanted(&mut b, node);
    for rules in [RuleSet::all(), RuleSet::from_iter([])] {
        let computed = run_with(&b, &folder, &rules).unwrap();
        let counted: Vec<_> = computed.waterfall.iter().map(|step| step.rows).collect();
        assert_eq!(counted, [Some(5), Some(3), Some(2)], "{rules:?}");
    }
}

#[test]
fn a_filter_that_another_one_passed_has_no_number() {
    // `lower` is computed here, `x >= 2` is left to the source and runs first.
    let (mut b, scan, folder) = one(&[("x", "int"), ("y", "text")], "x,y\n1,A\n2,A\n3,B\n4,A\n");
    let (y, a) = (b.col(scan, "y"), b.text("a"));
    let lower = b.call(FnId::Lower, "lower", vec![y]);
    let named = b.compare(FnId::Equal, lower, a);
    let named = b.filter(scan, named);
    let (x, two) = (b.col(named, "x"), b.int(2));
    let at_least = b.compare(FnId::GreaterOrEqual, x, two);
    let node = b.filter(named, at_least);
    wanted(&mut b, node);
    for (rules, expected) in
        [(RuleSet::all(), [Some(4), None, Some(2)]), (RuleSet::from_iter([]), [Some(4), None, Some(2)])]
    {
        let computed = run_with(&b, &folder, &rules).unwrap();
        assert_eq!(computed.waterfall.iter().map(|step| step.rows).collect::<Vec<_>>(), expected, "{rules:?}");
        assert!(computed.waterfall[1].note.is_some());
    }
}

#[test]
fn a_step_that_keeps_every_row_has_the_number_before_it() {
    let (mut b, scan, folder) = one(&[("x", "int")], "x\n1\n2\n3\n");
    let (x, one) = (b.col(scan, "x"), b.int(1));
    let is_one = b.compare(FnId::Equal, x.clone(), one);
    let derived = b.select(scan, vec![("x", x), ("is_one", is_one)]);
    let (x, two) = (b.col(derived, "x"), b.int(2));
    let below = b.compare(FnId::Less, x, two);
    let node = b.filter(derived, below);
    wanted(&mut b, node);
    let computed = run_with(&b, &folder, &RuleSet::all()).unwrap();
    assert_eq!(computed.waterfall.iter().map(|step| step.rows).collect::<Vec<_>>(), [Some(3), Some(3), Some(1)]);
}

#[test]
fn a_relation_that_nobody_wants_is_not_read() {
    let (mut b, scan, folder) = one(&[("x", "int")], "x\n1\n");
    let missing = b.table("w", "missing", &[("x", "int")]);
    let unread = b.scan(missing);
    b.relation("unread", unread);
    assert_eq!(rows(b, scan, &folder), ["1"]);
}

#[test]
fn rows_of_several_batches_are_counted_after_each_step_and_only_those_left_are_kept() {
    let folder = Folder::new();
    let rows = BATCH_ROWS * 2 + 7;
    folder.write("t.csv", (0..rows).fold("n,kind\n".to_owned(), |text, at| text + &format!("{at},Plastic\n")));
    let mut b = Builder::new();
    let table = b.table("w", "t", &[("n", "int"), ("kind", "text")]);
    let scan = b.scan(table);
    let kind = b.col(scan, "kind");
    let (lower, plastic) = (b.call(FnId::Lower, "text", vec![kind]), b.text("plastic"));
    let predicate = b.compare(FnId::Equal, lower, plastic);
    let all = b.filter(scan, predicate);
    // Every hundred thousandth: the number 0 of the first batch, one of the second.
    let (n, many, zero) = (b.col(all, "n"), b.int(100_000), b.int(0));
    let rest = b.call(FnId::Modulo, "int", vec![n, many]);
    let predicate = b.compare(FnId::Equal, rest, zero);
    let few = b.filter(all, predicate);
    let step = b.plan.nodes[few].step;
    let n = b.col(few, "n");
    let root = b.select(few, vec![("n", n)]);
    let relation = wanted(&mut b, root);
    let done = run(&b, &folder).unwrap();
    assert_eq!(rows_of(&done.frames[&relation]), ["0", "100000"]);
    let after = done.waterfall.iter().map(|entry| (entry.step, entry.rows)).collect::<BTreeMap<_, _>>();
    assert_eq!(after[&step], Some(2));
    assert_eq!(after[&b.plan.nodes[all].step], Some(rows as u64));
}
