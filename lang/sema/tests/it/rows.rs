//! What is known of rows after steps: keys, nullability, marks.

use wr_base::row_type::RowType;

use crate::script::analyse_with;

/// The row of the last `let`, as names with `?`, then its keys.
fn row(statements: &str) -> (String, Vec<String>) {
    let script = format!("use wallet, crm, amp from \"schemas.wr\"\n{statements}");
    let analysis = analyse_with(&script, &[]);
    let said: Vec<&str> = analysis.diagnostics.iter().map(|diagnostic| diagnostic.headline.as_str()).collect();
    assert_eq!(said, Vec::<&str>::new());
    let named = analysis.program.relations.iter().filter(|(_, relation)| relation.name.is_some());
    let row: &RowType = &named.last().unwrap().1.row;
    let name = |id| row.column(id).unwrap().name.clone();
    let columns: Vec<String> = row.columns.iter().map(|column| format!("{}: {}", column.name, column.ty)).collect();
    let keys = row.keys.iter().map(|key| key.iter().map(|id| name(*id)).collect::<Vec<_>>().join("+")).collect();
    (columns.join(", "), keys)
}

#[test]
fn a_key_lives_as_long_as_its_columns() {
    assert_eq!(row("let a = from crm.mailing_history select user_id, sub_id\n").1, ["sub_id+user_id"]);
    assert_eq!(row("let a = from crm.mailing_history select user_id\n").1, Vec::<String>::new());
    assert_eq!(row("let a = from crm.users derive replace user_id = user_id + 1\n").1, Vec::<String>::new());
    assert_eq!(row("let a = from crm.users rename client = user_id select client\n").1, ["client"]);
}

#[test]
fn group_and_distinct_give_keys() {
    let grouped = "let a = from wallet.cards group by city, day = date(issued_at) { n = count() }\n";
    assert_eq!(row(grouped).1, ["city+day"]);
    assert_eq!(
        row("let a = from wallet.cards distinct on user_id keep first by issued_at select user_id\n").1,
        ["user_id"]
    );
    assert_eq!(row("let a = from wallet.cards aggregate { n = count() }\n").1, [""]);
}

#[test]
fn a_distinct_that_may_not_be_taken_gives_no_key() {
    let distinct = "distinct on user_id keep first by issued_at";
    let keys = |suffix: &str| {
        row(&format!("param once: bool = true\nlet a = from wallet.cards {distinct}{suffix} select user_id\n")).1
    };
    assert_eq!(keys(""), ["user_id"]);
    assert_eq!(keys(" if $once"), Vec::<String>::new());
}

#[test]
fn a_join_of_one_keeps_the_left_key_and_one_of_many_makes_a_pair() {
    let one = "let a = from wallet.cards join one crm.users as u using user_id select card_id, u.name\n";
    assert_eq!(row(one).1, ["card_id"]);
    let many = "let a = from crm.users join many crm.mailing_history as h using user_id\n  \
                select user_id, h.sub_id, other = h.user_id\n";
    // The left key is compared, so each right row finds one left row and comes once.
    assert_eq!(row(many).1, ["sub_id+other"]);
}

#[test]
fn outer_joins_make_nulls_possible() {
    let left = "let a = from wallet.cards join one left crm.users as u using user_id select card_id, u.updated_at\n";
    assert_eq!(row(left).0, "card_id: int, updated_at: datetime?");
    let full = "let a = from wallet.cards join many full crm.users as u using user_id select user_id, card_id\n";
    assert_eq!(row(full).0, "user_id: int?, card_id: int?");
}

#[test]
fn a_filter_proves_that_a_column_is_there() {
    assert_eq!(row("let a = from wallet.cards filter city is not null select city\n").0, "city: text");
    assert_eq!(row("let a = from wallet.cards filter city == \"Kazan\" select city\n").0, "city: text");
    assert_eq!(row("let a = from wallet.cards filter city is null select city\n").0, "city: text?");
}

#[test]
fn a_bare_column_hides_joined_ones_of_its_name_where_a_relation_is_read() {
    let script = "let a = from wallet.cards join one crm.users as u using user_id\nlet b = from a select city\n";
    assert_eq!(row(script).0, "city: text?");
}

#[test]
fn marks_follow_values_through_conversions_but_not_through_counts() {
    let script = "use crm from \"schemas.wr\"\n\
                  let a = from crm.users derive client = text(user_id), call = upper(phone), has = phone is not null\n\
                  let b = from a group by city { people = count_distinct(phone), some = max(phone) }\n";
    let analysis = analyse_with(script, &[]);
    let marks = |relation: &str, column: &str| {
        let found = analysis.program.relations.iter().find(|(_, other)| other.name.as_deref() == Some(relation));
        let marks = &found.unwrap().1.row.find(None, column).unwrap().marks;
        (marks.entity.clone(), marks.personal)
    };
    assert_eq!(marks("a", "client"), (Some("user".to_owned()), false));
    assert_eq!(marks("a", "call"), (None, true));
    assert_eq!(marks("a", "has"), (None, false));
    assert_eq!(marks("b", "people"), (None, false));
    assert_eq!(marks("b", "some"), (None, true));
}

#[test]
fn steps_of_nested_pipelines_come_before_the_step_that_reads_them() {
    let script = "use crm from \"schemas.wr\"\n\
                  let a = from crm.users join semi (from crm.mailing_history filter grp == \"test\") as h using user_id\n";
    let analysis = analyse_with(script, &[]);
    let words: Vec<&str> = analysis.program.steps.iter().map(|(_, step)| step.word.as_str()).collect();
    assert_eq!(words, ["from", "from", "filter", "join semi"]);
}
