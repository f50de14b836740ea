//! How much each query of a plan gives at most, asked of its source before anything is read: for `wr plan --count`.
//!
//! Invariant: a bound stays one when a value is not known yet. What depends on it is left out, and then more rows could come.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::join_all;
use wr_plan::expr::{Expr, ExprKind};
use wr_plan::physical::{Bound, PhysicalPlan, QueryId, SourceQuery};

use super::RunContext;
use crate::cancel::Cancel;
use crate::error::RunError;
use crate::sources::{Request, Sources};

/// Asks all sources side by side.
///
/// # Errors
/// What the first source that cannot be asked says, in the order of the queries.
pub async fn bounds(
    plan: &PhysicalPlan,
    context: &RunContext,
    sources: &Sources,
    cancel: &Cancel,
) -> Result<BTreeMap<QueryId, Bound>, RunError> {
    let asked = plan.queries.iter().map(|query| async move {
        let bound = bound(plan, query, context, sources, cancel).await;
        bound.map(|bound| (query.id, bound))
    });
    join_all(asked).await.into_iter().collect()
}

async fn bound(
    plan: &PhysicalPlan,
    query: &SourceQuery,
    context: &RunContext,
    sources: &Sources,
    cancel: &Cancel,
) -> Result<Bound, RunError> {
    // Which cohort, which file: without it there is nothing to be asked.
    if !query.arguments.iter().all(is_known) {
        return Ok(Bound::default());
    }
    let mut query = query.clone();
    query.filters.retain(|filter| is_known(&filter.predicate));
    query.without_occasion.retain(|(_, expr)| is_known(expr));
    query.keys.clear();
    let table = Arc::new(plan.tables[query.table].clone());
    let source = sources.of_table(&table, query.step)?;
    let request = Request { query, table, keys: Vec::new(), setting: context.setting };
    source.bound(request, cancel.clone()).await
}

fn is_known(expr: &Expr) -> bool {
    let mut is_known = true;
    expr.visit(&mut |part| is_known &= !matches!(part.kind, ExprKind::Value(_) | ExprKind::RelativePeriod(_)));
    is_known
}
