//! The door (B6): before anything is published, each file that has the key of a split is compared with the keys of its
//! held branches. The checker follows rows; this follows values, and so also finds what a mistake of ours let through.
//!
//! A column has the key when its values come from the key's, or from the same column of a table, unchanged; or when both are
//! declared to identify the same kind of thing (`entity user`). Keys are compared by canonical text, so that an id that is a
//! number here and a text there is found. Not promised: keys that an expression changed.
//!
//! A `reveal` lets through the keys that stand in the revealed relation, into the files that are made from it, and no others.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use wr_base::ids::{ColumnId, RelationId, TableId};
use wr_plan::declaration::{Export, Reveal};
use wr_plan::expr::{Expr, ExprKind};
use wr_plan::logical::{Item, NodeKind, SplitOf};
use wr_plan::physical::{PhysicalKind, PhysicalPlan};

use super::errors;
use crate::cells::Cells;
use crate::error::RunError;
use crate::local::Computed;

/// Where the values of a column come from, unchanged.
#[derive(Default)]
struct Lineage {
    parents: BTreeMap<ColumnId, BTreeSet<ColumnId>>,
    declared: BTreeMap<ColumnId, (TableId, u32)>,
}

/// A column's ancestors, itself included, and the columns of tables among them.
#[derive(Default)]
struct Origins {
    columns: BTreeSet<ColumnId>,
    declared: BTreeSet<(TableId, u32)>,
    entities: BTreeSet<String>,
}

impl Origins {
    fn meet(&self, other: &Self) -> bool {
        !self.columns.is_disjoint(&other.columns)
            || !self.declared.is_disjoint(&other.declared)
            || !self.entities.is_disjoint(&other.entities)
    }
}

impl Lineage {
    fn of(plan: &PhysicalPlan) -> Self {
        let mut lineage = Self::default();
        for (_, node) in plan.nodes.iter() {
            match &node.kind {
                PhysicalKind::Fetch(id) => {
                    for query in plan.queries.iter().filter(|query| query.id == *id) {
                        for (column, index) in &query.columns {
                            lineage.declared.insert(*column, (query.table, *index));
                        }
                    }
                }
                PhysicalKind::Local(kind) => lineage.add(kind),
                PhysicalKind::Choose { .. } => {}
            }
        }
        lineage
    }

    fn parent(&mut self, column: ColumnId, parent: ColumnId) {
        if column != parent {
            self.parents.entry(column).or_default().insert(parent);
        }
    }

    fn items(&mut self, items: &[Item]) {
        for item in items {
            if let Expr { kind: ExprKind::Column(column), .. } = item.expr {
                self.parent(item.column, column);
            }
        }
    }

    fn add(&mut self, kind: &NodeKind) {
        match kind {
            NodeKind::Scan(scan) => {
                for (column, index) in &scan.columns {
                    self.declared.insert(*column, (scan.table, *index));
                }
            }
            NodeKind::Read { columns, .. } => {
                for (fresh, theirs) in columns {
                    self.parent(*fresh, *theirs);
                }
            }
            NodeKind::Project { items, .. } => self.items(items),
            NodeKind::Aggregate { keys, .. } => self.items(keys),
            NodeKind::Join(join) => {
                for merged in &join.merged {
                    self.parent(merged.column, merged.left);
                    self.parent(merged.column, merged.right);
                }
            }
            NodeKind::Unpivot(unpivot) => {
                for column in unpivot.columns.iter().flat_map(|(_, value)| value.columns()) {
                    self.parent(unpivot.value, column);
                }
            }
            // A key may come out of a row before or after.
            NodeKind::Window(window) => {
                for call in &window.calls {
                    for column in call.function.exprs().into_iter().flat_map(|expr| expr.columns()) {
                        self.parent(call.column, column);
                    }
                }
            }
            NodeKind::SetOperation(set) => {
                for column in &set.columns {
                    self.parent(column.column, column.left);
                    self.parent(column.column, column.right);
                }
            }
            NodeKind::Filter { .. }
            | NodeKind::Sort { .. }
            | NodeKind::Take { .. }
            | NodeKind::Distinct { .. }
            | NodeKind::Sample { .. }
            | NodeKind::Split { .. } => {}
        }
    }

    fn origins(&self, plan: &PhysicalPlan, column: ColumnId) -> Origins {
        let mut origins = Origins::default();
        let mut open = vec![column];
        while let Some(column) = open.pop() {
            if !origins.columns.insert(column) {
                continue;
            }
            if let Some((table, index)) = self.declared.get(&column) {
                origins.declared.insert((*table, *index));
                let declared = plan.tables.get(*table).and_then(|table| table.columns.get(*index as usize));
                origins.entities.extend(declared.and_then(|column| column.marks.entity.clone()));
            }
            open.extend(self.parents.get(&column).into_iter().flatten());
        }
        origins
    }
}

/// The splits that hold somebody: the relation with the branches, and the names of the held ones.
fn held_splits(plan: &PhysicalPlan) -> Vec<(RelationId, &SplitOf, BTreeSet<&str>)> {
    let mut splits = Vec::new();
    for (id, relation) in plan.relations.iter() {
        let Some(split) = relation.split.as_ref().filter(|split| split.relation == id) else { continue };
        let held: BTreeSet<&str> = plan
            .nodes
            .iter()
            .filter_map(|(_, node)| match &node.kind {
                PhysicalKind::Local(NodeKind::Split { branches, branch, .. }) if *branch == split.branch => {
                    Some(branches)
                }
                PhysicalKind::Local(_) | PhysicalKind::Fetch(_) | PhysicalKind::Choose { .. } => None,
            })
            .flatten()
            .filter(|branch| branch.is_held)
            .map(|branch| branch.name.as_str())
            .collect();
        if !held.is_empty() {
            splits.push((id, split, held));
        }
    }
    splits
}

/// Fails when a file would hold a held key. `name_of` gives the file's name.
pub(super) fn check(
    plan: &PhysicalPlan,
    computed: &Computed,
    name_of: &dyn Fn(&Export) -> String,
) -> Result<(), RunError> {
    let splits = held_splits(plan);
    if splits.is_empty() {
        return Ok(());
    }
    let lineage = Lineage::of(plan);
    for (id, split, held) in splits {
        let key: Vec<Origins> = split.key.iter().map(|column| lineage.origins(plan, *column)).collect();
        let mut held_keys: Option<Keys> = None;
        for export in &plan.exports {
            for sheet in &export.sheets {
                let columns = sheet.columns.iter().map(|output| (output.column, output.marks.entity.clone()));
                let candidates = candidates(plan, &lineage, &key, columns);
                if candidates.iter().any(Vec::is_empty) {
                    continue;
                }
                let held = match &mut held_keys {
                    Some(keys) => keys,
                    none => none.insert(keys_of(computed, id, split, &held)?),
                };
                let mut found = keys_in(computed, sheet.relation, &candidates, |key| held.contains(key))?;
                for reveal in plan.reveals.iter().filter(|reveal| reveal.sheets.contains(&sheet.step)) {
                    let free = revealed(plan, &lineage, &key, computed, reveal)?;
                    found.retain(|key| !free.contains(key));
                }
                let hits = found.len();
                if hits > 0 {
                    let relation = plan.relations.get(id).and_then(|relation| relation.name.clone());
                    let split =
                        relation.map_or_else(|| "the split".to_owned(), |name| format!("the split of `{name}`"));
                    return Err(errors::held_rows(sheet.step, &name_of(export), hits, &split));
                }
            }
        }
    }
    Ok(())
}

/// Keys of rows, part by part, in their canonical texts.
type Keys = HashSet<Vec<String>>;

/// For each part of the key the columns that may hold it, of columns with the entities that they are declared to identify.
fn candidates(
    plan: &PhysicalPlan,
    lineage: &Lineage,
    key: &[Origins],
    columns: impl Iterator<Item = (ColumnId, Option<String>)>,
) -> Vec<Vec<ColumnId>> {
    let columns: Vec<(ColumnId, Origins)> = columns
        .map(|(column, entity)| {
            let mut origins = lineage.origins(plan, column);
            origins.entities.extend(entity);
            (column, origins)
        })
        .collect();
    key.iter()
        .map(|part| columns.iter().filter(|(_, origins)| origins.meet(part)).map(|(column, _)| *column).collect())
        .collect()
}

/// The keys that a revealed relation has.
fn revealed(
    plan: &PhysicalPlan,
    lineage: &Lineage,
    key: &[Origins],
    computed: &Computed,
    reveal: &Reveal,
) -> Result<Keys, RunError> {
    let columns = reveal.keys.iter().map(|column| (*column, None));
    let candidates = candidates(plan, lineage, key, columns);
    if candidates.iter().any(Vec::is_empty) {
        return Ok(Keys::new());
    }
    keys_in(computed, reveal.relation, &candidates, |_| true)
}

fn cells(computed: &Computed, relation: RelationId, column: ColumnId) -> Result<Cells, RunError> {
    let frame = computed
        .frames
        .get(&relation)
        .ok_or_else(|| errors::internal(None, &format!("the rows of {relation:?} were not kept for the door")))?;
    frame.cells(column).map_err(|fault| errors::internal(None, &fault.to_string()))
}

fn keys_of(computed: &Computed, id: RelationId, split: &SplitOf, held: &BTreeSet<&str>) -> Result<Keys, RunError> {
    let branch = cells(computed, id, split.branch)?;
    let key = split.key.iter().map(|column| cells(computed, id, *column)).collect::<Result<Vec<_>, _>>()?;
    let is_held = |row: &usize| held.contains(branch.get(*row).canonical().as_str());
    Ok((0..branch.len())
        .filter(is_held)
        .map(|row| key.iter().map(|part| part.get(row).canonical()).collect())
        .collect())
}

/// The wanted ones among the keys that a relation has, whichever of its columns they stand in.
fn keys_in(
    computed: &Computed,
    relation: RelationId,
    candidates: &[Vec<ColumnId>],
    is_wanted: impl Fn(&Vec<String>) -> bool,
) -> Result<Keys, RunError> {
    let mut ways: Vec<Vec<Cells>> = vec![Vec::new()];
    for part in candidates {
        let part = part.iter().map(|column| cells(computed, relation, *column)).collect::<Result<Vec<_>, _>>()?;
        ways =
            ways.iter().flat_map(|way| part.iter().map(|cells| way.iter().chain([cells]).cloned().collect())).collect();
    }
    let mut found = Keys::new();
    for way in &ways {
        for row in 0..way.first().map_or(0, Cells::len) {
            // A part of a key is never null; a null's empty text must not be taken for one.
            let parts: Vec<_> = way.iter().map(|cells| cells.get(row)).collect();
            let key: Vec<String> = parts.iter().map(wr_base::value::Value::canonical).collect();
            if !parts.iter().any(wr_base::value::Value::is_null) && is_wanted(&key) {
                found.insert(key);
            }
        }
    }
    Ok(found)
}
