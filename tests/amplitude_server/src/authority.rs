//! Who may ask: Basic, an API key of this region with its secret key.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::answer::Answer;
use crate::{Project, Region};

/// The refusal, if there is one. A key of the other region is no key here.
pub(crate) fn refusal(authorization: Option<&str>, region: Region, projects: &[Project]) -> Option<Answer> {
    let pair = authorization
        .and_then(|value| value.strip_prefix("Basic "))
        .and_then(|encoded| STANDARD.decode(encoded).ok())
        .and_then(|bytes| String::from_utf8(bytes).ok());
    let (key, secret) = pair.as_deref().and_then(|pair| pair.split_once(':')).unwrap_or_default();
    let Some(project) = projects.iter().find(|project| project.region == region && project.api_key == key) else {
        return Some(Answer::error(403, "unspecified", "Invalid API Key"));
    };
    (project.secret_key != secret).then(|| Answer::error(403, "unspecified", "Invalid API/Secret Key combination"))
}
