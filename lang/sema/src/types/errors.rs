//! What is said about names and types (WR01xx, WR02xx).
