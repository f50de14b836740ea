//! The sample reports read from servers give what they give from folders: the cases of `tests/expected`, whose answers Python
//! computed, once more over a ClickHouse engine and the stand-in of Amplitude.

use std::sync::OnceLock;

use wr_demo::{Demo, PASSWORD, Ports};

use crate::expected::{Told, cases, run_in};
use crate::support::project::{Project, repository};

/// Servers for all tests here; they go with the process.
fn demo() -> Option<&'static Demo> {
    static DEMO: OnceLock<Option<Demo>> = OnceLock::new();
    DEMO.get_or_init(|| Demo::start(&repository().join("examples/data"), Ports::default()).unwrap()).as_ref()
}

/// The sample project with the profile `demo` leading to these servers.
fn project(demo: &Demo) -> Project {
    let mut project = Project::examples();
    let toml = project.read("wr.toml");
    let toml = toml
        .replace("http://127.0.0.1:18123", &demo.clickhouse.url())
        .replace("http://127.0.0.1:18101", &demo.amplitude.api());
    project.write("wr.toml", toml);
    project.environment = vec![
        ("WR_PROFILE", "demo".to_owned()),
        ("WR_DEMO_PASSWORD", PASSWORD.to_owned()),
        ("WR_DEMO_KEY", "key".to_owned()),
        ("WR_DEMO_SECRET", "secret".to_owned()),
    ];
    project
}

fn all_cases_of(report: &str) {
    let Some(demo) = demo() else { return };
    for case in cases(report) {
        run_in(&case, &project(demo), Told::SomeSteps);
    }
}

#[test]
fn partner_cards_are_the_same_from_servers() {
    all_cases_of("partner_cards");
}

#[test]
fn push_campaigns_are_the_same_from_servers() {
    all_cases_of("push_campaign");
}

#[test]
fn the_other_reports_are_the_same_from_servers() {
    for report in ["plastic_cards", "push_report", "weekly_draw", "retargeting"] {
        all_cases_of(report);
    }
}

#[test]
fn a_second_run_pays_for_no_second_cohort() {
    // Servers of its own: nobody else spends there.
    let Some(demo) = Demo::start(&repository().join("examples/data"), Ports::default()).unwrap() else { return };
    let demo = &demo;
    let (project, case) = (project(demo), cases("retargeting").remove(0));
    run_in(&case, &project, Told::SomeSteps);
    let paid = demo.amplitude.counts();
    run_in(&case, &project, Told::SomeSteps);
    assert_eq!(demo.amplitude.counts(), paid, "the file that was paid for is taken again");
}
