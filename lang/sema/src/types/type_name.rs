//! Types as written to types.

use wr_base::ty::{DataType, MAX_PRECISION, Type};
use wr_syntax::ast;

use super::errors;
use crate::checker::Checker;

/// A type as written, for columns, arguments and results. `choice`, `choices` and `columns` are parameters' own affair and
/// are reported here; a cohort is known by its id, which is a text.
pub(crate) fn resolve_type(checker: &mut Checker, name: &ast::TypeName) -> Type {
    let data = match &name.kind {
        ast::TypeNameKind::Int => DataType::Int,
        ast::TypeNameKind::Decimal(digits) => decimal(checker, *digits, name),
        ast::TypeNameKind::Float => DataType::Float,
        ast::TypeNameKind::Text | ast::TypeNameKind::Cohort(_) => DataType::Text,
        ast::TypeNameKind::Bool => DataType::Bool,
        ast::TypeNameKind::Date => DataType::Date,
        ast::TypeNameKind::DateTime => DataType::DateTime,
        ast::TypeNameKind::Time => DataType::Time,
        ast::TypeNameKind::Duration => DataType::Duration,
        ast::TypeNameKind::Uuid => DataType::Uuid,
        ast::TypeNameKind::Percent => DataType::Percent,
        ast::TypeNameKind::Period => DataType::Period,
        ast::TypeNameKind::Range(of) => {
            let of_type = resolve_type(checker, of).data;
            if !of_type.is_error() && !wr_plan::functions::is_ordered(&of_type) {
                let at = checker.span(of.range);
                checker.report(errors::no_range_of(at, &of_type));
                return Type::error();
            }
            DataType::Range(Box::new(of_type))
        }
        ast::TypeNameKind::List(of) => {
            let of_type = resolve_type(checker, of).data;
            if !of_type.is_error() && !wr_plan::functions::is_comparable(&of_type) {
                let at = checker.span(of.range);
                checker.report(errors::no_list_of(at, &of_type));
                return Type::error();
            }
            DataType::List(Box::new(of_type))
        }
        ast::TypeNameKind::Choice
        | ast::TypeNameKind::Choices
        | ast::TypeNameKind::Columns
        | ast::TypeNameKind::File => {
            let at = checker.span(name.range);
            let words = checker.sources.slice(at).to_owned();
            checker.report(errors::type_of_parameters_only(at, &words));
            DataType::Error
        }
        ast::TypeNameKind::Unknown(word) => {
            let at = checker.span(word.range);
            checker.report(errors::unknown_type(at, &word.text));
            DataType::Error
        }
        ast::TypeNameKind::Error => DataType::Error,
    };
    // What is broken inside is broken as a whole, silently.
    let innermost = if let DataType::Range(of) | DataType::List(of) = &data { of } else { &data };
    let is_broken = innermost.is_error();
    if is_broken { Type::error() } else { Type::new(data, name.optional) }
}

fn decimal(checker: &mut Checker, digits: Option<(u32, u32)>, name: &ast::TypeName) -> DataType {
    let at = checker.span(name.range);
    let Some((precision, scale)) = digits else {
        checker.report(errors::decimal_without_digits(at));
        return DataType::Error;
    };
    let limits = (u8::try_from(precision), u8::try_from(scale));
    match limits {
        (Ok(precision), Ok(scale)) if (1..=MAX_PRECISION).contains(&precision) && scale <= precision => {
            DataType::Decimal { precision, scale }
        }
        _ => {
            checker.report(errors::decimal_digits(at, precision, scale));
            DataType::Error
        }
    }
}
