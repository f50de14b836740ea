//! What leaves, in which order, and what is true after a run that failed or died (docs/effects.md), on the sample reports
//! with their data.

mod aftermath;
mod faults;
