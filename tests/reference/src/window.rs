//! `window`: each row looks at its partition, found and put in order anew for every row.
//!
//! First what the functions read is evaluated in all rows, then the functions, then what is computed of them: each only
//! when nothing before it failed.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use wr_base::ids::ColumnId;
use wr_base::row_type::RowType;
use wr_base::value::Value;
use wr_plan::expr::Expr;
use wr_plan::logical::{Frame, Item, SortKey, WindowCall, WindowFunction};
use wr_sema::hir::Window;

use crate::aggregate::{Member, of_group};
use crate::expr::{Context, Fault, Faults, Row, World, evaluate};
use crate::order::{cells, compare_cells, compare_rows, completion};

/// A row with all that is asked of it.
struct Seen {
    row: Row,
    by: Vec<Value>,
    sort: Vec<Value>,
    /// By call, the values of its arguments.
    arguments: Vec<Vec<Value>>,
}

/// Whether the order of rows plays a part in a function.
pub(crate) fn goes_by_order(function: &WindowFunction) -> bool {
    !matches!(function, WindowFunction::Aggregate { frame: Frame { from: None, to: None }, .. })
}

pub(crate) fn window(
    rows: Vec<Row>,
    window: &Window,
    before: &RowType,
    live: &BTreeSet<ColumnId>,
    world: &World,
) -> Result<Vec<Row>, Fault> {
    let calls: Vec<&WindowCall> = window.calls.iter().filter(|call| live.contains(&call.column)).collect();
    let is_ordered = calls.iter().any(|call| goes_by_order(&call.function));
    let sort: &[SortKey] = if is_ordered { &window.sort } else { &[] };
    let completed = if is_ordered { completion(before) } else { Vec::new() };

    let mut seen = Vec::new();
    if calls.is_empty() {
        seen = rows.into_iter().map(|row| Seen { row, by: vec![], sort: vec![], arguments: vec![] }).collect();
    } else {
        let mut faults = Faults::default();
        for row in rows {
            let mut value = |expr: &Expr| faults.take(evaluate(expr, &Context::row(world, &row)));
            let by = window.by.iter().map(&mut value).collect();
            let sort = sort.iter().map(|key| value(&key.expr)).collect();
            let arguments = calls.iter().map(|call| arguments(&call.function).map(&mut value).collect()).collect();
            seen.push(Seen { by, sort, arguments, row });
        }
        faults.result()?;
    }

    let mut faults = Faults::default();
    let mut made: Vec<Row> = Vec::new();
    for (at, this) in seen.iter().enumerate() {
        let mut partition: Vec<usize> =
            (0..seen.len()).filter(|other| compare_rows(&seen[*other].by, &this.by).is_eq()).collect();
        let completion = |at: usize| cells(&seen[at].row, &completed);
        partition.sort_by(|a, b| {
            compare_sort(sort, &seen[*a], &seen[*b]).then_with(|| compare_rows(&completion(*a), &completion(*b)))
        });
        let place = partition.iter().position(|other| *other == at).unwrap_or_default();
        let mut row = this.row.clone();
        for (number, call) in calls.iter().enumerate() {
            let argument = |of: usize, place: usize| {
                partition
                    .get(place)
                    .and_then(|row| seen[*row].arguments[number].get(of))
                    .cloned()
                    .unwrap_or(Value::Null)
            };
            let is_tied = |a: usize, b: usize| compare_sort(sort, &seen[partition[a]], &seen[partition[b]]).is_eq();
            let value = of_call(call, place, partition.len(), &argument, &is_tied);
            row.insert(call.column, faults.take(value));
        }
        made.push(row);
    }
    faults.result()?;

    let mut faults = Faults::default();
    let items: Vec<&Item> = window.items.iter().filter(|item| live.contains(&item.column)).collect();
    for row in &mut made {
        let value = |item: &&Item| (item.column, faults.take(evaluate(&item.expr, &Context::row(world, row))));
        let values = items.iter().map(value).collect::<Vec<_>>();
        row.extend(values);
    }
    faults.result().map(|()| made)
}

fn arguments(function: &WindowFunction) -> Box<dyn Iterator<Item = &Expr> + '_> {
    match function {
        WindowFunction::Shifted { value, otherwise, .. } => Box::new(std::iter::once(value).chain(otherwise)),
        WindowFunction::First(value, _) | WindowFunction::Last(value, _) => Box::new(std::iter::once(value)),
        WindowFunction::Aggregate { call, .. } => {
            Box::new(call.arguments.iter().take(1).chain(call.order.iter().map(|key| &key.expr)))
        }
        WindowFunction::RowNumber | WindowFunction::Rank | WindowFunction::DenseRank | WindowFunction::Ntile(_) => {
            Box::new(std::iter::empty())
        }
    }
}

/// By what was written, nulls last.
fn compare_sort(sort: &[SortKey], a: &Seen, b: &Seen) -> Ordering {
    for (at, key) in sort.iter().enumerate() {
        let (a, b) = (&a.sort[at], &b.sort[at]);
        let order = compare_cells(a, b);
        let order = if key.descending && !a.is_null() && !b.is_null() { order.reverse() } else { order };
        if order.is_ne() {
            return order;
        }
    }
    Ordering::Equal
}

/// The value for the row at a place among so many partition.
fn of_call(
    call: &WindowCall,
    place: usize,
    count: usize,
    argument: &dyn Fn(usize, usize) -> Value,
    is_tied: &dyn Fn(usize, usize) -> bool,
) -> Result<Value, Fault> {
    let int = |number: usize| Ok(Value::Int(number as i128));
    let in_frame = |frame: &Frame| -> Vec<usize> {
        let is_in = |other: &usize| {
            let distance = *other as i128 - place as i128;
            frame.from.is_none_or(|from| distance >= i128::from(from))
                && frame.to.is_none_or(|to| distance <= i128::from(to))
        };
        (0..count).filter(is_in).collect()
    };
    match &call.function {
        WindowFunction::RowNumber => int(place + 1),
        WindowFunction::Rank => int(1 + (0..place).filter(|other| !is_tied(*other, place)).count()),
        WindowFunction::DenseRank => int(1 + (1..=place).filter(|at| !is_tied(at - 1, *at)).count()),
        WindowFunction::Ntile(parts) => {
            // Deal the rows out: the first parts get what is left over.
            let parts = *parts as usize;
            let sizes = (0..parts).map(|part| count / parts + usize::from(part < count % parts));
            let mut end = 0;
            for (part, size) in sizes.enumerate() {
                end += size;
                if place < end {
                    return int(part + 1);
                }
            }
            int(parts)
        }
        WindowFunction::Shifted { rows, .. } => {
            let there = place as i128 - i128::from(*rows);
            let is_there = (0..count as i128).contains(&there);
            Ok(if is_there { argument(0, there as usize) } else { argument(1, place) })
        }
        WindowFunction::First(_, frame) => Ok(in_frame(frame).first().map_or(Value::Null, |at| argument(0, *at))),
        WindowFunction::Last(_, frame) => Ok(in_frame(frame).last().map_or(Value::Null, |at| argument(0, *at))),
        WindowFunction::Aggregate { call: aggregate, frame } => {
            let member = |at: usize| {
                let value = if aggregate.arguments.is_empty() { Value::Bool(true) } else { argument(0, at) };
                Member { value, keys: (1..=aggregate.order.len()).map(|key| argument(key, at)).collect() }
            };
            let members = in_frame(frame).into_iter().map(member).collect();
            of_group(aggregate, members, &call.ty.data).map_err(|code| Fault { expr: call.id, code })
        }
    }
}
