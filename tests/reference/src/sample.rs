//! A sample (B7): of all keys, each once, in the order of their hash and then of their values, the first n; their rows.

use std::cmp::Ordering;

use wr_base::diag::Code;
use wr_base::ids::ColumnId;
use wr_base::value::Value;
use wr_plan::expr::Expr;

use crate::expr::{Fault, Row, StepFault, World, constant};
use crate::order::{cells, compare_rows};
use crate::split::hash;

pub(crate) fn sample(
    mut rows: Vec<Row>,
    count: &Expr,
    key: &[ColumnId],
    seed: &[Expr],
    world: &World,
) -> Result<Vec<Row>, StepFault> {
    let Value::Int(count) = constant(count, world)? else {
        return Err(Fault { expr: count.id, code: Code::Internal }.into());
    };
    let seed = seed.iter().map(|part| constant(part, world)).collect::<Result<Vec<_>, _>>()?;
    let mut keys = Vec::new();
    for row in &rows {
        let key = cells(row, key);
        let number = hash(&seed, &key).ok_or(StepFault::Promise(Code::SplitKeySeparator))?;
        keys.push((number, key));
    }
    keys.sort_by(|(a, key), (b, other)| a.cmp(b).then_with(|| compare_rows(key, other)));
    keys.dedup_by(|(_, a), (_, b)| compare_rows(a, b) == Ordering::Equal);
    keys.truncate(usize::try_from(count.max(0)).unwrap_or(usize::MAX));
    rows.retain(|row| keys.iter().any(|(_, kept)| compare_rows(kept, &cells(row, key)) == Ordering::Equal));
    Ok(rows)
}
