//! `wr.toml` as it may be shown: a diagnostic prints the lines around its place, and one of them could hold a secret.

/// Keys whose values are secrets.
pub(super) const SECRET_KEYS: [&str; 3] = ["password", "api_key", "secret_key"];

/// The text with a `*` for each byte of a value that is written at the key of a secret, or that stands before the `@` of an
/// address. As long as the text, so places in it stay where they are. It looks at signs, not at TOML: also a file that
/// cannot be read shows none.
pub(super) fn masked(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for key in SECRET_KEYS {
        for (at, _) in text.match_indices(key) {
            let rest = text.get(at + key.len()..).unwrap_or_default();
            let value = rest.trim_start_matches(['"', '\'', ' ', '\t']);
            let Some(value) = value.strip_prefix('=') else { continue };
            let value = value.trim_start_matches([' ', '\t']);
            let from = text.len() - value.len();
            // `{ env = "…" }` says where it is, not what.
            if value.starts_with('{') {
                continue;
            }
            mask(&mut bytes, from, from + length(value));
        }
    }
    for (at, _) in text.match_indices("://") {
        let from = at + "://".len();
        let address = text.get(from..).unwrap_or_default();
        let end = address.find(['"', '\'', '/', '\n']).unwrap_or(address.len());
        if let Some(user) = address.get(..end).and_then(|host| host.rfind('@')) {
            mask(&mut bytes, from, from + user);
        }
    }
    String::from_utf8(bytes).unwrap_or_default()
}

/// Quotes, blanks and line breaks stay, so that what is shown can still be read.
fn mask(bytes: &mut [u8], from: usize, to: usize) {
    for byte in bytes.iter_mut().take(to).skip(from) {
        if !matches!(byte, b'"' | b'\'' | b'\n' | b'\r' | b' ') {
            *byte = b'*';
        }
    }
}

/// How long a value is: to its closing quotes, else to the end of the line.
fn length(value: &str) -> usize {
    for quotes in ["\"\"\"", "'''"] {
        if let Some(inner) = value.strip_prefix(quotes) {
            return inner.find(quotes).map_or(value.len(), |end| end + 2 * quotes.len());
        }
    }
    value.find('\n').unwrap_or(value.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_written_secret_is_left() {
        let cases = [
            ("password = \"hunter2\"\n", "password = \"*******\"\n"),
            ("secret_key='k'", "secret_key='*'"),
            ("\"api_key\" = \"пар\" # why\n", "\"api_key\" = \"******\" * ***\n"),
            ("a = { user = \"u\", password = \"p\", x = 1 }\n", "a = { user = \"u\", password = \"*\"* * * * *\n"),
            ("password = \"\"\"\nab\ncd\"\"\"\nuser = \"u\"", "password = \"\"\"\n**\n**\"\"\"\nuser = \"u\""),
            ("password = \"not closed\nuser = \"u\"", "password = \"*** ******\nuser = \"u\""),
            ("url = \"https://me:pw@host:1/x@y\"", "url = \"https://*****@host:1/x@y\""),
        ];
        for (text, expected) in cases {
            let masked = masked(text);
            assert_eq!(masked, expected);
            assert_eq!(masked.len(), text.len());
        }
    }

    #[test]
    fn where_a_secret_is_may_be_shown() {
        let text = "password = { env = \"WALLET_PASSWORD\" }\nurl = \"https://host\"\n# the password of the wallet\n";
        assert_eq!(masked(text), text);
    }
}
