//! Messages cut into packets of eight bytes of header and a payload, both ways, and cut into reads and writes as asked.

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::reader::{Malformed, malformed};
use crate::options::Split;

pub(crate) const BATCH: u8 = 0x01;
pub(crate) const RPC: u8 = 0x03;
pub(crate) const ANSWER: u8 = 0x04;
pub(crate) const ATTENTION: u8 = 0x06;
pub(crate) const BULK: u8 = 0x07;
pub(crate) const TRANSACTION: u8 = 0x0e;
pub(crate) const LOGIN: u8 = 0x10;
pub(crate) const PRELOGIN: u8 = 0x12;

/// Not on the wire: a message that the client took back before it was complete.
pub(crate) const WITHDRAWN: u8 = 0;

pub(crate) const HEADER: usize = 8;
const LAST: u8 = 0x01;
const IGNORED: u8 = 0x02;
const RESETS: u8 = 0x08;
const RESETS_BUT_TRANSACTION: u8 = 0x10;

/// No message of a test is longer; a client that says otherwise is wrong.
const LONGEST: usize = 1 << 30;

#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) kind: u8,
    pub(crate) bytes: Vec<u8>,
    /// The client wants its session as it was after the login.
    pub(crate) resets: bool,
}

#[derive(Debug)]
pub(crate) enum Trouble {
    /// The connection ended between two messages.
    End,
    Broken(std::io::Error),
    Malformed(Malformed),
}

impl From<Malformed> for Trouble {
    fn from(error: Malformed) -> Trouble {
        Trouble::Malformed(error)
    }
}

impl From<std::io::Error> for Trouble {
    fn from(error: std::io::Error) -> Trouble {
        Trouble::Broken(error)
    }
}

type Packet = ([u8; 2], Vec<u8>);

/// Reads messages. Keeps what it has read, so that a read may be given up and taken up again.
pub(crate) struct Incoming {
    buffer: Vec<u8>,
    message: Option<Message>,
    most_per_read: usize,
    longest_packet: usize,
}

impl Incoming {
    pub(crate) fn new(split: &Split) -> Incoming {
        Incoming { buffer: Vec::new(), message: None, most_per_read: split.read.max(1), longest_packet: 32_768 }
    }

    pub(crate) async fn message(&mut self, stream: &mut (impl AsyncRead + Unpin)) -> Result<Message, Trouble> {
        loop {
            while let Some((header, payload)) = self.packet()? {
                let [kind, status] = header;
                let message = self.message.get_or_insert_with(|| Message { kind, bytes: Vec::new(), resets: false });
                // An attention may come between the packets of another message.
                if kind == ATTENTION && message.kind != ATTENTION {
                    self.message = None;
                    return Ok(Message { kind, bytes: Vec::new(), resets: false });
                }
                if message.kind != kind {
                    let what = format!("packet {kind:#x} in message {:#x}", message.kind);
                    return Err(Trouble::Malformed(Malformed(what)));
                }
                message.resets |= status & (RESETS | RESETS_BUT_TRANSACTION) != 0;
                message.bytes.extend_from_slice(&payload);
                if message.bytes.len() > LONGEST {
                    return Err(Trouble::Malformed(Malformed("a message beyond a gigabyte".to_owned())));
                }
                if status & IGNORED != 0 {
                    self.message = None;
                    return Ok(Message { kind: WITHDRAWN, bytes: Vec::new(), resets: false });
                } else if status & LAST != 0
                    && let Some(message) = self.message.take()
                {
                    return Ok(message);
                }
            }
            let mut chunk = vec![0; self.most_per_read.min(65_536)];
            let count = stream.read(&mut chunk).await?;
            if count == 0 {
                let is_between = self.buffer.is_empty() && self.message.is_none();
                return Err(if is_between {
                    Trouble::End
                } else {
                    Trouble::Broken(std::io::ErrorKind::UnexpectedEof.into())
                });
            }
            self.buffer.extend_from_slice(&chunk[..count]);
        }
    }

    /// The next packet, if it is here in full: its type and status, and its payload.
    fn packet(&mut self) -> Result<Option<Packet>, Malformed> {
        let Some(header) = self.buffer.get(..HEADER) else { return Ok(None) };
        let length = usize::from(u16::from_be_bytes([header[2], header[3]]));
        if length < HEADER || length > self.longest_packet {
            return malformed(format_args!("a packet of {length} bytes"));
        }
        let known = [BATCH, RPC, ATTENTION, BULK, TRANSACTION, LOGIN, PRELOGIN, 0x11];
        if !known.contains(&header[0]) {
            return malformed(format_args!("a packet of type {:#x}", header[0]));
        }
        if self.buffer.len() < length {
            return Ok(None);
        }
        let start = [header[0], header[1]];
        let payload = self.buffer[HEADER..length].to_vec();
        self.buffer.drain(..length);
        Ok(Some((start, payload)))
    }
}

/// Writes one answer, packet by packet, as its bytes come.
pub(crate) struct Outgoing {
    waiting: Vec<u8>,
    payload: usize,
    most_per_write: usize,
    number: u8,
    session: u16,
}

impl Outgoing {
    pub(crate) fn new(split: &Split, packet_size: usize, session: u16) -> Outgoing {
        let payload = (packet_size - HEADER).min(split.payload).max(1);
        Outgoing { waiting: Vec::new(), payload, most_per_write: split.write.max(1), number: 1, session }
    }

    pub(crate) fn set_packet_size(&mut self, packet_size: usize, split: &Split) {
        self.payload = (packet_size - HEADER).min(split.payload).max(1);
    }

    /// Sends whole packets; keeps the rest, for the last packet must be marked as such.
    pub(crate) async fn push(&mut self, stream: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> std::io::Result<()> {
        self.waiting.extend_from_slice(bytes);
        let mut packets = Vec::new();
        let mut start = 0;
        while self.waiting.len() - start > self.payload {
            let end = start + self.payload;
            let payload = self.waiting[start..end].to_vec();
            self.packet(&mut packets, ANSWER, 0, &payload);
            start = end;
        }
        self.waiting.drain(..start);
        self.send(stream, &packets).await
    }

    pub(crate) async fn finish(&mut self, stream: &mut (impl AsyncWrite + Unpin), kind: u8) -> std::io::Result<()> {
        let waiting = std::mem::take(&mut self.waiting);
        let mut packets = Vec::new();
        self.packet(&mut packets, kind, LAST, &waiting);
        self.number = 1;
        self.send(stream, &packets).await?;
        stream.flush().await
    }

    /// What has been pushed so far, though the message does not end here.
    pub(crate) async fn flush_part(&mut self, stream: &mut (impl AsyncWrite + Unpin)) -> std::io::Result<()> {
        let waiting = std::mem::take(&mut self.waiting);
        let mut packets = Vec::new();
        if !waiting.is_empty() {
            self.packet(&mut packets, ANSWER, 0, &waiting);
        }
        self.send(stream, &packets).await?;
        stream.flush().await
    }

    fn packet(&mut self, out: &mut Vec<u8>, kind: u8, status: u8, payload: &[u8]) {
        let length = (payload.len() + HEADER) as u16;
        out.extend([kind, status]);
        out.extend(length.to_be_bytes());
        out.extend(self.session.to_be_bytes());
        out.extend([self.number, 0]);
        out.extend_from_slice(payload);
        self.number = self.number.wrapping_add(1);
    }

    async fn send(&self, stream: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> std::io::Result<()> {
        if self.most_per_write >= bytes.len() {
            return stream.write_all(bytes).await;
        }
        for piece in bytes.chunks(self.most_per_write) {
            stream.write_all(piece).await?;
            stream.flush().await?;
        }
        Ok(())
    }
}
