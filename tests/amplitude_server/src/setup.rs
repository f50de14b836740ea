//! What a server has and how it behaves: projects with their keys, cohorts, events, limits.

use crate::{Clock, Cohort, Event};

/// Where a project lives. One server is one region; a key of the other one is unknown to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Region {
    Us,
    Eu,
}

/// A pair of keys is a project.
#[derive(Clone, Debug)]
pub struct Project {
    pub region: Region,
    pub api_key: String,
    pub secret_key: String,
}

/// A property of users as the Taxonomy lists it.
#[derive(Clone, Debug)]
pub struct UserProperty {
    /// `gp:plan`; those that Amplitude knows itself have no `gp:`.
    pub name: String,
    pub description: Option<String>,
    pub is_deleted: bool,
}

/// How the bytes of a cohort's file are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Compressed, and said to be, as the service does.
    Gzip,
    /// Compressed, and not said to be.
    GzipUnnamed,
    Plain,
}

/// How the end of a body is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    Length,
    Chunked,
}

/// Everything that a server starts with.
#[derive(Clone, Debug)]
pub struct Setup {
    pub region: Region,
    pub projects: Vec<Project>,
    pub cohorts: Vec<Cohort>,
    pub events: Vec<Event>,
    /// What the Taxonomy says of users; `None`: the contract has none.
    pub user_properties: Option<Vec<UserProperty>>,
    pub clock: Clock,
    /// How often a job is asked for before it is done.
    pub polls_until_done: u32,
    /// Files of fewer bytes, compressed, come from the API itself, others from the storage.
    pub inline_below: usize,
    pub encoding: Encoding,
    pub framing: Framing,
    pub requests_a_month: u64,
    pub requests_in_ten_minutes: usize,
    pub at_once: usize,
    /// Longer windows are answered with 400, as if above 4 GB.
    pub export_hours_in_size: i64,
    /// Longer windows are answered with 504.
    pub export_hours_in_time: i64,
    /// Ports of the API and of the storage; 0 is any free one.
    pub ports: (u16, u16),
}

impl Default for Setup {
    /// The project `key` with the secret `secret` in the US, without cohorts.
    fn default() -> Setup {
        let project = Project { region: Region::Us, api_key: "key".into(), secret_key: "secret".into() };
        Setup {
            region: Region::Us,
            projects: vec![project],
            cohorts: Vec::new(),
            events: Vec::new(),
            user_properties: None,
            clock: Clock::real(),
            polls_until_done: 2,
            inline_below: 4096,
            encoding: Encoding::Gzip,
            framing: Framing::Length,
            requests_a_month: 500,
            requests_in_ten_minutes: 60,
            at_once: 5,
            export_hours_in_size: 365 * 24,
            export_hours_in_time: 365 * 24,
            ports: (0, 0),
        }
    }
}
