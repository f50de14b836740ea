//! The hash that divides rows among branches (B7), from its written formula.
//!
//! `h` is the first eight bytes, big endian, of SHA-256(seed, 0x1F, key); the parts of both are canonical texts joined by
//! 0x1F. The border of a branch is floor(2^64 × sum of the shares up to it); a row is of the first branch whose border
//! is above `h`. `rest` goes up to 2^64.

use num_bigint::BigInt;
use sha2::{Digest, Sha256};
use wr_base::diag::Code;
use wr_base::ids::ColumnId;
use wr_base::value::Value;
use wr_plan::declaration::{Branch, Share};
use wr_plan::expr::Expr;

use crate::expr::{Fault, Row, StepFault, World, constant};
use crate::functions::number::{Exact, compare, exact, whole};
use crate::order::cells;

const SEPARATOR: char = '\u{1f}';

/// The number of a row, from its seed and key; `None` when a text holds the separator.
#[must_use]
pub fn hash(seed: &[Value], key: &[Value]) -> Option<u64> {
    let parts: Vec<String> = seed.iter().chain(key).map(Value::canonical).collect();
    if parts.iter().any(|part| part.contains(SEPARATOR)) {
        return None;
    }
    let digest = Sha256::digest(parts.join("\u{1f}").as_bytes());
    Some(digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

/// floor(2^64 × share).
#[must_use]
pub fn border(share: &Value) -> Option<BigInt> {
    let Exact { digits, scale } = exact(share)?;
    Some((digits << 64) / BigInt::from(10).pow(scale))
}

/// The first branch whose border is above the number.
#[must_use]
pub fn branch_of(number: u64, borders: &[BigInt]) -> Option<usize> {
    borders.iter().position(|border| *border > BigInt::from(number))
}

/// The borders of the branches, in their order.
pub(crate) fn borders(branches: &[Branch], world: &World) -> Result<Vec<BigInt>, StepFault> {
    let mut sum = whole(0);
    let mut borders = Vec::new();
    for branch in branches {
        match &branch.share {
            Share::Rest => borders.push(BigInt::from(1) << 64),
            Share::Of(share) => {
                let fault = |code| Fault { expr: share.id, code };
                let value = exact(&constant(share, world)?).ok_or(fault(Code::Internal))?;
                sum = sum.plus(&value);
                if compare(&value, &whole(0)).is_lt() || compare(&sum, &whole(1)).is_gt() {
                    return Err(StepFault::Promise(Code::SharesOutOfRange));
                }
                borders.push((sum.digits.clone() << 64) / BigInt::from(10).pow(sum.scale));
            }
        }
    }
    Ok(borders)
}

/// Each row with the name of its branch.
pub(crate) fn split(
    mut rows: Vec<Row>,
    key: &[ColumnId],
    seed: &[Expr],
    branches: &[Branch],
    branch: ColumnId,
    world: &World,
) -> Result<Vec<Row>, StepFault> {
    let seed = seed.iter().map(|part| constant(part, world)).collect::<Result<Vec<_>, _>>()?;
    let borders = borders(branches, world)?;
    for row in &mut rows {
        let number = hash(&seed, &cells(row, key)).ok_or(StepFault::Promise(Code::SplitKeySeparator))?;
        let name = branch_of(number, &borders).and_then(|at| branches.get(at));
        row.insert(branch, name.map_or(Value::Null, |branch| Value::text(&branch.name)));
    }
    Ok(rows)
}
