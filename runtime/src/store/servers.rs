//! Which database the records of a connection go to, and how that of an earlier run is found again.
//!
//! Invariant: a run is asked about only where it was recorded. A connection that leads elsewhere by now is an error: asked
//! there, a run that was recorded would be unknown and be undone.

use super::sqlserver::errors::{leads_elsewhere, takes_none};
use super::{RecordPlace, RecordServers, RecordTarget, SqlServerTarget, StoreError};
use crate::cancel::Cancel;
use crate::sources::server_errors::setting_not_had;
use crate::sources::sqlserver::SqlServerSetting;

/// A connection as a place for records.
pub enum RecordConnection {
    /// They go into the project's own store.
    Store,
    SqlServer(Box<SqlServerSetting>),
    /// It takes none; what it is, in words.
    Nowhere(&'static str),
}

/// Finds a connection by its name under a profile, or says in words why it cannot be had.
pub type FindConnection = dyn Fn(&str, Option<&str>) -> Result<RecordConnection, String> + Send;

/// Every connection records into the project's own store.
pub struct NoServers;

impl RecordServers for NoServers {
    fn place(&mut self, _connection: &str) -> Result<Option<RecordPlace>, StoreError> {
        Ok(None)
    }

    fn target(&mut self, place: &RecordPlace) -> Result<&mut dyn RecordTarget, StoreError> {
        Err(leads_elsewhere(place, "the project's own store"))
    }
}

/// The connections of `wr.toml`.
pub struct ProjectServers {
    find: Box<FindConnection>,
    /// With which new runs are made.
    profile: Option<String>,
    cancel: Cancel,
    open: Vec<(RecordPlace, SqlServerTarget)>,
}

impl ProjectServers {
    #[must_use]
    pub fn new(find: Box<FindConnection>, profile: Option<String>, cancel: Cancel) -> Self {
        Self { find, profile, cancel, open: Vec::new() }
    }

    fn found(&self, connection: &str, profile: Option<&str>) -> Result<RecordConnection, StoreError> {
        (self.find)(connection, profile)
            .map_err(|words| StoreError::Server(Box::new(setting_not_had(connection, None, &words))))
    }
}

impl RecordServers for ProjectServers {
    fn place(&mut self, connection: &str) -> Result<Option<RecordPlace>, StoreError> {
        match self.found(connection, self.profile.as_deref())? {
            RecordConnection::Store => Ok(None),
            RecordConnection::SqlServer(setting) => {
                Ok(Some(SqlServerTarget::place(connection, self.profile.as_deref(), &setting)))
            }
            RecordConnection::Nowhere(kind) => Err(takes_none(connection, kind)),
        }
    }

    fn target(&mut self, place: &RecordPlace) -> Result<&mut dyn RecordTarget, StoreError> {
        let at = match self.open.iter().position(|(other, _)| other == place) {
            Some(at) => at,
            None => {
                let setting = match self.found(&place.connection, place.profile.as_deref())? {
                    RecordConnection::SqlServer(setting) => setting,
                    RecordConnection::Store => return Err(leads_elsewhere(place, "the project's own store")),
                    RecordConnection::Nowhere(kind) => return Err(leads_elsewhere(place, kind)),
                };
                let now = SqlServerTarget::place(&place.connection, place.profile.as_deref(), &setting);
                if now.address != place.address {
                    return Err(leads_elsewhere(place, &now.address));
                }
                let target = SqlServerTarget::new(&place.connection, &setting, self.cancel.clone());
                self.open.push((place.clone(), target));
                self.open.len() - 1
            }
        };
        match self.open.get_mut(at) {
            Some((_, target)) => Ok(target),
            None => Err(leads_elsewhere(place, "nowhere")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wr_base::diag::Code;

    fn servers() -> ProjectServers {
        let find = |connection: &str, profile: Option<&str>| match (connection, profile) {
            ("crm", Some("live")) => {
                Ok(RecordConnection::SqlServer(Box::new(SqlServerSetting::at("db.example.com", 1433, "writer"))))
            }
            ("crm", Some("test")) => {
                Ok(RecordConnection::SqlServer(Box::new(SqlServerSetting::at("other.example.com", 1433, "writer"))))
            }
            ("crm", _) => Ok(RecordConnection::Store),
            ("wallet", _) => Ok(RecordConnection::Nowhere("ClickHouse")),
            _ => Err("there is none".to_owned()),
        };
        ProjectServers::new(Box::new(find), Some("live".to_owned()), Cancel::default())
    }

    fn code(failure: StoreError) -> Code {
        let StoreError::Server(error) = failure else { panic!("{failure:?}") };
        error.code
    }

    #[test]
    fn a_run_is_looked_for_only_where_it_was_recorded() {
        let mut servers = servers();
        let place = servers.place("crm").unwrap().unwrap();
        assert_eq!((place.address.as_str(), place.profile.as_deref()), ("db.example.com:1433/", Some("live")));
        assert!(servers.target(&place).is_ok());
        for profile in [Some("test".to_owned()), None] {
            let elsewhere = RecordPlace { profile, ..place.clone() };
            assert_eq!(servers.target(&elsewhere).map(drop).map_err(code), Err(Code::ConnectionSetting));
        }
        let gone = RecordPlace { connection: "gone".to_owned(), ..place };
        assert_eq!(servers.target(&gone).map(drop).map_err(code), Err(Code::ConnectionSetting));
    }

    #[test]
    fn what_keeps_no_key_once_takes_no_records() {
        assert_eq!(servers().place("wallet").map_err(code), Err(Code::RecordTableUnfit));
        assert_eq!(ProjectServers { profile: None, ..servers() }.place("crm"), Ok(None));
    }
}
