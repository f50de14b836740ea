//! Source texts and their lines: bytes ↔ line and column.

use std::sync::{Arc, OnceLock};

use crate::span::{FileId, Span};

/// One file's text with a table of its line starts. Lines and columns count from 0; columns are bytes.
#[derive(Clone, Debug)]
pub struct SourceText {
    /// The path as the reader knows it, relative to the project, with `/`.
    pub path: String,
    pub text: Arc<str>,
    /// Looked for when somebody asks: most texts are never shown, and a schema file has thousands of lines.
    line_starts: OnceLock<Vec<u32>>,
}

impl SourceText {
    #[must_use]
    pub fn new(path: impl Into<String>, text: impl Into<Arc<str>>) -> Self {
        Self { path: path.into(), text: text.into(), line_starts: OnceLock::new() }
    }

    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let ends = memchr::memchr_iter(b'\n', self.text.as_bytes());
            std::iter::once(0).chain(ends.map(|end| end as u32 + 1)).collect()
        })
    }

    /// Line and column (both from 0, column in bytes) of a byte offset; offsets past the end give the end.
    #[must_use]
    pub fn line_column(&self, offset: u32) -> (u32, u32) {
        let offset = offset.min(self.text.len() as u32);
        let starts = self.line_starts();
        let line = starts.partition_point(|start| *start <= offset).saturating_sub(1);
        (line as u32, offset - starts.get(line).copied().unwrap_or(0))
    }

    /// The byte offset at which a line begins.
    #[must_use]
    pub fn line_start(&self, line: u32) -> Option<u32> {
        self.line_starts().get(line as usize).copied()
    }

    #[must_use]
    pub fn line_count(&self) -> u32 {
        self.line_starts().len() as u32
    }

    /// The words at `start..end`; empty where the range is not on character borders or outside of the text.
    #[must_use]
    pub fn slice(&self, start: u32, end: u32) -> &str {
        self.text.get(start as usize..end as usize).unwrap_or("")
    }
}

/// The files of one analysis, by [`FileId`].
#[derive(Clone, Debug, Default)]
pub struct SourceSet {
    files: Vec<SourceText>,
}

impl SourceSet {
    pub fn add(&mut self, source: SourceText) -> FileId {
        let id = FileId(self.files.len() as u32);
        self.files.push(source);
        id
    }

    #[must_use]
    pub fn get(&self, file: FileId) -> Option<&SourceText> {
        self.files.get(file.0 as usize)
    }

    #[must_use]
    pub fn find(&self, path: &str) -> Option<FileId> {
        self.files.iter().position(|file| file.path == path).map(|at| FileId(at as u32))
    }

    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceText)> {
        self.files.iter().enumerate().map(|(at, file)| (FileId(at as u32), file))
    }

    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.get(span.file).map_or("", |file| file.slice(span.start, span.end))
    }
}
