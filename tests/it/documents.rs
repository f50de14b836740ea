//! Commands in README.md and docs/: a `console` block is typed and answers as the page shows; a `sh` block names commands and
//! options that there are.
//!
//! The blocks of a page that are files (`wr file orders.wr`) lie in its project, in the order of the page. A page without a
//! `wr.toml` of its own works in a copy of `examples/`. With `WR_UPDATE=1` the answers are written into the pages.

use std::io::Read;
use std::sync::LazyLock;

use clap::CommandFactory;
use regex::Regex;

use crate::markdown::{Block, all_pages, blocks};
use crate::support::project::{Project, repository};

#[test]
fn consoles_of_pages_answer_as_shown() {
    let mut problems = Vec::new();
    let mut commands = 0;
    for page in all_pages(repository()) {
        let path = repository().join(&page);
        let mut text = std::fs::read_to_string(&path).unwrap();
        let blocks = blocks(&text);
        if !blocks.iter().any(|block| block.words == "console") {
            continue;
        }
        let has_project = blocks.iter().any(|block| block.words == "toml file wr.toml");
        let project = if has_project { Project::empty() } else { Project::examples() };
        for block in blocks {
            if let Some((_, file)) = block.words.split_once(" file ") {
                project.write(file, &block.text);
            }
            if block.words != "console" {
                continue;
            }
            let answer = kept(&typed(&project, &block), &block.text);
            commands += block.text.lines().filter(|line| line.starts_with("$ ")).count();
            if lasting(&answer) == lasting(&block.text) {
                continue;
            }
            problems.push(format!("{page}:{}: answers\n{answer}", block.line));
            text = text.replacen(&format!("```console\n{}```", block.text), &format!("```console\n{answer}```"), 1);
        }
        if std::env::var_os("WR_UPDATE").is_some() {
            std::fs::write(&path, text).unwrap();
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(commands > 3, "only {commands} commands");
}

/// An answer with the lines of the page where nothing but times, sizes and places differ.
fn kept(answer: &str, page: &str) -> String {
    let known = |line: &str| page.lines().find(|of_page| lasting(of_page) == lasting(line)).unwrap_or(line).to_owned();
    answer.lines().map(|line| known(line) + "\n").collect()
}

/// A block with the answers of now under its commands.
fn typed(project: &Project, block: &Block) -> String {
    let mut text = String::new();
    for line in block.text.lines().filter(|line| line.starts_with("$ ")) {
        let command = line.strip_prefix("$ wr ").unwrap_or_else(|| panic!("`{line}` is no command of wr"));
        let arguments = arguments(command);
        let said = said(project, &arguments).replace(project.root.to_str().unwrap(), "/home/you/shop");
        text += &format!("{line}\n{said}");
        if !text.ends_with('\n') {
            text.push('\n');
        }
    }
    // Blanks at the end of lines are how miette fills its frame; editors take them away.
    let text: String = text.lines().map(|line| line.trim_end().to_owned() + "\n").collect();
    text.replace("\n\n\n", "\n\n").trim_end().to_owned() + "\n"
}

/// Results and what is said along the way, in the order in which a terminal shows them.
fn said(project: &Project, arguments: &[String]) -> String {
    let (mut reader, writer) = std::io::pipe().unwrap();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut command = project.command(&arguments);
    let mut child = command.stdout(writer.try_clone().unwrap()).stderr(writer).spawn().unwrap();
    drop(command);
    let mut text = String::new();
    reader.read_to_string(&mut text).unwrap();
    child.wait().unwrap();
    text
}

/// What does not change from run to run, and from one machine to another.
fn lasting(text: &str) -> String {
    // Each takes some milliseconds to make, and is needed for each line.
    static CHANGING: LazyLock<[(Regex, &str); 5]> = LazyLock::new(|| {
        [
            (r"\d{8}-\d{6}-[0-9a-f]{8}", "RUN"),
            (r"at \d{4}-\d{2}-\d{2} \d{2}:\d{2}", "at WHEN"),
            (r"\d+(\.\d+)? (bytes|kB|MB)", "SIZE"),
            (r"\d+\.\d s\b", "TIME"),
            (r"file://\S*/out/", "file:///out/"),
        ]
        .map(|(pattern, word)| (Regex::new(pattern).expect("a pattern"), word))
    });
    let lines = text.lines().map(|line| line.trim_end().to_owned() + "\n").collect::<String>();
    CHANGING.iter().fold(lines, |text, (pattern, word)| pattern.replace_all(&text, *word).into_owned())
}

/// The words of a command: blanks part them, except in quotes.
fn arguments(command: &str) -> Vec<String> {
    let words = Regex::new(r#""([^"]*)"|'([^']*)'|[^\s"']+"#).unwrap();
    let mut arguments: Vec<String> = Vec::new();
    let mut end = None;
    for word in words.find_iter(command) {
        let text = word.as_str().trim_matches(['"', '\'']);
        match (end == Some(word.start()), arguments.last_mut()) {
            (true, Some(last)) => last.push_str(text),
            _ => arguments.push(text.to_owned()),
        }
        end = Some(word.end());
    }
    arguments
}

#[test]
fn shell_lines_of_pages_name_what_there_is() {
    let mut problems = Vec::new();
    let mut commands = 0;
    for page in all_pages(repository()) {
        let text = std::fs::read_to_string(repository().join(&page)).unwrap();
        for (line, command) in commands_of(&text) {
            commands += 1;
            if let Err(problem) = is_known(&command) {
                problems.push(format!("{page}:{line}: `{command}`: {problem}"));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(commands > 15, "only {commands} commands");
}

/// The commands of `sh` blocks, and those in the text between backticks.
fn commands_of(page: &str) -> Vec<(usize, String)> {
    let mut commands = Vec::new();
    for block in blocks(page).iter().filter(|block| block.words == "sh") {
        for (at, line) in block.text.lines().enumerate() {
            let line = line.split('#').next().unwrap().trim();
            let command = line.strip_prefix("cargo run -- ").or_else(|| line.strip_prefix("wr "));
            commands.extend(command.map(|command| (block.line + at, command.to_owned())));
        }
    }
    let quoted = Regex::new(r"`wr ([^`]+)`").unwrap();
    for (at, line) in page.lines().enumerate().filter(|(_, line)| !line.starts_with("```")) {
        let found = quoted.captures_iter(line).map(|found| (at + 1, found[1].replace("\\|", "|")));
        commands.extend(found);
    }
    commands
}

/// A command and its options, whatever its arguments are.
fn is_known(command: &str) -> Result<(), String> {
    let program = wr::args::Arguments::command();
    let words = arguments(command);
    let Some(name) = words.first().filter(|name| !name.starts_with("--")) else { return Ok(()) };
    let known = program.get_subcommands().find(|one| one.get_name() == name).ok_or("there is no such command")?;
    for word in words.iter().filter(|word| word.starts_with("--")) {
        let option = word.trim_start_matches("--").split('=').next().unwrap_or_default();
        let mut options = known.get_arguments().chain(program.get_arguments());
        if option != "help" && !options.any(|one| one.get_long() == Some(option)) {
            return Err(format!("there is no option `{word}`"));
        }
    }
    Ok(())
}

/// The help of a command ends with commands that can be typed.
#[test]
fn every_help_shows_examples_that_work() {
    let program = wr::args::Arguments::command();
    for command in std::iter::once(&program).chain(program.get_subcommands()) {
        let name = command.get_name();
        let examples = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let typed: Vec<&str> = examples.lines().filter_map(|line| line.strip_prefix("  wr ")).collect();
        assert!(!typed.is_empty(), "`wr {name} --help` shows no example");
        for line in typed {
            // What it does stands behind two blanks or more.
            let line = line.split("  ").next().unwrap();
            assert_eq!(is_known(line), Ok(()), "{name}: {line}");
            assert!(name == "wr" || line.split(' ').next() == Some(name) || name == "new", "{name}: {line}");
        }
        let about_each = command.get_arguments().filter(|one| one.get_help().is_none()).map(clap::Arg::get_id);
        assert_eq!(about_each.collect::<Vec<_>>(), Vec::<&clap::Id>::new(), "{name}: options without a word");
    }
}

/// The page of the command line has them all.
#[test]
fn the_page_of_commands_names_every_command_and_option() {
    let page = std::fs::read_to_string(repository().join("docs/reference/cli.md")).unwrap();
    let program = wr::args::Arguments::command();
    for command in program.get_subcommands() {
        let name = command.get_name();
        assert!(page.contains(&format!("| `wr {name}")), "`wr {name}` is not on the page");
        let options = command.get_arguments().chain(program.get_arguments()).filter_map(clap::Arg::get_long);
        for option in options.filter(|option| !matches!(*option, "help" | "version")) {
            assert!(page.contains(&format!("--{option}")), "`wr {name} --{option}` is not on the page");
        }
    }
}
