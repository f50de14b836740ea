//! The sample files of crm and of the wallet's store to tables of the TDS test server. The ClickHouse engine reads the files.

use std::io;
use std::path::Path;

use wr_clickhouse_server::ClickHouse;
use wr_tds_server::{Cell, TdsServer};

/// A table, its file, and its columns.
const FILES: [(&str, &str, &str); 4] = [
    ("users", "crm/users.parquet", "user_id name phone gender birth_date city push_token updated_at"),
    ("contacts", "crm/contacts.parquet", "contact_id user_id kind value agreed updated_at"),
    ("mailing_history", "crm/mailing_history.csv", "sub_id user_id grp sent_at"),
    ("winners", "wallet_store/winners.csv", "week user_id"),
];

pub(crate) fn fill(server: &TdsServer, engine: &ClickHouse, data: &Path) -> io::Result<()> {
    server.execute(include_str!("../crm.sql")).map_err(io::Error::other)?;
    for (table, file, columns) in FILES {
        let path = data.join(file).canonicalize()?;
        let path = path.display().to_string().replace('\\', "\\\\").replace('\'', "\\'");
        let names: Vec<&str> = columns.split(' ').collect();
        // Texts of either form are the same instants, in the words of both servers.
        let text = |name: &&str| match *name {
            "updated_at" | "sent_at" => format!("toString(parseDateTime64BestEffort(toString({name}), 6, 'UTC'))"),
            name => format!("toString({name})"),
        };
        let rows = engine.run(&format!(
            "SELECT {} FROM file('{path}') FORMAT JSONCompactEachRow \
             SETTINGS session_timezone = 'UTC', input_format_csv_trim_whitespaces = 0",
            names.iter().map(text).collect::<Vec<_>>().join(", ")
        ))?;
        let rows = rows.lines().map(serde_json::from_str::<Vec<Option<String>>>);
        let rows = rows.collect::<Result<Vec<_>, _>>().map_err(io::Error::other)?;
        let rows =
            rows.into_iter().map(|row| row.into_iter().map(|cell| cell.map_or(Cell::Null, Cell::Text)).collect());
        server.insert_rows(&format!("dbo.{table}"), &names, rows).map_err(io::Error::other)?;
    }
    Ok(())
}
