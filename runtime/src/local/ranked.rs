//! Splits with exact counts (B7): the keys of a stratum are ranked by their number, ties by their text, and the branches
//! take their shares of the ranks, in order. `exactly` has one stratum, of all keys.
//!
//! Keys are counted, not rows: rows of one key are of one branch. So a key can be of one stratum only.

use std::collections::{BTreeMap, HashMap};

use wr_base::value::{Decimal, Value};

use super::Fault;
use super::split::{SEPARATOR, Seed, branch_before, ends};
use crate::cells::Cells;

/// As many keys as a message names.
const SHOWN_KEYS: usize = 3;

/// Without strata a count is rounded to the next whole number.
const HALF: u64 = 1 << 63;

/// The position of the branch of each row; `strata` is empty for `exactly`.
///
/// # Errors
/// A text holds the separator, a key is of two strata, the shares do not fit.
pub(super) fn branches_of_rows(
    seed: &Seed,
    key: &[Cells],
    strata: &[Cells],
    shares: &[Option<Decimal>],
    rows: usize,
) -> Result<Vec<Option<usize>>, Fault> {
    let values = |cells: &[Cells], row: usize| cells.iter().map(|cells| cells.get(row)).collect::<Vec<Value>>();
    let mut keys: Vec<String> = Vec::with_capacity(rows);
    // A null is no empty text, though both are the same in a hash.
    let mut known: HashMap<String, Member> = HashMap::new();
    let mut starts: BTreeMap<Vec<Option<String>>, u64> = BTreeMap::new();
    let mut doubled: Vec<String> = Vec::new();
    for row in 0..rows {
        let (key, stratum) = (values(key, row), values(strata, row));
        let number = seed.number(key.iter().cloned()).map_err(|_| Fault::Seed)?;
        let start =
            if stratum.is_empty() { HALF } else { seed.number(stratum.iter().cloned()).map_err(|_| Fault::Seed)? };
        let text = key.iter().map(Value::canonical).collect::<Vec<_>>().join(SEPARATOR.encode_utf8(&mut [0; 4]));
        let stratum: Vec<Option<String>> =
            stratum.iter().map(|value| (!value.is_null()).then(|| value.canonical())).collect();
        starts.entry(stratum.clone()).or_insert(start);
        let member = known.entry(text.clone()).or_insert_with(|| Member { number, stratum: stratum.clone() });
        if member.stratum != stratum && !doubled.contains(&text) && doubled.len() < SHOWN_KEYS {
            doubled.push(text.clone());
        }
        keys.push(text);
    }
    if !doubled.is_empty() {
        let shown = doubled.iter().map(|key| key.replace(SEPARATOR, ", ")).collect();
        return Err(Fault::TwoStrata { keys: shown });
    }
    let mut members: BTreeMap<&[Option<String>], Vec<(u64, &str)>> = BTreeMap::new();
    for (key, member) in &known {
        members.entry(&member.stratum).or_default().push((member.number, key));
    }
    let mut branches: HashMap<String, Option<usize>> = HashMap::new();
    for (stratum, mut ranked) in members {
        ranked.sort_unstable();
        let start = starts.get(stratum).copied().unwrap_or(HALF);
        let ends = ends(shares, ranked.len(), start).map_err(|_| Fault::Shares)?;
        for (rank, (_, key)) in ranked.into_iter().enumerate() {
            branches.insert(key.to_owned(), branch_before(rank, &ends));
        }
    }
    Ok(keys.iter().map(|key| branches.get(key).copied().flatten()).collect())
}

struct Member {
    number: u64,
    stratum: Vec<Option<String>>,
}
