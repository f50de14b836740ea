//! A column as a library reads it to one of the declared type. Nothing is rounded or cut but times finer than a
//! microsecond, which are counted.
//!
//! Invariant: what comes out is stored as [`crate::frame`] says, and each value is one of the declared type.

use polars::prelude::{
    ChunkAgg, ChunkApply, ChunkedArray, DataType as Storage, Float64Chunked, Int64Chunked, Int128Chunked, IntoSeries,
    NewChunkedArray, PlSmallStr, PolarsError, PolarsNumericType, Series, StringChunked, TimeUnit,
};
use wr_base::ty::{DataType, MAX_PRECISION, Type};
use wr_base::value::{Date, DateTime, Decimal, Value, Zone};

use super::files::cell::{fit, wall_time};
use crate::cells::{parse_uuid, storage};

/// A column of the declared type.
pub(crate) struct Converted {
    pub(crate) series: Series,
    /// Times that were cut to microseconds.
    pub(crate) times_cut: u64,
}

/// Why a column cannot be one of the declared type. Rows count from 0.
#[derive(Debug)]
pub(crate) enum Unfit {
    /// A null where none is declared.
    Null { row: usize },
    /// It holds another type, in the words of the language where it has them.
    Type { found: String },
    /// Times without a zone, and nobody said what they mean.
    NoZone,
    /// A value that the declared type does not have.
    OutOfRange { row: usize, value: String },
    /// A text that says no value of the type.
    Unreadable { row: usize, text: String },
    /// A mistake of ours.
    Engine(PolarsError),
}

impl From<PolarsError> for Unfit {
    fn from(error: PolarsError) -> Self {
        Self::Engine(error)
    }
}

/// `zone` is what times without a zone mean.
///
/// # Errors
/// The first value that does not fit, or that none would.
pub(crate) fn convert(found: &Series, name: &str, ty: &Type, zone: Option<Zone>) -> Result<Converted, Unfit> {
    if !ty.nullable && found.null_count() > 0 {
        let row = found.is_null().iter().position(|is_null| is_null == Some(true)).unwrap_or(0);
        return Err(Unfit::Null { row });
    }
    let wrong_type = || Unfit::Type { found: storage_words(found.dtype()) };
    let out_of_range = |row: usize| Unfit::OutOfRange {
        row,
        value: found.get(row).map(|value| value.to_string()).unwrap_or_default(),
    };
    let name = PlSmallStr::from_str(name);
    let mut times_cut = 0;
    let is_integer = found.dtype().is_integer();
    let series = match (&ty.data, found.dtype()) {
        (ty, Storage::Null) => match storage(ty) {
            Some(storage) => Series::full_null(name.clone(), found.len(), &storage),
            None => return Err(wrong_type()),
        },
        (DataType::Int, _) if is_integer => found.strict_cast(&Storage::Int128)?,
        (DataType::Int, Storage::Decimal(_, 0)) => found.decimal()?.physical().clone().into_series(),
        (DataType::Decimal { precision, scale }, stored)
            if is_integer || matches!(stored, Storage::Decimal(_, places) if *places <= usize::from(*scale)) =>
        {
            let (unscaled, places) = if let Storage::Decimal(_, places) = stored {
                (found.decimal()?.physical().clone(), *places as u8)
            } else {
                (found.strict_cast(&Storage::Int128)?.i128()?.clone(), 0)
            };
            if let Some(fitted) = all_fit(&unscaled, places, *precision, *scale) {
                let decimals = fitted.into_decimal_unchecked(usize::from(MAX_PRECISION), usize::from(*scale));
                return Ok(Converted { series: decimals.into_series().with_name(name), times_cut });
            }
            // By rows, to tell which one does not fit.
            let fitted = unscaled.iter().enumerate().map(|(row, unscaled)| {
                let Some(unscaled) = unscaled else { return Ok(None) };
                let decimal = Decimal::new(unscaled, places).and_then(|decimal| fit(decimal, *precision, *scale));
                decimal.map(|decimal| Some(decimal.unscaled)).ok_or_else(|| out_of_range(row))
            });
            Int128Chunked::from_iter_options(name.clone(), fitted.collect::<Result<Vec<_>, _>>()?.into_iter())
                .into_decimal_unchecked(usize::from(MAX_PRECISION), usize::from(*scale))
                .into_series()
        }
        (DataType::Float, Storage::Float32 | Storage::Float64) => {
            let floats = found.strict_cast(&Storage::Float64)?;
            let floats: &Float64Chunked = floats.f64()?;
            if let Some(row) = floats.iter().position(|float| float.is_some_and(|float| !float.is_finite())) {
                return Err(out_of_range(row));
            }
            floats.clone().into_series()
        }
        (DataType::Text, Storage::String) => found.clone(),
        (DataType::Text, Storage::Categorical(..) | Storage::Enum(..)) => found.cast(&Storage::String)?,
        (DataType::Uuid, Storage::String) => {
            let texts = found.str()?.iter().enumerate().map(|(row, text)| {
                let Some(text) = text else { return Ok(None) };
                let uuid = parse_uuid(text).map(|uuid| Some(Value::Uuid(uuid).canonical()));
                uuid.ok_or_else(|| Unfit::Unreadable { row, text: text.to_owned() })
            });
            StringChunked::from_iter_options(name.clone(), texts.collect::<Result<Vec<_>, _>>()?.into_iter())
                .into_series()
        }
        (DataType::Uuid, Storage::Binary) => {
            let texts = found.binary()?.iter().map(|bytes| {
                let Some(bytes) = bytes else { return Ok(None) };
                let bytes: [u8; 16] = bytes.try_into().map_err(|_| wrong_type())?;
                Ok(Some(Value::Uuid(u128::from_be_bytes(bytes)).canonical()))
            });
            StringChunked::from_iter_options(name.clone(), texts.collect::<Result<Vec<_>, Unfit>>()?.into_iter())
                .into_series()
        }
        (DataType::Bool, Storage::Boolean) => found.clone(),
        (DataType::Date, Storage::Date) => {
            let range = Date::MIN.0..=Date::MAX.0;
            let days = found.date()?.physical();
            if !are_within(days, Date::MIN.0, Date::MAX.0)
                && let Some(row) = days.iter().position(|days| days.is_some_and(|days| !range.contains(&days)))
            {
                return Err(out_of_range(row));
            }
            found.clone()
        }
        (DataType::DateTime, Storage::Datetime(unit, stored_zone)) => {
            let naive_zone = match (stored_zone, zone) {
                (Some(_), _) => None,
                (None, Some(zone)) => Some(zone),
                (None, None) => return Err(Unfit::NoZone),
            };
            let ticks = found.datetime()?.physical();
            if *unit == TimeUnit::Microseconds
                && naive_zone.is_none()
                && are_within(ticks, DateTime::MIN.0, DateTime::MAX.0)
            {
                let instants = ticks.clone().into_datetime(TimeUnit::Microseconds, None);
                return Ok(Converted { series: instants.into_series().with_name(name), times_cut });
            }
            let micros = ticks.iter().enumerate().map(|(row, ticks)| {
                let Some(ticks) = ticks else { return Ok(None) };
                let micros = match unit {
                    TimeUnit::Nanoseconds => {
                        times_cut += u64::from(ticks.rem_euclid(1_000) != 0);
                        Some(ticks.div_euclid(1_000))
                    }
                    TimeUnit::Microseconds => Some(ticks),
                    TimeUnit::Milliseconds => ticks.checked_mul(1_000),
                };
                let instant = micros.and_then(|micros| match naive_zone {
                    Some(zone) => wall_time(micros, zone),
                    None => DateTime::checked(micros),
                });
                instant.map(|instant| Some(instant.0)).ok_or_else(|| out_of_range(row))
            });
            Int64Chunked::from_iter_options(name.clone(), micros.collect::<Result<Vec<_>, _>>()?.into_iter())
                .into_datetime(TimeUnit::Microseconds, None)
                .into_series()
        }
        (DataType::Time, Storage::Time) => {
            let nanos = found.time()?.physical().iter().map(|nanos| {
                nanos.map(|nanos| {
                    times_cut += u64::from(nanos % 1_000 != 0);
                    nanos - nanos % 1_000
                })
            });
            Int64Chunked::from_iter_options(name.clone(), nanos.collect::<Vec<_>>().into_iter())
                .into_time()
                .into_series()
        }
        _ => return Err(wrong_type()),
    };
    Ok(Converted { series: series.with_name(name), times_cut })
}

/// Whether no value is smaller or larger; true of none. Of a whole column this is found faster than row by row.
fn are_within<T>(column: &ChunkedArray<T>, smallest: T::Native, largest: T::Native) -> bool
where
    T: PolarsNumericType,
    ChunkedArray<T>: ChunkAgg<T::Native>,
{
    column.min().is_none_or(|min| min >= smallest) && column.max().is_none_or(|max| max <= largest)
}

/// The unscaled values at another scale; `None` where one of them does not fit, or may not.
fn all_fit(unscaled: &Int128Chunked, places: u8, precision: u8, scale: u8) -> Option<Int128Chunked> {
    let factor = 10_i128.checked_pow(u32::from(scale.checked_sub(places)?))?;
    let largest = (10_i128.checked_pow(u32::from(precision))? - 1) / factor;
    are_within(unscaled, -largest, largest).then(|| match factor {
        1 => unscaled.clone(),
        factor => unscaled.apply_values(|value| value * factor),
    })
}

/// What a column holds, in the words of the language where it has them.
fn storage_words(storage: &Storage) -> String {
    type Is = fn(&Storage) -> bool;
    const WORDS: [(Is, &str); 7] = [
        (Storage::is_integer, "int"),
        (Storage::is_float, "floating numbers"),
        (|storage| *storage == Storage::String, "text"),
        (|storage| *storage == Storage::Boolean, "bool"),
        (|storage| *storage == Storage::Date, "date"),
        (|storage| matches!(storage, Storage::Datetime(..)), "datetime"),
        (|storage| *storage == Storage::Binary, "bytes"),
    ];
    if let Storage::Decimal(precision, scale) = storage {
        return format!("decimal({precision}, {scale})");
    }
    let words = WORDS.iter().find(|(is, _)| is(storage)).map(|(_, words)| (*words).to_owned());
    words.unwrap_or_else(|| storage.to_string())
}
