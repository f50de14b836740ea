//! What a parameter's value needs from the sources before a run: the options of a query, the name of a cohort.

use wr_base::ids::{RelationId, StepId};
use wr_plan::bind::Known;
use wr_plan::functions::Setting;
use wr_plan::logical::LogicalPlan;
use wr_plan::place::place;
use wr_plan::rules::{RuleSet, optimise_relation};
use wr_plan::values::{ChoiceOption, Values};
use wr_runtime::cancel::Cancel;
use wr_runtime::error::RunError;
use wr_runtime::local::{RunContext, compute_options};
use wr_runtime::parameters::{Lookup, options_columns};
use wr_runtime::progress::Silent;
use wr_runtime::sources::CohortDescription;

use crate::project::Analysed;

/// Asks the project's connections.
pub(crate) struct FromSources<'a> {
    pub(crate) analysed: &'a Analysed,
    pub(crate) plan: &'a LogicalPlan,
    pub(crate) setting: Setting,
    pub(crate) tokio: &'a tokio::runtime::Runtime,
    pub(crate) cancel: &'a Cancel,
}

impl Lookup for FromSources<'_> {
    fn options(&self, relation: RelationId, values: &Values) -> Result<Vec<ChoiceOption>, RunError> {
        let Some((value, label, words)) = options_columns(self.plan, relation) else { return Ok(Vec::new()) };
        let known = Known { values, now: Some(self.setting.now) };
        let optimised = optimise_relation(self.plan.clone(), relation, known, &RuleSet::all());
        let rows = self.tokio.block_on(compute_options(
            &place(&optimised, &self.analysed.drivers()),
            relation,
            (value, label),
            &words,
            &RunContext { setting: self.setting },
            &self.analysed.sources(),
            &Silent,
            self.cancel,
        ))?;
        Ok(rows
            .into_iter()
            .map(|row| ChoiceOption { label: row.label.unwrap_or_else(|| row.value.canonical()), value: row.value })
            .collect())
    }

    fn cohort(&self, connection: &str, id: &str) -> Result<Option<CohortDescription>, RunError> {
        let sources = self.analysed.sources();
        // It is asked for a parameter, which is no step.
        let source = sources.get(connection, StepId(0)).map_err(|error| RunError { step: None, ..error })?;
        self.tokio.block_on(source.describe_cohort(id))
    }
}
