//! `using k` and `on …` to pairs of equal expressions and what else must be true.

use wr_base::ids::ColumnId;
use wr_base::row_type::RowType;
use wr_base::span::TextRange;
use wr_base::ty::DataType;
use wr_plan::expr::{Expr, ExprKind};
use wr_plan::functions::FnId;
use wr_plan::logical::JoinKind;
use wr_syntax::ast;

use super::kind_of;
use crate::checker::{Checker, Scope};
use crate::steps::errors;
use crate::types;

/// What a join's condition says.
#[derive(Default)]
pub(super) struct Found {
    /// Over the left row, over the right columns.
    pub(super) equal: Vec<(Expr, Expr)>,
    pub(super) also: Option<Expr>,
    /// `using`: the key on both sides.
    pub(super) using: Vec<(ColumnId, ColumnId)>,
}

/// The right columns that are compared as they are: a key among them finds one row.
pub(super) fn right_columns(found: &Found) -> Vec<ColumnId> {
    found.equal.iter().filter_map(|(_, right)| plain(right)).collect()
}

/// As [`right_columns`], of the left row.
pub(super) fn left_columns(found: &Found) -> Vec<ColumnId> {
    found.equal.iter().filter_map(|(left, _)| plain(left)).collect()
}

/// The column that an expression is, perhaps widened: widening keeps different values different, but for floats.
fn plain(expr: &Expr) -> Option<ColumnId> {
    match &expr.kind {
        ExprKind::Column(id) => Some(*id),
        ExprKind::Call { function: FnId::Convert, arguments } if expr.ty.data != DataType::Float => {
            arguments.first().and_then(plain)
        }
        ExprKind::Literal(_)
        | ExprKind::Value(_)
        | ExprKind::Fact(_)
        | ExprKind::Call { .. }
        | ExprKind::And(..)
        | ExprKind::Or(..)
        | ExprKind::Coalesce(..)
        | ExprKind::When { .. }
        | ExprKind::Aggregate { .. }
        | ExprKind::RelativePeriod(_)
        | ExprKind::Error => None,
    }
}

pub(super) fn check(
    checker: &mut Checker,
    left: &RowType,
    right: &RowType,
    qualifier: &str,
    join: &ast::Join,
    range: TextRange,
) -> Found {
    let kind = kind_of(join.kind);
    let is_cross = kind == JoinKind::Cross;
    match &join.condition {
        None if is_cross => Found::default(),
        None => {
            let at = checker.span(range);
            checker.report(errors::join_without_condition(at));
            Found::default()
        }
        Some(ast::JoinCondition::Using(names)) => {
            if is_cross && let Some(name) = names.first() {
                let at = checker.span(name.range);
                checker.report(errors::cross_join_with_condition(at));
            }
            using(checker, left, right, qualifier, names, kind == JoinKind::Full)
        }
        Some(ast::JoinCondition::On(condition)) => {
            if is_cross {
                let at = checker.span(condition.range);
                checker.report(errors::cross_join_with_condition(at));
            }
            on(checker, left, right, condition, is_cross)
        }
    }
}

/// `using k` means `left.k == q.k` (B2).
fn using(
    checker: &mut Checker,
    left: &RowType,
    right: &RowType,
    qualifier: &str,
    names: &[ast::Name],
    is_full: bool,
) -> Found {
    let mut found = Found::default();
    let both = both_rows(left, right);
    let bare_right = RowType {
        columns: right
            .columns
            .iter()
            .map(|column| wr_base::row_type::Column { qualifier: None, ..column.clone() })
            .collect(),
        ..right.clone()
    };
    for name in names {
        let left_id = types::resolve_column(checker, &Scope::row(left, "the left side of `using`"), None, name);
        let right_id =
            types::resolve_column(checker, &Scope::row(&bare_right, "the right side of `using`"), None, name);
        let (Some(left_id), Some(right_id)) = (left_id, right_id) else { continue };
        let types = left.column(left_id).zip(right.column(right_id));
        let Some((left_type, right_type)) = types.map(|(l, r)| (l.ty.data.clone(), r.ty.data.clone())) else {
            continue;
        };
        if is_full && left_type != right_type && !left_type.is_error() && !right_type.is_error() {
            let at = checker.span(name.range);
            checker.report(errors::using_of_two_types(at, &name.text, qualifier, &left_type, &right_type));
            continue;
        }
        let equality = types::type_condition(checker, &Scope::row(&both, "`using`"), &written_out(name, qualifier));
        let Ok((left_expr, right_expr)) = equality_of(left, right, equality) else { continue };
        check_key_type(checker, &left_expr, name.range);
        found.equal.push((left_expr, right_expr));
        found.using.push((left_id, right_id));
    }
    found
}

/// `k == q.k`, at the words `k`.
fn written_out(name: &ast::Name, qualifier: &str) -> ast::Expr {
    let range = name.range;
    let expr = |kind| ast::Expr { kind, range, parenthesised: false };
    // Quoted, so that a key called `now` is a column.
    let name = ast::Name { quoted: true, ..name.clone() };
    let qualifier = ast::Name { text: qualifier.to_owned(), range, quoted: true };
    expr(ast::ExprKind::Binary {
        operator: ast::BinaryOperator::Equal,
        operator_range: range,
        left: Box::new(expr(ast::ExprKind::Name(name.clone()))),
        right: Box::new(expr(ast::ExprKind::Qualified { qualifier, name })),
    })
}

fn both_rows(left: &RowType, right: &RowType) -> RowType {
    let mut both = left.clone();
    both.columns.extend(right.columns.iter().cloned());
    both.is_unknown |= right.is_unknown;
    both
}

fn on(checker: &mut Checker, left: &RowType, right: &RowType, condition: &ast::Expr, is_cross: bool) -> Found {
    let both = both_rows(left, right);
    let typed = types::type_condition(checker, &Scope::row(&both, "the condition of a join"), condition);
    let is_broken = has_error(&typed);
    let mut found = Found::default();
    let mut rest: Option<Expr> = None;
    for part in conjuncts(typed) {
        match equality_of(left, right, part) {
            Ok(pair) => {
                check_key_type(checker, &pair.0, condition.range);
                found.equal.push(pair);
            }
            Err(part) => rest = Some(both_true(rest, *part)),
        }
    }
    found.also = rest;
    if found.equal.is_empty() && !is_broken && !is_cross {
        let at = checker.span(condition.range);
        checker.report(errors::join_without_equality(at));
    }
    found
}

fn check_key_type(checker: &mut Checker, key: &Expr, range: TextRange) {
    if key.ty.data == DataType::Float {
        let at = checker.span(range);
        checker.report(errors::join_key_type(at, &key.ty.data));
    }
}

fn has_error(expr: &Expr) -> bool {
    let mut found = false;
    expr.visit(&mut |part| found |= part.ty.is_error());
    found
}

/// The parts of `a and b and c`, in their order.
fn conjuncts(expr: Expr) -> Vec<Expr> {
    if let Expr { kind: ExprKind::And(left, right), .. } = expr {
        let mut parts = conjuncts(*left);
        parts.extend(conjuncts(*right));
        return parts;
    }
    vec![expr]
}

fn both_true(left: Option<Expr>, right: Expr) -> Expr {
    match left {
        None => right,
        Some(left) => {
            let ty = left.ty.clone().or_null(right.ty.nullable);
            Expr::new(left.id, ty, ExprKind::And(Box::new(left), Box::new(right)))
        }
    }
}

/// `left == right`, either way round; anything else is given back.
fn equality_of(left: &RowType, right: &RowType, expr: Expr) -> Result<(Expr, Expr), Box<Expr>> {
    let is_of = |row: &RowType, side: &Expr| {
        let columns = side.columns();
        !columns.is_empty() && columns.iter().all(|id| row.column(*id).is_some())
    };
    match expr {
        Expr { kind: ExprKind::Call { function: FnId::Equal, mut arguments }, id, ty } if arguments.len() == 2 => {
            let swapped = match arguments.as_slice() {
                [a, b] if is_of(left, a) && is_of(right, b) => Some(false),
                [a, b] if is_of(right, a) && is_of(left, b) => Some(true),
                _ => None,
            };
            match (swapped, arguments.pop(), arguments.pop()) {
                (Some(false), Some(second), Some(first)) => Ok((first, second)),
                (Some(true), Some(second), Some(first)) => Ok((second, first)),
                (_, second, first) => {
                    let arguments = first.into_iter().chain(second).collect();
                    Err(Box::new(Expr { id, ty, kind: ExprKind::Call { function: FnId::Equal, arguments } }))
                }
            }
        }
        other => Err(Box::new(other)),
    }
}
