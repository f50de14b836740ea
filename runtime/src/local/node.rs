//! One node of the plan: its inputs' rows to its own.

use polars::prelude::{DataFrame, IntoColumn, NewChunkedArray, StringChunked};
use wr_base::ids::ColumnId;
use wr_base::value::{Decimal, Value};
use wr_plan::declaration::{Branch, Share, SplitCounts};
use wr_plan::evaluate::{Context, evaluate};
use wr_plan::expr::Expr;
use wr_plan::logical::{Item, NodeKind, PlanColumn, SortKey};

use super::Fault;
use super::aggregate::{aggregate, computed};
use super::expression::{Scene, mask};
use super::join::join;
use super::order::{Order, first_of_each};
use super::ranked::branches_of_rows;
use super::sample::sampled;
use super::set_operation::set_operation;
use super::split::{Seed, borders, branch_of};
use super::unpivot::unpivot;
use super::window::window;
use crate::frame::{Frame, column_name, filter_rows, place, take_rows};

/// The rows of a node, and what only it knows of them.
pub(super) struct Made {
    pub(super) frame: Frame,
    /// Of a join: left rows without a match.
    pub(super) unmatched: Option<u64>,
    /// Of a split: how many rows each branch has.
    pub(super) note: Option<String>,
}

/// # Errors
/// An expression fails, a promise is broken.
pub(super) fn make(kind: &NodeKind, inputs: &[Frame], columns: &[PlanColumn], scene: &Scene) -> Result<Made, Fault> {
    let input = || inputs.first().ok_or_else(|| Fault::internal("a node has no input"));
    let made = |data: DataFrame| {
        let frame = Frame { columns: columns.to_vec(), data };
        Ok(Made { frame: frame.with_columns(columns)?, unmatched: None, note: None })
    };
    if let Some(condition) = condition(kind)
        && constant(condition, scene)? != Value::Bool(true)
    {
        return made(input()?.data.clone());
    }
    match kind {
        NodeKind::Scan(_) => Err(Fault::internal("a scan was not placed")),
        NodeKind::Read { columns: pairs, .. } => {
            let rows = input()?;
            let renamed = pairs.iter().map(|(here, there)| {
                let column = rows.column(*there).ok_or_else(|| Fault::internal(format!("{there:?} is not read")))?;
                Ok(column.clone().with_name(column_name(*here)))
            });
            made(DataFrame::new(rows.rows(), renamed.collect::<Result<Vec<_>, Fault>>()?)?)
        }
        NodeKind::Filter { predicate, .. } => {
            let rows = input()?;
            made(filter_rows(&rows.data, &mask(predicate, rows, scene)?)?)
        }
        NodeKind::Project { items, .. } => made(DataFrame::new(input()?.rows(), computed(items, input()?, scene)?)?),
        NodeKind::Join(parts) => {
            let [left, right] = inputs else { return Err(Fault::internal("a join needs two sides")) };
            let joined = join(parts, left, right, columns, scene)?;
            Ok(Made { unmatched: joined.unmatched, ..made(joined.data)? })
        }
        NodeKind::Aggregate { keys, aggregates, .. } => made(grouped(keys, aggregates, input()?, scene)?),
        NodeKind::Sort { by, .. } => {
            let rows = input()?;
            made(take_rows(&rows.data, &sorted(by, rows, scene)?)?)
        }
        NodeKind::Take { count, .. } => {
            let Value::Int(count) = constant(count, scene)? else {
                return Err(Fault::internal("the count of `take` is no int"));
            };
            let rows = input()?;
            let count = usize::try_from(count.max(0)).unwrap_or(usize::MAX).min(rows.rows());
            let columns = rows.data.columns().iter().map(|column| column.slice(0, count)).collect();
            made(DataFrame::new(count, columns)?)
        }
        NodeKind::Distinct { on, keep, .. } => {
            let rows = input()?;
            let all: Vec<ColumnId>;
            let on = if on.is_empty() {
                all = rows.columns.iter().map(|column| column.id).collect();
                &all
            } else {
                on
            };
            made(take_rows(&rows.data, &first_of_each(on, keep, rows, scene)??)?)
        }
        NodeKind::Sample { count, key, seed, .. } => {
            let rows = input()?;
            let Value::Int(count) = constant(count, scene)? else {
                return Err(Fault::internal("the count of `sample` is no int"));
            };
            let seed = seed.iter().map(|part| constant(part, scene)).collect::<Result<Vec<_>, _>>()?;
            made(take_rows(&rows.data, &sampled(count, key, &seed, rows, scene)?)?)
        }
        NodeKind::Unpivot(parts) => made(unpivot(parts, input()?, columns, scene)?),
        NodeKind::Window(parts) => made(window(parts, input()?, scene)?),
        NodeKind::SetOperation(set) => {
            let [left, right] = inputs else { return Err(Fault::internal("a set operation needs two sides")) };
            made(set_operation(set, left, right)?)
        }
        NodeKind::Split { key, seed, counts, branches, branch, .. } => {
            let rows = input()?;
            let names = branch_names(key, seed, counts, branches, rows, scene)?;
            let note = Some(rows_of_branches(branches, &names));
            let branch = StringChunked::from_iter_options(column_name(*branch), names.into_iter()).into_column();
            let columns = rows.data.columns().iter().cloned().chain([branch]).collect();
            Ok(Made { note, ..made(DataFrame::new(rows.rows(), columns)?)? })
        }
    }
}

/// The `if` of a step, where it is not decided yet.
fn condition(kind: &NodeKind) -> Option<&Expr> {
    match kind {
        NodeKind::Filter { condition, .. }
        | NodeKind::Sort { condition, .. }
        | NodeKind::Take { condition, .. }
        | NodeKind::Distinct { condition, .. }
        | NodeKind::Sample { condition, .. } => condition.as_ref(),
        NodeKind::Join(join) => join.condition.as_ref(),
        NodeKind::Scan(_)
        | NodeKind::Read { .. }
        | NodeKind::Project { .. }
        | NodeKind::Aggregate { .. }
        | NodeKind::SetOperation(_)
        | NodeKind::Window(_)
        | NodeKind::Unpivot(_)
        | NodeKind::Split { .. } => None,
    }
}

fn constant(expr: &Expr, scene: &Scene) -> Result<Value, Fault> {
    Ok(evaluate(expr, &Context::values(scene.setting, &|_| None))?)
}

fn grouped(keys: &[Item], aggregates: &[Item], rows: &Frame, scene: &Scene) -> Result<DataFrame, Fault> {
    place(rows.rows())?;
    aggregate(keys, aggregates, rows, scene)
}

fn sorted(by: &[SortKey], rows: &Frame, scene: &Scene) -> Result<Vec<u32>, Fault> {
    Ok(Order::new(by, rows, scene)?.sorted(place(rows.rows())?))
}

/// A percent, or a number.
pub(super) fn share_of(value: &Value) -> Result<Decimal, Fault> {
    if let Value::Percent(share) | Value::Decimal(share) = value {
        return Ok(*share);
    }
    let Value::Int(share) = value else { return Err(Fault::internal("a share is no number")) };
    Decimal::from_int(*share).ok_or(Fault::Shares)
}

/// `control 350 (held), test 3152`
fn rows_of_branches(branches: &[Branch], names: &[Option<&str>]) -> String {
    let words = branches.iter().map(|branch| {
        let rows = names.iter().filter(|name| **name == Some(branch.name.as_str())).count();
        format!("{} {rows}{}", branch.name, if branch.is_held { " (held)" } else { "" })
    });
    words.collect::<Vec<_>>().join(", ")
}

/// The branch of each row (B7).
fn branch_names<'a>(
    key: &[ColumnId],
    seed: &[Expr],
    counts: &SplitCounts,
    branches: &'a [Branch],
    rows: &Frame,
    scene: &Scene,
) -> Result<Vec<Option<&'a str>>, Fault> {
    let seed = seed.iter().map(|part| constant(part, scene)).collect::<Result<Vec<_>, _>>()?;
    let shares = branches
        .iter()
        .map(|branch| match &branch.share {
            Share::Rest => Ok(None),
            Share::Of(share) => share_of(&constant(share, scene)?).map(Some),
        })
        .collect::<Result<Vec<_>, _>>()?;
    let borders = borders(&shares).map_err(|_| Fault::Shares)?;
    let cells = key.iter().map(|column| rows.cells(*column)).collect::<Result<Vec<_>, _>>()?;
    if rows.rows() == 0 {
        return Ok(Vec::new());
    }
    let seed = Seed::new(&seed).map_err(|_| Fault::Seed)?;
    let name = |at: usize| branches.get(at).map(|branch| branch.name.as_str());
    if *counts != SplitCounts::Free {
        let strata = counts.strata().iter().map(|column| rows.cells(*column)).collect::<Result<Vec<_>, _>>()?;
        let found = branches_of_rows(&seed, &cells, &strata, &shares, rows.rows())?;
        return Ok(found.into_iter().map(|at| at.and_then(name)).collect());
    }
    (0..rows.rows())
        .map(|row| {
            let number = seed.number(cells.iter().map(|cells| cells.get(row))).map_err(|_| Fault::Seed)?;
            Ok(branch_of(number, &borders).and_then(name))
        })
        .collect()
}
