//! `unpivot value by name in [columns]`: a row for each listed column, with its name and its value. Nulls are rows, too.

use wr_base::ids::ColumnId;
use wr_base::row_type::{Column, Marks, RowType};
use wr_base::span::TextRange;
use wr_base::ty::{DataType, Type};
use wr_plan::expr::Expr;
use wr_plan::functions::common_type;
use wr_syntax::ast;

use super::{Outcome, Pipe, errors};
use crate::checker::{Checker, Scope};
use crate::hir::{StepKind, Unpivot};
use crate::types;

pub(super) fn check(checker: &mut Checker, pipe: &mut Pipe, unpivot: &ast::Unpivot, range: TextRange) -> Outcome {
    let before = pipe.row.clone();
    let at = checker.span(range);
    let unknown = Outcome { kind: StepKind::Error, row: RowType { is_unknown: true, ..before.clone() } };
    pipe.lose_sort(checker, at, "an `unpivot`");
    if unpivot.columns.is_empty() {
        let name_at = checker.span(unpivot.name.range);
        checker.report(errors::unpivot_of_nothing(name_at));
        return unknown;
    }
    let listed = listed_columns(checker, &before, unpivot);
    if listed.len() < unpivot.columns.len() || before.is_unknown {
        return unknown;
    }
    let Some(data) = common(checker, &listed) else { return unknown };
    let (name, value) = (checker.fresh_column(), checker.fresh_column());
    let ids: Vec<ColumnId> = listed.iter().map(|(column, ..)| column.id).collect();
    let mut row = before.clone();
    row.columns.retain(|column| !ids.contains(&column.id));
    for new in [&unpivot.name, &unpivot.value] {
        let is_taken = row.columns.iter().any(|column| column.qualifier.is_none() && column.name == new.text);
        if is_taken {
            let new_at = checker.span(new.range);
            checker.report(errors::equal_column_names(new_at, new_at, &new.text, None));
            return unknown;
        }
    }
    crate::relations::keep_known_keys(&mut row);
    // Each row comes once for each listed column.
    row.keys.iter_mut().for_each(|key| key.push(name));
    row.order = Vec::new();
    let column = |id: ColumnId, name: &ast::Name, ty: Type, marks: Marks| Column {
        id,
        qualifier: None,
        name: name.text.clone(),
        ty,
        marks,
        origin: Vec::new(),
        shaped: None,
    };
    row.columns.push(column(name, &unpivot.name, Type::required(DataType::Text), Marks::default()));
    row.columns.push(value_column(column(value, &unpivot.value, of_all(&listed, &data), Marks::default()), &listed));
    let columns = listed
        .into_iter()
        .map(|(column, label, place)| {
            let expr = Expr::column(checker.expr_id(place), column.ty.clone(), column.id);
            (label, types::widened(checker, expr, &data))
        })
        .collect();
    Outcome { kind: StepKind::Unpivot(Box::new(Unpivot { columns, name, value })), row }
}

/// The listed columns with their labels. What is wrong with one is reported, and it is left out.
fn listed_columns(checker: &mut Checker, row: &RowType, unpivot: &ast::Unpivot) -> Vec<(Column, String, TextRange)> {
    let mut listed: Vec<(Column, String, TextRange)> = Vec::new();
    for written in &unpivot.columns {
        let ast::ColumnName { qualifier, name, range } = &written.column;
        let scope = Scope::row(row, "an `unpivot`");
        let Some(column) = types::resolve_column(checker, &scope, qualifier.as_ref(), name) else { continue };
        let Some(column) = row.column(column).filter(|column| !column.ty.is_error()) else { continue };
        let label = written.label.as_ref().map_or_else(|| name.text.clone(), |label| label.text.clone());
        let first = listed.iter().find(|(other, known, _)| other.id == column.id || *known == label);
        if let Some((.., first)) = first {
            let (at, first_at) = (checker.span(written.range), checker.span(*first));
            checker.report(errors::unpivot_column_twice(at, first_at));
            continue;
        }
        listed.push((column.clone(), label, *range));
    }
    listed
}

/// The type to which all listed columns widen. Reports the first that does not.
fn common(checker: &mut Checker, listed: &[(Column, String, TextRange)]) -> Option<DataType> {
    let mut all = DataType::Null;
    for (column, _, range) in listed {
        match common_type(&all, &column.ty.data) {
            Some(common) => all = common,
            None => {
                let at = checker.span(*range);
                checker.report(errors::unpivot_types(at, &column.name, &column.ty.data, &all));
                return None;
            }
        }
    }
    Some(all)
}

fn of_all(listed: &[(Column, String, TextRange)], data: &DataType) -> Type {
    Type::new(data.clone(), listed.iter().any(|(column, ..)| column.ty.nullable))
}

/// The value is as personal as the most personal of the columns, and comes from all of them.
fn value_column(mut value: Column, listed: &[(Column, String, TextRange)]) -> Column {
    let entity = listed.first().and_then(|(column, ..)| column.marks.entity.clone());
    value.marks.entity = entity.filter(|first| listed.iter().all(|(c, ..)| c.marks.entity.as_ref() == Some(first)));
    value.marks.personal = listed.iter().any(|(column, ..)| column.marks.personal);
    for source in listed.iter().flat_map(|(column, ..)| &column.origin) {
        if !value.origin.contains(source) {
            value.origin.push(source.clone());
        }
    }
    value
}
