//! The catalogue of functions and operators.

/// A scalar function or operator. Closed: every stage matches on all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FnId {
    /// Implicit widening to the expression's own type: int → decimal → float.
    Convert,
}

/// A function over the rows of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AggregateId {
    /// `count()`: rows.
    Count,
}
