//! The text of `wr.toml` to a [`Project`].

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use wr_base::diag::Diagnostics;
use wr_base::loader::{LoadError, Loader};
use wr_base::source::{SourceSet, SourceText};
use wr_base::span::{FileId, Span};
use wr_base::value::{Date, DateTime, Time, Zone};

use super::masked::masked;
use super::{LOCALES, PROJECT_FILE, Project, ProjectFile, errors};

const KEYS: [&str; 7] = ["zone", "locale", "output", "as_of", "connections", "profiles", "allow_inline_secret"];

/// Reads `wr.toml`; without one, the defaults.
#[must_use]
pub fn read_project(loader: &dyn Loader) -> ProjectFile {
    read_project_as(loader, None)
}

/// As [`read_project`], with the connections of a profile in place of those of the same names.
#[must_use]
pub fn read_project_as(loader: &dyn Loader, profile: Option<&str>) -> ProjectFile {
    let mut sources = SourceSet::default();
    let mut reading = Reading {
        file: FileId(0),
        project: Project::default(),
        diagnostics: Diagnostics::default(),
        allows_written_secrets: false,
    };
    match loader.load(PROJECT_FILE) {
        Err(LoadError::Missing) => {
            if let Some(profile) = profile {
                reading.file = sources.add(SourceText::new(PROJECT_FILE, ""));
                let at = Span::new(reading.file, 0, 0);
                reading.diagnostics.push(errors::unknown_profile(at, profile, &[]));
            }
        }
        Err(error) => {
            reading.file = sources.add(SourceText::new(PROJECT_FILE, ""));
            let at = Span::new(reading.file, 0, 0);
            reading.diagnostics.push(errors::project_unreadable(at, &reason(&error)));
        }
        Ok(text) => {
            reading.file = sources.add(SourceText::new(PROJECT_FILE, masked(&text)));
            match DeTable::parse(&text) {
                Ok(table) => {
                    reading.project.connections = Some(BTreeMap::new());
                    reading.read(table.get_ref(), profile);
                }
                Err(error) => {
                    let at = error.span().unwrap_or(0..0);
                    let at = Span::new(reading.file, at.start as u32, at.end as u32);
                    reading.diagnostics.push(errors::project_unreadable(at, error.message()));
                }
            }
        }
    }
    ProjectFile { project: reading.project, sources, diagnostics: reading.diagnostics.sorted() }
}

fn reason(error: &LoadError) -> String {
    match error {
        LoadError::Missing => "there is no such file".to_owned(),
        LoadError::Unreadable(words) => words.clone(),
        LoadError::NotText(at) => format!("it is no text in UTF-8: byte {at} is not part of a letter"),
    }
}

pub(super) struct Reading {
    file: FileId,
    pub(super) project: Project,
    pub(super) diagnostics: Diagnostics,
    pub(super) allows_written_secrets: bool,
}

impl Reading {
    pub(super) fn at<T>(&self, of: &Spanned<T>) -> Span {
        let range = of.span();
        Span::new(self.file, range.start as u32, range.end as u32)
    }

    fn read(&mut self, table: &DeTable<'_>, profile: Option<&str>) {
        let mut as_of = None;
        // Before the connections, whatever their order.
        if let Some(value) = table.get("allow_inline_secret") {
            self.allows_written_secrets = self.truth("allow_inline_secret", value).unwrap_or(false);
        }
        for (key, value) in table.iter() {
            match key.get_ref().as_ref() {
                "zone" => self.zone(value),
                "locale" => self.locale(value),
                "output" => self.output(value),
                "as_of" => as_of = Some(value),
                "connections" => self.connections(value, "connections"),
                "profiles" | "allow_inline_secret" => {}
                other => {
                    let at = self.at(key);
                    self.diagnostics.push(errors::unknown_key(at, other, None, &KEYS));
                }
            }
        }
        // After the connections that they replace.
        self.profiles(table.get("profiles"), profile);
        // After the zone, whatever their order: the clock is read in it.
        if let Some(value) = as_of {
            self.as_of(value);
        }
    }

    /// All are read, so that a mistake in one is told before somebody needs it; only the named one is kept.
    fn profiles(&mut self, value: Option<&Spanned<DeValue<'_>>>, chosen: Option<&str>) {
        let mut known = Vec::new();
        match value.map(|value| (value, value.get_ref())) {
            None => {}
            Some((_, DeValue::Table(table))) => {
                for (name, value) in table.iter() {
                    let name = name.get_ref().to_string();
                    let before = self.project.connections.clone();
                    self.profile(&name, value);
                    if chosen != Some(name.as_str()) {
                        self.project.connections = before;
                    }
                    known.push(name);
                }
            }
            Some((value, _)) => {
                let at = self.at(value);
                self.diagnostics.push(errors::bad_value(
                    at,
                    "profiles",
                    "a table: `[profiles.demo.connections.wallet]`",
                ));
            }
        }
        if let Some(chosen) = chosen.filter(|chosen| !known.iter().any(|name| name == chosen)) {
            let at = value.map_or_else(|| Span::new(self.file, 0, 0), |value| self.at(value));
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            self.diagnostics.push(errors::unknown_profile(at, chosen, &known));
        }
    }

    fn profile(&mut self, name: &str, value: &Spanned<DeValue<'_>>) {
        let whose = format!("profiles.{name}");
        let DeValue::Table(table) = value.get_ref() else {
            let at = self.at(value);
            let wanted = format!("a table: `[{whose}.connections.wallet]`");
            self.diagnostics.push(errors::bad_value(at, &whose, &wanted));
            return;
        };
        for (key, value) in table.iter() {
            if key.get_ref().as_ref() == "connections" {
                self.connections(value, &format!("{whose}.connections"));
            } else {
                let at = self.at(key);
                self.diagnostics.push(errors::unknown_key(at, key.get_ref(), Some(&whose), &["connections"]));
            }
        }
    }

    pub(super) fn truth(&mut self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<bool> {
        if let DeValue::Boolean(truth) = value.get_ref() {
            return Some(*truth);
        }
        let at = self.at(value);
        self.diagnostics.push(errors::bad_value(at, key, "`true` or `false`"));
        None
    }

    pub(super) fn text(&mut self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<String> {
        if let DeValue::String(text) = value.get_ref() {
            return Some(text.to_string());
        }
        let at = self.at(value);
        self.diagnostics.push(errors::bad_value(at, key, "a text in quotes"));
        None
    }

    fn zone(&mut self, value: &Spanned<DeValue<'_>>) {
        let Some(text) = self.text("zone", value) else { return };
        match Zone::parse(&text) {
            Some(zone) => self.project.zone = zone,
            None => {
                let at = self.at(value);
                self.diagnostics.push(errors::unknown_zone(at, &text));
            }
        }
    }

    fn locale(&mut self, value: &Spanned<DeValue<'_>>) {
        let Some(text) = self.text("locale", value) else { return };
        if LOCALES.contains(&text.as_str()) {
            self.project.locale = text;
        } else {
            let at = self.at(value);
            self.diagnostics.push(errors::unknown_locale(at, &text));
        }
    }

    fn output(&mut self, value: &Spanned<DeValue<'_>>) {
        let Some(text) = self.text("output", value) else { return };
        if text.trim().is_empty() {
            let at = self.at(value);
            self.diagnostics.push(errors::bad_value(at, "output", "the name of a folder"));
        } else {
            self.project.output = text;
        }
    }

    fn as_of(&mut self, value: &Spanned<DeValue<'_>>) {
        let Some(text) = self.text("as_of", value) else { return };
        self.project.as_of = instant(&text, self.project.zone);
        if self.project.as_of.is_none() {
            let at = self.at(value);
            self.diagnostics.push(errors::bad_value(at, "as_of", "a moment such as \"2026-11-23T12:00\""));
        }
    }

    fn connections(&mut self, value: &Spanned<DeValue<'_>>, whose: &str) {
        let DeValue::Table(table) = value.get_ref() else {
            let at = self.at(value);
            self.diagnostics.push(errors::bad_value(at, whose, &format!("a table: `[{whose}.wallet]`")));
            return;
        };
        for (name, value) in table.iter() {
            let full_name = format!("{whose}.{}", name.get_ref());
            let connection = self.connection(self.at(name), &full_name, value);
            self.project.connections.get_or_insert_default().insert(name.get_ref().to_string(), connection);
        }
    }
}

/// `2026-11-23`, `2026-11-23T12:00`, `2026-11-23T12:00:30`: a wall clock in the zone.
fn instant(text: &str, zone: Zone) -> Option<DateTime> {
    let (date, time) = text.split_once('T').unwrap_or((text, "00:00"));
    let date = Date::parse(date)?;
    let parts: Vec<&str> = time.split(':').collect();
    let number = |part: &str| (part.len() == 2).then(|| part.parse::<u32>().ok()).flatten();
    let time = match parts.as_slice() {
        [hour, minute] => Time::from_hms(number(hour)?, number(minute)?, 0)?,
        [hour, minute, second] => Time::from_hms(number(hour)?, number(minute)?, number(second)?)?,
        _ => return None,
    };
    let seconds = u32::try_from(time.0 / 1_000_000).ok()?;
    let wall = date.naive().and_hms_opt(seconds / 3600, seconds / 60 % 60, seconds % 60)?;
    zone.instant_of(wall)
}

#[cfg(test)]
mod tests {
    use wr_base::loader::MemoryLoader;

    use super::super::{Amplitude, ClickHouse, Connection, Driver, SecretFrom, SqlServer};
    use super::*;

    fn read(text: &str) -> ProjectFile {
        read_project(&MemoryLoader(BTreeMap::from([(PROJECT_FILE.to_owned(), text.to_owned())])))
    }

    /// Code, the words it stands on, headline.
    fn said(text: &str) -> Vec<String> {
        let file = read(text);
        let line = |diagnostic: &wr_base::diag::Diagnostic| {
            format!("{} {:?} {}", diagnostic.code, file.sources.slice(diagnostic.primary.span), diagnostic.headline)
        };
        file.diagnostics.iter().map(line).collect()
    }

    #[test]
    fn a_project_without_a_file_has_the_defaults() {
        let file = read_project(&MemoryLoader::default());
        assert_eq!(file.project, Project::default());
        assert_eq!(file.project.connections, None);
        assert_eq!(file.diagnostics, []);
    }

    #[test]
    fn the_clock_is_read_in_the_zone_wherever_that_stands() {
        let file = read("as_of = \"2026-11-23T12:00\"\nzone = \"Europe/Moscow\"\n");
        assert_eq!(file.project.as_of.unwrap().to_string(), "2026-11-23T09:00:00.000000Z");
    }

    #[test]
    fn connections_lead_to_folders() {
        let file = read("[connections.wallet]\ndriver = \"local\"\nfolder = \"data/wallet\"\n");
        let wallet = Connection::Local { folder: Some("data/wallet".to_owned()), zone: None };
        assert_eq!(file.project.connections, Some(BTreeMap::from([("wallet".to_owned(), wallet)])));
        assert_eq!(file.diagnostics, []);
    }

    fn connections(text: &str, profile: Option<&str>) -> BTreeMap<String, Connection> {
        let loader = MemoryLoader(BTreeMap::from([(PROJECT_FILE.to_owned(), text.to_owned())]));
        let file = read_project_as(&loader, profile);
        assert_eq!(file.diagnostics, []);
        file.project.connections.unwrap()
    }

    #[test]
    fn servers_have_addresses_and_secrets_that_are_elsewhere() {
        let text = "[connections.wallet]\ndriver = \"clickhouse\"\nurl = \"https://ch.example:8443\"\nuser = \"reader\"\n\
                    password = { env = \"WALLET_PASSWORD\" }\ntimeout = \"2m\"\n\
                    [connections.crm]\ndriver = \"sqlserver\"\nhost = \"sql.example\"\ndatabase = \"crm\"\n\
                    user = \"reader\"\npassword = { command = \"pass show crm\" }\nzone = \"Europe/Moscow\"\n\
                    [connections.amp]\ndriver = \"amplitude\"\nregion = \"eu\"\napi_key = { env = \"A\" }\n\
                    secret_key = { file = \"amp.key\" }\n";
        let found = connections(text, None);
        let wallet = ClickHouse {
            url: "https://ch.example:8443".to_owned(),
            database: None,
            user: Some("reader".to_owned()),
            password: Some(SecretFrom::Environment("WALLET_PASSWORD".to_owned())),
            is_packed: true,
            timeout: Some(std::time::Duration::from_secs(120)),
        };
        let crm = SqlServer {
            host: "sql.example".to_owned(),
            port: 1433,
            database: Some("crm".to_owned()),
            user: Some("reader".to_owned()),
            password: Some(SecretFrom::Command("pass show crm".to_owned())),
            is_encrypted: true,
            certificate: None,
            zone: Zone::parse("Europe/Moscow"),
            timeout: None,
        };
        let amp = Amplitude {
            is_in_europe: true,
            url: None,
            api_key: Some(SecretFrom::Environment("A".to_owned())),
            secret_key: Some(SecretFrom::File("amp.key".into())),
            timeout: None,
        };
        assert_eq!(found["wallet"], Connection::ClickHouse(wallet));
        assert_eq!(found["crm"], Connection::SqlServer(crm));
        assert_eq!(found["amp"], Connection::Amplitude(amp));
    }

    #[test]
    fn a_profile_puts_its_connections_in_the_place_of_others() {
        let text = "[connections.wallet]\ndriver = \"local\"\nfolder = \"data\"\n[connections.crm]\ndriver = \"local\"\n\
                    folder = \"data\"\n[profiles.demo.connections.wallet]\ndriver = \"clickhouse\"\nurl = \"http://x:1\"\n";
        let plain = connections(text, None);
        assert_eq!(plain["wallet"].driver(), Driver::Local);
        let demo = connections(text, Some("demo"));
        assert_eq!((demo["wallet"].driver(), demo["crm"].driver()), (Driver::ClickHouse, Driver::Local));
        let loader = MemoryLoader(BTreeMap::from([(PROJECT_FILE.to_owned(), text.to_owned())]));
        let unknown = read_project_as(&loader, Some("dem"));
        assert_eq!(unknown.diagnostics.len(), 1);
        assert_eq!(unknown.diagnostics[0].headline, "`wr.toml` has no profile `dem`");
    }

    #[test]
    fn a_written_secret_is_refused_and_never_shown() {
        let text = "[connections.crm]\ndriver = \"sqlserver\"\nhost = \"h\"\npassword = \"hunter2\"\n\
                    [connections.wallet]\ndriver = \"clickhouse\"\nurl = \"http://me:hunter2@h:1\"\n";
        assert_eq!(
            said(text),
            [
                "WR0620 \"crm\" `connections.crm` has a secret in the file: `password`",
                "WR0620 \"wallet\" `connections.wallet` has a secret in the file: `url`",
            ]
        );
        let file = read(text);
        assert!(!format!("{file:?}").contains("hunter2"));
        assert_eq!(said(&format!("allow_inline_secret = true\n{text}")).len(), 1);
    }

    #[test]
    fn each_mistake_is_told_once_and_at_its_words() {
        let text = "zon = \"UTC\"\nlocale = \"xx\"\nzone = \"Europe/Moskow\"\noutput = 5\nas_of = \"yesterday\"\n\
                    [connections.a]\ndriver = \"locl\"\n[connections.b]\nfolder = \"x\"\n[connections.c]\ndriver = \"local\"\n\
                    [connections.d]\ndriver = \"local\"\nfolder = \"x\"\nfoldr = \"y\"\n";
        assert_eq!(
            said(text),
            [
                "WR0601 \"zon\" `wr.toml` has no key `zon`",
                "WR0605 \"\\\"xx\\\"\" there is no language `xx`",
                "WR0604 \"\\\"Europe/Moskow\\\"\" there is no zone `Europe/Moskow`",
                "WR0602 \"5\" `output` is not a text in quotes",
                "WR0602 \"\\\"yesterday\\\"\" `as_of` is not a moment such as \"2026-11-23T12:00\"",
                "WR0608 \"\\\"locl\\\"\" there is no kind of server `locl`",
                "WR0603 \"b\" `connections.b` lacks `driver`",
                "WR0603 \"c\" `connections.c` lacks `folder`",
                "WR0601 \"foldr\" `connections.d` has no key `foldr`",
            ]
        );
    }

    #[test]
    fn a_file_that_is_no_toml_is_told_where_it_breaks() {
        let said = said("zone = \n");
        assert_eq!(said.len(), 1);
        assert!(said[0].starts_with("WR0600"), "{said:?}");
    }
}
