//! Filters that stand right above a scan are offered to its source; the rest of each tree is computed here.

use std::collections::BTreeMap;

use wr_base::ids::{Arena, ColumnId, NodeId, RelationId, StepId};

use super::ship_keys::{Shipment, Side, shipment};
use super::{Drivers, capabilities};
use crate::logical::{Join, LogicalPlan, NodeKind, Scan, visit};
use crate::physical::{
    KeysFrom, PhysicalKind, PhysicalNode, PhysicalPlan, PushedFilter, QueryId, Reason, SourceQuery, Stage, Support,
};
use crate::rules::{OptimisedPlan, Rule, obstacle_words, prune};
use crate::sql::{self, Dialect};

pub(super) fn decide(optimised: &OptimisedPlan, drivers: &Drivers) -> PhysicalPlan {
    let mut plan = optimised.plan().clone();
    let live = visit::live(&plan, optimised.wanted().keys().copied());
    let mut offers = Offers { drivers, pushed: BTreeMap::new(), reasons: Vec::new() };
    for relation in &live {
        let root = plan.relations[*relation].root;
        let root = offers.offer(&mut plan, root);
        plan.relations[*relation].root = root;
    }
    // A column that only a source's filter reads need not come.
    if optimised.rules().has(Rule::PruneColumns) {
        prune(&mut plan, optimised.wanted());
    }
    let Offers { pushed, mut reasons, .. } = offers;
    reasons.sort_by_key(|reason| reason.step);
    let mut placed =
        Placed { plan: &plan, drivers, pushed, keys: BTreeMap::new(), queries: Vec::new(), nodes: Arena::new() };
    let stages = live
        .iter()
        .map(|relation| {
            let root = placed.node(plan.relations[*relation].root);
            Stage { relation: *relation, root, is_spooled: is_spooled(&plan, optimised, &live, *relation) }
        })
        .collect();
    let Placed { queries, nodes, .. } = placed;
    PhysicalPlan {
        report: plan.report,
        tables: plan.tables,
        values: plan.values,
        queries,
        nodes,
        stages,
        relations: plan.relations,
        facts: plan.facts,
        expectations: plan.expectations,
        records: plan.records,
        exports: plan.exports,
        reveals: plan.reveals,
        steps: plan.steps,
        not_taken: optimised.not_taken().to_vec(),
        reasons,
        drivers: drivers.clone(),
    }
}

/// A6: computed once and kept when an effect takes the rows, or more than one reader, or a split is made of them.
fn is_spooled(plan: &LogicalPlan, optimised: &OptimisedPlan, live: &[RelationId], relation: RelationId) -> bool {
    let is_split =
        |relation: RelationId| matches!(plan.nodes[plan.relations[relation].root].kind, NodeKind::Split { .. });
    let mut readers = usize::from(optimised.wanted().contains_key(&relation));
    for reader in live {
        for node in visit::tree(plan, plan.relations[*reader].root) {
            if matches!(plan.nodes[node].kind, NodeKind::Read { relation: read, .. } if read == relation) {
                readers += if is_split(*reader) { 2 } else { 1 };
            }
        }
    }
    readers > 1 || optimised.wanted().contains_key(&relation) || is_split(relation)
}

/// What a source takes over of the steps above its scan.
struct Pushed {
    /// The scan's columns before those were dropped that only the filters read.
    columns: Vec<(ColumnId, u32)>,
    filters: Vec<PushedFilter>,
}

/// What sources take over.
struct Offers<'a> {
    drivers: &'a Drivers,
    /// By the node of the scan.
    pushed: BTreeMap<NodeId, Pushed>,
    reasons: Vec<Reason>,
}

impl Offers<'_> {
    /// Offers the filters of a tree to the sources below them; gives the tree without those that were taken over.
    fn offer(&mut self, plan: &mut LogicalPlan, at: NodeId) -> NodeId {
        let mut node = plan.nodes[at].clone();
        for input in node.kind.inputs_mut() {
            *input = self.offer(plan, *input);
        }
        plan.nodes[at] = node;
        let node = &plan.nodes[at];
        let NodeKind::Filter { input, predicate, condition: None } = &node.kind else { return at };
        let (input, step) = (*input, node.step);
        let below = &plan.nodes[input];
        let Some(scan) = scan_below(plan, input) else {
            let word = plan.steps.get(below.step).map_or("", |step| step.word.as_str());
            if let Some(why) = obstacle_words(plan, below, predicate) {
                self.reasons.push(Reason { step, text: format!("computed here, after `{word}`: {why}") });
            }
            return at;
        };
        let NodeKind::Scan(scanned) = &plan.nodes[scan].kind else { return at };
        let table = &plan.tables[scanned.table];
        let engine = self.drivers.engine(&table.connection, table.engine);
        let mut answer = capabilities::filter(engine, predicate);
        if answer.support != Support::No
            && let Some(dialect) = Dialect::of(engine)
            && let Err(why) = sql::can_write(dialect, table, &scanned.columns, predicate, plan.report.zone)
        {
            answer = capabilities::Answer::no(why);
        }
        let source = format!("{}.{}", table.connection, table.name);
        let text = match answer.support {
            Support::Exact => format!("done by {source} as it is read"),
            Support::Wider => format!("done roughly by {source}, and again here: {}", answer.why),
            Support::No => format!("computed here, not by {source}: {}", answer.why),
        };
        self.reasons.push(Reason { step, text });
        if answer.support == Support::No {
            return at;
        }
        let filter = PushedFilter { step, predicate: predicate.clone(), support: answer.support };
        let columns = scanned.columns.clone();
        self.pushed.entry(scan).or_insert_with(|| Pushed { columns, filters: Vec::new() }).filters.push(filter);
        if answer.support == Support::Exact { input } else { at }
    }
}

/// The scan under a chain of filters that cannot fail: a filter on it sees the scan's rows, fewer of them at most.
fn scan_below(plan: &LogicalPlan, at: NodeId) -> Option<NodeId> {
    match &plan.nodes[at].kind {
        NodeKind::Scan(_) => Some(at),
        NodeKind::Filter { input, predicate, condition } => {
            let can_fail = crate::rules::can_fail(predicate) || condition.as_ref().is_some_and(crate::rules::can_fail);
            scan_below(plan, *input).filter(|_| !can_fail)
        }
        NodeKind::Read { .. }
        | NodeKind::Project { .. }
        | NodeKind::Join(_)
        | NodeKind::Aggregate { .. }
        | NodeKind::Sort { .. }
        | NodeKind::Take { .. }
        | NodeKind::Distinct { .. }
        | NodeKind::SetOperation(_)
        | NodeKind::Sample { .. }
        | NodeKind::Window(_)
        | NodeKind::Unpivot(_)
        | NodeKind::Split { .. } => None,
    }
}

/// Physical nodes as they are made.
struct Placed<'a> {
    plan: &'a LogicalPlan,
    drivers: &'a Drivers,
    pushed: BTreeMap<NodeId, Pushed>,
    /// By the node of the scan that gets them.
    keys: BTreeMap<NodeId, Vec<KeysFrom>>,
    queries: Vec<SourceQuery>,
    nodes: Arena<NodeId, PhysicalNode>,
}

impl Placed<'_> {
    fn node(&mut self, at: NodeId) -> NodeId {
        let plan = self.plan;
        let node = &plan.nodes[at];
        let kind = match &node.kind {
            NodeKind::Scan(scan) => PhysicalKind::Fetch(self.query(at, node.step, scan)),
            NodeKind::Join(join) => PhysicalKind::Local(NodeKind::Join(Box::new(self.join(node.step, join)))),
            NodeKind::Read { .. }
            | NodeKind::Filter { .. }
            | NodeKind::Project { .. }
            | NodeKind::Aggregate { .. }
            | NodeKind::Sort { .. }
            | NodeKind::Take { .. }
            | NodeKind::Distinct { .. }
            | NodeKind::SetOperation(_)
            | NodeKind::Sample { .. }
            | NodeKind::Window(_)
            | NodeKind::Unpivot(_)
            | NodeKind::Split { .. } => {
                let mut kind = node.kind.clone();
                for input in kind.inputs_mut() {
                    *input = self.node(*input);
                }
                PhysicalKind::Local(kind)
            }
        };
        self.nodes.add(PhysicalNode { step: node.step, kind, columns: node.columns.clone() })
    }

    /// The side that has the keys comes first, so that the other side's query knows them.
    fn join(&mut self, step: StepId, join: &Join) -> Join {
        let shipment = shipment(self.plan, self.drivers, join);
        let order = match shipment {
            Some(Shipment { from: Side::Right, .. }) => [Side::Right, Side::Left],
            Some(Shipment { from: Side::Left, .. }) | None => [Side::Left, Side::Right],
        };
        let mut placed = join.clone();
        for (place, side) in order.into_iter().enumerate() {
            let input = match side {
                Side::Left => &mut placed.left,
                Side::Right => &mut placed.right,
            };
            *input = self.node(*input);
            if let (0, Some(Shipment { column, scan, declared, .. })) = (place, shipment) {
                let keys = KeysFrom { step, declared, node: *input, column };
                self.keys.entry(scan).or_default().push(keys);
            }
        }
        placed
    }

    fn query(&mut self, at: NodeId, step: StepId, scan: &Scan) -> QueryId {
        let (filters, filter_columns) = match self.pushed.remove(&at) {
            None => (Vec::new(), Vec::new()),
            Some(Pushed { columns, filters }) => {
                let is_read = |id| filters.iter().any(|filter| filter.predicate.columns().contains(&id));
                let only_filtered = columns.into_iter().filter(|column| !scan.columns.contains(column));
                let read = only_filtered.filter(|(id, _)| is_read(*id)).collect();
                (filters, read)
            }
        };
        let id = QueryId(u32::try_from(self.queries.len()).unwrap_or(u32::MAX));
        self.queries.push(SourceQuery {
            id,
            step,
            connection: self.plan.tables[scan.table].connection.clone(),
            table: scan.table,
            columns: scan.columns.clone(),
            filter_columns,
            arguments: scan.arguments.clone(),
            filters,
            without_occasion: scan.without_occasion.clone(),
            keys: self.keys.remove(&at).unwrap_or_default(),
        });
        id
    }
}

#[cfg(test)]
mod tests {
    use wr_base::ids::ValueId;
    use wr_base::ty::{DataType, Type};
    use wr_base::value::Value;

    use super::super::{Drivers, place};
    use crate::bind::Known;
    use crate::declaration::{Branch, Engine, Share};
    use crate::functions::{AggregateId, FnId};
    use crate::logical::builder::Builder;
    use crate::logical::{JoinKind, NodeKind};
    use crate::physical::PhysicalPlan;
    use crate::physical::print::{explain_plan, print};
    use crate::rules::{RuleSet, optimise, optimise_relation};
    use crate::values::Values;

    #[track_caller]
    fn assert_text(text: &str, expected: &str) {
        let expected: Vec<&str> = expected.trim_matches('\n').lines().collect();
        let indent = expected.iter().filter(|l| !l.trim().is_empty()).map(|l| l.len() - l.trim_start().len()).min();
        let lines: Vec<&str> = expected.iter().map(|line| line.get(indent.unwrap_or(0)..).unwrap_or("")).collect();
        assert_eq!(text.trim_end(), lines.join("\n").trim_end(), "\nis:\n{text}");
    }

    /// A small report: people of a city with plastic cards, an optional step, a step that can fail.
    fn report(b: &mut Builder) {
        let cards = b.table("wallet", "cards", &[("card_id", "int"), ("user_id", "int"), ("kind", "text?")]);
        let users = b.table("crm", "users", &[("user_id", "int"), ("city", "text?"), ("phone", "text?")]);
        let city = b.value("city", Type::required(DataType::Text));
        let only = b.value("only", Type::required(DataType::Bool));
        let scan = b.scan(cards);
        let (kind, plastic) = (b.col(scan, "kind"), b.text("plastic"));
        let predicate = b.compare(FnId::Equal, kind, plastic);
        let filter = b.filter(scan, predicate);
        let cards = b.relation("cards", filter);
        let people = b.scan(users);
        let (at, kind) = (b.col(people, "city"), b.compare(FnId::Equal, city.clone(), city.clone()));
        let predicate = b.compare(FnId::Equal, at, city);
        let condition = b.and(only, kind);
        let optional = b.filter_if(people, predicate, Some(condition));
        let read = b.read(cards);
        let semi = b.join(JoinKind::Semi, optional, read, &[("user_id", "user_id")]);
        let phone = b.col(semi, "phone");
        let number = b.call(FnId::Int, "int?", vec![phone]);
        let zero = b.int(0);
        let strict = b.compare(FnId::Greater, number, zero);
        let strict = b.filter(semi, strict);
        let (user, phone) = (b.col(strict, "user_id"), b.col(strict, "phone"));
        let select = b.select(strict, vec![("user_id", user), ("phone", phone)]);
        let out = b.relation("people", select);
        b.export(out);
        b.plan.exports[0].sheets[0].columns[1].marks.personal = true;
    }

    fn placed(values: &Values, rules: &RuleSet, drivers: &Drivers) -> PhysicalPlan {
        let mut b = Builder::new();
        report(&mut b);
        place(&optimise(b.plan, Known { values, now: None }, rules), drivers)
    }

    fn values(only: bool) -> Values {
        let mut values = Values::default();
        values.set(ValueId(0), Value::text("Omsk"));
        values.set(ValueId(1), Value::Bool(only));
        values
    }

    #[test]
    fn sources_filter_and_give_only_what_is_read() {
        assert_text(
            &print(&placed(&values(true), &RuleSet::all(), &Drivers::default())),
            r#"
            query 1: crm.users { user_id, phone }
              filter city == "Omsk" (exact)
            query 2: wallet.cards { user_id }
              filter kind == "plastic" (exact)
            stage people: kept
              fetch query 1
              join semi on user_id == user_id#2
                fetch query 2
                select user_id#2
              filter int(phone) > 0
              select user_id, phone
            export to csv "out.csv"
              from people { user_id, phone }
            `filter`: done by wallet.cards as it is read
            `filter`: done by crm.users as it is read
            `filter`: computed here, after `join`: it can fail, so it runs where the script has it
        "#,
        );
    }

    #[test]
    fn without_rules_nothing_moves_between_relations_and_all_columns_come() {
        assert_text(
            &print(&placed(&values(false), &RuleSet::none(), &Drivers::default())),
            r#"
            query 1: wallet.cards { card_id, user_id, kind }
              filter kind == "plastic" (exact)
            query 2: crm.users { user_id, city, phone }
            stage cards:
              fetch query 1
            stage people: kept
              fetch query 2
              join semi on user_id == user_id#2
                read cards { card_id, user_id#2, kind }
              filter int(phone) > 0
              select user_id, phone
            export to csv "out.csv"
              from people { user_id, phone }
            not taken: `filter`
            `filter`: done by wallet.cards as it is read
            `filter`: computed here, after `join`: it can fail, so it runs where the script has it
        "#,
        );
    }

    #[test]
    fn an_engine_that_takes_no_filters_is_asked_for_columns_only() {
        let mut drivers = Drivers::default();
        drivers.set("wallet", Engine::Amplitude);
        let plan = placed(&values(true), &RuleSet::all(), &drivers);
        let filters = |connection: &str| {
            plan.queries.iter().filter(|query| query.connection == connection).map(|query| query.filters.len()).sum()
        };
        assert_eq!((filters("crm"), filters("wallet")), (1_usize, 0_usize));
    }

    #[test]
    fn servers_are_asked_in_their_own_words() {
        let mut drivers = Drivers::default();
        drivers.set("wallet", Engine::ClickHouse);
        drivers.set("crm", Engine::SqlServer);
        assert_text(
            &print(&placed(&values(true), &RuleSet::all(), &drivers)),
            r#"
            query 1: wallet.cards { user_id }
                SELECT `t`.`user_id`
                FROM `cards` AS `t`
                WHERE `t`.`kind` = {p1:String}
                p1 String = "plastic"
              filter kind == "plastic" (exact)
            query 2: crm.users { user_id, phone }
                SELECT [t].[user_id], [t].[phone]
                FROM [users] AS [t]
                WHERE EXISTS (SELECT 1 FROM [#wr_keys_1] AS [k] WHERE [k].[k] = [t].[user_id])
                  AND [t].[city] = CAST(@P1 AS nvarchar(max))
                  AND CAST(CAST([t].[city] AS nvarchar(max)) + N'|' AS varbinary(max)) = CAST(CAST(@P1 AS nvarchar(max)) + N'|' AS varbinary(max))
                P1 nvarchar(max) = "Omsk"
              filter city == "Omsk" (exact)
              only a user_id of `join`, sent ahead unless they are many
            stage people: kept
              fetch query 2
              join semi on user_id == user_id#2
                fetch query 1
                select user_id#2
              filter int(phone) > 0
              select user_id, phone
            export to csv "out.csv"
              from people { user_id, phone }
            `filter`: done by wallet.cards as it is read
            `filter`: done by crm.users as it is read
            `filter`: computed here, after `join`: it can fail, so it runs where the script has it
        "#,
        );
    }

    #[test]
    fn the_plan_of_a_script_without_values_shows_what_is_open() {
        assert_text(
            &explain_plan(&placed(&Values::default(), &RuleSet::all(), &Drivers::default())),
            r#"
            Asked of the sources
              query 1: crm.users { user_id, city, phone }
              query 2: wallet.cards { user_id }
                filter kind == "plastic" (exact)

            Done here
              people: computed once and kept
                fetch query 1
                filter city == $city if $only and $city == $city
                join semi on user_id == user_id#2
                  fetch query 2
                  select user_id#2
                filter int(phone) > 0
                select user_id, phone

            Why
              `filter`: done by wallet.cards as it is read
              `filter`: computed here, after `join`: it can fail, so it runs where the script has it

            What leaves
              export to csv "out.csv"
                from people { user_id, phone }

            Personal data in files
              people: phone
        "#,
        );
    }

    #[test]
    fn the_options_of_a_parameter_are_a_plan_of_their_own() {
        let mut b = Builder::new();
        report(&mut b);
        let cards = wr_base::ids::RelationId(0);
        let values = Values::default();
        let plan = place(
            &optimise_relation(b.plan, cards, Known { values: &values, now: None }, &RuleSet::all()),
            &Drivers::default(),
        );
        assert_text(
            &print(&plan),
            r#"
            query 1: wallet.cards { card_id, user_id, kind }
              filter kind == "plastic" (exact)
            stage cards: kept
              fetch query 1
            `filter`: done by wallet.cards as it is read
        "#,
        );
    }

    #[test]
    fn what_a_split_is_made_of_is_computed_once_and_kept() {
        let mut b = Builder::new();
        let users = b.table("crm", "users", &[("user_id", "int"), ("city", "text?")]);
        let scan = b.scan(users);
        let list = b.relation("list", scan);
        let read = b.read(list);
        let branch = b.column("branch", Type::required(DataType::Text));
        let mut columns = b.plan.nodes[read].columns.clone();
        let key = vec![columns[0].id];
        columns.push(branch.clone());
        let share = |b: &mut Builder| Share::Of(b.int(0));
        let branches = vec![
            Branch { name: "control".into(), share: share(&mut b), is_held: true },
            Branch { name: "test".into(), share: Share::Rest, is_held: false },
        ];
        let step = b.step("split", "split list");
        let seed = vec![b.text("s")];
        let kind = NodeKind::Split { input: read, key, seed, counts: Default::default(), branches, branch: branch.id };
        let split = b.plan.nodes.add(crate::logical::Node { step, kind, columns });
        let groups = b.relation("groups", split);
        b.plan.relations[groups].is_held = true;
        let read = b.read(groups);
        let (city, count) = (b.col(read, "city"), b.aggregated(AggregateId::Count, "int", vec![]));
        let by_city = b.aggregate(read, vec![("city", city)], vec![("people", count)]);
        let counts = b.relation("counts", by_city);
        b.export(counts);
        let values = Values::default();
        let plan = place(&optimise(b.plan, Known { values: &values, now: None }, &RuleSet::all()), &Drivers::default());
        assert_text(
            &print(&plan),
            r#"
            query 1: crm.users { user_id, city }
            stage list: kept
              fetch query 1
            stage groups (held): kept
              read list { user_id, city }
              split by user_id seed "s" { control 0 held, test rest } as branch
            stage counts: kept
              read groups { city }
              group by city { people = count() }
            export to csv "out.csv"
              from counts { city, people }
        "#,
        );
    }
}
