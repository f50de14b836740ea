//! `hashed_email`: an address as ad networks match it.

use super::super::kernel::hash::sha256;
use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::HashedEmail,
    name: "hashed_email",
    usage: &["hashed_email(x: text) -> text?"],
    signature: |arguments| fixed(arguments, &[(DataType::Text, "a text")], DataType::Text),
    nulls: Nulls::PropagateOrGive,
    fails: &[],
    doc: Doc {
        summary: "The SHA-256 of a mail address in the form by which ad networks match contacts",
        detail: "The rule: blanks around it go, letters become small, then `sha256`. Null for what is no address: without exactly one `@`, with nothing before or behind it, or with blanks inside. Dots and what stands behind a `+` stay; where a network takes them away, do so before.",
        examples: &[
            ("hashed_email(\" Ivan@Example.com \") == sha256(\"ivan@example.com\")", "true"),
            ("hashed_email(\"no address\")", "null"),
        ],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Text(text)] => {
            let plain = text.trim().to_lowercase();
            Ok(if is_address(&plain) { Value::Text(sha256(&plain)) } else { Value::Null })
        }
        _ => Err(Fault::internal()),
    },
};

fn is_address(text: &str) -> bool {
    let parts: Vec<&str> = text.split('@').collect();
    parts.len() == 2 && parts.iter().all(|part| !part.is_empty()) && !text.contains(char::is_whitespace)
}
