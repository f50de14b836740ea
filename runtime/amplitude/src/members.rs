//! The file of a cohort to batches of its members: first read to its end and counted, then read again and given out.

use std::io::{self, BufRead};

use crate::download::Properties;
use crate::file::WHAT;
use crate::records::{Records, Trouble};
use crate::spool::{Shape, Spool};
use crate::{Error, words};

/// Rows of a batch, at most.
const BATCH: usize = 8192;

/// Members side by side, by column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemberBatch {
    pub amplitude_id: Vec<i64>,
    /// `None` where it is blank.
    pub user_id: Vec<Option<String>>,
    /// One column for each of [`crate::Download::columns`]. `None` where it is empty: the file does not tell an empty text
    /// from none.
    pub properties: Vec<Vec<Option<String>>>,
}

impl MemberBatch {
    #[must_use]
    pub fn len(&self) -> usize {
        self.amplitude_id.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.amplitude_id.is_empty()
    }
}

/// What stands in a file that was read to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Inspection {
    pub(crate) rows: u64,
    pub(crate) columns: Vec<String>,
}

/// Reads the file to its end, so that no row is given out of a file that was cut or holds what is no row.
pub(crate) fn inspect(spool: &mut Spool, properties: &Properties, may_be_empty: bool) -> Result<Inspection, Error> {
    if spool.shape() == Shape::Empty && may_be_empty {
        let columns = match properties {
            Properties::Named(names) => names.clone(),
            Properties::None | Properties::All => Vec::new(),
        };
        return Ok(Inspection { rows: 0, columns });
    }
    let mut members = Members::new(spool.open().map_err(|error| disk(&error))?, properties)?;
    let mut rows = 0;
    let mut batch = members.batch();
    while members.advance(&mut batch)? {
        rows += 1;
        if batch.len() == BATCH {
            batch = members.batch();
        }
    }
    Ok(Inspection { rows, columns: members.layout.names })
}

/// Gives out every row, in batches, until nobody takes them any more.
pub(crate) fn give_out(
    spool: &mut Spool,
    properties: &Properties,
    mut give: impl FnMut(MemberBatch) -> bool,
) -> Result<(), Error> {
    if spool.shape() == Shape::Empty {
        return Ok(());
    }
    let mut members = Members::new(spool.open().map_err(|error| disk(&error))?, properties)?;
    let mut batch = members.batch();
    while members.advance(&mut batch)? {
        if batch.len() == BATCH && !give(std::mem::replace(&mut batch, members.batch())) {
            return Ok(());
        }
    }
    if !batch.is_empty() {
        give(batch);
    }
    Ok(())
}

/// Where columns stand. A name may stand twice; the first one counts.
struct Layout {
    width: usize,
    amplitude_id: usize,
    user_id: usize,
    properties: Vec<usize>,
    names: Vec<String>,
}

struct Members<R> {
    records: Records<R>,
    layout: Layout,
}

impl<R: BufRead> Members<R> {
    fn new(input: R, properties: &Properties) -> Result<Members<R>, Error> {
        let mut records = Records::new(input);
        if !records.advance().map_err(trouble)? {
            return Err(Error::Cut { what: WHAT, words: "it has no heading".to_owned() });
        }
        let header: Vec<String> = (0..records.len())
            .map(|at| String::from_utf8_lossy(records.field(at).unwrap_or_default()).into_owned())
            .collect();
        Ok(Members { layout: Layout::new(&header, properties)?, records })
    }

    fn batch(&self) -> MemberBatch {
        MemberBatch { properties: vec![Vec::new(); self.layout.properties.len()], ..MemberBatch::default() }
    }

    /// Adds the next row; false at the end.
    fn advance(&mut self, batch: &mut MemberBatch) -> Result<bool, Error> {
        if !self.records.advance().map_err(trouble)? {
            return Ok(false);
        }
        let line = self.records.line();
        let bad = |why: String| Error::BadRow { what: WHAT, line, why };
        if self.records.len() != self.layout.width {
            return Err(bad(format!("it has {} fields, the heading has {}", self.records.len(), self.layout.width)));
        }
        let field = |at: usize| {
            let bytes = self.records.field(at).unwrap_or_default();
            std::str::from_utf8(bytes).map_err(|_| bad("it is not UTF-8".to_owned()))
        };
        let id = field(self.layout.amplitude_id)?;
        let id = id.trim().parse::<i64>().map_err(|_| bad("its amplitude_id is not a whole number".to_owned()))?;
        let user = field(self.layout.user_id)?;
        batch.amplitude_id.push(id);
        batch.user_id.push((!user.trim().is_empty()).then(|| user.to_owned()));
        for (values, at) in batch.properties.iter_mut().zip(&self.layout.properties) {
            let value = field(*at)?;
            values.push((!value.is_empty()).then(|| value.to_owned()));
        }
        Ok(true)
    }
}

impl Layout {
    fn new(header: &[String], properties: &Properties) -> Result<Layout, Error> {
        let place = |name: &str| {
            let place = header.iter().position(|found| found == name);
            place.ok_or_else(|| Error::MissingColumn { name: name.to_owned(), found: header.to_vec() })
        };
        let (amplitude_id, user_id) = (place("amplitude_id")?, place("user_id")?);
        let names = match properties {
            Properties::None => Vec::new(),
            Properties::Named(names) => names.clone(),
            Properties::All => {
                let mut names: Vec<String> = Vec::new();
                for name in header {
                    if !matches!(name.as_str(), "amplitude_id" | "user_id") && !names.contains(name) {
                        names.push(name.clone());
                    }
                }
                names
            }
        };
        let properties = names.iter().map(|name| place(name)).collect::<Result<_, _>>()?;
        Ok(Layout { width: header.len(), amplitude_id, user_id, properties, names })
    }
}

fn trouble(trouble: Trouble) -> Error {
    let words = match trouble {
        Trouble::Io(error) if is_of_disk(&error) => return disk(&error),
        Trouble::Io(error) => format!("its compressed bytes: {error}"),
        Trouble::Unfinished => "it ends within quotes".to_owned(),
        Trouble::TooLong => "a row of it never ends".to_owned(),
    };
    Error::Cut { what: WHAT, words }
}

/// Decoding fails with these kinds; anything else is the temporary file.
pub(crate) fn is_of_disk(error: &io::Error) -> bool {
    !matches!(
        error.kind(),
        io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::Other
    )
}

pub(crate) fn disk(error: &io::Error) -> Error {
    Error::Disk { words: words::tidy(&wr_secret::Redactor::default(), &error.to_string()) }
}
