//! A call of a library's function to its body: arguments in the place of its parameters, ids at the words of the call.

use wr_base::ids::ColumnId;
use wr_base::span::TextRange;
use wr_plan::expr::{Expr, ExprKind};
use wr_syntax::ast;

use super::{errors, type_expr_as};
use crate::checker::{Checker, Scope, UserFunction};

/// How deep and how large an expression may become by putting bodies in the place of calls. `f1` that calls `f0` twice, `f2`
/// that calls `f1` twice, and so on: thirty such lines would be a thousand million operations.
const UNFOLDED_DEPTH_LIMIT: usize = 2 * ast::DEPTH_LIMIT;
const UNFOLDED_SIZE_LIMIT: usize = 10_000;

pub(super) fn type_user_call(
    checker: &mut Checker,
    scope: &Scope<'_>,
    function: &UserFunction,
    call: &ast::Call,
    range: TextRange,
) -> Expr {
    let id = checker.expr_id(range);
    if call.arguments.len() != function.parameters.len() {
        let at = checker.span(call.arguments_range);
        let usage: Vec<String> = function.parameters.iter().map(|(name, ty, _)| format!("{name}: {ty}")).collect();
        let usage = format!("{}({})", call.name.text, usage.join(", "));
        let declared = checker.names.functions.get(&call.name.text).map(|named| named.span);
        checker.report(errors::argument_count(at, &call.name.text, call.arguments.len(), &[&usage], declared));
        return Expr::error(id);
    }
    let mut arguments: Vec<(ColumnId, Expr)> = Vec::new();
    for (argument, (_, ty, column)) in call.arguments.iter().zip(&function.parameters) {
        let scope = Scope { what: "an argument of a function", ..*scope };
        arguments.push((*column, type_expr_as(checker, &scope, argument, ty)));
    }
    if function.body.ty.is_error() || arguments.iter().any(|(_, argument)| argument.ty.is_error()) {
        return Expr::error(id);
    }
    let measures: Vec<(ColumnId, Measure)> =
        arguments.iter().map(|(column, argument)| (*column, Measure::of(argument, &[]))).collect();
    let unfolded = Measure::of(&function.body, &measures);
    if unfolded.depth > UNFOLDED_DEPTH_LIMIT || unfolded.size > UNFOLDED_SIZE_LIMIT {
        let at = checker.span(range);
        checker.report(errors::unfolds_too_far(at, &call.name.text));
        return Expr::error(id);
    }
    let mut body = function.body.clone();
    body.transform(&mut |part| {
        let argument = if let ExprKind::Column(column) = &part.kind {
            arguments.iter().find(|(parameter, _)| parameter == column)
        } else {
            None
        };
        match argument {
            Some((_, argument)) => *part = argument.clone(),
            None => part.id = checker.expr_id(range),
        }
    });
    // What the function promises, even where its body could be said to give less.
    body.ty = function.result.clone();
    body
}

#[derive(Clone, Copy)]
struct Measure {
    depth: usize,
    size: usize,
}

impl Measure {
    /// The measure of an expression with others in the place of its columns.
    fn of(expr: &Expr, columns: &[(ColumnId, Self)]) -> Self {
        if let ExprKind::Column(column) = &expr.kind
            && let Some((_, argument)) = columns.iter().find(|(parameter, _)| parameter == column)
        {
            return *argument;
        }
        let mut whole = Self { depth: 0, size: 1 };
        for part in expr.parts() {
            let part = Self::of(part, columns);
            whole.depth = whole.depth.max(part.depth);
            whole.size = whole.size.saturating_add(part.size);
        }
        whole.depth += 1;
        whole
    }
}
