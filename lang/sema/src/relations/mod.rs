//! Pipelines to relations: a source, the steps after it, and the row in the end.
//!
//! Invariants: every reading of a relation or a table makes fresh columns; a step's id is larger than the ids of all that
//! it reads, nested pipelines included, so the smallest failing id is the first failure in the script's order.

pub(crate) mod depth;
mod errors;
pub(crate) mod fan_out;
mod file;
mod query;
mod row;
mod source;

pub(crate) use errors::{listed, with_near_misses};
pub(crate) use file::{file_parameter, is_file, list_of_file};
pub(crate) use query::{given_query, known_connection};
pub(crate) use row::{column_of, flatten, keep_known_keys};
pub(crate) use source::{
    check_cohort, find_relation, operand, operand_range, read_relation, report_clashes, report_unknown_connection,
    source_name,
};

use wr_base::ids::{RelationId, StepId};
use wr_base::row_type::RowType;
use wr_base::span::TextRange;
use wr_plan::logical::StepInfo;
use wr_syntax::ast;

use crate::checker::Checker;
use crate::hir::{Relation, Source};
use crate::steps::{self, Pipe};

/// The relation of a pipeline: a `let` with its name, or a nested one without.
pub(crate) fn relation_of(checker: &mut Checker, pipeline: &ast::Pipeline, name: Option<&str>) -> RelationId {
    let mut rest = pipeline.steps.iter();
    let first = rest.next();
    let (source, source_row, name_of_source) = match first.map(|step| &step.kind) {
        Some(ast::StepKind::From(operand)) => {
            let (source, row) = source::source_of(checker, operand);
            (source, row, source_name(operand))
        }
        Some(ast::StepKind::FromQuery(query)) => {
            let at = first.map_or(pipeline.range, |step| step.range);
            let (source, row) = query::source_of_query(checker, query, at);
            (source, row, Some("sql".to_owned()))
        }
        Some(ast::StepKind::FromFile(read)) => {
            let (source, row) = file::source_of_file(checker, read);
            (source, row, None)
        }
        Some(
            ast::StepKind::Filter(_)
            | ast::StepKind::Select(_)
            | ast::StepKind::Derive(_)
            | ast::StepKind::Drop(_)
            | ast::StepKind::Rename(_)
            | ast::StepKind::Join(_)
            | ast::StepKind::Group(_)
            | ast::StepKind::Aggregate(_)
            | ast::StepKind::Sort(_)
            | ast::StepKind::Take(_)
            | ast::StepKind::Distinct(_)
            | ast::StepKind::SetOperation(_)
            | ast::StepKind::Sample(_)
            | ast::StepKind::Window(_)
            | ast::StepKind::Pivot(_)
            | ast::StepKind::Unpivot(_)
            | ast::StepKind::Place(_)
            | ast::StepKind::Apply(_)
            | ast::StepKind::Error,
        )
        | None => (Source::Error, unknown_row(), None),
    };
    let at = first.map_or(pipeline.range, |step| step.range);
    let source_step = new_step(checker, at, "from");
    let mut done = source::periods_of(checker, &source, &source_row, at);
    let mut pipe = Pipe::new(source_row.clone(), name_of_source);
    done.extend(steps::check_steps(checker, &mut pipe, rest));
    let (row, _) = row::flatten(&pipe.row);
    let ids: Vec<StepId> = std::iter::once(source_step).chain(done.iter().map(|step| step.id)).collect();
    let relation = checker.relations.add(Relation {
        name: name.map(str::to_owned),
        source,
        source_step,
        source_row,
        steps: done,
        row,
        split: None,
    });
    for id in ids {
        if let Some(info) = checker.steps.get_mut(id) {
            info.relation = Some(relation);
        }
    }
    for join in pipe.joins_that_multiply {
        checker.joins_that_multiply.push((relation, join));
    }
    relation
}

/// A step at its words; the relation is filled in when it is made.
pub(crate) fn new_step(checker: &mut Checker, range: TextRange, word: &str) -> StepId {
    let words = checker.words(range);
    checker.step_id(range, StepInfo { word: word.to_owned(), words, relation: None })
}

/// The row of what could not be read: any name may be in it.
pub(crate) fn unknown_row() -> RowType {
    RowType { is_unknown: true, ..RowType::default() }
}
