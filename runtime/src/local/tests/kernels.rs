//! Kernels against rows: both must give the same column, or the kernel declines.

use wr_base::ty::{DataType, Type};
use wr_base::value::{Date, Decimal, Period};
use wr_plan::expr::{Expr, ExprKind};
use wr_plan::functions::FnId;
use wr_plan::logical::PlanColumn;
use wr_plan::logical::builder::Builder;

use super::super::expression::{Scene, by_rows, column};
use super::*;
use crate::cells::{Cells, column_from_values};
use crate::frame::column_name;

/// A small generator of choices: the same on every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % limit
    }

    fn of<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

/// A few values of each type, so that they meet: borders, nulls, blanks, two alphabets.
fn values(ty: &DataType) -> Vec<Value> {
    let decimal = |text: &str| Value::Decimal(Decimal::parse(text).unwrap());
    match ty {
        DataType::Int => vec![Value::Int(i128::MIN), Value::Int(-1), Value::Int(0), Value::Int(i128::MAX)],
        DataType::Decimal { .. } => vec![decimal("-0.01"), decimal("0.00"), decimal("1.50"), decimal("9.99")],
        DataType::Float => vec![Value::Float(-0.0), Value::Float(0.0), Value::Float(1.5), Value::Float(-1e300)],
        DataType::Text => {
            vec![Value::text(""), Value::text("a"), Value::text("A"), Value::text("ё"), Value::text("a ")]
        }
        DataType::Bool => vec![Value::Bool(true), Value::Bool(false)],
        DataType::Date => vec![Value::Date(Date::MIN), Value::Date(Date(20_000)), Value::Date(Date::MAX)],
        DataType::DateTime => {
            vec![
                Value::DateTime(DateTime::MIN),
                Value::DateTime(DateTime(1_793_000_000_000_000)),
                Value::DateTime(DateTime::MAX),
            ]
        }
        DataType::Time
        | DataType::Duration
        | DataType::Uuid
        | DataType::Percent
        | DataType::Range(_)
        | DataType::Period
        | DataType::List(_)
        | DataType::Shape
        | DataType::Null
        | DataType::Error => Vec::new(),
    }
}

fn types() -> Vec<DataType> {
    vec![
        DataType::Int,
        DataType::Decimal { precision: 9, scale: 2 },
        DataType::Float,
        DataType::Text,
        DataType::Bool,
        DataType::Date,
        DataType::DateTime,
    ]
}

/// Two columns of each type.
fn frame(chance: &mut Chance, rows: usize) -> Frame {
    let mut columns = Vec::new();
    let mut data = Vec::new();
    for (at, ty) in types().into_iter().flat_map(|ty| [ty.clone(), ty]).enumerate() {
        let id = wr_base::ids::ColumnId(at as u32);
        let mut some = values(&ty);
        some.push(Value::Null);
        let cells: Vec<Value> = (0..rows).map(|_| chance.of(&some).clone()).collect();
        data.push(column_from_values(column_name(id), &ty, cells).unwrap());
        columns.push(PlanColumn { id, name: format!("x{at}"), ty: Type::optional(ty) });
    }
    Frame { columns, data: polars::prelude::DataFrame::new(rows, data).unwrap() }
}

fn operand(b: &mut Builder, chance: &mut Chance, frame: &Frame, ty: &DataType) -> Expr {
    let columns: Vec<_> = frame.columns.iter().filter(|column| column.ty.data == *ty).collect();
    match chance.below(4) {
        0 => b.expr(Type::required(ty.clone()), ExprKind::Literal(chance.of(&values(ty)).clone())),
        1 if chance.below(4) == 0 => b.expr(Type::optional(ty.clone()), ExprKind::Literal(Value::Null)),
        _ => b.expr(Type::optional(ty.clone()), ExprKind::Column(chance.of(&columns).id)),
    }
}

fn condition(b: &mut Builder, chance: &mut Chance, frame: &Frame, depth: usize) -> Expr {
    let bool = Type::optional(DataType::Bool);
    if depth > 0 && chance.below(2) == 0 {
        let left = condition(b, chance, frame, depth - 1);
        return match chance.below(3) {
            0 => b.call(FnId::Not, "bool?", vec![left]),
            1 => {
                let right = condition(b, chance, frame, depth - 1);
                b.and(left, right)
            }
            _ => {
                let right = condition(b, chance, frame, depth - 1);
                b.or(left, right)
            }
        };
    }
    let ty = chance.of(&types()).clone();
    let left = operand(b, chance, frame, &ty);
    let literal = |b: &mut Builder, ty: DataType, value: Value| b.expr(Type::required(ty), ExprKind::Literal(value));
    match chance.below(6) {
        0 => b.call(*chance.of(&[FnId::IsNull, FnId::IsNotNull]), "bool", vec![left]),
        1 => {
            let right = operand(b, chance, frame, &ty);
            b.call(*chance.of(&[FnId::IsSame, FnId::IsNotSame]), "bool", vec![left, right])
        }
        2 => {
            let items = (0..chance.below(4)).map(|_| chance.of(&values(&ty)).clone()).collect();
            let list = literal(b, DataType::List(Box::new(ty)), Value::List(items));
            b.call(FnId::InList, "bool?", vec![left, list])
        }
        3 if ty != DataType::Bool => {
            let mut end = || (chance.below(4) > 0).then(|| Box::new(chance.of(&values(&ty)).clone()));
            let range = Value::Range(end(), end());
            let range = literal(b, DataType::Range(Box::new(ty)), range);
            b.call(FnId::InRange, "bool?", vec![left, range])
        }
        4 if matches!(ty, DataType::Date | DataType::DateTime) => {
            let period = Value::Period(Period { first: Date(19_999), last: *chance.of(&[Date(20_752), Date::MAX]) });
            let period = literal(b, DataType::Period, period);
            b.call(FnId::InPeriod, "bool?", vec![left, period])
        }
        _ => {
            let right = operand(b, chance, frame, &ty);
            let comparisons =
                [FnId::Equal, FnId::NotEqual, FnId::Less, FnId::LessOrEqual, FnId::Greater, FnId::GreaterOrEqual];
            b.expr(bool, ExprKind::Call { function: *chance.of(&comparisons), arguments: vec![left, right] })
        }
    }
}

#[test]
fn kernels_give_what_rows_give() {
    let scene = Scene { setting: Setting::new(NOW, Zone::parse("Europe/Moscow").unwrap()), uses_kernels: true };
    let mut chance = Chance(42);
    let mut by_kernel = 0;
    for _ in 0..3_000 {
        let rows = chance.below(12);
        let frame = frame(&mut chance, rows);
        let mut b = Builder::new();
        let condition = condition(&mut b, &mut chance, &frame, 2);
        let expected = by_rows(&condition, &frame, &scene).unwrap();
        by_kernel += usize::from(super::super::kernel::truth(&condition, &frame, &scene).is_some());
        let computed = column(&condition, wr_base::ids::ColumnId(99), &frame, &scene).unwrap();
        let cells = Cells::new(&computed, &DataType::Bool).unwrap();
        let computed: Vec<Value> = (0..cells.len()).map(|row| cells.get(row)).collect();
        assert_eq!(computed, expected, "{condition:?}\n{:?}", rows_of(&frame));
    }
    assert!(by_kernel > 1_500, "only {by_kernel} were computed by a kernel");
}

#[test]
fn days_of_moments_are_those_of_the_zone() {
    let scene = Scene::new(Setting::new(NOW, Zone::parse("Europe/Moscow").unwrap()));
    let frame = frame(&mut Chance(7), 50);
    let moment = frame.columns.iter().find(|column| column.ty.data == DataType::DateTime).unwrap().id;
    let mut b = Builder::new();
    let moment = b.expr(Type::optional(DataType::DateTime), ExprKind::Column(moment));
    let day = b.call(FnId::Date, "date?", vec![moment]);
    let computed = column(&day, wr_base::ids::ColumnId(99), &frame, &scene).unwrap();
    let cells = Cells::new(&computed, &DataType::Date).unwrap();
    let computed: Vec<Value> = (0..cells.len()).map(|row| cells.get(row)).collect();
    assert_eq!(computed, by_rows(&day, &frame, &scene).unwrap());
}
