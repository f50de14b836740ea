//! The first guide, done as a reader does it: its files written, its commands typed, its answers compared.

use crate::support::project::{Project, repository};

/// A fenced block with the first `file.name` of the paragraph before it.
struct Block {
    named: Option<String>,
    text: String,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut before = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("```") {
            let text: Vec<&str> = lines.by_ref().take_while(|line| !line.starts_with("```")).collect();
            let named = before.split('`').skip(1).step_by(2).find(|name| name.contains('.')).map(ToOwned::to_owned);
            blocks.push(Block { named, text: text.join("\n") + "\n" });
            before.clear();
        } else {
            before += line;
        }
    }
    blocks
}

/// Times, sizes and places differ from run to run.
fn is_always_so(line: &str) -> bool {
    !line.contains("file://") && !line.starts_with("  read ") && !line.trim().is_empty()
}

#[test]
fn the_first_report_comes_out_as_the_guide_shows_it() {
    let page = std::fs::read_to_string(repository().join("docs/guide/first-report.md")).unwrap();
    let project = Project::empty();
    let mut commands = 0;
    for block in blocks(&page) {
        if block.text.starts_with("$ ") {
            let mut said: Vec<String> = Vec::new();
            for line in block.text.lines() {
                let Some(command) = line.strip_prefix("$ wr ") else {
                    let line = line.split(", ").next().unwrap();
                    assert!(!is_always_so(line) || said.iter().any(|said| said.starts_with(line)), "{line}\n{said:#?}");
                    continue;
                };
                commands += 1;
                let answer = project.wr(&command.split(' ').collect::<Vec<_>>());
                said.extend((answer.err + &answer.out).lines().map(ToOwned::to_owned));
            }
        } else if let Some(name) = block.named {
            project.write(&name, block.text);
        }
    }
    assert_eq!(commands, 4);
}

#[test]
fn a_new_project_is_the_one_of_the_guide_and_runs() {
    let page = std::fs::read_to_string(repository().join("docs/guide/first-report.md")).unwrap();
    let project = Project::empty();
    project.wr(&["new", "shop"]).expect(0);
    for name in ["wr.toml", "schemas.wr", "orders.wr", "data/orders.csv"] {
        let of_guide = blocks(&page).into_iter().find(|block| block.named.as_deref() == Some(name)).unwrap();
        assert_eq!(project.read(&format!("shop/{name}")), of_guide.text, "{name}");
    }
    project.wr(&["run", "shop/orders.wr"]).expect(0);
    let again = project.wr(&["new", "shop"]).expect(2);
    assert!(again.err.contains("is there already"), "{}", again.err);
}
