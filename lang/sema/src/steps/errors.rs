//! What is said about steps: errors WR030x and WR031x, warnings WR070x.

use wr_base::diag::{Code, Diagnostic, Edit, Label, Safety};
use wr_base::row_type::{Column, RowType};
use wr_base::span::Span;
use wr_base::ty::DataType;
use wr_syntax::ast;

use crate::relations::with_near_misses;

fn insert(at: Span, text: impl Into<String>) -> Vec<Edit> {
    vec![Edit { span: at, replacement: text.into() }]
}

const fn start_of(span: Span) -> Span {
    Span::new(span.file, span.start, span.start)
}

const fn end_of(span: Span) -> Span {
    Span::new(span.file, span.end, span.end)
}

pub(super) fn equal_column_names(at: Span, first: Span, name: &str, qualifier: Option<&str>) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(Code::EqualColumnNames, format!("there are two columns `{name}` here"), at, "the second one");
    let diagnostic = if first == at { diagnostic } else { diagnostic.with_secondary(first, "the first one") };
    match qualifier.filter(|qualifier| !qualifier.is_empty()) {
        Some(qualifier) => {
            let new_name = format!("{qualifier}_{name}");
            let edits = insert(end_of(at), format!(" as {new_name}"));
            diagnostic.with_fix(format!("call it `{new_name}` with `as`"), edits, Safety::Suggested)
        }
        None => diagnostic.with_help("give one of them another name with `as`"),
    }
}

pub(super) fn column_needs_name(at: Span, words: &str) -> Diagnostic {
    let headline = format!("the column `{words}` has no name");
    Diagnostic::new(Code::ColumnNeedsName, headline, at, "computed here")
        .with_help(format!("write a name in front of it: `name = {words}`"))
}

/// `n == count()` in a list of columns.
pub(super) fn named_by_comparison(at: Span, name: &str) -> Diagnostic {
    let headline = format!("the column `{name}` is given with `=`");
    let edits = vec![Edit { span: at, replacement: "=".to_owned() }];
    Diagnostic::new(Code::Habit, headline, at, "compares two values").with_fix("write `=`", edits, Safety::Safe)
}

pub(super) fn needs_replace(at: Span, name: &str) -> Diagnostic {
    let headline = format!("there is a column `{name}` already");
    Diagnostic::new(Code::NeedsReplace, headline, at, "would take the place of the old one")
        .with_fix("say that it takes its place: `replace`", insert(start_of(at), "replace "), Safety::Suggested)
        .with_help("or give the new column another name")
}

pub(super) fn nothing_to_replace<'a>(
    at: Span,
    word: Span,
    name: &str,
    known: impl Iterator<Item = &'a str>,
) -> Diagnostic {
    let headline = format!("there is no column `{name}` to replace");
    let diagnostic = Diagnostic::new(Code::NothingToReplace, headline, at, "not in this row");
    let edit = Edit { span: Span::new(word.file, word.start, at.start), replacement: String::new() };
    with_near_misses(diagnostic, name, known).with_fix("leave out `replace`", vec![edit], Safety::Suggested)
}

pub(super) fn join_without_name(at: Span) -> Diagnostic {
    Diagnostic::new(Code::JoinNeedsAlias, "the right side of this join has no name", at, "a pipeline has no name")
        .with_note("its columns are written with a name and a dot before them: `q.city`")
        .with_fix("call it `q`", insert(after_parenthesis(at), " as q"), Safety::Suggested)
}

/// A pipeline's range leaves out its parentheses.
const fn after_parenthesis(at: Span) -> Span {
    Span::new(at.file, at.end + 1, at.end + 1)
}

pub(super) fn join_name_taken(at: Span, name: &str, is_alias: bool) -> Diagnostic {
    let headline = format!("`{name}` is in this pipeline already");
    let diagnostic = Diagnostic::new(Code::JoinNeedsAlias, headline, at, "the same name again")
        .with_note(format!("`{name}.column` could mean either of them"));
    if is_alias {
        diagnostic.with_help("choose another name after `as`")
    } else {
        let edits = insert(end_of(at), format!(" as other_{name}"));
        diagnostic.with_fix(format!("call this one `other_{name}`"), edits, Safety::Suggested)
    }
}

pub(super) fn join_without_condition(at: Span) -> Diagnostic {
    Diagnostic::new(Code::JoinCondition, "this join does not say which rows belong together", at, "no `using`, no `on`")
        .with_help("write `using key`, or `on left_column == q.column`; `join cross` pairs every row with every other")
}

pub(super) fn join_without_equality(at: Span) -> Diagnostic {
    let headline = "this join has no equality between its two sides";
    Diagnostic::new(Code::JoinCondition, headline, at, "compares no column of the left with one of the right")
        .with_note("without one, every row is compared with every other")
        .with_help("write `left_column == q.column and …`; `join cross` followed by `filter` does it on purpose")
}

pub(super) fn cross_join_with_condition(at: Span) -> Diagnostic {
    let headline = "`join cross` pairs every row with every other, so it has no condition";
    Diagnostic::new(Code::JoinCondition, headline, at, "a condition")
        .with_help("leave `cross` out, or put the condition into a `filter` after the join")
}

pub(super) fn cardinality_of_filtering_join(at: Span, cardinality: ast::Cardinality, kind: &str) -> Diagnostic {
    let word = match cardinality {
        ast::Cardinality::One => "one",
        ast::Cardinality::Many => "many",
    };
    let headline = format!("`{word}` says nothing about a `join {kind}`");
    Diagnostic::new(Code::JoinClause, headline, at, "never gives a row twice").with_help(format!("write `join {kind}`"))
}

pub(super) fn cross_join_of_one(at: Span) -> Diagnostic {
    Diagnostic::new(Code::JoinClause, "`join cross` cannot promise one row", at, "pairs every row with every other")
        .with_help("write `join cross`, or `join one … on …`")
}

pub(super) fn unmatched_of_other_join(at: Span, kind: &str) -> Diagnostic {
    let headline = format!("`unmatched` says nothing about a `join {kind}`");
    Diagnostic::new(Code::JoinClause, headline, at, "only an inner join lets unmatched rows go")
        .with_help("leave it out, or leave out the kind of the join")
}

pub(super) fn join_key_type(at: Span, ty: &DataType) -> Diagnostic {
    Diagnostic::new(Code::JoinKeyType, format!("rows cannot be found by {ty}s"), at, format!("compares {ty}s"))
        .with_note("two numbers with a floating point can look equal and differ in their last digits")
        .with_help("join by an int, a decimal, a text or a date")
}

pub(super) fn using_of_two_types(
    at: Span,
    name: &str,
    qualifier: &str,
    left: &DataType,
    right: &DataType,
) -> Diagnostic {
    let headline = format!("`{name}` is {left} on the left and {right} on the right");
    Diagnostic::new(Code::JoinKeyType, headline, at, "two types that are never equal").with_help(format!(
        "convert one of them: `on {left}(…) == …`, such as `on {name} == {left}({qualifier}.{name})`"
    ))
}

pub(super) fn step_condition(at: Span, step: Span, word: &str) -> Diagnostic {
    Diagnostic::new(Code::StepCondition, format!("`{word}` cannot end in `if`"), at, "a condition")
        .with_secondary(step, "decides which columns there are")
        .with_note("the columns of a report may not depend on whether a step is taken")
        .with_help("`if` goes with filter, sort, take, sample, distinct, join semi and join anti; elsewhere use `when … then … else …`")
}

pub(super) fn unknown_step(at: Span, name: &str, known: &[&str], below: Option<Span>) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::UnknownStep, format!("there is no step `{name}`"), at, "not known here");
    if let Some(below) = below {
        return diagnostic
            .with_secondary(below, "declared only here")
            .with_help("move the declaration above its first use: a script is read from top to bottom");
    }
    let diagnostic = with_near_misses(diagnostic, name, known.iter().copied());
    if diagnostic.fixes.is_empty() {
        let help = format!("declare it with `step {name} = …`, or take it from a file with `use {name} from \"…\"`");
        diagnostic.with_help(help)
    } else {
        diagnostic
    }
}

/// Between the name of a step and what the rows lack.
const DOES_NOT_FIT: &str = " does not fit the rows here: ";

/// All that is wrong with a step for the rows here, told where it is applied.
pub(super) fn step_does_not_fit(at: Span, name: &str, found: &[Diagnostic], row: &RowType) -> Option<Diagnostic> {
    let (first, rest) = found.split_first()?;
    let mut diagnostic =
        Diagnostic::new(Code::StepDoesNotFit, format!("`{name}`{DOES_NOT_FIT}{}", cause(first)), at, "applied here");
    for one in found {
        diagnostic = diagnostic.with_secondary(one.primary.span, one.primary.text.clone());
    }
    for other in rest {
        diagnostic = diagnostic.with_note(cause(other));
    }
    let columns: Vec<String> = row.columns.iter().filter(|column| column.shaped.is_none()).map(dotted_name).collect();
    let columns = crate::relations::listed(columns.iter().map(String::as_str));
    Some(diagnostic.with_note(format!("the rows here have {columns}")).with_help(
        "bring what it needs by a step before it (`derive`, `rename`, `join`), or change the declaration of the step",
    ))
}

fn dotted_name(column: &Column) -> String {
    column.qualifier.as_ref().map_or_else(|| column.name.clone(), |first| format!("{first}.{}", column.name))
}

/// What the rows lack, however many steps lie between.
fn cause(found: &Diagnostic) -> &str {
    match found.headline.split_once(DOES_NOT_FIT) {
        Some((_, cause)) if found.code == Code::StepDoesNotFit => cause,
        _ => &found.headline,
    }
}

/// A warning about a step of another place, told where it is applied.
pub(super) fn warned_where_applied(at: Span, name: &str, found: Diagnostic) -> Diagnostic {
    let words = found.primary.clone();
    let headline = format!("in `{name}`: {}", found.headline);
    Diagnostic { headline, primary: Label { span: at, text: "applied here".to_owned() }, fixes: Vec::new(), ..found }
        .with_secondary(words.span, words.text)
}

pub(super) fn applied_step_condition(at: Span, name: &str, step: Span, word: &str) -> Diagnostic {
    let headline = format!("`apply {name}` cannot end in `if`: it has a `{word}`");
    Diagnostic::new(Code::StepCondition, headline, at, "a condition")
        .with_secondary(step, "decides which columns there are")
        .with_note("the columns of a report may not depend on whether a step is taken")
        .with_help("`if` goes with steps of filter, sort, take, sample, distinct, join semi and join anti only")
}

pub(super) fn nothing_left(at: Span, word: &str) -> Diagnostic {
    Diagnostic::new(Code::NothingLeft, format!("`{word}` leaves no column"), at, "nothing remains")
        .with_help("keep at least one column")
}

pub(super) fn not_an_aggregate(at: Span) -> Diagnostic {
    Diagnostic::new(Code::NotAnAggregate, "a measure needs a function over the rows of the group", at, "reads no rows")
        .with_help(
            "use `count()`, `sum(x)`, `max(x)` or another aggregate; other columns come in a `derive` afterwards",
        )
}

pub(super) fn not_grouped(at: Span, column: &str) -> Diagnostic {
    let headline = format!("`{column}` has many values in a group");
    Diagnostic::new(Code::NotGrouped, headline, at, "one value is needed here")
        .with_help(format!("group by it too: `group by …, {column} {{ … }}`, or take one value: `max({column})`"))
}

/// What the two sides of a set operation do not share.
pub(super) struct Unshared<'a> {
    /// On the left only.
    pub(super) missing: &'a [String],
    /// On the right only.
    pub(super) extra: &'a [String],
    pub(super) common: &'a [String],
    /// The right side is a pipeline in parentheses.
    pub(super) is_nested: bool,
}

/// `at` is the right side, `step` the whole step.
pub(super) fn set_columns(at: Span, step: Span, word: &str, unshared: &Unshared<'_>) -> Diagnostic {
    let Unshared { missing, extra, common, is_nested } = unshared;
    let headline = match (missing, extra) {
        (missing, []) => format!("the right side of `{word}` has no {}", listed(missing)),
        ([], extra) => format!("the left side of `{word}` has no {}", listed(extra)),
        (missing, extra) => {
            format!("the right side of `{word}` has no {}, and the left side no {}", listed(missing), listed(extra))
        }
    };
    let diagnostic = Diagnostic::new(Code::SetColumns, headline, at, "its columns are others")
        .with_note("columns are put together by name, so both sides need the same ones")
        .with_help("or compute what is missing, by a `derive` on the side that lacks it");
    if common.is_empty() {
        return diagnostic;
    }
    let names: Vec<String> = common.iter().map(|name| wr_plan::print::quoted(name)).collect();
    let select = format!("select {}", names.join(", "));
    let mut edits = Vec::new();
    if !missing.is_empty() {
        edits.extend(insert(start_of(step), format!("{select}\n  ")));
    }
    if !extra.is_empty() && *is_nested {
        edits.extend(insert(end_of(at), format!(" {select}")));
    } else if !extra.is_empty() {
        edits.extend(insert(start_of(at), "(from "));
        edits.extend(insert(end_of(at), format!(" {select})")));
    }
    diagnostic.with_fix("keep the columns that both sides have", edits, Safety::Suggested)
}

pub(super) fn set_types(at: Span, name: &str, left: &DataType, right: &DataType) -> Diagnostic {
    let headline = format!("`{name}` is {left} on the left and {right} on the right");
    Diagnostic::new(Code::SetTypes, headline, at, "no column can hold both")
        .with_help(format!("convert one side before: `derive replace {name} = {left}({name})`"))
}

pub(super) fn step_of_shape(at: Span, word: &str) -> Diagnostic {
    let headline = format!("`{word}` would need columns that a parameter decides about");
    Diagnostic::new(Code::StepOfShape, headline, at, "its columns have to be known")
        .with_help(format!("put `{word}` before the step that takes the parameter's columns"))
}

pub(super) fn pivot_of_nothing(at: Span) -> Diagnostic {
    Diagnostic::new(Code::PivotValue, "a `pivot` needs the values that become columns", at, "no value is listed")
        .with_help("list them: `in [\"plastic\", \"issued\"]`")
}

pub(super) fn pivot_value_unknown(at: Span) -> Diagnostic {
    let headline = "a listed value of a `pivot` has to be known when the script is written";
    Diagnostic::new(Code::PivotValue, headline, at, "known only in a run")
        .with_note("each listed value becomes a column, and later steps name it")
        .with_help("write the value itself")
}

pub(super) fn pivot_value_twice(at: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::PivotValue, "this value is listed twice", at, "the second time")
        .with_secondary(first, "the first time")
        .with_help("list each value once")
}

pub(super) fn pivot_value_without_name(at: Span) -> Diagnostic {
    Diagnostic::new(Code::PivotValue, "the column of this value has no name", at, "an empty name").with_fix(
        "call it `none`",
        insert(end_of(at), " as none"),
        Safety::Suggested,
    )
}

pub(super) fn unpivot_of_nothing(at: Span) -> Diagnostic {
    Diagnostic::new(Code::UnpivotColumns, "an `unpivot` needs the columns that become rows", at, "no column is listed")
        .with_help("list them: `in [jan, feb, mar]`")
}

pub(super) fn unpivot_column_twice(at: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::UnpivotColumns, "two columns of an `unpivot` have one name", at, "the second one")
        .with_secondary(first, "the first one")
        .with_help("list each column once, and give it a name of its own: `jan as \"January\"`")
}

pub(super) fn unpivot_types(at: Span, name: &str, data: &DataType, others: &DataType) -> Diagnostic {
    let headline = format!("`{name}` is {data}, and the columns before it are {others}");
    Diagnostic::new(Code::UnpivotColumns, headline, at, "no column can hold both")
        .with_help(format!("convert it before: `derive replace {name} = {others}({name})`"))
}

pub(super) fn window_without_sort(at: Span) -> Diagnostic {
    let headline = "this depends on the order of the rows, and the `window` has no `sort`";
    Diagnostic::new(Code::WindowWithoutSort, headline, at, "which row comes before another is not said")
        .with_help("write `window … sort day { … }`; an aggregate without `rows` needs no order")
}

pub(super) fn frame_of_nothing(at: Span) -> Diagnostic {
    let headline = "`rows` says nothing here: no aggregate, `first` or `last` reads the frame";
    Diagnostic::new(Code::FrameOfNothing, headline, at, "a frame that nothing reads")
        .with_help("leave it out; `lag` and `lead` say themselves how many rows away they look")
}

pub(super) fn fewer_than_none(at: Span, word: &str) -> Diagnostic {
    Diagnostic::new(Code::NegativeTake, format!("`{word}` cannot take fewer than none"), at, "a negative number")
        .with_help("write how many to keep")
}

pub(super) fn distinct_of_shape(at: Span) -> Diagnostic {
    let headline = "`distinct` would compare columns that a parameter decides about";
    Diagnostic::new(Code::DistinctOfShape, headline, at, "all columns are compared")
        .with_note("the number of rows may not depend on which columns somebody wants to see")
        .with_help("name the columns to compare: `distinct on user_id keep first by …`, or put it before the `select`")
}

pub(super) fn unguarded_optional(at: Span, name: &str, step: Option<Span>) -> Diagnostic {
    let headline = format!("`${name}` may be left empty");
    let diagnostic = Diagnostic::new(Code::UnguardedOptional, headline, at, "used as if it were always there");
    let diagnostic = match step {
        Some(step) => {
            let title = format!("take the step only `if ${name} is not null`");
            diagnostic.with_fix(title, insert(end_of(step), format!(" if ${name} is not null")), Safety::Suggested)
        }
        None => diagnostic,
    };
    diagnostic.with_help(format!("give it a fallback: `${name} ?? …`"))
}

pub(crate) fn join_multiplies(at: Span, word: Span, right: &str, danger: &str) -> Diagnostic {
    let headline = format!("this join can multiply rows, and {danger}");
    Diagnostic::new(Code::JoinMultiplies, headline, at, format!("a row may find many rows of `{right}`"))
        .with_note("no declared key says that there is at most one")
        .with_fix("promise one match at most: `join one`", insert(word, " one"), Safety::Suggested)
        .with_fix("say that many are meant: `join many`", insert(word, " many"), Safety::Suggested)
}

pub(super) fn sort_lost(at: Span, by: Span, what: &str) -> Diagnostic {
    Diagnostic::new(Code::SortLost, format!("this order is lost in {what}"), at, "nothing sees it")
        .with_secondary(by, "rows come in no order after this")
        .with_help("leave it out, or sort after that step")
}

pub(super) fn take_without_sort(at: Span) -> Diagnostic {
    Diagnostic::new(Code::TakeWithoutSort, "`take` picks rows by chance here", at, "the rows have no order")
        .with_help("put a `sort` in front of it")
}

pub(super) fn distinct_without_keep(at: Span, on: &[String]) -> Diagnostic {
    let headline = format!("which row stays for each {} is chance", listed(on));
    Diagnostic::new(Code::DistinctWithoutKeep, headline, at, "says nothing about which row to keep").with_fix(
        "say which one: `keep first by`",
        insert(end_of(at), " keep first by "),
        Safety::Suggested,
    )
}

fn listed(names: &[String]) -> String {
    crate::relations::listed(names.iter().map(String::as_str))
}
