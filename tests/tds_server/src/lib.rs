//! A TDS test server: it speaks the protocol of SQL Server to any client, and answers the T-SQL that `wr` renders with the
//! meaning that SQL Server gives it. It is not SQL Server, and whatever it does not know it refuses aloud.
//!
//! | part | what it turns into what |
//! | --- | --- |
//! | `serve` | bytes of a connection into messages for its session, and answers into bytes |
//! | `wire` | packets, logins, types, values and tokens of the protocol |
//! | `engine` | a message into statements run, and their outcome into tokens |
//! | `translate` | the tree of T-SQL into SQLite's SQL, with the type of every expression |
//! | `types` | values, conversions, arithmetic and collations of SQL Server |
//!
//! See README.md for what is understood, and `tests/` and `clients/` for who has proved it.
#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "The trees of sqlparser have hundreds of variants; whatever is not named is answered with an error"
)]
#![allow(
    clippy::cast_possible_truncation,
    reason = "The protocol has fields of fixed size, and what is written into them has been brought into their range"
)]

mod engine;
mod error;
mod faults;
mod load;
mod log;
mod options;
mod serve;
mod server;
mod translate;
mod types;
mod wire;

pub use faults::{Fault, Faults};
pub use load::Cell;
pub use log::{Event, Log};
pub use options::{Encryption, Options, Split, User};
pub use server::{ServerError, TdsServer};
