//! Whether two answers are one: the same rows, in the same order where one is promised, or the same failure.

use wr_base::value::Value;
use wr_reference::{Outcome, Table};

use super::Failed;

pub(super) type Answer = Result<Outcome, Failed>;

/// What differs, in words; `None` when nothing does.
pub(super) fn difference(reference: &Answer, engine: &Answer) -> Option<String> {
    match (reference, engine) {
        (Err(expected), Err(got)) if (expected.code, expected.step) == (got.code, got.step) => None,
        (Ok(expected), Ok(got)) => differing_outcome(expected, got),
        (Ok(_), Err(got)) => Some(format!("the reference succeeds, the engine fails: {got:?}")),
        (Err(expected), Ok(_)) => Some(format!("the reference fails, the engine succeeds: {expected:?}")),
        (Err(expected), Err(got)) => Some(format!("two failures\n  reference: {expected:?}\n  engine:    {got:?}")),
    }
}

/// What differs between a script and the same one said in other words: columns and steps have other ids then, and of
/// several failures another may be the first.
pub(super) fn difference_of_forms(plain: &Answer, other: &Answer) -> Option<String> {
    let without_ids = |outcome: &Outcome| {
        let mut outcome = outcome.clone();
        let sheets = outcome.files.iter_mut().flat_map(|file| &mut file.sheets);
        sheets.chain(&mut outcome.records).for_each(|table| table.columns.clear());
        outcome
    };
    match (plain, other) {
        (Ok(plain), Ok(other)) => differing_outcome(&without_ids(plain), &without_ids(other)),
        (Err(_), Err(_)) => None,
        (Ok(_), Err(got)) => Some(format!("only one fails: {got:?}")),
        (Err(got), Ok(_)) => Some(format!("only the plain one fails: {got:?}")),
    }
}

fn differing_outcome(expected: &Outcome, got: &Outcome) -> Option<String> {
    if expected.facts != got.facts {
        return Some(format!("facts\n  reference: {:?}\n  engine:    {:?}", expected.facts, got.facts));
    }
    if expected.expectations != got.expectations {
        return Some(format!("expectations: {:?} and {:?}", expected.expectations, got.expectations));
    }
    for (expected, got) in expected.records.iter().zip(&got.records) {
        if let Some(rows) = differing_rows(expected, got) {
            return Some(format!("record\n{rows}"));
        }
    }
    for (expected, got) in expected.files.iter().zip(&got.files) {
        if expected.name != got.name {
            return Some(format!("file names: {} and {}", expected.name, got.name));
        }
        for (sheet, other) in expected.sheets.iter().zip(&got.sheets) {
            if let Some(rows) = differing_rows(sheet, other) {
                return Some(format!("{}\n{rows}", expected.name));
            }
        }
    }
    let sizes = |outcome: &Outcome| (outcome.records.len(), outcome.files.len());
    (sizes(expected) != sizes(got)).then(|| format!("outputs: {:?} and {:?}", sizes(expected), sizes(got)))
}

fn differing_rows(expected: &Table, got: &Table) -> Option<String> {
    if expected.columns != got.columns {
        return Some(format!("columns: {:?} and {:?}", expected.columns, got.columns));
    }
    let (mut left, mut right) = (lines(expected), lines(got));
    if !expected.is_ordered {
        left.sort();
        right.sort();
    }
    let order = if expected.is_ordered { "in this order" } else { "in any order" };
    (left != right)
        .then(|| format!("  reference, {order}:\n    {}\n  engine:\n    {}", left.join("\n    "), right.join("\n    ")))
}

/// Exactly what a value is, but that there is one zero.
fn lines(table: &Table) -> Vec<String> {
    let cell = |value: &Value| match value {
        Value::Float(float) if *float == 0.0 => "Float(0.0)".to_owned(),
        value => format!("{value:?}"),
    };
    table.rows.iter().map(|row| row.iter().map(cell).collect::<Vec<_>>().join(" | ")).collect()
}
