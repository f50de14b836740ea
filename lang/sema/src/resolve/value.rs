//! `let $share = …`.

use wr_base::span::TextRange;
use wr_plan::declaration::{ValueDeclaration, ValueKind};
use wr_syntax::ast;

use super::declare;
use crate::checker::{Checker, Scope};
use crate::relations::new_step;
use crate::types;

pub(super) fn check_value(checker: &mut Checker, declared: &ast::LetValue, range: TextRange) {
    let value = types::type_expr(checker, &Scope::values("a `let`"), &declared.value);
    let step = new_step(checker, range, "let");
    let meaning = (!value.ty.is_error()).then(|| {
        checker.values.add(ValueDeclaration {
            name: declared.name.text.clone(),
            ty: value.ty.clone(),
            kind: ValueKind::Let(value),
            step,
        })
    });
    declare::declare_value(checker, &declared.name, meaning);
}
