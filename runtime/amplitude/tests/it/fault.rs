//! Everything that goes wrong on the way, and then does not.

use wr_amplitude::{Error, Wait};
use wr_amplitude_server::{Fault, Limit, Route, Setup};

use crate::world::{World, expected, members, setup};

/// A fault that passes costs nothing but time, wherever it is met.
#[tokio::test]
async fn passing_faults_are_waited_out() {
    let page = || Fault::StatusAfter(500);
    for (route, faults) in [
        (Route::Cohorts, vec![Fault::BadGateway, Fault::Hang, page(), Fault::ResetAt(5)]),
        (Route::Usage, vec![Fault::BadGateway, Fault::Hang, Fault::Status(503, "busy".into())]),
        (Route::Status, vec![Fault::BadGateway, Fault::Hang, Fault::HangAfter, page(), Fault::CutAt(3)]),
        (
            Route::File,
            vec![Fault::BadGateway, Fault::Hang, Fault::HangAfter, page(), Fault::Status(504, String::new())],
        ),
        (Route::Storage, vec![Fault::BadGateway, Fault::Hang, Fault::Expired, Fault::TooMany(Limit::Rate, None)]),
    ] {
        let inline_below = if route == Route::Storage { 0 } else { 4096 };
        let world = World::hasty(Setup { inline_below, ..setup() });
        for fault in &faults {
            world.server.fail(route, fault, 1);
        }
        let mut download = world.download().await.unwrap();
        assert_eq!(members(&mut download).await, expected(), "{route:?}");
        assert_eq!(world.spent(), 1, "{route:?}");
        let waits = world.waits.lock().unwrap();
        assert_eq!(waits.len(), faults.len(), "{route:?}: {waits:?}");
        assert!(waits.iter().all(|wait| matches!(wait, Wait::Failure(_))), "{waits:?}");
    }
}

#[tokio::test]
async fn waits_grow_and_end() {
    let world = World::new(setup());
    world.server.fail(Route::Cohorts, &Fault::BadGateway, 100);
    let error = world.client.cohorts().await.unwrap_err();
    assert_eq!(error, Error::ServerFailed { status: 502, words: "502 Bad Gateway".to_owned() });
    let waits: Vec<u64> = world
        .waits
        .lock()
        .unwrap()
        .iter()
        .map(|wait| {
            let Wait::Failure(wait) = wait else { panic!("{wait:?}") };
            u64::try_from(wait.as_millis()).unwrap()
        })
        .collect();
    assert_eq!(waits, [750, 1500, 3000, 6000, 12_000, 22_500, 22_500, 22_500, 22_500]);
}

#[tokio::test]
async fn a_file_in_drips_is_whole_and_one_that_stands_still_is_not_waited_for() {
    let world = World::hasty(setup());
    world.server.fail(Route::File, &Fault::Drip(7, 30), 1);
    assert_eq!(members(&mut world.download().await.unwrap()).await, expected());
    assert_eq!(world.server.calls(Route::File), 1);
    world.server.fail(Route::File, &Fault::Drip(7, 20_000), 1);
    assert_eq!(members(&mut world.download().await.unwrap()).await, expected());
    assert_eq!((world.server.calls(Route::File), world.spent()), (3, 1));
}

#[tokio::test]
async fn an_expired_signature_leads_back_to_the_link() {
    let world = World::new(Setup { inline_below: 0, ..setup() });
    world.server.fail(Route::Storage, &Fault::Expired, 3);
    assert_eq!(members(&mut world.download().await.unwrap()).await, expected());
    assert_eq!((world.server.calls(Route::File), world.server.calls(Route::Storage), world.spent()), (4, 4, 1));
    let storage: Vec<_> = world.server.seen().into_iter().filter(|seen| seen.route == Some(Route::Storage)).collect();
    let distinct: std::collections::BTreeSet<_> = storage.iter().map(|seen| &seen.target).collect();
    assert_eq!(distinct.len(), 4, "an old signature was used again");
}

#[tokio::test]
async fn words_of_a_job_that_nobody_knows() {
    let world = World::new(setup());
    // With 202 it still runs, whatever it is called.
    world.server.fail(Route::Status, &Fault::AsyncStatus(202, "JOB QUEUED".into()), 3);
    world.download().await.unwrap();
    assert_eq!(world.spent(), 1);

    let world = World::new(setup());
    world.server.fail(Route::Status, &Fault::AsyncStatus(200, "JOB FAILED".into()), 1);
    let error = world.download().await.unwrap_err();
    assert_eq!(error.message(), "Amplitude did not make the file of the cohort “Active”: its job says `JOB FAILED`");
    // Its id is not used again: the next run asks anew.
    assert!(world.download().await.unwrap().is_new);
    assert_eq!(world.spent(), 2);
}

#[tokio::test]
async fn a_job_is_asked_for_at_growing_distances() {
    let world = World::new(Setup { polls_until_done: 8, ..setup() });
    world.download().await.unwrap();
    let at: Vec<i64> = world
        .server
        .seen()
        .iter()
        .filter(|seen| seen.route == Some(Route::Status))
        .map(|seen| seen.at_milliseconds)
        .collect();
    let pauses: Vec<i64> = at.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(pauses, [2000, 3000, 4500, 6750, 10_125, 15_000, 15_000, 15_000]);
    assert!(world.waits.lock().unwrap().is_empty(), "a job that runs is no failure");
}
