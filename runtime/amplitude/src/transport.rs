//! One request to one answer or one setback, and the loop that asks again.
//!
//! Two clients: one signs in and talks to the API alone, the other has no credentials and talks to wherever a file lies.
//! Neither follows redirects, so none can carry anything elsewhere.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT_ENCODING, HeaderMap, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Response, StatusCode, Url};
use serde::de::DeserializeOwned;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use wr_secret::Redactor;

use crate::patience::{Patience, Unclear};
use crate::settings::{Deadlines, Settings};
use crate::{Error, Limit, Unreachable, Wait, words};

/// Amplitude lets in so many at once, for a whole project.
const AT_ONCE: usize = 5;

/// A list of all cohorts of a large project is some megabytes.
const LARGEST_ANSWER: usize = 256 << 20;

/// Of a refusal nobody reads more.
const LARGEST_REFUSAL: usize = 64 << 10;

/// Why there is no answer, and what that means for the next try.
#[derive(Clone, Debug)]
pub(crate) enum Setback {
    /// Nothing left this machine.
    NotSent(Error),
    /// It may have been heard, and done.
    Unclear { error: Error, after: Option<Duration> },
    /// Not done, and let in later.
    Limited { limit: Limit, after: Option<Duration>, words: String },
    /// Not done: 4xx. What it means depends on what was asked.
    Refused { status: u16, words: String },
    /// No other try would end otherwise.
    Final(Error),
}

impl Setback {
    /// As an error, where the caller knows nothing better.
    pub(crate) fn into_error(self) -> Error {
        match self {
            Setback::NotSent(error) | Setback::Unclear { error, .. } | Setback::Final(error) => error,
            Setback::Limited { limit, words, .. } => Error::Limited { limit, words },
            Setback::Refused { status, words } => Error::Refused { status, words },
        }
    }
}

/// A path of the API with its query.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) path: Vec<String>,
    pub(crate) query: Vec<(&'static str, String)>,
    /// Whether the answer may be compressed. It is decoded here, never by the client library.
    pub(crate) takes_gzip: bool,
    /// Whether it may take as long as an export.
    pub(crate) is_export: bool,
}

impl Call {
    pub(crate) fn new<const N: usize>(path: [&str; N]) -> Call {
        Call { path: path.map(str::to_owned).to_vec(), query: Vec::new(), takes_gzip: false, is_export: false }
    }
}

/// An answer whose body has not been read, and the place among those that run at once, which it keeps until then.
pub(crate) struct Received {
    pub(crate) response: Response,
    pub(crate) place: Option<OwnedSemaphorePermit>,
}

pub(crate) struct Transport {
    pub(crate) settings: Settings,
    pub(crate) redactor: Redactor,
    api: reqwest::Client,
    storage: reqwest::Client,
    address: Url,
    places: Arc<Semaphore>,
}

impl Transport {
    pub(crate) fn new(settings: Settings) -> Result<Transport, Error> {
        let redactor = Redactor::new([&settings.api_key, &settings.secret_key]);
        let written = settings.address.as_deref().unwrap_or(settings.region.address());
        let bad = |words: String| Error::BadAddress { words };
        let address = Url::parse(written).map_err(|error| bad(words::tidy(&redactor, &error.to_string())))?;
        if !matches!(address.scheme(), "http" | "https") || address.cannot_be_a_base() {
            return Err(bad("an address begins with https://".to_owned()));
        }
        let build = || {
            let mut builder = reqwest::Client::builder()
                .redirect(Policy::none())
                .connect_timeout(settings.deadlines.connect)
                .no_gzip()
                .no_brotli()
                .no_deflate()
                .no_zstd()
                .referer(false)
                .user_agent(concat!("wr/", env!("CARGO_PKG_VERSION")));
            if is_loopback(&address) {
                builder = builder.no_proxy();
            }
            builder.build().map_err(|error| bad(chain(&error.without_url())))
        };
        let (api, storage) = (build()?, build()?);
        Ok(Transport { settings, redactor, api, storage, address, places: Arc::new(Semaphore::new(AT_ONCE)) })
    }

    /// Asks until there is an answer, or until patience ends.
    pub(crate) async fn persist<T, F, Answer>(&self, unclear: Unclear, mut attempt: F) -> Result<T, Setback>
    where
        F: FnMut() -> Answer,
        Answer: Future<Output = Result<T, Setback>>,
    {
        let mut patience = Patience::new(self.settings.deadlines);
        loop {
            let setback = match attempt().await {
                Ok(answer) => return Ok(answer),
                Err(setback) => setback,
            };
            match patience.wait(&setback, unclear, self.settings.timing.chance()) {
                Some(wait) => self.wait(wait).await,
                None => return Err(setback),
            }
        }
    }

    pub(crate) async fn wait(&self, wait: Wait) {
        if let Some(on_wait) = &self.settings.on_wait {
            on_wait(wait);
        }
        let (Wait::Limit(_, duration) | Wait::Failure(duration)) = wait;
        self.settings.timing.sleep(duration).await;
    }

    /// Asks the API once, and reads an answer of JSON.
    pub(crate) async fn json<T: DeserializeOwned>(&self, call: &Call, what: &'static str) -> Result<T, Setback> {
        let Received { mut response, place } = self.ask(call).await?;
        let status = response.status();
        if !status.is_success() {
            let words = self.words_of(&mut response).await;
            return Err(Setback::Refused { status: status.as_u16(), words });
        }
        let answer = self.read_json(&mut response, what).await;
        drop(place);
        answer
    }

    /// Reads an answer of JSON.
    pub(crate) async fn read_json<T: DeserializeOwned>(
        &self,
        response: &mut Response,
        what: &'static str,
    ) -> Result<T, Setback> {
        let body = self.body(response, LARGEST_ANSWER).await?;
        // A page of a proxy with status 200 passes by; an answer that was cut, too.
        serde_json::from_slice(&body).map_err(|error| {
            let words = format!("{error}; it begins with {}", words::beginning(&self.redactor, &body));
            Setback::Unclear { error: Error::NotUnderstood { what, words }, after: None }
        })
    }

    /// Asks the API once. The answer is a success or a redirect; everything else is a setback.
    pub(crate) async fn ask(&self, call: &Call) -> Result<Received, Setback> {
        let mut address = self.address.clone();
        if let Ok(mut path) = address.path_segments_mut() {
            path.pop_if_empty().extend(&call.path);
        }
        if !call.query.is_empty() {
            address.query_pairs_mut().extend_pairs(&call.query);
        }
        // The semaphore is never closed; were it, asking without a place would only meet the server's own limit.
        let place = self.places.clone().acquire_owned().await.ok();
        let (key, secret) = (&self.settings.api_key, &self.settings.secret_key);
        let mut request = self.api.get(address.clone()).basic_auth(key.expose(), Some(secret.expose()));
        if call.takes_gzip {
            request = request.header(ACCEPT_ENCODING, "gzip");
        }
        let Deadlines { answer, export, .. } = self.settings.deadlines;
        let mut response = self.send(request, &address, if call.is_export { export } else { answer }).await?;
        let status = response.status();
        if status.is_success() || status.is_redirection() {
            return Ok(Received { response, place });
        }
        Err(self.setback(&mut response).await)
    }

    /// Asks any other host once, without credentials.
    pub(crate) async fn ask_elsewhere(&self, address: &Url) -> Result<Response, Setback> {
        // A name and a password in an address would be credentials as well.
        let mut address = address.clone();
        let _ = address.set_username("");
        let _ = address.set_password(None);
        let request = self.storage.get(address.clone()).header(ACCEPT_ENCODING, "gzip");
        self.send(request, &address, self.settings.deadlines.answer).await
    }

    /// Where a redirect leads. Never to a connection that is less safe than the one it came from.
    pub(crate) fn target(&self, response: &Response, from: Option<&Url>) -> Result<Url, Setback> {
        let base = from.unwrap_or(&self.address);
        let target = response.headers().get(reqwest::header::LOCATION).and_then(|value| value.to_str().ok());
        let target = target.and_then(|target| base.join(target).ok());
        target.filter(|target| target.scheme() == "https" || target.scheme() == base.scheme()).ok_or_else(|| {
            let words = "a redirect without an address that could be followed".to_owned();
            Setback::Final(Error::NotUnderstood { what: "a file", words })
        })
    }

    async fn send(
        &self,
        request: reqwest::RequestBuilder,
        address: &Url,
        deadline: Duration,
    ) -> Result<Response, Setback> {
        match tokio::time::timeout(deadline, request.send()).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => Err(self.broken(error, address)),
            Err(_) => {
                let why = Unreachable::TooSlow(deadline);
                Err(Setback::Unclear { error: Error::Unreachable { host: host(address), why }, after: None })
            }
        }
    }

    /// The next piece of a body, `None` at its end.
    pub(crate) async fn piece(&self, response: &mut Response) -> Result<Option<bytes::Bytes>, Setback> {
        let deadline = self.settings.deadlines.silence;
        match tokio::time::timeout(deadline, response.chunk()).await {
            Ok(Ok(piece)) => Ok(piece),
            Ok(Err(error)) => Err(self.broken(error, &response.url().clone())),
            Err(_) => {
                let why = Unreachable::TooSlow(deadline);
                Err(Setback::Unclear { error: Error::Unreachable { host: host(response.url()), why }, after: None })
            }
        }
    }

    async fn body(&self, response: &mut Response, largest: usize) -> Result<Vec<u8>, Setback> {
        let mut body = Vec::new();
        while let Some(piece) = self.piece(response).await? {
            body.extend_from_slice(&piece);
            if body.len() > largest {
                let words = format!("it is longer than {} MiB", largest >> 20);
                return Err(Setback::Final(Error::NotUnderstood { what: "of a sensible size", words }));
            }
        }
        Ok(body)
    }

    /// What a refusal says, as far as it can be read.
    pub(crate) async fn words_of(&self, response: &mut Response) -> String {
        let mut body = Vec::new();
        while body.len() < LARGEST_REFUSAL {
            let Ok(Some(piece)) = self.piece(response).await else { break };
            body.extend_from_slice(&piece);
        }
        words::of_body(&self.redactor, &body)
    }

    /// What a status means that is no success, whatever was asked.
    async fn setback(&self, response: &mut Response) -> Setback {
        let status = response.status();
        let after = retry_after(response.headers(), self.settings.timing.now());
        let words = self.words_of(response).await;
        let lower = words.to_lowercase();
        if status == StatusCode::TOO_MANY_REQUESTS {
            if lower.contains("month") {
                return Setback::Final(Error::QuotaUsedUp { limit: None, resets_at: None });
            }
            let limit = if lower.contains("concurrent") { Limit::Concurrent } else { Limit::Rate };
            return Setback::Limited { limit, after, words };
        }
        if status.is_server_error() {
            let error = Error::ServerFailed { status: status.as_u16(), words };
            return match status {
                StatusCode::INTERNAL_SERVER_ERROR
                | StatusCode::BAD_GATEWAY
                | StatusCode::SERVICE_UNAVAILABLE
                | StatusCode::GATEWAY_TIMEOUT => Setback::Unclear { error, after },
                _ => Setback::Final(error),
            };
        }
        let is_about_keys = matches!(status, StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED);
        if is_about_keys && lower.contains("secret key") {
            return Setback::Final(Error::WrongSecret { words });
        }
        if status == StatusCode::UNAUTHORIZED || (is_about_keys && lower.contains("api key")) {
            return Setback::Final(Error::WrongKey { region: self.settings.region, words });
        }
        Setback::Refused { status: status.as_u16(), words }
    }

    fn broken(&self, error: reqwest::Error, address: &Url) -> Setback {
        // The address can be a presigned one.
        let error = error.without_url();
        let words = words::tidy(&self.redactor, &chain(&error));
        let lower = words.to_lowercase();
        let (is_connect, is_encryption) = (error.is_connect(), is_of_encryption(&error));
        let why = if error.is_timeout() {
            Unreachable::TooSlow(self.settings.deadlines.connect)
        } else if is_connect && lower.contains("dns error") {
            Unreachable::Name
        } else if is_connect && is_encryption {
            Unreachable::Encryption(words)
        } else if is_connect {
            Unreachable::Connection(words)
        } else {
            Unreachable::Broken(words)
        };
        let error = Error::Unreachable { host: host(address), why };
        if is_connect { Setback::NotSent(error) } else { Setback::Unclear { error, after: None } }
    }
}

/// How long a server wants not to be asked: seconds, or a date.
fn retry_after(headers: &HeaderMap, now: i64) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let at = chrono::DateTime::parse_from_rfc2822(value).ok()?.timestamp();
    Some(Duration::from_secs(u64::try_from(at.saturating_sub(now)).unwrap_or(0)))
}

fn host(address: &Url) -> String {
    address.host_str().unwrap_or("the server").to_owned()
}

fn is_loopback(address: &Url) -> bool {
    let host = address.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Whether no encrypted connection came about. An `io::Error` hides what it wraps from the chain of causes.
fn is_of_encryption(error: &(dyn std::error::Error + 'static)) -> bool {
    let wrapped = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    error.is::<rustls::Error>()
        || wrapped.is_some_and(|wrapped| is_of_encryption(wrapped))
        || error.source().is_some_and(is_of_encryption)
}

/// An error with its causes: the first one says only that a request failed.
fn chain(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        if !words.ends_with(&next) {
            words = format!("{words}: {next}");
        }
        cause = error.source();
    }
    words
}
