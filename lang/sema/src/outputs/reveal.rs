//! `reveal x because "…"` (B6): rows of a held branch leave through this relation, for a reason that everybody can read.
//!
//! What derives from the relation is free as well. What it was made from stays held, and so does everything else.

use wr_base::ids::{ColumnId, RelationId, StepId};
use wr_base::span::TextRange;
use wr_plan::declaration::Reveal;
use wr_plan::logical::StepInfo;
use wr_syntax::ast;

use super::errors;
use super::finish::with_all_that_they_read;
use super::held::HeldRows;
use crate::checker::Checker;
use crate::relations;

pub(crate) fn check_reveal(checker: &mut Checker, statement: &ast::Reveal, range: TextRange) {
    if statement.reason.text.trim().is_empty() {
        let at = checker.span(statement.reason.range);
        checker.report(errors::reveal_without_reason(at));
    }
    let Some(relation) = relations::find_relation(checker, &statement.relation) else { return };
    let name = &statement.relation;
    let at = checker.span(name.range);
    let known = checker.reveals.iter().find(|known| known.relation == relation);
    if let Some(first_at) = known.map(|known| checker.origins.steps[known.step]) {
        checker.report(errors::revealed_twice(at, first_at));
        return;
    }
    let words = checker.words(name.range);
    let info = StepInfo { word: "reveal".to_owned(), words: checker.words(range), relation: None };
    let step = checker.step_id(name.range, info);
    let reason = statement.reason.text.trim().to_owned();
    checker.reveals.push(Reveal { step, relation, words, reason, keys: Vec::new(), sheets: Vec::new() });
}

/// What each statement lets through, once it is known what is held and what is written; and those that let nothing through.
pub(super) fn close(checker: &mut Checker, held: &HeldRows) {
    let mut reveals = std::mem::take(&mut checker.reveals);
    for reveal in &mut reveals {
        let at = checker.origins.steps[reveal.step];
        if !held.revealed.contains(&reveal.relation) {
            if !checker.relations[reveal.relation].row.is_unknown {
                checker.report(errors::nothing_to_reveal(at, &reveal.words));
            }
            continue;
        }
        reveal.keys = keys_of(checker, held, reveal.relation);
        reveal.sheets = sheets_of(checker, reveal.relation);
        if reveal.sheets.is_empty() {
            checker.report(errors::revealed_for_nothing(at, &reveal.words));
        }
    }
    checker.reveals = reveals;
}

/// The columns that hold the key of a split, or may do so.
fn keys_of(checker: &Checker, held: &HeldRows, relation: RelationId) -> Vec<ColumnId> {
    let columns = checker.relations[relation].row.columns.iter();
    columns.filter(|column| held.is_key(column.id) || column.marks.entity.is_some()).map(|column| column.id).collect()
}

/// The sheets whose rows come from a relation, or are told by it.
fn sheets_of(checker: &Checker, relation: RelationId) -> Vec<StepId> {
    let sheets = checker.exports.iter().flat_map(|export| &export.sheets);
    let reads = |from: RelationId| with_all_that_they_read(checker, [from], &[]).contains(&relation);
    sheets.filter(|sheet| reads(sheet.relation)).map(|sheet| sheet.step).collect()
}
