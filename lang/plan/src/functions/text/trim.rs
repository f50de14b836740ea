//! `trim`: the text without the blanks around it.

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Trim,
    name: "trim",
    usage: &["trim(x: text) -> text"],
    signature: |arguments| fixed(arguments, &[(DataType::Text, "a text")], DataType::Text),
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The text without the blanks around it",
        detail: "Blanks are what Unicode calls white space: spaces, tabs, line ends, and the no-break space of web pages.",
        examples: &[("trim(\"  a b \")", "a b")],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Text(text)] => Ok(Value::Text(text.trim().to_owned())),
        _ => Err(Fault::internal()),
    },
};
