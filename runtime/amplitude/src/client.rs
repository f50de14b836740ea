//! The client: settings to a thing that can be asked. What it can be asked stands with each subject.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::Error;
use crate::settings::Settings;
use crate::transport::Transport;

/// Asks Amplitude. Copies share the places among the five requests that may run at once.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    transport: Transport,
    /// One lock for each file that is asked for: two steps that want the same one share its request.
    files: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

impl Client {
    /// A client of one project. Nothing is asked yet.
    ///
    /// # Errors
    /// The address is none, or the system has no certificates.
    pub fn new(settings: Settings) -> Result<Client, Error> {
        let transport = Transport::new(settings)?;
        Ok(Client { inner: Arc::new(Inner { transport, files: Mutex::default() }) })
    }

    pub(crate) fn transport(&self) -> &Transport {
        &self.inner.transport
    }

    /// The lock of one file.
    pub(crate) fn file_lock(&self, key: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut files = self.inner.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.entry(key.to_owned()).or_default().clone()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("settings", &self.transport().settings).finish()
    }
}
