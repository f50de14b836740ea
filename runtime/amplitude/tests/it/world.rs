//! A server and a client that share one clock: whoever waits moves it, so no test waits.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::BoxFuture;
use wr_amplitude::{
    Client, CohortId, Download, Error, InProcess, MemberBatch, Properties, Region, Settings, Timing, Wait,
};
use wr_amplitude_server::{AmplitudeServer, Clock, Cohort, Project, Setup};
use wr_secret::Secret;

/// 2026-11-23 12:00 UTC.
pub(crate) const NOON: i64 = 1_795_435_200;

/// Keys that stand in no other text.
pub(crate) const API_KEY: &str = "c4n4ry+api/key=01";
pub(crate) const SECRET_KEY: &str = "c4n4ry?secret&key%02";

pub(crate) const ID: &str = "k1a2b3c";

pub(crate) struct World {
    pub(crate) server: AmplitudeServer,
    pub(crate) client: Client,
    pub(crate) memory: InProcess,
    pub(crate) waits: Arc<Mutex<Vec<Wait>>>,
}

struct Shared {
    clock: Clock,
}

impl Timing for Shared {
    fn now(&self) -> i64 {
        self.clock.seconds()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.clock.advance(duration);
        Box::pin(tokio::task::yield_now())
    }

    fn chance(&self) -> f64 {
        0.5
    }
}

/// Two members, one without a user id.
pub(crate) fn cohort() -> Cohort {
    Cohort::new(ID, "Active", &[(356_896_327_775, ""), (9_007_199_254_740_993, "user-7")])
}

pub(crate) fn setup() -> Setup {
    let project =
        Project { region: wr_amplitude_server::Region::Us, api_key: API_KEY.into(), secret_key: SECRET_KEY.into() };
    Setup {
        projects: vec![project],
        cohorts: vec![cohort()],
        clock: Clock::standing(NOON),
        polls_until_done: 1,
        ..Setup::default()
    }
}

pub(crate) fn settings(server: &AmplitudeServer, clock: &Clock) -> Settings {
    let mut settings = Settings::new(Region::Us, Secret::new(API_KEY), Secret::new(SECRET_KEY));
    settings.address = Some(server.api());
    settings.timing = Arc::new(Shared { clock: clock.clone() });
    settings
}

impl World {
    pub(crate) fn new(setup: Setup) -> World {
        World::with(setup, |_| {})
    }

    pub(crate) fn with(setup: Setup, change: impl FnOnce(&mut Settings)) -> World {
        let clock = setup.clock.clone();
        let server = AmplitudeServer::start(setup).unwrap();
        let mut settings = settings(&server, &clock);
        let waits = Arc::new(Mutex::new(Vec::new()));
        let heard = waits.clone();
        settings.on_wait = Some(Arc::new(move |wait| heard.lock().unwrap().push(wait)));
        change(&mut settings);
        World { server, client: Client::new(settings).unwrap(), memory: InProcess::default(), waits }
    }

    /// Gives up at the first failure.
    pub(crate) fn impatient(setup: Setup) -> World {
        World::with(setup, |settings| {
            settings.deadlines.failures = Duration::ZERO;
            settings.deadlines.limits = Duration::ZERO;
        })
    }

    /// Does not wait long for a server that hangs. Long enough for a busy machine.
    pub(crate) fn hasty(setup: Setup) -> World {
        World::with(setup, |settings| {
            settings.deadlines.answer = Duration::from_secs(1);
            settings.deadlines.export = Duration::from_secs(1);
            settings.deadlines.silence = Duration::from_secs(1);
        })
    }

    pub(crate) async fn download(&self) -> Result<Download, Error> {
        self.client.download(&id(ID), &Properties::None, &self.memory).await
    }

    pub(crate) async fn download_with(&self, properties: &Properties) -> Result<Download, Error> {
        self.client.download(&id(ID), properties, &self.memory).await
    }

    pub(crate) fn spent(&self) -> u64 {
        self.server.counts().spent
    }
}

pub(crate) fn id(text: &str) -> CohortId {
    CohortId::parse(text).unwrap()
}

/// All batches as one.
pub(crate) async fn members(download: &mut Download) -> MemberBatch {
    let mut all = MemberBatch { properties: vec![Vec::new(); download.columns.len()], ..MemberBatch::default() };
    while let Some(batch) = download.batches.next().await {
        let batch = batch.unwrap();
        all.amplitude_id.extend(batch.amplitude_id);
        all.user_id.extend(batch.user_id);
        for (all, values) in all.properties.iter_mut().zip(batch.properties) {
            all.extend(values);
        }
    }
    assert_eq!(all.len() as u64, download.rows, "the count is not that of the rows");
    all
}

/// The members of [`cohort`].
pub(crate) fn expected() -> MemberBatch {
    MemberBatch {
        amplitude_id: vec![356_896_327_775, 9_007_199_254_740_993],
        user_id: vec![None, Some("user-7".to_owned())],
        properties: Vec::new(),
    }
}
