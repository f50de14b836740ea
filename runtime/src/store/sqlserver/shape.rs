//! What the server says of a table → whether each key of a record can be there once, and how its columns are written.
//!
//! Invariant: a [`Shape`] is made only of a table in which a unique key without a filter keeps exactly the record's key apart,
//! and whose rows say of which run they are.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tiberius::Row;
use wr_plan::sql::catalogue::{sqlserver_columns, sqlserver_object, sqlserver_unique_keys};
use wr_plan::sql::stored::{SqlServerKind, SqlServerType, StoredType};

use super::conversation::{Conversation, Stop};
use super::errors;
use super::statement::{OWN_TABLES, OwnTable, RUN_COLUMN, quoted};
use crate::error::RunError;
use crate::files::hash_bytes;
use crate::sources::errors::Place;
use crate::sources::sqlserver::table::{stored, text};
use crate::store::{Occasion, RecordTable};

/// A table that can be recorded into.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    /// As the server spells them.
    schema: String,
    name: String,
    /// The declared columns in their order, and how the server spells and stores each.
    pub(super) columns: Vec<(String, String, SqlServerType)>,
    /// How the run's id is stored.
    pub(super) run: SqlServerType,
    pub(super) keys: Vec<UniqueKey>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct UniqueKey {
    pub(super) name: String,
    pub(super) columns: Vec<String>,
    /// The server passes over rows that would break it.
    hides_doubles: bool,
}

impl UniqueKey {
    /// Whether it is over exactly these columns, in any order.
    pub(super) fn is_over(&self, columns: &[String]) -> bool {
        self.columns.len() == columns.len() && columns.iter().all(|name| self.columns.iter().any(|own| same(own, name)))
    }
}

/// Names are told apart as the server usually does.
fn same(left: &str, right: &str) -> bool {
    left.to_lowercase() == right.to_lowercase()
}

/// What is in the way of a record, and the statements that mend it.
#[derive(Debug, Default)]
pub(super) struct Problems {
    pub(super) words: Vec<String>,
    pub(super) remedies: Vec<String>,
}

impl Problems {
    fn add(&mut self, words: impl Into<String>, remedy: Option<String>) {
        self.words.push(words.into());
        self.remedies.extend(remedy);
    }

    /// # Errors
    /// There are any.
    pub(super) fn none(&self, place: &Place) -> Result<(), RunError> {
        if self.words.is_empty() { Ok(()) } else { Err(errors::not_ready(place, &self.words, &self.remedies)) }
    }
}

/// What the server says of a table.
struct Found {
    schema: String,
    name: String,
    /// `U `: a table.
    kind: String,
    may_insert: bool,
    /// By their names in small letters.
    columns: BTreeMap<String, Column>,
    keys: Vec<UniqueKey>,
}

impl Found {
    /// As the server spells it: the same for every project that records there.
    fn own_name(&self) -> String {
        format!("{}.{}", self.schema, self.name)
    }
}

struct Column {
    name: String,
    ty: SqlServerType,
    /// The server fills it, whatever is sent.
    is_made_there: bool,
    has_default: bool,
}

impl Shape {
    /// `[dbo].[mailing_history]`
    pub(super) fn quoted_name(&self) -> String {
        format!("{}.{}", quoted(&self.schema), quoted(&self.name))
    }

    /// `dbo.mailing_history`
    fn own_name(&self) -> String {
        format!("{}.{}", self.schema, self.name)
    }

    /// How the server spells a declared column.
    pub(super) fn spelled<'a>(&'a self, declared: &'a str) -> &'a str {
        self.columns.iter().find(|(name, ..)| name == declared).map_or(declared, |(_, spelled, _)| spelled)
    }

    /// The columns of a key whose texts the server may find equal that are not.
    pub(super) fn columns_that_fold<'a>(&'a self, key: &'a [String]) -> impl Iterator<Item = String> + 'a {
        let texts = self.columns.iter().filter(|(.., ty)| matches!(ty.kind, SqlServerKind::Text { .. }));
        texts.filter(|(_, spelled, _)| key.iter().any(|name| same(name, spelled))).map(|(name, ..)| format!("`{name}`"))
    }

    /// What `wr_runs` keeps of the record: table and occasion.
    pub(super) fn noted(&self, occasion: Option<&Occasion>) -> Noted {
        Noted::new(&self.own_name(), |name| self.spelled(name).to_owned(), occasion)
    }

    /// The unique key that the server's words name.
    pub(super) fn broken_key(&self, words: &str) -> Option<&UniqueKey> {
        self.keys.iter().find(|key| words.contains(&format!("'{}'", key.name)))
    }
}

/// The key of an occasion in `wr_occasions`, for a table that was looked at before.
pub(super) async fn occasion_hash(
    conversation: &mut Conversation<'_>,
    place: &Place,
    occasion: &Occasion,
) -> Result<String, Stop> {
    let Some(found) = ask(conversation, &place.table).await? else {
        return Err(conversation.reach.server.table_missing(place, "").into());
    };
    let spelled = |name: &str| found.columns.get(&name.to_lowercase()).map_or(name, |column| &column.name).to_owned();
    Ok(Noted::new(&found.own_name(), spelled, Some(occasion)).hash())
}

/// An occasion as `wr_runs` keeps it, with the names that the server has: equal texts for equal occasions, from whichever
/// project. The order of its parts is that of this declaration, since its hash is a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Noted {
    table: String,
    columns: BTreeMap<String, String>,
}

impl Noted {
    fn new(found: &str, spelled: impl Fn(&str) -> String, occasion: Option<&Occasion>) -> Self {
        let columns = occasion.iter().flat_map(|occasion| &occasion.columns);
        let columns = columns.map(|(name, value)| (spelled(name), value.canonical())).collect();
        Self { table: found.to_owned(), columns }
    }

    /// The key of the occasion in `wr_occasions`.
    pub(super) fn hash(&self) -> String {
        // A struct of texts cannot fail to be JSON.
        hash_bytes(serde_json::to_string(self).unwrap_or_default().as_bytes())
    }

    /// The table, quoted.
    pub(super) fn table(&self) -> Option<String> {
        let (schema, name) = self.table.split_once('.')?;
        Some(format!("{}.{}", quoted(schema), quoted(name)))
    }
}

/// Asks the server about a table, and looks whether a record can go there. What is in the way is added to the problems; then
/// there is no shape.
pub(super) async fn look(
    conversation: &mut Conversation<'_>,
    place: &Place,
    table: &RecordTable,
    problems: &mut Problems,
) -> Result<Option<Shape>, Stop> {
    if place.table.split('.').count() > 2 {
        problems
            .add("it is named with its database: only tables of the connection's own database are recorded into", None);
        return Ok(None);
    }
    let Some(found) = ask(conversation, &place.table).await? else {
        return Err(conversation.reach.server.table_missing(place, "").into());
    };
    let columns = declared(conversation, place, table, &found)?;
    let before = problems.words.len();
    judge(table, &found, problems);
    let run = found.columns.get(RUN_COLUMN).map(|column| column.ty.clone());
    let (Some(run), true) = (run, problems.words.len() == before) else { return Ok(None) };
    Ok(Some(Shape { schema: found.schema, name: found.name, columns, run, keys: found.keys }))
}

/// Looks at the tables of `wr` itself.
pub(super) async fn look_at_own(conversation: &mut Conversation<'_>, problems: &mut Problems) -> Result<(), Stop> {
    for own in &OWN_TABLES {
        match ask(conversation, own.name).await? {
            None => problems.add(
                format!("the database has no table `{}`, or the user may not see it", own.name),
                Some(own.create.to_owned()),
            ),
            Some(found) => judge_own(own, &found, problems),
        }
    }
    Ok(())
}

async fn ask(conversation: &mut Conversation<'_>, name: &str) -> Result<Option<Found>, Stop> {
    let object = conversation.rows(&sqlserver_object(name)).await?;
    let Some(object) = object.first() else { return Ok(None) };
    let columns = conversation.rows(&sqlserver_columns(name)).await?;
    let keys = conversation.rows(&sqlserver_unique_keys(name)).await?;
    let word = |at: usize| text(object, at).unwrap_or_default().to_owned();
    Ok(Some(Found {
        schema: word(0),
        name: word(1),
        kind: word(2),
        may_insert: object.try_get::<i32, _>(3).ok().flatten() == Some(1),
        columns: columns.iter().map(column).map(|column| (column.name.to_lowercase(), column)).collect(),
        keys: unique_keys(&keys),
    }))
}

fn column(row: &Row) -> Column {
    let is = |at: usize| row.try_get::<bool, _>(at).ok().flatten().unwrap_or_default();
    let ty = stored(row, 1);
    let is_made_there = is(7) || is(8) || ty.kind == SqlServerKind::RowVersion;
    let has_default = row.try_get::<i32, _>(9).ok().flatten().unwrap_or_default() != 0;
    Column { name: text(row, 0).unwrap_or_default().to_owned(), ty, is_made_there, has_default }
}

fn unique_keys(rows: &[Row]) -> Vec<UniqueKey> {
    let mut keys: BTreeMap<i32, UniqueKey> = BTreeMap::new();
    for row in rows {
        let index = row.try_get::<i32, _>(0).ok().flatten().unwrap_or_default();
        let name = text(row, 1).unwrap_or_default().to_owned();
        let hides_doubles = row.try_get::<bool, _>(3).ok().flatten().unwrap_or(true);
        let key = keys.entry(index).or_insert_with(|| UniqueKey { name, columns: Vec::new(), hides_doubles });
        key.columns.extend(text(row, 2).map(ToOwned::to_owned));
    }
    keys.into_values().collect()
}

/// The declared columns on the server.
///
/// # Errors
/// One is missing, or is not as declared.
fn declared(
    conversation: &Conversation<'_>,
    place: &Place,
    table: &RecordTable,
    found: &Found,
) -> Result<Vec<(String, String, SqlServerType)>, RunError> {
    let (server, setting) = (&conversation.reach.server, &conversation.reach.setting);
    let mut columns = Vec::new();
    for (name, ty) in &table.columns {
        let Some(column) = found.columns.get(&name.to_lowercase()) else {
            let names: Vec<String> = found.columns.values().map(|column| column.name.clone()).collect();
            return Err(server.column_missing(place, name, &names));
        };
        if column.ty.is_naive() && setting.zone.is_none() {
            return Err(server.times_without_zone(place, name, &column.ty.words));
        }
        let stored = StoredType::SqlServer(column.ty.clone());
        stored.fits(ty).map_err(|misfit| server.column_differs(place, name, &misfit))?;
        columns.push((name.clone(), column.name.clone(), column.ty.clone()));
    }
    Ok(columns)
}

fn judge(table: &RecordTable, found: &Found, problems: &mut Problems) {
    let target = format!("{}.{}", quoted(&found.schema), quoted(&found.name));
    if found.kind.trim() != "U" {
        problems.add("it is a view, or anything else but a table", None);
        return;
    }
    if !found.may_insert {
        problems.add(
            "the user of the connection may not add rows to it",
            Some(format!("GRANT SELECT, INSERT, DELETE ON {target} TO …")),
        );
    }
    if !found.columns.contains_key(RUN_COLUMN) {
        problems.add(
            format!("it has no column `{RUN_COLUMN}`, which says of which run a row is, so that `wr void` can take the run back"),
            Some(format!(
                "ALTER TABLE {target} ADD {} varchar(64) COLLATE Latin1_General_BIN2 NULL",
                quoted(RUN_COLUMN)
            )),
        );
    }
    let key: Vec<String> =
        table.key.iter().filter_map(|at| table.columns.get(*at as usize)).map(|(name, _)| name.clone()).collect();
    if !key.is_empty() && !found.keys.iter().any(|unique| unique.is_over(&key)) {
        let columns: Vec<String> = key.iter().map(|name| quoted(name)).collect();
        problems.add(
            format!("no UNIQUE constraint, or unique index without a filter, is over exactly {}", key.join(", ")),
            Some(format!(
                "ALTER TABLE {target} ADD CONSTRAINT {} UNIQUE ({})",
                quoted(&format!("uq_{}", found.name)),
                columns.join(", ")
            )),
        );
    }
    for unique in found.keys.iter().filter(|unique| unique.hides_doubles) {
        problems.add(
            format!("its key `{}` passes over doubled rows in silence (IGNORE_DUP_KEY)", unique.name),
            Some(format!("ALTER INDEX {} ON {target} SET (IGNORE_DUP_KEY = OFF)", quoted(&unique.name))),
        );
    }
    let is_declared = |name: &str| table.columns.iter().any(|(declared, _)| same(declared, name));
    for column in found.columns.values() {
        let name = &column.name;
        let is_run = same(name, RUN_COLUMN);
        if column.is_made_there && (is_declared(name) || is_run) {
            problems.add(format!("the server itself fills its column `{name}`"), None);
        } else if !column.is_made_there && !column.ty.nullable && !column.has_default && !is_declared(name) && !is_run {
            problems
                .add(format!("its column `{name}` must have a value, and is not declared in the schema file"), None);
        }
    }
}

fn judge_own(own: &OwnTable, found: &Found, problems: &mut Problems) {
    let name = own.name;
    let missing: Vec<&str> =
        own.columns.iter().filter(|column| !found.columns.contains_key(**column)).copied().collect();
    if !missing.is_empty() {
        problems.add(format!("`{name}` has no column {}: it is not the table that wr uses", missing.join(", ")), None);
    } else if !found.keys.iter().any(|unique| unique.is_over(&[own.key.to_owned()]) && !unique.hides_doubles) {
        problems.add(format!("`{name}` has no PRIMARY KEY over {}", own.key), Some(own.create.to_owned()));
    }
    if !found.may_insert {
        problems.add(
            format!("the user of the connection may not add rows to `{name}`"),
            Some(format!("GRANT SELECT, INSERT, UPDATE, DELETE ON {name} TO …")),
        );
    }
}
