//! As much HTTP as setting up a test needs: one request a connection, the answer read to its end.

use std::fmt::Write as _;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// An answer.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Reply {
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

pub(crate) fn ping(port: u16) -> bool {
    exchange(port, "GET /ping HTTP/1.0\r\n\r\n".as_bytes(), &[]).is_ok_and(|reply| reply.status == 200)
}

pub(crate) fn post(port: u16, parameters: &[(&str, &str)], body: &[u8]) -> io::Result<Reply> {
    let pairs: Vec<String> =
        parameters.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    // HTTP/1.0: the body of the answer ends where the connection does.
    let head = format!("POST /?{} HTTP/1.0\r\nContent-Length: {}\r\n\r\n", pairs.join("&"), body.len());
    exchange(port, head.as_bytes(), body)
}

fn exchange(port: u16, head: &[u8], body: &[u8]) -> io::Result<Reply> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(300)))?;
    stream.write_all(head)?;
    stream.write_all(body)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let end =
        end.ok_or_else(|| io::Error::new(io::ErrorKind::UnexpectedEof, "an answer without an end of its head"))?;
    let (head, body) = answer.split_at(end + 4);
    let head = String::from_utf8_lossy(head).into_owned();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "an answer without a status"))?;
    Ok(Reply { status, head, body: body.to_vec() })
}

fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
