//! The one integration binary: each further one that links polars costs a minute and a gigabyte.

mod tidy;
