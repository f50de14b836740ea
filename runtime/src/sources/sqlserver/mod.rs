//! `driver = "sqlserver"`: a query of a plan to a statement of T-SQL, its answer to batches.
//!
//! The server is asked first what the table is: a column that is not as declared ends the run before a row is read, and the
//! statement is written for the types that are there. Each question has a connection of its own, so that nothing of one is
//! left for the next.

pub(crate) mod connect;
mod decode;
pub(crate) mod failure;
mod keys;
pub(crate) mod parameter;
mod reading;
mod setting;
pub(crate) mod table;
mod tables;
#[cfg(test)]
mod tests;

use futures_util::future::BoxFuture;
use wr_plan::physical::Bound;

pub use setting::SqlServerSetting;

use super::described::DescribedTable;
use super::{Answer, Opened, Request, Source, WholeRequest};
use crate::cancel::Cancel;
use crate::error::RunError;
use connect::Reach;

/// A connection to a SQL Server.
pub struct SqlServer {
    reach: Reach,
}

impl SqlServer {
    #[must_use]
    pub fn new(connection: &str, setting: &SqlServerSetting) -> Self {
        Self { reach: Reach::new(connection, setting) }
    }
}

impl Source for SqlServer {
    fn open(&self, request: Request, cancel: Cancel) -> BoxFuture<'_, Result<Answer, RunError>> {
        Box::pin(reading::read(self.reach.clone(), request, cancel))
    }

    fn open_whole(&self, request: WholeRequest, cancel: Cancel) -> BoxFuture<'_, Result<Opened, RunError>> {
        Box::pin(reading::read_whole(self.reach.clone(), request, cancel))
    }

    fn bound(&self, request: Request, cancel: Cancel) -> BoxFuture<'_, Result<Bound, RunError>> {
        Box::pin(async move {
            // Of a query of the author's own the catalogue knows nothing.
            if request.table.query.is_some() {
                return Ok(Bound::default());
            }
            let place = request.place();
            let described = async {
                let mut connection = self.reach.connect(Some(&place), &cancel).await?;
                reading::described(&self.reach, &request, &place, &mut connection, &cancel).await
            };
            Ok(described.await.map_err(|failed| *failed.error)?.bound(&request))
        })
    }

    fn greet(&self, cancel: Cancel) -> BoxFuture<'_, Result<String, RunError>> {
        Box::pin(async move {
            let mut connection = self.reach.connect(None, &cancel).await.map_err(|failed| *failed.error)?;
            let words = self.reach.greeted(&mut connection, &cancel).await.map_err(|failed| *failed.error)?;
            Ok(words)
        })
    }

    fn tables(&self, cancel: Cancel) -> BoxFuture<'_, Result<Vec<DescribedTable>, RunError>> {
        Box::pin(async move { tables::described(&self.reach, &cancel).await.map_err(|failed| *failed.error) })
    }
}
