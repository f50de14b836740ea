//! The body of a refusal to words: redacted, on one line, not too long.

use wr_secret::Redactor;

/// More is not read by anyone.
const LONGEST: usize = 300;

/// Enough that sixty letters of it are left when secrets are gone.
const BEGINNING: usize = 8192;

/// Words that say why, from whatever body came.
pub(crate) fn of_body(redactor: &Redactor, body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let words = of_envelope(&text).or_else(|| of_page(&text)).unwrap_or_else(|| text.into_owned());
    tidy(redactor, &words)
}

/// Any text, fit to be shown.
pub(crate) fn tidy(redactor: &Redactor, text: &str) -> String {
    // Redacted before it is cut: half a secret would not be known.
    let words = redactor.redact(text);
    let words: Vec<&str> = words.split(|letter: char| letter.is_whitespace() || letter.is_control()).collect();
    let words = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", words.get(..at).unwrap_or_default()),
        None => words,
    }
}

/// What a body begins with that is not what it should be.
pub(crate) fn beginning(redactor: &Redactor, body: &[u8]) -> String {
    // Redacted before it is cut, as above.
    let text = String::from_utf8_lossy(body.get(..body.len().min(BEGINNING)).unwrap_or_default());
    let text: String = redactor.redact(&text).chars().take(60).collect();
    format!("{text:?}")
}

/// `{"error":{"message":…,"metadata":{"details":…}}}`; the details say most.
fn of_envelope(text: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    let error = value.get("error")?;
    let words = [error.pointer("/metadata/details"), error.get("message"), Some(error)];
    words.into_iter().flatten().find_map(|words| words.as_str()).map(str::to_owned)
}

/// The title of a page, or the code of the storage's XML. Its message can hold parts of a signature.
fn of_page(text: &str) -> Option<String> {
    let between = |start: &str, end: &str| {
        let (_, rest) = text.split_once(start)?;
        rest.split_once(end).map(|(inside, _)| inside.to_owned())
    };
    if !text.trim_start().starts_with('<') {
        return None;
    }
    let title = between("<title>", "</title>").or_else(|| between("<Code>", "</Code>"));
    Some(title.unwrap_or_else(|| "a page without a title".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_that_says_most_is_found() {
        for (body, words) in [
            (
                r#"{"error":{"message":"Unspecified Error","metadata":{"details":"Invalid API Key"}}}"#,
                "Invalid API Key",
            ),
            (r#"{"error":{"message":"no"}}"#, "no"),
            (r#"{"error":"no"}"#, "no"),
            ("<html>\r\n<head><title>502 Bad Gateway</title></head>", "502 Bad Gateway"),
            ("<Error><Code>AccessDenied</Code><Message>Signature abc</Message></Error>", "AccessDenied"),
            ("<p>secret things", "a page without a title"),
            ("plain\n  words\u{1b}[31m", "plain words [31m"),
            ("", ""),
        ] {
            assert_eq!(of_body(&Redactor::default(), body.as_bytes()), words, "{body}");
        }
    }

    #[test]
    fn long_words_are_cut_after_secrets_are_gone() {
        let secret = wr_secret::Secret::new("é".repeat(20));
        let text = format!("{}{}", "x".repeat(LONGEST - 5), secret.expose());
        let words = of_body(&Redactor::new([&secret]), text.as_bytes());
        assert!(words.ends_with("x***") && !words.contains('é'), "{words}");
        assert_eq!(of_body(&Redactor::default(), text.as_bytes()).chars().count(), LONGEST + 1);
    }
}
