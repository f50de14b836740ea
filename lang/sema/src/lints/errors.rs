//! What the checks of a whole program say: warnings only.

use wr_base::diag::{Code, Diagnostic, Edit, Safety};
use wr_base::span::Span;

const fn end_of(span: Span) -> Span {
    Span::new(span.file, span.end, span.end)
}

fn left_out(diagnostic: Diagnostic, edits: Vec<Edit>) -> Diagnostic {
    diagnostic.with_fix("leave it out", edits, Safety::Suggested)
}

pub(super) fn unused_parameter(at: Span, name: &str, edits: Vec<Edit>) -> Diagnostic {
    let headline = format!("`${name}` is asked for, and changes nothing");
    let diagnostic = Diagnostic::new(Code::UnusedParameter, headline, at, "used nowhere")
        .with_note("whoever fills it in believes that the report depends on it");
    left_out(diagnostic, edits)
}

pub(super) fn unused_let(at: Span, name: &str, edits: Vec<Edit>) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::UnusedLet, format!("nothing uses `{name}`"), at, "used nowhere")
        .with_note("it is never computed; perhaps the name of another stands where this one was meant");
    left_out(diagnostic, edits)
}

pub(super) fn unused_import(at: Span, name: &str, edits: Vec<Edit>) -> Diagnostic {
    left_out(Diagnostic::new(Code::UnusedImport, format!("nothing uses `{name}`"), at, "taken for nothing"), edits)
}

/// `values` as they are written, with quotes where they are texts.
pub(super) fn options_alike(at: Span, first: Span, param: &str, value: &str, other: &str) -> Diagnostic {
    let headline = format!("{value} and {other} of `${param}` do the same");
    Diagnostic::new(Code::OptionsAlike, headline, at, "no condition asks for it")
        .with_secondary(first, "nor for this one")
        .with_help("add the condition that tells them apart, or leave one of the options out")
}

pub(super) fn arm_never_taken(at: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::ArmNeverTaken, "no row comes to this `when`", at, "the same condition again")
        .with_secondary(first, "whatever is true here is taken here")
        .with_help("write the condition that was meant, or leave this `when` out")
}

pub(super) fn always_the_same(at: Span, is_true: bool, operand: &str, values: [String; 2]) -> Diagnostic {
    let [one, other] = values;
    let (headline, label, help) = if is_true {
        (
            format!("this is true of every `{operand}`"),
            format!("nothing is both {one} and {other}"),
            format!("write `{operand} not in [{one}, {other}]`, or `and` for `or`"),
        )
    } else {
        (
            format!("this is true of no `{operand}`"),
            "both sides are never true together".to_owned(),
            format!("write `or` for `and`, or another value for {one} or {other}"),
        )
    };
    Diagnostic::new(Code::ConditionDecided, headline, at, label).with_help(help)
}

pub(super) fn compared_with_itself(at: Span, operand: &str) -> Diagnostic {
    let headline = format!("`{operand}` is compared with itself");
    Diagnostic::new(Code::ConditionDecided, headline, at, "the same on both sides")
        .with_help("write the other side that was meant; whether a value is there asks `is not null`")
}

pub(super) fn people_lost(at: Span, entity: &str) -> Diagnostic {
    let headline = format!("each {entity} without a match is silently gone after this join");
    let insert = |words: &str| vec![Edit { span: end_of(at), replacement: words.to_owned() }];
    Diagnostic::new(Code::PeopleLost, headline, at, "looks them up, and drops who is not found")
        .with_note("a list of them leaves, and nobody who reads it sees that it shrank")
        .with_fix("stop the run when too many go: `unmatched <= 5%`", insert(" unmatched <= 5%"), Safety::Suggested)
        .with_fix("say that they may go: `unmatched drop`", insert(" unmatched drop"), Safety::Suggested)
        .with_help("`join left` keeps them, without the columns of the right side")
}

pub(super) fn long_digits(at: Span, column: &str) -> Diagnostic {
    let headline = format!("spreadsheets would ruin the digits of `{column}`");
    let edit = |format: &str| vec![Edit { span: at, replacement: format.to_owned() }];
    Diagnostic::new(Code::LongDigitsInCsv, headline, at, "opened in one, long digits become 4.5E+15")
        .with_note("zeros in front go as well, and nothing brings them back")
        .with_fix("write it for people: `csv for excel`", edit("csv for excel"), Safety::Suggested)
        .with_help("`xlsx` is best for people; where a program reads the file, say so: `with delimiter = \",\"`")
}

/// `list`: where a list of the columns would stand, and all columns that are written.
pub(super) fn personal_unnamed(at: Span, unnamed: &[&str], list: Option<(Span, &[&str])>) -> Diagnostic {
    let words = unnamed.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let (leave, it) = if unnamed.len() == 1 { ("leaves", "it") } else { ("leave", "them") };
    let headline = format!("{words} {leave} in this file, and nothing in the script names {it}");
    let mut diagnostic = Diagnostic::new(Code::PersonalUnnamed, headline, at, "all columns of it are written")
        .with_note("what a table calls personal comes with every `from` and `join` of it, and goes with whatever is written whole");
    if let Some((at, all)) = list {
        let listed = |names: &mut dyn Iterator<Item = &&str>| {
            let names: Vec<String> = names.map(|name| written_name(name)).collect();
            (!names.is_empty()).then(|| vec![Edit { span: at, replacement: format!(" {{ {} }}", names.join(", ")) }])
        };
        if let Some(edits) = listed(&mut all.iter().filter(|name| !unnamed.contains(name))) {
            diagnostic = diagnostic.with_fix("list the other columns", edits, Safety::Suggested);
        }
        if let Some(edits) = listed(&mut all.iter()) {
            diagnostic = diagnostic.with_fix("say that they are meant: list all columns", edits, Safety::Suggested);
        }
    }
    diagnostic
        .with_help("list the columns that the file needs, behind its name or in a `select`; `drop` takes one away")
}

/// With backticks where a bare word would be something else.
fn written_name(name: &str) -> String {
    let is_bare = wr_base::name::is_plain_name(name) && !wr_syntax::is_reserved(name);
    if is_bare { name.to_owned() } else { format!("`{name}`") }
}

pub(super) fn seed_shared(at: Span, words: &str, other: &str) -> Diagnostic {
    let headline = format!("`{other}` splits by the seed \"{words}\", too");
    Diagnostic::new(Code::SeedShared, headline, at, "the same people are in the same branches of both")
        .with_note("who is in one control group is in the other as well, so what one report does is seen in the other")
        .with_help("give each report a seed of its own, such as its name")
}
