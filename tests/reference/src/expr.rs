//! An expression and a row to a value: three-valued logic, evaluation on demand (B1), and aggregates over a group.

use std::collections::BTreeMap;

use wr_base::diag::Code;
use wr_base::ids::{ColumnId, ExprId, FactId, ValueId};
use wr_base::value::{Date, DateTime, Value, Zone};
use wr_plan::expr::{Expr, ExprKind};

use crate::aggregate::{self, Member};
use crate::functions;

/// One row: its columns by id. Columns that nobody reads any more may be left in it.
pub(crate) type Row = BTreeMap<ColumnId, Value>;

/// Why an expression has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fault {
    pub(crate) expr: ExprId,
    pub(crate) code: Code,
}

/// Why a step has no rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StepFault {
    Expr(Fault),
    /// A promise of the step itself is broken.
    Promise(Code),
}

impl From<Fault> for StepFault {
    fn from(fault: Fault) -> Self {
        Self::Expr(fault)
    }
}

/// What is the same for all rows of a run.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) now: DateTime,
    pub(crate) today: Date,
    pub(crate) zone: Zone,
    /// The language of texts for people is Russian, not English.
    pub(crate) is_russian: bool,
    pub(crate) values: BTreeMap<ValueId, Value>,
    pub(crate) facts: BTreeMap<FactId, Value>,
}

/// What an expression can see where it stands.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) world: &'a World,
    pub(crate) row: &'a Row,
    /// The rows over which aggregates go.
    pub(crate) group: &'a [Row],
}

impl<'a> Context<'a> {
    pub(crate) const fn row(world: &'a World, row: &'a Row) -> Self {
        Self { world, row, group: &[] }
    }
}

/// The value of an expression that reads no column.
pub(crate) fn constant(expr: &Expr, world: &World) -> Result<Value, Fault> {
    evaluate(expr, &Context::row(world, &Row::new()))
}

pub(crate) fn evaluate(expr: &Expr, context: &Context<'_>) -> Result<Value, Fault> {
    let fault = |code| Fault { expr: expr.id, code };
    let known = |value: Option<&Value>| value.cloned().ok_or(fault(Code::Internal));
    match &expr.kind {
        ExprKind::Literal(value) => Ok(value.clone()),
        ExprKind::Column(column) => known(context.row.get(column)),
        ExprKind::Value(value) => known(context.world.values.get(value)),
        ExprKind::Fact(fact) => known(context.world.facts.get(fact)),
        ExprKind::Call { function, arguments } => {
            let mut values = Vec::new();
            for argument in arguments {
                values.push(evaluate(argument, context)?);
            }
            functions::call(*function, &values, &expr.ty.data, context.world).map_err(fault)
        }
        ExprKind::And(left, right) => decide(left, right, false, context),
        ExprKind::Or(left, right) => decide(left, right, true, context),
        ExprKind::Coalesce(left, right) => match evaluate(left, context)? {
            value if value.is_null() => evaluate(right, context),
            value => Ok(value),
        },
        ExprKind::When { branches, otherwise } => {
            for branch in branches {
                if is_true(&evaluate(&branch.condition, context)?) {
                    return evaluate(&branch.result, context);
                }
            }
            evaluate(otherwise, context)
        }
        ExprKind::Aggregate(call) => {
            let mut members = Vec::new();
            for row in context.group {
                let inner = Context { world: context.world, row, group: &[] };
                let value = match call.arguments.first() {
                    Some(argument) => evaluate(argument, &inner)?,
                    None => Value::Bool(true),
                };
                let mut keys = Vec::new();
                for key in &call.order {
                    keys.push(evaluate(&key.expr, &inner)?);
                }
                members.push(Member { value, keys });
            }
            aggregate::of_group(call, members, &expr.ty.data).map_err(fault)
        }
        ExprKind::RelativePeriod(period) => {
            functions::time::relative_period(*period, context.world.today).ok_or(fault(Code::Overflow))
        }
        ExprKind::Error => Err(fault(Code::Internal)),
    }
}

/// `and` is decided by a false, `or` by a true side; a null side leaves it open.
fn decide(left: &Expr, right: &Expr, deciding: bool, context: &Context<'_>) -> Result<Value, Fault> {
    let left = evaluate(left, context)?;
    if left == Value::Bool(deciding) {
        return Ok(left);
    }
    let right = evaluate(right, context)?;
    if right == Value::Bool(deciding) || left == Value::Bool(!deciding) { Ok(right) } else { Ok(Value::Null) }
}

pub(crate) fn is_true(value: &Value) -> bool {
    *value == Value::Bool(true)
}

/// Gathers the faults of a step over all its rows and expressions; the first in the text is the step's.
#[derive(Default)]
pub(crate) struct Faults {
    first: Option<Fault>,
}

impl Faults {
    /// The value, or null in place of one that could not be had: the step fails in the end.
    pub(crate) fn take(&mut self, result: Result<Value, Fault>) -> Value {
        result.unwrap_or_else(|fault| {
            self.first = Some(self.first.map_or(fault, |first| first.min(fault)));
            Value::Null
        })
    }

    pub(crate) fn result(self) -> Result<(), Fault> {
        self.first.map_or(Ok(()), Err)
    }
}
