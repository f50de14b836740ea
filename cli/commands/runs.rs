//! `wr runs`, `wr show`, `wr void`: what was run in a project.

use std::path::Path;
use std::sync::Arc;

use wr_runtime::cancel::Cancel;
use wr_runtime::error::RunError;
use wr_runtime::run::{Manifest, World};
use wr_runtime::store::RunRow;

use crate::args::{Runs, Show, Void};
use crate::connections::record_servers;
use crate::exit::Exit;
use crate::location::{FolderLoader, project_root};
use crate::person::user;
use crate::render::summary::{links, moment, records, reveals, sources, table, waterfall};
use crate::render::terminal::Terminal;
use crate::say;

/// The world of the project at or above a path.
fn world(path: Option<&Path>) -> World {
    let path = path.unwrap_or(Path::new("."));
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    let root = project_root(if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
    let read = wr_sema::project::read_project(&FolderLoader { root: root.clone() });
    let waiting = Arc::new(|| say::note("  waiting for another `wr` that uses this project"));
    let servers = record_servers(&root, None, Cancel::default());
    World { servers, ..World::standard(&root, &root.join(&read.project.output), waiting) }
}

pub(super) fn runs(arguments: &Runs, terminal: Terminal) -> Exit {
    let mut world = world(arguments.project.as_deref());
    match wr_runtime::run::runs(&mut world, arguments.limit) {
        Ok((rows, recovered)) => {
            for one in recovered {
                say::note(&format!("  {}", one.words()));
            }
            if arguments.json {
                let rows: Vec<serde_json::Value> =
                    rows.iter().filter_map(|row| serde_json::from_str(&row.manifest).ok()).collect();
                say::result(&format!("{:#}\n", serde_json::Value::Array(rows)));
            } else if rows.is_empty() {
                say::note("Nothing was run here yet");
            } else {
                let headings = ["run", "status", "script", "by", "started"].map(str::to_owned);
                let line = |row: RunRow| {
                    let started = match Manifest::from_json(&row.manifest) {
                        Some(manifest) => moment(&row.started_at, &manifest),
                        None => row.started_at,
                    };
                    vec![row.id, row.status, row.script, row.made_by, started]
                };
                let rows: Vec<Vec<String>> = rows.into_iter().map(line).collect();
                say::result(&table(&headings, &rows));
            }
            Exit::Done
        }
        Err(error) => say::failed(&error, terminal),
    }
}

/// The run that an id, its beginning, or `latest` means.
fn find(world: &mut World, wanted: &str) -> Result<String, RunError> {
    let (rows, _) = wr_runtime::run::runs(world, 10_000)?;
    if wanted == "latest" {
        return Ok(rows.first().map_or_else(|| wanted.to_owned(), |row| row.id.clone()));
    }
    let mut matching = rows.iter().filter(|row| row.id.starts_with(wanted));
    Ok(match (matching.next(), matching.next()) {
        (Some(only), None) => only.id.clone(),
        _ => wanted.to_owned(),
    })
}

pub(super) fn show(arguments: &Show, terminal: Terminal) -> Exit {
    let mut world = world(arguments.of.project.as_deref());
    let manifest = find(&mut world, &arguments.run).and_then(|run| wr_runtime::run::show(&mut world, &run));
    match manifest {
        Ok(manifest) if arguments.json => {
            say::result(&format!("{:#}\n", serde_json::to_value(&manifest).unwrap_or_default()));
            Exit::Done
        }
        Ok(manifest) => {
            let folder = world.folder(manifest.issued_from.as_ref().unwrap_or(&manifest.run));
            say::result(&page(&manifest, &folder, terminal));
            Exit::Done
        }
        Err(error) => say::failed(&error, terminal),
    }
}

fn page(manifest: &Manifest, folder: &Path, terminal: Terminal) -> String {
    let mut text = format!("{}  {}\n", terminal.bold(&manifest.title), manifest.status.as_str());
    text.push_str(&format!(
        "  {} of {}, by {}, {}\n\n",
        manifest.run,
        manifest.script,
        manifest.made_by,
        moment(&manifest.started_at, manifest)
    ));
    for value in manifest.values.iter().filter(|value| value.is_parameter) {
        text.push_str(&format!("  {}: {}\n", value.label, value.words));
    }
    text.push('\n');
    if let Some(earlier) = &manifest.issued_from {
        text.push_str(&format!("  gave out the files of {earlier}, which was made with the same values\n"));
    }
    text.push_str(&waterfall(manifest, terminal));
    text.push_str(&sources(manifest, terminal));
    text.push_str(&records(manifest));
    text.push_str(&reveals(manifest, terminal));
    for warning in &manifest.warnings {
        text.push_str(&format!("  {} {warning}\n", terminal.yellow("warning:")));
    }
    for one in manifest.expectations.iter().filter(|one| one.accepted.is_some()) {
        text.push_str(&format!("  let pass: {} ({})\n", one.words, one.accepted.as_deref().unwrap_or_default()));
    }
    if let Some(error) = &manifest.error {
        text.push_str(&format!("  {} {}: {}\n", terminal.red("error:"), error.code, error.message));
    }
    if let Some(voided) = &manifest.voided {
        text.push_str(&format!(
            "  taken back by {} at {}: {}\n",
            voided.by,
            moment(&voided.at, manifest),
            voided.reason
        ));
    }
    text.push_str(&links(manifest, folder, terminal));
    text
}

pub(super) fn void(arguments: &Void, terminal: Terminal) -> Exit {
    let mut world = world(arguments.of.project.as_deref());
    let voided = find(&mut world, &arguments.run)
        .and_then(|run| wr_runtime::run::void(&mut world, &run, &arguments.reason, &user()));
    match voided {
        Ok(manifest) => {
            let rows = manifest.voided.map_or(0, |voided| voided.rows);
            say::note(&format!("Run {} was taken back: {rows} recorded rows no longer count", manifest.run));
            Exit::Done
        }
        Err(error) => say::failed(&error, terminal),
    }
}
