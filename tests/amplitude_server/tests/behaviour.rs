//! The stand-in against services.md: each rule that a client has to live with, asked by a client that knows nothing.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests say by panicking what is wrong")]

use std::io::{Cursor, Read as _};
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use serde_json::Value;
use wr_amplitude_server::{AmplitudeServer, Clock, Cohort, Event, Fault, Limit, Project, Region, Route, Setup};

/// 2026-11-23 12:00 UTC.
const NOON: i64 = 1_795_435_200;

fn setup() -> Setup {
    Setup {
        cohorts: vec![Cohort::new("k1a2b3c", "Active", &[(356_896_327_775, ""), (356_896_329_999, "user-7")])],
        clock: Clock::standing(NOON),
        polls_until_done: 1,
        ..Setup::default()
    }
}

fn client() -> Client {
    Client::builder().no_proxy().redirect(Policy::none()).timeout(Duration::from_secs(5)).build().unwrap()
}

async fn get(server: &AmplitudeServer, path: &str) -> Response {
    get_as(server, path, "key", "secret").await
}

async fn get_as(server: &AmplitudeServer, path: &str, key: &str, secret: &str) -> Response {
    client().get(format!("{}{path}", server.api())).basic_auth(key, Some(secret)).send().await.unwrap()
}

async fn details(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    let body: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    (status, body["error"]["metadata"]["details"].as_str().unwrap_or_default().to_owned())
}

/// Asks for the file of the cohort until it is there; the id of the request.
async fn request(server: &AmplitudeServer) -> String {
    let answer: Value =
        serde_json::from_str(&get(server, "/api/5/cohorts/request/k1a2b3c").await.text().await.unwrap()).unwrap();
    let id = answer["request_id"].as_str().unwrap().to_owned();
    assert_eq!(get(server, &format!("/api/5/cohorts/request-status/{id}")).await.status(), 202);
    assert_eq!(get(server, &format!("/api/5/cohorts/request-status/{id}")).await.status(), 200);
    id
}

fn unzipped(bytes: &[u8]) -> String {
    let mut text = String::new();
    flate2::read::GzDecoder::new(bytes).read_to_string(&mut text).unwrap();
    text
}

#[tokio::test]
async fn keys_are_of_a_project_and_a_region() {
    let european = Project { region: Region::Eu, api_key: "eu".into(), secret_key: "s".into() };
    let mut setup = setup();
    setup.projects.push(european);
    let server = AmplitudeServer::start(setup).unwrap();
    let path = "/api/3/cohorts";
    assert_eq!(get(&server, path).await.status(), 200);
    for (key, secret, words) in [
        ("eu", "s", "Invalid API Key"),
        ("nobody", "secret", "Invalid API Key"),
        ("key", "wrong", "Invalid API/Secret Key combination"),
    ] {
        assert_eq!(details(get_as(&server, path, key, secret).await).await, (403, words.to_owned()));
    }
    let bare = client().get(format!("{}{path}", server.api())).send().await.unwrap();
    assert_eq!(details(bare).await, (403, "Invalid API Key".to_owned()));
}

#[tokio::test]
async fn a_small_file_comes_inline_and_compressed() {
    let server = AmplitudeServer::start(setup()).unwrap();
    let id = request(&server).await;
    let answer = get(&server, &format!("/api/5/cohorts/request/{id}/file")).await;
    assert_eq!(answer.headers()["content-encoding"], "gzip");
    assert_eq!(
        unzipped(&answer.bytes().await.unwrap()),
        "\"amplitude_id\",\"user_id\"\n\"356896327775\",\"\"\n\"356896329999\",\"user-7\"\n"
    );
}

#[tokio::test]
async fn a_large_file_is_elsewhere_for_a_minute_and_never_with_credentials() {
    let server = AmplitudeServer::start(Setup { inline_below: 0, ..setup() }).unwrap();
    let id = request(&server).await;
    let link = async || {
        let answer = get(&server, &format!("/api/5/cohorts/request/{id}/file")).await;
        assert_eq!(answer.status(), 302);
        answer.headers()["location"].to_str().unwrap().to_owned()
    };
    let first = link().await;
    assert!(first.starts_with(&server.storage()));
    let answer = client().get(&first).send().await.unwrap();
    assert!(unzipped(&answer.bytes().await.unwrap()).ends_with("\"user-7\"\n"));

    let answer = client().get(&first).basic_auth("key", Some("secret")).send().await.unwrap();
    assert_eq!(answer.status(), 400);
    assert!(answer.text().await.unwrap().contains("<Code>InvalidArgument</Code>"));

    server.advance(Duration::from_secs(61));
    assert_eq!(client().get(&first).send().await.unwrap().status(), 403);
    assert_eq!(client().get(&link().await).send().await.unwrap().status(), 200);

    server.advance(Duration::from_secs(7 * 24 * 3600));
    assert_eq!(get(&server, &format!("/api/5/cohorts/request/{id}/file")).await.status(), 404);
}

#[tokio::test]
async fn properties_are_columns_and_a_name_may_stand_twice() {
    let mut setup = setup();
    setup.cohorts[0].properties = ["city", "amplitude_id", "note"].map(str::to_owned).to_vec();
    setup.cohorts[0].rows = vec![["1", "a", "Oslo", "1", "two\nlines, \"quoted\""].map(str::to_owned).to_vec()];
    setup.encoding = wr_amplitude_server::Encoding::Plain;
    let server = AmplitudeServer::start(setup).unwrap();
    for (query, rest) in [
        (
            "?props=1",
            "\"amplitude_id\",\"user_id\",\"city\",\"amplitude_id\",\"note\"\n\"1\",\"a\",\"Oslo\",\"1\",\"two\nlines, \"\"quoted\"\"\"\n",
        ),
        ("?props=1&propKeys=city", "\"amplitude_id\",\"user_id\",\"city\"\n\"1\",\"a\",\"Oslo\"\n"),
        ("?props=0", "\"amplitude_id\",\"user_id\"\n\"1\",\"a\"\n"),
    ] {
        let answer = get(&server, &format!("/api/5/cohorts/request/k1a2b3c{query}")).await.text().await.unwrap();
        let answer: Value = serde_json::from_str(&answer).unwrap();
        let id = answer["request_id"].as_str().unwrap();
        for _ in 0..2 {
            get(&server, &format!("/api/5/cohorts/request-status/{id}")).await;
        }
        let file = get(&server, &format!("/api/5/cohorts/request/{id}/file")).await.text().await.unwrap();
        assert_eq!(file, rest);
    }
}

#[tokio::test]
async fn sixty_in_ten_minutes_and_a_month_has_its_limit() {
    let server = AmplitudeServer::start(Setup { requests_a_month: 61, ..setup() }).unwrap();
    let path = "/api/5/cohorts/request/k1a2b3c";
    for _ in 0..60 {
        assert_eq!(get(&server, path).await.status(), 202);
    }
    let (status, words) = details(get(&server, path).await).await;
    assert_eq!(status, 429);
    assert!(words.contains("rate limit"), "{words}");
    server.advance(Duration::from_secs(601));
    assert_eq!(get(&server, path).await.status(), 202);
    assert!(details(get(&server, path).await).await.1.contains("monthly"));
    let usage: Value = serde_json::from_str(&get(&server, "/api/3/cohorts/usage").await.text().await.unwrap()).unwrap();
    assert_eq!(usage["rest_download"]["usage"], 61);
    assert_eq!(usage["rest_download"]["resets_at"], "2026-12-01T00:00:00Z");
    assert_eq!((server.counts().spent, server.counts().refused), (61, 2));
}

#[tokio::test]
async fn five_at_once_and_a_place_is_free_when_a_client_leaves() {
    let server = AmplitudeServer::start(setup()).unwrap();
    server.fail(Route::Cohorts, &Fault::Hang, 5);
    let address = format!("{}/api/3/cohorts", server.api());
    let hanging: Vec<_> = (0..5)
        .map(|_| {
            let request = client().get(&address).basic_auth("key", Some("secret"));
            tokio::spawn(async move { request.send().await.map(|answer| answer.status()) })
        })
        .collect();
    while server.calls(Route::Cohorts) < 5 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let (status, words) = details(get(&server, "/api/3/cohorts").await).await;
    assert!(status == 429 && words.contains("concurrent limit"), "{status} {words}");
    for task in hanging {
        task.abort();
    }
    for attempt in 0.. {
        if get(&server, "/api/3/cohorts").await.status() == 200 {
            break;
        }
        assert!(attempt < 100, "the places stay taken");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(server.counts().most_at_once, 5);
}

#[tokio::test]
async fn an_export_has_both_its_hours_and_says_what_is_too_much() {
    let hour = NOON / 3600;
    let event = |hour, id| Event::new(hour, id, &Value::Null);
    let events = vec![event(hour, "a"), event(hour, "b"), event(hour + 1, "c"), event(hour + 2, "d")];
    let setup = Setup { events, export_hours_in_size: 48, export_hours_in_time: 24, ..setup() };
    let server = AmplitudeServer::start(setup).unwrap();
    let answer = get(&server, "/api/2/export?start=20261123T12&end=20261123T13").await;
    let mut archive = zip::ZipArchive::new(Cursor::new(answer.bytes().await.unwrap())).unwrap();
    let mut found = Vec::new();
    for at in 0..archive.len() {
        let mut bytes = Vec::new();
        archive.by_index(at).unwrap().read_to_end(&mut bytes).unwrap();
        for line in unzipped(&bytes).lines() {
            let record: Value = serde_json::from_str(line).unwrap();
            found.push(record["$insert_id"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!((archive.len(), found.join("")), (3, "abc".to_owned()));
    for (window, status) in [
        ("start=20261120T00&end=20261120T01", 404),
        ("start=20261120T00&end=20261121T00", 504),
        ("start=20261120T00&end=20261123T00", 400),
        ("start=2026-11-20&end=20261123T00", 400),
    ] {
        assert_eq!(get(&server, &format!("/api/2/export?{window}")).await.status(), status, "{window}");
    }
}

#[tokio::test]
async fn faults_come_in_order_and_bodies_end_where_a_test_says() {
    let server = AmplitudeServer::start(setup()).unwrap();
    let whole = get(&server, "/api/3/cohorts").await.bytes().await.unwrap();
    server.fail(Route::Cohorts, &Fault::BadGateway, 1);
    server.fail(Route::Cohorts, &Fault::TooMany(Limit::Rate, Some(7)), 1);
    server.fail(Route::Cohorts, &Fault::CutAt(10), 1);
    server.fail(Route::Cohorts, &Fault::ResetAt(10), 1);
    server.fail(Route::Cohorts, &Fault::ShortAt(10), 1);
    server.fail(Route::Cohorts, &Fault::Drip(100, 1), 1);
    assert!(get(&server, "/api/3/cohorts").await.text().await.unwrap().contains("<html>"));
    assert_eq!(get(&server, "/api/3/cohorts").await.headers()["retry-after"], "7");
    assert!(get(&server, "/api/3/cohorts").await.bytes().await.is_err());
    assert!(get(&server, "/api/3/cohorts").await.bytes().await.is_err());
    assert_eq!(get(&server, "/api/3/cohorts").await.bytes().await.unwrap(), whole[..10]);
    assert_eq!(get(&server, "/api/3/cohorts").await.bytes().await.unwrap(), whole);
}

#[test]
fn the_sample_project_is_served_as_it_is() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/data/amp/cohorts");
    let cohorts = Cohort::from_folder(&folder).unwrap();
    let found: Vec<_> = cohorts.iter().map(|cohort| (cohort.id.as_str(), cohort.size)).collect();
    assert!(found.contains(&("c7k2p9x1", 6050)) && found.contains(&("e0p8y2k4", 0)), "{found:?}");
    let stopped = AmplitudeServer::start(Setup { cohorts, ..Setup::default() }).unwrap();
    let port = stopped.api().rsplit_once(':').unwrap().1.parse::<u16>().unwrap();
    drop(stopped);
    assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err(), "the server outlives its handle");
}
