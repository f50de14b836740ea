//! Expressions and nodes as text: canonical `wr` where the language has words for it, names in the place of ids.
//!
//! Invariant: the text does not depend on ids, so a plan prints alike however it was made. Where two columns of one name
//! are in sight, the later one is `name#2`.

mod expr;
mod node;

use std::collections::{BTreeMap, BTreeSet};

use wr_base::ids::{Arena, ColumnId, FactId, NodeId, RelationId, TableId, ValueId};
use wr_base::name::is_plain_name;

use crate::declaration::{Fact, Table, ValueDeclaration};
use crate::logical::{PlanColumn, Relation};

pub(crate) use expr::value_words;
pub use node::split_counts;
pub(crate) use node::{node_line, occasion};

/// The names that a printer needs.
pub struct Words<'a> {
    pub tables: &'a Arena<TableId, Table>,
    pub values: &'a Arena<ValueId, ValueDeclaration>,
    pub relations: &'a Arena<RelationId, Relation>,
    pub facts: &'a Arena<FactId, Fact>,
    pub columns: BTreeMap<ColumnId, String>,
    /// Names of relations that the script gives none.
    pub unnamed: BTreeMap<RelationId, String>,
}

impl Words<'_> {
    pub fn column(&self, column: ColumnId) -> String {
        self.columns.get(&column).cloned().unwrap_or_else(|| "?".to_owned())
    }

    pub fn relation(&self, relation: RelationId) -> String {
        match self.relations.get(relation).and_then(|relation| relation.name.clone()) {
            Some(name) => name,
            None => self.unnamed.get(&relation).cloned().unwrap_or_else(|| "?".to_owned()),
        }
    }

    pub fn table(&self, table: TableId) -> String {
        self.tables.get(table).map_or_else(|| "?".to_owned(), Table::full_name)
    }

    /// Whether a table is the file of a parameter: its name says with what it is read.
    #[must_use]
    pub fn is_file(&self, table: TableId) -> bool {
        self.tables.get(table).is_some_and(|table| table.file.is_some())
    }

    /// Numbers the relations without a name in the order in which they are printed; two of one name, too.
    pub(crate) fn name_relations(&mut self, relations: &[RelationId]) {
        let unnamed = relations.iter().filter(|id| self.relations[**id].name.is_none());
        self.unnamed = unnamed.enumerate().map(|(at, id)| (*id, format!("(pipeline {})", at + 1))).collect();
    }
}

/// Names the columns of a tree: each by its name, numbered where that is taken by a column in sight.
///
/// `look` gives the columns and the inputs of a node.
pub(crate) fn name_columns<'a>(
    root: NodeId,
    look: &dyn Fn(NodeId) -> (&'a [PlanColumn], Vec<NodeId>),
    names: &mut BTreeMap<ColumnId, String>,
) {
    name_below(root, look, &BTreeSet::new(), names);
}

fn name_below<'a>(
    at: NodeId,
    look: &dyn Fn(NodeId) -> (&'a [PlanColumn], Vec<NodeId>),
    beside: &BTreeSet<String>,
    names: &mut BTreeMap<ColumnId, String>,
) {
    let (columns, inputs) = look(at);
    let mut taken = beside.clone();
    for input in inputs {
        name_below(input, look, &taken, names);
        taken.extend(look(input).0.iter().filter_map(|column| names.get(&column.id).cloned()));
    }
    // What a node makes may take a name that is gone above it.
    let kept = columns.iter().filter_map(|column| names.get(&column.id).cloned());
    let mut taken: BTreeSet<String> = beside.iter().cloned().chain(kept).collect();
    for column in columns {
        if names.contains_key(&column.id) {
            continue;
        }
        let plain = quoted(&column.name);
        let mut name = plain.clone();
        let mut number = 1;
        while taken.contains(&name) {
            number += 1;
            name = format!("{plain}#{number}");
        }
        taken.insert(name.clone());
        names.insert(column.id, name);
    }
}

/// A name as it can be written: in backticks where it has to be.
pub fn quoted(name: &str) -> String {
    const RESERVED: &str = "and or not in is if then else when null true false from filter select derive drop rename join \
        group aggregate sort take distinct union except intersect sample window fill pivot unpivot compare apply place";
    if is_plain_name(name) && !RESERVED.split_whitespace().any(|word| word == name) {
        name.to_owned()
    } else {
        format!("`{name}`")
    }
}
