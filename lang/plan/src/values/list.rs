//! Lists as people paste them: from a column of a sheet, from a message, from a query.

use super::problem::Problem;

/// The items of a pasted list, blanks and quotes around them left out, empty ones too.
///
/// Lines, semicolons and tabs separate. Commas do where nothing else does, so that `1,5; 2,5` keeps its commas. Blanks do
/// where an item cannot hold one (`has_blanks` is false) and nothing else separates.
pub(super) fn items(text: &str, has_blanks: bool) -> Result<Vec<String>, Problem> {
    let strong = |c: char| matches!(c, '\n' | '\r' | ';' | '\t');
    let trimmed = text.trim().trim_start_matches('[').trim_end_matches(']');
    let split: Vec<&str> = if trimmed.contains(strong) {
        trimmed.split(strong).collect()
    } else if trimmed.contains(',') {
        trimmed.split(',').collect()
    } else if has_blanks {
        vec![trimmed]
    } else {
        trimmed.split_whitespace().collect()
    };
    let clean = |item: &&str| item.trim().trim_end_matches(',').trim_matches(['"', '\'']).trim().to_owned();
    let items: Vec<String> = split.iter().map(clean).filter(|item| !item.is_empty()).collect();
    if items.is_empty() { Err(Problem::NothingChosen) } else { Ok(items) }
}
