//! PRELOGIN: what both sides say before anything secret, above all whether they encrypt.

use super::reader::{Malformed, Reader};
use crate::options::Encryption;

const VERSION: u8 = 0;
const ENCRYPTION: u8 = 1;
const INSTANCE: u8 = 2;
const THREAD: u8 = 3;
const MARS: u8 = 4;
const END: u8 = 0xff;

const OFF: u8 = 0;
const ON: u8 = 1;
const NOT_SUPPORTED: u8 = 2;
const REQUIRED: u8 = 3;

/// What of a connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Agreed {
    Nothing,
    Login,
    Everything,
}

/// The client's wish for encryption.
pub(crate) fn read(message: &[u8]) -> Result<u8, Malformed> {
    let mut reader = Reader::new(message);
    let mut wish = NOT_SUPPORTED;
    loop {
        let option = reader.byte()?;
        if option == END {
            return Ok(wish);
        }
        let place = reader.array::<2>().map(u16::from_be_bytes)?;
        let length = reader.array::<2>().map(u16::from_be_bytes)?;
        let mut value = Reader::new(message);
        value.take(usize::from(place))?;
        let value = value.take(usize::from(length))?;
        if option == ENCRYPTION {
            wish = value.first().copied().unwrap_or(OFF);
        }
    }
}

/// The answer's encryption byte, and what follows from it. By the table of MS-TDS, "PRELOGIN".
pub(crate) fn agree(server: Encryption, client: u8) -> (u8, Agreed) {
    match (server, client) {
        (Encryption::None, _) | (Encryption::LoginOnly, NOT_SUPPORTED) => (NOT_SUPPORTED, Agreed::Nothing),
        (Encryption::LoginOnly, OFF) => (OFF, Agreed::Login),
        (Encryption::Required, OFF | NOT_SUPPORTED) => (REQUIRED, Agreed::Everything),
        (Encryption::LoginOnly | Encryption::Required, _) => (ON, Agreed::Everything),
    }
}

pub(crate) fn answer(encryption: u8) -> Vec<u8> {
    let options: [(u8, &[u8]); 5] = [
        (VERSION, &[16, 0, 0x10, 0x00, 0, 0]),
        (ENCRYPTION, &[encryption]),
        (INSTANCE, &[0]),
        (THREAD, &[]),
        (MARS, &[0]),
    ];
    let mut place = (options.len() * 5 + 1) as u16;
    let (mut head, mut body) = (Vec::new(), Vec::new());
    for (option, value) in options {
        head.push(option);
        head.extend(place.to_be_bytes());
        head.extend((value.len() as u16).to_be_bytes());
        body.extend_from_slice(value);
        place += value.len() as u16;
    }
    head.push(END);
    head.extend(body);
    head
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encryption_is_agreed_as_the_protocol_says() {
        assert_eq!(agree(Encryption::None, ON), (NOT_SUPPORTED, Agreed::Nothing));
        assert_eq!(agree(Encryption::LoginOnly, OFF), (OFF, Agreed::Login));
        assert_eq!(agree(Encryption::LoginOnly, REQUIRED), (ON, Agreed::Everything));
        assert_eq!(agree(Encryption::Required, OFF), (REQUIRED, Agreed::Everything));
        assert_eq!(read(&answer(ON)).unwrap(), ON);
    }
}
