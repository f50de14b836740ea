//! `extract`: the part of a text that has a form.

use super::super::kernel::pattern::{groups_of, ready};
use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Extract,
    name: "extract",
    usage: &["extract(x: text, /pattern/) -> text?", "extract(x: text, /pattern/, group: int) -> text?"],
    signature: |arguments| {
        let signature = at_least(
            arguments,
            2,
            &[(DataType::Text, "a text"), (DataType::Text, "a pattern"), (DataType::Int, "the number of a group")],
            DataType::Text,
        )?;
        let Some(groups) = groups_of(arguments, 1)? else { return Ok(signature) };
        let is_one = match arguments.get(2).map(|argument| argument.constant) {
            None => groups <= 1,
            Some(Some(Value::Int(group))) => usize::try_from(*group).is_ok_and(|group| group <= groups),
            Some(_) => false,
        };
        if is_one { Ok(signature) } else { Err(no_such_group(arguments.len(), groups)) }
    },
    nulls: Nulls::PropagateOrGive,
    fails: &[],
    doc: Doc {
        summary: "The first part of a text that has the form of a pattern",
        detail: "Where the pattern has a group in parentheses, it is the part that the group found; where it has several, their number has to be given, and 0 is the whole part. Null where there is no such part, or the group took no part in it.",
        examples: &[
            ("extract(\"order 4711 of 2026\", /[0-9]+/)", "4711"),
            ("extract(\"utm_source=mail&x=1\", /utm_source=([^&]*)/)", "mail"),
            ("extract(\"2026-11\", /([0-9]{4})-([0-9]{2})/, 2)", "11"),
            ("extract(\"none\", /[0-9]+/)", "null"),
        ],
    },
    evaluate: |arguments, _, _| {
        let (text, pattern, group) = match arguments {
            [Value::Text(text), Value::Text(pattern)] => (text, ready(pattern)?, None),
            [Value::Text(text), Value::Text(pattern), Value::Int(group)] => (text, ready(pattern)?, Some(*group)),
            _ => return Err(Fault::internal()),
        };
        let group = match group {
            Some(group) => usize::try_from(group).map_err(|_| Fault::internal())?,
            None => pattern.captures_len() - 1,
        };
        let found = pattern.captures(text).and_then(|groups| groups.get(group).map(|part| part.as_str().to_owned()));
        Ok(found.map_or(Value::Null, Value::Text))
    },
};

fn no_such_group(arguments: usize, groups: usize) -> Mismatch {
    let wanted = match (arguments, groups) {
        (2, _) => "the number of one of the groups behind this pattern",
        (_, 0) => "no number here, as the pattern has no group",
        (_, _) => "the number of one of the pattern's groups here, written as a number",
    };
    let why = "groups are what stands in parentheses, counted from the left; 0 is all that the pattern finds";
    Mismatch::NotLiteral { at: arguments - 1, wanted, why }
}
