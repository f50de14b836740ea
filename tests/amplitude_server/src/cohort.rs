//! A cohort of the server: what is said of it, and its members as a CSV file.

use std::path::Path;

use serde::Deserialize;

/// A cohort. Rows are texts, so that a test can send what no cohort holds.
#[derive(Clone, Debug, Default)]
pub struct Cohort {
    pub id: String,
    pub name: String,
    /// As the list says. The rows may differ.
    pub size: u64,
    /// Seconds since 1970.
    pub last_computed: i64,
    pub last_modified: i64,
    pub archived: bool,
    pub published: bool,
    /// Columns after `amplitude_id` and `user_id`. A name may stand twice.
    pub properties: Vec<String>,
    /// `amplitude_id`, `user_id`, then the properties.
    pub rows: Vec<Vec<String>>,
}

#[derive(Deserialize)]
struct Description {
    name: String,
    size: u64,
    last_computed: Option<toml::value::Datetime>,
    last_modified: Option<toml::value::Datetime>,
    #[serde(default)]
    archived: bool,
}

impl Cohort {
    /// A computed, published cohort of these members; `size` is their number.
    #[must_use]
    pub fn new(id: &str, name: &str, members: &[(i64, &str)]) -> Cohort {
        Cohort {
            id: id.to_owned(),
            name: name.to_owned(),
            size: members.len() as u64,
            last_computed: 1_679_440_000,
            last_modified: 1_679_437_294,
            published: true,
            rows: members.iter().map(|(id, user)| vec![id.to_string(), (*user).to_owned()]).collect(),
            ..Cohort::default()
        }
    }

    /// Every `<id>.csv` with its `<id>.toml` of a folder, as the local driver keeps them.
    ///
    /// # Errors
    /// A file cannot be read, or is none of these.
    pub fn from_folder(folder: &Path) -> Result<Vec<Cohort>, Box<dyn std::error::Error + Send + Sync>> {
        let mut cohorts = Vec::new();
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            let Some(id) = path.file_stem().and_then(|stem| stem.to_str()) else { continue };
            if path.extension().is_none_or(|ending| ending != "csv") {
                continue;
            }
            let description: Description = toml::from_str(&std::fs::read_to_string(path.with_extension("toml"))?)?;
            let mut reader = csv::Reader::from_path(&path)?;
            let properties = reader.headers()?.iter().skip(2).map(str::to_owned).collect();
            let rows = reader
                .records()
                .map(|record| record.map(|record| record.iter().map(str::to_owned).collect()))
                .collect::<Result<_, _>>()?;
            let seconds = |moment: Option<toml::value::Datetime>| {
                let moment = chrono::DateTime::parse_from_rfc3339(&moment?.to_string()).ok()?;
                Some(moment.timestamp())
            };
            cohorts.push(Cohort {
                id: id.to_owned(),
                name: description.name,
                size: description.size,
                last_computed: seconds(description.last_computed).unwrap_or_default(),
                last_modified: seconds(description.last_modified).unwrap_or_default(),
                archived: description.archived,
                published: true,
                properties,
                rows,
            });
        }
        cohorts.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(cohorts)
    }

    /// The record of the list.
    pub(crate) fn listed(&self) -> serde_json::Value {
        serde_json::json!({
            "appId": 123_456, "archived": self.archived, "chart_id": null, "createdAt": 1_679_437_288,
            "definition": {"version": 3, "cohortType": "UNIQUES", "andClauses": [], "referenceFrameTimeParams": {}},
            "description": null, "edit_id": "abc123", "finished": true, "hidden": false, "id": self.id,
            "is_official_content": false, "is_predictive": false, "last_viewed": null,
            "lastComputed": self.last_computed, "lastMod": self.last_modified, "location_id": null,
            "metadata": null, "name": self.name, "owners": ["a@x.test"], "popularity": 0,
            "published": self.published, "shortcut_ids": [], "size": self.size, "type": "redshift",
            "view_count": 0, "viewers": [],
        })
    }

    /// The file: every field quoted; `None` of names is every property, as the service does.
    pub(crate) fn file(&self, with_properties: bool, names: &[String]) -> Vec<u8> {
        let chosen: Vec<usize> = (0..self.properties.len())
            .filter(|at| with_properties && (names.is_empty() || names.contains(&self.properties[*at])))
            .map(|at| at + 2)
            .collect();
        let mut writer = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
        let mut header = vec!["amplitude_id", "user_id"];
        header.extend(chosen.iter().map(|at| self.properties[at - 2].as_str()));
        let mut written = writer.write_record(header);
        for row in &self.rows {
            let fields = [0, 1].iter().chain(&chosen).map(|at| row.get(*at).map_or("", String::as_str));
            written = written.and_then(|()| writer.write_record(fields));
        }
        match written {
            Ok(()) => writer.into_inner().unwrap_or_default(),
            Err(_) => Vec::new(),
        }
    }
}
