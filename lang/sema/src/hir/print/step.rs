//! One step of a pipeline as a line.

use wr_base::row_type::RowType;
use wr_plan::declaration::{Share, SplitCounts};
use wr_plan::expr::{Expr, ExprKind};
use wr_plan::logical::{Item, JoinKind, SortKey, Unmatched};
use wr_plan::print::quoted;

use super::{Printer, column_name, name_of};
use crate::hir::{Join, Step, StepKind};

impl Printer<'_> {
    /// `before` is the row that the step's expressions read.
    pub(super) fn step_words(&mut self, step: &Step, before: &RowType) -> String {
        self.words.columns.extend(before.columns.iter().map(|column| (column.id, name_of(column))));
        let words = match &step.kind {
            StepKind::Filter(predicate) => format!("filter {}", self.words.expr(predicate)),
            StepKind::Select(items) => format!("select {}", self.items(items)),
            StepKind::Derive(items) => format!("derive {}", self.items(items)),
            StepKind::Join(join) => self.join(join, step),
            StepKind::Aggregate { keys, aggregates } if keys.is_empty() => {
                format!("aggregate {{ {} }}", self.items(aggregates))
            }
            StepKind::Aggregate { keys, aggregates } => {
                format!("group by {} {{ {} }}", self.items(keys), self.items(aggregates))
            }
            StepKind::Sort(by) => format!("sort {}", self.sort_keys(by)),
            StepKind::Take(count) => format!("take {}", self.words.expr(count)),
            StepKind::Distinct { on, keep } => {
                let on: Vec<String> = on.iter().map(|id| column_name(before, *id)).collect();
                let on = if on.is_empty() { String::new() } else { format!(" on {}", on.join(", ")) };
                let keep =
                    if keep.is_empty() { String::new() } else { format!(" keep first by {}", self.sort_keys(keep)) };
                format!("distinct{on}{keep}")
            }
            StepKind::Sample { count, key, seed } => {
                let key: Vec<String> = key.iter().map(|id| column_name(before, *id)).collect();
                let seed: Vec<String> = seed.iter().map(|part| self.words.expr(part)).collect();
                format!("sample {} by {} seed {}", self.words.expr(count), key.join(", "), seed.join(", "))
            }
            StepKind::Place(connection) => format!("place {connection}"),
            StepKind::Unpivot(unpivot) => {
                let columns =
                    unpivot.columns.iter().map(|(name, value)| format!("{name:?} = {}", self.words.expr(value)));
                let columns: Vec<String> = columns.collect();
                let (value, name) = (column_name(&step.row, unpivot.value), column_name(&step.row, unpivot.name));
                format!("unpivot {value} by {name} in [{}]", columns.join(", "))
            }
            StepKind::Window(window) => {
                for call in &window.calls {
                    let words = self.words.window_call(call);
                    self.words.columns.insert(call.column, words);
                }
                let by: Vec<String> = window.by.iter().map(|expr| self.words.expr(expr)).collect();
                let by = if by.is_empty() { String::new() } else { format!(" by {}", by.join(", ")) };
                let sort = self.sort_keys(&window.sort);
                let sort = if sort.is_empty() { sort } else { format!(" sort {sort}") };
                format!("window{by}{sort} {{ {} }}", self.items(&window.items))
            }
            StepKind::SetOperation(set) => format!("{} {}", set.kind.word(), self.words.relation(set.right)),
            StepKind::Split { key, seed, counts, branches, .. } => {
                let key: Vec<String> = key.iter().map(|id| column_name(before, *id)).collect();
                let seed: Vec<String> = seed.iter().map(|part| self.words.expr(part)).collect();
                let branches = branches.iter().map(|branch| {
                    let share = match &branch.share {
                        Share::Of(share) => self.words.expr(share),
                        Share::Rest => "rest".to_owned(),
                    };
                    format!("{} {share}{}", quoted(&branch.name), if branch.is_held { " held" } else { "" })
                });
                let branches: Vec<String> = branches.collect();
                let (key, seed, branches) = (key.join(", "), seed.join(", "), branches.join(", "));
                let counts = match counts {
                    SplitCounts::Free => String::new(),
                    SplitCounts::Exactly => " exactly".to_owned(),
                    SplitCounts::Strata(strata) => {
                        let strata: Vec<String> = strata.iter().map(|id| column_name(before, *id)).collect();
                        format!(" stratify by {}", strata.join(", "))
                    }
                };
                format!("split by {key} seed {seed}{counts} {{ {branches} }}")
            }
            StepKind::Error => "?".to_owned(),
        };
        match &step.condition {
            Some(condition) => format!("{words} if {}", self.words.expr(condition)),
            None => words,
        }
    }

    fn items(&self, items: &[Item]) -> String {
        let item = |item: &Item| {
            let name = quoted(&item.name);
            if let ExprKind::Column(id) = &item.expr.kind
                && last_part(&self.words.column(*id)) == name
            {
                self.words.column(*id)
            } else {
                format!("{name} = {}", self.words.expr(&item.expr))
            }
        };
        items.iter().map(item).collect::<Vec<_>>().join(", ")
    }

    fn sort_keys(&self, by: &[SortKey]) -> String {
        let key = |key: &SortKey| self.words.expr(&key.expr) + if key.descending { " desc" } else { "" };
        by.iter().map(key).collect::<Vec<_>>().join(", ")
    }

    fn join(&mut self, join: &Join, step: &Step) -> String {
        let right = self.words.relation(join.right);
        for (fresh, there) in &join.right_columns {
            let known = step.row.column(*fresh).map(name_of);
            let name = known.unwrap_or_else(|| format!("{right}.{}", self.words.column(*there)));
            self.words.columns.insert(*fresh, name);
        }
        let mut words = String::from("join");
        if join.is_one {
            words.push_str(" one");
        }
        words.push_str(match join.kind {
            JoinKind::Inner => "",
            JoinKind::Left => " left",
            JoinKind::Full => " full",
            JoinKind::Semi => " semi",
            JoinKind::Anti => " anti",
            JoinKind::Cross => " cross",
        });
        words.push_str(&format!(" {right}"));
        let equal = join.equal.iter().map(|(left, right)| format!("{} == {}", self.operand(left), self.operand(right)));
        let conditions: Vec<String> = equal.chain(join.also.iter().map(|also| self.words.expr(also))).collect();
        if !conditions.is_empty() {
            words.push_str(&format!(" on {}", conditions.join(" and ")));
        }
        match &join.unmatched {
            Unmatched::ByKind => {}
            Unmatched::Fail => words.push_str(" unmatched fail"),
            Unmatched::Drop => words.push_str(" unmatched drop"),
            Unmatched::AtMost(share) => words.push_str(&format!(" unmatched <= {}", self.words.expr(share))),
        }
        words
    }

    fn operand(&self, expr: &Expr) -> String {
        let words = self.words.expr(expr);
        if matches!(expr.kind, ExprKind::Column(_) | ExprKind::Literal(_) | ExprKind::Value(_)) {
            words
        } else {
            format!("({words})")
        }
    }
}

/// `city` of `u.city`.
fn last_part(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(_, last)| last)
}
