//! The sample reports read from servers give what they give from folders: the cases of `tests/expected`, whose answers Python
//! computed, once more over a ClickHouse engine, the TDS test server and the stand-in of Amplitude.

use std::sync::OnceLock;

use wr_demo::amplitude_server::{AmplitudeServer, Event, Setup, UserProperty};
use wr_demo::{Demo, Ports, Secrets};

use crate::expected::{Told, cases, run_in};
use crate::support::csv::{self, Rows};
use crate::support::project::{Project, repository};

/// Words that stand nowhere else: whoever finds one has found a secret that got out.
const SECRETS: Secrets =
    Secrets { password: "Canary-Passw0rd-71", api_key: "canary-api-key-72", secret_key: "canary-secret-key-73" };

/// Servers of a test's own: what it records is nobody else's history.
pub(crate) fn start() -> Option<Demo> {
    Demo::start(&repository().join("examples/data"), Ports::default(), SECRETS).unwrap()
}

/// Servers for all tests here; they go with the process.
pub(crate) fn demo() -> Option<&'static Demo> {
    static DEMO: OnceLock<Option<Demo>> = OnceLock::new();
    DEMO.get_or_init(start).as_ref()
}

/// The sample project with the profile `demo` leading to these servers.
pub(crate) fn project(demo: &Demo) -> Project {
    let mut project = Project::examples();
    let toml = project.read("wr.toml");
    let toml = toml
        .replace("http://127.0.0.1:18123", &demo.clickhouse.url())
        .replace("http://127.0.0.1:18101", &demo.amplitude.api())
        .replace("port = 18433", &format!("port = {}", demo.sqlserver.port()));
    project.write("wr.toml", toml);
    project.environment = vec![
        ("WR_PROFILE", "demo".to_owned()),
        ("WR_DEMO_PASSWORD", SECRETS.password.to_owned()),
        ("WR_DEMO_KEY", SECRETS.api_key.to_owned()),
        ("WR_DEMO_SECRET", SECRETS.secret_key.to_owned()),
    ];
    project
}

fn all_cases_of(report: &str) {
    let Some(demo) = demo() else { return };
    for case in cases(report) {
        run_in(&case, &project(demo), Told::SomeSteps);
    }
}

#[test]
fn partner_cards_are_the_same_from_servers() {
    all_cases_of("partner_cards");
}

/// Takes away what was recorded; the sample's own history stays.
pub(crate) fn forget(demo: &Demo) {
    for table in ["mailing_history", "winners"] {
        demo.sqlserver.execute(&format!("DELETE FROM [{table}] WHERE [wr_run_id] IS NOT NULL")).unwrap();
    }
    demo.sqlserver.execute("DELETE FROM [wr_occasions]; DELETE FROM [wr_runs]").unwrap();
}

/// The table that a report records into, and its columns.
fn history_of(report: &str) -> &'static str {
    match report {
        "push_campaign" => "crm.mailing_history",
        "weekly_draw" => "wallet_store.winners",
        other => panic!("{other} records nothing"),
    }
}

/// All rows of a table, as a script reads them.
pub(crate) fn read(project: &Project, table: &str, columns: &[String]) -> Rows {
    let connection = table.split_once('.').unwrap().0;
    let columns = columns.join(", ");
    project.write(
        "history.wr",
        format!(
            "report \"History\"\nuse {connection} from \"schemas.wr\"\nlet rows =\n  from {table}\n  select {columns}\nexport rows to csv \"history.csv\"\n"
        ),
    );
    let folder = project.run("history.wr");
    let mut rows = csv::parse(&std::fs::read_to_string(folder.join("history.csv")).unwrap());
    rows.remove(0);
    rows
}

/// The rows that a report recorded on the server: those that are there beside the sample's own.
pub(crate) fn recorded(report: &str, project: &Project, columns: &[String]) -> Rows {
    let table = history_of(report);
    let mut there = read(project, table, columns);
    for row in read(&Project::examples(), table, columns) {
        let at = there.iter().position(|other| *other == row).expect("a row of the sample is gone");
        there.swap_remove(at);
    }
    there
}

#[test]
fn what_reports_record_on_servers_is_the_same_as_in_a_folder() {
    let Some(demo) = start() else { return };
    for report in ["push_campaign", "weekly_draw"] {
        for case in cases(report) {
            forget(&demo);
            run_in(&case, &project(&demo), Told::SomeSteps);
        }
    }
}

#[test]
fn a_campaign_is_recorded_once_on_the_server_given_out_again_and_taken_back() {
    let Some(demo) = start() else { return };
    let project = project(&demo);
    let columns = ["sub_id", "user_id", "grp"].map(str::to_owned);
    let run = || project.wr(&["run", "push_campaign.wr", "--json", "--set", "sub_id=SP-0001"]).expect(0).json();
    let first = run();
    let people = recorded("push_campaign", &project, &columns);
    assert_eq!(people.len() as u64, first["records"][0]["rows"].as_u64().unwrap());
    assert!(people.len() > 1_000 && first["recorded_in"]["address"].as_str().unwrap().ends_with("/demo"));
    let store = rusqlite::Connection::open(project.path(".wr/store.sqlite")).unwrap();
    let tables: i64 = store.query_row("SELECT count(*) FROM wr_tables", [], |row| row.get(0)).unwrap();
    assert_eq!(tables, 0, "nothing of it is in the project's store");
    let again = run();
    assert_eq!(again["files"], first["files"]);
    assert_eq!(again["issued_from"], first["run"]);
    assert_eq!(recorded("push_campaign", &project, &columns).len(), people.len());
    // A colleague's project, and the same mailing with other people.
    let theirs = self::project(&demo);
    let answer = theirs.wr(&["run", "push_campaign.wr", "--set", "sub_id=SP-0001", "--set", "gender=f"]);
    assert!(answer.err.contains("WR0852") && answer.err.contains("recorded before"), "{}", answer.err);
    // Whoever was mailed is not mailed again this week, whichever project asks.
    let left = |answer: &serde_json::Value| {
        let steps = answer["steps"].as_array().unwrap();
        steps.iter().rfind(|step| step["relation"] == "recipients").unwrap()["rows"].as_u64().unwrap() as usize
    };
    let other = theirs.wr(&["run", "push_campaign.wr", "--dry-run", "--json", "--set", "sub_id=SP-0002"]).expect(0);
    let mailed = people.iter().filter(|person| person[2].as_deref() == Some("test")).count();
    assert_eq!(left(&other.json()), left(&first) - mailed);
    let run_id = first["run"].as_str().unwrap();
    let answer = project.wr(&["void", run_id, "never sent"]).expect(0);
    assert!(answer.err.contains(&format!("{} recorded rows no longer count", people.len())), "{}", answer.err);
    assert_eq!(recorded("push_campaign", &project, &columns).len(), 0);
    let anew = run();
    assert_ne!(anew["run"], first["run"]);
    assert_eq!(recorded("push_campaign", &project, &columns), people);
    let shown = project.wr(&["show", anew["run"].as_str().unwrap()]).expect(0);
    assert!(shown.out.contains("/demo"), "{}", shown.out);
}

#[test]
fn a_plan_says_where_records_go() {
    let Some(demo) = demo() else { return };
    let words = "crm.mailing_history: SQL Server, in one transaction with the run's row of `wr_runs`";
    let there = project(demo).wr(&["plan", "push_campaign.wr"]).expect(0).out;
    assert!(there.contains(words), "{there}");
    assert!(!Project::examples().wr(&["plan", "push_campaign.wr"]).expect(0).out.contains("Where records go"));
}

#[test]
fn the_other_reports_are_the_same_from_servers() {
    for report in ["plastic_cards", "push_report", "retargeting"] {
        all_cases_of(report);
    }
}

#[test]
fn a_second_run_pays_for_no_second_cohort() {
    // Servers of its own: nobody else spends there.
    let Some(demo) = start() else { return };
    let demo = &demo;
    let (project, case) = (project(demo), cases("retargeting").remove(0));
    run_in(&case, &project, Told::SomeSteps);
    let paid = demo.amplitude.counts();
    run_in(&case, &project, Told::SomeSteps);
    assert_eq!(demo.amplitude.counts(), paid, "the file that was paid for is taken again");
}

/// Each kind of join, with the cohort on the left (its keys go to the server) or, for `semi`, on the right.
const JOINS: &str = r#"report "Joins"
use amp, wallet, crm from "schemas.wr"
let members =
  from amp.cohort("c7k2p9x1")
  derive client = int?(user_id)
  filter client is not null

let many =
  from members
  join many wallet.cards as c on client == c.user_id
  select client, card = c.card_id, city = c.city
  sort client, card
let kept =
  from members
  join many left wallet.cards as c on client == c.user_id and c.kind == "plastic"
  select client, card = c.card_id
  sort client, card
let without =
  from members
  join anti wallet.cards as c on client == c.user_id
  select client
  sort client
let cards =
  from wallet.cards
  filter partner_id is not null
  join semi members as m on user_id == m.client
  select card_id, user_id
  sort card_id
let partners =
  from wallet.partners
  join many left wallet.cards as c on id == c.partner_id and c.balance > 100
  group by id { n = count_distinct(c.card_id) }
  sort id

let known =
  from members
  join many left crm.users as u on client == u.user_id
  select client, city = u.city, born = u.birth_date
  sort client
let mailed =
  from crm.users
  join semi members as m on user_id == m.client
  select user_id, city
  sort user_id
let neighbours =
  from crm.users
  join semi wallet.cards as c on city == c.city and c.kind == "plastic"
  select user_id, city
  sort user_id

export known to csv "known.csv"
export mailed to csv "mailed.csv"
export neighbours to csv "neighbours.csv"
export many to csv "many.csv"
export kept to csv "left.csv"
export without to csv "anti.csv"
export cards to csv "semi.csv"
export partners to csv "partners.csv"
"#;

const FILES_OF_JOINS: [&str; 8] =
    ["many.csv", "left.csv", "anti.csv", "semi.csv", "partners.csv", "known.csv", "mailed.csv", "neighbours.csv"];

#[test]
fn keys_that_are_sent_ahead_change_no_row_of_any_join() {
    let Some(demo) = demo() else { return };
    let (here, there) = (Project::examples(), project(demo));
    for project in [&here, &there] {
        project.write("joins.wr", JOINS);
    }
    let (local, server) = (here.run("joins.wr"), there.run("joins.wr"));
    for file in FILES_OF_JOINS {
        let read = |folder: &std::path::Path| std::fs::read_to_string(folder.join(file)).unwrap();
        assert_eq!(read(&server), read(&local), "{file}");
        assert!(read(&local).lines().count() > 5, "{file} shows nothing");
    }
    let steps: serde_json::Value =
        serde_json::from_str(&there.wr(&["run", "joins.wr", "--json"]).expect(0).out).unwrap();
    let notes: Vec<&str> = steps["steps"].as_array().unwrap().iter().filter_map(|step| step["note"].as_str()).collect();
    let sent = notes.iter().filter(|note| note.contains("were asked for")).count();
    assert!(sent >= 4, "{notes:?}");
    // What a step before the join has left over cannot be told where a part of the join ran with it.
    let filter =
        steps["steps"].as_array().unwrap().iter().find(|step| step["words"] == "filter partner_id is not null");
    assert!(filter.unwrap()["rows"].is_null(), "{filter:?}");
}

/// What each server is asked as a whole, and what stands in the way of others.
const WHOLES: &str = r#"report "Wholes"
use wallet, crm from "schemas.wr"
let kinds =
  from wallet.cards
  filter city is not null
  group by kind {
    cards = count(),
    people = count_distinct(user_id),
    first = min(issued_at),
    last = max(card_number),
    sum = sum(card_id),
    share = count_if(partner_id is null) / count(),
  }
  sort kind
let newest =
  from wallet.cards
  select card_id, issued_at, city
  sort issued_at desc, card_id
  take 7
let pairs =
  from wallet.cards
  select kind, partner_id
  distinct
  sort partner_id, kind
let none =
  from wallet.cards
  filter card_id < 0
  aggregate { n = count(), sum = sum(card_id), first = min(issued_at) }
let years =
  from crm.users
  filter birth_date is not null
  group by birth_date { n = count(), most = max(user_id) }
  sort birth_date
let towns =
  from crm.users
  group by city { n = count() }
  sort city

export kinds to csv "kinds.csv"
export newest to csv "newest.csv"
export pairs to csv "pairs.csv"
export none to csv "none.csv"
export years to csv "years.csv"
export towns to csv "towns.csv"
"#;

#[test]
fn what_a_server_does_as_a_whole_changes_no_row() {
    let Some(demo) = demo() else { return };
    let (here, there) = (Project::examples(), project(demo));
    for project in [&here, &there] {
        project.write("wholes.wr", WHOLES);
    }
    let (local, server) = (here.run("wholes.wr"), there.run("wholes.wr"));
    for file in ["kinds.csv", "newest.csv", "pairs.csv", "none.csv", "years.csv", "towns.csv"] {
        let read = |folder: &std::path::Path| std::fs::read_to_string(folder.join(file)).unwrap();
        assert_eq!(read(&server), read(&local), "{file}");
        assert!(read(&local).lines().count() > 1, "{file} shows nothing");
    }
    let steps: serde_json::Value =
        serde_json::from_str(&there.wr(&["run", "wholes.wr", "--json"]).expect(0).out).unwrap();
    let done: Vec<&str> = steps["steps"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|step| step["note"].as_str().is_some_and(|note| note.starts_with("done by ")))
        .filter_map(|step| step["note"].as_str())
        .collect();
    let of = |table: &str| done.iter().filter(|note| **note == format!("done by {table}")).count();
    assert_eq!((of("wallet.cards"), of("crm.users")), (4, 1), "{done:?}");
    let plan = there.wr(&["plan", "wholes.wr"]).expect(0).out;
    assert!(plan.contains("GROUP BY `t`.`kind`"), "{plan}");
    assert!(plan.contains("computed here, not by crm.users: SQL Server goes by the collation"), "{plan}");
}

#[test]
fn connections_are_tried_and_what_is_wrong_is_said() {
    let Some(demo) = demo() else { return };
    let mut project = project(demo);
    let answer = project.wr(&["connections", "test"]).expect(0);
    assert!(answer.out.contains("as reader, who may only read"), "{}", answer.out);
    assert!(answer.out.contains("Amplitude, "), "{}", answer.out);
    project.environment.retain(|(name, _)| *name != "WR_DEMO_PASSWORD");
    let answer = project.wr(&["connections", "test", "wallet"]).expect(4);
    assert!(answer.out.contains("`WR_DEMO_PASSWORD` of the environment, which is not set"), "{}", answer.out);
    project.environment.push(("WR_DEMO_PASSWORD", "Canary-Wr0ng".to_owned()));
    let answer = project.wr(&["connections", "test", "wallet"]).expect(4);
    assert!(answer.out.contains("WR0881"), "{}", answer.out);
    assert!(!answer.out.contains("Canary") && !answer.err.contains("Canary"), "{}{}", answer.out, answer.err);
}

/// Fourteen days of events, each in an hour of its own; some go round the borders of a day in Moscow.
fn events() -> Vec<(i64, &'static str, Option<&'static str>, Option<i64>)> {
    let first = 490_000; // whole hours since 1970: 2025-11-24T16:00
    let kinds = ["open", "buy", "Ж \"x\""];
    (0..14 * 24)
        .map(|at| {
            let user = (at % 7 != 0).then_some(if at % 2 == 0 { "17" } else { "ab" });
            (first + at, kinds[usize::try_from(at % 3).unwrap()], user, (at % 5 != 0).then_some(at))
        })
        .collect()
}

const EVENTS: &str = r#"report "Events" with zone = "Europe/Moscow"
source amp: amplitude
table amp.events(server_upload_time: period) {
  server_upload_time: datetime,
  event_time: datetime,
  event_type: text,
  user_id: text?,
  price: text? "A property of the event",
}
param days: period = 2025-11-27..2025-11-30
let seen =
  from amp.events($days)
  filter event_type != "open"
  select server_upload_time, event_type, user_id, price = decimal?(price, 1)
  sort server_upload_time
let users =
  from (from amp.events(2025-11-30..2025-12-01) group by user_id { n = count() })
  join many left amp.events($days) as e on user_id == e.user_id
  group by user_id { n = first(n by n), of_days = count() }
  sort user_id
export seen to csv "seen.csv"
export users to csv "users.csv"
"#;

#[test]
fn exported_events_of_a_period_are_those_of_a_folder() {
    let (zone, at) = ("as_of = \"2025-12-20T12:00\"\n", |hour: i64| {
        chrono::DateTime::from_timestamp(hour * 3600 + 3, 0).unwrap().format("%Y-%m-%dT%H:%M:%SZ").to_string()
    });
    let mut csv = "server_upload_time,event_time,event_type,user_id,price\n".to_owned();
    let mut sent = Vec::new();
    for (number, (hour, kind, user, price)) in events().into_iter().enumerate() {
        let quoted = kind.replace('"', "\"\"");
        let price_text = price.map(|price| format!("{price}.5")).unwrap_or_default();
        csv += &format!("{0},{0},\"{quoted}\",{1},{price_text}\n", at(hour), user.unwrap_or_default());
        let properties =
            price.map_or(serde_json::json!({}), |price| serde_json::json!({ "price": format!("{price}.5") }));
        let change = serde_json::json!({ "event_type": kind, "user_id": user, "event_properties": properties });
        sent.push(Event::new(hour, &format!("e{number}"), &change));
        if number % 10 == 0 {
            // Sent twice, told once.
            sent.push(sent.last().unwrap().clone());
        }
    }
    let folder = Project::empty();
    folder.write("wr.toml", format!("{zone}[connections.amp]\ndriver = \"local\"\nfolder = \"data\"\n"));
    folder.write("data/events.csv", csv);
    let setup = Setup { events: sent, export_hours_in_size: 30, export_hours_in_time: 50, ..Setup::default() };
    let service = AmplitudeServer::start(setup).unwrap();
    let mut server = Project::empty();
    server.environment = vec![("EVENTS_KEY", "key".to_owned()), ("EVENTS_SECRET", "secret".to_owned())];
    let keys = "api_key = { env = \"EVENTS_KEY\" }\nsecret_key = { env = \"EVENTS_SECRET\" }\n";
    server.write(
        "wr.toml",
        format!(
            "{zone}[connections.amp]\ndriver = \"amplitude\"\nregion = \"us\"\nurl = \"{}\"\n{keys}",
            service.api()
        ),
    );
    let files = [&folder, &server].map(|project| {
        project.write("events.wr", EVENTS);
        let folder = project.run("events.wr");
        ["seen.csv", "users.csv"].map(|name| std::fs::read_to_string(folder.join(name)).unwrap())
    });
    assert_eq!(files[0], files[1]);
    // Four days of Moscow, two of three kinds.
    assert_eq!(files[1][0].lines().count(), 1 + 4 * 24 * 2 / 3, "{}", files[1][0]);
    server.write("events.wr", EVENTS.replace("as_of", "").replace("2025-11-27..2025-11-30", "2025-12-19..2025-12-20"));
    let late = server.wr(&["run", "events.wr"]).expect(0);
    assert!(late.err.contains("some of them may come later"), "{}", late.err);
}

#[test]
fn a_plan_tells_how_much_comes_at_most_and_the_manifest_keeps_it() {
    let Some(demo) = demo() else { return };
    let project = project(demo);
    project.write(
        "few.wr",
        "report \"Few\"\nuse wallet from \"schemas.wr\"\nlet cards =\n  from wallet.cards\n  filter kind == \"plastic\"\n  \
         select card_id\nexport cards to csv \"few.csv\"\n",
    );
    // The folder's file says how many rows it has; the server says what it has; a card's id is of eight bytes there.
    let local = Project::examples();
    local.write("few.wr", project.read("few.wr"));
    let rows_of = |plan: &str| {
        let words = plan.split_once("at most ").unwrap_or_else(|| panic!("{plan}")).1;
        words.split_once(" rows").unwrap().0.replace(',', "").parse::<u64>().unwrap()
    };
    let cards = rows_of(&local.wr(&["plan", "few.wr", "--count"]).expect(0).out);
    let plan = project.wr(&["plan", "few.wr", "--count"]).expect(0).out;
    assert!(rows_of(&plan) == cards && plan.contains(" of values"), "{cards}\n{plan}");
    let few = project.read("few.wr");
    project.write(
        "people.wr",
        few.replace("wallet.cards", "crm.users")
            .replace("use wallet", "use crm")
            .replace("card_id", "user_id")
            .replace("  filter kind == \"plastic\"\n", ""),
    );
    local.write("people.wr", project.read("people.wr"));
    let people = rows_of(&local.wr(&["plan", "people.wr", "--count"]).expect(0).out);
    assert_eq!(rows_of(&project.wr(&["plan", "people.wr", "--count"]).expect(0).out), people);
    let run = project.wr(&["run", "few.wr", "--json"]).expect(0).out;
    let source = &serde_json::from_str::<serde_json::Value>(&run).unwrap()["sources"][0];
    assert_eq!((source["rows_at_most"].as_u64(), source["bytes_at_most"].as_u64()), (Some(cards), Some(cards * 8)));
    assert!(source["rows"].as_u64().unwrap() < cards, "{source}");
}

#[test]
fn tables_of_a_server_are_pulled_as_a_schema_file_that_checks() {
    let Some(demo) = demo() else { return };
    let project = project(demo);
    demo.clickhouse
        .run("CREATE TABLE odd (`group` Map(String, UInt8), `a b` UInt8 COMMENT 'Say \"{x}\"') ENGINE = Memory")
        .unwrap();
    let pulled = project.wr(&["pull", "wallet", "cards", "odd"]).expect(0).out;
    for line in [
        "source wallet: clickhouse",
        "  card_id: int,",
        "  partner_id: int? \"Null for a card of a partner that is not ours\",",
        "  issued_at: datetime,",
        "  balance: decimal(12, 2)?,",
        "  # group: no column can hold Map(String, UInt8): it holds many values in one. In a query of your own: toString(group)",
        "  `a b`: int \"Say \\\"\\{x}\\\"\",",
    ] {
        assert!(pulled.contains(line), "{line}\n{pulled}");
    }
    project.write("pulled.wr", &pulled);
    project.write(
        "uses.wr",
        "report \"A\"\nuse wallet from \"pulled.wr\"\nlet cards =\n  from wallet.cards\n  select card_id\nexport cards to csv \"a.csv\"\n",
    );
    project.wr(&["check", "uses.wr", "pulled.wr"]).expect(0);
    let answer = project.wr(&["pull", "wallet", "card"]).expect(2);
    assert!(answer.err.contains("did you mean `cards`?"), "{}", answer.err);
}

/// Tables as other people make them: schemas beside `dbo`, words on them, keys of each kind, types that nothing holds.
const ODD_TABLES: &str = "
CREATE SCHEMA [sales];
CREATE TABLE [sales].[orders] (
    [id] uniqueidentifier NOT NULL,
    [Line No] smallint NOT NULL,
    [client] bigint NOT NULL,
    [total] money NOT NULL,
    [share] decimal(9, 4) NULL,
    [paid_at] datetime2(3) NULL,
    [note] nvarchar(max) NULL,
    [scan] varbinary(100) NULL,
    [a b] varbinary(16) NULL,
    CONSTRAINT [pk_orders] PRIMARY KEY ([id], [Line No])
);
CREATE TABLE [sales].[users] ([login] varchar(40) NOT NULL, [mail] varchar(80) NULL, [nick] varchar(40) NOT NULL,
    CONSTRAINT [uq_mail] UNIQUE ([mail]), CONSTRAINT [uq_nick] UNIQUE ([nick]));
CREATE UNIQUE INDEX [ux_login] ON [sales].[users] ([login]);
CREATE TABLE [dbo].[a.b] ([n] int NOT NULL);
EXEC sys.sp_addextendedproperty @name = N'MS_Description', @value = N'What clients bought, \"{line}\" by line',
    @level0type = N'SCHEMA', @level0name = N'sales', @level1type = N'TABLE', @level1name = N'orders';
EXEC sys.sp_addextendedproperty @name = N'MS_Description', @value = N'In roubles', @level0type = N'SCHEMA',
    @level0name = N'sales', @level1type = N'TABLE', @level1name = N'orders', @level2type = N'COLUMN', @level2name = N'total'";

#[test]
fn tables_of_sql_server_are_pulled_with_what_it_keeps_unique() {
    let Some(demo) = demo() else { return };
    let project = project(demo);
    for batch in ODD_TABLES.split(";\n") {
        demo.sqlserver.execute(batch).unwrap_or_else(|error| panic!("{batch}: {error:?}"));
    }
    let names = ["dbo.users", "contacts", "mailing_history", "sales.orders", "sales.users", "a.b"];
    let pulled = project.wr(&[&["pull", "crm"], names.as_slice()].concat()).expect(0).out;
    assert_eq!(
        pulled,
        "source crm: sqlserver

# crm.a.b: a point in a name of [dbo].[a.b] would part a schema from a table. Read it by a query of your own

table crm.contacts key contact_id {
  contact_id: int,
  user_id: int,
  kind: text,
  value: text?,
  agreed: bool?,
  updated_at: datetime,
}

table crm.`dbo.users` key user_id {
  user_id: int,
  name: text?,
  phone: text?,
  gender: text?,
  birth_date: date?,
  city: text?,
  push_token: text?,
  updated_at: datetime,
}

table crm.mailing_history key sub_id, user_id {
  sub_id: text,
  user_id: int,
  grp: text,
  sent_at: datetime,
}

table crm.`sales.orders` key id, `Line No`
  \"What clients bought, \\\"\\{line}\\\" by line\" {
  id: uuid,
  `Line No`: int,
  client: int,
  total: decimal(19, 4) \"In roubles\",
  share: decimal(9, 4)?,
  paid_at: datetime?,
  note: text?,
  # scan: no column can hold varbinary: it holds bytes and no text. In a query of your own: CONVERT(varchar(max), CONVERT(varbinary(max), scan), 1)
  # a b: no column can hold varbinary: it holds bytes and no text. In a query of your own: CONVERT(varchar(max), CONVERT(varbinary(max), [a b]), 1)
}

table crm.`sales.users` key nick {
  login: text,
  mail: text?,
  nick: text,
}
"
    );
    project.write("pulled.wr", &pulled);
    project.write(
        "uses.wr",
        "report \"A\"\nuse crm from \"pulled.wr\"\nlet orders =\n  from crm.`sales.orders`\n  join one left crm.`dbo.users` as u on client == u.user_id\n  select client, total, name = u.name\nexport orders to csv \"a.csv\"\n",
    );
    project.wr(&["check", "uses.wr", "pulled.wr"]).expect(0);
    // What was pulled is read: its names are found, its types fit.
    let run = project.run("uses.wr");
    assert_eq!(std::fs::read_to_string(run.join("a.csv")).unwrap().trim(), "client,total,name");
}

/// A project whose connection `amp` leads to this server.
pub(crate) fn of_amplitude(server: &AmplitudeServer) -> Project {
    let mut project = Project::empty();
    let toml = "[connections.amp]\ndriver = \"amplitude\"\nregion = \"us\"\napi_key = { env = \"KEY\" }\nsecret_key = { env = \"SECRET\" }\n";
    project.write("wr.toml", format!("{toml}url = \"{}\"\n", server.api()));
    project.environment = vec![("KEY", "key".to_owned()), ("SECRET", "secret".to_owned())];
    project
}

#[test]
fn the_table_of_cohorts_is_pulled_with_the_properties_of_users() {
    let property = |name: &str, words: Option<&str>| UserProperty {
        name: name.to_owned(),
        description: words.map(ToOwned::to_owned),
        is_deleted: name == "gp:old",
    };
    let properties = vec![
        property("gp:plan", Some("Free or \"paid\"")),
        property("country", None),
        property("gp:old", None),
        property("gp:Home City", None),
    ];
    let server = AmplitudeServer::start(Setup { user_properties: Some(properties), ..Setup::default() }).unwrap();
    let project = of_amplitude(&server);
    let pulled = project.wr(&["pull", "amp"]).expect(0).out;
    assert_eq!(
        pulled,
        "source amp: amplitude

table amp.cohort(id: cohort of amp) {
  amplitude_id: int,
  user_id: text? entity user,
  `Home City`: text?,
  country: text?,
  plan: text? \"Free or \\\"paid\\\"\",
}
"
    );
    project.write("schemas.wr", &pulled);
    project.wr(&["check", "schemas.wr"]).expect(0);
    assert!(
        project.wr(&["pull", "--check"]).expect(0).err.contains("0 of 1 table differ"),
        "what was pulled is the same"
    );
    // What users are was changed in Amplitude.
    server.change(|setup| {
        let properties = setup.user_properties.as_mut().unwrap();
        properties.retain(|property| property.name != "country");
        properties.push(property("gp:age", None));
    });
    let answer = project.wr(&["pull", "amp", "--check"]).expect(1);
    assert_eq!(
        answer.out, "schemas.wr:3: amp.cohort\n  - country: the server has it no more\n  + age: text?\n",
        "{}",
        answer.err
    );
    assert_eq!(project.read("schemas.wr"), pulled, "nothing is written");
    assert_eq!(server.counts().spent, 0);
    // A contract without the Taxonomy: the ids are known, and what to do about the rest.
    server.change(|setup| setup.user_properties = None);
    let pulled = project.wr(&["pull", "amp"]).expect(0).out;
    assert!(pulled.contains("  user_id: text? entity user,\n  # Amplitude tells the properties"), "{pulled}");
    assert!(project.wr(&["pull", "amp", "--check"]).expect(0).err.contains("0 of 1 table differ"));
}

#[test]
fn declared_tables_are_compared_with_those_of_the_servers() {
    let Some(demo) = demo() else { return };
    let project = project(demo);
    let schema = project.read("schemas.wr");
    let same = project.wr(&["pull", "--check"]);
    assert_eq!((same.out.as_str(), same.code), ("", 0), "{}", same.err);
    let drifted = schema
        .replace("  category: text?,\n", "  category: text,\n  owner: text?,\n")
        .replace("  balance: decimal(12, 2)?,\n", "  balance: decimal(14, 3)?,\n")
        .replace("  city: text? \"As typed by the person\",\n", "")
        .replace("  birth_date: date? personal,\n", "  birth_date: datetime? personal,\n")
        .replace("table crm.contacts key contact_id", "table crm.contacts key user_id")
        .replace("table crm.mailing_history key sub_id, user_id", "table crm.mailing_history")
        .replace("table wallet.promo_steps\n", "table wallet.promo_stairs\n");
    project.write("schemas.wr", &drifted);
    let answer = project.wr(&["pull", "--check"]).expect(1);
    let expected = "\
schemas.wr:54: crm.users
  ~ birth_date: declared datetime?, on the server date?
schemas.wr:66: crm.contacts
  ~ the declared key is user_id, the server keeps contact_id unique
schemas.wr:76: crm.mailing_history
  ~ no key is declared, the server keeps sub_id, user_id unique
schemas.wr:8: wallet.partners
  ~ category: declared text (never null), on the server it can be null
  - owner: the server has it no more
schemas.wr:18: wallet.cards
  + city: text?
schemas.wr:41: wallet.promo_stairs
  - the server has no such table
";
    assert_eq!(answer.out, expected, "{}", answer.err);
    assert_eq!(project.read("schemas.wr"), drifted, "nothing is written");
    // Of one connection, of one table.
    let answer = project.wr(&["pull", "crm", "contacts", "--check"]).expect(1);
    assert!(
        answer.out.starts_with("schemas.wr:66: crm.contacts\n") && answer.out.lines().count() == 2,
        "{}",
        answer.out
    );
    project.wr(&["pull", "crm", "--check", "winners"]).expect(2);
    project.wr(&["pull"]).expect(2);
    // A folder is read as it is.
    let folder = Project::examples();
    let answer = folder.wr(&["pull", "--check"]).expect(0);
    assert!(answer.err.contains("`crm` is a folder here"), "{}", answer.err);
}
