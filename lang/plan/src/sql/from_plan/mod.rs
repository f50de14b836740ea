//! What a source is asked, as a tree of SQL; and what of it is left to whoever reads the answer.
//!
//! A filter is written only where its rows are exactly those of its meaning, or more of them. A type of the server that
//! stands in the way (found only in a run) never fails: the filter is left, and the answer gets the columns for it.

mod compare;
mod list;
mod predicate;
mod range;
#[cfg(test)]
mod tests;
mod value;
mod whole;

use std::collections::BTreeMap;

use wr_base::ids::{ColumnId, StepId, TableId};
use wr_base::ty::{DataType, Type};
use wr_base::value::{Value, Zone};

pub use whole::ask_whole;

use super::render;
use super::stored::{ClickHouseKind, SqlServerKind, StoredType};
use super::tree::{
    Bound, Comparison, From, Function, Hole, Name, ParameterIndex, Predicate, Query, Scalar, Select, SqlType,
};
use super::used::without_unused;
use super::{AnswerColumn, Arrives, Asked, Dialect, LeftFilter, Request, Statement};
use crate::declaration::Table;
use crate::expr::Expr;
use crate::functions::PERCENT_SCALE;
use crate::physical::{QueryId, SourceQuery};

/// Why something cannot be written in SQL, in the words of `wr plan`.
pub(super) type Left = &'static str;

/// SQL Server takes no `WITH` and no `ORDER BY` in a query within a query.
const SENT_WHOLE: Left = "a query of your own is sent to SQL Server as it is";

/// How many parameters a statement for SQL Server may have: it takes 2,100, some of them its own.
pub const MOST_PARAMETERS: usize = 2_000;

/// How many values a list for ClickHouse may have; more are sent ahead as keys.
pub const LONGEST_LIST: usize = 100_000;

/// What of the rows is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// The columns of the query.
    Columns,
    /// How many rows there are. More than there are where a filter is left.
    Count,
    /// The different values of these columns. More than there are where a filter is left.
    Keys(Vec<ColumnId>),
}

/// What is sent to a server for a query of a plan.
#[must_use]
pub fn ask(request: &Request<'_>, selection: &Selection) -> Asked {
    let mut lowering = Lowering::new(request);
    let own = own_query(&mut lowering);
    let of_holes = lowering.parameters.len();
    let is_whole = own.as_ref().is_some_and(|_| request.dialect == Dialect::Transact);
    let mut parts = Vec::new();
    let mut left = Vec::new();
    let mut occasion_left = None;
    if !is_whole {
        match occasion(&mut lowering) {
            Ok(others) => parts.push(others),
            Err(why) => {
                lowering.parameters.truncate(of_holes);
                occasion_left = Some(why);
            }
        }
        parts.extend(keys(&lowering));
    }
    for (at, filter) in request.query.filters.iter().enumerate() {
        let before = lowering.parameters.len();
        lowering.is_wider = None;
        let written = if is_whole { Err(SENT_WHOLE) } else { lowering.holds(&filter.predicate, true) };
        match written {
            Ok(predicate) => {
                parts.push(predicate);
                if let Some(why) = lowering.is_wider {
                    left.push(LeftFilter { filter: at, is_asked: true, why });
                }
            }
            Err(why) => {
                lowering.parameters.truncate(before);
                left.push(LeftFilter { filter: at, is_asked: false, why });
            }
        }
    }
    let columns = answer_columns(&lowering, &left, occasion_left.is_some(), selection);
    let scalars: Vec<Scalar> = columns.iter().map(|column| lowering.answered(column)).collect();
    let select = match selection {
        Selection::Columns => Select::Columns(scalars),
        Selection::Count => Select::Count,
        Selection::Keys(_) => Select::Distinct(scalars),
    };
    let from = own.unwrap_or_else(|| table_name(request));
    let is_final = request.live.is_some_and(|live| live.replaces_rows);
    let query = Query {
        select,
        from,
        is_final,
        filter: Predicate::all(parts),
        groups: Vec::new(),
        order: Vec::new(),
        limit: None,
        parameters: lowering.parameters,
    };
    Asked { statement: rendered(request.dialect, query), columns, left, occasion_left }
}

/// The text of a tree in a dialect's words, with the values that it reads.
fn rendered(dialect: Dialect, query: Query) -> Statement {
    let query = without_unused(query);
    match dialect {
        Dialect::ClickHouse => render::clickhouse::render(&query),
        Dialect::Transact => render::transact::render(&query),
    }
}

/// The table's name, in its parts.
fn table_name(request: &Request<'_>) -> From {
    From::Table(request.table.name.split('.').map(|part| Name(part.to_owned())).collect())
}

/// Whether a filter on a table can be written at all, each column taken for what it naturally is.
///
/// # Errors
/// Why it cannot, in the words of `wr plan`.
pub fn can_write(
    dialect: Dialect,
    table: &Table,
    columns: &[(ColumnId, u32)],
    predicate: &Expr,
    zone: Zone,
) -> Result<(), &'static str> {
    if table.query.is_some() && dialect == Dialect::Transact {
        return Err(SENT_WHOLE);
    }
    let query = SourceQuery {
        id: QueryId(0),
        step: StepId(0),
        connection: String::new(),
        table: TableId(0),
        columns: columns.to_vec(),
        filter_columns: Vec::new(),
        arguments: Vec::new(),
        filters: Vec::new(),
        without_occasion: Vec::new(),
        keys: Vec::new(),
    };
    let request = Request { dialect, query: &query, table, zone, live: None, keys: &[], value_of: &|_| None };
    Lowering::new(&request).holds(predicate, true).map(|_| ())
}

/// A query that the script's author wrote, with its holes as parameters.
fn own_query(lowering: &mut Lowering<'_>) -> Option<From> {
    let request = lowering.request;
    let text = request.table.query.clone()?;
    let holes = request
        .table
        .arguments
        .iter()
        .zip(&request.query.arguments)
        .map(|(argument, expr)| {
            let value = (request.value_of)(expr);
            lowering.hole(&argument.ty.data, value)
        })
        .collect();
    Some(From::Own { text, holes })
}

/// A2: the rows of the script's own occasion are not seen.
fn occasion(lowering: &mut Lowering<'_>) -> Result<Predicate, Left> {
    let request = lowering.request;
    let mut others = Vec::new();
    for (index, expr) in &request.query.without_occasion {
        let column = lowering.declared(*index).ok_or("it reads what the source does not have")?;
        let other = match (request.value_of)(expr) {
            // Nothing is equal to it: no row is of the occasion.
            Some(Value::Null) => return Ok(Predicate::Always),
            Some(value) => lowering.compare_with(&column, Comparison::NotEqual, &value)?,
            None => {
                let right = lowering.parameter(None, SqlType::natural(&column.ty.data));
                Predicate::Compare { left: lowering.read(&column), comparison: Comparison::NotEqual, right }
            }
        };
        others.push(Predicate::any([other, Predicate::IsNull(Scalar::Column(column.name))]));
    }
    Ok(if others.is_empty() { Predicate::Always } else { Predicate::any(others) })
}

fn keys(lowering: &Lowering<'_>) -> Vec<Predicate> {
    let keys = lowering.request.keys.iter();
    keys.filter_map(|keys| {
        let column = lowering.declared(keys.column)?;
        let value = match lowering.dialect {
            Dialect::ClickHouse => lowering.looked_up(&column),
            // As the server has it, for its index: more may match than is meant.
            Dialect::Transact => Scalar::Column(column.name),
        };
        Some(Predicate::InKeys { value, table: Name(keys.table.clone()) })
    })
    .collect()
}

/// The columns of the answer: those of the query, then those that a filter needs that is left, then the occasion's.
fn answer_columns(
    lowering: &Lowering<'_>,
    left: &[LeftFilter],
    occasion_left: bool,
    selection: &Selection,
) -> Vec<AnswerColumn> {
    let query = lowering.request.query;
    let answered = |(column, declared): &(ColumnId, u32), only_filtered: bool| AnswerColumn {
        column: *column,
        declared: *declared,
        only_filtered,
        arrives: lowering.declared(*declared).map_or(Arrives::Stored(None), |column| column.arrives()),
    };
    let mut columns: Vec<AnswerColumn> = match selection {
        Selection::Columns => query.columns.iter().map(|column| answered(column, false)).collect(),
        Selection::Count => return Vec::new(),
        Selection::Keys(keys) => {
            return query
                .columns
                .iter()
                .filter(|(id, _)| keys.contains(id))
                .map(|column| answered(column, false))
                .collect();
        }
    };
    for left in left {
        let Some(filter) = query.filters.get(left.filter) else { continue };
        for id in filter.predicate.columns() {
            let found = query.filter_columns.iter().find(|(column, _)| *column == id);
            if let Some(column) = found
                && !columns.iter().any(|other| other.column == id)
            {
                columns.push(answered(column, true));
            }
        }
    }
    if occasion_left {
        // Beyond the ids of any plan.
        let ids = (0..).map(|at| ColumnId(u32::MAX - at));
        columns.extend(ids.zip(&query.without_occasion).map(|(id, (index, _))| answered(&(id, *index), true)));
    }
    columns
}

/// A declared column and what the server says of it.
#[derive(Clone, Debug)]
struct Column {
    name: Name,
    ty: Type,
    stored: Option<StoredType>,
}

impl Column {
    fn clickhouse(&self) -> Option<&ClickHouseKind> {
        if let Some(StoredType::ClickHouse(ty)) = &self.stored { Some(&ty.kind) } else { None }
    }

    fn sqlserver(&self) -> Option<&SqlServerKind> {
        if let Some(StoredType::SqlServer(ty)) = &self.stored { Some(&ty.kind) } else { None }
    }

    fn is_utf8(&self) -> bool {
        matches!(&self.stored, Some(StoredType::SqlServer(ty)) if ty.is_utf8())
    }

    fn arrives(&self) -> Arrives {
        let nullable = self.stored.as_ref().is_some_and(StoredType::nullable);
        if matches!(
            self.clickhouse(),
            Some(
                ClickHouseKind::Enum { .. }
                    | ClickHouseKind::Ipv4
                    | ClickHouseKind::Ipv6
                    | ClickHouseKind::FixedString(_)
            )
        ) {
            return Arrives::Text { nullable };
        }
        if matches!(
            self.sqlserver(),
            Some(
                SqlServerKind::RowVersion
                    | SqlServerKind::Xml
                    | SqlServerKind::OldText { .. }
                    | SqlServerKind::Text { fixed: true, .. }
            )
        ) {
            return Arrives::Text { nullable };
        }
        if self.is_utf8() {
            return Arrives::Text { nullable };
        }
        match (self.sqlserver(), &self.ty.data) {
            (Some(SqlServerKind::Money), _) => Arrives::Decimal { precision: 19, scale: 4, nullable },
            (Some(SqlServerKind::SmallMoney), _) => Arrives::Decimal { precision: 10, scale: 4, nullable },
            _ => Arrives::Stored(self.stored.clone()),
        }
    }
}

/// Expressions of a query on their way to SQL.
struct Lowering<'a> {
    request: &'a Request<'a>,
    dialect: Dialect,
    zone: Zone,
    columns: BTreeMap<ColumnId, u32>,
    parameters: Vec<Bound>,
    /// Why the filter at hand lets more rows through than it means.
    is_wider: Option<Left>,
}

impl<'a> Lowering<'a> {
    fn new(request: &'a Request<'a>) -> Self {
        let query = request.query;
        let columns = query.columns.iter().chain(&query.filter_columns).copied().collect();
        Self { request, dialect: request.dialect, zone: request.zone, columns, parameters: Vec::new(), is_wider: None }
    }

    fn declared(&self, index: u32) -> Option<Column> {
        let declared = self.request.table.columns.get(usize::try_from(index).ok()?)?;
        let stored = self.request.live.and_then(|live| live.columns.get(&index)).cloned();
        Some(Column { name: Name(declared.name.clone()), ty: declared.ty.clone(), stored })
    }

    /// The column that an expression is.
    fn column_of(&self, expr: &Expr) -> Option<Column> {
        self.declared(*self.columns.get(&expr.as_column()?)?)
    }

    fn bind(&mut self, value: Option<Value>, ty: SqlType) -> ParameterIndex {
        self.parameters.push(Bound { value, ty });
        ParameterIndex(self.parameters.len() - 1)
    }

    fn parameter(&mut self, value: Option<Value>, ty: SqlType) -> Scalar {
        Scalar::Parameter(self.bind(value, ty))
    }

    /// A column as its values are meant.
    fn read(&self, column: &Column) -> Scalar {
        let raw = Scalar::Column(column.name.clone());
        match (column.clickhouse(), column.sqlserver()) {
            (
                Some(
                    ClickHouseKind::Enum { .. }
                    | ClickHouseKind::FixedString(_)
                    | ClickHouseKind::Ipv4
                    | ClickHouseKind::Ipv6,
                ),
                _,
            ) => raw.cast(SqlType::Text),
            (_, Some(SqlServerKind::Text { fixed: true, .. })) => Scalar::call(Function::TrimRight, raw),
            (_, Some(SqlServerKind::Xml | SqlServerKind::OldText { .. })) => raw.cast(SqlType::Text),
            (_, Some(SqlServerKind::RowVersion)) => Scalar::call(Function::HexText, raw),
            // The server would bring both sides of a comparison to one scale, and fail where that is too wide.
            (Some(ClickHouseKind::Decimal { .. }), _) if column.ty.data == DataType::Int => raw.cast(SqlType::WideInt),
            _ => raw,
        }
    }

    /// A column that meets values of its own stored type: a number is not converted, so that the index has a say.
    fn looked_up(&self, column: &Column) -> Scalar {
        match column.clickhouse() {
            Some(ClickHouseKind::Decimal { .. }) => Scalar::Column(column.name.clone()),
            _ => self.read(column),
        }
    }

    /// A column of the answer, in the form in which it comes.
    fn answered(&self, answer: &AnswerColumn) -> Scalar {
        let column = self.declared(answer.declared);
        column.map_or(Scalar::Null(SqlType::Text), |column| self.in_form(&column, &answer.arrives))
    }

    fn in_form(&self, column: &Column, arrives: &Arrives) -> Scalar {
        let raw = || Scalar::Column(column.name.clone());
        match *arrives {
            Arrives::Stored(_) => raw(),
            // As UTF-16, which every client reads.
            Arrives::Text { .. } if column.is_utf8() => self.read(column).cast(SqlType::Text),
            Arrives::Text { .. } => self.read(column),
            Arrives::Decimal { precision, scale, .. } => raw().cast(SqlType::Decimal { precision, scale }),
        }
    }

    /// What stands in the place of a hole of an own query. A percentage is the share that it stands for.
    fn hole(&mut self, ty: &DataType, value: Option<Value>) -> Hole {
        let share = |value: Value| {
            let Value::Percent(share) = value else { return value };
            Value::Decimal(share.rescale(PERCENT_SCALE).unwrap_or(share))
        };
        let value = match value {
            Some(Value::List(items)) => Some(Value::List(items.into_iter().map(share).collect())),
            value => value.map(share),
        };
        match (ty, value) {
            (DataType::List(of), Some(Value::List(items))) if self.dialect == Dialect::Transact => Hole::Members(
                items.into_iter().map(|item| self.bind(Some(item.clone()), SqlType::of_value(of, &item))).collect(),
            ),
            (DataType::List(of), None) if self.dialect == Dialect::Transact => {
                Hole::Members(vec![self.bind(None, SqlType::natural(of))])
            }
            (ty, value) => {
                let natural = value.as_ref().map_or_else(|| SqlType::natural(ty), |value| SqlType::of_value(ty, value));
                Hole::One(self.bind(value, natural))
            }
        }
    }
}
