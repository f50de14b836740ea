//! A run's rows to one transaction: its row of `wr_runs`, its occasions, then the rows, so many at once as one statement takes.
//!
//! The occasions come before the rows: of two runs of one occasion the second waits there, and then hears who was first, while
//! nothing of it is written. The row of `wr_runs` is there before the commit is sent, so whoever asks later what came of it
//! waits for that row's lock.

use tiberius::ColumnData;
use wr_base::value::Value;

use super::cell::to_cell;
use super::conversation::{Conversation, Stop};
use super::shape::{Noted, Shape};
use super::statement::{RUN_COLUMN, add_rows, count_of_keys, rows_at_once};
use super::{SqlServerTarget, errors, null_key, server, statement, words};
use crate::error::RunError;
use crate::sources::errors::Place;
use crate::sources::sqlserver::connect::Reach;
use crate::sources::sqlserver::failure::{Again, Failed};
use crate::store::{Occasion, RecordBatch, RecordMark, RecordTable, Recorded};

impl SqlServerTarget {
    /// One connection, from its login to the commit.
    pub(super) async fn record_once(
        &self,
        mark: &RecordMark,
        batches: &[RecordBatch<'_>],
        places: &[Place],
    ) -> Result<Recorded, Stop> {
        let mut conversation = Conversation::begin(&self.reach, places.first(), &self.cancel).await?;
        let recorded = self.record_on(&mut conversation, mark, batches, places).await;
        match &recorded {
            Ok(_) => {}
            // The server waits for our next word.
            Err(Stop::Store(_) | Stop::Doubled(_)) => conversation.roll_back().await,
            Err(Stop::Failed(_)) => conversation.leave().await,
        }
        recorded
    }

    async fn record_on<'a>(
        &'a self,
        conversation: &mut Conversation<'a>,
        mark: &RecordMark,
        batches: &[RecordBatch<'_>],
        places: &'a [Place],
    ) -> Result<Recorded, Stop> {
        let tables: Vec<(&RecordTable, Place)> =
            batches.iter().zip(places).map(|(batch, place)| (&batch.table, place.clone())).collect();
        let shapes = self.shapes(conversation, &tables).await?;
        let Some(first) = places.first() else { return Ok(Recorded::Done) };
        // An earlier try may have come through without our hearing of it.
        if let Some(hash) = self.committed_hash(conversation, &mark.run).await? {
            let is_ours = hash == mark.intent_hash;
            return if is_ours { Ok(Recorded::Done) } else { Err(server(errors::same_id(first, &mark.run)).into()) };
        }
        conversation.batch(&statement::begin(self.lock_timeout())).await?;
        let of_table = |table: &RecordTable| mark.occasions.iter().find(|occasion| occasion.table == table.name);
        let (taken, noted) = noted(mark, &tables, &shapes);
        add_run(conversation, mark, &noted).await?;
        for (occasion, noted) in taken {
            if let Some(taken) = self.take(conversation, mark, occasion, &noted.hash()).await? {
                return Ok(taken);
            }
        }
        for ((batch, shape), place) in batches.iter().zip(&shapes).zip(places) {
            conversation.place = Some(place);
            let rows = Rows { reach: &self.reach, mark, batch, shape, place, occasion: of_table(&batch.table) };
            rows.add(conversation).await?;
        }
        conversation.commit().await?;
        Ok(Recorded::Done)
    }

    /// Takes an occasion. Where another run has it, that one; then nothing of this run is left.
    async fn take(
        &self,
        conversation: &mut Conversation<'_>,
        mark: &RecordMark,
        occasion: &Occasion,
        hash: &str,
    ) -> Result<Option<Recorded>, Stop> {
        let added = conversation.change(statement::ADD_OCCASION, vec![words(hash), words(&mark.run)]).await;
        match added {
            Ok(_) => Ok(None),
            Err(Stop::Doubled(_)) => {
                conversation.roll_back().await;
                match self.held_by(conversation, hash).await? {
                    Some(holder) => Ok(Some(Recorded::Taken(occasion.clone(), holder))),
                    // It was taken back meanwhile: once more from the beginning.
                    None => {
                        let error = errors::held_and_freed(&self.connection, occasion);
                        Err(Stop::Failed(Failed { error: Box::new(error), again: Some(Again::Soon) }))
                    }
                }
            }
            Err(other) => Err(other),
        }
    }
}

/// The occasions to take, each once, and all that `wr_runs` keeps of the record: these, and the tables that have none.
fn noted<'m>(
    mark: &'m RecordMark,
    tables: &[(&RecordTable, Place)],
    shapes: &[Shape],
) -> (Vec<(&'m Occasion, Noted)>, Vec<Noted>) {
    let mut taken: Vec<(&Occasion, Noted)> = Vec::new();
    let mut all = Vec::new();
    for ((table, _), shape) in tables.iter().zip(shapes) {
        for occasion in mark.occasions.iter().filter(|occasion| occasion.table == table.name) {
            let noted = shape.noted(Some(occasion));
            if !all.contains(&noted) {
                taken.push((occasion, noted.clone()));
                all.push(noted);
            }
        }
        let bare = shape.noted(None);
        let has_none = !mark.occasions.iter().any(|occasion| occasion.table == table.name);
        if has_none && !all.contains(&bare) {
            all.push(bare);
        }
    }
    (taken, all)
}

/// A value as it is sent to a declared column.
///
/// # Errors
/// The column does not hold it.
pub(super) fn column_cell(
    shape: &Shape,
    at: usize,
    value: &Value,
    place: &Place,
    reach: &Reach,
) -> Result<ColumnData<'static>, RunError> {
    let Some((name, _, ty)) = shape.columns.get(at) else {
        return Err(crate::sources::errors::internal(
            Some(place.step),
            "a row has more cells than its table has columns",
        ));
    };
    to_cell(value, ty, reach.setting.zone).map_err(|unfit| errors::unfit(place, name, &ty.words, unfit))
}

async fn add_run(conversation: &mut Conversation<'_>, mark: &RecordMark, noted: &[Noted]) -> Result<(), Stop> {
    let occasions = serde_json::to_string(noted).unwrap_or_default();
    let texts = [
        &mark.run,
        &mark.intent_hash,
        &mark.script_hash,
        &occasions,
        &mark.values,
        &mark.made_by,
        &mark.made_at,
        &mark.files,
    ];
    let mut cells: Vec<ColumnData<'static>> = texts.iter().map(|text| words(text)).collect();
    cells.insert(7, ColumnData::I64(Some(i64::try_from(mark.rows).unwrap_or(i64::MAX))));
    conversation.change(statement::ADD_RUN, cells).await.map(drop)
}

/// The rows of one table.
struct Rows<'a> {
    reach: &'a Reach,
    mark: &'a RecordMark,
    batch: &'a RecordBatch<'a>,
    shape: &'a Shape,
    place: &'a Place,
    occasion: Option<&'a Occasion>,
}

impl Rows<'_> {
    async fn add(&self, conversation: &mut Conversation<'_>) -> Result<(), Stop> {
        let table = &self.batch.table;
        // A script may declare the run's column, to read it; it is ours to fill.
        let columns = self.shape.columns.iter().enumerate().filter(|(_, (_, spelled, _))| *spelled != RUN_COLUMN);
        let (places, names): (Vec<usize>, Vec<String>) =
            columns.map(|(at, (_, spelled, _))| (at, spelled.clone())).unzip();
        let run = to_cell(&Value::text(self.mark.run.as_str()), &self.shape.run, None);
        let run = run.map_err(|unfit| errors::unfit(self.place, RUN_COLUMN, &self.shape.run.words, unfit));
        let run = run.map_err(server)?;
        let at_once = rows_at_once(names.len());
        let count = self.batch.rows.count();
        let mut at = 0;
        while at < count {
            let end = count.min(at + at_once);
            let mut cells = Vec::with_capacity(1 + (end - at) * names.len());
            cells.push(run.clone());
            for row in at..end {
                let row = self.batch.rows.row(row).map_err(crate::store::StoreError::from)?;
                if let Some(error) = null_key(table, &row) {
                    return Err(error.into());
                }
                for column in &places {
                    let value = row.get(*column).unwrap_or(&Value::Null);
                    let cell = column_cell(self.shape, *column, value, self.place, self.reach);
                    cells.push(cell.map_err(server)?);
                }
            }
            let text = add_rows(&self.shape.quoted_name(), &names, end - at);
            match conversation.change(&text, cells).await {
                Ok(added) if added == (end - at) as u64 => {}
                Ok(added) => return Err(server(errors::not_all_added(self.place, added, end - at)).into()),
                Err(Stop::Doubled(words)) => {
                    conversation.roll_back().await;
                    return Err(self.doubled(conversation, &words, at, end).await?);
                }
                Err(other) => return Err(other),
            }
            at = end;
        }
        Ok(())
    }

    /// Whose row it is that has the same key: one of this run, or one that is there. Asked after everything was taken back.
    async fn doubled(
        &self,
        conversation: &mut Conversation<'_>,
        words: &str,
        from: usize,
        end: usize,
    ) -> Result<Stop, Stop> {
        let table = &self.batch.table;
        let places: Vec<usize> = table.key.iter().map(|at| *at as usize).collect();
        let spelled = |at: &usize| self.shape.columns.get(*at).map(|(_, spelled, _)| spelled.clone());
        let key: Vec<String> = places.iter().filter_map(spelled).collect();
        let mut cells = Vec::new();
        for row in from..end {
            let row = self.batch.rows.row(row).map_err(crate::store::StoreError::from)?;
            for column in &places {
                let value = row.get(*column).unwrap_or(&Value::Null);
                cells.push(column_cell(self.shape, *column, value, self.place, self.reach).map_err(server)?);
            }
        }
        let text = count_of_keys(&self.shape.quoted_name(), &key, end - from);
        let found = conversation.ask(&text, cells).await?;
        let found = found.first().and_then(|row| row.try_get::<i64, _>(0).ok().flatten()).unwrap_or_default();
        let broken = self.shape.broken_key(words);
        let error = errors::doubled(self.place, self.shape, broken, &key, self.occasion, found == 0);
        Ok(server(error).into())
    }
}
