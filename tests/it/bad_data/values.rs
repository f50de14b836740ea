//! Values of parameters that cannot be, and what else can be wrong on the command line.

use super::Case;

pub(super) fn cases() -> Vec<Case> {
    let cases = [
        ("A value is out of its range", "run push_campaign.wr --set control=60%", 3),
        ("A value is of the wrong type", "run push_campaign.wr --set ages=grown-ups", 3),
        ("A range is turned around", "run push_campaign.wr --set ages=65..18", 3),
        ("A value does not have the author's form", "run push_campaign.wr --set sub_id=SP-1", 3),
        ("A value is not among a few options", "run push_campaign.wr --set gender=x", 3),
        ("A value is not among many options", "run partner_cards.wr --set partner=99999", 3),
        ("A value is nearly one of the options", "run partner_cards.wr --set kinds=plastik", 3),
        ("One of several values is not among the options", "run partner_cards.wr --set kinds=plastic,gold", 3),
        ("A day is not in the calendar", "run partner_cards.wr --set issued=2026-02-30..2026-03-01", 3),
        ("An id of a cohort leads elsewhere", "run push_campaign.wr --set cohort=../../crm/users", 3),
        ("Several values are wrong", "run push_campaign.wr --set gender=x --set ages=all --set control=60%", 3),
        ("There is no such parameter", "run push_campaign.wr --set gendr=f", 3),
        ("There is nothing like that parameter", "run push_campaign.wr --set week=47", 3),
        ("A parameter is set twice", "run push_campaign.wr --set gender=f --set gender=m", 2),
        ("A setting has no value", "run push_campaign.wr --set gender", 2),
        ("The file of parameters is not there", "run push_campaign.wr --params mailing.toml", 2),
        ("The moment is none", "run push_campaign.wr --as-of soon", 2),
        ("There is no such run", "show 20261109", 2),
        ("There is no such run to take back", "void 20261109 never-sent", 2),
        ("A recorded mailing is made with other values", "run push_campaign.wr --set gender=f", 8),
        ("An expectation is broken", "run push_campaign.wr --set sub_id=SP-0002 --set cohort=e0p8y2k4", 5),
        ("Too many people are not known", "run push_campaign.wr --set sub_id=SP-0002 --set cohort=u9n3m4t6", 4),
    ];
    let mut cases: Vec<Case> =
        cases.into_iter().map(|(title, command, code)| Case::new(title, command, code, |_| {})).collect();
    let edited = |from: &'static str, to: &'static str| {
        move |project: &crate::support::project::Project| {
            let text = project.read("push_campaign.wr");
            assert!(text.contains(from));
            project.write("push_campaign.wr", text.replace(from, to));
        }
    };
    let without_default = edited("sub_id: text = \"SP-0001\"", "sub_id: text");
    cases.push(Case::new("A value is missing", "run push_campaign.wr", 3, without_default));
    cases.push(Case::new(
        "The file of parameters is broken",
        "run push_campaign.wr --params mailing.toml",
        2,
        |project| {
            project.write("mailing.toml", "sub_id = SP-0002\n");
        },
    ));
    cases
}
