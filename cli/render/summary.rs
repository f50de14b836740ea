//! What came of a run: the waterfall of rows, notes, and the links, which come last.

use std::path::Path;

use wr_base::value::{DateTime, Value, Zone};
use wr_runtime::run::{Manifest, ManifestReveal, ManifestStep, PreviewSheet};

use super::number::{bytes, grouped, seconds};
use super::terminal::{Terminal, printable};

/// The rows after each step, relation by relation, in the order of the script.
#[must_use]
pub(crate) fn waterfall(manifest: &Manifest, terminal: Terminal) -> String {
    let mut text = String::new();
    let width = manifest.steps.iter().filter_map(|step| Some(grouped(step.rows?).len())).max().unwrap_or(0).max(4);
    let mut relation = None;
    let mut before: Option<u64> = None;
    for step in &manifest.steps {
        if relation != Some(&step.relation) {
            text.push_str(&format!("  {}\n", terminal.bold(&step.relation)));
            relation = Some(&step.relation);
            before = None;
        }
        text.push_str(&line(step, before, width, terminal));
        before = step.rows.or(before);
    }
    text
}

fn line(step: &ManifestStep, before: Option<u64>, width: usize, terminal: Terminal) -> String {
    let Some(rows) = step.rows else {
        let why = step.note.as_deref().unwrap_or("not taken");
        return terminal.dim(&format!("  {:>width$}  {}   {why}\n", "–", step.words));
    };
    let change = match before {
        Some(before) if before > rows => format!("−{}", grouped(before - rows)),
        Some(before) if before < rows => format!("+{}", grouped(rows - before)),
        _ => String::new(),
    };
    let unmatched = match step.unmatched {
        Some(0) | None => String::new(),
        Some(count) => format!("{} without a match", grouped(count)),
    };
    let note = step.note.clone().unwrap_or_default();
    let notes: Vec<String> = [change, unmatched, note].into_iter().filter(|note| !note.is_empty()).collect();
    let notes = if notes.is_empty() { String::new() } else { format!("   {}", terminal.dim(&notes.join(", "))) };
    format!("  {:>width$}  {}{notes}\n", grouped(rows), step.words)
}

/// A moment of a run as its report's people write it.
#[must_use]
pub(crate) fn moment(canonical: &str, manifest: &Manifest) -> String {
    let zone = Zone::parse(&manifest.zone).unwrap_or(Zone::UTC);
    let at = chrono::DateTime::parse_from_rfc3339(canonical).ok();
    match at.and_then(|at| DateTime::checked(at.timestamp_micros())) {
        Some(at) => wr_plan::values::human(&Value::DateTime(at), &manifest.locale, zone),
        None => canonical.to_owned(),
    }
}

/// What was read from where.
#[must_use]
pub(crate) fn sources(manifest: &Manifest, terminal: Terminal) -> String {
    let mut text = String::new();
    for source in &manifest.sources {
        text.push_str(&terminal.dim(&format!(
            "  read {}.{}: {} rows, {}, {}\n",
            source.connection,
            source.table,
            grouped(source.rows),
            bytes(source.bytes),
            seconds(source.millis)
        )));
    }
    text
}

/// What was recorded.
#[must_use]
pub(crate) fn records(manifest: &Manifest) -> String {
    manifest
        .records
        .iter()
        .map(|record| {
            let occasion = record.occasion.as_ref().map_or(String::new(), |words| format!(" ({words})"));
            let at = manifest.recorded_in.as_ref().map_or(String::new(), |place| format!(" at {}", place.address));
            format!("  recorded {} rows in {}{occasion}{at}\n", grouped(record.rows), record.table)
        })
        .collect()
}

/// The held rows that left, and why.
#[must_use]
pub(crate) fn reveals(manifest: &Manifest, terminal: Terminal) -> String {
    let line = |reveal: &ManifestReveal| {
        let rows =
            if reveal.rows == 1 { "1 held row".to_owned() } else { format!("{} held rows", grouped(reveal.rows)) };
        format!("  {} {rows} of {}: {}\n", terminal.yellow("revealed:"), reveal.relation, reveal.reason)
    };
    manifest.reveals.iter().map(line).collect()
}

/// A line per file and, under it, its link.
#[must_use]
pub(crate) fn links(manifest: &Manifest, folder: &Path, terminal: Terminal) -> String {
    let mut text = String::new();
    for file in &manifest.files {
        let sheets: Vec<String> = file
            .sheets
            .iter()
            .map(|sheet| {
                let rows = format!("{} {}", grouped(sheet.rows), if sheet.rows == 1 { "row" } else { "rows" });
                if file.sheets.len() > 1 { format!("{} {rows}", sheet.title) } else { rows }
            })
            .collect();
        let path = folder.join(&file.name);
        text.push_str(&format!("{}  {}, {}\n", terminal.bold(&file.name), sheets.join(", "), bytes(file.bytes)));
        if path.exists() {
            let address = file_address(&path);
            text.push_str(&format!("  {}\n", terminal.link(&address, &address)));
        } else {
            text.push_str(&format!("  no longer there; its SHA-256 was {}\n", file.sha256));
        }
    }
    text
}

/// `file:///…` with everything escaped that would end a link.
#[must_use]
pub(crate) fn file_address(path: &Path) -> String {
    let mut address = "file://".to_owned();
    for byte in path.to_string_lossy().bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => address.push(byte as char),
            other => address.push_str(&format!("%{other:02X}")),
        }
    }
    address
}

/// The first rows of each output as a table.
#[must_use]
pub(crate) fn preview(sheets: &[PreviewSheet], locale: &str, zone: Zone, terminal: Terminal) -> String {
    let mut text = String::new();
    for sheet in sheets {
        let title =
            if sheet.title.is_empty() { sheet.file.clone() } else { format!("{} · {}", sheet.file, sheet.title) };
        text.push_str(&format!("{}  {} rows\n", terminal.bold(&title), grouped(sheet.total as u64)));
        let rows: Vec<Vec<String>> = sheet
            .rows
            .iter()
            .map(|row| row.iter().map(|value| one_line(&cell_words(value, locale, zone))).collect())
            .collect();
        text.push_str(&table(&sheet.headings, &rows));
        if sheet.total > sheet.rows.len() {
            let left = grouped((sheet.total - sheet.rows.len()) as u64);
            text.push_str(&terminal.dim(&format!("  … {left} more\n")));
        }
        text.push('\n');
    }
    text
}

/// Cells are data, not prose: ids keep their digits in one piece.
fn cell_words(value: &Value, locale: &str, zone: Zone) -> String {
    if let Value::Int(_) | Value::Text(_) = value {
        value.canonical()
    } else {
        wr_plan::values::human(value, locale, zone)
    }
}

/// A long text would break the table.
fn one_line(text: &str) -> String {
    let clean = printable(text);
    if clean.chars().count() > 40 { format!("{}…", clean.chars().take(39).collect::<String>()) } else { clean }
}

/// Columns as wide as their widest cell, two blanks between.
#[must_use]
pub(crate) fn table(headings: &[String], rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = headings.iter().map(|heading| heading.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: &[String]| {
        let padded: Vec<String> = cells
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell}{}", " ".repeat(width.saturating_sub(cell.chars().count()))))
            .collect();
        format!("  {}\n", padded.join("  ").trim_end())
    };
    let rule: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
    let mut text = line(headings);
    text.push_str(&line(&rule));
    for row in rows {
        text.push_str(&line(row));
    }
    text
}
