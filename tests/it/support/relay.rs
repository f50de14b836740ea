//! A relay between `wr` and a server: passes everything on, until a fault that is set beforehand.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What happens to one connection, after so many bytes of one direction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fault {
    /// Counted from 0 since the fault was set.
    pub(crate) connection: usize,
    pub(crate) from_server: bool,
    pub(crate) after: u64,
    pub(crate) kind: FaultKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// Both ends see an orderly end.
    Close,
    /// Nothing is said any more, and nothing ends.
    Silence,
    /// Everything stops for a moment, and goes on.
    Pause(Duration),
}

/// What one connection passed on so far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Passed {
    pub(crate) to_server: u64,
    pub(crate) from_server: u64,
}

#[derive(Default)]
struct State {
    fault: Option<Fault>,
    passed: Vec<Passed>,
    /// Grows with each setting, so that a connection of before counts no more.
    setting: u64,
    has_struck: bool,
}

/// Goes on until the process ends.
#[derive(Clone)]
pub(crate) struct Relay {
    port: u16,
    state: Arc<Mutex<State>>,
}

impl Relay {
    pub(crate) fn to(server: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let relay = Self { port: listener.local_addr().unwrap().port(), state: Arc::default() };
        let accepting = relay.clone();
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let Ok(server) = TcpStream::connect(("127.0.0.1", server)) else { continue };
                accepting.pass(client, server);
            }
        });
        relay
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// From now on connections are counted anew, and one of them breaks so.
    pub(crate) fn set(&self, fault: Option<Fault>) {
        let mut state = self.state.lock().unwrap();
        *state = State { fault, setting: state.setting + 1, ..State::default() };
    }

    /// What each connection passed on since the last setting.
    pub(crate) fn passed(&self) -> Vec<Passed> {
        self.state.lock().unwrap().passed.clone()
    }

    /// Whether the fault was met.
    pub(crate) fn has_struck(&self) -> bool {
        self.state.lock().unwrap().has_struck
    }

    fn pass(&self, client: TcpStream, server: TcpStream) {
        client.set_nodelay(true).unwrap();
        server.set_nodelay(true).unwrap();
        let (number, setting) = {
            let mut state = self.state.lock().unwrap();
            state.passed.push(Passed::default());
            (state.passed.len() - 1, state.setting)
        };
        for from_server in [false, true] {
            let (relay, client, server) = (self.clone(), client.try_clone().unwrap(), server.try_clone().unwrap());
            std::thread::spawn(move || relay.pump(client, server, from_server, number, setting));
        }
    }

    fn pump(&self, client: TcpStream, server: TcpStream, from_server: bool, number: usize, setting: u64) {
        let (mut from, mut to) = if from_server { (&server, &client) } else { (&client, &server) };
        let mut bytes = [0; 16_384];
        while let Ok(read @ 1..) = from.read(&mut bytes) {
            let (whole, fault) = self.allowed(read as u64, from_server, number, setting);
            let whole = usize::try_from(whole).unwrap();
            if to.write_all(&bytes[..whole]).is_err() {
                break;
            }
            match fault {
                None => {}
                Some(FaultKind::Close) => break,
                Some(FaultKind::Pause(pause)) => {
                    std::thread::sleep(pause);
                    if to.write_all(&bytes[whole..read]).is_err() {
                        break;
                    }
                }
                // Until the client has had enough, but not for ever.
                Some(FaultKind::Silence) => {
                    let until = Instant::now() + Duration::from_secs(30);
                    client.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
                    while Instant::now() < until && !matches!((&client).read(&mut bytes), Ok(0)) {
                        std::thread::sleep(Duration::from_millis(5));
                    }
                    break;
                }
            }
        }
        let _ = client.shutdown(Shutdown::Both);
        let _ = server.shutdown(Shutdown::Both);
    }

    /// How many of the next bytes go on, and what happens then.
    fn allowed(&self, read: u64, from_server: bool, number: usize, setting: u64) -> (u64, Option<FaultKind>) {
        let mut state = self.state.lock().unwrap();
        if state.setting != setting {
            return (read, None);
        }
        let passed = &mut state.passed[number];
        let passed = if from_server { &mut passed.from_server } else { &mut passed.to_server };
        let before = *passed;
        *passed += read;
        let met = state.fault.filter(|fault| {
            fault.connection == number
                && fault.from_server == from_server
                && (before..before + read).contains(&fault.after)
        });
        state.has_struck |= met.is_some();
        match met {
            Some(fault) => (fault.after - before, Some(fault.kind)),
            None => (read, None),
        }
    }
}
