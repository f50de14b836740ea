//! The hash that divides rows among branches (B7), from its written formula.
//!
//! `h` is the first eight bytes, big endian, of SHA-256(seed, 0x1F, key); the parts of both are canonical texts joined by
//! 0x1F. The border of a branch is floor(2^64 × sum of the shares up to it); a row is of the first branch whose border
//! is above `h`. `rest` goes up to 2^64. With exact counts the keys are ranked by `h`.

use std::collections::{BTreeMap, BTreeSet};

use num_bigint::BigInt;
use sha2::{Digest, Sha256};
use wr_base::diag::Code;
use wr_base::ids::ColumnId;
use wr_base::value::Value;
use wr_plan::declaration::{Branch, Share, SplitCounts};
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

/// A split as written.
pub(crate) struct Parts<'a> {
    pub(crate) key: &'a [ColumnId],
    pub(crate) seed: &'a [Expr],
    pub(crate) counts: &'a SplitCounts,
    pub(crate) branches: &'a [Branch],
    pub(crate) branch: ColumnId,
}

/// Each row with the name of its branch.
pub(crate) fn split(mut rows: Vec<Row>, parts: &Parts<'_>, world: &World) -> Result<Vec<Row>, StepFault> {
    let seed = parts.seed.iter().map(|part| constant(part, world)).collect::<Result<Vec<_>, _>>()?;
    let borders = borders(parts.branches, world)?;
    let separator = || StepFault::Promise(Code::SplitKeySeparator);
    let mut numbers = Vec::new();
    for row in &rows {
        let number = hash(&seed, &cells(row, parts.key)).ok_or_else(separator)?;
        let strata = parts.counts.strata();
        let start = if strata.is_empty() { Some(1 << 63) } else { hash(&seed, &cells(row, strata)) };
        numbers.push((number, start.ok_or_else(separator)?));
    }
    let at: Vec<Option<usize>> = if *parts.counts == SplitCounts::Free {
        numbers.iter().map(|(number, _)| branch_of(*number, &borders)).collect()
    } else {
        ranked(&rows, &numbers, parts, world)?
    };
    for (row, at) in rows.iter_mut().zip(at) {
        let name = at.and_then(|at| parts.branches.get(at));
        row.insert(parts.branch, name.map_or(Value::Null, |branch| Value::text(&branch.name)));
    }
    Ok(rows)
}

/// The keys of a stratum by their numbers, and what is added to the ends of its branches.
#[derive(Default)]
struct Stratum {
    start: u64,
    keys: BTreeSet<(u64, String)>,
}

/// Exact counts: a key goes to the first branch whose end is above its rank among the keys of its stratum. The end of a
/// branch is floor(keys × sum of the shares up to it + start / 2^64).
fn ranked(
    rows: &[Row],
    numbers: &[(u64, u64)],
    parts: &Parts<'_>,
    world: &World,
) -> Result<Vec<Option<usize>>, StepFault> {
    let text = |value: &Value| (!value.is_null()).then(|| value.canonical());
    let texts = |row: &Row, columns: &[ColumnId]| cells(row, columns).iter().map(text).collect::<Vec<_>>();
    let joined = |key: &[Option<String>]| key.iter().flatten().cloned().collect::<Vec<_>>().join("\u{1f}");
    let mut stratum_of = BTreeMap::new();
    let mut strata: BTreeMap<Vec<Option<String>>, Stratum> = BTreeMap::new();
    for (row, (number, start)) in rows.iter().zip(numbers) {
        let (key, stratum) = (joined(&texts(row, parts.key)), texts(row, parts.counts.strata()));
        if stratum_of.insert(key.clone(), stratum.clone()).is_some_and(|other| other != stratum) {
            return Err(StepFault::Promise(Code::KeyInTwoStrata));
        }
        let stratum = strata.entry(stratum).or_default();
        stratum.start = *start;
        stratum.keys.insert((*number, key));
    }
    let mut branch_of_key = BTreeMap::new();
    for Stratum { start, keys } in strata.values() {
        let mut sum = whole(0);
        let mut ends = Vec::new();
        for branch in parts.branches {
            sum = match &branch.share {
                Share::Rest => whole(1),
                Share::Of(share) => {
                    let fault = Fault { expr: share.id, code: Code::Internal };
                    sum.plus(&exact(&constant(share, world)?).ok_or(fault)?)
                }
            };
            let one = BigInt::from(10).pow(sum.scale) << 64;
            let shares = (sum.digits.clone() * BigInt::from(keys.len())) << 64;
            ends.push((shares + BigInt::from(10).pow(sum.scale) * BigInt::from(*start)) / one);
        }
        for (rank, (_, key)) in keys.iter().enumerate() {
            branch_of_key.insert(key, ends.iter().position(|end| *end > BigInt::from(rank)));
        }
    }
    let at = |row: &Row| branch_of_key.get(&joined(&texts(row, parts.key))).copied().flatten();
    Ok(rows.iter().map(at).collect())
}
