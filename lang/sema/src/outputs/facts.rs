//! Calls that say something about relations (`rows(r)`, `unique(r, k)`, `sum(r.x)`) to facts, each computed once a run.
//!
//! The same words in one file are the same fact; so is the same question about the same relation.

use wr_base::ids::{FactId, RelationId};
use wr_base::row_type::{Column, Marks, RowType};
use wr_base::span::TextRange;
use wr_base::ty::{DataType, Type};
use wr_plan::declaration::Fact;
use wr_plan::expr::{Expr, ExprKind};
use wr_plan::functions::AggregateId;
use wr_plan::logical::{Item, StepInfo};
use wr_syntax::ast;

use super::errors;
use crate::checker::{Checker, Scope};
use crate::hir::{Relation, Source, Step, StepKind};
use crate::relations;
use crate::types;

/// The expression of a call that is a fact, where facts may stand ([`Scope::facts`](crate::checker::Scope)).
///
/// `None`: no fact, to be typed as any other call; nothing was reported then. `range` is the place of the whole call.
pub(crate) fn type_fact(checker: &mut Checker, call: &ast::Call, range: TextRange) -> Option<Expr> {
    let kind = match call.name.text.as_str() {
        "rows" => Asked::Rows,
        "unique" => Asked::Unique,
        "change" if call.since.is_some() || !checker.names.functions.contains_key("change") => Asked::Change,
        other if AggregateId::by_name(other).is_some() => Asked::Aggregate,
        _ => return None,
    };
    if let Some(since) = call.since.as_ref().filter(|_| !matches!(kind, Asked::Change)) {
        let at = checker.span(since.range);
        checker.report(errors::since_of_no_change(at));
        return Some(Expr::error(checker.expr_id(range)));
    }
    let key = checker.sources.slice(checker.span(range)).to_owned();
    let id = checker.expr_id(range);
    let known = checker.facts_by_words.get(&key).cloned();
    let found = known.or_else(|| match kind {
        Asked::Rows => rows(checker, call, range),
        Asked::Unique => unique(checker, call, range),
        Asked::Aggregate => aggregate(checker, call, range),
        Asked::Change => super::change::change(checker, call, range),
    });
    let Some((fact, ty)) = found else { return Some(Expr::error(id)) };
    if !key.is_empty() {
        checker.facts_by_words.insert(key, (fact, ty.clone()));
    }
    Some(Expr::new(id, ty, ExprKind::Fact(fact)))
}

enum Asked {
    Rows,
    Unique,
    Aggregate,
    Change,
}

fn rows(checker: &mut Checker, call: &ast::Call, range: TextRange) -> Option<(FactId, Type)> {
    let [argument] = call.arguments.as_slice() else {
        let at = checker.span(range);
        checker.report(errors::fact_of_what(at, "rows", "`rows` counts the rows of one relation: `rows(recipients)`"));
        return None;
    };
    let relation = relation(checker, argument, "rows")?;
    Some((add(checker, Fact::Rows { relation }), Type::required(DataType::Int)))
}

fn unique(checker: &mut Checker, call: &ast::Call, range: TextRange) -> Option<(FactId, Type)> {
    let Some((first, names)) = call.arguments.split_first().filter(|(_, names)| !names.is_empty()) else {
        let at = checker.span(range);
        let help = "name the relation, then its columns: `unique(recipients, user_id)`";
        checker.report(errors::fact_of_what(at, "unique", help));
        return None;
    };
    let relation = relation(checker, first, "unique")?;
    let row = checker.relations[relation].row.clone();
    let mut columns = Vec::new();
    let mut is_broken = false;
    for name in names {
        match &name.kind {
            ast::ExprKind::Name(name) => {
                match types::resolve_column(checker, &Scope::row(&row, "`unique`"), None, name) {
                    Some(column) => columns.push(column),
                    None => is_broken = true,
                }
            }
            ast::ExprKind::Error => is_broken = true,
            ast::ExprKind::Literal(_)
            | ast::ExprKind::Text(_)
            | ast::ExprKind::Pattern(_)
            | ast::ExprKind::Value(_)
            | ast::ExprKind::Qualified { .. }
            | ast::ExprKind::Call(_)
            | ast::ExprKind::FileColumn { .. }
            | ast::ExprKind::List(_)
            | ast::ExprKind::Range { .. }
            | ast::ExprKind::Period(_)
            | ast::ExprKind::Unary { .. }
            | ast::ExprKind::Binary { .. }
            | ast::ExprKind::When { .. }
            | ast::ExprKind::Relation(_) => {
                let at = checker.span(name.range);
                checker.report(errors::unique_needs_columns(at));
                is_broken = true;
            }
        }
    }
    if is_broken {
        return None;
    }
    Some((add(checker, Fact::Unique { relation, columns }), Type::required(DataType::Bool)))
}

/// `sum(r.x)`: the one cell of a relation that aggregates all rows of `r`.
fn aggregate(checker: &mut Checker, call: &ast::Call, range: TextRange) -> Option<(FactId, Type)> {
    let mut call = call.clone();
    let mut qualifiers: Vec<ast::Name> = Vec::new();
    for part in call.arguments.iter_mut().chain(call.order.iter_mut().map(|key| &mut key.value)) {
        take_qualifiers(part, &mut qualifiers);
    }
    let at = checker.span(range);
    let Some(first) = qualifiers.first().cloned() else {
        let help = match (call.name.text.as_str(), call.arguments.is_empty()) {
            ("count", true) => "write `rows(r)` for the number of rows of the relation `r`".to_owned(),
            (name, _) => format!("name the relation before the column: `{name}(r.x)`"),
        };
        checker.report(errors::fact_of_what(at, &call.name.text, help));
        return None;
    };
    if let Some(other) = qualifiers.iter().find(|other| other.text != first.text) {
        let (first_at, other_at) = (checker.span(first.range), checker.span(other.range));
        checker.report(errors::fact_of_two_relations(other_at, first_at, &call.name.text));
        return None;
    }
    let named = ast::RelationName { qualifier: None, name: first.clone(), arguments: None, range: first.range };
    let relation = relations::find_relation(checker, &named)?;
    let (columns, source_row) = relations::read_relation(checker, relation, first.range);
    let expr = ast::Expr { kind: ast::ExprKind::Call(call), range, parenthesised: false };
    let scope = Scope { aggregates: true, ..Scope::row(&source_row, "a fact") };
    let expr = types::type_column_expr(checker, &scope, &expr);
    if expr.ty.is_error() {
        return None;
    }
    let words = checker.words(range);
    let this = checker.relations.next_id();
    let info = |word: &str| StepInfo { word: word.to_owned(), words: words.clone(), relation: Some(this) };
    let source_step = checker.step_id(range, info("from"));
    let id = checker.step_id(range, info("aggregate"));
    let (column, ty) = (checker.fresh_column(), expr.ty.clone());
    let row = RowType {
        columns: vec![Column {
            id: column,
            qualifier: None,
            name: "value".to_owned(),
            ty: ty.clone(),
            marks: Marks::default(),
            origin: Vec::new(),
            shaped: None,
        }]
        .into(),
        keys: vec![Vec::new()],
        ..RowType::default()
    };
    let items = vec![Item { column, name: "value".to_owned(), expr }];
    let kind = StepKind::Aggregate { keys: Vec::new(), aggregates: items };
    let relation = checker.relations.add(Relation {
        name: None,
        source: Source::Relation { relation, columns },
        source_step,
        source_row,
        steps: vec![Step { id, kind, condition: None, row: row.clone() }],
        row,
        split: None,
    });
    Some((add(checker, Fact::Scalar { relation, column }), ty))
}

/// `r.x` becomes `x`, and `r` is remembered.
fn take_qualifiers(expr: &mut ast::Expr, found: &mut Vec<ast::Name>) {
    if let ast::ExprKind::Qualified { qualifier, name } = &expr.kind {
        found.push(qualifier.clone());
        expr.kind = ast::ExprKind::Name(name.clone());
        return;
    }
    match &mut expr.kind {
        ast::ExprKind::Call(call) => {
            let keys = call.order.iter_mut().map(|key| &mut key.value);
            call.arguments.iter_mut().chain(keys).for_each(|part| take_qualifiers(part, found));
        }
        ast::ExprKind::List(items) => items.iter_mut().for_each(|part| take_qualifiers(part, found)),
        ast::ExprKind::Range { from, to } => {
            from.iter_mut().chain(to.iter_mut()).for_each(|part| take_qualifiers(part, found));
        }
        ast::ExprKind::Unary { operand, .. } => take_qualifiers(operand, found),
        ast::ExprKind::Binary { left, right, .. } => {
            take_qualifiers(left, found);
            take_qualifiers(right, found);
        }
        ast::ExprKind::When { arms, otherwise } => {
            for arm in arms {
                take_qualifiers(&mut arm.condition, found);
                take_qualifiers(&mut arm.value, found);
            }
            take_qualifiers(otherwise, found);
        }
        ast::ExprKind::Text(text) => {
            for part in &mut text.parts {
                if let ast::TextPart::Hole(hole) = part {
                    take_qualifiers(hole, found);
                }
            }
        }
        ast::ExprKind::Literal(_)
        | ast::ExprKind::Pattern(_)
        | ast::ExprKind::Value(_)
        | ast::ExprKind::Name(_)
        | ast::ExprKind::Qualified { .. }
        | ast::ExprKind::FileColumn { .. }
        | ast::ExprKind::Period(_)
        | ast::ExprKind::Relation(_)
        | ast::ExprKind::Error => {}
    }
}

/// The relation that an argument names: a `let`, a branch, a table, or a pipeline.
fn relation(checker: &mut Checker, argument: &ast::Expr, function: &str) -> Option<RelationId> {
    let (qualifier, name) = match &argument.kind {
        ast::ExprKind::Relation(pipeline) => return Some(relations::relation_of(checker, pipeline, None)),
        ast::ExprKind::Name(name) => (None, name.clone()),
        ast::ExprKind::Qualified { qualifier, name } => (Some(qualifier.clone()), name.clone()),
        // `rows(active($seen))`: a relation with parameters.
        ast::ExprKind::Call(call) if is_relation(checker, call) => {
            let given = |value: &ast::Expr| ast::GivenArgument { name: None, value: value.clone(), range: value.range };
            let arguments = Some(call.arguments.iter().map(given).collect());
            let name = call.name.clone();
            let named = ast::RelationName { qualifier: None, name, arguments, range: argument.range };
            return relations::find_relation(checker, &named);
        }
        ast::ExprKind::Error => return None,
        ast::ExprKind::Literal(_)
        | ast::ExprKind::Text(_)
        | ast::ExprKind::Pattern(_)
        | ast::ExprKind::Value(_)
        | ast::ExprKind::Call(_)
        | ast::ExprKind::FileColumn { .. }
        | ast::ExprKind::List(_)
        | ast::ExprKind::Range { .. }
        | ast::ExprKind::Period(_)
        | ast::ExprKind::Unary { .. }
        | ast::ExprKind::Binary { .. }
        | ast::ExprKind::When { .. } => {
            let at = checker.span(argument.range);
            let help = "a relation is a `let`, a branch of a split, a table, or a pipeline that begins with `from`";
            checker.report(errors::fact_of_what(at, function, help));
            return None;
        }
    };
    let named = ast::RelationName { qualifier, name, arguments: None, range: argument.range };
    relations::find_relation(checker, &named)
}

fn is_relation(checker: &Checker, call: &ast::Call) -> bool {
    !call.or_null && call.since.is_none() && checker.names.relations.contains_key(&call.name.text)
}

fn add(checker: &mut Checker, fact: Fact) -> FactId {
    let known = checker.facts.iter().find(|(_, other)| **other == fact).map(|(id, _)| id);
    known.unwrap_or_else(|| checker.facts.add(fact))
}
