//! `take n`: the first rows. Without an order in front of it, which ones is chance.

use wr_base::span::Span;
use wr_base::ty::{DataType, Type};
use wr_base::value::Value;
use wr_plan::expr::ExprKind;
use wr_syntax::ast;

use super::{Outcome, Pipe, errors};
use crate::checker::{Checker, Scope};
use crate::hir::StepKind;
use crate::types;

pub(super) fn check(
    checker: &mut Checker,
    pipe: &mut Pipe,
    count: &ast::Expr,
    at: Span,
    is_conditional: bool,
) -> Outcome {
    let scope = Scope::values("a `take`");
    let expr = types::type_expr_as(checker, &scope, count, &Type::required(DataType::Int));
    if is_negative(count) {
        let count_at = checker.span(count.range);
        checker.report(errors::fewer_than_none(count_at, "take"));
    }
    let has_one_row = pipe.row.keys.iter().any(Vec::is_empty);
    if pipe.row.order.is_empty() && !has_one_row && !pipe.row.is_unknown {
        checker.report(errors::take_without_sort(at));
    }
    pipe.unused_sort = None;
    let mut row = pipe.row.clone();
    if !is_conditional && matches!(expr.kind, ExprKind::Literal(Value::Int(0 | 1))) {
        row.keys.push(Vec::new());
    }
    Outcome { kind: StepKind::Take(expr), row }
}

pub(super) fn is_negative(count: &ast::Expr) -> bool {
    let ast::ExprKind::Unary { operator: ast::UnaryOperator::Minus, operand } = &count.kind else {
        return matches!(&count.kind, ast::ExprKind::Literal(ast::Literal::Int(count)) if *count < 0);
    };
    matches!(&operand.kind, ast::ExprKind::Literal(ast::Literal::Int(count)) if *count > 0)
}
