//! The export of events as a table that is read for a period: `table amp.events(server_upload_time: period) { … }`.
//!
//! A column is a field of Amplitude's by its name, else a property of the event, as text. The export knows whole hours of UTC
//! and gives all that a period touches; the exact period is a filter of the plan.

use polars::prelude::{Column, DataFrame};
use wr_amplitude::{Event, Hour, Window};
use wr_base::diag::Code;
use wr_base::ty::DataType;
use wr_base::value::{DateTime, Period, Value};
use wr_plan::logical::PlanColumn;
use wr_plan::physical::Bound;

use super::Amplitude;
use super::errors::run_error;
use super::reading::Reading;
use crate::cancel::Cancel;
use crate::cells::column_from_values;
use crate::error::RunError;
use crate::sources::errors::{Place, events_still_arrive, internal};
use crate::sources::local::pushed::Pushed;
use crate::sources::server_errors::Server;
use crate::sources::{Answer, Request, Warning};

/// The column whose period the export is of.
const UPLOADED: &str = "server_upload_time";
/// Amplitude promises an event after so long: <https://amplitude.com/docs/apis/analytics/export>.
const ARRIVING: i64 = 2 * 3_600 * 1_000_000;
const MICROS: i64 = 1_000_000;

impl Amplitude {
    pub(super) async fn events(
        &self,
        request: Request,
        period: Period,
        place: Place,
        cancel: Cancel,
    ) -> Result<Answer, RunError> {
        let (step, setting) = (place.step, request.setting);
        let is_of_upload = request.table.arguments.first().is_some_and(|argument| argument.name == UPLOADED);
        let server = Server { connection: self.connection.clone(), kind: "Amplitude", address: String::new() };
        if !is_of_upload {
            return Err(server.events_go_by_upload(&place, UPLOADED));
        }
        let Some((from, until)) = setting.zone.instants_of(period) else {
            return Err(internal(Some(step), "a period beyond the calendar"));
        };
        let pushed = Pushed::new(request, step)?;
        for column in pushed.read_columns() {
            let (wanted, may_be_null) = natural(&column.name);
            if column.ty.data != wanted || (may_be_null && !column.ty.nullable) {
                return Err(server.column_of_events(&place, &column.name, &wanted, may_be_null));
            }
        }
        // Both hours are within the window.
        let (first, last) = (from.0.div_euclid(MICROS), (until.0 - 1).div_euclid(MICROS));
        let window = Window::new(Hour::of(first), Hour::of(last))
            .map_err(|error| run_error(&error, &self.connection, Some(step)))?;
        let warnings: Vec<Warning> = (until.0 > setting.now.0.saturating_sub(ARRIVING))
            .then(|| events_still_arrive(&place))
            .into_iter()
            .collect();
        let reading = Reading {
            batches: self.client.export(window).await,
            frame: Box::new(move |events: &Vec<Event>, pushed| {
                frame(events, pushed)
                    .map_err(|words| RunError { code: Code::ServerValue, ..internal(Some(step), words) })
            }),
            pushed,
            connection: self.connection.clone(),
            step,
            cancel,
            bytes: 0,
            warnings,
        };
        Ok(Answer { rows_expected: None, at_most: Bound::default(), note: None, batches: reading.stream() })
    }
}

/// What a field is, and whether events can be without it. Any other name is a property.
fn natural(name: &str) -> (DataType, bool) {
    match name {
        "event_time" => (DataType::DateTime, false),
        UPLOADED => (DataType::DateTime, false),
        "client_event_time" => (DataType::DateTime, true),
        "event_type" => (DataType::Text, false),
        "event_id" | "amplitude_id" | "session_id" => (DataType::Int, true),
        _ => (DataType::Text, true),
    }
}

/// Properties that are read, or nothing where none is.
type Properties = serde_json::Map<String, serde_json::Value>;

fn frame(events: &[Event], pushed: &Pushed) -> Result<DataFrame, String> {
    let reads_properties = pushed.read_columns().iter().any(|column| !is_field(&column.name));
    let properties = |event: &Event| match event.event_properties.as_deref() {
        Some(json) if reads_properties => serde_json::from_str(json).unwrap_or_default(),
        Some(_) | None => Properties::new(),
    };
    let properties: Vec<Properties> = events.iter().map(properties).collect();
    let columns = pushed
        .read_columns()
        .iter()
        .map(|column| values(events, &properties, column))
        .collect::<Result<Vec<_>, _>>()?;
    DataFrame::new(events.len(), columns).map_err(|error| error.to_string())
}

fn values(events: &[Event], properties: &[Properties], column: &PlanColumn) -> Result<Column, String> {
    let cell = |(event, properties): (&Event, &Properties)| {
        field(event, &column.name).unwrap_or_else(|| Ok(property(properties, &column.name)))
    };
    let cells = events.iter().zip(properties).map(cell).collect::<Result<Vec<_>, _>>()?;
    column_from_values(column.name.as_str().into(), &column.ty.data, cells).map_err(|fault| fault.to_string())
}

fn is_field(name: &str) -> bool {
    field(&Event::default(), name).is_some()
}

/// A field of an event; `None`: there is no field of this name.
fn field(event: &Event, name: &str) -> Option<Result<Value, String>> {
    let text = |text: &Option<String>| Ok(text.as_deref().map_or(Value::Null, Value::text));
    let int = |number: Option<i64>| Ok(number.map_or(Value::Null, |number| Value::Int(i128::from(number))));
    let instant = |micros: i64| {
        let no_time = || format!("`{name}` of an event is no time that there is");
        DateTime::checked(micros).map(Value::DateTime).ok_or_else(no_time)
    };
    Some(match name {
        "event_time" => instant(event.event_time),
        UPLOADED => event.server_upload_time.ok_or_else(|| format!("an event has no `{UPLOADED}`")).and_then(instant),
        "client_event_time" => event.client_event_time.map_or(Ok(Value::Null), instant),
        "event_type" => Ok(Value::text(&event.event_type)),
        "event_id" => int(event.event_id),
        "amplitude_id" => int(event.amplitude_id),
        "session_id" => int(event.session_id),
        "user_id" => text(&event.user_id),
        "device_id" => text(&event.device_id),
        "event_properties" => text(&event.event_properties),
        "user_properties" => text(&event.user_properties),
        "group_properties" => text(&event.group_properties),
        "groups" => text(&event.groups),
        "platform" => text(&event.platform),
        "os_name" => text(&event.os_name),
        "os_version" => text(&event.os_version),
        "device_type" => text(&event.device_type),
        "device_family" => text(&event.device_family),
        "version_name" => text(&event.version_name),
        "country" => text(&event.country),
        "region" => text(&event.region),
        "city" => text(&event.city),
        "language" => text(&event.language),
        "library" => text(&event.library),
        "insert_id" => text(&event.insert_id),
        "uuid" => text(&event.uuid),
        _ => return None,
    })
}

/// A property of an event as text: a text as it is, anything else as JSON, null where it is not there.
fn property(properties: &Properties, name: &str) -> Value {
    match properties.get(name) {
        None | Some(serde_json::Value::Null) => Value::Null,
        Some(serde_json::Value::String(text)) => Value::text(text),
        Some(other) => Value::text(other.to_string()),
    }
}
