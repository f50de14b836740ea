//! tests/plans: the typed program and the logical plan of each example, as golden texts. `WR_UPDATE=1` writes them anew.

use wr_base::loader::{LoadError, Loader};
use wr_sema::project::read_project;
use wr_sema::{analyse, hir, lower};

use crate::page::{listed, repository};

struct Examples;

impl Loader for Examples {
    fn load(&self, path: &str) -> Result<String, LoadError> {
        std::fs::read_to_string(repository().join("examples").join(path)).map_err(|_| LoadError::Missing)
    }
}

#[test]
fn partner_cards() {
    compare("partner_cards");
}

#[test]
fn push_campaign() {
    compare("push_campaign");
}

#[test]
fn plastic_cards() {
    compare("plastic_cards");
}

#[test]
fn push_report() {
    compare("push_report");
}

fn compare(name: &str) {
    let project = read_project(&Examples);
    assert!(project.diagnostics.is_empty(), "{:?}", project.diagnostics);
    let analysis = analyse(&Examples, &format!("{name}.wr"), &project.project);
    assert!(analysis.diagnostics.is_empty(), "{}", listed(&analysis.diagnostics, &analysis));
    golden(&format!("{name}.typed.txt"), &hir::print(&analysis.program));
    let program = analysis.checked().unwrap();
    golden(&format!("{name}.logical.txt"), &wr_plan::logical::print::print(&lower(&program)));
}

fn golden(name: &str, text: &str) {
    let path = repository().join("tests/plans").join(name);
    if std::env::var_os("WR_UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
    }
    let known = std::fs::read_to_string(&path).unwrap_or_default();
    if known != text {
        let first = known.lines().zip(text.lines()).position(|(old, new)| old != new);
        let first = first.unwrap_or_else(|| known.lines().count().min(text.lines().count()));
        let line = |text: &str| text.lines().nth(first).unwrap_or("(the end)").to_owned();
        panic!("tests/plans/{name}:{}\n  is   {}\n  was  {}", first + 1, line(text), line(&known));
    }
}
