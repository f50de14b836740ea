//! A stand-in of Amplitude over loopback: cohorts, their files on a second host (the "S3"), and the export of events.
//!
//! It answers as the service was seen to answer, and keeps its limits: keys per project and region, five requests at once,
//! sixty cohort requests in ten minutes, five hundred a month, links that expire. A test sets its clock and its faults, and
//! reads what it saw. It knows nothing of the client.
//!
//! What the service does where nobody has seen it (an exhausted month, a file link after seven days) is a guess, and said
//! to be one where it stands.

mod answer;
mod api;
mod authority;
mod clock;
mod cohort;
mod connection;
mod event;
mod export;
mod fault;
mod limits;
mod seen;
mod server;
mod setup;
mod state;
mod storage;

pub use clock::Clock;
pub use cohort::Cohort;
pub use event::Event;
pub use fault::{Fault, Limit, Route};
pub use seen::{Counts, Seen};
pub use server::AmplitudeServer;
pub use setup::{Encoding, Framing, Project, Region, Setup, UserProperty};
