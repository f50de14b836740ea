//! Expressions as written to typed expressions: names to ids, widening made explicit, functions of libraries put in place.
//!
//! What is wrong is reported once, at its words; the expression becomes [`ExprKind::Error`](wr_plan::expr::ExprKind::Error)
//! and everything around it stays silent.

mod errors;

use wr_base::ids::ColumnId;
use wr_base::ty::Type;
use wr_plan::declaration::Message;
use wr_plan::expr::Expr;
use wr_syntax::ast;

use crate::checker::{Checker, Scope};

/// The type of an expression, whatever it is.
pub(crate) fn type_expr(checker: &mut Checker, _scope: &Scope<'_>, expr: &ast::Expr) -> Expr {
    Expr::error(checker.expr_id(expr.range))
}

/// An expression that must be of a type, widened to it. `what` names the place: "the default of `$ages`".
pub(crate) fn type_expr_as(checker: &mut Checker, _scope: &Scope<'_>, expr: &ast::Expr, _expected: &Type) -> Expr {
    Expr::error(checker.expr_id(expr.range))
}

/// An expression that becomes a column: a percent becomes a decimal; what no column can hold is reported.
pub(crate) fn type_column_expr(checker: &mut Checker, _scope: &Scope<'_>, expr: &ast::Expr) -> Expr {
    Expr::error(checker.expr_id(expr.range))
}

/// A condition: true or false, perhaps null (which then counts as not true).
pub(crate) fn type_condition(checker: &mut Checker, _scope: &Scope<'_>, expr: &ast::Expr) -> Expr {
    Expr::error(checker.expr_id(expr.range))
}

/// A text with holes, as a message or a file's name.
pub(crate) fn type_message(_checker: &mut Checker, _scope: &Scope<'_>, _text: &ast::Text) -> Message {
    Message::default()
}

/// A type as written, for columns, arguments and results. `choice`, `choices`, `columns` and `cohort of` are
/// parameters' own affair: here a cohort is a text, the others are reported.
pub(crate) fn resolve_type(_checker: &mut Checker, _name: &ast::TypeName) -> Type {
    Type::error()
}

/// The column that a name means in the scope's row (`None`: reported).
pub(crate) fn resolve_column(
    _checker: &mut Checker,
    _scope: &Scope<'_>,
    _qualifier: Option<&ast::Name>,
    _name: &ast::Name,
) -> Option<ColumnId> {
    None
}

/// The columns that are not null in every row for which the condition is true.
pub(crate) fn facts_of_condition(_condition: &Expr) -> Vec<ColumnId> {
    Vec::new()
}
