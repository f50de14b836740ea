//! What a person answered the last time, so that it can be seen beside a question, or taken again.

use std::collections::BTreeMap;

use wr_runtime::run::{Manifest, Status, World};

/// How many runs back it is looked for.
const RUNS: usize = 200;

/// By parameter: the texts that give the values of this person's last finished run of a script.
pub(crate) fn last_values(world: &mut World, script: &str, person: &str) -> BTreeMap<String, String> {
    // Without the store nothing is remembered; the run itself will say what is wrong with it.
    let Ok((rows, _)) = wr_runtime::run::runs(world, RUNS) else { return BTreeMap::new() };
    let mut manifests = rows
        .iter()
        .filter(|row| row.script == script && row.made_by == person)
        .filter_map(|row| Manifest::from_json(&row.manifest));
    let Some(last) = manifests.find(|manifest| manifest.status == Status::Finished) else { return BTreeMap::new() };
    let parameters = last.values.into_iter().filter(|value| value.is_parameter);
    parameters.filter_map(|value| Some((value.name, value.path.or_else(|| text_of(&value.value))?))).collect()
}

/// Canonical values, one on a line: what `--set` reads.
fn text_of(value: &serde_json::Value) -> Option<String> {
    match value {
        serde_json::Value::String(text) => Some(text.clone()),
        serde_json::Value::Bool(value) => Some(value.to_string()),
        serde_json::Value::Number(number) => Some(number.to_string()),
        serde_json::Value::Array(items) => Some(items.iter().map(text_of).collect::<Option<Vec<_>>>()?.join("\n")),
        serde_json::Value::Null | serde_json::Value::Object(_) => None,
    }
}
