//! The bytes of an answer, as they arrive on one thread, to something that another thread reads.
//!
//! Invariant: the end of the bytes is only seen where the sender said that it is the end. One that goes away without a
//! word is a failure, not an end.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use tokio::sync::mpsc;

use crate::error::RunError;

/// What the downloading side says: more bytes, that these were all, or why there will be no more.
#[derive(Debug)]
pub(super) enum Said {
    More(Bytes),
    End,
    Failed(Box<RunError>),
}

/// How much of what was read last is kept, for the words of a server that failed in the middle.
const TAIL: usize = 16 * 1024;

/// Bytes to be read once. Clones read on where the others stopped: one is given to a library, one is kept to ask.
#[derive(Clone)]
pub(super) struct Body(Arc<Mutex<State>>);

struct State {
    from: mpsc::Receiver<Said>,
    rest: Bytes,
    position: u64,
    is_ended: bool,
    failure: Option<RunError>,
    tail: Vec<u8>,
}

impl Body {
    pub(super) fn new(from: mpsc::Receiver<Said>) -> Self {
        Self(Arc::new(Mutex::new(State {
            from,
            rest: Bytes::new(),
            position: 0,
            is_ended: false,
            failure: None,
            tail: Vec::new(),
        })))
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Why the bytes ended, where they did not end well.
    pub(super) fn take_failure(&self) -> Option<RunError> {
        self.state().failure.take()
    }

    /// What was read last, as text.
    pub(super) fn tail(&self) -> String {
        String::from_utf8_lossy(&self.state().tail).into_owned()
    }

    /// How many bytes were read.
    pub(super) fn position(&self) -> u64 {
        self.state().position
    }
}

impl State {
    /// Waits for bytes; false at the end.
    fn fill(&mut self) -> io::Result<bool> {
        while self.rest.is_empty() {
            if self.is_ended {
                return Ok(false);
            }
            match self.from.blocking_recv() {
                Some(Said::More(bytes)) => {
                    self.keep(&bytes);
                    self.rest = bytes;
                }
                Some(Said::End) => self.is_ended = true,
                Some(Said::Failed(failure)) => {
                    self.failure = Some(*failure);
                    return Err(io::Error::other("the answer failed"));
                }
                None => return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the answer ended without a word")),
            }
        }
        Ok(true)
    }

    fn keep(&mut self, bytes: &[u8]) {
        self.tail.extend_from_slice(bytes.get(bytes.len().saturating_sub(TAIL)..).unwrap_or_default());
        let extra = self.tail.len().saturating_sub(TAIL);
        self.tail.drain(..extra);
    }
}

impl Read for Body {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut state = self.state();
        if buffer.is_empty() || !state.fill()? {
            return Ok(0);
        }
        let taken = buffer.len().min(state.rest.len());
        let bytes = state.rest.split_to(taken);
        if let Some(place) = buffer.get_mut(..taken) {
            place.copy_from_slice(&bytes);
        }
        state.position += taken as u64;
        Ok(taken)
    }
}

/// Forwards only: what was read is gone.
impl Seek for Body {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let here = self.position();
        let target = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => here.checked_add_signed(by),
            SeekFrom::End(_) => None,
        };
        let forward = target.and_then(|target| target.checked_sub(here));
        let mut left = forward.ok_or_else(|| io::Error::new(io::ErrorKind::Unsupported, "only forwards"))?;
        let mut state = self.state();
        while left > 0 {
            if !state.fill()? {
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the answer ends too early"));
            }
            let taken = usize::try_from(left).unwrap_or(usize::MAX).min(state.rest.len());
            let _ = state.rest.split_to(taken);
            state.position += taken as u64;
            left -= taken as u64;
        }
        Ok(state.position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(said: Vec<Said>) -> Body {
        let (sender, receiver) = mpsc::channel(16);
        said.into_iter().for_each(|one| sender.try_send(one).unwrap());
        Body::new(receiver)
    }

    #[test]
    fn pieces_are_read_as_one() {
        let more = |bytes: &'static [u8]| Said::More(Bytes::from_static(bytes));
        let mut body = body(vec![more(b"ab"), more(b""), more(b"cdef"), Said::End]);
        let mut two = [0; 2];
        body.read_exact(&mut two).unwrap();
        assert_eq!(body.seek(SeekFrom::Current(1)).unwrap(), 3);
        let mut rest = String::new();
        body.read_to_string(&mut rest).unwrap();
        assert_eq!((&two, rest.as_str(), body.tail().as_str()), (b"ab", "def", "abcdef"));
    }

    #[test]
    fn an_end_that_nobody_said_is_no_end() {
        let mut body = body(vec![Said::More(Bytes::from_static(b"ab"))]);
        let mut all = Vec::new();
        assert_eq!(body.read_to_end(&mut all).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }
}
