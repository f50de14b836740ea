//! Joins: kinds, nulls, what else is asked of a pair, promises.

use wr_base::diag::Code;
use wr_base::ty::{DataType, Type};
use wr_base::value::{Decimal, Value};
use wr_plan::expr::{Expr, ExprKind};
use wr_plan::functions::FnId;
use wr_plan::logical::builder::Builder;
use wr_plan::logical::{Join, JoinKind, MergedKey, Unmatched};

use super::*;

const LEFT: &str = "k,a\n1,one\n2,two\n,none\n2,deux\n3,three\n";
const RIGHT: &str = "k,b\n2,x\n2,y\n,z\n4,w\n1,v\n";

struct Two {
    builder: Builder,
    left: NodeId,
    right: NodeId,
    folder: Folder,
}

fn two(left: &str, right: &str) -> Two {
    let folder = Folder::new();
    folder.write("l.csv", left).write("r.csv", right);
    let mut builder = Builder::new();
    let l = builder.table("w", "l", &[("k", "int?"), ("a", "text")]);
    let r = builder.table("w", "r", &[("k", "int?"), ("b", "text")]);
    let (left, right) = (builder.scan(l), builder.scan(r));
    Two { builder, left, right, folder }
}

fn join_of(two: &mut Two, kind: JoinKind) -> Join {
    let equal = match kind {
        JoinKind::Cross => Vec::new(),
        JoinKind::Inner | JoinKind::Left | JoinKind::Full | JoinKind::Semi | JoinKind::Anti => {
            vec![(two.builder.col(two.left, "k"), two.builder.col(two.right, "k"))]
        }
    };
    Join {
        left: two.left,
        right: two.right,
        kind,
        equal,
        also: None,
        merged: Vec::new(),
        is_one: false,
        unmatched: Unmatched::ByKind,
        condition: None,
    }
}

#[track_caller]
fn joined(mut two: Two, join: Join) -> Vec<String> {
    let node = two.builder.join_of(join);
    rows(two.builder, node, &two.folder)
}

#[test]
fn every_kind_keeps_the_order_of_the_left_and_null_matches_nothing() {
    let cases: [(JoinKind, &[&str]); 6] = [
        (JoinKind::Inner, &["1|one|1|v", "2|two|2|x", "2|two|2|y", "2|deux|2|x", "2|deux|2|y"]),
        (
            JoinKind::Left,
            &["1|one|1|v", "2|two|2|x", "2|two|2|y", "∅|none|∅|∅", "2|deux|2|x", "2|deux|2|y", "3|three|∅|∅"],
        ),
        (
            JoinKind::Full,
            &[
                "1|one|1|v",
                "2|two|2|x",
                "2|two|2|y",
                "∅|none|∅|∅",
                "2|deux|2|x",
                "2|deux|2|y",
                "3|three|∅|∅",
                "∅|∅|∅|z",
                "∅|∅|4|w",
            ],
        ),
        (JoinKind::Semi, &["1|one", "2|two", "2|deux"]),
        (JoinKind::Anti, &["∅|none", "3|three"]),
        (JoinKind::Cross, &["1|one|9|p", "1|one|∅|q", "2|two|9|p", "2|two|∅|q"]),
    ];
    for (kind, expected) in cases {
        let mut two = match kind {
            JoinKind::Cross => two("k,a\n1,one\n2,two\n", "k,b\n9,p\n,q\n"),
            JoinKind::Inner | JoinKind::Left | JoinKind::Full | JoinKind::Semi | JoinKind::Anti => two(LEFT, RIGHT),
        };
        let join = join_of(&mut two, kind);
        assert_eq!(joined(two, join), expected, "{kind:?}");
    }
}

#[test]
fn what_else_is_asked_decides_whether_a_row_has_a_match() {
    let cases: [(JoinKind, &[&str]); 3] = [
        (JoinKind::Left, &["1|one|∅|∅", "2|two|2|y", "∅|none|∅|∅", "2|deux|2|y", "3|three|∅|∅"]),
        (JoinKind::Semi, &["2|two", "2|deux"]),
        (JoinKind::Anti, &["1|one", "∅|none", "3|three"]),
    ];
    for (kind, expected) in cases {
        let mut two = two(LEFT, RIGHT);
        let mut join = join_of(&mut two, kind);
        let (b, y) = (two.builder.col(two.right, "b"), two.builder.text("y"));
        join.also = Some(two.builder.compare(FnId::Equal, b, y));
        assert_eq!(joined(two, join), expected, "{kind:?}");
    }
}

#[test]
fn the_merged_key_of_a_full_join_is_the_first_that_is_there() {
    let mut two = two("k,a\n1,one\n,none\n", "k,b\n1,v\n4,w\n");
    let mut join = join_of(&mut two, JoinKind::Full);
    let column = two.builder.column("k", Type::optional(DataType::Int));
    let of = |builder: &Builder, node: NodeId| builder.plan.nodes[node].columns[0].id;
    join.merged =
        vec![MergedKey { column: column.id, left: of(&two.builder, two.left), right: of(&two.builder, two.right) }];
    let node = two.builder.join_of(join);
    two.builder.plan.nodes[node].columns.push(column);
    assert_eq!(rows(two.builder, node, &two.folder), ["1|one|1|v|1", "∅|none|∅|∅|∅", "∅|∅|4|w|4"]);
}

#[test]
fn join_one_names_keys_that_have_more_than_one_match() {
    let mut two = two(LEFT, RIGHT);
    let join = Join { is_one: true, ..join_of(&mut two, JoinKind::Inner) };
    let node = two.builder.join_of(join);
    let error = failure(two.builder, node, &two.folder);
    assert_eq!((error.code, error.detail), (Code::JoinOneFoundMany, vec!["for example: 2".to_owned()]));
}

#[test]
fn doubled_keys_that_no_left_row_has_break_no_promise() {
    let mut two = two("k,a\n1,one\n", "k,b\n1,x\n2,y\n2,z\n");
    let join = Join { is_one: true, ..join_of(&mut two, JoinKind::Inner) };
    assert_eq!(joined(two, join), ["1|one|1|x"]);
}

/// Three of five left rows have no match in `right`.
fn unmatched(rule: impl FnOnce(&mut Builder) -> Unmatched) -> Result<Computed, RunError> {
    let mut two = two("k,a\n1,a\n2,b\n3,c\n,d\n5,e\n", "k,b\n1,x\n2,y\n");
    let unmatched = rule(&mut two.builder);
    let join = Join { unmatched, ..join_of(&mut two, JoinKind::Inner) };
    let node = two.builder.join_of(join);
    wanted(&mut two.builder, node);
    run(&two.builder, &two.folder)
}

fn percent(builder: &mut Builder, text: &str) -> Expr {
    let value = Value::Percent(Decimal::parse(text).unwrap());
    builder.expr(Type::required(DataType::Percent), ExprKind::Literal(value))
}

#[test]
fn rows_without_a_match_are_counted_and_exactly_the_share_passes() {
    let computed = unmatched(|builder| Unmatched::AtMost(percent(builder, "0.60"))).unwrap();
    let join = computed.waterfall.last().unwrap();
    assert_eq!((join.rows, join.unmatched), (Some(2), Some(3)));

    let error = unmatched(|builder| Unmatched::AtMost(percent(builder, "0.5999"))).unwrap_err();
    assert_eq!(error.code, Code::TooManyUnmatched);
    assert_eq!(error.message, "3 of 5 rows have no match, at most 59.99% were allowed");

    assert_eq!(unmatched(|_| Unmatched::Fail).unwrap_err().message, "3 of 5 rows have no match, none was allowed");
    assert!(unmatched(|_| Unmatched::Drop).is_ok_and(|computed| computed.warnings.is_empty()));
}
