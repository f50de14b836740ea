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

/// What is said of a whole report, but for warnings of other kinds.
fn said_of(code: &str, script: &str) -> Vec<String> {
    crate::script::said(script).into_iter().filter(|line| line.starts_with(code)).collect()
}

#[test]
fn people_who_are_looked_up_are_lost_only_where_a_list_of_them_leaves() {
    let lost = |script: &str| said_of("WR0705", script).len();
    let join = |rest: &str| format!("let a = from wallet.promo_steps join one crm.users as u using user_id{rest}\n");
    let list = "let b = from a select user_id\nexport b to xlsx \"a.xlsx\"\n";
    assert_eq!(lost(&format!("{}{list}", join(""))), 1);
    assert_eq!(lost(&format!("{}{list}", join(" unmatched drop"))), 0);
    assert_eq!(lost(&format!("{}{list}", join(" unmatched <= 5%"))), 0);
    assert_eq!(lost(&format!("{}{list}", join("").replace("join one", "join one left"))), 0);
    // Counts of them are no list, and a join that can multiply is no lookup.
    let counts = "let b = from a group by u.city { n = count() }\nexport b to xlsx \"a.xlsx\"\n";
    assert_eq!(lost(&format!("{}{counts}", join(""))), 0);
    let many = "let a = from crm.users join many wallet.cards as c using user_id\n";
    assert_eq!(lost(&format!("{many}{list}")), 0);
    // Nobody is lost who is looked up in the very table that he comes from.
    let own = "let a = from crm.users join one crm.users as u on user_id == u.user_id select user_id\n";
    assert_eq!(lost(&format!("{own}{list}")), 0);
}

#[test]
fn people_lost_before_they_are_left_out_are_told_as_well() {
    let script = "let a = from wallet.promo_steps join one crm.users as u using user_id select user_id\n\
                  let b = from crm.users join anti a using user_id select user_id\nexport b to xlsx \"b.xlsx\"\n";
    assert_eq!(said_of("WR0705", script).len(), 1);
}

#[test]
fn what_nothing_uses_is_told_once_the_script_puts_something_out() {
    let unused = "param city: text label \"City\"\nlet $x = 1\nlet a = from crm.users\n";
    clean(unused);
    let script = format!("{unused}let b = from crm.users select user_id\nexport b to xlsx \"b.xlsx\"\n");
    let found = crate::script::said(&script);
    let words: Vec<&str> = found.iter().map(|line| line.split(" nothing").next().unwrap()).collect();
    assert_eq!(words.len(), 3, "{found:?}");
    assert!(found[0].starts_with("WR0730 \"city\""), "{found:?}");
    assert!(found[1].starts_with("WR0731 \"$x\"") && found[2].starts_with("WR0731 \"a\""), "{found:?}");
}

#[test]
fn a_name_counts_as_used_wherever_it_can_be_read() {
    clean(
        "param cohort: cohort of amp label \"C\"\nparam share: percent = 10% label \"S\"\nparam of: text = \"a\" label \"F\"\n\
         param head: choice = \"a\" label \"H\" { \"a\" as \"A\" = count(), \"b\" as \"B\" = count_distinct(user_id) }\n\
         let people = from amp.cohort($cohort) derive client = int(user_id) filter client is not null\n\
         let known = from crm.users join semi people as p on user_id == p.client select user_id, city\n\
         let by_city = from known group by city { value = $head }\n\
         expect rows(from known filter city is null) <= $share * rows(people)\n\
         export by_city to xlsx \"{$of}.xlsx\" { city as \"City\", value as label($head) }\n",
    );
}

#[test]
fn options_are_alike_only_where_no_use_can_tell_them_apart() {
    let script = |used: &str| {
        let options = "param who: choice = \"a\" label \"W\" { \"a\", \"b\", \"c\" }\n";
        said_of("WR0733", &format!("{options}let x = from crm.users {used}\n"))
    };
    assert_eq!(script("filter city is null if $who == \"a\"").len(), 1);
    assert_eq!(script("filter city is null if $who in [\"a\", \"b\"]").len(), 0);
    assert_eq!(script("filter city is null if $who == \"a\" filter gender == $who").len(), 0);
    assert_eq!(script("filter city is null if $who == \"a\" derive w = $who").len(), 0);
}

#[test]
fn conditions_that_depend_on_the_row_are_left_alone() {
    for condition in [
        "city == \"a\" or city == \"b\"",
        "city is not \"a\" and city is not \"b\"",
        "user_id > 3 and user_id < 5",
        "user_id >= 3 and user_id <= 3",
        "user_id < 3 or user_id > 5",
        "city == \"a\" and gender == \"b\"",
        "city == name",
    ] {
        clean(&format!("let a = from crm.users filter {condition}\n"));
    }
    let decided = |condition: &str| said_of("WR0735", &format!("let a = from crm.users filter {condition}\n")).len();
    assert_eq!(decided("city == \"a\" and gender is null and city == \"b\""), 1);
    assert_eq!(decided("user_id > 3 and user_id < 3"), 1);
    assert_eq!(decided("user_id > 3 and user_id <= 3"), 1);
    assert_eq!(decided("city is not \"a\" or city is not \"b\""), 1);
    assert_eq!(decided("user_id != user_id"), 1);
}

#[test]
fn digits_are_ruined_only_in_a_plain_csv_that_people_open() {
    let ruined = |columns: &str, to: &str| {
        let script = format!("let a = from wallet.cards select {columns}\nexport a to {to}\n");
        said_of("WR0740", &script).len()
    };
    assert_eq!(ruined("card_number", "csv \"a.csv\""), 1);
    assert_eq!(ruined("card_number", "csv for excel \"a.csv\""), 0);
    assert_eq!(ruined("card_number", "xlsx \"a.xlsx\""), 0);
    assert_eq!(ruined("card_number", "jsonl \"a.jsonl\""), 0);
    assert_eq!(ruined("card_number", "csv \"a.csv\" with delimiter = \";\""), 0);
    assert_eq!(ruined("city", "csv \"a.csv\""), 0);
    assert_eq!(ruined("hash = sha256(card_number)", "csv \"a.csv\""), 0);
}

#[test]
fn seeds_are_shared_only_with_another_report_about_the_same_kind_of_people() {
    let report = |table: &str, key: &str, seed: &str| {
        format!(
            "use crm, wallet from \"schemas.wr\"\nparam id: text = \"A\" label \"Id\"\nlet a = from {table}\n\
             split a by {key} seed {seed} {{ one 50%, two rest }}\nexport a.one to xlsx \"{{$id}}.xlsx\"\n"
        )
    };
    let shared = |first: &str, second: &str| {
        let analyses = [first, second].map(|script| crate::script::analyse_with(script, &[]));
        let [one, other] = &analyses;
        [wr_sema::shared_seeds(one, &[other]).len(), wr_sema::shared_seeds(other, &[one]).len()]
    };
    let users = report("crm.users", "user_id", "\"autumn\"");
    assert_eq!(shared(&users, &report("wallet.cards", "user_id", "\"autumn\"")), [1, 1]);
    assert_eq!(shared(&users, &report("wallet.cards", "user_id", "\"winter\"")), [0, 0]);
    assert_eq!(shared(&users, &report("wallet.cards", "card_id", "\"autumn\"")), [0, 0]);
    assert_eq!(shared(&users, &report("wallet.cards", "user_id", "\"autumn\", $id")), [0, 0]);
}

#[test]
fn a_personal_column_is_told_of_only_where_nobody_named_it() {
    let told = |steps: &str, list: &str| {
        let script =
            format!("let other = from crm.users\nlet a =\n  {steps}\nexport a to csv for excel \"a.csv\"{list}\n");
        let analysis = crate::script::analyse_with(&format!("use crm, wallet from \"schemas.wr\"\n{script}"), &[]);
        let told = analysis.diagnostics.iter().filter(|one| one.code == wr_base::diag::Code::PersonalUnnamed);
        told.map(|one| one.headline.matches('`').count() / 2).sum::<usize>()
    };
    let all = told("from crm.users", "");
    assert!(all > 1, "{all}");
    // On its way through another relation, a filter, a join, what `drop` and `rename` leave, a union.
    assert_eq!(told("from other\n  filter city is not null\n  sort user_id\n  take 5", ""), all);
    assert_eq!(told("from crm.users\n  drop name", ""), all - 1);
    assert_eq!(told("from crm.users\n  rename client = name", ""), all - 1);
    assert_eq!(told("from crm.users\n  union other", ""), all);
    assert_eq!(told("from wallet.cards\n  select card_id, user_id\n  join one left other as u using user_id", ""), all);
    // Named: in a `select`, in the list of the export, by what is made of it.
    assert_eq!(told("from crm.users\n  select user_id, name, phone", ""), 0);
    assert_eq!(told("from crm.users", " { user_id, phone }"), 0);
    assert_eq!(told("from crm.users\n  derive called = upper(name)\n  select user_id, called", ""), 0);
    assert_eq!(told("from crm.users\n  group by phone { n = count() }", ""), 0);
    assert_eq!(told("from crm.users\n  derive replace name = upper(name)", ""), all - 1);
}

#[test]
fn the_first_fix_keeps_personal_columns_in_and_the_second_lets_them_out_on_purpose() {
    let script = "source crm: sqlserver\ntable crm.users key id { id: int, `filter`: text, phone: text personal }\n\
                  let a = from crm.users\nexport a to xlsx \"a.xlsx\"\nexport to xlsx \"b.xlsx\" { sheet \"A\" from a }\n";
    let analysis = crate::script::analyse_with(script, &[]);
    let lists = [" { id, `filter` }", " { id, `filter`, phone }"];
    for (at, list) in lists.into_iter().enumerate() {
        let mut text = script.to_owned();
        for one in analysis.diagnostics.iter().rev() {
            let edit = &one.fixes[at].edits[0];
            assert_eq!(edit.replacement, list);
            text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.replacement);
        }
        assert_eq!(crate::script::analyse_with(&text, &[]).diagnostics, [], "{text}");
    }
}
