//! A text that is not for eyes.

use std::fmt;

use zeroize::Zeroizing;

use crate::MASK;

/// A password or a key. It has no `PartialEq` and no `Serialize`: both would be ways out.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes a text into custody. Copies that the caller keeps are the caller's.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(Zeroizing::new(text.into()))
    }

    /// The characters. For a library that signs in with them, never for words.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing: a variable of the environment that is set, but empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // `pad` obeys a width: not even the length of the secret shows in a table.
        f.pad(MASK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_format_prints_it() {
        let secret = Secret::new("hunter2");
        assert_eq!(format!("{secret} {secret:?} {secret:#?} {secret:>5}"), "*** *** ***   ***");
        assert_eq!(format!("{:?}", Some(&secret)), "Some(***)");
        assert_eq!(secret.expose(), "hunter2");
    }

    #[test]
    fn an_empty_one_is_known_as_such() {
        assert!(Secret::new("").is_empty());
        assert!(!Secret::new(" ").is_empty());
    }
}
