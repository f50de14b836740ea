//! Small examples, computed by hand from docs/semantics.md; and the published vectors of the split.

mod functions;
mod split_vectors;
mod steps;

use std::collections::BTreeMap;

use wr_base::ids::{Arena, ColumnId, ExprId, FactId, RelationId, StepId, TableId};
use wr_base::row_type::{Column, Marks, RowType};
use wr_base::span::{FileId, Span};
use wr_base::ty::{DataType, Type};
use wr_base::value::{Date, DateTime, Decimal, Value, Zone};
use wr_plan::declaration::{Engine, Fact, Report, Table, TableColumn};
use wr_plan::expr::{AggregateCall, Expr, ExprKind};
use wr_plan::functions::{AggregateId, FnId};
use wr_plan::logical::{Item, StepInfo};
use wr_sema::hir::{Origins, Program, Relation, Source, Step, StepKind};

use crate::{Data, Failure, Outcome, Settings, evaluate};

pub(crate) const INT: DataType = DataType::Int;
pub(crate) const TEXT: DataType = DataType::Text;
pub(crate) const BOOL: DataType = DataType::Bool;
pub(crate) const FLOAT: DataType = DataType::Float;

pub(crate) fn decimal_type(precision: u8, scale: u8) -> DataType {
    DataType::Decimal { precision, scale }
}

pub(crate) fn int(value: i128) -> Value {
    Value::Int(value)
}

pub(crate) fn text(value: &str) -> Value {
    Value::text(value)
}

pub(crate) fn decimal(value: &str) -> Value {
    Value::Decimal(Decimal::parse(value).unwrap())
}

pub(crate) fn date(value: &str) -> Value {
    Value::Date(Date::parse(value).unwrap())
}

pub(crate) fn instant(zone: &str, wall: &str) -> DateTime {
    let wall = chrono::NaiveDateTime::parse_from_str(wall, "%Y-%m-%dT%H:%M").unwrap();
    Zone::parse(zone).unwrap().instant_of(wall).unwrap()
}

/// A program that grows: columns, steps and expressions get their ids in the order in which they are made.
pub(crate) struct Script {
    pub(crate) program: Program,
    data: Data,
    columns: u32,
}

impl Script {
    pub(crate) fn new() -> Self {
        let report = Report {
            title: String::new(),
            doc: String::new(),
            zone: Zone::parse("Europe/Moscow").unwrap(),
            locale: "en".to_owned(),
            path: "test.wr".to_owned(),
            max_rows_read: None,
        };
        let program = Program {
            report,
            tables: Arena::new(),
            values: Arena::new(),
            relations: Arena::new(),
            facts: Arena::new(),
            expectations: Vec::new(),
            records: Vec::new(),
            reveals: Vec::new(),
            tests: Vec::new(),
            exports: Vec::new(),
            steps: Arena::new(),
            origins: Origins::default(),
        };
        Self { program, data: Data::default(), columns: 0 }
    }

    pub(crate) fn column(&mut self) -> ColumnId {
        self.columns += 1;
        ColumnId(self.columns)
    }

    pub(crate) fn step(&mut self) -> StepId {
        self.program.steps.add(StepInfo { word: String::new(), words: String::new(), relation: None })
    }

    pub(crate) fn expr(&mut self, data: DataType, kind: ExprKind) -> Expr {
        let span = Span::new(FileId(0), 0, 0);
        Expr::new(self.program.origins.exprs.add(span), Type::optional(data), kind)
    }

    pub(crate) fn literal(&mut self, data: DataType, value: Value) -> Expr {
        self.expr(data, ExprKind::Literal(value))
    }

    pub(crate) fn read(&mut self, data: DataType, column: ColumnId) -> Expr {
        self.expr(data, ExprKind::Column(column))
    }

    pub(crate) fn call(&mut self, function: FnId, data: DataType, arguments: Vec<Expr>) -> Expr {
        self.expr(data, ExprKind::Call { function, arguments })
    }

    pub(crate) fn aggregate(&mut self, function: AggregateId, data: DataType, arguments: Vec<Expr>) -> Expr {
        self.expr(data, ExprKind::Aggregate(AggregateCall::new(function, arguments)))
    }

    /// A table with columns of these types, its rows, and a relation that reads all of it.
    pub(crate) fn table(&mut self, types: &[DataType], rows: &[&[Value]]) -> (RelationId, Vec<ColumnId>) {
        let column = |ty: &DataType| TableColumn {
            name: String::new(),
            ty: Type::optional(ty.clone()),
            marks: Marks::default(),
            doc: String::new(),
        };
        let table: TableId = self.program.tables.add(Table {
            connection: String::new(),
            name: String::new(),
            engine: Engine::Local,
            file: None,
            columns: types.iter().map(column).collect(),
            key: Vec::new(),
            trusted: None,
            arguments: Vec::new(),
            query: None,
            doc: String::new(),
        });
        self.data.set(table, &[], rows.iter().map(|row| row.to_vec()).collect());
        let columns: Vec<ColumnId> = types.iter().map(|_| self.column()).collect();
        let source =
            Source::Table { table, columns: columns.clone(), arguments: Vec::new(), without_occasion: Vec::new() };
        (self.relation(source, row(&columns, types)), columns)
    }

    fn relation(&mut self, source: Source, row: RowType) -> RelationId {
        let source_step = self.step();
        self.program.relations.add(Relation {
            name: None,
            source,
            source_step,
            source_row: row.clone(),
            steps: Vec::new(),
            row,
            split: None,
        })
    }

    /// Another step, after which the row is of these columns.
    pub(crate) fn then(&mut self, relation: RelationId, kind: StepKind, row: RowType) -> StepId {
        let id = self.step();
        let relation = &mut self.program.relations[relation];
        relation.row = row.clone();
        relation.steps.push(Step { id, kind, condition: None, row });
        id
    }

    /// Reads these columns of a relation into the outcome: as a fact does.
    pub(crate) fn show(&mut self, relation: RelationId, columns: &[ColumnId]) -> FactId {
        self.program.facts.add(Fact::Unique { relation, columns: columns.to_vec() })
    }

    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let settings = Settings { now: instant("Europe/Moscow", "2026-11-23T12:00"), values: BTreeMap::new() };
        evaluate(&self.program, &self.data, &settings)
    }

    /// The rows of a relation, in the order that they have.
    pub(crate) fn rows(&self, relation: RelationId) -> Vec<Vec<Value>> {
        self.run().unwrap().relations[&relation].rows.clone()
    }

    /// As [`Script::rows`], by their texts, where no order is promised.
    pub(crate) fn sorted_rows(&self, relation: RelationId) -> Vec<String> {
        let mut rows: Vec<String> = self.rows(relation).iter().map(|row| line(row)).collect();
        rows.sort();
        rows
    }
}

/// A row for reading: `1|a|null`.
pub(crate) fn line(row: &[Value]) -> String {
    let cell = |value: &Value| if value.is_null() { "null".to_owned() } else { value.canonical() };
    row.iter().map(cell).collect::<Vec<_>>().join("|")
}

pub(crate) fn row(columns: &[ColumnId], types: &[DataType]) -> RowType {
    let column = |(id, ty): (&ColumnId, &DataType)| Column {
        id: *id,
        qualifier: None,
        name: String::new(),
        ty: Type::optional(ty.clone()),
        marks: Marks::default(),
        origin: Vec::new(),
        shaped: None,
    };
    RowType { columns: columns.iter().zip(types).map(column).collect(), ..RowType::default() }
}

pub(crate) fn item(column: ColumnId, expr: Expr) -> Item {
    Item { column, name: String::new(), expr }
}

/// The expression with this id does not matter to a test.
pub(crate) const NO_ID: ExprId = ExprId(0);
