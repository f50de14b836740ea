//! `sample n by key seed …`: the rows of the n keys with the smallest hash (B7). Rows stay in their order.

use wr_base::ty::{DataType, Type};
use wr_base::value::Value;
use wr_plan::expr::ExprKind;
use wr_syntax::ast;

use super::take::is_negative;
use super::{Outcome, Pipe, errors};
use crate::checker::{Checker, Scope};
use crate::hash::{Hashed, check_key, check_seed};
use crate::hir::StepKind;
use crate::types;

pub(super) fn check(checker: &mut Checker, pipe: &Pipe, sample: &ast::Sample, is_conditional: bool) -> Outcome {
    let count =
        types::type_expr_as(checker, &Scope::values("a `sample`"), &sample.count, &Type::required(DataType::Int));
    if is_negative(&sample.count) {
        let at = checker.span(sample.count.range);
        checker.report(errors::fewer_than_none(at, "sample"));
    }
    let names = sample.key.iter().map(|column| (column.qualifier.as_ref(), &column.name));
    let key = check_key(checker, names, &pipe.row, Hashed::Sample);
    let seed = check_seed(checker, &sample.seed);
    let mut row = pipe.row.clone();
    let is_one = matches!(count.kind, ExprKind::Literal(Value::Int(0 | 1))) && row.is_unique_by(&key);
    if is_one && !is_conditional {
        row.keys.push(Vec::new());
    }
    Outcome { kind: StepKind::Sample { count, key, seed }, row }
}
