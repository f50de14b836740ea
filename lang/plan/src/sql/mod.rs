//! SQL: what a server says that its columns are, a query as a tree, and its text in each server's dialect.

pub mod stored;
