//! A window of hours to its events: halves, nothing, twice, cut.

use serde_json::{Value, json};
use wr_amplitude::{Error, Event, Hour, Window};
use wr_amplitude_server::{Fault, Limit, Route, Setup};

use crate::world::{NOON, World, setup};

const HOUR: i64 = NOON / 3600;

fn event(hour: i64, insert_id: &str, change: &Value) -> wr_amplitude_server::Event {
    wr_amplitude_server::Event::new(hour, insert_id, change)
}

fn window(start: i64, end: i64) -> Window {
    Window::new(Hour::of(start * 3600), Hour::of(end * 3600)).unwrap()
}

async fn export(world: &World, start: i64, end: i64) -> Result<Vec<Event>, Error> {
    let mut batches = world.client.export(window(start, end)).await;
    let mut events = Vec::new();
    while let Some(batch) = batches.next().await {
        events.extend(batch?);
    }
    Ok(events)
}

fn ids(events: &[Event]) -> Vec<&str> {
    events.iter().map(|event| event.insert_id.as_deref().unwrap_or("-")).collect()
}

/// One event an hour, for ten hours from noon.
fn ten() -> Setup {
    let events = (0..10).map(|at| event(HOUR + at, &format!("e{at}"), &Value::Null)).collect();
    Setup { events, ..setup() }
}

#[tokio::test]
async fn both_hours_of_a_window_belong_to_it() {
    let world = World::new(ten());
    assert_eq!(ids(&export(&world, HOUR + 2, HOUR + 4).await.unwrap()), ["e2", "e3", "e4"]);
    assert_eq!(ids(&export(&world, HOUR + 9, HOUR + 9).await.unwrap()), ["e9"]);
    let asked = world.server.seen();
    assert!(asked[0].target.ends_with("/api/2/export?start=20261123T14&end=20261123T16"), "{}", asked[0].target);
}

#[tokio::test]
async fn an_event_is_typed() {
    let change =
        json!({"amplitude_id": 9_007_199_254_740_993_i64, "event_properties": {"b": 1.50, "a": "é"}, "user_id": ""});
    let world = World::new(Setup { events: vec![event(HOUR, "e", &change)], ..setup() });
    let events = export(&world, HOUR, HOUR).await.unwrap();
    let [event] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(event.event_time, (NOON + 3) * 1_000_000);
    assert_eq!(event.server_upload_time, Some(event.event_time));
    assert_eq!((event.amplitude_id, event.user_id.as_deref()), (Some(9_007_199_254_740_993), None));
    assert_eq!(event.event_properties.as_deref(), Some(r#"{"b":1.5,"a":"é"}"#));
    assert_eq!((event.event_type.as_str(), event.country.as_deref()), ("page_view", Some("Norway")));
    assert_eq!(event.session_id, Some(1_789_380_000_000));
}

#[tokio::test]
async fn a_window_that_is_too_much_is_halved_and_stays_in_order() {
    for (in_size, in_time) in [(3, 8760), (8760, 3), (1, 1), (4, 2)] {
        let world = World::new(Setup { export_hours_in_size: in_size, export_hours_in_time: in_time, ..ten() });
        let events = export(&world, HOUR, HOUR + 9).await.unwrap();
        assert_eq!(ids(&events), ["e0", "e1", "e2", "e3", "e4", "e5", "e6", "e7", "e8", "e9"]);
        assert!(world.waits.lock().unwrap().is_empty(), "a window that is too long was asked for again");
    }
}

#[tokio::test]
async fn a_window_that_takes_too_long_is_halved_and_an_hour_is_asked_for_again() {
    let world = World::with(ten(), |settings| settings.deadlines.export = std::time::Duration::from_secs(1));
    world.server.fail(Route::Export, &Fault::Hang, 1);
    assert_eq!(ids(&export(&world, HOUR, HOUR + 1).await.unwrap()), ["e0", "e1"]);
    assert_eq!((world.server.calls(Route::Export), world.waits.lock().unwrap().len()), (3, 0));
    world.server.fail(Route::Export, &Fault::Hang, 1);
    assert_eq!(ids(&export(&world, HOUR, HOUR).await.unwrap()), ["e0"]);
    assert_eq!((world.server.calls(Route::Export), world.waits.lock().unwrap().len()), (5, 1));
}

#[tokio::test]
async fn an_hour_that_is_too_much_is_told() {
    for (in_size, in_time) in [(0, 8760), (8760, 0)] {
        let world = World::new(Setup { export_hours_in_size: in_size, export_hours_in_time: in_time, ..ten() });
        let error = export(&world, HOUR, HOUR + 3).await.unwrap_err();
        assert_eq!(error.message(), "the events of the hour 20261123T12 are too many for an export");
        assert!(error.help().unwrap().contains("S3"));
        assert_eq!(world.server.calls(Route::Export), 3, "4 hours, 2 hours, 1 hour");
    }
}

#[tokio::test]
async fn no_events_are_no_error_and_another_404_is() {
    let world = World::new(setup());
    assert_eq!(export(&world, HOUR, HOUR + 5).await.unwrap(), []);
    world.server.fail(Route::Export, &Fault::Status(404, "<html><title>Not Found</title>".into()), 1);
    assert_eq!(
        export(&world, HOUR, HOUR).await.unwrap_err(),
        Error::Refused { status: 404, words: "Not Found".to_owned() }
    );
}

#[tokio::test]
async fn an_event_that_was_sent_twice_is_one_across_windows_too() {
    let events = vec![
        event(HOUR, "a", &json!({"device_id": "d"})),
        event(HOUR, "a", &json!({"device_id": "d", "uuid": "other"})),
        event(HOUR, "a", &json!({"device_id": "e"})),
        event(HOUR + 1, "a", &json!({"device_id": "d"})),
        event(HOUR + 1, "", &json!({"$insert_id": null, "uuid": "u"})),
        event(HOUR + 1, "", &json!({"$insert_id": null, "uuid": "u"})),
    ];
    let world = World::new(Setup { events, export_hours_in_time: 1, ..setup() });
    let found = export(&world, HOUR, HOUR + 1).await.unwrap();
    let found: Vec<_> = found.iter().map(|event| (event.insert_id.as_deref(), event.device_id.as_deref())).collect();
    assert_eq!(found, [(Some("a"), Some("d")), (Some("a"), Some("e")), (None, Some("d-1"))]);
}

/// Two events of few bytes, so that each byte can be broken.
fn small() -> Setup {
    let record = |at: i64| {
        let insert_id = format!("e{at}");
        json!({"$insert_id": insert_id, "event_time": "2026-11-23 12:00:00", "event_type": "x"}).to_string()
    };
    let events = (0..2).map(|at| wr_amplitude_server::Event { hour: HOUR + at, record: record(at) });
    Setup { events: events.collect(), ..setup() }
}

#[tokio::test]
async fn an_archive_that_was_cut_at_any_byte_is_never_taken_for_a_whole_one() {
    let world = World::impatient(small());
    let length = archive(&world).await.len();
    for at in 0..length {
        // That a connection ended is told by the same code for every answer, so some bytes are enough for it.
        let cuts = if at % 20 == 0 { vec![Fault::ShortAt(at), Fault::CutAt(at)] } else { vec![Fault::ShortAt(at)] };
        for fault in cuts {
            world.server.fail(Route::Export, &fault, 1);
            let error = export(&world, HOUR, HOUR + 1).await.expect_err(&format!("{fault:?}"));
            assert!(matches!(error, Error::Cut { .. } | Error::Unreachable { .. }), "{fault:?}: {error}");
        }
    }
    let world = World::new(small());
    for at in (0..length).step_by(37) {
        world.server.fail(Route::Export, &Fault::ShortAt(at), 1);
        assert_eq!(export(&world, HOUR, HOUR + 1).await.unwrap().len(), 2, "{at}");
    }
}

#[tokio::test]
async fn an_archive_with_one_wrong_bit_gives_no_event_before_it_is_mended() {
    let world = World::new(small());
    let whole = export(&world, HOUR, HOUR + 1).await.unwrap();
    let archive = archive(&world).await;
    for at in (0..archive.len()).step_by(1) {
        let mut broken = archive.clone();
        broken[at] ^= 1;
        world.server.fail(Route::Export, &Fault::Body(broken), 1);
        // Some bits mean nothing: a time, a name.
        assert_eq!(export(&world, HOUR, HOUR + 1).await.as_ref(), Ok(&whole), "a wrong bit of byte {at}");
    }
    let mended = world.waits.lock().unwrap().len();
    assert!(mended > archive.len() / 4, "{mended} of {} bytes were noticed", archive.len() / 2);
}

async fn archive(world: &World) -> Vec<u8> {
    let address = format!("{}/api/2/export?start=20261123T12&end=20261123T13", world.server.api());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = client.get(address).basic_auth(crate::world::API_KEY, Some(crate::world::SECRET_KEY));
    request.send().await.unwrap().bytes().await.unwrap().to_vec()
}

#[tokio::test]
async fn faults_that_pass_are_waited_out_and_keys_are_asked_once() {
    let world = World::hasty(ten());
    for fault in [
        Fault::BadGateway,
        Fault::TooMany(Limit::Concurrent, None),
        Fault::TooMany(Limit::Rate, Some(3)),
        Fault::ResetAt(100),
        Fault::Status(503, String::new()),
        Fault::Hang,
    ] {
        world.server.fail(Route::Export, &fault, 1);
        assert_eq!(export(&world, HOUR, HOUR).await.unwrap().len(), 1, "{fault:?}");
    }
    let before = world.server.calls(Route::Export);
    world.server.change(|setup| setup.projects.clear());
    assert!(matches!(export(&world, HOUR, HOUR + 9).await.unwrap_err(), Error::WrongKey { .. }));
    assert_eq!(world.server.calls(Route::Export), before + 1, "a refused key is no reason for halves");
}

#[tokio::test]
async fn a_line_that_is_no_event_is_told() {
    let broken = wr_amplitude_server::Event { hour: HOUR, record: "{\"event_type\":".to_owned() };
    let world = World::new(Setup { events: vec![broken], ..setup() });
    let error = export(&world, HOUR, HOUR).await.unwrap_err();
    assert!(error.message().starts_with("line 1 of the export of events: it is no event"), "{error}");
}

#[tokio::test]
async fn a_stream_that_is_dropped_asks_for_no_more() {
    let world = World::new(Setup { export_hours_in_time: 1, ..ten() });
    let mut batches = world.client.export(window(HOUR, HOUR + 9)).await;
    batches.next().await.unwrap().unwrap();
    drop(batches);
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    let calls = world.server.calls(Route::Export);
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    assert_eq!(world.server.calls(Route::Export), calls);
    assert!(calls < 19, "every window was asked for");
}
