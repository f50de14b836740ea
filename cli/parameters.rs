//! Values from the command line and from prompts, in the form that the runtime takes them.

use std::collections::BTreeMap;
use std::path::Path;

use wr_base::ids::ValueId;
use wr_base::name::near_misses;
use wr_base::ty::{DataType, Type};
use wr_base::value::{DateTime, Value, Zone};
use wr_plan::declaration::{Options, Parameter, ParameterDefault, ParameterKind, ValueKind};
use wr_plan::evaluate::{Context, evaluate};
use wr_plan::expr::{Expr, ExprKind};
use wr_plan::functions::{FnId, Setting};
use wr_plan::logical::LogicalPlan;
use wr_plan::values::{ChoiceOption, Values, check_value, default_value, human, parse_value};
use wr_runtime::parameters::{Answers, Question, Reply};

use crate::args;
use crate::cohort::{ID_OR_ADDRESS, OTHER, Offered, sought};
use crate::exit::Exit;
use crate::project::Analysed;
use crate::prompt::{self, Answer, QuestionKind};
use crate::render::terminal::Terminal;
use crate::say;

/// What the command line says of values.
pub(crate) struct Given {
    /// By name, as typed.
    pub(crate) texts: BTreeMap<String, String>,
    /// `--as-of`, else the project's `as_of`. `None`: the real clock.
    pub(crate) now: Option<DateTime>,
}

/// Reads `--set`, `--params` and `--as-of`; `--set` wins over the file.
pub(crate) fn given(arguments: &args::Values, analysed: &Analysed, terminal: Terminal) -> Result<Given, Exit> {
    let mut texts = BTreeMap::new();
    if let Some(path) = &arguments.params {
        texts = from_file(path).map_err(|words| say::usage(terminal, &words))?;
    }
    let mut set = BTreeMap::new();
    for one in &arguments.set {
        let Some((name, value)) = one.split_once('=') else {
            return Err(say::usage(terminal, &format!("`--set {one}` has no `=`; write `--set name=value`")));
        };
        if set.insert(name.trim().to_owned(), value.to_owned()).is_some() {
            return Err(say::usage(terminal, &format!("`{}` is set twice", name.trim())));
        }
    }
    texts.extend(set);
    known_names(&texts, analysed, terminal)?;
    let zone = analysed.analysis.program.report.zone;
    let now = match &arguments.as_of {
        Some(text) => Some(moment(text, zone).ok_or_else(|| {
            say::usage(terminal, &format!("`--as-of {text}` is no moment; write 2026-11-23 or 2026-11-23T12:00"))
        })?),
        None => analysed.project.as_of,
    };
    Ok(Given { texts, now })
}

fn known_names(texts: &BTreeMap<String, String>, analysed: &Analysed, terminal: Terminal) -> Result<(), Exit> {
    let parameters: Vec<&str> = analysed
        .analysis
        .program
        .values
        .iter()
        .filter(|(_, value)| matches!(value.kind, ValueKind::Parameter(_)))
        .map(|(_, value)| value.name.as_str())
        .collect();
    let Some(unknown) = texts.keys().find(|name| !parameters.contains(&name.as_str())) else { return Ok(()) };
    let near = near_misses(unknown, parameters.iter().copied());
    let way_out = match (near.first(), parameters.as_slice()) {
        (Some(near), _) => format!("did you mean `{near}`?"),
        (None, []) => "it has none".to_owned(),
        (None, all) => format!("it has {}", all.join(", ")),
    };
    say::note(&format!("{} the report has no parameter `{unknown}`; {way_out}", terminal.red("error:")));
    Err(Exit::Parameter)
}

/// A TOML file of `name = value`; lists become the text that `--set` takes.
fn from_file(path: &Path) -> Result<BTreeMap<String, String>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        let is_missing = error.kind() == std::io::ErrorKind::NotFound;
        let why = if is_missing { "there is no such file".to_owned() } else { error.to_string() };
        format!("cannot read `{}`: {why}", path.display())
    })?;
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        let line = error.span().map_or(1, |at| text.get(..at.start).unwrap_or_default().matches('\n').count() + 1);
        format!(
            "cannot read `{}`: line {line}: {}; write `name = \"value\"`, each on a line of its own",
            path.display(),
            error.message()
        )
    })?;
    table.into_iter().map(|(name, value)| Ok((name.clone(), text_of(&name, &value, path)?))).collect()
}

fn text_of(name: &str, value: &toml::Value, path: &Path) -> Result<String, String> {
    match value {
        toml::Value::String(text) => Ok(text.clone()),
        toml::Value::Integer(number) => Ok(number.to_string()),
        toml::Value::Float(number) => Ok(number.to_string()),
        toml::Value::Boolean(value) => Ok(if *value { "yes" } else { "no" }.to_owned()),
        toml::Value::Datetime(at) => Ok(at.to_string()),
        toml::Value::Array(items) => {
            let texts: Result<Vec<_>, _> = items.iter().map(|item| text_of(name, item, path)).collect();
            Ok(texts?.join("\n"))
        }
        toml::Value::Table(_) => Err(format!("`{}`: `{name}` is a table; write `{name} = value`", path.display())),
    }
}

fn moment(text: &str, zone: Zone) -> Option<DateTime> {
    let parameter = plain();
    let setting = Setting::new(DateTime(0), zone);
    match parse_value(&parameter, &Type::required(DataType::DateTime), text, &[], &setting) {
        Ok(Value::DateTime(at)) => Some(at),
        _ => None,
    }
}

fn plain() -> Parameter {
    Parameter {
        label: String::new(),
        help: String::new(),
        kind: ParameterKind::Plain,
        default: None,
        pattern: None,
        checks: Vec::new(),
    }
}

/// What a plan can know without reading anything: what was given, and defaults that need no query. The rest stays open.
pub(crate) fn known_before_a_run(plan: &LogicalPlan, given: &Given, terminal: Terminal) -> Result<Values, Exit> {
    let mut known = Values::default();
    let setting = Setting::new(given.now.unwrap_or(DateTime(0)), plan.report.zone);
    for (id, declared) in plan.values.iter() {
        let values = |wanted: ValueId| known.get(wanted).cloned();
        let value = match &declared.kind {
            ValueKind::Let(expr) => evaluate(expr, &Context::values(setting, &values)).ok(),
            // Only a run reads it.
            ValueKind::Parameter(parameter) if parameter.kind == ParameterKind::File => None,
            ValueKind::Parameter(parameter) => match given.texts.get(&declared.name) {
                Some(text) => {
                    let (parameter, options) = match fixed_options(&parameter.kind) {
                        Some(options) => ((**parameter).clone(), options),
                        // Its options are read in a run: here the value is taken at its word.
                        None => (Parameter { kind: ParameterKind::Plain, ..(**parameter).clone() }, Vec::new()),
                    };
                    let value = parse_value(&parameter, &declared.ty, text, &options, &setting).and_then(|value| {
                        check_value(&parameter, id, &value, &values, setting, &plan.report.locale).map(|()| value)
                    });
                    Some(value.map_err(|problem| {
                        say::note(&format!("{} {}: {}", terminal.red("error:"), parameter.label, problem.words()));
                        Exit::Parameter
                    })?)
                }
                None => default_of(parameter, declared.ty.nullable, setting, &values, given.now.is_some()),
            },
        };
        if let Some(value) = value {
            known.set(id, value);
        }
    }
    Ok(known)
}

/// `None`: the options come from a query.
fn fixed_options(kind: &ParameterKind) -> Option<Vec<ChoiceOption>> {
    match kind {
        ParameterKind::Choice(options) | ParameterKind::Choices(options) | ParameterKind::Columns(options) => {
            match options {
                Options::Fixed(options) => Some(options.clone()),
                Options::Query { .. } => None,
            }
        }
        ParameterKind::Plain | ParameterKind::Cohort { .. } | ParameterKind::File => Some(Vec::new()),
    }
}

fn default_of(
    parameter: &Parameter,
    nullable: bool,
    setting: Setting,
    values: &dyn Fn(ValueId) -> Option<Value>,
    has_clock: bool,
) -> Option<Value> {
    let options = fixed_options(&parameter.kind)?;
    if let Some(ParameterDefault::Value(expr)) = &parameter.default
        && !has_clock
        && reads_clock(expr)
    {
        return None;
    }
    default_value(parameter, nullable, &options, &Context::values(setting, values)).ok().flatten()
}

fn reads_clock(expr: &Expr) -> bool {
    let mut reads = false;
    expr.visit(&mut |part| {
        reads |=
            matches!(part.kind, ExprKind::RelativePeriod(_) | ExprKind::Call { function: FnId::Now | FnId::Today, .. });
    });
    reads
}

/// Answers of the command line, and of a person where there is one.
pub(crate) struct FromPeople {
    pub(crate) texts: BTreeMap<String, String>,
    /// What the person gave the last time, for showing.
    pub(crate) last: BTreeMap<String, String>,
    /// Ask what was not given.
    pub(crate) asks: bool,
    pub(crate) terminal: Terminal,
    pub(crate) locale: String,
    pub(crate) zone: Zone,
}

impl Answers for FromPeople {
    fn given(&self, name: &str) -> Option<String> {
        self.texts.get(name).cloned()
    }

    fn ask(&mut self, question: &Question<'_>) -> Result<Reply, String> {
        if !self.asks {
            return Ok(Reply::Default);
        }
        let options =
            prompt::Shown::all(question.options.iter().map(|option| (option.label.clone(), option.value.canonical())));
        let offered = Offered::of(question, &self.locale, self.zone, self.terminal);
        let position = |value: &Value| question.options.iter().position(|option| option.value == *value);
        let kind = match &question.parameter.kind {
            ParameterKind::Choice(_) => {
                QuestionKind::One { options: &options, default: question.default.as_ref().and_then(position) }
            }
            ParameterKind::Choices(_) | ParameterKind::Columns(_) => {
                let chosen = match &question.default {
                    Some(Value::List(items)) => items.iter().filter_map(position).collect(),
                    _ => Vec::new(),
                };
                QuestionKind::Some { options: &options, default: chosen }
            }
            ParameterKind::Plain if question.ty.data == DataType::Bool => QuestionKind::YesNo {
                default: match question.default {
                    Some(Value::Bool(value)) => Some(value),
                    _ => None,
                },
            },
            ParameterKind::Cohort { .. } if !offered.is_empty() => QuestionKind::OneOrLine {
                options: &offered.shown,
                default: question.default.as_ref().map(|value| offered.position(value)),
                other: OTHER,
                line_help: ID_OR_ADDRESS,
                sought,
            },
            ParameterKind::Plain | ParameterKind::Cohort { .. } | ParameterKind::File => QuestionKind::Line,
        };
        let read = question.read;
        let check = |line: &str| read(line).map_err(|problem| problem.words());
        let default = question.default.as_ref().map(|value| default_text(value, &self.locale, self.zone));
        let last = self.last.get(question.name).map(|text| text.replace('\n', ", "));
        let is_line = matches!(kind, QuestionKind::Line | QuestionKind::OneOrLine { .. });
        let last = last.filter(|last| is_line && default.as_ref() != Some(last));
        let help = [Some(question.parameter.help.clone()), last.map(|last| format!("last time: {last}"))];
        let help: Vec<String> = help.into_iter().flatten().filter(|words| !words.is_empty()).collect();
        let asked = prompt::Question { label: &question.parameter.label, help: &help.join(" · "), kind, default };
        Ok(match prompt::ask(&asked, &check, self.terminal.colour)? {
            Answer::Line(line) => Reply::Text(line),
            Answer::YesNo(value) => Reply::Value(Value::Bool(value)),
            Answer::One(at) if !offered.is_empty() => offered.value(at).map_or(Reply::Cancelled, Reply::Value),
            Answer::One(at) => question.options.get(at).map_or(Reply::Cancelled, |one| Reply::Value(one.value.clone())),
            Answer::Some(chosen) => {
                let mut chosen = chosen;
                chosen.sort_unstable();
                let values = chosen.iter().filter_map(|at| question.options.get(*at)).map(|one| one.value.clone());
                Reply::Value(Value::List(values.collect()))
            }
            Answer::Cancelled => Reply::Cancelled,
        })
    }

    fn tell(&mut self, label: &str, words: &str) {
        if self.asks {
            say::note(&self.terminal.dim(&format!("  {words}")));
        } else {
            say::note(&self.terminal.dim(&format!("{label}: {words}")));
        }
    }
}

/// A default as a person could type it: what is read back gives the same value.
fn default_text(value: &Value, locale: &str, zone: Zone) -> String {
    if let Value::List(items) = value {
        items.iter().map(Value::canonical).collect::<Vec<_>>().join(", ")
    } else if let Value::Bool(_) = value {
        human(value, locale, zone)
    } else {
        value.canonical()
    }
}
