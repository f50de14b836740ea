//! Passwords and keys: a [`Secret`] cannot be printed because its type cannot be, and a [`Redactor`] takes every known
//! secret out of words that a server sent.
//!
//! **Invariant:** the only way to the characters of a secret is [`Secret::expose`], so a search for that word finds every use.
//! Both types are wiped from memory when they are dropped.

mod form;
mod redactor;
mod secret;

pub use redactor::Redactor;
pub use secret::Secret;

/// What stands in place of a secret.
pub const MASK: &str = "***";
