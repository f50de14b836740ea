//! `in (list)`: whether a value is one of a list.

use super::super::kernel::order::is_equal;
use super::super::kernel::prelude::*;
use super::super::types::{common_type, is_comparable};

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::InList,
    name: "in (list)",
    usage: &["x: T in y: list of T -> bool"],
    signature: |arguments| match arguments {
        [value, list] => {
            let DataType::List(of) = &list.ty.data else {
                return Err(Mismatch::Argument { at: 1, wanted: "a list" });
            };
            let common = common_type(&value.ty.data, of).filter(is_comparable).ok_or(Mismatch::Together)?;
            Ok(Signature { arguments: vec![common.clone(), DataType::List(Box::new(common))], result: DataType::Bool })
        }
        _ => Err(Mismatch::Count { least: 2, most: Some(2) }),
    },
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "Whether a value is one of a list",
        detail: "",
        examples: &[("2 in [1, 2]", "true"), ("\"c\" not in [\"a\", \"b\"]", "true")],
    },
    evaluate: |arguments, _, _| match arguments {
        [value, Value::List(list)] => Ok(Value::Bool(list.iter().any(|item| is_equal(value, item)))),
        _ => Err(Fault::internal()),
    },
};
