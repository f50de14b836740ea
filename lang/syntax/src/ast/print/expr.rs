//! Expressions in prefix form: `(and (== a 1) b)`.

use super::{Printer, name, qualified};
use crate::ast::{BinaryOperator, CalendarUnit, Expr, ExprKind, Literal, PeriodWords, Text, TextPart, UnaryOperator};

impl Printer {
    pub(super) fn exprs(&mut self, exprs: &[Expr]) -> String {
        let exprs: Vec<String> = exprs.iter().map(|expr| self.expr(expr)).collect();
        exprs.join(", ")
    }

    pub(super) fn expr(&mut self, expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::Literal(value) => literal(value),
            ExprKind::Text(text) => self.text(text),
            ExprKind::Pattern(pattern) => format!("/{}/", pattern.source),
            ExprKind::Value(value) => format!("${}", name(value)),
            ExprKind::Name(bare) => name(bare),
            ExprKind::Qualified { qualifier, name: last } => qualified(Some(qualifier), last),
            ExprKind::Call(call) => {
                let sign = if call.or_null { "?" } else { "" };
                let since = call.since.as_ref().map_or(String::new(), |since| {
                    let same: Vec<String> = since.same.iter().map(|value| format!("${}", name(value))).collect();
                    let same = if same.is_empty() { String::new() } else { format!(" with same {}", same.join(", ")) };
                    format!(" since last run{same}")
                });
                let arguments = self.exprs(&call.arguments);
                let by = if call.order.is_empty() { "" } else { " by " };
                format!("{}{sign}({arguments}{by}{}){since}", name(&call.name), self.sort_keys(&call.order))
            }
            ExprKind::FileColumn { file, column } => format!("file(${}).{}", name(file), name(column)),
            ExprKind::List(items) => format!("[{}]", self.exprs(items)),
            ExprKind::Range { from, to } => {
                let from = from.as_ref().map_or(String::new(), |from| format!(" {}", self.expr(from)));
                let to = to.as_ref().map_or(String::new(), |to| format!(" {}", self.expr(to)));
                let open = match (from.is_empty(), to.is_empty()) {
                    (_, true) => "from",
                    (true, false) => "to",
                    (false, false) => "range",
                };
                format!("({open}{from}{to})")
            }
            ExprKind::Period(words) => period(*words),
            ExprKind::Unary { operator, operand } => {
                let sign = match operator {
                    UnaryOperator::Not => "not",
                    UnaryOperator::Minus => "-",
                };
                format!("({sign} {})", self.expr(operand))
            }
            ExprKind::Binary { operator, left, right, .. } => {
                format!("({} {} {})", operator.as_str(), self.expr(left), self.expr(right))
            }
            ExprKind::When { arms, otherwise } => {
                let arms: Vec<String> =
                    arms.iter().map(|arm| format!("{} {}", self.expr(&arm.condition), self.expr(&arm.value))).collect();
                format!("(when {} else {})", arms.join(", "), self.expr(otherwise))
            }
            ExprKind::Relation(pipeline) => self.nested(pipeline),
            ExprKind::Error => "error".to_owned(),
        }
    }

    pub(super) fn text(&mut self, text: &Text) -> String {
        let parts: Vec<String> = text
            .parts
            .iter()
            .map(|part| match part {
                TextPart::Words(words) => format!("{words:?}"),
                TextPart::Hole(hole) => format!("{{{}}}", self.expr(hole)),
            })
            .collect();
        if parts.is_empty() { "\"\"".to_owned() } else { parts.join("+") }
    }
}

impl BinaryOperator {
    /// As it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Or => "or",
            Self::And => "and",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::In => "in",
            Self::NotIn => "not in",
            Self::Is => "is",
            Self::IsNot => "is not",
            Self::Fallback => "??",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::FloorDivide => "//",
            Self::Modulo => "mod",
        }
    }
}

impl CalendarUnit {
    /// One of it: `day`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }
}

fn literal(literal: &Literal) -> String {
    match literal {
        Literal::Null => "null".to_owned(),
        Literal::Bool(value) => value.to_string(),
        Literal::Int(value) => value.to_string(),
        Literal::Decimal(value) => value.to_string(),
        Literal::Percent(share) => format!("{}%", share.times_hundred().canonical()),
        Literal::Date(date) => date.to_string(),
        Literal::DateTime(date, time) => format!("{date}T{time}"),
        Literal::Time(time) => time.to_string(),
        Literal::Duration(duration) => duration.to_string(),
    }
}

fn period(words: PeriodWords) -> String {
    match words {
        PeriodWords::This(unit) => format!("(this {})", unit.as_str()),
        PeriodWords::Last(unit) => format!("(last {})", unit.as_str()),
        PeriodWords::LastMany(count, unit) => format!("(last {count} {})", unit.as_str()),
        PeriodWords::Past(duration) => format!("(past {duration})"),
    }
}
