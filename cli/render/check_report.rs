//! What `wr check` found, for other programs: JSON of our own, SARIF 2.1.0, and the lines that GitHub shows beside a diff.
//!
//! Lines and columns count from 1, columns in characters.

use serde_json::{Value as Json, json};
use wr_base::diag::{Diagnostic, Fix, Safety, Severity};
use wr_base::source::SourceSet;
use wr_base::span::Span;

/// A diagnostic with its places resolved: spans of different analyses name different files by the same id.
pub(crate) struct Found {
    pub(crate) path: String,
    pub(crate) diagnostic: Diagnostic,
    region: Region,
    fixes: Vec<Vec<(String, Region)>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Region {
    start: (u32, u32),
    end: (u32, u32),
}

impl Found {
    /// `shown` is where a file of the project is for whoever reads this.
    pub(crate) fn new(diagnostic: &Diagnostic, sources: &SourceSet, shown: &dyn Fn(&str) -> String) -> Self {
        let resolve = |span: Span| {
            let (path, region) = resolve(span, sources);
            (shown(&path), region)
        };
        let place = |fix: &Fix| fix.edits.iter().map(|edit| resolve(edit.span)).collect();
        let (path, region) = resolve(diagnostic.primary.span);
        Self { path, region, fixes: diagnostic.fixes.iter().map(place).collect(), diagnostic: diagnostic.clone() }
    }

    /// One finding, though it was met on the way from several scripts.
    pub(crate) fn is(&self, other: &Self) -> bool {
        let key = |found: &Self| (found.path.clone(), found.diagnostic.code, found.region);
        key(self) == key(other) && self.diagnostic.headline == other.diagnostic.headline
    }

    const fn severity(&self) -> &'static str {
        match self.diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }
}

fn resolve(span: Span, sources: &SourceSet) -> (String, Region) {
    let Some(file) = sources.get(span.file) else { return (String::new(), Region { start: (1, 1), end: (1, 1) }) };
    let place = |offset: u32| {
        let (line, column) = file.line_column(offset);
        let start = file.line_start(line).unwrap_or(0);
        let characters = file.slice(start, start + column).chars().count();
        (line + 1, u32::try_from(characters).unwrap_or(u32::MAX).saturating_add(1))
    };
    (file.path.clone(), Region { start: place(span.start), end: place(span.end) })
}

#[must_use]
pub(crate) fn json(found: &[Found]) -> String {
    let of = |severity| found.iter().filter(|one| one.diagnostic.severity == severity).count();
    let documents: Vec<Json> = found.iter().map(document).collect();
    let (errors, warnings) = (of(Severity::Error), of(Severity::Warning));
    format!("{:#}\n", json!({ "errors": errors, "warnings": warnings, "diagnostics": documents }))
}

fn document(found: &Found) -> Json {
    let Found { diagnostic, region, .. } = found;
    let fixes: Vec<Json> = diagnostic
        .fixes
        .iter()
        .map(|fix| {
            let edits: Vec<Json> = fix
                .edits
                .iter()
                .map(|edit| json!({ "start": edit.span.start, "end": edit.span.end, "replacement": edit.replacement }))
                .collect();
            json!({ "title": fix.title, "safe": fix.safety == Safety::Safe, "edits": edits })
        })
        .collect();
    json!({
        "code": diagnostic.code.as_str(),
        "severity": found.severity(),
        "headline": diagnostic.headline,
        "label": diagnostic.primary.text,
        "path": found.path,
        "line": region.start.0,
        "column": region.start.1,
        "end_line": region.end.0,
        "end_column": region.end.1,
        "start": diagnostic.primary.span.start,
        "end": diagnostic.primary.span.end,
        "notes": diagnostic.notes,
        "help": diagnostic.help,
        "fixes": fixes,
    })
}

/// <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>
#[must_use]
pub(crate) fn sarif(found: &[Found]) -> String {
    let mut codes: Vec<_> = found.iter().map(|one| one.diagnostic.code).collect();
    codes.sort();
    codes.dedup();
    let rules: Vec<Json> = codes
        .iter()
        .map(|code| {
            let help = json!({ "text": code.page(), "markdown": code.page() });
            json!({ "id": code.as_str(), "shortDescription": { "text": code.title() }, "help": help })
        })
        .collect();
    let results: Vec<Json> = found
        .iter()
        .map(|one| {
            let fixes: Vec<Json> =
                one.diagnostic.fixes.iter().zip(&one.fixes).map(|(fix, at)| change(fix, at)).collect();
            json!({
                "ruleId": one.diagnostic.code.as_str(),
                "level": one.severity(),
                "message": { "text": message(&one.diagnostic) },
                "locations": [{
                    "physicalLocation": { "artifactLocation": { "uri": one.path }, "region": region(one.region) },
                }],
                "fixes": fixes,
            })
        })
        .collect();
    let driver = json!({ "name": "wr", "version": env!("CARGO_PKG_VERSION"), "rules": rules });
    let run = json!({ "tool": { "driver": driver }, "columnKind": "unicodeCodePoints", "results": results });
    let schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
    format!("{:#}\n", json!({ "$schema": schema, "version": "2.1.0", "runs": [run] }))
}

fn region(Region { start, end }: Region) -> Json {
    json!({ "startLine": start.0, "startColumn": start.1, "endLine": end.0, "endColumn": end.1 })
}

fn change(fix: &Fix, places: &[(String, Region)]) -> Json {
    let changes: Vec<Json> = fix
        .edits
        .iter()
        .zip(places)
        .map(|(edit, (path, at))| {
            let replacement = json!({ "deletedRegion": region(*at), "insertedContent": { "text": edit.replacement } });
            json!({ "artifactLocation": { "uri": path }, "replacements": [replacement] })
        })
        .collect();
    json!({ "description": { "text": fix.title }, "artifactChanges": changes })
}

/// `::error file=…,line=…::words`, as GitHub reads it from the output of a step.
#[must_use]
pub(crate) fn github(found: &[Found]) -> String {
    let line = |one: &Found| {
        let Region { start, end } = one.region;
        // A range over several lines has no columns.
        let columns = if start.0 == end.0 { format!(",col={},endColumn={}", start.1, end.1) } else { String::new() };
        format!(
            "::{} file={},line={},endLine={}{columns},title={}::{}\n",
            one.severity(),
            escaped(&one.path).replace(':', "%3A").replace(',', "%2C"),
            start.0,
            end.0,
            one.diagnostic.code,
            escaped(&message(&one.diagnostic))
        )
    };
    found.iter().map(line).collect()
}

fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// All that a person has to read, in one text.
fn message(diagnostic: &Diagnostic) -> String {
    let mut lines = vec![diagnostic.headline.clone()];
    lines.extend(diagnostic.notes.iter().cloned());
    lines.extend(diagnostic.help.iter().cloned());
    lines.extend(diagnostic.fixes.iter().map(|fix| format!("fix: {}", fix.title)));
    lines.join("\n")
}
