//! The tokens of one answer on their way to the client, in pieces.
//!
//! A DONE says whether more follows, so each is held back until it is known.

use tokio::sync::mpsc;

use super::session::Piece;
use crate::error::SqlError;
use crate::wire::token::{self, Done};

/// Why a session stops working on a request.
#[derive(Debug)]
pub(crate) enum Stop {
    /// An attention has come, or the client is gone: what is still to be said is of no use.
    Cancelled,
    /// A test wants the connection to break here.
    Reset,
}

/// Pieces of about this size are handed over.
const PIECE: usize = 16 * 1024;

pub(crate) struct Answer {
    sender: mpsc::Sender<Piece>,
    buffer: Vec<u8>,
    held: Option<(Done, u16, u16, u64)>,
    pub(crate) done: Done,
}

impl Answer {
    pub(crate) fn new(sender: mpsc::Sender<Piece>) -> Answer {
        Answer { sender, buffer: Vec::new(), held: None, done: Done::Batch }
    }

    /// Where the next token goes.
    pub(crate) fn tokens(&mut self) -> &mut Vec<u8> {
        if let Some((kind, status, command, count)) = self.held.take() {
            token::done(&mut self.buffer, kind, status | token::MORE, command, count);
        }
        &mut self.buffer
    }

    pub(crate) fn hold_done(&mut self, kind: Done, status: u16, command: u16, count: u64) {
        self.tokens();
        self.held = Some((kind, status, command, count));
    }

    pub(crate) fn error(&mut self, error: &SqlError) {
        token::error(self.tokens(), error);
    }

    pub(crate) fn send_if_full(&mut self) -> Result<(), Stop> {
        if self.buffer.len() < PIECE {
            return Ok(());
        }
        self.send()
    }

    fn send(&mut self) -> Result<(), Stop> {
        let bytes = std::mem::take(&mut self.buffer);
        self.sender.blocking_send(Piece::Bytes(bytes)).map_err(|_| Stop::Cancelled)
    }

    /// What there is goes to the client at once.
    pub(crate) fn flush(&mut self) -> Result<(), Stop> {
        self.send()?;
        self.sender.blocking_send(Piece::Flush).map_err(|_| Stop::Cancelled)
    }

    pub(crate) fn finish(mut self) {
        let (kind, status, command, count) = self.held.take().unwrap_or((self.done, 0, 0, 0));
        token::done(&mut self.buffer, kind, status, command, count);
        let _ = self.send();
    }

    pub(crate) fn reset(self) {
        let _ = self.sender.blocking_send(Piece::Reset);
    }
}
