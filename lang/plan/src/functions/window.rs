//! The functions of `window` that are not aggregates: a row's place among its neighbours, and their values.
//!
//! What they mean stands here and in `tests/reference`; aggregates are those of groups, over a frame.

/// A function of a `window`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WindowId {
    RowNumber,
    Rank,
    DenseRank,
    Ntile,
    Lag,
    Lead,
    First,
    Last,
}

/// What is known of one for people.
pub struct WindowRecord {
    pub id: WindowId,
    pub name: &'static str,
    pub usage: &'static [&'static str],
    pub summary: &'static str,
    pub detail: &'static str,
}

static RECORDS: [WindowRecord; 8] = [
    WindowRecord {
        id: WindowId::RowNumber,
        name: "row_number",
        usage: &["row_number() -> int"],
        summary: "The place of the row, from 1",
        detail: "Rows that the `sort` takes for equal are told apart as a `sort` step does it: by the key, else by all columns.",
    },
    WindowRecord {
        id: WindowId::Rank,
        name: "rank",
        usage: &["rank() -> int"],
        summary: "1 and the number of rows before it that are not its equals",
        detail: "Rows that the `sort` takes for equal have one rank, and as many ranks after them are left out: 1, 1, 3.",
    },
    WindowRecord {
        id: WindowId::DenseRank,
        name: "dense_rank",
        usage: &["dense_rank() -> int"],
        summary: "1 and the number of different values before it",
        detail: "As `rank`, and none is left out: 1, 1, 2.",
    },
    WindowRecord {
        id: WindowId::Ntile,
        name: "ntile",
        usage: &["ntile(n: int) -> int"],
        summary: "Which of n parts of nearly the same size the row is in",
        detail: "The first parts are one row larger where the rows cannot be divided evenly. n is written as a number.",
    },
    WindowRecord {
        id: WindowId::Lag,
        name: "lag",
        usage: &["lag(x: T) -> T?", "lag(x: T, n: int) -> T?", "lag(x: T, n: int, otherwise: T) -> T"],
        summary: "The value of the row n before this one; n is 1 when left out",
        detail: "Null, or the last argument, where there is no such row.",
    },
    WindowRecord {
        id: WindowId::Lead,
        name: "lead",
        usage: &["lead(x: T) -> T?", "lead(x: T, n: int) -> T?", "lead(x: T, n: int, otherwise: T) -> T"],
        summary: "The value of the row n after this one; n is 1 when left out",
        detail: "Null, or the last argument, where there is no such row.",
    },
    WindowRecord {
        id: WindowId::First,
        name: "first",
        usage: &["first(x: T) -> T?"],
        summary: "The value of the first row of the frame",
        detail: "Null where the frame has no row.",
    },
    WindowRecord {
        id: WindowId::Last,
        name: "last",
        usage: &["last(x: T) -> T?"],
        summary: "The value of the last row of the frame",
        detail: "Null where the frame has no row.",
    },
];

impl WindowId {
    pub const ALL: &[Self] =
        &[Self::RowNumber, Self::Rank, Self::DenseRank, Self::Ntile, Self::Lag, Self::Lead, Self::First, Self::Last];

    #[must_use]
    pub const fn record(self) -> &'static WindowRecord {
        let [row_number, rank, dense_rank, ntile, lag, lead, first, last] = &RECORDS;
        match self {
            Self::RowNumber => row_number,
            Self::Rank => rank,
            Self::DenseRank => dense_rank,
            Self::Ntile => ntile,
            Self::Lag => lag,
            Self::Lead => lead,
            Self::First => first,
            Self::Last => last,
        }
    }

    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|id| id.record().name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_has_its_own_record() {
        for id in WindowId::ALL {
            assert_eq!(id.record().id, *id);
            assert_eq!(WindowId::by_name(id.record().name), Some(*id));
        }
    }
}
