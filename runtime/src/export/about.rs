//! What the sheet "About this report" says, as text; the workbook only lays it out.
//!
//! Nothing here tells one run from another with the same values and data: no run id, no time of making (B11).

/// Headed lines, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    pub lines: Vec<AboutLine>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AboutLine {
    /// The report's title.
    Title(String),
    /// Begins a part.
    Heading(String),
    /// A text over the whole width.
    Text(String),
    /// The relation whose steps follow.
    Relation(String),
    Pair {
        name: String,
        value: String,
    },
    /// A step and its rows; `None` for a step that was not taken.
    Step {
        words: String,
        rows: Option<u64>,
    },
}
