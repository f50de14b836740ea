//! `wr check` of a folder: what no script shows by itself.

use crate::support::project::Project;

const TABLES: &str = "source db: sqlserver\n\
                      table db.people key user_id { user_id: int entity user }\n\
                      table db.history key mailing, user_id { mailing: text, user_id: int entity user, grp: text }\n";

fn report(mailing: &str, seed: &str) -> String {
    format!(
        "use db from \"tables.wr\"\nlet people = from db.people\n\
         split people by user_id seed \"{seed}\" {{ control 10% held, test rest }}\n\
         record people into db.history key mailing, user_id {{ mailing = \"{mailing}\", user_id, grp = branch }}\n\
         export people.test to xlsx \"{mailing}.xlsx\"\n"
    )
}

#[test]
fn two_reports_that_split_by_one_seed_are_told() {
    let folder = |first: &str, second: &str| {
        let (push, letter) = (report("push", first), report("letter", second));
        Project::small(&[("tables.wr", TABLES), ("push.wr", &push), ("letter.wr", &letter)])
    };
    let said = folder("autumn", "autumn").wr(&["check"]).expect(0).err;
    assert_eq!(said.matches("WR0752").count(), 2, "{said}");
    assert!(said.contains("push.wr") && said.contains("letter.wr"), "{said}");
    let said = folder("autumn", "winter").wr(&["check", "--strict"]).expect(0).err;
    assert!(!said.contains("WR"), "{said}");
}

#[test]
fn nothing_is_said_about_the_sample_project() {
    let said = Project::examples().wr(&["check", "--strict"]).expect(0).err;
    assert!(!said.contains("WR"), "{said}");
}
