//! The kinds of mistakes, each with every place of a script at which it can be made.

use std::ops::Range;

use super::text::{Kind, Script};

/// Changes of a script that are one mistake.
#[derive(Clone, Debug)]
pub(super) struct Mistake {
    pub(super) edits: Vec<(Range<usize>, String)>,
    /// Where a reader looks as well: the other bracket of a pair.
    pub(super) also: Option<Range<usize>>,
    /// A file beside the script in which the mistake is made instead; the place in the script is where it is read.
    pub(super) beside: Option<(String, String)>,
}

impl Mistake {
    pub(super) fn new(range: Range<usize>, instead: impl Into<String>) -> Self {
        Self::of(vec![(range, instead.into())])
    }

    pub(super) fn of(edits: Vec<(Range<usize>, String)>) -> Self {
        Self { edits, also: None, beside: None }
    }
}

pub(super) struct MistakeKind {
    pub(super) name: &'static str,
    /// What was meant can be told from what stands there.
    pub(super) has_fix: bool,
    /// Without the token a script can be right, and mean something else: that is no mistake that a check could see.
    pub(super) may_be_right: bool,
    pub(super) make: fn(&Script) -> Vec<Mistake>,
}

pub(super) const fn kind(
    name: &'static str,
    has_fix: bool,
    may_be_right: bool,
    make: fn(&Script) -> Vec<Mistake>,
) -> MistakeKind {
    MistakeKind { name, has_fix, may_be_right, make }
}

pub(super) const KINDS: &[MistakeKind] = &[
    kind("keyword dropped", true, true, |script| dropped(script, keyword)),
    kind("name dropped", false, true, |script| dropped(script, name)),
    kind("sign dropped", true, true, |script| {
        dropped(script, |script, at| script.is(at, Kind::Sign) && script.word(at) != ",")
    }),
    kind("literal dropped", false, true, |script| {
        dropped(script, |script, at| script.is(at, Kind::Text) || script.is(at, Kind::Number))
    }),
    kind("comma dropped", true, true, |script| dropped(script, |script, at| script.word(at) == ",")),
    kind("word doubled", true, true, |script| doubled(script, |script, at| script.is(at, Kind::Word))),
    kind("comma doubled", true, false, |script| doubled(script, |script, at| script.word(at) == ",")),
    kind("sign doubled", true, true, |script| {
        doubled(script, |script, at| script.is(at, Kind::Sign) && script.word(at) != ",")
    }),
    kind("literal doubled", true, true, |script| {
        doubled(script, |script, at| script.is(at, Kind::Text) || script.is(at, Kind::Number))
    }),
    kind("keyword misspelt", true, false, |script| misspelt(script, keyword)),
    kind("column or relation misspelt", true, false, |script| {
        misspelt(script, |script, at| name(script, at) && !function(script, at))
    }),
    kind("function misspelt", true, false, |script| misspelt(script, function)),
    kind("value misspelt", true, false, |script| {
        misspelt(script, |script, at| script.is(at, Kind::Value) && !is_declared(script, at))
    }),
    kind("statement word misspelt", true, false, |script| misspelt(script, |script, at| script.statement(at) == at)),
    kind("file misspelt", false, false, |script| {
        misspelt_inside(script, |script, at| script.is(at, Kind::Text) && script.word(at).ends_with(".wr\""))
    }),
    kind("name in another case", true, false, |script| {
        replaced(
            script,
            |script, at| name(script, at) && !function(script, at),
            |word| {
                let upper = word.to_uppercase();
                (upper != word).then_some(upper)
            },
        )
    }),
    kind("keyword in upper case", true, false, |script| replaced(script, keyword, |word| Some(word.to_uppercase()))),
    kind("value without its $", true, false, |script| {
        replaced(
            script,
            |script, at| script.is(at, Kind::Value) && !is_declared(script, at),
            |word| Some(word[1..].to_owned()),
        )
    }),
    kind("opening bracket dropped", false, true, |script| bracket(script, Kind::Open, "")),
    kind("closing bracket dropped", true, true, |script| bracket(script, Kind::Close, "")),
    kind("closing bracket doubled", true, false, |script| bracket(script, Kind::Close, "2")),
    kind("bracket of another kind", true, false, |script| bracket(script, Kind::Close, "~")),
    kind("opening quote dropped", true, false, |script| quote(script, true)),
    kind("closing quote dropped", true, false, |script| quote(script, false)),
    kind("number as text", true, true, |script| {
        replaced(
            script,
            |script, at| script.is(at, Kind::Number),
            |word| word.chars().all(|c| c.is_ascii_digit() || c == '.').then(|| format!("\"{word}\"")),
        )
    }),
    kind("text as number", false, true, |script| {
        replaced(script, |script, at| script.is(at, Kind::Text) && in_filter(script, at), |_| Some("5".to_owned()))
    }),
    kind("column of another type", false, true, another_type),
    kind("date without zeros", true, false, |script| {
        replaced(
            script,
            |script, at| script.is(at, Kind::Number) && script.word(at).matches('-').count() == 2,
            |word| {
                let short = word.replace("-0", "-");
                (short != word).then_some(short)
            },
        )
    }),
    kind("step in the first column", true, false, |script| {
        let steps = (0..script.tokens.len()).filter(|at| {
            script.tokens[*at].first_of_line
                && script.tokens[*at].depth == 0
                && script.step(*at) == script.word(*at)
                && script.statement(*at) != *at
        });
        steps
            .map(|at| {
                let start = script.tokens[at].range.start;
                let line = script.text[..start].rfind('\n').map_or(0, |line| line + 1);
                Mistake::of(vec![
                    (line..start, String::new()),
                    (start..start + script.word(at).len(), script.word(at).to_owned()),
                ])
            })
            .collect()
    }),
    kind("column gone from the schema", false, true, gone_column),
    kind("param gone", false, true, gone_param),
];

fn is_keyword(word: &str) -> bool {
    wr_syntax::keywords().any(|keyword| keyword.word == word && !keyword.later)
}

/// Words of the language where they are no names: steps, clauses, operators.
fn keyword(script: &Script, at: usize) -> bool {
    let word = script.word(at);
    script.is(at, Kind::Word)
        && script.statement(at) != at
        && is_keyword(word)
        && !matches!(script.word(at + 1), "(" | "." | "==" | "=" | ":")
        && (at == 0 || !matches!(script.word(at - 1), "." | ":"))
        && (wr_syntax::is_reserved(word) || !looks_like_operand(script, at))
}

/// A clause word that stands as a column does, between commas or beside an operator.
fn looks_like_operand(script: &Script, at: usize) -> bool {
    const SIGNS: [&str; 12] = [",", "(", ")", "{", "}", "==", "!=", "+", "-", "*", "/", "<="];
    SIGNS.contains(&script.word(at + 1)) && SIGNS.contains(&script.word(at.saturating_sub(1)))
        || script.word(at) == "now"
        || script.word(at) == "today"
        || script.word(at) == "branch"
        || script.word(at - 1) == "by" && script.word(at + 1) != "sort"
        || script.word(at + 1) == "as" && script.word(at) != "xlsx"
        || matches!(script.word(at - 1), "select" | "sort" | "on" | "filter" | "derive")
}

fn function(script: &Script, at: usize) -> bool {
    script.is(at, Kind::Word)
        && !wr_syntax::is_reserved(script.word(at))
        && script.word(at + 1) == "("
        && script.tokens[at].range.end == script.tokens[at + 1].range.start
        && script.word(script.statement(at)) != "table"
        && script.word(at.wrapping_sub(1)) != "fn"
}

/// A name where it is used: not where it is given.
fn name(script: &Script, at: usize) -> bool {
    script.is(at, Kind::Word) && !is_keyword(script.word(at)) && !is_declared(script, at)
}

fn is_declared(script: &Script, at: usize) -> bool {
    let before = if at == 0 { "" } else { script.word(at - 1) };
    let statement = script.word(script.statement(at));
    let is_given = script.word(at + 1) == "=" && statement != "record";
    let is_branch = statement == "split" && script.tokens[at].depth > 0;
    // A word of the language before it says that it names something new; a use brings names from elsewhere.
    is_given
        || (is_branch && script.is(at, Kind::Word))
        || matches!(before, "as" | "param" | "let" | "fn" | "source" | "table" | "report")
        || script.statement(at) == at
}

fn in_filter(script: &Script, at: usize) -> bool {
    matches!(script.step(at), "filter" | "join")
}

pub(super) fn at_each(
    script: &Script,
    is: impl Fn(&Script, usize) -> bool,
    make: impl Fn(usize) -> Option<Mistake>,
) -> Vec<Mistake> {
    (0..script.tokens.len()).filter(|at| is(script, *at)).filter_map(make).collect()
}

fn dropped(script: &Script, is: fn(&Script, usize) -> bool) -> Vec<Mistake> {
    at_each(script, is, |at| {
        let mut range = script.tokens[at].range.clone();
        if script.text[range.end..].starts_with(' ') && script.text[..range.start].ends_with([' ', '\n']) {
            range.end += 1;
        }
        Some(Mistake::new(range, ""))
    })
}

fn doubled(script: &Script, is: fn(&Script, usize) -> bool) -> Vec<Mistake> {
    at_each(script, is, |at| {
        let range = script.tokens[at].range.clone();
        let word = script.word(at);
        let between = if script.is(at, Kind::Sign) { "" } else { " " };
        Some(Mistake::new(range, format!("{word}{between}{word}")))
    })
}

pub(super) fn replaced(
    script: &Script,
    is: fn(&Script, usize) -> bool,
    instead: fn(&str) -> Option<String>,
) -> Vec<Mistake> {
    at_each(script, is, |at| Some(Mistake::new(script.tokens[at].range.clone(), instead(script.word(at))?)))
}

/// Two letters swapped, one left out, or one doubled, by the place of the word.
fn slip(word: &str, at: usize) -> Option<String> {
    let letters: Vec<char> = word.chars().collect();
    if letters.len() < 4 {
        return None;
    }
    let middle = 1 + at % (letters.len() - 2);
    let mut slipped = letters.clone();
    match at % 3 {
        0 => slipped.swap(middle, middle + 1),
        1 => drop(slipped.remove(middle)),
        _ => slipped.insert(middle, letters[middle]),
    }
    let slipped: String = slipped.into_iter().collect();
    (slipped != word).then_some(slipped)
}

fn misspelt(script: &Script, is: fn(&Script, usize) -> bool) -> Vec<Mistake> {
    at_each(script, is, |at| {
        let word = script.word(at);
        let slipped = match word.strip_prefix('$') {
            Some(name) => format!("${}", slip(name, at)?),
            None => slip(word, at)?,
        };
        Some(Mistake::new(script.tokens[at].range.clone(), slipped))
    })
}

fn misspelt_inside(script: &Script, is: fn(&Script, usize) -> bool) -> Vec<Mistake> {
    at_each(script, is, |at| {
        let slipped = script.word(at).replacen("s.wr", ".wr", 1).replacen("e.wr", "ee.wr", 1);
        (slipped != script.word(at)).then(|| Mistake::new(script.tokens[at].range.clone(), slipped))
    })
}

fn bracket(script: &Script, kind: Kind, how: &str) -> Vec<Mistake> {
    (0..script.tokens.len())
        .filter(|at| script.is(*at, Kind::Open))
        .map(|open| {
            let close = script.partner(open);
            let (mine, other) = if kind == Kind::Open { (open, close) } else { (close, open) };
            let word = script.word(mine);
            let instead = match how {
                "2" => word.repeat(2),
                "~" => if word == ")" { "]" } else { ")" }.to_owned(),
                other => other.to_owned(),
            };
            let also = Some(script.tokens[other].range.clone());
            Mistake { also, ..Mistake::new(script.tokens[mine].range.clone(), instead) }
        })
        .collect()
}

fn quote(script: &Script, is_first: bool) -> Vec<Mistake> {
    at_each(
        script,
        |script, at| script.word(at).starts_with('"'),
        |at| {
            let range = script.tokens[at].range.clone();
            let (mine, other) = if is_first { (range.start, range.end - 1) } else { (range.end - 1, range.start) };
            Some(Mistake { also: Some(other..other + 1), ..Mistake::new(mine..mine + 1, "") })
        },
    )
}

/// A column in a condition becomes a text where it is none.
fn another_type(script: &Script) -> Vec<Mistake> {
    at_each(
        script,
        |script, at| script.is(at, Kind::Number) && in_filter(script, at),
        |at| {
            let word = script.word(at);
            let instead = if word.contains('-') { "12" } else { "2026-01-09" };
            Some(Mistake::new(script.tokens[at].range.clone(), instead))
        },
    )
}

/// The schema lost a column; the place is where the script names it.
fn gone_column(script: &Script) -> Vec<Mistake> {
    let schema = &script.loader.0["schemas.wr"];
    at_each(script, name, |at| {
        let word = script.word(at);
        let lines: Vec<&str> = schema.lines().collect();
        let is_it = |line: &&str| line.trim_start().starts_with(&format!("{word}:"));
        if !lines.iter().any(is_it) || schema.contains(&format!("key {word}")) {
            return None;
        }
        let without: String = lines.iter().filter(|line| !is_it(line)).map(|line| format!("{line}\n")).collect();
        let range = script.tokens[at].range.clone();
        let beside = Some(("schemas.wr".to_owned(), without));
        Some(Mistake { beside, ..Mistake::new(range, word) })
    })
}

/// A parameter that the script still uses; the place is its first use.
fn gone_param(script: &Script) -> Vec<Mistake> {
    let params = (0..script.tokens.len()).filter(|at| script.statement(*at) == *at && script.word(*at) == "param");
    params
        .filter_map(|at| {
            let value = format!("${}", script.word(at + 1));
            let start = script.tokens[at].range.start;
            let next = (at + 1..script.tokens.len()).find(|next| script.statement(*next) == *next)?;
            let end = script.tokens[next].range.start;
            let used = (next..script.tokens.len()).find(|used| script.word(*used) == value)?;
            let also = Some(script.tokens[used].range.clone());
            Some(Mistake { also, ..Mistake::new(start..end, "") })
        })
        .collect()
}
