//! What leaves, in which order, and what is true after a run that failed or died (docs/effects.md), on the sample reports
//! with their data.

mod aftermath;
mod faults;
mod kills;

/// SplitMix64: any number to one that looks like chance.
fn mixed(number: u64) -> u64 {
    let mut z = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
