//! Stores that go wrong on purpose, counting together with the files. Only tests make these.

use std::sync::Arc;

use super::{
    Foreseen, Holder, IntentRow, Occasion, RecordBatch, RecordMark, RecordTarget, Recorded, RunRow, RunStore,
    StoreError,
};
use crate::files::{Faults, Verdict};

pub struct FaultyStore<S> {
    inner: S,
    faults: Arc<Faults>,
}

pub struct FaultyTarget<T> {
    inner: T,
    faults: Arc<Faults>,
}

fn touch<T>(faults: &Faults, act: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    let failure = || StoreError::Unavailable("a failure made on purpose".to_owned());
    match faults.next() {
        Verdict::Do => act(),
        Verdict::Refuse | Verdict::Dead => Err(failure()),
        Verdict::DoAndRefuse => act().and(Err(failure())),
    }
}

impl<S: RunStore> FaultyStore<S> {
    pub const fn new(inner: S, faults: Arc<Faults>) -> Self {
        Self { inner, faults }
    }
}

impl<T: RecordTarget> FaultyTarget<T> {
    pub const fn new(inner: T, faults: Arc<Faults>) -> Self {
        Self { inner, faults }
    }
}

impl<S: RunStore> RunStore for FaultyStore<S> {
    fn save_run(&mut self, run: &RunRow) -> Result<(), StoreError> {
        touch(&self.faults, || self.inner.save_run(run))
    }

    fn run(&mut self, id: &str) -> Result<Option<RunRow>, StoreError> {
        touch(&self.faults, || self.inner.run(id))
    }

    fn runs(&mut self, at_most: usize) -> Result<Vec<RunRow>, StoreError> {
        touch(&self.faults, || self.inner.runs(at_most))
    }

    fn unsettled(&mut self) -> Result<Vec<RunRow>, StoreError> {
        touch(&self.faults, || self.inner.unsettled())
    }

    fn older_than(&mut self, instant: &str) -> Result<Vec<RunRow>, StoreError> {
        touch(&self.faults, || self.inner.older_than(instant))
    }

    fn files_removed(&mut self, id: &str) -> Result<(), StoreError> {
        touch(&self.faults, || self.inner.files_removed(id))
    }

    fn save_intent(&mut self, intent: &IntentRow) -> Result<(), StoreError> {
        touch(&self.faults, || self.inner.save_intent(intent))
    }

    fn intent(&mut self, run: &str) -> Result<Option<IntentRow>, StoreError> {
        touch(&self.faults, || self.inner.intent(run))
    }

    fn settle(&mut self, run: &RunRow) -> Result<(), StoreError> {
        touch(&self.faults, || self.inner.settle(run))
    }
}

impl<T: RecordTarget> RecordTarget for FaultyTarget<T> {
    fn prepare(&mut self, records: &[Foreseen]) -> Result<(), StoreError> {
        touch(&self.faults, || self.inner.prepare(records))
    }

    fn holder(&mut self, occasion: &Occasion) -> Result<Option<Holder>, StoreError> {
        touch(&self.faults, || self.inner.holder(occasion))
    }

    fn record(&mut self, mark: &RecordMark, batches: &[RecordBatch<'_>]) -> Result<Recorded, StoreError> {
        touch(&self.faults, || self.inner.record(mark, batches))
    }

    fn committed(&mut self, run: &str) -> Result<Option<String>, StoreError> {
        touch(&self.faults, || self.inner.committed(run))
    }

    fn void(&mut self, run: &str, note: &str) -> Result<u64, StoreError> {
        touch(&self.faults, || self.inner.void(run, note))
    }
}
