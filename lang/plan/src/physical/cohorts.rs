//! Which cohort files a plan reads. Each one that Amplitude has to make costs one of the month's downloads.

use std::collections::{BTreeMap, BTreeSet};

use super::PhysicalPlan;
use super::print::words;
use crate::declaration::{COHORT_IDS, Engine};

/// So many different files of each connection, at most: steps that read the same cohort with the same properties share one,
/// and two parameters can name one cohort. Which of them were paid for already is known in the run.
#[must_use]
pub fn cohort_files(plan: &PhysicalPlan) -> BTreeMap<&str, usize> {
    let words = words(plan);
    let mut files = BTreeSet::new();
    for query in &plan.queries {
        let table = &plan.tables[query.table];
        let is_cohort = table.arguments.iter().any(|argument| argument.cohort_of.is_some());
        if !is_cohort || plan.drivers.engine(&table.connection, table.engine) != Engine::Amplitude {
            continue;
        }
        let arguments: Vec<String> = query.arguments.iter().map(|argument| words.expr(argument)).collect();
        let read = query.columns.iter().chain(&query.filter_columns);
        let columns = read.filter_map(|(_, declared)| table.columns.get(*declared as usize));
        let names = columns.map(|column| column.name.as_str());
        let properties: BTreeSet<&str> = names.filter(|name| !COHORT_IDS.contains(name)).collect();
        files.insert((table.connection.as_str(), arguments, properties));
    }
    let mut counts = BTreeMap::new();
    for (connection, ..) in files {
        *counts.entry(connection).or_default() += 1;
    }
    counts
}
