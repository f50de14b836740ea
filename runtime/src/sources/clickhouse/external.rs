//! A question with tables of its own: keys that are sent ahead, as external data of the query.
//!
//! The tables go with the question and are gone with its answer: nothing is written on the server, and a user who may only
//! read can do it. The crate that asks all other questions sends no tables, so the request is made here.
//!
//! Source: ClickHouse, "External data for query processing", HTTP interface.

use std::fmt::Write as _;

use polars::prelude::Column;
use wr_base::ty::DataType;
use wr_base::value::Value;
use wr_plan::sql::keys::{clickhouse_can_hold, clickhouse_key_type};
use wr_plan::sql::stored::ClickHouseKind;

use crate::cells::{Cells, StorageFault};

/// A table with one column `k`, ready to be sent.
#[derive(Clone, Debug)]
pub(super) struct KeyTable {
    pub(super) name: String,
    /// `k Int64`
    pub(super) structure: String,
    /// One key a line, escaped as cells of tab-separated text.
    pub(super) lines: String,
}

impl KeyTable {
    /// `None`: keys of this type are not sent.
    ///
    /// # Errors
    /// The keys are not stored as their type says: a mistake of ours.
    pub(super) fn new(
        name: &str,
        values: &Column,
        ty: &DataType,
        stored: &ClickHouseKind,
    ) -> Result<Option<Self>, StorageFault> {
        let cells = Cells::new(values, ty)?;
        let Some(key_type) = clickhouse_key_type(ty, stored) else { return Ok(None) };
        let mut lines = String::new();
        for row in 0..cells.len() {
            let key = cells.get(row);
            if key.is_null() || !clickhouse_can_hold(stored, &key) {
                continue;
            }
            if let Value::Text(text) = &key {
                escape(text, &mut lines);
            } else {
                lines.push_str(&key.canonical());
            }
            lines.push('\n');
        }
        Ok(Some(Self { name: name.to_owned(), structure: format!("k {key_type}"), lines }))
    }
}

fn escape(text: &str, into: &mut String) {
    for sign in text.chars() {
        match sign {
            '\\' => into.push_str("\\\\"),
            '\t' => into.push_str("\\t"),
            '\n' => into.push_str("\\n"),
            '\r' => into.push_str("\\r"),
            '\0' => into.push_str("\\0"),
            other => into.push(other),
        }
    }
}

/// The body of a request: the question, its values, its tables. `boundary` stands in none of them.
pub(super) fn body(text: &str, parameters: &[(String, String)], tables: &[KeyTable], boundary: &str) -> String {
    let mut body = String::new();
    let mut field = |name: &str, file: Option<&str>, content: &str| {
        let file = file.map(|file| format!("; filename=\"{file}\"")).unwrap_or_default();
        let _ =
            write!(body, "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{content}\r\n");
    };
    field("query", None, text);
    for (name, value) in parameters {
        field(&format!("param_{name}"), None, value);
    }
    for table in tables {
        field(&table.name, Some(&table.name), &table.lines);
    }
    let _ = write!(body, "--{boundary}--\r\n");
    body
}

#[cfg(test)]
mod tests {
    use wr_plan::sql::stored::ClickHouseType;

    use super::*;
    use crate::cells::column_from_values;

    fn lines(ty: &DataType, stored: &str, values: Vec<Value>) -> (String, String) {
        let column = column_from_values("c0".into(), ty, values).unwrap();
        let table = KeyTable::new("wr_keys_1", &column, ty, &ClickHouseType::parse(stored).kind).unwrap().unwrap();
        (table.structure, table.lines)
    }

    #[test]
    fn each_key_is_a_line_whatever_it_holds() {
        let texts = vec![Value::text("a\tb\\"), Value::text("ёж\n"), Value::text("")];
        assert_eq!(lines(&DataType::Text, "String", texts), ("k String".to_owned(), "a\\tb\\\\\nёж\\n\n\n".to_owned()));
        let ints = vec![Value::Int(1), Value::Null, Value::Int(-2)];
        assert_eq!(lines(&DataType::Int, "Int64", ints.clone()), ("k Int64".to_owned(), "1\n-2\n".to_owned()));
        // A key that the column cannot hold is in no row.
        assert_eq!(lines(&DataType::Int, "UInt8", ints), ("k UInt8".to_owned(), "1\n".to_owned()));
    }
}
