//! A body as it came, in memory while it is small, then in a temporary file that has no name and is gone with the program.

use std::io::{self, BufReader, Read, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use tempfile::SpooledTempFile;

/// Most cohorts are smaller, and a mailing has a handful of them.
const IN_MEMORY: usize = 4 << 20;

/// What a compressed file begins with.
const GZIP: [u8; 2] = [0x1f, 0x8b];

#[derive(Debug)]
pub(crate) struct Spool {
    file: SpooledTempFile,
    beginning: Vec<u8>,
    length: u64,
}

/// How a body is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Empty,
    Gzip,
    Plain,
}

impl Spool {
    /// An empty one; past some megabytes it goes to the folder.
    pub(crate) fn new(folder: Option<&Path>) -> Spool {
        let file = match folder {
            Some(folder) => SpooledTempFile::new_in(IN_MEMORY, folder),
            None => SpooledTempFile::new(IN_MEMORY),
        };
        Spool { file, beginning: Vec::new(), length: 0 }
    }

    pub(crate) fn push(&mut self, piece: &[u8]) -> io::Result<()> {
        let missing = GZIP.len() - self.beginning.len();
        self.beginning.extend(piece.iter().take(missing));
        self.length += piece.len() as u64;
        self.file.write_all(piece)
    }

    /// What the bytes say; a header may be missing, or tell of what a proxy undid.
    pub(crate) fn shape(&self) -> Shape {
        match self.beginning.as_slice() {
            [] => Shape::Empty,
            bytes if *bytes == GZIP => Shape::Gzip,
            _ => Shape::Plain,
        }
    }

    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// From its beginning, decoded once.
    pub(crate) fn open(&mut self) -> io::Result<BufReader<Box<dyn Read + Send + '_>>> {
        let shape = self.shape();
        let raw = BufReader::with_capacity(64 << 10, self.raw()?);
        let decoded: Box<dyn Read + Send + '_> = match shape {
            Shape::Gzip => Box::new(MultiGzDecoder::new(raw)),
            Shape::Empty | Shape::Plain => Box::new(raw),
        };
        Ok(BufReader::with_capacity(64 << 10, decoded))
    }

    /// From its beginning, as it came.
    pub(crate) fn raw(&mut self) -> io::Result<&mut SpooledTempFile> {
        self.file.seek(SeekFrom::Start(0))?;
        Ok(&mut self.file)
    }
}
