//! Lookups that let people go without a word: an inner join by the id of a person, whose list then leaves.
//!
//! Told only where nothing was said (`unmatched`, `join left`), where the join can only look up (one row at most for each
//! on the left), and where what comes of it is recorded, split or written with the ids of people in it.

use wr_base::ids::RelationId;
use wr_base::row_type::{Column, RowType};
use wr_plan::expr::Expr;
use wr_plan::logical::{JoinKind, Unmatched};

use super::errors;
use crate::checker::Checker;
use crate::hir::{Join, Relation, Source, StepKind};
use crate::outputs::finish::with_all_that_they_read;

pub(super) fn check(checker: &mut Checker) {
    let recorded = checker.records.iter().map(|record| record.relation);
    let sheets = checker.exports.iter().flat_map(|export| &export.sheets);
    let lists = sheets.filter(|sheet| sheet.columns.iter().any(|column| column.marks.entity.is_some()));
    let lists: Vec<RelationId> = recorded.chain(lists.map(|sheet| sheet.relation)).collect();
    let mut found = Vec::new();
    for id in with_all_that_they_read(checker, lists, &[]) {
        let Some(relation) = checker.relations.get(id) else { continue };
        let mut before: &RowType = &relation.source_row;
        for step in &relation.steps {
            if let StepKind::Join(join) = &step.kind
                && let Some(entity) = who_may_go(checker, before, join)
                && let Some(at) = checker.origins.steps.get(step.id)
            {
                found.push(errors::people_lost(*at, &entity));
            }
            before = &step.row;
        }
    }
    for diagnostic in found {
        checker.report(diagnostic);
    }
}

/// The kind of person whose rows may go without a match.
fn who_may_go(checker: &Checker, before: &RowType, join: &Join) -> Option<String> {
    if join.kind != JoinKind::Inner || join.unmatched != Unmatched::ByKind {
        return None;
    }
    let right = checker.relations.get(join.right)?;
    let there = |expr: &Expr| {
        let here = expr.as_column()?;
        join.right_columns.iter().find(|(column, _)| *column == here).map(|(_, there)| *there)
    };
    let keys: Vec<_> = join.equal.iter().filter_map(|(_, right)| there(right)).collect();
    if !(join.is_one || right.row.is_unique_by(&keys)) {
        return None;
    }
    join.equal.iter().find_map(|(left, right_key)| {
        let left = before.column(left.as_column()?)?;
        let entity = left.marks.entity.clone()?;
        let right_key = right.row.column(there(right_key)?)?;
        (!is_promised(right, left, right_key)).then_some(entity)
    })
}

/// The ids come from the very table, all of which is looked into.
fn is_promised(right: &Relation, left: &Column, key: &Column) -> bool {
    let is_whole = right.steps.is_empty() && matches!(right.source, Source::Table { .. });
    is_whole && !left.origin.is_empty() && left.origin.iter().all(|origin| key.origin.contains(origin))
}
