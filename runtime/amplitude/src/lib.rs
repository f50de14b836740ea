//! Amplitude over HTTP: its requests to typed answers. Cohorts with their members, the monthly quota, the export of events.
//!
//! The life of a cohort's members, [`Client::download`]:
//!
//! ```text
//! list ─► remembered request? ─no─► usage ─► request (costs one of the month's) ─► remember
//!                └──────yes──────────────────────┐                                   │
//!          rows in batches ◄─ checked whole ◄─ file, here or at the storage ◄─ job done
//! ```
//!
//! **Invariants**
//! * A request is paid for once: its id is remembered outside ([`RequestMemory`]) before anything else is done with it, and
//!   used again while the cohort is unchanged and its link lives. Where it is not known whether a request was paid for,
//!   nothing is repeated ([`Error::RequestLost`]).
//! * No row is given out before the whole file was seen: a body that ends early is an error, never a short answer.
//! * Credentials go to the API alone. Whatever else answers, the storage above all, is asked by a second client without them.
//! * No error holds a secret or a presigned address.
//!
//! Time, waiting and chance come through [`Timing`], so that tests do not wait. The tests ask `wr-amplitude-server`.

mod batches;
mod client;
mod cohort;
mod download;
mod error;
mod event;
mod export;
mod file;
mod job;
mod members;
mod memory;
mod patience;
mod records;
mod request;
mod settings;
mod spool;
mod taxonomy;
mod timing;
mod transport;
mod usage;
mod words;

pub use batches::Batches;
pub use client::Client;
pub use cohort::{Cohort, CohortId};
pub use download::{Download, Properties, SizeDiffers};
pub use error::{Error, Limit, Unreachable};
pub use event::Event;
pub use export::{Hour, Window};
pub use members::MemberBatch;
pub use memory::{InProcess, Remembered, RequestKey, RequestMemory};
pub use settings::{Deadlines, OnWait, Region, Settings, Wait};
pub use taxonomy::UserProperty;
pub use timing::{Real, Timing};
pub use usage::Usage;
