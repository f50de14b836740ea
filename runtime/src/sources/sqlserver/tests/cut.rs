//! An answer cut at any byte is a failure. The bytes are the server's own; a relay of ours passes on only so many of them.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};

use super::*;

/// What a connection through a relay lets pass before it breaks.
#[derive(Clone, Copy)]
pub(super) enum Limit {
    /// So many bytes of what the server says.
    Said(usize),
    /// So many bytes of what it is asked.
    Asked(usize),
}

/// Passes on everything between clients and a server, up to the limit of each connection in turn. Gives its port.
pub(super) fn relay(to: u16, limits: Vec<Limit>) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for limit in limits {
            let Ok((mut client, _)) = listener.accept() else { return };
            let mut server = TcpStream::connect(("127.0.0.1", to)).unwrap();
            client.set_nodelay(true).unwrap();
            server.set_nodelay(true).unwrap();
            let (said, asked) = match limit {
                Limit::Said(bytes) => (bytes, usize::MAX),
                Limit::Asked(bytes) => (usize::MAX, bytes),
            };
            let (mut from_client, mut to_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            std::thread::spawn(move || {
                if pass(&mut from_client, &mut to_server, asked) {
                    let _ = to_server.shutdown(Shutdown::Write);
                } else {
                    let _ = from_client.shutdown(Shutdown::Both);
                    let _ = to_server.shutdown(Shutdown::Both);
                }
            });
            std::thread::spawn(move || {
                pass(&mut server, &mut client, said);
                let _ = client.shutdown(Shutdown::Both);
                let _ = server.shutdown(Shutdown::Both);
            });
        }
    });
    port
}

/// Whether all went by before the limit.
fn pass(from: &mut TcpStream, to: &mut TcpStream, limit: usize) -> bool {
    let mut left = limit;
    let mut bytes = [0; 4096];
    while left > 0 {
        let Ok(read @ 1..) = from.read(&mut bytes) else { return true };
        let passed = read.min(left);
        if to.write_all(&bytes[..passed]).is_err() {
            return true;
        }
        left -= passed;
    }
    false
}

/// How many bytes the server says for a whole answer, login included.
async fn length_of(server: &TdsServer, request: &Request) -> usize {
    let (mut few, mut enough) = (0, 1 << 20);
    while few + 1 < enough {
        let middle = (few + enough) / 2;
        let is_whole = is_whole(server, request, middle).await.is_ok();
        if is_whole { enough = middle } else { few = middle }
    }
    enough
}

async fn is_whole(server: &TdsServer, request: &Request, limit: usize) -> Result<Vec<Vec<Value>>, RunError> {
    let port = relay(server.port(), vec![Limit::Said(limit); 4]);
    let setting = SqlServerSetting { port, pause: Duration::ZERO, ..setting(server) };
    columns_of(&setting, request.clone()).await
}

#[tokio::test]
async fn an_answer_cut_at_any_byte_is_never_taken_for_a_whole_one() {
    let server = server();
    let request = all(numbers(&server, 20));
    let whole = length_of(&server, &request).await;
    assert_eq!(is_whole(&server, &request, whole).await.unwrap()[0].len(), 20);
    assert!(whole > 1_000, "{whole} bytes");
    // Every byte of the rows and their end, and some of what comes before.
    let ends = (whole - 400..whole).chain((0..whole - 400).step_by(97));
    for end in ends {
        let error = is_whole(&server, &request, end).await.expect_err(&format!("{end} of {whole} bytes"));
        let is_known = matches!(error.code, Code::AnswerCut | Code::ServerUnreachable);
        assert!(is_known, "{end} of {whole}: {error:?}");
        assert!(end < whole - 400 || error.code == Code::AnswerCut, "{end} of {whole}: {error:?}");
    }
}
