//! `url_encode`: as a part of an address of the web.

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::UrlEncode,
    name: "url_encode",
    usage: &["url_encode(x: text) -> text"],
    signature: |arguments| fixed(arguments, &[(DataType::Text, "a text")], DataType::Text),
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The text as it stands in an address of the web",
        detail: "Letters `A-Z a-z`, digits and `- _ . ~` stay, each other byte of its UTF-8 becomes `%` and two digits. A blank is `%20`.",
        examples: &[("\"https://example.com/?q={url_encode(\"скидка 10%\")}\"", "https://example.com/?q=%D1%81%D0%BA%D0%B8%D0%B4%D0%BA%D0%B0%2010%25")],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Text(text)] => Ok(Value::Text(encoded(text))),
        _ => Err(Fault::internal()),
    },
};

fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}
