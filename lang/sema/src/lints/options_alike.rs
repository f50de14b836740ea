//! Options of a `choice` that no condition tells apart: whichever of them a runner takes, the report is the same.

use std::collections::{BTreeMap, BTreeSet};

use wr_base::span::FileId;
use wr_syntax::ast::{self, BinaryOperator, StatementKind, visit};

use super::errors;
use crate::checker::Checker;

pub(super) fn check(checker: &mut Checker, file: FileId, tree: &ast::File) {
    if checker.diagnostics.has_errors() {
        return;
    }
    let mut uses = Uses::default();
    for statement in &tree.statements {
        visit::Visitor::statement(&mut uses, statement);
    }
    let mut found = Vec::new();
    for statement in &tree.statements {
        let StatementKind::Param(param) = &statement.kind else { continue };
        let Some(named) = uses.compared.get(param.name.text.as_str()) else { continue };
        let has_meanings = param.options.iter().any(|option| option.meaning.is_some());
        if has_meanings || uses.free.contains(param.name.text.as_str()) {
            continue;
        }
        let value = |option: &ast::ParamOption| plain(&option.value);
        let alike: Vec<&ast::ParamOption> =
            param.options.iter().filter(|option| value(option).is_some_and(|value| !named.contains(&value))).collect();
        if let [first, second, ..] = alike.as_slice() {
            let at = |option: &ast::ParamOption| statement.span(file, option.range);
            let words = |option: &ast::ParamOption| value(option).unwrap_or_default();
            let said = errors::options_alike(at(second), at(first), &param.name.text, &words(second), &words(first));
            found.push(said);
        }
    }
    for diagnostic in found {
        checker.report(diagnostic);
    }
}

/// A value that is written out, so that two of them can be compared.
fn plain(expr: &ast::Expr) -> Option<String> {
    match &expr.kind {
        ast::ExprKind::Text(text) => match text.parts.as_slice() {
            [ast::TextPart::Words(words)] => Some(format!("\"{words}\"")),
            [] => Some("\"\"".to_owned()),
            _ => None,
        },
        ast::ExprKind::Literal(literal) => Some(format!("{literal:?}")),
        ast::ExprKind::Pattern(_)
        | ast::ExprKind::Value(_)
        | ast::ExprKind::Name(_)
        | ast::ExprKind::Qualified { .. }
        | ast::ExprKind::Call(_)
        | ast::ExprKind::FileColumn { .. }
        | ast::ExprKind::List(_)
        | ast::ExprKind::Range { .. }
        | ast::ExprKind::Period(_)
        | ast::ExprKind::Unary { .. }
        | ast::ExprKind::Binary { .. }
        | ast::ExprKind::When { .. }
        | ast::ExprKind::Relation(_)
        | ast::ExprKind::Error => None,
    }
}

/// How `$values` are used: compared with values that are written out, or in any other way.
#[derive(Default)]
struct Uses<'a> {
    compared: BTreeMap<&'a str, BTreeSet<String>>,
    free: BTreeSet<&'a str>,
}

impl<'a> visit::Visitor<'a> for Uses<'a> {
    fn expr(&mut self, expr: &'a ast::Expr) {
        if let ast::ExprKind::Value(name) = &expr.kind {
            self.free.insert(&name.text);
        }
        if let ast::ExprKind::Binary { operator, left, right, .. } = &expr.kind
            && let Some((name, values)) = compared(*operator, left, right)
        {
            self.compared.entry(name).or_default().extend(values);
            return;
        }
        visit::walk_expr(self, expr);
    }
}

/// `$p == "x"`, `"x" is $p`, `$p in ["x", "y"]`
fn compared<'a>(operator: BinaryOperator, left: &'a ast::Expr, right: &'a ast::Expr) -> Option<(&'a str, Vec<String>)> {
    match operator {
        BinaryOperator::Equal | BinaryOperator::NotEqual | BinaryOperator::Is | BinaryOperator::IsNot => {
            let sides = [(left, right), (right, left)];
            sides.into_iter().find_map(|(side, other)| {
                let ast::ExprKind::Value(name) = &side.kind else { return None };
                Some((name.text.as_str(), vec![plain(other)?]))
            })
        }
        BinaryOperator::In | BinaryOperator::NotIn => match (&left.kind, &right.kind) {
            (ast::ExprKind::Value(name), ast::ExprKind::List(items)) => {
                Some((name.text.as_str(), items.iter().map(plain).collect::<Option<Vec<_>>>()?))
            }
            _ => None,
        },
        BinaryOperator::Or
        | BinaryOperator::And
        | BinaryOperator::Less
        | BinaryOperator::LessOrEqual
        | BinaryOperator::Greater
        | BinaryOperator::GreaterOrEqual
        | BinaryOperator::Fallback
        | BinaryOperator::Add
        | BinaryOperator::Subtract
        | BinaryOperator::Multiply
        | BinaryOperator::Divide
        | BinaryOperator::FloorDivide
        | BinaryOperator::Modulo => None,
    }
}
