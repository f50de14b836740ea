//! ClickHouse: names in backquotes, values as `{p1:Type}` beside the text.
//!
//! The text means the same under every value of every setting (B10): columns are named through the table's alias, types
//! that meet are one type, zones are named, no set of an `IN` holds a null, nothing is negated that could be null.

use wr_base::value::{DateTime, Value};

use super::super::stored::StoredType;
use super::super::tree::{Aggregate, Bound, Function, Name, ParameterIndex, Query, SqlType, TextMatch};
use super::super::{Parameter, Statement};
use super::{Limit, Words, statement};

/// The statement of a tree.
#[must_use]
pub(in crate::sql) fn render(query: &Query) -> Statement {
    statement(query, &ClickHouse)
}

struct ClickHouse;

impl Words for ClickHouse {
    fn name(&self, name: &Name) -> String {
        let mut text = String::from("`");
        for sign in name.0.chars() {
            if matches!(sign, '`' | '\\') {
                text.push('\\');
            }
            text.push(sign);
        }
        text.push('`');
        text
    }

    fn parameter(&self, at: ParameterIndex, bound: &Bound) -> String {
        format!("{{{}:{}}}", self.parameter_name(at), self.type_words(&bound.ty))
    }

    fn parameter_name(&self, at: ParameterIndex) -> String {
        format!("p{}", at.0 + 1)
    }

    fn type_words(&self, ty: &SqlType) -> String {
        match ty {
            SqlType::Int64 => "Int64".to_owned(),
            SqlType::UInt64 => "UInt64".to_owned(),
            SqlType::WideInt => "Int128".to_owned(),
            SqlType::Decimal { precision, scale } => format!("Decimal({precision}, {scale})"),
            SqlType::Float => "Float64".to_owned(),
            SqlType::Text | SqlType::Time | SqlType::Bytes => "String".to_owned(),
            SqlType::Bool => "Bool".to_owned(),
            SqlType::Date => "Date32".to_owned(),
            SqlType::Instant | SqlType::WallTime => "DateTime64(6, 'UTC')".to_owned(),
            SqlType::Uuid => "UUID".to_owned(),
            SqlType::Stored(StoredType::ClickHouse(ty)) => ty.words.clone(),
            SqlType::Stored(StoredType::SqlServer(_)) => "String".to_owned(),
            SqlType::List(of) => format!("Array({})", self.type_words(of)),
        }
    }

    fn null(&self, ty: &SqlType) -> String {
        format!("CAST(NULL AS Nullable({}))", self.type_words(ty))
    }

    /// By functions that keep nulls: a `CAST` fails of them under one setting and not under the other.
    fn cast(&self, value: &str, ty: &SqlType) -> String {
        match ty {
            SqlType::Int64 => format!("toInt64({value})"),
            SqlType::UInt64 => format!("toUInt64({value})"),
            SqlType::WideInt => format!("toInt128({value})"),
            SqlType::Decimal { scale, .. } => format!("toDecimal128({value}, {scale})"),
            SqlType::Float => format!("toFloat64({value})"),
            SqlType::Bool => format!("toBool({value})"),
            SqlType::Date => format!("toDate32({value})"),
            SqlType::Instant | SqlType::WallTime => format!("toDateTime64({value}, 6, 'UTC')"),
            SqlType::Uuid => format!("toUUID({value})"),
            SqlType::Text | SqlType::Time | SqlType::Bytes | SqlType::Stored(_) | SqlType::List(_) => {
                format!("toString({value})")
            }
        }
    }

    fn call(&self, function: Function, arguments: &[String]) -> String {
        let name = match function {
            Function::Coalesce => "coalesce",
            Function::Length => "lengthUTF8",
            Function::TrimRight => "trimRight",
            // Bytes are what texts are here.
            Function::MarkedBytes | Function::OneCollation | Function::HexText => "toString",
            Function::IsText => "isValidUTF8",
        };
        format!("{name}({})", arguments.join(", "))
    }

    fn truth(&self, truth: bool) -> &'static str {
        if truth { "true" } else { "false" }
    }

    fn is(&self, truth: &str, is_column: bool, expected: bool) -> String {
        match (is_column, expected) {
            (true, true) => truth.to_owned(),
            (true, false) => format!("NOT {truth}"),
            (false, expected) => format!("({truth}) = {}", self.truth(expected)),
        }
    }

    fn text(&self, kind: TextMatch, text: &str, part: &str, expected: bool) -> String {
        let not = if expected { "" } else { "NOT " };
        match kind {
            TextMatch::StartsWith => format!("{not}startsWith({text}, {part})"),
            TextMatch::EndsWith => format!("{not}endsWith({text}, {part})"),
            TextMatch::Contains => format!("position({text}, {part}) {} 0", if expected { ">" } else { "=" }),
        }
    }

    fn in_keys(&self, value: &str, table: &Name) -> String {
        format!("{value} IN (SELECT `k` FROM {})", self.name(table))
    }

    /// `GLOBAL`: where the table is spread over servers, each of them else looks into its own part of the rows only.
    fn in_rows(&self, value: &str, rows: &str, is_in: bool) -> String {
        let not = if is_in { "" } else { "NOT " };
        format!("{value} GLOBAL {not}IN ({rows})")
    }

    fn count(&self) -> &'static str {
        "count()"
    }

    /// Each says what it is of nothing: without that, one setting makes a null of a count, and without the other nothing is
    /// the smallest date of all.
    fn aggregate(&self, function: &Aggregate, of: &str) -> String {
        match function {
            Aggregate::Count => "countOrDefault()".to_owned(),
            Aggregate::CountOf(_) => format!("countIfOrDefault({of})"),
            Aggregate::CountDistinct(_) => format!("uniqExactOrDefault({of})"),
            // Here the form makes no difference to the setting (seen with 26.7).
            Aggregate::Sum(_) => format!("ifNull(sum(toInt128({of})), toInt128(0))"),
            Aggregate::Min(_) => format!("minOrNull({of})"),
            Aggregate::Max(_) => format!("maxOrNull({of})"),
        }
    }

    fn ordered(&self, by: &str, can_be_null: bool, descending: bool) -> String {
        let way = if descending { " DESC" } else { "" };
        let nulls = if can_be_null { " NULLS LAST" } else { "" };
        format!("{by}{way}{nulls}")
    }

    fn limit(&self, count: &str) -> Limit {
        Limit::AtTheEnd(format!("LIMIT {count}"))
    }

    fn sends_own_queries_whole(&self) -> bool {
        false
    }
}

/// What is sent for a parameter, before the address is encoded: the escaped text of a tab-separated cell.
///
/// `None` while its value is not known.
#[must_use]
pub fn parameter_text(parameter: &Parameter) -> Option<String> {
    parameter.value.as_ref().map(text_of)
}

fn text_of(value: &Value) -> String {
    match value {
        Value::Null => "\\N".to_owned(),
        Value::Text(text) => escaped(text),
        Value::DateTime(at) => instant(*at),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(member).collect();
            format!("[{}]", items.join(","))
        }
        Value::Decimal(decimal) | Value::Percent(decimal) => fixed(*decimal),
        Value::Bool(_)
        | Value::Int(_)
        | Value::Float(_)
        | Value::Date(_)
        | Value::Time(_)
        | Value::Duration(_)
        | Value::Uuid(_)
        | Value::Range(..)
        | Value::Period(_) => escaped(&value.canonical()),
    }
}

/// A member of an array: as in a query, in quotes where it is no number. The array is not escaped once more.
fn member(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Decimal(_) | Value::Percent(_) => text_of(value),
        Value::Text(_)
        | Value::Date(_)
        | Value::DateTime(_)
        | Value::Time(_)
        | Value::Duration(_)
        | Value::Uuid(_)
        | Value::Range(..)
        | Value::Period(_)
        | Value::List(_) => format!("'{}'", text_of(value).replace('\'', "\\'")),
    }
}

/// Digits with exactly the scale's behind the point.
fn fixed(decimal: wr_base::value::Decimal) -> String {
    let digits = decimal.unscaled.unsigned_abs().to_string();
    let scale = usize::from(decimal.scale);
    let digits = format!("{digits:0>width$}", width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let sign = if decimal.unscaled < 0 { "-" } else { "" };
    let point = if scale == 0 { "" } else { "." };
    format!("{sign}{whole}{point}{fraction}")
}

/// `2026-11-09 08:00:00.000000`: read alike by all ways to read instants.
fn instant(at: DateTime) -> String {
    at.to_string().replace('T', " ").trim_end_matches('Z').to_owned()
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '\\' => escaped.push_str("\\\\"),
            '\t' => escaped.push_str("\\t"),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\0' => escaped.push_str("\\0"),
            sign => escaped.push(sign),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use wr_base::value::Decimal;

    use super::*;

    #[test]
    fn values_are_escaped_as_cells_and_members_as_literals() {
        let cases = [
            (Value::text("a\tb\\c'd"), r"a\tb\\c'd"),
            (Value::text(""), ""),
            (Value::text("\\N"), r"\\N"),
            (Value::Null, r"\N"),
            (Value::Bool(true), "true"),
            (Value::Int(i128::MIN), "-170141183460469231731687303715884105728"),
            (Value::Decimal(Decimal { unscaled: -5, scale: 2 }), "-0.05"),
            (Value::Decimal(Decimal { unscaled: 150, scale: 2 }), "1.50"),
            (Value::Decimal(Decimal { unscaled: 7, scale: 0 }), "7"),
            (Value::DateTime(DateTime(-1)), "1969-12-31 23:59:59.999999"),
            (Value::List(vec![Value::Int(1), Value::Int(-2)]), "[1,-2]"),
            (Value::List(vec![Value::text("it's"), Value::text("")]), r"['it\'s','']"),
            (Value::List(vec![]), "[]"),
        ];
        for (value, expected) in cases {
            assert_eq!(text_of(&value), expected);
        }
    }

    #[test]
    fn a_name_cannot_leave_its_quotes() {
        assert_eq!(ClickHouse.name(&Name("a`b\\".to_owned())), r"`a\`b\\`");
    }
}
