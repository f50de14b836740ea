//! The sample project in a folder of its own, and `wr` as people start it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// A folder that goes when the test ends.
pub(crate) struct Project {
    pub(crate) root: PathBuf,
    /// Variables of the environment that `wr` is started with.
    pub(crate) environment: Vec<(&'static str, String)>,
}

static COUNT: AtomicU32 = AtomicU32::new(0);

pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// `WR_PROGRAM`: another build of the program, for suites that start it thousands of times.
fn program() -> PathBuf {
    std::env::var_os("WR_PROGRAM").map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_wr")), PathBuf::from)
}

impl Project {
    /// An empty folder.
    pub(crate) fn empty() -> Self {
        Self::below(std::env::temp_dir())
    }

    /// An empty folder where syncing costs nothing, if there is such a place.
    pub(crate) fn in_memory() -> Self {
        let memory = PathBuf::from("/dev/shm");
        Self::below(if memory.is_dir() { memory } else { std::env::temp_dir() })
    }

    fn below(folder: PathBuf) -> Self {
        let name = format!("wr-test-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let root = folder.join(name);
        std::fs::create_dir_all(&root).unwrap();
        Self { root: root.canonicalize().unwrap(), environment: Vec::new() }
    }

    /// A copy of `examples/`, but for what a run may have left there.
    pub(crate) fn examples() -> Self {
        let project = Self::empty();
        copy(&repository().join("examples"), &project.root, &["out", ".wr"]);
        project
    }

    /// A copy with all that runs left in it.
    pub(crate) fn clone_whole(&self) -> Self {
        let project = Self::empty();
        copy(&self.root, &project.root, &[]);
        project
    }

    /// A small project: `data` is the folder of the connection `db`, the clock stands at noon of 2026-11-23 in UTC.
    pub(crate) fn small(files: &[(&str, &str)]) -> Self {
        let project = Self::empty();
        project.write(
            "wr.toml",
            "as_of = \"2026-11-23T12:00\"\n\n[connections.db]\ndriver = \"local\"\nfolder = \"data\"\n",
        );
        for (path, content) in files {
            project.write(path, content);
        }
        project
    }

    /// Runs a script to its end; the folder of its files.
    pub(crate) fn run(&self, script: &str) -> PathBuf {
        self.wr(&["run", script]).expect(0);
        self.path("out/latest").join(script.strip_suffix(".wr").unwrap()).canonicalize().unwrap()
    }

    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    pub(crate) fn write(&self, relative: &str, text: impl AsRef<[u8]>) {
        let path = self.path(relative);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, relative: &str) -> String {
        std::fs::read_to_string(self.path(relative)).unwrap()
    }

    /// `wr` with these arguments, in this folder, without a terminal.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.current_dir(&self.root).args(arguments).stdin(std::process::Stdio::null()).env("USER", "anna");
        command.envs(self.environment.iter().map(|(name, value)| (*name, value)));
        command
    }

    pub(crate) fn wr(&self, arguments: &[&str]) -> Answer {
        let answer = Answer::of(self.command(arguments).output().unwrap());
        for secret in self.secrets() {
            let is_out = answer.out.contains(&secret) || answer.err.contains(&secret);
            assert!(!is_out, "{arguments:?} says {secret}\n{}\n{}", answer.out, answer.err);
        }
        answer
    }

    /// What nobody may read, as it is and as it is sent.
    fn secrets(&self) -> Vec<String> {
        let mut secrets: Vec<String> = self.environment.iter().map(|(_, value)| value.clone()).collect();
        secrets.retain(|value| value.to_lowercase().starts_with("canary"));
        let pairs: Vec<String> =
            secrets.iter().flat_map(|one| secrets.iter().map(move |two| format!("{one}:{two}"))).collect();
        let sent: Vec<String> = secrets.iter().chain(&pairs).map(|text| STANDARD_NO_PAD.encode(text)).collect();
        secrets.into_iter().chain(sent).collect()
    }

    /// The files that runs left, with a secret in them.
    pub(crate) fn files_with_secrets(&self) -> Vec<String> {
        let secrets = self.secrets();
        let holds = |path: &Path| {
            let content = std::fs::read(path).unwrap_or_default();
            secrets.iter().any(|secret| content.windows(secret.len()).any(|part| part == secret.as_bytes()))
        };
        let of =
            |folder: &str| self.files(folder).into_iter().map(|file| self.path(folder).join(file)).collect::<Vec<_>>();
        let left = if secrets.is_empty() { Vec::new() } else { ["out", ".wr"].map(of).concat() };
        left.iter().filter(|path| holds(path)).map(|path| path.display().to_string()).collect()
    }

    /// Every file below a folder, relative to it, sorted.
    pub(crate) fn files(&self, relative: &str) -> Vec<String> {
        let folder = self.path(relative);
        let mut files = Vec::new();
        let mut folders = vec![folder.clone()];
        while let Some(next) = folders.pop() {
            let Ok(entries) = std::fs::read_dir(&next) else { continue };
            for entry in entries {
                let path = entry.unwrap().path();
                if path.is_dir() && !path.is_symlink() {
                    folders.push(path);
                } else {
                    files.push(path.strip_prefix(&folder).unwrap().to_string_lossy().into_owned());
                }
            }
        }
        files.sort();
        files
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        let told = self.files_with_secrets();
        assert!(told.is_empty() || std::thread::panicking(), "a secret stands in {told:?}");
        let _ = std::fs::remove_dir_all(&self.root);
    }
}

fn copy(from: &Path, to: &Path, without: &[&str]) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        if without.iter().any(|one| name == *one) {
            continue;
        }
        let target = to.join(&name);
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir_all(&target).unwrap();
            copy(&entry.path(), &target, without);
        } else if let Ok(link) = std::fs::read_link(entry.path()) {
            std::os::unix::fs::symlink(link, target).unwrap();
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// What `wr` said.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Answer {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "\n--- out\n{}\n--- err\n{}", self.out, self.err);
        self
    }

    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}\n{}\n{}", self.out, self.err))
    }
}
