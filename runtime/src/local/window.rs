//! `window`: for each row the values of functions over the rows of its partition.
//!
//! A partition is put in order once; a call then goes over it row by row. A frame that begins or ends with the
//! partition is added up as it grows, any other one anew for each row.

use polars::prelude::{Column, DataFrame};
use wr_base::ids::ColumnId;
use wr_base::value::Value;
use wr_plan::evaluate::{Accumulator, Failure};
use wr_plan::expr::{AggregateCall, Expr};
use wr_plan::logical::{Frame as RowsFrame, SortKey, Window, WindowCall, WindowFunction};

use super::Fault;
use super::expression::{Scene, column};
use super::failure::earlier;
use super::key::{Groups, KeyTable, Nulls};
use super::order::Order;
use crate::cells::{Cells, column_from_values};
use crate::frame::{Frame, column_name, place};

/// # Errors
/// The failure of the first expression that fails in any row, else of the first call that does.
pub(super) fn window(window: &Window, input: &Frame, scene: &Scene) -> Result<DataFrame, Fault> {
    let rows = place(input.rows())?;
    let mut failure = None;
    let mut seen = |result: Result<Cells, Failure>| match result {
        Ok(cells) => Some(cells),
        Err(failed) => {
            failure = Some(earlier(failure.take(), failed));
            None
        }
    };
    let by: Vec<Option<Cells>> = window.by.iter().map(|expr| seen(cells(expr, input, scene))).collect();
    let mut arguments: Vec<Vec<Option<Cells>>> = Vec::new();
    for call in &window.calls {
        arguments.push(call.function.exprs().into_iter().map(|expr| seen(cells(expr, input, scene))).collect());
    }
    let order =
        Order::new(&window.sort, input, scene).map_err(|failed| failure = Some(earlier(failure.take(), failed)));
    if let Some(failure) = failure {
        return Err(failure.into());
    }
    let (by, Ok(order)) = (by.into_iter().flatten().collect::<Vec<_>>(), order) else {
        return Err(Fault::internal("an order failed without a failure"));
    };
    let partitions = partitions(&by, &order, rows);
    let written = written_order(&window.sort, window.written, input, scene)?;
    let mut failure = None;
    let mut columns: Vec<Column> = input.data.columns().to_vec();
    for (call, arguments) in window.calls.iter().zip(arguments) {
        let arguments: Vec<Cells> = arguments.into_iter().flatten().collect();
        let mut values = vec![Value::Null; input.rows()];
        for part in &partitions {
            if let Err(failed) = of_partition(call, &arguments, part, &written, &mut values) {
                failure = Some(earlier(failure.take(), failed));
            }
        }
        if failure.is_none() {
            columns.push(column_from_values(column_name(call.column), &call.ty.data, values)?);
        }
    }
    match failure {
        Some(failure) => Err(failure.into()),
        None => Ok(DataFrame::new(input.rows(), columns)?),
    }
}

fn cells(expr: &Expr, input: &Frame, scene: &Scene) -> Result<Cells, Failure> {
    let column = column(expr, ColumnId(0), input, scene)?;
    Cells::new(&column, &expr.ty.data).map_err(|fault| super::expression::internal(expr, &fault))
}

/// The rows of each partition, in its order.
fn partitions(by: &[Cells], order: &Order, rows: u32) -> Vec<Vec<u32>> {
    let mut table = KeyTable::new(by.len(), Nulls::AreEqual);
    let numbers = table.numbers(by, rows as usize);
    let groups = Groups::new(&numbers, if rows == 0 { 0 } else { table.count() });
    let mut partitions = vec![Vec::new(); groups.len()];
    for row in order.sorted(rows) {
        let number = numbers.get(row as usize).copied().unwrap_or_default();
        if let Some(part) = partitions.get_mut(number as usize) {
            part.push(row);
        }
    }
    partitions
}

/// Only what was written tells ranks apart.
fn written_order(sort: &[SortKey], written: usize, input: &Frame, scene: &Scene) -> Result<Order, Failure> {
    Order::new(sort.get(..written).unwrap_or(sort), input, scene)
}

/// The values of a call for the rows of one partition.
fn of_partition(
    call: &WindowCall,
    arguments: &[Cells],
    part: &[u32],
    written: &Order,
    values: &mut [Value],
) -> Result<(), Failure> {
    let value = |of: usize, at: usize| match (arguments.get(of), part.get(at)) {
        (Some(cells), Some(row)) => cells.get(*row as usize),
        (None, _) | (_, None) => Value::Null,
    };
    let mut put = |at: usize, value: Value| {
        if let Some(place) = part.get(at).and_then(|row| values.get_mut(*row as usize)) {
            *place = value;
        }
    };
    let number = |number: usize| Value::Int(number as i128);
    match &call.function {
        WindowFunction::RowNumber => (0..part.len()).for_each(|at| put(at, number(at + 1))),
        WindowFunction::Rank | WindowFunction::DenseRank => {
            let (mut rank, mut dense) = (0, 0);
            for (at, row) in part.iter().enumerate() {
                let before = at.checked_sub(1).and_then(|before| part.get(before));
                let is_equal = before.is_some_and(|before| written.compare(*before as usize, *row as usize).is_eq());
                if !is_equal {
                    rank = at + 1;
                    dense += 1;
                }
                put(at, number(if call.function == WindowFunction::Rank { rank } else { dense }));
            }
        }
        WindowFunction::Ntile(parts) => {
            let parts = (*parts).max(1) as usize;
            let (size, larger) = (part.len() / parts, part.len() % parts);
            for at in 0..part.len() {
                // The first ones have one row more.
                let in_larger = larger * (size + 1);
                let tile = if at < in_larger { at / (size + 1) } else { larger + (at - in_larger) / size.max(1) };
                put(at, number(tile + 1));
            }
        }
        WindowFunction::Shifted { rows, .. } => {
            for at in 0..part.len() {
                let there = shifted(at, -*rows).filter(|there| *there < part.len());
                put(at, there.map_or_else(|| value(1, at), |there| value(0, there)));
            }
        }
        WindowFunction::First(_, frame) | WindowFunction::Last(_, frame) => {
            let is_first = matches!(call.function, WindowFunction::First(..));
            for at in 0..part.len() {
                let place = rows_of(*frame, at, part.len()).map(|(from, to)| if is_first { from } else { to });
                put(at, place.map_or(Value::Null, |place| value(0, place)));
            }
        }
        WindowFunction::Aggregate { call: aggregate, frame } => {
            let of_rows = Framed { aggregate, frame: *frame, call, length: part.len() };
            of_rows.each(&|at| (0..arguments.len()).map(|of| value(of, at)).collect(), &mut put)?;
        }
    }
    Ok(())
}

/// The place so many rows away; `None` before the first.
fn shifted(at: usize, by: i64) -> Option<usize> {
    usize::try_from(i128::try_from(at).unwrap_or(i128::MAX) + i128::from(by)).ok()
}

/// The first and the last place of a frame; `None` when it has no row.
fn rows_of(frame: RowsFrame, at: usize, length: usize) -> Option<(usize, usize)> {
    let last = length.checked_sub(1)?;
    let from = frame.from.map_or(Some(0), |by| Some(shifted(at, by).unwrap_or(0)))?;
    let to = frame.to.map_or(Some(last), |by| shifted(at, by).map(|to| to.min(last)))?;
    (from <= to && from <= last).then_some((from, to))
}

/// An aggregate over a frame of each row.
struct Framed<'a> {
    aggregate: &'a AggregateCall,
    frame: RowsFrame,
    call: &'a WindowCall,
    length: usize,
}

impl Framed<'_> {
    fn accumulator(&self) -> Accumulator {
        Accumulator::new(self.aggregate, self.call.ty.data.clone())
    }

    fn finished(&self, accumulator: &mut Accumulator) -> Result<Value, Failure> {
        let failure =
            |fault: wr_plan::functions::Fault| Failure { expr: self.call.id, code: fault.code, detail: fault.detail };
        accumulator.finish().map_err(failure)
    }

    fn each(&self, row: &dyn Fn(usize) -> Vec<Value>, put: &mut dyn FnMut(usize, Value)) -> Result<(), Failure> {
        if self.frame == RowsFrame::WHOLE {
            let mut all = self.accumulator();
            (0..self.length).for_each(|at| all.add(&row(at)));
            let all = self.finished(&mut all)?;
            (0..self.length).for_each(|at| put(at, all.clone()));
            return Ok(());
        }
        let frames = (0..self.length).map(|at| rows_of(self.frame, at, self.length));
        if self.frame.from.is_none() {
            // It only grows at its end.
            let (mut grown, mut next) = (self.accumulator(), 0);
            for (at, frame) in frames.enumerate() {
                let end = frame.map_or(0, |(_, to)| to + 1);
                (next..end).for_each(|at| grown.add(&row(at)));
                next = next.max(end);
                put(at, self.finished(&mut grown)?);
            }
        } else if self.frame.to.is_none() {
            let (mut grown, mut next) = (self.accumulator(), self.length);
            for at in (0..self.length).rev() {
                let start = rows_of(self.frame, at, self.length).map_or(self.length, |(from, _)| from);
                (start..next).for_each(|at| grown.add(&row(at)));
                next = next.min(start);
                put(at, self.finished(&mut grown)?);
            }
        } else {
            for (at, frame) in frames.enumerate() {
                let mut some = self.accumulator();
                frame.into_iter().flat_map(|(from, to)| from..=to).for_each(|at| some.add(&row(at)));
                put(at, self.finished(&mut some)?);
            }
        }
        Ok(())
    }
}
