//! Answers of HTTP that no well-kept server gives: a body whose end nobody marks, redirects that lead astray.

use std::io::Write as _;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use wr_amplitude::{Client, Error, InProcess, Properties};
use wr_amplitude_server::AmplitudeServer;

use crate::world::{ID, expected, id, members, settings, setup};

/// The answers of the steps before the file, and one of the test's for the file itself. The connection ends after each.
async fn serve(file: Vec<u8>) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let noted = seen.clone();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                let mut piece = [0; 1024];
                let read = stream.read(&mut piece).await.unwrap();
                request.extend_from_slice(&piece[..read]);
            }
            let request = String::from_utf8(request).unwrap();
            let path = request.split(' ').nth(1).unwrap().to_owned();
            noted.lock().unwrap().push(request);
            let json = match path.as_str() {
                "/api/3/cohorts" => format!(r#"{{"cohorts":[{{"id":"{ID}","name":"Active","size":2}}]}}"#),
                "/api/3/cohorts/usage" => r#"{"rest_download":{"limit":500,"usage":1}}"#.to_owned(),
                path if path.contains("request-status") => r#"{"async_status":"JOB COMPLETED"}"#.to_owned(),
                path if path.ends_with("/file") => {
                    stream.write_all(&file).await.unwrap();
                    continue;
                }
                _ => r#"{"request_id":"r1"}"#.to_owned(),
            };
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", json.len());
            stream.write_all(format!("{head}{json}").as_bytes()).await.unwrap();
        }
    });
    (address, seen)
}

fn client(address: &str) -> Client {
    let setup = setup();
    let clock = setup.clock.clone();
    let server = AmplitudeServer::start(setup).unwrap();
    let mut settings = settings(&server, &clock);
    settings.address = Some(address.to_owned());
    settings.deadlines.failures = std::time::Duration::ZERO;
    Client::new(settings).unwrap()
}

const FILE: &[u8] = b"\"amplitude_id\",\"user_id\"\n\"356896327775\",\"\"\n\"9007199254740993\",\"user-7\"\n";

#[tokio::test]
async fn a_plain_body_that_ends_with_the_connection_proves_nothing() {
    let head = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n";
    for at in [0, 30, FILE.len()] {
        let (address, _) = serve([head, &FILE[..at]].concat()).await;
        let error = client(&address).download(&id(ID), &Properties::None, &InProcess::default()).await.unwrap_err();
        assert!(matches!(error, Error::Cut { .. }), "{at}: {error}");
    }
}

#[tokio::test]
async fn a_compressed_body_that_ends_with_the_connection_proves_itself() {
    let mut file = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".to_vec();
    let mut encoder = flate2::write::GzEncoder::new(&mut file, flate2::Compression::default());
    encoder.write_all(FILE).unwrap();
    encoder.finish().unwrap();
    let (address, _) = serve(file.clone()).await;
    let mut download = client(&address).download(&id(ID), &Properties::None, &InProcess::default()).await.unwrap();
    assert_eq!(members(&mut download).await, expected());
    for lost in [1, 4, 8, 9, 20] {
        let (address, _) = serve(file[..file.len() - lost].to_vec()).await;
        let error = client(&address).download(&id(ID), &Properties::None, &InProcess::default()).await.unwrap_err();
        assert!(matches!(error, Error::Cut { .. }), "{lost}: {error}");
    }
}

#[tokio::test]
async fn a_redirect_is_followed_without_credentials_or_not_at_all() {
    for (location, follows) in [
        ("/elsewhere", true),
        ("//user:password@HOST/elsewhere", true),
        ("ftp://127.0.0.1/elsewhere", false),
        ("file:///etc/passwd", false),
        ("", false),
    ] {
        let (target, seen) = serve(b"HTTP/1.1 500 no\r\ncontent-length: 0\r\n\r\n".to_vec()).await;
        let location = location.replace("HOST", target.trim_start_matches("http://"));
        let location = if location == "/elsewhere" { format!("{target}/elsewhere") } else { location };
        let head =
            format!("HTTP/1.1 302 Found\r\nlocation: {location}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        let head = if location.is_empty() { head.replace("location: \r\n", "") } else { head };
        let (address, _) = serve(head.into_bytes()).await;
        client(&address).download(&id(ID), &Properties::None, &InProcess::default()).await.unwrap_err();
        let seen = seen.lock().unwrap();
        assert_eq!(seen.len(), usize::from(follows), "{location}");
        assert!(seen.iter().all(|request| !request.to_lowercase().contains("authorization")), "{seen:?}");
    }
}

#[tokio::test]
async fn redirects_that_go_round_end() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = format!("http://{}", listener.local_addr().unwrap());
    let round = target.clone();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 4096]).await;
            let head =
                format!("HTTP/1.1 307 x\r\nlocation: {round}/a\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            stream.write_all(head.as_bytes()).await.unwrap();
        }
    });
    let head = format!("HTTP/1.1 302 Found\r\nlocation: {target}/a\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    let (address, _) = serve(head.into_bytes()).await;
    let error = client(&address).download(&id(ID), &Properties::None, &InProcess::default()).await.unwrap_err();
    assert_eq!(error.detail(), ["the storage sends from one address to the next"]);
}
