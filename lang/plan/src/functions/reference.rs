//! The catalogue as a page: docs/reference/functions.md.

use std::fmt::Write as _;

use super::{AggregateId, Doc, Family, FnId, Nulls};

/// The page of all functions. Committed as docs/reference/functions.md; a test says when that is stale.
#[must_use]
pub fn reference_markdown() -> String {
    let mut page = String::from(
        "# Functions and operators\n\n\
         Made from the catalogue in `lang/plan/src/functions`; to change it, change the function and run the tests with \
         `WR_UPDATE=1`. What the functions of PRQL, Kusto and GoogleSQL are called here stands in \
         [another list](functions-elsewhere.md).\n\n\
         A null argument gives null unless a function says otherwise. A function that cannot give its result ends the run \
         with the code named under it, and nothing leaves.\n",
    );
    let mut family = None;
    for id in FnId::ALL {
        let function = id.function();
        if family == Some(Family::Text) && id.family() != Family::Text {
            page.push_str(PATTERNS);
        }
        if family != Some(id.family()) {
            family = Some(id.family());
            page.push_str(&format!("\n## {}\n", title(id.family())));
        }
        write_entry(&mut page, function.name, function.usage, &function.doc, note(function.nulls), function.fails);
    }
    page.push_str("\n## Over the rows of a group\n\nNulls are left out by all of them.\n");
    for id in AggregateId::ALL {
        let aggregate = id.aggregate();
        let doc = Doc { summary: aggregate.summary, detail: aggregate.detail, examples: &[] };
        write_entry(&mut page, aggregate.name, aggregate.usage, &doc, "", aggregate.fails);
    }
    page
}

/// What patterns can say, after the functions that take them.
const PATTERNS: &str = r"
### Patterns

```text
/[A-Z]{2}-[0-9]{4}/
```

A pattern stands between slashes, and is written into the script: it is checked with it, and never made of data. A slash in it is `\/`.
The syntax is that of the `regex` crate of Rust, which is that of Perl without what can make a search endless: there are no backreferences (`\1`) and
nothing looks ahead or behind (`(?=…)`). The time of a search grows with the length of the text and no faster.

| write | is |
| --- | --- |
| `.` | any letter but a line end |
| `[a-z]` `[^a-z]` | one of these, none of these |
| `\d` `\s` `\w` | a digit, a blank, a letter of a word, in all of Unicode; for the ten digits write `[0-9]` |
| `\p{L}` | a letter of any alphabet |
| `a*` `a+` `a?` `a{2,3}` | any number of times, once at least, once or not, so often; as often as possible, `a*?` as rarely |
| `ab\|cd` | one or the other, the first that fits |
| `(…)` `(?:…)` | a group that `extract` can take, one that only holds together |
| `^` `$` `\b` | the beginning, the end, the border of a word |
| `(?i)` | from here on without regard to case |
";

const fn title(family: Family) -> &'static str {
    match family {
        Family::Arithmetic => "Arithmetic",
        Family::Comparison => "Comparisons",
        Family::Making => "Other signs",
        Family::Conditional => "Null",
        Family::Conversion => "Conversions",
        Family::Number => "Numbers",
        Family::Text => "Texts",
        Family::Hash => "Hashes",
        Family::Time => "Time",
        Family::People => "For people",
    }
}

const fn note(nulls: Nulls) -> &'static str {
    match nulls {
        Nulls::Propagate | Nulls::PropagateOrGive | Nulls::HandleOrGive => "",
        Nulls::Handle => "Never null.",
    }
}

fn write_entry(page: &mut String, name: &str, usage: &[&str], doc: &Doc, note: &str, fails: &[wr_base::diag::Code]) {
    // Writing into a String cannot fail.
    let _ = write!(page, "\n### `{name}`\n\n```text\n{}\n```\n\n{}.", usage.join("\n"), doc.summary);
    for words in [doc.detail, note] {
        if !words.is_empty() {
            let _ = write!(page, " {words}");
        }
    }
    page.push('\n');
    if !fails.is_empty() {
        let codes: Vec<_> = fails.iter().map(|code| format!("[{code}](../errors/{code}.md)")).collect();
        let _ = writeln!(page, "\nCan fail with {}.", codes.join(", "));
    }
    if !doc.examples.is_empty() {
        page.push_str("\n| expression | value |\n| --- | --- |\n");
        for (expression, value) in doc.examples {
            let value = if value.is_empty() { String::from("(an empty text)") } else { format!("`{value}`") };
            let _ = writeln!(page, "| `{}` | {} |", expression.replace('|', "\\|"), value.replace('|', "\\|"));
        }
    }
}
