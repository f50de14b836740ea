//! Records to the pages in docs/. A test says when a committed page is stale.

use std::fmt::Write as _;

use wr_base::diag::{Code, Severity};

use super::{STATEMENTS, STEPS, TYPES, Wrong};

/// What stands hidden before the examples of steps.
const SCHEMAS: &str = "<!-- wr before\nuse wallet, crm, wallet_store, amp from \"schemas.wr\"\n-->\n";

/// docs/reference/steps.md
#[must_use]
pub fn steps_page() -> String {
    let mut page = begin(
        "Steps",
        "lang/sema/src/reference/steps",
        "A pipeline begins with `from`; each step takes rows and gives rows. One step stands on a line. What stands in `[ ]` may be left \
         out. The examples read the tables of `examples/schemas.wr`.",
    );
    page.push_str("\n| step | |\n| --- | --- |\n");
    for step in STEPS {
        let links: Vec<_> = step.words.iter().map(|word| format!("[`{word}`](#{})", anchor(step.words))).collect();
        let _ = writeln!(page, "| {} | {} |", links.join(", "), lower(step.summary));
    }
    let _ = write!(page, "\n{SCHEMAS}");
    for step in STEPS {
        let _ = write!(page, "\n## {}\n\n{}.", title(step.words), step.summary);
        paragraph(&mut page, step.detail);
        shape(&mut page, step.shape);
        page.push_str("\n| after it | |\n| --- | --- |\n");
        for (what, words) in [("rows", step.rows), ("columns", step.columns), ("key", step.key), ("order", step.order)]
        {
            let _ = writeln!(page, "| {what} | {} |", words.replace('|', "\\|"));
        }
        examples(&mut page, step.examples);
        wrong(&mut page, step.wrong.as_ref());
    }
    page
}

/// docs/reference/statements.md
#[must_use]
pub fn statements_page() -> String {
    let mut page = begin(
        "Statements",
        "lang/sema/src/reference/statements",
        "A statement begins in the first column, its other lines are indented. A script is read from top to bottom: what a statement names \
         stands above it. `#` begins a comment.",
    );
    page.push_str("\n| statement | |\n| --- | --- |\n");
    for statement in STATEMENTS {
        let _ = writeln!(
            page,
            "| [`{}`](#{}) | {} |",
            statement.words.join("`, `"),
            anchor(statement.words),
            lower(statement.summary)
        );
    }
    for statement in STATEMENTS {
        let _ = write!(page, "\n## {}\n\n{}.\n", title(statement.words), statement.summary);
        shape(&mut page, statement.shape);
        for words in statement.detail {
            let _ = write!(page, "\n{words}\n");
        }
        examples(&mut page, statement.examples);
        wrong(&mut page, statement.wrong.as_ref());
    }
    page
}

/// docs/reference/types.md
#[must_use]
pub fn types_page() -> String {
    let mut page = begin(
        "Types",
        "lang/sema/src/reference/types.rs",
        "`T?` is a `T` or null. Without the `?` null is an error, not a surprise. Nothing is converted silently but whole numbers to decimals, \
         and decimals to floats.",
    );
    page.push_str("\n| type | literal | column | parameter |\n| --- | --- | --- | --- |\n");
    for one in TYPES {
        let yes = |is: bool| if is { "yes" } else { "" };
        let _ = writeln!(
            page,
            "| [`{}`](#{}) | {} | {} | {} |",
            one.shape,
            one.word,
            one.literal,
            yes(one.is_column),
            yes(one.answer.is_some())
        );
    }
    for one in TYPES {
        let _ = write!(page, "\n## {}\n\n`{}`. {}\n\n- Becomes {}\n", one.word, one.shape, one.holds, one.becomes);
        let column = if one.is_column { "Columns can have it." } else { "No column of a table or a file has it." };
        let _ = writeln!(page, "- {column}");
        match one.answer {
            Some(answer) => drop(writeln!(page, "- A runner types {answer}.")),
            None => page.push_str("- Nobody can be asked for it: no `param` has it.\n"),
        }
        examples(&mut page, &[one.example]);
    }
    page
}

/// docs/errors/README.md: all codes, by what they are about.
#[must_use]
pub fn error_index() -> String {
    let mut page = String::from(
        "# Errors and warnings\n\nMade from the pages beside it by a test; `WR_UPDATE=1 cargo test` writes it anew. `wr explain WR0101` prints a page \
         in the terminal.\n",
    );
    let mut about = "";
    for code in Code::ALL {
        let family = family(*code);
        if family != about {
            about = family;
            let _ = write!(page, "\n## {about}\n\n| code | |\n| --- | --- |\n");
        }
        let kind = match code.severity() {
            Severity::Warning if !about.starts_with("Warnings") => " (a warning)",
            Severity::Warning | Severity::Error => "",
        };
        let _ = writeln!(page, "| [{code}]({code}.md) | {}{kind} |", code.title().replace('|', "\\|"));
    }
    page
}

/// As `lang/base/src/diag/code.rs` deals them out.
fn family(code: Code) -> &'static str {
    match code.as_str().get(..4) {
        Some("WR00") => "The text cannot be read",
        Some("WR01") => "Names",
        Some("WR02") => "Types and expressions",
        Some("WR03") => "Steps and rows",
        Some("WR04") => "Parameters",
        Some("WR05") => "Splits, records, files, tests",
        Some("WR06") => "The project and its schemas",
        Some("WR07") => "Warnings",
        _ => "Failures of a run",
    }
}

fn begin(title: &str, from: &str, words: &str) -> String {
    format!(
        "# {title}\n\nMade from `{from}`; to change it, change the record and run the tests with `WR_UPDATE=1`.\n\n{words}\n"
    )
}

fn title(words: &[&str]) -> String {
    words.join(", ")
}

/// As GitHub makes it of a title.
fn anchor(words: &[&str]) -> String {
    title(words).replace(',', "").replace(' ', "-")
}

fn lower(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

fn paragraph(page: &mut String, words: &str) {
    if !words.is_empty() {
        let _ = write!(page, " {words}");
    }
    page.push('\n');
}

fn shape(page: &mut String, lines: &[&str]) {
    let _ = write!(page, "\n```text\n{}\n```\n", lines.join("\n"));
}

fn examples(page: &mut String, scripts: &[&str]) {
    for script in scripts {
        let _ = write!(page, "\n```wr\n{script}\n```\n");
    }
}

fn wrong(page: &mut String, wrong: Option<&Wrong>) {
    let Some(Wrong { code, script, right }) = wrong else { return };
    let _ = write!(
        page,
        "\nWrong, [{code}](../errors/{code}.md), {}:\n\n```wr wrong {code}\n{script}\n```\n\nRight:\n\n```wr\n{right}\n```\n",
        code.title()
    );
}
