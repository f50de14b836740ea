//! Several nodes as one query: groups of the rows of a table, or the first of them.
//!
//! All or nothing: where a filter, a type of the server or a value stands in the way of exactly these rows, the reason is
//! given, and the nodes are computed here. What no column of the language can hold fails the run when it is read; so where
//! values are counted and not read, the answer has columns in which such a value would come.

#[cfg(test)]
mod tests;

use wr_base::ids::ColumnId;
use wr_base::ty::{DataType, Type};
use wr_base::value::Value;

use super::super::stored::{ClickHouseKind, ClickHouseType, SqlServerColumn, SqlServerKind, SqlServerType, StoredType};
use super::super::tree::{Aggregate, Function, Ordered, Predicate, Query, Rows, Scalar, Select, SqlType};
use super::super::used::with_first_parameters;
use super::super::{Arrives, AskedWhole, Dialect, Request, WholeColumn};
use super::{Column, Left, Lowering, occasion, rendered, table_name};
use crate::expr::AggregateCall;
use crate::functions::AggregateId;
use crate::physical::{Aggregated, Made, OrderedBy, Passed, Whole, Within};
use crate::sql::tree::ParameterIndex;

const OWN_QUERY: Left = "it is a query of your own";
const NOT_COMPARED: Left = "nobody has compared the server's columns of this type yet";
const FLOATS: Left = "floats are compared here";
const FINER: Left = "its times are finer than a microsecond: two of them can be one here";
const NAMES: Left = "the server orders the names of an enum by their numbers";
const WIDE: Left = "a sum of numbers of more than 64 bits can pass what ints can be";
const WALLS: Left = "its times have no zone: what they mean is found here";
const KEYS_DIFFER: Left = "the server has the keys of the two tables in two types";
const KEYS_UNREAD: Left = "a value among its keys that is none here would not be found";
const OTHERS_UNREAD: Left = "a value that is none here, in rows that the join leaves out, would not be found";
const MISSING: Left = "it reads what the source does not have";

/// What is sent to a server for several nodes of a plan at once; `request` is that of the query below them, `others` are
/// those of the joins ([`Whole::within`]), in their order.
///
/// # Errors
/// Why it would not be exactly what the nodes mean, in the words of `wr plan`.
pub fn ask_whole(request: &Request<'_>, others: &[Request<'_>], whole: &Whole) -> Result<AskedWhole, &'static str> {
    if std::iter::once(request).chain(others).any(|request| request.table.query.is_some()) {
        return Err(OWN_QUERY);
    }
    let mut lowering = Lowering::new(request);
    let mut rows = vec![lowering.without_more(occasion)?];
    for filter in &request.query.filters {
        rows.push(lowering.exactly(&filter.predicate)?);
    }
    if whole.within.len() != others.len() {
        return Err(MISSING);
    }
    for (within, others) in whole.within.iter().zip(others) {
        rows.push(lowering.within(within, others)?);
    }
    let mut answer = Answer { columns: Vec::new(), scalars: Vec::new() };
    let (mut groups, mut order, mut limit) = (Vec::new(), Vec::new(), None);
    match &whole.made {
        Made::Groups { keys, aggregates } => {
            groups = lowering.keys(keys, whole, &mut answer)?;
            for aggregate in aggregates {
                lowering.aggregated(aggregate, whole, &mut answer)?;
            }
            lowering.checks(keys, &mut answer)?;
        }
        Made::Rows { columns } => lowering.all_passed(columns, whole, &mut answer)?,
        Made::First { columns, by, count } => {
            lowering.all_passed(columns, whole, &mut answer)?;
            order = by.iter().map(|key| lowering.ordered(*key)).collect::<Result<Vec<_>, Left>>()?;
            limit = Some(lowering.limit(*count));
        }
    }
    let query = Query {
        select: Select::Columns(answer.scalars),
        from: table_name(request),
        is_final: request.live.is_some_and(|live| live.replaces_rows),
        filter: Predicate::all(rows),
        groups,
        order,
        limit,
        parameters: lowering.parameters,
    };
    Ok(AskedWhole { statement: rendered(request.dialect, query), columns: answer.columns })
}

/// The columns of an answer as they are found, each with what is selected for it.
struct Answer {
    columns: Vec<WholeColumn>,
    scalars: Vec<Scalar>,
}

impl Answer {
    fn add(&mut self, whole: &Whole, column: ColumnId, arrives: Arrives, scalar: Scalar) -> Result<(), Left> {
        let made = whole.columns.iter().find(|made| made.id == column).ok_or(MISSING)?;
        let (name, ty) = (made.name.clone(), made.ty.clone());
        let at = self.select(scalar);
        self.columns.push(WholeColumn { at, column, name, ty, arrives, is_only_checked: false });
        Ok(())
    }

    /// The place of a value. ClickHouse names columns by what they are, and its stream does not bear one name twice.
    fn select(&mut self, scalar: Scalar) -> usize {
        let found = self.scalars.iter().position(|other| *other == scalar);
        found.unwrap_or_else(|| {
            self.scalars.push(scalar);
            self.scalars.len() - 1
        })
    }

    /// A value that is only looked at, unless it is among the columns anyway.
    fn check(&mut self, of: &Column, scalar: Scalar) {
        if self.scalars.contains(&scalar) {
            return;
        }
        // Beyond the ids of any plan, and of the parts of its expressions.
        let number = u32::try_from(self.columns.len()).unwrap_or_default();
        let at = self.select(scalar);
        self.columns.push(WholeColumn {
            at,
            column: ColumnId((u32::MAX >> 1) + number),
            name: of.name.0.clone(),
            ty: Type::optional(of.ty.data.clone()),
            arrives: or_null(of),
            is_only_checked: true,
        });
    }
}

/// A column whose value can be missing: of a group without any.
fn or_null(column: &Column) -> Arrives {
    Arrives::Stored(column.stored.clone().map(|mut stored| {
        match &mut stored {
            StoredType::ClickHouse(ty) => ty.nullable = true,
            StoredType::SqlServer(ty) => ty.nullable = true,
        }
        stored
    }))
}

fn of_aggregate(function: impl FnOnce(Scalar) -> Aggregate, of: &Column) -> Scalar {
    Scalar::Aggregate(Box::new(function(Scalar::Column(of.name.clone()))))
}

impl Lowering<'_> {
    fn below(&self, id: ColumnId) -> Result<Column, Left> {
        self.columns.get(&id).and_then(|declared| self.declared(*declared)).ok_or(MISSING)
    }

    /// The rows that a semi or an anti join with other rows leaves.
    fn within(&mut self, within: &Within, others: &Request<'_>) -> Result<Predicate, Left> {
        let key = self.below(within.key)?;
        let mut lowering = Lowering::new(others);
        // The values of both are those of one statement.
        lowering.parameters = std::mem::take(&mut self.parameters);
        let found = lowering.others(within.other);
        self.parameters = std::mem::take(&mut lowering.parameters);
        let (other, rows) = found?;
        tells_apart(&key)?;
        if !is_stored_alike(&key, &other) {
            return Err(KEYS_DIFFER);
        }
        let dialect = self.dialect;
        let is_read =
            |column: &Column| -> Result<bool, Left> { Ok(matches!(can_be_read(column, dialect)?, Reading::Always)) };
        if !is_read(&key)? || !is_read(&other)? {
            return Err(KEYS_UNREAD);
        }
        let value = Scalar::Column(key.name);
        let found = Predicate::InRows { value: value.clone(), rows: Box::new(rows), is_in: within.is_in };
        if within.is_in {
            return Ok(found);
        }
        // An anti join is told no keys, so all rows of its left side are read.
        for (id, _) in &self.request.query.columns {
            if !is_read(&self.below(*id)?)? {
                return Err(OTHERS_UNREAD);
            }
        }
        Ok(Predicate::any([Predicate::IsNull(value), found]))
    }

    /// The rows whose keys are looked at, and what the server says of the key.
    fn others(&mut self, key: ColumnId) -> Result<(Column, Rows), Left> {
        let column = self.below(key)?;
        let scalar = Scalar::Column(column.name.clone());
        let mut rows = vec![self.without_more(occasion)?];
        for filter in &self.request.query.filters {
            rows.push(self.exactly(&filter.predicate)?);
        }
        rows.push(Predicate::IsNotNull(scalar.clone()));
        let is_final = self.request.live.is_some_and(|live| live.replaces_rows);
        let from = table_name(self.request);
        Ok((column, Rows { column: scalar, from, is_final, filter: Predicate::all(rows) }))
    }

    fn all_passed(&self, columns: &[Passed], whole: &Whole, answer: &mut Answer) -> Result<(), Left> {
        columns.iter().try_for_each(|passed| self.passed(passed, whole, answer))
    }

    fn passed(&self, passed: &Passed, whole: &Whole, answer: &mut Answer) -> Result<(), Left> {
        let column = self.below(passed.below)?;
        let arrives = column.arrives();
        let scalar = self.in_form(&column, &arrives);
        answer.add(whole, passed.column, arrives, scalar)
    }

    fn keys(&self, keys: &[Passed], whole: &Whole, answer: &mut Answer) -> Result<Vec<Scalar>, Left> {
        let mut groups = Vec::new();
        for key in keys {
            let column = self.below(key.below)?;
            tells_apart(&column)?;
            self.passed(key, whole, answer)?;
            let raw = Scalar::Column(column.name);
            if !groups.contains(&raw) {
                groups.push(raw);
            }
        }
        Ok(groups)
    }

    fn aggregated(&mut self, aggregated: &Aggregated, whole: &Whole, answer: &mut Answer) -> Result<(), Left> {
        let (arrives, scalar) = self.aggregate(&aggregated.call)?;
        answer.add(whole, aggregated.column, arrives, with_first_parameters(scalar, &self.parameters))
    }

    fn aggregate(&mut self, call: &AggregateCall) -> Result<(Arrives, Scalar), Left> {
        let argument = call.arguments.first();
        let column = || argument.and_then(|argument| self.column_of(argument)).ok_or(MISSING);
        let count = Arrives::Stored(Some(self.whole_number(false)));
        Ok(match call.function {
            AggregateId::Count => (count, Scalar::Aggregate(Box::new(Aggregate::Count))),
            AggregateId::CountIf => {
                let rows = self.exactly(argument.ok_or(MISSING)?)?;
                (count, Scalar::Aggregate(Box::new(Aggregate::CountOf(rows))))
            }
            AggregateId::CountDistinct => {
                let column = column()?;
                tells_apart(&column)?;
                (count, of_aggregate(Aggregate::CountDistinct, &column))
            }
            AggregateId::Sum => {
                let column = column()?;
                fits_64_bits(&column)?;
                (Arrives::Stored(Some(self.whole_number(true))), of_aggregate(Aggregate::Sum, &column))
            }
            AggregateId::Min => {
                let column = column()?;
                has_order(&column)?;
                (or_null(&column), of_aggregate(Aggregate::Min, &column))
            }
            AggregateId::Max => {
                let column = column()?;
                has_order(&column)?;
                (or_null(&column), of_aggregate(Aggregate::Max, &column))
            }
            AggregateId::Average
            | AggregateId::Median
            | AggregateId::Quantile
            | AggregateId::Variance
            | AggregateId::VariancePopulation
            | AggregateId::StandardDeviation
            | AggregateId::StandardDeviationPopulation
            | AggregateId::Mode
            | AggregateId::First
            | AggregateId::Last
            | AggregateId::JoinText
            | AggregateId::JoinTextDistinct
            | AggregateId::Any
            | AggregateId::All => return Err(NOT_COMPARED),
        })
    }

    /// What a count is on the server; what a sum of ints is.
    fn whole_number(&self, is_sum: bool) -> StoredType {
        match self.dialect {
            Dialect::ClickHouse => {
                StoredType::ClickHouse(ClickHouseType::parse(if is_sum { "Int128" } else { "UInt64" }))
            }
            Dialect::Transact => StoredType::SqlServer(SqlServerType::new(SqlServerColumn {
                data_type: if is_sum { "decimal" } else { "bigint" },
                precision: 38,
                scale: 0,
                max_length: 0,
                collation: None,
                is_nullable: false,
            })),
        }
    }

    /// Columns in which a value would come that fails the run when rows are read one by one.
    fn checks(&self, keys: &[Passed], answer: &mut Answer) -> Result<(), Left> {
        let is_key = |id: ColumnId| keys.iter().any(|key| key.below == id);
        for (id, _) in self.request.query.columns.iter().filter(|(id, _)| !is_key(*id)) {
            let column = self.below(*id)?;
            match can_be_read(&column, self.dialect)? {
                Reading::Always => {}
                Reading::WithinLimits => {
                    answer.check(&column, of_aggregate(Aggregate::Min, &column));
                    answer.check(&column, of_aggregate(Aggregate::Max, &column));
                }
                Reading::WhereText => {
                    let raw = || Scalar::Column(column.name.clone());
                    let is_none = Predicate::Is { truth: Scalar::call(Function::IsText, raw()), expected: false };
                    let found = Scalar::Case { branches: vec![(is_none, raw())], otherwise: None };
                    answer.check(&column, Scalar::Aggregate(Box::new(Aggregate::Min(found))));
                }
            }
        }
        Ok(())
    }

    fn ordered(&self, key: OrderedBy) -> Result<Ordered, Left> {
        let column = self.below(key.below)?;
        if column.ty.data != DataType::Bool {
            has_order(&column)?;
        }
        let can_be_null = column.stored.as_ref().map_or(column.ty.nullable, StoredType::nullable);
        Ok(Ordered { by: Scalar::Column(column.name), can_be_null, descending: key.descending })
    }

    fn limit(&mut self, count: u64) -> ParameterIndex {
        let ty = match self.dialect {
            Dialect::ClickHouse => SqlType::UInt64,
            Dialect::Transact => SqlType::Int64,
        };
        self.bind(Some(Value::Int(i128::from(count))), ty)
    }
}

/// Whether the values of two columns meet on a server as they are, none of them converted.
fn is_stored_alike(left: &Column, right: &Column) -> bool {
    match (&left.stored, &right.stored) {
        (Some(StoredType::ClickHouse(left)), Some(StoredType::ClickHouse(right))) => left.kind == right.kind,
        (Some(StoredType::SqlServer(left)), Some(StoredType::SqlServer(right))) => left.kind == right.kind,
        // In a plan: of one type they are mostly stored as one.
        (None, None) => left.ty.data == right.ty.data,
        (None | Some(StoredType::ClickHouse(_) | StoredType::SqlServer(_)), _) => false,
    }
}

/// Whether two values of a column are one there exactly when they are here.
fn tells_apart(column: &Column) -> Result<(), Left> {
    match &column.stored {
        None => Ok(()),
        Some(StoredType::ClickHouse(ty)) => match &ty.kind {
            ClickHouseKind::Int { .. }
            | ClickHouseKind::Decimal { .. }
            | ClickHouseKind::String
            | ClickHouseKind::Uuid
            | ClickHouseKind::Date
            | ClickHouseKind::Date32
            | ClickHouseKind::DateTime { .. }
            | ClickHouseKind::Enum { .. }
            | ClickHouseKind::Bool => Ok(()),
            ClickHouseKind::DateTime64 { scale, .. } => within_micros(*scale),
            ClickHouseKind::Float { .. } => Err(FLOATS),
            ClickHouseKind::FixedString(_)
            | ClickHouseKind::Ipv4
            | ClickHouseKind::Ipv6
            | ClickHouseKind::Nothing
            | ClickHouseKind::Other(_) => Err(NOT_COMPARED),
        },
        Some(StoredType::SqlServer(ty)) if ty.kind == SqlServerKind::UniqueIdentifier => Ok(()),
        Some(StoredType::SqlServer(ty)) => plain_of_sqlserver(&ty.kind),
    }
}

/// Whether the values of a column stand there in the order that they have here.
fn has_order(column: &Column) -> Result<(), Left> {
    match &column.stored {
        Some(StoredType::ClickHouse(ClickHouseType { kind: ClickHouseKind::Enum { .. }, .. })) => Err(NAMES),
        Some(StoredType::SqlServer(SqlServerType { kind: SqlServerKind::UniqueIdentifier, .. })) => Err(NOT_COMPARED),
        None | Some(StoredType::ClickHouse(_) | StoredType::SqlServer(_)) => tells_apart(column),
    }
}

const fn within_micros(scale: u8) -> Result<(), Left> {
    if scale <= 6 { Ok(()) } else { Err(FINER) }
}

/// Types of SQL Server whose values are numbers to its documents, and nothing else has a say.
const fn plain_of_sqlserver(kind: &SqlServerKind) -> Result<(), Left> {
    match kind {
        SqlServerKind::Bit
        | SqlServerKind::TinyInt
        | SqlServerKind::SmallInt
        | SqlServerKind::Int
        | SqlServerKind::BigInt
        | SqlServerKind::Decimal { .. }
        | SqlServerKind::Date => Ok(()),
        SqlServerKind::Real | SqlServerKind::Float => Err(FLOATS),
        SqlServerKind::DateTime | SqlServerKind::SmallDateTime | SqlServerKind::DateTime2 { .. } => Err(WALLS),
        SqlServerKind::Money
        | SqlServerKind::SmallMoney
        | SqlServerKind::Text { .. }
        | SqlServerKind::OldText { .. }
        | SqlServerKind::Xml
        | SqlServerKind::Time { .. }
        | SqlServerKind::DateTimeOffset { .. }
        | SqlServerKind::UniqueIdentifier
        | SqlServerKind::RowVersion
        | SqlServerKind::Other(_) => Err(NOT_COMPARED),
    }
}

/// Ints of which fewer than 2^63 cannot pass 2^127.
const fn fits_64_bits(column: &Column) -> Result<(), Left> {
    let fits = match &column.stored {
        None => true,
        Some(StoredType::ClickHouse(ty)) => matches!(ty.kind, ClickHouseKind::Int { bits: ..=64, .. }),
        Some(StoredType::SqlServer(ty)) => matches!(
            ty.kind,
            SqlServerKind::TinyInt | SqlServerKind::SmallInt | SqlServerKind::Int | SqlServerKind::BigInt
        ),
    };
    if fits { Ok(()) } else { Err(WIDE) }
}

/// Which of a column's values can be read.
enum Reading {
    Always,
    /// Where the smallest and the largest can be, all can.
    WithinLimits,
    /// Where its bytes are a text.
    WhereText,
}

fn can_be_read(column: &Column, dialect: Dialect) -> Result<Reading, Left> {
    Ok(match &column.stored {
        // In a plan: what most columns of the type are.
        None => match (&column.ty.data, dialect) {
            (DataType::Text, Dialect::ClickHouse) => Reading::WhereText,
            (DataType::Text, Dialect::Transact) => return Err(NOT_COMPARED),
            _ => Reading::Always,
        },
        Some(StoredType::ClickHouse(ty)) => match &ty.kind {
            ClickHouseKind::Int { .. }
            | ClickHouseKind::Uuid
            | ClickHouseKind::Ipv4
            | ClickHouseKind::Ipv6
            | ClickHouseKind::Date
            | ClickHouseKind::DateTime { .. }
            | ClickHouseKind::Enum { .. }
            | ClickHouseKind::Bool => Reading::Always,
            ClickHouseKind::Decimal { .. } | ClickHouseKind::Date32 => Reading::WithinLimits,
            ClickHouseKind::DateTime64 { scale, .. } => {
                within_micros(*scale)?;
                Reading::WithinLimits
            }
            ClickHouseKind::String => Reading::WhereText,
            ClickHouseKind::Float { .. } => return Err(FLOATS),
            ClickHouseKind::FixedString(_) | ClickHouseKind::Nothing | ClickHouseKind::Other(_) => {
                return Err(NOT_COMPARED);
            }
        },
        Some(StoredType::SqlServer(ty)) => {
            if !matches!(ty.kind, SqlServerKind::UniqueIdentifier) {
                plain_of_sqlserver(&ty.kind)?;
            }
            Reading::Always
        }
    })
}
