//! A corpus of mistakes: what people mistype in scripts that were right, made by a fixed seed, and how well each is told.
//!
//! Three figures for each kind of mistake, held as lower bounds: the share that is told at its place, the share after whose
//! first fix nothing is left to say, and how many errors one mistake gives. `docs/contributing.md` says what is counted.

mod habits;
mod kinds;
mod text;

use std::fmt::Write;
use std::ops::Range;

use wr_base::diag::{Diagnostic, Severity};

use kinds::{KINDS, Mistake, MistakeKind};
use text::{Script, scripts};

/// Mistakes of each kind, chosen by chance that is the same everywhere.
const OF_EACH_KIND: usize = 40;

/// What became of one mistake.
struct Outcome {
    at_its_place: bool,
    mended: bool,
    /// What stood there before stands there again.
    restored: bool,
    errors: usize,
    shown: String,
}

struct Figures {
    name: &'static str,
    has_fix: bool,
    outcomes: Vec<Outcome>,
}

/// Several kinds in one line.
struct Sum {
    name: &'static str,
    count: usize,
    at_its_place: f64,
    mended: f64,
    restored: f64,
    errors: f64,
}

impl Sum {
    fn of<'a>(name: &'static str, outcomes: impl Iterator<Item = &'a Outcome> + Clone) -> Self {
        let count = outcomes.clone().count();
        let share =
            |is: fn(&Outcome) -> bool| outcomes.clone().filter(|one| is(one)).count() as f64 / count.max(1) as f64;
        Self {
            name,
            count,
            at_its_place: share(|one| one.at_its_place),
            mended: share(|one| one.mended),
            restored: share(|one| one.restored),
            errors: outcomes.clone().map(|one| one.errors).sum::<usize>() as f64 / count.max(1) as f64,
        }
    }
}

#[test]
fn mistakes_are_told_once_at_their_place_and_with_a_fix() {
    let scripts = scripts();
    let figures: Vec<Figures> = KINDS.iter().chain(habits::KINDS).map(|kind| measured(kind, &scripts)).collect();
    let all = Sum::of("all", figures.iter().flat_map(|kind| &kind.outcomes));
    let mendable = figures.iter().filter(|kind| kind.has_fix).flat_map(|kind| &kind.outcomes);
    let mendable = Sum::of("all whose fix can be known", mendable);
    let printed = report(&figures, &[&all, &mendable]);
    println!("{printed}");
    assert!(all.count >= 1_000, "only {} mistakes", all.count);
    let well_told = all.at_its_place >= 0.97 && mendable.mended >= 0.95 && all.errors <= 1.10;
    assert!(well_told, "{printed}");
    for kind in figures.iter().filter(|kind| kind.has_fix) {
        let sum = Sum::of(kind.name, kind.outcomes.iter());
        assert!(sum.at_its_place >= 0.90 && sum.mended >= 0.80, "{}\n{printed}", kind.name);
    }
}

fn measured(kind: &MistakeKind, scripts: &[Script]) -> Figures {
    let mut made: Vec<(&Script, Mistake)> = scripts
        .iter()
        .flat_map(|script| (kind.make)(script).into_iter().map(move |mistake| (script, mistake)))
        .collect();
    let mut seed = kind.name.bytes().fold(7_u64, |seed, byte| seed.wrapping_mul(31).wrapping_add(u64::from(byte)));
    let mut outcomes = Vec::new();
    while outcomes.len() < OF_EACH_KIND && !made.is_empty() {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (script, mistake) = made.swap_remove((seed >> 33) as usize % made.len());
        outcomes.extend(judged(kind, script, &mistake));
    }
    Figures { name: kind.name, has_fix: kind.has_fix, outcomes }
}

/// The mistake in its script, and the places at which it stands there.
fn made(script: &Script, mistake: &Mistake) -> (String, Vec<Range<usize>>) {
    let mut text = script.text.clone();
    let mut edits = mistake.edits.clone();
    edits.sort_by_key(|(range, _)| range.start);
    for (range, instead) in edits.iter().rev() {
        text.replace_range(range.clone(), instead);
    }
    let moved = |place: usize| {
        let before = edits.iter().filter(|(range, _)| range.end <= place);
        before.fold(place as i64, |place, (range, instead)| place + instead.len() as i64 - range.len() as i64) as usize
    };
    let mut places: Vec<Range<usize>> = Vec::new();
    for (range, instead) in &edits {
        let start = edits.iter().filter(|(other, _)| other.end <= range.start && other != range);
        let start = start
            .fold(range.start as i64, |at, (range, instead)| at + instead.len() as i64 - range.len() as i64)
            as usize;
        let mut place = start..start + instead.len();
        if instead.is_empty() {
            // What is not there stands between its neighbours.
            place.start = text[..start].trim_end().len();
            place.end = start + text[start..].len() - text[start..].trim_start().len();
        }
        places.push(place);
    }
    places.extend(mistake.also.iter().map(|also| moved(also.start)..moved(also.end)));
    (text, places)
}

fn judged(kind: &MistakeKind, script: &Script, mistake: &Mistake) -> Option<Outcome> {
    let (text, places) = made(script, mistake);
    let changed;
    let script = match &mistake.beside {
        Some((path, text)) => {
            let mut loader = script.loader.clone();
            loader.0.insert(path.clone(), text.clone());
            changed = Script { path: script.path.clone(), text: script.text.clone(), tokens: Vec::new(), loader };
            &changed
        }
        None => script,
    };
    let (analysis, said) = script.check(&text);
    let errors: Vec<&Diagnostic> = said.iter().filter(|one| one.severity == Severity::Error).collect();
    if errors.is_empty() && kind.may_be_right {
        return None;
    }
    let file = analysis.sources.find(&script.path).unwrap();
    let touches = |one: &&Diagnostic| {
        let mut spans = std::iter::once(&one.primary).chain(&one.secondary).map(|label| label.span);
        spans.any(|span| {
            let touched = |place: &Range<usize>| span.start as usize <= place.end && span.end as usize >= place.start;
            span.file == file && places.iter().any(touched)
        })
    };
    let mended = script.mended(&text);
    let at = places.first().map_or(0, |place| place.start);
    let line_start = text[..at.min(text.len())].rfind('\n').map_or(0, |at| at + 1);
    let mut shown = format!("    | {}\n", text[line_start..].lines().take(2).collect::<Vec<_>>().join("\n    | "));
    for one in &said {
        let words = analysis.sources.slice(one.primary.span).lines().next().unwrap_or_default();
        let fix = one.fixes.first().map_or("no fix", |fix| fix.title.as_str());
        writeln!(shown, "      {} `{words}` {} [{fix}]", one.code, one.headline).unwrap();
    }
    let bare = |text: &str| text.split_whitespace().collect::<String>();
    let restored = mended.as_ref().is_some_and(|mended| bare(mended) == bare(&script.text));
    Some(Outcome {
        restored,
        at_its_place: errors.iter().any(touches),
        mended: mended.is_some(),
        errors: errors.len(),
        shown,
    })
}

/// A line for each kind, the sums, and the worst mistakes; with `WR_MISTAKES=name` all bad ones of the kinds of that name.
fn report(figures: &[Figures], sums: &[&Sum]) -> String {
    let mut out = String::new();
    let line = |out: &mut String, sum: &Sum, has_fix: bool| {
        let [told, mended, restored] = [sum.at_its_place, sum.mended, sum.restored].map(|share| share * 100.0);
        let mark = if has_fix { ' ' } else { '-' };
        writeln!(
            out,
            "{:<34} {:>5}  told {told:>5.1} %  mended {mended:>5.1} %{mark} restored {restored:>5.1} %  errors {:.2}",
            sum.name, sum.count, sum.errors
        )
        .unwrap();
    };
    for kind in figures {
        line(&mut out, &Sum::of(kind.name, kind.outcomes.iter()), kind.has_fix);
    }
    for sum in sums {
        line(&mut out, sum, true);
    }
    let name = std::env::var("WR_MISTAKES").ok();
    let badness = |kind: &Figures, one: &Outcome| {
        3 * usize::from(!one.at_its_place) + usize::from(kind.has_fix && !one.mended) + one.errors.saturating_sub(1)
    };
    let of_name = figures.iter().filter(|kind| name.as_ref().is_none_or(|name| kind.name.contains(name)));
    let mut worst: Vec<(usize, &str, &Outcome)> = of_name
        .flat_map(|kind| kind.outcomes.iter().map(move |one| (badness(kind, one), kind.name, one)))
        .filter(|(badness, _, _)| *badness > 0)
        .collect();
    worst.sort_by_key(|(badness, _, _)| std::cmp::Reverse(*badness));
    let limit = if name.is_some() { worst.len() } else { 10 };
    for (_, kind, one) in worst.into_iter().take(limit) {
        writeln!(out, "{kind}\n{}", one.shown).unwrap();
    }
    out
}
