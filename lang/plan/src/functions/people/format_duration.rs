//! `format_duration`: a number of seconds as days, hours, minutes and seconds.

use super::super::kernel::locale::grouped;
use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::FormatDuration,
    name: "format_duration",
    usage: &["format_duration(seconds: int) -> text"],
    signature: |arguments| fixed(arguments, &[(DataType::Int, "a number of seconds")], DataType::Text),
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "A number of seconds as days, hours, minutes and seconds",
        detail: "What is none of them is left out. In the language of the report, so only in columns of outputs and in messages.",
        examples: &[("format_duration(93784)", "1 d 2 h 3 min 4 s"), ("format_duration(7200)", "2 h"), ("format_duration(seconds_between(2026-11-09T08:00, 2026-11-09T09:30))", "1 h 30 min")],
    },
    evaluate: |arguments, _, setting| match arguments {
        [Value::Int(seconds)] => Ok(Value::Text(written(*seconds, setting))),
        _ => Err(Fault::internal()),
    },
};

fn written(seconds: i128, setting: &Setting) -> String {
    let [days, hours, minutes, last] = setting.locale.words().units;
    let mut left = seconds.unsigned_abs();
    let mut parts = Vec::new();
    for (unit, size) in [(days, 86_400), (hours, 3_600), (minutes, 60), (last, 1)] {
        let count = left / size;
        left %= size;
        if count > 0 {
            parts.push(format!("{} {unit}", grouped(&count.to_string(), setting.locale)));
        }
    }
    if parts.is_empty() {
        parts.push(format!("0 {last}"));
    }
    format!("{}{}", if seconds < 0 { "−" } else { "" }, parts.join(" "))
}
