//! Which failure is the run's (B1): the first step's, and within a step the first expression's.

use wr_base::diag::Code;
use wr_plan::functions::FnId;
use wr_plan::logical::JoinKind;
use wr_plan::logical::builder::Builder;

use super::*;
use crate::sources::files::BATCH_ROWS;

/// `int(column)` of a node.
fn int_of(b: &mut Builder, node: NodeId, column: &str) -> wr_plan::expr::Expr {
    let text = b.col(node, column);
    b.call(FnId::Int, "int", vec![text])
}

fn table(content: &str) -> (Builder, NodeId, Folder) {
    let folder = Folder::new();
    folder.write("t.csv", content);
    let mut b = Builder::new();
    let table = b.table("w", "t", &[("a", "text"), ("b", "text")]);
    let scan = b.scan(table);
    (b, scan, folder)
}

#[test]
fn within_a_step_the_first_expression_fails_whichever_row_comes_first() {
    let (mut b, scan, folder) = table("a,b\n1,x\ny,2\n");
    let (first, second) = (int_of(&mut b, scan, "a"), int_of(&mut b, scan, "b"));
    let expected = first.id;
    let node = b.select(scan, vec![("second", second), ("first", first)]);
    let error = failure(b, node, &folder);
    assert_eq!((error.code, error.expr), (Code::ConversionFailed, Some(expected)));
}

#[test]
fn a_failure_in_an_earlier_relation_is_found_though_a_later_one_failed_before() {
    let (mut b, scan, folder) = table("a,b\n1,x\n");
    let fails_first = int_of(&mut b, scan, "b");
    let early = b.select(scan, vec![("n", fails_first)]);
    let step = b.plan.nodes[early].step;
    let early = b.relation("early", early);
    let table = b.plan.tables.iter().next().map(|(id, _)| id).unwrap();
    let again = b.scan(table);
    let fails_second = int_of(&mut b, again, "b");
    let late = b.select(again, vec![("n", fails_second)]);
    let late = b.relation("late", late);
    // The later one is wanted first.
    b.export(late);
    b.export(early);
    let error = run(&b, &folder).unwrap_err();
    assert_eq!((error.code, error.step), (Code::ConversionFailed, Some(step)));
}

#[test]
fn a_side_of_a_join_fails_though_the_other_side_has_no_rows() {
    let folder = Folder::new();
    folder.write("l.csv", "k\n").write("r.csv", "k\nx\n");
    let mut b = Builder::new();
    let (l, r) = (b.table("w", "l", &[("k", "int")]), b.table("w", "r", &[("k", "text")]));
    let (left, right) = (b.scan(l), b.scan(r));
    let number = int_of(&mut b, right, "k");
    let right = b.select(right, vec![("n", number)]);
    let step = b.plan.nodes[right].step;
    let node = b.join(JoinKind::Inner, left, right, &[("k", "n")]);
    let error = failure(b, node, &folder);
    assert_eq!((error.code, error.step), (Code::ConversionFailed, Some(step)));
}

#[test]
fn a_row_that_a_filter_takes_away_before_cannot_fail_a_later_step() {
    let (mut b, scan, folder) = table("a,b\n1,x\nno number,y\n");
    let (column, x) = (b.col(scan, "b"), b.text("x"));
    let only_x = b.compare(FnId::Equal, column, x);
    let filtered = b.filter(scan, only_x);
    let number = int_of(&mut b, filtered, "a");
    let node = b.select(filtered, vec![("n", number)]);
    assert_eq!(rows(b, node, &folder), ["1"]);
}

#[test]
fn the_right_side_of_and_fails_only_where_it_is_needed() {
    for (content, expected) in [("a,b\nno number,x\n7,y\n", Some(["7|y"])), ("a,b\nno number,y\n", None)] {
        let (mut b, scan, folder) = table(content);
        let (column, y) = (b.col(scan, "b"), b.text("y"));
        let left = b.compare(FnId::Equal, column, y);
        let (number, seven) = (int_of(&mut b, scan, "a"), b.int(7));
        let right = b.compare(FnId::Equal, number, seven);
        let both = b.and(left, right);
        let node = b.filter(scan, both);
        match expected {
            Some(expected) => assert_eq!(rows(b, node, &folder), expected),
            None => assert_eq!(failure(b, node, &folder).code, Code::ConversionFailed),
        }
    }
}

#[test]
fn a_stopped_run_says_so() {
    let (mut b, scan, folder) = table("a,b\n1,x\n");
    wanted(&mut b, scan);
    let values = Values::default();
    let plan = optimise(b.plan.clone(), Known { values: &values, now: Some(NOW) }, &RuleSet::all());
    let plan = place(&plan, &Drivers::default());
    let cancel = Cancel::default();
    cancel.cancel();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let sources = sources(&folder.0, Arc::new(NothingRecorded));
    let error = runtime.block_on(compute(&plan, &RunContext::new(setting()), &sources, &Silent, &cancel)).unwrap_err();
    assert_eq!(error.code, Code::Cancelled);
}

#[test]
fn the_first_of_two_filters_fails_though_an_earlier_batch_failed_the_second() {
    // The last row is of a batch of its own.
    let rows: String = (0..BATCH_ROWS).map(|at| if at == 0 { "1,x\n" } else { "1,1\n" }).collect();
    let (mut b, scan, folder) = table(&format!("a,b\n{rows}y,1\n"));
    let is_one = |b: &mut Builder, node: NodeId, column: &str| {
        let (number, one) = (int_of(b, node, column), b.int(1));
        b.compare(FnId::Equal, number, one)
    };
    let predicate = is_one(&mut b, scan, "a");
    let first = b.filter(scan, predicate);
    let step = b.plan.nodes[first].step;
    let predicate = is_one(&mut b, first, "b");
    let second = b.filter(first, predicate);
    let error = failure(b, second, &folder);
    assert_eq!((error.code, error.step), (Code::ConversionFailed, Some(step)));
}
