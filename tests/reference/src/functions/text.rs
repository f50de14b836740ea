//! Texts: bytes for comparing, Unicode scalar values for counting.

use wr_base::diag::Code;
use wr_base::value::Value;
use wr_plan::functions::FnId;

/// No function makes a longer text of a short one.
const LONGEST: usize = 1_000_000;

pub(crate) fn call(function: FnId, arguments: &[Value]) -> Result<Value, Code> {
    if let [Value::Text(x), rest @ ..] = arguments
        && let Some(result) = counted(function, &x.chars().collect::<Vec<_>>(), rest)
    {
        return result.map(|letters| Value::Text(letters.into_iter().collect()));
    }
    if let (FnId::SplitPart, [Value::Text(x), Value::Text(separator), Value::Int(part)]) = (function, arguments) {
        return Ok(split_part(x, separator, *part).map_or(Value::Null, Value::Text));
    }
    let texts = arguments.iter().map(text).collect::<Option<Vec<&str>>>().ok_or(Code::Internal)?;
    match (function, &texts[..]) {
        (FnId::Concat, parts) => Ok(Value::Text(parts.concat())),
        (FnId::Lower, [x]) => Ok(Value::Text(x.to_lowercase())),
        (FnId::Upper, [x]) => Ok(Value::Text(x.to_uppercase())),
        (FnId::Initcap, [x]) => Ok(Value::Text(initcap(&x.to_lowercase()))),
        (FnId::Trim, [x]) => Ok(Value::text(x.trim_matches(char::is_whitespace))),
        (FnId::TrimLeft, [x]) => Ok(Value::Text(x.chars().skip_while(|letter| letter.is_whitespace()).collect())),
        (FnId::TrimRight, [x]) => {
            let end = x.chars().enumerate().filter(|(_, letter)| !letter.is_whitespace()).map(|(at, _)| at + 1).last();
            Ok(Value::Text(x.chars().take(end.unwrap_or(0)).collect()))
        }
        (FnId::Length, [x]) => Ok(Value::Int(x.chars().count() as i128)),
        (FnId::Position, [x, part]) => Ok(position(x, part).map_or(Value::Null, Value::Int)),
        (FnId::StartsWith, [x, part]) => Ok(Value::Bool(x.as_bytes().starts_with(part.as_bytes()))),
        (FnId::EndsWith, [x, part]) => Ok(Value::Bool(x.as_bytes().ends_with(part.as_bytes()))),
        (FnId::Contains, [x, part]) => Ok(Value::Bool(holds(x.as_bytes(), part.as_bytes()))),
        (FnId::Replace, [x, old, new]) => Ok(Value::Text(replace(x, old, new))),
        (FnId::SameText, [x, y]) => Ok(Value::Bool(x.to_lowercase() == y.to_lowercase())),
        (FnId::UrlEncode, [x]) => Ok(Value::Text(x.bytes().map(url_encoded).collect())),
        _ => Err(Code::Internal),
    }
}

fn text(value: &Value) -> Option<&str> {
    if let Value::Text(text) = value { Some(text) } else { None }
}

/// Functions of a text and numbers of letters.
fn counted(function: FnId, x: &[char], rest: &[Value]) -> Option<Result<Vec<char>, Code>> {
    // The letters of which the place, counted from 1, is fit.
    let at_places = |fits: &dyn Fn(i128) -> bool| {
        (1_i128..).zip(x).filter(|(place, _)| fits(*place)).map(|(_, letter)| *letter).collect::<Vec<char>>()
    };
    let length = x.len() as i128;
    match (function, rest) {
        (FnId::Left, [Value::Int(count)]) => Some(Ok(at_places(&|place| place <= *count))),
        (FnId::Right, [Value::Int(count)]) => Some(Ok(at_places(&|place| length - place < *count))),
        (FnId::Substring, [Value::Int(from)]) => Some(Ok(at_places(&|place| place >= *from))),
        (FnId::Substring, [Value::Int(from), Value::Int(count)]) => {
            Some(Ok(at_places(&|place| place >= *from && place.saturating_sub(*from) < *count)))
        }
        (FnId::PadLeft | FnId::PadRight, [Value::Int(wanted)]) => Some(padded(function, x, *wanted, &[' '])),
        (FnId::PadLeft | FnId::PadRight, [Value::Int(wanted), Value::Text(fill)]) => {
            Some(padded(function, x, *wanted, &fill.chars().collect::<Vec<_>>()))
        }
        (FnId::Repeat, [Value::Int(times)]) => Some(repeated(x, *times)),
        _ => None,
    }
}

fn padded(function: FnId, x: &[char], wanted: i128, fill: &[char]) -> Result<Vec<char>, Code> {
    if fill.is_empty() || wanted <= x.len() as i128 {
        return Ok(x.to_vec());
    }
    let wanted = usize::try_from(wanted).ok().filter(|wanted| *wanted <= LONGEST).ok_or(Code::Overflow)?;
    let padding = (0..wanted - x.len()).map(|at| fill[at % fill.len()]).collect::<Vec<char>>();
    Ok(if function == FnId::PadLeft { [&padding, x].concat() } else { [x, &padding].concat() })
}

fn repeated(x: &[char], times: i128) -> Result<Vec<char>, Code> {
    if times <= 0 || x.is_empty() {
        return Ok(Vec::new());
    }
    if times.checked_mul(x.len() as i128).is_none_or(|made| made > LONGEST as i128) {
        return Err(Code::Overflow);
    }
    Ok((0..times).flat_map(|_| x.iter().copied()).collect())
}

/// A letter is the first of its word when none stands before it.
fn initcap(lower: &str) -> String {
    let letters = lower.chars().collect::<Vec<_>>();
    let begins = |at: usize| at == 0 || !letters[at - 1].is_alphanumeric();
    let capital = |(at, letter): (usize, &char)| match begins(at) && letter.is_alphanumeric() {
        true => letter.to_uppercase().collect::<String>(),
        false => letter.to_string(),
    };
    letters.iter().enumerate().map(capital).collect()
}

/// The pieces are cut off at the front, one by one.
fn split_part(x: &str, separator: &str, part: i128) -> Option<String> {
    let mut pieces = Vec::new();
    let mut rest = x;
    while let Some(at) = (!separator.is_empty()).then(|| rest.find(separator)).flatten() {
        pieces.push(&rest[..at]);
        rest = &rest[at + separator.len()..];
    }
    pieces.push(rest);
    let count = pieces.len() as i128;
    let wanted = if part < 0 { part.saturating_add(count + 1) } else { part };
    (1..=count).contains(&wanted).then(|| pieces[wanted as usize - 1].to_owned())
}

/// One more than the letters before the first place at which the rest begins with the part.
fn position(x: &str, part: &str) -> Option<i128> {
    let starts = x.char_indices().map(|(at, _)| at).chain([x.len()]);
    (1_i128..).zip(starts).find(|(_, at)| x.as_bytes()[*at..].starts_with(part.as_bytes())).map(|(place, _)| place)
}

fn holds(text: &[u8], part: &[u8]) -> bool {
    part.is_empty() || text.windows(part.len()).any(|window| window == part)
}

/// From the left, without overlaps; an empty part is nowhere.
fn replace(text: &str, old: &str, new: &str) -> String {
    if old.is_empty() { text.to_owned() } else { text.split(old).collect::<Vec<_>>().join(new) }
}

fn url_encoded(byte: u8) -> String {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
        _ => {
            let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0').to_ascii_uppercase();
            format!("%{}{}", digit(byte / 16), digit(byte % 16))
        }
    }
}
