//! What is said of cohorts: the list, one of it, and ids.

use serde_json::Value;
use wr_base::name::near_misses;

use crate::Error;
use crate::client::Client;
use crate::patience::Unclear;
use crate::transport::{Call, Setback};

/// The id of a cohort: it goes into addresses, so it is nothing but letters, digits, `-` and `_`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CohortId(String);

impl CohortId {
    /// Takes an id, or the address of a cohort's page as a person copies it.
    ///
    /// # Errors
    /// The text is neither.
    pub fn parse(text: &str) -> Result<CohortId, Error> {
        let not_a_cohort = || Error::NotACohort { text: text.trim().chars().take(100).collect() };
        let text = text.trim().trim_matches(['"', '\'', '<', '>']);
        let id = if text.contains('/') {
            let address = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or(text);
            let (host, path) = address.split_once('/').ok_or_else(not_a_cohort)?;
            let is_amplitude = host == "amplitude.com" || host.ends_with(".amplitude.com");
            let path = path.split(['?', '#']).next().unwrap_or_default();
            let mut parts = path.split('/').skip_while(|part| !matches!(*part, "cohort" | "cohorts")).skip(1);
            parts.next().filter(|_| is_amplitude).ok_or_else(not_a_cohort)?
        } else {
            text
        };
        let is_id = (4..=64).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if is_id { Ok(CohortId(id.to_owned())) } else { Err(not_a_cohort()) }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A cohort as Amplitude describes it. Times are seconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cohort {
    pub id: String,
    pub name: String,
    /// Members, when it was computed.
    pub size: Option<u64>,
    pub last_computed: Option<i64>,
    pub last_modified: Option<i64>,
    pub archived: bool,
    pub published: bool,
}

impl Client {
    /// Every cohort of the project, in Amplitude's order.
    ///
    /// # Errors
    /// No answer, or one that is no list of cohorts.
    pub async fn cohorts(&self) -> Result<Vec<Cohort>, Error> {
        let call = Call::new(["api", "3", "cohorts"]);
        let attempt = async || {
            let answer: Value = self.transport().json(&call, "a list of cohorts").await?;
            read_list(&answer).ok_or_else(|| {
                let error = Error::NotUnderstood { what: "a list of cohorts", words: String::new() };
                Setback::Unclear { error, after: None }
            })
        };
        self.transport().persist(Unclear::Repeat, attempt).await.map_err(Setback::into_error)
    }

    /// What is said of one cohort.
    ///
    /// # Errors
    /// There is none; the error names those with a similar id or name.
    pub async fn cohort(&self, id: &CohortId) -> Result<Cohort, Error> {
        let cohorts = self.cohorts().await?;
        match cohorts.iter().find(|cohort| cohort.id == id.as_str()) {
            Some(cohort) => Ok(cohort.clone()),
            None => Err(Error::NoSuchCohort { id: id.as_str().to_owned(), near: near(id.as_str(), &cohorts) }),
        }
    }
}

/// Cohorts whose id or name is near what was written: a person may have written the name.
fn near(written: &str, cohorts: &[Cohort]) -> Vec<(String, String)> {
    let texts = cohorts.iter().flat_map(|cohort| [cohort.id.as_str(), cohort.name.as_str()]);
    let mut near: Vec<(String, String)> = Vec::new();
    for text in near_misses(written, texts) {
        for cohort in cohorts.iter().filter(|cohort| cohort.id == text || cohort.name == text) {
            let found = (cohort.id.clone(), cohort.name.clone());
            if near.len() < 3 && !near.contains(&found) {
                near.push(found);
            }
        }
    }
    near
}

/// Leniently: what a report does not need may be missing or of any type, now and later.
fn read_list(answer: &Value) -> Option<Vec<Cohort>> {
    answer.get("cohorts")?.as_array()?.iter().map(read_one).collect()
}

fn read_one(value: &Value) -> Option<Cohort> {
    let id = value.get("id")?.as_str()?.to_owned();
    let seconds = |name: &str| {
        let value = value.get(name)?;
        #[allow(clippy::cast_possible_truncation, reason = "a float of seconds is whole, or nearly so")]
        value.as_i64().or_else(|| value.as_f64().map(|seconds| seconds as i64))
    };
    let is = |name: &str, otherwise: bool| value.get(name).and_then(Value::as_bool).unwrap_or(otherwise);
    let name = value.get("name").and_then(Value::as_str).unwrap_or(&id).to_owned();
    Some(Cohort {
        name,
        size: value.get("size").and_then(Value::as_u64),
        last_computed: seconds("lastComputed"),
        last_modified: seconds("lastMod"),
        archived: is("archived", false),
        published: is("published", true),
        id,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ids_and_addresses_are_taken_and_nothing_else() {
        for text in [
            "k1a2b3c",
            "  k1a2b3c\n",
            "https://app.amplitude.com/analytics/acme/cohort/k1a2b3c",
            "https://analytics.eu.amplitude.com/acme/cohort/k1a2b3c/?source=x#top",
            "app.amplitude.com/analytics/acme/cohorts/k1a2b3c",
            "<https://analytics.amplitude.com/acme/cohort/k1a2b3c>",
        ] {
            assert_eq!(CohortId::parse(text).unwrap().as_str(), "k1a2b3c", "{text}");
        }
        for text in [
            "",
            "k1",
            "../secret",
            "k1a2 b3c",
            "k1a2b3c?props=1",
            "https://app.amplitude.com/analytics/acme/chart/k1a2b3c",
            "https://app.amplitude.com/analytics/acme/cohort/",
            "https://amplitude.com.example.org/cohort/k1a2b3c",
            "https://example.org/cohort/k1a2b3c",
        ] {
            assert_eq!(CohortId::parse(text), Err(Error::NotACohort { text: text.to_owned() }), "{text}");
        }
    }

    #[test]
    fn a_record_needs_nothing_but_its_id() {
        let list = json!({"cohorts": [
            {"id": "k1a2b3c"},
            {"id": "x", "name": "X", "size": "many", "lastComputed": 1.5, "archived": null, "appId": "12", "new": {}},
        ]});
        let list = read_list(&list).unwrap();
        assert_eq!(list[0].name, "k1a2b3c");
        assert_eq!((list[1].size, list[1].last_computed, list[1].published), (None, Some(1), true));
        assert_eq!(read_list(&json!({"cohorts": [{"name": "no id"}]})), None);
        assert_eq!(read_list(&json!({"error": "x"})), None);
    }
}
