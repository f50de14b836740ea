//! `fn age(born: date?) -> int? = …`: typed once, with pseudo-columns for its parameters.

use wr_base::row_type::{Column, Marks, RowType};
use wr_syntax::ast;

use super::{declare, errors};
use crate::checker::{Checker, Scope, UserFunction};
use crate::types;

pub(super) fn check(checker: &mut Checker, function: &ast::Function) {
    if let Some(call) = own_call(&function.body, &function.name.text) {
        let at = checker.span(call.range);
        checker.report(errors::recursive_function(at, &function.name.text));
        declare::declare_function(checker, &function.name, None);
        return;
    }
    let mut parameters = Vec::new();
    let mut row = RowType::default();
    for argument in &function.arguments {
        let ty = types::resolve_type(checker, &argument.ty);
        if let Some(first) = function.arguments.iter().find(|first| first.name.text == argument.name.text)
            && first.range != argument.range
        {
            if first.range.start < argument.range.start {
                let (at, first_at) = (checker.span(argument.name.range), checker.span(first.name.range));
                checker.report(errors::duplicate_name(at, first_at, &argument.name.text));
            }
            continue;
        }
        let id = checker.fresh_column();
        row.columns.push(Column {
            id,
            qualifier: None,
            name: argument.name.text.clone(),
            ty: ty.clone(),
            marks: Marks::default(),
            origin: Vec::new(),
            shaped: None,
        });
        parameters.push((argument.name.text.clone(), ty, id));
    }
    let result = types::resolve_type(checker, &function.result);
    let scope = Scope::row(&row, "a function");
    let body = if result.is_error() {
        types::type_expr(checker, &scope, &function.body)
    } else {
        types::type_expr_as(checker, &scope, &function.body, &result)
    };
    let is_broken = result.is_error() || body.ty.is_error();
    let meaning = (!is_broken).then_some(UserFunction { parameters, result, body });
    declare::declare_function(checker, &function.name, meaning);
}

/// A call of the function itself. Through others it cannot come back: they stand above, and see only what is above them.
fn own_call<'a>(expr: &'a ast::Expr, name: &str) -> Option<&'a ast::Name> {
    match &expr.kind {
        ast::ExprKind::Call(call) if call.name.text == name => Some(&call.name),
        ast::ExprKind::Call(call) => {
            let keys = call.order.iter().map(|key| &key.value);
            call.arguments.iter().chain(keys).find_map(|part| own_call(part, name))
        }
        ast::ExprKind::List(items) => items.iter().find_map(|part| own_call(part, name)),
        ast::ExprKind::Range { from, to } => from.iter().chain(to).find_map(|part| own_call(part, name)),
        ast::ExprKind::Unary { operand, .. } => own_call(operand, name),
        ast::ExprKind::Binary { left, right, .. } => own_call(left, name).or_else(|| own_call(right, name)),
        ast::ExprKind::When { arms, otherwise } => arms
            .iter()
            .flat_map(|arm| [&arm.condition, &arm.value])
            .chain(std::iter::once(&**otherwise))
            .find_map(|part| own_call(part, name)),
        ast::ExprKind::Text(text) => text.parts.iter().find_map(|part| match part {
            ast::TextPart::Hole(hole) => own_call(hole, name),
            ast::TextPart::Words(_) => None,
        }),
        ast::ExprKind::Literal(_)
        | ast::ExprKind::Pattern(_)
        | ast::ExprKind::Value(_)
        | ast::ExprKind::Name(_)
        | ast::ExprKind::Qualified { .. }
        | ast::ExprKind::FileColumn { .. }
        | ast::ExprKind::Period(_)
        | ast::ExprKind::Relation(_)
        | ast::ExprKind::Error => None,
    }
}
