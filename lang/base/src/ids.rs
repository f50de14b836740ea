//! Ids that stand for things between stages, and the arena that hands them out.
//! Names appear at the two ends and in printers only.

use std::marker::PhantomData;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident => $prefix:literal),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }

        impl Id for $name {
            fn from_index(index: usize) -> Self { Self(index as u32) }
            fn index(self) -> usize { self.0 as usize }
        }
    )*};
}

/// An index into an arena.
pub trait Id: Copy {
    fn from_index(index: usize) -> Self;
    fn index(self) -> usize;
}

ids! {
    /// A column of one relation at one place. Unique in a program: reading a relation twice makes two sets of columns.
    ColumnId => "c",
    /// A declared table.
    TableId => "t",
    /// A `let` relation, a nested pipeline, a split, or a branch of one.
    RelationId => "r",
    /// A value known before any row is read: a parameter or a `let $x`.
    ValueId => "v",
    /// One step of one pipeline, or one output statement: what a failure is reported at.
    /// Ids grow in the order of the script: the smallest failing one is the first in the script's order.
    StepId => "s",
    /// One expression as written. Ids grow in the order of the text within a step.
    ExprId => "e",
    /// A fact about relations that expectations and messages use, computed once per run.
    FactId => "f",
    /// A node of a logical or physical plan.
    NodeId => "n",
}

/// Things by id, in the order in which they were added.
#[derive(Clone, PartialEq)]
pub struct Arena<I, T> {
    items: Vec<T>,
    id: PhantomData<I>,
}

impl<I: Id, T> Arena<I, T> {
    #[must_use]
    pub fn new() -> Self {
        Self { items: Vec::new(), id: PhantomData }
    }

    pub fn add(&mut self, item: T) -> I {
        let id = I::from_index(self.items.len());
        self.items.push(item);
        id
    }

    /// Forgets all but the first `length`.
    pub fn truncate(&mut self, length: usize) {
        self.items.truncate(length);
    }

    /// The id that the next [`Arena::add`] gives.
    #[must_use]
    pub fn next_id(&self) -> I {
        I::from_index(self.items.len())
    }

    #[must_use]
    pub fn get(&self, id: I) -> Option<&T> {
        self.items.get(id.index())
    }

    pub fn get_mut(&mut self, id: I) -> Option<&mut T> {
        self.items.get_mut(id.index())
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (I, &T)> {
        self.items.iter().enumerate().map(|(at, item)| (I::from_index(at), item))
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

impl<I: Id, T> Default for Arena<I, T> {
    fn default() -> Self {
        Self::new()
    }
}

/// Ids come from the same arena, so an index outside of it is a bug of ours, not of a script.
impl<I: Id, T> std::ops::Index<I> for Arena<I, T> {
    type Output = T;
    fn index(&self, id: I) -> &T {
        &self.items[id.index()]
    }
}

impl<I: Id, T> std::ops::IndexMut<I> for Arena<I, T> {
    fn index_mut(&mut self, id: I) -> &mut T {
        &mut self.items[id.index()]
    }
}

impl<I: Id, T: std::fmt::Debug> std::fmt::Debug for Arena<I, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(&self.items).finish()
    }
}
