//! What people are told when data, disk, store or values are wrong: each case is run by the program on a copy of the sample
//! project, and everything that it says is compared with a page that reviewers read: `tests/cli/bad_data.md`.
//!
//! Besides, each case leaves what was there as it was: files, links, recorded rows; and nothing new can be seen.
//! `WR_UPDATE=1` writes the page anew.

mod disk;
mod files;
mod store;
mod values;

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use rusqlite::{Connection, OpenFlags};

use crate::support::project::{Answer, Project, repository};

pub(crate) struct Case {
    /// What is wrong.
    title: &'static str,
    prepare: Box<dyn Fn(&Project) + Send + Sync>,
    arguments: Vec<&'static str>,
    /// The largest file that the program may write, in blocks of 512 bytes.
    largest_file: Option<u32>,
    code: i32,
}

impl Case {
    fn new(
        title: &'static str,
        command: &'static str,
        code: i32,
        prepare: impl Fn(&Project) + Send + Sync + 'static,
    ) -> Self {
        Self { title, prepare: Box::new(prepare), arguments: command.split(' ').collect(), largest_file: None, code }
    }
}

/// The sample project in which each report ran once. Copied for each case.
fn after_a_run() -> Project {
    static RAN: OnceLock<Project> = OnceLock::new();
    let ran = RAN.get_or_init(|| {
        let project = Project::examples();
        // What a case changes, the tests of a script would tell, too.
        for script in ["push_campaign.wr", "partner_cards.wr"] {
            let text = std::fs::read_to_string(project.path(script)).unwrap();
            let tests = text.find("\ntest \"").unwrap_or(text.len());
            project.write(script, &text[..tests]);
        }
        project.run("push_campaign.wr");
        project.run("partner_cards.wr");
        project
    });
    ran.clone_whole()
}

fn command(project: &Project, case: &Case) -> Command {
    let mut command = match case.largest_file {
        None => project.command(&case.arguments),
        Some(blocks) => {
            // Without the signal, a write past the limit fails as on a full disk.
            let limited = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
            let mut command = Command::new("sh");
            command.current_dir(&project.root).stdin(std::process::Stdio::null());
            command.args(["-c", &limited, env!("CARGO_BIN_EXE_wr")]).args(&case.arguments);
            command
        }
    };
    command.env("USER", "anna");
    command
}

/// Files below `out/` with their content; links with where they lead.
fn seen(project: &Project) -> BTreeMap<String, Vec<u8>> {
    let content = |path: String| {
        let at = project.path("out").join(&path);
        let content = match std::fs::read_link(&at) {
            Ok(target) => target.to_string_lossy().into_owned().into_bytes(),
            Err(_) => std::fs::read(&at).unwrap(),
        };
        (path, content)
    };
    project.files("out").into_iter().map(content).collect()
}

/// Every recorded row. `None`: there is no store that can be read.
fn recorded(project: &Project) -> Option<Vec<String>> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let store = Connection::open_with_flags(project.path(".wr/store.sqlite"), flags).ok()?;
    let mut statement = store.prepare("SELECT * FROM \"crm.mailing_history\" ORDER BY rowid").ok()?;
    let row = |row: &rusqlite::Row<'_>| (0..6).map(|at| Ok(format!("{:?}", row.get_ref(at)?))).collect();
    let rows: Result<Vec<Vec<String>>, rusqlite::Error> = statement.query_map([], row).ok()?.collect();
    Some(rows.ok()?.into_iter().map(|row| row.join(" ")).collect())
}

/// What `wr` said, without what differs from run to run.
fn words(project: &Project, answer: &Answer) -> String {
    let root = project.root.to_string_lossy();
    let text = answer.err.replace(&*root, "/project");
    let text = replaced(&text, r"\d{8}-\d{6}-[0-9a-f]{8}", "<run>");
    let text = replaced(&text, r"at \d{4}-\d\d-\d\d \d\d:\d\d", "at <time>");
    // Of a file with several broken pages its reader names the one that it met first, which is chance.
    let text = replaced(&text, r"parquet: .*", "parquet: <what its reader says>");
    text.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

fn replaced(text: &str, pattern: &str, by: &str) -> String {
    regex::Regex::new(pattern).unwrap().replace_all(text, by).into_owned()
}

fn try_case(case: &Case) -> String {
    let project = after_a_run();
    (case.prepare)(&project);
    let before = (seen(&project), recorded(&project));
    let answer = Answer::of(command(&project, case).output().unwrap());
    let title = case.title;
    assert_eq!(answer.code, case.code, "{title}\n{}\n{}", answer.out, answer.err);
    assert!(!answer.err.contains("panicked") && !answer.err.contains('\u{1b}'), "{title}\n{}", answer.err);
    assert_eq!(answer.out, "", "{title}: nothing is a result");
    let mut after = seen(&project);
    after.retain(|path, content| {
        let is_new = !before.0.contains_key(path);
        if is_new && path.starts_with("runs/") && path.ends_with("/manifest.json") {
            let manifest: serde_json::Value = serde_json::from_slice(content).unwrap();
            assert_eq!(manifest["status"], "failed", "{title}");
            assert_eq!(manifest["files"].as_array().unwrap().len(), 0, "{title}");
            return false;
        }
        true
    });
    assert!(after == before.0, "{title}: {:?} became {:?}", before.0.keys(), after.keys());
    assert!(recorded(&project) == before.1, "{title}: the recorded rows are others");
    let command = case.arguments.join(" ");
    format!("## {title}\n\n`wr {command}` ends with {}:\n\n```text\n{}```\n\n", case.code, words(&project, &answer))
}

const PREFACE: &str = "\
# What people are told when something is wrong

The sample project, in which both reports ran once; then one thing is wrong. Everything that `wr` says, and its exit code.
Each case is tried by `tests/it/bad_data`, which writes this page anew with `WR_UPDATE=1`. Read it aloud.

";

fn page() -> String {
    let cases: Vec<Case> =
        [files::cases(), values::cases(), store::cases(), disk::cases()].into_iter().flatten().collect();
    let (next, said) = (AtomicUsize::new(0), std::sync::Mutex::new(BTreeMap::new()));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while let Some((at, case)) =
                    Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|at| Some((at, cases.get(at)?)))
                {
                    let words = try_case(case);
                    said.lock().unwrap().insert(at, words);
                }
            });
        }
    });
    let said: String = said.into_inner().unwrap().into_values().collect();
    PREFACE.to_owned() + said.trim_end() + "\n"
}

#[test]
fn each_case_says_what_is_wrong_and_what_to_do_and_changes_nothing() {
    let path = repository().join("tests/cli/bad_data.md");
    let page = page();
    if std::env::var_os("WR_UPDATE").is_some() {
        std::fs::write(&path, page).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap();
    let sections = |page: &str| page.split("\n## ").map(str::to_owned).collect::<Vec<_>>();
    for (expected, got) in sections(&expected).iter().zip(sections(&page)) {
        assert_eq!(*expected, got, "WR_UPDATE=1 writes the page anew\n--- expected\n{expected}\n--- got\n{got}");
    }
    assert_eq!(sections(&expected).len(), sections(&page).len(), "WR_UPDATE=1 writes the page anew");
}
