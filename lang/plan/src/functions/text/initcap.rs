//! `initcap`: each word with a capital letter, all others small.

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Initcap,
    name: "initcap",
    usage: &["initcap(x: text) -> text"],
    signature: |arguments| fixed(arguments, &[(DataType::Text, "a text")], DataType::Text),
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The text with the first letter of each word as a capital and all others small",
        detail: "A word is a run of letters and digits, so `o'neill` has two.",
        examples: &[("initcap(\"ИВАН o'neill\")", "Иван O'Neill"), ("initcap(\"mc-donald 2nd\")", "Mc-Donald 2nd")],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Text(text)] => Ok(Value::Text(capitalised(&text.to_lowercase()))),
        _ => Err(Fault::internal()),
    },
};

fn capitalised(lower: &str) -> String {
    let mut text = String::with_capacity(lower.len());
    let mut is_inside = false;
    for letter in lower.chars() {
        let is_of_word = letter.is_alphanumeric();
        if is_of_word && !is_inside {
            text.extend(letter.to_uppercase());
        } else {
            text.push(letter);
        }
        is_inside = is_of_word;
    }
    text
}
