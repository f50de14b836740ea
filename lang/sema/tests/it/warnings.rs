//! Warnings that must not be given: a guard that cries wolf is switched off.

use crate::script::clean;

#[test]
fn a_join_by_the_right_key_multiplies_nothing() {
    clean(
        "let a = from wallet.cards join crm.users as u using user_id select card_id, u.city\n\
         export a to csv \"a.csv\"\n",
    );
}

#[test]
fn a_join_whose_rows_are_made_one_again_is_left_alone() {
    clean(
        "let a = from crm.users join crm.mailing_history as h using user_id distinct on user_id keep first by h.sent_at\n\
         select user_id\n\
         let b = from crm.users join crm.mailing_history as h using user_id group by user_id { last = max(h.sent_at) }\n\
         export a to csv \"a.csv\"\n\
         export b to csv \"b.csv\"\n"
            .replace("\nselect", "\n  select")
            .as_str(),
    );
}

#[test]
fn a_join_that_goes_nowhere_is_left_alone() {
    clean("let a = from crm.users join crm.mailing_history as h using user_id\n");
}

#[test]
fn a_key_of_several_columns_finds_one_row_only_when_all_are_compared() {
    let script = |condition: &str| {
        crate::script::said(&format!(
            "let a = from crm.users join crm.mailing_history as h {condition}\nexport a to csv \"a.csv\"\n"
        ))
        .iter()
        .filter(|line| line.starts_with("WR0701"))
        .count()
    };
    assert_eq!(script("on user_id == h.user_id and name == h.sub_id"), 0);
    assert_eq!(script("on user_id == h.user_id"), 1);
    // The text of one mailing is not a column of the left side, so the key is not compared.
    assert_eq!(script("on user_id == h.user_id and h.sub_id == \"SP-0001\""), 1);
}

#[test]
fn an_order_that_a_step_keeps_is_not_lost() {
    clean(
        "let a = from wallet.cards sort issued_at desc filter city is not null derive d = date(issued_at)\n  \
         join one crm.users as u using user_id join anti crm.mailing_history as h using user_id\n  \
         select card_id take 5\n",
    );
}

#[test]
fn a_relation_that_is_sorted_can_be_grouped_by_its_readers() {
    clean("let a = from wallet.cards sort issued_at\nlet b = from a group by city { n = count() }\n");
}

#[test]
fn one_row_needs_no_order() {
    clean("let a = from wallet.cards aggregate { n = count() } take 1\n");
}

#[test]
fn distinct_by_a_key_or_by_all_columns_keeps_nothing_by_chance() {
    clean(
        "let a = from wallet.cards distinct on card_id\n\
         let b = from wallet.cards select city, kind distinct on city, kind\n\
         let c = from wallet.cards select city distinct\n",
    );
}

#[test]
fn a_guarded_optional_is_no_mistake() {
    clean(
        "param city: text?\n\
         let a = from wallet.cards filter city == $city if $city is not null\n\
         let b = from wallet.cards filter $city is null or city == $city\n\
         let c = from wallet.cards filter city == ($city ?? \"Kazan\")\n\
         let d = from wallet.cards derive here = when $city is not null then city == $city else true\n",
    );
}

#[test]
fn an_if_that_may_not_be_taken_proves_nothing() {
    let script = |condition: &str| {
        crate::script::said(&format!(
            "param strict: bool = true\nlet a = from wallet.cards filter city is not null{condition}\n\
             fn shout(x: text) -> text = upper(x)\nlet b = from a derive loud = shout(city)\n"
        ))
    };
    assert_eq!(script(""), Vec::<String>::new());
    assert_eq!(script(" if $strict").len(), 1);
}
