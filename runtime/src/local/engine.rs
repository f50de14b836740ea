//! Stages in their order, nodes by need, and which failure is the run's.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use wr_base::diag::Code;
use wr_base::ids::{NodeId, RelationId, StepId};
use wr_base::value::Value;
use wr_plan::declaration::Fact;
use wr_plan::logical::NodeKind;
use wr_plan::physical::{PhysicalKind, PhysicalPlan, QueryId, SourceQuery, WholeId, print};

use super::batchwise::Chains;
use super::expression::Scene;
use super::failure::FirstFailure;
use super::fetch::{Asked, AskedAhead, Fetched, Reach, ask, ask_ahead};
use super::key::{KeyTable, Nulls};
use super::node::{Made, make};
use super::order_of_queries::{read_by, rounds};
use super::read_bound::ReadBound;
use super::waterfall::{Counted, in_order_of_script};
use super::{Computed, RunContext, StepRows};
use crate::cancel::Cancel;
use crate::error::RunError;
use crate::frame::Frame;
use crate::placed::kept;
use crate::progress::{Event, Progress};
use crate::sources::errors::{cancelled, internal};
use crate::sources::{Keys, Sources};

/// Computes these relations and the stages that they read.
///
/// # Errors
/// The first failure in the order of the script.
pub(super) async fn compute_stages(
    plan: &PhysicalPlan,
    wanted: &[RelationId],
    context: &RunContext,
    sources: &Sources,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Computed, RunError> {
    kept(plan)?;
    let Needed { relations, mut queries, readers } = Needed::of(plan, wanted);
    let chains = Chains::of(plan, &queries, &readers);
    let mut engine = Engine {
        plan,
        scene: Scene::new(context.setting),
        progress,
        cancel,
        fetched: BTreeMap::new(),
        wholes: BTreeMap::new(),
        apart: BTreeMap::new(),
        frames: BTreeMap::new(),
        shared: BTreeMap::new(),
        chains: &chains,
        readers,
        failure: FirstFailure::default(),
        counted: Counted::new(),
        waterfall: BTreeMap::new(),
        warnings: Vec::new(),
    };
    let bound = ReadBound::new(plan.report.max_rows_read, context.max_rows_read);
    let reach = Reach { plan, chains: &chains, setting: context.setting, bound: &bound, sources, progress, cancel };
    let is_ahead = |query: &&SourceQuery| {
        queries.contains(&query.id)
            && plan.wholes.iter().any(|whole| whole.rows == query.id && !whole.within.is_empty())
    };
    let ahead: Vec<_> = plan.queries.iter().filter(is_ahead).map(|query| ask_ahead(reach, query)).collect();
    for asked in join_all(ahead).await {
        engine.take_ahead(asked, &mut queries);
    }
    for round in rounds(plan, &queries) {
        let asked: Vec<(&SourceQuery, Vec<Keys>)> = plan
            .queries
            .iter()
            .filter(|query| round.contains(&query.id))
            .filter_map(|query| engine.keys(query))
            .collect();
        // Sources answer side by side.
        let answers = asked.into_iter().map(|(query, keys)| async move { (query, ask(reach, query, keys).await) });
        for (query, asked) in join_all(answers).await {
            engine.take(query, asked);
        }
    }
    for stage in plan.stages.iter().filter(|stage| relations.contains(&stage.relation)) {
        engine.stage(stage.relation);
    }
    engine.finish()
}

/// What has to be computed for some relations.
struct Needed {
    relations: BTreeSet<RelationId>,
    queries: BTreeSet<QueryId>,
    /// Nodes that more than one other reads, and how many do.
    readers: BTreeMap<NodeId, usize>,
}

impl Needed {
    fn of(plan: &PhysicalPlan, wanted: &[RelationId]) -> Self {
        let mut needed = Self { relations: BTreeSet::new(), queries: BTreeSet::new(), readers: BTreeMap::new() };
        for relation in wanted {
            needed.relation(plan, *relation);
        }
        needed.readers.retain(|_, readers| *readers > 1);
        needed
    }

    fn relation(&mut self, plan: &PhysicalPlan, relation: RelationId) {
        if self.relations.insert(relation)
            && let Some(stage) = plan.stages.iter().find(|stage| stage.relation == relation)
        {
            self.node(plan, stage.root);
        }
    }

    fn node(&mut self, plan: &PhysicalPlan, node: NodeId) {
        let readers = self.readers.entry(node).or_insert(0);
        *readers += 1;
        if *readers > 1 {
            return;
        }
        match &plan.nodes[node].kind {
            PhysicalKind::Fetch(query) => {
                self.queries.insert(*query);
                let query = plan.queries.iter().find(|other| other.id == *query);
                query.into_iter().flat_map(|query| &query.keys).for_each(|keys| self.node(plan, keys.node));
            }
            PhysicalKind::Local(NodeKind::Read { relation, .. }) => self.relation(plan, *relation),
            PhysicalKind::Local(kind) => kind.inputs().into_iter().for_each(|input| self.node(plan, input)),
            PhysicalKind::Choose { otherwise, .. } => self.node(plan, *otherwise),
        }
    }
}

struct Engine<'a> {
    plan: &'a PhysicalPlan,
    scene: Scene,
    progress: &'a dyn Progress,
    cancel: &'a Cancel,
    fetched: BTreeMap<QueryId, Fetched>,
    /// The rows of nodes that a server did at once.
    wholes: BTreeMap<WholeId, Fetched>,
    /// Why others are computed here.
    apart: BTreeMap<WholeId, String>,
    /// Of the stages so far; `None`: its rows cannot be had.
    frames: BTreeMap<RelationId, Option<Frame>>,
    /// Of nodes with more than one reader.
    shared: BTreeMap<NodeId, Option<Frame>>,
    chains: &'a Chains,
    readers: BTreeMap<NodeId, usize>,
    failure: FirstFailure,
    counted: Counted,
    waterfall: BTreeMap<StepId, StepRows>,
    warnings: Vec<crate::sources::Warning>,
}

impl Engine<'_> {
    /// What a query is asked with; `None` where its failure could not be the first one any more.
    fn keys<'q>(&mut self, query: &'q SourceQuery) -> Option<(&'q SourceQuery, Vec<Keys>)> {
        let mut found = Vec::new();
        for keys in &query.keys {
            let (mut queries, mut relations) = (BTreeSet::new(), BTreeSet::new());
            read_by(self.plan, keys.node, &mut queries, &mut relations);
            let plan = self.plan;
            let stages = plan.stages.iter().filter(|stage| relations.contains(&stage.relation));
            stages.for_each(|stage| self.stage(stage.relation));
            // Where the rows cannot be had, the join cannot either; but the query may fail at an earlier step.
            let Some(frame) = self.node(keys.node) else { continue };
            let distinct = frame.column(keys.column).map(|column| column.drop_nulls().unique());
            if let Some(values) = self.checked(keys.step, distinct.transpose().map_err(Into::into)).flatten() {
                found.push(Keys { declared: keys.declared, values });
            }
        }
        let is_alone = query.keys.is_empty();
        (is_alone || self.failure.could_be_before(query.step)).then_some((query, found))
    }

    fn take(&mut self, query: &SourceQuery, asked: Asked) {
        match asked {
            Asked::Rows(answer) => self.take_rows(query, answer),
            Asked::Apart(whole, why, answer) => {
                self.apart.insert(whole, why);
                self.take_rows(query, answer);
            }
            Asked::Whole(whole, answer) => {
                if let Some(fetched) = self.had(query, answer) {
                    self.wholes.insert(whole, fetched);
                }
            }
        }
    }

    /// What is done is not asked for any more.
    fn take_ahead(&mut self, asked: AskedAhead<'_>, needed: &mut BTreeSet<QueryId>) {
        self.apart.extend(asked.declined);
        let Some((whole, answer)) = asked.done else { return };
        needed.remove(&whole.rows);
        for within in &whole.within {
            needed.remove(&within.others);
        }
        if let Some(fetched) = self.had(asked.query, answer) {
            self.wholes.insert(whole.id, fetched);
        }
    }

    fn take_rows(&mut self, query: &SourceQuery, answer: Result<Fetched, RunError>) {
        if let Some(fetched) = self.had(query, answer) {
            self.fetched.insert(query.id, fetched);
        }
    }

    fn had(&mut self, query: &SourceQuery, answer: Result<Fetched, RunError>) -> Option<Fetched> {
        match answer {
            Ok(mut fetched) => {
                self.warnings.append(&mut fetched.warnings);
                return Some(fetched);
            }
            // Who stopped the run did so at no step.
            Err(error) if error.code == Code::Cancelled => self.failure.see(error),
            Err(error) => self.failure.see(RunError { step: error.step.or(Some(query.step)), ..error }),
        }
        None
    }

    /// Computes a stage, once.
    fn stage(&mut self, relation: RelationId) {
        let stage = self.plan.stages.iter().find(|stage| stage.relation == relation);
        if let Some(stage) = stage.filter(|_| !self.frames.contains_key(&relation)) {
            let frame = self.node(stage.root);
            self.frames.insert(relation, frame);
        }
    }

    /// The rows of a node; `None` when they cannot be had, or are not needed any more to find the first failure.
    fn node(&mut self, id: NodeId) -> Option<Frame> {
        if let Some(frame) = self.shared.get(&id) {
            return frame.clone();
        }
        let frame = self.compute(id);
        if self.readers.contains_key(&id) {
            self.shared.insert(id, frame.clone());
        }
        frame
    }

    fn compute(&mut self, id: NodeId) -> Option<Frame> {
        let plan = self.plan;
        let node = &plan.nodes[id];
        match &node.kind {
            PhysicalKind::Fetch(query) => self.batches(*query),
            PhysicalKind::Local(_) if let Some(query) = self.chains.below(id) => self.batches(query),
            PhysicalKind::Local(kind) => {
                let inputs: Vec<Option<Frame>> = if let NodeKind::Read { relation, .. } = kind {
                    vec![self.frames.get(relation).cloned().flatten()]
                } else {
                    kind.inputs().into_iter().map(|input| self.node(input)).collect()
                };
                let inputs = inputs.into_iter().collect::<Option<Vec<_>>>()?;
                if self.cancel.is_cancelled() {
                    self.failure.see(cancelled());
                }
                if !self.failure.could_be_before(node.step) {
                    return None;
                }
                let made = make(kind, &inputs, &node.columns, &self.scene);
                let Made { frame, unmatched, note } = self.checked(node.step, made)?;
                self.count(id, node.step, Some(frame.rows() as u64), unmatched, note);
                Some(frame)
            }
            PhysicalKind::Choose { whole, otherwise } => {
                let Some(fetched) = self.wholes.remove(whole) else {
                    let frame = self.node(*otherwise)?;
                    if let Some(why) = self.apart.get(whole) {
                        self.note(node.step, format!("computed here: {why}"));
                    }
                    return Some(frame);
                };
                self.not_counted(*otherwise);
                let whole = plan.whole(*whole)?;
                let note = format!("done by {}", plan.tables[plan.query(whole.rows)?.table].full_name());
                let made = if whole.items.is_empty() {
                    fetched.frame.with_columns(&node.columns).map_err(Into::into)
                } else {
                    let items = NodeKind::Project { input: *otherwise, items: whole.items.clone() };
                    make(&items, &[fetched.frame], &node.columns, &self.scene).map(|made| made.frame)
                };
                let frame = self.checked(node.step, made)?;
                self.count(id, node.step, Some(frame.rows() as u64), None, Some(note));
                Some(frame)
            }
        }
    }

    /// What is left of a query's batches, and what was counted as they arrived.
    fn batches(&mut self, query: QueryId) -> Option<Frame> {
        let plan = self.plan;
        let mut fetched = self.fetched.remove(&query)?;
        let (fetch, fetch_node) =
            plan.nodes.iter().find(|(_, node)| matches!(&node.kind, PhysicalKind::Fetch(other) if *other == query))?;
        let query = plan.query(query)?;
        let steps = std::iter::once(query.step).chain(query.filters.iter().map(|filter| filter.step));
        for (step, rows) in steps.zip(&fetched.rows_after) {
            self.count(fetch, step, *rows, None, None);
        }
        // People look for it at the join whose other side has the keys.
        if let (Some(note), Some(keys)) = (fetched.note.take(), query.keys.first()) {
            // A part of the join ran here: what was counted is not the rows after the steps before it.
            self.counted.entry(fetch).or_default().push(None);
            self.note(keys.step, note);
        }
        let mut top = fetch_node;
        for (node, rows) in self.chains.above(query.id).iter().zip(&fetched.rows_above) {
            top = &plan.nodes[*node];
            self.count(*node, top.step, Some(*rows), None, None);
        }
        self.checked(top.step, fetched.frame.with_columns(&top.columns).map_err(Into::into))
    }

    /// The steps of nodes that a server did: nobody says how many rows there were between them.
    fn not_counted(&mut self, at: NodeId) {
        let plan = self.plan;
        let node = &plan.nodes[at];
        self.entry(node.step);
        if let PhysicalKind::Fetch(query) = &node.kind {
            let query = plan.query(*query);
            query.into_iter().flat_map(|query| &query.filters).for_each(|filter| {
                self.entry(filter.step);
            });
        }
        print::inputs(&node.kind).into_iter().for_each(|input| self.not_counted(input));
    }

    fn checked<T>(&mut self, step: StepId, result: Result<T, super::Fault>) -> Option<T> {
        result.map_err(|fault| self.failure.see(fault.at(step))).ok()
    }

    /// Of several nodes of a step the last one has the step's rows; what only one of them knows stays.
    fn count(&mut self, node: NodeId, step: StepId, rows: Option<u64>, unmatched: Option<u64>, note: Option<String>) {
        self.counted.entry(node).or_default().push(rows);
        let entry = self.entry(step);
        entry.rows = rows;
        entry.unmatched = unmatched.or(entry.unmatched);
        if let Some(note) = note {
            self.note(step, note);
        }
        if let Some(rows) = rows {
            self.progress.tell(Event::StepFinished { step, rows });
        }
    }

    fn entry(&mut self, step: StepId) -> &mut StepRows {
        self.waterfall.entry(step).or_insert_with(|| StepRows { step, rows: None, unmatched: None, note: None })
    }

    /// Adds to what was decided at a step.
    fn note(&mut self, step: StepId, words: String) {
        let entry = self.entry(step);
        entry.note = Some(match entry.note.take() {
            Some(before) if before != words => format!("{before}; {words}"),
            Some(_) | None => words,
        });
    }

    fn finish(mut self) -> Result<Computed, RunError> {
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        in_order_of_script(self.plan, &self.counted, &mut self.waterfall);
        Ok(Computed {
            frames: self.frames.into_iter().filter_map(|(relation, frame)| Some((relation, frame?))).collect(),
            facts: BTreeMap::new(),
            waterfall: self.waterfall.into_values().collect(),
            warnings: self.warnings,
        })
    }
}

/// The value of a fact; `None` where its relation was not computed.
///
/// # Errors
/// A column that is not there: a mistake of ours.
pub(super) fn fact(fact: &Fact, frames: &BTreeMap<RelationId, Frame>) -> Result<Option<Value>, RunError> {
    let relation = match fact {
        Fact::Rows { relation } | Fact::Unique { relation, .. } | Fact::Scalar { relation, .. } => relation,
        // Rows alone do not tell it: the run looks it up.
        Fact::Change { .. } => return Ok(None),
    };
    let Some(frame) = frames.get(relation) else { return Ok(None) };
    let value = match fact {
        Fact::Rows { .. } => Value::Int(frame.rows() as i128),
        Fact::Unique { columns, .. } => {
            let cells = columns.iter().map(|column| frame.cells(*column)).collect::<Result<Vec<_>, _>>();
            let cells = cells.map_err(|fault| internal(None, fault))?;
            let mut table = KeyTable::new(cells.len(), Nulls::AreEqual);
            table.numbers(&cells, frame.rows());
            Value::Bool(frame.rows() == 0 || table.count() == frame.rows())
        }
        Fact::Scalar { .. } if frame.rows() == 0 => Value::Null,
        Fact::Scalar { column, .. } if frame.rows() == 1 => {
            frame.cell(0, *column).map_err(|fault| internal(None, fault))?
        }
        Fact::Change { .. } => return Ok(None),
        Fact::Scalar { .. } => return Err(internal(None, "a value was taken of a relation with more than one row")),
    };
    Ok(Some(value))
}
