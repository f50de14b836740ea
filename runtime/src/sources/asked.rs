//! A query of a plan to the statement that a server of SQL is asked, and to what of the query is then still to be done.

use wr_base::ids::ColumnId;
use wr_base::value::Value;
use wr_plan::expr::Expr;
use wr_plan::physical::PushedFilter;
use wr_plan::sql::{self, Asked, AskedWhole, Dialect, Live, Selection, ShippedKeys};

use super::errors::Place;
use super::local::pushed::constant;
use super::recheck::Recheck;
use super::{Request, WholeRequest};
use crate::error::RunError;
use crate::placed::not_kept;

/// The statement, and what it leaves to us.
pub(super) fn ask(
    dialect: Dialect,
    request: &Request,
    place: &Place,
    live: Option<&Live>,
    keys: &[ShippedKeys],
) -> Asked {
    let value_of = |expr: &Expr| constant(request, Some(expr), place.step).ok();
    let asking = sql::Request {
        dialect,
        query: &request.query,
        table: &request.table,
        zone: request.setting.zone,
        live,
        keys,
        value_of: &value_of,
    };
    sql::ask(&asking, &Selection::Columns)
}

/// The statement for several nodes at once; `live` is of the query below them, then of those of the joins in their order.
///
/// # Errors
/// Why it would not be exactly what they mean.
pub(super) fn ask_whole(
    dialect: Dialect,
    request: &WholeRequest,
    place: &Place,
    live: &[&Live],
) -> Result<AskedWhole, &'static str> {
    let value_of = |expr: &Expr| constant(&request.rows, Some(expr), place.step).ok();
    let mut live = live.iter().copied();
    let requests = std::iter::once(&request.rows).chain(&request.others);
    let asking = requests.map(|request| sql::Request {
        dialect,
        query: &request.query,
        table: &request.table,
        zone: request.setting.zone,
        live: live.next(),
        keys: &[],
        value_of: &value_of,
    });
    let asking: Vec<sql::Request<'_>> = asking.collect();
    let (rows, others) = asking.split_first().ok_or("there is no query")?;
    sql::ask_whole(rows, others, &request.whole)
}

/// Takes the columns out of an answer that were only looked at.
pub(super) fn unchecked(request: &WholeRequest, asked: &AskedWhole) -> Option<Recheck> {
    let has_more = asked.columns.iter().any(|column| column.is_only_checked);
    let (setting, columns) = (request.rows.setting, request.whole.columns.clone());
    has_more.then(|| Recheck::new(setting, Vec::new(), Vec::new(), columns))
}

/// What the statement leaves to us.
///
/// # Errors
/// It is something that a `place` wants done there.
pub(super) fn recheck(request: &Request, asked: &Asked, place: &Place) -> Result<Option<Recheck>, RunError> {
    if asked.left.is_empty() && asked.occasion_left.is_none() {
        return Ok(None);
    }
    for left in asked.left.iter().filter(|left| !left.is_asked) {
        let filter = request.query.filters.get(left.filter);
        if let Some(by) = filter.and_then(|filter| filter.placed_by) {
            let why = format!("one of them would be computed here: {}", left.why);
            return Err(not_kept(by, &request.query.connection, &why));
        }
    }
    let filters = asked.left.iter().filter_map(|left| request.query.filters.get(left.filter));
    let filters: Vec<PushedFilter> = filters.cloned().collect();
    let mut occasion: Vec<(ColumnId, Value)> = Vec::new();
    if asked.occasion_left.is_some() {
        // The last columns of the answer are those of the occasion.
        let own = &request.query.without_occasion;
        let columns = asked.columns.iter().skip(asked.columns.len().saturating_sub(own.len()));
        for (column, (_, expr)) in columns.zip(own) {
            occasion.push((column.column, constant(request, Some(expr), place.step)?));
        }
    }
    Ok(Some(Recheck::new(request.setting, filters, occasion, request.columns())))
}
