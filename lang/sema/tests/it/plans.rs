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

#[test]
fn weekly_draw() {
    compare("weekly_draw");
}

#[test]
fn retargeting() {
    compare("retargeting");
}

/// Each use makes rows of its own; the same arguments are the same rows.
#[test]
fn definitions() {
    let script = "use wallet, crm from \"schemas.wr\"\n\
                  use age from \"lib/people.wr\"\n\
                  param seen: period = last month\n\
                  let issued(span: period, least: int = 1) =\n  from wallet.cards\n  filter issued_at in $span\n  \
                  group by user_id { cards = count() }\n  filter cards >= $least if $least > 1\n\
                  step adults(min: int = 18) = filter age(birth_date) >= $min\n\
                  let a =\n  from crm.users\n  apply adults if $seen is not null\n  apply adults(min = 21)\n  \
                  join left issued($seen) as now_seen using user_id\n  \
                  join left issued(last year, least = 2) as before using user_id\n  \
                  join semi issued($seen) as again using user_id\n  \
                  select user_id, cards = now_seen.cards ?? 0, before = before.cards\n\
                  export a to csv \"a.csv\"\n";
    let analysis = crate::script::analyse_with(script, &[]);
    assert!(analysis.diagnostics.is_empty(), "{}", listed(&analysis.diagnostics, &analysis));
    golden("definitions.typed.txt", &hir::print(&analysis.program));
    let program = analysis.checked().unwrap();
    golden("definitions.logical.txt", &wr_plan::logical::print::print(&lower(&program)));
}

/// What a filter proves is no matter of a plan's types: of a step that is not taken its input remains.
#[test]
fn a_plan_without_a_step_that_is_not_taken_is_still_one() {
    let script = "use wallet, crm from \"schemas.wr\"\n\
                  param strict: bool = true\n\
                  let a = from wallet.cards filter city is not null join semi crm.users as u using user_id if $strict\n\
                  let b = from a select card_id, city\n\
                  export b to csv \"b.csv\"\n";
    let program = crate::script::analyse_with(script, &[]).checked().unwrap();
    let (strict, _) = program.program().values.iter().next().unwrap();
    let mut values = wr_plan::values::Values::default();
    values.set(strict, wr_base::value::Value::Bool(false));
    let bound = wr_plan::bind::bind(lower(&program), wr_plan::bind::Known { values: &values, now: None });
    let wanted = wr_plan::logical::visit::wanted_columns(&bound.plan);
    assert_eq!(wr_plan::logical::invariants::check(&bound.plan, &wanted), Vec::<String>::new());
}

#[test]
fn a_relation_that_nobody_needs_reads_no_column() {
    let script = "use wallet from \"schemas.wr\"\n\
                  let a = from wallet.cards derive number = int(kind)\n\
                  let unused = from a filter number > 1\n\
                  expect rows(a) > 0\n";
    let program = crate::script::analyse_with(script, &[]).checked().unwrap();
    let text = wr_plan::logical::print::print(&lower(&program));
    assert!(!text.contains("number"), "{text}");
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
