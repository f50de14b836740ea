//! An expression as it would be written.

use wr_base::ids::ValueId;
use wr_base::value::Value;

use super::node::sort_keys;
use super::{Words, quoted};
use crate::declaration::Fact;
use crate::expr::{AggregateCall, Expr, ExprKind, PeriodUnit, RelativePeriod};
use crate::functions::{Family, FnId};

/// How strongly an operator binds, weakest first: as in the grammar.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    Or,
    And,
    Not,
    Compare,
    Fallback,
    Range,
    Add,
    Multiply,
    Minus,
    Atom,
}

/// How a function is written.
enum Form {
    /// `sign` between operands that bind as strongly as `least` on the left and `above` on the right.
    Between {
        strength: Strength,
        least: Strength,
        above: Strength,
        sign: &'static str,
    },
    After(&'static str),
    Call,
}

impl Words<'_> {
    pub fn expr(&self, expr: &Expr) -> String {
        self.written(expr).0
    }

    /// An operand: in brackets where it binds more weakly than its place.
    fn operand(&self, expr: &Expr, least: Strength) -> String {
        let (text, strength) = self.written(expr);
        if strength < least { format!("({text})") } else { text }
    }

    fn written(&self, expr: &Expr) -> (String, Strength) {
        let pair = |left: &Expr, sign: &str, right: &Expr, strength: Strength, above: Strength| {
            (format!("{} {sign} {}", self.operand(left, strength), self.operand(right, above)), strength)
        };
        match &expr.kind {
            ExprKind::Literal(value) => literal(value),
            ExprKind::Column(column) => (self.column(*column), Strength::Atom),
            ExprKind::Value(value) => {
                let name = self.values.get(*value).map_or("?", |value| value.name.as_str());
                (format!("${name}"), Strength::Atom)
            }
            ExprKind::Fact(fact) => (self.fact(self.facts.get(*fact)), Strength::Atom),
            ExprKind::Call { function, arguments } => self.call(*function, arguments),
            ExprKind::And(left, right) => pair(left, "and", right, Strength::And, Strength::Not),
            ExprKind::Or(left, right) => pair(left, "or", right, Strength::Or, Strength::And),
            ExprKind::Coalesce(left, right) => pair(left, "??", right, Strength::Fallback, Strength::Range),
            ExprKind::When { branches, otherwise } => {
                let branches: Vec<String> = branches
                    .iter()
                    .map(|branch| format!("when {} then {}", self.expr(&branch.condition), self.expr(&branch.result)))
                    .collect();
                // Its last part reaches as far as it can, so as an operand it stands in brackets.
                (format!("{} else {}", branches.join(" "), self.expr(otherwise)), Strength::Or)
            }
            ExprKind::Aggregate(call) => (self.aggregate(call), Strength::Atom),
            ExprKind::RelativePeriod(period) => (relative(period), Strength::Atom),
            ExprKind::Error => ("(error)".to_owned(), Strength::Atom),
        }
    }

    /// `first(city by updated_at desc)`
    pub(super) fn aggregate(&self, call: &AggregateCall) -> String {
        let by = if call.order.is_empty() { String::new() } else { format!(" by {}", sort_keys(self, &call.order)) };
        format!("{}({}{by})", call.function.aggregate().name, self.list(&call.arguments))
    }

    fn call(&self, function: FnId, arguments: &[Expr]) -> (String, Strength) {
        let name = function.function().name;
        match (function, arguments) {
            // Widening is not written.
            (FnId::Convert, [inner]) => return self.written(inner),
            (FnId::Negate, [inner]) => return (format!("-{}", self.operand(inner, Strength::Atom)), Strength::Minus),
            (FnId::Not, [inner]) => return (format!("not {}", self.operand(inner, Strength::Not)), Strength::Not),
            (FnId::ListOf, items) => return (format!("[{}]", self.list(items)), Strength::Atom),
            (FnId::RangeOf, [from, to]) => {
                let end = |end: &Expr| {
                    if end.kind == ExprKind::Literal(Value::Null) {
                        String::new()
                    } else {
                        self.operand(end, Strength::Add)
                    }
                };
                return (format!("{}..{}", end(from), end(to)), Strength::Range);
            }
            // `now` and `today` are words of the language, not calls.
            (FnId::Now | FnId::Today, []) => return (name.to_owned(), Strength::Atom),
            (FnId::Concat, parts) => return (self.concat(parts), Strength::Atom),
            _ => {}
        }
        match (form(function), arguments) {
            (Form::Between { strength, least, above, sign }, [left, right]) => {
                let text = format!("{} {sign} {}", self.operand(left, least), self.operand(right, above));
                (text, strength)
            }
            (Form::After(words), [inner]) => {
                (format!("{} {words}", self.operand(inner, Strength::Fallback)), Strength::Compare)
            }
            _ => (format!("{}({})", function.function().called(), self.arguments(function, arguments)), Strength::Atom),
        }
    }

    /// What stands in the parentheses of a call: a pattern between slashes, all else as it is.
    fn arguments(&self, function: FnId, arguments: &[Expr]) -> String {
        let written = |(at, argument): (usize, &Expr)| {
            if function.pattern_argument() == Some(at)
                && let ExprKind::Literal(Value::Text(pattern)) = &argument.kind
            {
                return format!("/{}/", pattern.replace('/', "\\/"));
            }
            self.expr(argument)
        };
        arguments.iter().enumerate().map(written).collect::<Vec<_>>().join(", ")
    }

    fn list(&self, items: &[Expr]) -> String {
        items.iter().map(|item| self.expr(item)).collect::<Vec<_>>().join(", ")
    }

    /// A text with holes: texts stand as they are, all else in a hole.
    fn concat(&self, parts: &[Expr]) -> String {
        let parts: Vec<String> = parts
            .iter()
            .map(|part| match (&part.kind, part.parts().first()) {
                (ExprKind::Literal(Value::Text(text)), _) => escaped(text),
                (ExprKind::Call { function: FnId::Text, .. }, Some(inner)) => format!("{{{}}}", self.expr(inner)),
                _ => format!("{{{}}}", self.expr(part)),
            })
            .collect();
        format!("\"{}\"", parts.concat())
    }

    fn fact(&self, fact: Option<&Fact>) -> String {
        match fact {
            None => "?".to_owned(),
            Some(Fact::Rows { relation }) => format!("rows({})", self.relation(*relation)),
            Some(Fact::Unique { relation, columns }) => {
                let columns: Vec<String> = columns.iter().map(|column| self.column(*column)).collect();
                format!("unique({}, {})", self.relation(*relation), columns.join(", "))
            }
            Some(Fact::Scalar { relation, column }) => {
                format!("scalar({}.{})", self.relation(*relation), self.column(*column))
            }
            Some(Fact::Change { words, same, .. }) => {
                let name = |id: &ValueId| self.values.get(*id).map_or("?", |value| value.name.as_str()).to_owned();
                let same: Vec<String> = same.iter().map(|id| format!("${}", name(id))).collect();
                let same = if same.is_empty() { String::new() } else { format!(" with same {}", same.join(", ")) };
                format!("change({words}) since last run{same}")
            }
        }
    }
}

fn form(function: FnId) -> Form {
    let name = function.function().name;
    let compare = |sign| Form::Between {
        strength: Strength::Compare,
        // Comparisons do not chain.
        least: Strength::Fallback,
        above: Strength::Fallback,
        sign,
    };
    match function.family() {
        Family::Arithmetic if matches!(function, FnId::Add | FnId::Subtract) => {
            Form::Between { strength: Strength::Add, least: Strength::Add, above: Strength::Multiply, sign: name }
        }
        Family::Arithmetic => {
            let (strength, above) = (Strength::Multiply, Strength::Minus);
            Form::Between { strength, least: strength, above, sign: name }
        }
        Family::Comparison if matches!(function, FnId::IsNull | FnId::IsNotNull) => Form::After(name),
        Family::Comparison if matches!(function, FnId::InList | FnId::InRange | FnId::InPeriod) => compare("in"),
        Family::Comparison => compare(name),
        Family::Making
        | Family::Conditional
        | Family::Conversion
        | Family::Number
        | Family::Text
        | Family::Hash
        | Family::Time
        | Family::People => Form::Call,
    }
}

/// A value as it would be written. A moment is written in UTC, with its `Z`.
/// A value as a script would write it.
pub(crate) fn value_words(value: &Value) -> String {
    literal(value).0
}

fn literal(value: &Value) -> (String, Strength) {
    let text = match value {
        Value::Null => "null".to_owned(),
        Value::Text(text) => format!("\"{}\"", escaped(text)),
        Value::List(items) => format!("[{}]", items.iter().map(|item| literal(item).0).collect::<Vec<_>>().join(", ")),
        Value::Range(from, to) => {
            let end = |end: &Option<Box<Value>>| end.as_ref().map_or_else(String::new, |value| literal(value).0);
            return (format!("{}..{}", end(from), end(to)), Strength::Range);
        }
        Value::Period(_) => return (value.canonical(), Strength::Range),
        Value::Bool(_)
        | Value::Int(_)
        | Value::Decimal(_)
        | Value::Float(_)
        | Value::Date(_)
        | Value::DateTime(_)
        | Value::Time(_)
        | Value::Duration(_)
        | Value::Uuid(_)
        | Value::Percent(_) => value.canonical(),
    };
    let strength = if text.starts_with('-') { Strength::Minus } else { Strength::Atom };
    (text, strength)
}

fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            '"' => escaped.push_str("\\\""),
            '\\' => escaped.push_str("\\\\"),
            '\n' => escaped.push_str("\\n"),
            '\t' => escaped.push_str("\\t"),
            '{' => escaped.push_str("{{"),
            other => escaped.push(other),
        }
    }
    escaped
}

fn relative(period: &RelativePeriod) -> String {
    let unit = |unit: PeriodUnit| match unit {
        PeriodUnit::Day => "day",
        PeriodUnit::Week => "week",
        PeriodUnit::Month => "month",
        PeriodUnit::Quarter => "quarter",
        PeriodUnit::Year => "year",
    };
    match period {
        RelativePeriod::Last { count: 1, unit: of } => format!("last {}", unit(*of)),
        RelativePeriod::Last { count, unit: of } => format!("last {count} {}s", unit(*of)),
        RelativePeriod::This { unit: of } => format!("this {}", unit(*of)),
        RelativePeriod::Past { duration } => format!("past {duration}"),
        RelativePeriod::Yesterday => "yesterday".to_owned(),
        RelativePeriod::Today => "today".to_owned(),
    }
}

/// `name = expression`; a column that is passed on under its name is only named.
pub(super) fn item(words: &Words<'_>, name: &str, shown: &str, expr: &Expr) -> String {
    let text = words.expr(expr);
    if text == shown || text == quoted(name) && matches!(expr.kind, ExprKind::Column(_)) {
        text
    } else {
        format!("{shown} = {text}")
    }
}

#[cfg(test)]
mod tests {
    use wr_base::ids::{Arena, ExprId};
    use wr_base::ty::Type;
    use wr_base::value::{Date, Decimal, Period};

    use super::*;

    fn expr(kind: ExprKind) -> Expr {
        Expr::new(ExprId(0), Type::error(), kind)
    }

    fn int(value: i128) -> Expr {
        expr(ExprKind::Literal(Value::Int(value)))
    }

    fn call(function: FnId, arguments: Vec<Expr>) -> Expr {
        expr(ExprKind::Call { function, arguments })
    }

    #[track_caller]
    fn check(expr: &Expr, expected: &str) {
        let (tables, values, relations, facts) = (Arena::new(), Arena::new(), Arena::new(), Arena::new());
        let words = Words {
            tables: &tables,
            values: &values,
            relations: &relations,
            facts: &facts,
            columns: std::collections::BTreeMap::new(),
            unnamed: std::collections::BTreeMap::new(),
        };
        assert_eq!(words.expr(expr), expected);
    }

    #[test]
    fn brackets_stand_only_where_they_are_needed() {
        let sum = |a, b| call(FnId::Add, vec![a, b]);
        let product = |a, b| call(FnId::Multiply, vec![a, b]);
        let or = |a, b| expr(ExprKind::Or(Box::new(a), Box::new(b)));
        let and = |a, b| expr(ExprKind::And(Box::new(a), Box::new(b)));
        check(&sum(int(1), product(int(2), int(3))), "1 + 2 * 3");
        check(&product(sum(int(1), int(2)), int(3)), "(1 + 2) * 3");
        check(&call(FnId::Subtract, vec![int(1), sum(int(2), int(3))]), "1 - (2 + 3)");
        check(&and(or(int(1), int(2)), int(3)), "(1 or 2) and 3");
        check(&or(and(int(1), int(2)), int(3)), "1 and 2 or 3");
        check(&call(FnId::Negate, vec![sum(int(1), int(2))]), "-(1 + 2)");
        check(&call(FnId::Not, vec![call(FnId::Equal, vec![int(1), int(2)])]), "not 1 == 2");
        check(&call(FnId::IsNull, vec![or(int(1), int(2))]), "(1 or 2) is null");
        let fallback = expr(ExprKind::Coalesce(Box::new(int(1)), Box::new(sum(int(2), int(3)))));
        check(&call(FnId::Greater, vec![fallback, int(0)]), "1 ?? 2 + 3 > 0");
    }

    #[test]
    fn widening_is_not_written() {
        check(&call(FnId::Add, vec![call(FnId::Convert, vec![int(1)]), int(2)]), "1 + 2");
    }

    #[test]
    fn values_are_written_as_in_a_script() {
        let literal = |value| expr(ExprKind::Literal(value));
        let day = |text: &str| Date::parse(text).unwrap();
        check(&literal(Value::text("a \"b\" {$c}\n")), r#""a \"b\" {{$c}\n""#);
        check(&literal(Value::Percent(Decimal::parse("0.1").unwrap())), "10%");
        let period = Period { first: day("2026-10-01"), last: day("2026-10-31") };
        check(&literal(Value::Period(period)), "2026-10-01..2026-10-31");
        check(&literal(Value::List(vec![Value::text("a"), Value::Int(-1)])), r#"["a", -1]"#);
        let open = call(FnId::RangeOf, vec![int(18), literal(Value::Null)]);
        check(&call(FnId::InRange, vec![int(20), open]), "20 in 18..");
        check(&expr(ExprKind::RelativePeriod(RelativePeriod::Last { count: 7, unit: PeriodUnit::Day })), "last 7 days");
    }

    #[test]
    fn patterns_stand_between_slashes() {
        let text = |value: &str| expr(ExprKind::Literal(Value::text(value)));
        check(&call(FnId::ContainsPattern, vec![text("a/b"), text("a/b")]), r#"contains("a/b", /a\/b/)"#);
        check(&call(FnId::Contains, vec![text("a/b"), text("a/b")]), r#"contains("a/b", "a/b")"#);
    }

    #[test]
    fn texts_with_holes_and_conditions_read_as_written() {
        let text = |value: &str| expr(ExprKind::Literal(Value::text(value)));
        let hole = call(FnId::Text, vec![call(FnId::Today, vec![])]);
        check(&call(FnId::Concat, vec![text("list-"), hole]), "\"list-{today}\"");
        let branches = vec![crate::expr::WhenBranch { condition: int(1), result: int(2) }];
        let when = expr(ExprKind::When { branches, otherwise: Box::new(int(3)) });
        check(&call(FnId::Add, vec![when, int(4)]), "(when 1 then 2 else 3) + 4");
    }
}
