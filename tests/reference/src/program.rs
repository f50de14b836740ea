//! A program to its outcome, or to the first of its failures.

use std::collections::{BTreeMap, BTreeSet};

use wr_base::diag::Code;
use wr_base::ids::{ColumnId, ExprId, RelationId, StepId};
use wr_base::value::Value;
use wr_plan::declaration::{
    Fact, Message, MessagePart, Options, Parameter, ParameterDefault, ParameterKind, Sheet, ValueKind,
};
use wr_sema::hir::{Program, Source};

use crate::expr::{Context, Fault, Faults, Row, StepFault, World, constant, evaluate as value_of, is_true};
use crate::live::{Live, live};
use crate::order::{cells, compare_cells, compare_rows};
use crate::step::{Rows, run_relation};
use crate::{Data, Failure, File, Outcome, Settings, Table};

/// One run: what was computed, and what failed, so far.
pub(crate) struct Run<'a> {
    pub(crate) program: &'a Program,
    pub(crate) data: &'a Data,
    pub(crate) live: Live,
    pub(crate) world: World,
    /// `None`: its rows cannot be had, and the failure is known.
    relations: BTreeMap<RelationId, Option<Rows>>,
    failures: BTreeSet<Failure>,
}

/// Evaluates a program without errors.
///
/// # Errors
/// The first failing step in the order of the script.
pub fn evaluate(program: &Program, data: &Data, settings: &Settings) -> Result<Outcome, Failure> {
    let zone = program.report.zone;
    let world = World {
        now: settings.now,
        today: zone.date_of(settings.now),
        zone,
        is_russian: program.report.locale == "ru" || program.report.locale.starts_with("ru-"),
        values: settings.values.clone(),
        facts: BTreeMap::new(),
    };
    let (relations, failures) = (BTreeMap::new(), BTreeSet::new());
    let mut run = Run { program, data, live: live(program), world, relations, failures };
    let outcome = run.outcome();
    match run.failures.first() {
        Some(failure) => Err(*failure),
        None => Ok(outcome),
    }
}

impl Run<'_> {
    /// Whatever could be computed; complete when nothing failed.
    fn outcome(&mut self) -> Outcome {
        let mut outcome = Outcome::default();
        if self.values().is_none() {
            return outcome;
        }
        self.facts();
        let program = self.program;
        for expectation in &program.expectations {
            let fails = self.expectation_is_open(&expectation.facts);
            if !fails {
                let value = constant(&expectation.condition, &self.world);
                outcome.expectations.extend(self.seen(expectation.step, value).map(|value| is_true(&value)));
            }
        }
        for record in &program.records {
            let values = record.assignments.iter().map(|(_, value)| value).collect::<Vec<_>>();
            let Some(rows) = self.relation(record.relation).cloned() else { continue };
            let mut faults = Faults::default();
            let table = rows.rows.iter().map(|row| {
                let context = Context::row(&self.world, row);
                values.iter().map(|value| faults.take(value_of(value, &context))).collect()
            });
            let table = Table { columns: Vec::new(), rows: table.collect(), is_ordered: rows.is_ordered };
            let result = faults.result();
            outcome.records.extend(self.seen(record.step, result.map(|()| table)));
        }
        for export in &program.exports {
            let name = self.canonical_text(&export.file_name);
            let Some(name) = self.seen(export.step, name) else { continue };
            let sheets = export.sheets.iter().filter_map(|sheet| self.sheet(sheet)).collect();
            outcome.files.push(File { name, sheets });
        }
        outcome.facts = self.world.facts.clone();
        for (id, rows) in &self.relations {
            let row = program.relations.get(*id).map(|relation| &relation.row);
            let columns = row.into_iter().flat_map(|row| &row.columns).map(|column| column.id);
            let columns = columns.filter(|column| self.live.columns.contains(column)).collect::<Vec<_>>();
            outcome.relations.extend(rows.as_ref().map(|rows| (*id, table_of(rows, &columns))));
        }
        outcome
    }

    /// The rows of a relation; `None` when they cannot be had. Each is evaluated once.
    pub(crate) fn relation(&mut self, id: RelationId) -> Option<&Rows> {
        if !self.relations.contains_key(&id) {
            let rows = self.program.relations.get(id).and_then(|relation| run_relation(self, relation));
            self.relations.insert(id, rows);
        }
        self.relations.get(&id)?.as_ref()
    }

    /// The value, or its failure noted down.
    pub(crate) fn seen<T>(&mut self, step: StepId, result: Result<T, Fault>) -> Option<T> {
        result.map_err(|fault| self.fail(step, Some(fault.expr), fault.code)).ok()
    }

    /// The rows of a step, or its failure noted down.
    pub(crate) fn step_seen<T>(&mut self, step: StepId, result: Result<T, StepFault>) -> Option<T> {
        match result {
            Ok(rows) => Some(rows),
            Err(StepFault::Expr(fault)) => self.seen(step, Err(fault)),
            Err(StepFault::Promise(code)) => {
                self.fail(step, None, code);
                None
            }
        }
    }

    pub(crate) fn fail(&mut self, step: StepId, expr: Option<ExprId>, code: Code) {
        self.failures.insert(Failure { step, expr, code });
    }

    /// `let $x`, and parameters that were not given: each may read the ones before.
    fn values(&mut self) -> Option<()> {
        let program = self.program;
        for (id, declaration) in program.values.iter() {
            let value = match &declaration.kind {
                ValueKind::Let(expr) => {
                    let value = constant(expr, &self.world);
                    self.seen(declaration.step, value)?
                }
                ValueKind::Parameter(parameter) => {
                    let options = self.options(parameter)?;
                    match self.world.values.get(&id) {
                        Some(value) => value.clone(),
                        None => self.default(declaration.step, parameter, options)?,
                    }
                }
            };
            self.world.values.insert(id, value);
        }
        Some(())
    }

    /// The values of the options, in their order: a list given from a query is read once a run.
    fn options(&mut self, parameter: &Parameter) -> Option<Vec<Value>> {
        match &parameter.kind {
            ParameterKind::Choice(options) | ParameterKind::Choices(options) | ParameterKind::Columns(options) => {
                match options {
                    Options::Fixed(options) => Some(options.iter().map(|option| option.value.clone()).collect()),
                    Options::Query { relation, value, .. } => {
                        let rows = &self.relation(*relation)?.rows;
                        Some(rows.iter().filter_map(|row| row.get(value).cloned()).collect())
                    }
                }
            }
            ParameterKind::Plain | ParameterKind::Cohort { .. } | ParameterKind::File => Some(Vec::new()),
        }
    }

    fn default(&mut self, step: StepId, parameter: &Parameter, options: Vec<Value>) -> Option<Value> {
        match &parameter.default {
            Some(ParameterDefault::Value(expr)) => {
                let value = constant(expr, &self.world);
                self.seen(step, value)
            }
            Some(ParameterDefault::First) => options.into_iter().next(),
            Some(ParameterDefault::All) => Some(Value::List(options)),
            None => Some(Value::Null),
        }
        .or_else(|| {
            self.fail(step, None, Code::Internal);
            None
        })
    }

    fn facts(&mut self) {
        let program = self.program;
        for (id, fact) in program.facts.iter() {
            let value = match fact {
                Fact::Rows { relation } => self.relation(*relation).map(|rows| Value::Int(rows.rows.len() as i128)),
                Fact::Unique { relation, columns } => self.relation(*relation).map(|rows| {
                    let mut keys = rows.rows.iter().map(|row| cells(row, columns)).collect::<Vec<_>>();
                    keys.sort_by(|a, b| compare_rows(a, b));
                    Value::Bool(keys.windows(2).all(|pair| compare_rows(&pair[0], &pair[1]).is_ne()))
                }),
                // The value of no row is null.
                Fact::Scalar { relation, column } => self
                    .relation(*relation)
                    .map(|rows| rows.rows.first().and_then(|row| row.get(column).cloned()).unwrap_or(Value::Null)),
                // No run came before.
                Fact::Change { of, .. } => self.world.facts.contains_key(of).then_some(Value::Null),
            };
            self.world.facts.extend(value.map(|value| (id, value)));
        }
    }

    /// One of its relations failed, so nothing can be said.
    fn expectation_is_open(&self, facts: &[wr_base::ids::FactId]) -> bool {
        facts.iter().any(|fact| !self.world.facts.contains_key(fact))
    }

    fn sheet(&mut self, sheet: &Sheet) -> Option<Table> {
        let mut columns: Vec<ColumnId> = Vec::new();
        for column in &sheet.columns {
            let present = column.present_if.as_ref().map(|condition| constant(condition, &self.world)).transpose();
            if self.seen(sheet.step, present)?.is_none_or(|present| is_true(&present)) {
                columns.push(column.column);
            }
        }
        Some(table_of(self.relation(sheet.relation)?, &columns))
    }

    /// A text with its holes in canonical form (B18).
    fn canonical_text(&self, message: &Message) -> Result<String, Fault> {
        let mut text = String::new();
        for part in &message.parts {
            match part {
                MessagePart::Text(words) => text.push_str(words),
                MessagePart::Hole(expr) => text.push_str(&constant(expr, &self.world)?.canonical()),
                MessagePart::LabelOf(value) => {
                    let declaration = self.program.values.get(*value).map(|declaration| &declaration.kind);
                    let chosen = self.world.values.get(value).unwrap_or(&Value::Null);
                    if let Some(ValueKind::Parameter(parameter)) = declaration
                        && let ParameterKind::Choice(Options::Fixed(options)) = &parameter.kind
                        && let Some(option) = options.iter().find(|option| compare_cells(&option.value, chosen).is_eq())
                    {
                        text.push_str(&option.label);
                    }
                }
            }
        }
        Ok(text)
    }
}

/// Some columns of the rows.
fn table_of(rows: &Rows, columns: &[ColumnId]) -> Table {
    let cells = |row: &Row| cells(row, columns);
    Table { columns: columns.to_vec(), rows: rows.rows.iter().map(cells).collect(), is_ordered: rows.is_ordered }
}

/// The rows of a source under the ids that they have here.
pub(crate) fn source_rows(run: &mut Run<'_>, source: &Source, step: StepId) -> Option<Rows> {
    match source {
        Source::Table { table, columns, arguments, without_occasion } => {
            let values = arguments.iter().map(|argument| constant(argument, &run.world)).collect();
            let arguments: Vec<Value> = run.seen(step, values)?;
            let own = without_occasion.iter().map(|(_, value)| constant(value, &run.world)).collect();
            let own: Vec<Value> = run.seen(step, own)?;
            let Some(rows) = run.data.get(*table, &arguments) else {
                run.fail(step, None, Code::Internal);
                return None;
            };
            // A2: a script never sees the rows of its own occasion.
            let is_own = |row: &&Vec<Value>| {
                !own.is_empty()
                    && without_occasion.iter().zip(&own).all(|((at, _), value)| {
                        row.get(*at as usize).is_some_and(|cell| !cell.is_null() && compare_cells(cell, value).is_eq())
                    })
            };
            let rows = rows.iter().filter(|row| !is_own(row));
            let rows = rows.map(|row| columns.iter().copied().zip(row.iter().cloned()).collect()).collect();
            Some(Rows { rows, is_ordered: false })
        }
        Source::Relation { relation, columns } => {
            let from = run.relation(*relation)?.clone();
            Some(Rows { rows: renamed(&from.rows, columns), is_ordered: from.is_ordered })
        }
        Source::Error => {
            run.fail(step, None, Code::Internal);
            None
        }
    }
}

/// Rows of another relation under fresh ids. A column that nobody reads is not there, and not missed.
pub(crate) fn renamed(rows: &[Row], columns: &[(ColumnId, ColumnId)]) -> Vec<Row> {
    let rename =
        |row: &Row| columns.iter().filter_map(|(fresh, there)| Some((*fresh, row.get(there)?.clone()))).collect();
    rows.iter().map(rename).collect()
}
