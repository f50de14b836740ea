//! A plan's parameters to values: given beforehand, asked for, or taken from their defaults, each checked in the author's words.
//!
//! Values come in the order of the script, since defaults, options and checks may read earlier ones. Invariant: what
//! [`resolve`] gives knows every value of the plan.

use std::collections::BTreeSet;

use wr_base::diag::Code;
use wr_base::ids::{ColumnId, RelationId, ValueId};
use wr_base::name::near_misses;
use wr_base::ty::Type;
use wr_base::value::Value;
use wr_plan::declaration::{
    Options, Parameter, ParameterCheck, ParameterDefault, ParameterKind, ValueDeclaration, ValueKind,
};
use wr_plan::evaluate::{Context, Failure, evaluate};
use wr_plan::expr::{Expr, ExprKind};
use wr_plan::functions::Setting;
use wr_plan::logical::{LogicalPlan, visit};
use wr_plan::values::{
    ChoiceOption, Problem, ValueProblem, Values, check_value, default_value, human, label_of, parse_value,
};

use crate::error::RunError;
use crate::run::RunValue;
use crate::sources::{CohortDescription, ListedCohort};

/// A file that a value stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedFile {
    /// Of its content: the value.
    pub hash: String,
    /// Without its folder.
    pub name: String,
    /// Absolute, as far as that can be said.
    pub path: String,
    pub rows: u64,
    /// What was found in it: columns, encoding, sheet.
    pub found: String,
}

/// Where values come from.
pub trait Answers {
    /// What was given beforehand: a text as a runner types it.
    fn given(&self, name: &str) -> Option<String>;

    /// Nothing was given: asks, or takes the default where nobody can be asked.
    ///
    /// # Errors
    /// The terminal's own words, where it cannot be used.
    fn ask(&mut self, question: &Question<'_>) -> Result<Reply, String>;

    /// What was understood: which cohort a value means, how many items a list has.
    fn tell(&mut self, label: &str, words: &str);
}

/// What a parameter's value may need from the sources.
pub trait Lookup {
    /// The options of a query, with the values known so far.
    ///
    /// # Errors
    /// They cannot be read.
    fn options(&self, relation: RelationId, values: &Values) -> Result<Vec<ChoiceOption>, RunError>;

    /// # Errors
    /// There is no such cohort, or the source cannot be asked.
    fn cohort(&self, connection: &str, id: &str) -> Result<Option<CohortDescription>, RunError>;

    /// The cohorts that a person could choose; `None` where the source has no list of them.
    ///
    /// # Errors
    /// The source cannot be asked.
    fn cohorts(&self, connection: &str) -> Result<Option<Vec<ListedCohort>>, RunError> {
        let _ = connection;
        Ok(None)
    }

    /// Reads the file that a runner names.
    ///
    /// # Errors
    /// It is not there, or not what the script reads.
    fn file(&self, value: ValueId, path: &str) -> Result<NamedFile, Problem>;

    /// A file that was read before.
    fn named_file(&self, hash: &str) -> Option<NamedFile>;
}

/// A parameter that nothing was given for.
pub struct Question<'a> {
    /// As `--set` names it.
    pub name: &'a str,
    pub parameter: &'a Parameter,
    pub ty: &'a Type,
    pub options: &'a [ChoiceOption],
    pub default: Option<Value>,
    /// Of a cohort: those that there are. Asked for only where a person chooses.
    pub cohorts: &'a dyn Fn() -> Result<Option<Vec<ListedCohort>>, RunError>,
    /// What is wrong with a text, or its value.
    pub read: &'a (dyn Fn(&str) -> Result<Value, Problem> + Sync),
}

pub enum Reply {
    Text(String),
    Value(Value),
    Default,
    Cancelled,
}

/// Why there are no values.
#[derive(Debug)]
pub enum Unresolved {
    /// One or more values are wrong or missing.
    Values(Vec<ValueProblem>),
    /// The options of a parameter could not be read.
    Options(RunError),
    /// A `let $x` or a default cannot be evaluated.
    Failed {
        name: String,
        failure: Failure,
    },
    Cancelled,
    /// The terminal cannot be used, in its own words.
    Terminal(String),
}

/// All values, for the rules and for the run.
#[derive(Debug, Default)]
pub struct Resolved {
    pub values: Values,
    pub run_values: Vec<RunValue>,
}

/// The columns of the options that a relation gives, and the label of the parameter that has them.
#[must_use]
pub fn options_columns(plan: &LogicalPlan, relation: RelationId) -> Option<(ColumnId, Option<ColumnId>, String)> {
    plan.values.iter().find_map(|(_, declared)| {
        let ValueKind::Parameter(parameter) = &declared.kind else { return None };
        match &parameter.kind {
            ParameterKind::Choice(Options::Query { relation: of, value, label })
            | ParameterKind::Choices(Options::Query { relation: of, value, label })
            | ParameterKind::Columns(Options::Query { relation: of, value, label })
                if *of == relation =>
            {
                Some((*value, *label, parameter.label.clone()))
            }
            ParameterKind::Plain
            | ParameterKind::Choice(_)
            | ParameterKind::Choices(_)
            | ParameterKind::Columns(_)
            | ParameterKind::Cohort { .. }
            | ParameterKind::File => None,
        }
    })
}

/// Gives each value of a plan. Problems of all parameters are gathered where nobody is asked.
///
/// # Errors
/// See [`Unresolved`].
pub fn resolve(
    plan: &LogicalPlan,
    setting: Setting,
    lookup: &(dyn Lookup + Sync),
    answers: &mut dyn Answers,
) -> Result<Resolved, Unresolved> {
    let mut resolved = Resolved::default();
    let mut problems = Vec::new();
    for (id, declared) in plan.values.iter() {
        let mut path = None;
        let (value, words) = match &declared.kind {
            ValueKind::Let(expr) => {
                if !problems.is_empty() {
                    // It may read a value that is missing; the problem with that one is what has to be said.
                    continue;
                }
                let values = |wanted: ValueId| resolved.values.get(wanted).cloned();
                let value = evaluate(expr, &Context::values(setting, &values))
                    .map_err(|failure| Unresolved::Failed { name: declared.name.clone(), failure })?;
                let words = human(&value, &plan.report.locale, setting.zone);
                (value, words)
            }
            ValueKind::Parameter(parameter) => {
                let one = One { plan, id, declared, parameter, setting, known: &resolved.values, lookup };
                if !one.can_be_asked() {
                    // Its options depend on a value that is missing, and that was said.
                    continue;
                }
                let options = one.options().map_err(Unresolved::Options)?;
                match one.value(&options, answers) {
                    Ok(value) if parameter.kind == ParameterKind::File => {
                        let file = one.file(&value);
                        if let Some(file) = &file {
                            answers.tell(&parameter.label, &one.file_words(file));
                        }
                        path = file.as_ref().map(|file| file.path.clone());
                        let words = file.map_or_else(
                            || one.words(&value, &options),
                            |file| format!("{}, {}, sha256 {}", file.name, one.rows_words(file.rows), file.hash),
                        );
                        (value, words)
                    }
                    Ok(value) => {
                        let words = match one.cohort(&value) {
                            Ok(Some(cohort)) => {
                                let words = format!("{} ({})", cohort.name, value.canonical());
                                answers.tell(&parameter.label, &one.cohort_words(&cohort));
                                words
                            }
                            // What is wrong with the source, the run says at the step that reads it.
                            Ok(None) | Err(_) => one.words(&value, &options),
                        };
                        (value, words)
                    }
                    Err(Refused::Problem(problem)) => {
                        problems.push(ValueProblem {
                            name: declared.name.clone(),
                            label: parameter.label.clone(),
                            problem,
                        });
                        continue;
                    }
                    Err(Refused::Unresolved(unresolved)) => return Err(unresolved),
                }
            }
        };
        resolved.values.set(id, value.clone());
        resolved.run_values.push(RunValue {
            id,
            name: declared.name.clone(),
            label: match &declared.kind {
                ValueKind::Parameter(parameter) => parameter.label.clone(),
                ValueKind::Let(_) => declared.name.clone(),
            },
            value,
            words,
            is_parameter: matches!(declared.kind, ValueKind::Parameter(_)),
            path,
        });
    }
    if problems.is_empty() { Ok(resolved) } else { Err(Unresolved::Values(problems)) }
}

/// One parameter, with all that its value depends on.
struct One<'a> {
    plan: &'a LogicalPlan,
    id: ValueId,
    declared: &'a ValueDeclaration,
    parameter: &'a Parameter,
    setting: Setting,
    known: &'a Values,
    lookup: &'a (dyn Lookup + Sync),
}

enum Refused {
    Problem(Problem),
    Unresolved(Unresolved),
}

impl One<'_> {
    fn options(&self) -> Result<Vec<ChoiceOption>, RunError> {
        match &self.parameter.kind {
            ParameterKind::Choice(options) | ParameterKind::Choices(options) | ParameterKind::Columns(options) => {
                match options {
                    Options::Fixed(options) => Ok(options.clone()),
                    Options::Query { relation, .. } => self.lookup.options(*relation, self.known),
                }
            }
            ParameterKind::Plain | ParameterKind::Cohort { .. } | ParameterKind::File => Ok(Vec::new()),
        }
    }

    fn value(&self, options: &[ChoiceOption], answers: &mut dyn Answers) -> Result<Value, Refused> {
        let read = |text: &str| self.read(text, options);
        if let Some(text) = answers.given(&self.declared.name) {
            let value = read(&text).map_err(Refused::Problem)?;
            self.count(&value, answers);
            return Ok(value);
        }
        let default = self.default(options)?;
        let question = Question {
            name: &self.declared.name,
            parameter: self.parameter,
            ty: &self.declared.ty,
            options,
            default: default.clone(),
            cohorts: &|| self.cohorts(),
            read: &read,
        };
        match answers.ask(&question).map_err(|words| Refused::Unresolved(Unresolved::Terminal(words)))? {
            Reply::Text(text) => {
                let value = read(&text).map_err(Refused::Problem)?;
                self.count(&value, answers);
                Ok(value)
            }
            Reply::Value(value) => self.check(value).map_err(Refused::Problem),
            Reply::Default => match default {
                Some(value) => self.check(value).map_err(Refused::Problem),
                None if self.declared.ty.nullable => Ok(Value::Null),
                None => Err(Refused::Problem(Problem::Missing)),
            },
            Reply::Cancelled => Err(Refused::Unresolved(Unresolved::Cancelled)),
        }
    }

    /// Tells how many items were understood of a pasted list: who pasted it knows how many there should be.
    fn count(&self, value: &Value, answers: &mut dyn Answers) {
        let (Value::List(items), ParameterKind::Plain) = (value, &self.parameter.kind) else { return };
        let different: BTreeSet<String> = items.iter().map(Value::canonical).collect();
        let human = |count: usize| human(&Value::Int(count as i128), &self.plan.report.locale, self.setting.zone);
        let values = if items.len() == 1 { "value" } else { "values" };
        let words = if different.len() < items.len() {
            format!("{} {values}, {} different", human(items.len()), human(different.len()))
        } else {
            format!("{} {values}", human(items.len()))
        };
        answers.tell(&self.parameter.label, &words);
    }

    /// Whether every value is known that the query of its options reads.
    fn can_be_asked(&self) -> bool {
        let relation = match &self.parameter.kind {
            ParameterKind::Choice(Options::Query { relation, .. })
            | ParameterKind::Choices(Options::Query { relation, .. })
            | ParameterKind::Columns(Options::Query { relation, .. }) => *relation,
            ParameterKind::Plain
            | ParameterKind::Choice(Options::Fixed(_))
            | ParameterKind::Choices(Options::Fixed(_))
            | ParameterKind::Columns(Options::Fixed(_))
            | ParameterKind::Cohort { .. }
            | ParameterKind::File => return true,
        };
        visit::live(self.plan, [relation]).into_iter().all(|relation| {
            let nodes = visit::tree(self.plan, self.plan.relations[relation].root);
            nodes.iter().all(|node| self.plan.nodes[*node].kind.exprs().into_iter().all(|expr| self.knows_all(expr)))
        })
    }

    fn read(&self, text: &str, options: &[ChoiceOption]) -> Result<Value, Problem> {
        if self.parameter.kind == ParameterKind::File && !text.trim().is_empty() {
            return self.check(Value::Text(self.lookup.file(self.id, text)?.hash));
        }
        match parse_value(self.parameter, &self.declared.ty, text, options, &self.setting) {
            Ok(value) => self.check(value),
            Err(Problem::NotACohort { text }) => Err(self.perhaps_its_name(text)),
            Err(problem) => Err(problem),
        }
    }

    /// Neither an id nor an address: people know a cohort by its name. Several can have one name, so none is taken by it.
    fn perhaps_its_name(&self, text: String) -> Problem {
        let cohorts = self.cohorts().ok().flatten().unwrap_or_default();
        let names = || cohorts.iter().map(|cohort| cohort.name.as_str());
        let near = if names().any(|name| name == text) { vec![text.as_str()] } else { near_misses(&text, names()) };
        let meant = cohorts.iter().filter(|cohort| near.contains(&cohort.name.as_str())).take(3);
        // An error is one line, whatever people call their cohorts.
        let shown = |cohort: &ListedCohort| format!("{} (“{}”)", cohort.id, cohort.name.replace(char::is_control, " "));
        let meant: Vec<String> = meant.map(shown).collect();
        if meant.is_empty() {
            return Problem::NotACohort { text };
        }
        Problem::NoSuchCohort { text, way_out: format!("give its id or its address; perhaps {}", meant.join(" or ")) }
    }

    fn check(&self, value: Value) -> Result<Value, Problem> {
        if value.is_null() {
            return Ok(value);
        }
        let known = |wanted: ValueId| self.known.get(wanted).cloned();
        // A condition over a value that was refused says nothing new.
        let can_be_checked = |check: &ParameterCheck| self.knows_all_but_itself(&check.condition);
        let checks = self.parameter.checks.iter().filter(|check| can_be_checked(check)).cloned().collect();
        let parameter = Parameter { checks, ..self.parameter.clone() };
        check_value(&parameter, self.id, &value, &known, self.setting, &self.plan.report.locale)?;
        match self.cohort(&value) {
            Err(error) if error.code == Code::CohortNotFound => Err(Problem::NoSuchCohort {
                text: value.canonical(),
                way_out: error.help.unwrap_or_else(|| "check the id".to_owned()),
            }),
            _ => Ok(value),
        }
    }

    /// Those that its source has; none of any other parameter.
    fn cohorts(&self) -> Result<Option<Vec<ListedCohort>>, RunError> {
        match &self.parameter.kind {
            ParameterKind::Cohort { connection } => self.lookup.cohorts(connection),
            ParameterKind::Plain
            | ParameterKind::Choice(_)
            | ParameterKind::Choices(_)
            | ParameterKind::Columns(_)
            | ParameterKind::File => Ok(None),
        }
    }

    /// What its source says of the cohort that a value means.
    fn cohort(&self, value: &Value) -> Result<Option<CohortDescription>, RunError> {
        match (&self.parameter.kind, value) {
            (ParameterKind::Cohort { connection }, Value::Text(id)) => self.lookup.cohort(connection, id),
            _ => Ok(None),
        }
    }

    fn file(&self, value: &Value) -> Option<NamedFile> {
        if let Value::Text(hash) = value { self.lookup.named_file(hash) } else { None }
    }

    fn rows_words(&self, rows: u64) -> String {
        let count = human(&Value::Int(rows.into()), &self.plan.report.locale, self.setting.zone);
        if rows == 1 { format!("{count} row") } else { format!("{count} rows") }
    }

    /// `cards.csv: 1,204 rows; card_number, amount; text in utf-8, with commas`
    fn file_words(&self, file: &NamedFile) -> String {
        format!("{}: {}; {}", file.name, self.rows_words(file.rows), file.found)
    }

    /// `Opened the app in October, 6,050 people, computed 2026-11-23 06:15`
    fn cohort_words(&self, cohort: &CohortDescription) -> String {
        let human = |value: &Value| human(value, &self.plan.report.locale, self.setting.zone);
        let size = human(&Value::Int(cohort.size.into()));
        let computed =
            cohort.last_computed.map_or(String::new(), |at| format!(", computed {}", human(&Value::DateTime(at))));
        format!("{}, {size} people{computed}", cohort.name)
    }

    fn default(&self, options: &[ChoiceOption]) -> Result<Option<Value>, Refused> {
        // A default that reads a value with a problem of its own is no second problem.
        if let Some(ParameterDefault::Value(expr)) = &self.parameter.default
            && !self.knows_all(expr)
        {
            return Ok(None);
        }
        let values = |wanted: ValueId| self.known.get(wanted).cloned();
        let context = Context::values(self.setting, &values);
        default_value(self.parameter, self.declared.ty.nullable, options, &context)
            .map_err(|failure| Refused::Unresolved(Unresolved::Failed { name: self.declared.name.clone(), failure }))
    }

    fn knows_all(&self, expr: &Expr) -> bool {
        let mut known = true;
        expr.visit(&mut |part| {
            if let ExprKind::Value(wanted) = &part.kind {
                known &= self.known.is_known(*wanted);
            }
        });
        known
    }

    fn knows_all_but_itself(&self, expr: &Expr) -> bool {
        let mut known = true;
        expr.visit(&mut |part| {
            if let ExprKind::Value(wanted) = &part.kind {
                known &= *wanted == self.id || self.known.is_known(*wanted);
            }
        });
        known
    }

    /// As people read it: the labels of options, else the value in the locale.
    fn words(&self, value: &Value, options: &[ChoiceOption]) -> String {
        label_of(self.parameter, value, options)
            .filter(|words| !words.is_empty())
            .unwrap_or_else(|| human(value, &self.plan.report.locale, self.setting.zone))
    }
}
