//! Texts: bytes for comparing, Unicode scalar values for counting.

use wr_base::diag::Code;
use wr_base::value::Value;
use wr_plan::functions::FnId;

pub(crate) fn call(function: FnId, arguments: &[Value]) -> Result<Value, Code> {
    let texts = arguments.iter().map(text).collect::<Option<Vec<&str>>>().ok_or(Code::Internal)?;
    match (function, &texts[..]) {
        (FnId::Concat, parts) => Ok(Value::Text(parts.concat())),
        (FnId::Lower, [x]) => Ok(Value::Text(x.to_lowercase())),
        (FnId::Upper, [x]) => Ok(Value::Text(x.to_uppercase())),
        (FnId::Trim, [x]) => Ok(Value::text(x.trim_matches(char::is_whitespace))),
        (FnId::Length, [x]) => Ok(Value::Int(x.chars().count() as i128)),
        (FnId::StartsWith, [x, part]) => Ok(Value::Bool(x.as_bytes().starts_with(part.as_bytes()))),
        (FnId::EndsWith, [x, part]) => Ok(Value::Bool(x.as_bytes().ends_with(part.as_bytes()))),
        (FnId::Contains, [x, part]) => Ok(Value::Bool(holds(x.as_bytes(), part.as_bytes()))),
        (FnId::Replace, [x, old, new]) => Ok(Value::Text(replace(x, old, new))),
        (FnId::SameText, [x, y]) => Ok(Value::Bool(x.to_lowercase() == y.to_lowercase())),
        _ => Err(Code::Internal),
    }
}

fn text(value: &Value) -> Option<&str> {
    if let Value::Text(text) = value { Some(text) } else { None }
}

fn holds(text: &[u8], part: &[u8]) -> bool {
    part.is_empty() || text.windows(part.len()).any(|window| window == part)
}

/// From the left, without overlaps; an empty part is nowhere.
fn replace(text: &str, old: &str, new: &str) -> String {
    if old.is_empty() { text.to_owned() } else { text.split(old).collect::<Vec<_>>().join(new) }
}
