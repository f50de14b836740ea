//! What is said about expectations, splits, records and exports (WR05xx).
