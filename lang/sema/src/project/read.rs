//! The text of `wr.toml` to a [`Project`].

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use wr_base::diag::Diagnostics;
use wr_base::loader::{LoadError, Loader};
use wr_base::source::{SourceSet, SourceText};
use wr_base::span::{FileId, Span};
use wr_base::value::{Date, DateTime, Time, Zone};

use super::{Connection, Driver, LOCALES, PROJECT_FILE, Project, ProjectFile, errors};

const KEYS: [&str; 5] = ["zone", "locale", "output", "as_of", "connections"];

/// Keys of a connection that are read here.
const CONNECTION_KEYS: [&str; 2] = ["driver", "folder"];

/// Reads `wr.toml`; without one, the defaults.
#[must_use]
pub fn read_project(loader: &dyn Loader) -> ProjectFile {
    let mut sources = SourceSet::default();
    let mut reading = Reading { file: FileId(0), project: Project::default(), diagnostics: Diagnostics::default() };
    match loader.load(PROJECT_FILE) {
        Err(LoadError::Missing) => {}
        Err(error) => {
            reading.file = sources.add(SourceText::new(PROJECT_FILE, ""));
            let at = Span::new(reading.file, 0, 0);
            reading.diagnostics.push(errors::project_unreadable(at, &reason(&error)));
        }
        Ok(text) => {
            let source = SourceText::new(PROJECT_FILE, text);
            let text = source.text.clone();
            reading.file = sources.add(source);
            match DeTable::parse(&text) {
                Ok(table) => {
                    reading.project.connections = Some(BTreeMap::new());
                    reading.read(table.get_ref());
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

struct Reading {
    file: FileId,
    project: Project,
    diagnostics: Diagnostics,
}

type Entry<'a, 'b> = (&'b Spanned<std::borrow::Cow<'a, str>>, &'b Spanned<DeValue<'a>>);

impl Reading {
    fn at<T>(&self, of: &Spanned<T>) -> Span {
        let range = of.span();
        Span::new(self.file, range.start as u32, range.end as u32)
    }

    fn read(&mut self, table: &DeTable<'_>) {
        let mut as_of = None;
        for (key, value) in table.iter() {
            match key.get_ref().as_ref() {
                "zone" => self.zone(value),
                "locale" => self.locale(value),
                "output" => self.output(value),
                "as_of" => as_of = Some(value),
                "connections" => self.connections(value),
                other => {
                    let at = self.at(key);
                    self.diagnostics.push(errors::unknown_key(at, other, None, &KEYS));
                }
            }
        }
        // After the zone, whatever their order: the clock is read in it.
        if let Some(value) = as_of {
            self.as_of(value);
        }
    }

    fn text(&mut self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<String> {
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

    fn connections(&mut self, value: &Spanned<DeValue<'_>>) {
        let DeValue::Table(table) = value.get_ref() else {
            let at = self.at(value);
            self.diagnostics.push(errors::bad_value(at, "connections", "a table: `[connections.wallet]`"));
            return;
        };
        for entry in table.iter() {
            self.connection(entry);
        }
    }

    fn connection(&mut self, (name, value): Entry<'_, '_>) {
        let full_name = format!("connections.{}", name.get_ref());
        let DeValue::Table(table) = value.get_ref() else {
            let at = self.at(value);
            self.diagnostics.push(errors::bad_value(at, &full_name, "a table with a `driver`"));
            return;
        };
        let mut driver = None;
        let mut is_told = false;
        let mut folder = None;
        for (key, value) in table.iter() {
            match key.get_ref().as_ref() {
                "driver" => {
                    is_told = true;
                    driver = self.driver(value);
                }
                "folder" => folder = self.text("folder", value),
                // What other drivers need is the runtime's affair, secrets among it.
                other if driver_of(table).is_some_and(|driver| driver != Driver::Local) && other != "folder" => {}
                other => {
                    let at = self.at(key);
                    self.diagnostics.push(errors::unknown_key(at, other, Some(&full_name), &CONNECTION_KEYS));
                }
            }
        }
        let at = self.at(name);
        if !is_told {
            self.diagnostics.push(errors::missing_value(at, &full_name, "driver", "\"local\""));
        }
        if driver == Some(Driver::Local) && folder.is_none() && !table.contains_key("folder") {
            self.diagnostics.push(errors::missing_value(at, &full_name, "folder", "\"data\""));
        }
        // A broken connection is known, so that scripts which use it hear of it once.
        let driver = driver.unwrap_or(Driver::Local);
        let connection = Connection { driver, folder };
        self.project.connections.get_or_insert_default().insert(name.get_ref().to_string(), connection);
    }

    fn driver(&mut self, value: &Spanned<DeValue<'_>>) -> Option<Driver> {
        let text = self.text("driver", value)?;
        let driver = Driver::ALL.into_iter().find(|driver| driver.word() == text);
        if driver.is_none() {
            let at = self.at(value);
            self.diagnostics.push(errors::unknown_engine(at, &text, &Driver::ALL.map(Driver::word)));
        }
        driver
    }
}

/// The driver of a connection, wherever it stands among its keys.
fn driver_of(table: &DeTable<'_>) -> Option<Driver> {
    match table.get("driver")?.get_ref() {
        DeValue::String(text) => Driver::ALL.into_iter().find(|driver| driver.word() == text.as_ref()),
        DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_)
        | DeValue::Array(_)
        | DeValue::Table(_) => None,
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
        let wallet = Connection { driver: Driver::Local, folder: Some("data/wallet".to_owned()) };
        assert_eq!(file.project.connections, Some(BTreeMap::from([("wallet".to_owned(), wallet)])));
        assert_eq!(file.diagnostics, []);
    }

    #[test]
    fn secrets_of_other_drivers_are_left_alone() {
        assert_eq!(said("[connections.crm]\npassword_env = \"X\"\ndriver = \"sqlserver\"\n"), Vec::<String>::new());
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
