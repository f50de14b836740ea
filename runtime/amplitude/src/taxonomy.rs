//! The properties of users that a project has: what its Taxonomy says, where its contract has one.

use serde_json::Value;

use crate::client::Client;
use crate::patience::Unclear;
use crate::transport::{Call, Setback};
use crate::{Error, words};

/// A property that users can have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UserProperty {
    /// As a cohort's file has it.
    pub name: String,
    /// Empty where nobody wrote one.
    pub description: String,
}

const WHAT: &str = "a list of user properties";

impl Client {
    /// The properties of users, by name. `None` where the contract has no Taxonomy.
    ///
    /// # Errors
    /// No answer, or one that is no list of properties.
    pub async fn user_properties(&self) -> Result<Option<Vec<UserProperty>>, Error> {
        let call = Call::new(["api", "2", "taxonomy", "user-property"]);
        let attempt = || self.transport().json::<Value>(&call, WHAT);
        let answer = match self.transport().persist(Unclear::Repeat, attempt).await {
            Ok(answer) => answer,
            Err(Setback::Refused { status: 403 | 404, .. }) => return Ok(None),
            Err(setback) => return Err(setback.into_error()),
        };
        let not_understood = || {
            let words = words::tidy(&self.transport().redactor, &answer.to_string());
            Error::NotUnderstood { what: WHAT, words }
        };
        read(&answer).map(Some).ok_or_else(not_understood)
    }
}

/// Leniently, but for the names. What people made themselves begins with `gp:` here, and does not in files.
fn read(answer: &Value) -> Option<Vec<UserProperty>> {
    let mut all = Vec::new();
    for one in answer.get("data")?.as_array()? {
        let name = one.get("user_property")?.as_str()?;
        if one.get("deleted").and_then(Value::as_bool) == Some(true) {
            continue;
        }
        let description = one.get("description").and_then(Value::as_str).unwrap_or_default();
        let name = name.strip_prefix("gp:").unwrap_or(name).to_owned();
        all.push(UserProperty { name, description: description.to_owned() });
    }
    all.sort();
    all.dedup_by(|one, other| one.name == other.name);
    Some(all)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn properties_are_read_by_their_names_in_files() {
        let answer = json!({"success": true, "data": [
            {"user_property": "gp:plan", "description": "Free or paid", "type": "string", "deleted": false},
            {"user_property": "country", "description": null},
            {"user_property": "gp:old", "deleted": true},
            {"user_property": "plan"},
        ]});
        let names: Vec<(String, String)> =
            read(&answer).unwrap().into_iter().map(|property| (property.name, property.description)).collect();
        let expected = [("country", ""), ("plan", "")].map(|(name, words)| (name.to_owned(), words.to_owned()));
        assert_eq!(names, expected);
        assert_eq!(read(&json!({"success": true, "data": []})), Some(Vec::new()));
        assert_eq!(read(&json!({"success": true, "data": [{"name": "x"}]})), None);
        assert_eq!(read(&json!({"success": true})), None);
    }
}
