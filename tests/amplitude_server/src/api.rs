//! The API host: who asks, how many at once, which route, what is answered.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use flate2::Compression;
use flate2::write::GzEncoder;
use hyper::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, LOCATION};
use hyper::{HeaderMap, Response, Uri};
use percent_encoding::percent_decode_str;
use serde_json::json;

use crate::answer::{Answer, Body, deliver};
use crate::state::{Job, Link, State};
use crate::{Encoding, Fault, Framing, Limit, Route, Seen, Setup, authority, export, limits};

/// How long the file of a request can be asked for, in seconds.
const FILE_LIVES: i64 = 7 * 24 * 3600;

/// A request of the API host to an answer.
pub(crate) async fn answer(state: State, uri: Uri, headers: HeaderMap, reset: Arc<AtomicBool>) -> Response<Body> {
    let route = route(uri.path());
    let note = state.note(seen(route.as_ref().map(|(route, _)| *route), &uri, &headers, &state));
    let framing = state.lock().setup.framing;
    let Some(place) = state.enter() else {
        state.note_status(note, 429);
        return deliver(Answer::too_many(Limit::Concurrent, None), None, Framing::Length, None, &reset);
    };
    let fault = route.as_ref().and_then(|(route, _)| state.take_fault(*route));
    let answer = match &fault {
        Some(fault) if fault.is_before() => refused(&state, fault).await,
        Some(_) | None => worked(&state, route, &uri, &headers, fault.as_ref()).await,
    };
    state.note_status(note, answer.status);
    deliver(answer, fault.as_ref(), framing, Some(place), &reset)
}

/// The answer of a fault that looks at nothing.
async fn refused(state: &State, fault: &Fault) -> Answer {
    match fault {
        Fault::BadGateway => Answer::page(502),
        Fault::Status(status, body) => Answer::new(*status, "text/plain", body.as_str()),
        Fault::TooMany(limit, retry_after) => {
            state.lock().counts.refused += 1;
            Answer::too_many(*limit, *retry_after)
        }
        // Nobody has seen what a link answers after seven days.
        Fault::Expired => Answer::error(404, "unspecified", "Request not found"),
        Fault::Hang
        | Fault::HangAfter
        | Fault::StatusAfter(_)
        | Fault::ResetAt(_)
        | Fault::CutAt(_)
        | Fault::ShortAt(_)
        | Fault::Drip(..)
        | Fault::AsyncStatus(..)
        | Fault::Body(_) => std::future::pending().await,
    }
}

async fn worked(
    state: &State,
    route: Option<(Route, String)>,
    uri: &Uri,
    headers: &HeaderMap,
    fault: Option<&Fault>,
) -> Answer {
    let authorization = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let refusal = {
        let inner = state.lock();
        authority::refusal(authorization, inner.setup.region, &inner.setup.projects)
    };
    if let Some(refusal) = refusal {
        return refusal;
    }
    let query = query(uri);
    let answer = match route {
        Some((Route::Cohorts, _)) => {
            let cohorts: Vec<_> = state.lock().setup.cohorts.iter().map(crate::Cohort::listed).collect();
            Answer::json(200, &json!({"cohorts": cohorts}))
        }
        Some((Route::Usage, _)) => usage(state),
        Some((Route::Request, id)) => request(state, &id, &query),
        Some((Route::Status, id)) => status(state, &id, fault),
        Some((Route::File, id)) => file(state, &id),
        Some((Route::Export, _)) => export::answer(&state.lock().setup, &query),
        Some((Route::Taxonomy, _)) => taxonomy(&state.lock().setup),
        Some((Route::Storage, _)) | None => Answer::error(404, "unspecified", "Not found"),
    };
    match fault {
        Some(Fault::HangAfter) => std::future::pending().await,
        Some(Fault::StatusAfter(status)) => Answer::page(*status),
        Some(_) | None => answer,
    }
}

/// The list has an envelope of its own, also where the contract does not have it.
fn taxonomy(setup: &Setup) -> Answer {
    let Some(properties) = &setup.user_properties else {
        let errors = [json!({"message": "Taxonomy is not available on your plan"})];
        return Answer::json(403, &json!({"success": false, "errors": errors}));
    };
    let listed = properties.iter().map(|property| {
        json!({
            "user_property": property.name, "description": property.description, "type": "any", "enum_values": null,
            "regex": null, "is_array_type": false, "is_hidden": false, "classifications": [], "deleted": property.is_deleted,
        })
    });
    Answer::json(200, &json!({"success": true, "data": listed.collect::<Vec<_>>()}))
}

fn usage(state: &State) -> Answer {
    let now = state.clock.seconds();
    let inner = state.lock();
    let download = json!({
        "limit": inner.setup.requests_a_month,
        "usage": inner.ledger.this_month(now),
        "resets_at": limits::resets_at(now),
    });
    Answer::json(200, &json!({"rest_download": download}))
}

fn request(state: &State, id: &str, query: &[(String, String)]) -> Answer {
    let now = state.clock.seconds();
    let mut inner = state.lock();
    let Some(cohort) = inner.setup.cohorts.iter().find(|cohort| cohort.id == id) else {
        return Answer::error(404, "unspecified", "Cohort not found");
    };
    let with_properties = query.iter().any(|(name, value)| name == "props" && value == "1");
    let names: Vec<_> = query.iter().filter(|(name, _)| name == "propKeys").map(|(_, value)| value.clone()).collect();
    let file = cohort.file(with_properties, &names);
    if inner.ledger.this_month(now) >= inner.setup.requests_a_month {
        inner.counts.refused += 1;
        // Nobody has written down what the service says here.
        return Answer::error(429, "unspecified", "Too Many Requests: Exceeded monthly download limit");
    }
    if inner.ledger.in_ten_minutes(now) >= inner.setup.requests_in_ten_minutes {
        inner.counts.refused += 1;
        return Answer::too_many(Limit::Rate, None);
    }
    inner.ledger.spend(now);
    inner.counts.spent += 1;
    let request = format!("Jn4Q{:03}", inner.jobs.len());
    inner.jobs.insert(request.clone(), Job { cohort: id.to_owned(), file, asked_at: now, polls: 0 });
    Answer::json(202, &json!({"request_id": request, "cohort_id": id}))
}

fn status(state: &State, id: &str, fault: Option<&Fault>) -> Answer {
    let mut inner = state.lock();
    let polls_until_done = inner.setup.polls_until_done;
    let Some(job) = inner.jobs.get_mut(id) else {
        return Answer::error(404, "unspecified", "Request not found");
    };
    let done = job.polls >= polls_until_done;
    job.polls += 1;
    let (status, word) = match fault {
        Some(Fault::AsyncStatus(status, word)) => (*status, word.as_str()),
        Some(_) | None if done => (200, "JOB COMPLETED"),
        Some(_) | None => (202, "JOB INPROGRESS"),
    };
    Answer::json(status, &json!({"request_id": id, "cohort_id": job.cohort, "async_status": word}))
}

fn file(state: &State, id: &str) -> Answer {
    let now = state.clock.seconds();
    let mut inner = state.lock();
    let Some(job) = inner.jobs.get(id).filter(|job| now - job.asked_at < FILE_LIVES) else {
        return Answer::error(404, "unspecified", "Request not found");
    };
    if job.polls <= inner.setup.polls_until_done {
        return Answer::error(400, "invalid", "Request is not complete");
    }
    let answer = file_answer(&job.file, inner.setup.encoding);
    if answer.body.len() < inner.setup.inline_below {
        return answer;
    }
    let token = format!("{:064x}", 0x5167_u64 + inner.links.len() as u64);
    let storage = inner.ports.1;
    let address = format!(
        "http://127.0.0.1:{storage}/cohorts/{id}.csv.gz?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=60&X-Amz-Signature={token}"
    );
    inner.links.insert(token, Link { job: id.to_owned(), signed_at: now });
    let mut answer = Answer::new(302, "text/plain", "");
    answer.headers.push((LOCATION, address));
    answer
}

/// A cohort's file as both hosts send it.
pub(crate) fn file_answer(file: &[u8], encoding: Encoding) -> Answer {
    if encoding == Encoding::Plain {
        return Answer { status: 200, headers: vec![(CONTENT_TYPE, "text/csv".to_owned())], body: file.to_vec() };
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let body = encoder.write_all(file).and_then(|()| encoder.finish()).unwrap_or_default();
    let mut answer = Answer::new(200, "text/csv", body);
    if encoding == Encoding::Gzip {
        answer.headers.push((CONTENT_ENCODING, "gzip".to_owned()));
    }
    answer
}

/// Which route a path is, and the id in it.
fn route(path: &str) -> Option<(Route, String)> {
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let (route, id) = match parts.as_slice() {
        ["api", "3", "cohorts"] => (Route::Cohorts, ""),
        ["api", "3", "cohorts", "usage"] => (Route::Usage, ""),
        ["api", "5", "cohorts", "request", id] => (Route::Request, *id),
        ["api", "5", "cohorts", "request-status", id] => (Route::Status, *id),
        ["api", "5", "cohorts", "request", id, "file"] => (Route::File, *id),
        ["api", "2", "export"] => (Route::Export, ""),
        ["api", "2", "taxonomy", "user-property"] => (Route::Taxonomy, ""),
        _ => return None,
    };
    Some((route, percent_decode_str(id).decode_utf8_lossy().into_owned()))
}

/// The pairs of a query, decoded.
pub(crate) fn query(uri: &Uri) -> Vec<(String, String)> {
    let decode = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    let pairs = uri.query().unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (decode(name), decode(value))).collect()
}

pub(crate) fn seen(route: Option<Route>, uri: &Uri, headers: &HeaderMap, state: &State) -> Seen {
    let headers = headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    Seen {
        route,
        target: uri.to_string(),
        headers: headers.collect(),
        at_milliseconds: state.clock.milliseconds(),
        status: None,
    }
}
