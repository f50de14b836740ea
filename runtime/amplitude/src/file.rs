//! A request that is done to its file: here or at the storage, whole or not at all.

use reqwest::header::{CONTENT_ENCODING, CONTENT_LENGTH, TRANSFER_ENCODING};
use reqwest::{Response, Url, Version};

use crate::client::Client;
use crate::spool::{Shape, Spool};
use crate::transport::{Call, Received, Setback};
use crate::{Error, words};

/// What the file is called in errors.
pub(crate) const WHAT: &str = "the file of the cohort";

/// The storage may send on to another of its regions.
const REDIRECTS: usize = 3;

impl Client {
    /// Fetches the file once. A signature of the storage lives a minute, so each try begins at Amplitude's own link, which
    /// lives seven days.
    pub(crate) async fn fetch_file(&self, request: &str) -> Result<Spool, Setback> {
        let mut call = Call::new(["api", "5", "cohorts", "request", request, "file"]);
        call.takes_gzip = true;
        let Received { response, place } = self.transport().ask(&call).await?;
        if !response.status().is_redirection() {
            // The place among five is kept until the last byte.
            let spool = self.read_file(response).await;
            drop(place);
            return spool;
        }
        let mut address = self.transport().target(&response, None)?;
        drop((response, place));
        for _ in 0..REDIRECTS {
            let response = self.transport().ask_elsewhere(&address).await?;
            if response.status().is_success() {
                return self.read_file(response).await;
            }
            if !response.status().is_redirection() {
                return Err(self.storage_setback(response, &address).await);
            }
            address = self.transport().target(&response, Some(&address))?;
        }
        let words = "the storage sends from one address to the next".to_owned();
        Err(Setback::Final(Error::NotUnderstood { what: "a file", words }))
    }

    /// What the storage's refusals mean. An expired signature is none: the next try brings a new one.
    async fn storage_setback(&self, mut response: Response, address: &Url) -> Setback {
        let status = response.status();
        let words = self.transport().words_of(&mut response).await;
        let words = format!("{words} ({})", address.host_str().unwrap_or("the storage"));
        let error = Error::Refused { status: status.as_u16(), words };
        if status == 403 || status == 429 || status.is_server_error() {
            Setback::Unclear { error, after: None }
        } else {
            Setback::Final(error)
        }
    }

    async fn read_file(&self, mut response: Response) -> Result<Spool, Setback> {
        let says_gzip = response.headers().get(CONTENT_ENCODING).is_some_and(|encoding| encoding == "gzip");
        let says_its_end = response.version() > Version::HTTP_11
            || response.headers().contains_key(CONTENT_LENGTH)
            || response.headers().contains_key(TRANSFER_ENCODING);
        let mut spool = Spool::new(self.transport().settings.spool_folder.as_deref());
        while let Some(piece) = self.transport().piece(&mut response).await? {
            // A write to memory or to the cache of the disk: shorter than the wait for the next piece.
            spool.push(&piece).map_err(|error| {
                Setback::Final(Error::Disk { words: words::tidy(&self.transport().redactor, &error.to_string()) })
            })?;
        }
        let cut = |words: &str| {
            Err(Setback::Unclear { error: Error::Cut { what: WHAT, words: words.to_owned() }, after: None })
        };
        match spool.shape() {
            Shape::Gzip => Ok(spool),
            Shape::Empty | Shape::Plain if says_gzip => cut("it should be compressed, and is not"),
            Shape::Empty | Shape::Plain if !says_its_end => cut("nothing says where it ends"),
            Shape::Empty | Shape::Plain => Ok(spool),
        }
    }
}
