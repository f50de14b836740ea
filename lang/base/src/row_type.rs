//! The columns that a relation has at one place: names, types, where they come from, and what is known of its rows.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use crate::ids::{ColumnId, TableId, ValueId};
use crate::ty::Type;

/// An ordered list of columns and what is proved about the rows (B2, B3, B6, B16).
#[derive(Clone, Debug, PartialEq, Default)]
pub struct RowType {
    pub columns: Columns,
    /// Sets of columns that identify a row. Proved from claims; empty set of columns: at most one row.
    pub keys: Vec<Vec<ColumnId>>,
    /// The columns by which the rows are sorted, `true` for descending; empty when no order is promised (B11).
    /// They need not be among `columns` any more: rows stay sorted when a `select` leaves a column out.
    pub order: Vec<(ColumnId, bool)>,
    /// B4: a parameter decides which of the [`Column::shaped`] ones are there; only the fixed ones may be named.
    pub is_open: bool,
    /// B6: rows of a held branch may be among these.
    pub is_held: bool,
    /// A step could not be read, and that was reported: any name may be a column, nobody complains.
    pub is_unknown: bool,
}

/// Columns in their order. Most steps leave them as they are, so copies share them until one of them is changed.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Columns(Arc<Vec<Column>>);

impl Deref for Columns {
    type Target = Vec<Column>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Columns {
    fn deref_mut(&mut self) -> &mut Self::Target {
        Arc::make_mut(&mut self.0)
    }
}

impl From<Vec<Column>> for Columns {
    fn from(columns: Vec<Column>) -> Self {
        Self(Arc::new(columns))
    }
}

impl FromIterator<Column> for Columns {
    fn from_iter<I: IntoIterator<Item = Column>>(columns: I) -> Self {
        Vec::from_iter(columns).into()
    }
}

impl IntoIterator for Columns {
    type Item = Column;
    type IntoIter = std::vec::IntoIter<Column>;

    fn into_iter(self) -> Self::IntoIter {
        Arc::unwrap_or_clone(self.0).into_iter()
    }
}

impl<'a> IntoIterator for &'a Columns {
    type Item = &'a Column;
    type IntoIter = std::slice::Iter<'a, Column>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a mut Columns {
    type Item = &'a mut Column;
    type IntoIter = std::slice::IterMut<'a, Column>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

/// One column of a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub id: ColumnId,
    /// The `as` of the join that brought it; `None` for bare columns (B2).
    pub qualifier: Option<String>,
    pub name: String,
    pub ty: Type,
    pub marks: Marks,
    /// The columns of tables from which its values come, through joins and derives.
    pub origin: Vec<Origin>,
    /// B4: always computed, but written only when the parameter's value holds the option. `None`: a fixed column.
    pub shaped: Option<ShapedBy>,
}

/// The parameter and the option of it that a column stands for (B4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShapedBy {
    pub value: ValueId,
    /// The option's value; of a `columns` parameter, the column's name.
    pub option: String,
    /// What runners see: the heading of the column.
    pub label: String,
}

/// What a table says of a column beyond its type (B16).
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Marks {
    /// `entity user`: the value identifies one of these.
    pub entity: Option<String>,
    pub personal: bool,
}

/// A declared column of a table that a value comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    pub table: TableId,
    /// Index into the declared columns of the table.
    pub column: u32,
}

impl RowType {
    #[must_use]
    pub fn column(&self, id: ColumnId) -> Option<&Column> {
        self.columns.iter().find(|column| column.id == id)
    }

    /// Fixed columns by name: there is at most one in a well-formed row.
    #[must_use]
    pub fn find(&self, qualifier: Option<&str>, name: &str) -> Option<&Column> {
        self.fixed().find(|column| column.qualifier.as_deref() == qualifier && column.name == name)
    }

    /// The columns that can be named: all but those that a parameter decides about (B4).
    pub fn fixed(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|column| column.shaped.is_none())
    }

    /// Whether `columns` are known to identify a row: they hold one of the keys.
    #[must_use]
    pub fn is_unique_by(&self, columns: &[ColumnId]) -> bool {
        self.keys.iter().any(|key| key.iter().all(|column| columns.contains(column)))
    }
}
