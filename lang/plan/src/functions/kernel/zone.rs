//! The zone that a conversion is told, in place of the report's.

use wr_base::ty::DataType;
use wr_base::value::{Value, Zone};

use super::super::{Argument, Fault, Mismatch, Setting};

/// Whether an argument can be the name of a zone; one that is written out has to be one.
pub(in crate::functions) fn check_zone(arguments: &[Argument<'_>], at: usize) -> Result<(), Mismatch> {
    let Some(argument) = arguments.get(at) else { return Ok(()) };
    if argument.ty.data != DataType::Text {
        return Err(Mismatch::Argument { at, wanted: "a text" });
    }
    match argument.constant {
        Some(Value::Text(name)) if Zone::parse(name).is_none() => Err(Mismatch::NotLiteral {
            at,
            wanted: "the name of a zone here, as `\"Europe/Moscow\"`",
            why: "zones are called by their names in the IANA database, where letters of both cases count",
        }),
        Some(_) | None => Ok(()),
    }
}

/// The setting with another zone.
pub(in crate::functions) fn in_zone(setting: &Setting, name: &str) -> Result<Setting, Fault> {
    let zone = Zone::parse(name).ok_or_else(|| Fault::conversion(name))?;
    Ok(Setting { zone, ..*setting })
}
