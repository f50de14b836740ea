//! Groups and functions over their rows (B8). A null in a key is a group of its own; without keys there is one group.
//!
//! Arguments are computed for whole columns. Where any of that fails, groups are computed one by one and only what is
//! needed, as [`wr_plan::evaluate`] does it: an aggregate in a branch of a `when` that is not taken cannot fail a run.

use std::cell::RefCell;

use polars::prelude::{Column, DataFrame};
use wr_base::ids::ColumnId;
use wr_base::value::Value;
use wr_plan::evaluate::{Accumulator, Context, Failure, evaluate};
use wr_plan::expr::{AggregateCall, Expr, ExprKind};
use wr_plan::functions::{AggregateId, Fault as FunctionFault};
use wr_plan::logical::{Item, PlanColumn};

use super::Fault;
use super::expression::{Scene, column, internal};
use super::failure::earlier;
use super::key::{Groups, KeyTable, Nulls};
use crate::cells::{Cells, StorageFault, column_from_values};
use crate::frame::{Frame, column_name, take_rows};

/// An aggregate within an item, which reads it as a column of this id: beyond the ids of any plan.
struct Part {
    id: ColumnId,
    expr: Expr,
    call: AggregateCall,
}

/// # Errors
/// The failure of the first expression that fails.
pub(super) fn aggregate(keys: &[Item], aggregates: &[Item], input: &Frame, scene: &Scene) -> Result<DataFrame, Fault> {
    let key_columns = computed(keys, input, scene)?;
    let key_cells = keys
        .iter()
        .zip(&key_columns)
        .map(|(key, column)| Cells::new(column, &key.expr.ty.data))
        .collect::<Result<Vec<_>, _>>()?;
    let mut table = KeyTable::new(keys.len(), Nulls::AreEqual);
    let numbers = table.numbers(&key_cells, input.rows());
    let groups = Groups::new(&numbers, table.count());

    // A group's key is that of its first row.
    let first: Vec<u32> = (0..).take(groups.len()).filter_map(|number| groups.rows(number).first().copied()).collect();
    let of_keys = take_rows(&DataFrame::new(input.rows(), key_columns)?, &first)?;
    let mut columns = of_keys.columns().to_vec();
    let mut parts = Vec::new();
    let items: Vec<Item> = aggregates
        .iter()
        .map(|item| Item { expr: without_aggregates(&item.expr, &mut parts), ..item.clone() })
        .collect();
    match at_once(&parts, &items, keys, &of_keys, groups.len(), &numbers, input, scene) {
        Ok(computed) => columns.extend(computed),
        Err(Fault::Expression(_)) => columns.extend(by_groups(&parts, &items, keys, &of_keys, &groups, input, scene)?),
        Err(
            fault @ (Fault::Broken(_) | Fault::Internal(_) | Fault::Seed | Fault::Shares | Fault::TwoStrata { .. }),
        ) => return Err(fault),
    }
    Ok(DataFrame::new(groups.len(), columns)?)
}

/// The items as columns, each under its own id.
pub(super) fn computed(items: &[Item], input: &Frame, scene: &Scene) -> Result<Vec<Column>, Failure> {
    let mut failure = None;
    let mut columns = Vec::new();
    for item in items {
        match column(&item.expr, item.column, input, scene) {
            Ok(column) => columns.push(column),
            Err(failed) => failure = Some(earlier(failure, failed)),
        }
    }
    failure.map_or(Ok(columns), Err)
}

/// The expression with each aggregate in it replaced by a column, which is added to the parts.
fn without_aggregates(expr: &Expr, parts: &mut Vec<Part>) -> Expr {
    let mut expr = expr.clone();
    expr.transform(&mut |inner| {
        if let ExprKind::Aggregate(call) = &inner.kind {
            let id = ColumnId(u32::MAX - u32::try_from(parts.len()).unwrap_or(0));
            parts.push(Part { id, expr: inner.clone(), call: call.clone() });
            inner.kind = ExprKind::Column(id);
        }
    });
    expr
}

/// Every part for every group, then the items over them.
#[expect(clippy::too_many_arguments, reason = "they are what a group is made of, and there is one caller")]
fn at_once(
    parts: &[Part],
    items: &[Item],
    keys: &[Item],
    of_keys: &DataFrame,
    groups: usize,
    numbers: &[u32],
    input: &Frame,
    scene: &Scene,
) -> Result<Vec<Column>, Fault> {
    let mut frame = key_frame(keys, of_keys);
    let mut columns = frame.data.columns().to_vec();
    for part in parts {
        let values = part_at_once(part, groups, numbers, input, scene)?;
        columns.push(column_from_values(column_name(part.id), &part.expr.ty.data, values)?);
        frame.columns.push(PlanColumn { id: part.id, name: String::new(), ty: part.expr.ty.clone() });
    }
    frame.data = DataFrame::new(groups, columns)?;
    Ok(computed(items, &frame, scene)?)
}

/// One aggregate of every group.
fn part_at_once(
    part: &Part,
    groups: usize,
    numbers: &[u32],
    input: &Frame,
    scene: &Scene,
) -> Result<Vec<Value>, Fault> {
    let counts = |counts: Vec<u64>| Ok(counts.into_iter().map(|count| Value::Int(i128::from(count))).collect());
    let mut counted = vec![0_u64; groups];
    let mut read = Vec::new();
    for expr in part.call.read() {
        read.push(Cells::new(&column(expr, part.id, input, scene)?, &expr.ty.data)?);
    }
    if read.is_empty() {
        for number in numbers {
            if let Some(count) = counted.get_mut(*number as usize) {
                *count += 1;
            }
        }
        return counts(counted);
    }
    if part.call.function == AggregateId::CountDistinct {
        let of_groups = column_from_values(
            column_name(part.id),
            &wr_base::ty::DataType::Int,
            numbers.iter().map(|number| Value::Int(i128::from(*number))),
        )?;
        let pair: Vec<Cells> =
            std::iter::once(Cells::new(&of_groups, &wr_base::ty::DataType::Int)?).chain(read).collect();
        let mut table = KeyTable::new(2, Nulls::MatchNothing);
        let mut next = 0;
        // Numbers are given in order, so a new value of a group is one that is not below the next.
        for (pair, number) in table.numbers(&pair, numbers.len()).into_iter().zip(numbers) {
            if pair == next {
                next += 1;
                if let Some(count) = counted.get_mut(*number as usize) {
                    *count += 1;
                }
            }
        }
        return counts(counted);
    }
    let mut accumulators = vec![Accumulator::new(&part.call, part.expr.ty.data.clone()); groups];
    let mut values = Vec::new();
    for (row, number) in numbers.iter().enumerate() {
        if let Some(accumulator) = accumulators.get_mut(*number as usize) {
            values.clear();
            values.extend(read.iter().map(|cells| cells.get(row)));
            accumulator.add(&values);
        }
    }
    let finished = accumulators
        .into_iter()
        .map(|mut accumulator| accumulator.finish().map_err(|fault| Fault::Expression(failure(&part.expr, fault))));
    finished.collect()
}

/// Group by group, only what is needed; every group is computed, so that the failure is the first expression's.
fn by_groups(
    parts: &[Part],
    items: &[Item],
    keys: &[Item],
    of_keys: &DataFrame,
    groups: &Groups,
    input: &Frame,
    scene: &Scene,
) -> Result<Vec<Column>, Fault> {
    let keys = key_frame(keys, of_keys);
    let key_cells = keys.columns.iter().map(|column| Ok((column.id, keys.cells(column.id)?)));
    let key_cells = key_cells.collect::<Result<Vec<_>, StorageFault>>()?;
    let input_cells = input.columns.iter().map(|column| Ok((column.id, input.cells(column.id)?)));
    let input_cells = input_cells.collect::<Result<Vec<_>, StorageFault>>()?;
    let cell = |cells: &[(ColumnId, Cells)], wanted: ColumnId, row: usize| {
        cells.iter().find(|(id, _)| *id == wanted).map(|(_, cells)| cells.get(row))
    };
    let part_of_group = |part: &Part, group: u32| -> Result<Value, Failure> {
        let mut accumulator = Accumulator::new(&part.call, part.expr.ty.data.clone());
        for row in groups.rows(group) {
            let column = |column| cell(&input_cells, column, *row as usize);
            let values = part.call.read().map(|expr| evaluate(expr, &row_context(scene, &column)));
            accumulator.add(&values.collect::<Result<Vec<_>, _>>()?);
        }
        accumulator.finish().map_err(|fault| failure(&part.expr, fault))
    };
    let mut first: Option<Failure> = None;
    let mut columns = Vec::new();
    for item in items {
        let mut values = Vec::with_capacity(groups.len());
        for group in (0_u32..).take(groups.len()) {
            let failed = RefCell::new(None);
            let column = |wanted: ColumnId| match parts.iter().find(|part| part.id == wanted) {
                Some(part) => part_of_group(part, group).map_err(|failure| failed.replace(Some(failure))).ok(),
                None => cell(&key_cells, wanted, group as usize),
            };
            match evaluate(&item.expr, &row_context(scene, &column)) {
                Ok(value) => values.push(value),
                Err(failure) => first = Some(earlier(first, failed.take().unwrap_or(failure))),
            }
        }
        if first.is_none() {
            let column = column_from_values(column_name(item.column), &item.expr.ty.data, values)
                .map_err(|fault| internal(&item.expr, &fault))?;
            columns.push(column);
        }
    }
    first.map_or(Ok(columns), |failure| Err(failure.into()))
}

fn row_context<'a>(scene: &Scene, columns: &'a dyn Fn(ColumnId) -> Option<Value>) -> Context<'a> {
    Context { setting: scene.setting, values: &|_| None, columns, facts: &|_| None }
}

fn key_frame(keys: &[Item], data: &DataFrame) -> Frame {
    let columns =
        keys.iter().map(|key| PlanColumn { id: key.column, name: key.name.clone(), ty: key.expr.ty.clone() }).collect();
    Frame { columns, data: data.clone() }
}

fn failure(expr: &Expr, fault: FunctionFault) -> Failure {
    Failure { expr: expr.id, code: fault.code, detail: fault.detail }
}
