//! A batch of ClickHouse's Arrow stream to columns of the declared types.
//!
//! The stream does not name ClickHouse's types: a `DateTime` is a number of seconds there, an `Enum8` a number, an `Int128`
//! sixteen bytes. So each column is read as what the server said that it is ([`ClickHouseType`]), first to a column that holds
//! the same values, then to the declared type as every other source does it.

use polars::prelude::{
    ChunkApply, DataType as Storage, Int64Chunked, Int128Chunked, IntoSeries, NewChunkedArray, PlSmallStr, PolarsError,
    Series, StringChunked, TimeUnit, TimeZone,
};
use polars_arrow::array::Array;
use wr_base::ty::Type;
use wr_plan::sql::stored::{ClickHouseKind, ClickHouseType};

use crate::sources::convert::{Converted, Unfit, convert};

/// A column of an answer: its declared name and type, and what the server has.
#[derive(Clone, Debug)]
pub(super) struct AnswerColumn {
    pub(super) name: String,
    pub(super) ty: Type,
    pub(super) stored: ClickHouseType,
}

/// # Errors
/// The first value that does not fit the declared type, or a storage that the type never has.
pub(super) fn decode(array: Box<dyn Array>, column: &AnswerColumn) -> Result<Converted, Unfit> {
    let natural = natural(plain(array), &column.stored.kind)?;
    convert(&natural, &column.name, &column.ty, None)
}

/// Without the name of an extension (`arrow.uuid`): the values are those of its storage.
fn plain(mut array: Box<dyn Array>) -> Box<dyn Array> {
    let storage = array.dtype().to_storage().clone();
    if *array.dtype() != storage {
        *array.dtype_mut() = storage;
    }
    array
}

fn natural(array: Box<dyn Array>, kind: &ClickHouseKind) -> Result<Series, Unfit> {
    let name = PlSmallStr::EMPTY;
    let found = Series::try_from((name.clone(), array))?;
    // `LowCardinality`, where the server was not told to write texts.
    let is_dictionary = matches!(found.dtype(), Storage::Categorical(..) | Storage::Enum(..));
    let found = if is_dictionary { found.cast(&Storage::String)? } else { found };
    Ok(match (kind, found.dtype()) {
        (_, Storage::Null) => found,
        (ClickHouseKind::Int { bits: 128, signed: true }, Storage::Binary) => {
            let ints = found.binary()?.iter().map(|bytes| bytes.map(|bytes| sixteen(bytes).map(i128::from_le_bytes)));
            let ints = ints.map(Option::transpose).collect::<Result<Vec<_>, _>>()?;
            Int128Chunked::from_iter_options(name, ints.into_iter()).into_series()
        }
        (ClickHouseKind::String, Storage::Binary) => match all_texts(&found)? {
            Some(texts) => texts,
            // By rows, to tell which one is none.
            None => texts(&found, |bytes| bytes)?,
        },
        // The zero bytes at the end are how it is filled up.
        (ClickHouseKind::FixedString(_), Storage::Binary) => texts(&found, without_zeros)?,
        (ClickHouseKind::FixedString(_), Storage::String) => {
            mapped(&found, |text| Ok(text.trim_end_matches('\0').to_owned()))?
        }
        (ClickHouseKind::Ipv4, Storage::UInt32) => {
            let texts =
                found.u32()?.iter().map(|address| address.map(|address| std::net::Ipv4Addr::from(address).to_string()));
            StringChunked::from_iter_options(name, texts).into_series()
        }
        (ClickHouseKind::Ipv6, Storage::Binary) => {
            let texts = found
                .binary()?
                .iter()
                .map(|bytes| bytes.map(|bytes| Ok(std::net::Ipv6Addr::from(sixteen(bytes)?).to_string())).transpose());
            let texts = texts.collect::<Result<Vec<_>, Unfit>>()?;
            StringChunked::from_iter_options(name, texts.into_iter()).into_series()
        }
        (ClickHouseKind::Date, Storage::UInt16) => found.cast(&Storage::Int32)?.cast(&Storage::Date)?,
        (ClickHouseKind::Date32, Storage::Int32) => found.cast(&Storage::Date)?,
        (ClickHouseKind::DateTime { .. }, Storage::UInt32) => {
            let seconds = found.cast(&Storage::Int64)?;
            instants(seconds.i64()?.apply_values(|seconds| seconds * 1_000_000), TimeUnit::Microseconds)
        }
        (ClickHouseKind::DateTime { .. } | ClickHouseKind::DateTime64 { .. }, Storage::Datetime(unit, _)) => {
            instants(found.datetime()?.physical().clone(), *unit)
        }
        (ClickHouseKind::Enum { names, .. }, Storage::Int8 | Storage::Int16) => {
            let numbers = found.cast(&Storage::Int16)?;
            let texts = numbers.i16()?.iter().enumerate().map(|(row, number)| {
                let Some(number) = number else { return Ok(None) };
                let name = names.iter().find(|(_, at)| *at == number).map(|(name, _)| Some(name.clone()));
                name.ok_or_else(|| Unfit::OutOfRange { row, value: number.to_string() })
            });
            let texts = texts.collect::<Result<Vec<_>, Unfit>>()?;
            StringChunked::from_iter_options(name, texts.into_iter()).into_series()
        }
        (ClickHouseKind::Bool, Storage::UInt8) => found.cast(&Storage::Boolean)?,
        (
            ClickHouseKind::Int { .. }
            | ClickHouseKind::Float { .. }
            | ClickHouseKind::Decimal { .. }
            | ClickHouseKind::String
            | ClickHouseKind::FixedString(_)
            | ClickHouseKind::Uuid
            | ClickHouseKind::Ipv4
            | ClickHouseKind::Ipv6
            | ClickHouseKind::Date
            | ClickHouseKind::Date32
            | ClickHouseKind::DateTime { .. }
            | ClickHouseKind::DateTime64 { .. }
            | ClickHouseKind::Enum { .. }
            | ClickHouseKind::Bool
            | ClickHouseKind::Nothing
            | ClickHouseKind::Other(_),
            _,
        ) => found,
    })
}

/// The zone is only how the server shows them.
fn instants(ticks: Int64Chunked, unit: TimeUnit) -> Series {
    ticks.into_datetime(unit, Some(TimeZone::UTC)).into_series()
}

fn sixteen(bytes: &[u8]) -> Result<[u8; 16], Unfit> {
    let wrong = || Unfit::Engine(PolarsError::ComputeError("a value is not sixteen bytes long".into()));
    bytes.try_into().map_err(|_| wrong())
}

fn without_zeros(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    bytes.get(..end).unwrap_or(bytes)
}

/// Bytes as they lie, where all of them are texts.
fn all_texts(found: &Series) -> Result<Option<Series>, PolarsError> {
    let chunks = found.binary()?.downcast_iter().map(|chunk| chunk.to_utf8view()).collect::<Result<Vec<_>, _>>();
    Ok(chunks.ok().map(|chunks| StringChunked::from_chunk_iter(PlSmallStr::EMPTY, chunks).into_series()))
}

fn texts(found: &Series, part: fn(&[u8]) -> &[u8]) -> Result<Series, Unfit> {
    let texts = found.binary()?.iter().enumerate().map(|(row, bytes)| {
        let Some(bytes) = bytes else { return Ok(None) };
        std::str::from_utf8(part(bytes)).map(Some).map_err(|_| Unfit::Unreadable { row, text: String::new() })
    });
    let texts = texts.collect::<Result<Vec<_>, Unfit>>()?;
    Ok(StringChunked::from_iter_options(PlSmallStr::EMPTY, texts.into_iter()).into_series())
}

fn mapped(found: &Series, map: impl Fn(&str) -> Result<String, Unfit>) -> Result<Series, Unfit> {
    let texts = found.str()?.iter().map(|text| text.map(&map).transpose()).collect::<Result<Vec<_>, Unfit>>()?;
    Ok(StringChunked::from_iter_options(PlSmallStr::EMPTY, texts.into_iter()).into_series())
}
