//! An answer as it arrives to batches: a task asks, again where that helps, and makes columns of the rows; it waits when nobody
//! takes what it made.
//!
//! Invariants: a question is asked again only before its first row; the last batch is followed by an end only where the driver
//! saw the end of the server's answer. A shorter answer is a failure, however whole its rows look.

use std::sync::Arc;

use futures_util::StreamExt as _;
use polars::prelude::{Column, DataFrame, IntoColumn as _};
use tiberius::{ColumnData, QueryItem, Row};
use tokio::sync::{mpsc, oneshot};
use wr_plan::logical::PlanColumn;
use wr_plan::physical::Bound;
use wr_plan::sql::{Asked, Dialect, Live, ShippedKeys, Statement, catalogue};

use super::connect::{Connection, Reach, leave};
use super::decode::Cells;
use super::failure::{Failed, Stage};
use super::keys::shipments;
use super::parameter::query;
use super::table::{Table, Wanted, checked, wanted, wanted_of_own, wanted_of_whole};
use crate::cancel::Cancel;
use crate::caught::caught_while_polled;
use crate::error::RunError;
use crate::frame::{Frame, column_name, no_rows};
use crate::sources::asked::{ask, ask_whole, recheck, unchecked};
use crate::sources::convert::{Converted, Unfit};
use crate::sources::errors::{self, Place};
use crate::sources::recheck::Recheck;
use crate::sources::told::{self, Told};
use crate::sources::{Answer, Batch, Counts, Opened, Request, Warning, WholeRequest, ahead};

/// Rows of a batch.
const ROWS: usize = 16 * 1024;

/// Asks, and gives the rows as they come.
///
/// # Errors
/// What the server says before its first row.
pub(super) async fn read(reach: Reach, request: Request, cancel: Cancel) -> Result<Answer, RunError> {
    let step = request.query.step;
    match begin(reach, request, None, cancel).await? {
        Opened::Answer(answer) => Ok(answer),
        Opened::Declined(why) => Err(errors::internal(Some(step), why)),
    }
}

/// As [`read`], of several nodes at once.
///
/// # Errors
/// What the server says before its first row.
pub(super) async fn read_whole(reach: Reach, request: WholeRequest, cancel: Cancel) -> Result<Opened, RunError> {
    begin(reach, request.rows.clone(), Some(request), cancel).await
}

async fn begin(
    reach: Reach,
    request: Request,
    whole: Option<WholeRequest>,
    cancel: Cancel,
) -> Result<Opened, RunError> {
    let (ready, is_ready) = oneshot::channel();
    let place = request.place();
    let step = place.step;
    let (told, batches) = told::channel(step);
    let request = Arc::new(request);
    let begun = Begun::default();
    let reading = Reading { reach, request, whole, place, cancel, told, begun, ready: Some(ready) };
    tokio::spawn(reading.run());
    let early = |_| Err(errors::internal(Some(step), "reading an answer ended before it began"));
    Ok(match is_ready.await.unwrap_or_else(early)? {
        Ready::Begun(Begun { rows_expected, at_most, note }) => {
            Opened::Answer(Answer { rows_expected, at_most, note, batches })
        }
        Ready::Declined(why) => Opened::Declined(why),
    })
}

/// Whether rows will come.
enum Ready {
    Begun(Begun),
    /// Why several nodes are not asked for at once.
    Declined(&'static str),
}

/// What is known before the first row.
#[derive(Default)]
struct Begun {
    rows_expected: Option<u64>,
    at_most: Bound,
    note: Option<String>,
}

/// What the server says of the table of a request.
pub(super) async fn described(
    reach: &Reach,
    request: &Request,
    place: &Place,
    connection: &mut Connection,
    cancel: &Cancel,
) -> Result<Table, Failed> {
    let statement = catalogue::sqlserver_columns(&request.table.name);
    let question = query(&statement).ok_or_else(|| errors::internal(Some(place.step), "a name is not known"))?;
    let all = async { question.query(connection).await?.into_first_result().await };
    let rows = reach.heard(all, reach.setting.timeout, Some(place), cancel).await?;
    let rows = rows.map_err(|error| reach.told(Some(place)).failed(&error, Stage::Asking))?;
    Ok(checked(&rows, request, &reach.setting, &reach.server, place)?)
}

/// The task that asks and reads.
struct Reading {
    reach: Reach,
    request: Arc<Request>,
    /// What is made of the rows there.
    whole: Option<WholeRequest>,
    place: Place,
    cancel: Cancel,
    told: mpsc::Sender<Told>,
    begun: Begun,
    /// Who waits for the first row; nobody once it came.
    ready: Option<oneshot::Sender<Result<Ready, RunError>>>,
}

/// A question with what its answer is to be.
struct Asking {
    statement: Statement,
    columns: Vec<Wanted>,
    recheck: Option<Recheck>,
}

impl Reading {
    async fn run(mut self) {
        let mut tries = 0;
        let failed = loop {
            tries += 1;
            let failed = match self.attempt().await {
                Ok(()) => {
                    let _ = self.told.send(Ok(None)).await;
                    return;
                }
                Err(failed) => failed,
            };
            let pause = failed.pause(tries, self.reach.setting.pause).filter(|_| self.ready.is_some());
            let Some(pause) = pause else { break failed };
            let listener = self.told.clone();
            tokio::select! {
                () = self.cancel.cancelled() => break errors::cancelled().into(),
                () = listener.closed() => return,
                () = tokio::time::sleep(pause) => {}
            }
        };
        // Nobody listens any more: then nobody wants to know.
        match self.ready.take() {
            Some(ready) => drop(ready.send(Err(*failed.error))),
            None => drop(self.told.send(Err(*failed.error)).await),
        }
    }

    /// One connection, from its login to the last row.
    async fn attempt(&mut self) -> Result<(), Failed> {
        let mut connection = self.reach.connect(Some(&self.place), &self.cancel).await?;
        let listener = self.told.clone();
        let read = tokio::select! {
            // The reader went away.
            () = listener.closed() => Ok(Err(self.internal("nobody reads").into())),
            // The driver reads what a server sent; it may panic at what it does not expect.
            read = caught_while_polled(self.read_all(&mut connection)) => read,
        };
        match read {
            Ok(Ok(())) => Ok(()),
            Ok(Err(failed)) => {
                leave(connection).await;
                Err(failed)
            }
            Err(words) => Err(self.reach.server.cut(Some(self.place.step), &words).into()),
        }
    }

    async fn read_all(&mut self, connection: &mut Connection) -> Result<(), Failed> {
        let request = Arc::clone(&self.request);
        let place = self.place.clone();
        let is_own = request.table.query.is_some();
        let table = if is_own {
            None
        } else {
            Some(described(&self.reach, &self.request, &self.place, connection, &self.cancel).await?)
        };
        // Keys leave rows out, and nodes above the rows count all of them.
        let keys = match &table {
            Some(table) if self.whole.is_none() => self.send_ahead(table, connection).await?,
            Some(_) | None => Vec::new(),
        };
        let live = table.as_ref().map(|table| &table.live);
        let mut others = Vec::new();
        for other in self.whole.iter().flat_map(|whole| &whole.others) {
            others.push(described(&self.reach, other, &other.place(), connection, &self.cancel).await?);
        }
        let all: Vec<&Live> = live.into_iter().chain(others.iter().map(|table| &table.live)).collect();
        let asked = ask(Dialect::Transact, &request, &place, live, &keys);
        let Asking { statement, mut columns, recheck } = match self.asking(&all, &asked)? {
            Ok(asking) => asking,
            Err(why) => {
                self.is_ready(Ready::Declined(why));
                return Ok(());
            }
        };
        let question = query(&statement).ok_or_else(|| self.internal("a value of a query is not known"))?;
        let mut rows = Rows::new(columns.clone(), recheck);
        let reach = self.reach.clone();
        let told = reach.told(Some(&place));
        let wait = reach.setting.timeout;
        let begun = reach.heard(question.query(connection), wait, Some(&place), &self.cancel).await?;
        let mut answer = begun.map_err(|error| told.failed(&error, Stage::Asking))?;
        let mut answers = 0;
        while let Some(item) = reach.heard(answer.next(), wait, Some(&place), &self.cancel).await? {
            match item.map_err(|error| told.failed(&error, Stage::Asking))? {
                QueryItem::Metadata(found) => {
                    answers += 1;
                    if answers > 1 {
                        let words = "the query gives more than one answer: leave one SELECT in it";
                        return Err(reach.server.refused(Some(place.step), words).into());
                    }
                    if is_own {
                        let (setting, server) = (&reach.setting, &reach.server);
                        columns = wanted_of_own(found.columns(), &request, &asked, setting, server, &place)?;
                        rows = Rows::new(columns.clone(), rows.recheck.take());
                    }
                }
                QueryItem::Row(row) => {
                    self.begins();
                    rows.push(&row, self)?;
                    if rows.count == ROWS {
                        self.tell(&mut rows).await?;
                    }
                }
            }
        }
        if answers == 0 {
            let words = "the query gives no rows at all, not even none: it needs a SELECT";
            return Err(reach.server.refused(Some(place.step), words).into());
        }
        self.begins();
        self.tell(&mut rows).await?;
        if !rows.has_told {
            // Also an answer without rows says where they were counted: at its end.
            self.send(self.no_rows(&rows)?).await?;
        }
        rows.recheck.as_mut().map_or(Ok(()), Recheck::first_failure)?;
        Ok(())
    }

    /// The question, or why several nodes are none. The columns of an own query are known with its answer.
    fn asking(&self, live: &[&Live], asked: &Asked) -> Result<Result<Asking, &'static str>, RunError> {
        let undescribed = || self.internal("a column is asked for that was not described");
        let (request, place) = (&*self.request, &self.place);
        if let Some(whole) = &self.whole {
            let asked = match ask_whole(Dialect::Transact, whole, place, live) {
                Ok(asked) => asked,
                Err(why) => return Ok(Err(why)),
            };
            let (columns, recheck) = (wanted_of_whole(&asked).ok_or_else(undescribed)?, unchecked(whole, &asked));
            return Ok(Ok(Asking { statement: asked.statement, columns, recheck }));
        }
        let columns = if live.is_empty() { Vec::new() } else { wanted(request, asked).ok_or_else(undescribed)? };
        Ok(Ok(Asking { statement: asked.statement.clone(), columns, recheck: recheck(request, asked, place)? }))
    }

    /// Sends the keys of the query that are worth it; gives those that were sent.
    async fn send_ahead(&mut self, table: &Table, connection: &mut Connection) -> Result<Vec<ShippedKeys>, Failed> {
        let request = Arc::clone(&self.request);
        let shipments = shipments(&request, &table.live, table.rows).map_err(|fault| self.internal(fault))?;
        for shipment in &shipments {
            shipment.send(connection, &self.reach, &self.place, &self.cancel).await?;
        }
        let keys: Vec<ShippedKeys> = shipments.into_iter().map(|shipment| shipment.keys).collect();
        let is_whole = keys.is_empty() && request.query.filters.is_empty();
        self.begun = Begun {
            rows_expected: table.rows.filter(|_| is_whole),
            at_most: table.bound(&request),
            note: (!keys.is_empty()).then(|| ahead::note(&request, &keys)),
        };
        Ok(keys)
    }

    fn begins(&mut self) {
        let begun = std::mem::take(&mut self.begun);
        self.is_ready(Ready::Begun(begun));
    }

    /// From here on, nothing is asked again.
    fn is_ready(&mut self, how: Ready) {
        if let Some(ready) = self.ready.take() {
            let _ = ready.send(Ok(how));
        }
    }

    /// Hands over the rows that there are.
    async fn tell(&self, rows: &mut Rows) -> Result<(), RunError> {
        if rows.count == 0 {
            return Ok(());
        }
        // A filter that failed ends nothing: a later row may fail an earlier step (B1).
        if let Some(batch) = rows.batch(self)? {
            rows.has_told = true;
            self.send(batch).await?;
        }
        Ok(())
    }

    async fn send(&self, batch: Batch) -> Result<(), RunError> {
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => Err(errors::cancelled()),
            sent = self.told.send(Ok(Some(batch))) => sent.map_err(|_| self.internal("nobody reads")),
        }
    }

    fn no_rows(&self, rows: &Rows) -> Result<Batch, RunError> {
        let answered: Vec<PlanColumn> = match &rows.recheck {
            Some(recheck) => recheck.answered.clone(),
            None => rows.wanted.iter().map(Wanted::plan_column).collect(),
        };
        let data = no_rows(&answered).map_err(|fault| self.internal(fault))?;
        Ok(Batch { data, counts: Counts::Last(0), bytes: 0, warnings: Vec::new() })
    }

    fn internal(&self, words: impl std::fmt::Display) -> RunError {
        errors::internal(Some(self.place.step), words)
    }

    fn unfit(&self, wanted: &Wanted, unfit: Unfit) -> RunError {
        self.reach.server.unfit(&self.place, &wanted.name, &wanted.ty, "a column", unfit)
    }
}

impl Wanted {
    fn plan_column(&self) -> PlanColumn {
        PlanColumn { id: self.id, name: self.name.clone(), ty: self.ty.clone() }
    }
}

/// The rows that wait for their batch.
struct Rows {
    wanted: Vec<Wanted>,
    /// What is still to be done to the rows; nothing where the server did all.
    recheck: Option<Recheck>,
    cells: Vec<Cells>,
    count: usize,
    /// Of the values, about.
    bytes: u64,
    has_told: bool,
}

impl Rows {
    fn new(wanted: Vec<Wanted>, recheck: Option<Recheck>) -> Self {
        let cells = empty(&wanted);
        Self { wanted, recheck, cells, count: 0, bytes: 0, has_told: false }
    }

    fn push(&mut self, row: &Row, reading: &Reading) -> Result<(), RunError> {
        for (wanted, cells) in self.wanted.iter().zip(&mut self.cells) {
            let cell = row.get_column_data(wanted.at).map_err(|error| reading.internal(error))?;
            self.bytes += bytes_of(cell);
            cells.push(cell).map_err(|unfit| reading.unfit(wanted, unfit))?;
        }
        self.count += 1;
        Ok(())
    }

    fn batch(&mut self, reading: &Reading) -> Result<Option<Batch>, RunError> {
        let mut warnings = Vec::new();
        let cells = std::mem::replace(&mut self.cells, empty(&self.wanted));
        let height = std::mem::take(&mut self.count);
        let bytes = std::mem::take(&mut self.bytes);
        let zone = reading.reach.setting.zone;
        let mut columns = Vec::with_capacity(cells.len());
        for (wanted, cells) in self.wanted.iter().zip(cells) {
            let column = cells.finish(&wanted.name, &wanted.ty, zone).map_err(|unfit| reading.unfit(wanted, unfit))?;
            columns.push(named(wanted, column, &reading.place, &mut warnings));
        }
        let mut data = DataFrame::new(height, columns).map_err(|error| reading.internal(error))?;
        if let Some(recheck) = &mut self.recheck {
            let columns = self.wanted.iter().map(Wanted::plan_column).collect();
            match recheck.apply(Frame { columns, data }).map_err(|fault| reading.internal(fault))? {
                Some((rows, _)) => data = rows,
                None => return Ok(None),
            }
        }
        let rows = data.height() as u64;
        Ok(Some(Batch { data, counts: Counts::Last(rows), bytes, warnings }))
    }
}

fn empty(wanted: &[Wanted]) -> Vec<Cells> {
    wanted.iter().map(|wanted| Cells::new(wanted.kind, ROWS)).collect()
}

fn named(wanted: &Wanted, column: Converted, place: &Place, warnings: &mut Vec<Warning>) -> Column {
    if column.times_cut > 0 {
        warnings.push(errors::times_cut(place, &wanted.name));
    }
    column.series.with_name(column_name(wanted.id)).into_column()
}

/// As the server sends it, without the frames around it.
fn bytes_of(cell: &ColumnData<'_>) -> u64 {
    if let ColumnData::String(Some(text)) = cell {
        text.len() as u64
    } else if let ColumnData::Xml(Some(xml)) = cell {
        AsRef::<str>::as_ref(&**xml).len() as u64
    } else {
        8
    }
}
