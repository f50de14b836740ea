//! One relation: its source, then its steps, each over all rows before the next begins.

use wr_base::diag::Code;
use wr_base::row_type::RowType;
use wr_base::value::Value;
use wr_plan::expr::Expr;
use wr_plan::logical::Item;
use wr_sema::hir::{Join, Relation, Step, StepKind};

use crate::expr::{Context, Fault, Faults, Row, StepFault, World, constant, evaluate, is_true};
use crate::program::{Run, renamed, source_rows};
use crate::{aggregate, join, order, sample, set_operation, split, unpivot, window};

/// Rows on their way through a pipeline.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rows {
    pub(crate) rows: Vec<Row>,
    /// B11: a sort was taken, and no step since has lost it.
    pub(crate) is_ordered: bool,
}

/// The rows in the end; `None` when a step failed, here or where rows come from. What later steps read is looked at then,
/// too: it may fail at a step before this one.
pub(crate) fn run_relation(run: &mut Run<'_>, relation: &Relation) -> Option<Rows> {
    let rows = run_steps(run, relation);
    if rows.is_none() {
        for step in &relation.steps {
            if let Some(right) = step.kind.other_side()
                && is_taken(run, step) == Some(true)
            {
                run.relation(right);
            }
        }
    }
    rows
}

fn run_steps(run: &mut Run<'_>, relation: &Relation) -> Option<Rows> {
    let mut rows = source_rows(run, &relation.source, relation.source_step)?;
    let mut before = &relation.source_row;
    for step in &relation.steps {
        if is_taken(run, step)? {
            let result = if let StepKind::Join(parts) = &step.kind {
                join(run, parts, rows, before)?
            } else if let StepKind::SetOperation(set) = &step.kind {
                let right = renamed(&run.relation(set.right)?.rows, &set.right_columns);
                set_operation::set_operation(set, rows.rows, right, &run.live.columns, &run.world)
            } else {
                simple_step(&step.kind, rows, before, run)
            };
            rows = run.step_seen(step.id, result)?;
        }
        before = &step.row;
    }
    Some(rows)
}

/// B5: a step with `if` is taken when its condition is true; null is not.
fn is_taken(run: &mut Run<'_>, step: &Step) -> Option<bool> {
    let condition = step.condition.as_ref().map(|condition| constant(condition, &run.world)).transpose();
    Some(run.seen(step.id, condition)?.is_none_or(|condition| is_true(&condition)))
}

/// A step that reads no other relation.
fn simple_step(
    kind: &StepKind,
    Rows { rows, is_ordered }: Rows,
    before: &RowType,
    run: &Run<'_>,
) -> Result<Rows, StepFault> {
    let world = &run.world;
    let live = |item: &&Item| run.live.columns.contains(&item.column);
    match kind {
        StepKind::Filter(predicate) => Ok(Rows { rows: filter(rows, predicate, world)?, is_ordered }),
        // The columns that `select` leaves out stay in the row: no later step can name them.
        StepKind::Select(items) | StepKind::Derive(items) => {
            let items = items.iter().filter(live).collect::<Vec<_>>();
            Ok(Rows { rows: derive(rows, &items, world)?, is_ordered })
        }
        StepKind::Aggregate { keys, aggregates } => {
            let aggregates = aggregates.iter().filter(live).collect::<Vec<_>>();
            Ok(Rows { rows: aggregate::group(rows, keys, &aggregates, world)?, is_ordered: false })
        }
        StepKind::Sort(by) => {
            Ok(Rows { rows: order::sort(rows, by, &order::completion(before), world)?, is_ordered: true })
        }
        StepKind::Take(count) => {
            let fault = Fault { expr: count.id, code: Code::Internal };
            let Value::Int(count) = constant(count, world)? else { return Err(fault.into()) };
            let count = usize::try_from(count.max(0)).unwrap_or(usize::MAX);
            Ok(Rows { rows: rows.into_iter().take(count).collect(), is_ordered })
        }
        StepKind::Distinct { on, keep } => {
            Ok(Rows { rows: order::distinct(rows, on, keep, before, world)?, is_ordered: false })
        }
        StepKind::Unpivot(parts) => {
            Ok(Rows { rows: unpivot::unpivot(&rows, parts, &run.live.columns, world)?, is_ordered: false })
        }
        StepKind::Window(parts) => {
            Ok(Rows { rows: window::window(rows, parts, before, &run.live.columns, world)?, is_ordered })
        }
        StepKind::Sample { count, key, seed } => {
            Ok(Rows { rows: sample::sample(rows, count, key, seed, world)?, is_ordered })
        }
        StepKind::Split { key, seed, counts, branches, branch } => {
            let parts = split::Parts { key, seed, counts, branches, branch: *branch };
            Ok(Rows { rows: split::split(rows, &parts, world)?, is_ordered })
        }
        // Where rows are computed changes none of them.
        StepKind::Place(_) => Ok(Rows { rows, is_ordered }),
        StepKind::Join(_) | StepKind::SetOperation(_) | StepKind::Error => Ok(Rows::default()),
    }
}

/// Rows for which the predicate is true, not those for which it is null.
fn filter(rows: Vec<Row>, predicate: &Expr, world: &World) -> Result<Vec<Row>, Fault> {
    let mut faults = Faults::default();
    let stays = |row: &Row| is_true(&faults.take(evaluate(predicate, &Context::row(world, row))));
    let rows = rows.into_iter().filter(stays).collect();
    faults.result().map(|()| rows)
}

/// Each item reads the row as it was before the step.
fn derive(rows: Vec<Row>, items: &[&Item], world: &World) -> Result<Vec<Row>, Fault> {
    let mut faults = Faults::default();
    let derive = |mut row: Row| {
        let value = |item: &&Item| (item.column, faults.take(evaluate(&item.expr, &Context::row(world, &row))));
        let values = items.iter().map(value).collect::<Vec<_>>();
        row.extend(values);
        row
    };
    let rows = rows.into_iter().map(derive).collect();
    faults.result().map(|()| rows)
}

/// A join reads the rows of another relation, so this is where the evaluation of that one begins.
fn join(run: &mut Run<'_>, parts: &Join, left: Rows, before: &RowType) -> Option<Result<Rows, StepFault>> {
    let right = renamed(&run.relation(parts.right)?.rows, &parts.right_columns);
    Some(join::join(left, &right, parts, before, &run.world))
}
