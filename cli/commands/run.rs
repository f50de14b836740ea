//! `wr run`: values, plan, run, links.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use wr_base::diag::Diagnostic;
use wr_base::value::DateTime;
use wr_plan::bind::Known;
use wr_plan::functions::Setting;
use wr_plan::place::place;
use wr_plan::rules::{RuleSet, optimise};
use wr_runtime::cancel::Cancel;
use wr_runtime::error::RunError;
use wr_runtime::files::hash_bytes;
use wr_runtime::local::RunContext;
use wr_runtime::parameters::{Resolved, Unresolved, resolve};
use wr_runtime::run::{LocalCompute, Mode, OutcomeKind, RunFailure, RunOutcome, RunRequest, World};

use crate::args::Run;
use crate::connections::record_servers;
use crate::exit::Exit;
use crate::last::last_values;
use crate::lookup::FromSources;
use crate::parameters::{FromPeople, given};
use crate::person::user;
use crate::project::{Analysed, checked};
use crate::render::diagnostics::render;
use crate::render::progress::Bars;
use crate::render::summary::{file_address, links, moment, preview, records, reveals, sources, waterfall};
use crate::render::terminal::Terminal;
use crate::say;

pub(super) fn run(arguments: &Run, terminal: Terminal) -> Exit {
    match go(arguments, terminal) {
        Ok(()) => Exit::Done,
        Err(exit) => exit,
    }
}

fn go(arguments: &Run, terminal: Terminal) -> Result<(), Exit> {
    let (analysed, program) = checked(&arguments.script, &arguments.at, terminal)?;
    let given = given(&arguments.values, &analysed, terminal)?;
    let plan = wr_sema::lower(&program);
    let tokio = tokio::runtime::Runtime::new().map_err(|error| {
        say::note(&format!("{} {error}", terminal.red("error:")));
        Exit::Internal
    })?;
    let cancel = Cancel::default();
    watch_for_interrupt(&tokio, cancel.clone());

    let now = given.now.unwrap_or_else(clock);
    let setting = Setting::new(now, plan.report.zone).in_locale(&plan.report.locale);
    if terminal.interactive && !arguments.json {
        say::note(&format!("{}\n", terminal.bold(&plan.report.title)));
    }
    let is_as_of = given.now.is_some();
    let asks = terminal.interactive && !arguments.no_input && !arguments.json;
    let waiting = Arc::new(|| say::note("  waiting for another `wr` that uses this project"));
    let mut world = World::standard(&analysed.root, &analysed.root.join(&analysed.project.output), waiting);
    world.servers = record_servers(&analysed.root, arguments.at.profile.clone(), cancel.clone());
    let mut texts = given.texts;
    let mut last = BTreeMap::new();
    if asks || arguments.last {
        last = last_values(&mut world, &plan.report.path, &user());
    }
    if arguments.last {
        if last.is_empty() {
            return Err(say::usage(terminal, "you have not run this report before: leave out --last"));
        }
        for (name, text) in std::mem::take(&mut last) {
            texts.entry(name).or_insert(text);
        }
    }
    let mut people =
        FromPeople { texts, last, asks, terminal, locale: plan.report.locale.clone(), zone: plan.report.zone };
    let sources = FromSources {
        analysed: &analysed,
        plan: &plan,
        setting,
        tokio: &tokio,
        cancel: &cancel,
        named: Mutex::default(),
        listed: Mutex::default(),
    };
    let resolved = resolve(&plan, setting, &sources, &mut people)
        .map_err(|unresolved| say_unresolved(unresolved, &analysed, terminal))?;

    let Resolved { values, run_values } = resolved;
    let known = Known { values: &values, now: Some(now) };
    let physical = place(&optimise(plan, known, &RuleSet::all()), &analysed.drivers());
    let request = RunRequest {
        script_hash: script_hash(&analysed),
        values: run_values,
        now,
        is_as_of,
        made_by: user(),
        plan: wr_plan::physical::explain_plan(&physical),
        mode: match (arguments.dry_run, arguments.preview) {
            (true, _) => Mode::DryRun,
            (false, Some(rows)) => Mode::Preview(rows as usize),
            (false, None) => Mode::Full,
        },
        accept: arguments.accept.clone(),
        warnings: analysed.analysis.diagnostics.iter().map(|one| format!("{}: {}", one.code, one.headline)).collect(),
    };
    let bars = Bars::new(if arguments.json { Terminal { live: false, ..terminal } } else { terminal });
    let mut compute = LocalCompute {
        runtime: tokio.handle().clone(),
        sources: analysed.sources(),
        context: RunContext { setting, max_rows_read: arguments.max_rows_read },
    };
    let outcome = wr_runtime::run::run(&request, &physical, &mut compute, &mut world, &bars, &cancel);
    bars.clear();
    match outcome {
        Ok(outcome) => {
            show(&outcome, &physical.report.locale, setting, arguments.json, terminal);
            Ok(())
        }
        Err(failure) => Err(say_failure(&failure, &analysed, arguments.json, terminal)),
    }
}

/// The first Ctrl-C asks the run to stop, and it leaves nothing behind; a second one ends the program at once, as `kill` does.
fn watch_for_interrupt(tokio: &tokio::runtime::Runtime, cancel: Cancel) {
    tokio.spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            if cancel.is_cancelled() {
                std::process::exit(i32::from(Exit::Cancelled as u8));
            }
            cancel.cancel();
            // A source may not answer for long, and nobody should wonder whether they were heard.
            say::note("  stopping; Ctrl-C once more ends at once");
        }
    });
}

pub(super) fn clock() -> DateTime {
    let micros = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros());
    i64::try_from(micros).ok().and_then(DateTime::checked).unwrap_or(DateTime::MAX)
}

/// Of the script and of everything that it uses, in the order of reading.
fn script_hash(analysed: &Analysed) -> String {
    let mut bytes = Vec::new();
    for (_, file) in analysed.analysis.sources.iter() {
        bytes.extend_from_slice(file.path.as_bytes());
        bytes.push(0);
        bytes.extend_from_slice(file.text.as_bytes());
        bytes.push(0);
    }
    hash_bytes(&bytes)
}

fn say_unresolved(unresolved: Unresolved, analysed: &Analysed, terminal: Terminal) -> Exit {
    match unresolved {
        Unresolved::Values(problems) => {
            for problem in &problems {
                say::note(&format!("{} {}", terminal.red("error:"), problem.words()));
                say::note(&format!("  set it with --set {}=…", problem.name));
            }
            Exit::Parameter
        }
        Unresolved::Options(error) => {
            say_error(&error, analysed, terminal);
            Exit::of(&error)
        }
        Unresolved::Failed { name, failure } => {
            say::note(&format!(
                "{} {}: the value of `${name}` cannot be computed",
                terminal.red("error:"),
                failure.code
            ));
            if let Some(detail) = &failure.detail {
                say::note(&format!("  {detail}"));
            }
            Exit::Failed
        }
        Unresolved::Cancelled => {
            say::note("Stopped; nothing left.");
            Exit::Cancelled
        }
        Unresolved::Terminal(words) => {
            say::usage(terminal, &format!("cannot ask in this terminal: {words}; use --set"))
        }
    }
}

/// A failure of a run at the words of its step.
pub(super) fn say_error(error: &RunError, analysed: &Analysed, terminal: Terminal) {
    let analysis = &analysed.analysis;
    let span = error.step.and_then(|step| analysis.program.origins.steps.get(step)).copied();
    let source = error.source.as_ref().map(|source| format!("source: {source}"));
    match span {
        Some(span) => {
            let mut diagnostic = Diagnostic::new(error.code, error.message.clone(), span, "");
            diagnostic.notes = source.into_iter().chain(error.detail.iter().cloned()).collect();
            diagnostic.help.clone_from(&error.help);
            // A step of a library's `let` or `step` says little without the words that used it.
            if let Some(used) = error.step.and_then(|step| analysis.program.origins.uses.get(&step)) {
                diagnostic = diagnostic.with_secondary(*used, "used here");
            }
            say::note(&render(&diagnostic, &analysis.sources, terminal));
        }
        None => {
            say::note(&format!("{} {}: {}", terminal.red("error:"), error.code, error.message));
            for line in source.iter().chain(&error.detail).chain(&error.help) {
                say::note(&format!("  {line}"));
            }
        }
    }
}

fn say_failure(failure: &RunFailure, analysed: &Analysed, json: bool, terminal: Terminal) -> Exit {
    for warning in &failure.warnings {
        say::note(&format!("{} {warning}", terminal.yellow("warning:")));
    }
    if let Some(manifest) = &failure.manifest {
        if json {
            say::result(&format!("{}\n", json_of(manifest, None)));
        } else if !manifest.steps.is_empty() {
            say::note(&waterfall(manifest, terminal));
        }
    }
    for error in &failure.errors {
        say_error(error, analysed, terminal);
    }
    let run = failure.run.as_ref().map_or(String::new(), |run| format!("; `wr show {run}` tells more"));
    let status = failure.status.as_str();
    say::note(&format!(
        "The run {}{run}",
        if status == "failed" { "failed".to_owned() } else { format!("is {status}") }
    ));
    failure.errors.first().map_or(Exit::Failed, Exit::of)
}

fn show(outcome: &RunOutcome, locale: &str, setting: Setting, json: bool, terminal: Terminal) {
    let manifest = &outcome.manifest;
    if json {
        say::result(&format!("{}\n", json_of(manifest, outcome.folder.as_deref())));
        return;
    }
    for warning in manifest.warnings.iter().chain(&outcome.warnings) {
        say::note(&format!("{} {warning}", terminal.yellow("warning:")));
    }
    if !manifest.steps.is_empty() {
        say::note(&format!("{}{}", waterfall(manifest, terminal), sources(manifest, terminal)));
    }
    match &outcome.kind {
        OutcomeKind::Finished => say::note(&format!("{}{}", records(manifest), reveals(manifest, terminal))),
        OutcomeKind::IssuedAgain { made_by, made_at } => say::note(&format!(
            "  {made_by} ran this with the same values at {made_at}: these are the files of that run; nothing new was recorded\n",
            made_at = moment(made_at, manifest)
        )),
        OutcomeKind::DryRun => say::note("  dry run: everything holds; nothing was written or recorded\n"),
        OutcomeKind::Preview(sheets) => say::result(&preview(sheets, locale, setting.zone, terminal)),
    }
    if let Some(folder) = &outcome.folder {
        say::result(&links(manifest, folder, terminal));
    }
}

/// The manifest, and for each file where it is.
fn json_of(manifest: &wr_runtime::run::Manifest, folder: Option<&std::path::Path>) -> String {
    let mut document = serde_json::to_value(manifest).unwrap_or_default();
    if let (Some(folder), Some(files)) = (folder, document.get_mut("files").and_then(|files| files.as_array_mut())) {
        for file in files {
            let path = folder.join(file.get("name").and_then(|name| name.as_str()).unwrap_or_default());
            if let Some(file) = file.as_object_mut() {
                file.insert("path".to_owned(), path.to_string_lossy().into());
                file.insert("link".to_owned(), file_address(&path).into());
            }
        }
    }
    format!("{document:#}")
}
