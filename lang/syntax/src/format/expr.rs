//! Expressions: on one line if they fit; long chains of `and` and `or` break before the operator, calls and lists at
//! their members.

use wr_base::span::TextRange;

use super::{BRACKETS, Doc, Formatter, PARENS, name, without_empty};
use crate::ast::{
    BinaryOperator, Call, Expr, ExprKind, GivenArgument, Pipeline, RelationName, SortKey, Text, UnaryOperator, WhenArm,
};

impl Formatter<'_> {
    pub(super) fn expr(&mut self, expr: &Expr) -> Vec<Doc> {
        let mut docs = self.bare_expr(expr);
        if expr.parenthesised {
            docs.insert(0, Doc::words("("));
            docs.push(Doc::words(")"));
        }
        docs
    }

    fn bare_expr(&mut self, expr: &Expr) -> Vec<Doc> {
        match &expr.kind {
            ExprKind::Literal(_) | ExprKind::Pattern(_) => vec![self.words_inside(expr)],
            ExprKind::Period(_) => {
                let words: Vec<&str> =
                    self.comments.slice(expr.range).trim_matches(['(', ')']).split_whitespace().collect();
                vec![Doc::words(words.join(" "))]
            }
            ExprKind::Text(text) => vec![self.text(text)],
            ExprKind::Value(value) => vec![Doc::words(format!("${}", name(value)))],
            ExprKind::Name(bare) => vec![Doc::words(name(bare))],
            ExprKind::Qualified { qualifier, name: last } => {
                vec![Doc::words(format!("{}.{}", name(qualifier), name(last)))]
            }
            ExprKind::Call(call) => self.call(call),
            ExprKind::FileColumn { file, column } => {
                vec![Doc::words(format!("file(${}).{}", name(file), name(column)))]
            }
            ExprKind::List(items) => {
                let (open, close) = self.brackets(expr);
                vec![self.members(&BRACKETS, open, close, items, |item| item.range, Self::expr)]
            }
            ExprKind::Range { from, to } => {
                let mut docs = Vec::new();
                if let Some(end) = from {
                    docs.extend(self.expr(end));
                }
                docs.push(Doc::words(".."));
                if let Some(end) = to {
                    docs.extend(self.expr(end));
                }
                docs
            }
            ExprKind::Unary { operator, operand } => {
                let sign = match operator {
                    UnaryOperator::Not => "not ",
                    // Two signs in a row would be a comment elsewhere, and are no operator here.
                    UnaryOperator::Minus
                        if matches!(operand.kind, ExprKind::Unary { .. }) && !operand.parenthesised =>
                    {
                        "- "
                    }
                    UnaryOperator::Minus => "-",
                };
                let mut docs = vec![Doc::words(sign)];
                docs.extend(self.expr(operand));
                docs
            }
            ExprKind::Binary { operator, left, right, .. } => match operator {
                BinaryOperator::And | BinaryOperator::Or => self.chain(*operator, expr),
                BinaryOperator::Equal
                | BinaryOperator::NotEqual
                | BinaryOperator::Less
                | BinaryOperator::LessOrEqual
                | BinaryOperator::Greater
                | BinaryOperator::GreaterOrEqual
                | BinaryOperator::In
                | BinaryOperator::NotIn
                | BinaryOperator::Is
                | BinaryOperator::IsNot
                | BinaryOperator::Fallback
                | BinaryOperator::Add
                | BinaryOperator::Subtract
                | BinaryOperator::Multiply
                | BinaryOperator::Divide
                | BinaryOperator::FloorDivide
                | BinaryOperator::Modulo => {
                    let mut docs = self.expr(left);
                    docs.push(Doc::words(format!(" {} ", operator.as_str())));
                    docs.extend(self.expr(right));
                    docs
                }
            },
            ExprKind::When { arms, otherwise } => self.when(arms, otherwise),
            ExprKind::Relation(pipeline) => self.inline_pipeline(pipeline),
            ExprKind::Error => vec![self.slice(expr.range)],
        }
    }

    /// A literal without the parentheses that its range covers.
    fn words_inside(&self, expr: &Expr) -> Doc {
        let words = self.comments.slice(expr.range);
        Doc::words(if expr.parenthesised {
            words.trim_matches(|c: char| "()".contains(c) || c.is_whitespace())
        } else {
            words
        })
    }

    /// Where a list's own brackets stand: its range can cover parentheses around it.
    fn brackets(&self, expr: &Expr) -> (u32, u32) {
        let words = self.comments.slice(expr.range);
        let open = words.find('[').unwrap_or(0) as u32;
        let close = words.rfind(']').unwrap_or(words.len()) as u32;
        (expr.range.start + open, expr.range.start + close)
    }

    pub(super) fn text(&self, text: &Text) -> Doc {
        self.slice(text.range)
    }

    fn call(&mut self, call: &Call) -> Vec<Doc> {
        let sign = if call.or_null { "?" } else { "" };
        let mut docs = vec![Doc::words(format!("{}{sign}", name(&call.name)))];
        docs.push(self.arguments(&call.arguments, &call.order, call.arguments_range));
        if let Some(since) = &call.since {
            let same: Vec<String> = since.same.iter().map(|value| format!("${}", name(value))).collect();
            docs.push(Doc::words(" since last run"));
            if !same.is_empty() {
                docs.push(Doc::words(format!(" with same {}", same.join(", "))));
            }
        }
        docs
    }

    fn arguments(&mut self, arguments: &[Expr], order: &[SortKey], range: TextRange) -> Doc {
        let close = range.end.saturating_sub(1);
        // A pipeline alone needs no lines of its own.
        if let [only] = arguments
            && !matches!(only.kind, ExprKind::List(_))
        {
            let mut docs = vec![Doc::words("(")];
            docs.extend(self.expr(only));
            docs.extend(self.order(order));
            docs.push(Doc::words(")"));
            return Doc::Group(docs);
        }
        // The order belongs to the argument before it: there is no comma between them.
        let last = arguments.len().saturating_sub(1);
        let mut members = Vec::new();
        for (at, argument) in arguments.iter().enumerate() {
            let own = if at == last { order } else { &[] };
            let end = own.last().map_or(argument.range.end, |key| key.range.end);
            members.push((argument, own, TextRange::new(argument.range.start, end)));
        }
        self.members(
            &PARENS,
            range.start,
            close,
            &members,
            |(_, _, range)| *range,
            |this, (argument, order, _)| {
                let mut docs = this.expr(argument);
                docs.extend(this.order(order));
                docs
            },
        )
    }

    /// ` by updated_at desc, id`
    fn order(&mut self, order: &[SortKey]) -> Vec<Doc> {
        let Some(first) = order.first() else { return Vec::new() };
        let keys = self.keyword_list("by", first.range.start, order, |key| key.range, Self::sort_key);
        vec![Doc::words(" "), keys]
    }

    pub(super) fn relation(&mut self, relation: &RelationName) -> Vec<Doc> {
        let first = relation.qualifier.as_ref().map_or(String::new(), |qualifier| format!("{}.", name(qualifier)));
        let mut docs = vec![Doc::words(format!("{first}{}", name(&relation.name)))];
        docs.extend(self.given_arguments(relation.arguments.as_deref(), relation.name.range.end, relation.range.end));
        docs
    }

    /// What stands in parentheses behind a name that ends at `after`.
    pub(super) fn given_arguments(&mut self, given: Option<&[GivenArgument]>, after: u32, end: u32) -> Option<Doc> {
        let arguments = given?;
        let print = |this: &mut Self, argument: &GivenArgument| {
            let mut docs = this.expr(&argument.value);
            docs.splice(0..0, argument.name.as_ref().map(|new| Doc::words(format!("{} = ", name(new)))));
            docs
        };
        Some(self.members(&PARENS, after, end.saturating_sub(1), arguments, |argument| argument.range, print))
    }

    /// `a and b and c` as one chain, whatever the shape of its tree.
    fn chain(&mut self, operator: BinaryOperator, expr: &Expr) -> Vec<Doc> {
        let mut operands = Vec::new();
        collect_chain(operator, expr, true, &mut operands);
        let mut docs = Vec::new();
        let mut rest = Vec::new();
        for (at, (sign, operand)) in operands.into_iter().enumerate() {
            if at == 0 {
                docs = self.expr(operand);
                self.comments.last_end = self.comments.last_end.max(operand.range.end);
            } else {
                self.comments.before(&mut rest, sign.start, Some(" "), false);
                rest.push(Doc::words(format!("{} ", operator.as_str())));
                rest.extend(self.expr(operand));
                self.comments.last_end = self.comments.last_end.max(operand.range.end);
            }
        }
        docs.push(Doc::Indent(rest));
        vec![Doc::Group(docs)]
    }

    fn when(&mut self, arms: &[WhenArm], otherwise: &Expr) -> Vec<Doc> {
        let mut docs = Vec::new();
        for (at, arm) in arms.iter().enumerate() {
            if at > 0 {
                docs.push(Doc::Break { flat: " ", empty: false });
            }
            docs.push(Doc::words("when "));
            docs.extend(self.expr(&arm.condition));
            docs.push(Doc::words(" then "));
            docs.extend(self.expr(&arm.value));
        }
        docs.push(Doc::Break { flat: " ", empty: false });
        docs.push(Doc::words("else "));
        docs.extend(self.expr(otherwise));
        vec![Doc::Group(vec![Doc::Indent(docs)])]
    }

    /// A pipeline between parentheses: on their line if it fits and was there, else a step on a line.
    pub(super) fn inline_pipeline(&mut self, pipeline: &Pipeline) -> Vec<Doc> {
        let mut inner = Vec::new();
        let broken = self.comments.slice(pipeline.range).contains('\n');
        for (at, step) in pipeline.steps.iter().enumerate() {
            let flat = if at == 0 { "" } else { " " };
            let line = if broken { None } else { Some(flat) };
            self.comments.before(&mut inner, step.range.start, line, at == 0);
            inner.extend(self.step(step));
            self.comments.last_end = self.comments.last_end.max(step.range.end);
        }
        let mut closing = Vec::new();
        match self.comments.closing_after(pipeline.range.end) {
            // Comments below the last step stay inside of the parentheses.
            Some(close) => self.comments.before(&mut closing, close, Some(""), true),
            None => closing.push(Doc::Break { flat: "", empty: false }),
        }
        let close = closing.pop().filter(|_| !broken).map_or(Doc::Line { empty: false }, without_empty);
        inner.append(&mut closing);
        vec![Doc::Group(vec![Doc::Indent(inner), close])]
    }
}

/// The operands from left to right, each with the place of the operator before it.
fn collect_chain<'e>(
    operator: BinaryOperator,
    expr: &'e Expr,
    outermost: bool,
    found: &mut Vec<(TextRange, &'e Expr)>,
) {
    if let ExprKind::Binary { operator: here, operator_range, left, right } = &expr.kind
        && *here == operator
        && (outermost || !expr.parenthesised)
    {
        collect_chain(operator, left, false, found);
        found.push((*operator_range, right));
    } else {
        found.push((expr.range, expr));
    }
}
