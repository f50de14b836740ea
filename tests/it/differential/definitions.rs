//! A script said once more with `let …(…)` and `step …(…)`: parts of its pipelines move into declarations, and the
//! values that they read become parameters. Both scripts have to give the same.

use super::pipeline::Relation;
use super::rng::Rng;

/// The values that can be handed on, with their types.
const VALUES: &[(&str, &str)] = &[
    ("n", "int"),
    ("next", "int"),
    ("share", "percent"),
    ("word", "text"),
    ("maybe", "text?"),
    ("flag", "bool"),
    ("days", "period"),
    ("span", "range of int"),
    ("since", "date"),
    ("cohort", "cohort of amp"),
    ("kinds", "list of text"),
    ("town", "text"),
];

/// Relations with parameters that stand above, by the relation's name: what they take.
pub(super) struct Declared {
    relation: String,
    parameters: Vec<Parameter>,
}

#[derive(Clone)]
struct Parameter {
    value: &'static str,
    ty: &'static str,
    has_default: bool,
}

/// The statements of a relation, in one of many forms; the form depends on the seed and the name only, so that a case can
/// be made smaller.
pub(super) fn with_definitions(relation: &Relation, seed: u64, declared: &mut Vec<Declared>) -> String {
    let name = &relation.name;
    let mut rng = Rng::new(seed ^ name.bytes().fold(7, |sum: u64, byte| sum.wrapping_mul(31) + u64::from(byte)));
    let mut relation = relation.clone();
    if let Some(read) = declared.iter().find(|read| read.relation == relation.source).filter(|_| rng.percent(60)) {
        let arguments = arguments(&mut rng, &read.parameters);
        relation.source = format!("{}_of{arguments}", read.relation);
    }
    let mut text = String::new();
    let mut part = 0;
    while !relation.steps.is_empty() && rng.percent(45) && part < 3 {
        part += 1;
        let from = rng.below(relation.steps.len());
        let to = from + 1 + rng.below((relation.steps.len() - from).min(3));
        text += &own_step(&mut rng, &mut relation, from..to, &format!("{name}_step{part}"));
    }
    if !rng.percent(45) {
        return text + &pipeline(&format!("let {name}"), &relation);
    }
    let words = format!("{}\n{}", relation.source, relation.steps.join("\n"));
    let parameters = parameters(&mut rng, &words);
    if parameters.is_empty() {
        return text + &pipeline(&format!("let {name}"), &relation);
    }
    let body = Relation {
        source: renamed(&relation.source, &parameters),
        steps: relation.steps.iter().map(|step| renamed(step, &parameters)).collect(),
        ..relation.clone()
    };
    text += &pipeline(&format!("let {name}_of{}", declaration(&parameters)), &body);
    text += &format!("let {name} = from {name}_of{}\n\n", arguments(&mut rng, &parameters));
    declared.push(Declared { relation: name.clone(), parameters });
    text
}

pub(super) fn pipeline(head: &str, relation: &Relation) -> String {
    let steps = relation.steps.iter().map(|step| format!("  {step}\n"));
    format!("{head} =\n  from {}\n{}\n", relation.source, steps.collect::<String>())
}

/// Some steps of a relation as a `step`, applied in their place.
fn own_step(rng: &mut Rng, relation: &mut Relation, place: std::ops::Range<usize>, name: &str) -> String {
    let mut steps: Vec<String> = relation.steps[place.clone()].to_vec();
    let mut condition = String::new();
    // The `if` of a step alone can as well be the `apply`'s. One that guards a value has to stay with it.
    if let [only] = steps.as_mut_slice()
        && let Some((step, suffix)) = only.clone().rsplit_once(" if ")
        && !suffix.contains("$maybe")
        && rng.percent(50)
    {
        condition = format!(" if {suffix}");
        *only = step.to_owned();
    }
    let parameters = parameters(rng, &steps.join("\n"));
    let body = steps.iter().map(|step| format!("  {}\n", renamed(step, &parameters)));
    let text = format!("step {name}{} =\n{}\n", declaration(&parameters), body.collect::<String>());
    let arguments = arguments(rng, &parameters);
    relation.steps.splice(place, [format!("apply {name}{arguments}{condition}")]);
    text
}

/// Some of the values that a text reads.
fn parameters(rng: &mut Rng, text: &str) -> Vec<Parameter> {
    let read = names_in(text);
    let mut parameters: Vec<Parameter> = Vec::new();
    for (value, ty) in VALUES.iter().copied().filter(|(value, _)| read.iter().any(|name| name == value)) {
        if rng.percent(75) {
            parameters.push(Parameter { value, ty, has_default: rng.percent(30) });
        }
    }
    parameters
}

/// Each `$name` of a text.
fn names_in(text: &str) -> Vec<&str> {
    text.split('$').skip(1).map(|rest| rest.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default()).collect()
}

/// A text that reads parameters in the place of the values that they are given.
fn renamed(text: &str, parameters: &[Parameter]) -> String {
    let mut parts = text.split('$');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_handed_on = names_in(&format!("${part}")).iter().any(|name| parameters.iter().any(|p| p.value == *name));
        out += if is_handed_on { "$p_" } else { "$" };
        out += part;
    }
    out
}

fn declaration(parameters: &[Parameter]) -> String {
    let words = parameters.iter().map(|parameter| {
        let default = if parameter.has_default { format!(" = ${}", parameter.value) } else { String::new() };
        format!("p_{}: {}{default}", parameter.value, parameter.ty)
    });
    let words: Vec<String> = words.collect();
    if words.is_empty() { String::new() } else { format!("({})", words.join(", ")) }
}

/// In the order of the parameters, by name from some place on, perhaps without those that have a default.
fn arguments(rng: &mut Rng, parameters: &[Parameter]) -> String {
    let mut words = Vec::new();
    let mut by_name = rng.percent(40);
    for parameter in parameters {
        if parameter.has_default && rng.percent(50) {
            by_name = true;
            continue;
        }
        by_name |= rng.percent(20);
        let name = if by_name { format!("p_{} = ", parameter.value) } else { String::new() };
        // Another expression makes rows of its own, which are the same rows.
        let value = if parameter.value == "n" && rng.percent(20) {
            "$n + 0".to_owned()
        } else {
            format!("${}", parameter.value)
        };
        words.push(format!("{name}{value}"));
    }
    if words.is_empty() && rng.percent(50) { String::new() } else { format!("({})", words.join(", ")) }
}
