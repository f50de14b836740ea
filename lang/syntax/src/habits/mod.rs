//! Spellings of other languages and what is written here, as data: the parser and the checker offer them as fixes, tests
//! try each of them, `docs/reference/habits.md` lists them.

mod dplyr;
mod kusto;
mod pandas;
mod prql;
mod sql;

/// Where people know a spelling from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    Sql,
    Pandas,
    Dplyr,
    Prql,
    Kusto,
}

impl Origin {
    pub const ALL: &[Self] = &[Self::Sql, Self::Pandas, Self::Dplyr, Self::Prql, Self::Kusto];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sql => "SQL",
            Self::Pandas => "Python and pandas",
            Self::Dplyr => "R and dplyr",
            Self::Prql => "PRQL",
            Self::Kusto => "Kusto",
        }
    }

    /// Its spellings, in the order of its page.
    #[must_use]
    pub const fn habits(self) -> &'static [Habit] {
        match self {
            Self::Sql => sql::HABITS,
            Self::Pandas => pandas::HABITS,
            Self::Dplyr => dplyr::HABITS,
            Self::Prql => prql::HABITS,
            Self::Kusto => kusto::HABITS,
        }
    }
}

/// Where the samples of a spelling stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a `filter`.
    Condition,
    /// A new column of a `derive`.
    Value,
    /// In the braces of a `group by`.
    Measure,
    /// Lines of a pipeline.
    Step,
    /// A whole `let`, from its `=` on.
    Pipeline,
}

/// Who notices it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// The grammar cannot read it.
    Grammar,
    /// It reads like a call of a function that is not known.
    Checker,
}

#[derive(Clone, Copy, Debug)]
pub enum Rule {
    /// What is looked for and what is put in its place; `parse/pattern.rs` says how both are written.
    Rewrite { pattern: &'static str, template: &'static str, by: Reader },
    /// Told by a check of its own.
    Known,
}

/// One spelling.
#[derive(Clone, Copy, Debug)]
pub struct Habit {
    pub place: Place,
    /// A sample of it over the columns `id`, `user_id`, `city`, `price`, `bought`, `day`.
    pub theirs: &'static str,
    /// The same as it is written here: what the fix makes of the sample.
    pub ours: &'static str,
    pub rule: Rule,
}

pub fn all() -> impl Iterator<Item = &'static Habit> {
    Origin::ALL.iter().flat_map(|origin| origin.habits())
}

/// A word that is a value elsewhere.
#[must_use]
pub fn value_meant(word: &str) -> Option<&'static str> {
    Some(match word.to_lowercase().as_str() {
        "current_date" | "curdate" => "today",
        "current_timestamp" | "sysdate" | "localtimestamp" => "now",
        "na" | "nan" | "none" | "nil" => "null",
        _ => return None,
    })
}

const fn read(
    place: Place,
    theirs: &'static str,
    ours: &'static str,
    pattern: &'static str,
    template: &'static str,
) -> Habit {
    Habit { place, theirs, ours, rule: Rule::Rewrite { pattern, template, by: Reader::Grammar } }
}

const fn call(
    place: Place,
    theirs: &'static str,
    ours: &'static str,
    pattern: &'static str,
    template: &'static str,
) -> Habit {
    Habit { place, theirs, ours, rule: Rule::Rewrite { pattern, template, by: Reader::Checker } }
}

const fn known(place: Place, theirs: &'static str, ours: &'static str) -> Habit {
    Habit { place, theirs, ours, rule: Rule::Known }
}
