//! A zip of compressed files of lines to batches of events.

use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

use flate2::read::MultiGzDecoder;
use zip::ZipArchive;
use zip::read::ZipFile;
use zip::result::ZipError;

use super::WHAT;
use super::distinct::Distinct;
use crate::Error;
use crate::event::Event;
use crate::members::{disk, is_of_disk};
use crate::spool::Spool;

/// Events of a batch, at most.
const BATCH: usize = 4096;

/// Longer is no line of an event.
const LONGEST_LINE: u64 = 64 << 20;

/// Reads an archive to its end without looking at its lines: an end record, every member whole, every checksum right.
pub(super) fn check(spool: &mut Spool) -> Result<(), Error> {
    let promised = promised(spool.raw().map_err(|error| disk(&error))?).map_err(|error| disk(&error))?;
    let mut archive = ZipArchive::new(spool.raw().map_err(|error| disk(&error))?).map_err(broken)?;
    let found = archive.len();
    if let Some(promised) = promised.filter(|promised| *promised != found) {
        let words = format!("it has {found} files of different names, and says that it has {promised}");
        return Err(Error::Cut { what: WHAT, words });
    }
    for at in 0..archive.len() {
        let member = archive.by_index(at).map_err(broken)?;
        if !is_folder(&member) {
            io::copy(&mut decoded(member), &mut io::sink()).map_err(|error| cut(&error))?;
        }
    }
    Ok(())
}

/// Gives out the events of an archive, each once; false where nobody takes them any more.
pub(super) fn give_out(
    spool: &mut Spool,
    distinct: &mut Distinct,
    mut give: impl FnMut(Vec<Event>) -> bool,
) -> Result<bool, Error> {
    let mut archive = ZipArchive::new(spool.raw().map_err(|error| disk(&error))?).map_err(broken)?;
    let mut batch = Vec::new();
    let mut line = Vec::new();
    for at in 0..archive.len() {
        let member = archive.by_index(at).map_err(broken)?;
        if is_folder(&member) {
            continue;
        }
        let mut lines = decoded(member);
        for number in 1.. {
            line.clear();
            let bad = |why: String| Error::BadRow { what: WHAT, line: number, why };
            let read = (&mut lines).take(LONGEST_LINE).read_until(b'\n', &mut line).map_err(|error| cut(&error))?;
            if read == 0 {
                break;
            }
            if line.last() != Some(&b'\n') && line.len() as u64 == LONGEST_LINE {
                return Err(bad("it never ends".to_owned()));
            }
            if line.trim_ascii().is_empty() {
                continue;
            }
            let event = Event::read(&line).map_err(bad)?;
            if distinct.is_first(&event) {
                batch.push(event);
            }
            if batch.len() == BATCH && !give(std::mem::take(&mut batch)) {
                return Ok(false);
            }
        }
    }
    Ok(batch.is_empty() || give(batch))
}

/// How many members the end record says there are: of two with one name the library gives only one. `None` where another
/// record says it, in an archive of more than 65534.
fn promised(archive: &mut (impl Read + Seek)) -> io::Result<Option<usize>> {
    const END: &[u8] = b"PK\x05\x06";
    /// The record, and the longest comment behind it.
    const LONGEST: u64 = 22 + 65_535;
    let length = archive.seek(SeekFrom::End(0))?;
    archive.seek(SeekFrom::Start(length.saturating_sub(LONGEST)))?;
    let mut tail = Vec::new();
    archive.read_to_end(&mut tail)?;
    let record = tail.windows(END.len()).rposition(|bytes| bytes == END).and_then(|at| tail.get(at..));
    let count = record.and_then(|record| record.get(10..12)?.try_into().ok()).map(u16::from_le_bytes);
    Ok(count.filter(|count| *count != u16::MAX).map(usize::from))
}

/// A folder holds nothing. What calls itself one and does, or is a link, is read: no event may be passed over.
fn is_folder<R: Read>(member: &ZipFile<'_, R>) -> bool {
    member.is_dir() && member.size() == 0
}

/// A member is compressed once more within the zip; where it is not, it is read as it is.
fn decoded<'a>(member: impl Read + 'a) -> BufReader<Box<dyn Read + 'a>> {
    let mut member = BufReader::with_capacity(64 << 10, member);
    let is_gzip = member.fill_buf().is_ok_and(|bytes| bytes.starts_with(&[0x1f, 0x8b]));
    let decoded: Box<dyn Read + 'a> = if is_gzip { Box::new(MultiGzDecoder::new(member)) } else { Box::new(member) };
    BufReader::with_capacity(64 << 10, decoded)
}

fn broken(error: ZipError) -> Error {
    if let ZipError::Io(error) = &error {
        return cut(error);
    }
    // A wrong bit can also say that the archive is encrypted, or compressed in some other way.
    Error::Cut { what: WHAT, words: error.to_string() }
}

fn cut(error: &io::Error) -> Error {
    if is_of_disk(error) { disk(error) } else { Error::Cut { what: WHAT, words: error.to_string() } }
}
