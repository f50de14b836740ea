//! An event of the export: a record of JSON and the hour in which it arrived.

use serde_json::{Value, json};

/// An event. `hour` is whole hours since 1970 of its `server_upload_time`, which the export's windows are of.
#[derive(Clone, Debug)]
pub struct Event {
    pub hour: i64,
    /// One line of the file.
    pub record: String,
}

impl Event {
    /// An event with the keys that the service sends, null where unset; `change` says what is different.
    #[must_use]
    pub fn new(hour: i64, insert_id: &str, change: &Value) -> Event {
        let uploaded = chrono::DateTime::from_timestamp(hour * 3600 + 3, 0).unwrap_or_default();
        let uploaded = uploaded.format("%Y-%m-%d %H:%M:%S%.6f").to_string();
        let mut record = json!({
            "$insert_id": insert_id, "$insert_key": null, "$schema": null, "adid": null,
            "amplitude_attribution_ids": null, "amplitude_event_type": null, "amplitude_id": 356_896_327_775_i64,
            "app": 123_456, "city": "Oslo", "client_event_time": uploaded, "client_upload_time": uploaded,
            "country": "Norway", "data": {"path": "/2/httpapi"}, "data_type": "event", "device_family": "Mac",
            "device_id": "d-1", "device_type": "Mac", "event_id": 42, "event_properties": {"page": "/pricing"},
            "event_time": uploaded, "event_type": "page_view", "groups": {}, "language": "English",
            "library": "amplitude-ts/2.0.0", "os_name": "Chrome", "os_version": "140", "paying": null,
            "platform": "Web", "processed_time": uploaded, "region": "Oslo County", "sample_rate": null,
            "server_received_time": uploaded, "server_upload_time": uploaded, "session_id": 1_789_380_000_000_i64,
            "user_id": "user-7", "user_properties": {"plan": "pro"}, "uuid": format!("uuid-of-{insert_id}"),
            "version_name": null,
        });
        if let (Some(record), Some(change)) = (record.as_object_mut(), change.as_object()) {
            record.extend(change.iter().map(|(key, value)| (key.clone(), value.clone())));
        }
        Event { hour, record: record.to_string() }
    }
}
