//! A form as JSON Schema (draft 2020-12): what a page or another program needs to ask the same questions as a prompt.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};
use wr_base::ids::ValueId;
use wr_sema::form::{Field, FieldDefault, FieldKind, FieldOptions};

/// One option: what is sent, what is shown.
pub(crate) type Shown = (String, String);

/// Answers are texts as a runner types them, so that what `--set` takes and what a form sends is one thing.
///
/// `queried` holds the options of fields whose options are read from a source, cohorts among them; a field that is not in it
/// takes any text.
#[must_use]
pub(crate) fn json_schema(
    title: &str,
    description: &str,
    fields: &[Field],
    queried: &BTreeMap<ValueId, Vec<Shown>>,
) -> Json {
    let properties: Map<String, Json> =
        fields.iter().map(|field| (field.name.clone(), property(field, queried.get(&field.value)))).collect();
    let required: Vec<&str> =
        fields.iter().filter(|field| field.is_required).map(|field| field.name.as_str()).collect();
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    });
    if !description.is_empty() {
        schema["description"] = json!(description);
    }
    schema
}

fn property(field: &Field, queried: Option<&Vec<Shown>>) -> Json {
    let shown = |options: &FieldOptions| match options {
        FieldOptions::Fixed(options) => {
            Some(options.iter().map(|option| (option.value.canonical(), option.label.clone())).collect())
        }
        FieldOptions::FromQuery { .. } => queried.cloned(),
    };
    let text = json!({ "type": "string" });
    let one = |options: Option<Vec<Shown>>| options.map_or_else(|| text.clone(), |options| one_of(&options));
    let mut property = match &field.kind {
        FieldKind::Line { example } if !example.is_empty() => json!({ "type": "string", "examples": [example] }),
        FieldKind::Line { .. } => text.clone(),
        FieldKind::YesNo => json!({ "type": "boolean" }),
        FieldKind::One(options) => one(shown(options)),
        FieldKind::Some(options) => json!({ "type": "array", "uniqueItems": true, "items": one(shown(options)) }),
        FieldKind::File { headings } => json!({ "type": "string", "x-wr-file": { "columns": headings } }),
        // The list is there to choose from, not to forbid: it lacks what was put away, and an address can be pasted.
        FieldKind::Cohort { connection } => match queried {
            Some(listed) => json!({ "anyOf": [one_of(listed), text], "x-wr-cohort-of": connection }),
            None => json!({ "type": "string", "x-wr-cohort-of": connection }),
        },
    };
    property["title"] = json!(field.label);
    if !field.help.is_empty() {
        property["description"] = json!(field.help);
    }
    if let Some(pattern) = &field.pattern {
        property["pattern"] = json!(format!("^(?:{pattern})$"));
    }
    if let Some(default) = default_of(field, queried) {
        property["default"] = default;
    }
    if let FieldDefault::Computed(words) = &field.default {
        // Known only on the day: shown, not sent.
        property["x-wr-default"] = json!(words);
    }
    property
}

fn one_of(options: &[Shown]) -> Json {
    let options: Vec<Json> = options.iter().map(|(value, label)| json!({ "const": value, "title": label })).collect();
    json!({ "type": "string", "oneOf": options })
}

fn default_of(field: &Field, queried: Option<&Vec<Shown>>) -> Option<Json> {
    let values = || match &field.kind {
        FieldKind::One(FieldOptions::Fixed(options)) | FieldKind::Some(FieldOptions::Fixed(options)) => {
            Some(options.iter().map(|option| option.value.canonical()).collect::<Vec<_>>())
        }
        FieldKind::One(FieldOptions::FromQuery { .. }) | FieldKind::Some(FieldOptions::FromQuery { .. }) => {
            Some(queried?.iter().map(|(value, _)| value.clone()).collect())
        }
        FieldKind::Line { .. } | FieldKind::YesNo | FieldKind::Cohort { .. } | FieldKind::File { .. } => None,
    };
    match &field.default {
        FieldDefault::Empty | FieldDefault::Computed(_) => None,
        FieldDefault::First => values()?.first().map(|value| json!(value)),
        FieldDefault::All => Some(json!(values()?)),
        FieldDefault::Words(words) => Some(match field.kind {
            FieldKind::YesNo => json!(words == "true"),
            FieldKind::Some(_) => json!(words.split(", ").collect::<Vec<_>>()),
            FieldKind::Line { .. } | FieldKind::One(_) | FieldKind::Cohort { .. } | FieldKind::File { .. } => {
                json!(words)
            }
        }),
    }
}
