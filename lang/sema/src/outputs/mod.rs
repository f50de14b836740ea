//! Statements that promise, split and put out: expect, split, record, export, reveal, test; and the pass that closes a program.
//!
//! Each `check_…` adds to the checker what its statement declares, or reports why it cannot. What depends on later
//! statements (which rows are held, which table is recorded into) is decided by [`mod@finish`].

mod change;
pub(crate) mod errors;
mod expect;
mod export;
pub(crate) mod facts;
mod file;
pub(crate) mod finish;
mod guard;
mod held;
mod record;
mod reveal;
mod sheet_title;
mod split;
mod test;
mod test_errors;

pub(crate) use expect::check_expect;
pub(crate) use export::check_export;
pub(crate) use finish::finish;
pub(crate) use record::check_record;
pub(crate) use reveal::check_reveal;
pub(crate) use split::check_split;
pub(crate) use test::check_test;
