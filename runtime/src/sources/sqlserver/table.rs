//! What the server says of a table, set beside what the schema file declares; and what it says of the answer to a query that
//! the script's author wrote.

use std::collections::BTreeMap;

use tiberius::{Column, ColumnType, Row};
use wr_base::ids::ColumnId;
use wr_base::ty::{DataType, Type};
use wr_plan::physical::Bound;
use wr_plan::sql::stored::{CannotHold, Misfit, SqlServerColumn, SqlServerType, StoredType};
use wr_plan::sql::{self, Arrives, Asked, AskedWhole, Live};

use super::decode::Kind;
use super::setting::SqlServerSetting;
use crate::error::RunError;
use crate::sources::Request;
use crate::sources::errors::Place;
use crate::sources::server_errors::Server;

/// The column of a recorded table that says which run a row is of.
pub(crate) const RUN_COLUMN: &str = "wr_run_id";
/// The tables in which records keep their runs.
pub(super) const RECORD_TABLES: [&str; 2] = ["wr_runs", "wr_occasions"];

/// A column of the answer: the id that the plan knows it by, what is declared, and where its cells are.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub(super) id: ColumnId,
    pub(super) name: String,
    pub(super) ty: Type,
    pub(super) kind: Kind,
    /// Among the cells of a row.
    pub(super) at: usize,
}

/// A table as it is on the server.
pub(super) struct Table {
    pub(super) live: Live,
    /// How many rows it has; not known of a view.
    pub(super) rows: Option<u64>,
}

impl Table {
    /// How much a request answers at most, by the number of rows that the server keeps and the widths of their types.
    pub(super) fn bound(&self, request: &Request) -> Bound {
        let cell = |index: &u32| self.live.columns.get(index).and_then(StoredType::widest_cell);
        let row = request.query.columns.iter().try_fold(0_u64, |sum, (_, index)| sum.checked_add(cell(index)?));
        Bound { rows: self.rows, bytes: self.rows.zip(row).and_then(|(rows, row)| rows.checked_mul(row)) }
    }
}

/// The table, from what the server says of its columns.
///
/// # Errors
/// There is no such table, or a column that the query reads is not as declared.
pub(super) fn checked(
    rows: &[Row],
    request: &Request,
    setting: &SqlServerSetting,
    server: &Server,
    place: &Place,
) -> Result<Table, RunError> {
    if rows.is_empty() {
        return Err(server.table_missing(place, ""));
    }
    // Names are told apart as the server does it, which is more than it takes: `[Id]` finds `id` there.
    let by_name: BTreeMap<String, &Row> =
        rows.iter().filter_map(|row| Some((text(row, 0)?.to_lowercase(), row))).collect();
    let query = &request.query;
    let read = query.columns.iter().chain(&query.filter_columns).map(|(_, index)| *index);
    let read = read.chain(query.without_occasion.iter().map(|(index, _)| *index));
    let mut columns = BTreeMap::new();
    for index in read {
        let Some(declared) = request.table.columns.get(index as usize) else { continue };
        let Some(row) = by_name.get(&declared.name.to_lowercase()) else {
            let names: Vec<String> = rows.iter().filter_map(|row| text(row, 0).map(ToOwned::to_owned)).collect();
            return Err(server.column_missing(place, &declared.name, &names));
        };
        let ty = stored(row, 1);
        if ty.is_naive() && setting.zone.is_none() {
            return Err(server.times_without_zone(place, &declared.name, &ty.words));
        }
        let ty = StoredType::SqlServer(ty);
        ty.fits(&declared.ty).map_err(|misfit| server.column_differs(place, &declared.name, &misfit))?;
        columns.insert(index, ty);
    }
    let count = rows.first().and_then(|row| row.try_get::<i64, _>(10).ok().flatten());
    let live = Live { columns, replaces_rows: false, wall_zone: setting.zone };
    Ok(Table { live, rows: count.and_then(|count| u64::try_from(count).ok()) })
}

pub(crate) fn text(row: &Row, at: usize) -> Option<&str> {
    row.try_get::<&str, _>(at).ok().flatten()
}

/// The type of a column, from six cells of its row: the type's name, digits, digits behind the point, bytes, collation, nulls.
/// What is missing or of another type reads as a type that no column can hold.
pub(crate) fn stored(row: &Row, at: usize) -> SqlServerType {
    let small = |at: usize| row.try_get::<u8, _>(at).ok().flatten().unwrap_or_default();
    SqlServerType::new(SqlServerColumn {
        data_type: text(row, at).unwrap_or_default(),
        precision: small(at + 1),
        scale: small(at + 2),
        max_length: row.try_get::<i16, _>(at + 3).ok().flatten().unwrap_or_default(),
        collation: text(row, at + 4),
        is_nullable: row.try_get::<bool, _>(at + 5).ok().flatten().unwrap_or(true),
    })
}

/// The columns of the answer of a table; `None`: one is asked for that was not described.
pub(super) fn wanted(request: &Request, asked: &Asked) -> Option<Vec<Wanted>> {
    let wanted = |(at, column): (usize, &sql::AnswerColumn)| {
        let declared = request.table.columns.get(column.declared as usize)?;
        let (name, ty) = (declared.name.clone(), declared.ty.clone());
        Some(Wanted { id: column.column, name, ty, kind: arrived(&column.arrives)?, at })
    };
    asked.columns.iter().enumerate().map(wanted).collect()
}

/// The columns of an answer for several nodes.
pub(super) fn wanted_of_whole(asked: &AskedWhole) -> Option<Vec<Wanted>> {
    let wanted = |column: &sql::WholeColumn| {
        let (name, ty) = (column.name.clone(), column.ty.clone());
        Some(Wanted { id: column.column, name, ty, kind: arrived(&column.arrives)?, at: column.at })
    };
    asked.columns.iter().map(wanted).collect()
}

fn arrived(arrives: &Arrives) -> Option<Kind> {
    match arrives {
        Arrives::Stored(Some(StoredType::SqlServer(ty))) => Kind::of(ty),
        Arrives::Text { .. } => Some(Kind::Text { fixed: false }),
        Arrives::Decimal { scale, .. } => Some(Kind::Decimal { scale: *scale }),
        Arrives::Stored(_) => None,
    }
}

/// The columns of the answer of a query that the author wrote, by the names that its columns have there.
///
/// # Errors
/// One is missing, or is not as declared.
pub(super) fn wanted_of_own(
    found: &[Column],
    request: &Request,
    asked: &Asked,
    setting: &SqlServerSetting,
    server: &Server,
    place: &Place,
) -> Result<Vec<Wanted>, RunError> {
    let mut all = Vec::new();
    for column in &asked.columns {
        let Some(declared) = request.table.columns.get(column.declared as usize) else { continue };
        let Some(at) = found.iter().position(|found| found.name() == declared.name) else {
            let names: Vec<String> = found.iter().map(|found| found.name().to_owned()).collect();
            return Err(server.column_missing(place, &declared.name, &names));
        };
        let arrived = found.get(at).map_or(ColumnType::Null, Column::column_type);
        let kind = kind_of_own(arrived, &declared.ty)
            .map_err(|misfit| server.column_differs(place, &declared.name, &misfit))?;
        if kind == Kind::Wall && setting.zone.is_none() {
            return Err(server.times_without_zone(place, &declared.name, "a time without an offset"));
        }
        all.push(Wanted { id: column.column, name: declared.name.clone(), ty: declared.ty.clone(), kind, at });
    }
    Ok(all)
}

/// An answer says less of its columns than the catalogue does: no digits, no nulls. Each value is looked at then.
fn kind_of_own(arrived: ColumnType, declared: &Type) -> Result<Kind, Misfit> {
    let cannot = |stored: &str, why: &'static str, cast: &'static str| {
        Err(Misfit::CannotHold(CannotHold { stored: stored.to_owned(), why, cast }))
    };
    let (words, natural, kind) = match arrived {
        ColumnType::Null => ("NULL", declared.data.clone(), of_declared(&declared.data)),
        ColumnType::Bit | ColumnType::Bitn => ("bit", DataType::Bool, Some(Kind::Bool)),
        ColumnType::Int1 | ColumnType::Int2 | ColumnType::Int4 | ColumnType::Int8 | ColumnType::Intn => {
            ("a whole number", DataType::Int, Some(Kind::Int))
        }
        // The answer does not say how many digits: those that are declared, if they are enough.
        ColumnType::Decimaln | ColumnType::Numericn => {
            let scale = if let DataType::Decimal { scale, .. } = &declared.data { *scale } else { 0 };
            if matches!(declared.data, DataType::Decimal { .. } | DataType::Int) {
                ("decimal", declared.data.clone(), Some(Kind::Decimal { scale }))
            } else {
                ("decimal", DataType::Decimal { precision: 38, scale: 10 }, None)
            }
        }
        ColumnType::Float4 | ColumnType::Float8 | ColumnType::Floatn => {
            ("a floating number", DataType::Float, Some(Kind::Float))
        }
        ColumnType::Datetime4 | ColumnType::Datetime | ColumnType::Datetimen | ColumnType::Datetime2 => {
            ("a time without an offset", DataType::DateTime, Some(Kind::Wall))
        }
        ColumnType::DatetimeOffsetn => ("datetimeoffset", DataType::DateTime, Some(Kind::Instant)),
        ColumnType::Daten => ("date", DataType::Date, Some(Kind::Date)),
        ColumnType::Timen => ("time", DataType::Time, Some(Kind::Time)),
        ColumnType::Guid => ("uniqueidentifier", DataType::Uuid, Some(Kind::Uuid)),
        ColumnType::BigVarChar | ColumnType::NVarchar | ColumnType::Text | ColumnType::NText | ColumnType::Xml => {
            ("a text", DataType::Text, Some(Kind::Text { fixed: false }))
        }
        ColumnType::BigChar | ColumnType::NChar => ("a text", DataType::Text, Some(Kind::Text { fixed: true })),
        ColumnType::Money | ColumnType::Money4 => {
            return cannot("money", "it arrives as a floating number", "CAST({} AS decimal(19, 4))");
        }
        ColumnType::BigVarBin | ColumnType::BigBinary | ColumnType::Image => {
            return cannot("varbinary", "it holds bytes and no text", "CONVERT(varchar(max), {}, 1)");
        }
        ColumnType::SSVariant => {
            return cannot("sql_variant", "its values have several types", "CONVERT(nvarchar(4000), {})");
        }
        ColumnType::Udt => return cannot("a type of its own", "it has no counterpart", "{}.ToString()"),
    };
    match kind {
        Some(kind) if natural == declared.data => Ok(kind),
        _ => Err(Misfit::Data {
            stored: words.to_owned(),
            declared: declared.clone(),
            natural: Type::new(natural, declared.nullable),
        }),
    }
}

fn of_declared(data: &DataType) -> Option<Kind> {
    Some(match data {
        DataType::Bool => Kind::Bool,
        DataType::Int => Kind::Int,
        DataType::Decimal { scale, .. } => Kind::Decimal { scale: *scale },
        DataType::Float => Kind::Float,
        DataType::Text => Kind::Text { fixed: false },
        DataType::Date => Kind::Date,
        DataType::Time => Kind::Time,
        DataType::DateTime => Kind::Instant,
        DataType::Uuid => Kind::Uuid,
        DataType::Duration
        | DataType::Percent
        | DataType::Range(_)
        | DataType::Period
        | DataType::List(_)
        | DataType::Shape
        | DataType::Null
        | DataType::Error => return None,
    })
}
