//! Lists, descriptions, quotas, and who may ask.

use std::sync::{Arc, Mutex};

use wr_amplitude::{Client, Cohort, Error, Unreachable, Usage};
use wr_amplitude_server::{Fault, Project, Route};
use wr_secret::Secret;

use crate::world::{ID, NOON, World, id, settings, setup};

#[tokio::test]
async fn a_cohort_is_described_as_the_list_says() {
    let mut setup = setup();
    setup.cohorts[0].archived = true;
    let world = World::new(setup);
    let expected = Cohort {
        id: ID.to_owned(),
        name: "Active".to_owned(),
        size: Some(2),
        last_computed: Some(1_679_440_000),
        last_modified: Some(1_679_437_294),
        archived: true,
        published: true,
    };
    assert_eq!(world.client.cohorts().await.unwrap(), std::slice::from_ref(&expected));
    assert_eq!(world.client.cohort(&id(ID)).await.unwrap(), expected);
}

#[tokio::test]
async fn an_unknown_cohort_is_told_with_its_neighbours_and_costs_nothing() {
    let world = World::new(setup());
    for (written, help) in [
        ("k1a2b3d", "did you mean `k1a2b3c` (“Active”)?"),
        ("actve", "did you mean `k1a2b3c` (“Active”)?"),
        ("zzzzzzz", "check the id, and whether the cohort is in the project of these keys"),
    ] {
        let error = world.client.cohort(&id(written)).await.unwrap_err();
        assert_eq!(error.message(), format!("there is no cohort `{written}` in this project"));
        assert_eq!(error.help().unwrap(), help);
    }
    assert_eq!(world.spent(), 0);
}

#[tokio::test]
async fn the_quota_is_read() {
    let world = World::new(setup());
    world.server.spend_elsewhere(3);
    let resets_at = Some(NOON - 22 * 24 * 3600 - 12 * 3600 + 30 * 24 * 3600);
    assert_eq!(world.client.usage().await.unwrap(), Usage { limit: 500, used: 3, resets_at });
}

#[tokio::test]
async fn wrong_keys_are_told_apart_and_asked_once() {
    let mut setup = setup();
    setup.projects.push(Project {
        region: wr_amplitude_server::Region::Eu,
        api_key: "european".into(),
        secret_key: "s".into(),
    });
    let clock = setup.clock.clone();
    let world = World::new(setup);
    for (key, secret, message, help) in [
        ("european", "s", "does not know the API key in the region `us`", "`eu`"),
        (crate::world::API_KEY, "other", "the secret key does not belong to the API key", "same project"),
    ] {
        let before = world.server.seen().len();
        let mut settings = settings(&world.server, &clock);
        settings.api_key = Secret::new(key);
        settings.secret_key = Secret::new(secret);
        let error = Client::new(settings).unwrap().cohorts().await.unwrap_err();
        assert!(error.message().contains(message), "{error}");
        assert!(error.help().unwrap().contains(help), "{:?}", error.help());
        assert_eq!(world.server.seen().len(), before + 1);
    }
}

#[tokio::test]
async fn a_list_that_is_cut_or_a_page_is_asked_for_again() {
    let world = World::hasty(setup());
    for fault in [
        Fault::ShortAt(40),
        Fault::CutAt(40),
        Fault::ResetAt(40),
        Fault::Body(b"<html>please sign in to the proxy</html>".to_vec()),
        Fault::Body(b"{\"cohorts\":null}".to_vec()),
        Fault::BadGateway,
        Fault::Hang,
    ] {
        world.server.fail(Route::Cohorts, &fault, 2);
        let before = world.server.calls(Route::Cohorts);
        assert_eq!(world.client.cohorts().await.unwrap().len(), 1, "{fault:?}");
        assert_eq!(world.server.calls(Route::Cohorts), before + 3, "{fault:?}");
    }
    // What no other try would mend.
    world.server.fail(Route::Cohorts, &Fault::Status(400, "no".into()), 1);
    let error = world.client.cohorts().await.unwrap_err();
    assert_eq!(error, Error::Refused { status: 400, words: "no".into() });
}

#[tokio::test]
async fn a_server_that_cannot_be_reached_is_told_why() {
    let clock = setup().clock;
    let world = World::new(setup());
    let port = world.server.api().rsplit_once(':').unwrap().1.to_owned();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for (address, kind) in [
        (format!("http://127.0.0.1:{free}"), "connection"),
        // Too long for a name, so no network is asked.
        (format!("http://{}.invalid", "x".repeat(64)), "name"),
        (format!("https://127.0.0.1:{port}"), "encryption"),
    ] {
        let mut settings = settings(&world.server, &clock);
        settings.address = Some(address.clone());
        let waits = Arc::new(Mutex::new(Vec::new()));
        let heard = waits.clone();
        settings.on_wait = Some(Arc::new(move |wait| heard.lock().unwrap().push(wait)));
        let error = Client::new(settings).unwrap().cohorts().await.unwrap_err();
        let Error::Unreachable { why, .. } = &error else { panic!("{address}: {error}") };
        let found = match why {
            Unreachable::Name => "name",
            Unreachable::Connection(_) => "connection",
            Unreachable::Encryption(_) => "encryption",
            Unreachable::TooSlow(_) => "too slow",
            Unreachable::Broken(_) => "broken",
        };
        assert_eq!(found, kind, "{error}");
        assert!(error.help().is_some());
        // A name and a certificate do not mend themselves while a person waits.
        let waited = waits.lock().unwrap().len();
        assert_eq!(waited > 1, kind == "connection", "{kind}: {waited}");
    }
    for address in ["amplitude.com", "ftp://amplitude.com", "mailto:x"] {
        let mut settings = settings(&world.server, &clock);
        settings.address = Some(address.to_owned());
        assert!(matches!(Client::new(settings), Err(Error::BadAddress { .. })), "{address}");
    }
}
