//! Before the first question: whether the user's settings leave answers as they are (B10).

use serde::Deserialize;
use wr_plan::sql::catalogue::{clickhouse_greeting, clickhouse_settings};
use wr_plan::sql::settings::{SAFE_SETTINGS, SafeSetting};

use super::client::{Client, Question};
use crate::cancel::Cancel;
use crate::error::RunError;
use crate::sources::errors::{Place, internal};

#[derive(Deserialize)]
struct Setting {
    name: String,
    value: String,
}

#[derive(Deserialize)]
struct Greeting {
    version: String,
    user: String,
    readonly: String,
}

/// The settings that have to be sent with each question, because the profile has them otherwise.
///
/// # Errors
/// The server cannot be asked, or the user may not set what has to be set.
pub(super) async fn settings_to_send(
    client: &Client,
    place: &Place,
    cancel: &Cancel,
) -> Result<Vec<&'static SafeSetting>, RunError> {
    let answer = client.ask(&question(&clickhouse_settings(), place)?, place, cancel).await?;
    let found: Vec<Setting> = rows(&answer, place)?;
    let differs =
        |safe: &&SafeSetting| found.iter().any(|setting| setting.name == safe.name && setting.value != safe.value);
    let differing: Vec<&'static SafeSetting> = SAFE_SETTINGS.iter().filter(differs).collect();
    if differing.is_empty() || client.may_set() {
        return Ok(differing);
    }
    let words: Vec<String> = differing
        .iter()
        .map(|safe| {
            let value =
                found.iter().find(|setting| setting.name == safe.name).map_or("", |setting| setting.value.as_str());
            format!("{} = {value}: {}", safe.name, safe.why)
        })
        .collect();
    Err(client.server.unsafe_settings(Some(place.step), &words))
}

/// Who answers, as whom: `ClickHouse 26.7.2.1 as reader, who may only read`.
pub(super) async fn greeting(client: &Client, place: &Place, cancel: &Cancel) -> Result<String, RunError> {
    let answer = client.ask(&question(&clickhouse_greeting(), place)?, place, cancel).await?;
    let greetings: Vec<Greeting> = rows(&answer, place)?;
    let greeting = greetings.first().ok_or_else(|| internal(None, "a greeting without an answer"))?;
    let may = if greeting.readonly == "0" { "may write" } else { "may only read" };
    Ok(format!("ClickHouse {} as {}, who {may}", greeting.version, greeting.user))
}

fn question(statement: &wr_plan::sql::Statement, place: &Place) -> Result<Question, RunError> {
    Question::new(statement).ok_or_else(|| internal(Some(place.step), "a value of a question is not known"))
}

fn rows<T: for<'de> Deserialize<'de>>(answer: &[u8], place: &Place) -> Result<Vec<T>, RunError> {
    let rows = serde_json::Deserializer::from_slice(answer).into_iter::<T>();
    rows.collect::<Result<Vec<_>, _>>().map_err(|error| internal(Some(place.step), error))
}
