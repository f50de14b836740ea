//! `wr form`: the parameters of a script as JSON Schema, with the options that its sources have today.

use std::collections::BTreeMap;
use std::sync::Mutex;

use wr_plan::functions::Setting;
use wr_plan::values::ChoiceOption;
use wr_runtime::cancel::Cancel;
use wr_runtime::parameters::Lookup;
use wr_runtime::sources::ListedCohort;
use wr_sema::form::{FieldKind, FieldOptions};

use super::run::clock;
use crate::args::Form;
use crate::cohort;
use crate::exit::Exit;
use crate::lookup::FromSources;
use crate::parameters::{given, known_before_a_run};
use crate::project::checked;
use crate::render::form::json_schema;
use crate::render::terminal::Terminal;
use crate::say;

pub(super) fn form(arguments: &Form, terminal: Terminal) -> Exit {
    show(arguments, terminal).err().unwrap_or(Exit::Done)
}

fn show(arguments: &Form, terminal: Terminal) -> Result<(), Exit> {
    let (analysed, program) = checked(&arguments.script, &arguments.at, terminal)?;
    let given = given(&arguments.values, &analysed, terminal)?;
    let plan = wr_sema::lower(&program);
    let fields = wr_sema::form::form(program.program());
    let mut queried = BTreeMap::new();
    if !arguments.offline {
        let known = known_before_a_run(&plan, &given, terminal)?;
        let tokio = tokio::runtime::Runtime::new().map_err(|error| {
            say::note(&format!("{} {error}", terminal.red("error:")));
            Exit::Internal
        })?;
        let setting = Setting::new(given.now.unwrap_or_else(clock), plan.report.zone);
        let cancel = Cancel::default();
        let sources = FromSources {
            analysed: &analysed,
            plan: &plan,
            setting,
            tokio: &tokio,
            cancel: &cancel,
            named: Mutex::default(),
            listed: Mutex::default(),
        };
        for field in &fields {
            let options = match &field.kind {
                FieldKind::One(FieldOptions::FromQuery { relation, .. })
                | FieldKind::Some(FieldOptions::FromQuery { relation, .. }) => {
                    let shown = |option: ChoiceOption| (option.value.canonical(), option.label);
                    let options = sources.options(*relation, &known);
                    options.map(|options| Some(options.into_iter().map(shown).collect()))
                }
                FieldKind::Cohort { connection } => {
                    let (locale, zone) = (&plan.report.locale, plan.report.zone);
                    let shown = |one: ListedCohort| (one.id.clone(), cohort::words(&one, locale, zone));
                    let listed = sources.cohorts(connection);
                    listed.map(|listed| listed.map(|listed| listed.into_iter().map(shown).collect()))
                }
                FieldKind::Line { .. }
                | FieldKind::YesNo
                | FieldKind::One(FieldOptions::Fixed(_))
                | FieldKind::Some(FieldOptions::Fixed(_))
                | FieldKind::File { .. } => Ok(None),
            };
            match options {
                Ok(Some(shown)) => {
                    queried.insert(field.value, shown);
                }
                Ok(None) => {}
                // The form is of use without: the run checks the answer.
                Err(error) => say::note(&format!(
                    "{} the options of “{}” cannot be read: {}",
                    terminal.yellow("warning:"),
                    field.label,
                    error.message
                )),
            }
        }
    }
    let schema = json_schema(&plan.report.title, &plan.report.doc, &fields, &queried);
    say::result(&format!("{schema:#}\n"));
    Ok(())
}
