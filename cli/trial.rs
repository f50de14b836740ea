//! One test of a script: its rows and values to a plan, the plan to rows, the rows to what differs.

use std::collections::BTreeMap;
use std::sync::Arc;

use wr_base::diag::Code;
use wr_base::ids::ValueId;
use wr_base::value::{Date, DateTime, Value};
use wr_plan::bind::Known;
use wr_plan::declaration::{Engine, ParameterKind};
use wr_plan::evaluate::{Context, evaluate};
use wr_plan::expr::Expr;
use wr_plan::functions::Setting;
use wr_plan::logical::LogicalPlan;
use wr_plan::place::{Drivers, place};
use wr_plan::rules::{RuleSet, optimise, optimise_relation};
use wr_plan::values::{ChoiceOption, Problem, Values};
use wr_runtime::cancel::Cancel;
use wr_runtime::error::RunError;
use wr_runtime::local::{RunContext, compute_options};
use wr_runtime::parameters::{Answers, Lookup, NamedFile, Question, Reply, Unresolved, options_columns, resolve};
use wr_runtime::progress::Silent;
use wr_runtime::run::{LocalCompute, Mode, RowDifference, RunRequest, Trial, differences, try_out};
use wr_runtime::sources::given::{Given, GivenTables};
use wr_runtime::sources::{CohortDescription, Source, Sources};
use wr_sema::hir::{CheckedProgram, Expected, ExpectedOf, ExpectedRows, Test};

/// What came of a test; it passed when nothing differs.
pub(crate) struct Verdict {
    pub(crate) mismatches: Vec<Mismatch>,
}

pub(crate) enum Mismatch {
    /// Another end than the expected one, line by line.
    Words(Vec<String>),
    Rows {
        words: String,
        headings: Vec<String>,
        differences: Vec<RowDifference>,
    },
}

impl Verdict {
    fn words(lines: impl IntoIterator<Item = String>) -> Self {
        Self { mismatches: vec![Mismatch::Words(lines.into_iter().collect())] }
    }
}

/// Tries a test. The clock stands where the test puts it, else at the beginning of 2000, so that the day is no part of it.
pub(crate) fn try_test(program: &CheckedProgram, test: &Test, runtime: &tokio::runtime::Runtime) -> Verdict {
    let own = program.program().exports.len();
    let plan = wr_sema::lower_test(program, test);
    let zone = plan.report.zone;
    let noughts =
        Setting::new(Date::parse("2000-01-01").and_then(|day| zone.start_of(day)).unwrap_or(DateTime(0)), zone);
    let now = match test.now.as_ref().map(|now| constant(now, noughts)) {
        None => noughts.now,
        Some(Ok(Value::DateTime(now))) => now,
        Some(Ok(_)) => return Verdict::words(["`now` is no moment".to_owned()]),
        Some(Err(words)) => return Verdict::words([words]),
    };
    let setting = Setting::new(now, zone);
    let tables = match tables(&plan, test, setting) {
        Ok(tables) => Arc::new(tables),
        Err(words) => return Verdict::words([words]),
    };
    let mut answers = match answers(&plan, test, setting) {
        Ok(answers) => answers,
        Err(words) => return Verdict::words([words]),
    };
    let rows = TestRows { plan: &plan, tables: &tables, setting, runtime };
    let resolved = match resolve(&plan, setting, &rows, &mut answers) {
        Ok(resolved) => resolved,
        Err(unresolved) => return refused(unresolved, &plan, test),
    };
    let known = Known { values: &resolved.values, now: Some(now) };
    let physical = place(&optimise(plan.clone(), known, &RuleSet::all()), &local_drivers(&plan));
    let request = RunRequest {
        script_hash: String::new(),
        values: resolved.run_values,
        now,
        is_as_of: true,
        made_by: String::new(),
        plan: String::new(),
        mode: Mode::DryRun,
        accept: None,
        warnings: Vec::new(),
    };
    let (sources, context) = (sources(&plan, &tables), RunContext::new(setting));
    let mut compute = LocalCompute { runtime: runtime.handle().clone(), sources, context };
    let tried = try_out(&request, &physical, own, &mut compute);
    match &test.expected {
        Expected::Rows(expected) => match tried {
            Ok(trial) => compared(&trial, expected, setting),
            Err(errors) => Verdict::words(errors.iter().flat_map(error_lines)),
        },
        Expected::Fails(code) => {
            let wanted = |error: &RunError| Some(error.code) == *code;
            let name = code.map_or_else(String::new, |code| code.to_string());
            ended(tried, &wanted, &format!("the run was to fail with {name}"))
        }
        Expected::Broken(message) => {
            let wanted = |error: &RunError| error.code == Code::ExpectationBroken && error.message == *message;
            ended(tried, &wanted, &format!("an expectation was to be broken and to say \"{message}\""))
        }
        Expected::Refused(_) => Verdict::words(["the value was to be refused, and was taken".to_owned()]),
    }
}

fn ended(tried: Result<Trial, Vec<RunError>>, wanted: &dyn Fn(&RunError) -> bool, words: &str) -> Verdict {
    match tried {
        Err(errors) if errors.iter().any(wanted) => Verdict { mismatches: Vec::new() },
        Err(errors) => {
            let lines = [format!("{words}, and failed otherwise:")].into_iter();
            Verdict::words(lines.chain(errors.iter().flat_map(error_lines)))
        }
        Ok(_) => Verdict::words([format!("{words}, and nothing failed")]),
    }
}

fn error_lines(error: &RunError) -> Vec<String> {
    [format!("{}: {}", error.code, error.message)].into_iter().chain(error.detail.iter().cloned()).collect()
}

fn refused(unresolved: Unresolved, plan: &LogicalPlan, test: &Test) -> Verdict {
    match unresolved {
        Unresolved::Values(problems) => {
            let wanted = if let Expected::Refused(Some(value)) = &test.expected {
                plan.values.get(*value).map(|declared| declared.name.clone())
            } else {
                None
            };
            let is_wanted = |problem: &wr_plan::values::ValueProblem| Some(&problem.name) == wanted.as_ref();
            if problems.iter().any(is_wanted) {
                return Verdict { mismatches: Vec::new() };
            }
            Verdict::words(problems.iter().map(|one| format!("${} was refused: {}", one.name, one.problem.words())))
        }
        Unresolved::Options(error) => match &test.expected {
            Expected::Fails(Some(code)) if *code == error.code => Verdict { mismatches: Vec::new() },
            Expected::Fails(_) | Expected::Rows(_) | Expected::Broken(_) | Expected::Refused(_) => {
                Verdict::words(error_lines(&error))
            }
        },
        Unresolved::Failed { name, failure } => {
            Verdict::words([format!("`${name}` could not be computed: {}", failure.code)])
        }
        Unresolved::Cancelled => Verdict::words(["it was stopped".to_owned()]),
        Unresolved::Terminal(words) => Verdict::words([words]),
    }
}

/// The rows of each expected relation or file beside those that came.
fn compared(trial: &Trial, expected: &[ExpectedRows], setting: Setting) -> Verdict {
    let mut mismatches = Vec::new();
    let mut own = trial.sheets.iter().filter(|sheet| sheet.file.is_empty());
    for one in expected {
        let found = match &one.of {
            ExpectedOf::Relation(_) => own.next().map(|sheet| sheet.rows.clone()),
            ExpectedOf::File { name, sheet } => {
                let Some(found) = trial.sheets.iter().find(|other| other.step == *sheet) else { continue };
                if found.file != *name {
                    let words = format!("the file is called \"{}\", not \"{name}\"", found.file);
                    mismatches.push(Mismatch::Words(vec![words]));
                    continue;
                }
                let columns: Option<Vec<usize>> = one
                    .headings
                    .iter()
                    .map(|heading| found.headings.iter().position(|other| other == heading))
                    .collect();
                let Some(columns) = columns else {
                    let words = format!("{} has the headings {}", one.words, found.headings.join(", "));
                    mismatches.push(Mismatch::Words(vec![words]));
                    continue;
                };
                let cells = |row: &Vec<Value>| columns.iter().filter_map(|at| row.get(*at).cloned()).collect();
                Some(found.rows.iter().map(cells).collect())
            }
        };
        let wanted: Result<Vec<Vec<Value>>, String> = one.rows.iter().map(|row| constants(row, setting)).collect();
        match (wanted, found) {
            (Ok(wanted), Some(found)) => {
                let differences = differences(&wanted, &found, one.is_ordered);
                if !differences.is_empty() {
                    let (words, headings) = (one.words.clone(), one.headings.clone());
                    mismatches.push(Mismatch::Rows { words, headings, differences });
                }
            }
            (Err(words), _) => mismatches.push(Mismatch::Words(vec![words])),
            (_, None) => mismatches.push(Mismatch::Words(vec![format!("{} was not computed", one.words)])),
        }
    }
    Verdict { mismatches }
}

fn constant(expr: &Expr, setting: Setting) -> Result<Value, String> {
    let value = evaluate(expr, &Context::values(setting, &|_| None));
    value.map_err(|failure| format!("a value of the test could not be computed: {}", failure.code))
}

fn constants(row: &[Expr], setting: Setting) -> Result<Vec<Value>, String> {
    row.iter().map(|cell| constant(cell, setting)).collect()
}

fn tables(
    plan: &LogicalPlan,
    test: &Test,
    setting: Setting,
) -> Result<BTreeMap<wr_base::ids::TableId, Vec<Vec<Value>>>, String> {
    let mut tables = BTreeMap::new();
    for given in &test.tables {
        let width = plan.tables.get(given.table).map_or(0, |table| table.columns.len());
        let mut rows = Vec::new();
        for row in &given.rows {
            let mut cells = vec![Value::Null; width];
            for (at, value) in given.columns.iter().zip(constants(row, setting)?) {
                if let Some(cell) = cells.get_mut(*at as usize) {
                    *cell = value;
                }
            }
            rows.push(cells);
        }
        tables.insert(given.table, rows);
    }
    Ok(tables)
}

fn answers(plan: &LogicalPlan, test: &Test, setting: Setting) -> Result<FromTest, String> {
    let mut values = BTreeMap::new();
    for (id, expr) in &test.values {
        let Some(declared) = plan.values.get(*id) else { continue };
        values.insert(declared.name.clone(), constant(expr, setting)?);
    }
    Ok(FromTest { values })
}

/// What the test says of parameters.
struct FromTest {
    values: BTreeMap<String, Value>,
}

impl Answers for FromTest {
    fn given(&self, _name: &str) -> Option<String> {
        None
    }

    fn ask(&mut self, question: &Question<'_>) -> Result<Reply, String> {
        let Some(value) = self.values.get(question.name) else { return Ok(Reply::Default) };
        Ok(match (&question.parameter.kind, value) {
            (ParameterKind::Plain | ParameterKind::File, _) | (_, Value::Null) => Reply::Value(value.clone()),
            // Whether it is one of the options is found as for a runner.
            (_, Value::List(items)) => Reply::Text(items.iter().map(Value::canonical).collect::<Vec<_>>().join("\n")),
            (_, value) => Reply::Text(value.canonical()),
        })
    }

    fn tell(&mut self, _label: &str, _words: &str) {}
}

/// What parameters need of the sources: the tables of the test.
struct TestRows<'a> {
    plan: &'a LogicalPlan,
    tables: &'a GivenTables,
    setting: Setting,
    runtime: &'a tokio::runtime::Runtime,
}

impl Lookup for TestRows<'_> {
    fn options(&self, relation: wr_base::ids::RelationId, values: &Values) -> Result<Vec<ChoiceOption>, RunError> {
        let Some((value, label, words)) = options_columns(self.plan, relation) else { return Ok(Vec::new()) };
        let known = Known { values, now: Some(self.setting.now) };
        let optimised = optimise_relation(self.plan.clone(), relation, known, &RuleSet::all());
        let rows = self.runtime.block_on(compute_options(
            &place(&optimised, &local_drivers(self.plan)),
            relation,
            (value, label),
            &words,
            &RunContext::new(self.setting),
            &sources(self.plan, self.tables),
            &Silent,
            &Cancel::default(),
        ))?;
        Ok(rows
            .into_iter()
            .map(|row| ChoiceOption { label: row.label.unwrap_or_else(|| row.value.canonical()), value: row.value })
            .collect())
    }

    fn cohort(&self, _connection: &str, _id: &str) -> Result<Option<CohortDescription>, RunError> {
        Ok(None)
    }

    fn file(&self, _value: ValueId, _path: &str) -> Result<NamedFile, Problem> {
        Err(Problem::Missing)
    }

    fn named_file(&self, _hash: &str) -> Option<NamedFile> {
        None
    }
}

fn connections(plan: &LogicalPlan) -> impl Iterator<Item = &str> {
    plan.tables.iter().map(|(_, table)| table.connection.as_str())
}

fn local_drivers(plan: &LogicalPlan) -> Drivers {
    let mut drivers = Drivers::default();
    connections(plan).for_each(|connection| drivers.set(connection, Engine::Local));
    drivers
}

fn sources(plan: &LogicalPlan, tables: &GivenTables) -> Sources {
    let source = |connection: &str| -> (String, Arc<dyn Source>) {
        (connection.to_owned(), Arc::new(Given(Arc::clone(tables))))
    };
    Sources::of(connections(plan).map(source).collect())
}
