//! Random plans over one table that a server could do at once: filters, semi and anti joins with other rows of it, then groups,
//! different rows, or the first of an order.

use std::collections::BTreeMap;

use wr_base::ids::{NodeId, RelationId};
use wr_base::ty::{DataType, MAX_PRECISION, Type};
use wr_plan::declaration::Table;
use wr_plan::expr::{AggregateCall, Expr, ExprKind, SortKey};
use wr_plan::functions::{AggregateId, FnId};
use wr_plan::logical::builder::Builder;
use wr_plan::logical::{JoinKind, LogicalPlan, Node, NodeKind};

use crate::predicate::Maker;
use crate::random::Random;

/// A plan, and what of the capability table it reaches.
pub struct Case {
    pub plan: LogicalPlan,
    pub relation: RelationId,
    /// Its rows have an order, to the last one.
    pub is_ordered: bool,
    /// `sum of int`, and the index of the table's column where it reads one.
    pub reached: Vec<(String, Option<usize>)>,
}

const FUNCTIONS: [AggregateId; 6] = [
    AggregateId::Count,
    AggregateId::CountIf,
    AggregateId::CountDistinct,
    AggregateId::Min,
    AggregateId::Max,
    AggregateId::Sum,
];

/// A random plan over a table of which the first column tells rows apart.
pub fn case(random: &mut Random, table: &Table) -> Case {
    let mut b = Builder::new();
    let types: Vec<Type> = table.columns.iter().map(|column| column.ty.clone()).collect();
    let table = b.plan.tables.add(table.clone());
    let mut reached = Vec::new();
    let mut at = b.scan(table);
    at = filtered(random, &mut b, at, &types);
    let joins = if random.once_in(2) { 1 + random.below(2) } else { 0 };
    for _ in 0..joins {
        at = joined(random, &mut b, at, &types, &mut reached);
    }
    let mut is_ordered = false;
    let root = match random.below(8) {
        // The rows of a join need nothing above it.
        0 | 1 if joins > 0 => at,
        0 => different(random, &mut b, at, &mut reached),
        1 | 2 => {
            is_ordered = true;
            first(random, &mut b, at, &mut reached)
        }
        _ => groups(random, &mut b, at, &types, &mut reached),
    };
    let relation = b.relation("made", root);
    b.export(relation);
    Case { plan: b.plan, relation, is_ordered, reached }
}

type Reached = Vec<(String, Option<usize>)>;

fn filtered(random: &mut Random, b: &mut Builder, mut at: NodeId, types: &[Type]) -> NodeId {
    for _ in 0..random.below(3) {
        let depth = random.below(3);
        let mut predicate = Maker::new(random, types.to_vec()).condition(depth);
        // Which are named by their places.
        let columns = b.plan.nodes[at].columns.clone();
        predicate.transform(&mut |expr| {
            let ExprKind::Column(place) = &mut expr.kind else { return };
            if let Some(column) = columns.get(place.0 as usize) {
                *place = column.id;
            }
        });
        at = b.filter(at, predicate);
    }
    at
}

/// The rows that have a match among other rows of the table, or none. Mostly by one column, which is stored in one way.
fn joined(random: &mut Random, b: &mut Builder, at: NodeId, types: &[Type], reached: &mut Reached) -> NodeId {
    let NodeKind::Scan(scan) = b.plan.nodes[NodeId(0)].kind.clone() else { return at };
    let others = b.scan(scan.table);
    let others = filtered(random, b, others, types);
    let (index, name, expr) = column(random, b, at);
    let alike: Vec<String> = b.plan.nodes[others]
        .columns
        .iter()
        .filter(|other| other.ty.data == expr.ty.data && (other.name == name || random.once_in(20)))
        .map(|other| other.name.clone())
        .collect();
    let kind = if random.once_in(2) { JoinKind::Semi } else { JoinKind::Anti };
    let word = if kind == JoinKind::Semi { "semi" } else { "anti" };
    reached.push((format!("{word} join of {}", self::kind(&expr.ty.data)), Some(index)));
    b.join(kind, at, others, &[(&name, random.of::<String>(&alike))])
}

/// A column of the table, few values of it more often.
fn column(random: &mut Random, b: &mut Builder, at: NodeId) -> (usize, String, Expr) {
    let count = b.plan.nodes[at].columns.len();
    let index = random.below(count);
    let name = b.plan.nodes[at].columns[index].name.clone();
    let expr = b.col(at, &name);
    (index, name, expr)
}

fn columns(random: &mut Random, b: &mut Builder, at: NodeId, most: usize) -> BTreeMap<usize, (String, Expr)> {
    let count = 1 + random.below(most);
    (0..count).map(|_| column(random, b, at)).map(|(index, name, expr)| (index, (name, expr))).collect()
}

fn groups(random: &mut Random, b: &mut Builder, at: NodeId, types: &[Type], reached: &mut Reached) -> NodeId {
    let keys = if random.once_in(4) { BTreeMap::new() } else { columns(random, b, at, 3) };
    reached.extend(keys.iter().map(|(index, (_, expr))| (format!("key of {}", kind(&expr.ty.data)), Some(*index))));
    let mut aggregates: Vec<(String, Expr)> =
        (0..=random.below(4)).map(|place| (format!("made{place}"), aggregate(random, b, at, types, reached))).collect();
    if random.once_in(4) {
        let computed = computed(random, b, at, types, reached);
        aggregates.insert(random.below(aggregates.len()), ("computed".to_owned(), computed));
    }
    let keys = keys.values().map(|(name, expr)| (name.as_str(), expr.clone())).collect();
    let aggregates = aggregates.iter().map(|(name, expr)| (name.as_str(), expr.clone())).collect();
    b.aggregate(at, keys, aggregates)
}

fn aggregate(random: &mut Random, b: &mut Builder, at: NodeId, types: &[Type], reached: &mut Reached) -> Expr {
    loop {
        let function = *random.of(&FUNCTIONS);
        let name = function.aggregate().name;
        let whole_number = Type::required(DataType::Int);
        let (argument, index) = match function {
            AggregateId::Count => (None, None),
            AggregateId::CountIf => {
                let depth = random.below(3);
                (Some(Maker::new(random, types.to_vec()).condition(depth)), None)
            }
            _ => {
                let (index, _, expr) = column(random, b, at);
                (Some(expr), Some(index))
            }
        };
        let of = argument.as_ref().map_or(DataType::Null, |argument| argument.ty.data.clone());
        let ty = match (function, &of) {
            (AggregateId::Min | AggregateId::Max, DataType::Bool | DataType::Uuid) => continue,
            (AggregateId::Min | AggregateId::Max, _) => Type::optional(of.clone()),
            (AggregateId::Sum, DataType::Int) => whole_number,
            (AggregateId::Sum, DataType::Decimal { scale, .. }) => {
                Type::required(DataType::Decimal { precision: MAX_PRECISION, scale: *scale })
            }
            (AggregateId::Sum, _) => continue,
            _ => whole_number,
        };
        reached.push((format!("{name} of {}", kind(&of)), index));
        let arguments = argument.into_iter().collect();
        return b.expr(ty, ExprKind::Aggregate(AggregateCall::new(function, arguments)));
    }
}

/// A function of two aggregates, which can fail: a number that is too large.
fn computed(random: &mut Random, b: &mut Builder, at: NodeId, types: &[Type], reached: &mut Reached) -> Expr {
    let mut whole_number = || loop {
        let before = reached.len();
        let made = aggregate(random, b, at, types, reached);
        if made.ty.data == DataType::Int {
            break made;
        }
        reached.truncate(before);
    };
    let arguments = vec![whole_number(), whole_number()];
    let function = *random.of(&[FnId::Subtract, FnId::Add, FnId::Multiply]);
    let can_be_null = arguments.iter().any(|argument| argument.ty.nullable);
    b.call(function, if can_be_null { "int?" } else { "int" }, arguments)
}

fn different(random: &mut Random, b: &mut Builder, at: NodeId, reached: &mut Reached) -> NodeId {
    let columns = columns(random, b, at, 4);
    reached.extend(columns.iter().map(|(index, (_, expr))| (format!("key of {}", kind(&expr.ty.data)), Some(*index))));
    let items = columns.values().map(|(name, expr)| (name.as_str(), expr.clone())).collect();
    let selected = b.select(at, items);
    b.distinct(selected, &[])
}

/// The first rows by some columns and then by all.
fn first(random: &mut Random, b: &mut Builder, at: NodeId, reached: &mut Reached) -> NodeId {
    let columns = columns(random, b, at, 4);
    let items = columns.values().map(|(name, expr)| (name.as_str(), expr.clone())).collect();
    let selected = b.select(at, items);
    let mut by: Vec<SortKey> = columns
        .values()
        .map(|(name, _)| SortKey { expr: b.col(selected, name), descending: random.once_in(2) })
        .collect();
    by.rotate_left(random.below(columns.len()));
    reached
        .extend(columns.iter().map(|(index, (_, expr))| (format!("sorted by {}", kind(&expr.ty.data)), Some(*index))));
    let (step, given) = (b.step("sort", "sort"), b.plan.nodes[selected].columns.clone());
    let kind = NodeKind::Sort { input: selected, by, condition: None };
    let sorted = b.plan.nodes.add(Node { step, kind, columns: given });
    let count = i128::try_from(random.below(12)).unwrap_or(0);
    b.take(sorted, count)
}

fn kind(ty: &DataType) -> &'static str {
    match ty {
        DataType::Int => "int",
        DataType::Text => "text",
        DataType::Bool => "bool",
        DataType::Date => "date",
        DataType::DateTime => "datetime",
        DataType::Uuid => "uuid",
        DataType::Decimal { .. } => "decimal",
        _ => "rows",
    }
}
