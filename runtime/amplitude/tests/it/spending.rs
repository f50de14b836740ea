//! The one call that costs: never twice for the same file, whatever happens to its answer.

use wr_amplitude::Error;
use wr_amplitude_server::{Fault, Limit, Route};

use crate::world::{World, expected, members, setup};

/// Surely not paid: tried again.
#[tokio::test]
async fn what_was_surely_not_counted_is_tried_again() {
    for fault in [
        Fault::BadGateway,
        Fault::Hang,
        Fault::Status(503, "busy".into()),
        Fault::Status(504, String::new()),
        Fault::TooMany(Limit::Concurrent, None),
        Fault::TooMany(Limit::Rate, None),
    ] {
        let world = World::hasty(setup());
        world.server.fail(Route::Request, &fault, 2);
        let mut download = world.download().await.unwrap_or_else(|error| panic!("{fault:?}: {error}"));
        assert_eq!(members(&mut download).await, expected());
        assert_eq!((world.spent(), world.server.calls(Route::Request)), (1, 3), "{fault:?}");
    }
}

/// Paid, and the id did not arrive: a person decides.
#[tokio::test]
async fn what_was_counted_is_never_tried_again() {
    for fault in [
        Fault::HangAfter,
        Fault::StatusAfter(502),
        Fault::StatusAfter(500),
        Fault::CutAt(10),
        Fault::ResetAt(10),
        Fault::ShortAt(10),
        Fault::Body(b"<html>".to_vec()),
    ] {
        let world = World::hasty(setup());
        world.server.fail(Route::Request, &fault, 1);
        let error = world.download().await.expect_err("an answer without an id");
        assert!(matches!(error, Error::RequestLost { .. }), "{fault:?}: {error}");
        assert_eq!((world.spent(), world.server.calls(Route::Request)), (1, 1), "{fault:?}");
        assert!(error.help().unwrap().starts_with("run again"));
        assert!(world.download().await.unwrap().is_new);
        assert_eq!(world.spent(), 2);
    }
}

/// Where the quota is not told, nobody knows.
#[tokio::test]
async fn without_a_count_an_unclear_answer_is_not_tried_again() {
    let world = World::hasty(setup());
    world.server.fail(Route::Usage, &Fault::Status(404, "no".into()), 10);
    world.server.fail(Route::Request, &Fault::BadGateway, 1);
    let error = world.download().await.unwrap_err();
    assert!(matches!(error, Error::RequestLost { .. }), "{error}");
    assert_eq!(world.server.calls(Route::Request), 1);
}

/// Others of the project may spend in between: then the count proves nothing.
#[tokio::test]
async fn a_count_that_grew_stops_the_next_try() {
    let world = World::hasty(setup());
    // The count after the failure is slow to come, and the others are quicker.
    world.server.fail(Route::Request, &Fault::BadGateway, 1);
    world.server.fail(Route::Usage, &Fault::Drip(1000, 0), 1);
    world.server.fail(Route::Usage, &Fault::Hang, 1);
    let others = async {
        while world.server.calls(Route::Usage) < 2 {
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
        world.server.spend_elsewhere(1);
    };
    let answer = tokio::select! {
        answer = world.download() => answer,
        answer = async { others.await; std::future::pending().await } => answer,
    };
    assert!(matches!(answer.unwrap_err(), Error::RequestLost { .. }));
    assert_eq!((world.spent(), world.server.calls(Route::Request)), (0, 1));
}

#[tokio::test]
async fn a_cohort_that_is_gone_when_it_is_asked_for_costs_nothing() {
    let world = World::new(setup());
    let refusal = r#"{"error":{"http_code":404,"metadata":{"details":"Cohort not found"}}}"#;
    world.server.fail(Route::Request, &Fault::Status(404, refusal.into()), 1);
    assert!(matches!(world.download().await.unwrap_err(), Error::NoSuchCohort { .. }));
    assert_eq!(world.spent(), 0);
}
