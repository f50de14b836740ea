//! The pages of steps, one file each.

mod aggregate;
mod apply;
mod derive;
mod distinct;
mod drop;
mod filter;
mod from;
mod group;
mod join;
mod pivot;
mod place;
mod rename;
mod sample;
mod select;
mod set_operation;
mod sort;
mod take;
mod unpivot;
mod window;

use wr_syntax::ast::StepKind;

use super::StepDoc;

/// The page of a step; `None` for one that could not be read.
#[must_use]
pub const fn step_doc(kind: &StepKind) -> Option<&'static StepDoc> {
    Some(match kind {
        StepKind::From(_) | StepKind::FromFile(_) | StepKind::FromQuery(_) => &from::DOC,
        StepKind::Filter(_) => &filter::DOC,
        StepKind::Select(_) => &select::DOC,
        StepKind::Derive(_) => &derive::DOC,
        StepKind::Drop(_) => &drop::DOC,
        StepKind::Rename(_) => &rename::DOC,
        StepKind::Join(_) => &join::DOC,
        StepKind::Group(_) => &group::DOC,
        StepKind::Aggregate(_) => &aggregate::DOC,
        StepKind::Sort(_) => &sort::DOC,
        StepKind::Take(_) => &take::DOC,
        StepKind::Distinct(_) => &distinct::DOC,
        StepKind::SetOperation(_) => &set_operation::DOC,
        StepKind::Sample(_) => &sample::DOC,
        StepKind::Window(_) => &window::DOC,
        StepKind::Pivot(_) => &pivot::DOC,
        StepKind::Unpivot(_) => &unpivot::DOC,
        StepKind::Apply(_) => &apply::DOC,
        StepKind::Place(_) => &place::DOC,
        StepKind::Error => return None,
    })
}

/// All of them, in the order of the page.
pub const STEPS: &[&StepDoc] = &[
    &from::DOC,
    &filter::DOC,
    &select::DOC,
    &derive::DOC,
    &drop::DOC,
    &rename::DOC,
    &join::DOC,
    &group::DOC,
    &aggregate::DOC,
    &sort::DOC,
    &take::DOC,
    &distinct::DOC,
    &set_operation::DOC,
    &sample::DOC,
    &window::DOC,
    &pivot::DOC,
    &unpivot::DOC,
    &apply::DOC,
    &place::DOC,
];
