//! The storage host: a presigned address to a file, for one minute, and never with credentials.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use hyper::header::AUTHORIZATION;
use hyper::{HeaderMap, Response, Uri};

use crate::answer::{Answer, Body, deliver};
use crate::state::State;
use crate::{Fault, Framing, Route, api};

/// How long a signature is good, in seconds.
const SIGNATURE_LIVES: i64 = 60;

/// A request of the storage host to an answer.
pub(crate) async fn answer(state: State, uri: Uri, headers: HeaderMap, reset: Arc<AtomicBool>) -> Response<Body> {
    let note = state.note(api::seen(Some(Route::Storage), &uri, &headers, &state));
    let fault = state.take_fault(Route::Storage);
    let framing = state.lock().setup.framing;
    let answer = match &fault {
        Some(Fault::Hang | Fault::HangAfter) => std::future::pending().await,
        Some(Fault::BadGateway) => Answer::page(502),
        Some(Fault::Status(status, body)) => Answer::new(*status, "text/plain", body.as_str()),
        Some(Fault::StatusAfter(status)) => Answer::page(*status),
        Some(Fault::TooMany(..)) => Answer::xml(503, "SlowDown", "Please reduce your request rate."),
        Some(Fault::Expired) => expired(),
        Some(
            Fault::ResetAt(_)
            | Fault::CutAt(_)
            | Fault::ShortAt(_)
            | Fault::Drip(..)
            | Fault::AsyncStatus(..)
            | Fault::Body(_),
        )
        | None => file(&state, &uri, &headers),
    };
    state.note_status(note, answer.status);
    let framing = if answer.status == 200 { framing } else { Framing::Length };
    deliver(answer, fault.as_ref(), framing, None, &reset)
}

fn expired() -> Answer {
    Answer::xml(403, "AccessDenied", "Request has expired")
}

fn file(state: &State, uri: &Uri, headers: &HeaderMap) -> Answer {
    if headers.contains_key(AUTHORIZATION) {
        let message = "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string \
                       parameter or the Authorization header should be specified";
        return Answer::xml(400, "InvalidArgument", message);
    }
    let query = api::query(uri);
    let signature = query.iter().find(|(name, _)| name == "X-Amz-Signature").map(|(_, value)| value.as_str());
    let now = state.clock.seconds();
    let inner = state.lock();
    let Some(link) = signature.and_then(|signature| inner.links.get(signature)) else {
        return Answer::xml(403, "SignatureDoesNotMatch", "The request signature we calculated does not match");
    };
    if now - link.signed_at > SIGNATURE_LIVES {
        return expired();
    }
    match inner.jobs.get(&link.job) {
        Some(job) => api::file_answer(&job.file, inner.setup.encoding),
        None => Answer::xml(404, "NoSuchKey", "The specified key does not exist."),
    }
}
