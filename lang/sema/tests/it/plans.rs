//! tests/plans: the typed program and the logical plan of each example, as golden texts. `WR_UPDATE=1` writes them anew.

use wr_base::ids::ValueId;
use wr_base::loader::{LoadError, Loader, MemoryLoader};
use wr_base::value::Value;
use wr_plan::bind::Known;
use wr_plan::rules::{Outcome, RuleSet, optimise};
use wr_plan::values::Values;
use wr_sema::project::{Project, read_project};
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

/// The filter proves that `paid` is not null, which the row after the join knows, and the plan need not.
#[test]
fn a_join_that_is_not_taken_leaves_the_types_as_they_were() {
    const TEXT: &str = r#"report "T"
source db: clickhouse
table db.orders key order_id { order_id: int, paid: bool?, day: date }
table db.history key user_id { user_id: int }
param word: text = "ab"
let seen = from db.history
let orders =
  from db.orders
  filter paid and paid
  join anti seen as s on order_id == s.user_id if length($word) < 2
export orders to csv "orders.csv" { paid, day }
"#;
    let loader = MemoryLoader([("t.wr".to_owned(), TEXT.to_owned())].into());
    let program = analyse(&loader, "t.wr", &Project::default()).checked().unwrap();
    let mut values = Values::default();
    values.set(ValueId(0), Value::text("ab"));
    let plan = optimise(lower(&program), Known { values: &values, now: None }, &RuleSet::all());
    for trace in plan.trace() {
        assert!(!matches!(trace.outcome, Outcome::Undone(_)), "{trace:?}");
    }
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
