//! `derive`: the row, and these columns. All values are of the row before the step; a column that is there already is
//! given a new value only with `replace` (B2), and keeps its place.

use wr_base::row_type::RowType;
use wr_plan::expr::Expr;
use wr_plan::logical::Item;
use wr_syntax::ast;

use super::{Outcome, Pipe, errors};
use crate::checker::{Checker, Scope};
use crate::hir::StepKind;
use crate::relations::{column_of, keep_known_keys};
use crate::resolve::{same_but_for_case, warn_of_case};
use crate::types;

pub(super) fn check(checker: &mut Checker, pipe: &Pipe, assignments: &[ast::Assignment]) -> Outcome {
    let scope = Scope::step(&pipe.row, "a `derive`");
    let mut items = Items::new(&pipe.row);
    for assignment in assignments {
        let expr = types::type_column_expr(checker, &scope, &assignment.value);
        items.add(checker, &pipe.row, assignment, expr);
    }
    let (items, row) = items.finish();
    Outcome { kind: StepKind::Derive(items), row }
}

/// Columns that are added to a row or take the place of others (B2).
pub(super) struct Items<'a> {
    before: &'a RowType,
    row: RowType,
    items: Vec<Item>,
    names: Vec<&'a ast::Name>,
}

impl<'a> Items<'a> {
    pub(super) fn new(before: &'a RowType) -> Self {
        Self { before, row: before.clone(), items: Vec::new(), names: Vec::new() }
    }

    /// The column of an assignment. `read` is the row that its expression reads.
    pub(super) fn add(&mut self, checker: &mut Checker, read: &RowType, assignment: &'a ast::Assignment, expr: Expr) {
        let name = &assignment.name;
        let at = checker.span(name.range);
        if let Some(first) = self.names.iter().find(|first| first.text == name.text) {
            let first_at = checker.span(first.range);
            checker.report(errors::equal_column_names(at, first_at, &name.text, None));
            return;
        }
        self.names.push(name);
        let column = column_of(read, checker.fresh_column(), &name.text, &expr);
        let id = column.id;
        let is_same = |name_of: &Option<String>, other: &str| name_of.is_none() && other == name.text;
        let existing = self.row.columns.iter().position(|other| is_same(&other.qualifier, &other.name));
        let others = self.row.fixed().filter(|column| column.qualifier.is_none());
        let near = same_but_for_case(&name.text, others.map(|column| (column.name.as_str(), at)));
        warn_of_case(checker, at, &name.text, near.map(|(other, _)| (other, None)));
        match (existing, assignment.replace) {
            (Some(at), Some(_)) => {
                if let Some(old) = self.row.columns.get_mut(at) {
                    *old = column;
                }
            }
            (Some(_), None) => {
                checker.report(errors::needs_replace(at, &name.text));
                return;
            }
            (None, Some(word)) => {
                if !self.before.is_unknown {
                    let word_at = checker.span(word);
                    let known = self.before.fixed().filter(|column| column.qualifier.is_none());
                    let diagnostic =
                        errors::nothing_to_replace(at, word_at, &name.text, known.map(|column| column.name.as_str()));
                    checker.report(diagnostic);
                }
                self.row.columns.push(column);
            }
            (None, None) => self.row.columns.push(column),
        }
        self.items.push(Item { column: id, name: name.text.clone(), expr });
    }

    pub(super) fn finish(mut self) -> (Vec<Item>, RowType) {
        keep_known_keys(&mut self.row);
        (self.items, self.row)
    }
}
