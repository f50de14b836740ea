//! Many mistakes in one script: each is told once, at its words, and none hides another.

use crate::script::{analyse_with, clean, said, said_with};

#[test]
fn one_mistake_in_each_of_five_statements_gives_five_reports() {
    assert_eq!(
        said(
            "param share: percent = 60% where $share <= 50% else \"at most half\"\n\
             let cheap = from wallet.cards filter balanc < 10\n\
             let some = from wallet.card\n\
             let grouped = from wallet.cards group by city { n = count(), kind }\n\
             export cheap to xlsx \"{$shar}.xlsx\"\n"
        ),
        [
            "WR0400 \"60%\" the default breaks the parameter's own rule: at most half",
            "WR0101 \"balanc\" there is no column `balanc` here",
            "WR0144 \"card\" `wallet` has no table `card`",
            "WR0313 \"kind\" `kind` has many values in a group",
            "WR0103 \"$shar\" there is no value `$shar`",
        ]
    );
}

#[test]
fn who_reads_what_is_wrong_is_not_blamed_again() {
    assert_eq!(
        said(
            "param size: choice label \"Size\"\n\
             let a = from wallet.card filter x == $size\n\
             let b = from a join one wallet.partners as p on y == p.id derive z = y + 1 select z, p.name\n\
             let c = from b filter z > 1 sort name\n\
             split c by z seed \"s\" { one 10%, two rest }\n\
             expect rows(c.one) > 0\n\
             export c.two to csv \"{$size}.csv\"\n"
        ),
        ["WR0406 \"choice\" `$size` has nothing to choose from", "WR0144 \"card\" `wallet` has no table `card`",]
    );
}

#[test]
fn a_statement_that_cannot_be_read_hides_nothing_and_is_not_missed() {
    assert_eq!(
        said(
            "let cards = from wallet.cards filter ((\n\
             let some = from cards filter nothing == 1\n\
             let others = from wallet.cards filter nothing == 1\n"
        )
        .iter()
        .filter(|line| !line.starts_with("WR00"))
        .collect::<Vec<_>>(),
        ["WR0101 \"nothing\" there is no column `nothing` here"]
    );
}

#[test]
fn a_broken_column_is_told_where_it_is_made_only() {
    assert_eq!(
        said(
            "let a = from wallet.cards derive double = balanse * 2\n\
             let b = from a filter double > 5 derive more = double + 1 group by double { n = sum(more) }\n\
             let c = from b sort n\n"
        ),
        ["WR0101 \"balanse\" there is no column `balanse` here"]
    );
}

#[test]
fn two_mistakes_of_one_step_are_both_told() {
    assert_eq!(
        said("let a = from wallet.cards select idd, city, kin, card_number\n"),
        ["WR0101 \"idd\" there is no column `idd` here", "WR0101 \"kin\" there is no column `kin` here",]
    );
}

#[test]
fn a_mistake_in_a_library_is_told_there_with_the_place_of_the_use() {
    let script = "use wrong from \"lib.wr\"\nparam n: int = 1\nlet $m = wrong($n)\n";
    let files = [("lib.wr", "fn wrong(x: int) -> int = x + y\n")];
    assert_eq!(said_with(script, &files), ["WR0101 \"y\" there is no column `y` here"]);
    let analysis = crate::script::analyse_with(script, &files);
    let used: Vec<&str> =
        analysis.diagnostics[0].secondary.iter().map(|label| analysis.sources.slice(label.span)).collect();
    assert_eq!(used, ["\"lib.wr\""]);
}

#[test]
fn an_option_is_typed_where_it_is_used_and_both_places_are_shown() {
    let script = "use wallet from \"schemas.wr\"\nparam fields: columns = all { citi as \"City\" }\n\
                  let a = from wallet.cards select card_id, $fields\n";
    assert_eq!(said_with(script, &[]), ["WR0101 \"citi\" there is no column `citi` here"]);
    let analysis = crate::script::analyse_with(script, &[]);
    let used: Vec<&str> =
        analysis.diagnostics[0].secondary.iter().map(|label| analysis.sources.slice(label.span)).collect();
    assert_eq!(used, ["$fields"]);
}

#[test]
fn names_of_missing_files_are_not_missed_again() {
    assert_eq!(
        said_with(
            "use shop, people, age from \"nowhere.wr\"\n\
             let a = from shop.orders filter age(born) > 5\n\
             let b = from people filter age(born) > 5\n",
            &[]
        ),
        ["WR0146 \"\\\"nowhere.wr\\\"\" `nowhere.wr` cannot be read: there is no such file"]
    );
}

#[test]
fn a_column_called_like_a_word_of_the_language_is_a_column() {
    clean("let a = from wallet.cards derive label = city, rows = 1, test = 2 select label, rows, test\n");
}

/// Written out, the last of thirty such functions would be a thousand million operations.
#[test]
fn functions_that_double_end_in_an_error_and_not_in_a_full_memory() {
    let mut script = "fn f0(x: int) -> int = x + 1\n".to_owned();
    for at in 1..=30 {
        script.push_str(&format!("fn f{at}(x: int) -> int = f{0}(x) + f{0}(x)\n", at - 1));
    }
    script.push_str("let a = from wallet.cards derive n = f30(user_id)\nlet b = from a derive m = n + 1\n");
    let too_large = "WR0002 \"f12(x)\" with `f12`, this becomes too large an expression";
    assert_eq!(said(&script), [too_large, too_large]);
}

#[test]
fn functions_that_call_one_another_are_as_deep_as_a_stack_allows() {
    let chain = |length: usize| {
        let mut script = "fn f0(x: int) -> int = x + 1\n".to_owned();
        for at in 1..=length {
            script.push_str(&format!("fn f{at}(x: int) -> int = f{}(x) + 1\n", at - 1));
        }
        said(&format!("{script}let a = from wallet.cards derive n = f{length}(user_id)\n"))
    };
    assert_eq!(chain(198), Vec::<String>::new());
    assert_eq!(chain(1_000), ["WR0002 \"f199(x)\" with `f199`, this becomes too large an expression"]);
}

#[test]
fn relations_and_steps_that_double_end_in_an_error_and_not_in_a_full_memory() {
    let mut script = "let r0(x: int) = from wallet.cards filter card_id > $x\n\
                      step s0(x: int) = filter card_id > $x\n"
        .to_owned();
    for at in 1..40 {
        let below = at - 1;
        script.push_str(&format!(
            "let r{at}(x: int) = from r{below}($x) join semi r{below}($x + 1) as b using card_id\n\
             step s{at}(x: int) = apply s{below}($x) apply s{below}($x + 1)\n"
        ));
    }
    script.push_str("let a = from r39(1) apply s39(1)\n");
    let said = said(&script);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].starts_with("WR0002"), "{said:?}");
}

#[test]
fn relations_and_steps_that_use_one_another_are_as_deep_as_a_stack_allows() {
    let chain = |count: usize| {
        let mut script = "let r0(x: int) = from wallet.cards filter card_id > $x\n\
                          step s0(x: int) = filter card_id > $x\n"
            .to_owned();
        for at in 1..count {
            let below = at - 1;
            script.push_str(&format!("let r{at}(x: int) = from (from r{below}($x) filter card_id > $x)\n"));
            script.push_str(&format!("step s{at}(x: int) = apply s{below}($x)\n"));
        }
        script
    };
    clean(&chain(51));
    let said = said(&chain(60));
    assert!(said.len() == 1 && said[0].starts_with("WR0002 \"r50($x)\""), "{said:?}");
}

#[test]
fn more_steps_than_a_plan_can_hold_are_told_once_and_where() {
    let steps = |count: usize| (0..count).map(|at| format!("  filter card_id > {at}\n")).collect::<String>();
    let first = format!("let a =\n  from wallet.cards\n{}", steps(600));
    clean(&format!("{first}let b =\n  from a\n{}", steps(398)));
    assert_eq!(
        said(&format!("{first}let b =\n  from a\n{}let c = from b filter card_id > 5\n", steps(500))),
        ["WR0002 \"filter card_id > 398\" more than 1000 steps build on one another"]
    );
}

#[test]
fn a_circle_of_files_is_told_once_with_all_that_are_in_it() {
    let files = [
        ("a.wr", "use b from \"b.wr\"\nfn a(x: int) -> int = b(x)\n"),
        ("b.wr", "use c from \"c.wr\"\nfn b(x: int) -> int = c(x)\n"),
        ("c.wr", "use a from \"a.wr\"\nfn c(x: int) -> int = a(x)\n"),
    ];
    let analysis = analyse_with("use a from \"a.wr\"\nlet $x = a(1)\n", &files);
    let [circle] = analysis.diagnostics.as_slice() else { panic!("{:?}", analysis.diagnostics) };
    assert_eq!(circle.code, wr_base::diag::Code::ImportCycle);
    assert!(["a.wr", "b.wr", "c.wr"].iter().all(|file| circle.notes.concat().contains(file)), "{:?}", circle.notes);
    let said = said_with("use x from \"report.wr\"\n", &[]);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].starts_with("WR0148"), "{said:?}");
}

#[test]
fn a_lost_use_is_told_once_for_each_name_however_often_it_stands() {
    let script = "let cards =\n  from wallet.cards\n  derive old = is_old(issued_at)\n\
                  let other =\n  from wallet.cards\n  join semi wallet.users using user_id\n  derive old = is_old(seen)\n  apply tidy\n\
                  let third =\n  from people\n  apply tidy\nlet fourth =\n  from people\n\
                  record cards into wallet.sent key card_id { card_id }\nexport other to csv \"other.csv\"\n\
                  test \"cards\" with { wallet.cards = rows card_id { (1) } } expect { other = rows card_id { (1) } }\n";
    let analysis = analyse_with(script, &[]);
    let said: Vec<&str> = analysis.diagnostics.iter().map(|one| one.headline.as_str()).collect();
    let missing = ["connection `wallet`", "function `is_old`", "step `tidy`", "relation `people`"];
    assert_eq!(said, missing.map(|name| format!("there is no {name}")));
    let [wallet, is_old, ..] = analysis.diagnostics.as_slice() else { panic!("{said:?}") };
    let places: Vec<&str> = wallet.secondary.iter().map(|label| analysis.sources.slice(label.span)).collect();
    assert_eq!(places, ["wallet"; 4]);
    assert_eq!(is_old.secondary.len(), 1);
}

#[test]
fn what_mends_a_name_that_is_not_there_mends_it_at_all_its_places() {
    let script = "source wallet: local\ntable wallet.cards key card_id { card_id: int }\n\
                  let one =\n  from walet.cards\nlet two =\n  from walet.cards\nexport one to csv \"one.csv\"\n\
                  export two to csv \"two.csv\"\n";
    let analysis = analyse_with(script, &[]);
    let [told] = analysis.diagnostics.as_slice() else { panic!("{:?}", analysis.diagnostics) };
    let mut text = script.to_owned();
    for edit in told.fixes[0].edits.iter().rev() {
        text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.replacement);
    }
    assert_eq!(analyse_with(&text, &[]).diagnostics, []);
}

#[test]
fn a_test_does_not_miss_what_another_statement_failed_to_say() {
    let head =
        "source wallet: local\ntable wallet.cards key card_id { card_id: int }\nlet cards =\n  from wallet.cards\n";
    let broken = "param least: int = \"one\"\nexport cards to csv \"cards.csv\" { card_id as as \"Card\" }\n";
    let test =
        "test \"cards\" with { wallet.cards = rows card_id { (1) } } expect { \"cards.csv\" = rows card_id { (1) } }\n";
    let said = said_with(&format!("{head}{broken}{test}"), &[]);
    let codes: Vec<&str> = said.iter().filter_map(|one| one.split(' ').next()).collect();
    assert_eq!(codes, ["WR0209", "WR0001"], "{said:?}");
    let said = said_with(&format!("{head}{test}"), &[]);
    assert!(said.len() == 1 && said[0].starts_with("WR0562"), "{said:?}");
}
