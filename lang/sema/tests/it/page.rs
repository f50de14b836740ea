//! Markdown pages with scripts in them, and what an analysis says of one.

use std::path::{Path, PathBuf};

use wr_base::diag::{Diagnostic, Edit};
use wr_base::loader::MemoryLoader;
use wr_sema::project::{PROJECT_FILE, Project, read_project};
use wr_sema::{Analysis, analyse, shared_seeds};

pub(crate) use crate::markdown::blocks;

/// The file that a block is, as far as it does not say otherwise.
pub(crate) const SCRIPT: &str = "script.wr";

pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The pages of a folder by name, in order.
pub(crate) fn pages(folder: &str) -> Vec<(String, String)> {
    let folder = repository().join(folder);
    let mut pages = Vec::new();
    for entry in std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "md") {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            pages.push((name, std::fs::read_to_string(&path).unwrap()));
        }
    }
    pages.sort();
    pages
}

/// The files of a block. A line `# file: lib/people.wr` begins another one; what stands before the first is the script.
pub(crate) fn files(text: &str) -> MemoryLoader {
    let mut loader = MemoryLoader::default();
    let mut name = SCRIPT.to_owned();
    for line in text.lines() {
        if let Some(other) = line.strip_prefix("# file: ") {
            name = other.trim().to_owned();
            loader.0.entry(name.clone()).or_default();
            continue;
        }
        let file = loader.0.entry(name.clone()).or_default();
        file.push_str(line);
        file.push('\n');
    }
    loader.0.entry(SCRIPT.to_owned()).or_default();
    loader
}

/// What is said about the files: of `wr.toml`, where there is one, and of the script.
pub(crate) fn check(loader: &MemoryLoader) -> (Vec<Diagnostic>, Analysis) {
    let (project, mut said) = if loader.0.contains_key(PROJECT_FILE) {
        let file = read_project(loader);
        (file.project, file.diagnostics)
    } else {
        (Project::default(), Vec::new())
    };
    let analysis = analyse(loader, SCRIPT, &project);
    said.extend(analysis.diagnostics.iter().cloned());
    // Other files that put something out are reports of the same project.
    let is_report = |(path, text): &(&String, &String)| *path != SCRIPT && text.contains("\nexport ");
    let others: Vec<Analysis> =
        loader.0.iter().filter(is_report).map(|(path, _)| analyse(loader, path, &project)).collect();
    let others: Vec<&Analysis> = others.iter().collect();
    said.extend(shared_seeds(&analysis, &others));
    (said, analysis)
}

/// The files after some changes. Changes are made from the end, so that they do not move each other.
pub(crate) fn edited(loader: &MemoryLoader, analysis: &Analysis, edits: &[Edit]) -> MemoryLoader {
    let mut loader = loader.clone();
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|edit| (edit.span.file, edit.span.start));
    edits.dedup();
    for edit in edits.into_iter().rev() {
        let path = &analysis.sources.get(edit.span.file).unwrap().path;
        let text = loader.0.get_mut(path).unwrap();
        text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.replacement);
    }
    loader
}

/// One line per diagnostic, for messages of failed tests.
pub(crate) fn listed(said: &[Diagnostic], analysis: &Analysis) -> String {
    let line = |diagnostic: &Diagnostic| {
        let words = analysis.sources.slice(diagnostic.primary.span);
        format!("  {} at `{words}`: {}\n", diagnostic.code, diagnostic.headline)
    };
    said.iter().map(line).collect()
}
