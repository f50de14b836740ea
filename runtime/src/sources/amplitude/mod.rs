//! `driver = "amplitude"`: the members of a cohort as a table (B20).
//!
//! A column that is neither id is a property of the users, by its declared name; Amplitude gives all of them as texts.

mod errors;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use futures_util::stream::{self, StreamExt};
use polars::prelude::{Column, DataFrame};
use wr_amplitude::{Client, CohortId, Download, MemberBatch, Properties, RequestMemory, Settings};
use wr_base::ids::StepId;
use wr_base::ty::DataType;
use wr_base::value::{DateTime, Value};
use wr_plan::physical::Bound;

use super::errors::{Place, cancelled, cohort_size_differs, internal};
use super::local::pushed::{Pushed, constant};
use super::server_errors::Server;
use super::{Answer, Batch, CohortDescription, Counts, Request, Source, Warning};
use crate::cancel::Cancel;
use crate::cells::{StorageFault, column_from_values};
use crate::error::RunError;
use errors::run_error;

/// The columns that every cohort has.
const AMPLITUDE_ID: &str = "amplitude_id";
const USER_ID: &str = "user_id";

/// A connection to a project of Amplitude.
pub struct Amplitude {
    connection: String,
    client: Client,
    memory: Arc<dyn RequestMemory>,
}

impl Amplitude {
    /// # Errors
    /// The address cannot be one, in words.
    pub fn new(connection: &str, settings: Settings, memory: Arc<dyn RequestMemory>) -> Result<Self, String> {
        let client = Client::new(settings).map_err(|error| error.message())?;
        Ok(Self { connection: connection.to_owned(), client, memory })
    }
}

impl Source for Amplitude {
    fn open(&self, request: Request, cancel: Cancel) -> BoxFuture<'_, Result<Answer, RunError>> {
        Box::pin(self.open_now(request, cancel))
    }

    fn greet(&self, cancel: Cancel) -> BoxFuture<'_, Result<String, RunError>> {
        Box::pin(async move {
            let greeted = async {
                let cohorts = self.client.cohorts().await?.len();
                let left = match self.client.usage().await {
                    Ok(usage) => format!(", {} of {} downloads of this month used", usage.used, usage.limit),
                    // An answer that nobody promises.
                    Err(_) => String::new(),
                };
                Ok(format!("Amplitude, {cohorts} cohorts{left}"))
            };
            tokio::select! {
                biased;
                () = cancel.cancelled() => Err(cancelled()),
                greeted = greeted => greeted.map_err(|error| run_error(&error, &self.connection, None)),
            }
        })
    }

    fn bound(&self, request: Request, _cancel: Cancel) -> BoxFuture<'_, Result<Bound, RunError>> {
        Box::pin(async move {
            let step = request.query.step;
            let Value::Text(id) = constant(&request, request.query.arguments.first(), step)? else {
                return Ok(Bound::default());
            };
            Ok(self.describe_cohort(&id).await?.map(|cohort| rows_of(cohort.size)).unwrap_or_default())
        })
    }

    fn describe_cohort(&self, id: &str) -> BoxFuture<'_, Result<Option<CohortDescription>, RunError>> {
        let id = CohortId::parse(id);
        Box::pin(async move {
            let described = async { self.client.cohort(&id?).await }.await;
            let cohort = described.map_err(|error| run_error(&error, &self.connection, None))?;
            let last_computed =
                cohort.last_computed.and_then(|seconds| DateTime::checked(seconds.checked_mul(1_000_000)?));
            Ok(cohort.size.map(|size| CohortDescription { name: cohort.name, size, last_computed }))
        })
    }
}

/// Members are counted; how long their texts are is not known.
const fn rows_of(rows: u64) -> Bound {
    Bound { rows: Some(rows), bytes: None }
}

impl Amplitude {
    async fn open_now(&self, request: Request, cancel: Cancel) -> Result<Answer, RunError> {
        let step = request.query.step;
        let place = Place { step, connection: self.connection.clone(), table: request.table.name.clone() };
        let Value::Text(id) = constant(&request, request.query.arguments.first(), step)? else {
            return Err(internal(Some(step), "the id of a cohort is no text"));
        };
        let pushed = Pushed::new(request, step)?;
        let properties = self.properties(&pushed, &place)?;
        let download = async {
            let id = CohortId::parse(&id)?;
            self.client.download(&id, &properties, self.memory.as_ref()).await
        };
        let download = tokio::select! {
            biased;
            () = cancel.cancelled() => return Err(cancelled()),
            download = download => download.map_err(|error| run_error(&error, &self.connection, Some(step)))?,
        };
        Ok(self.answer(download, pushed, place, cancel))
    }

    /// The properties that the query reads; a column that is not declared as text cannot be had.
    fn properties(&self, pushed: &Pushed, place: &Place) -> Result<Properties, RunError> {
        let mut names = Vec::new();
        for column in pushed.read_columns() {
            let wanted = match column.name.as_str() {
                AMPLITUDE_ID => DataType::Int,
                USER_ID => DataType::Text,
                name => {
                    names.push(name.to_owned());
                    DataType::Text
                }
            };
            if column.ty.data != wanted {
                let server = Server { connection: self.connection.clone(), kind: "Amplitude", address: String::new() };
                return Err(server.column_is_text(place, &column.name, &wanted.to_string()));
            }
        }
        Ok(if names.is_empty() { Properties::None } else { Properties::Named(names) })
    }

    fn answer(&self, download: Download, mut pushed: Pushed, place: Place, cancel: Cancel) -> Answer {
        let Download { columns, rows, warning, bytes, mut batches, .. } = download;
        let connection = self.connection.clone();
        let mut warnings: Vec<Warning> = Vec::new();
        warnings.extend(warning.map(|differs| cohort_size_differs(&place, &differs.name, differs.size, differs.rows)));
        let mut bytes = Some(bytes);
        let step = place.step;
        let mut is_over = false;
        let batches = stream::poll_fn(move |context| {
            use std::task::Poll;
            if is_over {
                return Poll::Ready(None);
            }
            let next = match batches.poll_next_unpin(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(next) => next,
            };
            let made = match next {
                Some(Ok(_)) if cancel.is_cancelled() => Err(cancelled()),
                Some(Ok(batch)) => {
                    frame(&batch, &columns, &pushed, step).and_then(|data| pushed.apply(&data)).map(|rows| {
                        rows.map(|(data, counts)| Batch {
                            data,
                            counts: Counts::Each(counts),
                            bytes: bytes.take().unwrap_or(0),
                            warnings: std::mem::take(&mut warnings),
                        })
                    })
                }
                Some(Err(error)) => Err(run_error(&error, &connection, Some(step))),
                None => {
                    is_over = true;
                    return Poll::Ready(pushed.first_failure().err().map(Err));
                }
            };
            match made {
                Ok(Some(batch)) => Poll::Ready(Some(Ok(batch))),
                // A filter failed; a later row may fail an earlier step (B1).
                Ok(None) => {
                    context.waker().wake_by_ref();
                    Poll::Pending
                }
                Err(error) => {
                    is_over = true;
                    Poll::Ready(Some(Err(error)))
                }
            }
        });
        Answer { rows_expected: Some(rows), at_most: rows_of(rows), note: None, batches: batches.boxed() }
    }
}

/// The wanted columns of a batch, by their declared names.
fn frame(batch: &MemberBatch, columns: &[String], pushed: &Pushed, step: StepId) -> Result<DataFrame, RunError> {
    let column = |name: &str, ty: &DataType| -> Result<Column, StorageFault> {
        let text = |text: &Option<String>| text.as_deref().map_or(Value::Null, Value::text);
        match name {
            AMPLITUDE_ID => {
                let ids = batch.amplitude_id.iter().map(|id| Value::Int(i128::from(*id)));
                column_from_values(name.into(), ty, ids)
            }
            USER_ID => column_from_values(name.into(), ty, batch.user_id.iter().map(text)),
            name => {
                let at = columns.iter().position(|property| property == name);
                let cells = at.and_then(|at| batch.properties.get(at)).map_or(&[][..], Vec::as_slice);
                column_from_values(name.into(), ty, cells.iter().map(text))
            }
        }
    };
    let columns =
        pushed.read_columns().iter().map(|wanted| column(&wanted.name, &wanted.ty.data)).collect::<Result<Vec<_>, _>>();
    let frame = columns.and_then(|columns| Ok(DataFrame::new(batch.len(), columns)?));
    frame.map_err(|fault| internal(Some(step), fault))
}
