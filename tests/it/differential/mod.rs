//! Random programs over random data: the reference interpreter, which evaluates the typed program row by row, and the
//! local engine, with all rules, none, and each left out, must give the same rows or the same failure (B1).
//!
//! `WR_CASES=20000 WR_SEED=7 cargo test --test it differential` tries more, or others. A case that differs is made smaller
//! and printed whole: script, values, rows, both answers; `WR_SEED=<its seed> WR_CASES=1` tries it alone.

mod catalogue;
mod compare;
mod definitions;
mod engine;
mod examples;
mod expected_steps;
mod expression;
mod files;
mod functions;
mod memory;
mod pipeline;
mod rng;
mod schema;
mod script;
mod servers;
mod shrink;
mod sweep;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use wr_base::diag::Code;
use wr_base::ids::StepId;
use wr_base::loader::MemoryLoader;
use wr_base::value::{DateTime, Value, Zone};
use wr_plan::functions::Setting;
use wr_plan::rules::RuleSet;
use wr_plan::values::Values;
use wr_runtime::sources::{Source, Sources};
use wr_sema::hir::CheckedProgram;
use wr_sema::project::Project;

use compare::{Answer, difference, difference_of_forms};
use memory::Memory;
use script::Case;

/// 2026-11-23T12:00 in Moscow, as in the examples. The zone of the random reports has changes of the clock.
const NOW: DateTime = DateTime(1_795_424_400_000_000);
const ZONE: &str = "Europe/Berlin";

/// One case in so many also goes through files on disk.
const CASES_PER_FILE_CASE: u64 = 50;

/// A failure of a run. Only code and step are compared: words are the engine's own.
#[derive(Clone, Debug)]
struct Failed {
    code: Code,
    step: Option<StepId>,
    #[expect(dead_code, reason = "for whoever reads a difference")]
    words: String,
}

impl Failed {
    fn at(step: StepId, failure: &wr_plan::evaluate::Failure) -> Self {
        Self { code: failure.code, step: Some(step), words: format!("{failure:?}") }
    }
}

/// The program of a case; `None` when the checker refuses it.
fn program(case: &Case) -> Option<CheckedProgram> {
    let project = Project { zone: Zone::parse(ZONE).unwrap(), locale: case.locale.to_owned(), ..Project::default() };
    let loader = MemoryLoader([("random.wr".to_owned(), case.script())].into());
    wr_sema::analyse(&loader, "random.wr", &project).checked()
}

fn reference(case: &Case, program: &CheckedProgram) -> Answer {
    let program = program.program();
    let mut data = wr_reference::Data::default();
    for (id, table) in program.tables.iter() {
        let arguments = if table.arguments.is_empty() { Vec::new() } else { vec![Value::text("c1")] };
        data.set(id, &arguments, case.rows[Case::name_of(table)].clone());
    }
    let given = |(id, value): (_, &wr_plan::declaration::ValueDeclaration)| {
        Some((id, case.values.get(value.name.as_str())?.clone()))
    };
    let settings = wr_reference::Settings { now: NOW, values: program.values.iter().filter_map(given).collect() };
    wr_reference::evaluate(program, &data, &settings).map_err(|failure| Failed {
        code: failure.code,
        step: Some(failure.step),
        words: format!("{failure:?} `{}`", program.steps[failure.step].words),
    })
}

/// The first rule set with which the engine's answer is another one, and what differs.
fn differing(case: &Case, sources: &Sources) -> Option<String> {
    differing_with(case, engine::rule_sets(), |program, values, rules| {
        engine::run(program, values, NOW, sources, rules)
    })
}

/// As [`differing`], with some rule sets and a way to run.
fn differing_with(
    case: &Case,
    rule_sets: Vec<(String, RuleSet)>,
    mut run: impl FnMut(&CheckedProgram, &Values, &RuleSet) -> Answer,
) -> Option<String> {
    let program = program(case)?;
    let expected = reference(case, &program);
    if case.forms.is_some() {
        let said_plainly = Case { forms: None, ..case.clone() };
        let plain = reference(&said_plainly, &self::program(&said_plainly)?);
        if let Some(words) = difference_of_forms(&plain, &expected) {
            return Some(format!("with and without definitions: {words}\n\n{}", said_plainly.described()));
        }
    }
    let setting = Setting::new(NOW, program.program().report.zone);
    let values = engine::known_values(
        &program,
        &case.values.iter().map(|(name, value)| (*name, value.clone())).collect(),
        setting,
    );
    rule_sets.into_iter().find_map(|(name, rules)| {
        let got = run(&program, &values, &rules);
        difference(&expected, &got).map(|words| format!("{name}: {words}"))
    })
}

fn in_memory(case: &Case) -> Sources {
    let rows = Arc::new(case.rows.clone());
    engine::sources_of(|_| Arc::new(Memory(Arc::clone(&rows))) as Arc<dyn Source>, &["db", "amp"])
}

fn differs(case: &Case, on_disk: bool) -> Option<String> {
    caught(|| {
        if on_disk {
            files::with_files(case, |sources| differing(case, sources))
        } else {
            differing(case, &in_memory(case))
        }
    })
}

/// A panic is a difference, too, and shrinks as others do.
fn caught(differing: impl FnOnce() -> Option<String>) -> Option<String> {
    let tried = std::panic::catch_unwind(std::panic::AssertUnwindSafe(differing));
    tried.unwrap_or_else(|panic| {
        let words =
            panic.downcast_ref::<String>().cloned().or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()));
        Some(format!("panic: {}", words.unwrap_or_default()))
    })
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}")))
}

#[test]
fn the_local_engine_gives_what_the_reference_gives() {
    let (first, count) = (number("WR_SEED", 0), number("WR_CASES", 2_500));
    let (next, rejected) = (AtomicU64::new(first), AtomicUsize::new(0));
    let found = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + count || found.lock().unwrap().len() >= number("WR_FOUND", 1) as usize {
                        return;
                    }
                    let case = Case::random(seed);
                    if program(&case).is_none() {
                        rejected.fetch_add(1, Ordering::Relaxed);
                        continue;
                    }
                    let on_disk = seed % CASES_PER_FILE_CASE == 0;
                    if differs(&case, on_disk).is_some() {
                        let small = shrink::shrink(&case, &|case| differs(case, on_disk).is_some());
                        let words = differs(&small, on_disk).unwrap_or_default();
                        found.lock().unwrap().push(format!("seed {seed}\n\n{}\n{words}", small.described()));
                    }
                }
            });
        }
    });
    let found = found.into_inner().unwrap();
    assert!(found.is_empty(), "{} of the cases differ\n\n{}", found.len(), found.join("\n\n----\n\n"));
    let rejected = rejected.into_inner();
    assert!(rejected as u64 * 20 <= count, "{rejected} of {count} random programs are refused by the checker");
}
