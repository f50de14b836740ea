//! Nodes above a query that its server could do with it: groups, different rows, the first rows of an order.
//!
//! ```text
//! fetch query 1: wallet.cards          the same, and beside it one query that means it:
//! group by kind { n = count() }   ─►   SELECT kind, count() FROM cards GROUP BY kind
//! ```
//!
//! A server that counts has to count exactly the rows that would have come: all filters below are the server's and exact, no
//! keys of a join go ahead to it, what is computed on the way is columns as they are. Nothing of it can fail for any row, or
//! fails there as here (B1). What the types of the server allow is found in the run; the nodes stay, as the other way.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use wr_base::ids::{Arena, ColumnId, NodeId, StepId, TableId};
use wr_base::ty::DataType;
use wr_base::value::{Value, Zone};

use super::Drivers;
use super::capabilities::{self, Answer, Ask};
use crate::declaration::{Engine, Table};
use crate::expr::{AggregateCall, Expr, ExprKind, SortKey};
use crate::functions::AggregateId;
use crate::logical::{Item, Join, JoinKind, NodeKind, PlanColumn};
use crate::physical::{
    Aggregated, Made, OrderedBy, Passed, PhysicalKind, PhysicalNode, QueryId, SourceQuery, Support, Whole, WholeId,
    Within,
};
use crate::rules::can_fail;
use crate::sql::{self, Dialect};

const UNKNOWN: &str = "its value is not known yet";
const COMPUTED: &str = "it reads what is computed first";
const SENT_AHEAD: &str = "the keys of a join are sent ahead to it instead";

/// What is placed so far.
pub(super) struct Below<'a> {
    pub(super) nodes: &'a Arena<NodeId, PhysicalNode>,
    pub(super) queries: &'a [SourceQuery],
    pub(super) tables: &'a Arena<TableId, Table>,
    pub(super) drivers: &'a Drivers,
    pub(super) zone: Zone,
}

/// A node of which a server's table is the only source, and what came of it.
pub(super) struct Offer {
    /// `wallet.cards`
    pub(super) source: String,
    pub(super) whole: Result<Whole, &'static str>,
}

/// The rows of a query as a node above it sees them: its ids of the query's columns.
struct Rows<'a> {
    query: &'a SourceQuery,
    columns: BTreeMap<ColumnId, ColumnId>,
    /// The joins that leave some of them.
    within: Vec<Within>,
    /// The joins that are not among these and that it is told keys for.
    told: Vec<StepId>,
    /// Why they are not those of the query alone.
    obstacle: Option<&'static str>,
}

/// The functions over groups within the items of a node.
struct Parts {
    parts: Vec<Part>,
    /// The items over them.
    items: Vec<Item>,
    /// Whether one of them is more than a function's value.
    has_computed: bool,
}

struct Part {
    column: PlanColumn,
    call: AggregateCall,
}

impl Parts {
    fn of(aggregates: &[Item]) -> Self {
        let mut found = Self { parts: Vec::new(), items: Vec::new(), has_computed: false };
        for item in aggregates {
            if let ExprKind::Aggregate(call) = &item.expr.kind {
                let column = PlanColumn { id: item.column, name: item.name.clone(), ty: item.expr.ty.clone() };
                let expr = Expr::column(item.expr.id, column.ty.clone(), column.id);
                found.items.push(Item { expr, ..item.clone() });
                found.parts.push(Part { column, call: call.clone() });
                continue;
            }
            found.has_computed = true;
            let mut item = item.clone();
            item.expr.transform(&mut |expr| {
                let ExprKind::Aggregate(call) = &expr.kind else { return };
                // Beyond the ids of any plan.
                let id = ColumnId(u32::MAX - u32::try_from(found.parts.len()).unwrap_or(0));
                let column = PlanColumn { id, name: call.function.aggregate().name.to_owned(), ty: expr.ty.clone() };
                found.parts.push(Part { column, call: call.clone() });
                expr.kind = ExprKind::Column(id);
            });
            found.items.push(item);
        }
        found
    }

    fn columns(&self) -> impl Iterator<Item = PlanColumn> + '_ {
        self.parts.iter().map(|part| part.column.clone())
    }

    /// All columns of the node.
    fn items(&self, keys: &[Item]) -> Vec<Item> {
        let passed =
            |key: &Item| Item { expr: Expr::column(key.expr.id, key.expr.ty.clone(), key.column), ..key.clone() };
        keys.iter().map(passed).chain(self.items.iter().cloned()).collect()
    }
}

impl Below<'_> {
    /// What a server could do with the query below a node; `None` where the node is none that is offered, or stands over
    /// something else than one query of a server.
    pub(super) fn offer(&self, node: &PhysicalNode, id: WholeId) -> Option<Offer> {
        let PhysicalNode { step, kind: PhysicalKind::Local(kind), columns } = node else { return None };
        let (rows, is_offered) = match kind {
            NodeKind::Aggregate { input, .. } => (self.rows(*input)?, true),
            NodeKind::Distinct { input, condition, .. } => (self.rows(*input)?, condition.is_none()),
            NodeKind::Take { input, condition, .. } => match &self.nodes[*input].kind {
                PhysicalKind::Local(NodeKind::Sort { input, condition: None, .. }) => {
                    (self.rows(*input)?, condition.is_none())
                }
                PhysicalKind::Local(_) | PhysicalKind::Fetch(_) | PhysicalKind::Choose { .. } => return None,
            },
            NodeKind::Join(join) => (self.joined(*step, join)?, true),
            NodeKind::Scan(_)
            | NodeKind::Read { .. }
            | NodeKind::Filter { .. }
            | NodeKind::Project { .. }
            | NodeKind::Sort { .. }
            | NodeKind::SetOperation(_)
            | NodeKind::Window(_)
            | NodeKind::Unpivot(_)
            | NodeKind::Sample { .. }
            | NodeKind::Split { .. } => return None,
        };
        let table = &self.tables[rows.query.table];
        let engine = self.drivers.engine(&table.connection, table.engine);
        let dialect = Dialect::of(engine).filter(|_| is_offered && table.file.is_none())?;
        let request = |query| sql::Request {
            dialect,
            query,
            table: &self.tables[query.table],
            zone: self.zone,
            live: None,
            keys: &[],
            value_of: &|expr| expr.as_literal().cloned(),
        };
        let whole = self.whole(kind, columns, id, &rows, engine).and_then(|whole| {
            let others = whole.within.iter().filter_map(|within| self.query(within.others)).map(request);
            sql::ask_whole(&request(rows.query), &others.collect::<Vec<_>>(), &whole).map(|_| whole)
        });
        Some(Offer { source: table.full_name(), whole })
    }

    fn whole(
        &self,
        kind: &NodeKind,
        columns: &[PlanColumn],
        id: WholeId,
        rows: &Rows<'_>,
        engine: Engine,
    ) -> Result<Whole, &'static str> {
        if let Some(obstacle) = rows.obstacle.or((!rows.told.is_empty()).then_some(SENT_AHEAD)) {
            return Err(obstacle);
        }
        let (mut columns, mut items) = (columns.to_vec(), Vec::new());
        let made = match kind {
            NodeKind::Aggregate { keys, aggregates, .. } => {
                let parts = Parts::of(aggregates);
                if parts.has_computed {
                    items = parts.items(keys);
                    columns.truncate(keys.len());
                    columns.extend(parts.columns());
                }
                rows.groups(engine, keys, &parts)?
            }
            NodeKind::Distinct { on, keep, .. } => rows.different(engine, &columns, on, keep)?,
            NodeKind::Take { input, count, .. } => {
                let PhysicalKind::Local(NodeKind::Sort { by, .. }) = &self.nodes[*input].kind else {
                    return Err("nothing says which rows are the first");
                };
                rows.first(engine, &columns, by, count)?
            }
            NodeKind::Join(join) => {
                for (key, _) in &join.equal {
                    exactly(engine, Ask::Key, &key.ty.data)?;
                }
                Made::Rows { columns: columns.iter().map(|column| rows.passed(column)).collect::<Result<_, _>>()? }
            }
            NodeKind::Scan(_)
            | NodeKind::Read { .. }
            | NodeKind::Filter { .. }
            | NodeKind::Project { .. }
            | NodeKind::Sort { .. }
            | NodeKind::SetOperation(_)
            | NodeKind::Window(_)
            | NodeKind::Unpivot(_)
            | NodeKind::Sample { .. }
            | NodeKind::Split { .. } => return Err("it is done here"),
        };
        Ok(Whole { id, rows: rows.query.id, within: rows.within.clone(), made, columns, items, placed_by: None })
    }

    fn query(&self, id: QueryId) -> Option<&SourceQuery> {
        self.queries.iter().find(|query| query.id == id)
    }

    /// The rows that a semi or an anti join leaves, where both sides are of one server; `None` for all other joins.
    fn joined(&self, step: StepId, join: &Join) -> Option<Rows<'_>> {
        let is_in = match join.kind {
            JoinKind::Semi => true,
            JoinKind::Anti => false,
            JoinKind::Inner | JoinKind::Left | JoinKind::Full | JoinKind::Cross => return None,
        };
        if join.condition.is_some() || join.also.is_some() || join.is_one {
            return None;
        }
        let (mut rows, others) = (self.rows(join.left)?, self.rows(join.right)?);
        let is_file = self.tables[others.query.table].file.is_some();
        if is_file || rows.query.connection != others.query.connection {
            return None;
        }
        // Keys that go from one of its sides to the other are those that the server finds itself.
        let told = |told: Vec<StepId>| told.into_iter().filter(|told| *told != step);
        rows.told = told(std::mem::take(&mut rows.told)).chain(told(others.told)).collect();
        rows.obstacle = rows.obstacle.or(others.obstacle);
        let key = |rows: &BTreeMap<ColumnId, ColumnId>, expr: &Expr| rows.get(&expr.as_column()?).copied();
        match join.equal.as_slice() {
            [(left, right)] => match (key(&rows.columns, left), key(&others.columns, right)) {
                (Some(key), Some(other)) if others.within.is_empty() => {
                    rows.within.push(Within { others: others.query.id, key, other, is_in });
                }
                (Some(_), Some(_)) => rows.obstacle = rows.obstacle.or(Some("its other side is a join itself")),
                (None, _) | (_, None) => rows.obstacle = rows.obstacle.or(Some(COMPUTED)),
            },
            _ => rows.obstacle = rows.obstacle.or(Some("it compares more than one pair of columns")),
        }
        Some(rows)
    }

    fn rows(&self, at: NodeId) -> Option<Rows<'_>> {
        match &self.nodes[at].kind {
            PhysicalKind::Fetch(id) => {
                let query = self.query(*id)?;
                let columns = query.columns.iter().map(|(id, _)| (*id, *id)).collect();
                let told = query.keys.iter().map(|keys| keys.step).collect();
                Some(Rows { query, columns, within: Vec::new(), told, obstacle: None })
            }
            PhysicalKind::Local(NodeKind::Project { input, items }) => {
                let below = self.rows(*input)?;
                let passed = |item: &Item| Some((item.column, *below.columns.get(&item.expr.as_column()?)?));
                let columns = items.iter().filter_map(passed).collect();
                let fails = items.iter().any(|item| can_fail(&item.expr));
                let obstacle = below.obstacle.or_else(|| fails.then_some(COMPUTED));
                Some(Rows { columns, obstacle, ..below })
            }
            PhysicalKind::Local(NodeKind::Filter { input, .. }) => {
                let obstacle = Some("a filter before it is computed here");
                self.rows(*input).map(|rows| Rows { obstacle, ..rows })
            }
            PhysicalKind::Local(NodeKind::Join(join)) => self.joined(self.nodes[at].step, join),
            PhysicalKind::Choose { otherwise, .. } => match &self.nodes[*otherwise].kind {
                PhysicalKind::Local(NodeKind::Join(_)) => self.rows(*otherwise),
                PhysicalKind::Local(_) | PhysicalKind::Fetch(_) | PhysicalKind::Choose { .. } => None,
            },
            PhysicalKind::Local(_) => None,
        }
    }
}

impl Rows<'_> {
    fn below(&self, expr: &Expr) -> Result<ColumnId, &'static str> {
        expr.as_column().and_then(|column| self.columns.get(&column)).copied().ok_or(COMPUTED)
    }

    fn passed(&self, column: &PlanColumn) -> Result<Passed, &'static str> {
        let below = self.columns.get(&column.id).copied().ok_or(COMPUTED)?;
        Ok(Passed { column: column.id, below })
    }

    fn groups(&self, engine: Engine, keys: &[Item], parts: &Parts) -> Result<Made, &'static str> {
        let key = |item: &Item| {
            let below = self.below(&item.expr)?;
            exactly(engine, Ask::Key, &item.expr.ty.data)?;
            Ok(Passed { column: item.column, below })
        };
        let keys = keys.iter().map(key).collect::<Result<Vec<_>, &'static str>>()?;
        let aggregated = |part: &Part| Ok(Aggregated { column: part.column.id, call: self.call(engine, &part.call)? });
        let aggregates = parts.parts.iter().map(aggregated).collect::<Result<Vec<_>, &'static str>>()?;
        Ok(Made::Groups { keys, aggregates })
    }

    /// The call over the columns of the query.
    fn call(&self, engine: Engine, call: &AggregateCall) -> Result<AggregateCall, &'static str> {
        let mut call = call.clone();
        let argument = call.arguments.first_mut();
        let ty = argument.as_ref().map_or(DataType::Null, |argument| argument.ty.data.clone());
        exactly(engine, Ask::Aggregate(call.function), &ty)?;
        if let Some(argument) = argument {
            if call.function == AggregateId::CountIf {
                all_of(capabilities::filter(engine, argument))?;
            } else if argument.as_column().is_none() {
                return Err(COMPUTED);
            }
            let mut is_known = true;
            argument.transform(&mut |expr| {
                if let ExprKind::Column(column) = &mut expr.kind {
                    match self.columns.get(column) {
                        Some(below) => *column = *below,
                        None => is_known = false,
                    }
                }
            });
            if !is_known {
                return Err(COMPUTED);
            }
        }
        Ok(call)
    }

    /// Rows that differ: where all columns are compared, which of those that are the same is kept makes no difference.
    fn different(
        &self,
        engine: Engine,
        columns: &[PlanColumn],
        on: &[ColumnId],
        keep: &[SortKey],
    ) -> Result<Made, &'static str> {
        if keep.iter().any(|key| can_fail(&key.expr)) {
            return Err(COMPUTED);
        }
        if columns.is_empty() || !on.is_empty() && columns.iter().any(|column| !on.contains(&column.id)) {
            return Err("which of several rows is kept is found here");
        }
        let key = |column: &PlanColumn| {
            exactly(engine, Ask::Key, &column.ty.data)?;
            self.passed(column)
        };
        let keys = columns.iter().map(key).collect::<Result<Vec<_>, &'static str>>()?;
        Ok(Made::Groups { keys, aggregates: Vec::new() })
    }

    fn first(
        &self,
        engine: Engine,
        columns: &[PlanColumn],
        by: &[SortKey],
        count: &Expr,
    ) -> Result<Made, &'static str> {
        let Some(Value::Int(count)) = count.as_literal() else { return Err(UNKNOWN) };
        let count = u64::try_from((*count).max(0)).ok().filter(|count| i64::try_from(*count).is_ok());
        let ordered = |key: &SortKey| {
            exactly(engine, Ask::Sorted, &key.expr.ty.data)?;
            Ok(OrderedBy { below: self.below(&key.expr)?, descending: key.descending })
        };
        let by = by.iter().map(ordered).collect::<Result<Vec<_>, &'static str>>()?;
        let columns = columns.iter().map(|column| self.passed(column)).collect::<Result<Vec<_>, &'static str>>()?;
        Ok(Made::First { columns, by, count: count.ok_or("it takes more rows than there are anywhere")? })
    }
}

fn exactly(engine: Engine, ask: Ask, ty: &DataType) -> Result<(), &'static str> {
    capabilities::made(engine, ask, ty).map_or(Err("it gives rows of tables and nothing else"), all_of)
}

/// More rows than are meant are no help to who counts them.
fn all_of(answer: Answer) -> Result<(), &'static str> {
    match answer.support {
        Support::Exact => Ok(()),
        Support::Wider | Support::No => Err(answer.why),
    }
}
