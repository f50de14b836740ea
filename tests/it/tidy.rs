//! The rules of the house that a machine can watch: directions between crates, words that may stand in one place only, sizes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Rust files under a folder of the repository, relative, sorted.
fn rust_files(folder: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                files.push(path.strip_prefix(root()).unwrap().to_owned());
            }
        }
    }
    files.sort();
    files
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

/// The `wr-…` crates and notable others that a manifest names under `[dependencies]`.
fn dependencies(manifest: &str) -> BTreeSet<String> {
    let manifest: toml::Table = read(Path::new(manifest)).parse().unwrap();
    manifest["dependencies"].as_table().unwrap().keys().cloned().collect()
}

#[test]
fn crates_depend_downwards_only() {
    let allowed: &[(&str, &[&str])] = &[
        ("lang/base", &[]),
        ("lang/syntax", &["wr-base"]),
        ("lang/plan", &["wr-base"]),
        ("lang/sema", &["wr-base", "wr-syntax", "wr-plan", "wr-secret"]),
        ("runtime", &["wr-base", "wr-plan", "wr-amplitude", "wr-secret"]),
        ("runtime/amplitude", &["wr-base", "wr-secret"]),
        ("runtime/secret", &[]),
        ("lsp", &["wr-base", "wr-syntax", "wr-plan", "wr-sema"]),
        ("tests/amplitude_server", &[]),
        ("tests/reference", &["wr-base", "wr-plan", "wr-sema"]),
    ];
    for (folder, may) in allowed {
        let named = dependencies(&format!("{folder}/Cargo.toml"));
        let ours: BTreeSet<&str> = named.iter().map(String::as_str).filter(|name| name.starts_with("wr-")).collect();
        let may: BTreeSet<&str> = may.iter().copied().collect();
        assert!(ours.is_subset(&may), "{folder} depends on {:?}", ours.difference(&may));
        let io = ["polars", "tokio", "reqwest", "rusqlite", "clickhouse", "tiberius"];
        if folder.starts_with("lang/") {
            assert!(io.iter().all(|name| !named.contains(*name)), "{folder} can reach the outside world");
        }
    }
}

/// A word that may stand in some files only. Comments count: a name in a comment is a knowledge too many.
fn only_in(word: &str, folder: &str, allowed: &[&str]) {
    for file in rust_files(folder) {
        let name = file.to_string_lossy().replace('\\', "/");
        let code: String = read(&file).lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        // `proptest` is no `pest`.
        let stands = code.match_indices(word).any(|(at, _)| !code[..at].ends_with(char::is_alphanumeric));
        assert!(
            !stands || allowed.iter().any(|prefix| name.starts_with(prefix)),
            "`{word}` stands in {name}; it belongs in {allowed:?}"
        );
    }
}

#[test]
fn each_library_stays_in_its_place() {
    only_in("pest", "lang", &["lang/syntax/src/parse", "lang/syntax/tests"]);
    only_in("polars", "cli", &[]);
    only_in("rust_xlsxwriter", "runtime", &["runtime/src/export/xlsx"]);
    only_in("rusqlite", "runtime", &["runtime/src/store"]);
    only_in("miette", "runtime", &[]);
    only_in("miette", "cli", &["cli/render"]);
    only_in("inquire", "cli", &["cli/prompt.rs"]);
    only_in("std::fs", "lang", &["lang/sema/tests", "lang/plan/tests", "lang/syntax/tests"]);
    only_in("SystemTime", "lang", &[]);
    only_in("wr_syntax", "runtime", &[]);
    only_in("wr_sema", "runtime", &[]);
}

#[test]
fn the_reference_does_not_ask_the_evaluator() {
    only_in("evaluate::evaluate", "tests/reference/src", &[]);
    only_in("wr_plan::evaluate", "tests/reference/src", &[]);
    only_in("wr_plan::rules", "tests/reference/src", &[]);
}

#[test]
fn no_file_grows_past_its_subject() {
    for folder in ["lang", "runtime", "cli", "lsp/src"] {
        for file in rust_files(folder) {
            let lines = read(&file).lines().count();
            let is_test = file.components().any(|part| part.as_os_str() == "tests")
                || file.file_name().is_some_and(|name| name == "tests.rs");
            assert!(is_test || lines <= 800, "{} has {lines} lines: what belongs elsewhere?", file.display());
        }
    }
}

#[test]
fn every_module_says_what_it_is() {
    for folder in ["lang", "runtime", "cli", "lsp/src", "tests/reference", "tests/amplitude_server", "tests/it"] {
        for file in rust_files(folder) {
            assert!(read(&file).starts_with("//!"), "{} does not begin with `//!`", file.display());
        }
    }
}
