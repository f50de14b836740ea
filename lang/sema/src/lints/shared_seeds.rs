//! One seed in the splits of two reports: the same people are in the control group of both, time after time.
//!
//! Only seeds that are written out are compared: one with a parameter in it is as different as its values.

use wr_base::diag::Diagnostic;
use wr_base::value::Value;
use wr_plan::expr::Expr;

use super::errors;
use crate::analysis::Analysis;
use crate::hir::StepKind;

/// What is said of a report about the seeds that other reports of its project have as well.
#[must_use]
pub fn shared_seeds(report: &Analysis, others: &[&Analysis]) -> Vec<Diagnostic> {
    let others: Vec<(&str, Vec<Seed>)> =
        others.iter().map(|other| (other.program.report.path.as_str(), seeds(other))).collect();
    let told = |seed: &Seed| {
        let (path, _) = others.iter().find(|(_, seeds)| seeds.iter().any(|other| other.is_the_same(seed)))?;
        Some(errors::seed_shared(seed.span, &seed.words, path))
    };
    seeds(report).iter().filter_map(told).collect()
}

/// Whether a report parts people at all.
#[must_use]
pub fn splits(report: &Analysis) -> bool {
    !seeds(report).is_empty()
}

struct Seed {
    words: String,
    /// What the keys identify; people of one kind meet, whatever their columns are called.
    entities: Vec<String>,
    span: wr_base::span::Span,
}

impl Seed {
    fn is_the_same(&self, other: &Self) -> bool {
        self.words == other.words && self.entities == other.entities
    }
}

fn seeds(analysis: &Analysis) -> Vec<Seed> {
    let mut found = Vec::new();
    for (_, relation) in analysis.program.relations.iter() {
        let mut before = &relation.source_row;
        for step in &relation.steps {
            let here = before;
            before = &step.row;
            let StepKind::Split { key, seed, .. } = &step.kind else { continue };
            let words: Option<Vec<String>> = seed.iter().map(written_out).collect();
            let entities = key.iter().map(|key| here.column(*key).and_then(|column| column.marks.entity.clone()));
            let (Some(words), Some(entities)) = (words, entities.collect::<Option<Vec<String>>>()) else { continue };
            let Some(span) = seed.first().and_then(|seed| analysis.program.origins.exprs.get(seed.id)) else {
                continue;
            };
            found.push(Seed { words: words.join("\", \""), entities, span: *span });
        }
    }
    found
}

fn written_out(expr: &Expr) -> Option<String> {
    expr.as_literal().filter(|value| !value.is_null()).map(Value::canonical)
}
