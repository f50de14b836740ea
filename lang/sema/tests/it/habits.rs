//! Spellings of other languages: each is told with a fix that makes of it what is written here, and its page is fresh.

use std::fmt::Write;

use wr_base::diag::{Diagnostic, Edit, Severity};
use wr_base::loader::MemoryLoader;
use wr_sema::Analysis;
use wr_syntax::habits::{Habit, Origin, Place};

use crate::page::{check, edited, files, listed, repository};

const TABLES: &str = "\
source shop: clickhouse
table shop.orders key id { id: int, user_id: int, city: text?, price: int, bought: datetime, day: date }
table shop.users key user_id { user_id: int, name: text? }
let users = from shop.users
";

/// A sample where it belongs.
fn script(habit: &Habit, sample: &str) -> MemoryLoader {
    let orders = "from shop.orders\n  ";
    let pipeline = match habit.place {
        Place::Condition => format!("{orders}filter {sample}"),
        Place::Value => format!("{orders}derive v = {sample}"),
        Place::Measure => format!("{orders}group by city {{ v = {sample} }}"),
        Place::Step => format!("{orders}{sample}"),
        Place::Pipeline => sample.to_owned(),
    };
    files(&format!("{TABLES}let a =\n  {pipeline}\n"))
}

fn errors(said: &[Diagnostic]) -> Vec<&Diagnostic> {
    said.iter().filter(|one| one.severity == Severity::Error).collect()
}

/// The script after the first fix of every error, until there is none.
fn mended(mut loader: MemoryLoader) -> Result<String, String> {
    for _ in 0..6 {
        let (said, analysis) = check(&loader);
        let errors = errors(&said);
        if errors.is_empty() {
            return Ok(loader.0[crate::page::SCRIPT].clone());
        }
        let edits: Vec<Edit> =
            errors.iter().filter_map(|one| one.fixes.first()).flat_map(|fix| fix.edits.clone()).collect();
        if edits.is_empty() {
            return Err(listed(&said, &analysis));
        }
        loader = edited(&loader, &analysis, &edits);
    }
    let (said, analysis) = check(&loader);
    Err(listed(&said, &analysis))
}

fn bare(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn told(habit: &Habit) -> Result<(), String> {
    let ours = script(habit, habit.ours);
    let (said, analysis) = check(&ours);
    if !errors(&said).is_empty() {
        return Err(format!("ours is wrong:\n{}", listed(&said, &analysis)));
    }
    let theirs = script(habit, habit.theirs);
    let (said, analysis): (Vec<Diagnostic>, Analysis) = check(&theirs);
    let found = errors(&said);
    let Some(first) = found.first() else { return Err("nothing is said".to_owned()) };
    if first.fixes.is_empty() {
        return Err(format!("no fix:\n{}", listed(&said, &analysis)));
    }
    let after = mended(theirs)?;
    let wanted = &ours.0[crate::page::SCRIPT];
    if bare(&after) == bare(wanted) { Ok(()) } else { Err(format!("becomes\n{}", &after[TABLES.len()..])) }
}

#[test]
fn each_spelling_of_another_language_becomes_ours() {
    let mut wrong = Vec::new();
    for origin in Origin::ALL {
        for habit in origin.habits() {
            if let Err(problem) = told(habit) {
                wrong.push(format!("{}: `{}` for `{}`: {problem}", origin.name(), habit.theirs, habit.ours));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), wr_syntax::habits::all().count(), wrong.join("\n"));
}

#[test]
fn the_page_of_habits_is_fresh() {
    let mut page = String::from(
        "# What is written otherwise elsewhere\n\n\
         Made from the table in `lang/syntax/src/habits`; to change it, change the table and run the tests with `WR_UPDATE=1`.\n\n\
         Each of these is told by `wr check`, with a fix that writes what stands on the right. Words in upper case are told as those in\n\
         lower case. Functions are listed in full in [functions of other languages](functions-elsewhere.md).\n",
    );
    for origin in Origin::ALL {
        write!(page, "\n## {}\n\n| there | here |\n| --- | --- |\n", origin.name()).unwrap();
        for habit in origin.habits() {
            let cell = |sample: &str| {
                let lines = sample.replace('|', "\\|");
                let lines: Vec<String> = lines.lines().map(|line| format!("`{}`", line.trim())).collect();
                lines.join(" ")
            };
            writeln!(page, "| {} | {} |", cell(habit.theirs), cell(habit.ours)).unwrap();
        }
    }
    let path = repository().join("docs/reference/habits.md");
    if std::env::var_os("WR_UPDATE").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page, "docs/reference/habits.md is not made from the table: run with WR_UPDATE=1");
}
