//! Random tables to tables of the TDS test server: each column has a type that holds its values, by chance.

use wr_base::value::{DateTime, Value, Zone};
use wr_tds_server::{Cell, TdsServer};

use super::super::rng::Rng;
use super::super::schema::{ColumnSpec, Kind, TableSpec};
use super::super::script::bare;
use super::{int, text};

const DAY: i64 = 86_400_000_000;
const MOST_DIGITS: i128 = 10_i128.pow(38) - 1;

/// The value, or the nearest one that a column there can have. The clock of a zone may show a day more or less.
pub(super) fn nearest(value: Value) -> Value {
    match value {
        Value::Int(int) => Value::Int(int.clamp(-MOST_DIGITS, MOST_DIGITS)),
        Value::DateTime(at) => Value::DateTime(DateTime(at.0.clamp(DateTime::MIN.0 + DAY, DateTime::MAX.0 - DAY))),
        other => other,
    }
}

/// The type of each column.
pub(super) fn stored(rng: &mut Rng, table: &TableSpec, rows: &[Vec<Value>]) -> Vec<String> {
    let types = table.columns.iter().enumerate().map(|(at, column)| {
        let values: Vec<&Value> = rows.iter().map(|row| &row[at]).filter(|value| !value.is_null()).collect();
        let fitting = types(rng, column, &values);
        let ty = rng.pick(&fitting).clone();
        let has_null = values.len() < rows.len();
        let takes_null = column.is_nullable() && (has_null || rng.percent(70));
        format!("{ty} {}", if takes_null { "NULL" } else { "NOT NULL" })
    });
    types.collect()
}

/// All that hold these values.
fn types(rng: &mut Rng, column: &ColumnSpec, values: &[&Value]) -> Vec<String> {
    let each = |fits: &dyn Fn(&Value) -> bool| values.iter().all(|value| fits(value));
    match column.kind {
        Kind::Int => {
            let within =
                |least: i128, most: i128| each(&|value| int(value).is_some_and(|int| (least..=most).contains(&int)));
            let mut fitting = vec!["decimal(38, 0)".to_owned()];
            let plain = [("tinyint", 0, 8), ("smallint", 1, 15), ("int", 1, 31), ("bigint", 1, 63_u32)];
            for (name, signed, bits) in plain {
                if within(-signed * (1 << bits), (1 << bits) - 1) {
                    fitting.push(name.to_owned());
                }
            }
            if within(-999_999_999, 999_999_999) {
                fitting.push("decimal(9, 0)".to_owned());
            }
            fitting
        }
        Kind::Text => texts(rng, values),
        Kind::Decimal => {
            let ty = column.ty.trim_end_matches('?').to_owned();
            let scale: u8 = ty.trim_end_matches(')').rsplit(' ').next().unwrap().parse().unwrap();
            let is_money = |value: &Value| {
                let Value::Decimal(decimal) = value else { return false };
                decimal.rescale(4).is_some_and(|four| i64::try_from(four.unscaled).is_ok())
            };
            let money = (ty.starts_with("decimal(38") && scale >= 4 && each(&is_money)).then(|| "money".to_owned());
            std::iter::once(ty).chain(money).collect()
        }
        Kind::Float => {
            let is_narrow = |value: &Value| matches!(value, Value::Float(f) if f64::from(*f as f32) == *f);
            let real = each(&is_narrow).then(|| "real".to_owned());
            std::iter::once("float".to_owned()).chain(real).collect()
        }
        Kind::Bool => vec!["bit".to_owned()],
        Kind::Uuid => vec!["uniqueidentifier".to_owned()],
        Kind::Date => vec!["date".to_owned()],
        Kind::Time => vec!["time(6)".to_owned(), "time(7)".to_owned()],
        Kind::DateTime => {
            let mut fitting = ["datetimeoffset(6)", "datetimeoffset(7)", "datetime2(6)", "datetime2(7)"].to_vec();
            if each(&|value| matches!(value, Value::DateTime(at) if at.0 % 1_000 == 0)) {
                fitting.extend(["datetimeoffset(3)", "datetime2(3)"]);
            }
            fitting.into_iter().map(ToOwned::to_owned).collect()
        }
    }
}

fn texts(rng: &mut Rng, values: &[&Value]) -> Vec<String> {
    const COLLATIONS: &[&str] = &[
        "SQL_Latin1_General_CP1_CI_AS",
        "Latin1_General_CI_AI",
        "Latin1_General_100_BIN2",
        "Cyrillic_General_CI_AS",
        "Cyrillic_General_CS_AS",
    ];
    let texts: Vec<&str> = values.iter().filter_map(|value| text(value)).collect();
    let units = texts.iter().map(|text| text.encode_utf16().count()).max().unwrap_or(0).max(1);
    let bytes = texts.iter().map(|text| text.len()).max().unwrap_or(0).max(1);
    let collation = rng.pick(COLLATIONS);
    let mut fitting = vec![
        format!("nvarchar({}) COLLATE {collation}", units + rng.below(3)),
        format!("nvarchar(max) COLLATE {collation}"),
        format!("varchar({bytes}) COLLATE Latin1_General_100_CI_AS_SC_UTF8"),
        format!("varchar({bytes}) COLLATE Latin1_General_100_BIN2_UTF8"),
    ];
    if texts.iter().all(|text| !text.ends_with(' ')) {
        fitting.push(format!("nchar({units}) COLLATE {collation}"));
    }
    // The code page 1251 has these.
    let is_cyrillic = |sign: char| sign.is_ascii() || ('А'..='я').contains(&sign) || matches!(sign, 'Ё' | 'ё');
    if texts.iter().all(|text| text.chars().all(is_cyrillic)) {
        fitting.push(format!("varchar({units}) COLLATE Cyrillic_General_CI_AS"));
        fitting.push(format!("varchar({units}) COLLATE Cyrillic_General_BIN2"));
    }
    fitting
}

/// What rows are when they have been there: a wall time means the earlier of two instants.
pub(super) fn as_read(zone: Zone, types: &[String], mut rows: Vec<Vec<Value>>) -> Vec<Vec<Value>> {
    for (at, _) in types.iter().enumerate().filter(|(_, ty)| ty.starts_with("datetime2")) {
        for row in &mut rows {
            if let Value::DateTime(instant) = row[at] {
                row[at] = Value::DateTime(zone.instant_of(zone.wall_clock(instant)).unwrap());
            }
        }
    }
    rows
}

/// Makes a table and fills it; one of the name goes.
pub(super) fn fill(server: &TdsServer, zone: Zone, table: &TableSpec, types: &[String], rows: &[Vec<Value>]) {
    let run = |batch: &str| server.execute(batch).unwrap_or_else(|error| panic!("{error}\n{batch}"));
    let name = bare(table.name);
    let declared: Vec<String> =
        table.columns.iter().zip(types).map(|(column, ty)| format!("[{}] {ty}", column.name)).collect();
    run(&format!("DROP TABLE IF EXISTS [dbo].[{name}]"));
    run(&format!("CREATE TABLE [dbo].[{name}] ({})", declared.join(", ")));
    let names: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
    let cells = rows.iter().map(|row| row.iter().zip(types).map(|(value, ty)| cell(zone, value, ty)).collect());
    server.insert_rows(&format!("dbo.{name}"), &names, cells).unwrap_or_else(|error| panic!("{error}\n{declared:?}"));
}

fn cell(zone: Zone, value: &Value, ty: &str) -> Cell {
    match value {
        Value::Null => Cell::Null,
        Value::Bool(value) => Cell::Integer(i64::from(*value)),
        Value::Float(float) => Cell::Float(*float),
        Value::DateTime(at) if ty.starts_with("datetime2") => {
            Cell::Text(zone.wall_clock(*at).format("%Y-%m-%dT%H:%M:%S%.6f").to_string())
        }
        Value::DateTime(at) => Cell::Text(format!("{}+00:00", at.to_string().trim_end_matches('Z'))),
        other => Cell::Text(other.canonical()),
    }
}
