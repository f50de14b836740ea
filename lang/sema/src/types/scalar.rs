//! `scalar(total.amount)`: the one value of a relation that has no more than one row (B14).
//!
//! In expectations and messages it is a fact. In a step it is a column of a join that stands before the step: so it is
//! computed where rows are, and follows the laws of rows. It is no `$value`: those are known before any row is read.

use wr_base::row_type::RowType;
use wr_base::span::TextRange;
use wr_base::ty::Type;
use wr_plan::declaration::Fact;
use wr_plan::expr::{Expr, ExprKind};
use wr_syntax::ast;

use super::{errors, resolve_column};
use crate::checker::{Checker, Scalar, Scope};
use crate::hir::{Relation, StepKind};
use crate::relations;

pub(super) fn type_scalar(checker: &mut Checker, scope: &Scope<'_>, call: &ast::Call, range: TextRange) -> Expr {
    let id = checker.expr_id(range);
    let at = checker.span(range);
    if !scope.facts && !scope.scalars {
        checker.report(errors::scalar_not_here(checker.span(call.name.range), scope.what));
        return Expr::error(id);
    }
    let [ast::Expr { kind: ast::ExprKind::Qualified { qualifier, name }, .. }] = call.arguments.as_slice() else {
        checker.report(errors::scalar_of_what(at));
        return Expr::error(id);
    };
    let named = ast::RelationName { qualifier: None, name: qualifier.clone(), arguments: None, range: qualifier.range };
    let Some(relation) = relations::find_relation(checker, &named) else { return Expr::error(id) };
    let row = checker.relations[relation].row.clone();
    let Some(column) = resolve_column(checker, &Scope::row(&row, "`scalar`"), None, name) else {
        return Expr::error(id);
    };
    let ty = row.column(column).map_or_else(Type::error, |column| column.ty.clone());
    if ty.is_error() || row.is_unknown {
        return Expr::error(id);
    }
    if !has_at_most_one_row(&row) {
        let relation_at = checker.span(qualifier.range);
        checker.report(errors::scalar_of_many(relation_at, &qualifier.text));
        return Expr::error(id);
    }
    let ty = ty.or_null(!has_a_row(&checker.relations[relation]));
    if scope.facts {
        let fact = Fact::Scalar { relation, column };
        let known = checker.facts.iter().find(|(_, other)| **other == fact).map(|(id, _)| id);
        let fact = known.unwrap_or_else(|| checker.facts.add(fact));
        return Expr::new(id, ty, ExprKind::Fact(fact));
    }
    // The join makes its right side nullable, whatever is known of it.
    let ty = ty.or_null(true);
    let known = checker.scalars.iter().find(|scalar| scalar.relation == relation && scalar.there == column);
    let here = known.map(|scalar| scalar.here);
    let here = here.unwrap_or_else(|| {
        let here = checker.fresh_column();
        checker.scalars.push(Scalar { relation, there: column, here, range });
        here
    });
    Expr::column(id, ty, here)
}

fn has_at_most_one_row(row: &RowType) -> bool {
    row.keys.iter().any(Vec::is_empty)
}

/// Whether it is sure that there is a row: an `aggregate`, and nothing after it that could take it away.
fn has_a_row(relation: &Relation) -> bool {
    let last = relation.steps.iter().rev().find(|step| match &step.kind {
        StepKind::Select(_) | StepKind::Derive(_) | StepKind::Window(_) | StepKind::Sort(_) | StepKind::Place(_) => {
            false
        }
        StepKind::Filter(_)
        | StepKind::Join(_)
        | StepKind::Aggregate { .. }
        | StepKind::Take(_)
        | StepKind::Distinct { .. }
        | StepKind::SetOperation(_)
        | StepKind::Sample { .. }
        | StepKind::Unpivot(_)
        | StepKind::Split { .. }
        | StepKind::Error => true,
    });
    last.is_some_and(|step| matches!(&step.kind, StepKind::Aggregate { keys, .. } if keys.is_empty()))
}
