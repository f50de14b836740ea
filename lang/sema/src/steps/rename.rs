//! `rename new = old`: the same column under another, bare name.

use wr_base::ids::ColumnId;
use wr_base::span::Span;
use wr_syntax::ast;

use super::{Outcome, Pipe, drop, errors};
use crate::checker::{Checker, Scope};
use crate::hir::StepKind;
use crate::types;

pub(super) fn check(checker: &mut Checker, pipe: &Pipe, renamings: &[ast::Renaming]) -> Outcome {
    let scope = Scope::row(&pipe.row, "a `rename`");
    let mut row = pipe.row.clone();
    let mut renamed: Vec<(ColumnId, Span)> = Vec::new();
    for renaming in renamings {
        let found = types::resolve_column(checker, &scope, renaming.old.qualifier.as_ref(), &renaming.old.name);
        let Some(id) = found else { continue };
        if let Some(column) = row.columns.iter_mut().find(|column| column.id == id) {
            column.qualifier = None;
            column.name.clone_from(&renaming.new.text);
        }
        renamed.push((id, checker.span(renaming.new.range)));
    }
    // After all of them: `rename a = b, b = a` is no clash.
    for (id, at) in &renamed {
        let Some(name) = row.column(*id).map(|column| column.name.clone()) else { continue };
        let same =
            |other: &&wr_base::row_type::Column| other.id != *id && other.qualifier.is_none() && other.name == name;
        let Some(other) = row.columns.iter().find(same).map(|other| other.id) else { continue };
        let first_at = renamed.iter().find(|(id, _)| *id == other).map_or(*at, |(_, first)| *first);
        if first_at <= *at {
            checker.report(errors::equal_column_names(*at, first_at, &name, None));
            row.columns.retain(|column| column.id != other);
        }
    }
    crate::relations::keep_known_keys(&mut row);
    let range = renamings.first().map_or_else(Default::default, |renaming| renaming.range);
    Outcome { kind: StepKind::Select(drop::passed_on(checker, &row, range)), row }
}
