//! Keys that go ahead of a query, to whichever server: when they are worth it, and what people are told of them.

use wr_plan::sql::ShippedKeys;

use super::{Keys, Request};

/// Whether they leave out at least half of the table's rows, as far as that is known.
pub(super) fn is_worth(keys: &Keys, rows: Option<u64>) -> bool {
    rows.is_none_or(|rows| keys.values.len() as u64 <= rows / 2)
}

/// What stands at the join: `only rows with one of 3152 values of `user_id` were asked for`.
pub(super) fn note(request: &Request, keys: &[ShippedKeys]) -> String {
    let of = |keys: &ShippedKeys| {
        let name = request.table.columns.get(keys.column as usize).map_or("?", |column| column.name.as_str());
        let sent = request.keys.iter().find(|sent| sent.declared == keys.column).map_or(0, |sent| sent.values.len());
        format!("{sent} values of `{name}`")
    };
    let parts: Vec<String> = keys.iter().map(of).collect();
    format!("only rows with one of {} were asked for", parts.join(" and "))
}
