//! A logical plan as text: what the tests of rules are written in, and `wr plan --stage logical`.
//!
//! Each relation in use is a heading and its steps from the source on; the right side of a join stands indented below
//! the join. Then the outputs.

use wr_base::ids::{NodeId, RelationId};

use super::{LogicalPlan, visit};
use crate::declaration::{Export, MessagePart};
use crate::print::{Words, name_columns, node_line};
use crate::rules::Wanted;

/// The plan of all outputs.
#[must_use]
pub fn print(plan: &LogicalPlan) -> String {
    print_wanted(plan, &visit::wanted_columns(plan))
}

/// The plan of these relations, and the outputs.
#[must_use]
pub fn print_wanted(plan: &LogicalPlan, wanted: &Wanted) -> String {
    let live = visit::live(plan, wanted.keys().copied());
    let words = words(plan, &live);
    let mut text = String::new();
    for relation in live {
        text.push_str(&heading(&words, relation));
        text.push('\n');
        print_tree(plan, &words, plan.relations[relation].root, 1, &mut text);
    }
    for line in outputs(&words, &plan.expectations, &plan.records, &plan.exports, &plan.reveals) {
        text.push_str(&line);
        text.push('\n');
    }
    text
}

fn words<'a>(plan: &'a LogicalPlan, live: &[RelationId]) -> Words<'a> {
    let mut words = Words {
        tables: &plan.tables,
        values: &plan.values,
        relations: &plan.relations,
        facts: &plan.facts,
        columns: std::collections::BTreeMap::new(),
        unnamed: std::collections::BTreeMap::new(),
    };
    words.name_relations(live);
    for relation in live {
        let look = |at: NodeId| {
            let node = &plan.nodes[at];
            (&node.columns[..], node.kind.inputs())
        };
        name_columns(plan.relations[*relation].root, &look, &mut words.columns);
    }
    words
}

/// `name:`, and whether held rows are in it.
pub(crate) fn heading(words: &Words<'_>, relation: RelationId) -> String {
    let held = if words.relations[relation].is_held { " (held)" } else { "" };
    format!("{}{held}:", words.relation(relation))
}

/// The steps at a node, the first one first.
fn print_tree(plan: &LogicalPlan, words: &Words<'_>, at: NodeId, depth: usize, text: &mut String) {
    let kind = &plan.nodes[at].kind;
    let inputs = kind.inputs();
    if let Some(input) = inputs.first() {
        print_tree(plan, words, *input, depth, text);
    }
    text.push_str(&format!("{}{}\n", "  ".repeat(depth), node_line(words, kind)));
    if let Some(right) = inputs.get(1) {
        print_tree(plan, words, *right, depth + 1, text);
    }
}

/// What leaves, a line each.
pub(crate) fn outputs(
    words: &Words<'_>,
    expectations: &[crate::declaration::Expectation],
    records: &[crate::declaration::Record],
    exports: &[Export],
    reveals: &[crate::declaration::Reveal],
) -> Vec<String> {
    let mut lines = Vec::new();
    for expectation in expectations {
        lines.push(format!("expect {}", words.expr(&expectation.condition)));
    }
    for record in records {
        let columns = &words.tables[record.table].columns;
        let name = |index: u32| columns.get(index as usize).map_or("?", |column| column.name.as_str()).to_owned();
        let key: Vec<String> = record.key.iter().map(|index| name(*index)).collect();
        let assigned: Vec<String> =
            record.assignments.iter().map(|(index, expr)| format!("{} = {}", name(*index), words.expr(expr))).collect();
        let (relation, table) = (words.relation(record.relation), words.table(record.table));
        lines.push(format!("record {relation} into {table} key {} {{ {} }}", key.join(", "), assigned.join(", ")));
    }
    for export in exports {
        lines.extend(export_lines(words, export));
    }
    for reveal in reveals {
        lines.push(format!("reveal {} because {:?}", reveal.words, reveal.reason));
    }
    lines
}

fn export_lines(words: &Words<'_>, export: &Export) -> Vec<String> {
    let format = export.format.words();
    let mut lines = vec![format!("export to {format} \"{}\"", message(words, &export.file_name.parts))];
    for sheet in &export.sheets {
        let columns: Vec<String> = sheet
            .columns
            .iter()
            .map(|column| {
                let name = words.column(column.column);
                let condition = column.present_if.as_ref().map(|condition| format!(" if {}", words.expr(condition)));
                name + &condition.unwrap_or_default()
            })
            .collect();
        let by = sheet.by.map_or(String::new(), |by| format!(" by {}", words.column(by)));
        lines.push(format!("  from {}{by} {{ {} }}", words.relation(sheet.relation), columns.join(", ")));
    }
    lines
}

fn message(words: &Words<'_>, parts: &[MessagePart]) -> String {
    let parts = parts.iter().map(|part| match part {
        MessagePart::Text(text) => text.clone(),
        MessagePart::Hole(expr) => format!("{{{}}}", words.expr(expr)),
        MessagePart::LabelOf(value) => {
            let name = words.values.get(*value).map_or("?", |value| value.name.as_str());
            format!("{{label(${name})}}")
        }
    });
    parts.collect()
}
