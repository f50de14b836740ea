//! What the server remembers between requests, and the only lock around it.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::limits::Ledger;
use crate::{Clock, Counts, Fault, Route, Seen, Setup};

/// A cohort request: its file is made when it is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    pub(crate) cohort: String,
    pub(crate) file: Vec<u8>,
    pub(crate) asked_at: i64,
    pub(crate) polls: u32,
}

/// A presigned address: which file, and since when.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) job: String,
    pub(crate) signed_at: i64,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) setup: Setup,
    pub(crate) jobs: HashMap<String, Job>,
    pub(crate) links: HashMap<String, Link>,
    pub(crate) faults: HashMap<Route, VecDeque<Fault>>,
    pub(crate) seen: Vec<Seen>,
    pub(crate) ledger: Ledger,
    pub(crate) counts: Counts,
    pub(crate) at_once: usize,
    /// Ports of the API and of the storage.
    pub(crate) ports: (u16, u16),
}

#[derive(Clone, Debug)]
pub(crate) struct State {
    inner: Arc<Mutex<Inner>>,
    pub(crate) clock: Clock,
}

impl State {
    pub(crate) fn new(setup: Setup, ports: (u16, u16)) -> State {
        let clock = setup.clock.clone();
        let inner = Inner {
            setup,
            jobs: HashMap::new(),
            links: HashMap::new(),
            faults: HashMap::new(),
            seen: Vec::new(),
            ledger: Ledger::default(),
            counts: Counts::default(),
            at_once: 0,
            ports,
        };
        State { inner: Arc::new(Mutex::new(inner)), clock }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        // A test that panicked while it held the lock has failed already.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a request; the answer's status comes later.
    pub(crate) fn note(&self, seen: Seen) -> usize {
        let mut inner = self.lock();
        inner.seen.push(seen);
        inner.seen.len() - 1
    }

    pub(crate) fn note_status(&self, at: usize, status: u16) {
        if let Some(seen) = self.lock().seen.get_mut(at) {
            seen.status = Some(status);
        }
    }

    pub(crate) fn take_fault(&self, route: Route) -> Option<Fault> {
        self.lock().faults.get_mut(&route)?.pop_front()
    }

    /// A place among the requests that may run at once, or none.
    pub(crate) fn enter(&self) -> Option<Place> {
        let mut inner = self.lock();
        if inner.at_once >= inner.setup.at_once {
            inner.counts.refused += 1;
            return None;
        }
        inner.at_once += 1;
        inner.counts.most_at_once = inner.counts.most_at_once.max(inner.at_once);
        Some(Place(self.clone()))
    }
}

/// One of the requests that run at once, until the last byte of its answer or until the client is gone.
pub(crate) struct Place(State);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.lock().at_once -= 1;
    }
}
