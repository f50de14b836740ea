//! Random conditions over columns of any types.

use wr_base::ids::ExprId;
use wr_base::ty::{DataType, Type};
use wr_base::value::{Date, Period, Value};
use wr_plan::expr::{Expr, ExprKind, WhenBranch};
use wr_plan::functions::FnId;

use crate::data;
use crate::pool;
use crate::random::Random;

/// Makes conditions.
pub struct Maker<'a> {
    pub random: &'a mut Random,
    columns: Vec<Type>,
    ids: u32,
}

const COMPARISONS: [FnId; 6] =
    [FnId::Equal, FnId::NotEqual, FnId::Less, FnId::LessOrEqual, FnId::Greater, FnId::GreaterOrEqual];

impl<'a> Maker<'a> {
    /// Over columns of these types, by their index.
    #[must_use]
    pub fn new(random: &'a mut Random, columns: Vec<Type>) -> Self {
        Self { random, columns, ids: 0 }
    }

    /// A condition; `depth` bounds what it is made of.
    pub fn condition(&mut self, depth: usize) -> Expr {
        if depth > 0 && self.random.once_in(2) {
            return match self.random.below(7) {
                0 | 1 => {
                    let (left, right) = (self.condition(depth - 1), self.condition(depth - 1));
                    self.boolean(ExprKind::And(Box::new(left), Box::new(right)))
                }
                2 | 3 => {
                    let (left, right) = (self.condition(depth - 1), self.condition(depth - 1));
                    self.boolean(ExprKind::Or(Box::new(left), Box::new(right)))
                }
                4 => {
                    let inner = self.condition(depth - 1);
                    self.call(FnId::Not, vec![inner])
                }
                5 => {
                    // Conditions as values: compared, or asked for null.
                    let (left, right) = (self.condition(depth - 1), self.condition(depth - 1));
                    match self.random.below(4) {
                        0 => self.call(FnId::Equal, vec![left, right]),
                        1 => self.call(FnId::IsSame, vec![left, right]),
                        2 => self.call(FnId::IsNull, vec![left]),
                        _ => self.call(FnId::NotEqual, vec![left, right]),
                    }
                }
                _ => self.value(&DataType::Bool, depth - 1),
            };
        }
        self.simple(depth)
    }

    fn simple(&mut self, depth: usize) -> Expr {
        let ty = self.column_type();
        match self.random.below(12) {
            0..=3 => self.comparison(&ty, depth),
            4 | 5 => self.in_list(&ty, depth),
            6 => self.in_range(depth),
            7 => self.in_period(depth),
            8 => {
                let value = self.value(&ty, depth);
                let function = *self.random.of(&[FnId::IsNull, FnId::IsNotNull]);
                self.call(function, vec![value])
            }
            9 => {
                let (left, right) = self.sides(&ty, depth);
                let function = *self.random.of(&[FnId::IsSame, FnId::IsNotSame]);
                self.call(function, vec![left, right])
            }
            10 => {
                let text = self.value(&DataType::Text, depth);
                let part = if self.random.once_in(4) {
                    self.value(&DataType::Text, depth)
                } else {
                    self.literal(&DataType::Text)
                };
                let function = *self.random.of(&[FnId::StartsWith, FnId::EndsWith, FnId::Contains]);
                self.call(function, vec![text, part])
            }
            _ => self.column(&DataType::Bool),
        }
    }

    fn comparison(&mut self, ty: &DataType, depth: usize) -> Expr {
        let has_order = !matches!(ty, DataType::Bool | DataType::Uuid);
        let functions = if has_order { &COMPARISONS[..] } else { &COMPARISONS[..2] };
        let function = *self.random.of(functions);
        let (left, right) = self.sides(ty, depth);
        self.call(function, vec![left, right])
    }

    /// Mostly a column and a value of the script, in either order.
    fn sides(&mut self, ty: &DataType, depth: usize) -> (Expr, Expr) {
        let left = if self.random.once_in(4) { self.value(ty, depth) } else { self.column(ty) };
        let right = if self.random.once_in(4) { self.value(ty, depth) } else { self.literal(ty) };
        if self.random.once_in(6) { (right, left) } else { (left, right) }
    }

    fn in_list(&mut self, ty: &DataType, depth: usize) -> Expr {
        let ty = if *ty == DataType::Bool { &DataType::Int } else { ty };
        let value = if self.random.once_in(4) { self.value(ty, depth) } else { self.column(ty) };
        let count = self.random.below(5);
        let of = DataType::List(Box::new(ty.clone()));
        let list = if self.random.once_in(5) {
            let items = (0..count).map(|_| self.literal(ty)).collect();
            self.expr(Type::required(of), ExprKind::Call { function: FnId::ListOf, arguments: items })
        } else {
            let items = (0..count).map(|_| pool::value(self.random, ty)).collect();
            self.expr(Type::required(of), ExprKind::Literal(Value::List(items)))
        };
        self.call(FnId::InList, vec![value, list])
    }

    fn in_range(&mut self, depth: usize) -> Expr {
        let ty = loop {
            let ty = self.column_type();
            if !matches!(ty, DataType::Bool | DataType::Uuid) {
                break ty;
            }
        };
        let value = if self.random.once_in(4) { self.value(&ty, depth) } else { self.column(&ty) };
        let end = |maker: &mut Self| (!maker.random.once_in(4)).then(|| Box::new(pool::value(maker.random, &ty)));
        let (from, to) = (end(self), end(self));
        let of = Type::required(DataType::Range(Box::new(ty.clone())));
        let range = if self.random.once_in(5) {
            let end = |end: Option<Box<Value>>| end.map_or(Value::Null, |value| *value);
            let ends = [from, to].map(|value| self.expr(Type::optional(ty.clone()), ExprKind::Literal(end(value))));
            self.expr(of, ExprKind::Call { function: FnId::RangeOf, arguments: ends.to_vec() })
        } else {
            self.expr(of, ExprKind::Literal(Value::Range(from, to)))
        };
        self.call(FnId::InRange, vec![value, range])
    }

    fn in_period(&mut self, depth: usize) -> Expr {
        let ty = if self.random.once_in(2) { DataType::Date } else { DataType::DateTime };
        let value = if self.random.once_in(4) { self.value(&ty, depth) } else { self.column(&ty) };
        let day = |maker: &mut Self| {
            // Days of the instants, too.
            if maker.random.once_in(2) {
                pool::date(maker.random)
            } else {
                let days = pool::instant(maker.random).0.div_euclid(86_400_000_000);
                Date(i32::try_from(days).unwrap_or(0))
            }
        };
        let (first, last) = (day(self), day(self));
        let period = Value::Period(Period { first, last });
        let period = self.expr(Type::required(DataType::Period), ExprKind::Literal(period));
        self.call(FnId::InPeriod, vec![value, period])
    }

    /// A value of a type: mostly a column, else something made of one.
    fn value(&mut self, ty: &DataType, depth: usize) -> Expr {
        if depth == 0 || self.random.once_in(2) {
            return if self.random.once_in(4) { self.literal(ty) } else { self.column(ty) };
        }
        match self.random.below(4) {
            0 => {
                let (left, right) = (self.value(ty, depth - 1), self.value(ty, depth - 1));
                self.expr(Type::optional(ty.clone()), ExprKind::Coalesce(Box::new(left), Box::new(right)))
            }
            1 => {
                let branches = (0..=self.random.below(2))
                    .map(|_| WhenBranch { condition: self.condition(depth - 1), result: self.branch(ty, depth - 1) })
                    .collect();
                let otherwise = Box::new(self.branch(ty, depth - 1));
                self.expr(Type::optional(ty.clone()), ExprKind::When { branches, otherwise })
            }
            2 => {
                let (value, other) = (self.value(ty, depth - 1), self.value(ty, depth - 1));
                let arguments = vec![value, other];
                self.expr(Type::optional(ty.clone()), ExprKind::Call { function: FnId::NullIf, arguments })
            }
            _ if *ty == DataType::Int => {
                let text = self.value(&DataType::Text, depth - 1);
                self.expr(Type::optional(ty.clone()), ExprKind::Call { function: FnId::Length, arguments: vec![text] })
            }
            _ => self.column(ty),
        }
    }

    fn branch(&mut self, ty: &DataType, depth: usize) -> Expr {
        if self.random.once_in(5) {
            return self.expr(Type::optional(ty.clone()), ExprKind::Literal(Value::Null));
        }
        self.value(ty, depth)
    }

    fn column_type(&mut self) -> DataType {
        let at = 1 + self.random.below(self.columns.len() - 1);
        self.columns[at].data.clone()
    }

    fn column(&mut self, ty: &DataType) -> Expr {
        let suits: Vec<usize> = (0..self.columns.len()).filter(|at| self.columns[*at].data == *ty).collect();
        let at = *self.random.of(&suits);
        self.expr(self.columns[at].clone(), ExprKind::Column(data::id(at)))
    }

    fn literal(&mut self, ty: &DataType) -> Expr {
        let value = pool::value(self.random, ty);
        self.expr(Type::required(ty.clone()), ExprKind::Literal(value))
    }

    fn call(&mut self, function: FnId, arguments: Vec<Expr>) -> Expr {
        self.boolean(ExprKind::Call { function, arguments })
    }

    fn boolean(&mut self, kind: ExprKind) -> Expr {
        self.expr(Type::optional(DataType::Bool), kind)
    }

    fn expr(&mut self, ty: Type, kind: ExprKind) -> Expr {
        self.ids += 1;
        Expr::new(ExprId(self.ids), ty, kind)
    }
}
