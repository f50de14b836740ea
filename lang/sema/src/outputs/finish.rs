//! The pass that closes a program: what depends on statements further down.

use std::collections::BTreeSet;

use wr_base::ids::{RelationId, TableId};
use wr_plan::declaration::{Fact, Options, ParameterKind, ValueKind};
use wr_plan::expr::Expr;

use super::held::{self, HeldRows};
use super::{change, errors, guard, reveal};
use crate::checker::Checker;
use crate::hir::Source;
use crate::lints;

/// Decides what is held, hides the script's own occasion, and checks the outputs against both.
/// Called once, after all statements of the script and before its diagnostics are read.
pub(crate) fn finish(checker: &mut Checker) {
    let held = held::mark(checker);
    check_exports(checker, &held);
    reveal::close(checker, &held);
    guard::add(checker, &held);
    hide_own_occasion(checker);
    change::close(checker);
    lints::check(checker);
}

fn check_exports(checker: &mut Checker, held: &HeldRows) {
    let sheets: Vec<_> = checker.exports.iter().flat_map(|export| &export.sheets).cloned().collect();
    for sheet in sheets {
        let Some(split) = held.by(sheet.relation) else { continue };
        let at = checker.origins.steps[sheet.step];
        let words = checker.sources.slice(at).to_owned();
        let relation = &checker.relations[split];
        let split_at = relation.steps.first().map_or(at, |step| checker.origins.steps[step.id]);
        let base = relation.name.as_deref().and_then(|name| name.strip_suffix(".*")).unwrap_or_default();
        let named = |name: &str| format!("{base}.{name}");
        let held: Vec<String> = held::held_branches(relation, split).map(named).collect();
        let free: Vec<String> = held::free_branches(relation, split).map(named).collect();
        checker.report(errors::held_leaves(at, &words, split_at, &held, &free));
    }
}

/// A2: what is read of a table that this script records into is without the rows of its own occasion. Options of
/// parameters are read before the occasion is known, and see all rows.
fn hide_own_occasion(checker: &mut Checker) {
    let hidden: Vec<(TableId, Vec<(u32, Expr)>)> = checker
        .records
        .iter()
        .filter(|record| !record.occasion.is_empty())
        .map(|record| {
            let parts = record.assignments.iter().filter(|(column, _)| record.occasion.contains(column));
            (record.table, parts.cloned().collect())
        })
        .collect();
    let early = read_only_for_options(checker);
    for at in 0..checker.relations.len() {
        let id = RelationId(at as u32);
        let Source::Table { table, without_occasion, .. } = &mut checker.relations[id].source else { continue };
        if early.contains(&id) {
            continue;
        }
        if let Some((_, parts)) = hidden.iter().find(|(recorded, _)| recorded == table) {
            without_occasion.clone_from(parts);
        }
    }
}

/// Relations that only queries for options read.
fn read_only_for_options(checker: &Checker) -> BTreeSet<RelationId> {
    let mut options = BTreeSet::new();
    for (_, value) in checker.values.iter() {
        if let ValueKind::Parameter(parameter) = &value.kind
            && let ParameterKind::Choice(query) | ParameterKind::Choices(query) | ParameterKind::Columns(query) =
                &parameter.kind
            && let Options::Query { relation, .. } = query
        {
            options.insert(*relation);
        }
    }
    let outputs = checker.exports.iter().flat_map(|export| export.sheets.iter().map(|sheet| sheet.relation));
    let facts = checker.facts.iter().filter_map(|(_, fact)| match fact {
        Fact::Rows { relation } | Fact::Unique { relation, .. } | Fact::Scalar { relation, .. } => Some(*relation),
        Fact::Change { .. } => None,
    });
    let records = checker.records.iter().map(|record| record.relation);
    let later = with_all_that_they_read(checker, outputs.chain(facts).chain(records), &[]);
    with_all_that_they_read(checker, options, &[]).difference(&later).copied().collect()
}

/// These relations and all from which their rows come, but for what is reached only through the `cut` ones.
pub(crate) fn with_all_that_they_read(
    checker: &Checker,
    roots: impl IntoIterator<Item = RelationId>,
    cut: &[RelationId],
) -> BTreeSet<RelationId> {
    let mut all = BTreeSet::new();
    let mut open: Vec<RelationId> = roots.into_iter().collect();
    while let Some(id) = open.pop() {
        if !cut.contains(&id) && all.insert(id) {
            open.extend(checker.relations[id].reads());
        }
    }
    all
}
