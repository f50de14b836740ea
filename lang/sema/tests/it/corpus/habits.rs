//! Habits from other languages, put into scripts in the place of what they mean.

use std::ops::Range;

use super::kinds::{Mistake, MistakeKind, at_each, kind, replaced};
use super::text::{Kind, Script};

pub(super) const KINDS: &[MistakeKind] = &[
    kind("SQL: words of steps", true, false, |script| {
        step_word(script, &[("filter", "where"), ("take", "limit"), ("sort", "ORDER BY"), ("filter", "HAVING")])
    }),
    kind("SQL: = for ==", true, false, |script| {
        replaced(script, |script, at| script.word(at) == "==", |_| Some("=".to_owned()))
    }),
    kind("SQL: <> for !=", true, false, |script| {
        replaced(script, |script, at| script.word(at) == "!=", |_| Some("<>".to_owned()))
    }),
    kind("SQL: quotes", true, false, |script| {
        replaced(
            script,
            |script, at| script.is(at, Kind::Text) && script.tokens[at].depth == 0 && script.step(at) == "filter",
            |word| Some(word.replace('"', "'")),
        )
    }),
    kind("SQL: && and ||", true, false, |script| {
        replaced(
            script,
            |script, at| matches!(script.word(at), "and" | "or"),
            |word| Some(if word == "and" { "&&" } else { "||" }.to_owned()),
        )
    }),
    kind("SQL: count(*)", true, false, |script| call(script, "count", |_| Some("count(*)".to_owned()))),
    kind("SQL: count(distinct x)", true, false, |script| {
        call(script, "count_distinct", |arguments| Some(format!("count(distinct {arguments})")))
    }),
    kind("SQL: in (a, b)", true, false, |script| lists(script, |inner| Some(format!("({inner})")))),
    kind("SQL: between", true, false, |script| between(script, |from, to| format!("between {from} and {to}"))),
    kind("SQL: left join", true, false, |script| {
        at_each(
            script,
            |script, at| script.word(at) == "join" && matches!(script.word(at + 1), "left" | "cross" | "anti"),
            |at| {
                let whole = script.tokens[at].range.start..script.tokens[at + 1].range.end;
                Some(Mistake::new(whole, format!("{} join", script.word(at + 1))))
            },
        )
    }),
    kind("SQL: ; at the end", true, false, |script| {
        at_each(
            script,
            |script, at| at + 1 < script.tokens.len() && script.statement(at + 1) == at + 1,
            |at| {
                let range = script.tokens[at].range.clone();
                Some(Mistake::new(range, format!("{};", script.word(at))))
            },
        )
    }),
    kind("Python: None and True", true, false, |script| {
        replaced(
            script,
            |script, at| matches!(script.word(at), "null" | "true" | "false"),
            |word| {
                Some(
                    match word {
                        "null" => "None",
                        "true" => "True",
                        _ => "False",
                    }
                    .to_owned(),
                )
            },
        )
    }),
    kind("pandas: x.isnull()", true, false, |script| null_tests(script, |x| format!("{x}.isnull()"))),
    kind("pandas: x.isin(list)", true, false, |script| {
        at_each(
            script,
            |script, at| script.word(at) == "in" && script.word(at + 1) == "[",
            |at| {
                let left = script.operand_before(at.checked_sub(1)?)?;
                let right = script.operand_after(at + 1)?;
                let words = format!("{}.isin({})", &script.text[left.clone()], &script.text[right.clone()]);
                Some(Mistake::new(left.start..right.end, words))
            },
        )
    }),
    kind("pandas: x.sum()", true, false, |script| {
        call(script, "sum", |arguments| {
            arguments.chars().all(|c| c == '_' || c.is_alphanumeric()).then(|| format!("{arguments}.sum()"))
        })
    }),
    kind("pandas: sort_values", true, false, |script| {
        steps(script, "sort", |rest| {
            (!rest.contains([',', '.'])).then(|| match rest.strip_suffix(" desc") {
                Some(key) => format!(".sort_values(\"{key}\", ascending=False)"),
                None => format!(".sort_values(\"{rest}\")"),
            })
        })
    }),
    kind("dplyr: words of steps", true, false, |script| {
        [("derive", "mutate"), ("sort", "arrange"), ("select", "select")]
            .into_iter()
            .flat_map(|(ours, theirs)| {
                let found = (0..script.tokens.len()).filter(|at| begins(script, *at, ours));
                found
                    .map(move |at| rest_of_step(script, at))
                    .map(move |(whole, rest)| Mistake::new(whole, format!("{theirs}({rest})")))
            })
            .collect()
    }),
    kind("dplyr: %in% c(…)", true, false, |script| {
        at_each(
            script,
            |script, at| script.word(at) == "in" && script.word(at + 1) == "[",
            |at| {
                let right = script.operand_after(at + 1)?;
                let inner = &script.text[right.start + 1..right.end - 1];
                Some(Mistake::new(script.tokens[at].range.start..right.end, format!("%in% c({inner})")))
            },
        )
    }),
    kind("dplyr: n() and n_distinct", true, false, |script| {
        let mut all = call(script, "count", |_| Some("n()".to_owned()));
        all.extend(call(script, "count_distinct", |arguments| Some(format!("n_distinct({arguments})"))));
        all
    }),
    kind("dplyr: is.na(x)", true, false, |script| null_tests(script, |x| format!("is.na({x})"))),
    kind("dplyr: %>%", true, false, |script| {
        at_each(
            script,
            |script, at| {
                let next = script.tokens.get(at + 1);
                script.word(at) != "="
                    && next.is_some_and(|next| next.first_of_line && next.depth == 0)
                    && script.statement(at + 1) != at + 1
                    && script.word(script.statement(at)) == "let"
                    && script.step(at + 1) == script.word(at + 1)
            },
            |at| Some(Mistake::new(script.tokens[at].range.clone(), format!("{} %>%", script.word(at)))),
        )
    }),
    kind("PRQL: braces", true, false, |script| steps(script, "derive", |rest| Some(format!("derive {{{rest}}}")))),
    kind("PRQL: sort {-x}", true, false, |script| {
        steps(script, "sort", |rest| {
            let keys =
                rest.split(", ").map(|key| key.strip_suffix(" desc").map_or(key.to_owned(), |key| format!("-{key}")));
            Some(format!("sort {{{}}}", keys.collect::<Vec<_>>().join(", ")))
        })
    }),
    kind("Kusto: words of steps", true, false, |script| {
        step_word(
            script,
            &[
                ("filter", "| where"),
                ("derive", "extend"),
                ("select", "project"),
                ("derive", "| extend"),
                ("sort", "| order by"),
            ],
        )
    }),
    kind("Kusto: summarize", true, false, |script| {
        steps(script, "group", |rest| {
            let (keys, measures) = rest.strip_prefix("by ")?.split_once('{')?;
            let measures = measures.trim_end_matches('}').trim().trim_end_matches(',');
            Some(format!("summarize {measures} by {}", keys.trim()))
        })
    }),
    kind("Kusto: dcount", true, false, |script| {
        call(script, "count_distinct", |arguments| Some(format!("dcount({arguments})")))
    }),
];

fn begins(script: &Script, at: usize, step: &str) -> bool {
    script.word(at) == step && script.tokens[at].first_of_line && script.step(at) == step
}

fn step_word(script: &Script, words: &[(&str, &str)]) -> Vec<Mistake> {
    let each = words.iter().flat_map(|(ours, theirs)| {
        (0..script.tokens.len())
            .filter(|at| begins(script, *at, ours))
            .map(|at| Mistake::new(script.tokens[at].range.clone(), *theirs))
    });
    each.collect()
}

/// A step and what stands after its word.
fn rest_of_step(script: &Script, at: usize) -> (Range<usize>, String) {
    let ends = |next: &usize| {
        let token = &script.tokens[*next];
        token.first_of_line
            && token.depth == 0
            && (script.statement(*next) == *next || script.step(*next) == script.word(*next))
    };
    let end = (at + 1..script.tokens.len()).find(ends).unwrap_or(script.tokens.len());
    let start = script.tokens[at].range.start;
    let end = script.tokens[end - 1].range.end;
    (start..end, script.text[script.tokens[at].range.end..end].trim().to_owned())
}

fn steps(script: &Script, step: &str, theirs: impl Fn(&str) -> Option<String>) -> Vec<Mistake> {
    at_each(
        script,
        |script, at| begins(script, at, step),
        |at| {
            let (whole, rest) = rest_of_step(script, at);
            Some(Mistake::new(whole, theirs(&rest)?))
        },
    )
}

fn call(script: &Script, function: &str, theirs: impl Fn(&str) -> Option<String>) -> Vec<Mistake> {
    at_each(
        script,
        |script, at| script.word(at) == function && script.word(at + 1) == "(",
        |at| {
            let close = script.partner(at + 1);
            let arguments = &script.text[script.tokens[at + 1].range.end..script.tokens[close].range.start];
            Some(Mistake::new(script.tokens[at].range.start..script.tokens[close].range.end, theirs(arguments)?))
        },
    )
}

fn lists(script: &Script, theirs: impl Fn(&str) -> Option<String>) -> Vec<Mistake> {
    at_each(
        script,
        |script, at| script.word(at) == "in" && script.word(at + 1) == "[",
        |at| {
            let list = script.operand_after(at + 1)?;
            let inner = &script.text[list.start + 1..list.end - 1];
            Some(Mistake::new(list, theirs(inner)?))
        },
    )
}

fn between(script: &Script, theirs: impl Fn(&str, &str) -> String) -> Vec<Mistake> {
    at_each(
        script,
        |script, at| script.word(at) == "in" && script.word(at + 2) == "..",
        |at| {
            let (left, right) = (script.operand_after(at + 1)?, script.operand_after(at + 3)?);
            let words = theirs(&script.text[left.clone()], &script.text[right.clone()]);
            Some(Mistake::new(script.tokens[at].range.start..right.end, words))
        },
    )
}

/// `x is null` in another language.
fn null_tests(script: &Script, theirs: impl Fn(&str) -> String) -> Vec<Mistake> {
    at_each(
        script,
        |script, at| script.word(at) == "is" && script.word(at + 1) == "null",
        |at| {
            let operand = script.operand_before(at.checked_sub(1)?)?;
            let words = theirs(&script.text[operand.clone()]);
            Some(Mistake::new(operand.start..script.tokens[at + 1].range.end, words))
        },
    )
}
