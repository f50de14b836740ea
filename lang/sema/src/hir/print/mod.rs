//! The typed program as text, for `wr plan --stage typed` and for golden files. Stable: names, never ids.
//!
//! Values first, then each relation with its steps and the row after each of them, then what leaves. A row says the type
//! of each column, its marks, the keys, the order, and whether it is held.

mod outputs;
mod step;

use std::collections::BTreeMap;

use wr_base::ids::{Arena, ColumnId, NodeId, RelationId};
use wr_base::row_type::{Column, RowType};
use wr_base::value::Value;
use wr_plan::declaration::{Options, Parameter, ParameterDefault, ParameterKind, Table, ValueDeclaration, ValueKind};
use wr_plan::print::{Words, quoted};

use super::{Program, Relation, Source};

#[must_use]
pub fn print(program: &Program) -> String {
    let names = names_only(program);
    let mut printer = Printer { program, words: words(program, &names), text: String::new() };
    printer.line(0, &format!("report \"{}\" in {}", program.report.title, program.report.zone.name()));
    for (_, value) in program.values.iter() {
        printer.value(value);
    }
    for (id, relation) in program.relations.iter() {
        printer.relation(id, relation);
    }
    printer.words.columns = final_names(program);
    printer.outputs();
    printer.text
}

/// A row on one line: columns with types and marks, then what is known of the rows.
#[must_use]
pub fn row_words(row: &RowType) -> String {
    let columns: Vec<String> = row.columns.iter().map(column_words).collect();
    let mut words = columns.join(", ");
    for key in &row.keys {
        let names = key.iter().map(|id| column_name(row, *id)).collect::<Vec<_>>().join(", ");
        words.push_str(&if key.is_empty() { " | one row".to_owned() } else { format!(" | key {names}") });
    }
    if !row.order.is_empty() {
        let by = row.order.iter().map(|(id, down)| column_name(row, *id) + if *down { " desc" } else { "" });
        words.push_str(&format!(" | sorted {}", by.collect::<Vec<_>>().join(", ")));
    }
    for (is_so, word) in [(row.is_open, "open"), (row.is_held, "held"), (row.is_unknown, "unknown")] {
        if is_so {
            words.push_str(" | ");
            words.push_str(word);
        }
    }
    words
}

fn column_words(column: &Column) -> String {
    let mut words = format!("{}: {}", name_of(column), column.ty);
    if let Some(entity) = &column.marks.entity {
        words.push_str(" entity ");
        words.push_str(entity);
    }
    if column.marks.personal {
        words.push_str(" personal");
    }
    if column.shaped.is_some() {
        words.push_str(" if chosen");
    }
    words
}

fn name_of(column: &Column) -> String {
    let name = quoted(&column.name);
    match &column.qualifier {
        Some(qualifier) => format!("{}.{name}", quoted(qualifier)),
        None => name,
    }
}

fn column_name(row: &RowType, id: ColumnId) -> String {
    row.column(id).map_or_else(|| "?".to_owned(), name_of)
}

struct Printer<'a> {
    program: &'a Program,
    words: Words<'a>,
    text: String,
}

/// The words of expressions want relations of a plan; they read nothing of them but their names.
fn names_only(program: &Program) -> Arena<RelationId, wr_plan::logical::Relation> {
    let mut names = Arena::new();
    for (_, relation) in program.relations.iter() {
        names.add(wr_plan::logical::Relation {
            name: relation.name.clone(),
            root: NodeId(0),
            key: Vec::new(),
            is_held: false,
            split: None,
        });
    }
    names
}

fn words<'a>(program: &'a Program, names: &'a Arena<RelationId, wr_plan::logical::Relation>) -> Words<'a> {
    let mut pipelines = 0;
    let mut unnamed = BTreeMap::new();
    for (id, relation) in program.relations.iter().filter(|(_, relation)| relation.name.is_none()) {
        let name = match (&relation.source, relation.steps.as_slice()) {
            // All of a table, as a join reads it.
            (Source::Table { table, .. }, []) => program.tables.get(*table).map_or_else(String::new, Table::full_name),
            (Source::Table { .. } | Source::Relation { .. } | Source::Error, _) => {
                pipelines += 1;
                format!("(pipeline {pipelines})")
            }
        };
        unnamed.insert(id, name);
    }
    let columns = final_names(program);
    Words {
        tables: &program.tables,
        values: &program.values,
        relations: names,
        facts: &program.facts,
        columns,
        unnamed,
    }
}

/// The columns as the last step of their relation calls them: what outputs read.
fn final_names(program: &Program) -> BTreeMap<ColumnId, String> {
    let rows = program.relations.iter().map(|(_, relation)| &relation.row);
    rows.flat_map(|row| row.columns.iter().map(|column| (column.id, name_of(column)))).collect()
}

impl Printer<'_> {
    fn line(&mut self, depth: usize, words: &str) {
        self.text.push_str(&"  ".repeat(depth));
        self.text.push_str(words);
        self.text.push('\n');
    }

    fn value(&mut self, value: &ValueDeclaration) {
        match &value.kind {
            ValueKind::Let(expr) => {
                let expr = self.words.expr(expr);
                self.line(0, &format!("let ${}: {} = {expr}", value.name, value.ty));
            }
            ValueKind::Parameter(parameter) => self.parameter(value, parameter),
        }
    }

    fn parameter(&mut self, value: &ValueDeclaration, parameter: &Parameter) {
        let default = match &parameter.default {
            None => String::new(),
            Some(ParameterDefault::Value(expr)) => format!(" = {}", self.words.expr(expr)),
            Some(ParameterDefault::First) => " = first".to_owned(),
            Some(ParameterDefault::All) => " = all".to_owned(),
        };
        let kind = match &parameter.kind {
            ParameterKind::Plain => String::new(),
            ParameterKind::Choice(options) => format!(", one of {}", self.options(options)),
            ParameterKind::Choices(options) => format!(", some of {}", self.options(options)),
            ParameterKind::Columns(options) => format!(", columns of {}", self.options(options)),
            ParameterKind::Cohort { connection } => format!(", cohort of {connection}"),
            ParameterKind::File => ", file".to_owned(),
        };
        self.line(0, &format!("param ${}: {}{kind}{default} \"{}\"", value.name, value.ty, parameter.label));
        if let Some(pattern) = &parameter.pattern {
            self.line(1, &format!("matches /{pattern}/"));
        }
        for check in &parameter.checks {
            let condition = self.words.expr(&check.condition);
            self.line(1, &format!("where {condition}"));
        }
    }

    fn options(&self, options: &Options) -> String {
        match options {
            Options::Fixed(options) => {
                let written = options.iter().map(|option| literal(&option.value));
                written.collect::<Vec<_>>().join(" | ")
            }
            Options::Query { relation, value, label } => {
                let columns: Vec<String> =
                    [Some(*value), *label].into_iter().flatten().map(|id| self.words.column(id)).collect();
                format!("{} {{ {} }}", self.words.relation(*relation), columns.join(", "))
            }
        }
    }

    fn relation(&mut self, id: RelationId, relation: &Relation) {
        let name = self.words.relation(id);
        self.line(0, &name);
        let source = match &relation.source {
            Source::Table { table, arguments, without_occasion, .. } => {
                let arguments: Vec<String> = arguments.iter().map(|argument| self.words.expr(argument)).collect();
                let is_file = self.program.tables.get(*table).is_some_and(|table| table.file.is_some());
                let arguments =
                    if arguments.is_empty() || is_file { String::new() } else { format!("({})", arguments.join(", ")) };
                let columns = self.program.tables.get(*table).map(|table| table.columns.as_slice()).unwrap_or_default();
                let hidden = without_occasion.iter().map(|(index, expr)| {
                    let name = columns.get(*index as usize).map_or("?", |column| column.name.as_str());
                    format!("{} == {}", quoted(name), self.words.expr(expr))
                });
                let hidden: Vec<String> = hidden.collect();
                let hidden =
                    if hidden.is_empty() { String::new() } else { format!(" without {}", hidden.join(" and ")) };
                format!("from {}{arguments}{hidden}", self.words.table(*table))
            }
            Source::Relation { relation, .. } => format!("from {}", self.words.relation(*relation)),
            Source::Error => "from ?".to_owned(),
        };
        self.line(1, &source);
        if let Source::Table { table, .. } = &relation.source
            && let Some(query) = self.program.tables.get(*table).and_then(|table| table.query.as_ref())
        {
            query.numbered().lines().for_each(|line| self.line(3, line));
        }
        self.row(&relation.source_row);
        let mut before = &relation.source_row;
        for step in &relation.steps {
            let words = self.step_words(step, before);
            self.line(1, &words);
            if step.row != *before {
                self.row(&step.row);
            }
            before = &step.row;
        }
    }

    fn row(&mut self, row: &RowType) {
        self.line(2, &row_words(row));
    }
}

/// A value as text in quotes, anything else in its canonical digits.
fn literal(value: &Value) -> String {
    match value {
        Value::Text(text) => format!("\"{text}\""),
        Value::Null
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Decimal(_)
        | Value::Float(_)
        | Value::Date(_)
        | Value::DateTime(_)
        | Value::Time(_)
        | Value::Duration(_)
        | Value::Uuid(_)
        | Value::Percent(_)
        | Value::Range(..)
        | Value::Period(_)
        | Value::List(_) => value.canonical(),
    }
}
