//! Reading Markdown, scripts and diagnostics.

use std::path::PathBuf;

use wr_base::diag::Diagnostic;
use wr_base::source::SourceText;
use wr_base::span::FileId;
use wr_syntax::Parsed;

pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub(crate) fn read(text: &str) -> Parsed {
    wr_syntax::parse(text, FileId(0))
}

pub(crate) fn tree(text: &str) -> String {
    wr_syntax::ast::print::print(&read(text).file)
}

/// All files with an ending under a folder of the repository, sorted.
pub(crate) fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    fn walk(folder: PathBuf, ending: &str, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(path, ending, found);
            } else if path.extension().is_some_and(|extension| extension == ending) {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(root().join(folder), ending, &mut found);
    found.sort();
    assert!(!found.is_empty(), "no .{ending} under {folder}");
    found
}

/// Every script of the repository by name: the examples, and the blocks of the pages, sound ones and broken ones.
pub(crate) fn scripts() -> Vec<(String, String)> {
    let text = |path: &PathBuf| std::fs::read_to_string(path).unwrap();
    let mut scripts: Vec<(String, String)> =
        files("examples", "wr").iter().map(|path| (path.display().to_string(), text(path))).collect();
    for folder in ["tests/syntax", "tests/types", "docs"] {
        for path in files(folder, "md") {
            let wr = |block: &Block| block.info.split(' ').next() == Some("wr");
            let named = |block: Block| (format!("{}:{}", path.display(), block.lines.start), block.text);
            scripts.extend(blocks(&text(&path)).into_iter().filter(wr).map(named));
        }
    }
    scripts
}

/// A fenced block: its info string, its text, and the lines between which the text stands.
pub(crate) struct Block {
    pub(crate) info: String,
    pub(crate) text: String,
    pub(crate) lines: std::ops::Range<usize>,
}

pub(crate) fn blocks(markdown: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut open: Option<(String, usize)> = None;
    for (at, line) in markdown.lines().enumerate() {
        match (&open, line.strip_prefix("```")) {
            (None, Some(info)) => open = Some((info.to_owned(), at + 1)),
            (Some((info, start)), Some("")) => {
                let text: String =
                    markdown.lines().skip(*start).take(at - start).map(|line| format!("{line}\n")).collect();
                found.push(Block { info: info.clone(), text, lines: *start..at });
                open = None;
            }
            _ => {}
        }
    }
    found
}

/// One line for a diagnostic, and one for each fix.
pub(crate) fn render(text: &str, diagnostics: &[Diagnostic]) -> String {
    let source = SourceText::new("test.wr", text);
    let mut out = String::new();
    for diagnostic in diagnostics {
        let (start, end) = (diagnostic.primary.span.start, diagnostic.primary.span.end);
        let (line, column) = source.line_column(start);
        let words = source.slice(start, end);
        let (code, headline, label) = (diagnostic.code, &diagnostic.headline, &diagnostic.primary.text);
        out.push_str(&format!("{code} {}:{} {headline} | {words} | {label}\n", line + 1, column + 1));
        if let Some(help) = &diagnostic.help {
            out.push_str(&format!("  help: {help}\n"));
        }
        for fix in &diagnostic.fixes {
            out.push_str(&format!("  fix: {}\n", fix.title));
        }
    }
    out
}

/// The text with the first fix of every diagnostic applied; `None` if one has none.
pub(crate) fn fixed(text: &str, diagnostics: &[Diagnostic]) -> Option<String> {
    let mut edits = Vec::new();
    for diagnostic in diagnostics {
        edits.extend(diagnostic.fixes.first()?.edits.iter().cloned());
    }
    edits.sort_by_key(|edit| edit.span);
    edits.dedup();
    let mut out = text.to_owned();
    for edit in edits.iter().rev() {
        out.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.replacement);
    }
    Some(out)
}
