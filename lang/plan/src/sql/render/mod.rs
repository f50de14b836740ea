//! A tree of SQL as text: laid out for the people who read it in `wr plan`.
//!
//! What all dialects share is here; each gives its own words. Invariant: nothing of a [`Name`] or of a value gets into a
//! text without the dialect's quoting, values not at all.

pub mod clickhouse;
pub mod transact;

use super::tree::{
    Aggregate, Bound, From, Function, Hole, List, Name, Ordered, ParameterIndex, Predicate, Query, Rows, Scalar,
    Select, SqlType, TextMatch,
};
use super::{Parameter, Statement};
use crate::declaration::QueryPart;

/// A line is not made longer than this where it can be broken.
const WIDTH: usize = 100;

/// The words of a dialect.
trait Words {
    fn name(&self, name: &Name) -> String;
    fn parameter(&self, at: ParameterIndex, bound: &Bound) -> String;
    /// As `Parameter::name` has it, without the sign before it.
    fn parameter_name(&self, at: ParameterIndex) -> String;
    fn type_words(&self, ty: &SqlType) -> String;
    fn null(&self, ty: &SqlType) -> String;
    fn cast(&self, value: &str, ty: &SqlType) -> String;
    fn call(&self, function: Function, arguments: &[String]) -> String;
    fn truth(&self, truth: bool) -> &'static str;
    /// A truth of the row is this one.
    fn is(&self, truth: &str, is_column: bool, expected: bool) -> String;
    fn text(&self, kind: TextMatch, text: &str, part: &str, expected: bool) -> String;
    fn in_keys(&self, value: &str, table: &Name) -> String;
    /// Among the rows of a query in brackets.
    fn in_rows(&self, value: &str, rows: &str, is_in: bool) -> String;
    fn count(&self) -> &'static str;
    /// Of what stands in the brackets: a value, or a condition.
    fn aggregate(&self, function: &Aggregate, of: &str) -> String;
    fn ordered(&self, by: &str, can_be_null: bool, descending: bool) -> String;
    /// How many rows at most: behind `SELECT`, or at the end.
    fn limit(&self, count: &str) -> Limit;
    /// Whether a query that the author wrote is sent as it is.
    fn sends_own_queries_whole(&self) -> bool;
}

/// Where a dialect says how many rows it wants.
enum Limit {
    BehindSelect(String),
    AtTheEnd(String),
}

/// The alias of the table in each query: columns are named through it, so that no alias or setting can mean another.
const TABLE: &str = "t";

fn statement(query: &Query, words: &dyn Words) -> Statement {
    let writer = Writer { words, parameters: &query.parameters };
    let text = writer.query(query);
    let parameters = query.parameters.iter().enumerate().map(|(at, bound)| Parameter {
        name: words.parameter_name(ParameterIndex(at)),
        value: bound.value.clone(),
        ty: bound.ty.clone(),
        type_words: words.type_words(&bound.ty),
    });
    Statement { text, parameters: parameters.collect() }
}

struct Writer<'a> {
    words: &'a dyn Words,
    parameters: &'a [Bound],
}

impl Writer<'_> {
    fn query(&self, query: &Query) -> String {
        if let From::Own { text, holes } = &query.from
            && self.words.sends_own_queries_whole()
        {
            return self.own(text.parts.as_slice(), holes).trim().to_owned();
        }
        let mut lines = Vec::new();
        let limit = query.limit.map(|count| self.words.limit(&self.parameter(count)));
        match &query.select {
            Select::Columns(columns) => {
                let word = match &limit {
                    Some(Limit::BehindSelect(limit)) => format!("SELECT {limit}"),
                    Some(Limit::AtTheEnd(_)) | None => "SELECT".to_owned(),
                };
                self.select(&word, columns, &mut lines);
            }
            Select::Distinct(columns) => self.select("SELECT DISTINCT", columns, &mut lines),
            Select::Count => lines.push(format!("SELECT {}", self.words.count())),
        }
        self.from(&query.from, query.is_final, &mut lines);
        match &query.filter {
            Predicate::Always => {}
            Predicate::All(parts) => {
                for (at, part) in parts.iter().enumerate() {
                    let word = if at == 0 { "WHERE" } else { "  AND" };
                    self.lines(&format!("{word} "), part, 2, &mut lines);
                }
            }
            filter @ (Predicate::Never
            | Predicate::Any(_)
            | Predicate::Compare { .. }
            | Predicate::InList { .. }
            | Predicate::IsNull(_)
            | Predicate::IsNotNull(_)
            | Predicate::Is { .. }
            | Predicate::Text { .. }
            | Predicate::InKeys { .. }
            | Predicate::InRows { .. }) => self.lines("WHERE ", filter, 2, &mut lines),
        }
        if !query.groups.is_empty() {
            listed("GROUP BY", query.groups.iter().map(|group| self.scalar(group)).collect(), &mut lines);
        }
        if !query.order.is_empty() {
            listed("ORDER BY", query.order.iter().map(|key| self.ordered(key)).collect(), &mut lines);
        }
        if let Some(Limit::AtTheEnd(limit)) = limit {
            lines.push(limit);
        }
        lines.join("\n")
    }

    fn from(&self, from: &From, is_final: bool, lines: &mut Vec<String>) {
        let alias = self.words.name(&Name(TABLE.to_owned()));
        let last = if is_final { " FINAL" } else { "" };
        match from {
            From::Table(parts) => {
                let table: Vec<String> = parts.iter().map(|part| self.words.name(part)).collect();
                lines.push(format!("FROM {} AS {alias}{last}", table.join(".")));
            }
            From::Own { text, holes } => {
                lines.push("FROM (".to_owned());
                let own = self.own(text.parts.as_slice(), holes);
                lines.extend(own.trim_matches('\n').lines().map(|line| line.trim_end().to_owned()));
                lines.push(format!(") AS {alias}"));
            }
        }
    }

    fn ordered(&self, key: &Ordered) -> String {
        self.words.ordered(&self.scalar(&key.by), key.can_be_null, key.descending)
    }

    fn select(&self, word: &str, columns: &[Scalar], lines: &mut Vec<String>) {
        // A query that reads only the number of its rows still has to name something.
        let columns: Vec<String> = if columns.is_empty() {
            vec!["1".to_owned()]
        } else {
            columns.iter().map(|column| self.scalar(column)).collect()
        };
        listed(word, columns, lines);
    }

    /// The text of an author with parameters in its holes.
    fn own(&self, parts: &[QueryPart], holes: &[Hole]) -> String {
        let words = parts.iter().map(|part| match part {
            QueryPart::Words(words) => words.clone(),
            QueryPart::Hole(hole) => {
                match usize::try_from(*hole).ok().and_then(|hole| holes.get(hole)) {
                    Some(Hole::One(at)) => self.parameter(*at),
                    // Nothing is in it, and everything is not.
                    Some(Hole::Members(members)) if members.is_empty() => "(SELECT NULL WHERE 1 = 0)".to_owned(),
                    Some(Hole::Members(members)) => {
                        let members: Vec<String> = members.iter().map(|at| self.parameter(*at)).collect();
                        format!("({})", members.join(", "))
                    }
                    None => "NULL".to_owned(),
                }
            }
        });
        words.collect()
    }

    /// A predicate after a word, on one line or broken where it has parts.
    fn lines(&self, word: &str, predicate: &Predicate, indent: usize, lines: &mut Vec<String>) {
        let line = format!("{word}{}", self.predicate(predicate, true));
        let (parts, and) = match predicate {
            Predicate::Any(parts) if line.len() > WIDTH => (parts, "OR"),
            Predicate::All(parts) if line.len() > WIDTH => (parts, "AND"),
            Predicate::Always
            | Predicate::Never
            | Predicate::All(_)
            | Predicate::Any(_)
            | Predicate::Compare { .. }
            | Predicate::InList { .. }
            | Predicate::IsNull(_)
            | Predicate::IsNotNull(_)
            | Predicate::Is { .. }
            | Predicate::Text { .. }
            | Predicate::InKeys { .. }
            | Predicate::InRows { .. } => {
                lines.push(line);
                return;
            }
        };
        let inner = " ".repeat(indent + 2);
        lines.push(format!("{word}("));
        for (at, part) in parts.iter().enumerate() {
            let word = if at == 0 { inner.clone() } else { format!("{inner}{and} ") };
            self.lines(&word, part, indent + 2, lines);
        }
        lines.push(format!("{})", " ".repeat(indent)));
    }

    /// On one line; `is_part`: it stands beside others, so that what has parts of its own needs brackets.
    fn predicate(&self, predicate: &Predicate, is_part: bool) -> String {
        let joined = |parts: &[Predicate], word: &str| {
            let parts: Vec<String> = parts.iter().map(|part| self.predicate(part, true)).collect();
            let text = parts.join(word);
            if is_part { format!("({text})") } else { text }
        };
        match predicate {
            Predicate::Always => "1 = 1".to_owned(),
            Predicate::Never => "1 = 0".to_owned(),
            Predicate::All(parts) => joined(parts, " AND "),
            Predicate::Any(parts) => joined(parts, " OR "),
            Predicate::Compare { left, comparison, right } => {
                format!("{} {} {}", self.scalar(left), comparison.sign(), self.scalar(right))
            }
            Predicate::InList { value, list, is_in } => self.in_list(value, list, *is_in, is_part),
            Predicate::IsNull(value) => format!("{} IS NULL", self.scalar(value)),
            Predicate::IsNotNull(value) => format!("{} IS NOT NULL", self.scalar(value)),
            Predicate::Is { truth, expected } => {
                self.words.is(&self.scalar(truth), matches!(truth, Scalar::Column(_)), *expected)
            }
            Predicate::Text { kind, text, part, expected } => {
                self.words.text(*kind, &self.scalar(text), &self.scalar(part), *expected)
            }
            Predicate::InKeys { value, table } => self.words.in_keys(&self.scalar(value), table),
            Predicate::InRows { value, rows, is_in } => {
                self.words.in_rows(&self.scalar(value), &self.rows(rows), *is_in)
            }
        }
    }

    /// On one line. The alias is the same within: it means the table that is nearest.
    fn rows(&self, rows: &Rows) -> String {
        let mut lines = vec![format!("SELECT {}", self.scalar(&rows.column))];
        self.from(&rows.from, rows.is_final, &mut lines);
        if rows.filter != Predicate::Always {
            lines.push(format!("WHERE {}", self.predicate(&rows.filter, false)));
        }
        lines.join(" ")
    }

    fn in_list(&self, value: &Scalar, list: &List, is_in: bool, is_part: bool) -> String {
        let list = match list {
            List::Array(at) => self.parameter(*at),
            List::Values(values) => {
                let values: Vec<String> = values.iter().map(|value| self.scalar(value)).collect();
                format!("({})", values.join(", "))
            }
        };
        let value = self.scalar(value);
        if is_in {
            return format!("{value} IN {list}");
        }
        // Whatever a server makes of a null that is not in a list.
        let text = format!("{value} NOT IN {list} AND {value} IS NOT NULL");
        if is_part { format!("({text})") } else { text }
    }

    fn scalar(&self, scalar: &Scalar) -> String {
        match scalar {
            Scalar::Column(name) => {
                format!("{}.{}", self.words.name(&Name(TABLE.to_owned())), self.words.name(name))
            }
            Scalar::Parameter(at) => self.parameter(*at),
            Scalar::Null(ty) => self.words.null(ty),
            Scalar::Cast(value, ty) => self.words.cast(&self.scalar(value), ty),
            Scalar::Call(function, arguments) => {
                let arguments: Vec<String> = arguments.iter().map(|argument| self.scalar(argument)).collect();
                self.words.call(*function, &arguments)
            }
            Scalar::Case { branches, otherwise } => {
                let branches: String = branches
                    .iter()
                    .map(|(when, then)| format!(" WHEN {} THEN {}", self.predicate(when, false), self.scalar(then)))
                    .collect();
                let otherwise = otherwise.as_ref().map(|value| format!(" ELSE {}", self.scalar(value)));
                format!("CASE{branches}{} END", otherwise.unwrap_or_default())
            }
            Scalar::Truth(truth) => self.words.truth(*truth).to_owned(),
            Scalar::Aggregate(aggregate) => {
                let of = match &**aggregate {
                    Aggregate::Count => String::new(),
                    Aggregate::CountOf(rows) => self.predicate(rows, false),
                    Aggregate::CountDistinct(of) | Aggregate::Sum(of) | Aggregate::Min(of) | Aggregate::Max(of) => {
                        self.scalar(of)
                    }
                };
                self.words.aggregate(aggregate, &of)
            }
        }
    }

    fn parameter(&self, at: ParameterIndex) -> String {
        self.parameters.get(at.0).map_or_else(|| "NULL".to_owned(), |bound| self.words.parameter(at, bound))
    }
}

/// Items after a word, on one line or a line each.
fn listed(word: &str, items: Vec<String>, lines: &mut Vec<String>) {
    let line = format!("{word} {}", items.join(", "));
    if line.len() <= WIDTH {
        lines.push(line);
        return;
    }
    lines.push(word.to_owned());
    let last = items.len().saturating_sub(1);
    lines.extend(items.into_iter().enumerate().map(|(at, item)| {
        let comma = if at == last { "" } else { "," };
        format!("  {item}{comma}")
    }));
}
