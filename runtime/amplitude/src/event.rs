//! A line of the export to a typed event.

use std::fmt;

use chrono::NaiveDateTime;
use serde::de::{Deserializer, Visitor};
use serde::{Deserialize, de};
use serde_json::value::RawValue;

/// An event. Moments are microseconds since 1970, UTC; fields of JSON are its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    pub event_time: i64,
    /// The window of an export is of this one.
    pub server_upload_time: Option<i64>,
    pub client_event_time: Option<i64>,
    pub event_type: String,
    pub event_id: Option<i64>,
    pub amplitude_id: Option<i64>,
    pub user_id: Option<String>,
    pub device_id: Option<String>,
    /// `None` where it is -1: outside of any session.
    pub session_id: Option<i64>,
    pub event_properties: Option<String>,
    pub user_properties: Option<String>,
    pub group_properties: Option<String>,
    pub groups: Option<String>,
    pub platform: Option<String>,
    pub os_name: Option<String>,
    pub os_version: Option<String>,
    pub device_type: Option<String>,
    pub device_family: Option<String>,
    pub version_name: Option<String>,
    pub country: Option<String>,
    pub region: Option<String>,
    pub city: Option<String>,
    pub language: Option<String>,
    pub library: Option<String>,
    pub insert_id: Option<String>,
    pub uuid: Option<String>,
}

/// The fields of a line that are read; others may come and go.
#[derive(Deserialize)]
struct Line<'a> {
    #[serde(default)]
    event_time: Text,
    #[serde(default)]
    server_upload_time: Text,
    #[serde(default)]
    client_event_time: Text,
    #[serde(default)]
    event_type: Text,
    #[serde(default)]
    event_id: Option<i64>,
    #[serde(default)]
    amplitude_id: Option<i64>,
    #[serde(default)]
    user_id: Text,
    #[serde(default)]
    device_id: Text,
    #[serde(default)]
    session_id: Option<i64>,
    #[serde(default, borrow)]
    event_properties: Option<&'a RawValue>,
    #[serde(default, borrow)]
    user_properties: Option<&'a RawValue>,
    #[serde(default, borrow)]
    group_properties: Option<&'a RawValue>,
    #[serde(default, borrow)]
    groups: Option<&'a RawValue>,
    #[serde(default)]
    platform: Text,
    #[serde(default)]
    os_name: Text,
    #[serde(default)]
    os_version: Text,
    #[serde(default)]
    device_type: Text,
    #[serde(default)]
    device_family: Text,
    #[serde(default)]
    version_name: Text,
    #[serde(default)]
    country: Text,
    #[serde(default)]
    region: Text,
    #[serde(default)]
    city: Text,
    #[serde(default)]
    language: Text,
    #[serde(default)]
    library: Text,
    #[serde(default, rename = "$insert_id")]
    insert_id: Text,
    #[serde(default)]
    uuid: Text,
}

/// A text, or a number or truth where a text should be.
#[derive(Default)]
struct Text(Option<String>);

impl Event {
    /// Reads one line.
    pub(crate) fn read(line: &[u8]) -> Result<Event, String> {
        let line: Line<'_> = serde_json::from_slice(line).map_err(|error| format!("it is no event: {error}"))?;
        let time = |text: Text, name: &str| match text.0 {
            Some(text) => moment(&text).map(Some).ok_or_else(|| format!("`{name}` is no time")),
            None => Ok(None),
        };
        let json = |value: Option<&RawValue>| value.map(|value| value.get().to_owned());
        Ok(Event {
            event_time: time(line.event_time, "event_time")?.ok_or("it has no `event_time`")?,
            server_upload_time: time(line.server_upload_time, "server_upload_time")?,
            client_event_time: time(line.client_event_time, "client_event_time")?,
            event_type: line.event_type.0.ok_or("it has no `event_type`")?,
            event_id: line.event_id,
            amplitude_id: line.amplitude_id,
            user_id: line.user_id.0.filter(|id| !id.trim().is_empty()),
            device_id: line.device_id.0,
            session_id: line.session_id.filter(|id| *id != -1),
            event_properties: json(line.event_properties),
            user_properties: json(line.user_properties),
            group_properties: json(line.group_properties),
            groups: json(line.groups),
            platform: line.platform.0,
            os_name: line.os_name.0,
            os_version: line.os_version.0,
            device_type: line.device_type.0,
            device_family: line.device_family.0,
            version_name: line.version_name.0,
            country: line.country.0,
            region: line.region.0,
            city: line.city.0,
            language: line.language.0,
            library: line.library.0,
            insert_id: line.insert_id.0,
            uuid: line.uuid.0,
        })
    }
}

/// `2026-09-14 10:00:01.123000`, which is UTC; also with `T`, with a `Z`, without a fraction.
fn moment(text: &str) -> Option<i64> {
    let text = text.trim().trim_end_matches('Z').replace('T', " ");
    let moment = NaiveDateTime::parse_from_str(&text, "%Y-%m-%d %H:%M:%S%.f").ok()?;
    Some(moment.and_utc().timestamp_micros())
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Text, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl Visitor<'_> for TextVisitor {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Text, E> {
        Ok(Text(Some(text.to_owned())))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Text, E> {
        Ok(Text(None))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Text, E> {
        Ok(Text(Some(value.to_string())))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Text, E> {
        Ok(Text(Some(value.to_string())))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Text, E> {
        Ok(Text(Some(value.to_string())))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Text, E> {
        Ok(Text(Some(value.to_string())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sample of services.md, shortened.
    const SAMPLE: &str = r#"{"$insert_id":"5f0c","amplitude_id":9007199254740993,"app":123456,"city":"Oslo","data":{"path":"/2/httpapi"},"event_id":42,"event_properties":{"page":"/pricing", "n":1.50},"event_time":"2026-09-14 10:00:01.123000","event_type":"page_view","group_properties":{},"idfa":null,"os_version":140,"server_upload_time":"2026-09-14 10:00:03.000000","session_id":-1,"user_id":"","user_properties":null,"uuid":"0b6b","version_name":null}"#;

    #[test]
    fn a_line_is_read_without_losing_digits() {
        let event = Event::read(SAMPLE.as_bytes()).unwrap();
        // date -ud '2026-09-14 10:00:01' +%s
        assert_eq!(event.event_time, 1_789_380_001_123_000);
        assert_eq!(event.amplitude_id, Some(9_007_199_254_740_993));
        assert_eq!(event.event_properties.as_deref(), Some(r#"{"page":"/pricing", "n":1.50}"#));
        assert_eq!((event.user_id, event.session_id, event.user_properties), (None, None, None));
        assert_eq!((event.os_version.as_deref(), event.insert_id.as_deref()), (Some("140"), Some("5f0c")));
    }

    #[test]
    fn times_come_in_several_spellings() {
        for text in
            ["2026-09-14T10:00:01", "2026-09-14 10:00:01", "2026-09-14 10:00:01.000000", "2026-09-14T10:00:01.0Z"]
        {
            assert_eq!(moment(text), Some(1_789_380_001_000_000), "{text}");
        }
        assert_eq!(moment("yesterday"), None);
    }

    #[test]
    fn what_is_no_event_is_said_to_be_none() {
        for (line, why) in [
            ("{}", "it has no `event_time`"),
            (r#"{"event_time":"2026-09-14 10:00:01"}"#, "it has no `event_type`"),
            (r#"{"event_time":"soon","event_type":"x"}"#, "`event_time` is no time"),
        ] {
            assert_eq!(Event::read(line.as_bytes()), Err(why.to_owned()));
        }
        assert!(Event::read(b"{\"event_time\":").is_err());
    }
}
