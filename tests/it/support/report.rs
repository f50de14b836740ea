//! A report of a project to its plan, its request and its rows, in-process, as `wr run` makes them; and runs of it in a
//! world that a test chooses.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use wr_base::ids::{RelationId, ValueId};
use wr_base::loader::{LoadError, Loader};
use wr_base::value::Value;
use wr_plan::bind::Known;
use wr_plan::declaration::{Engine, Options, ParameterKind, ValueKind};
use wr_plan::functions::Setting;
use wr_plan::logical::LogicalPlan;
use wr_plan::physical::PhysicalPlan;
use wr_plan::place::{Drivers, place};
use wr_plan::rules::{RuleSet, optimise, optimise_relation};
use wr_plan::values::{ChoiceOption, Problem, Values};
use wr_runtime::cancel::Cancel;
use wr_runtime::error::RunError;
use wr_runtime::local::{Computed, RunContext, compute_options};
use wr_runtime::parameters::{Answers, Lookup, NamedFile, Question, Reply, resolve};
use wr_runtime::progress::{Progress, Silent};
use wr_runtime::run::{Compute, LocalCompute, Mode, RunFailure, RunOutcome, RunRequest, World, run};
use wr_runtime::sources::{CohortDescription, ConnectionSetup, NothingRecorded, Sources};
use wr_sema::project::Project;

/// The texts of a folder.
pub(crate) struct Texts(pub(crate) PathBuf);

impl Loader for Texts {
    fn load(&self, path: &str) -> Result<String, LoadError> {
        std::fs::read_to_string(self.0.join(path)).map_err(|_| LoadError::Missing)
    }
}

/// A report with its rows: computed once, run as often as a test wants.
pub(crate) struct Report {
    pub(crate) plan: PhysicalPlan,
    pub(crate) request: RunRequest,
    pub(crate) computed: Computed,
}

/// Values as typed; where nothing is given, the default.
struct Typed(BTreeMap<String, String>);

impl Answers for Typed {
    fn given(&self, name: &str) -> Option<String> {
        self.0.get(name).cloned()
    }

    fn ask(&mut self, _question: &Question<'_>) -> Result<Reply, String> {
        Ok(Reply::Default)
    }

    fn tell(&mut self, _label: &str, _words: &str) {}
}

/// Gives the rows that were computed before.
struct Ready<'a>(&'a Computed);

impl Compute for Ready<'_> {
    fn compute(&mut self, _: &PhysicalPlan, _: &dyn Progress, _: &Cancel) -> Result<Computed, RunError> {
        Ok(self.0.clone())
    }
}

fn sources(root: &Path, project: &Project) -> Sources {
    let folders = project.connections.iter().flatten().filter_map(|(name, connection)| {
        let folder = root.join(connection.folder()?);
        Some((name.clone(), ConnectionSetup::Local { folder, zone: None }))
    });
    Sources::new(folders, Arc::new(NothingRecorded))
}

/// What the options of a parameter are read from.
struct Folders<'a> {
    plan: &'a LogicalPlan,
    sources: Sources,
    drivers: &'a Drivers,
    context: RunContext,
    runtime: &'a tokio::runtime::Runtime,
}

impl Lookup for Folders<'_> {
    fn options(&self, relation: RelationId, values: &Values) -> Result<Vec<ChoiceOption>, RunError> {
        let columns = self.plan.values.iter().find_map(|(_, declared)| match &declared.kind {
            ValueKind::Parameter(parameter) => match &parameter.kind {
                ParameterKind::Choice(Options::Query { relation: of, value, label }) if *of == relation => {
                    Some((*value, *label))
                }
                _ => None,
            },
            ValueKind::Let(_) => None,
        });
        let known = Known { values, now: Some(self.context.setting.now) };
        let plan = place(&optimise_relation(self.plan.clone(), relation, known, &RuleSet::all()), self.drivers);
        let (columns, cancel) = (columns.unwrap(), Cancel::default());
        let rows = compute_options(&plan, relation, columns, "", &self.context, &self.sources, &Silent, &cancel);
        let option = |(value, label): (Value, Option<String>)| ChoiceOption {
            label: label.unwrap_or_else(|| value.canonical()),
            value,
        };
        Ok(self.runtime.block_on(rows)?.into_iter().map(|row| option((row.value, row.label))).collect())
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

impl Report {
    /// `script` of the project in `root`, with these values given and the project's own clock.
    pub(crate) fn new(root: &Path, script: &str, given: &[(&str, &str)]) -> Self {
        let loader = Texts(root.to_owned());
        let project = wr_sema::project::read_project(&loader).project;
        let analysis = wr_sema::analyse(&loader, script, &project);
        let program = analysis.checked().unwrap_or_else(|| panic!("{:#?}", analysis.diagnostics));
        let plan = wr_sema::lower(&program);
        let now = project.as_of.unwrap();
        let context = RunContext::new(Setting::new(now, plan.report.zone));
        let mut drivers = Drivers::default();
        for name in project.connections.iter().flatten().map(|(name, _)| name) {
            drivers.set(name, Engine::Local);
        }
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let mut typed = Typed(given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect());
        let lookup =
            Folders { plan: &plan, sources: sources(root, &project), drivers: &drivers, context, runtime: &runtime };
        let resolved = resolve(&plan, context.setting, &lookup, &mut typed).unwrap();
        let known = Known { values: &resolved.values, now: Some(now) };
        let physical = place(&optimise(plan.clone(), known, &RuleSet::all()), &drivers);
        let sources = sources(root, &project);
        let computed = LocalCompute { runtime: runtime.handle().clone(), sources, context }
            .compute(&physical, &Silent, &Cancel::default())
            .unwrap();
        let request = RunRequest {
            script_hash: "of the script".repeat(5),
            values: resolved.run_values,
            now,
            is_as_of: false,
            made_by: "anna".into(),
            plan: String::new(),
            mode: Mode::Full,
            accept: None,
            warnings: Vec::new(),
        };
        Self { plan: physical, request, computed }
    }

    pub(crate) fn run(&self, world: &mut World) -> Result<RunOutcome, Box<RunFailure>> {
        run(&self.request, &self.plan, &mut Ready(&self.computed), world, &Silent, &Cancel::default())
    }
}
