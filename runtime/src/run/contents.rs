//! Outputs of a plan and their rows to files that are ready to be written: names, headings, columns; and what the sheet
//! about the report says.

use wr_base::ids::StepId;
use wr_plan::declaration::{Export, Message, MessagePart};
use wr_plan::logical::StepInfo;
use wr_plan::physical::PhysicalPlan;

use super::manifest::{Manifest, ManifestReveal, ManifestSheet, ManifestStep};
use super::request::PreviewSheet;
use super::sheets::sheets_of;
use super::words::{Known, Style};
use crate::error::RunError;
use crate::export::{About, AboutLine, FileContent, SheetContent, digest::digest, name};
use crate::local::Computed;

/// The names of all files, in the order of the exports. Known before anything is read.
pub(super) fn names(plan: &PhysicalPlan, known: &Known<'_>) -> Result<Vec<String>, RunError> {
    let mut names: Vec<String> = Vec::new();
    for export in &plan.exports {
        let name = known.fill(export.step, &export.file_name, Style::Canonical)?;
        if let Some(problem) = name::problem(&name) {
            let label = guilty(known, export.step, &export.file_name)?;
            return Err(crate::export::errors::file_name(export.step, &name, &problem, label.as_deref()));
        }
        names.push(name);
        let all: Vec<&str> = names.iter().map(String::as_str).collect();
        if let Some((first, second)) = name::clash(&all) {
            return Err(crate::export::errors::same_file_name(export.step, first, second));
        }
    }
    Ok(names)
}

/// The label of the parameter whose value spoils a name: one that cannot be part of any name, else the longest.
fn guilty(known: &Known<'_>, step: StepId, message: &Message) -> Result<Option<String>, RunError> {
    let mut holes = Vec::new();
    for part in &message.parts {
        match part {
            MessagePart::Text(_) => {}
            MessagePart::Hole(expr) => {
                let text = known.evaluate(step, expr)?.canonical();
                let mut of_value = known.request.values.iter().filter(|value| value.is_parameter);
                let label = of_value.find(|value| value.value.canonical() == text).map(|value| value.label.clone());
                holes.push((text, label));
            }
            MessagePart::LabelOf(id) => {
                if let Some(value) = known.request.value(*id) {
                    holes.push((value.words.clone(), Some(value.label.clone())));
                }
            }
        }
    }
    let bad = holes.iter().find(|(text, _)| text.chars().any(name::is_bad));
    let longest = holes.iter().max_by_key(|(text, _)| text.len());
    Ok(bad.or(longest).and_then(|(_, label)| label.clone()))
}

/// Files with their rows.
pub(super) fn files(
    plan: &PhysicalPlan,
    computed: &Computed,
    names: &[String],
    known: &Known<'_>,
) -> Result<Vec<FileContent>, RunError> {
    plan.exports.iter().zip(names).map(|(export, name)| file(export, name, computed, known)).collect()
}

fn file(export: &Export, name: &str, computed: &Computed, known: &Known<'_>) -> Result<FileContent, RunError> {
    let mut sheets = Vec::new();
    for content in &export.sheets {
        sheets.extend(sheets_of(content, export.format, computed, known)?);
    }
    Ok(FileContent {
        step: export.step,
        name: name.to_owned(),
        format: export.format,
        with: export.with.clone(),
        sheets,
    })
}

/// What the manifest says of a sheet.
pub(super) fn described(sheet: &SheetContent) -> ManifestSheet {
    let personal = sheet.columns.iter().filter(|column| column.marks.personal);
    ManifestSheet {
        title: sheet.title.clone(),
        rows: sheet.rows as u64,
        columns: sheet.columns.iter().map(|column| column.heading.clone()).collect(),
        personal: personal.map(|column| column.heading.clone()).collect(),
        digest: digest(sheet),
    }
}

pub(super) fn preview(files: &[FileContent], count: usize) -> Vec<PreviewSheet> {
    let sheets = files.iter().flat_map(|file| file.sheets.iter().map(|sheet| (file.name.clone(), sheet)));
    sheets
        .map(|(file, sheet)| PreviewSheet {
            file,
            title: sheet.title.clone(),
            headings: sheet.columns.iter().map(|column| column.heading.clone()).collect(),
            rows: (0..sheet.rows.min(count))
                .map(|row| sheet.columns.iter().map(|column| column.cells.get(row)).collect())
                .collect(),
            total: sheet.rows,
        })
        .collect()
}

/// The lines of the waterfall, in the script's order. A pipeline within another has none: the step that reads it tells what
/// became of it. Nor has a branch: the split tells how many rows each got.
pub(super) fn steps(plan: &PhysicalPlan, computed: &Computed) -> Vec<ManifestStep> {
    let taken = computed.waterfall.iter().map(|counted| (counted.step, Some(counted)));
    let not_taken = plan.not_taken.iter().map(|step| (*step, None));
    let mut counted: Vec<_> = taken.chain(not_taken).collect();
    counted.sort_by_key(|(step, _)| *step);
    let mut lines: Vec<ManifestStep> = Vec::new();
    for (step, counted) in counted {
        let Some(info) = plan.steps.get(step) else { continue };
        let found = info.relation.and_then(|id| plan.relations.get(id)).and_then(|found| found.name.as_deref());
        let Some(relation) = found.filter(|_| info.word != StepInfo::BRANCH) else { continue };
        let relation = relation.strip_suffix(".*").unwrap_or(relation).to_owned();
        let line = ManifestStep {
            relation,
            words: info.words.clone(),
            rows: counted.and_then(|counted| counted.rows),
            unmatched: counted.and_then(|counted| counted.unmatched),
            note: counted.and_then(|counted| counted.note.clone()),
        };
        match lines.last_mut() {
            // A statement that is more than one step to us is one to its reader.
            Some(last) if (&last.relation, &last.words) == (&line.relation, &line.words) => *last = line,
            _ => lines.push(line),
        }
    }
    lines
}

/// The held rows that leave, with the reason for each.
pub(super) fn reveals(plan: &PhysicalPlan, computed: &Computed) -> Vec<ManifestReveal> {
    let used = plan.reveals.iter().filter(|reveal| !reveal.sheets.is_empty());
    used.map(|reveal| ManifestReveal {
        relation: reveal.words.clone(),
        reason: reveal.reason.clone(),
        rows: computed.frames.get(&reveal.relation).map_or(0, |frame| frame.rows() as u64),
    })
    .collect()
}

/// What the workbook says about itself. Nothing of it tells one run from another of the same values and data.
pub(super) fn about(plan: &PhysicalPlan, manifest: &Manifest) -> About {
    let pair = |name: &str, value: &str| AboutLine::Pair { name: name.to_owned(), value: value.to_owned() };
    let mut lines = vec![AboutLine::Title(manifest.title.clone())];
    if !plan.report.doc.is_empty() {
        lines.push(AboutLine::Text(plan.report.doc.clone()));
    }
    lines.push(AboutLine::Heading("Parameters".to_owned()));
    for value in manifest.values.iter().filter(|value| value.is_parameter) {
        lines.push(pair(&value.label, &value.words));
    }
    lines.push(AboutLine::Heading("Script".to_owned()));
    lines.push(pair("Path", &manifest.script));
    lines.push(pair("SHA-256", &manifest.script_sha256));
    lines.push(pair("Time zone", &manifest.zone));
    if !manifest.reveals.is_empty() {
        lines.push(AboutLine::Heading("Held rows that were revealed".to_owned()));
    }
    for reveal in &manifest.reveals {
        lines.push(pair(&reveal.relation, &reveal.reason));
    }
    lines.push(AboutLine::Heading("Rows after each step".to_owned()));
    let mut relation = "";
    for step in &manifest.steps {
        if step.relation != relation {
            relation = &step.relation;
            lines.push(AboutLine::Relation(relation.to_owned()));
        }
        lines.push(match (step.rows, &step.note) {
            // Taken, but not counted by itself.
            (None, Some(_)) => pair("–", &step.words),
            (rows, _) => AboutLine::Step { words: step.words.clone(), rows },
        });
        if let Some(note) = &step.note {
            lines.push(AboutLine::Text(format!("… {note}")));
        }
        if let Some(unmatched) = step.unmatched.filter(|count| *count > 0) {
            lines.push(AboutLine::Step {
                words: "… of the rows before it found no match".to_owned(),
                rows: Some(unmatched),
            });
        }
    }
    About { lines }
}
