//! Every touch of files and store goes wrong once, in every way that is known, under a clock that jumps; then a person runs
//! the same values again.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use wr_base::value::DateTime;
use wr_runtime::files::{Fault, Faults, FaultyFiles, Loss, StandardFiles};
use wr_runtime::run::{Clock, RETENTION_DAYS, Randomness, World, store_path};
use wr_runtime::store::{EmbeddedStore, FaultyStore, FaultyTarget, NoServers};

use super::aftermath::Undisturbed;
use super::mixed;
use crate::support::project::{Project, repository};
use crate::support::report::Report;

/// How a touch goes wrong, and what the disk loses then.
type Way = (Fault, Option<Loss>);

const WAYS: [Way; 6] = [
    (Fault::Fails, None),
    (Fault::AnswerLost, None),
    (Fault::Dies, None),
    (Fault::DiesAfter, None),
    (Fault::DiesAfter, Some(Loss::Contents)),
    (Fault::DiesAfter, Some(Loss::Names)),
];

const DAY: u64 = 86_400_000_000;

/// Jumps by up to four weeks in either direction between two calls: less than retention, which believes it.
struct JumpingClock(AtomicU64);

impl Clock for JumpingClock {
    fn now(&self) -> DateTime {
        let calls = self.0.fetch_add(1, Ordering::SeqCst);
        let jump = mixed(calls) % (28 * DAY);
        DateTime(1_795_424_400_000_000 + i64::try_from(jump).unwrap())
    }
}

struct Counting;

impl Randomness for Counting {
    fn next(&self) -> u32 {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        NEXT.fetch_add(1, Ordering::SeqCst)
    }
}

fn world(root: &Path, faults: &Arc<Faults>, seed: u64) -> World {
    let store = || EmbeddedStore::new(&store_path(root));
    World {
        project: root.to_owned(),
        output: root.join("out"),
        files: Arc::new(FaultyFiles::new(StandardFiles, Arc::clone(faults))),
        clock: Box::new(JumpingClock(AtomicU64::new(seed))),
        randomness: Box::new(Counting),
        store: Box::new(FaultyStore::new(store(), Arc::clone(faults))),
        target: Box::new(FaultyTarget::new(store(), Arc::clone(faults))),
        servers: Box::new(NoServers),
        retention_days: RETENTION_DAYS,
        waiting: Arc::new(|| {}),
    }
}

fn no_faults() -> Arc<Faults> {
    Faults::new(0, Fault::Fails)
}

/// A report with what it leaves when nothing goes wrong.
struct Tried {
    report: Report,
    undisturbed: Undisturbed,
    /// Touches of a run that nothing disturbs.
    touches: u64,
}

impl Tried {
    /// Of a case in `tests/expected`.
    fn new(script: &'static str, case: &str) -> Self {
        let case_file = repository().join("tests/expected").join(script).join(case).join("case.toml");
        let case_file: toml::Table = std::fs::read_to_string(case_file).unwrap().parse().unwrap();
        let given: Vec<(&str, &str)> = case_file["set"]
            .as_table()
            .unwrap()
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
            .collect();
        let report = Report::new(&repository().join("examples"), &format!("{script}.wr"), &given);
        let project = Project::in_memory();
        let faults = no_faults();
        let outcome = report.run(&mut world(&project.root, &faults, 0)).unwrap();
        let folder = outcome.folder.unwrap();
        let undisturbed = Undisturbed::new(script, case, &folder);
        undisturbed.all_is_well(&project.root, &folder, "undisturbed");
        assert!(faults.count() > 40, "only {} touches were counted", faults.count());
        Self { report, undisturbed, touches: faults.count() }
    }

    /// A run in which touch `at` goes wrong.
    fn disturbed(&self, project: &Project, at: u64, (fault, loss): Way, when: &str) -> u64 {
        let faults = Faults::new(at, fault);
        let mut world = world(&project.root, &faults, at);
        let outcome = self.report.run(&mut world);
        drop(world);
        if let Some(loss) = loss {
            faults.lose_power(&StandardFiles, loss).unwrap();
        }
        self.undisturbed.nothing_partial(&project.root, when);
        if let (Ok(outcome), None) = (outcome, loss) {
            let folder = outcome.folder.unwrap();
            assert_eq!(super::aftermath::files(&folder), self.undisturbed.files, "{when}");
        }
        faults.count()
    }

    /// A person runs the same values again, and then once more.
    fn again(&self, project: &Project, when: &str) {
        let outcome = self.report.run(&mut world(&project.root, &no_faults(), 77));
        let outcome = outcome.unwrap_or_else(|failure| panic!("{when}: {:?}", failure.errors));
        self.undisturbed.all_is_well(&project.root, &outcome.folder.unwrap(), when);
    }

    fn each(&self, ways: &[Way], try_one: impl Fn(u64, Way) + Sync) {
        let tries = self.touches * ways.len() as u64;
        let next = AtomicU64::new(0);
        std::thread::scope(|scope| {
            for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
                scope.spawn(|| {
                    loop {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        if at >= tries {
                            return;
                        }
                        try_one(at / ways.len() as u64 + 1, ways[(at % ways.len() as u64) as usize]);
                    }
                });
            }
        });
    }
}

fn every_touch(tried: &Tried) {
    let script = tried.undisturbed.script;
    tried.each(&WAYS, |at, way| {
        let when = format!("{script}: touch {at} {way:?}");
        let project = Project::in_memory();
        tried.disturbed(&project, at, way, &when);
        tried.again(&project, &when);
    });
}

/// The run that finds the remains goes wrong as well.
fn every_touch_and_another_one_of_the_next_run(tried: &Tried) {
    let script = tried.undisturbed.script;
    tried.each(&[(Fault::DiesAfter, None), (Fault::DiesAfter, Some(Loss::Names))], |at, way| {
        let project = Project::in_memory();
        let mut when = format!("{script}: touch {at} {way:?}");
        tried.disturbed(&project, at, way, &when);
        // A run that finds remains has more to do; one that finds its occasion recorded less.
        let second = mixed(at) % (tried.touches + 10) + 1;
        let way = WAYS[(mixed(at + 1) % WAYS.len() as u64) as usize];
        when += &format!(", then touch {second} {way:?}");
        tried.disturbed(&project, second, way, &when);
        tried.again(&project, &when);
    });
}

/// The shortest list among the cases, so that every touch can be tried in a moment: its length changes none of them.
fn list() -> Tried {
    Tried::new("push_campaign", "birthdays")
}

fn workbook() -> Tried {
    Tried::new("partner_cards", "one_day")
}

#[test]
fn a_recorded_list_whatever_goes_wrong_once() {
    every_touch(&list());
}

#[test]
fn a_recorded_list_whatever_goes_wrong_twice() {
    every_touch_and_another_one_of_the_next_run(&list());
}

#[test]
fn a_workbook_whatever_goes_wrong_once() {
    every_touch(&workbook());
}

#[test]
fn a_workbook_whatever_goes_wrong_twice() {
    every_touch_and_another_one_of_the_next_run(&workbook());
}
