//! docs/errors: each code has its page, each wrong example gives its code and nothing else, each right one nothing.

use std::collections::BTreeSet;

use wr_base::diag::{Code, Diagnostic, Edit, Safety};

use crate::page::{blocks, check, edited, files, listed, pages};

/// Codes from here on are failures of a run: their pages may do without examples that a check can judge.
const FIRST_OF_RUNS: &str = "WR0800";
/// Codes before this one are about text that cannot be read: mending one place shows the next.
const FIRST_OF_MEANING: &str = "WR0100";

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    let codes: BTreeSet<String> = Code::ALL.iter().map(|code| code.as_str().to_owned()).collect();
    let pages: BTreeSet<String> = pages_of_codes().into_iter().map(|(name, _)| name).collect();
    let without_page: Vec<_> = codes.difference(&pages).collect();
    let without_code: Vec<_> = pages.difference(&codes).collect();
    assert!(without_page.is_empty() && without_code.is_empty(), "no page: {without_page:?}, no code: {without_code:?}");
}

#[test]
fn every_page_has_a_title_and_both_examples() {
    let mut wrong = Vec::new();
    for (name, page) in pages_of_codes() {
        if !page.starts_with(&format!("# {name}: ")) {
            wrong.push(format!("{name}: begins with another title"));
        }
        let has = |word: &str| blocks(&page).iter().any(|block| block.words.split(' ').any(|other| other == word));
        if name.as_str() < FIRST_OF_RUNS && !(has("wrong") && has("right")) {
            wrong.push(format!("{name}: lacks a wrong or a right example"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_wrong_example_gives_its_code_and_nothing_else() {
    for_each_example("wrong", |name, text| {
        let loader = files(text);
        let (said, analysis) = check(&loader);
        let is_this = |code: Code| code.as_str() == name;
        if said.is_empty() || !said.iter().all(|diagnostic| is_this(diagnostic.code)) {
            return Err(format!("gives\n{}", listed(&said, &analysis)));
        }
        Ok(())
    });
}

#[test]
fn safe_fixes_mend_a_wrong_example() {
    for_each_example("wrong", |name, text| {
        let mut loader = files(text);
        let is_this = |diagnostic: &&Diagnostic| diagnostic.code.as_str() == name;
        // Mending one place can show the next one, above all while the text cannot be read.
        for _ in 0..5 {
            let (said, analysis) = check(&loader);
            let safe: Vec<Edit> = said
                .iter()
                .filter(is_this)
                .filter_map(|diagnostic| diagnostic.fixes.iter().find(|fix| fix.safety == Safety::Safe))
                .flat_map(|fix| fix.edits.clone())
                .collect();
            if safe.is_empty() {
                return Ok(());
            }
            loader = edited(&loader, &analysis, &safe);
        }
        let (said, analysis) = check(&loader);
        Err(format!("after its fixes still gives\n{}", listed(&said, &analysis)))
    });
}

#[test]
fn each_suggested_fix_takes_its_error_away() {
    for_each_example("wrong", |name, text| {
        if name < FIRST_OF_MEANING {
            return Ok(());
        }
        let loader = files(text);
        let (said, analysis) = check(&loader);
        let count = |said: &[Diagnostic]| said.iter().filter(|one| one.code.as_str() == name).count();
        for fix in said.iter().filter(|one| one.code.as_str() == name).flat_map(|diagnostic| &diagnostic.fixes) {
            let (after, analysis) = check(&edited(&loader, &analysis, &fix.edits));
            if count(&after) >= count(&said) {
                return Err(format!("after \"{}\" gives\n{}", fix.title, listed(&after, &analysis)));
            }
        }
        Ok(())
    });
}

#[test]
fn a_right_example_gives_nothing() {
    for_each_example("right", |_, text| {
        let (said, analysis) = check(&files(text));
        if said.is_empty() { Ok(()) } else { Err(format!("gives\n{}", listed(&said, &analysis))) }
    });
}

#[test]
fn what_is_said_is_one_sentence_with_a_way_out() {
    for_each_example("wrong", |_, text| {
        let (said, _) = check(&files(text));
        for diagnostic in said {
            let is_about_text = diagnostic.code.as_str() < FIRST_OF_MEANING;
            let headline = &diagnostic.headline;
            let begins_large = headline.chars().next().is_some_and(char::is_uppercase);
            if begins_large || headline.ends_with('.') || headline.to_lowercase().contains("invalid") {
                return Err(format!("says \"{headline}\""));
            }
            if diagnostic.fixes.is_empty() && diagnostic.help.is_none() && !is_about_text {
                return Err(format!("shows no way out of \"{headline}\""));
            }
        }
        Ok(())
    });
}

/// All but the index of them.
fn pages_of_codes() -> Vec<(String, String)> {
    pages("docs/errors").into_iter().filter(|(name, _)| name != "README").collect()
}

/// Runs a judgement over the examples of a kind, and fails with all that it found.
fn for_each_example(kind: &str, judge: impl Fn(&str, &str) -> Result<(), String>) {
    let mut found = Vec::new();
    for (name, page) in pages_of_codes() {
        for block in blocks(&page) {
            if block.words == format!("wr {kind}")
                && let Err(problem) = judge(&name, &block.text)
            {
                found.push(format!("docs/errors/{name}.md:{}: {problem}", block.line));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
