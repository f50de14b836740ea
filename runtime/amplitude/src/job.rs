//! The id of a request to a file that is ready: asked for at growing distances, until a deadline.

use std::time::Duration;

use serde::Deserialize;

use crate::Error;
use crate::client::Client;
use crate::cohort::Cohort;
use crate::patience::Unclear;
use crate::transport::{Call, Received, Setback};

const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// Whether the file of a request can be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Job {
    Done,
    /// The server does not know the request any more.
    Unknown(String),
}

#[derive(Deserialize)]
struct State {
    #[serde(default)]
    async_status: String,
}

impl Client {
    /// Waits until the file is there.
    pub(crate) async fn wait_for_job(&self, cohort: &Cohort, request: &str) -> Result<Job, Error> {
        // Pauses are counted, not hours: a clock that is set back would never end this.
        let mut waited = Duration::ZERO;
        let mut pause = FIRST_PAUSE;
        loop {
            match self.transport().persist(Unclear::Repeat, || self.job_state(request)).await {
                Ok((200, status)) if status == "JOB COMPLETED" => return Ok(Job::Done),
                // A state of failure is not documented; every other word with 200 is taken for one.
                Ok((200, status)) => {
                    let redactor = &self.transport().redactor;
                    let status = crate::words::tidy(redactor, &format!("its job says `{status}`"));
                    return Err(Error::JobFailed { cohort: cohort.name.clone(), status });
                }
                Ok(_) => {}
                Err(Setback::Refused { words, .. }) => return Ok(Job::Unknown(words)),
                Err(setback) => return Err(setback.into_error()),
            }
            if waited + pause > self.transport().settings.deadlines.job {
                return Err(Error::JobTooSlow { cohort: cohort.name.clone(), waited });
            }
            self.transport().settings.timing.sleep(pause).await;
            waited += pause;
            pause = pause.mul_f64(1.5).min(LONGEST_PAUSE);
        }
    }

    async fn job_state(&self, request: &str) -> Result<(u16, String), Setback> {
        let call = Call::new(["api", "5", "cohorts", "request-status", request]);
        let received = self.transport().ask(&call).await?;
        let status = received.response.status().as_u16();
        let Received { mut response, place } = received;
        let state: State = self.transport().read_json(&mut response, "the state of a job").await?;
        drop(place);
        Ok((status, state.async_status))
    }
}
