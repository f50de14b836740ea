//! `uuid`: the uuid in a text.

use wr_base::value::parse_uuid;

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Uuid,
    name: "uuid",
    usage: &["uuid(x: text) -> uuid"],
    signature: FUNCTION_SIGNATURE,
    nulls: Nulls::Propagate,
    fails: &[Code::ConversionFailed],
    doc: Doc {
        summary: "The uuid in a text",
        detail: "32 hexadecimal digits of either case, with hyphens in the usual places or with none.",
        examples: &[
            ("uuid(\"0123456789ABCDEF0123456789ABCDEF\")", "01234567-89ab-cdef-0123-456789abcdef"),
            ("uuid(\"4711\")", "WR0802"),
        ],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Text(text)] => parse_uuid(text).map(Value::Uuid).ok_or_else(|| Fault::conversion(text)),
        _ => Err(Fault::internal()),
    },
};

pub(super) const FUNCTION_SIGNATURE: fn(&[Argument<'_>]) -> Result<Signature, Mismatch> =
    |arguments| fixed(arguments, &[(DataType::Text, "a text")], DataType::Uuid);
