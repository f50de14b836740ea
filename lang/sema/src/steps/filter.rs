//! `filter`: rows for which the condition is true stay; columns that it proves to be there are no longer nullable.

use wr_syntax::ast;

use super::{Outcome, Pipe};
use crate::checker::{Checker, Scope};
use crate::hir::StepKind;
use crate::types;

pub(super) fn check(checker: &mut Checker, pipe: &Pipe, predicate: &ast::Expr, is_conditional: bool) -> Outcome {
    let condition = types::type_condition(checker, &Scope::step(&pipe.row, "a `filter`"), predicate);
    let mut row = pipe.row.clone();
    if !is_conditional {
        let proved = types::facts_of_condition(&condition);
        for column in row.columns.iter_mut().filter(|column| proved.contains(&column.id)) {
            column.ty.nullable = false;
        }
    }
    Outcome { kind: StepKind::Filter(condition), row }
}
