//! The server as a test holds it: started on a thread of its own, stopped when it is dropped.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::oneshot;

use crate::state::State;
use crate::{Cohort, Counts, Event, Fault, Route, Seen, Setup, api, connection, storage};

/// A running server.
#[derive(Debug)]
pub struct AmplitudeServer {
    state: State,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl AmplitudeServer {
    /// Starts both hosts.
    ///
    /// # Errors
    /// A port is taken.
    pub fn start(setup: Setup) -> io::Result<AmplitudeServer> {
        let bind = |port| {
            let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
            listener.set_nonblocking(true)?;
            Ok::<_, io::Error>((listener.local_addr()?.port(), listener))
        };
        let (api_port, api_listener) = bind(setup.ports.0)?;
        let (storage_port, storage_listener) = bind(setup.ports.1)?;
        let state = State::new(setup, (api_port, storage_port));
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let for_thread = state.clone();
        let thread = std::thread::Builder::new().name("amplitude-server".to_owned()).spawn(move || {
            runtime.block_on(async {
                let listeners = tokio::net::TcpListener::from_std(api_listener)
                    .and_then(|api| Ok((api, tokio::net::TcpListener::from_std(storage_listener)?)));
                let Ok((api_listener, storage_listener)) = listeners else { return };
                tokio::select! {
                    () = connection::serve(api_listener, for_thread.clone(), api::answer) => {}
                    () = connection::serve(storage_listener, for_thread.clone(), storage::answer) => {}
                    _ = stopped => {}
                }
            });
        })?;
        Ok(AmplitudeServer { state, stop: Some(stop), thread: Some(thread) })
    }

    /// The address of the API host.
    #[must_use]
    pub fn api(&self) -> String {
        format!("http://127.0.0.1:{}", self.state.lock().ports.0)
    }

    /// The address of the storage host.
    #[must_use]
    pub fn storage(&self) -> String {
        format!("http://127.0.0.1:{}", self.state.lock().ports.1)
    }

    /// The next requests of a route meet this fault, after those that wait already.
    pub fn fail(&self, route: Route, fault: &Fault, times: usize) {
        let mut inner = self.state.lock();
        inner.faults.entry(route).or_default().extend(std::iter::repeat_n(fault.clone(), times));
    }

    /// Faults that have not been met, dropped.
    pub fn heal(&self) {
        self.state.lock().faults.clear();
    }

    /// Moves a standing clock.
    pub fn advance(&self, by: Duration) {
        self.state.clock.advance(by);
    }

    /// Changes anything of the setup but the ports and the clock.
    pub fn change(&self, change: impl FnOnce(&mut Setup)) {
        change(&mut self.state.lock().setup);
    }

    /// Puts a cohort in place of the one with its id.
    pub fn put_cohort(&self, cohort: Cohort) {
        let mut inner = self.state.lock();
        inner.setup.cohorts.retain(|other| other.id != cohort.id);
        inner.setup.cohorts.push(cohort);
    }

    pub fn put_event(&self, event: Event) {
        self.state.lock().setup.events.push(event);
    }

    /// So many of the month's requests were used by others.
    pub fn spend_elsewhere(&self, times: u64) {
        let now = self.state.clock.seconds();
        self.state.lock().ledger.spend_elsewhere(now, times);
    }

    /// Every request so far, of both hosts.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        self.state.lock().seen.clone()
    }

    /// How many requests a route had.
    #[must_use]
    pub fn calls(&self, route: Route) -> usize {
        self.state.lock().seen.iter().filter(|seen| seen.route == Some(route)).count()
    }

    #[must_use]
    pub fn counts(&self) -> Counts {
        self.state.lock().counts
    }
}

impl Drop for AmplitudeServer {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
