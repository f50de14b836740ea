//! What the engine counted → the rows after each step, as if the steps had run in the order of the script.
//!
//! The optimiser lets filters pass one another and other steps, and sources take over those that they can. The rows of
//! what ran for a step are then not the rows after that step. They are told where they are: a step has a number when
//! what had run by then is the step and those before it. A step that keeps every row has that of the step before it.

use std::collections::BTreeMap;

use wr_base::ids::{NodeId, RelationId, StepId};
use wr_plan::logical::NodeKind;
use wr_plan::physical::{PhysicalKind, PhysicalPlan};

use super::StepRows;

const ELSEWHERE: &str = "counted together with a later step";

/// Rows by node, in the order in which they were counted: a fetch has one number for each filter of its query as well,
/// where its source counted there, and one more where keys of a join were sent ahead.
pub(super) type Counted = BTreeMap<NodeId, Vec<Option<u64>>>;

/// A step where it ran. What ran for it and below it are the points from `first` on.
struct Point {
    step: StepId,
    relation: Option<RelationId>,
    first: usize,
    rows: Option<u64>,
    keeps_rows: bool,
}

/// Puts numbers in the place of those that are not the rows after the step.
pub(super) fn in_order_of_script(plan: &PhysicalPlan, counted: &Counted, waterfall: &mut BTreeMap<StepId, StepRows>) {
    for stage in &plan.stages {
        let mut points = Vec::new();
        add_points(plan, counted, stage.root, &mut points);
        let mut steps: Vec<(Option<RelationId>, StepId)> =
            points.iter().map(|point| (point.relation, point.step)).collect();
        steps.sort_unstable();
        steps.dedup();
        let mut before: Option<(Option<RelationId>, Option<u64>)> = None;
        for (relation, step) in steps {
            let mut rows = rows_after(&points, relation, step);
            let keeps_rows = points.iter().any(|point| point.step == step && point.keeps_rows);
            if let (None, true, Some((of, known))) = (rows, keeps_rows, before)
                && of == relation
            {
                rows = known;
            }
            before = Some((relation, rows));
            let Some(entry) = waterfall.get_mut(&step) else { continue };
            entry.rows = rows;
            if rows.is_none() && entry.note.is_none() {
                entry.note = Some(ELSEWHERE.to_owned());
            }
        }
    }
}

fn add_points(plan: &PhysicalPlan, counted: &Counted, at: NodeId, points: &mut Vec<Point>) {
    let node = &plan.nodes[at];
    let first = points.len();
    match &node.kind {
        PhysicalKind::Local(kind) => {
            if !matches!(kind, NodeKind::Read { .. }) {
                kind.inputs().into_iter().for_each(|input| add_points(plan, counted, input, points));
            }
        }
        PhysicalKind::Choose { otherwise, .. } => {
            add_points(plan, counted, *otherwise, points);
            // Where the server did not do it, the nodes have told all.
            if !counted.contains_key(&at) {
                return;
            }
        }
        PhysicalKind::Fetch(_) => {}
    }
    let rows = counted.get(&at);
    let counted_at = |place: usize| rows.and_then(|rows| rows.get(place).copied().flatten());
    let steps: Vec<(StepId, Option<u64>)> = match &node.kind {
        PhysicalKind::Fetch(query) => {
            let query = plan.queries.iter().find(|other| other.id == *query);
            let filters = query.into_iter().flat_map(|query| query.filters.iter().map(|filter| filter.step));
            let own: Vec<StepId> = query.map(|query| query.step).into_iter().chain(filters).collect();
            let has_keys = rows.is_some_and(|rows| rows.len() > own.len());
            let join = query.and_then(|query| query.keys.first()).filter(|_| has_keys).map(|keys| keys.step);
            let own = own.into_iter().enumerate().map(|(place, step)| (step, counted_at(place)));
            // Before the filters: each of them saw only the rows with a key.
            join.map(|step| (step, None)).into_iter().chain(own).collect()
        }
        PhysicalKind::Local(_) | PhysicalKind::Choose { .. } => vec![(node.step, counted_at(0))],
    };
    let keeps_rows =
        matches!(&node.kind, PhysicalKind::Local(NodeKind::Project { .. } | NodeKind::Sort { condition: None, .. }));
    for (step, rows) in steps {
        let relation = plan.steps.get(step).and_then(|info| info.relation);
        points.push(Point { step, relation, first, rows, keeps_rows });
    }
}

/// The rows where the last of the steps up to this one ran, unless other steps had run there as well: later ones of the
/// same pipeline, or some of another pipeline that goes on elsewhere.
fn rows_after(points: &[Point], relation: Option<RelationId>, step: StepId) -> Option<u64> {
    let last = points.iter().rposition(|point| point.relation == relation && point.step <= step)?;
    let below = points[last].first..=last;
    let goes_on = |of: Option<RelationId>| {
        points.iter().enumerate().any(|(at, point)| point.relation == of && !below.contains(&at))
    };
    let has_more = points[below.clone()].iter().any(|point| match point.relation {
        of if of == relation => point.step > step,
        of => goes_on(of),
    });
    points[last].rows.filter(|_| !has_more)
}
