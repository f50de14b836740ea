//! README.md and all of docs/: every block says what it is, every script in it is in its one form and gives what its mark says.
//!
//! | mark | the block |
//! | --- | --- |
//! | `wr`, `wr right` | statements about which nothing is said |
//! | `wr fragment` | steps that go on where `<!-- wr before` stopped; nothing is said |
//! | `wr wrong WR0123` | gives these codes and no others |
//! | `… file orders.wr` | is a file of the page, and the blocks below can `use` it |
//! | `toml` | `wr.toml`; `toml values`: for `--params` |
//! | `sh`, `console`, `python`, `sql` | judged by the tests of the whole program (tests/it/documents.rs) |
//!
//! Pages of codes have marks of their own, `wrong`, `right` and `fails`: errors.rs judges them.

use std::collections::BTreeMap;

use wr_base::diag::Diagnostic;
use wr_base::loader::MemoryLoader;
use wr_base::source::SourceSet;
use wr_sema::analyse;
use wr_sema::project::{PROJECT_FILE, Project, read_project};

use crate::markdown::{Block, all_pages, blocks};
use crate::page::{SCRIPT, files, repository};

/// What a block is, as its first line says.
enum Mark<'a> {
    Script {
        codes: Vec<&'a str>,
        is_fragment: bool,
        file: Option<&'a str>,
    },
    /// Judged by errors.rs.
    OfError,
    Project {
        codes: Vec<&'a str>,
        file: Option<&'a str>,
    },
    Values,
    File(&'a str),
    /// Judged elsewhere, or no more than words.
    Other,
}

/// `None`: no such mark.
fn mark<'a>(words: &'a str, page: &str) -> Option<Mark<'a>> {
    let words: Vec<&str> = words.split(' ').collect();
    let (words, file) = match words.as_slice() {
        [words @ .., "file", name] => (words, Some(*name)),
        words => (words, None),
    };
    let is_code = |word: &&str| word.len() == 6 && word.starts_with("WR");
    Some(match (words, file) {
        (["wr", "wrong" | "right" | "fails"], None) if page.starts_with("docs/errors/WR") => Mark::OfError,
        (["wr"] | ["wr", "right"], file) => Mark::Script { codes: Vec::new(), is_fragment: false, file },
        (["wr", "fragment"], None) => Mark::Script { codes: Vec::new(), is_fragment: true, file },
        (["wr", "wrong", codes @ ..], file) if !codes.is_empty() && codes.iter().all(is_code) => {
            Mark::Script { codes: codes.to_vec(), is_fragment: false, file }
        }
        (["wr", "fragment", "wrong", codes @ ..], None) if !codes.is_empty() && codes.iter().all(is_code) => {
            Mark::Script { codes: codes.to_vec(), is_fragment: true, file }
        }
        (["toml"], file) => Mark::Project { codes: Vec::new(), file },
        (["toml", "wrong", codes @ ..], None) if !codes.is_empty() && codes.iter().all(is_code) => {
            Mark::Project { codes: codes.to_vec(), file: None }
        }
        (["toml", "values"], None) => Mark::Values,
        (["csv"], Some(file)) => Mark::File(file),
        (
            ["sh" | "console" | "text" | "csv" | "yaml" | "json"] | ["sql" | "python"] | ["sql" | "python", "run"],
            None,
        ) => Mark::Other,
        _ => return None,
    })
}

#[test]
fn every_block_of_every_page_is_what_it_says() {
    let mut problems = Vec::new();
    let mut count = 0;
    for page in all_pages(&repository()) {
        let text = std::fs::read_to_string(repository().join(&page)).unwrap();
        let mut of_page = files_of_examples();
        for block in blocks(&text) {
            count += 1;
            if std::env::var_os("WR_UPDATE").is_some() {
                write_formatted(&page, &block);
            }
            if let Err(problem) = judge(&page, &block, &mut of_page) {
                problems.push(format!("{page}:{}: {problem}", block.line));
            }
        }
    }
    assert!(problems.is_empty(), "{} of {count} blocks:\n{}", problems.len(), problems.join("\n"));
    assert!(count > 500, "only {count} blocks were found");
}

/// What scripts of pages can `use`: the scripts of the sample project.
fn files_of_examples() -> MemoryLoader {
    let mut loader = MemoryLoader::default();
    for folder in ["", "lib/"] {
        for entry in std::fs::read_dir(repository().join("examples").join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "wr") {
                let name = format!("{folder}{}", path.file_name().unwrap().to_str().unwrap());
                loader.0.insert(name, std::fs::read_to_string(path).unwrap());
            }
        }
    }
    loader
}

fn judge(page: &str, block: &Block, of_page: &mut MemoryLoader) -> Result<(), String> {
    let unknown = || format!("what kind of block is \"```{}\"?", block.words);
    match mark(&block.words, page).ok_or_else(unknown)? {
        Mark::Script { codes, is_fragment, file } => {
            let text = match file {
                Some(_) => block.text.clone(),
                None => whole_script(block, is_fragment),
            };
            let path = file.unwrap_or(SCRIPT);
            is_formatted(&text)?;
            of_page.0.insert(path.to_owned(), text);
            let project = match of_page.0.contains_key(PROJECT_FILE) {
                true => read_project(of_page).project,
                false => Project::default(),
            };
            let analysis = analyse(of_page, path, &project);
            gives(&codes, &analysis.diagnostics, &analysis.sources)
        }
        Mark::OfError if block.words == "wr wrong" => Ok(()),
        Mark::OfError => {
            let mut scripts = files(&block.text).0.into_iter().filter(|(name, _)| name.ends_with(".wr"));
            scripts.try_for_each(|(_, text)| is_formatted(&text))
        }
        Mark::Project { codes, file } => {
            let path = file.unwrap_or(PROJECT_FILE);
            let read = read_project(&MemoryLoader(BTreeMap::from([(PROJECT_FILE.to_owned(), block.text.clone())])));
            if file.is_some() {
                of_page.0.insert(path.to_owned(), block.text.clone());
            }
            gives(&codes, &read.diagnostics, &read.sources)
        }
        Mark::Values => block.text.parse::<toml::Table>().map(drop).map_err(|error| error.to_string()),
        Mark::File(name) => {
            of_page.0.insert(name.to_owned(), block.text.clone());
            Ok(())
        }
        Mark::Other => Ok(()),
    }
}

/// One file of several in a block, with the name in its first line unless it is the first; and the mark of the next one.
fn formatted_part(part: &str) -> String {
    let (text, mark) = part.strip_suffix("# file: ").map_or((part, ""), |text| (text, "# file: "));
    match text.split_once('\n') {
        Some((name, script)) if name.ends_with(".wr") => format!("{name}\n{}{mark}", wr_syntax::format(script)),
        Some((name, _)) if name.ends_with(".toml") => part.to_owned(),
        _ => wr_syntax::format(text) + mark,
    }
}

/// Brings the script of a block into its form where it stands.
fn write_formatted(page: &str, block: &Block) {
    let formatted: String = match mark(&block.words, page) {
        Some(Mark::Script { is_fragment: false, .. }) => wr_syntax::format(&block.text),
        Some(Mark::OfError) if block.words != "wr wrong" => {
            let parts = block.text.split_inclusive("# file: ").collect::<Vec<_>>();
            parts.iter().map(|part| formatted_part(part)).collect()
        }
        _ => return,
    };
    if formatted != block.text {
        let path = repository().join(page);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(
            &path,
            text.replacen(
                &format!("```{}\n{}```", block.words, block.text),
                &format!("```{}\n{formatted}```", block.words),
                1,
            ),
        )
        .unwrap();
    }
}

/// The block between what the page hides before and after it.
fn whole_script(block: &Block, is_fragment: bool) -> String {
    if is_fragment {
        return block.text.lines().fold(block.before.clone(), |text, line| text + "  " + line + "\n") + &block.after;
    }
    let parts = [&block.before, &block.text, &block.after];
    parts.into_iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join("\n")
}

fn is_formatted(text: &str) -> Result<(), String> {
    let formatted = wr_syntax::format(text);
    if formatted == text { Ok(()) } else { Err(format!("`wr fmt` writes\n{formatted}")) }
}

/// Each of the codes, and none that is not among them.
fn gives(codes: &[&str], said: &[Diagnostic], sources: &SourceSet) -> Result<(), String> {
    let is_said = |code: &&str| said.iter().any(|one| one.code.as_str() == *code);
    if codes.iter().all(is_said) && said.iter().all(|one| codes.contains(&one.code.as_str())) {
        return Ok(());
    }
    let line =
        |one: &Diagnostic| format!("  {} at `{}`: {}\n", one.code, sources.slice(one.primary.span), one.headline);
    Err(format!("expected {codes:?}, got\n{}", said.iter().map(line).collect::<String>()))
}

/// Where a page sends its reader there is something: a file, and in a page the heading.
#[test]
fn links_of_pages_lead_somewhere() {
    let link = regex::Regex::new(r"\]\(([^)\s]+)\)").unwrap();
    let mut problems = Vec::new();
    let mut count = 0;
    for page in all_pages(&repository()) {
        let text = std::fs::read_to_string(repository().join(&page)).unwrap();
        let folder = repository().join(&page).parent().unwrap().to_owned();
        for found in link.captures_iter(&text).map(|found| found[1].to_owned()).filter(|link| !link.contains("://")) {
            count += 1;
            let (path, heading) = found.split_once('#').unwrap_or((&found, ""));
            let target = if path.is_empty() { repository().join(&page) } else { folder.join(path) };
            let is_there = match heading {
                "" => target.exists(),
                heading => {
                    headings(&std::fs::read_to_string(&target).unwrap_or_default()).contains(&heading.to_owned())
                }
            };
            if !is_there {
                problems.push(format!("{page}: {found}"));
            }
        }
    }
    assert!(problems.is_empty(), "lead nowhere:\n{}", problems.join("\n"));
    assert!(count > 100, "only {count} links");
}

/// As GitHub names the places of headings.
fn headings(page: &str) -> Vec<String> {
    let titles = page
        .lines()
        .filter_map(|line| line.trim_start_matches('#').strip_prefix(' ').filter(|_| line.starts_with('#')));
    let name = |title: &str| {
        let kept = title
            .to_lowercase()
            .chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
            .collect::<String>();
        kept.replace(' ', "-")
    };
    titles.map(name).collect()
}
