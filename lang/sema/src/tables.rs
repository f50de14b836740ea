//! The tables that a file can name, by connection and name.
//!
//! Invariant: what one file has of a connection is shared with the files that use it, since there can be thousands, and is
//! never changed by reading one of them: what came of that stands beside it, by the place of the declaration.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::rc::Rc;

use wr_base::ids::TableId;
use wr_base::span::Span;
use wr_syntax::UnreadTable;

/// A table as far as its file says so. Of schema files only those are read that somebody names.
#[derive(Clone)]
pub(crate) enum Declared {
    Read(TableId, Span),
    Unread(UnreadTable),
}

impl Declared {
    /// The place of its name.
    pub(crate) const fn span(&self) -> Span {
        match self {
            Self::Read(_, span) => *span,
            Self::Unread(table) => table.name_at,
        }
    }
}

#[derive(Clone, Default)]
pub(crate) struct Tables(BTreeMap<String, Rc<BTreeMap<String, Declared>>>);

impl Tables {
    pub(crate) fn get(&self, connection: &str, name: &str) -> Option<&Declared> {
        self.0.get(connection)?.get(name)
    }

    /// Adds a table, unless there is one of this name.
    pub(crate) fn insert(&mut self, connection: &str, name: &str, table: Declared) {
        self.of_mut(connection).entry(name.to_owned()).or_insert(table);
    }

    /// Adds a table of which nothing but the name is known; gives it back where there is one of this name.
    pub(crate) fn insert_unread(&mut self, table: UnreadTable) -> Result<(), UnreadTable> {
        match self.of_mut(&table.connection).entry(table.name.clone()) {
            Entry::Occupied(_) => Err(table),
            Entry::Vacant(place) => {
                place.insert(Declared::Unread(table));
                Ok(())
            }
        }
    }

    fn of_mut(&mut self, connection: &str) -> &mut BTreeMap<String, Declared> {
        Rc::make_mut(self.0.entry(connection.to_owned()).or_default())
    }

    /// What another file has of a connection, where the names of both do not meet.
    pub(crate) fn take(&mut self, other: &Self, connection: &str) {
        let Some(theirs) = other.0.get(connection) else { return };
        match self.0.get_mut(connection) {
            None => {
                self.0.insert(connection.to_owned(), Rc::clone(theirs));
            }
            Some(ours) if Rc::ptr_eq(ours, theirs) => {}
            Some(ours) => {
                let ours = Rc::make_mut(ours);
                for (name, table) in theirs.iter() {
                    ours.entry(name.clone()).or_insert_with(|| table.clone());
                }
            }
        }
    }

    pub(crate) fn of<'a>(&'a self, connection: &str) -> impl Iterator<Item = (&'a str, &'a Declared)> {
        self.0.get(connection).into_iter().flat_map(|tables| tables.iter().map(|(name, table)| (name.as_str(), table)))
    }

    /// `wallet.cards`, all of them.
    pub(crate) fn full_names(&self) -> Vec<String> {
        let tables = self.0.iter().flat_map(|(connection, tables)| tables.keys().map(move |name| (connection, name)));
        tables.map(|(connection, name)| format!("{connection}.{name}")).collect()
    }
}
