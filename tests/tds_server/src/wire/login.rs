//! LOGIN7: who asks, with which password, for which database, in packets of which size.

use super::reader::{Malformed, Reader, malformed, text_of};

pub(crate) struct Login {
    pub(crate) user: String,
    /// Compared once, never written anywhere.
    pub(crate) password: String,
    pub(crate) application: String,
    pub(crate) database: String,
    pub(crate) packet_size: u32,
    pub(crate) wants_utf8: bool,
    pub(crate) has_features: bool,
    /// A token or Windows itself instead of a password: this server has neither.
    pub(crate) uses_other_means: bool,
}

const INTEGRATED: u8 = 0x80;
const HAS_EXTENSION: u8 = 0x10;
const FEATURE_FEDERATED: u8 = 0x02;
const FEATURE_UTF8: u8 = 0x0a;
const FEATURE_END: u8 = 0xff;

pub(crate) fn read(message: &[u8]) -> Result<Login, Malformed> {
    let mut reader = Reader::new(message);
    let length = reader.u32()?;
    if length as usize > message.len() {
        return malformed("a login that is cut off");
    }
    let version = reader.u32()?;
    if version >> 24 < 0x72 {
        // 7.2 brought the headers of requests that this server expects.
        return malformed(format_args!("the protocol version {version:#x}: 7.2 or later is needed"));
    }
    let packet_size = reader.u32()?;
    reader.take(12)?;
    let [_, flags2, _, flags3] = reader.array()?;
    reader.take(8)?;
    let mut field = || -> Result<&[u8], Malformed> {
        let (place, units) = (reader.u16()?, reader.u16()?);
        let mut at = Reader::new(message);
        at.take(usize::from(place))?;
        at.take(usize::from(units) * 2)
    };
    let _host = field()?;
    let user = text_of(field()?)?;
    let password = text_of(&field()?.iter().map(|byte| (byte ^ 0xa5).rotate_left(4)).collect::<Vec<_>>())?;
    let application = text_of(field()?)?;
    let _server = field()?;
    let extension = reader.u16()?;
    reader.u16()?;
    let mut field = || -> Result<&[u8], Malformed> {
        let (place, units) = (reader.u16()?, reader.u16()?);
        let mut at = Reader::new(message);
        at.take(usize::from(place))?;
        at.take(usize::from(units) * 2)
    };
    let _library = field()?;
    let _language = field()?;
    let database = text_of(field()?)?;
    let features = if flags3 & HAS_EXTENSION != 0 { features(message, extension)? } else { Vec::new() };
    Ok(Login {
        user,
        password,
        application,
        database,
        packet_size,
        wants_utf8: features.contains(&FEATURE_UTF8),
        has_features: flags3 & HAS_EXTENSION != 0,
        uses_other_means: flags2 & INTEGRATED != 0 || features.contains(&FEATURE_FEDERATED),
    })
}

fn features(message: &[u8], extension: u16) -> Result<Vec<u8>, Malformed> {
    let mut reader = Reader::new(message);
    reader.take(usize::from(extension))?;
    let place = reader.u32()?;
    let mut reader = Reader::new(message);
    reader.take(place as usize)?;
    let mut features = Vec::new();
    loop {
        let feature = reader.byte()?;
        if feature == FEATURE_END {
            return Ok(features);
        }
        let length = reader.u32()?;
        reader.take(length as usize)?;
        features.push(feature);
    }
}
