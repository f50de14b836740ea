//! Where a script's project is: the folder of the nearest `wr.toml` at or above it (B19), and the loader of its texts.

use std::path::{Path, PathBuf};

use wr_base::loader::{LoadError, Loader};

/// A script within its project.
#[derive(Clone, Debug)]
pub(crate) struct Location {
    /// The project's folder, absolute.
    pub(crate) root: PathBuf,
    /// The script's path relative to `root`, with `/`.
    pub(crate) script: String,
}

/// Why a script cannot even be looked for.
#[derive(Debug)]
pub(crate) struct NotFound {
    pub(crate) path: PathBuf,
    pub(crate) why: String,
}

fn not_found(path: &Path, what: &str, error: &std::io::Error) -> NotFound {
    let is_missing = error.kind() == std::io::ErrorKind::NotFound;
    let why = if is_missing { format!("there is no such {what}") } else { error.to_string() };
    NotFound { path: path.to_owned(), why }
}

/// Finds the project of a script.
///
/// # Errors
/// When there is no such file.
pub(crate) fn locate(script: &Path) -> Result<Location, NotFound> {
    let absolute = std::fs::canonicalize(script).map_err(|error| not_found(script, "file", &error))?;
    if absolute.is_dir() {
        return Err(NotFound { path: script.to_owned(), why: "it is a folder, not a script".into() });
    }
    let folder = absolute.parent().unwrap_or(&absolute);
    let root = project_root(folder);
    let relative = absolute.strip_prefix(&root).unwrap_or(&absolute);
    Ok(Location { script: slashed(relative), root })
}

/// The project's folder for a folder in it: where the nearest `wr.toml` is, else the folder itself.
pub(crate) fn project_root(folder: &Path) -> PathBuf {
    let absolute = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let nearest = absolute.ancestors().find(|ancestor| ancestor.join("wr.toml").is_file());
    nearest.unwrap_or(&absolute).to_owned()
}

pub(crate) fn slashed(path: &Path) -> String {
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// Reads the project's texts from its folder.
pub(crate) struct FolderLoader {
    pub(crate) root: PathBuf,
}

impl Loader for FolderLoader {
    fn load(&self, path: &str) -> Result<String, LoadError> {
        let bytes = std::fs::read(self.root.join(path)).map_err(|error| {
            if error.kind() == std::io::ErrorKind::NotFound {
                LoadError::Missing
            } else {
                LoadError::Unreadable(error.to_string())
            }
        })?;
        String::from_utf8(bytes).map_err(|error| LoadError::NotText(error.utf8_error().valid_up_to()))
    }
}

/// Scripts among files and folders: files as they are, folders searched for `.wr` files, sorted, hidden ones left out.
///
/// # Errors
/// When a named path is not there.
pub(crate) fn scripts_in(paths: &[PathBuf]) -> Result<Vec<PathBuf>, NotFound> {
    let mut found = Vec::new();
    for path in paths {
        if let Some(matching) = matching(path)? {
            found.extend(matching);
            continue;
        }
        let missing = |error: std::io::Error| not_found(path, "file or folder", &error);
        if std::fs::metadata(path).map_err(missing)?.is_dir() {
            collect(path, &mut found).map_err(missing)?;
        } else {
            found.push(path.clone());
        }
    }
    Ok(found)
}

/// The files that a pattern names, sorted; `None` for a path that is none. Shells of some systems leave patterns to us.
fn matching(path: &Path) -> Result<Option<Vec<PathBuf>>, NotFound> {
    let Some(pattern) = path.to_str().filter(|text| text.contains(['*', '?', '[']) && !path.exists()) else {
        return Ok(None);
    };
    let not_found = |why: String| NotFound { path: path.to_owned(), why };
    let options = glob::MatchOptions { require_literal_leading_dot: true, ..glob::MatchOptions::default() };
    let paths = glob::glob_with(pattern, options).map_err(|error| not_found(error.msg.to_owned()))?;
    let mut found: Vec<PathBuf> = paths.filter_map(Result::ok).filter(|path| path.is_file()).collect();
    found.sort();
    if found.is_empty() { Err(not_found("no file has such a name".to_owned())) } else { Ok(Some(found)) }
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    let mut entries = std::fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let (path, name) = (entry.path(), entry.file_name());
        if name.to_string_lossy().starts_with('.') {
            continue;
        }
        if entry.file_type()?.is_dir() {
            collect(&path, found)?;
        } else if path.extension().is_some_and(|ending| ending == "wr") {
            found.push(path);
        }
    }
    Ok(())
}
