//! Keys go to the API and nowhere else, and no word of an error holds one, however the server echoes it.

use wr_amplitude::{Client, Error, InProcess, Properties, Remembered, RequestKey, RequestMemory};
use wr_amplitude_server::{Fault, Route, Setup};

use crate::world::{API_KEY, ID, SECRET_KEY, World, id, setup};

/// Spellings of the two keys, made by Python (`base64`, `urllib.parse.quote`), not by the code under test.
const SPELLINGS: [&str; 6] = [
    API_KEY,
    SECRET_KEY,
    "YzRuNHJ5K2FwaS9rZXk9MDE6YzRuNHJ5P3NlY3JldCZrZXklMDI=",
    "c4n4ry%2Bapi%2Fkey%3D01",
    "c4n4ry%3Fsecret%26key%2502",
    "c4n4ry?secret&amp;key%02",
];

/// Whether a text holds a piece of a key that would help anyone.
fn leaks(text: &str) -> bool {
    ["c4n4ry", "YzRuNHJ5", "M0bjRyeT", "X-Amz-Signature"].iter().any(|piece| text.contains(piece))
}

const ROUTES: [Route; 6] = [Route::Cohorts, Route::Usage, Route::Request, Route::Status, Route::File, Route::Storage];

const STATUSES: [u16; 9] = [400, 401, 403, 404, 429, 500, 501, 502, 503];

/// Every step is taken each time, and none is tried again.
fn unlimited() -> World {
    World::impatient(Setup { inline_below: 0, requests_a_month: 10_000, requests_in_ten_minutes: 10_000, ..setup() })
}

fn everything(error: &Error) -> String {
    format!("{error} {error:?} {error:#?} {} {:?} {:?}", error.message(), error.detail(), error.help())
}

#[tokio::test]
async fn the_storage_never_sees_credentials() {
    let world = World::new(Setup { inline_below: 0, ..setup() });
    world.download().await.unwrap();
    let seen = world.server.seen();
    let storage: Vec<_> = seen.iter().filter(|seen| seen.route == Some(Route::Storage)).collect();
    assert_eq!((storage.len(), storage[0].status), (1, Some(200)));
    for request in &storage {
        assert_eq!(request.header("authorization"), None);
        assert_eq!(request.header("referer"), None);
        assert!(!request.headers.iter().any(|(_, value)| leaks(value)), "{request:?}");
    }
    assert!(seen.iter().filter(|seen| seen.route != Some(Route::Storage)).all(|seen| {
        seen.header("authorization") == Some("Basic YzRuNHJ5K2FwaS9rZXk9MDE6YzRuNHJ5P3NlY3JldCZrZXklMDI=")
            && !leaks(&seen.target)
    }));
}

#[tokio::test]
async fn no_error_tells_a_key_whatever_the_server_says() {
    let echo = SPELLINGS.join(" | ");
    let envelope =
        |details: &str| serde_json::json!({"error": {"message": "x", "metadata": {"details": details}}}).to_string();
    let long = format!("{}{echo}", "x".repeat(280));
    let bodies = [
        echo.clone(),
        long,
        envelope(&echo),
        format!("<html><title>{echo}</title></html>"),
        format!("<Error><Code>{echo}</Code></Error>"),
    ];
    let world = unlimited();
    for route in ROUTES {
        for (body, status) in bodies.iter().flat_map(|body| STATUSES.map(|status| (body, status))) {
            world.server.heal();
            world.server.fail(route, &Fault::Status(status, body.clone()), 5);
            match world.client.download(&id(ID), &Properties::None, &InProcess::default()).await {
                Ok(_) => assert_eq!(route, Route::Usage, "a quota that is not told stops nothing, all else does"),
                Err(error) => {
                    let told = everything(&error);
                    assert!(!leaks(&told), "{route:?} {status}: {told}");
                }
            }
        }
    }
}

#[tokio::test]
async fn no_error_of_a_broken_answer_tells_a_key_or_a_signature() {
    let world = unlimited();
    let echo = SPELLINGS.join(" | ").into_bytes();
    for fault in [
        Fault::Body(echo.clone()),
        Fault::AsyncStatus(200, String::from_utf8(echo).unwrap()),
        Fault::ResetAt(5),
        Fault::CutAt(5),
        Fault::Expired,
        Fault::BadGateway,
        Fault::Status(400, "<Error><Code>InvalidArgument</Code></Error>".into()),
    ] {
        for route in ROUTES {
            world.server.heal();
            world.server.fail(route, &fault, 5);
            let answer = world.client.download(&id(ID), &Properties::None, &InProcess::default()).await;
            if let Err(error) = answer {
                let told = everything(&error);
                assert!(!leaks(&told), "{route:?} {fault:?}: {told}");
            }
        }
    }
}

#[tokio::test]
async fn nothing_that_can_be_printed_prints_a_key() {
    let world = World::new(setup());
    let key_seen = std::sync::Mutex::new(String::new());
    struct Spy<'a>(&'a std::sync::Mutex<String>, InProcess);
    impl RequestMemory for Spy<'_> {
        fn recall(&self, key: &RequestKey) -> Result<Option<Remembered>, String> {
            *self.0.lock().unwrap() = format!("{key:?} {}", key.as_str());
            self.1.recall(key)
        }
        fn remember(&self, key: &RequestKey, it: &Remembered) -> Result<(), String> {
            self.1.remember(key, it)
        }
        fn forget(&self, key: &RequestKey) -> Result<(), String> {
            self.1.forget(key)
        }
    }
    let spy = Spy(&key_seen, InProcess::default());
    let download = world.client.download(&id(ID), &Properties::None, &spy).await.unwrap();
    let printed = format!("{:?} {:?} {download:?} {}", world.client, spy.1, key_seen.lock().unwrap());
    assert!(printed.contains("***") && printed.contains(ID) && !leaks(&printed), "{printed}");

    let mut settings = wr_amplitude::Settings::new(
        wr_amplitude::Region::Us,
        wr_secret::Secret::new(API_KEY),
        wr_secret::Secret::new(SECRET_KEY),
    );
    // Someone wrote keys into the address.
    settings.address = Some(format!("htp://{}@x", SPELLINGS[3]));
    let told = everything(&Client::new(settings).unwrap_err());
    assert!(!leaks(&told), "{told}");
}
