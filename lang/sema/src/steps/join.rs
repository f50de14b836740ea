//! `join`: the right side's columns under a qualifier, found by equal values (B2, B3).
//!
//! What is proved of the rows after it (keys, order, nullability) stands in [`facts`].

mod condition;
mod facts;

use wr_base::ids::ColumnId;
use wr_base::row_type::{Column, RowType};
use wr_base::span::TextRange;
use wr_base::ty::{DataType, Type};
use wr_plan::logical::{JoinKind, MergedKey, Unmatched};
use wr_syntax::ast;

use super::{Outcome, Pipe, errors};
use crate::checker::{Checker, Scope};
use crate::hir::{Join, StepKind};
use crate::relations::fan_out::MultiplyingJoin;
use crate::relations::{operand, operand_range, read_relation, source_name};
use crate::types;

/// `join one left`, in the order of the grammar.
pub(super) fn word(join: &ast::Join) -> String {
    let mut words = vec!["join"];
    words.extend(join.cardinality.map(|cardinality| match cardinality {
        ast::Cardinality::One => "one",
        ast::Cardinality::Many => "many",
    }));
    words.extend(join.kind.map(kind_word));
    words.join(" ")
}

const fn kind_word(kind: ast::JoinKind) -> &'static str {
    match kind {
        ast::JoinKind::Inner => "inner",
        ast::JoinKind::Left => "left",
        ast::JoinKind::Full => "full",
        ast::JoinKind::Semi => "semi",
        ast::JoinKind::Anti => "anti",
        ast::JoinKind::Cross => "cross",
    }
}

const fn kind_of(kind: Option<ast::JoinKind>) -> JoinKind {
    match kind {
        None | Some(ast::JoinKind::Inner) => JoinKind::Inner,
        Some(ast::JoinKind::Left) => JoinKind::Left,
        Some(ast::JoinKind::Full) => JoinKind::Full,
        Some(ast::JoinKind::Semi) => JoinKind::Semi,
        Some(ast::JoinKind::Anti) => JoinKind::Anti,
        Some(ast::JoinKind::Cross) => JoinKind::Cross,
    }
}

pub(super) fn check(checker: &mut Checker, pipe: &mut Pipe, join: &ast::Join, range: TextRange) -> Outcome {
    let right = operand(checker, &join.operand);
    let qualifier = qualifier(checker, pipe, join);
    let (Some(right), Some(qualifier)) = (right, qualifier) else {
        // Its columns may be anything, or have any name: nobody complains about one.
        return Outcome { kind: StepKind::Error, row: RowType { is_unknown: true, ..pipe.row.clone() } };
    };
    let (right_columns, mut right_row) = read_relation(checker, right, operand_range(&join.operand));
    for column in &mut right_row.columns {
        column.qualifier = Some(qualifier.clone());
    }
    let kind = kind_of(join.kind);
    check_clauses(checker, join, kind, range);
    let found = condition::check(checker, &pipe.row, &right_row, &qualifier, join, range);
    let unmatched = unmatched(checker, join, kind);

    let is_one = join.cardinality == Some(ast::Cardinality::One);
    let one_right = is_one || right_row.is_unique_by(&condition::right_columns(&found));
    warn_of_multiplying(checker, pipe, join, kind, one_right, range);

    let (mut row, merged) = row_after(checker, &pipe.row, &right_row, kind, &found);
    row.keys = facts::keys(&pipe.row, &right_row, kind, &found, one_right, &merged);
    crate::relations::keep_known_keys(&mut row);
    let keeps_order =
        is_one && matches!(kind, JoinKind::Inner | JoinKind::Left) || matches!(kind, JoinKind::Semi | JoinKind::Anti);
    if !keeps_order {
        row.order = Vec::new();
        let at = checker.span(range);
        pipe.lose_sort(checker, at, "a join that may find many rows");
    }
    let kind = StepKind::Join(Box::new(Join {
        right,
        right_columns,
        kind,
        equal: found.equal,
        also: found.also,
        merged,
        is_one,
        unmatched,
    }));
    Outcome { kind, row }
}

/// The name before the dot of the right side's columns: new in its pipeline (B2). Reports one that is missing or taken.
fn qualifier(checker: &mut Checker, pipe: &Pipe, join: &ast::Join) -> Option<String> {
    let range = operand_range(&join.operand);
    let (name, at) = match (&join.alias, source_name(&join.operand)) {
        (Some(alias), _) => (alias.text.clone(), alias.range),
        (None, Some(name)) => (name, range),
        (None, None) => {
            let is_unnamed = matches!(kind_of(join.kind), JoinKind::Semi | JoinKind::Anti)
                && matches!(join.condition, Some(ast::JoinCondition::Using(_)));
            if is_unnamed {
                // No name that can be written, so nothing can be captured.
                return Some(String::new());
            }
            let at = checker.span(range);
            checker.report(errors::join_without_name(at));
            return None;
        }
    };
    let is_taken = pipe.row.columns.iter().any(|column| column.qualifier.as_deref() == Some(name.as_str()));
    let is_self = join.alias.is_none() && pipe.source_name.as_deref() == Some(name.as_str());
    if is_taken || is_self {
        let at = checker.span(at);
        checker.report(errors::join_name_taken(at, &name, join.alias.is_some()));
        return None;
    }
    Some(name)
}

/// Clauses that do not go with the kind of the join.
fn check_clauses(checker: &mut Checker, join: &ast::Join, kind: JoinKind, range: TextRange) {
    let at = checker.span(range);
    let word = join.kind.map_or("inner", kind_word);
    match (kind, join.cardinality) {
        (JoinKind::Semi | JoinKind::Anti, Some(cardinality)) => {
            checker.report(errors::cardinality_of_filtering_join(at, cardinality, word));
        }
        (JoinKind::Cross, Some(ast::Cardinality::One)) => checker.report(errors::cross_join_of_one(at)),
        (JoinKind::Inner | JoinKind::Left | JoinKind::Full | JoinKind::Cross, _)
        | (JoinKind::Semi | JoinKind::Anti, None) => {}
    }
    if let Some(clause) = join.unmatched.as_ref().filter(|_| kind != JoinKind::Inner) {
        let clause_at = checker.span(clause.range);
        checker.report(errors::unmatched_of_other_join(clause_at, word));
    }
}

/// `unmatched`: only an inner join lets rows go, so only there it has a meaning (B3).
fn unmatched(checker: &mut Checker, join: &ast::Join, kind: JoinKind) -> Unmatched {
    match join.unmatched.as_ref().map(|clause| &clause.rule) {
        None => Unmatched::ByKind,
        Some(ast::UnmatchedRule::Fail) if kind == JoinKind::Inner => Unmatched::Fail,
        Some(ast::UnmatchedRule::Drop) if kind == JoinKind::Inner => Unmatched::Drop,
        Some(ast::UnmatchedRule::AtMost(share)) => {
            let scope = Scope::values("the limit of `unmatched`");
            let share = types::type_expr_as(checker, &scope, share, &Type::required(DataType::Percent));
            if kind == JoinKind::Inner { Unmatched::AtMost(share) } else { Unmatched::ByKind }
        }
        Some(ast::UnmatchedRule::Fail | ast::UnmatchedRule::Drop) => Unmatched::ByKind,
    }
}

fn warn_of_multiplying(
    checker: &Checker,
    pipe: &mut Pipe,
    join: &ast::Join,
    kind: JoinKind,
    one_right: bool,
    range: TextRange,
) {
    let is_plain = join.cardinality.is_none() && matches!(kind, JoinKind::Inner | JoinKind::Left | JoinKind::Full);
    if is_plain && !one_right && !pipe.row.is_unknown {
        let after_join = TextRange::empty(range.start + "join".len() as u32);
        pipe.joins_that_multiply.push(MultiplyingJoin {
            step: pipe.length,
            span: checker.span(range),
            word: checker.span(after_join),
            right: source_name(&join.operand).unwrap_or_else(|| "the right side".to_owned()),
        });
    }
}

/// The columns after the join: left, then right under its qualifier; with the one bare key of a full join (B2).
fn row_after(
    checker: &mut Checker,
    left: &RowType,
    right: &RowType,
    kind: JoinKind,
    found: &condition::Found,
) -> (RowType, Vec<MergedKey>) {
    let mut row = left.clone();
    row.is_held |= right.is_held;
    let mut merged = Vec::new();
    match kind {
        JoinKind::Semi | JoinKind::Anti => return (row, merged),
        JoinKind::Inner | JoinKind::Left | JoinKind::Full | JoinKind::Cross => {}
    }
    row.is_open |= right.is_open;
    row.is_unknown |= right.is_unknown;
    if kind == JoinKind::Full {
        make_nullable(&mut row.columns);
        for (left_key, right_key) in &found.using {
            merged.extend(merge(checker, &mut row, right, *left_key, *right_key));
        }
    }
    let mut added = right.columns.clone();
    if matches!(kind, JoinKind::Left | JoinKind::Full) {
        make_nullable(&mut added);
    }
    row.columns.extend(added);
    (row, merged)
}

fn make_nullable(columns: &mut [Column]) {
    for column in columns {
        column.ty.nullable = true;
    }
}

/// The left key's place is taken by the first of both that is not null.
fn merge(
    checker: &mut Checker,
    row: &mut RowType,
    right: &RowType,
    left_key: ColumnId,
    right_key: ColumnId,
) -> Option<MergedKey> {
    let other = right.column(right_key)?;
    let column = checker.fresh_column();
    let key = row.columns.iter_mut().find(|column| column.id == left_key)?;
    key.id = column;
    // One side is there in every row; its key is null only where it was null before.
    key.ty.nullable = true;
    for source in &other.origin {
        if !key.origin.contains(source) {
            key.origin.push(source.clone());
        }
    }
    key.marks.personal |= other.marks.personal;
    Some(MergedKey { column, left: left_key, right: right_key })
}
