//! A fingerprint of rows that does not depend on their order (B11): what an unsorted output must repeat.
//!
//! The sum, lane by lane modulo 2^64, of the four 64-bit parts of each row's SHA-256. A row is hashed as its cells, each
//! with its length, so that no two different rows are hashed alike. Nulls and empty texts differ.

use sha2::{Digest, Sha256};

use super::SheetContent;
use crate::files::hex;

#[must_use]
pub(crate) fn digest(sheet: &SheetContent) -> String {
    let mut lanes = [0_u64; 4];
    let mut row = Vec::new();
    for at in 0..sheet.rows {
        row.clear();
        for column in &sheet.columns {
            let value = column.cells.get(at);
            if value.is_null() {
                row.push(0);
                continue;
            }
            let text = value.canonical();
            row.push(1);
            row.extend_from_slice(&(text.len() as u64).to_be_bytes());
            row.extend_from_slice(text.as_bytes());
        }
        let hash = Sha256::digest(&row);
        for (lane, part) in lanes.iter_mut().zip(hash.chunks_exact(8)) {
            let part = part.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
            *lane = lane.wrapping_add(part);
        }
    }
    let bytes: Vec<u8> = lanes.iter().flat_map(|lane| lane.to_be_bytes()).collect();
    hex(&bytes)
}
