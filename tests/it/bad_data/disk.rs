//! Folders that cannot be written, and disks that are full.

use std::process::Command;

use super::{Case, command};
use crate::support::project::{Answer, Project};

const LIST: &str = "run push_campaign.wr --set sub_id=SP-0002";

fn file_instead(project: &Project, path: &str) {
    std::fs::remove_dir_all(project.path(path)).unwrap();
    project.write(path, "");
}

pub(super) fn cases() -> Vec<Case> {
    let first = |title: &'static str, largest_file: u32| {
        let mut case = Case::new(title, "run push_campaign.wr", 7, |project| {
            for folder in ["out", ".wr"] {
                std::fs::remove_dir_all(project.path(folder)).unwrap();
            }
        });
        case.largest_file = Some(largest_file);
        case
    };
    vec![
        Case::new("A file stands in the place of the output folder", LIST, 7, |project| file_instead(project, "out")),
        Case::new("A file stands in the place of the folder of runs", LIST, 7, |project| {
            file_instead(project, "out/runs");
        }),
        // The list has 115 kB; the store grows to 400 kB with it.
        first("There is no room for the file", 200),
        first("There is room for the file, but not for recording who is in it", 400),
    ]
}

/// Room is made, and the same values are run again: the list and whom it reaches are whole, once.
#[test]
fn after_room_was_made_the_same_values_run() {
    for mut case in cases().into_iter().filter(|case| case.largest_file.is_some()) {
        let project = super::after_a_run();
        (case.prepare)(&project);
        Answer::of(command(&project, &case).output().unwrap()).expect(7);
        case.largest_file = None;
        let answer = Answer::of(command(&project, &case).output().unwrap()).expect(0);
        assert!(answer.err.contains("recorded 3,502 rows"), "{}", answer.err);
        assert_eq!(super::recorded(&project).unwrap().len(), 3502);
    }
}

/// `wr` on a project whose output folder is a disk of `size`, in a name space of its own that takes the disk with it; then
/// what that disk holds. `None`: nobody may mount here, and the cases with a limit on files stand for this one.
fn on_a_small_disk(project: &Project, size: &str, arguments: &str) -> Option<(Answer, String)> {
    std::fs::create_dir_all(project.path("out")).unwrap();
    let mount = format!("mount -t tmpfs -o size={size} tmpfs out");
    let unshare = |flags: &str, script: &str| {
        let mut command = Command::new("unshare");
        command.current_dir(&project.root).args([flags, "sh", "-c", script, env!("CARGO_BIN_EXE_wr")]);
        command.env("USER", "anna").output()
    };
    let flags =
        ["-m", "-rm"].into_iter().find(|flags| unshare(flags, &mount).is_ok_and(|tried| tried.status.success()))?;
    let script = format!("{mount}; $0 {arguments}; code=$?; find out -type f >found; exit $code");
    let answer = Answer::of(unshare(flags, &script).unwrap());
    Some((answer, project.read("found")))
}

#[test]
fn a_full_disk_is_an_error_and_leaves_nothing() {
    for (script, size) in [("push_campaign", "64k"), ("partner_cards", "40k"), ("partner_cards", "12k")] {
        let project = Project::examples();
        let Some((answer, found)) = on_a_small_disk(&project, size, &format!("run {script}.wr")) else { return };
        let answer = answer.expect(7);
        assert!(answer.err.contains("WR0859") && answer.err.contains("make room on the disk"), "{}", answer.err);
        assert!(!answer.err.contains("panicked"), "{}", answer.err);
        assert!(found.lines().all(|file| file.ends_with("/manifest.json")), "{found}");
        project.run(&format!("{script}.wr"));
    }
}
