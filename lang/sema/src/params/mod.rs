//! Parameters: what a runner is asked, with defaults and options that are known to fit.
