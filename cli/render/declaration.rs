//! A table as a server describes it → its declaration in a schema file.

use wr_plan::print::quoted;
use wr_runtime::sources::described::{DescribedColumn, DescribedTable};
use wr_sema::project::Driver;

/// A key is a claim about every row: only one that the server keeps is written.
#[must_use]
pub(crate) fn declaration(connection: &str, driver: Driver, table: &DescribedTable) -> String {
    if let Some(obstacle) = &table.obstacle {
        return format!("# {connection}.{}: {}\n", one_line(&table.name), one_line(obstacle));
    }
    let argument = table.argument.as_ref().map(|(name, of)| format!("({}: cohort of {})", quoted(name), quoted(of)));
    let key = table.key().map(|key| {
        let names: Vec<String> = key.iter().map(|name| quoted(name)).collect();
        format!(" key {}", names.join(", "))
    });
    let mut columns: String =
        table.columns.iter().map(|column| format!("  {}\n", column_line(column, driver))).collect();
    if let Some(untold) = &table.untold {
        columns.push_str(&format!("  # {}\n", one_line(untold)));
    }
    format!(
        "table {}.{}{}{}{} {{\n{columns}}}\n",
        quoted(connection),
        quoted(&table.name),
        argument.unwrap_or_default(),
        key.unwrap_or_default(),
        doc(&table.about),
    )
}

fn column_line(column: &DescribedColumn, driver: Driver) -> String {
    let name = &column.name;
    match &column.ty {
        Ok(_) if name.contains('`') || name.chars().any(char::is_control) => {
            format!("# {}: no declaration can have this name", one_line(name))
        }
        Ok(ty) => {
            let entity = column.entity.as_ref().map(|entity| format!(" entity {entity}")).unwrap_or_default();
            format!("{}: {ty}{entity}{},", quoted(name), doc(&column.about))
        }
        Err(cannot) => {
            let cast = cannot.cast_of(&in_server_words(name, driver));
            one_line(&format!("# {name}: {cannot}. In a query of your own: {cast}"))
        }
    }
}

/// A name as a query in the server's language has it.
fn in_server_words(name: &str, driver: Driver) -> String {
    let is_plain = name.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '_')
        && !name.starts_with(|sign: char| sign.is_ascii_digit());
    match driver {
        _ if is_plain => name.to_owned(),
        Driver::SqlServer => format!("[{}]", name.replace(']', "]]")),
        Driver::ClickHouse | Driver::Amplitude | Driver::Local => format!("`{name}`"),
    }
}

fn doc(about: &str) -> String {
    if about.trim().is_empty() { String::new() } else { format!(" {}", in_quotes(about)) }
}

/// A text of the language: an opening brace would be a hole.
fn in_quotes(text: &str) -> String {
    let mut quoted = String::from("\"");
    for sign in text.trim().chars() {
        match sign {
            '"' | '\\' | '{' => {
                quoted.push('\\');
                quoted.push(sign);
            }
            sign if sign.is_control() => quoted.push(' '),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// A comment ends with its line.
fn one_line(text: &str) -> String {
    text.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect()
}
