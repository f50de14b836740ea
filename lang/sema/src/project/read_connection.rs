//! A table of `wr.toml` to a connection.

use std::time::Duration;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use wr_base::span::Span;
use wr_base::value::Zone;
use wr_secret::Secret;

use super::masked::SECRET_KEYS;
use super::read::Reading;
use super::{Amplitude, ClickHouse, Connection, Driver, SecretFrom, SqlServer, errors};

/// The keys of a connection, by its driver.
const fn keys(driver: Driver) -> &'static [&'static str] {
    match driver {
        Driver::Local => &["driver", "folder", "zone"],
        Driver::ClickHouse => &["driver", "url", "database", "user", "password", "compress", "timeout"],
        Driver::SqlServer => {
            &["driver", "host", "port", "database", "user", "password", "encrypt", "certificate", "zone", "timeout"]
        }
        Driver::Amplitude => &["driver", "region", "url", "api_key", "secret_key", "timeout"],
    }
}

/// The connection that is read: where it stands, and what it is called in messages.
struct Whose<'a> {
    at: Span,
    name: &'a str,
    table: &'a DeTable<'a>,
}

impl Reading {
    /// A connection that is broken is known all the same, so that scripts which use it hear of it once.
    pub(super) fn connection(&mut self, at: Span, name: &str, value: &Spanned<DeValue<'_>>) -> Connection {
        let broken = Connection::Local { folder: None, zone: None };
        let DeValue::Table(table) = value.get_ref() else {
            let at = self.at(value);
            self.diagnostics.push(errors::bad_value(at, name, "a table with a `driver`"));
            return broken;
        };
        let whose = Whose { at, name, table };
        let Some(driver) = self.driver(&whose) else { return broken };
        let known = keys(driver);
        for (key, _) in table.iter() {
            let word = key.get_ref().as_ref();
            if !known.contains(&word) {
                let at = self.at(key);
                self.diagnostics.push(errors::unknown_key(at, word, Some(name), known));
            }
        }
        match driver {
            Driver::Local => {
                let folder = self.needed(&whose, "folder", "\"data\"");
                Connection::Local { folder, zone: self.zone_of(&whose) }
            }
            Driver::ClickHouse => Connection::ClickHouse(ClickHouse {
                url: self.url(&whose, true).unwrap_or_default(),
                database: self.optional(&whose, "database"),
                user: self.optional(&whose, "user"),
                password: self.secret(&whose, "password"),
                is_packed: self.truth_of(&whose, "compress"),
                timeout: self.timeout(&whose),
            }),
            Driver::SqlServer => Connection::SqlServer(SqlServer {
                host: self.needed(&whose, "host", "\"sql.example.com\"").unwrap_or_default(),
                port: self.port(&whose),
                database: self.optional(&whose, "database"),
                user: self.optional(&whose, "user"),
                password: self.secret(&whose, "password"),
                is_encrypted: self.truth_of(&whose, "encrypt"),
                certificate: self.optional(&whose, "certificate"),
                zone: self.zone_of(&whose),
                timeout: self.timeout(&whose),
            }),
            Driver::Amplitude => Connection::Amplitude(Amplitude {
                is_in_europe: self.is_in_europe(&whose),
                url: self.url(&whose, false),
                api_key: self.needed_secret(&whose, "api_key"),
                secret_key: self.needed_secret(&whose, "secret_key"),
                timeout: self.timeout(&whose),
            }),
        }
    }

    fn driver(&mut self, whose: &Whose<'_>) -> Option<Driver> {
        let Some(value) = whose.table.get("driver") else {
            self.diagnostics.push(errors::missing_value(whose.at, whose.name, "driver", "\"local\""));
            return None;
        };
        let text = self.text("driver", value)?;
        let driver = Driver::ALL.into_iter().find(|driver| driver.word() == text);
        if driver.is_none() {
            let at = self.at(value);
            self.diagnostics.push(errors::unknown_engine(at, &text, &Driver::ALL.map(Driver::word)));
        }
        driver
    }

    fn optional(&mut self, whose: &Whose<'_>, key: &str) -> Option<String> {
        let value = whose.table.get(key)?;
        self.text(key, value)
    }

    fn needed(&mut self, whose: &Whose<'_>, key: &str, example: &str) -> Option<String> {
        if whose.table.contains_key(key) {
            return self.optional(whose, key);
        }
        self.diagnostics.push(errors::missing_value(whose.at, whose.name, key, example));
        None
    }

    /// True where nothing is said.
    fn truth_of(&mut self, whose: &Whose<'_>, key: &str) -> bool {
        whose.table.get(key).and_then(|value| self.truth(key, value)).unwrap_or(true)
    }

    fn zone_of(&mut self, whose: &Whose<'_>) -> Option<Zone> {
        let value = whose.table.get("zone")?;
        let text = self.text("zone", value)?;
        let zone = Zone::parse(&text);
        if zone.is_none() {
            let at = self.at(value);
            self.diagnostics.push(errors::unknown_zone(at, &text));
        }
        zone
    }

    /// An address without a user: what stands before an `@` is a secret.
    fn url(&mut self, whose: &Whose<'_>, is_needed: bool) -> Option<String> {
        let text = if is_needed {
            self.needed(whose, "url", "\"https://clickhouse.example.com:8443\"")?
        } else {
            self.optional(whose, "url")?
        };
        let at = whose.table.get("url").map_or(whose.at, |value| self.at(value));
        let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        match host.map(|host| host.trim_end_matches('/')) {
            Some(host) if host.split('/').next().is_some_and(|host| host.contains('@')) => {
                self.diagnostics.push(errors::written_secret(whose.at, whose.name, "url"));
                None
            }
            Some(host) if !host.is_empty() => Some(text.trim_end_matches('/').to_owned()),
            Some(_) | None => {
                self.diagnostics.push(errors::bad_value(at, "url", "an address such as \"https://host:8443\""));
                None
            }
        }
    }

    fn port(&mut self, whose: &Whose<'_>) -> u16 {
        let Some(value) = whose.table.get("port") else { return SQL_SERVER_PORT };
        let port = if let DeValue::Integer(number) = value.get_ref() { number.as_str().parse().ok() } else { None };
        port.unwrap_or_else(|| {
            let at = self.at(value);
            self.diagnostics.push(errors::bad_value(at, "port", "a number from 1 to 65535"));
            SQL_SERVER_PORT
        })
    }

    fn timeout(&mut self, whose: &Whose<'_>) -> Option<Duration> {
        let value = whose.table.get("timeout")?;
        let text = self.text("timeout", value)?;
        let duration = duration(&text);
        if duration.is_none() {
            let at = self.at(value);
            self.diagnostics.push(errors::bad_value(at, "timeout", "a duration such as \"30s\", \"10m\" or \"1h\""));
        }
        duration
    }

    fn is_in_europe(&mut self, whose: &Whose<'_>) -> bool {
        let Some(region) = self.needed(whose, "region", "\"eu\"") else { return false };
        if !matches!(region.as_str(), "eu" | "us") {
            let at = whose.table.get("region").map_or(whose.at, |value| self.at(value));
            self.diagnostics.push(errors::bad_value(at, "region", "\"us\" or \"eu\""));
        }
        region == "eu"
    }

    fn needed_secret(&mut self, whose: &Whose<'_>, key: &str) -> Option<SecretFrom> {
        if whose.table.contains_key(key) {
            return self.secret(whose, key);
        }
        self.diagnostics.push(errors::missing_value(whose.at, whose.name, key, "{ env = \"AMPLITUDE_KEY\" }"));
        None
    }

    /// Where a secret is. One that is written is told of at the name of the connection, away from its characters.
    fn secret(&mut self, whose: &Whose<'_>, key: &str) -> Option<SecretFrom> {
        debug_assert!(SECRET_KEYS.contains(&key), "a secret whose key is not masked");
        let value = whose.table.get(key)?;
        if let DeValue::String(text) = value.get_ref() {
            if self.allows_written_secrets {
                return Some(SecretFrom::Written(Secret::new(text.to_string())));
            }
            self.diagnostics.push(errors::written_secret(whose.at, whose.name, key));
            return None;
        }
        let found = if let DeValue::Table(table) = value.get_ref() { place(table) } else { None };
        if found.is_none() {
            let at = self.at(value);
            self.diagnostics.push(errors::bad_value(at, key, "where the secret is: `{ env = \"NAME\" }`"));
        }
        found
    }
}

const SQL_SERVER_PORT: u16 = 1433;

/// `{ env = "…" }`, `{ file = "…" }`, `{ command = "…" }`.
fn place(table: &DeTable<'_>) -> Option<SecretFrom> {
    let mut entries = table.iter();
    let (key, value) = entries.next()?;
    let DeValue::String(text) = value.get_ref() else { return None };
    if entries.next().is_some() || text.trim().is_empty() {
        return None;
    }
    match key.get_ref().as_ref() {
        "env" => Some(SecretFrom::Environment(text.to_string())),
        "file" => Some(SecretFrom::File(text.as_ref().into())),
        "command" => Some(SecretFrom::Command(text.to_string())),
        _ => None,
    }
}

/// `30s`, `10m`, `1h`: at least a second.
fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let unit = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => return None,
    };
    let seconds = number.parse::<u64>().ok()?.checked_mul(unit)?;
    (seconds > 0).then(|| Duration::from_secs(seconds))
}
