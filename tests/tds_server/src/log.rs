//! What the server was asked, for tests that must know what a client really sent.

use std::sync::{Mutex, PoisonError};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    Connected {
        connection: u64,
    },
    LoggedIn {
        connection: u64,
        user: String,
        database: String,
        application: String,
        packet_size: usize,
        is_encrypted: bool,
    },
    Refused {
        connection: u64,
        number: i32,
    },
    /// The text of a batch.
    Batch {
        connection: u64,
        text: String,
    },
    /// A statement with parameters: name, declared type, value as text.
    Statement {
        connection: u64,
        text: String,
        parameters: Vec<(String, String, Option<String>)>,
    },
    /// BEGIN, COMMIT or ROLLBACK asked for outside of the language.
    Transaction {
        connection: u64,
        request: &'static str,
    },
    Bulk {
        connection: u64,
        table: String,
        rows: u64,
    },
    Attention {
        connection: u64,
    },
    /// A fault that a test had asked for.
    Fault {
        connection: u64,
        what: String,
    },
    /// An error that the client was told.
    Error {
        connection: u64,
        number: i32,
        message: String,
    },
    Disconnected {
        connection: u64,
    },
}

#[derive(Debug, Default)]
pub struct Log {
    events: Mutex<Vec<Event>>,
}

impl Log {
    pub(crate) fn push(&self, event: Event) {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).push(event);
    }

    pub fn events(&self) -> Vec<Event> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn clear(&self) {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The texts of batches and statements, in order.
    pub fn texts(&self) -> Vec<String> {
        let texts = self.events().into_iter().filter_map(|event| match event {
            Event::Batch { text, .. } | Event::Statement { text, .. } => Some(text),
            _ => None,
        });
        texts.collect()
    }

    pub fn attentions(&self) -> usize {
        self.events().iter().filter(|event| matches!(event, Event::Attention { .. })).count()
    }

    /// How many connections got through the login.
    pub fn logins(&self) -> usize {
        self.events().iter().filter(|event| matches!(event, Event::LoggedIn { .. })).count()
    }
}
