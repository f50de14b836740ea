//! What is said about sources of pipelines (WR03xx).
