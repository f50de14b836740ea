//! The sample files of the wallet to tables of a ClickHouse engine.

use std::io;
use std::path::Path;

use wr_clickhouse_server::ClickHouse;

/// The tables and their files.
const FILES: [(&str, &str); 4] = [
    ("partners", "partners.csv"),
    ("cards", "cards.parquet"),
    ("push_events", "push_events.parquet"),
    ("promo_steps", "promo_steps.csv"),
];

pub(crate) fn fill(engine: &ClickHouse, folder: &Path) -> io::Result<()> {
    for statement in include_str!("../wallet.sql").split(";\n").filter(|words| !words.trim().is_empty()) {
        engine.run(statement)?;
    }
    for (table, file) in FILES {
        let format = if file.ends_with(".csv") { "CSVWithNames" } else { "Parquet" };
        let query = format!("INSERT INTO {table} FORMAT {format}");
        // Empty cells of a CSV file are nulls.
        let parameters = [
            ("query", query.as_str()),
            ("date_time_input_format", "best_effort"),
            ("input_format_csv_empty_as_default", "1"),
            ("input_format_csv_trim_whitespaces", "0"),
        ];
        let reply = engine.ask(&parameters, &std::fs::read(folder.join(file))?)?;
        if reply.status != 200 {
            return Err(io::Error::other(format!("{file}: {}", reply.text())));
        }
    }
    Ok(())
}
