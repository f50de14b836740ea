//! `kill -9` of the program at moments that nobody chose: half of them spread over the whole run, half aimed at its effects.
//! Then a person runs the same values again.
//!
//! `WR_KILLS` says how many; `cargo test kills -- --nocapture` shows where they hit.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::aftermath::{Undisturbed, visible_runs};
use super::mixed;
use crate::support::project::{Answer, Project};

const SCRIPTS: [&str; 2] = ["push_campaign", "partner_cards"];

/// How far a run had come when it was killed, told by what it left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    /// Nothing was noted in the store.
    NotBegun,
    Computing,
    /// There is a folder for files; the run has not said what it is about to do.
    Writing,
    /// There is an intent; nothing is recorded, nothing can be seen.
    Intended,
    /// Its rows are recorded, its files not in their place.
    Recorded,
    /// Its files can be seen; the store does not know yet.
    Published,
    Settled,
    /// It was quicker than its killer.
    Ended,
}

impl Phase {
    const fn is_within_effects(self) -> bool {
        matches!(self, Self::Writing | Self::Intended | Self::Recorded | Self::Published)
    }
}

/// What a killer waits for before its delay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Aim {
    /// Nothing: anywhere in the run.
    Start,
    /// The folder of the files to be.
    Files,
    /// The second transaction after the manifest was written, whose end is the commit; without a record, the first, which
    /// holds the intent.
    Commit,
}

fn is_over(child: &mut Child) -> bool {
    child.try_wait().unwrap().is_some()
}

/// The folder where the one run of this project writes its files.
fn staged(root: &Path) -> Option<std::path::PathBuf> {
    let entries = std::fs::read_dir(root.join("out/runs")).ok()?;
    let mut folders = entries.filter_map(|entry| Some(entry.ok()?.path().join("files")));
    folders.find(|folder| folder.parent().unwrap().to_string_lossy().contains("/.work-") && folder.is_dir())
}

/// Waits until the run has come to what is aimed at, or is over.
fn wait_for(aim: Aim, root: &Path, script: &str, child: &mut Child) {
    let mut wait = |is_there: &dyn Fn() -> bool| {
        while !is_there() && !is_over(child) {
            std::thread::sleep(Duration::from_micros(100));
        }
    };
    if aim == Aim::Start {
        return;
    }
    wait(&|| staged(root).is_some());
    if aim == Aim::Files {
        return;
    }
    let journal = root.join(".wr/store.sqlite-journal");
    wait(&|| staged(root).is_none_or(|folder| folder.join("manifest.json").exists()));
    for _ in 0..if script == "push_campaign" { 2 } else { 1 } {
        wait(&|| journal.exists());
        wait(&|| !journal.exists());
    }
}

/// Reads a copy of the store: to open the real one would undo a broken transaction, which is the next run's work.
fn phase(root: &Path, is_ended: bool) -> Phase {
    if is_ended {
        return Phase::Ended;
    }
    let copy = Project::in_memory();
    for name in ["store.sqlite", "store.sqlite-journal"] {
        let _ = std::fs::copy(root.join(".wr").join(name), copy.path(name));
    }
    let Ok(store) = Connection::open(copy.path("store.sqlite")) else { return Phase::NotBegun };
    let is_so = |sql: &str| store.query_row(sql, [], |row| row.get::<_, bool>(0)).unwrap_or(false);
    if !is_so("SELECT count(*) > 0 FROM runs") {
        Phase::NotBegun
    } else if is_so("SELECT count(*) = 0 FROM runs WHERE settled = 0") {
        Phase::Settled
    } else if !visible_runs(root).is_empty() {
        Phase::Published
    } else if is_so("SELECT count(*) > 0 FROM wr_runs") {
        Phase::Recorded
    } else if is_so("SELECT count(*) > 0 FROM intents") {
        Phase::Intended
    } else if staged(root).is_some() {
        Phase::Writing
    } else {
        Phase::Computing
    }
}

/// Starts a run and kills it; gives how far it had come.
fn killed(project: &Project, script: &str, aim: Aim, delay: Duration) -> Phase {
    let mut command = project.command(&["run", &format!("{script}.wr")]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    wait_for(aim, &project.root, script, &mut child);
    // Sleeping is too coarse for the last stretch.
    let until = Instant::now() + delay;
    std::thread::sleep(delay.saturating_sub(Duration::from_millis(2)));
    while Instant::now() < until {
        std::hint::spin_loop();
    }
    let is_ended = is_over(&mut child);
    child.kill().unwrap();
    child.wait().unwrap();
    phase(&project.root, is_ended)
}

/// Runs to the end; the folder of its files.
fn run(project: &Project, script: &str, when: &str) -> std::path::PathBuf {
    let answer = project.wr(&["run", &format!("{script}.wr"), "--json"]);
    assert_eq!(answer.code, 0, "{when}\n{}\n{}", answer.out, answer.err);
    let path = answer.json()["files"][0]["path"].as_str().unwrap().to_owned();
    Path::new(&path).parent().unwrap().to_owned()
}

impl Aim {
    /// Seconds from what is aimed at to the end of the run, roughly.
    const fn guess(self) -> f64 {
        match self {
            Self::Start => 0.5,
            Self::Files => 0.05,
            Self::Commit => 0.01,
        }
    }
}

/// How long a delay may be so that most kills hit and some come too late: it follows the load of the machine.
#[derive(Default)]
struct Spans(BTreeMap<(&'static str, Aim), f64>);

impl Spans {
    fn delay(&self, script: &'static str, aim: Aim, chance: u64) -> Duration {
        let span = self.0.get(&(script, aim)).copied().unwrap_or(aim.guess());
        Duration::from_secs_f64(span * (chance % 10_000) as f64 / 10_000.0)
    }

    fn learn(&mut self, script: &'static str, aim: Aim, phase: Phase) {
        let span = self.0.entry((script, aim)).or_insert(aim.guess());
        *span *= if phase == Phase::Ended { 0.8 } else { 1.05 };
    }
}

/// Where a kill was aimed and hit; whether the next run was killed as well, before it had ended.
struct Hit {
    aim: Aim,
    phase: Phase,
    is_second_killed: bool,
}

fn kill_and_run_again(number: u64, undisturbed: &[Undisturbed; 2], spans: &mut Spans) -> Hit {
    let chance = |what: u64| mixed(number.wrapping_mul(16).wrapping_add(what));
    let which = usize::from(number % 4 >= 2);
    let (script, undisturbed) = (SCRIPTS[which], &undisturbed[which]);
    let aim = match (number.is_multiple_of(2), chance(0) % 2) {
        (true, _) => Aim::Start,
        (false, 0) => Aim::Files,
        (false, _) => Aim::Commit,
    };
    let project = Project::examples();
    let delay = spans.delay(script, aim, chance(1));
    let first = killed(&project, script, aim, delay);
    spans.learn(script, aim, first);
    let mut when = format!("kill {number} of {script}, {delay:?} after {aim:?}: {first:?}");
    undisturbed.nothing_partial(&project.root, &when);
    // Who finds the remains may be killed, too.
    let mut is_second_killed = false;
    if chance(2) % 4 == 0 {
        let delay = spans.delay(script, Aim::Start, chance(3));
        is_second_killed = killed(&project, script, Aim::Start, delay) != Phase::Ended;
        when += &format!(", then after {delay:?}");
        undisturbed.nothing_partial(&project.root, &when);
    }
    if chance(4) % 4 == 0 {
        Answer::of(project.command(&["runs"]).output().unwrap()).expect(0);
        undisturbed.nothing_partial(&project.root, &when);
    }
    let folder = run(&project, script, &when);
    undisturbed.all_is_well(&project.root, &folder, &when);
    Hit { aim, phase: first, is_second_killed }
}

#[test]
fn a_run_that_is_killed_at_any_moment_is_made_good_by_the_next() {
    let kills = std::env::var("WR_KILLS").map_or(200, |text| text.parse::<u64>().unwrap());
    let undisturbed = SCRIPTS.map(|script| {
        let project = Project::examples();
        let folder = run(&project, script, "undisturbed");
        let undisturbed = Undisturbed::new(script, "defaults", &folder);
        undisturbed.all_is_well(&project.root, &folder, "undisturbed");
        undisturbed
    });
    let (next, hits, began) = (AtomicU64::new(0), Mutex::new(Vec::new()), Instant::now());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                let mut spans = Spans::default();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= kills {
                        return;
                    }
                    let hit = kill_and_run_again(number, &undisturbed, &mut spans);
                    hits.lock().unwrap().push(hit);
                }
            });
        }
    });
    let hits = hits.into_inner().unwrap();
    println!("{kills} kills in {:.0} s", began.elapsed().as_secs_f64());
    let mut counts = BTreeMap::new();
    for hit in &hits {
        *counts.entry((hit.phase, hit.aim)).or_insert(0) += 1;
    }
    for ((phase, aim), count) in counts {
        println!("{count:5} {phase:?}, aimed at {aim:?}");
    }
    println!("{:5} of the next runs were killed, too", hits.iter().filter(|hit| hit.is_second_killed).count());
    // Kills that hit nothing prove nothing.
    let share = |what: &dyn Fn(Phase) -> bool| hits.iter().filter(|hit| what(hit.phase)).count() as u64;
    assert!(share(&|phase| phase < Phase::Writing) >= kills / 10, "too few kills before the effects");
    assert!(share(&Phase::is_within_effects) >= kills / 10, "too few kills within the effects");
}
