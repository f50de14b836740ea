//! `split` statements (B7): a relation with the branch of each row, and one relation per branch.
//!
//! The split relation is the `let`'s rows with the column `branch`; a branch is those rows of it that fell into it,
//! without that column. Which of them are held is decided when the program is closed.

use wr_base::ids::{ColumnId, RelationId};
use wr_base::row_type::{Column, Marks, RowType};
use wr_base::span::{Span, TextRange};
use wr_base::ty::{DataType, Type};
use wr_base::value::{Decimal, Value};
use wr_plan::declaration::{Branch, Share, SplitCounts};
use wr_plan::expr::{Expr, ExprKind};
use wr_plan::functions::FnId;
use wr_plan::logical::{Item, SplitOf, StepInfo};
use wr_syntax::ast;

use super::errors;
use crate::checker::{Checker, Named, Scope};
use crate::hash::{Hashed, check_key, check_seed};
use crate::hir::{Relation, Source, Step, StepKind};
use crate::relations;
use crate::types;

/// The column that a split adds.
const BRANCH: &str = "branch";

pub(crate) fn check_split(checker: &mut Checker, statement: &ast::Split) {
    let name = &statement.relation;
    let named = ast::RelationName { qualifier: None, name: name.clone(), arguments: None, range: name.range };
    let Some(base) = relations::find_relation(checker, &named) else { return };
    if checker.names.splits.contains_key(&name.text) {
        let at = checker.span(name.range);
        checker.report(errors::split_twice(at, &name.text));
        return;
    }
    let (columns, mut source_row) = relations::read_relation(checker, base, name.range);
    if source_row.find(None, BRANCH).is_some() {
        let at = checker.span(name.range);
        checker.report(errors::branch_column_taken(at, &name.text));
        // Said once: who reads the branches meets one column of the name.
        source_row.columns.retain(|column| column.name != BRANCH);
    }
    let key = check_key(checker, statement.key.iter().map(|name| (None, name)), &source_row, Hashed::Split);
    let seed = check_seed(checker, &statement.seed);
    let counts = check_counts(checker, &statement.counts, &source_row);
    let branches = check_branches(checker, statement);

    let head = statement.key.iter().map(|part| part.range.end).chain(statement.seed.iter().map(|part| part.range.end));
    let strata = match &statement.counts {
        ast::SplitCounts::Free => None,
        ast::SplitCounts::Exactly(word) => Some(word.end),
        ast::SplitCounts::Strata(names) => names.last().map(|name| name.range.end),
    };
    let head = TextRange::new(0, head.chain(strata).max().unwrap_or(name.range.end));
    let this = checker.relations.next_id();
    let info = StepInfo { word: "split".to_owned(), words: checker.words(head), relation: Some(this) };
    let source_step = checker.step_id(name.range, StepInfo { word: "from".to_owned(), ..info.clone() });
    let id = checker.step_id(head, info);
    let branch = checker.fresh_column();
    let mut row = source_row.clone();
    row.columns.push(text_column(branch));
    let split = SplitOf { relation: this, key: key.clone(), branch, name: None, is_held: false };
    let kind = StepKind::Split { key, seed, counts, branches: branches.clone(), branch };
    checker.relations.add(Relation {
        name: Some(format!("{}.*", name.text)),
        source: Source::Relation { relation: base, columns },
        source_step,
        source_row,
        steps: vec![Step { id, kind, condition: None, row: row.clone() }],
        row,
        split: Some(split.clone()),
    });
    checker.names.splits.insert(name.text.clone(), this);
    for (written, branch) in statement.branches.iter().zip(&branches) {
        let split = SplitOf { name: Some(branch.name.clone()), is_held: branch.is_held, ..split.clone() };
        let relation = branch_relation(checker, written, &name.text, &split);
        let span = checker.span(written.name.range);
        let names = (name.text.clone(), branch.name.clone());
        checker.names.branches.entry(names).or_insert(Named { meaning: relation, span });
    }
}

/// The rows of one branch: those with its name, without the column that says so.
fn branch_relation(checker: &mut Checker, written: &ast::Branch, split_name: &str, split: &SplitOf) -> RelationId {
    let (columns, source_row) = relations::read_relation(checker, split.relation, written.name.range);
    let this = checker.relations.next_id();
    let info =
        StepInfo { word: StepInfo::BRANCH.to_owned(), words: checker.words(written.range), relation: Some(this) };
    let source_step = checker.step_id(written.range, info.clone());
    let filter = checker.step_id(written.range, info.clone());
    let select = checker.step_id(written.range, info);
    let branch = columns.iter().find(|(_, over_there)| *over_there == split.branch).map(|(fresh, _)| *fresh);
    let at = checker.expr_id(written.name.range);
    let required = |data| Type::required(data);
    let predicate = branch.map_or_else(
        || Expr::error(at),
        |branch| {
            let name = Value::text(written.name.text.clone());
            let arguments =
                vec![Expr::column(at, required(DataType::Text), branch), Expr::literal(at, DataType::Text, name)];
            Expr::new(at, required(DataType::Bool), ExprKind::Call { function: FnId::Equal, arguments })
        },
    );
    let mut row = source_row.clone();
    row.columns.retain(|column| Some(column.id) != branch);
    let items = row.columns.iter().map(|column| passed_on(checker, column, written.name.range)).collect();
    let steps = vec![
        Step { id: filter, kind: StepKind::Filter(predicate), condition: None, row: source_row.clone() },
        Step { id: select, kind: StepKind::Select(items), condition: None, row: row.clone() },
    ];
    checker.relations.add(Relation {
        name: Some(format!("{split_name}.{}", written.name.text)),
        source: Source::Relation { relation: split.relation, columns },
        source_step,
        source_row,
        steps,
        row,
        split: Some(split.clone()),
    })
}

/// An item that passes a column on under its own id.
pub(super) fn passed_on(checker: &mut Checker, column: &Column, range: TextRange) -> Item {
    let id = checker.expr_id(range);
    Item { column: column.id, name: column.name.clone(), expr: Expr::column(id, column.ty.clone(), column.id) }
}

fn text_column(id: ColumnId) -> Column {
    Column {
        id,
        qualifier: None,
        name: BRANCH.to_owned(),
        ty: Type::required(DataType::Text),
        marks: Marks::default(),
        origin: Vec::new(),
        shaped: None,
    }
}

/// The columns that tell the strata may be null: those without a city are a stratum of their own.
fn check_counts(checker: &mut Checker, counts: &ast::SplitCounts, row: &RowType) -> SplitCounts {
    let names = match counts {
        ast::SplitCounts::Free => return SplitCounts::Free,
        ast::SplitCounts::Exactly(_) => return SplitCounts::Exactly,
        ast::SplitCounts::Strata(names) => names,
    };
    let mut strata = Vec::new();
    for name in names {
        let scope = Scope::row(row, "the strata of a split");
        let Some(id) = types::resolve_column(checker, &scope, None, name) else { continue };
        let at = checker.span(name.range);
        let data = row.column(id).map(|column| column.ty.data.clone());
        if let Some(data) = data.filter(|data| !data.is_key_type() && *data != DataType::Bool) {
            checker.report(errors::strata_type(at, &name.text, &data));
        } else if strata.contains(&id) {
            checker.report(errors::strata_twice(at, &name.text));
        } else {
            strata.push(id);
        }
    }
    SplitCounts::Strata(strata)
}

fn check_branches(checker: &mut Checker, statement: &ast::Split) -> Vec<Branch> {
    let mut branches: Vec<Branch> = Vec::new();
    let mut rest: Option<Span> = None;
    // `None` when a share is known only in the run, which checks the sum then.
    let mut sum = Decimal::from_int(0);
    for (at, written) in statement.branches.iter().enumerate() {
        let name_at = checker.span(written.name.range);
        let first = statement.branches.iter().take(at).find(|other| other.name.text == written.name.text);
        if let Some(first) = first {
            let first_at = checker.span(first.name.range);
            checker.report(errors::branch_twice(name_at, first_at, &written.name.text));
        }
        let share = match &written.share {
            ast::Share::Rest(range) => {
                let rest_at = checker.span(*range);
                match rest {
                    Some(first_at) => checker.report(errors::rest_twice(rest_at, first_at)),
                    None => rest = Some(rest_at),
                }
                Share::Rest
            }
            ast::Share::Of(written) => {
                let (share, known) = check_share(checker, written);
                sum = sum.zip(known).and_then(|(sum, known)| add(sum, known));
                Share::Of(share)
            }
        };
        branches.push(Branch { name: written.name.text.clone(), share, is_held: written.held.is_some() });
    }
    if let Some(sum) = sum {
        check_sum(checker, statement, sum, rest.is_some());
    }
    branches
}

/// Shares that are all known must give the whole, or leave something to `rest`.
fn check_sum(checker: &mut Checker, statement: &ast::Split, sum: Decimal, has_rest: bool) {
    let ranges = statement.branches.iter().filter_map(|branch| match &branch.share {
        ast::Share::Of(share) => Some(share.range),
        ast::Share::Rest(_) => None,
    });
    // Bad lists have been reported at their own words.
    let Some(range) = ranges.reduce(TextRange::cover) else {
        if !has_rest {
            let at = checker.span(statement.relation.range);
            checker.report(errors::split_into_nothing(at));
        }
        return;
    };
    let at = checker.span(range);
    match sum.compare(Decimal { unscaled: 1, scale: 0 }) {
        std::cmp::Ordering::Greater => checker.report(errors::shares_too_large(at, sum)),
        std::cmp::Ordering::Less if !has_rest => {
            let end = statement.branches.last().map_or(range.end, |branch| branch.range.end);
            let end = checker.span(TextRange::empty(end));
            checker.report(errors::shares_too_small(at, end, sum));
        }
        std::cmp::Ordering::Less | std::cmp::Ordering::Equal => {}
    }
}

/// A share, and its value where it is a literal. One that was reported counts as unknown.
fn check_share(checker: &mut Checker, written: &ast::Expr) -> (Expr, Option<Decimal>) {
    let share = types::type_expr(checker, &Scope::values("a share"), written);
    let at = checker.span(written.range);
    match &share.ty.data {
        DataType::Percent | DataType::Decimal { .. } => {}
        DataType::Error => return (share, None),
        DataType::Int
        | DataType::Float
        | DataType::Text
        | DataType::Bool
        | DataType::Date
        | DataType::DateTime
        | DataType::Time
        | DataType::Duration
        | DataType::Uuid
        | DataType::Range(_)
        | DataType::Period
        | DataType::List(_)
        | DataType::Shape
        | DataType::Null => {
            let number = if let ExprKind::Literal(Value::Int(number)) = &share.kind {
                (0..=100).contains(number).then_some(*number)
            } else {
                None
            };
            checker.report(errors::share_is_no_share(at, number));
            return (share, None);
        }
    }
    if share.ty.nullable {
        checker.report(errors::share_may_be_missing(at));
        return (share, None);
    }
    let known = if let ExprKind::Literal(Value::Percent(known) | Value::Decimal(known)) = &share.kind {
        Some(*known)
    } else {
        None
    };
    if known.is_some_and(|known| known.unscaled < 0) {
        checker.report(errors::share_below_zero(at));
        return (share, None);
    }
    (share, known)
}

fn add(left: Decimal, right: Decimal) -> Option<Decimal> {
    let scale = left.scale.max(right.scale);
    let sum = left.rescale(scale)?.unscaled.checked_add(right.rescale(scale)?.unscaled)?;
    Decimal::new(sum, scale)
}
