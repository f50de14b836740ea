//! `hashed_phone`: a number as ad networks match it.

use super::super::kernel::hash::sha256;
use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::HashedPhone,
    name: "hashed_phone",
    usage: &["hashed_phone(x: text) -> text?"],
    signature: |arguments| fixed(arguments, &[(DataType::Text, "a text")], DataType::Text),
    nulls: Nulls::PropagateOrGive,
    fails: &[],
    doc: Doc {
        summary: "The SHA-256 of a phone number in the form by which ad networks match contacts",
        detail: "The rule: of all signs the digits 0 to 9 stay, zeros at the beginning go, then `sha256`. Null where fewer than 7 or more than 15 digits are left. The number has to hold the code of its country, as nobody can guess it: `hashed_phone(replace(x, /^8/, \"7\"))`. Where a network wants the `+`, it is `sha256(\"+{replace(x, /[^0-9]/, \"\")}\")`.",
        examples: &[
            ("hashed_phone(\"+7 (900) 123-45-67\") == sha256(\"79001234567\")", "true"),
            ("hashed_phone(\"12-34\")", "null"),
        ],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Text(text)] => {
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            let number = digits.trim_start_matches('0');
            Ok(if (7..=15).contains(&number.len()) { Value::Text(sha256(number)) } else { Value::Null })
        }
        _ => Err(Fault::internal()),
    },
};
