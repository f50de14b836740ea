//! The options that a query gives for a parameter (B17): its first column is the value, its second the label.

use wr_base::diag::Code;
use wr_base::ids::{ColumnId, RelationId};
use wr_base::value::Value;
use wr_plan::physical::PhysicalPlan;

use super::key::{KeyTable, Nulls};
use super::{RunContext, compute_relation};
use crate::cancel::Cancel;
use crate::error::RunError;
use crate::progress::Progress;
use crate::sources::Sources;
use crate::sources::errors::internal;

/// One option, in the order of the query.
#[derive(Clone, Debug, PartialEq)]
pub struct OptionRow {
    pub value: Value,
    /// `None` where the query gives none, or a null.
    pub label: Option<String>,
}

/// Reads the options of a parameter. `plan` must have the relation as a stage; `parameter` is its label, for messages.
///
/// # Errors
/// The query fails, or it gives a null or one value twice.
#[expect(clippy::too_many_arguments, reason = "they are a relation to compute, and what to make of it")]
pub async fn compute_options(
    plan: &PhysicalPlan,
    relation: RelationId,
    columns: (ColumnId, Option<ColumnId>),
    parameter: &str,
    context: &RunContext,
    sources: &Sources,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Vec<OptionRow>, RunError> {
    let frame = compute_relation(plan, relation, context, sources, progress, cancel).await?;
    let (value, label) = columns;
    let values = frame.cells(value).map_err(|fault| internal(None, fault))?;
    let labels = label.map(|label| frame.cells(label)).transpose().map_err(|fault| internal(None, fault))?;
    let broken = |message: String, detail: Vec<String>| RunError {
        code: Code::OptionsNotDistinct,
        step: plan.relations.get(relation).and_then(|relation| plan.nodes.get(relation.root)).map(|node| node.step),
        expr: None,
        source: None,
        message,
        detail,
        help: Some("make the query give each value once (`filter … is not null`, `distinct`)".to_owned()),
    };
    let rows = frame.rows();
    if (0..rows).any(|row| values.get(row).is_null()) {
        return Err(broken(format!("the options of “{parameter}” hold an empty value"), Vec::new()));
    }
    let only = [values];
    let mut table = KeyTable::new(1, Nulls::AreEqual);
    let numbers = table.numbers(&only, rows);
    let [values] = &only;
    let twice = (0..rows).zip(0_u32..).find(|(row, new)| {
        // Numbers are given in order: one below the row's own was seen before.
        numbers.get(*row).is_some_and(|number| number < new)
    });
    if let Some((row, _)) = twice {
        let value = values.get(row).canonical();
        return Err(broken(format!("the options of “{parameter}” hold one value twice"), vec![value]));
    }
    let label_of = |row: usize| {
        let label = labels.as_ref()?.get(row);
        (!label.is_null()).then(|| label.canonical())
    };
    Ok((0..rows).map(|row| OptionRow { value: values.get(row), label: label_of(row) }).collect())
}
