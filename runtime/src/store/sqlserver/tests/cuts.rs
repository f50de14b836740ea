//! The connection ends at each message of the conversation, before the server hears it and after, once or for good.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::*;

/// Which message is the last one of its connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cut {
    /// The server never hears it.
    Before,
    /// The server hears it, and its answer is lost.
    After,
    /// As before, and nobody comes through any more: the process is gone.
    Dead,
    /// As after, and nobody comes through any more.
    DeadAfter,
}

/// Passes on what clients say, message by message over all connections, until the one that is cut. Counts from 1; 0 cuts none.
struct Relay {
    port: u16,
    messages: Arc<AtomicUsize>,
    is_over: Arc<AtomicBool>,
}

impl Relay {
    fn start(to: u16, at: usize, cut: Cut) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let (messages, is_over) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let (counted, over) = (Arc::clone(&messages), Arc::clone(&is_over));
        std::thread::spawn(move || {
            while let Ok((client, _)) = listener.accept() {
                if over.load(Ordering::SeqCst) {
                    return;
                }
                let is_dead = matches!(cut, Cut::Dead | Cut::DeadAfter);
                if is_dead && at > 0 && counted.load(Ordering::SeqCst) >= at {
                    let _ = client.shutdown(Shutdown::Both);
                    continue;
                }
                let server = TcpStream::connect(("127.0.0.1", to)).unwrap();
                let counted = Arc::clone(&counted);
                std::thread::spawn(move || pass_on(client, server, &counted, at, cut));
            }
        });
        Self { port, messages, is_over }
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

/// A message of TDS: packets up to the one with the bit of the end.
fn message(from: &mut TcpStream) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let mut header = [0; 8];
        from.read_exact(&mut header).ok()?;
        let length = usize::from(u16::from_be_bytes([header[2], header[3]]));
        let mut body = vec![0; length.checked_sub(8)?];
        from.read_exact(&mut body).ok()?;
        whole.extend_from_slice(&header);
        whole.extend(body);
        if header[1] & 1 == 1 {
            return Some(whole);
        }
    }
}

fn pass_on(mut client: TcpStream, mut server: TcpStream, counted: &AtomicUsize, at: usize, cut: Cut) {
    client.set_nodelay(true).unwrap();
    server.set_nodelay(true).unwrap();
    while let Some(asked) = message(&mut client) {
        let number = counted.fetch_add(1, Ordering::SeqCst) + 1;
        let is_here = number == at;
        if is_here && matches!(cut, Cut::Before | Cut::Dead) || server.write_all(&asked).is_err() {
            break;
        }
        // An answer for each message; it has come whole before it is lost.
        let Some(answer) = message(&mut server) else { break };
        if is_here || client.write_all(&answer).is_err() {
            break;
        }
    }
    let _ = client.shutdown(Shutdown::Both);
    let _ = server.shutdown(Shutdown::Both);
}

fn through(server: &TdsServer, relay: &Relay) -> SqlServerTarget {
    let setting = SqlServerSetting { port: relay.port, pause: Duration::from_millis(5), ..setting(server) };
    SqlServerTarget::new("crm", &setting, Cancel::default())
}

/// How many messages a record is, from the first login to the commit.
fn length(server: &TdsServer) -> usize {
    let relay = Relay::start(server.port(), 0, Cut::Before);
    assert_eq!(record_in_two(&mut through(server, &relay), "r1", "SP-1"), Ok(Recorded::Done));
    relay.messages.load(Ordering::SeqCst)
}

#[test]
fn a_record_whose_connection_ends_once_is_there_once() {
    let server = server_with_history();
    let length = length(&server);
    assert!(length > 15, "{length} messages");
    for at in 1..=length {
        for cut in [Cut::Before, Cut::After] {
            empty(&server);
            let relay = Relay::start(server.port(), at, cut);
            let recorded = record_in_two(&mut through(&server, &relay), "r1", "SP-1");
            assert_eq!(recorded, Ok(Recorded::Done), "message {at} {cut:?}");
            assert_eq!((history(&server).len(), runs(&server).len()), (7, 1), "message {at} {cut:?}");
        }
    }
}

#[test]
fn a_process_that_dies_within_a_record_leaves_all_of_it_or_nothing() {
    let server = server_with_history();
    let length = length(&server);
    let mut came_through = 0;
    for at in 1..=length {
        for cut in [Cut::Dead, Cut::DeadAfter] {
            empty(&server);
            let relay = Relay::start(server.port(), at, cut);
            assert!(record_in_two(&mut through(&server, &relay), "r1", "SP-1").is_err(), "message {at} {cut:?}");
            let committed = target(&server).committed("r1").unwrap();
            let expected = if committed.is_some() { (7, 1) } else { (0, 0) };
            assert_eq!((history(&server).len(), runs(&server).len()), expected, "message {at} {cut:?}");
            came_through += usize::from(committed.is_some());
            // Whoever runs it again has each key once.
            let again = record_in_two(&mut target(&server), "r2", "SP-1").unwrap();
            assert_eq!(matches!(again, Recorded::Taken(..)), committed.is_some(), "message {at} {cut:?}");
            assert_eq!((history(&server).len(), runs(&server).len()), (7, 1), "message {at} {cut:?}");
        }
    }
    assert_eq!(came_through, 1, "only a lost answer to the commit leaves rows");
}
