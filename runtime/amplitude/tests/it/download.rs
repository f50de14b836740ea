//! From a cohort's id to its rows, and what a rerun costs.

use std::sync::Mutex;
use std::time::Duration;

use wr_amplitude::{Error, Properties, Remembered, RequestKey, RequestMemory, SizeDiffers};
use wr_amplitude_server::{Cohort, Encoding, Fault, Framing, Route, Setup};

use crate::world::{ID, World, cohort, expected, id, members, setup};

#[tokio::test]
async fn rows_are_the_same_however_they_come() {
    for inline_below in [4096, 0] {
        for encoding in [Encoding::Gzip, Encoding::GzipUnnamed, Encoding::Plain] {
            for framing in [Framing::Length, Framing::Chunked] {
                let world = World::new(Setup { inline_below, encoding, framing, ..setup() });
                let mut download = world.download().await.unwrap();
                assert_eq!(members(&mut download).await, expected(), "{inline_below} {encoding:?} {framing:?}");
                assert!(download.is_new && download.warning.is_none());
                assert_eq!(download.cohort.name, "Active");
                assert_eq!(world.server.calls(Route::Storage), usize::from(inline_below == 0));
            }
        }
    }
}

#[tokio::test]
async fn properties_are_columns_and_the_first_of_two_counts() {
    let mut with = cohort();
    with.properties = ["city", "amplitude_id", "note", "city"].map(str::to_owned).to_vec();
    with.size = 1;
    with.rows = vec![["7", "a,b", "Oslo", "8", "two\r\nlines, \"quoted\"", "Bergen"].map(str::to_owned).to_vec()];
    let world = World::new(Setup { cohorts: vec![with], ..setup() });

    let mut all = world.download_with(&Properties::All).await.unwrap();
    assert_eq!(all.columns, ["city", "note"]);
    let rows = members(&mut all).await;
    assert_eq!((rows.amplitude_id, rows.user_id), (vec![7], vec![Some("a,b".to_owned())]));
    let text = |text: &str| vec![Some(text.to_owned())];
    assert_eq!(rows.properties, [text("Oslo"), text("two\r\nlines, \"quoted\"")]);

    let named = Properties::Named(vec!["note".to_owned(), "city".to_owned()]);
    let mut some = world.download_with(&named).await.unwrap();
    assert_eq!(some.columns, ["note", "city"]);
    assert_eq!(members(&mut some).await.properties, [text("two\r\nlines, \"quoted\""), text("Oslo")]);
    let asked = world.server.seen();
    let asked = asked.iter().rfind(|seen| seen.route == Some(Route::Request)).unwrap();
    assert!(asked.target.ends_with("?props=1&propKeys=note&propKeys=city"), "{}", asked.target);

    let error = world.download_with(&Properties::Named(vec!["town".to_owned()])).await.unwrap_err();
    assert_eq!(error.message(), "the file of the cohort has no column `town`");
}

#[tokio::test]
async fn a_cohort_of_many_batches_keeps_its_order() {
    let rows: Vec<Vec<String>> = (0..20_000).map(|row| vec![row.to_string(), format!("u{row}")]).collect();
    let many = Cohort { size: 20_000, rows, ..cohort() };
    let world = World::new(Setup { cohorts: vec![many], ..setup() });
    let mut download = world.download().await.unwrap();
    let first = download.batches.next().await.unwrap().unwrap();
    assert!(first.len() < 20_000, "one batch holds everything");
    let mut next = i64::try_from(first.len()).unwrap();
    while let Some(batch) = download.batches.next().await {
        for (id, user) in std::iter::zip(batch.as_ref().unwrap().amplitude_id.clone(), batch.unwrap().user_id) {
            assert_eq!((id, user), (next, Some(format!("u{next}"))));
            next += 1;
        }
    }
    assert_eq!((next, download.rows), (20_000, 20_000));
}

#[tokio::test]
async fn an_empty_cohort_has_a_heading_or_nothing_at_all() {
    let empty = Cohort::new(ID, "Nobody", &[]);
    let world = World::new(Setup { cohorts: vec![empty], ..setup() });
    assert_eq!(members(&mut world.download().await.unwrap()).await.len(), 0);
    world.server.change(|setup| setup.encoding = Encoding::Plain);
    world.server.fail(Route::File, &Fault::Body(Vec::new()), 1);
    assert_eq!(world.download().await.unwrap().rows, 0);

    let world = World::impatient(Setup { encoding: Encoding::Plain, ..setup() });
    world.server.fail(Route::File, &Fault::Body(Vec::new()), 1);
    let error = world.download().await.unwrap_err();
    assert_eq!(error.message(), "the file of the cohort ends before its end");
}

#[tokio::test]
async fn a_size_that_differs_warns_from_one_in_twenty() {
    let rows: Vec<Vec<String>> = (0..95).map(|row| vec![row.to_string(), String::new()]).collect();
    for (size, warns) in [(100, false), (101, true), (91, false), (90, true), (0, true)] {
        let world = World::new(Setup { cohorts: vec![Cohort { size, rows: rows.clone(), ..cohort() }], ..setup() });
        let warning = world.download().await.unwrap().warning;
        let expected = warns.then(|| SizeDiffers { name: "Active".to_owned(), size, rows: 95 });
        assert_eq!(warning, expected, "{size}");
    }
}

#[tokio::test]
async fn a_cohort_at_the_limit_is_refused_before_it_costs() {
    for (size, refused) in [(2_000_000, true), (1_999_999, false)] {
        let world = World::new(Setup { cohorts: vec![Cohort { size, ..cohort() }], ..setup() });
        let answer = world.download().await;
        assert_eq!(matches!(answer, Err(Error::CohortTooLarge { .. })), refused, "{size}");
        assert_eq!(world.spent(), u64::from(!refused));
    }
}

#[tokio::test]
async fn a_rerun_pays_only_when_the_cohort_changed_or_the_link_is_old() {
    let world = World::new(setup());
    assert!(world.download().await.unwrap().is_new);
    for _ in 0..3 {
        let mut again = world.download().await.unwrap();
        assert!(!again.is_new);
        assert_eq!(members(&mut again).await, expected());
    }
    assert_eq!(world.spent(), 1);

    world.server.put_cohort(Cohort { last_computed: 1_679_999_999, ..cohort() });
    assert!(world.download().await.unwrap().is_new);
    world.server.put_cohort(Cohort { last_computed: 1_679_999_999, last_modified: 1_679_999_999, ..cohort() });
    assert!(world.download().await.unwrap().is_new);
    assert!(!world.download().await.unwrap().is_new);
    assert_eq!(world.spent(), 3);

    world.server.advance(Duration::from_secs(6 * 24 * 3600));
    assert!(!world.download().await.unwrap().is_new);
    world.server.advance(Duration::from_secs(24 * 3600));
    assert!(world.download().await.unwrap().is_new);
    assert_eq!(world.spent(), 4);
    assert!(world.server.seen().iter().all(|seen| seen.status != Some(404)), "a dead link was tried");

    // Other columns are another file.
    assert!(world.download_with(&Properties::All).await.unwrap().is_new);
    assert_eq!(world.spent(), 5);
}

#[tokio::test]
async fn a_link_that_died_early_is_asked_for_anew_once() {
    let world = World::new(setup());
    world.download().await.unwrap();
    world.server.fail(Route::File, &Fault::Expired, 1);
    let mut again = world.download().await.unwrap();
    assert_eq!(members(&mut again).await, expected());
    assert_eq!((again.is_new, world.spent()), (true, 2));
    // A server that never has a file is not paid again and again.
    world.server.fail(Route::File, &Fault::Expired, 10);
    let error = world.download().await.unwrap_err();
    assert!(matches!(error, Error::FileGone { .. }), "{error}");
    assert_eq!(world.spent(), 3);
}

#[tokio::test]
async fn a_run_that_died_while_it_waited_goes_on_with_what_was_paid() {
    let world = World::with(setup(), |settings| settings.deadlines.job = Duration::from_secs(60));
    world.server.change(|setup| setup.polls_until_done = 1000);
    let error = world.download().await.unwrap_err();
    assert!(matches!(error, Error::JobTooSlow { .. }), "{error}");
    world.server.change(|setup| setup.polls_until_done = 2);
    let mut again = world.download().await.unwrap();
    assert_eq!((again.is_new, world.spent()), (false, 1));
    assert_eq!(members(&mut again).await, expected());
}

#[tokio::test]
async fn two_that_want_the_same_file_at_once_pay_once() {
    let world = World::new(setup());
    let (one, other) = tokio::join!(world.download(), world.download());
    assert_eq!([one.unwrap().is_new, other.unwrap().is_new].iter().filter(|is_new| **is_new).count(), 1);
    assert_eq!(world.spent(), 1);
}

/// A store that fails, or notes what it was asked.
#[derive(Default)]
struct Notes {
    fails_to_forget: bool,
    fails_to_remember: bool,
    calls: Mutex<Vec<&'static str>>,
}

impl RequestMemory for Notes {
    fn recall(&self, _: &RequestKey) -> Result<Option<Remembered>, String> {
        self.calls.lock().unwrap().push("recall");
        Ok(None)
    }

    fn remember(&self, _: &RequestKey, _: &Remembered) -> Result<(), String> {
        self.calls.lock().unwrap().push("remember");
        if self.fails_to_remember { Err("disk full".to_owned()) } else { Ok(()) }
    }

    fn forget(&self, _: &RequestKey) -> Result<(), String> {
        self.calls.lock().unwrap().push("forget");
        if self.fails_to_forget { Err("read-only".to_owned()) } else { Ok(()) }
    }
}

#[tokio::test]
async fn a_store_that_cannot_keep_the_id_is_seen_before_it_costs() {
    let world = World::new(setup());
    let broken = Notes { fails_to_forget: true, ..Notes::default() };
    let error = world.client.download(&id(ID), &Properties::None, &broken).await.unwrap_err();
    assert_eq!(error, Error::Memory { words: "read-only".to_owned() });
    assert_eq!(world.spent(), 0);
    let broken = Notes { fails_to_remember: true, ..Notes::default() };
    world.client.download(&id(ID), &Properties::None, &broken).await.unwrap_err();
    assert_eq!(world.server.calls(Route::Status), 0, "the id was used before it was kept");
}

#[tokio::test]
async fn a_dropped_download_stops_and_a_task_can_hold_it() {
    let world = World::new(setup());
    let client = world.client.clone();
    let memory = wr_amplitude::InProcess::default();
    let download = tokio::spawn(async move { client.download(&id(ID), &Properties::None, &memory).await });
    drop(download.await.unwrap().unwrap());
}
