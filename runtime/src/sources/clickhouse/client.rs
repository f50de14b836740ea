//! Questions to a ClickHouse server, and the bytes of their answers.
//!
//! Every question is a query with an id of its own, also when it is tried again: an id that still runs is refused. What a
//! reader may not set is left out after the server said so once; everything that an answer can then be is understood.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use clickhouse::Compression;
use clickhouse::query::BytesCursor;
use wr_plan::sql::Statement;
use wr_plan::sql::catalogue::CLICKHOUSE_KILL;
use wr_plan::sql::render::clickhouse::parameter_text;
use wr_plan::sql::settings::SafeSetting;
use wr_secret::Redactor;

use super::exception::{Exception, READONLY};
use super::external::{KeyTable, body};
use super::ready::settings_to_send;
use super::setting::ClickHouseSetting;
use crate::cancel::Cancel;
use crate::error::RunError;
use crate::sources::errors::{Place, cancelled};
use crate::sources::server_errors::Server;

/// What makes answers plain to read, and lets the server stop when we go. Meaning depends on none of them.
const SETTINGS: [(&str, &str); 7] = [
    ("output_format_arrow_string_as_string", "0"),
    ("output_format_arrow_low_cardinality_as_dictionary", "0"),
    ("output_format_arrow_compression_method", "none"),
    ("output_format_arrow_fixed_string_as_fixed_byte_array", "1"),
    ("http_write_exception_in_output_format", "0"),
    ("cancel_http_readonly_queries_on_client_close", "1"),
    ("enable_http_compression", "1"),
];

/// How long to wait for the answer to a question that costs nothing.
const SHORT: Duration = Duration::from_secs(30);

/// A question: its text, and the values that go beside it, as ClickHouse reads them (`param_p1`).
#[derive(Clone, Debug, Default)]
pub(super) struct Question {
    pub(super) text: String,
    pub(super) parameters: Vec<(String, String)>,
    /// Keys that go with it.
    pub(super) tables: Vec<KeyTable>,
}

impl Question {
    /// `None`: a value is not known.
    pub(super) fn new(statement: &Statement) -> Option<Self> {
        let parameters = statement
            .parameters
            .iter()
            .map(|parameter| Some((parameter.name.clone(), parameter_text(parameter)?)))
            .collect::<Option<Vec<_>>>()?;
        Some(Self { text: statement.text.clone(), parameters, tables: Vec::new() })
    }
}

/// A server that may be asked many things.
#[derive(Clone)]
pub(super) struct Client {
    inner: clickhouse::Client,
    pub(super) server: Arc<Server>,
    redactor: Arc<Redactor>,
    may_set: Arc<AtomicBool>,
    timeout: Duration,
    http: reqwest::Client,
    setting: Arc<ClickHouseSetting>,
    /// What has to be set besides [`SETTINGS`]; known once the connection is ready.
    fixed: Arc<tokio::sync::OnceCell<Vec<&'static SafeSetting>>>,
}

/// An answer whose first bytes have come.
pub(super) struct Started {
    pub(super) first: Option<Bytes>,
    pub(super) rest: Rest,
    pub(super) rows_expected: Option<u64>,
    pub(super) query_id: String,
}

/// The bytes that are still to come.
pub(super) enum Rest {
    Cursor(BytesCursor),
    /// Of a question with tables of its own.
    Response(Box<reqwest::Response>),
}

/// What a failure is about: for whom words are made.
#[derive(Clone, Copy)]
enum Patience {
    Short,
    Long,
}

impl Client {
    pub(super) fn new(connection: &str, setting: &ClickHouseSetting) -> Self {
        let packing = if setting.is_packed { Compression::Lz4 } else { Compression::None };
        let mut inner = clickhouse::Client::default().with_url(&setting.url).with_compression(packing);
        if let Some(database) = &setting.database {
            inner = inner.with_database(database);
        }
        if let Some(user) = &setting.user {
            inner = inner.with_user(user);
        }
        if let Some(password) = &setting.password {
            inner = inner.with_password(password.expose());
        }
        Self {
            inner,
            server: Arc::new(Server {
                connection: connection.to_owned(),
                kind: "ClickHouse",
                address: setting.url.clone(),
            }),
            redactor: Arc::new(Redactor::new(&setting.password)),
            may_set: Arc::new(AtomicBool::new(true)),
            timeout: setting.timeout,
            http: reqwest::Client::new(),
            setting: Arc::new(setting.clone()),
            fixed: Arc::default(),
        }
    }

    /// Whether the user may set something, as far as it was tried.
    pub(super) fn may_set(&self) -> bool {
        self.may_set.load(Ordering::SeqCst)
    }

    /// Looks once at the settings of the user, before anything is asked whose answer counts.
    ///
    /// # Errors
    /// As [`settings_to_send`].
    pub(super) async fn ready(&self, place: &Place, cancel: &Cancel) -> Result<(), RunError> {
        self.fixed.get_or_try_init(|| settings_to_send(self, place, cancel)).await.map(|_| ())
    }

    /// The settings that go with a question.
    fn settings(&self) -> Vec<(&'static str, &'static str)> {
        let fixed = self.fixed.get().into_iter().flatten().map(|setting| (setting.name, setting.value));
        SETTINGS.into_iter().chain(fixed).collect()
    }

    /// All of a short answer: a description, a count.
    ///
    /// # Errors
    /// The server cannot be reached, refuses, or says nothing.
    pub(super) async fn ask(&self, question: &Question, place: &Place, cancel: &Cancel) -> Result<Vec<u8>, RunError> {
        let started = self.begin(question, "JSONEachRow", Patience::Short, place, cancel).await?;
        let mut answer = started.first.map(|first| first.to_vec()).unwrap_or_default();
        let mut rest = started.rest;
        while let Some(bytes) = self.next(&mut rest, place, cancel).await? {
            answer.extend_from_slice(&bytes);
        }
        match answer.last() {
            // Each row ends its line; a failure in the middle ends otherwise.
            None | Some(b'\n') => Ok(answer),
            Some(_) => Err(self.cut(&String::from_utf8_lossy(&answer), place)),
        }
    }

    /// Begins a long answer as a stream of Arrow.
    ///
    /// # Errors
    /// As [`Client::ask`].
    pub(super) async fn start(&self, question: &Question, place: &Place, cancel: &Cancel) -> Result<Started, RunError> {
        self.begin(question, "ArrowStream", Patience::Long, place, cancel).await
    }

    async fn begin(
        &self,
        question: &Question,
        format: &str,
        patience: Patience,
        place: &Place,
        cancel: &Cancel,
    ) -> Result<Started, RunError> {
        loop {
            let may_set = self.may_set.load(Ordering::SeqCst);
            match self.begin_once(question, format, patience, may_set, place, cancel).await {
                Err(Failed::Server(exception)) if exception.number == READONLY && may_set => {
                    self.may_set.store(false, Ordering::SeqCst);
                }
                Err(Failed::Server(exception)) => return Err(exception.into_error(&self.server, place)),
                Err(Failed::Other(error)) => return Err(*error),
                Ok(started) => return Ok(started),
            }
        }
    }

    async fn begin_once(
        &self,
        question: &Question,
        format: &str,
        patience: Patience,
        may_set: bool,
        place: &Place,
        cancel: &Cancel,
    ) -> Result<Started, Failed> {
        let query_id = format!("wr-{}", uuid::Uuid::new_v4());
        if !question.tables.is_empty() {
            return self.begin_with_tables(question, format, query_id, may_set, place, cancel).await;
        }
        let mut query = self.inner.query_raw(&question.text).with_setting("query_id", &query_id);
        if may_set {
            for (name, value) in self.settings() {
                query = query.with_setting(name, value);
            }
        }
        for (name, value) in &question.parameters {
            query = query.with_setting(format!("param_{name}"), value);
        }
        let mut cursor = query.fetch_bytes(format).map_err(|error| self.failed(&error, place))?;
        let wait = match patience {
            Patience::Short => SHORT.min(self.timeout),
            Patience::Long => self.timeout,
        };
        let first = self.heard(cursor.next(), wait, place, cancel).await;
        if matches!(&first, Err(Failed::Other(error)) if error.code == wr_base::diag::Code::Cancelled) {
            self.kill(query_id.clone());
        }
        let first = first?;
        let rows_expected = cursor.summary().and_then(clickhouse::QuerySummary::total_rows_to_read);
        Ok(Started { first, rest: Rest::Cursor(cursor), rows_expected, query_id })
    }

    /// The next bytes of an answer; `None` at its end.
    ///
    /// # Errors
    /// The connection breaks, the server says that it failed, or nothing comes.
    pub(super) async fn next(
        &self,
        rest: &mut Rest,
        place: &Place,
        cancel: &Cancel,
    ) -> Result<Option<Bytes>, RunError> {
        let next = match rest {
            Rest::Cursor(cursor) => self.heard(cursor.next(), self.timeout, place, cancel).await,
            Rest::Response(response) => self.heard(response.chunk(), self.timeout, place, cancel).await,
        };
        match next {
            Ok(bytes) => Ok(bytes),
            Err(Failed::Server(exception)) => Err(exception.into_error(&self.server, place)),
            Err(Failed::Other(error)) => Err(*error),
        }
    }

    /// What comes first: bytes, Ctrl-C, or the end of patience.
    async fn heard<T, E: Breaks>(
        &self,
        bytes: impl Future<Output = Result<T, E>>,
        wait: Duration,
        place: &Place,
        cancel: &Cancel,
    ) -> Result<T, Failed> {
        tokio::select! {
            biased;
            () = cancel.cancelled() => Err(Failed::Other(Box::new(cancelled()))),
            bytes = bytes => bytes.map_err(|error| error.failed(self, place)),
            () = tokio::time::sleep(wait) => {
                Err(Failed::Other(Box::new(self.server.silent(Some(place.step), wait.as_secs()))))
            }
        }
    }

    /// A question with tables: as the crate asks, with the tables beside.
    async fn begin_with_tables(
        &self,
        question: &Question,
        format: &str,
        query_id: String,
        may_set: bool,
        place: &Place,
        cancel: &Cancel,
    ) -> Result<Started, Failed> {
        let mut address =
            vec![("query_id".to_owned(), query_id.clone()), ("default_format".to_owned(), format.to_owned())];
        address.extend(self.setting.database.iter().map(|database| ("database".to_owned(), database.clone())));
        if may_set {
            // The answer is as small as its keys are few: it comes as it is.
            let settings = self.settings().into_iter().filter(|(name, _)| *name != "enable_http_compression");
            address.extend(settings.map(|(name, value)| (name.to_owned(), value.to_owned())));
        }
        for table in &question.tables {
            address.push((format!("{}_structure", table.name), table.structure.clone()));
            address.push((format!("{}_format", table.name), "TabSeparated".to_owned()));
        }
        let boundary = format!("wr-{}", uuid::Uuid::new_v4().simple());
        let mut request = self
            .http
            .post(&self.setting.url)
            .query(&address)
            .header("Content-Type", format!("multipart/form-data; boundary={boundary}"))
            .body(body(&question.text, &question.parameters, &question.tables, &boundary));
        if let Some(user) = &self.setting.user {
            request = request.header("X-ClickHouse-User", user);
        }
        if let Some(password) = &self.setting.password {
            request = request.header("X-ClickHouse-Key", password.expose());
        }
        let response = self.heard(request.send(), self.timeout, place, cancel).await;
        if matches!(&response, Err(Failed::Other(error)) if error.code == wr_base::diag::Code::Cancelled) {
            self.kill(query_id.clone());
        }
        let mut response = response?;
        let is_refused =
            !response.status().is_success() || response.headers().contains_key("X-ClickHouse-Exception-Code");
        if is_refused {
            let words = self.heard(response.text(), SHORT, place, cancel).await?;
            return Err(self.refused(&self.redactor.redact(&words), place));
        }
        let first = self.heard(response.chunk(), self.timeout, place, cancel).await?;
        Ok(Started { first, rest: Rest::Response(Box::new(response)), rows_expected: None, query_id })
    }

    /// What an answer says that is a failure by its status.
    fn refused(&self, words: &str, place: &Place) -> Failed {
        let step = Some(place.step);
        match Exception::find(words) {
            Some(exception) if exception.is_whole => Failed::Server(exception),
            // Half of the server's words may be those of another failure.
            None if !Exception::is_beginning(words.trim_start_matches(OF_CRATE)) => {
                Failed::Other(Box::new(self.server.refused(step, words)))
            }
            Some(_) | None => Failed::Other(Box::new(self.server.cut(step, words))),
        }
    }

    fn failed(&self, error: &clickhouse::error::Error, place: &Place) -> Failed {
        use clickhouse::error::Error;
        let words = self.redactor.redact(&all_words(error));
        if let Error::BadResponse(_) = error {
            return self.refused(&words, place);
        }
        let step = Some(place.step);
        // A connection that cannot be made is told from one that breaks by the words: the crate keeps no kind.
        let is_connecting = words.contains("(Connect)");
        let failure = if is_connecting { self.server.unreachable(step, &words) } else { self.server.cut(step, &words) };
        Failed::Other(Box::new(failure))
    }

    /// An answer that ended in the middle: the server's words, where its last bytes hold them.
    pub(super) fn cut(&self, tail: &str, place: &Place) -> RunError {
        let exception = Exception::find(&self.redactor.redact(tail));
        exception.map_or_else(
            || self.server.cut(Some(place.step), "the answer has no end"),
            |exception| exception.into_error(&self.server, place),
        )
    }

    /// Has a query stopped that nobody waits for any more. Nobody waits for this, either.
    pub(super) fn kill(&self, query_id: String) {
        let inner = self.inner.clone();
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        runtime.spawn(async move {
            let killed = inner.query_raw(CLICKHOUSE_KILL).with_setting("param_id", query_id).execute();
            let _ = tokio::time::timeout(SHORT, killed).await;
        });
    }
}

/// An error of what asks: the crate, or the request with tables.
trait Breaks {
    fn failed(&self, client: &Client, place: &Place) -> Failed;
}

impl Breaks for clickhouse::error::Error {
    fn failed(&self, client: &Client, place: &Place) -> Failed {
        client.failed(self, place)
    }
}

impl Breaks for reqwest::Error {
    fn failed(&self, client: &Client, place: &Place) -> Failed {
        let (words, step) = (client.redactor.redact(&all_words(self)), Some(place.step));
        let server = &client.server;
        Failed::Other(Box::new(if self.is_connect() {
            server.unreachable(step, &words)
        } else {
            server.cut(step, &words)
        }))
    }
}

/// What the crate writes before the words of a server.
const OF_CRATE: &str = "bad response: ";

/// Why an attempt came to nothing.
enum Failed {
    Server(Exception),
    Other(Box<RunError>),
}

/// An error with all that caused it.
fn all_words(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let more = cause.to_string();
        if !words.contains(&more) {
            words = format!("{words}: {more}");
        }
        source = cause.source();
    }
    words
}
