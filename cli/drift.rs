//! What the project's files declare of a table, set beside what its server says now (`wr pull --check`).
//!
//! What a run would stop at is a difference, and what `wr pull` would write otherwise: a column more, a key. A declared type
//! that holds all that the server's does (`decimal(12, 4)` for `decimal(10, 2)`) is none.

use wr_base::ty::Type;
use wr_plan::declaration::Table;
use wr_plan::sql::stored::holds;
use wr_runtime::sources::described::DescribedTable;

/// One difference, as a line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// The server has a column that is not declared: its name and how to declare it.
    Added(String, Type),
    /// A declared column is not there any more.
    Gone(String),
    /// In words.
    Other(String),
}

/// All differences of a table, in the order of its columns.
pub(crate) fn changes(declared: &Table, live: &DescribedTable, ignores_case: bool) -> Vec<Change> {
    let is_same = |one: &str, other: &str| {
        if ignores_case { one.to_lowercase() == other.to_lowercase() } else { one == other }
    };
    let mut changes = Vec::new();
    for column in &declared.columns {
        let name = &column.name;
        let Some(found) = live.columns.iter().find(|found| is_same(&found.name, name)) else {
            // Of a service that does not tell all its columns, nobody knows.
            if live.untold.is_none() {
                changes.push(Change::Gone(name.clone()));
            }
            continue;
        };
        match &found.ty {
            Err(cannot) => changes.push(Change::Other(format!("{name}: {cannot}"))),
            Ok(natural) if !holds(&column.ty.data, &natural.data) => {
                changes.push(Change::Other(format!("{name}: declared {}, on the server {natural}", column.ty)));
            }
            Ok(natural) if natural.nullable != column.ty.nullable => {
                let (declared, is) = if natural.nullable { ("never", "can be") } else { ("sometimes", "is never") };
                let words = format!("{name}: declared {} ({declared} null), on the server it {is} null", column.ty);
                changes.push(Change::Other(words));
            }
            Ok(_) => {}
        }
    }
    for found in &live.columns {
        let is_declared = declared.columns.iter().any(|column| is_same(&column.name, &found.name));
        if let (false, Ok(ty)) = (is_declared, &found.ty) {
            changes.push(Change::Added(found.name.clone(), ty.clone()));
        }
    }
    changes.extend(key_change(declared, live, &is_same));
    changes
}

/// A key that the server does not keep, or keeps and is not declared. Whoever trusts a claim knows better than the server.
fn key_change(declared: &Table, live: &DescribedTable, is_same: &dyn Fn(&str, &str) -> bool) -> Option<Change> {
    let kept = live.keys.as_ref()?;
    let key: Vec<&str> = declared
        .key
        .iter()
        .filter_map(|at| declared.columns.get(*at as usize))
        .map(|column| column.name.as_str())
        .collect();
    let words = |names: &[String]| names.join(", ");
    if key.is_empty() {
        return live
            .key()
            .map(|key| Change::Other(format!("no key is declared, the server keeps {} unique", words(key))));
    }
    // What some of the columns tell apart, all of them do.
    let is_kept = kept.iter().any(|kept| kept.iter().all(|name| key.iter().any(|other| is_same(other, name))));
    if is_kept || declared.trusted.is_some() {
        return None;
    }
    let instead = match kept.first() {
        Some(other) => format!("the server keeps {} unique", words(other)),
        None => "the server keeps nothing unique".to_owned(),
    };
    Some(Change::Other(format!("the declared key is {}, {instead}", key.join(", "))))
}

#[cfg(test)]
mod tests {
    use wr_base::row_type::Marks;
    use wr_base::ty::DataType;
    use wr_plan::declaration::{Engine, TableColumn};
    use wr_plan::sql::stored::CannotHold;
    use wr_runtime::sources::described::DescribedColumn;

    use super::*;

    fn decimal(precision: u8, scale: u8) -> DataType {
        DataType::Decimal { precision, scale }
    }

    fn declared(columns: &[(&str, Type)], key: &[u32]) -> Table {
        let column = |(name, ty): &(&str, Type)| TableColumn {
            name: (*name).to_owned(),
            ty: ty.clone(),
            marks: Marks::default(),
            doc: String::new(),
        };
        Table {
            connection: "crm".to_owned(),
            name: "users".to_owned(),
            engine: Engine::SqlServer,
            columns: columns.iter().map(column).collect(),
            key: key.to_vec(),
            trusted: None,
            arguments: Vec::new(),
            query: None,
            file: None,
            doc: String::new(),
        }
    }

    fn live(columns: &[(&str, Type)], keys: Option<&[&[&str]]>) -> DescribedTable {
        let column = |(name, ty): &(&str, Type)| DescribedColumn {
            name: (*name).to_owned(),
            ty: Ok(ty.clone()),
            entity: None,
            about: String::new(),
        };
        let names = |key: &&[&str]| key.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        DescribedTable {
            name: "users".to_owned(),
            obstacle: None,
            argument: None,
            about: String::new(),
            columns: columns.iter().map(column).collect(),
            untold: None,
            keys: keys.map(|keys| keys.iter().map(names).collect()),
        }
    }

    fn lines(declared: &Table, live: &DescribedTable) -> Vec<String> {
        let line = |change: Change| match change {
            Change::Added(name, ty) => format!("+ {name}: {ty}"),
            Change::Gone(name) => format!("- {name}"),
            Change::Other(words) => format!("~ {words}"),
        };
        changes(declared, live, true).into_iter().map(line).collect()
    }

    #[test]
    fn columns_that_came_went_and_changed_are_told() {
        let before = declared(
            &[
                ("id", Type::required(DataType::Int)),
                ("phone", Type::required(DataType::Text)),
                ("city", Type::optional(DataType::Text)),
                ("born", Type::optional(DataType::Date)),
                ("sum", Type::required(decimal(12, 4))),
                ("tags", Type::required(DataType::Text)),
            ],
            &[],
        );
        let mut now = live(
            &[
                ("ID", Type::required(DataType::Int)),
                ("phone", Type::optional(DataType::Text)),
                ("city", Type::required(DataType::Text)),
                ("born", Type::optional(DataType::Text)),
                ("sum", Type::required(decimal(10, 2))),
                ("mail", Type::optional(DataType::Text)),
            ],
            None,
        );
        let cannot = CannotHold { stored: "varbinary".to_owned(), why: "it holds bytes and no text", cast: "{}" };
        for name in ["tags", "scan"] {
            let ty = Err(cannot.clone());
            now.columns.push(DescribedColumn { name: name.to_owned(), ty, entity: None, about: String::new() });
        }
        assert_eq!(
            lines(&before, &now),
            [
                "~ phone: declared text (never null), on the server it can be null",
                "~ city: declared text? (sometimes null), on the server it is never null",
                "~ born: declared date?, on the server text?",
                "~ tags: no column can hold varbinary: it holds bytes and no text",
                "+ mail: text?",
            ]
        );
        now.columns.retain(|column| column.name != "phone");
        assert!(lines(&before, &now).contains(&"- phone".to_owned()));
        // Of a service that does not tell all, nothing is missed.
        now.untold = Some("…".to_owned());
        assert!(!lines(&before, &now).contains(&"- phone".to_owned()));
        assert_eq!(changes(&before, &live(&[("ID", Type::required(DataType::Int))], None), false).len(), 7);
    }

    #[test]
    fn keys_are_compared_with_what_the_server_keeps() {
        let columns = [("a", Type::required(DataType::Int)), ("b", Type::required(DataType::Int))];
        // The declared key, what the server keeps, what is told.
        type Case<'a> = (&'a [u32], Option<&'a [&'a [&'a str]]>, &'a [&'a str]);
        let cases: [Case<'_>; 8] = [
            (&[0], Some(&[&["a"]]), &[]),
            (&[0, 1], Some(&[&["A"]]), &[]),
            (&[0, 1], Some(&[&["b", "a"]]), &[]),
            (&[0], Some(&[&["a", "b"]]), &["~ the declared key is a, the server keeps a, b unique"]),
            (&[0], Some(&[]), &["~ the declared key is a, the server keeps nothing unique"]),
            (&[], Some(&[&["b"]]), &["~ no key is declared, the server keeps b unique"]),
            (&[], Some(&[]), &[]),
            // One that keeps nothing unique says nothing against a claim.
            (&[0], None, &[]),
        ];
        for (key, kept, expected) in cases {
            assert_eq!(lines(&declared(&columns, key), &live(&columns, kept)), expected, "{key:?} {kept:?}");
        }
        let trusted = Table { trusted: Some("they promised".to_owned()), ..declared(&columns, &[0]) };
        assert_eq!(lines(&trusted, &live(&columns, Some(&[]))), [""; 0]);
    }
}
