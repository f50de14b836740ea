//! SQL Server: names in brackets, values as `@P1` of `sp_executesql`, each cast to the type that it is compared in.

use super::super::Statement;
use super::super::stored::StoredType;
use super::super::tree::{Aggregate, Bound, Function, Name, ParameterIndex, Query, SqlType, TextMatch};
use super::{Limit, Words, statement};

/// The statement of a tree.
#[must_use]
pub(in crate::sql) fn render(query: &Query) -> Statement {
    statement(query, &Transact)
}

struct Transact;

impl Words for Transact {
    fn name(&self, name: &Name) -> String {
        format!("[{}]", name.0.replace(']', "]]"))
    }

    fn parameter(&self, at: ParameterIndex, bound: &Bound) -> String {
        self.cast(&format!("@{}", self.parameter_name(at)), &bound.ty)
    }

    fn parameter_name(&self, at: ParameterIndex) -> String {
        format!("P{}", at.0 + 1)
    }

    fn type_words(&self, ty: &SqlType) -> String {
        match ty {
            SqlType::Int64 => "bigint".to_owned(),
            SqlType::UInt64 | SqlType::WideInt => "decimal(38, 0)".to_owned(),
            SqlType::Decimal { precision, scale } => format!("decimal({precision}, {scale})"),
            SqlType::Float => "float".to_owned(),
            SqlType::Text => "nvarchar(max)".to_owned(),
            SqlType::Bool => "bit".to_owned(),
            SqlType::Date => "date".to_owned(),
            SqlType::Instant => "datetimeoffset(7)".to_owned(),
            SqlType::WallTime => "datetime2(7)".to_owned(),
            SqlType::Time => "time(7)".to_owned(),
            SqlType::Uuid => "uniqueidentifier".to_owned(),
            SqlType::Bytes => "varbinary(max)".to_owned(),
            SqlType::Stored(StoredType::SqlServer(ty)) => ty.words.clone(),
            SqlType::Stored(StoredType::ClickHouse(_)) => "nvarchar(max)".to_owned(),
            SqlType::List(of) => self.type_words(of),
        }
    }

    fn null(&self, ty: &SqlType) -> String {
        self.cast("NULL", ty)
    }

    fn cast(&self, value: &str, ty: &SqlType) -> String {
        // The code page of a text is that of its collation: the cast has to know it.
        if let SqlType::Stored(StoredType::SqlServer(stored)) = ty
            && let Some(collation) = stored.collation.as_deref().filter(|collation| is_word(collation))
        {
            return format!("CAST({value} COLLATE {collation} AS {})", stored.words);
        }
        format!("CAST({value} AS {})", self.type_words(ty))
    }

    fn call(&self, function: Function, arguments: &[String]) -> String {
        let first = arguments.first().map_or("NULL", String::as_str);
        match function {
            Function::Coalesce => format!("COALESCE({})", arguments.join(", ")),
            Function::Length => format!("LEN({first})"),
            Function::TrimRight => format!("RTRIM({first})"),
            Function::MarkedBytes => format!("CAST({first} + N'|' AS varbinary(max))"),
            Function::OneCollation => format!("{first} COLLATE Latin1_General_BIN2"),
            Function::IsText => first.to_owned(),
            Function::HexText => format!("CONVERT(varchar(18), CAST({first} AS varbinary(8)), 1)"),
        }
    }

    fn truth(&self, truth: bool) -> &'static str {
        if truth { "1" } else { "0" }
    }

    fn is(&self, truth: &str, _is_column: bool, expected: bool) -> String {
        format!("{truth} = {}", self.truth(expected))
    }

    /// By bytes: `LIKE` goes by the collation and overlooks blanks at the end.
    fn text(&self, kind: TextMatch, text: &str, part: &str, expected: bool) -> String {
        let sign = if expected { "=" } else { "<>" };
        let bytes = |value: &str| format!("CAST({value} AS varbinary(max))");
        let (whole, part) = (bytes(text), bytes(part));
        let length = format!("DATALENGTH({part})");
        let from = match kind {
            TextMatch::StartsWith => "1".to_owned(),
            TextMatch::EndsWith => format!("DATALENGTH({whole}) - {length} + 1"),
            TextMatch::Contains => {
                let is_in = if expected { ">" } else { "=" };
                return format!("CHARINDEX({part}, {whole}) {is_in} 0");
            }
        };
        format!("SUBSTRING({whole}, {from}, {length}) {sign} {part}")
    }

    fn in_keys(&self, value: &str, table: &Name) -> String {
        format!("EXISTS (SELECT 1 FROM {} AS [k] WHERE [k].[k] = {value})", self.name(table))
    }

    fn in_rows(&self, value: &str, rows: &str, is_in: bool) -> String {
        let not = if is_in { "" } else { "NOT " };
        format!("{value} {not}IN ({rows})")
    }

    fn count(&self) -> &'static str {
        "COUNT_BIG(*)"
    }

    fn aggregate(&self, function: &Aggregate, of: &str) -> String {
        match function {
            Aggregate::Count => self.count().to_owned(),
            Aggregate::CountOf(_) => format!("COUNT_BIG(CASE WHEN {of} THEN 1 END)"),
            Aggregate::CountDistinct(_) => format!("COUNT_BIG(DISTINCT {of})"),
            // A sum of `int` is an `int` there, and fails where it is more.
            Aggregate::Sum(_) => format!("COALESCE(SUM({}), 0)", self.cast(of, &SqlType::WideInt)),
            Aggregate::Min(_) => format!("MIN({of})"),
            Aggregate::Max(_) => format!("MAX({of})"),
        }
    }

    /// Nulls are the smallest there.
    fn ordered(&self, by: &str, can_be_null: bool, descending: bool) -> String {
        match (can_be_null, descending) {
            (true, false) => format!("CASE WHEN {by} IS NULL THEN 1 ELSE 0 END, {by}"),
            (false, false) => by.to_owned(),
            (_, true) => format!("{by} DESC"),
        }
    }

    fn limit(&self, count: &str) -> Limit {
        Limit::BehindSelect(format!("TOP ({count})"))
    }

    fn sends_own_queries_whole(&self) -> bool {
        true
    }
}

/// Whether a collation's name is one: it stands in a text without quotes.
fn is_word(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_brackets() {
        assert_eq!(Transact.name(&Name("a]b".to_owned())), "[a]]b]");
    }

    #[test]
    fn a_collation_that_is_no_word_is_not_written() {
        assert!(is_word("SQL_Latin1_General_CP1_CI_AS"));
        assert!(!is_word("x AS int); --"));
    }
}
