//! The pages of statements, one file each.

mod expect;
mod export;
mod r#fn;
mod r#let;
mod param;
mod record;
mod report;
mod reveal;
mod source;
mod split;
mod step;
mod table;
mod test;
mod r#use;

use wr_syntax::ast::StatementKind;

use super::StatementDoc;

/// The page of a statement; `None` for one that could not be read.
#[must_use]
pub const fn statement_doc(kind: &StatementKind) -> Option<&'static StatementDoc> {
    Some(match kind {
        StatementKind::Report(_) => &report::DOC,
        StatementKind::Use(_) => &r#use::DOC,
        StatementKind::Source(_) => &source::DOC,
        StatementKind::Table(_) => &table::DOC,
        StatementKind::Param(_) => &param::DOC,
        StatementKind::LetRelation(_) | StatementKind::LetValue(_) => &r#let::DOC,
        StatementKind::Function(_) => &r#fn::DOC,
        StatementKind::Step(_) => &step::DOC,
        StatementKind::Expect(_) => &expect::DOC,
        StatementKind::Split(_) => &split::DOC,
        StatementKind::Record(_) => &record::DOC,
        StatementKind::Export(_) => &export::DOC,
        StatementKind::Reveal(_) => &reveal::DOC,
        StatementKind::Test(_) => &test::DOC,
        StatementKind::Error(_) => return None,
    })
}

/// All of them, in the order in which a script has them.
pub const STATEMENTS: &[&StatementDoc] = &[
    &report::DOC,
    &r#use::DOC,
    &source::DOC,
    &table::DOC,
    &param::DOC,
    &r#let::DOC,
    &r#fn::DOC,
    &step::DOC,
    &expect::DOC,
    &split::DOC,
    &record::DOC,
    &reveal::DOC,
    &export::DOC,
    &test::DOC,
];
