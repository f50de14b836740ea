//! Rows that are not as expected, as a table: `-` is missing, `+` is too many, `~` has other cells.

use wr_base::value::{Value, Zone};
use wr_runtime::run::{RowDifference, same};

use super::terminal::Terminal;

/// As many rows as are shown of one relation.
const SHOWN: usize = 20;

/// A cell as it would be written in a test, so that texts, nulls and numbers can be told apart.
pub(crate) fn cell_words(value: &Value, locale: &str, zone: Zone) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Text(text) => format!("{text:?}"),
        Value::DateTime(_) => wr_plan::values::human(value, locale, zone),
        Value::Bool(_)
        | Value::Int(_)
        | Value::Decimal(_)
        | Value::Float(_)
        | Value::Date(_)
        | Value::Time(_)
        | Value::Duration(_)
        | Value::Uuid(_)
        | Value::Percent(_)
        | Value::Range(..)
        | Value::Period(_)
        | Value::List(_) => value.canonical(),
    }
}

/// The relation, what is wrong with it, and its rows.
pub(crate) fn table_of(
    words: &str,
    headings: &[String],
    differences: &[RowDifference],
    cell: &dyn Fn(&Value) -> String,
    terminal: Terminal,
) -> String {
    let count = |is: fn(&RowDifference) -> bool| differences.iter().filter(|one| is(one)).count();
    let counts = [
        (count(|one| matches!(one, RowDifference::Different { .. })), "different"),
        (count(|one| matches!(one, RowDifference::Missing(_))), "missing"),
        (count(|one| matches!(one, RowDifference::Extra(_))), "extra"),
    ];
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts.map(|(count, word)| format!("{count} {word}")).collect();
    let mut text = format!("    {words}: {}\n", counts.join(", "));
    let mut lines: Vec<(char, Vec<String>)> = vec![(' ', headings.to_vec())];
    for difference in differences.iter().take(SHOWN) {
        lines.push(match difference {
            RowDifference::Missing(row) => ('-', row.iter().map(cell).collect()),
            RowDifference::Extra(row) => ('+', row.iter().map(cell).collect()),
            RowDifference::Different { expected, got } => {
                let cells = expected.iter().zip(got).map(|(expected, got)| {
                    if same(expected, got) { cell(got) } else { format!("{} → {}", cell(expected), cell(got)) }
                });
                ('~', cells.collect())
            }
        });
    }
    let width = |at: usize| {
        let cells = lines.iter().filter_map(|(_, cells)| cells.get(at));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..headings.len()).map(width).collect();
    for (sign, cells) in &lines {
        let padded = cells
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell}{}", " ".repeat(width.saturating_sub(cell.chars().count()))));
        let line = format!("      {sign} {}", padded.collect::<Vec<_>>().join("  "));
        let line = line.trim_end();
        let line = match sign {
            '-' => terminal.red(line),
            '+' => terminal.green(line),
            '~' => terminal.yellow(line),
            _ => line.to_owned(),
        };
        text.push_str(&line);
        text.push('\n');
    }
    if differences.len() > SHOWN {
        text.push_str(&terminal.dim(&format!("      … {} more\n", differences.len() - SHOWN)));
    }
    text
}
