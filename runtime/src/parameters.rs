//! A plan's parameters to values: given beforehand, asked for, or taken from their defaults, each checked in the author's words.
//!
//! Values come in the order of the script, since defaults, options and checks may read earlier ones. Invariant: what
//! [`resolve`] gives knows every value of the plan.

use wr_base::diag::Code;
use wr_base::ids::{ColumnId, RelationId, ValueId};
use wr_base::ty::Type;
use wr_base::value::Value;
use wr_plan::declaration::{Options, Parameter, ParameterDefault, ParameterKind, ValueDeclaration, ValueKind};
use wr_plan::evaluate::{Context, Failure, evaluate};
use wr_plan::expr::{Expr, ExprKind};
use wr_plan::functions::Setting;
use wr_plan::logical::LogicalPlan;
use wr_plan::values::{
    ChoiceOption, Problem, ValueProblem, Values, check_value, default_value, human, label_of, parse_value,
};

use crate::error::RunError;
use crate::run::RunValue;
use crate::sources::CohortDescription;

/// Where values come from.
pub trait Answers {
    /// What was given beforehand: a text as a runner types it.
    fn given(&self, name: &str) -> Option<String>;

    /// Nothing was given: asks, or takes the default where nobody can be asked.
    ///
    /// # Errors
    /// The terminal's own words, where it cannot be used.
    fn ask(&mut self, question: &Question<'_>) -> Result<Reply, String>;

    /// Which cohort a value means, in words.
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
}

/// A parameter that nothing was given for.
pub struct Question<'a> {
    /// As `--set` names it.
    pub name: &'a str,
    pub parameter: &'a Parameter,
    pub ty: &'a Type,
    pub options: &'a [ChoiceOption],
    pub default: Option<Value>,
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
            | ParameterKind::Cohort { .. } => None,
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
                let options = one.options().map_err(Unresolved::Options)?;
                match one.value(&options, answers) {
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
            ParameterKind::Plain | ParameterKind::Cohort { .. } => Ok(Vec::new()),
        }
    }

    fn value(&self, options: &[ChoiceOption], answers: &mut dyn Answers) -> Result<Value, Refused> {
        let read = |text: &str| self.read(text, options);
        if let Some(text) = answers.given(&self.declared.name) {
            return read(&text).map_err(Refused::Problem);
        }
        let default = self.default(options)?;
        let question = Question {
            name: &self.declared.name,
            parameter: self.parameter,
            ty: &self.declared.ty,
            options,
            default: default.clone(),
            read: &read,
        };
        match answers.ask(&question).map_err(|words| Refused::Unresolved(Unresolved::Terminal(words)))? {
            Reply::Text(text) => read(&text).map_err(Refused::Problem),
            Reply::Value(value) => self.check(value).map_err(Refused::Problem),
            Reply::Default => match default {
                Some(value) => self.check(value).map_err(Refused::Problem),
                None if self.declared.ty.nullable => Ok(Value::Null),
                None => Err(Refused::Problem(Problem::Missing)),
            },
            Reply::Cancelled => Err(Refused::Unresolved(Unresolved::Cancelled)),
        }
    }

    fn read(&self, text: &str, options: &[ChoiceOption]) -> Result<Value, Problem> {
        self.check(parse_value(self.parameter, &self.declared.ty, text, options, &self.setting)?)
    }

    fn check(&self, value: Value) -> Result<Value, Problem> {
        if value.is_null() {
            return Ok(value);
        }
        let known = |wanted: ValueId| self.known.get(wanted).cloned();
        check_value(self.parameter, self.id, &value, &known, self.setting, &self.plan.report.locale)?;
        match self.cohort(&value) {
            Err(error) if error.code == Code::CohortNotFound => Err(Problem::NoSuchCohort {
                text: value.canonical(),
                way_out: error.help.unwrap_or_else(|| "check the id".to_owned()),
            }),
            _ => Ok(value),
        }
    }

    /// What its source says of the cohort that a value means.
    fn cohort(&self, value: &Value) -> Result<Option<CohortDescription>, RunError> {
        match (&self.parameter.kind, value) {
            (ParameterKind::Cohort { connection }, Value::Text(id)) => self.lookup.cohort(connection, id),
            _ => Ok(None),
        }
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

    /// As people read it: the labels of options, else the value in the locale.
    fn words(&self, value: &Value, options: &[ChoiceOption]) -> String {
        label_of(self.parameter, value, options)
            .filter(|words| !words.is_empty())
            .unwrap_or_else(|| human(value, &self.plan.report.locale, self.setting.zone))
    }
}
