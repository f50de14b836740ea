//! Which cells of the capability table a predicate reaches, and of which stored type.

use std::collections::BTreeMap;

use wr_base::ty::DataType;
use wr_plan::expr::{Expr, ExprKind};

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

/// A type without its digits.
#[must_use]
pub fn kind(ty: &DataType) -> String {
    if matches!(ty, DataType::Decimal { .. }) { "decimal".to_owned() } else { ty.to_string() }
}
