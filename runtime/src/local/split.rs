//! The hash that divides rows among branches (B7).
//!
//! `h` is the first eight bytes, big end first, of SHA-256 of the canonical texts of seed and key joined by `0x1F`. The
//! border of a branch is floor(2^64 × the sum of the shares up to it), in exact decimals; a row is of the first branch whose
//! border is above its `h`. So the branch of a row depends on the seed and its key alone.

use sha2::{Digest, Sha256};
use wr_base::value::{Decimal, Value};

/// Between the parts of seed and key.
pub(super) const SEPARATOR: char = '\u{1f}';

/// A part holds the separator: two different keys could become the same bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct HoldsSeparator;

/// The seed, hashed once.
#[derive(Clone)]
pub(super) struct Seed(Sha256);

impl Seed {
    /// # Errors
    /// A part holds the separator.
    pub(super) fn new(parts: &[Value]) -> Result<Self, HoldsSeparator> {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(part_text(part)?);
            hash.update([SEPARATOR as u8]);
        }
        Ok(Self(hash))
    }

    /// The number of a key.
    ///
    /// # Errors
    /// A part holds the separator.
    pub(super) fn number(&self, key: impl Iterator<Item = Value>) -> Result<u64, HoldsSeparator> {
        let mut hash = self.0.clone();
        for (at, part) in key.enumerate() {
            if at > 0 {
                hash.update([SEPARATOR as u8]);
            }
            hash.update(part_text(&part)?);
        }
        Ok(hash.finalize().iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }
}

fn part_text(part: &Value) -> Result<String, HoldsSeparator> {
    let text = part.canonical();
    if text.contains(SEPARATOR) { Err(HoldsSeparator) } else { Ok(text) }
}

/// A share is below zero, or all of them together are above one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct OutOfRange;

/// The borders of branches with these shares, in order; `None` is the rest.
///
/// # Errors
/// The shares do not fit into one.
pub(super) fn borders(shares: &[Option<Decimal>]) -> Result<Vec<u128>, OutOfRange> {
    let mut sum = Decimal { unscaled: 0, scale: 0 };
    shares
        .iter()
        .map(|share| match share {
            None => Ok(WHOLE),
            Some(share) => {
                sum = plus(sum, *share).ok_or(OutOfRange)?;
                border(sum).filter(|_| share.unscaled >= 0).ok_or(OutOfRange)
            }
        })
        .collect()
}

const WHOLE: u128 = 1 << 64;

fn plus(left: Decimal, right: Decimal) -> Option<Decimal> {
    let (left, right) = (left.normalised(), right.normalised());
    let scale = left.scale.max(right.scale);
    Decimal::new(left.rescale(scale)?.unscaled.checked_add(right.rescale(scale)?.unscaled)?, scale)
}

/// floor(2^64 × share), of a share up to one.
fn border(share: Decimal) -> Option<u128> {
    floor_of_product(share, WHOLE).filter(|border| *border <= WHOLE)
}

/// floor(share × times), of a share that is not below zero, by long multiplication and division at once: both have too
/// many digits for a product. `None` where the result has too many, too.
pub(super) fn floor_of_product(share: Decimal, times: u128) -> Option<u128> {
    let one = 10_u128.checked_pow(u32::from(share.scale))?;
    let unscaled = u128::try_from(share.unscaled).ok()?;
    let (whole, fraction) = (unscaled / one, unscaled % one);
    let (mut quotient, mut remainder) = (0_u128, 0_u128);
    for bit in (0..128 - times.leading_zeros()).rev() {
        let added = if times >> bit & 1 == 1 { fraction } else { 0 };
        // Each is below 10^38, so three of them are below 2^128.
        remainder = remainder * 2 + added;
        quotient = quotient.checked_mul(2)?.checked_add(remainder / one)?;
        remainder %= one;
    }
    whole.checked_mul(times)?.checked_add(quotient)
}

/// The first branch whose border is above the number.
pub(super) fn branch_of(number: u64, borders: &[u128]) -> Option<usize> {
    borders.iter().position(|border| *border > u128::from(number))
}

/// The rank after the last one of each branch, among so many keys: floor(keys × the sum of the shares up to it + start),
/// where `start` is a part of 2^64.
///
/// # Errors
/// The shares do not fit into one.
pub(super) fn ends(shares: &[Option<Decimal>], keys: usize, start: u64) -> Result<Vec<u128>, OutOfRange> {
    let mut sum = Decimal { unscaled: 0, scale: 0 };
    let keys = keys as u128;
    shares
        .iter()
        .map(|share| match share {
            None => Ok(keys),
            Some(share) => {
                sum = plus(sum, *share).filter(|_| share.unscaled >= 0).ok_or(OutOfRange)?;
                let fine = floor_of_product(sum, keys << 64).filter(|fine| *fine <= keys << 64).ok_or(OutOfRange)?;
                Ok((fine + u128::from(start)) >> 64)
            }
        })
        .collect()
}

/// The first branch that ends after a rank.
pub(super) fn branch_before(rank: usize, ends: &[u128]) -> Option<usize> {
    ends.iter().position(|end| *end > rank as u128)
}
