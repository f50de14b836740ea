//! The limits of a project: five at once, two kinds of 429, the month.

use std::time::Duration;

use wr_amplitude::{Error, InProcess, Limit, Properties, Wait};
use wr_amplitude_server::{Cohort, Fault, Route, Setup};

use crate::world::{NOON, World, cohort, id, setup};

#[tokio::test]
async fn twelve_downloads_never_meet_the_limit_of_five() {
    let cohorts: Vec<Cohort> = (0..12).map(|at| Cohort { id: format!("cohort{at}"), ..cohort() }).collect();
    let world = World::new(Setup { cohorts, ..setup() });
    world.server.fail(Route::Cohorts, &Fault::Drip(500, 10), 12);
    let memory = InProcess::default();
    let downloads = (0..12).map(|at| {
        let (client, memory) = (&world.client, &memory);
        async move { client.download(&id(&format!("cohort{at}")), &Properties::None, memory).await.map(|_| ()) }
    });
    futures_util::future::try_join_all(downloads).await.unwrap();
    let counts = world.server.counts();
    assert_eq!((counts.spent, counts.refused), (12, 0));
    assert_eq!(counts.most_at_once, 5, "they do not run side by side");
}

#[tokio::test]
async fn the_two_kinds_of_too_many_are_told_apart() {
    for (sent, kind, shortest, longest) in [
        (wr_amplitude_server::Limit::Concurrent, Limit::Concurrent, 1, 10),
        (wr_amplitude_server::Limit::Rate, Limit::Rate, 60, 75),
    ] {
        let world = World::new(setup());
        world.server.fail(Route::Request, &Fault::TooMany(sent, None), 1);
        world.download().await.unwrap();
        let waits = world.waits.lock().unwrap().clone();
        let [Wait::Limit(told, wait)] = waits.as_slice() else { panic!("{waits:?}") };
        assert_eq!(*told, kind);
        assert!((shortest..=longest).contains(&wait.as_secs()), "{wait:?}");
        assert_eq!(world.spent(), 1);
    }
}

#[tokio::test]
async fn the_server_says_how_long() {
    let world = World::new(setup());
    for limit in [wr_amplitude_server::Limit::Concurrent, wr_amplitude_server::Limit::Rate] {
        world.server.fail(Route::Cohorts, &Fault::TooMany(limit, Some(17)), 1);
    }
    world.client.cohorts().await.unwrap();
    let wait = Duration::from_secs(17);
    assert_eq!(*world.waits.lock().unwrap(), [Wait::Limit(Limit::Concurrent, wait), Wait::Limit(Limit::Rate, wait)]);
    // Longer than anyone waits: told at once.
    world.server.fail(Route::Cohorts, &Fault::TooMany(wr_amplitude_server::Limit::Rate, Some(7200)), 1);
    let error = world.client.cohorts().await.unwrap_err();
    assert!(matches!(&error, Error::Limited { limit: Limit::Rate, words } if words.contains("cost 1800")), "{error}");
    assert_eq!(world.waits.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn the_sixty_first_in_ten_minutes_waits_for_the_window() {
    let world = World::new(setup());
    for at in 0..61 {
        world.server.put_cohort(Cohort { last_computed: NOON + at, ..cohort() });
        world.server.change(|setup| setup.polls_until_done = 0);
        world.download().await.unwrap();
    }
    assert_eq!(world.spent(), 61);
    assert!(world.server.counts().refused >= 1);
    assert!(world.waits.lock().unwrap().iter().all(|wait| matches!(wait, Wait::Limit(Limit::Rate, _))));
}

#[tokio::test]
async fn a_month_that_is_used_up_is_told_before_anything_is_asked() {
    let world = World::new(setup());
    world.server.spend_elsewhere(500);
    let error = world.download().await.unwrap_err();
    assert_eq!(
        error.message(),
        "the cohort downloads of this project (500 a month) are used up until 1 December 2026, 00:00 UTC"
    );
    assert_eq!(world.server.calls(Route::Request), 0);
    // Without the quota being told, the refusal itself is understood, and not waited out.
    world.server.fail(Route::Usage, &Fault::Status(404, "no such thing".into()), 1);
    let error = world.download().await.unwrap_err();
    assert!(matches!(error, Error::QuotaUsedUp { limit: Some(500), .. }), "{error}");
    assert_eq!((world.server.calls(Route::Request), world.spent()), (1, 0));
    assert!(world.waits.lock().unwrap().is_empty());
    // What was paid for can still be had.
    let world = World::new(setup());
    world.download().await.unwrap();
    world.server.spend_elsewhere(499);
    assert!(!world.download().await.unwrap().is_new);
}
