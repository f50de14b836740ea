//! Reports of a name that is not there to one report: whoever forgot a `use` made one mistake, wherever the name stands.
//!
//! Invariant: no place is lost. The first keeps its words; the others become labels of it, and what mends one mends all.

use wr_base::diag::{Code, Diagnostic};

/// How many further places are pointed at; more than these are counted.
const PLACES: usize = 4;

/// The reports in their order, each name told where it stands first.
pub(super) fn each_name_once(sorted: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut told: Vec<(Diagnostic, Vec<Diagnostic>)> = Vec::with_capacity(sorted.len());
    for diagnostic in sorted {
        match told.iter_mut().find(|(first, _)| is_same_name(first, &diagnostic)) {
            Some((_, others)) => others.push(diagnostic),
            None => told.push((diagnostic, Vec::new())),
        }
    }
    told.into_iter().map(|(first, others)| with_places(first, &others)).collect()
}

fn with_places(mut first: Diagnostic, others: &[Diagnostic]) -> Diagnostic {
    for fix in &mut first.fixes {
        let same = others.iter().flat_map(|other| &other.fixes).filter(|other| other.title == fix.title);
        fix.edits.extend(same.flat_map(|same| same.edits.iter().cloned()));
    }
    for other in others.iter().take(PLACES) {
        first = first.with_secondary(other.primary.span, "and here");
    }
    match others.len().saturating_sub(PLACES) {
        0 => first,
        1 => first.with_note("it stands at one more place"),
        more => first.with_note(format!("it stands at {more} more places")),
    }
}

/// Whether both miss one name, and offer the same instead of it.
fn is_same_name(one: &Diagnostic, other: &Diagnostic) -> bool {
    let names =
        [Code::UnknownConnection, Code::UnknownTable, Code::UnknownRelation, Code::UnknownFunction, Code::UnknownStep];
    names.contains(&one.code)
        && one.code == other.code
        && one.primary.span.file == other.primary.span.file
        && one.headline == other.headline
        && one.fixes.iter().map(|fix| &fix.title).eq(other.fixes.iter().map(|fix| &fix.title))
}
