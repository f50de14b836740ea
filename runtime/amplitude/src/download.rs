//! A cohort to its members: list, request, job, file, rows. What was paid for is used again.

use crate::batches::Batches;
use crate::client::Client;
use crate::cohort::{Cohort, CohortId};
use crate::job::Job;
use crate::members::{Inspection, MemberBatch, give_out, inspect};
use crate::memory::{Remembered, RequestKey, RequestMemory};
use crate::patience::Unclear;
use crate::spool::Spool;
use crate::transport::Setback;
use crate::{Error, words};

/// Amplitude gives out no more members of a cohort.
const LARGEST: u64 = 2_000_000;

/// The share by which rows and the stated size may differ, as one in so many.
const ONE_IN: u64 = 20;

/// Which columns a file has beside the two ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Properties {
    None,
    All,
    /// Names as Amplitude has them.
    Named(Vec<String>),
}

/// A warning: the list says another size than the file has rows, by more than 5 % of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SizeDiffers {
    pub name: String,
    pub size: u64,
    pub rows: u64,
}

/// A cohort's members, whole.
#[derive(Debug)]
pub struct Download {
    pub cohort: Cohort,
    /// Names of the properties, in the order of [`MemberBatch::properties`].
    pub columns: Vec<String>,
    /// How many rows the batches have together.
    pub rows: u64,
    pub warning: Option<SizeDiffers>,
    /// Whether one of the month's requests was spent.
    pub is_new: bool,
    /// Bytes of the file as it came.
    pub bytes: u64,
    pub batches: Batches<MemberBatch>,
}

impl Client {
    /// The members of a cohort.
    ///
    /// Dropped while the request that costs is under way, its id is lost: a run that is stopped gives it the second that it
    /// takes. At any other moment nothing is lost.
    ///
    /// # Errors
    /// Anything of [`Error`]. Before this returns, the whole file was read once: afterwards only its temporary copy can fail.
    pub async fn download(
        &self,
        id: &CohortId,
        properties: &Properties,
        memory: &dyn RequestMemory,
    ) -> Result<Download, Error> {
        let cohort = self.cohort(id).await?;
        too_large(&cohort, cohort.size)?;
        let key = RequestKey::new(&self.transport().settings, &cohort.id, properties);
        let lock = self.file_lock(key.as_str());
        let _one_at_a_time = lock.lock().await;

        let store = |result: Result<(), String>| {
            result.map_err(|words| Error::Memory { words: words::tidy(&self.transport().redactor, &words) })
        };
        let now = self.transport().settings.timing.now();
        let kept = memory.recall(&key);
        let kept = kept.map_err(|words| Error::Memory { words: words::tidy(&self.transport().redactor, &words) })?;
        let mut fetched = None;
        if let Some(kept) = kept.filter(|kept| kept.is_good(&cohort, now)) {
            match self.fetch(&cohort, &kept.request_id, properties).await {
                Ok(file) => fetched = Some((file, false)),
                // Gone before its time, or failed: only a new request helps. It is not asked for twice in one run.
                Err(Error::FileGone { .. }) => store(memory.forget(&key))?,
                Err(error) => return Err(forgetting(error, memory, &key)),
            }
        }
        let ((mut spool, inspection), is_new) = match fetched {
            Some(fetched) => fetched,
            None => {
                // Whether the store can keep anything is seen before something is spent.
                store(memory.forget(&key))?;
                let request_id = self.request(&cohort, properties).await?;
                let remembered = Remembered {
                    request_id: request_id.clone(),
                    requested_at: self.transport().settings.timing.now(),
                    last_computed: cohort.last_computed,
                    last_modified: cohort.last_modified,
                };
                store(memory.remember(&key, &remembered))?;
                let fetched = self.fetch(&cohort, &request_id, properties).await;
                (fetched.map_err(|error| forgetting(error, memory, &key))?, true)
            }
        };
        let Inspection { rows, columns } = inspection;
        too_large(&cohort, Some(rows))?;
        let warning = size_differs(&cohort, rows);
        let bytes = spool.length();
        let (sender, batches) = Batches::channel();
        let properties = properties.clone();
        tokio::task::spawn_blocking(move || {
            let given = give_out(&mut spool, &properties, |batch| sender.blocking_send(Ok(batch)).is_ok());
            if let Err(error) = given {
                // Nobody may listen any more.
                let _ = sender.blocking_send(Err(error));
            }
        });
        Ok(Download { cohort, columns, rows, warning, is_new, bytes, batches })
    }

    /// Waits for the job and fetches its file until it is whole.
    async fn fetch(
        &self,
        cohort: &Cohort,
        request: &str,
        properties: &Properties,
    ) -> Result<(Spool, Inspection), Error> {
        let gone = |words: String| Error::FileGone { cohort: cohort.name.clone(), words };
        if let Job::Unknown(words) = self.wait_for_job(cohort, request).await? {
            return Err(gone(words));
        }
        let attempt = || async {
            let mut spool = self.fetch_file(request).await?;
            let properties = properties.clone();
            // A size of nought may come as no bytes at all; any other file has a heading.
            let may_be_empty = cohort.size == Some(0);
            let inspected = tokio::task::spawn_blocking(move || {
                let inspection = inspect(&mut spool, &properties, may_be_empty);
                inspection.map(|inspection| (spool, inspection))
            });
            match inspected.await {
                Ok(Ok(file)) => Ok(file),
                Ok(Err(error @ Error::Cut { .. })) => Err(Setback::Unclear { error, after: None }),
                Ok(Err(error)) => Err(Setback::Final(error)),
                Err(error) => Err(Setback::Final(Error::Disk { words: error.to_string() })),
            }
        };
        match self.transport().persist(Unclear::Repeat, attempt).await {
            Ok(file) => Ok(file),
            Err(Setback::Refused { words, .. }) => Err(gone(words)),
            Err(setback) => Err(setback.into_error()),
        }
    }
}

/// A job that failed and a file that is gone are not remembered: the next run asks anew. Any other error leaves the id, so
/// that the next run goes on where this one stopped.
fn forgetting(error: Error, memory: &dyn RequestMemory, key: &RequestKey) -> Error {
    if matches!(error, Error::JobFailed { .. } | Error::FileGone { .. }) {
        // The first failure is the one to tell.
        let _ = memory.forget(key);
    }
    error
}

fn too_large(cohort: &Cohort, size: Option<u64>) -> Result<(), Error> {
    match size {
        Some(size) if size >= LARGEST => Err(Error::CohortTooLarge { name: cohort.name.clone(), size }),
        Some(_) | None => Ok(()),
    }
}

fn size_differs(cohort: &Cohort, rows: u64) -> Option<SizeDiffers> {
    let size = cohort.size?;
    (size.abs_diff(rows).saturating_mul(ONE_IN) > size).then(|| SizeDiffers { name: cohort.name.clone(), size, rows })
}
