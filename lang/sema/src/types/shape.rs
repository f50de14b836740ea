//! `$measure` among rows: a `when` over the expressions that its options stand for (B4).
//!
//! Every option is typed anew at every use, in the scope of the use; all are of one type and of one kind.

use wr_base::ids::ExprId;
use wr_base::ty::{DataType, Type};
use wr_base::value::Value;
use wr_plan::expr::{Expr, ExprKind, WhenBranch};
use wr_plan::functions::FnId;
use wr_syntax::ast;

use super::{errors, type_expr, widen};
use crate::checker::{Checker, Scope, Shape};

pub(super) fn type_shape(
    checker: &mut Checker,
    scope: &Scope<'_>,
    shape: &Shape,
    name: &ast::Name,
    id: ExprId,
) -> Expr {
    if shape.is_many {
        let at = checker.span(name.range);
        checker.report(errors::many_columns(at, &name.text, scope.what));
        return Expr::error(id);
    }
    let here = checker.place;
    let at_use = checker.span(name.range);
    let (mut results, mut ranges) = (Vec::new(), Vec::new());
    checker.place = shape.place;
    for option in &shape.options {
        let before = std::mem::take(&mut checker.diagnostics);
        results.push(type_expr(checker, scope, &option.expr));
        ranges.push(option.expr.range);
        let found = std::mem::replace(&mut checker.diagnostics, before);
        for diagnostic in found.iter() {
            checker.report(diagnostic.clone().with_secondary(at_use, format!("`${}` is used here", name.text)));
        }
    }
    if results.iter().any(|result| result.ty.is_error()) {
        checker.place = here;
        return Expr::error(id);
    }
    let kinds: Vec<bool> = results.iter().map(has_aggregate).collect();
    if kinds.windows(2).any(|pair| pair.first() != pair.last()) {
        checker.place = here;
        checker.report(errors::option_kinds(at_use, &name.text));
        return Expr::error(id);
    }
    let what = format!("the options of `${}`", name.text);
    let common = widen::to_common(checker, results, &ranges, &what);
    checker.place = here;
    let Some((mut results, ty)) = common else { return Expr::error(id) };
    let Some(otherwise) = results.pop() else { return Expr::error(id) };
    if results.is_empty() {
        return otherwise;
    }
    let branches = shape
        .options
        .iter()
        .zip(results)
        .map(|(option, result)| {
            let text = Type::required(DataType::Text);
            let value = Expr::new(id, text, ExprKind::Value(shape.value));
            let chosen = Expr::literal(id, DataType::Text, Value::text(&option.value));
            let kind = ExprKind::Call { function: FnId::Equal, arguments: vec![value, chosen] };
            WhenBranch { condition: Expr::new(id, Type::required(DataType::Bool), kind), result }
        })
        .collect();
    Expr::new(id, ty, ExprKind::When { branches, otherwise: Box::new(otherwise) })
}

fn has_aggregate(expr: &Expr) -> bool {
    let mut has = false;
    expr.visit(&mut |part| has |= matches!(part.kind, ExprKind::Aggregate { .. }));
    has
}
