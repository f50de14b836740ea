//! Whole columns at a time: comparisons, null tests, three-valued logic, lists, ranges, periods, days of moments.
//!
//! Everything here is without failure and means what the functions of [`wr_plan::functions`] mean; what is not here, or
//! could fail, is declined (`None`) and computed row by row. A property test compares the two.

use std::cmp::Ordering;
use std::collections::HashSet;

use polars::prelude::{BooleanChunked, Column, Int32Chunked, IntoColumn, NewChunkedArray, PlSmallStr};
use wr_base::ty::DataType;
use wr_base::value::{Date, DateTime, Period, Value};
use wr_plan::evaluate::{Context, evaluate};
use wr_plan::expr::{Expr, ExprKind};
use wr_plan::functions::FnId;

use super::expression::Scene;
use crate::cells::Cells;
use crate::frame::Frame;

/// The column that an expression gives, where there is a kernel for all of it.
pub(super) fn column(expr: &Expr, frame: &Frame, scene: &Scene) -> Option<Column> {
    if let ExprKind::Call { function: FnId::Date, arguments } = &expr.kind
        && let [moment] = arguments.as_slice()
        && let Operand::Cells(Cells::DateTime(moments)) = operand(moment, frame, scene)?
    {
        let zone = scene.setting.zone;
        let days = moments.iter().map(|at| at.map(|at| zone.date_of(DateTime(at)).0));
        return Some(Int32Chunked::from_iter_options(PlSmallStr::EMPTY, days).into_date().into_column());
    }
    // A null that was folded has no kind but its type: only conditions are columns of truths.
    if expr.ty.data != DataType::Bool {
        return None;
    }
    let truth = truth(expr, frame, scene)?;
    Some(BooleanChunked::from_iter_options(PlSmallStr::EMPTY, truth.0.into_iter()).into_column())
}

/// True, false or null for each row.
pub(super) struct Truth(Vec<Option<bool>>);

impl Truth {
    pub(super) fn is_true(&self) -> BooleanChunked {
        BooleanChunked::from_iter_values(PlSmallStr::EMPTY, self.0.iter().map(|truth| *truth == Some(true)))
    }

    fn zip(self, other: &Self, combine: impl Fn(Option<bool>, Option<bool>) -> Option<bool>) -> Self {
        Self(self.0.into_iter().zip(&other.0).map(|(left, right)| combine(left, *right)).collect())
    }
}

/// One side of a comparison.
enum Operand {
    Cells(Cells),
    /// The same in every row.
    Constant(Value),
}

/// The truth of a condition in each row, where there is a kernel for all of it.
pub(super) fn truth(expr: &Expr, frame: &Frame, scene: &Scene) -> Option<Truth> {
    let rows = frame.rows();
    match &expr.kind {
        ExprKind::Column(_) | ExprKind::Literal(_) => match operand(expr, frame, scene)? {
            Operand::Cells(Cells::Bool(cells)) => Some(Truth(cells.iter().collect())),
            Operand::Constant(Value::Bool(truth)) => Some(Truth(vec![Some(truth); rows])),
            Operand::Constant(Value::Null) => Some(Truth(vec![None; rows])),
            Operand::Cells(_) | Operand::Constant(_) => None,
        },
        ExprKind::And(left, right) => {
            let right = truth(right, frame, scene)?;
            Some(truth(left, frame, scene)?.zip(&right, |left, right| match (left, right) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                (None, _) | (_, None) => None,
            }))
        }
        ExprKind::Or(left, right) => {
            let right = truth(right, frame, scene)?;
            Some(truth(left, frame, scene)?.zip(&right, |left, right| match (left, right) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                (None, _) | (_, None) => None,
            }))
        }
        ExprKind::Call { function, arguments } => call(*function, arguments, frame, scene),
        ExprKind::Value(_)
        | ExprKind::Fact(_)
        | ExprKind::Coalesce(..)
        | ExprKind::When { .. }
        | ExprKind::Aggregate { .. }
        | ExprKind::RelativePeriod(_)
        | ExprKind::Error => None,
    }
}

/// What an operator says of an order.
type Holds = fn(Ordering) -> bool;

/// Operators that look at the order of two values.
const COMPARISONS: [(FnId, Holds); 6] = [
    (FnId::Equal, Ordering::is_eq),
    (FnId::NotEqual, Ordering::is_ne),
    (FnId::Less, Ordering::is_lt),
    (FnId::LessOrEqual, Ordering::is_le),
    (FnId::Greater, Ordering::is_gt),
    (FnId::GreaterOrEqual, Ordering::is_ge),
];

fn call(function: FnId, arguments: &[Expr], frame: &Frame, scene: &Scene) -> Option<Truth> {
    let rows = frame.rows();
    if let [only] = arguments {
        return if function == FnId::Not {
            Some(Truth(truth(only, frame, scene)?.0.into_iter().map(|truth| truth.map(|truth| !truth)).collect()))
        } else if function == FnId::IsNull || function == FnId::IsNotNull {
            let wanted = function == FnId::IsNull;
            Some(Truth(nulls(&operand(only, frame, scene)?, rows).map(|is_null| Some(is_null == wanted)).collect()))
        } else {
            None
        };
    }
    let [left, right] = arguments else { return None };
    let comparison = COMPARISONS.iter().find(|(id, _)| *id == function);
    let is_known = comparison.is_some()
        || [FnId::IsSame, FnId::IsNotSame, FnId::InList, FnId::InRange, FnId::InPeriod].contains(&function);
    if !is_known {
        return None;
    }
    let (left, right) = (operand(left, frame, scene)?, operand(right, frame, scene)?);
    if let Some((_, holds)) = comparison {
        return Some(Truth(compared(&left, &right, rows)?.into_iter().map(|order| order.map(holds)).collect()));
    }
    if function == FnId::IsSame || function == FnId::IsNotSame {
        let wanted = function == FnId::IsSame;
        let orders = compared(&left, &right, rows)?;
        let both_null = nulls(&left, rows).zip(nulls(&right, rows)).map(|(left, right)| left && right);
        let same = orders.into_iter().zip(both_null).map(|(order, both)| order.map_or(both, Ordering::is_eq));
        return Some(Truth(same.map(|same| Some(same == wanted)).collect()));
    }
    let (Operand::Cells(cells), Operand::Constant(constant)) = (left, right) else { return None };
    match (function, constant) {
        (FnId::InList, Value::List(list)) => in_list(&cells, &list),
        (FnId::InRange, Value::Range(from, to)) => {
            in_range(&Operand::Cells(cells), from.as_deref(), to.as_deref(), rows)
        }
        (FnId::InPeriod, Value::Period(period)) => in_period(&cells, period, scene),
        _ => None,
    }
}

/// A column, or what reads none. `None` where it fails: then rows say where.
fn operand(expr: &Expr, frame: &Frame, scene: &Scene) -> Option<Operand> {
    if let ExprKind::Column(column) = &expr.kind {
        return frame.cells(*column).ok().map(Operand::Cells);
    }
    if !expr.is_constant() || frame.rows() == 0 {
        return None;
    }
    evaluate(expr, &Context::values(scene.setting, &|_| None)).ok().map(Operand::Constant)
}

fn nulls(operand: &Operand, rows: usize) -> Box<dyn Iterator<Item = bool> + '_> {
    match operand {
        Operand::Constant(value) => Box::new(std::iter::repeat_n(value.is_null(), rows)),
        Operand::Cells(Cells::Int(cells) | Cells::Decimal(cells, _)) => {
            Box::new(cells.iter().map(|cell| cell.is_none()))
        }
        Operand::Cells(Cells::Float(cells)) => Box::new(cells.iter().map(|cell| cell.is_none())),
        Operand::Cells(Cells::Text(cells) | Cells::Uuid(cells)) => Box::new(cells.iter().map(|cell| cell.is_none())),
        Operand::Cells(Cells::Bool(cells)) => Box::new(cells.iter().map(|cell| cell.is_none())),
        Operand::Cells(Cells::Date(cells)) => Box::new(cells.iter().map(|cell| cell.is_none())),
        Operand::Cells(Cells::DateTime(cells) | Cells::Time(cells)) => {
            Box::new(cells.iter().map(|cell| cell.is_none()))
        }
        Operand::Cells(Cells::Null(_)) => Box::new(std::iter::repeat_n(true, rows)),
    }
}

/// The order of two sides in each row; none where one of them is null.
fn compared(left: &Operand, right: &Operand, rows: usize) -> Option<Vec<Option<Ordering>>> {
    match (left, right) {
        (Operand::Cells(left), Operand::Cells(right)) => columns_compared(left, right),
        (Operand::Cells(left), Operand::Constant(right)) => compared_with(left, right),
        (Operand::Constant(left), Operand::Cells(right)) => {
            Some(compared_with(right, left)?.into_iter().map(|order| order.map(Ordering::reverse)).collect())
        }
        (Operand::Constant(left), Operand::Constant(right)) => {
            Some(vec![wr_plan::functions::compare(left, right); rows])
        }
    }
}

fn columns_compared(left: &Cells, right: &Cells) -> Option<Vec<Option<Ordering>>> {
    macro_rules! ordered {
        ($left:expr, $right:expr, $compare:expr) => {
            $left
                .iter()
                .zip($right.iter())
                .map(|pair| match pair {
                    (Some(left), Some(right)) => $compare(&left, &right),
                    (None, _) | (_, None) => None,
                })
                .collect()
        };
    }
    Some(match (left, right) {
        (Cells::Int(left), Cells::Int(right)) => ordered!(left, right, |l: &i128, r: &i128| Some(l.cmp(r))),
        (Cells::Decimal(left, scale), Cells::Decimal(right, other)) if scale == other => {
            ordered!(left, right, |l: &i128, r: &i128| Some(l.cmp(r)))
        }
        (Cells::Float(left), Cells::Float(right)) => ordered!(left, right, f64::partial_cmp),
        (Cells::Text(left), Cells::Text(right)) | (Cells::Uuid(left), Cells::Uuid(right)) => {
            ordered!(left, right, |l: &&str, r: &&str| Some(l.as_bytes().cmp(r.as_bytes())))
        }
        (Cells::Bool(left), Cells::Bool(right)) => ordered!(left, right, |l: &bool, r: &bool| Some(l.cmp(r))),
        (Cells::Date(left), Cells::Date(right)) => ordered!(left, right, |l: &i32, r: &i32| Some(l.cmp(r))),
        (Cells::DateTime(left), Cells::DateTime(right)) | (Cells::Time(left), Cells::Time(right)) => {
            ordered!(left, right, |l: &i64, r: &i64| Some(l.cmp(r)))
        }
        _ => return None,
    })
}

fn compared_with(left: &Cells, right: &Value) -> Option<Vec<Option<Ordering>>> {
    Some(match (left, right) {
        (_, Value::Null) => vec![None; left.len()],
        (Cells::Int(cells), Value::Int(right)) => cells.iter().map(|cell| cell.map(|cell| cell.cmp(right))).collect(),
        (Cells::Decimal(cells, scale), Value::Decimal(right)) => {
            let right = right.rescale(*scale)?.unscaled;
            cells.iter().map(|cell| cell.map(|cell| cell.cmp(&right))).collect()
        }
        (Cells::Float(cells), Value::Float(right)) => {
            cells.iter().map(|cell| cell.and_then(|cell| cell.partial_cmp(right))).collect()
        }
        (Cells::Text(cells), Value::Text(right)) => {
            cells.iter().map(|cell| cell.map(|cell| cell.as_bytes().cmp(right.as_bytes()))).collect()
        }
        (Cells::Uuid(cells), Value::Uuid(_)) => {
            // Canonical texts of one length are ordered as their numbers are.
            let right = right.canonical();
            cells.iter().map(|cell| cell.map(|cell| cell.cmp(&right))).collect()
        }
        (Cells::Bool(cells), Value::Bool(right)) => cells.iter().map(|cell| cell.map(|cell| cell.cmp(right))).collect(),
        (Cells::Date(cells), Value::Date(Date(right))) => {
            cells.iter().map(|cell| cell.map(|cell| cell.cmp(right))).collect()
        }
        (Cells::DateTime(cells), Value::DateTime(DateTime(right))) => {
            cells.iter().map(|cell| cell.map(|cell| cell.cmp(right))).collect()
        }
        _ => return None,
    })
}

fn in_list(cells: &Cells, list: &[Value]) -> Option<Truth> {
    match cells {
        Cells::Text(cells) => {
            let list: HashSet<&str> = list
                .iter()
                .filter(|item| !item.is_null())
                .map(|item| if let Value::Text(text) = item { Some(text.as_str()) } else { None })
                .collect::<Option<_>>()?;
            Some(Truth(cells.iter().map(|cell| cell.map(|cell| list.contains(cell))).collect()))
        }
        Cells::Int(cells) => {
            let list: HashSet<i128> = list
                .iter()
                .filter(|item| !item.is_null())
                .map(|item| if let Value::Int(int) = item { Some(*int) } else { None })
                .collect::<Option<_>>()?;
            Some(Truth(cells.iter().map(|cell| cell.map(|cell| list.contains(&cell))).collect()))
        }
        Cells::Decimal(..)
        | Cells::Float(_)
        | Cells::Uuid(_)
        | Cells::Bool(_)
        | Cells::Date(_)
        | Cells::DateTime(_)
        | Cells::Time(_)
        | Cells::Null(_) => None,
    }
}

/// Both ends included; an end that is not there is open.
fn in_range(cells: &Operand, from: Option<&Value>, to: Option<&Value>, rows: usize) -> Option<Truth> {
    let end = |end: Option<&Value>, holds: fn(Ordering) -> bool| match end {
        // A null within a range is no open end: nothing is known of it, so rows decide.
        Some(Value::Null) => None,
        Some(end) => {
            let orders = compared(cells, &Operand::Constant(end.clone()), rows)?;
            Some(orders.into_iter().map(|order| order.map(holds)).collect())
        }
        None => Some(nulls(cells, rows).map(|is_null| (!is_null).then_some(true)).collect::<Vec<_>>()),
    };
    let (from, to) = (end(from, Ordering::is_ge)?, end(to, Ordering::is_le)?);
    Some(Truth(from.into_iter().zip(to).map(|(from, to)| from.zip(to).map(|(from, to)| from && to)).collect()))
}

fn in_period(cells: &Cells, period: Period, scene: &Scene) -> Option<Truth> {
    let holds = |day: Date| period.first <= day && day <= period.last;
    match cells {
        Cells::Date(days) => Some(Truth(days.iter().map(|day| day.map(|day| holds(Date(day)))).collect())),
        Cells::DateTime(moments) => {
            let zone = scene.setting.zone;
            Some(Truth(moments.iter().map(|at| at.map(|at| holds(zone.date_of(DateTime(at))))).collect()))
        }
        Cells::Int(_)
        | Cells::Decimal(..)
        | Cells::Float(_)
        | Cells::Text(_)
        | Cells::Uuid(_)
        | Cells::Bool(_)
        | Cells::Time(_)
        | Cells::Null(_) => None,
    }
}
