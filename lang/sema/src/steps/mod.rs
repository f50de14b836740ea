//! Steps of a pipeline: names and types in, the row after it out. One file per step.
