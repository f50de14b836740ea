//! `driver = "amplitude"`: the members of a cohort as a table (B20).
//!
//! A column that is neither id is a property of the users, by its declared name; Amplitude gives all of them as texts.
//! A table that is read for a period holds the events of the export.

mod errors;
mod events;
mod reading;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use polars::prelude::{Column, DataFrame};
use wr_amplitude::{
    Client, Cohort, CohortId, Download, MemberBatch, Properties, RequestMemory, Settings, UserProperty,
};
use wr_base::ids::StepId;
use wr_base::ty::{DataType, Type};
use wr_base::value::{DateTime, Value};
use wr_plan::declaration::COHORT_IDS;
use wr_plan::physical::Bound;

use super::described::{DescribedColumn, DescribedTable};
use super::errors::{Place, cancelled, cohort_size_differs, internal};
use super::local::pushed::{Pushed, constant};
use super::server_errors::Server;
use super::{Answer, CohortDescription, ListedCohort, Request, Source};
use crate::cancel::Cancel;
use crate::cells::{StorageFault, column_from_values};
use crate::error::RunError;
use errors::run_error;
use reading::Reading;

/// The columns that every cohort has.
const AMPLITUDE_ID: &str = COHORT_IDS[0];
const USER_ID: &str = COHORT_IDS[1];

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

    fn tables(&self, cancel: Cancel) -> BoxFuture<'_, Result<Vec<DescribedTable>, RunError>> {
        Box::pin(async move {
            let properties = tokio::select! {
                biased;
                () = cancel.cancelled() => return Err(cancelled()),
                properties = self.client.user_properties() => properties,
            };
            let properties = properties.map_err(|error| run_error(&error, &self.connection, None))?;
            Ok(vec![cohort_table(&self.connection, properties)])
        })
    }

    /// Those that nobody put away.
    fn cohorts(&self, cancel: Cancel) -> BoxFuture<'_, Result<Option<Vec<ListedCohort>>, RunError>> {
        Box::pin(async move {
            let cohorts = tokio::select! {
                biased;
                () = cancel.cancelled() => return Err(cancelled()),
                cohorts = self.client.cohorts() => cohorts,
            };
            let cohorts = cohorts.map_err(|error| run_error(&error, &self.connection, None))?;
            let mut cohorts: Vec<_> = cohorts.into_iter().filter(|cohort| !cohort.archived).map(listed).collect();
            ListedCohort::sort(&mut cohorts);
            Ok(Some(cohorts))
        })
    }

    fn describe_cohort(&self, id: &str) -> BoxFuture<'_, Result<Option<CohortDescription>, RunError>> {
        let id = CohortId::parse(id);
        Box::pin(async move {
            let described = async { self.client.cohort(&id?).await }.await;
            let cohort = described.map_err(|error| run_error(&error, &self.connection, None))?;
            Ok(listed(cohort).description())
        })
    }
}

fn listed(cohort: Cohort) -> ListedCohort {
    let moment = |seconds: i64| DateTime::checked(seconds.checked_mul(1_000_000)?);
    let last_computed = cohort.last_computed.and_then(moment);
    ListedCohort { id: cohort.id, name: cohort.name, size: cohort.size, last_computed }
}

/// Members are counted; how long their texts are is not known.
const fn rows_of(rows: u64) -> Bound {
    Bound { rows: Some(rows), bytes: None }
}

/// The table of a cohort's members (B20): two ids, and the properties as texts.
fn cohort_table(connection: &str, properties: Option<Vec<UserProperty>>) -> DescribedTable {
    let column = |name: String, ty: Type, about: String| DescribedColumn { name, ty: Ok(ty), entity: None, about };
    let id = column(AMPLITUDE_ID.to_owned(), Type::required(DataType::Int), String::new());
    let user = column(USER_ID.to_owned(), Type::optional(DataType::Text), String::new());
    let user = DescribedColumn { entity: Some("user".to_owned()), ..user };
    let untold = properties.is_none().then(|| {
        "Amplitude tells the properties of users only to contracts with its Taxonomy. Name those that you read, each as text?"
            .to_owned()
    });
    let own = properties.into_iter().flatten().filter(|one| one.name != AMPLITUDE_ID && one.name != USER_ID);
    let own = own.map(|one| column(one.name, Type::optional(DataType::Text), one.description));
    DescribedTable {
        name: "cohort".to_owned(),
        obstacle: None,
        argument: Some(("id".to_owned(), connection.to_owned())),
        about: String::new(),
        columns: [id, user].into_iter().chain(own).collect(),
        untold,
        keys: None,
    }
}

impl Amplitude {
    async fn open_now(&self, request: Request, cancel: Cancel) -> Result<Answer, RunError> {
        let step = request.query.step;
        let place = Place { step, connection: self.connection.clone(), table: request.table.name.clone() };
        let argument = constant(&request, request.query.arguments.first(), step)?;
        if let Value::Period(period) = argument {
            return self.events(request, period, place, cancel).await;
        }
        let Value::Text(id) = argument else {
            return Err(internal(Some(step), "the argument of a table of Amplitude is neither a cohort nor a period"));
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

    fn answer(&self, download: Download, pushed: Pushed, place: Place, cancel: Cancel) -> Answer {
        let Download { columns, rows, warning, bytes, batches, .. } = download;
        let step = place.step;
        let reading = Reading {
            batches,
            frame: Box::new(move |batch, pushed| frame(batch, &columns, pushed, step)),
            pushed,
            connection: self.connection.clone(),
            step,
            cancel,
            bytes,
            warnings: warning
                .map(|differs| cohort_size_differs(&place, &differs.name, differs.size, differs.rows))
                .into_iter()
                .collect(),
        };
        Answer { rows_expected: Some(rows), at_most: rows_of(rows), note: None, batches: reading.stream() }
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
