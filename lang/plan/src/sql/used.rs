//! A tree without the parameters that nothing in it reads any more: a part that never holds takes its values with it.

use super::tree::{Aggregate, Bound, From, Hole, List, ParameterIndex, Predicate, Query, Scalar, Select};

/// Leaves out what is not read, and counts the rest anew.
pub(super) fn without_unused(mut query: Query) -> Query {
    let mut read = vec![false; query.parameters.len()];
    each_parameter(&mut query, &mut |at| {
        if let Some(is_read) = read.get_mut(at.0) {
            *is_read = true;
        }
    });
    let mut next = 0;
    let new: Vec<usize> = read
        .iter()
        .map(|is_read| {
            let at = next;
            next += usize::from(*is_read);
            at
        })
        .collect();
    each_parameter(&mut query, &mut |at| {
        if let Some(new) = new.get(at.0) {
            at.0 = *new;
        }
    });
    let mut is_read = read.into_iter();
    query.parameters.retain(|_| is_read.next().unwrap_or(false));
    query
}

/// A value that names the first of parameters that are the same: two that mean one thing are then one.
pub(super) fn with_first_parameters(mut of: Scalar, parameters: &[Bound]) -> Scalar {
    scalar(&mut of, &mut |at| {
        let own = parameters.get(at.0).filter(|own| own.value.is_some());
        if let Some(first) = own.and_then(|own| parameters.iter().position(|other| other == own)) {
            at.0 = first;
        }
    });
    of
}

fn each_parameter(query: &mut Query, see: &mut impl FnMut(&mut ParameterIndex)) {
    match &mut query.select {
        Select::Columns(columns) | Select::Distinct(columns) => {
            for column in columns {
                scalar(column, see);
            }
        }
        Select::Count => {}
    }
    from(&mut query.from, see);
    predicate(&mut query.filter, see);
    query.groups.iter_mut().for_each(|group| scalar(group, see));
    query.order.iter_mut().for_each(|key| scalar(&mut key.by, see));
    query.limit.iter_mut().for_each(see);
}

fn from(of: &mut From, see: &mut impl FnMut(&mut ParameterIndex)) {
    match of {
        From::Table(_) => {}
        From::Own { holes, .. } => holes.iter_mut().flat_map(Hole::parameters_mut).for_each(see),
    }
}

fn predicate(of: &mut Predicate, see: &mut impl FnMut(&mut ParameterIndex)) {
    match of {
        Predicate::Always | Predicate::Never => {}
        Predicate::All(parts) | Predicate::Any(parts) => {
            for part in parts {
                predicate(part, see);
            }
        }
        Predicate::Compare { left, right, .. } | Predicate::Text { text: left, part: right, .. } => {
            scalar(left, see);
            scalar(right, see);
        }
        Predicate::InList { value, list, .. } => {
            scalar(value, see);
            match list {
                List::Array(at) => see(at),
                List::Values(values) => {
                    for value in values {
                        scalar(value, see);
                    }
                }
            }
        }
        Predicate::IsNull(value)
        | Predicate::IsNotNull(value)
        | Predicate::Is { truth: value, .. }
        | Predicate::InKeys { value, .. } => scalar(value, see),
        Predicate::InRows { value, rows, .. } => {
            scalar(value, see);
            scalar(&mut rows.column, see);
            from(&mut rows.from, see);
            predicate(&mut rows.filter, see);
        }
    }
}

fn scalar(of: &mut Scalar, see: &mut impl FnMut(&mut ParameterIndex)) {
    match of {
        Scalar::Column(_) | Scalar::Null(_) | Scalar::Truth(_) => {}
        Scalar::Parameter(at) => see(at),
        Scalar::Cast(value, _) => scalar(value, see),
        Scalar::Call(_, arguments) => {
            for argument in arguments {
                scalar(argument, see);
            }
        }
        Scalar::Case { branches, otherwise } => {
            for (when, then) in branches {
                predicate(when, see);
                scalar(then, see);
            }
            if let Some(otherwise) = otherwise {
                scalar(otherwise, see);
            }
        }
        Scalar::Aggregate(aggregate) => match &mut **aggregate {
            Aggregate::Count => {}
            Aggregate::CountOf(rows) => predicate(rows, see),
            Aggregate::CountDistinct(of) | Aggregate::Sum(of) | Aggregate::Min(of) | Aggregate::Max(of) => {
                scalar(of, see);
            }
        },
    }
}
