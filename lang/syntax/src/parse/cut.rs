//! A file is cut into statements at its first column, before any grammar: so an unclosed brace swallows nothing, one
//! broken statement hides nothing in the next, and an edit costs one statement.

use wr_base::span::TextRange;

/// The places of the statements, absolute. Each goes from its first sign to the next statement, comments and blank lines
/// between them included; what stands before the first statement belongs to nobody and comes first, if it is there.
pub(crate) struct Cut {
    pub(crate) before: TextRange,
    pub(crate) statements: Vec<TextRange>,
}

pub(crate) fn cut(text: &str) -> Cut {
    let mut starts = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        // A byte order mark is a blank wherever it stands, and takes no column.
        let mark = line.len() - line.trim_start_matches('\u{FEFF}').len();
        if begins_statement(line.get(mark..).unwrap_or_default()) {
            starts.push((at + mark) as u32);
        }
        at += line.len();
    }
    let end = text.len() as u32;
    let ends = starts.iter().skip(1).copied().chain([end]);
    let statements = starts.iter().zip(ends).map(|(start, end)| TextRange::new(*start, end)).collect();
    Cut { before: TextRange::new(0, starts.first().copied().unwrap_or(end)), statements }
}

/// Blank lines, comments, indented lines and closing signs go on with what is above.
fn begins_statement(line: &str) -> bool {
    let Some(first) = line.chars().next() else { return false };
    !(first.is_whitespace() || matches!(first, '#' | '}' | ')' | ']') || line.starts_with("\"\"\""))
}
