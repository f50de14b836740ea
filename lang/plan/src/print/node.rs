//! A node as a line: the step as it would be written, and the right side of a join below it.

use super::{Words, expr};
use crate::declaration::{Share, SplitCounts};
use crate::expr::Expr;
use crate::logical::{Frame, Item, Join, JoinKind, NodeKind, SortKey, Unmatched, WindowCall, WindowFunction};

/// One line for a node.
pub(crate) fn node_line(words: &Words<'_>, kind: &NodeKind) -> String {
    let condition = kind.condition().map_or_else(String::new, |condition| format!(" if {}", words.expr(condition)));
    let line = match kind {
        NodeKind::Scan(scan) => {
            let columns: Vec<String> = scan.columns.iter().map(|(column, _)| words.column(*column)).collect();
            let mut line = format!("scan {}", words.table(scan.table));
            if !scan.arguments.is_empty() && !words.is_file(scan.table) {
                let arguments: Vec<String> = scan.arguments.iter().map(|argument| words.expr(argument)).collect();
                line.push_str(&format!("({})", arguments.join(", ")));
            }
            line.push_str(&format!(" {{ {} }}", columns.join(", ")));
            if !scan.without_occasion.is_empty() {
                line.push_str(&format!(" without {}", occasion(words, scan.table, &scan.without_occasion)));
            }
            line
        }
        NodeKind::Read { relation, columns } => {
            let columns: Vec<String> = columns.iter().map(|(column, _)| words.column(*column)).collect();
            format!("read {} {{ {} }}", words.relation(*relation), columns.join(", "))
        }
        NodeKind::Filter { predicate, .. } => format!("filter {}", words.expr(predicate)),
        NodeKind::Project { items: all, .. } => format!("select {}", items(words, all)),
        NodeKind::Join(join) => join_line(words, join),
        NodeKind::Aggregate { keys, aggregates, .. } if keys.is_empty() => {
            format!("aggregate {{ {} }}", items(words, aggregates))
        }
        NodeKind::Aggregate { keys, aggregates, .. } => {
            format!("group by {} {{ {} }}", items(words, keys), items(words, aggregates))
        }
        NodeKind::Sort { by, .. } => format!("sort {}", sort_keys(words, by)),
        NodeKind::Take { count, .. } => format!("take {}", words.expr(count)),
        NodeKind::Distinct { on, keep, .. } => {
            let mut line = "distinct".to_owned();
            if !on.is_empty() {
                let on: Vec<String> = on.iter().map(|column| words.column(*column)).collect();
                line.push_str(&format!(" on {}", on.join(", ")));
            }
            if !keep.is_empty() {
                line.push_str(&format!(" keep first by {}", sort_keys(words, keep)));
            }
            line
        }
        NodeKind::Sample { count, key, seed, .. } => {
            let key: Vec<String> = key.iter().map(|column| words.column(*column)).collect();
            let seed: Vec<String> = seed.iter().map(|seed| words.expr(seed)).collect();
            format!("sample {} by {} seed {}", words.expr(count), key.join(", "), seed.join(", "))
        }
        NodeKind::Unpivot(unpivot) => {
            let columns: Vec<String> =
                unpivot.columns.iter().map(|(name, value)| format!("{name:?} = {}", words.expr(value))).collect();
            let (value, name) = (words.column(unpivot.value), words.column(unpivot.name));
            format!("unpivot {value} by {name} in [{}]", columns.join(", "))
        }
        NodeKind::Window(window) => {
            let mut line = "window".to_owned();
            if !window.by.is_empty() {
                let by: Vec<String> = window.by.iter().map(|expr| words.expr(expr)).collect();
                line.push_str(&format!(" by {}", by.join(", ")));
            }
            if !window.sort.is_empty() {
                line.push_str(&format!(" sort {}", sort_keys(words, &window.sort)));
            }
            let calls: Vec<String> = window
                .calls
                .iter()
                .map(|call| format!("{} = {}", words.column(call.column), words.window_call(call)))
                .collect();
            format!("{line} {{ {} }}", calls.join(", "))
        }
        NodeKind::SetOperation(set) => {
            let columns: Vec<String> = set.columns.iter().map(|column| words.column(column.column)).collect();
            format!("{} {{ {} }}", set.kind.word(), columns.join(", "))
        }
        NodeKind::Split { key, seed, counts, branches, branch, .. } => {
            let key: Vec<String> = key.iter().map(|column| words.column(*column)).collect();
            let seed: Vec<String> = seed.iter().map(|seed| words.expr(seed)).collect();
            let branches: Vec<String> = branches
                .iter()
                .map(|branch| {
                    let share = match &branch.share {
                        Share::Of(share) => words.expr(share),
                        Share::Rest => "rest".to_owned(),
                    };
                    format!("{} {share}{}", branch.name, if branch.is_held { " held" } else { "" })
                })
                .collect();
            let counts = split_counts(words, counts);
            let (key, seed, branches) = (key.join(", "), seed.join(", "), branches.join(", "));
            format!("split by {key} seed {seed}{counts} {{ {branches} }} as {}", words.column(*branch))
        }
    };
    line + &condition
}

/// What is said of the counts of a split: ` exactly`, ` stratify by city`.
#[must_use]
pub fn split_counts(words: &Words<'_>, counts: &SplitCounts) -> String {
    match counts {
        SplitCounts::Free => String::new(),
        SplitCounts::Exactly => " exactly".to_owned(),
        SplitCounts::Strata(columns) => {
            let columns: Vec<String> = columns.iter().map(|column| words.column(*column)).collect();
            format!(" stratify by {}", columns.join(", "))
        }
    }
}

pub(crate) fn occasion(words: &Words<'_>, table: wr_base::ids::TableId, parts: &[(u32, Expr)]) -> String {
    let name = |index: u32| {
        let column = words.tables.get(table).and_then(|table| table.columns.get(index as usize));
        column.map_or_else(|| "?".to_owned(), |column| super::quoted(&column.name))
    };
    let parts: Vec<String> =
        parts.iter().map(|(index, value)| format!("{} == {}", name(*index), words.expr(value))).collect();
    parts.join(" and ")
}

impl Words<'_> {
    /// `sum(amount) rows -6..0`
    #[must_use]
    pub fn window_call(&self, call: &WindowCall) -> String {
        let frame = match &call.function {
            WindowFunction::First(_, frame)
            | WindowFunction::Last(_, frame)
            | WindowFunction::Aggregate { frame, .. } => *frame,
            WindowFunction::RowNumber
            | WindowFunction::Rank
            | WindowFunction::DenseRank
            | WindowFunction::Ntile(_)
            | WindowFunction::Shifted { .. } => Frame::WHOLE,
        };
        let mut arguments: Vec<String> = call.function.exprs().into_iter().map(|expr| self.expr(expr)).collect();
        match &call.function {
            WindowFunction::Ntile(parts) => arguments.push(parts.to_string()),
            WindowFunction::Shifted { rows, .. } => arguments.insert(1, rows.unsigned_abs().to_string()),
            WindowFunction::RowNumber
            | WindowFunction::Rank
            | WindowFunction::DenseRank
            | WindowFunction::First(..)
            | WindowFunction::Last(..)
            | WindowFunction::Aggregate { .. } => {}
        }
        let words = match &call.function {
            WindowFunction::Aggregate { call, .. } => self.aggregate(call),
            WindowFunction::RowNumber
            | WindowFunction::Rank
            | WindowFunction::DenseRank
            | WindowFunction::Ntile(_)
            | WindowFunction::Shifted { .. }
            | WindowFunction::First(..)
            | WindowFunction::Last(..) => format!("{}({})", call.function.name(), arguments.join(", ")),
        };
        if frame == Frame::WHOLE {
            return words;
        }
        let end = |end: Option<i64>| end.map_or(String::new(), |end| end.to_string());
        format!("{words} rows {}..{}", end(frame.from), end(frame.to))
    }
}

fn items(words: &Words<'_>, items: &[Item]) -> String {
    let items: Vec<String> =
        items.iter().map(|item| expr::item(words, &item.name, &words.column(item.column), &item.expr)).collect();
    items.join(", ")
}

pub(super) fn sort_keys(words: &Words<'_>, keys: &[SortKey]) -> String {
    let keys: Vec<String> = keys
        .iter()
        .map(|key| format!("{}{}", words.expr(&key.expr), if key.descending { " desc" } else { "" }))
        .collect();
    keys.join(", ")
}

fn join_line(words: &Words<'_>, join: &Join) -> String {
    let kind = match join.kind {
        JoinKind::Inner => "",
        JoinKind::Left => " left",
        JoinKind::Full => " full",
        JoinKind::Semi => " semi",
        JoinKind::Anti => " anti",
        JoinKind::Cross => " cross",
    };
    let mut line = format!("join{}{kind}", if join.is_one { " one" } else { "" });
    let mut conditions: Vec<String> =
        join.equal.iter().map(|(left, right)| format!("{} == {}", words.expr(left), words.expr(right))).collect();
    conditions.extend(join.also.iter().map(|also| words.expr(also)));
    if !conditions.is_empty() {
        line.push_str(&format!(" on {}", conditions.join(" and ")));
    }
    for merged in &join.merged {
        let (column, left, right) =
            (words.column(merged.column), words.column(merged.left), words.column(merged.right));
        line.push_str(&format!(" with {column} = {left} ?? {right}"));
    }
    match &join.unmatched {
        Unmatched::ByKind => {}
        Unmatched::Fail => line.push_str(" unmatched fail"),
        Unmatched::Drop => line.push_str(" unmatched drop"),
        Unmatched::AtMost(share) => line.push_str(&format!(" unmatched <= {}", words.expr(share))),
    }
    line
}
