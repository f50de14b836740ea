//! What is said about names and types in expressions (WR01xx, WR02xx): the words, the places and the ready fixes.

mod name;
mod operand;
mod value;

pub(super) use name::*;
pub(super) use operand::*;
pub(super) use value::*;

use wr_base::diag::Edit;
use wr_base::span::Span;
use wr_base::ty::DataType;

/// A type in the words of a sentence.
pub(crate) fn words(ty: &DataType) -> String {
    let fixed = match ty {
        DataType::Int => "a whole number",
        DataType::Decimal { .. } => "a decimal",
        DataType::Float => "a float",
        DataType::Text => "a text",
        DataType::Bool => "a condition",
        DataType::Date => "a date",
        DataType::DateTime => "a moment (`datetime`)",
        DataType::Time => "a time of day",
        DataType::Duration => "a duration",
        DataType::Uuid => "a uuid",
        DataType::Percent => "a percentage",
        DataType::Period => "a period",
        DataType::Shape => "a choice of columns",
        DataType::Null => "null",
        DataType::Error => "unknown",
        DataType::Range(of) => return format!("a range of {of}"),
        DataType::List(of) => return format!("a list of {of}"),
    };
    fixed.to_owned()
}

/// The edits that put `before(` and `)` around the words at a place.
fn wrapped(at: Span, before: &str, after: &str) -> Vec<Edit> {
    vec![
        Edit { span: Span::new(at.file, at.start, at.start), replacement: before.to_owned() },
        Edit { span: Span::new(at.file, at.end, at.end), replacement: after.to_owned() },
    ]
}

fn replaced(at: Span, by: impl Into<String>) -> Vec<Edit> {
    vec![Edit { span: at, replacement: by.into() }]
}
