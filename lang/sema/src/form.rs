//! The parameters of a script as a form: what prompts ask, and what a page shows. Words for runners only: labels and
//! examples, never the name of a type.

use std::collections::BTreeMap;

use wr_base::ids::{Arena, ColumnId, RelationId, ValueId};
use wr_base::ty::DataType;
use wr_base::value::Value;
use wr_plan::declaration::{FixedOption, Options, Parameter, ParameterDefault, ParameterKind, ValueKind};
use wr_plan::expr::{Expr, ExprKind};
use wr_plan::print::Words;

use crate::hir::Program;

/// One question to a runner.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    pub value: ValueId,
    /// `sub_id`: what `--set` takes.
    pub name: String,
    pub label: String,
    pub help: String,
    pub kind: FieldKind,
    pub default: FieldDefault,
    /// Whether it has to be answered: there is no default, and it may not be left empty.
    pub is_required: bool,
    /// `matches /…/`, as written.
    pub pattern: Option<String>,
}

/// How a field is filled in.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldKind {
    /// A line of text; `example` shows a runner how one looks, empty for plain text.
    Line {
        example: &'static str,
    },
    YesNo,
    One(FieldOptions),
    Some(FieldOptions),
    /// The id of a cohort, or its address.
    Cohort {
        connection: String,
    },
    /// A file, with the headings that it has to have.
    File {
        headings: Vec<String>,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub enum FieldOptions {
    Fixed(Vec<FixedOption>),
    /// Read from a relation when the form is shown.
    FromQuery {
        relation: RelationId,
        value: ColumnId,
        label: Option<ColumnId>,
    },
}

/// What stands in the field before anybody has typed.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldDefault {
    Empty,
    /// As a runner may type it: `last month`, `18..65`.
    Words(String),
    /// Computed of values above it or of the day; the words are the author's.
    Computed(String),
    /// The first option.
    First,
    /// Each of the options.
    All,
}

/// The questions, in the order of the script.
#[must_use]
pub fn form(program: &Program) -> Vec<Field> {
    let relations = Arena::new();
    let words = Words {
        tables: &program.tables,
        values: &program.values,
        relations: &relations,
        facts: &program.facts,
        columns: BTreeMap::new(),
        unnamed: BTreeMap::new(),
    };
    let mut fields = Vec::new();
    for (id, declared) in program.values.iter() {
        let ValueKind::Parameter(parameter) = &declared.kind else { continue };
        fields.push(Field {
            value: id,
            name: declared.name.clone(),
            label: parameter.label.clone(),
            help: parameter.help.clone(),
            kind: kind_of(program, id, parameter, &declared.ty.data),
            default: default_of(parameter, &words),
            is_required: parameter.default.is_none() && !declared.ty.nullable,
            pattern: parameter.pattern.clone(),
        });
    }
    fields
}

fn kind_of(program: &Program, id: ValueId, parameter: &Parameter, data: &DataType) -> FieldKind {
    match &parameter.kind {
        ParameterKind::Choice(options) => FieldKind::One(options_of(options)),
        ParameterKind::Choices(options) | ParameterKind::Columns(options) => FieldKind::Some(options_of(options)),
        ParameterKind::Cohort { connection } => FieldKind::Cohort { connection: connection.clone() },
        ParameterKind::File => FieldKind::File { headings: headings_of(program, id) },
        ParameterKind::Plain if *data == DataType::Bool => FieldKind::YesNo,
        ParameterKind::Plain => FieldKind::Line { example: example_of(data) },
    }
}

/// What every reading of a file wants to find in it.
fn headings_of(program: &Program, id: ValueId) -> Vec<String> {
    let mut headings: Vec<String> = Vec::new();
    let reads = program.tables.iter().filter_map(|(_, table)| table.file.as_ref()).filter(|file| file.value == id);
    for heading in reads.flat_map(|file| &file.headings) {
        if !headings.contains(heading) {
            headings.push(heading.clone());
        }
    }
    headings
}

fn options_of(options: &Options) -> FieldOptions {
    match options {
        Options::Fixed(options) => FieldOptions::Fixed(options.clone()),
        Options::Query { relation, value, label } => {
            FieldOptions::FromQuery { relation: *relation, value: *value, label: *label }
        }
    }
}

fn default_of(parameter: &Parameter, words: &Words<'_>) -> FieldDefault {
    match &parameter.default {
        None => FieldDefault::Empty,
        Some(ParameterDefault::First) => FieldDefault::First,
        Some(ParameterDefault::All) => FieldDefault::All,
        Some(ParameterDefault::Value(expr)) => match literal_of(expr) {
            Some(Value::Null) => FieldDefault::Empty,
            Some(Value::List(items)) => {
                FieldDefault::Words(items.iter().map(Value::canonical).collect::<Vec<_>>().join(", "))
            }
            Some(value) => FieldDefault::Words(value.canonical()),
            None if matches!(expr.kind, ExprKind::RelativePeriod(_)) => FieldDefault::Words(words.expr(expr)),
            None => FieldDefault::Computed(words.expr(expr)),
        },
    }
}

/// The value of a default that is the same on every day: a literal, a list or a range of them.
fn literal_of(expr: &Expr) -> Option<Value> {
    use wr_plan::functions::FnId;
    match &expr.kind {
        ExprKind::Literal(value) => Some(value.clone()),
        ExprKind::Call { function: FnId::RangeOf, arguments } => {
            let end = |at: usize| match arguments.get(at).map(literal_of) {
                Some(Some(Value::Null)) => Some(None),
                Some(Some(value)) => Some(Some(Box::new(value))),
                Some(None) | None => None,
            };
            Some(Value::Range(end(0)?, end(1)?))
        }
        ExprKind::Call { function: FnId::ListOf, arguments } => {
            arguments.iter().map(literal_of).collect::<Option<Vec<_>>>().map(Value::List)
        }
        ExprKind::Call { function: FnId::Convert, arguments } => arguments.first().and_then(literal_of),
        ExprKind::Call { .. }
        | ExprKind::Column(_)
        | ExprKind::Value(_)
        | ExprKind::Fact(_)
        | ExprKind::And(..)
        | ExprKind::Or(..)
        | ExprKind::Coalesce(..)
        | ExprKind::When { .. }
        | ExprKind::Aggregate { .. }
        | ExprKind::RelativePeriod(_)
        | ExprKind::Error => None,
    }
}

/// How an answer looks.
const fn example_of(data: &DataType) -> &'static str {
    match data {
        DataType::Int => "42",
        DataType::Decimal { .. } | DataType::Float => "1.5",
        DataType::Date => "2026-11-09",
        DataType::DateTime => "2026-11-09T09:30",
        DataType::Time => "09:30",
        DataType::Duration => "7d",
        DataType::Percent => "10%",
        DataType::Range(_) => "18..65",
        DataType::Period => "2026-11-09..2026-11-15, or last month",
        DataType::List(_) => "a, b, c",
        DataType::Text | DataType::Bool | DataType::Uuid | DataType::Shape | DataType::Null | DataType::Error => "",
    }
}
