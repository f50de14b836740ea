//! The export of events: a window of whole hours to a zip of compressed lines.

use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};

use chrono::NaiveDateTime;
use flate2::Compression;
use flate2::write::GzEncoder;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::answer::Answer;
use crate::{Event, Setup};

/// The answer for a window; both its hours belong to it.
pub(crate) fn answer(setup: &Setup, query: &[(String, String)]) -> Answer {
    let hour = |name: &str| {
        let text = &query.iter().find(|(key, _)| key == name)?.1;
        let moment = NaiveDateTime::parse_from_str(&format!("{text}0000"), "%Y%m%dT%H%M%S").ok()?;
        Some(moment.and_utc().timestamp() / 3600)
    };
    let (Some(start), Some(end)) = (hour("start"), hour("end")) else {
        return Answer::error(400, "invalid", "start and end have to be YYYYMMDDTHH");
    };
    let hours = end - start + 1;
    if hours > setup.export_hours_in_size {
        return Answer::new(
            400,
            "text/plain",
            "The file size of the exported data is too large. Shorten the time range.",
        );
    }
    if hours > setup.export_hours_in_time {
        return Answer::page(504);
    }
    let mut by_hour: BTreeMap<i64, Vec<&Event>> = BTreeMap::new();
    for event in setup.events.iter().filter(|event| (start..=end).contains(&event.hour)) {
        by_hour.entry(event.hour).or_default().push(event);
    }
    if by_hour.is_empty() {
        return Answer::new(404, "text/plain", "Raw data files were not found.");
    }
    match archive(&by_hour) {
        Ok(body) => Answer::new(200, "application/zip", body),
        Err(error) => Answer::new(500, "text/plain", error.to_string()),
    }
}

/// Two members an hour, as far as there are two events.
fn archive(by_hour: &BTreeMap<i64, Vec<&Event>>) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (hour, events) in by_hour {
        let day = chrono::DateTime::from_timestamp(hour * 3600, 0).unwrap_or_default().format("%Y-%m-%d");
        for (part, events) in events.chunks(events.len().div_ceil(2)).enumerate() {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
            for event in events {
                encoder.write_all(event.record.as_bytes())?;
                encoder.write_all(b"\n")?;
            }
            let name = format!("123456/123456_{day}_{}#{part}.json.gz", hour.rem_euclid(24));
            archive.start_file(name, SimpleFileOptions::default())?;
            archive.write_all(&encoder.finish()?)?;
        }
    }
    Ok(archive.finish()?.into_inner())
}
