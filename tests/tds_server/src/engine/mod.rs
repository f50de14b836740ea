//! What answers: SQLite with SQL Server's types, collations, functions and errors, one session per connection.

pub(crate) mod aggregate;
pub(crate) mod answer;
pub(crate) mod batch;
pub(crate) mod bulk;
pub(crate) mod calendar;
pub(crate) mod catalog;
pub(crate) mod definition;
pub(crate) mod failure;
pub(crate) mod function;
pub(crate) mod like;
pub(crate) mod rpc;
pub(crate) mod session;
pub(crate) mod setting;
pub(crate) mod setup;
pub(crate) mod statement;
pub(crate) mod transaction;
