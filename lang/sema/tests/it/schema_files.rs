//! Of a schema file those tables are read that a script names: what is wrong with them is said, at their own place and
//! once, and nobody has to mend the others first.

use crate::script::{analyse_with, said_with};

const SCHEMAS: &str = "source shop: local\n\
                       # All that was sold.\n\
                       table shop.sales key id { id: int, sum: decimal(10, 2)? }\n\
                       table shop.broken key nobody { id: int }\n\
                       table shop.unreadable { id int }\n\
                       table shop.twice { id: int }\n\
                       table shop.twice { id: int }\n";

fn without_the_second_twice() -> String {
    SCHEMAS.trim_end().rsplit_once('\n').unwrap().0.to_owned()
}

#[test]
fn a_table_that_nobody_names_is_nobodys_mistake() {
    let schemas = without_the_second_twice();
    let script = "use shop from \"shop.wr\"\nlet sold = from shop.sales\nexport sold to csv \"sold.csv\"\n";
    assert_eq!(said_with(script, &[("shop.wr", &schemas)]), Vec::<String>::new());
}

#[test]
fn a_broken_table_is_said_where_it_is_declared_however_often_it_is_named() {
    let schemas = without_the_second_twice();
    let script = "use shop from \"shop.wr\"\n\
                  let one = from shop.broken\n  select id\n\
                  let two = from shop.broken\n  select id\n\
                  let three = from shop.unreadable\n  filter id > 3\n\
                  let four = from shop.unreadable\n\
                  export one to csv \"1.csv\"\nexport two to csv \"2.csv\"\n\
                  export three to csv \"3.csv\"\nexport four to csv \"4.csv\"\n";
    let analysis = analyse_with(script, &[("shop.wr", &schemas)]);
    let said: Vec<_> = analysis
        .diagnostics
        .iter()
        .map(|diagnostic| {
            let path = analysis.sources.get(diagnostic.primary.span.file).unwrap().path.as_str();
            let used = diagnostic.secondary.iter().map(|label| analysis.sources.slice(label.span));
            (diagnostic.code.to_string(), path, used.collect::<Vec<_>>())
        })
        .collect();
    assert_eq!(
        said,
        [
            ("WR0610".to_owned(), "shop.wr", vec!["shop.broken"]),
            ("WR0001".to_owned(), "shop.wr", vec!["shop.unreadable"]),
        ]
    );
}

#[test]
fn a_name_that_is_declared_twice_is_said_at_once() {
    let script = "use shop from \"shop.wr\"\nlet sold = from shop.sales\nexport sold to csv \"sold.csv\"\n";
    let said = said_with(script, &[("shop.wr", SCHEMAS)]);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("shop.twice"), "{said:?}");
}

#[test]
fn the_schema_file_itself_is_read_whole() {
    let said = said_with(SCHEMAS, &[]);
    assert_eq!(said.len(), 3, "{said:?}");
}

#[test]
fn a_near_miss_is_looked_for_among_tables_that_were_not_read() {
    let schemas = without_the_second_twice();
    let script = "use shop from \"shop.wr\"\nlet sold = from shop.sale\n";
    let analysis = analyse_with(script, &[("shop.wr", &schemas)]);
    let edits = analysis.diagnostics[0].fixes.iter().flat_map(|fix| &fix.edits);
    assert_eq!(edits.map(|edit| edit.replacement.as_str()).collect::<Vec<_>>(), ["sales"]);
}
