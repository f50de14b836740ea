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
    let (mut at, mut statement) = (0, "");
    let ends = memchr::memchr_iter(b'\n', text.as_bytes()).map(|end| end + 1).chain([text.len()]);
    for end in ends {
        // Most lines are indented, and are done with after a look at their first byte.
        if matches!(text.as_bytes().get(at), Some(b' ' | b'\n')) {
            at = end;
            continue;
        }
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
        at = end;
    }
    let end = text.len() as u32;
    let ends = starts.iter().skip(1).copied().chain([end]);
    let statements = starts.iter().zip(ends).map(|(start, end)| TextRange::new(*start, end)).collect();
    Cut { before: TextRange::new(0, starts.first().copied().unwrap_or(end)), statements, not_indented }
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
