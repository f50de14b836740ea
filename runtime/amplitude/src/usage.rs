//! The month's cohort downloads: how many there are, how many are gone, until when.

use serde_json::Value;

use crate::client::Client;
use crate::patience::Unclear;
use crate::transport::{Call, Setback};
use crate::{Error, words};

/// The quota of a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    pub limit: u64,
    pub used: u64,
    /// Seconds since 1970.
    pub resets_at: Option<i64>,
}

impl Client {
    /// The month's quota of cohort downloads.
    ///
    /// # Errors
    /// No answer, or one without these numbers.
    pub async fn usage(&self) -> Result<Usage, Error> {
        let call = Call::new(["api", "3", "cohorts", "usage"]);
        let attempt = || self.transport().json::<Value>(&call, "a quota");
        let answer = self.transport().persist(Unclear::Repeat, attempt).await.map_err(Setback::into_error)?;
        read(&answer).ok_or_else(|| {
            let words = words::tidy(&self.transport().redactor, &answer.to_string());
            Error::NotUnderstood { what: "a quota", words }
        })
    }

    /// The quota where it is told: it is an answer that nobody promises, so its absence stops nothing. What would stop a
    /// request as well, stops here.
    pub(crate) async fn usage_if_told(&self) -> Result<Option<Usage>, Error> {
        match self.usage().await {
            Ok(usage) => Ok(Some(usage)),
            Err(Error::Refused { .. } | Error::NotUnderstood { .. } | Error::ServerFailed { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The types of the fields are not documented: numbers, texts of digits, times as seconds, milliseconds or texts.
fn read(answer: &Value) -> Option<Usage> {
    let download = answer.get("rest_download")?;
    let number = |name: &str| {
        let value = download.get(name)?;
        value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
    };
    Some(Usage {
        limit: number("limit")?,
        used: number("usage")?,
        resets_at: download.get("resets_at").and_then(moment),
    })
}

fn moment(value: &Value) -> Option<i64> {
    if let Some(number) = value.as_i64() {
        // A number of seconds of that size would be in the year 5138.
        return Some(if number > 100_000_000_000 { number / 1000 } else { number });
    }
    let text = value.as_str()?;
    if let Ok(moment) = chrono::DateTime::parse_from_rfc3339(text) {
        return Some(moment.timestamp());
    }
    let date = chrono::NaiveDate::parse_from_str(text.get(..10)?, "%Y-%m-%d").ok()?;
    Some(date.and_hms_opt(0, 0, 0)?.and_utc().timestamp())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_quota_is_read_whatever_types_it_has() {
        let first_of_december = 1_796_083_200;
        for resets_at in [
            json!(first_of_december),
            json!(first_of_december * 1000_i64),
            json!("2026-12-01T00:00:00Z"),
            json!("2026-12-01"),
            json!("2026-12-01 00:00:00"),
        ] {
            for (limit, usage) in [(json!(500), json!(7)), (json!("500"), json!(" 7"))] {
                let answer = json!({"rest_download": {"limit": limit, "usage": usage, "resets_at": resets_at}});
                let expected = Usage { limit: 500, used: 7, resets_at: Some(first_of_december) };
                assert_eq!(read(&answer), Some(expected), "{answer}");
            }
        }
        assert_eq!(read(&json!({"rest_download": {"limit": 500, "usage": -1}})), None);
        assert_eq!(read(&json!([])), None);
    }
}
