//! How rows differ from those that were expected: rows that are missing, that are too many, and that are nearly the same.
//!
//! Rows that are equal are taken out first. Of the rest each missing row is laid beside the one that has most cells of it,
//! as long as that is at least half of them: it is then one row with other cells, not two.

use wr_base::value::Value;

/// One row that is not as expected, in the order of the expected rows; those that are too many come last.
#[derive(Clone, Debug, PartialEq)]
pub enum RowDifference {
    Missing(Vec<Value>),
    Extra(Vec<Value>),
    /// The row as expected and as it is.
    Different {
        expected: Vec<Value>,
        got: Vec<Value>,
    },
}

/// Compares rows; in any order, or place by place where the order is promised.
#[must_use]
pub fn differences(expected: &[Vec<Value>], got: &[Vec<Value>], is_ordered: bool) -> Vec<RowDifference> {
    if is_ordered { in_order(expected, got) } else { in_any_order(expected, got) }
}

fn in_order(expected: &[Vec<Value>], got: &[Vec<Value>]) -> Vec<RowDifference> {
    let is_permuted = expected.len() == got.len() && in_any_order(expected, got).is_empty();
    if !is_permuted {
        // Rows that are there or not say more than places that moved by one.
        let found = in_any_order(expected, got);
        if !found.is_empty() {
            return found;
        }
    }
    let pairs = expected.iter().zip(got).filter(|(expected, got)| !same_row(expected, got));
    pairs.map(|(expected, got)| RowDifference::Different { expected: expected.clone(), got: got.clone() }).collect()
}

fn in_any_order(expected: &[Vec<Value>], got: &[Vec<Value>]) -> Vec<RowDifference> {
    let mut left: Vec<&Vec<Value>> = got.iter().collect();
    let mut missing: Vec<&Vec<Value>> = Vec::new();
    for row in expected {
        match left.iter().position(|other| same_row(row, other)) {
            Some(at) => {
                left.remove(at);
            }
            None => missing.push(row),
        }
    }
    let mut found = Vec::new();
    for row in missing {
        let equal = |other: &[Value]| row.iter().zip(other).filter(|(a, b)| same(a, b)).count();
        let nearest = left.iter().enumerate().max_by_key(|(at, other)| (equal(other), usize::MAX - at));
        match nearest.filter(|(_, other)| equal(other) * 2 >= row.len() && equal(other) > 0).map(|(at, _)| at) {
            Some(at) => found.push(RowDifference::Different { expected: row.clone(), got: left.remove(at).clone() }),
            None => found.push(RowDifference::Missing(row.clone())),
        }
    }
    found.extend(left.into_iter().map(|row| RowDifference::Extra(row.clone())));
    found
}

fn same_row(one: &[Value], other: &[Value]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
}

/// Whether two cells are equal. A float is, when twelve digits of it are: nobody writes down all of them.
#[must_use]
pub fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Float(one), Value::Float(other)) => {
            one == other || (one - other).abs() <= one.abs().max(other.abs()) * 1e-12
        }
        (Value::Decimal(one), Value::Decimal(other)) => one.compare(*other).is_eq(),
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[&str]) -> Vec<Value> {
        cells.iter().map(|cell| if *cell == "null" { Value::Null } else { Value::text(*cell) }).collect()
    }

    #[test]
    fn rows_are_compared_in_any_order_and_as_often_as_they_are_there() {
        let (a, b) = (row(&["1", "a"]), row(&["2", "b"]));
        let one = [a.clone()];
        assert_eq!(differences(&[a.clone(), b.clone()], &[b.clone(), a.clone()], false), []);
        assert_eq!(differences(&one, &[a.clone(), a.clone()], false), [RowDifference::Extra(a.clone())]);
        assert_eq!(differences(&[a.clone(), a.clone()], &one, false), [RowDifference::Missing(a.clone())]);
        let moved = differences(&[a.clone(), b.clone()], &[b.clone(), a.clone()], true);
        assert_eq!(moved.len(), 2);
    }

    #[test]
    fn a_row_with_one_other_cell_is_one_difference() {
        let (expected, got) = (row(&["1", "a"]), row(&["1", "b"]));
        let found = differences(std::slice::from_ref(&expected), std::slice::from_ref(&got), false);
        assert_eq!(found, [RowDifference::Different { expected, got }]);
        let found = differences(&[row(&["1", "a"])], &[row(&["2", "b"])], false);
        assert_eq!(found, [RowDifference::Missing(row(&["1", "a"])), RowDifference::Extra(row(&["2", "b"]))]);
    }

    #[test]
    fn null_is_no_empty_text_and_a_float_is_what_was_written_of_it() {
        assert_eq!(differences(&[row(&["null"])], &[row(&[""])], false).len(), 2);
        let float = |value: f64| vec![vec![Value::Float(value)]];
        assert_eq!(differences(&float(0.333_333_333_333_3), &float(1.0 / 3.0), false), []);
        assert_eq!(differences(&float(0.3333), &float(1.0 / 3.0), false).len(), 2);
    }
}
