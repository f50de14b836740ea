//! What a script says with `place`, as far as it is known without a run: the plan is placed once, with no value known.
//!
//! It is placed by what the script declares its connections to be, not by a folder that stands for them: a script is right or
//! wrong wherever it is checked. What values decide is left to the run. A relation that no output reads has no columns in a plan,
//! and is not judged.

use std::collections::BTreeMap;

use wr_base::diag::{Code, Diagnostic};
use wr_base::ids::StepId;
use wr_plan::bind::Known;
use wr_plan::declaration::Engine;
use wr_plan::physical::Unplaced;
use wr_plan::place::{Drivers, place};
use wr_plan::rules::{RuleSet, optimise};
use wr_plan::values::Values;

use crate::analysis::Analysis;
use crate::hir::StepKind;
use crate::lower;

/// One error for each `place` that cannot be kept: of its first step that would be computed here.
pub(crate) fn check(analysis: &mut Analysis, engines: &BTreeMap<String, Engine>) {
    let mut steps = analysis.program.relations.iter().flat_map(|(_, relation)| &relation.steps);
    if !steps.any(|step| matches!(step.kind, StepKind::Place(_))) {
        return;
    }
    let Some(program) = analysis.checked() else { return };
    let mut drivers = Drivers::default();
    for (connection, engine) in engines.iter().filter(|(_, engine)| **engine != Engine::Local) {
        drivers.set(connection, *engine);
    }
    let known = Known { values: &Values::default(), now: None };
    let plan = place(&optimise(lower(&program), known, &RuleSet::all()), &drivers);
    let mut said: Vec<StepId> = Vec::new();
    for unplaced in plan.unplaced.iter().filter(|unplaced| !unplaced.is_open) {
        if !said.contains(&unplaced.place) {
            said.push(unplaced.place);
            let word = plan.steps.get(unplaced.step).map_or("step", |step| step.word.as_str());
            analysis.diagnostics.extend(not_placed(analysis, unplaced, word));
        }
    }
    analysis.diagnostics.sort_by_key(|diagnostic| (diagnostic.primary.span, diagnostic.code));
}

fn not_placed(analysis: &Analysis, unplaced: &Unplaced, word: &str) -> Option<Diagnostic> {
    let spans = &analysis.program.origins.steps;
    let (at, place) = (*spans.get(unplaced.step)?, *spans.get(unplaced.place)?);
    let connection = &unplaced.connection;
    let headline = format!("`{connection}` does not do this `{word}`");
    let diagnostic = Diagnostic::new(Code::StepNotPlaced, headline, at, unplaced.why.clone())
        .with_secondary(place, "wants it done there")
        .with_help(format!(
            "leave out `place {connection}`, or put it before this step: then the step is done here, from the rows"
        ));
    Some(diagnostic)
}
