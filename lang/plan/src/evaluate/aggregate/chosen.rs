//! Values that are taken for their place among the others: `first`, `last`, `mode`, `join_text`.
//!
//! Rows with equal keys are told apart by the value itself, so the order in which rows come decides nothing.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use wr_base::value::Value;

use crate::functions::{Fault, LONGEST_MADE, sort_order};

/// The order of two rows by their keys, then by their values.
fn order(descending: &[bool], left: (&[Value], &Value), right: (&[Value], &Value)) -> Ordering {
    let keys = left.0.iter().zip(right.0).zip(descending);
    let by_keys = keys.fold(Ordering::Equal, |order, ((left, right), descending)| {
        order.then_with(|| sort_order(left, right, *descending))
    });
    by_keys.then_with(|| sort_order(left.1, right.1, false))
}

/// The value of the row that comes first.
#[derive(Clone, Debug)]
pub(super) struct Chosen {
    descending: Vec<bool>,
    best: Option<(Vec<Value>, Value)>,
}

impl Chosen {
    pub(super) const fn new(descending: Vec<bool>) -> Self {
        Self { descending, best: None }
    }

    pub(super) fn add(&mut self, value: &Value, keys: &[Value]) {
        let is_better = self
            .best
            .as_ref()
            .is_none_or(|(known, best)| order(&self.descending, (keys, value), (known, best)).is_lt());
        if is_better {
            self.best = Some((keys.to_vec(), value.clone()));
        }
    }

    pub(super) fn value(&self) -> Value {
        self.best.as_ref().map_or(Value::Null, |(_, value)| value.clone())
    }
}

/// How often there is each value, by its canonical text: two values of one type are equal when these are.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally(BTreeMap<String, (u64, Value)>);

impl Tally {
    pub(super) fn add(&mut self, value: &Value) {
        self.0.entry(value.canonical()).or_insert_with(|| (0, value.clone())).0 += 1;
    }

    /// The most frequent value, of several the smallest.
    pub(super) fn mode(&self) -> Value {
        let better = |left: &&(u64, Value), right: &&(u64, Value)| {
            left.0.cmp(&right.0).then_with(|| sort_order(&right.1, &left.1, false))
        };
        self.0.values().max_by(better).map_or(Value::Null, |(_, value)| value.clone())
    }
}

/// Texts that become one.
#[derive(Clone, Debug)]
pub(super) struct Joined {
    separator: String,
    descending: Vec<bool>,
    rows: Vec<(Vec<Value>, Value)>,
    /// Where each text stands once.
    distinct: Option<BTreeSet<String>>,
}

impl Joined {
    pub(super) const fn new(separator: String, descending: Vec<bool>) -> Self {
        Self { separator, descending, rows: Vec::new(), distinct: None }
    }

    pub(super) const fn distinct(separator: String) -> Self {
        Self { separator, descending: Vec::new(), rows: Vec::new(), distinct: Some(BTreeSet::new()) }
    }

    pub(super) fn add(&mut self, value: &Value, keys: &[Value]) {
        match &mut self.distinct {
            Some(texts) => {
                texts.insert(value.canonical());
            }
            None => self.rows.push((keys.to_vec(), value.clone())),
        }
    }

    /// # Errors
    /// The text would be too long.
    pub(super) fn text(&mut self) -> Result<Value, Fault> {
        let descending = &self.descending;
        self.rows.sort_by(|(keys, value), (others, other)| order(descending, (keys, value), (others, other)));
        let mut text = String::new();
        let mut length = 0;
        let mut is_first = true;
        let rows = self.rows.iter().map(|(_, value)| value.canonical());
        for part in rows.chain(self.distinct.iter().flatten().cloned()) {
            let separator = if std::mem::take(&mut is_first) { "" } else { self.separator.as_str() };
            length += separator.chars().count() + part.chars().count();
            if length > LONGEST_MADE {
                return Err(Fault::overflow());
            }
            text.push_str(separator);
            text.push_str(&part);
        }
        Ok(if is_first { Value::Null } else { Value::Text(text) })
    }
}
