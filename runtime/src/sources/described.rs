//! Tables as a server describes them, for `wr pull`.

use wr_base::ty::Type;
use wr_plan::sql::stored::CannotHold;

/// A table that the user of a connection can see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DescribedTable {
    pub name: String,
    /// What the server's people wrote of it; empty where they did not.
    pub about: String,
    pub columns: Vec<DescribedColumn>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DescribedColumn {
    pub name: String,
    /// The type that holds it exactly, or why none does.
    pub ty: Result<Type, CannotHold>,
    pub about: String,
}
