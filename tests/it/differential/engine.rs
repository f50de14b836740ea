//! A checked program to its answer by way of the plan, the rules, the placement and the local engine.

use std::collections::BTreeMap;
use std::sync::Arc;

use wr_base::ids::{ColumnId, FactId};
use wr_base::value::{DateTime, Value};
use wr_plan::bind::Known;
use wr_plan::declaration::{Engine, MessagePart, ValueKind};
use wr_plan::evaluate::{Context, evaluate};
use wr_plan::expr::Expr;
use wr_plan::functions::Setting;
use wr_plan::physical::PhysicalPlan;
use wr_plan::place::{Drivers, place};
use wr_plan::rules::{RuleSet, optimise};
use wr_plan::values::Values;
use wr_reference::{File, Outcome, Table};
use wr_runtime::cancel::Cancel;
use wr_runtime::frame::Frame;
use wr_runtime::local::{Computed, RunContext, compute};
use wr_runtime::progress::Silent;
use wr_runtime::sources::Sources;
use wr_sema::hir::CheckedProgram;

use super::Failed;

/// Parameters as given, `let $x` evaluated: all values of the program.
pub(super) fn known_values(program: &CheckedProgram, given: &BTreeMap<&str, Value>, setting: Setting) -> Values {
    let mut values = Values::default();
    for (id, declared) in program.program().values.iter() {
        let value = match &declared.kind {
            ValueKind::Let(expr) => evaluate(expr, &Context::values(setting, &|id| values.get(id).cloned())).unwrap(),
            ValueKind::Parameter(_) => given[declared.name.as_str()].clone(),
        };
        values.set(id, value);
    }
    values
}

pub(super) fn run(
    program: &CheckedProgram,
    values: &Values,
    now: DateTime,
    sources: &Sources,
    rules: &RuleSet,
) -> Result<Outcome, Failed> {
    let mut drivers = Drivers::default();
    for connection in ["db", "amp", "wallet", "crm"] {
        drivers.set(connection, Engine::Local);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    run_at(program, values, now, &Places { drivers, sources, runtime: &runtime }, rules).0
}

/// Where tables are, and what is needed to ask there.
pub(super) struct Places<'a> {
    pub(super) drivers: Drivers,
    pub(super) sources: &'a Sources,
    pub(super) runtime: &'a tokio::runtime::Runtime,
}

/// The answer, and what was decided on the way to it.
pub(super) fn run_at(
    program: &CheckedProgram,
    values: &Values,
    now: DateTime,
    places: &Places,
    rules: &RuleSet,
) -> (Result<Outcome, Failed>, Vec<String>) {
    let zone = program.program().report.zone;
    let setting = Setting::new(now, zone).in_locale(&program.program().report.locale);
    let plan = wr_sema::lower(program);
    let optimised = optimise(plan, Known { values, now: Some(now) }, rules);
    for trace in optimised.trace() {
        assert!(!matches!(trace.outcome, wr_plan::rules::Outcome::Undone(_)), "{trace:?}");
    }
    let plan = place(&optimised, &places.drivers);
    let (context, cancel) = (RunContext::new(setting), Cancel::default());
    let computing = compute(&plan, &context, places.sources, &Silent, &cancel);
    match places.runtime.block_on(computing) {
        Ok(computed) => {
            let notes = computed.waterfall.iter().filter_map(|step| step.note.clone()).collect();
            (outcome(&plan, values, setting, &computed), notes)
        }
        Err(error) => {
            let words = format!("{error} {:?}", error.detail);
            (Err(Failed { code: error.code, step: error.step, words }), Vec::new())
        }
    }
}

/// What leaves, made of the rows as the run makes it.
fn outcome(plan: &PhysicalPlan, values: &Values, setting: Setting, computed: &Computed) -> Result<Outcome, Failed> {
    let known = |id| values.get(id).cloned();
    let facts = |id: FactId| computed.facts.get(&id).cloned();
    let constant = |step, expr: &Expr| {
        let context = Context { facts: &facts, ..Context::values(setting, &known) };
        evaluate(expr, &context).map_err(|failure| Failed::at(step, &failure))
    };
    let mut outcome = Outcome { facts: computed.facts.clone(), ..Outcome::default() };
    for expectation in &plan.expectations {
        outcome.expectations.push(constant(expectation.step, &expectation.condition)? == Value::Bool(true));
    }
    for record in &plan.records {
        let frame = &computed.frames[&record.relation];
        let mut rows = Vec::new();
        for at in 0..frame.rows() {
            let columns = |column: ColumnId| frame.cell(at, column).ok();
            let context = Context { columns: &columns, ..Context::values(setting, &known) };
            let cells = record.assignments.iter().map(|(_, value)| evaluate(value, &context));
            rows.push(cells.collect::<Result<Vec<_>, _>>().map_err(|failure| Failed::at(record.step, &failure))?);
        }
        outcome.records.push(Table { columns: Vec::new(), rows, is_ordered: false });
    }
    for export in &plan.exports {
        let mut name = String::new();
        for part in &export.file_name.parts {
            match part {
                MessagePart::Text(words) => name += words,
                MessagePart::Hole(expr) => name += &constant(export.step, expr)?.canonical(),
                MessagePart::LabelOf(_) => panic!("no random program names a file by a label"),
            }
        }
        let mut sheets = Vec::new();
        for sheet in &export.sheets {
            let mut columns = Vec::new();
            for column in &sheet.columns {
                let is_present = match &column.present_if {
                    Some(condition) => constant(sheet.step, condition)? == Value::Bool(true),
                    None => true,
                };
                columns.extend(is_present.then_some(column.column));
            }
            sheets.push(table(&computed.frames[&sheet.relation], columns));
        }
        outcome.files.push(File { name, sheets });
    }
    Ok(outcome)
}

fn table(frame: &Frame, columns: Vec<ColumnId>) -> Table {
    let cells: Vec<_> = columns.iter().map(|column| frame.cells(*column).unwrap()).collect();
    let rows = (0..frame.rows()).map(|row| cells.iter().map(|cells| cells.get(row)).collect()).collect();
    Table { columns, rows, is_ordered: false }
}

/// All rule sets that have to give the same: all rules, none, each left out.
pub(super) fn rule_sets() -> Vec<(String, RuleSet)> {
    let without = RuleSet::names().into_iter().map(|name| (format!("without {name}"), RuleSet::without(name)));
    [("all rules".to_owned(), RuleSet::all()), ("no rules".to_owned(), RuleSet::none())]
        .into_iter()
        .chain(without)
        .collect()
}

pub(super) fn sources_of(source: impl Fn(&str) -> Arc<dyn wr_runtime::sources::Source>, names: &[&str]) -> Sources {
    Sources::of(names.iter().map(|name| ((*name).to_owned(), source(name))).collect())
}
