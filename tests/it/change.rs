//! `change(…) since last run`: which run is the last one, what the first one says, and what never counts (A8).

use crate::support::project::{Answer, Project};

const SCRIPT: &str = r#"report "Orders"

source shop: clickhouse

table shop.orders key id {
  id: int,
  city: text,
  price: decimal(8, 2),
  bought: date,
}

table shop.sent key mailing, id {
  mailing: text,
  id: int,
}

param city: text = "Tver" label "City"
param bought: period = 2026-01-01..2026-12-31 label "Bought"
param mailing: text = "A" label "Mailing"
param note: text = "" label "Note"

let orders =
  from shop.orders
  filter city == $city and bought in $bought

expect change(rows(orders)) since last run in -50%..20% else "{rows(orders)} orders, changed by {change(rows(orders)) since last run}"
"#;

struct Shop(Project);

impl Shop {
    /// A shop whose report ends in these statements.
    fn new(statements: &str) -> Self {
        let project = Project::empty();
        project.write("wr.toml", "[connections.shop]\ndriver = \"local\"\nfolder = \"shop\"\n");
        project.write("orders.wr", format!("{SCRIPT}{statements}export orders to csv \"orders.csv\"\n"));
        Self(project)
    }

    /// So many orders, each of 10.00, in the one city; one in the other.
    fn has(&self, orders: usize) -> &Self {
        let rows: String = (0..orders).map(|id| format!("{id},Tver,10.00,2026-05-05\n")).collect();
        self.0.write("shop/orders.csv", format!("id,city,price,bought\n{rows}9999,Omsk,1.00,2026-05-05\n"));
        self
    }

    fn run(&self, arguments: &[&str]) -> Answer {
        self.0.wr(&[&["run", "orders.wr"], arguments].concat())
    }

    #[track_caller]
    fn good(&self, arguments: &[&str]) -> Answer {
        self.run(arguments).expect(0)
    }

    #[track_caller]
    fn bad(&self, arguments: &[&str]) -> Answer {
        self.run(arguments).expect(5)
    }
}

const FIRST: &str = "there is no earlier run to compare with";

#[test]
fn the_first_run_holds_and_says_so_and_the_next_is_compared_with_it() {
    let shop = Shop::new("");
    let first = shop.has(100).good(&[]);
    assert!(first.err.contains(FIRST), "{}", first.err);
    let next = shop.has(120).good(&[]);
    assert!(!next.err.contains(FIRST), "{}", next.err);
    let broken = shop.has(145).bad(&[]);
    assert!(broken.err.contains("145 orders, changed by 0.208"), "{}", broken.err);
    // Exactly half of it is within the range, one less is not; and a run that failed is no last run.
    shop.has(59).bad(&[]);
    shop.has(60).good(&[]);
    let manifest = shop.0.wr(&["show", "latest", "--json"]).expect(0).json();
    assert_eq!(manifest["facts"], serde_json::json!([{ "words": "rows(orders)", "value": "60" }]));
}

#[test]
fn other_values_are_another_run_but_for_those_of_time() {
    let shop = Shop::new("");
    shop.has(100).good(&[]);
    assert!(shop.good(&["--set", "city=Omsk"]).err.contains(FIRST));
    assert!(shop.good(&["--set", "note=x"]).err.contains(FIRST));
    // The last run of these values is the one of 100, though two were made since.
    shop.has(130).bad(&["--set", "bought=2026-05-01..2026-05-31"]);
    shop.has(110).good(&["--set", "bought=2026-05-01..2026-05-31"]);
}

#[test]
fn with_same_says_which_values_have_to_be_equal() {
    let shop = Shop::new("expect change(sum(orders.price)) since last run with same $city <= 10%\n");
    shop.has(100).good(&[]);
    // Other values of `$note` are another run for the first expectation, and the same for the second.
    let broken = shop.has(115).bad(&["--set", "note=x"]);
    assert!(broken.err.contains("sum(orders.price)"), "{}", broken.err);
    shop.has(110).good(&["--set", "note=x"]);
}

#[test]
fn the_occasion_of_a_mailing_is_no_other_value() {
    let shop = Shop::new("record orders into shop.sent key mailing, id { mailing = $mailing, id }\n");
    shop.has(100).good(&["--set", "mailing=A"]);
    shop.has(200).bad(&["--set", "mailing=B"]);
    shop.has(110).good(&["--set", "mailing=B"]);
    // Taken back, it is no last run: 100 are compared with 130.
    let run = shop.0.wr(&["show", "latest", "--json"]).expect(0).json()["run"].as_str().unwrap().to_owned();
    shop.has(130).good(&["--set", "mailing=C"]);
    let third = shop.0.wr(&["show", "latest", "--json"]).expect(0).json()["run"].as_str().unwrap().to_owned();
    shop.0.wr(&["void", &third, "never sent"]).expect(0);
    shop.0.wr(&["void", &run, "never sent"]).expect(0);
    shop.has(130).bad(&["--set", "mailing=D"]);
}

#[test]
fn previews_dry_runs_and_other_moments_never_count() {
    let shop = Shop::new("");
    shop.has(100).good(&[]);
    shop.has(120).good(&["--preview", "3"]);
    shop.has(120).good(&["--dry-run"]);
    shop.has(120).good(&["--as-of", "2026-11-23"]);
    // Had one of them counted, 140 would be a sixth more.
    shop.has(140).bad(&[]);
}

#[test]
fn what_is_false_without_an_earlier_run_breaks_the_first_one_too() {
    let shop = Shop::new("expect rows(orders) > 5 and change(rows(orders)) since last run <= 900%\n");
    let broken = shop.has(3).bad(&[]);
    assert!(broken.err.contains("rows(orders) > 5"), "{}", broken.err);
    shop.has(6).good(&[]);
    // Nothing grows by a part of nothing: that is no number, and a promise of one is broken.
    let empty = Shop::new("");
    empty.has(0).good(&[]);
    empty.has(0).good(&[]);
    empty.has(1).bad(&[]);
}
