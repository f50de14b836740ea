//! Items of lists of columns: `select`, `group by`, `aggregate`. Each becomes a bare column; equal names are reported.

use wr_base::ids::ColumnId;
use wr_base::row_type::{Column, RowType};
use wr_base::span::{Span, TextRange};
use wr_plan::expr::{Expr, ExprKind};
use wr_plan::logical::Item;
use wr_syntax::ast;

use super::errors;
use crate::checker::{Checker, Scope};
use crate::relations::column_of;
use crate::resolve::{same_but_for_case, warn_of_case};
use crate::types;

/// The columns that a list has given so far, with the words that gave them.
#[derive(Default)]
pub(super) struct List {
    pub(super) items: Vec<Item>,
    pub(super) columns: Vec<Column>,
    places: Vec<Span>,
    pub(super) is_open: bool,
}

impl List {
    /// Adds a column. One that is passed on keeps its id, the first time.
    pub(super) fn add(&mut self, checker: &mut Checker, row: &RowType, name: &str, expr: Expr, at: TextRange) {
        let at = checker.span(at);
        if let Some(first) = self.columns.iter().position(|column| column.name == name) {
            let qualifier = qualifier_of(row, &expr);
            let first_at = self.places.get(first).copied().unwrap_or(at);
            checker.report(errors::equal_column_names(at, first_at, name, qualifier));
            return;
        }
        let others = self.columns.iter().zip(&self.places).map(|(column, place)| (column.name.as_str(), *place));
        let near = same_but_for_case(name, others);
        warn_of_case(checker, at, name, near.map(|(other, at)| (other, Some(at))));
        let passed = expr.as_column().filter(|column| !self.items.iter().any(|item| item.column == *column));
        let id = passed.unwrap_or_else(|| checker.fresh_column());
        self.columns.push(column_of(row, id, name, &expr));
        self.items.push(Item { column: id, name: name.to_owned(), expr });
        self.places.push(at);
    }

    pub(super) fn ids(&self) -> Vec<ColumnId> {
        self.items.iter().map(|item| item.column).collect()
    }
}

/// `city`, `u.city`, `town = upper(city)`: the expression and the name of its column. Reports a missing name.
pub(super) fn named(
    checker: &mut Checker,
    scope: &Scope<'_>,
    name: Option<&ast::Name>,
    value: &ast::Expr,
) -> Option<(String, Expr)> {
    if let (None, Some((name, operator, value))) = (name, named_by_comparison(scope, value)) {
        let at = checker.span(operator);
        checker.report(errors::named_by_comparison(at, &name.text));
        let expr = types::type_column_expr(checker, scope, value);
        return Some((name.text.clone(), expr));
    }
    let expr = types::type_column_expr(checker, scope, value);
    let own_name = match &value.kind {
        ast::ExprKind::Name(own) | ast::ExprKind::Qualified { name: own, .. } => Some(own),
        ast::ExprKind::Literal(_)
        | ast::ExprKind::Text(_)
        | ast::ExprKind::Pattern(_)
        | ast::ExprKind::FileColumn { .. }
        | ast::ExprKind::Value(_)
        | ast::ExprKind::Call(_)
        | ast::ExprKind::List(_)
        | ast::ExprKind::Range { .. }
        | ast::ExprKind::Period(_)
        | ast::ExprKind::Unary { .. }
        | ast::ExprKind::Binary { .. }
        | ast::ExprKind::When { .. }
        | ast::ExprKind::Relation(_)
        | ast::ExprKind::Error => None,
    };
    // `now` and `today` are words, not columns: their values need names like any other.
    let own_name = own_name.filter(|_| matches!(expr.kind, ExprKind::Column(_) | ExprKind::Error));
    match name.or(own_name) {
        Some(name) => Some((name.text.clone(), expr)),
        None if expr.ty.is_error() => None,
        None => {
            let at = checker.span(value.range);
            let words = checker.words(value.range);
            checker.report(errors::column_needs_name(at, &words));
            None
        }
    }
}

/// `n == count()`, where no column is called `n`.
fn named_by_comparison<'a>(
    scope: &Scope<'_>,
    value: &'a ast::Expr,
) -> Option<(&'a ast::Name, TextRange, &'a ast::Expr)> {
    let ast::ExprKind::Binary { operator: ast::BinaryOperator::Equal, operator_range, left, right } = &value.kind
    else {
        return None;
    };
    let ast::ExprKind::Name(name) = &left.kind else { return None };
    // A measure is never a comparison with a column: that has many values in a group.
    let is_new = |row: &&RowType| !row.is_unknown && row.columns.iter().all(|column| column.name != name.text);
    let row = scope.row.filter(|row| scope.aggregates || is_new(row));
    row.map(|_| (name, *operator_range, right.as_ref()))
}

fn qualifier_of<'a>(row: &'a RowType, expr: &Expr) -> Option<&'a str> {
    row.column(expr.as_column()?)?.qualifier.as_deref()
}
