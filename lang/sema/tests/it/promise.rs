//! What holds for every script that is checked. The tests and the fuzz target (tests/fuzz) share it, so it needs nothing
//! but the crates themselves.

use wr_base::diag::Diagnostic;
use wr_base::loader::MemoryLoader;
use wr_plan::bind::Known;
use wr_plan::place::{Drivers, place};
use wr_plan::rules::{RuleSet, optimise};
use wr_plan::values::Values;
use wr_sema::project::Project;
use wr_sema::{Analysis, analyse, lower};

/// The script `script.wr` is checked to its end; all that is said of it stands in a text; what has no error is lowered,
/// optimised and placed, also while no value is known.
pub(crate) fn checking_ends(loader: &MemoryLoader) -> Analysis {
    let analysis = analyse(loader, "script.wr", &Project::default());
    assert_eq!(analysis.checked().is_some(), !analysis.has_errors());
    for diagnostic in &analysis.diagnostics {
        places_lie_in_their_texts(&analysis, diagnostic);
    }
    if let Some(checked) = analysis.checked() {
        let plan = lower(&checked);
        assert_eq!(plan.exports.len(), analysis.program.exports.len());
        let values = Values::default();
        let optimised = optimise(plan, Known { values: &values, now: None }, &RuleSet::all());
        drop(place(&optimised, &Drivers::default()));
    }
    analysis
}

fn places_lie_in_their_texts(analysis: &Analysis, diagnostic: &Diagnostic) {
    let labels = std::iter::once(&diagnostic.primary).chain(&diagnostic.secondary).map(|label| label.span);
    let edits = diagnostic.fixes.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span);
    for span in labels.chain(edits) {
        let text =
            analysis.sources.get(span.file).map(|source| source.text.get(span.start as usize..span.end as usize));
        assert!(matches!(text, Some(Some(_))), "{diagnostic:?}");
    }
}
