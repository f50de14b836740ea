//! Conditions that are the same for all rows, and arms of a `when` that no row reaches: told where the text alone shows it.
//!
//! `x != "a" or x != "b"` is true of everything, `x == "a" and x == "b"` of nothing. Only operands in the same words are
//! compared with values that are written out; whatever else two conditions may have in common is left alone.

use wr_base::span::{FileId, Span};
use wr_syntax::ast::{self, BinaryOperator, Literal, visit};

use super::errors;
use crate::checker::Checker;

pub(super) fn check(checker: &mut Checker, file: FileId, tree: &ast::File) {
    let Some(text) = checker.sources.get(file).map(|source| source.text.clone()) else { return };
    let mut found = Vec::new();
    for statement in &tree.statements {
        let mut looking = Looking { file, base: statement.start, text: &text, found: &mut found };
        visit::Visitor::statement(&mut looking, statement);
    }
    for diagnostic in found {
        checker.report(diagnostic);
    }
}

struct Looking<'a> {
    file: FileId,
    base: u32,
    text: &'a str,
    found: &'a mut Vec<wr_base::diag::Diagnostic>,
}

/// A side of a chain of `and` or `or`: what is compared, how, and with which value.
struct Comparison<'a> {
    operand: String,
    operator: BinaryOperator,
    value: &'a ast::Expr,
}

impl Looking<'_> {
    const fn span(&self, expr: &ast::Expr) -> Span {
        expr.range.in_file(self.file, self.base)
    }

    /// The words of an expression, however they are laid out.
    fn words(&self, expr: &ast::Expr) -> String {
        let span = self.span(expr);
        let words = self.text.get(span.start as usize..span.end as usize).unwrap_or_default();
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn arms(&mut self, arms: &[ast::WhenArm]) {
        for (at, arm) in arms.iter().enumerate() {
            let words = self.words(&arm.condition);
            let earlier = arms.iter().take(at).find(|earlier| self.words(&earlier.condition) == words);
            if let Some(earlier) = earlier {
                let said = errors::arm_never_taken(self.span(&arm.condition), self.span(&earlier.condition));
                self.found.push(said);
            }
        }
    }

    /// The sides of a chain, from left to right.
    fn sides<'e>(operator: BinaryOperator, expr: &'e ast::Expr, sides: &mut Vec<&'e ast::Expr>) {
        if let ast::ExprKind::Binary { operator: own, left, right, .. } = &expr.kind
            && *own == operator
        {
            Self::sides(operator, left, sides);
            Self::sides(operator, right, sides);
        } else {
            sides.push(expr);
        }
    }

    fn comparison<'e>(&self, expr: &'e ast::Expr) -> Option<Comparison<'e>> {
        let ast::ExprKind::Binary { operator, left, right, .. } = &expr.kind else { return None };
        let is_plain = |text: &ast::Text| text.parts.iter().all(|part| matches!(part, ast::TextPart::Words(_)));
        let is_written_out = matches!(&right.kind, ast::ExprKind::Literal(literal) if *literal != Literal::Null)
            || matches!(&right.kind, ast::ExprKind::Text(text) if is_plain(text));
        let is_column =
            matches!(left.kind, ast::ExprKind::Name(_) | ast::ExprKind::Qualified { .. } | ast::ExprKind::Value(_));
        (is_written_out && is_column).then(|| Comparison {
            operand: self.words(left),
            operator: *operator,
            value: right,
        })
    }

    fn chain(&mut self, operator: BinaryOperator, expr: &ast::Expr) {
        let mut sides = Vec::new();
        Self::sides(operator, expr, &mut sides);
        let compared: Vec<Comparison<'_>> = sides.iter().filter_map(|side| self.comparison(side)).collect();
        let is_and = operator == BinaryOperator::And;
        for (at, one) in compared.iter().enumerate() {
            let rest = compared.iter().skip(at + 1).filter(|other| other.operand == one.operand);
            let decides = |other: &&Comparison<'_>| {
                if is_and {
                    excludes(one, other)
                } else {
                    leaves_nothing_out(one, other) && self.words(one.value) != self.words(other.value)
                }
            };
            let contradicts = |other: &&Comparison<'_>| {
                let both_equal = is_equal(one.operator) && is_equal(other.operator);
                decides(other) || is_and && both_equal && self.words(one.value) != self.words(other.value)
            };
            if let Some(other) = rest.into_iter().find(contradicts) {
                let said = errors::always_the_same(
                    self.span(expr),
                    !is_and,
                    &one.operand,
                    [self.words(one.value), self.words(other.value)],
                );
                self.found.push(said);
                return;
            }
        }
    }
}

const fn is_equal(operator: BinaryOperator) -> bool {
    matches!(operator, BinaryOperator::Equal | BinaryOperator::Is)
}

/// `x != "a" or x != "b"`: whatever `x` is, it is not one of them.
const fn leaves_nothing_out(one: &Comparison<'_>, other: &Comparison<'_>) -> bool {
    const fn differs(operator: BinaryOperator) -> bool {
        matches!(operator, BinaryOperator::NotEqual | BinaryOperator::IsNot)
    }
    differs(one.operator) && differs(other.operator)
}

/// `x > 5 and x < 3`
fn excludes(one: &Comparison<'_>, other: &Comparison<'_>) -> bool {
    let is_below = |operator| matches!(operator, BinaryOperator::Less | BinaryOperator::LessOrEqual);
    let is_above = |operator| matches!(operator, BinaryOperator::Greater | BinaryOperator::GreaterOrEqual);
    let (above, below) = if is_above(one.operator) && is_below(other.operator) {
        (one, other)
    } else if is_below(one.operator) && is_above(other.operator) {
        (other, one)
    } else {
        return false;
    };
    let strict = above.operator == BinaryOperator::Greater || below.operator == BinaryOperator::Less;
    let order = match (&above.value.kind, &below.value.kind) {
        (ast::ExprKind::Literal(Literal::Int(low)), ast::ExprKind::Literal(Literal::Int(high))) => low.cmp(high),
        (ast::ExprKind::Literal(Literal::Date(low)), ast::ExprKind::Literal(Literal::Date(high))) => low.cmp(high),
        _ => return false,
    };
    order.is_gt() || (strict && order.is_eq())
}

impl<'a> visit::Visitor<'a> for Looking<'_> {
    fn expr(&mut self, expr: &'a ast::Expr) {
        if let ast::ExprKind::When { arms, .. } = &expr.kind {
            self.arms(arms);
        }
        if let ast::ExprKind::Binary { operator, left, right, .. } = &expr.kind {
            match operator {
                BinaryOperator::And | BinaryOperator::Or => {
                    self.chain(*operator, expr);
                    // The sides of the chain, and not its tails again.
                    let mut sides = Vec::new();
                    Self::sides(*operator, expr, &mut sides);
                    return sides.into_iter().for_each(|side| self.expr(side));
                }
                BinaryOperator::Equal
                | BinaryOperator::NotEqual
                | BinaryOperator::Less
                | BinaryOperator::LessOrEqual
                | BinaryOperator::Greater
                | BinaryOperator::GreaterOrEqual => {
                    let is_column = matches!(left.kind, ast::ExprKind::Name(_) | ast::ExprKind::Qualified { .. });
                    if is_column && self.words(left) == self.words(right) {
                        self.found.push(errors::compared_with_itself(self.span(expr), &self.words(left)));
                    }
                }
                BinaryOperator::In
                | BinaryOperator::NotIn
                | BinaryOperator::Is
                | BinaryOperator::IsNot
                | BinaryOperator::Fallback
                | BinaryOperator::Add
                | BinaryOperator::Subtract
                | BinaryOperator::Multiply
                | BinaryOperator::Divide
                | BinaryOperator::FloorDivide
                | BinaryOperator::Modulo => {}
            }
        }
        visit::walk_expr(self, expr);
    }
}
