//! The only way in which the language gets a file's text.

/// Hands out texts by path. Paths are relative to the project's folder (where `wr.toml` stands), with `/`.
pub trait Loader {
    /// # Errors
    /// [`LoadError`] in words for the reader of a script.
    fn load(&self, path: &str) -> Result<String, LoadError>;
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoadError {
    Missing,
    /// There, but unreadable: the operating system's words.
    Unreadable(String),
    /// Not UTF-8; the byte at which it stops to be.
    NotText(usize),
}

/// Texts in memory: tests, and editors with unsaved buffers.
#[derive(Clone, Debug, Default)]
pub struct MemoryLoader(pub std::collections::BTreeMap<String, String>);

impl Loader for MemoryLoader {
    fn load(&self, path: &str) -> Result<String, LoadError> {
        self.0.get(path).cloned().ok_or(LoadError::Missing)
    }
}
