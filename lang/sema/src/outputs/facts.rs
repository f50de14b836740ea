//! Calls that say something about relations (`rows(r)`, `unique(r, k)`, `sum(r.x)`) to facts, each computed once a run.

use wr_base::span::TextRange;
use wr_plan::expr::Expr;
use wr_syntax::ast;

use crate::checker::Checker;

/// The expression of a call that is a fact, where facts may stand ([`Scope::facts`](crate::checker::Scope)).
///
/// `None`: no fact, to be typed as any other call; nothing was reported then. `range` is the place of the whole call.
pub(crate) fn type_fact(_checker: &mut Checker, _call: &ast::Call, _range: TextRange) -> Option<Expr> {
    None
}
