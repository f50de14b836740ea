//! Hashes as people compare them: hexadecimal digits, small letters.

use md5::Md5;
use sha2::{Digest, Sha256};

pub(in crate::functions) fn sha256(text: &str) -> String {
    hexadecimal(&Sha256::digest(text))
}

pub(in crate::functions) fn md5(text: &str) -> String {
    hexadecimal(&Md5::digest(text))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
