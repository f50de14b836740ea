//! Parameters that decide about columns (B4).

use crate::script::{analyse_with, clean, said};

#[test]
fn columns_of_a_parameter_stand_in_lists_and_are_written_but_not_named() {
    clean(
        "param fields: columns = all { city as \"City\", kind as \"Kind\" }\n\
         let a = from wallet.cards select card_id, $fields, issued_at sort issued_at\n\
         let b = from a filter card_id > 5\n\
         export b to csv \"b.csv\"\n",
    );
    assert_eq!(
        said(
            "param fields: columns = all { city as \"City\", kind as \"Kind\" }\n\
             let a = from wallet.cards select card_id, $fields filter city == \"Kazan\"\n"
        )
        .len(),
        1
    );
}

#[test]
fn measures_of_a_parameter_become_columns_in_the_order_of_the_script() {
    let script = "use wallet from \"schemas.wr\"\n\
                  param measures: choices = all { \"cards\" as \"Cards\" = count(), \"people\" as \"People\" = count_distinct(user_id) }\n\
                  let a = from wallet.cards group by city { first = min(card_id), $measures, last = max(card_id) }\n";
    let analysis = analyse_with(script, &[]);
    assert_eq!(analysis.diagnostics, []);
    let relation = analysis.program.relations.iter().find(|(_, relation)| relation.name.is_some()).unwrap().1;
    let columns: Vec<(&str, Option<&str>)> = relation
        .row
        .columns
        .iter()
        .map(|column| (column.name.as_str(), column.shaped.as_ref().map(|shaped| shaped.label.as_str())))
        .collect();
    let expected =
        [("city", None), ("first", None), ("cards", Some("Cards")), ("people", Some("People")), ("last", None)];
    assert_eq!(columns, expected);
    assert!(relation.row.is_open);
}

#[test]
fn a_measure_of_a_parameter_is_an_aggregate_like_any_other() {
    assert_eq!(
        said(
            "param measures: choices = all { \"cards\" as \"Cards\" = count(), \"day\" as \"Day\" = date(issued_at) }\n\
             let a = from wallet.cards group by city { $measures }\n"
        ),
        ["WR0313 \"date(issued_at)\" `issued_at` has many values in a group"]
    );
}

#[test]
fn one_mistake_in_an_option_is_told_once_however_often_it_is_used() {
    assert_eq!(
        said(
            "param fields: columns = all { citi as \"City\" }\n\
             let a = from wallet.cards select card_id, $fields\n\
             let b = from wallet.cards select user_id, $fields\n"
        ),
        ["WR0101 \"citi\" there is no column `citi` here"]
    );
}

#[test]
fn a_column_that_is_fixed_and_an_option_is_there_twice() {
    assert_eq!(
        said("param fields: columns = all { city as \"City\" }\nlet a = from wallet.cards select city, $fields\n"),
        ["WR0301 \"$fields\" there are two columns `city` here"]
    );
}
