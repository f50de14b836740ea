//! Markdown to its fenced blocks, for every test that reads pages. The binary of the whole program includes this file, too.

use std::path::{Path, PathBuf};

/// A fenced block: the words after the fence, its text, the line of the page where the text begins.
#[allow(dead_code, reason = "not every test that reads pages needs all of a block")]
pub(crate) struct Block {
    pub(crate) words: String,
    pub(crate) text: String,
    pub(crate) line: usize,
    /// What a comment `<!-- wr before` says above it: statements that stand in front of the block and that the reader need not
    /// see. It holds until the next such comment.
    pub(crate) before: String,
    /// As `before`, of a comment `<!-- wr after`.
    pub(crate) after: String,
}

/// The fence of a block that is empty or open to the end is a mistake of the page.
pub(crate) fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    let (mut before, mut after) = (String::new(), String::new());
    let mut lines = page.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(words)) => {
                let (words, before, after) = (words.to_owned(), before.clone(), after.clone());
                open = Some(Block { words, text: String::new(), line: at + 2, before, after });
            }
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(block), None) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {
                assert!(!line.trim_start().starts_with("```"), "line {}: a fence is indented", at + 1);
                let hidden = match line {
                    "<!-- wr before" => &mut before,
                    "<!-- wr after" => &mut after,
                    _ => continue,
                };
                hidden.clear();
                for (_, line) in lines.by_ref().take_while(|(_, line)| *line != "-->") {
                    hidden.push_str(line);
                    hidden.push('\n');
                }
            }
        }
    }
    assert!(open.is_none(), "a block is not closed");
    blocks
}

/// Every page that people read, relative to the repository: README.md and all below docs/.
#[allow(dead_code, reason = "not each of the two binaries walks all pages")]
pub(crate) fn all_pages(repository: &Path) -> Vec<String> {
    let mut pages = vec![PathBuf::from("README.md")];
    let mut folders = vec![PathBuf::from("docs")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(repository.join(&folder)).unwrap() {
            let path = folder.join(entry.unwrap().file_name());
            if repository.join(&path).is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                pages.push(path);
            }
        }
    }
    let mut pages: Vec<String> = pages.iter().map(|page| page.to_str().unwrap().replace('\\', "/")).collect();
    pages.sort();
    pages
}
