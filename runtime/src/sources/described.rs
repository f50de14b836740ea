//! Tables as a server describes them, for `wr pull`.

use wr_base::ty::Type;
use wr_plan::sql::stored::CannotHold;

/// A table that the user of a connection can see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DescribedTable {
    /// As a schema file declares it: `users`, `sales.orders`.
    pub name: String,
    /// Why no declaration can name it, and what does.
    pub obstacle: Option<String>,
    /// What has to be given to read it: the name of an argument, and the connection whose cohort it is.
    pub argument: Option<(String, String)>,
    /// What the server's people wrote of it; empty where they did not.
    pub about: String,
    pub columns: Vec<DescribedColumn>,
    /// What of its columns the service does not tell, and what to do then. There can be more of them.
    pub untold: Option<String>,
    /// The sets of columns that the server keeps unique, the most telling first. `None`: it keeps none, whatever it says.
    pub keys: Option<Vec<Vec<String>>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DescribedColumn {
    pub name: String,
    /// The type that holds it exactly, or why none does.
    pub ty: Result<Type, CannotHold>,
    /// `entity user`: whose id it is, where the service says so.
    pub entity: Option<String>,
    pub about: String,
}

impl DescribedTable {
    /// The columns that a declaration claims as the key: one that the server keeps, of columns that can be declared and
    /// are never null.
    #[must_use]
    pub fn key(&self) -> Option<&[String]> {
        let is_plain = |name: &String| {
            let column = self.columns.iter().find(|column| column.name == *name);
            column.is_some_and(|column| column.ty.as_ref().is_ok_and(|ty| !ty.nullable))
        };
        self.keys.iter().flatten().find(|key| key.iter().all(is_plain)).map(Vec::as_slice)
    }
}
