//! Rows: how they are flattened, how computed columns get their marks and origins, what stays known of fewer columns.

use wr_base::ids::ColumnId;
use wr_base::row_type::{Column, Marks, Origin, RowType};
use wr_base::ty::DataType;
use wr_plan::expr::{Expr, ExprKind};
use wr_plan::functions::FnId;

/// Two columns that would have one name.
pub(crate) struct Clash {
    pub(crate) name: String,
    pub(crate) first: Option<String>,
    pub(crate) second: Option<String>,
}

/// Bare names only (B2). A bare column hides qualified ones of its name: it meant the bare one before, too.
/// Of two qualified ones the first stays, and the clash is told.
pub(crate) fn flatten(row: &RowType) -> (RowType, Vec<Clash>) {
    let mut columns: Vec<Column> = Vec::new();
    let mut first_qualifiers: Vec<Option<String>> = Vec::new();
    let mut clashes = Vec::new();
    for column in &row.columns {
        let is_hidden = column.qualifier.is_some()
            && row.columns.iter().any(|other| other.qualifier.is_none() && other.name == column.name);
        if is_hidden {
            continue;
        }
        match columns.iter().position(|kept| kept.name == column.name) {
            Some(at) => clashes.push(Clash {
                name: column.name.clone(),
                first: first_qualifiers.get(at).cloned().flatten(),
                second: column.qualifier.clone(),
            }),
            None => {
                first_qualifiers.push(column.qualifier.clone());
                columns.push(Column { qualifier: None, ..column.clone() });
            }
        }
    }
    let mut flat = RowType { columns: columns.into(), ..row.clone() };
    keep_known_keys(&mut flat);
    (flat, clashes)
}

/// Forgets the keys whose columns are no longer all there.
pub(crate) fn keep_known_keys(row: &mut RowType) {
    let columns = &row.columns;
    row.keys.retain(|key| key.iter().all(|id| columns.iter().any(|column| column.id == *id)));
}

/// The bare column that an expression over a row becomes. A column that is passed on keeps all but its qualifier.
pub(crate) fn column_of(row: &RowType, id: ColumnId, name: &str, expr: &Expr) -> Column {
    if let ExprKind::Column(passed) = &expr.kind
        && let Some(column) = row.column(*passed)
    {
        return Column {
            id,
            qualifier: None,
            name: name.to_owned(),
            ty: expr.ty.clone(),
            shaped: None,
            ..column.clone()
        };
    }
    let mut origin: Vec<Origin> = Vec::new();
    for read in expr.columns().into_iter().filter_map(|id| row.column(id)) {
        for source in &read.origin {
            if !origin.contains(source) {
                origin.push(source.clone());
            }
        }
    }
    let marks = Marks {
        entity: same_thing(expr).and_then(|id| row.column(id)).and_then(|column| column.marks.entity.clone()),
        personal: tells_persons(row, expr),
    };
    Column { id, qualifier: None, name: name.to_owned(), ty: expr.ty.clone(), marks, origin, shaped: None }
}

/// The one column whose value this is, in another type at most: `int?(user_id)` still identifies a user.
fn same_thing(expr: &Expr) -> Option<ColumnId> {
    match &expr.kind {
        ExprKind::Column(id) => Some(*id),
        ExprKind::Call {
            function:
                FnId::Convert
                | FnId::Int
                | FnId::IntOrNull
                | FnId::Decimal
                | FnId::DecimalOrNull
                | FnId::Text
                | FnId::Trim
                | FnId::TrimLeft
                | FnId::TrimRight
                | FnId::Lower
                | FnId::Upper,
            arguments,
        } => arguments.first().and_then(same_thing),
        ExprKind::Coalesce(left, _) => same_thing(left),
        ExprKind::Literal(_)
        | ExprKind::Value(_)
        | ExprKind::Fact(_)
        | ExprKind::Call { .. }
        | ExprKind::And(..)
        | ExprKind::Or(..)
        | ExprKind::When { .. }
        | ExprKind::Aggregate { .. }
        | ExprKind::RelativePeriod(_)
        | ExprKind::Error => None,
    }
}

/// Whether a value tells something personal (B16): it is made of a personal column, and is neither a yes or no nor
/// an aggregate that gives back none of the values that it saw.
fn tells_persons(row: &RowType, expr: &Expr) -> bool {
    if expr.ty.data == DataType::Bool {
        return false;
    }
    if let ExprKind::Column(id) = &expr.kind {
        return row.column(*id).is_some_and(|column| column.marks.personal);
    }
    if let ExprKind::Aggregate(call) = &expr.kind {
        // What rows are ordered by is not told.
        return gives_a_value(call.function) && call.arguments.iter().any(|argument| tells_persons(row, argument));
    }
    expr.parts().into_iter().any(|part| tells_persons(row, part))
}

/// Whether an aggregate gives back one of the values that it saw.
const fn gives_a_value(function: wr_plan::functions::AggregateId) -> bool {
    use wr_plan::functions::AggregateId;
    match function {
        // A quantile lies between two values, and is one where there is one only.
        AggregateId::Median
        | AggregateId::Quantile
        | AggregateId::Min
        | AggregateId::Max
        | AggregateId::Mode
        | AggregateId::First
        | AggregateId::Last
        | AggregateId::JoinText
        | AggregateId::JoinTextDistinct => true,
        AggregateId::Count
        | AggregateId::CountIf
        | AggregateId::CountDistinct
        | AggregateId::Sum
        | AggregateId::Average
        | AggregateId::Variance
        | AggregateId::VariancePopulation
        | AggregateId::StandardDeviation
        | AggregateId::StandardDeviationPopulation
        | AggregateId::Any
        | AggregateId::All => false,
    }
}
