//! Plans by names over small files: steps, promises, failures, kernels, splits.

mod failures;
mod joins;
mod kernels;
mod splits;
mod steps;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use wr_base::ids::{NodeId, RelationId};
use wr_base::value::{DateTime, Value, Zone};
use wr_plan::bind::Known;
use wr_plan::declaration::Engine;
use wr_plan::functions::Setting;
use wr_plan::logical::builder::Builder;
use wr_plan::place::{Drivers, place};
use wr_plan::rules::{RuleSet, optimise};
use wr_plan::values::Values;

use super::{Computed, RunContext, compute};
use crate::cancel::Cancel;
use crate::error::RunError;
use crate::frame::Frame;
use crate::progress::Silent;
use crate::sources::{ConnectionSetup, NothingRecorded, RecordedRows, Sources};

/// A folder of tables that goes with the test.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("wr-runtime-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(path.join("cohorts")).unwrap();
        Self(path)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        std::fs::write(self.0.join(name), content).unwrap();
        self
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(crate) const NOW: DateTime = DateTime(1_795_000_000_000_000);

pub(crate) fn setting() -> Setting {
    Setting::new(NOW, Zone::UTC)
}

pub(crate) fn sources(folder: &Path, recorded: Arc<dyn RecordedRows>) -> Sources {
    let setup = ConnectionSetup::Local { folder: folder.to_owned(), zone: None };
    Sources::new([("w".to_owned(), setup)], recorded)
}

/// Runs a plan with all rules and with none: both must say the same.
#[track_caller]
pub(crate) fn run(builder: &Builder, folder: &Folder) -> Result<Computed, RunError> {
    let with_rules = run_with(builder, folder, &RuleSet::all());
    let without = run_with(builder, folder, &RuleSet::from_iter([]));
    match (&with_rules, &without) {
        (Ok(with_rules), Ok(without)) => {
            for (relation, frame) in &with_rules.frames {
                if let Some(other) = without.frames.get(relation) {
                    let names: Vec<_> = frame.columns.iter().map(|column| column.id).collect();
                    let same: Vec<_> =
                        other.columns.iter().filter(|column| names.contains(&column.id)).cloned().collect();
                    assert_eq!(rows_of(frame), rows_of(&other.with_columns(&same).unwrap()));
                }
            }
        }
        (Err(with_rules), Err(without)) => {
            assert_eq!((with_rules.code, with_rules.step), (without.code, without.step));
        }
        (with_rules, without) => {
            panic!("with rules: {:?}\nwithout: {:?}", with_rules.as_ref().err(), without.as_ref().err())
        }
    }
    without
}

pub(crate) fn run_with(builder: &Builder, folder: &Folder, rules: &RuleSet) -> Result<Computed, RunError> {
    let values = Values::default();
    let optimised = optimise(builder.plan.clone(), Known { values: &values, now: Some(NOW) }, rules);
    let mut drivers = Drivers::default();
    drivers.set("w", Engine::Local);
    let plan = place(&optimised, &drivers);
    let sources = sources(&folder.0, Arc::new(NothingRecorded));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(compute(&plan, &RunContext::new(setting()), &sources, &Silent, &Cancel::default()))
}

/// Makes a node wanted, runs, and gives its rows: cells joined by `|`, null as `∅`.
#[track_caller]
pub(crate) fn rows(mut builder: Builder, root: NodeId, folder: &Folder) -> Vec<String> {
    let relation = wanted(&mut builder, root);
    rows_of(&run(&builder, folder).unwrap().frames[&relation])
}

#[track_caller]
pub(crate) fn failure(mut builder: Builder, root: NodeId, folder: &Folder) -> RunError {
    wanted(&mut builder, root);
    run(&builder, folder).unwrap_err()
}

pub(crate) fn wanted(builder: &mut Builder, root: NodeId) -> RelationId {
    let relation = builder.relation("wanted", root);
    builder.export(relation);
    relation
}

pub(crate) fn rows_of(frame: &Frame) -> Vec<String> {
    let cells: BTreeMap<_, _> =
        frame.columns.iter().map(|column| (column.id, frame.cells(column.id).unwrap())).collect();
    let cell = |value: Value| if value.is_null() { "∅".to_owned() } else { value.canonical() };
    (0..frame.rows())
        .map(|row| frame.columns.iter().map(|column| cell(cells[&column.id].get(row))).collect::<Vec<_>>().join("|"))
        .collect()
}
