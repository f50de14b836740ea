//! Which cells of the capability table a predicate reaches, and of which stored type.

use std::collections::BTreeMap;

use wr_base::ty::{DataType, Type};
use wr_plan::declaration::Engine;
use wr_plan::expr::{Expr, ExprKind};
use wr_plan::functions::{Argument, FnId};
use wr_plan::physical::Support;
use wr_plan::place::capabilities;

use crate::data;

/// How often each cell was reached.
#[derive(Clone, Debug, Default)]
pub struct Cells {
    /// `== of text`
    pub by_type: BTreeMap<String, u64>,
    /// `== of text as FixedString(6)`: where a column is the first argument.
    pub by_stored: BTreeMap<String, u64>,
}

impl Cells {
    pub fn see(&mut self, predicate: &Expr) {
        let columns = data::columns();
        predicate.visit(&mut |expr| {
            let (name, first) = match &expr.kind {
                ExprKind::Call { function, arguments } => (function.function().name, arguments.first()),
                ExprKind::Coalesce(left, _) => ("??", Some(&**left)),
                ExprKind::When { otherwise, .. } => ("when", Some(&**otherwise)),
                ExprKind::And(left, _) => ("and", Some(&**left)),
                ExprKind::Or(left, _) => ("or", Some(&**left)),
                _ => return,
            };
            let Some(first) = first else { return };
            let cell = format!("{name} of {}", kind(&first.ty.data));
            if let Some(column) = first.as_column().and_then(|id| columns.get(usize::try_from(id.0).ok()?)) {
                let stored = column.stored.split("('").next().unwrap_or_default();
                *self.by_stored.entry(format!("{cell} as {stored}")).or_default() += 1;
            }
            *self.by_type.entry(cell).or_default() += 1;
        });
    }

    pub fn add(&mut self, other: &Self) {
        for (cell, count) in &other.by_type {
            *self.by_type.entry(cell.clone()).or_default() += count;
        }
        for (cell, count) in &other.by_stored {
            *self.by_stored.entry(cell.clone()).or_default() += count;
        }
    }
}

/// The cells of ClickHouse's table that say exact, of types that a column has and the function takes.
#[must_use]
pub fn exact() -> Vec<String> {
    let mut types: Vec<DataType> = Vec::new();
    for column in data::columns() {
        if !types.iter().any(|ty| kind(ty) == kind(&column.ty.data)) {
            types.push(column.ty.data);
        }
    }
    let mut cells = Vec::new();
    for ty in &types {
        for function in FnId::ALL {
            let is_exact = capabilities::cell(Engine::ClickHouse, *function, ty)
                .is_some_and(|answer| answer.support == Support::Exact);
            if is_exact && takes(*function, ty) {
                cells.push(format!("{} of {}", function.function().name, kind(ty)));
            }
        }
        cells.extend(["??", "when"].map(|name| format!("{name} of {}", kind(ty))));
    }
    cells.extend(["and of bool", "or of bool"].map(ToOwned::to_owned));
    cells
}

/// Whether a function takes a first argument of a type, with what else it may be given.
fn takes(function: FnId, ty: &DataType) -> bool {
    let boxed = || Box::new(ty.clone());
    let seconds = [ty.clone(), DataType::List(boxed()), DataType::Range(boxed()), DataType::Period];
    let argument = |ty: &DataType| Type::required(ty.clone());
    let first = argument(ty);
    let suits = |types: &[&Type]| {
        let arguments: Vec<Argument<'_>> = types.iter().map(|ty| Argument { ty, constant: None }).collect();
        (function.function().signature)(&arguments).is_ok()
    };
    suits(&[&first]) || seconds.iter().any(|second| suits(&[&first, &argument(second)]))
}

/// A type without its digits.
#[must_use]
pub fn kind(ty: &DataType) -> String {
    if matches!(ty, DataType::Decimal { .. }) { "decimal".to_owned() } else { ty.to_string() }
}
