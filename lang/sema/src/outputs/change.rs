//! `change(rows(r)) since last run` (A8): by what part a number of this run differs from the same number of an earlier one.
//!
//! Which run that is depends on the values of parameters. Without `with same …` they are all but those of time and those
//! that give the occasion: a mailing is compared with the one before it, not with itself.

use wr_base::ids::{FactId, ValueId};
use wr_base::span::TextRange;
use wr_base::ty::{DataType, Type};
use wr_plan::declaration::{Fact, ValueKind};
use wr_plan::expr::ExprKind;
use wr_plan::functions::AggregateId;
use wr_syntax::ast;

use super::errors;
use crate::checker::Checker;

/// What may be compared: counts, sums and averages. The smallest and the largest are values of rows.
fn is_compared(call: &ast::Call) -> bool {
    call.name.text == "rows"
        || matches!(
            AggregateId::by_name(&call.name.text),
            Some(
                AggregateId::Count
                    | AggregateId::CountIf
                    | AggregateId::CountDistinct
                    | AggregateId::Sum
                    | AggregateId::Average
                    | AggregateId::Median
                    | AggregateId::Quantile
                    | AggregateId::Variance
                    | AggregateId::VariancePopulation
                    | AggregateId::StandardDeviation
                    | AggregateId::StandardDeviationPopulation
            )
        )
}

/// The fact, with the type of its value; `None`: reported.
pub(super) fn change(checker: &mut Checker, call: &ast::Call, range: TextRange) -> Option<(FactId, Type)> {
    let at = checker.span(range);
    let Some(since) = &call.since else {
        let end = checker.span(TextRange::empty(range.end));
        checker.report(errors::change_since_when(at, end));
        return None;
    };
    let [ast::Expr { kind: ast::ExprKind::Call(inner), range: inner_range, .. }] = call.arguments.as_slice() else {
        checker.report(errors::change_of_what(checker.span(call.arguments_range)));
        return None;
    };
    if !is_compared(inner) || inner.since.is_some() {
        checker.report(errors::change_of_what(checker.span(*inner_range)));
        return None;
    }
    let mut same = Vec::new();
    for name in &since.same {
        let found = checker.names.values.get(&name.text).map(|named| named.meaning);
        match found {
            Some(None) => return None,
            Some(Some(id)) if is_parameter(checker, id) => same.push(id),
            Some(Some(_)) | None => {
                let all = checker.names.values.iter().filter_map(|(name, named)| Some((name, named.meaning?)));
                let known: Vec<String> =
                    all.filter(|(_, id)| is_parameter(checker, *id)).map(|(name, _)| name.clone()).collect();
                checker.report(errors::same_of_no_parameter(checker.span(name.range), &name.text, &known));
                return None;
            }
        }
    }
    let of = super::facts::type_fact(checker, inner, *inner_range)?;
    let ExprKind::Fact(of) = of.kind else { return None };
    let words = checker.words(*inner_range);
    let fact = checker.facts.add(Fact::Change { of, words, same });
    // Nothing can grow by a part of nothing.
    Some((fact, Type::optional(DataType::Float)))
}

fn is_parameter(checker: &Checker, id: ValueId) -> bool {
    matches!(checker.values[id].kind, ValueKind::Parameter(_))
}

/// Where the script does not say which values have to be the same: decided when all records are known.
pub(super) fn close(checker: &mut Checker) {
    let mut all: Vec<ValueId> = Vec::new();
    for (id, declared) in checker.values.iter() {
        if matches!(declared.kind, ValueKind::Parameter(_)) && !is_of_time(&declared.ty.data) {
            all.push(id);
        }
    }
    for record in &checker.records {
        let parts = record.assignments.iter().filter(|(column, _)| record.occasion.contains(column));
        for (_, expr) in parts {
            expr.visit(&mut |part| {
                if let ExprKind::Value(id) = &part.kind {
                    all.retain(|other| other != id);
                }
            });
        }
    }
    let ids: Vec<FactId> = checker.facts.iter().map(|(id, _)| id).collect();
    for id in ids {
        if let Some(Fact::Change { same, .. }) = checker.facts.get_mut(id)
            && same.is_empty()
        {
            same.clone_from(&all);
        }
    }
}

fn is_of_time(data: &DataType) -> bool {
    match data {
        DataType::Date | DataType::DateTime | DataType::Time | DataType::Duration | DataType::Period => true,
        DataType::Range(of) | DataType::List(of) => is_of_time(of),
        DataType::Int
        | DataType::Decimal { .. }
        | DataType::Float
        | DataType::Text
        | DataType::Bool
        | DataType::Uuid
        | DataType::Percent
        | DataType::Shape
        | DataType::Null
        | DataType::Error => false,
    }
}
