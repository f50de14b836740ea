//! A file is cut into statements at its first column, before any grammar: so an unclosed brace swallows nothing, one
//! broken statement hides nothing in the next, and an edit costs one statement.

use wr_base::span::TextRange;

use crate::keywords;

/// The places of the statements, absolute. Each goes from its first sign to the next statement, comments and blank lines
/// between them included; what stands before the first statement belongs to nobody and comes first, if it is there.
pub(crate) struct Cut {
    pub(crate) before: TextRange,
    pub(crate) statements: Vec<TextRange>,
    /// Words in the first column that can only go on with the statement above: `filter` after a `let`, `and`.
    pub(crate) not_indented: Vec<TextRange>,
}

pub(crate) fn cut(text: &str) -> Cut {
    let (mut starts, mut not_indented) = (Vec::new(), Vec::new());
    let mut statement = "";
    for (at, end) in (FirstColumn { bytes: text.as_bytes(), at: 0 }) {
        let line = text.get(at..end).unwrap_or_default();
        // A byte order mark is a blank wherever it stands, and takes no column.
        let mark = line.len() - line.trim_start_matches('\u{FEFF}').len();
        let line_words = line.get(mark..).unwrap_or_default();
        if begins_statement(line_words) {
            let start = (at + mark) as u32;
            let word = first_word(line_words);
            if goes_on(word, statement) {
                not_indented.push(TextRange::new(start, start + word.len() as u32));
            } else {
                starts.push(start);
                statement = word;
            }
        }
    }
    let end = text.len() as u32;
    let ends = starts.iter().skip(1).copied().chain([end]);
    let statements = starts.iter().zip(ends).map(|(start, end)| TextRange::new(*start, end)).collect();
    Cut { before: TextRange::new(0, starts.first().copied().unwrap_or(end)), statements, not_indented }
}

/// The lines whose first sign is neither a blank nor a line break: where they begin and end.
struct FirstColumn<'a> {
    bytes: &'a [u8],
    /// Where a line begins, or the end.
    at: usize,
}

/// As much as is looked at in one go: most of a schema file is indented, and is done with sixty-four signs at a time.
const BLOCK: usize = 64;

impl Iterator for FirstColumn<'_> {
    type Item = (usize, usize);

    fn next(&mut self) -> Option<(usize, usize)> {
        let begin = if is_outer(self.bytes.get(self.at)) { self.at } else { self.next_outer()? };
        let rest = self.bytes.get(begin..).unwrap_or_default();
        let end = memchr::memchr(b'\n', rest).map_or(self.bytes.len(), |length| begin + length + 1);
        self.at = end;
        Some((begin, end))
    }
}

impl FirstColumn<'_> {
    /// The next sign behind a line break that is no blank.
    fn next_outer(&self) -> Option<usize> {
        let mut from = self.at;
        loop {
            let (here, behind) = (self.bytes.get(from..)?, self.bytes.get(from + 1..)?);
            // No way out within a block: so the compiler makes it a few steps for all of it.
            let outer = |(sign, next): (&u8, &u8)| (*sign == b'\n') & (*next != b' ') & (*next != b'\n');
            let blocks = here.chunks_exact(BLOCK).zip(behind.chunks_exact(BLOCK));
            let quiet = |(here, behind): &(&[u8], &[u8])| {
                !here.iter().zip(*behind).fold(false, |found, pair| found | outer(pair))
            };
            from += blocks.take_while(quiet).count() * BLOCK;
            let (here, behind) = (self.bytes.get(from..)?, self.bytes.get(from + 1..)?);
            let found = here.iter().zip(behind).take(BLOCK).position(outer);
            if let Some(length) = found {
                return Some(from + length + 1);
            }
            if behind.len() <= BLOCK {
                return None;
            }
            from += BLOCK;
        }
    }
}

fn is_outer(sign: Option<&u8>) -> bool {
    sign.is_some_and(|sign| !matches!(sign, b' ' | b'\n'))
}

fn first_word(line: &str) -> &str {
    let end = line.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(line.len());
    line.get(..end).unwrap_or_default()
}

/// Whether a word begins no statement, and the one above can go on with it: steps belong to a `let`.
fn goes_on(word: &str, statement: &str) -> bool {
    if statement.is_empty() || !keywords::is_reserved(word) {
        return false;
    }
    if keywords::is_step_word(word) { statement == "let" } else { keywords::is_statement_word(statement) }
}

/// Blank lines, comments, indented lines and closing signs go on with what is above.
fn begins_statement(line: &str) -> bool {
    let Some(first) = line.chars().next() else { return false };
    !(first.is_whitespace() || matches!(first, '#' | '}' | ')' | ']') || line.starts_with("\"\"\""))
}

/// The head of a `table connection.name` that can be left for later: plain names, and no arguments.
pub(crate) struct TableHead {
    pub(crate) connection: TextRange,
    pub(crate) name: TextRange,
}

/// Looks at the first words of a piece only; `None` for everything but the plainest of tables.
pub(crate) fn table_head(piece: &str) -> Option<TableHead> {
    let blanks = |text: &str| text.len() - text.trim_start_matches([' ', '\t']).len();
    let word = |text: &str| text.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(text.len());
    let is_name = |text: &str| {
        text.chars().next().is_some_and(|c| c == '_' || c.is_alphabetic()) && !crate::keywords::is_reserved(text)
    };
    let rest = piece.strip_prefix("table")?;
    let start = "table".len() + blanks(rest);
    let connection = TextRange::new(start as u32, (start + word(piece.get(start..)?)) as u32);
    let dot = connection.end as usize;
    let after_dot = piece.get(dot..)?.strip_prefix('.')?;
    let name = TextRange::new(dot as u32 + 1, (dot + 1 + word(after_dot)) as u32);
    let rest = piece.get(name.end as usize..)?;
    let text = |range: TextRange| piece.get(range.start as usize..range.end as usize).unwrap_or_default();
    let is_plain = start > "table".len()
        && is_name(text(connection))
        && is_name(text(name))
        && !rest.trim_start().starts_with(['(', '.', '#']);
    is_plain.then_some(TableHead { connection, name })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_found_however_much_is_indented_above_it() {
        for length in 0..3 * BLOCK {
            for gap in ["\n", "\n\n", "\n \n", "\r\n"] {
                let head = format!("let a =\n{}{gap}", " ".repeat(length));
                let statements = cut(&format!("{head}let b =\n  c")).statements;
                let starts: Vec<u32> = statements.iter().map(|place| place.start).collect();
                assert_eq!(starts, [0, head.len() as u32], "{length} {gap:?}");
            }
        }
    }
}
