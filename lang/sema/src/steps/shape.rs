//! Parameters that stand for columns (B4): `$fields` in a list becomes one column for each option, typed anew where it
//! is used. All are computed; which are written is known when the parameter is.

use wr_base::diag::Diagnostic;
use wr_base::row_type::ShapedBy;
use wr_syntax::ast;

use super::errors;
use super::item::List;
use crate::checker::{Checker, Scope};
use crate::types;

/// Whether the item is such a parameter; then its columns were added to the list.
pub(super) fn expand(checker: &mut Checker, scope: &Scope<'_>, value: &ast::Expr, list: &mut List) -> bool {
    let ast::ExprKind::Value(name) = &value.kind else { return false };
    let Some(shape) = checker.names.shapes.get(&name.text).filter(|shape| shape.is_many).cloned() else { return false };
    let Some(row) = scope.row else { return false };
    list.is_open = true;
    let used_at = checker.span(value.range);
    for option in &shape.options {
        let before = std::mem::take(&mut checker.diagnostics);
        let place = std::mem::replace(&mut checker.place, shape.place);
        let expr = types::type_column_expr(checker, scope, &option.expr);
        let option_at = checker.span(option.expr.range);
        checker.place = place;
        let found = std::mem::replace(&mut checker.diagnostics, before);
        for diagnostic in found.iter() {
            // Used twice with the same mistake: that is one cause.
            let is_told = |told: &Diagnostic| told.code == diagnostic.code && told.primary == diagnostic.primary;
            if checker.diagnostics.iter().any(is_told) {
                continue;
            }
            checker.report(diagnostic.clone().with_secondary(used_at, format!("`${}` is used here", name.text)));
        }
        if scope.aggregates && !expr.ty.is_error() {
            super::aggregate::check_measure(checker, row, &expr, option_at);
        }
        let before = list.columns.len();
        list.add(checker, row, &option.value, expr, value.range);
        if let Some(column) = list.columns.get_mut(before) {
            column.shaped =
                Some(ShapedBy { value: shape.value, option: option.value.clone(), label: option.label.clone() });
        }
    }
    if shape.options.is_empty() {
        checker.report(errors::nothing_left(used_at, &format!("${}", name.text)));
    }
    true
}
