//! A physical plan as text: `wr plan --stage physical` for those who look closely, and [`explain_plan`] for all others.

use std::collections::BTreeMap;

use wr_base::count::grouped;
use wr_base::ids::{NodeId, StepId};
use wr_base::value::Value;

use super::{Bound, PhysicalKind, PhysicalPlan, QueryId, SourceQuery, Support, Whole};
use crate::declaration::{Engine, OutputColumn, Record};
use crate::expr::ExprKind;
use crate::logical::Demand;
use crate::logical::print::{heading, outputs};
use crate::print::{Words, name_columns, node_line, occasion, quoted, value_words};
use crate::sql::{Dialect, Request, Selection, ShippedKeys, Statement, ask, ask_whole};

/// All of it: queries with their filters, stages with their steps, reasons, steps not taken, outputs.
#[must_use]
pub fn print(plan: &PhysicalPlan) -> String {
    let words = words(plan);
    let mut lines = Vec::new();
    lines.extend(asked_lines(plan, &words, &BTreeMap::new()));
    for stage in &plan.stages {
        let spooled = if stage.is_spooled { " kept" } else { "" };
        lines.push(format!("stage {}{spooled}", heading(&words, stage.relation)));
        tree(plan, &words, stage.root, 1, &mut lines);
    }
    lines.extend(outputs(&words, &plan.expectations, &plan.records, &plan.exports, &plan.reveals));
    for step in &plan.not_taken {
        lines.push(format!("not taken: {}", step_words(plan, *step)));
    }
    for reason in &plan.reasons {
        lines.push(format!("{}: {}", step_words(plan, reason.step), reason.text));
    }
    lines.push(String::new());
    lines.join("\n")
}

/// What runs where and why, for `wr plan`: what each source is asked, what is done here, what leaves.
#[must_use]
pub fn explain_plan(plan: &PhysicalPlan) -> String {
    explain_plan_with(plan, &BTreeMap::new())
}

/// As [`explain_plan`], with how much comes of each query at most.
#[must_use]
pub fn explain_plan_with(plan: &PhysicalPlan, bounds: &BTreeMap<QueryId, Bound>) -> String {
    let words = words(plan);
    let mut lines = vec!["Asked of the sources".to_owned()];
    lines.extend(asked_lines(plan, &words, bounds).into_iter().map(|line| format!("  {line}")));
    if let Some(rows) = plan.report.max_rows_read {
        lines.push(format!("  a run stops when more than {rows} rows came from all of them together"));
    }
    lines.push(String::new());
    lines.push("Done here".to_owned());
    for stage in &plan.stages {
        let kept = if stage.is_spooled { " computed once and kept" } else { "" };
        lines.push(format!("  {}{kept}", heading(&words, stage.relation)));
        tree(plan, &words, stage.root, 2, &mut lines);
    }
    section(
        &mut lines,
        "Why",
        plan.reasons.iter().map(|reason| format!("{}: {}", step_words(plan, reason.step), reason.text)),
    );
    section(&mut lines, "What `place` wants", plan.demands.iter().map(|demand| kept(plan, demand)));
    section(&mut lines, "Steps not taken", plan.not_taken.iter().map(|step| step_words(plan, *step)));
    section(
        &mut lines,
        "What leaves",
        outputs(&words, &plan.expectations, &plan.records, &plan.exports, &plan.reveals).into_iter(),
    );
    section(&mut lines, "Where records go", records(plan).into_iter());
    section(&mut lines, "Personal data in files", personal(plan, &words).into_iter());
    lines.push(String::new());
    lines.join("\n")
}

/// `at most 3,152 rows with 120.4 kB of values`
fn bound_words(bound: Bound) -> String {
    match (bound.rows, bound.bytes) {
        (None, None) => "how many rows come cannot be told before they do".to_owned(),
        (Some(rows), None) => format!("at most {} rows", grouped(rows)),
        (None, Some(bytes)) => format!("at most {} of values", size(bytes)),
        (Some(rows), Some(bytes)) => format!("at most {} rows with {} of values", grouped(rows), size(bytes)),
    }
}

/// `1.2 MB`: rounded up, as it stands for a bound.
fn size(bytes: u64) -> String {
    const UNITS: [(u64, &str); 4] =
        [(1_000_000_000_000, "TB"), (1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    match UNITS.iter().find(|(unit, _)| bytes >= *unit) {
        None => format!("{bytes} bytes"),
        Some((unit, word)) => {
            let tenths = u128::from(bytes) * 10;
            let tenths = tenths.div_ceil(u128::from(*unit));
            format!("{}.{} {word}", tenths / 10, tenths % 10)
        }
    }
}

fn section(lines: &mut Vec<String>, title: &str, items: impl Iterator<Item = String>) {
    let items: Vec<String> = items.map(|item| format!("  {item}")).collect();
    if !items.is_empty() {
        lines.push(String::new());
        lines.push(title.to_owned());
        lines.extend(items);
    }
}

/// Whether a `place` is kept, and what stands in the way.
fn kept(plan: &PhysicalPlan, demand: &Demand) -> String {
    let broken = plan.unplaced.iter().filter(|unplaced| unplaced.place == demand.step);
    let broken: Vec<String> =
        broken.map(|unplaced| format!("{} is {}", step_words(plan, unplaced.step), unplaced.why)).collect();
    let place = step_words(plan, demand.step);
    if broken.is_empty() {
        format!("{place}: so it is")
    } else {
        format!("{place}: a run stops, as {}", broken.join("; "))
    }
}

/// The servers whose databases hold what is recorded; all else is in the project's own store (A1, A5).
fn records(plan: &PhysicalPlan) -> Vec<String> {
    let place = |record: &Record| {
        let table = plan.tables.get(record.table)?;
        let name = table.full_name();
        match plan.drivers.engine(&table.connection, table.engine) {
            Engine::SqlServer => Some(format!(
                "{name}: SQL Server, in one transaction with the run's row of `wr_runs` in the same database"
            )),
            Engine::ClickHouse => Some(format!("{name}: ClickHouse takes no records, so a run stops before it begins")),
            Engine::Local | Engine::Amplitude => None,
        }
    };
    plan.records.iter().filter_map(place).collect()
}

/// The personal columns of each file (B16).
fn personal(plan: &PhysicalPlan, words: &Words<'_>) -> Vec<String> {
    let sheets = plan.exports.iter().flat_map(|export| &export.sheets);
    sheets
        .filter_map(|sheet| {
            let columns: Vec<String> = sheet
                .columns
                .iter()
                .filter(|column| column.marks.personal && !is_left_out(column))
                .map(|column| words.column(column.column))
                .collect();
            let relation = words.relation(sheet.relation);
            (!columns.is_empty()).then(|| format!("{relation}: {}", columns.join(", ")))
        })
        .collect()
}

/// A column of a `columns` parameter that was not chosen (B4).
fn is_left_out(column: &OutputColumn) -> bool {
    let never = ExprKind::Literal(Value::Bool(false));
    column.present_if.as_ref().is_some_and(|condition| condition.kind == never)
}

/// Each query, and behind it what could be asked instead.
fn asked_lines(plan: &PhysicalPlan, words: &Words<'_>, bounds: &BTreeMap<QueryId, Bound>) -> Vec<String> {
    let mut lines = Vec::new();
    for query in &plan.queries {
        lines.extend(query_lines(plan, words, query));
        lines.extend(bounds.get(&query.id).map(|bound| format!("  {}", bound_words(*bound))));
        for whole in plan.wholes.iter().filter(|whole| whole.rows == query.id) {
            lines.extend(whole_lines(plan, words, query, whole));
        }
    }
    lines
}

fn query_lines(plan: &PhysicalPlan, words: &Words<'_>, query: &SourceQuery) -> Vec<String> {
    let table = &plan.tables[query.table];
    let declared = |index: u32| table.columns.get(index as usize).map_or_else(|| "?".to_owned(), |c| quoted(&c.name));
    let columns: Vec<String> = query.columns.iter().map(|(_, index)| declared(*index)).collect();
    let arguments: Vec<String> = query.arguments.iter().map(|argument| words.expr(argument)).collect();
    let arguments = if arguments.is_empty() || table.query.is_some() || words.is_file(query.table) {
        String::new()
    } else {
        format!("({})", arguments.join(", "))
    };
    let name = query_name(query.id);
    let mut lines = vec![format!("{name}: {}{arguments} {{ {} }}", words.table(query.table), columns.join(", "))];
    let engine = plan.drivers.engine(&table.connection, table.engine);
    if let Some(dialect) = Dialect::of(engine).filter(|_| table.file.is_none()) {
        lines.extend(statement_lines(plan, words, query, dialect));
    } else if let Some(text) = &table.query {
        lines.extend(text.numbered().lines().map(|line| format!("    {line}").trim_end().to_owned()));
        for (at, value) in query.arguments.iter().enumerate() {
            lines.push(format!("  {{{}}} = {}", at + 1, words.expr(value)));
        }
    }
    for filter in &query.filters {
        let how = match filter.support {
            Support::Exact => "exact",
            Support::Wider => "wider, again here",
            Support::No => "not sent",
        };
        lines.push(format!("  filter {} ({how})", words.expr(&filter.predicate)));
    }
    for keys in &query.keys {
        let of = step_words(plan, keys.step);
        lines.push(format!("  only a {} of {of}, sent ahead unless they are many", declared(keys.declared)));
    }
    if !query.without_occasion.is_empty() {
        lines.push(format!("  without {}", occasion(words, query.table, &query.without_occasion)));
    }
    lines
}

/// What a server is sent: the text, then the values beside it. In a run the text can differ where the server's types do.
fn statement_lines(plan: &PhysicalPlan, words: &Words<'_>, query: &SourceQuery, dialect: Dialect) -> Vec<String> {
    let keys = ShippedKeys::of(dialect, query);
    text_lines(words, query, &ask(&request(plan, query, dialect, &keys), &Selection::Columns).statement)
}

fn request<'a>(
    plan: &'a PhysicalPlan,
    query: &'a SourceQuery,
    dialect: Dialect,
    keys: &'a [ShippedKeys],
) -> Request<'a> {
    Request {
        dialect,
        query,
        table: &plan.tables[query.table],
        zone: plan.report.zone,
        live: None,
        keys,
        value_of: &|expr| expr.as_literal().cloned(),
    }
}

/// What is asked in the place of a query where the types of the server allow it, with the steps that it does.
fn whole_lines(plan: &PhysicalPlan, words: &Words<'_>, query: &SourceQuery, whole: &Whole) -> Vec<String> {
    let table = &plan.tables[query.table];
    let Some(dialect) = Dialect::of(plan.drivers.engine(&table.connection, table.engine)) else { return Vec::new() };
    let request = |query| request(plan, query, dialect, &[]);
    let others = whole.within.iter().filter_map(|within| plan.query(within.others)).map(request);
    let Ok(asked) = ask_whole(&request(query), &others.collect::<Vec<_>>(), whole) else { return Vec::new() };
    let mut lines = vec!["  or as a whole, where the types there allow it:".to_owned()];
    lines.extend(text_lines(words, query, &asked.statement));
    lines
}

fn text_lines(words: &Words<'_>, query: &SourceQuery, statement: &Statement) -> Vec<String> {
    let text = statement.text.lines().map(|line| format!("    {line}").trim_end().to_owned());
    let values = statement.parameters.iter().enumerate().map(|(at, parameter)| {
        let value = match &parameter.value {
            Some(value) => value_words(value),
            // Of a query of the author's own: the holes come first.
            None => query.arguments.get(at).map_or_else(|| "known in the run".to_owned(), |hole| words.expr(hole)),
        };
        format!("    {} {} = {}", parameter.name, parameter.type_words, short(&value))
    });
    text.chain(values).collect()
}

/// The first characters of a long value.
fn short(value: &str) -> String {
    const MOST: usize = 120;
    if value.chars().count() <= MOST {
        return value.to_owned();
    }
    value.chars().take(MOST).chain("…".chars()).collect()
}

fn query_name(query: QueryId) -> String {
    format!("query {}", u64::from(query.0) + 1)
}

/// The steps at a node, the first one first; the right side of a join and the ways of a choice indented.
fn tree(plan: &PhysicalPlan, words: &Words<'_>, at: NodeId, depth: usize, lines: &mut Vec<String>) {
    let indent = "  ".repeat(depth);
    match &plan.nodes[at].kind {
        PhysicalKind::Fetch(query) => lines.push(format!("{indent}fetch {}", query_name(*query))),
        PhysicalKind::Local(kind) => {
            let inputs = kind.inputs();
            if let Some(input) = inputs.first() {
                tree(plan, words, *input, depth, lines);
            }
            lines.push(format!("{indent}{}", node_line(words, kind)));
            if let Some(right) = inputs.get(1) {
                tree(plan, words, *right, depth + 1, lines);
            }
        }
        PhysicalKind::Choose { whole, otherwise } => {
            let query = plan.whole(*whole).map_or_else(String::new, |whole| query_name(whole.rows));
            lines.push(format!("{indent}{query} as a whole, or"));
            tree(plan, words, *otherwise, depth + 1, lines);
        }
    }
}

/// The inputs of a physical node, in the order in which they are printed.
#[must_use]
pub fn inputs(kind: &PhysicalKind) -> Vec<NodeId> {
    match kind {
        PhysicalKind::Fetch(_) => Vec::new(),
        PhysicalKind::Local(kind) => kind.inputs(),
        PhysicalKind::Choose { otherwise, .. } => vec![*otherwise],
    }
}

fn step_words(plan: &PhysicalPlan, step: StepId) -> String {
    plan.steps.get(step).map_or_else(String::new, |step| format!("`{}`", step.words))
}

pub(super) fn words(plan: &PhysicalPlan) -> Words<'_> {
    let mut words = Words {
        tables: &plan.tables,
        values: &plan.values,
        relations: &plan.relations,
        facts: &plan.facts,
        columns: std::collections::BTreeMap::new(),
        unnamed: std::collections::BTreeMap::new(),
    };
    let relations: Vec<_> = plan.stages.iter().map(|stage| stage.relation).collect();
    words.name_relations(&relations);
    for stage in &plan.stages {
        let look = |at: NodeId| {
            let node = &plan.nodes[at];
            (&node.columns[..], inputs(&node.kind))
        };
        name_columns(stage.root, &look, &mut words.columns);
    }
    for query in &plan.queries {
        for (column, index) in &query.filter_columns {
            let name = plan.tables[query.table].columns.get(*index as usize).map_or("?", |column| column.name.as_str());
            words.columns.insert(*column, quoted(name));
        }
    }
    words
}
