//! `split_part`: one of the pieces between separators.

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::SplitPart,
    name: "split_part",
    usage: &["split_part(x: text, separator: text, part: int) -> text?"],
    signature: |arguments| {
        fixed(
            arguments,
            &[(DataType::Text, "a text"), (DataType::Text, "a text"), (DataType::Int, "the number of a part")],
            DataType::Text,
        )
    },
    nulls: Nulls::PropagateOrGive,
    fails: &[],
    doc: Doc {
        summary: "One of the parts of a text between separators",
        detail: "The first part is 1; -1 is the last one, -2 the one before it. Null where there is no such part. An empty separator is nowhere, so all is one part.",
        examples: &[
            ("split_part(\"ivan@example.com\", \"@\", 2)", "example.com"),
            ("split_part(\"a/b/c\", \"/\", -1)", "c"),
            ("split_part(\"a/b/c\", \"/\", 4)", "null"),
        ],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Text(text), Value::Text(separator), Value::Int(part)] => {
            Ok(part_of(text, separator, *part).map_or(Value::Null, Value::text))
        }
        _ => Err(Fault::internal()),
    },
};

fn part_of<'a>(text: &'a str, separator: &str, part: i128) -> Option<&'a str> {
    let parts: Vec<&str> = if separator.is_empty() { vec![text] } else { text.split(separator).collect() };
    let place = if part < 0 { part.checked_add(parts.len() as i128)? } else { part.checked_sub(1)? };
    parts.get(usize::try_from(place).ok()?).copied()
}
