//! `from shop.sql """…"""`: what people see of a query in the language of its source, while nothing here can answer one.

use crate::support::project::Project;

const SCRIPT: &str = r#"source shop: clickhouse
param seen: period = 2026-10-01..2026-10-31
param cities: list of text = ["Tver", "Omsk"]
let sold =
  from shop.sql """
    select city, sum(price) total
    from orders final
    where day between {start($seen)} and {end($seen)} and city in {$cities} and name <> 'it''s {{}'
    group by city
  """ as key city { city: text, total: int? }
let dear = from sold filter total > 100 sort city
export dear to csv "dear.csv"
test "cities with more than 100" with {
  sold = rows city, total { ("Tver", 100), ("Omsk", 101), ("Riga", null) },
} expect {
  dear = rows city, total { ("Omsk", 101) },
}
"#;

fn project(driver: &str) -> Project {
    let project = Project::empty();
    project.write("wr.toml", format!("[connections.shop]\n{driver}\n"));
    project.write("sold.wr", SCRIPT);
    project
}

#[test]
fn a_folder_takes_no_query_and_says_so_before_anything_runs() {
    let project = project("driver = \"local\"\nfolder = \"data\"");
    let answer = project.wr(&["run", "sold.wr"]).expect(1);
    assert!(answer.err.contains("WR0611"), "{}", answer.err);
    assert!(answer.err.contains("from shop.sql"), "{}", answer.err);
    assert!(answer.err.contains("ClickHouse"), "{}", answer.err);
    assert_eq!(project.files(""), ["sold.wr", "wr.toml"]);
}

#[test]
fn a_test_gives_the_rows_of_a_query_wherever_the_connection_leads() {
    for driver in ["driver = \"local\"\nfolder = \"data\"", "driver = \"clickhouse\"\nurl = \"http://127.0.0.1:1\""] {
        project(driver).wr(&["test", "sold.wr"]).expect(0);
    }
    let project = project("driver = \"clickhouse\"\nurl = \"http://127.0.0.1:1\"");
    project.write("sold.wr", SCRIPT.replace("(\"Omsk\", 101) },\n}", "(\"Omsk\", 102) },\n}"));
    let answer = project.wr(&["test", "sold.wr"]).expect(4);
    assert!((answer.out + &answer.err).contains("102 → 101"), "a test that cannot fail");
}

#[test]
fn a_plan_shows_the_text_and_beside_it_the_values() {
    let answer = project("driver = \"clickhouse\"\nurl = \"http://127.0.0.1:1\"").wr(&["plan", "sold.wr"]).expect(0);
    let asked = "  query 1: shop.sql { city, total }\n      \
                 SELECT `t`.`city`, `t`.`total`\n      \
                 FROM (\n      \
                 select city, sum(price) total\n      \
                 from orders final\n      \
                 where day between {p1:Date32} and {p2:Date32} and city in {p3:Array(String)} and name <> 'it''s {}'\n      \
                 group by city\n      \
                 ) AS `t`\n      \
                 WHERE `t`.`total` > {p4:Int64}\n      \
                 p1 Date32 = 2026-10-01\n      \
                 p2 Date32 = 2026-10-31\n      \
                 p3 Array(String) = [\"Tver\", \"Omsk\"]\n      \
                 p4 Int64 = 100\n";
    assert!(answer.out.contains(asked), "{}", answer.out);
}
