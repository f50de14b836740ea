//! Steps over small tables.

use wr_base::diag::Code;
use wr_base::ids::{ColumnId, RelationId};
use wr_base::ty::DataType;
use wr_base::value::Value;
use wr_plan::declaration::{Branch, Share};
use wr_plan::expr::ExprKind;
use wr_plan::functions::{AggregateId, FnId};
use wr_plan::logical::{JoinKind, SetKind, SortKey, Unmatched};
use wr_sema::hir::{Join, SetColumn, SetOperation, Source, StepKind};

use super::{BOOL, INT, Script, TEXT, decimal, decimal_type, int, item, line, row, text};

const NULL: Value = Value::Null;

#[test]
fn a_filter_keeps_rows_for_which_it_is_true_not_null() {
    let mut s = Script::new();
    let (r, c) = s.table(&[INT], &[&[int(1)], &[int(5)], &[NULL]]);
    let (x, one) = (s.read(INT, c[0]), s.literal(INT, int(1)));
    let predicate = s.call(FnId::NotEqual, BOOL, vec![x, one]);
    s.then(r, StepKind::Filter(predicate), row(&c, &[INT]));
    s.show(r, &c);
    assert_eq!(s.sorted_rows(r), ["5"]);
}

#[test]
fn the_first_failing_step_is_found_on_the_right_side_of_a_union_whose_left_side_failed() {
    let mut s = Script::new();
    let (right, c) = s.table(&[TEXT], &[&[text("x")]]);
    let (n, step) = derive_int(&mut s, right, &c);
    let (left, d) = s.table(&[TEXT], &[&[text("y")]]);
    let (m, _) = derive_int(&mut s, left, &d);
    let (both, theirs) = (s.column(), s.column());
    let column = SetColumn { column: both, left: s.read(INT, m), right: s.read(INT, theirs) };
    let union = SetOperation { kind: SetKind::Union, right, right_columns: vec![(theirs, n)], columns: vec![column] };
    s.then(left, StepKind::SetOperation(Box::new(union)), row(&[both], &[INT]));
    s.show(left, &[both]);
    assert_eq!(s.run().unwrap_err().step, step);
}

/// `derive n = int(t)`
fn derive_int(s: &mut Script, r: RelationId, c: &[ColumnId]) -> (ColumnId, wr_base::ids::StepId) {
    let n = s.column();
    let t = s.read(TEXT, c[0]);
    let value = s.call(FnId::Int, INT, vec![t]);
    let step = s.then(r, StepKind::Derive(vec![item(n, value)]), row(&[c[0], n], &[TEXT, INT]));
    (n, step)
}

#[test]
fn a_column_that_nobody_reads_cannot_fail() {
    let mut s = Script::new();
    let (r, c) = s.table(&[TEXT], &[&[text("1")], &[text("x")]]);
    let (n, step) = derive_int(&mut s, r, &c);
    s.show(r, &c);
    assert_eq!(s.sorted_rows(r), ["1", "x"]);
    s.show(r, &[n]);
    let failure = s.run().unwrap_err();
    assert_eq!((failure.step, failure.code), (step, Code::ConversionFailed));
}

#[test]
fn the_first_failing_step_of_the_script_is_reported() {
    let mut s = Script::new();
    let (first, c) = s.table(&[TEXT], &[&[text("x")]]);
    let (n, step) = derive_int(&mut s, first, &c);
    let (second, d) = s.table(&[TEXT], &[&[text("y")]]);
    let (m, _) = derive_int(&mut s, second, &d);
    s.show(second, &[m]);
    s.show(first, &[n]);
    assert_eq!(s.run().unwrap_err().step, step);
}

#[test]
fn a_sort_puts_nulls_last_and_is_completed_by_all_columns() {
    let mut s = Script::new();
    let rows: [&[Value]; 4] = [&[NULL, int(0)], &[int(1), int(9)], &[int(2), NULL], &[int(1), int(3)]];
    let (r, c) = s.table(&[INT, INT], &rows);
    let by = s.read(INT, c[0]);
    s.then(r, StepKind::Sort(vec![SortKey { expr: by, descending: true }]), row(&c, &[INT, INT]));
    s.show(r, &c);
    let lines: Vec<String> = s.rows(r).iter().map(|row| line(row)).collect();
    assert_eq!(lines, ["2|null", "1|3", "1|9", "null|0"]);
}

#[test]
fn distinct_on_keeps_the_first_by_its_order() {
    let mut s = Script::new();
    let rows: [&[Value]; 4] = [&[int(1), text("a")], &[int(1), text("b")], &[NULL, text("d")], &[NULL, text("c")]];
    let (r, c) = s.table(&[INT, TEXT], &rows);
    let keep = SortKey { expr: s.read(TEXT, c[1]), descending: true };
    s.then(r, StepKind::Distinct { on: vec![c[0]], keep: vec![keep] }, row(&c, &[INT, TEXT]));
    s.show(r, &c);
    assert_eq!(s.sorted_rows(r), ["1|b", "null|d"]);
}

#[test]
fn null_is_a_group_and_no_rows_are_one_group_without_keys() {
    let mut s = Script::new();
    let (r, c) = s.table(&[INT, INT], &[&[NULL, int(1)], &[NULL, int(2)], &[int(7), NULL]]);
    let (key, sum) = (s.column(), s.column());
    let (k, v) = (s.read(INT, c[0]), s.read(INT, c[1]));
    let total = s.aggregate(AggregateId::Sum, INT, vec![v]);
    let kind = StepKind::Aggregate { keys: vec![item(key, k)], aggregates: vec![item(sum, total)] };
    s.then(r, kind, row(&[key, sum], &[INT, INT]));
    s.show(r, &[key, sum]);
    assert_eq!(s.sorted_rows(r), ["7|0", "null|3"]);

    let mut s = Script::new();
    let (r, _) = s.table(&[INT], &[]);
    let n = s.column();
    let count = s.aggregate(AggregateId::Count, INT, Vec::new());
    s.then(r, StepKind::Aggregate { keys: Vec::new(), aggregates: vec![item(n, count)] }, row(&[n], &[INT]));
    s.show(r, &[n]);
    assert_eq!(s.sorted_rows(r), ["0"]);
}

/// Left keys 1, 2, null; right keys 1, 1, 3, null with the letters a to d.
fn join(kind: JoinKind, is_one: bool, unmatched: Unmatched) -> Result<Vec<String>, Code> {
    let mut s = Script::new();
    let right_rows: [&[Value]; 4] =
        [&[int(1), text("a")], &[int(1), text("b")], &[int(3), text("c")], &[NULL, text("d")]];
    let (right, rc) = s.table(&[INT, TEXT], &right_rows);
    let (left, lc) = s.table(&[INT], &[&[int(1)], &[int(2)], &[NULL]]);
    let fresh = [s.column(), s.column()];
    let equal = vec![(s.read(INT, lc[0]), s.read(INT, fresh[0]))];
    let equal = if kind == JoinKind::Cross { Vec::new() } else { equal };
    let right_columns = vec![(fresh[0], rc[0]), (fresh[1], rc[1])];
    let step = Join { right, right_columns, kind, equal, also: None, merged: Vec::new(), is_one, unmatched };
    let columns = if matches!(kind, JoinKind::Semi | JoinKind::Anti) { vec![lc[0]] } else { vec![lc[0], fresh[1]] };
    s.then(left, StepKind::Join(Box::new(step)), row(&columns, &[INT, TEXT]));
    s.show(left, &columns);
    s.run().map_err(|failure| failure.code)?;
    Ok(s.sorted_rows(left))
}

#[test]
fn joins_pair_by_their_kind_and_null_equals_nothing() {
    let rows = |kind| join(kind, false, Unmatched::ByKind).unwrap();
    assert_eq!(rows(JoinKind::Inner), ["1|a", "1|b"]);
    assert_eq!(rows(JoinKind::Left), ["1|a", "1|b", "2|null", "null|null"]);
    assert_eq!(rows(JoinKind::Full), ["1|a", "1|b", "2|null", "null|c", "null|d", "null|null"]);
    assert_eq!(rows(JoinKind::Semi), ["1"]);
    assert_eq!(rows(JoinKind::Anti), ["2", "null"]);
    assert_eq!(rows(JoinKind::Cross).len(), 12);
}

#[test]
fn promises_of_a_join_are_kept_or_the_run_fails() {
    assert_eq!(join(JoinKind::Inner, true, Unmatched::ByKind), Err(Code::JoinOneFoundMany));
    assert_eq!(join(JoinKind::Inner, false, Unmatched::Fail), Err(Code::TooManyUnmatched));
    let share = |share: &str| {
        let mut s = Script::new();
        Unmatched::AtMost(s.literal(decimal_type(38, 2), decimal(share)))
    };
    // Two of three rows have no match.
    assert_eq!(join(JoinKind::Inner, false, share("0.66")), Err(Code::TooManyUnmatched));
    assert_eq!(join(JoinKind::Inner, false, share("0.67")), Ok(vec!["1|a".to_owned(), "1|b".to_owned()]));
    assert_eq!(join(JoinKind::Inner, false, share("1")), join(JoinKind::Inner, false, Unmatched::Drop));
}

#[test]
fn a_split_names_the_branch_of_each_row() {
    let mut s = Script::new();
    let (r, c) = s.table(&[INT], &[&[int(7)], &[int(7)], &[int(8)]]);
    let branch = s.column();
    let seed = vec![s.literal(TEXT, text("SP-0001"))];
    // The hash of 7 is 0x23c0af0b3d5acc93, which is 13.96 % of 2^64.
    let share = |s: &mut Script, value: &str| Share::Of(s.literal(DataType::Percent, decimal(value)));
    let branches = vec![
        Branch { name: "low".to_owned(), share: share(&mut s, "0.1396"), is_held: false },
        Branch { name: "hit".to_owned(), share: share(&mut s, "0.0001"), is_held: true },
        Branch { name: "high".to_owned(), share: Share::Rest, is_held: false },
    ];
    let kind = StepKind::Split { key: vec![c[0]], seed, counts: Default::default(), branches, branch };
    s.then(r, kind, row(&[c[0], branch], &[INT, TEXT]));
    s.show(r, &[c[0], branch]);
    let rows = s.sorted_rows(r);
    assert_eq!(rows[..2], ["7|hit", "7|hit"]);
}

#[test]
fn steps_with_an_if_are_taken_when_it_is_true() {
    for (condition, expected) in [(Value::Bool(true), 1), (Value::Bool(false), 2), (NULL, 2)] {
        let mut s = Script::new();
        let (r, c) = s.table(&[INT], &[&[int(1)], &[int(2)]]);
        let count = s.literal(INT, int(1));
        s.then(r, StepKind::Take(count), row(&c, &[INT]));
        let condition = s.literal(BOOL, condition);
        s.program.relations[r].steps[0].condition = Some(condition);
        s.show(r, &c);
        assert_eq!(s.rows(r).len(), expected);
    }
}

#[test]
fn a_relation_that_is_read_keeps_its_order_and_renames_its_columns() {
    let mut s = Script::new();
    let (r, c) = s.table(&[INT], &[&[int(2)], &[int(1)]]);
    let by = s.expr(INT, ExprKind::Column(c[0]));
    s.then(r, StepKind::Sort(vec![SortKey { expr: by, descending: false }]), row(&c, &[INT]));
    let fresh = s.column();
    let reader = s.relation(Source::Relation { relation: r, columns: vec![(fresh, c[0])] }, row(&[fresh], &[INT]));
    s.show(reader, &[fresh]);
    let outcome = s.run().unwrap();
    assert!(outcome.relations[&reader].is_ordered);
    assert_eq!(outcome.relations[&reader].rows, [[int(1)], [int(2)]]);
    assert_eq!(outcome.facts.values().collect::<Vec<_>>(), [&Value::Bool(true)]);
}
