//! Rows told apart by the values of some columns: each different key becomes a small number.
//!
//! Joins, groups and `distinct` all compare keys here, so that equal means the same in each of them: texts by their
//! bytes, numbers by what they are, whatever their storage.

use polars::prelude::PlHashMap;
use wr_base::value::Decimal;

use crate::cells::Cells;

/// What a null does in a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nulls {
    /// It is a value like any other, equal to itself: groups, `distinct`.
    AreEqual,
    /// It equals nothing: joins.
    MatchNothing,
}

/// The number of a row whose key has a null that matches nothing.
pub(super) const NO_KEY: u32 = u32::MAX;

/// The keys seen so far. Frames that are compared with one another share a table.
pub(super) struct KeyTable<'a> {
    nulls: Nulls,
    parts: Vec<Dictionary<'a>>,
    /// The key of the parts up to here with the next part, as one number.
    pairs: Vec<PlHashMap<(u32, u32), u32>>,
    /// Different keys seen.
    count: u32,
}

#[derive(Default)]
struct Dictionary<'a> {
    null: Option<u32>,
    numbers: PlHashMap<i128, u32>,
    decimals: PlHashMap<(i128, u8), u32>,
    texts: PlHashMap<&'a str, u32>,
    count: u32,
}

impl<'a> KeyTable<'a> {
    pub(super) fn new(width: usize, nulls: Nulls) -> Self {
        Self {
            nulls,
            parts: (0..width).map(|_| Dictionary::default()).collect(),
            pairs: (1..width).map(|_| PlHashMap::default()).collect(),
            count: u32::from(width == 0),
        }
    }

    /// Different keys seen: numbers are below it.
    pub(super) const fn count(&self) -> usize {
        self.count as usize
    }

    /// The number of each row's key. A key of no parts is the same in each of the `rows`.
    pub(super) fn numbers(&mut self, columns: &'a [Cells], rows: usize) -> Vec<u32> {
        let mut parts = self.parts.iter_mut().zip(columns);
        let Some((first, cells)) = parts.next() else { return vec![0; rows] };
        let mut numbers = first.numbers(cells, self.nulls);
        self.count = first.count;
        for ((part, cells), pairs) in parts.zip(&mut self.pairs) {
            for (number, second) in numbers.iter_mut().zip(part.numbers(cells, self.nulls)) {
                if *number == NO_KEY || second == NO_KEY {
                    *number = NO_KEY;
                } else {
                    let next = u32::try_from(pairs.len()).unwrap_or(NO_KEY);
                    *number = *pairs.entry((*number, second)).or_insert(next);
                }
            }
            self.count = u32::try_from(pairs.len()).unwrap_or(NO_KEY);
        }
        numbers
    }
}

impl<'a> Dictionary<'a> {
    fn numbers(&mut self, cells: &'a Cells, nulls: Nulls) -> Vec<u32> {
        if self.count == 0 {
            self.reserve(cells);
        }
        match cells {
            Cells::Int(cells) => self.number_each(cells.iter(), nulls),
            Cells::Decimal(cells, scale) => {
                let scale = *scale;
                let mut numbers = Vec::with_capacity(cells.len());
                for cell in cells.iter() {
                    numbers.push(match cell {
                        None => self.null(nulls),
                        Some(unscaled) => {
                            // Columns of different scales hold equal numbers.
                            let Decimal { unscaled, scale } = Decimal { unscaled, scale }.normalised();
                            number_of(&mut self.decimals, &mut self.count, (unscaled, scale))
                        }
                    });
                }
                numbers
            }
            Cells::Float(cells) => {
                // Zero has two forms; what is no number has many.
                let bits = |float: f64| {
                    if float == 0.0 {
                        0
                    } else if float.is_nan() {
                        f64::NAN.to_bits()
                    } else {
                        float.to_bits()
                    }
                };
                self.number_each(cells.iter().map(|cell| cell.map(|cell| i128::from(bits(cell)))), nulls)
            }
            Cells::Bool(cells) => self.number_each(cells.iter().map(|cell| cell.map(i128::from)), nulls),
            Cells::Date(cells) => self.number_each(cells.iter().map(|cell| cell.map(i128::from)), nulls),
            Cells::DateTime(cells) | Cells::Time(cells) => {
                self.number_each(cells.iter().map(|cell| cell.map(i128::from)), nulls)
            }
            Cells::Text(cells) | Cells::Uuid(cells) => {
                let mut numbers = Vec::with_capacity(cells.len());
                for cell in cells.iter() {
                    numbers.push(match cell {
                        None => self.null(nulls),
                        Some(text) => number_of(&mut self.texts, &mut self.count, text),
                    });
                }
                numbers
            }
            Cells::Null(rows) => {
                let number = if *rows == 0 { NO_KEY } else { self.null(nulls) };
                vec![number; *rows]
            }
        }
    }

    /// Room for as many keys as there are rows: growing step by step would move all keys again and again.
    fn reserve(&mut self, cells: &Cells) {
        match cells {
            Cells::Int(cells) => self.numbers.reserve(cells.len()),
            Cells::Text(cells) | Cells::Uuid(cells) => self.texts.reserve(cells.len()),
            Cells::Decimal(..)
            | Cells::Float(_)
            | Cells::Bool(_)
            | Cells::Date(_)
            | Cells::DateTime(_)
            | Cells::Time(_)
            | Cells::Null(_) => {}
        }
    }

    fn number_each(&mut self, cells: impl Iterator<Item = Option<i128>>, nulls: Nulls) -> Vec<u32> {
        cells
            .map(|cell| match cell {
                None => self.null(nulls),
                Some(number) => number_of(&mut self.numbers, &mut self.count, number),
            })
            .collect()
    }

    fn null(&mut self, nulls: Nulls) -> u32 {
        match nulls {
            Nulls::MatchNothing => NO_KEY,
            Nulls::AreEqual => *self.null.get_or_insert_with(|| {
                self.count += 1;
                self.count - 1
            }),
        }
    }
}

fn number_of<K: std::hash::Hash + Eq>(known: &mut PlHashMap<K, u32>, count: &mut u32, key: K) -> u32 {
    *known.entry(key).or_insert_with(|| {
        *count += 1;
        *count - 1
    })
}

/// The rows of each key, in their order: those of key `k` are `rows[starts[k]..starts[k + 1]]`.
pub(super) struct Groups {
    starts: Vec<usize>,
    rows: Vec<u32>,
}

impl Groups {
    /// Rows without a key are in no group.
    pub(super) fn new(numbers: &[u32], count: usize) -> Self {
        let mut starts = vec![0; count + 1];
        for number in numbers.iter().filter(|number| **number != NO_KEY) {
            if let Some(start) = starts.get_mut(*number as usize + 1) {
                *start += 1;
            }
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut rows = vec![0; starts.last().copied().unwrap_or(0)];
        for (row, number) in (0_u32..).zip(numbers) {
            if *number == NO_KEY {
                continue;
            }
            if let Some(next) = next.get_mut(*number as usize) {
                rows[*next] = row;
                *next += 1;
            }
        }
        Self { starts, rows }
    }

    pub(super) fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// The rows of a key; none for a key that has none.
    pub(super) fn rows(&self, number: u32) -> &[u32] {
        let at = number as usize;
        match (self.starts.get(at), self.starts.get(at.saturating_add(1))) {
            (Some(from), Some(to)) => self.rows.get(*from..*to).unwrap_or_default(),
            (None, _) | (_, None) => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cells::column_from_values;
    use wr_base::ty::DataType;
    use wr_base::value::Value;

    fn cells(ty: &DataType, values: &[Value]) -> Cells {
        Cells::new(&column_from_values("c".into(), ty, values.to_vec()).unwrap(), ty).unwrap()
    }

    #[test]
    fn equal_numbers_of_different_scales_are_one_key() {
        let decimal = |text: &str| Value::Decimal(Decimal::parse(text).unwrap());
        let two = [cells(&DataType::Decimal { precision: 9, scale: 2 }, &[decimal("1.50"), decimal("2")])];
        let four =
            [cells(&DataType::Decimal { precision: 9, scale: 4 }, &[decimal("2"), decimal("1.5"), decimal("1.5001")])];
        let mut table = KeyTable::new(1, Nulls::MatchNothing);
        assert_eq!(table.numbers(&two, 2), [0, 1]);
        assert_eq!(table.numbers(&four, 3), [1, 0, 2]);
    }

    #[test]
    fn a_null_is_a_group_of_its_own_and_matches_nothing() {
        let texts = [
            cells(&DataType::Text, &[Value::text(""), Value::Null, Value::text(""), Value::Null]),
            cells(&DataType::Int, &[Value::Int(1), Value::Int(1), Value::Int(1), Value::Int(1)]),
        ];
        let mut groups = KeyTable::new(2, Nulls::AreEqual);
        assert_eq!(groups.numbers(&texts, 4), [0, 1, 0, 1]);
        let mut joins = KeyTable::new(2, Nulls::MatchNothing);
        assert_eq!(joins.numbers(&texts, 4), [0, NO_KEY, 0, NO_KEY]);
    }

    #[test]
    fn groups_hold_their_rows_in_order() {
        let groups = Groups::new(&[1, 0, NO_KEY, 1, 1], 3);
        assert_eq!(
            (groups.rows(0), groups.rows(1), groups.rows(2), groups.rows(NO_KEY)),
            (&[1][..], &[0, 3, 4][..], &[][..], &[][..])
        );
    }
}
