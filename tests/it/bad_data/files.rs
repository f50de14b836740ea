//! Files of tables and cohorts that are missing, broken, or not as declared.

use std::io::Write;

use polars::prelude::*;

use super::{Case, after_a_run};
use crate::support::project::Project;

const CARDS: &str = "run partner_cards.wr";
const LIST: &str = "run push_campaign.wr --set sub_id=SP-0002";
const PARQUET: &str = "data/wallet/cards.parquet";
const HISTORY: &str = "data/crm/mailing_history.csv";

fn append(project: &Project, path: &str, bytes: impl AsRef<[u8]>) {
    let mut file = std::fs::OpenOptions::new().append(true).open(project.path(path)).unwrap();
    file.write_all(bytes.as_ref()).unwrap();
}

/// A line more in the history of mailings.
fn line(line: &'static str) -> impl Fn(&Project) {
    move |project| append(project, HISTORY, format!("{line}\r\n"))
}

fn cut(project: &Project, path: &str, bytes: u64) {
    std::fs::OpenOptions::new().write(true).open(project.path(path)).unwrap().set_len(bytes).unwrap();
}

fn folder_instead(project: &Project, path: &str) {
    std::fs::remove_file(project.path(path)).unwrap();
    std::fs::create_dir(project.path(path)).unwrap();
}

fn edit(project: &Project, path: &str, from: &str, to: &str) {
    let text = project.read(path);
    assert!(text.contains(from), "{path} has no {from}");
    project.write(path, text.replacen(from, to, 1));
}

/// The history without its third column.
fn without_group(project: &Project) {
    let lines: Vec<String> = project
        .read(HISTORY)
        .lines()
        .map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            [fields[0], fields[1], fields[3]].join(",")
        })
        .collect();
    project.write(HISTORY, lines.join("\r\n") + "\r\n");
}

/// The cards, with the numbers of users written as texts.
fn retyped(project: &Project) {
    let file = std::fs::File::open(project.path(PARQUET)).unwrap();
    let mut cards = ParquetReader::new(file).finish().unwrap();
    let users = cards.column("user_id").unwrap().cast(&DataType::String).unwrap();
    cards.replace("user_id", users).unwrap();
    ParquetWriter::new(std::fs::File::create(project.path(PARQUET)).unwrap()).finish(&mut cards).unwrap();
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("The file of a table is missing", CARDS, 4, |project| {
            std::fs::rename(project.path(PARQUET), project.path("data/wallet/card.parquet")).unwrap();
        }),
        Case::new("The folder of a connection is missing", LIST, 4, |project| {
            std::fs::rename(project.path("data/crm"), project.path("data/customers")).unwrap();
        }),
        Case::new("A table has two files", CARDS, 4, |project| project.write("data/wallet/cards.csv", "card_id\r\n")),
        Case::new("A folder stands in the place of a Parquet file", CARDS, 4, |project| {
            folder_instead(project, PARQUET)
        }),
        Case::new("A folder stands in the place of a CSV file", LIST, 4, |project| folder_instead(project, HISTORY)),
        Case::new("A Parquet file is cut in the middle", CARDS, 4, |project| cut(project, PARQUET, 500_000)),
        Case::new("A Parquet file is empty", CARDS, 4, |project| cut(project, PARQUET, 0)),
        Case::new("A Parquet file is damaged in the middle", CARDS, 4, |project| {
            let mut bytes = std::fs::read(project.path(PARQUET)).unwrap();
            let end = bytes.len() - 100_000;
            bytes[1000..end].fill(0xA5);
            project.write(PARQUET, bytes);
        }),
        Case::new("A CSV file is cut inside a quoted field", CARDS, 4, |project| {
            append(project, "data/wallet/partners.csv", "99,\"A partner with a long na");
        }),
        Case::new("A CSV file is cut in the middle of a line", LIST, 4, |project| {
            append(project, HISTORY, "SP-0000,12")
        }),
        Case::new("A CSV file is empty", LIST, 4, |project| cut(project, HISTORY, 0)),
        Case::new(
            "A line of a CSV file has a field too many",
            LIST,
            4,
            line("SP-0000,5,test,2026-11-01T00:00:00Z,new"),
        ),
        Case::new("A CSV file is not UTF-8", LIST, 4, |project| {
            append(project, HISTORY, b"SP-0000,5,\xf2\xe5\xf1\xf2,2026-11-01T00:00:00Z\r\n");
        }),
        Case::new("A value of a CSV file has the wrong type", LIST, 4, line("SP-0000,n/a,test,2026-11-01T00:00:00Z")),
        Case::new("A moment of a CSV file has no zone", LIST, 4, line("SP-0000,5,test,2026-11-01 09:30")),
        Case::new(
            "A number of a CSV file is too large",
            LIST,
            4,
            line("SP-0000,999999999999999999999999999999999999999999999999,test,2026-11-01T00:00:00Z"),
        ),
        Case::new("A value that is declared to be there is not", LIST, 4, line("SP-0000,5,,2026-11-01T00:00:00Z")),
        Case::new("A column is missing", LIST, 4, without_group),
        Case::new("A column was renamed", LIST, 4, |project| edit(project, HISTORY, "grp", "Grp")),
        Case::new("A column has another type now", CARDS, 4, retyped),
        Case::new(
            "A cohort is not there",
            "run push_campaign.wr --set sub_id=SP-0002 --set cohort=c7k2p9x2",
            3,
            |_| {},
        ),
        Case::new("A cohort's file is cut in the middle", LIST, 4, |project| {
            append(project, "data/amp/cohorts/c7k2p9x1.csv", "4005363");
        }),
        Case::new("The description of a cohort is broken", LIST, 4, |project| {
            project.write("data/amp/cohorts/c7k2p9x1.toml", "name = 5\n");
        }),
        Case::new("The project's file is broken", LIST, 1, |project| append(project, "wr.toml", "[connections\n")),
        Case::new("The project's file names no such zone", LIST, 1, |project| {
            edit(project, "wr.toml", "Europe/Moscow", "Europe/Moskow");
        }),
        Case::new("A connection is not set up", LIST, 1, |project| {
            edit(project, "wr.toml", "connections.crm", "connections.krm");
        }),
        Case::new("The script is not there", "run push_campain.wr", 2, |_| {}),
        Case::new("A file that the script uses is not there", LIST, 1, |project| {
            std::fs::remove_file(project.path("schemas.wr")).unwrap();
        }),
        Case::new("The script is not UTF-8", LIST, 1, |project| append(project, "push_campaign.wr", b"# \xf2\xe5\n")),
    ]
}

/// A column that nobody declared is nobody's business.
#[test]
fn a_column_more_in_a_file_changes_nothing() {
    let project = after_a_run();
    let lines: String = project.read(HISTORY).lines().map(|line| line.to_owned() + ",note\r\n").collect();
    project.write(HISTORY, lines);
    let folder = project.run("push_campaign.wr");
    assert_eq!(folder, project.path("out/latest/push_campaign").canonicalize().unwrap());
    project.wr(&["run", "push_campaign.wr", "--set", "sub_id=SP-0002"]).expect(0);
}

/// A cohort that was downloaded at another time than it was counted.
#[test]
fn a_cohort_of_another_size_is_told_and_goes_on() {
    let project = after_a_run();
    edit(&project, "data/amp/cohorts/c7k2p9x1.toml", "size = 6050", "size = 9000");
    let answer = project.wr(&["run", "push_campaign.wr", "--set", "sub_id=SP-0002"]).expect(0);
    let words = "warning: the cohort “Opened the app in October” says that it has 9000 members, but 6050 were read";
    assert!(answer.err.contains(words), "{}", answer.err);
}
