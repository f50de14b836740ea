//! Pipelines to relations: a source, the steps after it, and the row in the end.
//!
//! Invariants: every reading of a relation or a table makes fresh columns; steps get their ids in the order of the text,
//! so a nested pipeline's steps stand where it stands.

mod errors;

use wr_base::ids::{ColumnId, RelationId};
use wr_base::row_type::RowType;
use wr_base::span::TextRange;
use wr_plan::logical::StepInfo;
use wr_syntax::ast;

use crate::checker::Checker;
use crate::hir::{Relation, Source};

/// The relation of a pipeline: a `let` with its name, or a nested one without.
pub(crate) fn relation_of(checker: &mut Checker, pipeline: &ast::Pipeline, name: Option<&str>) -> RelationId {
    let words = checker.words(pipeline.range);
    let source_step = checker.step_id(pipeline.range, StepInfo { word: "from".to_owned(), words, relation: None });
    checker.relations.add(Relation {
        name: name.map(str::to_owned),
        source: Source::Error,
        source_step,
        source_row: RowType::default(),
        steps: Vec::new(),
        row: RowType::default(),
        split: None,
    })
}

/// The relation that a name stands for where one is read: a `let`, a branch, or a table (all of it). Reports what is not
/// there, and arguments that are missing.
pub(crate) fn find_relation(_checker: &mut Checker, _name: &ast::RelationName) -> Option<RelationId> {
    None
}

/// A fresh reading of a relation: each new column with the one over there, and the row of the new ones, bare.
/// Columns of equal names are reported at `range` (B2).
pub(crate) fn read_relation(
    _checker: &mut Checker,
    _relation: RelationId,
    _range: TextRange,
) -> (Vec<(ColumnId, ColumnId)>, RowType) {
    (Vec::new(), RowType::default())
}
