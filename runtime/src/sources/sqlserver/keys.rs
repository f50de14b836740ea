//! Keys that go ahead of a query: into temporary tables of its own connection, by bulk load.
//!
//! A temporary table lasts as long as its connection, and is nobody else's: a user who may only read has one, and nothing is
//! left behind. A question that is asked again has a new connection, and makes it again.
//!
//! Invariant: a key that is not sent is equal to no value that the column can have.

use tiberius::error::Error;
use tiberius::numeric::Numeric;
use tiberius::{ColumnData, TokenRow, Uuid};
use wr_base::value::{Decimal, Value};
use wr_plan::sql::keys::{KeyKind, KeyTables};
use wr_plan::sql::stored::StoredType;
use wr_plan::sql::{Live, ShippedKeys};

use super::connect::{Connection, Reach};
use super::failure::{Failed, Stage};
use super::parameter::days;
use crate::cancel::Cancel;
use crate::cells::{Cells, StorageFault};
use crate::sources::errors::Place;
use crate::sources::{Request, ahead};

/// Keys that the driver takes before the clock is looked at again. It hands them to the server as its packets fill.
const AT_ONCE: usize = 4 * 1024;

/// The keys for one column.
pub(super) struct Shipment {
    pub(super) keys: ShippedKeys,
    tables: KeyTables,
    cells: Cells,
}

/// What is sent ahead of a query of a table with so many rows.
///
/// # Errors
/// The keys are not stored as their type says: a mistake of ours.
pub(super) fn shipments(request: &Request, live: &Live, rows: Option<u64>) -> Result<Vec<Shipment>, StorageFault> {
    let mut all = Vec::new();
    for (at, keys) in (1..).zip(&request.keys) {
        let Some(declared) = request.table.columns.get(keys.declared as usize) else { continue };
        let Some(StoredType::SqlServer(stored)) = live.columns.get(&keys.declared) else { continue };
        let name = format!("#wr_keys_{at}");
        let tables = KeyTables::new(&name, stored).filter(|_| ahead::is_worth(keys, rows));
        if let Some(tables) = tables {
            let cells = Cells::new(&keys.values, &declared.ty.data)?;
            all.push(Shipment { keys: ShippedKeys { column: keys.declared, table: name }, tables, cells });
        }
    }
    Ok(all)
}

impl Shipment {
    /// Makes the tables on a connection, and loads the keys.
    pub(super) async fn send(
        &self,
        connection: &mut Connection,
        reach: &Reach,
        place: &Place,
        cancel: &Cancel,
    ) -> Result<(), Failed> {
        self.run(&self.tables.create, connection, reach, place, cancel).await?;
        self.load(connection, reach, place, cancel).await?;
        match &self.tables.then {
            Some(then) => self.run(then, connection, reach, place, cancel).await,
            None => Ok(()),
        }
    }

    async fn run(
        &self,
        batch: &str,
        connection: &mut Connection,
        reach: &Reach,
        place: &Place,
        cancel: &Cancel,
    ) -> Result<(), Failed> {
        let all = async { connection.simple_query(batch).await?.into_results().await };
        let done = reach.heard(all, reach.setting.timeout, Some(place), cancel).await?;
        done.map(drop).map_err(|error| reach.told(Some(place)).failed(&error, Stage::Asking))
    }

    async fn load(
        &self,
        connection: &mut Connection,
        reach: &Reach,
        place: &Place,
        cancel: &Cancel,
    ) -> Result<(), Failed> {
        let rows = 0..self.cells.len();
        let mut keys = rows.filter_map(|row| sent(self.tables.kind, &self.cells.get(row))).peekable();
        // A load without a row is none: the empty table finds nothing, as it should.
        if keys.peek().is_none() {
            return Ok(());
        }
        let wait = reach.setting.timeout;
        let failed = |error: Error| reach.told(Some(place)).failed(&error, Stage::Asking);
        let begun = connection.bulk_insert(&self.tables.loaded);
        let mut load = reach.heard(begun, wait, Some(place), cancel).await?.map_err(failed)?;
        while keys.peek().is_some() {
            let part = async {
                for key in keys.by_ref().take(AT_ONCE) {
                    let mut row = TokenRow::new();
                    row.push(key);
                    load.send(row).await?;
                }
                Ok::<(), Error>(())
            };
            reach.heard(part, wait, Some(place), cancel).await?.map_err(failed)?;
        }
        reach.heard(load.finalize(), wait, Some(place), cancel).await?.map_err(failed)?;
        Ok(())
    }
}

/// A key as the driver sends it; `None` where no value of the column is equal to it.
fn sent(kind: KeyKind, key: &Value) -> Option<ColumnData<'static>> {
    match (kind, key) {
        (KeyKind::TinyInt, Value::Int(int)) => Some(ColumnData::U8(Some(u8::try_from(*int).ok()?))),
        (KeyKind::SmallInt, Value::Int(int)) => Some(ColumnData::I16(Some(i16::try_from(*int).ok()?))),
        (KeyKind::Int, Value::Int(int)) => Some(ColumnData::I32(Some(i32::try_from(*int).ok()?))),
        (KeyKind::BigInt, Value::Int(int)) => Some(ColumnData::I64(Some(i64::try_from(*int).ok()?))),
        (KeyKind::Decimal { precision, scale }, Value::Int(int)) => numeric(Decimal::from_int(*int)?, precision, scale),
        (KeyKind::Decimal { precision, scale }, Value::Decimal(decimal)) => numeric(*decimal, precision, scale),
        (KeyKind::Text { units }, Value::Text(text)) => {
            let fits = units.is_none_or(|most| text.encode_utf16().count() <= usize::from(most));
            fits.then(|| ColumnData::String(Some(text.clone().into())))
        }
        (KeyKind::Date, Value::Date(date)) => Some(ColumnData::Date(Some(days(date.0)?))),
        (KeyKind::Uuid, Value::Uuid(uuid)) => Some(ColumnData::Guid(Some(Uuid::from_u128(*uuid)))),
        _ => None,
    }
}

/// With exactly the column's digits behind the point.
fn numeric(key: Decimal, precision: u8, scale: u8) -> Option<ColumnData<'static>> {
    let key = key.rescale(scale)?;
    let most = 10_u128.checked_pow(u32::from(precision))?;
    (key.unscaled.unsigned_abs() < most)
        .then(|| ColumnData::Numeric(Some(Numeric::new_with_scale(key.unscaled, scale))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_the_column_cannot_have_is_not_sent() {
        let decimal = |unscaled, scale| Value::Decimal(Decimal { unscaled, scale });
        let money = KeyKind::Decimal { precision: 5, scale: 2 };
        let short = KeyKind::Text { units: Some(3) };
        let cases = [
            (KeyKind::TinyInt, Value::Int(255), true),
            (KeyKind::TinyInt, Value::Int(-1), false),
            (KeyKind::SmallInt, Value::Int(32_768), false),
            (KeyKind::Int, Value::Int(i128::from(i32::MIN)), true),
            (KeyKind::Int, Value::Int(i128::from(i32::MAX) + 1), false),
            (KeyKind::BigInt, Value::Int(1 << 63), false),
            (KeyKind::Decimal { precision: 38, scale: 0 }, Value::Int(1 << 64), true),
            (money, decimal(99_999, 2), true),
            (money, decimal(100_000, 2), false),
            // 1.230 is 1.23; 1.234 is no value of the column.
            (money, decimal(1_230, 3), true),
            (money, decimal(1_234, 3), false),
            (short, Value::text("ёжи"), true),
            (short, Value::text("ёжик"), false),
            // Two units.
            (short, Value::text("a😀"), true),
            (short, Value::text("ab😀"), false),
            (KeyKind::Text { units: None }, Value::text("x".repeat(10_000)), true),
            (KeyKind::Date, Value::Null, false),
        ];
        for (kind, key, expected) in cases {
            assert_eq!(sent(kind, &key).is_some(), expected, "{kind:?} {key:?}");
        }
    }
}
