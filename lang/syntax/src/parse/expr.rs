//! Expressions: the flat list that the grammar gives becomes a tree by the one table of operators.

use std::sync::LazyLock;

use pest::iterators::Pair;
use pest::pratt_parser::{Assoc, Op, PrattParser};
use wr_base::span::TextRange;

use super::build::Builder;
use super::errors;
use super::grammar::{Parts, Rule};
use super::literal::{self, Mistake};
use crate::ast::{
    BinaryOperator, Call, DEPTH_LIMIT, Expr, ExprKind, Literal, Name, SinceLastRun, UnaryOperator, WhenArm,
};

/// The operators, weakest first.
static OPERATORS: LazyLock<PrattParser<Rule>> = LazyLock::new(|| {
    let left = |rule| Op::infix(rule, Assoc::Left);
    PrattParser::new()
        .op(left(Rule::or))
        .op(left(Rule::and))
        .op(Op::prefix(Rule::not))
        .op(left(Rule::equal)
            | left(Rule::not_equal)
            | left(Rule::less)
            | left(Rule::less_or_equal)
            | left(Rule::greater)
            | left(Rule::greater_or_equal)
            | left(Rule::in_set)
            | left(Rule::not_in)
            | left(Rule::is)
            | left(Rule::is_not))
        // Below a range and above `+`, so that `a ?? 0 > 3` compares and `a ?? b + 1` adds first.
        .op(left(Rule::fallback))
        .op(left(Rule::to_end) | Op::prefix(Rule::up_to) | Op::postfix(Rule::open_end))
        .op(left(Rule::add) | left(Rule::subtract))
        .op(left(Rule::multiply) | left(Rule::divide) | left(Rule::floor_divide) | left(Rule::modulo))
        .op(Op::prefix(Rule::minus))
});

impl Builder<'_> {
    pub(super) fn expr(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        let range = self.range(&pair);
        let spine = spine_depth(&pair);
        if self.depth + spine > DEPTH_LIMIT {
            self.report(errors::chain_too_long(self.span(range)));
            return Some(error(range));
        }
        let outer = self.depth;
        self.depth += spine;
        let built = self.tree(pair);
        self.depth = outer;
        built
    }

    fn tree(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        // The three closures of pest's map share the builder.
        let this = std::cell::RefCell::new(self);
        OPERATORS
            .map_primary(|primary| this.borrow_mut().primary(primary))
            .map_prefix(|sign, operand| this.borrow().prefix(&sign, operand?))
            .map_postfix(|operand, sign| {
                let from = operand?;
                let range = from.range.cover(this.borrow().range(&sign));
                Some(node(ExprKind::Range { from: Some(Box::new(from)), to: None }, range))
            })
            .map_infix(|left, sign, right| this.borrow_mut().infix(left?, &sign, right?))
            .parse(pair.into_inner())
    }

    fn prefix(&self, sign: &Pair<'_, Rule>, operand: Expr) -> Option<Expr> {
        let range = self.range(sign).cover(operand.range);
        let operand = Box::new(operand);
        let kind = if sign.as_rule() == Rule::up_to {
            ExprKind::Range { from: None, to: Some(operand) }
        } else {
            let not = sign.as_rule() == Rule::not;
            ExprKind::Unary { operator: if not { UnaryOperator::Not } else { UnaryOperator::Minus }, operand }
        };
        Some(node(kind, range))
    }

    fn infix(&mut self, left: Expr, sign: &Pair<'_, Rule>, right: Expr) -> Option<Expr> {
        let range = left.range.cover(right.range);
        let operator_range = self.range(sign);
        if sign.as_rule() == Rule::to_end {
            return Some(node(ExprKind::Range { from: Some(Box::new(left)), to: Some(Box::new(right)) }, range));
        }
        let operator = binary_operator(sign.as_rule())?;
        if is_comparison(operator)
            && let ExprKind::Binary { operator: before, .. } = &left.kind
            && is_comparison(*before)
            && !left.parenthesised
        {
            self.report(errors::chained_comparison(self.span(operator_range)));
            return Some(error(range));
        }
        let (left, right) = (Box::new(left), Box::new(right));
        Some(node(ExprKind::Binary { operator, operator_range, left, right }, range))
    }

    fn primary(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        let range = self.range(&pair);
        let rule = pair.as_rule();
        let kind = if rule == Rule::parens {
            let inner = self.expr(Parts::of(pair).take(Rule::expr)?)?;
            return Some(Expr { range, parenthesised: true, ..inner });
        } else if rule == Rule::constant {
            ExprKind::Literal(match pair.as_str() {
                "null" => Literal::Null,
                word => Literal::Bool(word == "true"),
            })
        } else if rule == Rule::number {
            self.read(range, pair.as_str(), |text| literal::number(text).map(ExprKind::Literal))
        } else if matches!(rule, Rule::this_period | Rule::last_many | Rule::past) {
            self.read(range, pair.as_str(), |text| literal::period_words(text).map(ExprKind::Period))
        } else if rule == Rule::text {
            ExprKind::Text(self.text(pair)?)
        } else if rule == Rule::pattern {
            ExprKind::Pattern(self.pattern(&pair)?)
        } else if rule == Rule::value {
            ExprKind::Value(self.value_name(pair)?)
        } else if rule == Rule::list {
            ExprKind::List(self.exprs(Parts::of(pair).take_all(Rule::expr))?)
        } else if rule == Rule::when {
            self.when(&mut Parts::of(pair))?
        } else if rule == Rule::listed {
            let mut parts = Parts::of(pair);
            let (file, _) = self.file_of(parts.take(Rule::file_of)?)?;
            ExprKind::FileColumn { file, column: self.name(&parts.take(Rule::name)?) }
        } else if rule == Rule::named {
            self.named(&mut Parts::of(pair))?
        } else {
            return None;
        };
        Some(node(kind, range))
    }

    /// Text to a node, or a report of why it cannot be one.
    fn read(&mut self, range: TextRange, text: &str, read: impl FnOnce(&str) -> Result<ExprKind, Mistake>) -> ExprKind {
        read(text.trim_end()).unwrap_or_else(|mistake| {
            self.report(errors::bad_literal(self.span(range), text.trim_end(), mistake));
            ExprKind::Error
        })
    }

    fn named(&mut self, parts: &mut Parts<'_>) -> Option<ExprKind> {
        let name = self.name(&parts.take(Rule::name)?);
        if let Some(call) = parts.take(Rule::call) {
            return Some(ExprKind::Call(self.call(name, &mut Parts::of(call))?));
        }
        Some(match parts.take(Rule::name) {
            Some(second) => ExprKind::Qualified { qualifier: name, name: self.name(&second) },
            None => self.bare(name),
        })
    }

    fn bare(&mut self, name: Name) -> ExprKind {
        match errors::foreign_constant(self.span(name.range), &name) {
            Some(habit) => {
                self.report(habit);
                match errors::constant_meant_by(&name.text) {
                    Some("true") => ExprKind::Literal(Literal::Bool(true)),
                    Some("false") => ExprKind::Literal(Literal::Bool(false)),
                    Some(_) => ExprKind::Literal(Literal::Null),
                    None => ExprKind::Error,
                }
            }
            None => ExprKind::Name(name),
        }
    }

    pub(super) fn exprs(&mut self, pairs: Vec<Pair<'_, Rule>>) -> Option<Vec<Expr>> {
        pairs.into_iter().map(|pair| self.expr(pair)).collect()
    }

    fn when(&mut self, parts: &mut Parts<'_>) -> Option<ExprKind> {
        let mut arms = Vec::new();
        for arm in parts.take_all(Rule::arm) {
            let mut parts = Parts::of(arm);
            let condition = self.expr(parts.take(Rule::expr)?)?;
            arms.push(WhenArm { condition, value: self.expr(parts.take(Rule::expr)?)? });
        }
        parts.has(Rule::kw_else);
        Some(ExprKind::When { arms, otherwise: Box::new(self.expr(parts.take(Rule::expr)?)?) })
    }

    fn call(&mut self, name: Name, parts: &mut Parts<'_>) -> Option<Call> {
        let or_null = parts.has(Rule::or_null);
        let list = parts.take(Rule::call_list)?;
        let arguments_range = self.range(&list);
        let (mut arguments, mut order) = (Vec::new(), Vec::new());
        let mut list = Parts::of(list);
        while let Some(part) = list.next() {
            if part.as_rule() == Rule::call_order {
                order = self.sort_keys(&mut Parts::of(part))?;
            } else {
                arguments.push(self.argument(part)?);
            }
        }
        let since = match parts.take(Rule::since_last_run) {
            Some(since) => Some(self.since(since)?),
            None => None,
        };
        Some(Call { name, or_null, arguments, order, arguments_range, since })
    }

    fn since(&mut self, pair: Pair<'_, Rule>) -> Option<SinceLastRun> {
        let range = self.range(&pair);
        let same = match Parts::of(pair).take(Rule::same_values) {
            Some(same) => {
                let values = Parts::of(same).take_all(Rule::value).into_iter();
                values.map(|value| self.value_name(value)).collect::<Option<_>>()?
            }
            None => Vec::new(),
        };
        Some(SinceLastRun { same, range })
    }

    fn argument(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        if pair.as_rule() != Rule::pipeline {
            return self.expr(pair);
        }
        let range = self.range(&pair);
        Some(node(ExprKind::Relation(self.pipeline(pair)?), range))
    }
}

const fn node(kind: ExprKind, range: TextRange) -> Expr {
    Expr { kind, range, parenthesised: false }
}

const fn error(range: TextRange) -> Expr {
    node(ExprKind::Error, range)
}

/// How deep the tree of one flat expression is, what stands in its brackets left out. Found before it is built, as the
/// building itself would run out of stack on twenty thousand minus signs.
fn spine_depth(pair: &Pair<'_, Rule>) -> usize {
    let inner = pair.clone().into_inner();
    let operators = inner.filter(|part| is_operator(part.as_rule())).count();
    if operators < 2 {
        return operators + 1;
    }
    let mut run = 0;
    for part in pair.clone().into_inner() {
        run = if matches!(part.as_rule(), Rule::minus | Rule::not | Rule::up_to) { run + 1 } else { 0 };
        if run > DEPTH_LIMIT {
            return run;
        }
    }
    OPERATORS
        .map_primary(|_| 1)
        .map_prefix(|_, operand: usize| operand + 1)
        .map_postfix(|operand, _| operand + 1)
        .map_infix(|left, _, right| left.max(right) + 1)
        .parse(pair.clone().into_inner())
}

fn is_operator(rule: Rule) -> bool {
    binary_operator(rule).is_some()
        || matches!(rule, Rule::not | Rule::minus | Rule::up_to | Rule::open_end | Rule::to_end)
}

fn binary_operator(rule: Rule) -> Option<BinaryOperator> {
    const TABLE: [(Rule, BinaryOperator); 19] = [
        (Rule::or, BinaryOperator::Or),
        (Rule::and, BinaryOperator::And),
        (Rule::equal, BinaryOperator::Equal),
        (Rule::not_equal, BinaryOperator::NotEqual),
        (Rule::less, BinaryOperator::Less),
        (Rule::less_or_equal, BinaryOperator::LessOrEqual),
        (Rule::greater, BinaryOperator::Greater),
        (Rule::greater_or_equal, BinaryOperator::GreaterOrEqual),
        (Rule::in_set, BinaryOperator::In),
        (Rule::not_in, BinaryOperator::NotIn),
        (Rule::is, BinaryOperator::Is),
        (Rule::is_not, BinaryOperator::IsNot),
        (Rule::fallback, BinaryOperator::Fallback),
        (Rule::add, BinaryOperator::Add),
        (Rule::subtract, BinaryOperator::Subtract),
        (Rule::multiply, BinaryOperator::Multiply),
        (Rule::divide, BinaryOperator::Divide),
        (Rule::floor_divide, BinaryOperator::FloorDivide),
        (Rule::modulo, BinaryOperator::Modulo),
    ];
    TABLE.iter().find(|(sign, _)| *sign == rule).map(|(_, operator)| *operator)
}

const fn is_comparison(operator: BinaryOperator) -> bool {
    use BinaryOperator as B;
    match operator {
        B::Equal
        | B::NotEqual
        | B::Less
        | B::LessOrEqual
        | B::Greater
        | B::GreaterOrEqual
        | B::In
        | B::NotIn
        | B::Is
        | B::IsNot => true,
        B::Or | B::And | B::Fallback | B::Add | B::Subtract | B::Multiply | B::Divide | B::FloorDivide | B::Modulo => {
            false
        }
    }
}
