//! Typed scalar expressions: what the checker makes of an expression of a script, and what every later stage carries.
//!
//! Columns, values, functions are ids. Widening is explicit ([`FnId::Convert`]), a `fn` of a library is inlined, and a
//! parameter whose options carry expressions has become a [`ExprKind::When`] over them (B4). So an expression means the
//! same wherever it stands; nothing in it has to be looked up but columns and values.

use wr_base::ids::{ColumnId, ExprId, FactId, ValueId};
use wr_base::ty::{DataType, Type};
use wr_base::value::{Duration, Value};

use crate::functions::{AggregateId, FnId};

/// An expression, its type, and its place in the script (through `id`: the side table of the program knows the span).
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    pub id: ExprId,
    pub ty: Type,
    pub kind: ExprKind,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    Literal(Value),
    /// A column of the row at this place.
    Column(ColumnId),
    /// `$name`: known before any row is read.
    Value(ValueId),
    /// A fact about relations; only in expectations and messages.
    Fact(FactId),
    /// A strict function or operator: all arguments are evaluated, left to right.
    Call {
        function: FnId,
        arguments: Vec<Expr>,
    },
    /// Three-valued; the right side is evaluated only where the left is not false.
    And(Box<Expr>, Box<Expr>),
    /// Three-valued; the right side is evaluated only where the left is not true.
    Or(Box<Expr>, Box<Expr>),
    /// `a ?? b`: the right side is evaluated only where the left is null.
    Coalesce(Box<Expr>, Box<Expr>),
    /// The first branch whose condition is true; conditions and results are evaluated only where they are reached.
    When {
        branches: Vec<WhenBranch>,
        otherwise: Box<Expr>,
    },
    /// Over the rows of a group; only in `group by`, `aggregate` and facts.
    Aggregate(AggregateCall),
    /// `last month`, `last 7 days`, `this week`, `yesterday`: a period counted from the run's `today`.
    RelativePeriod(RelativePeriod),
    /// What was already reported. Never in a program without errors.
    Error,
}

/// A function over rows: the first argument is read of each row, others are literals. Arguments hold no aggregates.
#[derive(Clone, Debug, PartialEq)]
pub struct AggregateCall {
    pub function: AggregateId,
    pub arguments: Vec<Expr>,
    /// `by updated_at desc`: in which order the rows are looked at.
    pub order: Vec<SortKey>,
}

impl AggregateCall {
    /// A call in which no order is written.
    #[must_use]
    pub const fn new(function: AggregateId, arguments: Vec<Expr>) -> Self {
        Self { function, arguments, order: Vec::new() }
    }

    /// What it reads of each row: the first argument, then what it is ordered by.
    pub fn read(&self) -> impl Iterator<Item = &Expr> {
        self.arguments.first().into_iter().chain(self.order.iter().map(|key| &key.expr))
    }

    /// As [`AggregateCall::read`], to change it in place.
    pub fn read_mut(&mut self) -> impl Iterator<Item = &mut Expr> {
        self.arguments.first_mut().into_iter().chain(self.order.iter_mut().map(|key| &mut key.expr))
    }
}

/// Ascending unless `descending`; nulls last either way (charter: sorting puts nulls last).
#[derive(Clone, Debug, PartialEq)]
pub struct SortKey {
    pub expr: Expr,
    pub descending: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct WhenBranch {
    pub condition: Expr,
    pub result: Expr,
}

/// Periods relative to today (B12): whole days in the report's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelativePeriod {
    /// `last month`, `last 7 days`: `count` whole units before the present one; days end yesterday.
    Last {
        count: u32,
        unit: PeriodUnit,
    },
    /// `this month`: from the unit's first day to its last.
    This {
        unit: PeriodUnit,
    },
    /// `past 28d`: up to and including today.
    Past {
        duration: Duration,
    },
    Yesterday,
    Today,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeriodUnit {
    Day,
    /// Monday to Sunday.
    Week,
    Month,
    Quarter,
    Year,
}

impl Expr {
    #[must_use]
    pub const fn new(id: ExprId, ty: Type, kind: ExprKind) -> Self {
        Self { id, ty, kind }
    }

    #[must_use]
    pub const fn error(id: ExprId) -> Self {
        Self { id, ty: Type::error(), kind: ExprKind::Error }
    }

    #[must_use]
    pub const fn literal(id: ExprId, data: DataType, value: Value) -> Self {
        let nullable = value.is_null();
        Self { id, ty: Type { data, nullable }, kind: ExprKind::Literal(value) }
    }

    #[must_use]
    pub const fn column(id: ExprId, ty: Type, column: ColumnId) -> Self {
        Self { id, ty, kind: ExprKind::Column(column) }
    }

    /// The column, where it is nothing but one.
    #[must_use]
    pub const fn as_column(&self) -> Option<ColumnId> {
        if let ExprKind::Column(column) = &self.kind { Some(*column) } else { None }
    }

    /// The value, where it is written out.
    #[must_use]
    pub const fn as_literal(&self) -> Option<&Value> {
        if let ExprKind::Literal(value) = &self.kind { Some(value) } else { None }
    }

    /// True where both are: the right one is evaluated where the left one is not false.
    #[must_use]
    pub fn and(left: Self, right: Self) -> Self {
        let ty = Type::new(DataType::Bool, left.ty.nullable || right.ty.nullable);
        Self::new(left.id, ty, ExprKind::And(Box::new(left), Box::new(right)))
    }

    /// What has to be true for it to be true: the parts of an `and`, in their order.
    #[must_use]
    pub fn conjuncts(&self) -> Vec<&Self> {
        let ExprKind::And(left, right) = &self.kind else { return vec![self] };
        left.conjuncts().into_iter().chain(right.conjuncts()).collect()
    }

    /// The direct parts, in the order in which they are evaluated.
    #[must_use]
    pub fn parts(&self) -> Vec<&Self> {
        match &self.kind {
            ExprKind::Call { arguments, .. } => arguments.iter().collect(),
            ExprKind::Aggregate(call) => call.arguments.iter().chain(call.order.iter().map(|key| &key.expr)).collect(),
            ExprKind::And(left, right) | ExprKind::Or(left, right) | ExprKind::Coalesce(left, right) => {
                vec![left, right]
            }
            ExprKind::When { branches, otherwise } => branches
                .iter()
                .flat_map(|branch| [&branch.condition, &branch.result])
                .chain(std::iter::once(&**otherwise))
                .collect(),
            ExprKind::Literal(_)
            | ExprKind::Column(_)
            | ExprKind::Value(_)
            | ExprKind::Fact(_)
            | ExprKind::RelativePeriod(_)
            | ExprKind::Error => Vec::new(),
        }
    }

    /// As [`Expr::parts`], to change them in place.
    pub fn parts_mut(&mut self) -> Vec<&mut Self> {
        match &mut self.kind {
            ExprKind::Call { arguments, .. } => arguments.iter_mut().collect(),
            ExprKind::Aggregate(call) => {
                call.arguments.iter_mut().chain(call.order.iter_mut().map(|key| &mut key.expr)).collect()
            }
            ExprKind::And(left, right) | ExprKind::Or(left, right) | ExprKind::Coalesce(left, right) => {
                vec![left, right]
            }
            ExprKind::When { branches, otherwise } => branches
                .iter_mut()
                .flat_map(|branch| [&mut branch.condition, &mut branch.result])
                .chain(std::iter::once(&mut **otherwise))
                .collect(),
            ExprKind::Literal(_)
            | ExprKind::Column(_)
            | ExprKind::Value(_)
            | ExprKind::Fact(_)
            | ExprKind::RelativePeriod(_)
            | ExprKind::Error => Vec::new(),
        }
    }

    /// This expression and everything in it, outer before inner.
    pub fn visit<'a>(&'a self, see: &mut impl FnMut(&'a Self)) {
        see(self);
        for part in self.parts() {
            part.visit(see);
        }
    }

    /// How many expressions it is made of, itself among them.
    #[must_use]
    pub fn size(&self) -> usize {
        let mut size = 0;
        self.visit(&mut |_| size += 1);
        size
    }

    /// Changes this expression and everything in it, inner before outer.
    pub fn transform(&mut self, change: &mut impl FnMut(&mut Self)) {
        for part in self.parts_mut() {
            part.transform(change);
        }
        change(self);
    }

    /// The columns that it reads, each once, in the order of their first use.
    #[must_use]
    pub fn columns(&self) -> Vec<ColumnId> {
        let mut columns = Vec::new();
        self.visit(&mut |expr| {
            if let ExprKind::Column(column) = &expr.kind
                && !columns.contains(column)
            {
                columns.push(*column);
            }
        });
        columns
    }

    /// Whether it is the same for all rows: it reads no column.
    #[must_use]
    pub fn is_constant(&self) -> bool {
        self.columns().is_empty()
    }
}
