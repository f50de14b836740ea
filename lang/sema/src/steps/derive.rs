//! `derive`: the row, and these columns. All values are of the row before the step; a column that is there already is
//! given a new value only with `replace` (B2), and keeps its place.

use wr_plan::logical::Item;
use wr_syntax::ast;

use super::{Outcome, Pipe, errors};
use crate::checker::{Checker, Scope};
use crate::hir::StepKind;
use crate::relations::{column_of, keep_known_keys};
use crate::resolve::{same_but_for_case, warn_of_case};
use crate::types;

pub(super) fn check(checker: &mut Checker, pipe: &Pipe, assignments: &[ast::Assignment]) -> Outcome {
    let before = &pipe.row;
    let scope = Scope::row(before, "a `derive`");
    let mut row = before.clone();
    let mut items: Vec<Item> = Vec::new();
    let mut names: Vec<&ast::Name> = Vec::new();
    for assignment in assignments {
        let expr = types::type_column_expr(checker, &scope, &assignment.value);
        let name = &assignment.name;
        let at = checker.span(name.range);
        if let Some(first) = names.iter().find(|first| first.text == name.text) {
            let first_at = checker.span(first.range);
            checker.report(errors::equal_column_names(at, first_at, &name.text, None));
            continue;
        }
        names.push(name);
        let column = column_of(before, checker.fresh_column(), &name.text, &expr);
        let id = column.id;
        let existing = row.columns.iter().position(|other| other.qualifier.is_none() && other.name == name.text);
        let others = row.fixed().filter(|column| column.qualifier.is_none()).map(|column| (column.name.as_str(), at));
        let near = same_but_for_case(&name.text, others);
        warn_of_case(checker, at, &name.text, near.map(|(other, _)| (other, None)));
        match (existing, assignment.replace) {
            (Some(at), Some(_)) => {
                if let Some(old) = row.columns.get_mut(at) {
                    *old = column;
                }
            }
            (Some(_), None) => {
                checker.report(errors::needs_replace(at, &name.text));
                continue;
            }
            (None, Some(word)) => {
                if !before.is_unknown {
                    let word_at = checker.span(word);
                    let known = before.fixed().filter(|column| column.qualifier.is_none());
                    let diagnostic =
                        errors::nothing_to_replace(at, word_at, &name.text, known.map(|column| column.name.as_str()));
                    checker.report(diagnostic);
                }
                row.columns.push(column);
            }
            (None, None) => row.columns.push(column),
        }
        items.push(Item { column: id, name: name.text.clone(), expr });
    }
    keep_known_keys(&mut row);
    Outcome { kind: StepKind::Derive(items), row }
}
