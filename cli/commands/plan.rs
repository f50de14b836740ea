//! `wr plan`: what a run would do, at any stage on the way; with `--count`, how much would come.

use wr_plan::bind::Known;
use wr_plan::functions::Setting;
use wr_plan::physical::{PhysicalPlan, cohort_files, explain_plan, explain_plan_with};
use wr_plan::place::place;
use wr_plan::rules::{Rule, RuleSet};
use wr_runtime::cancel::Cancel;
use wr_runtime::local::{RunContext, bounds};
use wr_runtime::run::store_path;
use wr_runtime::store::StoredRequests;
use wr_sema::hir::CheckedProgram;

use super::run::{clock, say_error};
use crate::args::{Plan, Stage};
use crate::exit::Exit;
use crate::parameters;
use crate::project::{Analysed, checked};
use crate::render::terminal::Terminal;
use crate::say;

pub(super) fn plan(arguments: &Plan, terminal: Terminal) -> Exit {
    match show(arguments, terminal) {
        Ok(()) => Exit::Done,
        Err(exit) => exit,
    }
}

fn show(arguments: &Plan, terminal: Terminal) -> Result<(), Exit> {
    let rules = rule_set(&arguments.without).map_err(|words| say::usage(terminal, &words))?;
    let (analysed, program) = checked(&arguments.script, &arguments.at, terminal)?;
    let stages = if arguments.stage == Stage::All {
        vec![Stage::Syntax, Stage::Typed, Stage::Logical, Stage::Optimised, Stage::Physical, Stage::Summary]
    } else {
        vec![arguments.stage]
    };
    for stage in &stages {
        let text = print(*stage, &analysed, &program, arguments, &rules, terminal)?;
        if stages.len() > 1 {
            say::result(&format!("== {stage:?}\n\n{text}\n"));
        } else {
            say::result(&text);
        }
    }
    Ok(())
}

fn print(
    stage: Stage,
    analysed: &Analysed,
    program: &CheckedProgram,
    arguments: &Plan,
    rules: &RuleSet,
    terminal: Terminal,
) -> Result<String, Exit> {
    let given = || parameters::given(&arguments.values, analysed, terminal);
    let planned = || -> Result<_, Exit> {
        let plan = wr_sema::lower(program);
        let given = given()?;
        let values = parameters::known_before_a_run(&plan, &given, terminal)?;
        let known = Known { values: &values, now: given.now };
        Ok(wr_plan::rules::optimise(plan, known, rules))
    };
    Ok(match stage {
        Stage::Syntax => {
            let texts = analysed.analysis.sources.iter();
            let trees = texts.map(|(file, source)| wr_syntax::print(&wr_syntax::parse(&source.text, file).file));
            trees.collect::<Vec<_>>().join("\n")
        }
        Stage::Typed => wr_sema::hir::print(program.program()),
        Stage::Logical => wr_plan::logical::print(&wr_sema::lower(program)),
        Stage::Optimised => {
            let plan = planned()?;
            wr_plan::logical::print_wanted(plan.plan(), plan.wanted())
        }
        Stage::Physical => wr_plan::physical::print(&place(&planned()?, &analysed.drivers())),
        Stage::Summary => {
            let plan = place(&planned()?, &analysed.drivers());
            let words = if arguments.count {
                let now = given()?.now.unwrap_or_else(clock);
                counted(&plan, Setting::new(now, plan.report.zone), analysed, terminal)?
            } else {
                explain_plan(&plan)
            };
            words + &downloads(&plan, analysed, terminal)
        }
        Stage::All => String::new(),
    })
}

/// The summary with what the sources say of each query.
fn counted(plan: &PhysicalPlan, setting: Setting, analysed: &Analysed, terminal: Terminal) -> Result<String, Exit> {
    let tokio = tokio::runtime::Runtime::new().map_err(|error| {
        say::note(&format!("{} {error}", terminal.red("error:")));
        Exit::Internal
    })?;
    let (context, sources, cancel) = (RunContext::new(setting), analysed.sources(), Cancel::default());
    let found = tokio.block_on(bounds(plan, &context, &sources, &cancel)).map_err(|error| {
        say_error(&error, analysed, terminal);
        Exit::of(&error)
    })?;
    Ok(explain_plan_with(plan, &found))
}

/// What the cohorts of a plan cost of the month's downloads; nothing where it reads none.
fn downloads(plan: &PhysicalPlan, analysed: &Analysed, terminal: Terminal) -> String {
    let mut lines = Vec::new();
    for (connection, files) in cohort_files(plan) {
        let files = files as u64;
        let plural = if files == 1 { "file" } else { "files" };
        lines.push(format!(
            "  {connection}: at most {files} cohort {plural}, {} of the {A_MONTH} downloads of a month",
            share(files)
        ));
        let store = StoredRequests { store: store_path(&analysed.root), connection: connection.to_owned() };
        // By today's calendar, whichever day the report is as of.
        match store.paid_in_month(clock()) {
            Ok(paid) => {
                lines.push(format!("  {connection}: this project took {paid} this month, {}", share(paid)));
            }
            Err(words) => {
                say::note(&format!("{} the store cannot be read: {words}", terminal.yellow("warning:")));
            }
        }
    }
    if lines.is_empty() {
        return String::new();
    }
    lines.push(
        "  a file that was taken within the last week is taken again for nothing, while its cohort is the same"
            .to_owned(),
    );
    format!("\nDownloads of Amplitude\n{}\n", lines.join("\n"))
}

/// Cohort files that Amplitude gives a project in a month; `wr connections test` asks for the number that holds.
const A_MONTH: u64 = 500;

/// Of the month's downloads: `0.4 %`.
fn share(files: u64) -> String {
    let thousandths = files.saturating_mul(1000) / A_MONTH;
    format!("{}.{} %", thousandths / 10, thousandths % 10)
}

/// All rules but the named ones.
fn rule_set(without: &[String]) -> Result<RuleSet, String> {
    let mut kept: Vec<Rule> = RuleSet::all().iter().collect();
    for name in without {
        if name == "all" {
            kept.clear();
        } else if RuleSet::names().contains(&name.as_str()) {
            kept.retain(|rule| rule.name() != name);
        } else {
            return Err(format!("there is no rule `{name}`; the rules are {}", RuleSet::names().join(", ")));
        }
    }
    Ok(kept.into_iter().collect())
}
