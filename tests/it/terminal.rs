//! The program among others: stopped by Ctrl-C, read by somebody who goes away, in a terminal and in none.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::project::{Answer, Project};

const SCRIPT: &str = "\
report \"People\"

source db: sqlserver

table db.people {
  id: int,
  name: text,
}

let people = from db.people

export people to csv \"people.csv\"
";

/// A report that takes its time.
fn long_report() -> Project {
    let rows: String = (0..400_000).map(|id| format!("{id},somebody with a name of some length\n")).collect();
    Project::small(&[("people.wr", SCRIPT), ("data/people.csv", &format!("id,name\n{rows}"))])
}

/// A report whose source never says a word: a pipe that nobody writes into.
fn silent_report() -> Project {
    let project = Project::small(&[("people.wr", SCRIPT), ("data/other.csv", "")]);
    let made = Command::new("mkfifo").arg(project.path("data/people.csv")).status().unwrap();
    assert!(made.success());
    project
}

struct Running {
    child: Child,
    said: BufReader<ChildStderr>,
}

impl Running {
    /// Starts a report and waits until there is what shows how far it is.
    fn new(project: &Project, is_there: impl Fn(&Project) -> bool) -> Self {
        let mut command = project.command(&["run", "people.wr"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let began = Instant::now();
        while !is_there(project) {
            assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
            assert!(began.elapsed() < Duration::from_secs(60), "it did not come so far");
            std::thread::sleep(Duration::from_millis(1));
        }
        let said = BufReader::new(child.stderr.take().unwrap());
        Self { child, said }
    }

    /// What Ctrl-C sends.
    fn interrupt(&self) {
        let sent = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.said.read_line(&mut line).unwrap();
        line
    }

    fn end(mut self) -> (Option<i32>, String) {
        let mut rest = String::new();
        self.said.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap().code(), rest)
    }
}

const HEARD: &str = "  stopping; Ctrl-C once more ends at once\n";

fn has_begun(project: &Project) -> bool {
    project.path("out/runs").is_dir()
}

/// Bytes of the file stand where nobody sees them.
fn is_writing(project: &Project) -> bool {
    let Ok(mut runs) = std::fs::read_dir(project.path("out/runs")) else { return false };
    runs.any(|run| std::fs::metadata(run.unwrap().path().join("files/people.csv")).is_ok_and(|file| file.len() > 0))
}

/// Stopped at this moment, a run leaves its manifest alone, and says so.
fn stopped(is_there: impl Fn(&Project) -> bool) {
    let project = long_report();
    let mut running = Running::new(&project, is_there);
    running.interrupt();
    assert_eq!(running.line(), HEARD);
    let (code, rest) = running.end();
    assert_eq!(code, Some(6), "{rest}");
    assert!(rest.contains("the run was stopped") && rest.contains("The run is cancelled"), "{rest}");
    let files = project.files("out");
    assert!(files.len() == 1 && files[0].ends_with("/manifest.json"), "{files:?}");
    assert_eq!(project.files(".wr"), ["gate", "store.sqlite"]);
    let runs = project.wr(&["runs", "--json"]).expect(0).json();
    assert_eq!(runs[0]["status"], "cancelled");
}

#[test]
fn a_run_that_is_stopped_while_it_computes_leaves_nothing_and_says_so() {
    stopped(has_begun);
}

#[test]
fn a_run_that_is_stopped_while_it_writes_leaves_nothing_and_says_so() {
    stopped(is_writing);
}

#[test]
fn a_second_interrupt_ends_at_once_and_the_next_command_clears_up() {
    let project = silent_report();
    let mut running = Running::new(&project, has_begun);
    running.interrupt();
    assert_eq!(running.line(), HEARD);
    assert!(running.child.try_wait().unwrap().is_none(), "the source is not waited for any more");
    running.interrupt();
    let (code, rest) = running.end();
    assert_eq!((code, rest.as_str()), (Some(6), ""));
    let answer = project.wr(&["runs"]).expect(0);
    assert!(answer.err.contains("had ended too early and was undone"), "{}", answer.err);
    assert!(answer.out.contains(" died "), "{}", answer.out);
    assert_eq!(project.files(".wr"), ["gate", "store.sqlite"]);
    let files = project.files("out");
    assert!(files.len() == 1 && files[0].ends_with("/manifest.json"), "{files:?}");
}

/// As `wr … | head -0`: the reader is gone before the first word.
#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let project = Project::examples();
    let commands = [
        "run partner_cards.wr",
        "run partner_cards.wr --json",
        "plan push_campaign.wr --stage all",
        "runs",
        "show latest",
        "explain",
        "explain WR0102",
        "check --json",
        "--help",
    ];
    for arguments in commands {
        let arguments: Vec<&str> = arguments.split(' ').collect();
        for closes_stderr in [false, true] {
            let mut command = project.command(&arguments);
            let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            drop(child.stdout.take());
            let said = child.stderr.take().unwrap();
            let mut text = String::new();
            if closes_stderr {
                drop(said);
            } else {
                BufReader::new(said).read_to_string(&mut text).unwrap();
            }
            assert_eq!(child.wait().unwrap().code(), Some(0), "{arguments:?}\n{text}");
            assert!(!text.contains("panicked"), "{arguments:?}\n{text}");
        }
    }
    assert_eq!(std::fs::read_dir(project.path("out/runs")).unwrap().count(), 4);
}

const SAYING: [&str; 7] = [
    "run partner_cards.wr --no-input",
    "run partner_cards.wr --preview 3 --no-input",
    "run push_campaign.wr --set control=60% --no-input",
    "run broken.wr --no-input",
    "show latest",
    "runs",
    "explain WR0102",
];

fn with_a_broken_script() -> Project {
    let project = Project::examples();
    project.write("broken.wr", "report \"Broken\"\n\nlet people = from nowhere.people\n");
    project
}

#[test]
fn without_a_terminal_nothing_is_coloured() {
    let project = with_a_broken_script();
    for arguments in SAYING {
        let answer = project.wr(&arguments.split(' ').collect::<Vec<_>>());
        assert!(!answer.out.contains('\u{1b}') && !answer.err.contains('\u{1b}'), "{arguments}\n{answer:?}");
    }
}

/// What the program shows in a terminal, which `script` of util-linux stands for.
fn in_a_terminal(project: &Project, arguments: &str, variables: &[(&str, &str)]) -> String {
    let mut command = Command::new("script");
    command.current_dir(&project.root).stdin(Stdio::null()).env_remove("NO_COLOR").env("TERM", "xterm-256color");
    command.envs(variables.iter().copied());
    command.args(["-q", "-e", "-c", &format!("{} {arguments}", env!("CARGO_BIN_EXE_wr")), "/dev/null"]);
    Answer::of(command.output().unwrap()).out
}

#[test]
fn a_terminal_is_coloured_unless_somebody_asked_for_none() {
    let project = with_a_broken_script();
    let is_coloured =
        |text: &str| text.contains("\u{1b}[1m") || text.contains("\u{1b}[31m") || text.contains("\u{1b}]8;");
    for arguments in SAYING {
        // A page is a page.
        if !arguments.starts_with("explain") && arguments != "runs" {
            let shown = in_a_terminal(&project, arguments, &[]);
            assert!(is_coloured(&shown), "{arguments}: {shown}");
        }
        let shown = in_a_terminal(&project, arguments, &[("NO_COLOR", "1")]);
        // Lines may move, but nothing has a colour and nothing is a link.
        let rest = shown.replace("\u{1b}[2K", "").replace("\u{1b}[1A", "").replace("\u{1b}[1B", "");
        assert!(!rest.contains('\u{1b}'), "{arguments}: {rest:?}");
        let shown = in_a_terminal(&project, arguments, &[("TERM", "dumb")]);
        assert!(!shown.contains('\u{1b}'), "{arguments}: {shown:?}");
    }
}
