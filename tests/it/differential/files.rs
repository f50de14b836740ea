//! A case's tables as files of a folder, read as a project's are.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use wr_base::value::Value;
use wr_runtime::sources::{NothingRecorded, Source, Sources, local::Local};

use super::engine::sources_of;
use super::schema::TABLES;
use super::script::Case;

/// Writes the tables, hands over sources that read them, and removes them.
pub(super) fn with_files<T>(case: &Case, body: impl FnOnce(&Sources) -> T) -> T {
    with_folders(case, |folder| body(&sources_of(folder, &["db", "amp"])))
}

/// As [`with_files`], with the source of each connection that is a folder.
pub(super) fn with_folders<T>(case: &Case, body: impl FnOnce(&dyn Fn(&str) -> Arc<dyn Source>) -> T) -> T {
    let folder = Folder::new();
    for table in TABLES {
        let names: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
        let mut content = names.join(",") + "\r\n";
        for row in &case.rows[table.name] {
            content += &row.iter().map(field).collect::<Vec<_>>().join(",");
            content += "\r\n";
        }
        let (connection, name) = table.name.split_once('.').unwrap();
        let path = match connection {
            "amp" => "amp/cohorts/c1.csv".to_owned(),
            _ => format!("{connection}/{name}.csv"),
        };
        folder.write(&path, &content);
    }
    let size = case.rows["amp.cohort"].len();
    folder.write(
        "amp/cohorts/c1.toml",
        &format!("name = \"Random\"\nsize = {size}\nlast_computed = 2026-11-23T06:00:00Z\nlast_modified = 2026-11-01T06:00:00Z\n"),
    );
    let source = |connection: &str| {
        Arc::new(Local {
            connection: connection.to_owned(),
            folder: folder.0.join(connection),
            zone: None,
            recorded: Arc::new(NothingRecorded),
        }) as Arc<dyn Source>
    };
    body(&source)
}

/// Null is an empty field, an empty text is `""`.
fn field(value: &Value) -> String {
    let text = value.canonical();
    let needs_quotes = text.is_empty() || text.contains([',', '"', '\r', '\n']);
    match value {
        Value::Null => String::new(),
        Value::Text(_) if needs_quotes => format!("\"{}\"", text.replace('"', "\"\"")),
        Value::Float(float) => format!("{float:?}"),
        _ => text,
    }
}

struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        use std::sync::atomic::{AtomicUsize, Ordering};
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("wr-differential-{}-{number}", std::process::id()));
        for folder in ["db", "amp/cohorts"] {
            std::fs::create_dir_all(path.join(folder)).unwrap();
        }
        Self(path)
    }

    fn write(&self, path: &str, content: &str) {
        std::fs::write(self.0.join(Path::new(path)), content).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
