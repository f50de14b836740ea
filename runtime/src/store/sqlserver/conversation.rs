//! One connection of a record: a statement after the other, each waited for until the server answers, Ctrl-C, or the end of
//! patience.
//!
//! What breaks a key is told apart from all other failures: the server's words about it hold the key of a person, so they are
//! looked at and never shown.

use tiberius::error::Error;
use tiberius::{ColumnData, Query, Row};
use wr_plan::sql::Statement;

use crate::cancel::Cancel;
use crate::caught::caught_while_polled;
use crate::error::RunError;
use crate::sources::errors::Place;
use crate::sources::sqlserver::connect::{Connection, Reach, leave};
use crate::sources::sqlserver::failure::{Again, Failed, Stage};
use crate::sources::sqlserver::parameter::query;
use crate::store::StoreError;

/// Why a record does not go on.
pub(super) enum Stop {
    /// Perhaps another try helps.
    Failed(Failed),
    /// No other try does.
    Store(StoreError),
    /// A unique key would be broken. Of the server's words only the name of the key may be said.
    Doubled(String),
}

impl From<Failed> for Stop {
    fn from(failed: Failed) -> Self {
        Self::Failed(failed)
    }
}

impl From<RunError> for Stop {
    fn from(error: RunError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

pub(super) struct Conversation<'a> {
    pub(super) reach: &'a Reach,
    /// What it is about, where it is about a table.
    pub(super) place: Option<&'a Place>,
    cancel: &'a Cancel,
    connection: Connection,
}

impl<'a> Conversation<'a> {
    pub(super) async fn begin(reach: &'a Reach, place: Option<&'a Place>, cancel: &'a Cancel) -> Result<Self, Stop> {
        let connection = reach.connect(place, cancel).await?;
        Ok(Self { reach, place, cancel, connection })
    }

    /// The rows of an answer.
    pub(super) async fn rows(&mut self, statement: &Statement) -> Result<Vec<Row>, Stop> {
        let question = query(statement).ok_or_else(|| self.mistake("a name is not known"))?;
        self.answer(question).await
    }

    /// The rows of an answer to a statement of ours.
    pub(super) async fn ask(&mut self, text: &str, cells: Vec<ColumnData<'static>>) -> Result<Vec<Row>, Stop> {
        self.answer(bound(text.to_owned(), cells)).await
    }

    async fn answer(&mut self, question: Query<'static>) -> Result<Vec<Row>, Stop> {
        let connection = &mut self.connection;
        let asked = async { question.query(connection).await?.into_first_result().await };
        let heard = self.reach.heard(caught_while_polled(asked), self.reach.setting.timeout, self.place, self.cancel);
        let heard = heard.await?;
        self.told(heard)
    }

    /// Runs a change; how many rows it was about. The server is asked for the number: the counts that come by themselves are
    /// also those of triggers, and of the procedure that the statement runs in.
    pub(super) async fn change(&mut self, text: &str, cells: Vec<ColumnData<'static>>) -> Result<u64, Stop> {
        let statement = bound(format!("{text};\nSELECT @@ROWCOUNT"), cells);
        let connection = &mut self.connection;
        let done = async { statement.query(connection).await?.into_results().await };
        let heard = self.reach.heard(caught_while_polled(done), self.reach.setting.timeout, self.place, self.cancel);
        let heard = heard.await?;
        let results = self.told(heard)?;
        let count =
            results.last().and_then(|rows| rows.first()).and_then(|row| row.try_get::<i32, _>(0).ok().flatten());
        Ok(count.and_then(|count| u64::try_from(count).ok()).unwrap_or_default())
    }

    /// Runs a text outside of any procedure: only there a transaction begins and ends.
    pub(super) async fn batch(&mut self, text: &str) -> Result<(), Stop> {
        let cancel = self.cancel;
        self.batch_unless(text, cancel).await
    }

    /// The commit: nobody can call it back once it was sent, so nobody is heard before its answer.
    pub(super) async fn commit(&mut self) -> Result<(), Stop> {
        self.batch_unless(super::statement::COMMIT, &Cancel::default()).await
    }

    async fn batch_unless(&mut self, text: &str, cancel: &Cancel) -> Result<(), Stop> {
        let connection = &mut self.connection;
        let done = async { connection.simple_query(text).await?.into_results().await };
        let heard = self.reach.heard(caught_while_polled(done), self.reach.setting.timeout, self.place, cancel);
        let heard = heard.await?;
        self.told(heard).map(drop)
    }

    /// Takes the transaction back, where the server has not done so: then nobody waits for its locks.
    pub(super) async fn roll_back(&mut self) {
        // A transaction that is not there any more is an error, and none of ours.
        let _ = self.batch_unless(super::statement::ROLLBACK, &Cancel::default()).await;
    }

    /// Leaves a connection that may be in the middle of something.
    pub(super) async fn leave(self) {
        leave(self.connection).await;
    }

    fn told<T>(&self, heard: Result<Result<T, Error>, String>) -> Result<T, Stop> {
        match heard {
            Ok(Ok(done)) => Ok(done),
            // A unique constraint, a unique index.
            Ok(Err(Error::Server(token))) if matches!(token.code(), 2627 | 2601) => {
                Err(Stop::Doubled(token.message().to_owned()))
            }
            Ok(Err(error)) => Err(self.reach.told(self.place).failed(&error, Stage::Asking).into()),
            Err(words) => {
                let error = self.reach.server.cut(self.place.map(|place| place.step), &words);
                Err(Failed { error: Box::new(error), again: Some(Again::Soon) }.into())
            }
        }
    }

    pub(super) fn mistake(&self, words: &str) -> Stop {
        crate::sources::errors::internal(self.place.map(|place| place.step), words).into()
    }
}

fn bound(text: String, cells: Vec<ColumnData<'static>>) -> Query<'static> {
    let mut query = Query::new(text);
    for cell in cells {
        query.bind(cell);
    }
    query
}
