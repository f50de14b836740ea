//! An answer to the bytes that leave: whole, or as a fault has it.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, StreamBody};
use hyper::Response;
use hyper::body::Frame;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use serde_json::json;

use crate::state::Place;
use crate::{Fault, Framing, Limit};

pub(crate) type Body = UnsyncBoxBody<Bytes, io::Error>;

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(HeaderName, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Answer {
        Answer { status, headers: vec![(CONTENT_TYPE, content_type.to_owned())], body: body.into() }
    }

    pub(crate) fn json(status: u16, value: &serde_json::Value) -> Answer {
        Answer::new(status, "application/json", value.to_string())
    }

    /// The envelope that errors come in.
    pub(crate) fn error(status: u16, kind: &str, details: &str) -> Answer {
        let message = if status == 429 { "Unspecified Error" } else { "…" };
        let metadata = json!({"details": details});
        let error = json!({"http_code": status, "type": kind, "message": message, "metadata": metadata});
        Answer::json(status, &json!({"error": error}))
    }

    pub(crate) fn too_many(limit: Limit, retry_after: Option<u64>) -> Answer {
        let details = match limit {
            Limit::Concurrent => "Too Many Requests: Exceeded concurrent limit with query of cost 415",
            Limit::Rate => "Too Many Requests: Exceeded rate limit with query of cost 1800",
        };
        let mut answer = Answer::error(429, "unspecified", details);
        answer.headers.extend(retry_after.map(|seconds| (RETRY_AFTER, seconds.to_string())));
        answer
    }

    /// A page of a proxy in front.
    pub(crate) fn page(status: u16) -> Answer {
        let body =
            format!("<html>\r\n<head><title>{status} Bad Gateway</title></head>\r\n<body>nginx</body>\r\n</html>");
        Answer::new(status, "text/html", body)
    }

    /// An error as the storage words them.
    pub(crate) fn xml(status: u16, code: &str, message: &str) -> Answer {
        let body = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>"
        );
        Answer::new(status, "application/xml", body)
    }
}

/// What happens to a body, one after the other.
enum Step {
    Send(Bytes),
    Wait(u64),
    /// The connection ends here; reset where the flag is there.
    Break(Option<Arc<AtomicBool>>),
}

/// Sends an answer. The place is given back with the last byte.
pub(crate) fn deliver(
    answer: Answer,
    fault: Option<&Fault>,
    framing: Framing,
    place: Option<Place>,
    reset: &Arc<AtomicBool>,
) -> Response<Body> {
    let mut body = Bytes::from(answer.body);
    let mut length = body.len();
    let mut steps = Vec::new();
    match fault {
        Some(Fault::ResetAt(at)) => {
            steps.extend([Step::Send(body.slice(..length.min(*at))), Step::Wait(20), Step::Break(Some(reset.clone()))]);
        }
        Some(Fault::CutAt(at)) => {
            steps.extend([Step::Send(body.slice(..length.min(*at))), Step::Break(None)]);
        }
        Some(Fault::ShortAt(at)) => {
            length = length.min(*at);
            steps.push(Step::Send(body.slice(..length)));
        }
        Some(Fault::Drip(bytes, milliseconds)) => {
            while !body.is_empty() {
                let piece = body.split_to(body.len().min((*bytes).max(1)));
                steps.extend([Step::Send(piece), Step::Wait(*milliseconds)]);
            }
        }
        Some(Fault::Body(other)) => {
            length = other.len();
            steps.push(Step::Send(Bytes::from(other.clone())));
        }
        Some(
            Fault::Hang
            | Fault::HangAfter
            | Fault::BadGateway
            | Fault::Status(..)
            | Fault::StatusAfter(_)
            | Fault::TooMany(..)
            | Fault::AsyncStatus(..)
            | Fault::Expired,
        )
        | None => steps.push(Step::Send(body)),
    }
    let frames = stream::unfold((steps.into_iter(), place), |(mut steps, place)| async move {
        loop {
            match steps.next()? {
                Step::Send(bytes) => return Some((Ok(Frame::data(bytes)), (steps, place))),
                Step::Wait(milliseconds) => tokio::time::sleep(Duration::from_millis(milliseconds)).await,
                Step::Break(reset) => {
                    // The bytes before leave while this waits.
                    tokio::task::yield_now().await;
                    if let Some(reset) = reset {
                        reset.store(true, Ordering::SeqCst);
                    }
                    return Some((Err(io::Error::other("cut")), (steps, place)));
                }
            }
        }
    });
    let mut response = Response::new(StreamBody::new(frames).boxed_unsync());
    *response.status_mut() = hyper::StatusCode::from_u16(answer.status).unwrap_or_default();
    for (name, value) in answer.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    if framing == Framing::Length {
        response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    response
}
