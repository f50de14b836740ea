//! Hashes of canonical texts. MD5 is written out by its definition (RFC 1321); SHA-256 is what the split uses, too.

use sha2::{Digest, Sha256};
use wr_base::diag::Code;
use wr_base::value::Value;
use wr_plan::functions::FnId;

pub(crate) fn call(function: FnId, arguments: &[Value]) -> Result<Value, Code> {
    let [value] = arguments else { return Err(Code::Internal) };
    let text = value.canonical();
    if function == FnId::Md5 {
        return Ok(Value::Text(hexadecimal(&md5(text.as_bytes()))));
    }
    let hashed = if function == FnId::HashedEmail {
        address(&text)
    } else if function == FnId::HashedPhone {
        number(&text)
    } else {
        Some(text)
    };
    Ok(hashed.map_or(Value::Null, |text| Value::Text(hexadecimal(&Sha256::digest(text)))))
}

/// Something, one `@`, something; no blanks.
fn address(text: &str) -> Option<String> {
    let text = text.trim_matches(char::is_whitespace).to_lowercase();
    let (name, host) = text.split_once('@')?;
    let is_part = |part: &str| !part.is_empty() && !part.chars().any(|letter| letter == '@' || letter.is_whitespace());
    if is_part(name) && is_part(host) { Some(text) } else { None }
}

/// Seven to fifteen digits, the first of them no zero.
fn number(text: &str) -> Option<String> {
    let digits = text.chars().filter(char::is_ascii_digit);
    let number = digits.skip_while(|digit| *digit == '0').collect::<String>();
    if number.len() < 7 || number.len() > 15 { None } else { Some(number) }
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('?');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// How far each step of each round turns.
const TURNS: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];

fn md5(message: &[u8]) -> [u8; 16] {
    let mut padded = message.to_vec();
    padded.push(0x80);
    while padded.len() % 64 != 56 {
        padded.push(0);
    }
    padded.extend((message.len() as u64 * 8).to_le_bytes());

    let mut state = [0x6745_2301_u32, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
    for block in padded.chunks(64) {
        let words =
            block.chunks(4).map(|bytes| bytes.iter().rev().fold(0, |word, byte| (word << 8) | u32::from(*byte)));
        let words = words.collect::<Vec<u32>>();
        let [mut a, mut b, mut c, mut d] = state;
        for step in 0..64 {
            let (mixed, word) = match step / 16 {
                0 => ((b & c) | (!b & d), step),
                1 => ((d & b) | (!d & c), (5 * step + 1) % 16),
                2 => (b ^ c ^ d, (3 * step + 5) % 16),
                _ => (c ^ (b | !d), 7 * step % 16),
            };
            // The table of the definition: 2^32 times the sine of the step.
            let constant = (((step + 1) as f64).sin().abs() * 4_294_967_296.0) as u32;
            let sum = a.wrapping_add(mixed).wrapping_add(constant).wrapping_add(words[word]);
            (a, d, c) = (d, c, b);
            b = b.wrapping_add(sum.rotate_left(TURNS[step / 16][step % 4]));
        }
        for (part, of_block) in state.iter_mut().zip([a, b, c, d]) {
            *part = part.wrapping_add(of_block);
        }
    }
    let mut digest = [0; 16];
    for (bytes, part) in digest.chunks_mut(4).zip(state) {
        bytes.copy_from_slice(&part.to_le_bytes());
    }
    digest
}
