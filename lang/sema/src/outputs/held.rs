//! Which relations hold rows of a held branch (B6).
