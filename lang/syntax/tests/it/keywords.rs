//! The words of the language: one list, the grammar's own, and each of them as a name.

use std::collections::BTreeSet;

use crate::support::{read, root};
use wr_syntax::{is_reserved, keywords};

fn all_words() -> BTreeSet<&'static str> {
    keywords().map(|keyword| keyword.word).collect()
}

fn as_name(word: &str) -> String {
    if is_reserved(word) { format!("`{word}`") } else { word.to_owned() }
}

#[test]
fn the_grammar_and_the_list_have_the_same_words() {
    let grammar = std::fs::read_to_string(root().join("lang/syntax/src/wr.pest")).unwrap();
    // `reserved_word` lists its words by their letters; the tests below try each.
    let (before, rest) = grammar.split_once("\nreserved_word = _{").unwrap();
    let (_, after) = rest.split_once("\n}\n").unwrap();
    let mut of_grammar = BTreeSet::new();
    for line in before.lines().chain(after.lines()) {
        let code = line.split("//").next().unwrap_or_default();
        for (at, part) in code.split('"').enumerate() {
            if at % 2 == 1 && part.len() > 1 && part.chars().all(|c| c.is_ascii_lowercase()) {
                of_grammar.insert(part.to_owned());
            }
        }
    }
    // Units follow `this`, `last` and a number, and are no words of their own.
    for unit in ["day", "week", "month", "quarter", "year"] {
        assert!(of_grammar.remove(unit), "{unit}");
    }
    for word in &of_grammar {
        assert!(all_words().contains(word.as_str()), "`{word}` is missing in keywords.rs");
    }
    let spelled_elsewhere = |word: &str| {
        keywords().any(|keyword| {
            keyword.word == word
                && (keyword.later
                    || matches!(keyword.kind, wr_syntax::KeywordKind::Type | wr_syntax::KeywordKind::Known))
        })
    };
    for word in all_words() {
        assert!(of_grammar.contains(word) || spelled_elsewhere(word), "`{word}` is not in the grammar");
    }
}

#[test]
fn every_word_can_be_a_name() {
    for word in all_words() {
        let name = as_name(word);
        // Behind `left`, these begin the next clause of a join.
        let joined =
            if ["as", "using", "on", "unmatched"].contains(&word) { format!("`{word}`") } else { name.clone() };
        let script = format!(
            "use {name} from \"a.wr\"\n\
             source {name}: {name}\n\
             table {name}.{name}({name}: int) key {name}, {name} {{\n  {name}: text? entity {name} personal,\n  {name}: int,\n}}\n\
             param {name}: choice = \"a\" label \"L\" where ${name} > 1 {{\n  {name} as \"A\" = count({name}),\n  {name},\n}}\n\
             param {name}: range of int = 1..${name} label \"L\"\n\
             param {name}: range of int = 18.. label \"L\"\n\
             param {name}: file label \"L\"\n\
             let {name} = from {name}\n\
             let {name}({name}: int = ${name}, {name}: text?) = from {name}({name} = 1, ${name})\n\
             step {name}({name}: int = 1) =\n  apply {name}({name} = ${name}) if ${name}\n  apply {name}\n\
             let {name} = from file(${name}) as {{ {name}: text? entity {name} personal as \"A\", {name}: int }} with {name} = {name}\n\
             let {name} = from x filter {name} in file(${name}).{name}\n\
             let ${name} = ${name} + 1\n\
             fn {name}({name}: int) -> int = {name}({name}, {name})\n\
             let x =\n  \
               from {name}.{name}\n  \
               filter {name} == 1 and {name} in [{name}] if ${name} > 1\n  \
               select {name}, {name}.{name}, {name} as {name}, {name} = 1\n  \
               derive {name} = {name}, replace {name} = {name}\n  \
               drop {name}, {name}.{name}\n  \
               rename {name} = {name}\n  \
               join one left {joined} as {name} using {name}, {name}\n  \
               join {name}.{name} as {name} on {name} == {name}.{name} unmatched <= 5%\n  \
               group by {name}, {name} = {name} {{ {name} = sum({name}) }}\n  \
               aggregate {{ {name} = sum({name}) }}\n  \
               sort {name} desc, {name}\n  \
               take ${name}\n  \
               distinct on {name}, {name} keep first by {name} desc, {name}\n  \
               sample ${name} by {name}, {name}.{name} seed ${name}, \"a\" if ${name}\n  \
               window by {name}, {name}.{name} sort {name} desc, {name} {{ {name} = lag({name}), {name} = sum({name}) rows -6..0, replace {name} = {name} rows .. }}\n  \
               pivot sum({name}) by {name} in [{name} as {name}, 1]\n  \
               unpivot {name} by {name} in [{name} as \"a\", {name}.{name}]\n  \
               union {name}.{name}\n  \
               except (from {name}({name}))\n\
             expect {name}({name}) since last run with same ${name}, ${name} > {name}\n\
             expect rows({name}) > {name} else \"{{rows({name})}}\"\n\
             split {name} by {name}, {name} seed ${name}, \"a\" {{\n  {name} 10% held,\n  {name} rest,\n}}\n\
             split {name} by {name} seed ${name} exactly {{ {name} rest }}\n\
             split {name} by {name} seed ${name} stratify by {name}, {name} {{ {name} rest }}\n\
             record {name}.{name} into {name}.{name} key {name}, {name} {{\n  {name} = {name},\n  {name},\n}}\n\
             reveal {name}.{name} because \"a\"\n\
             test \"a\" with {{ {name}.{name} = rows {name}, {name} {{ (1, 2) }}, ${name} = 1, ${name} = rows {name} {{ (1) }} }} expect {{ {name} = rows {name} {{ (1) }} }}\n\
             test \"b\" expect fail {name}\n\
             test \"c\" expect refused ${name}\n\
             export {name}.{name} to csv \"{{${name}}}\" with {name} = {name} {{ {name} as \"A\", ${name} }}\n\
             export {name} to csv for excel \"a\"\n\
             export to xlsx \"a\" {{ sheet \"A\" from {name} {{ {name} as label(${name}) }} }}\n"
        );
        let parsed = read(&script);
        // A hole needs a letter behind its brace, so a name in backticks opens none.
        assert_eq!(parsed.diagnostics, [], "{word}\n{script}");
        let formatted = wr_syntax::format(&script);
        assert_eq!(crate::support::tree(&formatted), crate::support::tree(&script), "{word}");
    }
}

#[test]
fn reserved_words_are_no_bare_names() {
    for word in all_words().into_iter().filter(|word| is_reserved(word)) {
        let script = format!("let $x = {word}\n");
        let constant = ["null", "true", "false"].contains(&word);
        assert_eq!(read(&script).diagnostics.is_empty(), constant, "{word}");
    }
}
