//! A store that is damaged, lost, of a later version, or held by somebody; and files that somebody touched.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use rusqlite::Connection;

use super::{Case, after_a_run};
use crate::support::project::Project;

const LIST: &str = "run push_campaign.wr --set sub_id=SP-0002";
const STORE: &str = ".wr/store.sqlite";
const FILE: &str = "out/latest/push_campaign/SP-0001-recipients.csv";

fn sql(project: &Project, text: &str) {
    Connection::open(project.path(STORE)).unwrap().execute_batch(text).unwrap();
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("The store is no database", LIST, 7, |project| project.write(STORE, [0xA5; 5000])),
        Case::new("The store is cut in the middle", LIST, 7, |project| {
            let bytes = std::fs::read(project.path(STORE)).unwrap();
            project.write(STORE, &bytes[..bytes.len() / 2]);
        }),
        Case::new("The store is empty, though rows were recorded", LIST, 7, |project| project.write(STORE, "")),
        Case::new("The store was removed, though rows were recorded", LIST, 7, |project| {
            std::fs::remove_dir_all(project.path(".wr")).unwrap();
        }),
        Case::new("A folder stands in the place of the store", LIST, 7, |project| {
            std::fs::remove_file(project.path(STORE)).unwrap();
            std::fs::create_dir(project.path(STORE)).unwrap();
        }),
        Case::new("A file stands in the place of the store's folder", LIST, 7, |project| {
            std::fs::remove_dir_all(project.path(".wr")).unwrap();
            project.write(".wr", "");
        }),
        Case::new("The store was written by a later version", LIST, 7, |project| {
            sql(project, "PRAGMA user_version = 99");
        }),
        Case::new("The damaged store is asked for its runs", "runs", 7, |project| project.write(STORE, [0xA5; 5000])),
        Case::new("The recorded table is declared otherwise now", LIST, 4, |project| {
            let schemas = project.read("schemas.wr").replace("grp: text \"test", "grp: int \"test");
            let script = project.read("push_campaign.wr").replace("h.grp == \"test\"", "h.grp == 1");
            project.write("schemas.wr", schemas);
            project.write("push_campaign.wr", script.replace("grp = branch", "grp = 1"));
            project.write("data/crm/mailing_history.csv", "sub_id,user_id,grp,sent_at\r\n");
        }),
        Case::new("A recorded list was changed by hand", "run push_campaign.wr", 8, |project| {
            let text = project.read(FILE);
            project.write(FILE, text.replacen("\r\n", "\n", 1));
        }),
        Case::new("A recorded list was removed by hand", "run push_campaign.wr", 8, |project| {
            std::fs::remove_file(project.path(FILE)).unwrap();
        }),
    ]
}

/// Somebody else has the store: it is said, waited for, and then gone on with.
#[test]
fn a_locked_store_is_waited_for_with_words() {
    let project = after_a_run();
    let other = Connection::open(project.path(STORE)).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let mut command = project.command(&LIST.split(' ').collect::<Vec<_>>());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while line != "  waiting for another `wr` that uses this project\n" {
        line.clear();
        assert!(said.read_line(&mut line).unwrap() > 0, "it did not wait");
    }
    assert!(child.try_wait().unwrap().is_none());
    other.execute_batch("COMMIT").unwrap();
    let mut rest = String::new();
    said.read_to_string(&mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{rest}");
    assert!(rest.contains("recorded 350 rows"), "{rest}");
}
