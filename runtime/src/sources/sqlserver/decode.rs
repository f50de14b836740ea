//! Cells of SQL Server, one after the other, to columns that hold the same values; then, as every other source does it, to
//! columns of the declared types.
//!
//! Nothing goes through a type that is less exact: decimals stay whole numbers with a point, `money` was made a decimal by the
//! server. Only times finer than a microsecond are cut, and counted.

use polars::prelude::{
    BooleanChunked, Float64Chunked, Int32Chunked, Int64Chunked, Int128Chunked, IntoSeries, NewChunkedArray, PlSmallStr,
    Series, StringChunkedBuilder, TimeUnit, TimeZone,
};
use tiberius::ColumnData;
use tiberius::time::{DateTime2, Time};
use wr_base::ty::{MAX_PRECISION, Type};
use wr_base::value::{Decimal, Zone};
use wr_plan::sql::stored::{SqlServerKind, SqlServerType};

use super::parameter::{DAYS_BEFORE_1970, MICROS_PER_DAY};
use crate::sources::convert::{Converted, Unfit, convert};

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Bool,
    Int,
    Decimal {
        scale: u8,
    },
    Float,
    Text {
        /// `char(n)`: blanks at the end are no part of the text.
        fixed: bool,
    },
    Date,
    Time,
    /// The clock on the wall.
    Wall,
    Instant,
    Uuid,
}

impl Kind {
    /// `None`: no answer of ours has a column of it.
    pub(super) const fn of(ty: &SqlServerType) -> Option<Self> {
        Some(match &ty.kind {
            SqlServerKind::Bit => Self::Bool,
            SqlServerKind::TinyInt | SqlServerKind::SmallInt | SqlServerKind::Int | SqlServerKind::BigInt => Self::Int,
            SqlServerKind::Decimal { scale, .. } => Self::Decimal { scale: *scale },
            SqlServerKind::Real | SqlServerKind::Float => Self::Float,
            SqlServerKind::Text { fixed, .. } => Self::Text { fixed: *fixed },
            SqlServerKind::OldText { .. } | SqlServerKind::Xml => Self::Text { fixed: false },
            SqlServerKind::Date => Self::Date,
            SqlServerKind::Time { .. } => Self::Time,
            SqlServerKind::DateTime | SqlServerKind::SmallDateTime | SqlServerKind::DateTime2 { .. } => Self::Wall,
            SqlServerKind::DateTimeOffset { .. } => Self::Instant,
            SqlServerKind::UniqueIdentifier => Self::Uuid,
            SqlServerKind::Money | SqlServerKind::SmallMoney | SqlServerKind::RowVersion | SqlServerKind::Other(_) => {
                return None;
            }
        })
    }
}

/// The cells of a column so far.
pub(super) struct Cells {
    kind: Kind,
    store: Store,
    times_cut: u64,
}

enum Store {
    Bools(Vec<Option<bool>>),
    /// Ints, and the digits of decimals.
    Ints(Vec<Option<i128>>),
    Floats(Vec<Option<f64>>),
    Texts(StringChunkedBuilder),
    Days(Vec<Option<i32>>),
    /// Microseconds; nanoseconds of a time of day.
    Ticks(Vec<Option<i64>>),
}

impl Cells {
    pub(super) fn new(kind: Kind, capacity: usize) -> Self {
        let store = match kind {
            Kind::Bool => Store::Bools(Vec::with_capacity(capacity)),
            Kind::Int | Kind::Decimal { .. } => Store::Ints(Vec::with_capacity(capacity)),
            Kind::Float => Store::Floats(Vec::with_capacity(capacity)),
            Kind::Text { .. } | Kind::Uuid => Store::Texts(StringChunkedBuilder::new(PlSmallStr::EMPTY, capacity)),
            Kind::Date => Store::Days(Vec::with_capacity(capacity)),
            Kind::Time | Kind::Wall | Kind::Instant => Store::Ticks(Vec::with_capacity(capacity)),
        };
        Self { kind, store, times_cut: 0 }
    }

    /// # Errors
    /// The cell is of another type, or a value that nothing holds.
    #[allow(clippy::wildcard_enum_match_arm, reason = "a cell of any other type is the same mistake")]
    pub(super) fn push(&mut self, cell: &ColumnData<'_>) -> Result<(), Unfit> {
        let kind = self.kind;
        let other = || Unfit::Type { found: format!("{cell:?}").split('(').next().unwrap_or_default().to_owned() };
        let beyond = || Unfit::OutOfRange { row: 0, value: String::new() };
        if is_null(cell) {
            self.push_null();
            return Ok(());
        }
        match &mut self.store {
            Store::Bools(cells) => match cell {
                ColumnData::Bit(bit) => cells.push(*bit),
                _ => return Err(other()),
            },
            Store::Ints(cells) => {
                let int = match cell {
                    ColumnData::U8(int) => int.map(i128::from),
                    ColumnData::I16(int) => int.map(i128::from),
                    ColumnData::I32(int) => int.map(i128::from),
                    ColumnData::I64(int) => int.map(i128::from),
                    ColumnData::Numeric(Some(number)) => {
                        let scale = if let Kind::Decimal { scale } = kind { scale } else { 0 };
                        let fitted =
                            Decimal::new(number.value(), number.scale()).and_then(|number| number.rescale(scale));
                        Some(fitted.ok_or_else(beyond)?.unscaled)
                    }
                    _ => return Err(other()),
                };
                cells.push(int);
            }
            Store::Floats(cells) => match cell {
                ColumnData::F32(float) => cells.push(float.map(f64::from)),
                ColumnData::F64(float) => cells.push(*float),
                _ => return Err(other()),
            },
            Store::Texts(cells) => match cell {
                ColumnData::String(Some(text)) if kind == (Kind::Text { fixed: true }) => {
                    cells.append_value(text.trim_end_matches(' '));
                }
                ColumnData::String(Some(text)) => cells.append_value(text),
                ColumnData::Xml(Some(xml)) => cells.append_value(xml.to_string()),
                ColumnData::Guid(Some(uuid)) => cells.append_value(uuid.to_string()),
                _ => return Err(other()),
            },
            Store::Days(cells) => match cell {
                ColumnData::Date(Some(date)) => {
                    let days = i32::try_from(date.days()).ok().and_then(|days| days.checked_sub(DAYS_BEFORE_1970));
                    cells.push(Some(days.ok_or_else(beyond)?));
                }
                _ => return Err(other()),
            },
            Store::Ticks(cells) => {
                let ticks = match cell {
                    // Cut where every source cuts times.
                    ColumnData::Time(Some(time)) => nanos(*time),
                    ColumnData::DateTime(Some(at)) => {
                        // 1/300 of a second, which the server shows as the nearest millisecond.
                        let millis = (i64::from(at.seconds_fragments()) * 10 + 1).div_euclid(3);
                        wall(i64::from(at.days()) + DAYS_FROM_1900, millis.checked_mul(1_000))
                    }
                    ColumnData::SmallDateTime(Some(at)) => wall(
                        i64::from(at.days()) + DAYS_FROM_1900,
                        Some(i64::from(at.seconds_fragments()) * 60_000_000),
                    ),
                    ColumnData::DateTime2(Some(at)) => instant(*at, &mut self.times_cut),
                    // Comes as the instant that it is; the offset is only how it is shown.
                    ColumnData::DateTimeOffset(Some(at)) => instant(at.datetime2(), &mut self.times_cut),
                    _ => return Err(other()),
                };
                cells.push(Some(ticks.ok_or_else(beyond)?));
            }
        }
        Ok(())
    }

    fn push_null(&mut self) {
        match &mut self.store {
            Store::Bools(cells) => cells.push(None),
            Store::Ints(cells) => cells.push(None),
            Store::Floats(cells) => cells.push(None),
            Store::Texts(cells) => cells.append_null(),
            Store::Days(cells) => cells.push(None),
            Store::Ticks(cells) => cells.push(None),
        }
    }

    /// A column of the declared type.
    ///
    /// # Errors
    /// The first value that does not fit.
    pub(super) fn finish(self, name: &str, ty: &Type, zone: Option<Zone>) -> Result<Converted, Unfit> {
        let natural = self.store.series(self.kind);
        let converted = convert(&natural, name, ty, zone)?;
        Ok(Converted { times_cut: converted.times_cut + self.times_cut, ..converted })
    }
}

impl Store {
    fn series(self, kind: Kind) -> Series {
        let name = PlSmallStr::EMPTY;
        match self {
            Self::Bools(cells) => BooleanChunked::from_iter_options(name, cells.into_iter()).into_series(),
            Self::Ints(cells) => {
                let ints = Int128Chunked::from_iter_options(name, cells.into_iter());
                if let Kind::Decimal { scale } = kind {
                    ints.into_decimal_unchecked(usize::from(MAX_PRECISION), usize::from(scale)).into_series()
                } else {
                    ints.into_series()
                }
            }
            Self::Floats(cells) => Float64Chunked::from_iter_options(name, cells.into_iter()).into_series(),
            Self::Texts(cells) => cells.finish().into_series(),
            Self::Days(cells) => Int32Chunked::from_iter_options(name, cells.into_iter()).into_date().into_series(),
            Self::Ticks(cells) => {
                let ticks = Int64Chunked::from_iter_options(name, cells.into_iter());
                if kind == Kind::Time {
                    return ticks.into_time().into_series();
                }
                let zone = (kind == Kind::Instant).then_some(TimeZone::UTC);
                ticks.into_datetime(TimeUnit::Microseconds, zone).into_series()
            }
        }
    }
}

/// Days from 1970-01-01 to 1900-01-01.
const DAYS_FROM_1900: i64 = -25_567;

fn wall(days: i64, micros: Option<i64>) -> Option<i64> {
    days.checked_mul(MICROS_PER_DAY)?.checked_add(micros?)
}

/// Since midnight.
fn nanos(time: Time) -> Option<i64> {
    let unit = 10_i64.checked_pow(9_u32.checked_sub(u32::from(time.scale()))?)?;
    i64::try_from(time.increments()).ok()?.checked_mul(unit)
}

/// Microseconds since 1970.
fn instant(at: DateTime2, times_cut: &mut u64) -> Option<i64> {
    let nanos = nanos(at.time())?;
    *times_cut += u64::from(nanos % 1_000 != 0);
    wall(i64::from(at.date().days()) - i64::from(DAYS_BEFORE_1970), Some(nanos / 1_000))
}

const fn is_null(cell: &ColumnData<'_>) -> bool {
    match cell {
        ColumnData::U8(cell) => cell.is_none(),
        ColumnData::I16(cell) => cell.is_none(),
        ColumnData::I32(cell) => cell.is_none(),
        ColumnData::I64(cell) => cell.is_none(),
        ColumnData::F32(cell) => cell.is_none(),
        ColumnData::F64(cell) => cell.is_none(),
        ColumnData::Bit(cell) => cell.is_none(),
        ColumnData::String(cell) => cell.is_none(),
        ColumnData::Guid(cell) => cell.is_none(),
        ColumnData::Binary(cell) => cell.is_none(),
        ColumnData::Numeric(cell) => cell.is_none(),
        ColumnData::Xml(cell) => cell.is_none(),
        ColumnData::DateTime(cell) => cell.is_none(),
        ColumnData::SmallDateTime(cell) => cell.is_none(),
        ColumnData::Time(cell) => cell.is_none(),
        ColumnData::Date(cell) => cell.is_none(),
        ColumnData::DateTime2(cell) => cell.is_none(),
        ColumnData::DateTimeOffset(cell) => cell.is_none(),
    }
}
