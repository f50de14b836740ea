//! What must be true of a project at every moment of a run, and what after a person ran the same values again. Looked at
//! with the file system and SQLite alone, so that no mistake of `wr` hides itself.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};
use wr_runtime::files::hash_bytes;

use crate::support::csv;
use crate::support::project::repository;

/// A mailing, a person, a group.
type Recorded = Vec<[String; 3]>;

/// What a run leaves that nothing disturbs.
pub(crate) struct Undisturbed {
    /// `push_campaign`.
    pub(crate) script: &'static str,
    /// Name and content of each file.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    /// As Python computed it; nothing for a report without `record`.
    history: Recorded,
}

impl Undisturbed {
    /// From the folder of a run of `script` with the values of a case in `tests/expected`.
    pub(crate) fn new(script: &'static str, case: &str, folder: &Path) -> Self {
        let answer = repository().join("tests/expected").join(script).join(case).join("record.csv");
        let history = match std::fs::read_to_string(answer) {
            Ok(text) => csv::parse(&text)
                .into_iter()
                .skip(1)
                .map(|row| [0, 1, 2].map(|at| row[at].clone().unwrap()))
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect(),
            Err(_) => Recorded::new(),
        };
        Self { script, files: files(folder), history }
    }

    pub(crate) fn has_record(&self) -> bool {
        !self.history.is_empty()
    }

    /// At every moment: a folder that can be seen has all of its files, whole, and a manifest that says so; or it has none.
    pub(crate) fn nothing_partial(&self, root: &Path, when: &str) {
        for run in visible_runs(root) {
            let files = files(&run);
            if files.is_empty() {
                // Empty for the moment between making a failed run's folder and its manifest.
                let status = manifest(&run).map(|manifest| manifest["status"].as_str().unwrap().to_owned());
                let is_over = |status: &str| ["failed", "cancelled", "died"].contains(&status);
                assert!(status.as_deref().is_none_or(is_over), "{when}: {} is {status:?}", run.display());
                continue;
            }
            self.same_files(&run, &files, when);
        }
        let latest = root.join("out/latest").join(self.script);
        if latest.is_symlink() {
            self.same_files(&latest, &files(&latest), when);
        }
    }

    fn same_files(&self, run: &Path, found: &BTreeMap<String, Vec<u8>>, when: &str) {
        let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(found), names(&self.files), "{when}: {}", run.display());
        for (name, content) in found {
            assert!(*content == self.files[name], "{when}: {name} in {} has other bytes", run.display());
        }
        let manifest = manifest(run).unwrap_or_else(|| panic!("{when}: {} has no manifest", run.display()));
        assert_eq!(manifest["status"], "finished", "{when}");
        for file in manifest["files"].as_array().unwrap() {
            let content = &found[file["name"].as_str().unwrap()];
            assert_eq!(file["sha256"].as_str(), Some(hash_bytes(content).as_str()), "{when}");
        }
    }

    /// After the same values were run again in a world that works, and gave `folder`: as if nothing had ever gone wrong.
    pub(crate) fn all_is_well(&self, root: &Path, folder: &Path, when: &str) {
        self.nothing_partial(root, when);
        self.same_files(folder, &files(folder), when);
        let latest = root.join("out/latest").join(self.script).canonicalize();
        assert_eq!(latest.unwrap_or_else(|error| panic!("{when}: {error}")), folder.canonicalize().unwrap(), "{when}");
        let hidden: Vec<String> = all_names(&root.join("out")).into_iter().filter(|name| name.contains("/.")).collect();
        assert_eq!(hidden, Vec::<String>::new(), "{when}: hidden or temporary files");
        assert_eq!(all_names(&root.join(".wr")), ["/gate", "/locks", "/store.sqlite"], "{when}");
        let whole = visible_runs(root).iter().filter(|run| !files(run).is_empty()).count();
        assert!(whole == 1 || !self.has_record(), "{when}: {whole} lists of one mailing");
        self.store(root, when);
    }

    fn store(&self, root: &Path, when: &str) {
        let path = root.join(".wr/store.sqlite");
        let store = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
        let number = |sql: &str| store.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
        let check: String = store.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(check, "ok", "{when}");
        assert_eq!(number("SELECT count(*) FROM intents"), 0, "{when}: an intent is left");
        assert_eq!(number("SELECT count(*) FROM runs WHERE settled = 0"), 0, "{when}: a run is not settled");
        let open = "SELECT count(*) FROM runs WHERE status IN ('running', 'committed')";
        assert_eq!(number(open), 0, "{when}: a run is noted as going on");
        assert_eq!(number("SELECT count(*) FROM wr_runs"), i64::from(self.has_record()), "{when}: commits");
        if !self.has_record() {
            return;
        }
        let mut statement = store.prepare("SELECT sub_id, user_id, grp FROM \"crm.mailing_history\"").unwrap();
        let mut recorded: Recorded = statement
            .query_map([], |row| Ok([row.get(0)?, row.get::<_, i64>(1)?.to_string(), row.get(2)?]))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        recorded.sort();
        let people: BTreeSet<&[String; 3]> = recorded.iter().collect();
        assert_eq!(people.len(), recorded.len(), "{when}: somebody is recorded twice");
        assert!(recorded == self.history, "{when}: {} rows, not the {}", recorded.len(), self.history.len());
        let group = |name: &str| -> BTreeSet<&str> {
            recorded.iter().filter(|row| row[2] == name).map(|row| row[1].as_str()).collect()
        };
        let (control, test) = (group("control"), group("test"));
        for content in self.files.values() {
            let rows = csv::parse(std::str::from_utf8(content).unwrap());
            let mailed: BTreeSet<&str> = rows[1..].iter().map(|row| row[0].as_deref().unwrap()).collect();
            assert_eq!(mailed.intersection(&control).count(), 0, "{when}: people of the control group are mailed");
            assert_eq!(mailed, test, "{when}: the file and the test group");
        }
    }
}

/// The folders of runs that people see.
pub(crate) fn visible_runs(root: &Path) -> Vec<PathBuf> {
    let runs = root.join("out/runs");
    let Ok(entries) = std::fs::read_dir(runs) else { return Vec::new() };
    let mut runs: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    runs.retain(|run| !run.file_name().unwrap().to_string_lossy().starts_with('.'));
    runs.sort();
    runs
}

/// Files of a run's folder but its manifest, those included that should not be there.
pub(crate) fn files(run: &Path) -> BTreeMap<String, Vec<u8>> {
    let Ok(entries) = std::fs::read_dir(run) else { return BTreeMap::new() };
    entries
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), entry.path()))
        .filter(|(name, _)| name != "manifest.json" && name != ".manifest.json.new")
        .map(|(name, path)| (name, std::fs::read(path).unwrap()))
        .collect()
}

fn manifest(run: &Path) -> Option<serde_json::Value> {
    let text = std::fs::read_to_string(run.join("manifest.json")).ok()?;
    Some(serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", run.display())))
}

/// Every name below a folder, as `/a/b`, sorted; links are not followed.
fn all_names(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&next) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            names.push(format!("/{}", path.strip_prefix(folder).unwrap().to_string_lossy()));
            if path.is_dir() && !path.is_symlink() {
                folders.push(path);
            }
        }
    }
    names.sort();
    names
}
