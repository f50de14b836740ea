//! A held branch that nobody writes down (A3): the group of the day cannot be found again later.

use wr_base::ids::RelationId;

use crate::checker::Checker;
use crate::outputs::errors;
use crate::outputs::finish::with_all_that_they_read;

/// Recorded: a record reads the split relation or the branch. Compared: what is exported derives from one of them.
pub(super) fn check(checker: &mut Checker) {
    if checker.has_unclear_record {
        return;
    }
    let recorded = checker.records.iter().map(|record| record.relation);
    let exported = checker.exports.iter().flat_map(|export| export.sheets.iter().map(|sheet| sheet.relation));
    // The other branches lead to the split relation as well, so paths through them are cut.
    let others = checker
        .relations
        .iter()
        .filter(|(_, relation)| relation.split.as_ref().is_some_and(|split| split.name.is_some() && !split.is_held));
    let others: Vec<RelationId> = others.map(|(id, _)| id).collect();
    let reached = with_all_that_they_read(checker, recorded.chain(exported), &others);
    let mut found = Vec::new();
    for (id, relation) in checker.relations.iter() {
        let Some(split) = relation.split.as_ref().filter(|split| split.is_held && split.name.is_some()) else {
            continue;
        };
        let is_reached = reached.contains(&id) || reached.contains(&split.relation);
        let name = split.name.clone().unwrap_or_default();
        if !is_reached {
            found.push(errors::held_not_recorded(checker.origins.steps[relation.source_step], &name));
        }
    }
    for diagnostic in found {
        checker.report(diagnostic);
    }
}
