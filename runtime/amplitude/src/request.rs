//! The call that costs: a cohort to the id of a request, paid for once.
//!
//! What surely was not done (no connection, a limit) is tried again. What may have been done is tried again only where the
//! month's count shows that it was not; else a person decides ([`Error::RequestLost`]).

use serde::Deserialize;

use crate::client::Client;
use crate::cohort::Cohort;
use crate::download::Properties;
use crate::patience::{Patience, Unclear};
use crate::transport::{Call, Setback};
use crate::usage::Usage;
use crate::{Error, Wait};

#[derive(Deserialize)]
struct Requested {
    request_id: String,
}

impl Client {
    /// Asks for the file of a cohort: one of the month's.
    pub(crate) async fn request(&self, cohort: &Cohort, properties: &Properties) -> Result<String, Error> {
        let before = self.usage_if_told().await?;
        if let Some(used_up) = before.and_then(used_up) {
            return Err(used_up);
        }
        let mut call = Call::new(["api", "5", "cohorts", "request", &cohort.id]);
        match properties {
            Properties::None => {}
            Properties::All => call.query.push(("props", "1".to_owned())),
            Properties::Named(names) => {
                call.query.push(("props", "1".to_owned()));
                call.query.extend(names.iter().map(|name| ("propKeys", name.clone())));
            }
        }
        let mut patience = Patience::new(self.transport().settings.deadlines);
        loop {
            let attempt = || self.transport().json::<Requested>(&call, "the id of a request");
            let setback = match self.transport().persist(Unclear::Stop, attempt).await {
                Ok(Requested { request_id }) => return Ok(request_id),
                Err(setback) => setback,
            };
            match &setback {
                Setback::Unclear { error, .. } => {
                    let lost = || Error::RequestLost { words: error.to_string() };
                    let now = self.usage_if_told().await.map_err(|_| lost())?;
                    let is_unpaid = before.is_some_and(|before| now.is_some_and(|now| now.used == before.used));
                    let chance = self.transport().settings.timing.chance();
                    match patience.wait(&setback, Unclear::Repeat, chance) {
                        Some(wait) if is_unpaid => self.transport().wait(wait).await,
                        Some(Wait::Limit(..) | Wait::Failure(_)) | None if is_unpaid => {
                            return Err(setback.into_error());
                        }
                        Some(_) | None => return Err(lost()),
                    }
                }
                Setback::Refused { status: 404, .. } => {
                    return Err(Error::NoSuchCohort { id: cohort.id.clone(), near: Vec::new() });
                }
                // A limit that did not pass may be the month's, in words that are not known here.
                Setback::Limited { .. } | Setback::Final(Error::QuotaUsedUp { .. }) => {
                    let usage = self.usage_if_told().await.ok().flatten();
                    return Err(usage.and_then(used_up).unwrap_or_else(|| setback.into_error()));
                }
                Setback::NotSent(_) | Setback::Refused { .. } | Setback::Final(_) => return Err(setback.into_error()),
            }
        }
    }
}

fn used_up(usage: Usage) -> Option<Error> {
    (usage.used >= usage.limit).then_some(Error::QuotaUsedUp { limit: Some(usage.limit), resets_at: usage.resets_at })
}
