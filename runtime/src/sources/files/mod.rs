//! Files of a table to columns of the fixed storage, exactly as declared or with an error that names the place.

pub mod cell;
pub mod csv;
pub mod parquet;

use std::path::PathBuf;

use wr_base::ty::Type;
use wr_base::value::Zone;

use super::errors::Place;

/// A file, and what is wanted of it.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub place: Place,
    pub path: PathBuf,
    pub columns: Vec<WantedColumn>,
    /// What times without a zone mean.
    pub zone: Option<Zone>,
}

/// A declared column that the query reads.
#[derive(Clone, Debug)]
pub struct WantedColumn {
    /// As declared, and as the file must have it.
    pub name: String,
    pub ty: Type,
}
