//! Texts with holes: as values (holes are canonical) and as messages.

use wr_base::span::TextRange;
use wr_base::ty::{DataType, Type};
use wr_base::value::Value;
use wr_plan::declaration::{Message, MessagePart};
use wr_plan::expr::{Expr, ExprKind};
use wr_plan::functions::FnId;
use wr_syntax::ast;

use super::{call, errors, type_expr};
use crate::checker::{Checker, Scope};

/// A text with holes, as a message or a file's name. What the holes become is said by its use (B18).
pub(crate) fn type_message(checker: &mut Checker, scope: &Scope<'_>, text: &ast::Text) -> Message {
    let mut parts = Vec::new();
    for part in &text.parts {
        match part {
            ast::TextPart::Words(words) => parts.push(MessagePart::Text(words.clone())),
            ast::TextPart::Hole(hole) => {
                if let Some(label) = label_of(checker, hole) {
                    parts.extend(label);
                    continue;
                }
                let typed = type_expr(checker, scope, hole);
                if !typed.ty.is_error() && is_writable(checker, &typed, hole.range) {
                    parts.push(MessagePart::Hole(typed));
                }
            }
        }
    }
    Message { parts }
}

/// `label($p)`: `Some(None)` was reported.
fn label_of(checker: &mut Checker, hole: &ast::Expr) -> Option<Option<MessagePart>> {
    let ast::ExprKind::Call(found) = &hole.kind else { return None };
    if found.name.text != "label" || found.name.quoted {
        return None;
    }
    Some(call::label_argument(checker, found, hole.range).map(MessagePart::LabelOf))
}

pub(super) fn type_text(checker: &mut Checker, scope: &Scope<'_>, text: &ast::Text, range: TextRange) -> Expr {
    let id = checker.expr_id(range);
    let mut arguments = Vec::new();
    let mut nullable = false;
    let mut is_broken = false;
    for part in &text.parts {
        match part {
            ast::TextPart::Words(words) => {
                let id = checker.expr_id(range);
                arguments.push(Expr::literal(id, DataType::Text, Value::text(words)));
            }
            ast::TextPart::Hole(hole) => {
                let typed = type_expr(checker, scope, hole);
                is_broken |= typed.ty.is_error() || !is_writable(checker, &typed, hole.range);
                nullable |= typed.ty.nullable;
                arguments.push(as_text(checker, typed, hole.range));
            }
        }
    }
    if is_broken {
        return Expr::error(id);
    }
    match arguments.as_slice() {
        [] => return Expr::literal(id, DataType::Text, Value::text("")),
        [Expr { kind: ExprKind::Literal(value), .. }] => return Expr::literal(id, DataType::Text, value.clone()),
        _ => {}
    }
    let ty = Type::new(DataType::Text, nullable);
    Expr::new(id, ty, ExprKind::Call { function: FnId::Concat, arguments })
}

fn as_text(checker: &mut Checker, typed: Expr, range: TextRange) -> Expr {
    if typed.ty.data == DataType::Text {
        return typed;
    }
    let ty = Type::new(DataType::Text, typed.ty.nullable);
    Expr::new(checker.expr_id(range), ty, ExprKind::Call { function: FnId::Text, arguments: vec![typed] })
}

fn is_writable(checker: &mut Checker, typed: &Expr, range: TextRange) -> bool {
    let is_writable = !matches!(typed.ty.data, DataType::Null | DataType::Shape);
    if !is_writable {
        let at = checker.span(range);
        checker.report(errors::nothing_to_write(at));
    }
    is_writable
}
