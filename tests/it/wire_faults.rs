//! Reports over servers whose network breaks: at any connection, after any byte, in either direction. Whatever a run says then,
//! nothing is half there, and the same values run again give the same files and record each person once.
//!
//! `WR_FAULTS` says how many schedules there are, `WR_SEED` which; `cargo test wire_faults -- --nocapture` shows what they met.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::time::Duration;

use wr_demo::Demo;

use crate::expected::{Case, cases};
use crate::servers::{forget, project, read, start};
use crate::support::csv::Rows;
use crate::support::project::{Answer, Project};
use crate::support::relay::{Fault, FaultKind, Relay};

/// The clients wait so long for a sign of a server.
const PATIENCE: &str = "timeout = \"4s\"";

/// What says in the words of a run that the network was at fault, and nothing else.
const OF_THE_NETWORK: [&str; 5] = ["WR0880", "WR0883", "WR0889", "WR0893", "WR0857"];

/// The first relay.
const CLICKHOUSE: usize = 0;

struct Wire {
    demo: Demo,
    relays: [Relay; 3],
    /// Reads what was recorded, past the relays.
    watcher: Project,
}

impl Wire {
    fn start() -> Option<Self> {
        let demo = start()?;
        let amplitude: u16 = demo.amplitude.api().rsplit_once(':').unwrap().1.parse().unwrap();
        let relays = [demo.clickhouse.port(), amplitude, demo.sqlserver.port()].map(Relay::to);
        let watcher = project(&demo);
        Some(Self { demo, relays, watcher })
    }

    /// The sample project, with each server behind its relay.
    fn project(&self) -> Project {
        let project = project(&self.demo);
        let [clickhouse, amplitude, sqlserver] = &self.relays;
        let mut toml = project.read("wr.toml");
        for (own, relay) in [
            (self.demo.clickhouse.url(), format!("http://127.0.0.1:{}", clickhouse.port())),
            (self.demo.amplitude.api(), format!("http://127.0.0.1:{}", amplitude.port())),
            (format!("port = {}", self.demo.sqlserver.port()), format!("port = {}", sqlserver.port())),
        ] {
            assert!(toml.contains(&own), "{own}\n{toml}");
            toml = toml.replace(&own, &relay);
        }
        let mut lines = Vec::new();
        for line in toml.lines() {
            lines.push(line);
            if ["\"clickhouse\"", "\"amplitude\"", "\"sqlserver\""].iter().any(|driver| line.ends_with(driver)) {
                lines.push(PATIENCE);
            }
        }
        project.write("wr.toml", lines.join("\n"));
        project
    }

    fn set(&self, relay: usize, fault: Option<Fault>) {
        for (at, other) in self.relays.iter().enumerate() {
            other.set(fault.filter(|_| at == relay));
        }
    }
}

/// A project, and the history on the server, as before the first run.
fn clear(wire: &Wire, project: &Project) {
    forget(&wire.demo);
    assert_eq!(project.files_with_secrets(), Vec::<String>::new());
    for folder in ["out", ".wr"] {
        if project.path(folder).exists() {
            std::fs::remove_dir_all(project.path(folder)).unwrap();
        }
    }
}

fn run(project: &Project, case: &Case) -> Answer {
    let arguments = case.arguments();
    project.wr(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
}

/// The content of each file of a run.
fn files(answer: &Answer) -> BTreeMap<String, Vec<u8>> {
    let json = answer.json();
    let files = json["files"].as_array().unwrap().iter();
    files
        .map(|file| {
            let content = std::fs::read(Path::new(file["path"].as_str().unwrap())).unwrap();
            (file["name"].as_str().unwrap().to_owned(), content)
        })
        .collect()
}

/// Who stands in the history on the server, and of which mailing.
fn recorded(wire: &Wire) -> Rows {
    let columns = ["sub_id", "user_id", "grp"].map(str::to_owned);
    let mut rows = read(&wire.watcher, "crm.mailing_history", &columns);
    rows.sort_unstable();
    rows
}

/// SplitMix64: <https://prng.di.unimi.it/splitmix64.c>.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut next = self.0;
        next = (next ^ (next >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        next = (next ^ (next >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (next ^ (next >> 31)) % end
    }
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}

/// Each schedule that needs a cohort pays for one, and a project of Amplitude has 500 of them a month.
const SCHEDULES_OF_A_MONTH: usize = 400;

#[test]
fn a_network_that_breaks_anywhere_loses_nobody_and_records_nobody_twice() {
    let (schedules, seed) = (number("WR_FAULTS", 24), number("WR_SEED", 4));
    let mut random = Random(seed);
    let mut met: BTreeMap<String, u64> = BTreeMap::new();
    for first in (0..schedules).step_by(SCHEDULES_OF_A_MONTH) {
        let Some(wire) = Wire::start() else { return };
        let month = first..schedules.min(first + SCHEDULES_OF_A_MONTH as u64);
        break_anywhere(&wire, month, seed, &mut random, &mut met);
    }
    for (what, count) in &met {
        println!("{count:5} {what}");
    }
}

/// Runs a report while the network breaks, once for each schedule, and once more without a fault.
fn break_anywhere(wire: &Wire, schedules: Range<u64>, seed: u64, random: &mut Random, met: &mut BTreeMap<String, u64>) {
    let before = recorded(wire);
    // The one that records, and one that reads ClickHouse.
    let reports = ["push_campaign", "partner_cards"].map(|report| {
        let case = cases(report).into_iter().find(|case| case.text("fails").is_none()).unwrap();
        let project = wire.project();
        wire.set(0, None);
        let healthy = run(&project, &case).expect(0);
        let traffic: Vec<_> = wire.relays.iter().map(Relay::passed).collect();
        let (files, everyone) = (files(&healthy), recorded(wire));
        clear(wire, &project);
        (project, case, files, everyone, traffic)
    });
    for schedule in schedules {
        let (project, case, expected, everyone, traffic) = &reports[usize::from(schedule % 4 == 3)];
        clear(wire, project);
        // A connection of the healthy run, and a byte of it.
        let used: Vec<(usize, usize)> = traffic
            .iter()
            .enumerate()
            .flat_map(|(relay, connections)| (0..connections.len()).map(move |connection| (relay, connection)))
            .collect();
        let (relay, connection) = used[usize::try_from(random.below(used.len() as u64)).unwrap()];
        // A request that ends within its head ends the engine of libchdb itself.
        let from_server = random.below(4) > 0 || relay == CLICKHOUSE;
        let passed = traffic[relay][connection];
        let bytes = if from_server { passed.from_server } else { passed.to_server };
        let kind = match random.below(16) {
            0 => FaultKind::Silence,
            1 => FaultKind::Pause(Duration::from_millis(300)),
            _ => FaultKind::Close,
        };
        let fault = Fault { connection, from_server, after: random.below(bytes.max(1)), kind };
        let told = format!("schedule {schedule} of seed {seed}: {} relay {relay} {fault:?}", case.name);
        wire.set(relay, Some(fault));
        let answer = run(project, case);
        let has_struck = wire.relays[relay].has_struck();
        if answer.code == 0 {
            assert_eq!(&files(&answer), expected, "{told}");
        } else {
            let words = format!("{}{}", answer.out, answer.err);
            let code = OF_THE_NETWORK.iter().find(|code| words.contains(*code));
            // 7: whether it was recorded could not be asked.
            assert!([4, 7].contains(&answer.code) && code.is_some(), "{told}: ended with {}\n{words}", answer.code);
            assert!(has_struck && !matches!(kind, FaultKind::Pause(_)), "{told}: nothing broke\n{words}");
            let left: Vec<String> =
                project.files("out").into_iter().filter(|file| !file.ends_with("manifest.json")).collect();
            assert!(left.is_empty(), "{told}: a failed run left {left:?}");
            // All of them or nobody; all only where the answer to the commit was lost.
            let there = recorded(wire);
            let may_be_there = answer.code == 7 && there == *everyone;
            assert!(there == before || may_be_there, "{told}: a failed run recorded {} rows\n{words}", there.len());
        }
        let outcome = if answer.code == 0 { "whole" } else { "failed" };
        *met.entry(format!("{} {kind:?} {}: {outcome}", case.name, if has_struck { "met" } else { "not met" }))
            .or_default() += 1;
        wire.set(0, None);
        let again = run(project, case);
        assert_eq!(again.code, 0, "{told}: the second run\n{}", again.err);
        assert_eq!(&files(&again), expected, "{told}: the second run");
        assert_eq!(&recorded(wire), everyone, "{told}: the second run");
    }
}

#[test]
fn a_secret_that_stands_in_a_file_is_found_also_as_it_is_sent() {
    let mut project = Project::empty();
    project.environment = vec![("WR_KEY", "canary-key".to_owned()), ("WR_SECRET", "canary-secret".to_owned())];
    project.write("out/a.txt", "no secret: canary");
    assert_eq!(project.files_with_secrets(), Vec::<String>::new());
    // `canary-key:canary-secret`, as HTTP sends it.
    for text in ["said canary-key", "Basic Y2FuYXJ5LWtleTpjYW5hcnktc2VjcmV0"] {
        project.write("out/a.txt", text);
        assert_eq!(project.files_with_secrets().len(), 1, "{text}");
    }
    std::fs::remove_file(project.path("out/a.txt")).unwrap();
}
