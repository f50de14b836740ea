//! A connection from its first byte to its last.

pub(crate) mod connection;
pub(crate) mod handshake;
pub(crate) mod tls;
