//! Every touch of files and store goes wrong once, in four ways; then a person runs the same values again.

use super::*;
use crate::files::{Fault, Loss, hash_bytes};

/// Name and hash of each file that a run with no fault publishes.
pub(super) fn expected(has_record: bool) -> Vec<(String, String)> {
    let folder = Folder::new("expected");
    let outcome =
        run_in(&mut healthy(&folder), &plan(has_record), &request("SP-1", "all"), &mut People::new()).unwrap();
    contents(&outcome.folder.unwrap())
}

/// The files of a run's folder that can be seen, manifest aside.
pub(super) fn contents(folder: &Path) -> Vec<(String, String)> {
    let files = names(folder).into_iter().filter(|name| name != "manifest.json" && !name.starts_with('.'));
    files.map(|name| (name.clone(), hash_bytes(&std::fs::read(folder.join(&name)).unwrap()))).collect()
}

/// What must hold at every moment: a folder that can be seen has all files whole, or none and a manifest that says why.
fn nothing_partial(folder: &Folder, expected: &[(String, String)], when: &str) {
    for run in visible_runs(folder) {
        let files = contents(&run);
        assert!(files.is_empty() || files == expected, "{when}: {files:?}");
    }
}

/// A person runs the same values again in a world that works; then everything is as if nothing had gone wrong.
fn run_again(folder: &Folder, has_record: bool, expected: &[(String, String)], when: &str) {
    // The clock went back meanwhile.
    let faults = Faults::new(0, Fault::Fails);
    let mut world = world(folder, &faults, NOON - 3_600_000_000);
    let outcome = run_in(&mut world, &plan(has_record), &request("SP-1", "all"), &mut People::new());
    let outcome = outcome.unwrap_or_else(|failure| panic!("{when}: {:?}", failure.errors));
    assert_eq!(contents(&outcome.folder.unwrap()), expected, "{when}");
    settled(folder, &mut world, expected, when);
    assert_eq!(history(folder).len(), if has_record { 4 } else { 0 }, "{when}");
}

/// Nothing is left of what went wrong, in the folders or in the store.
pub(super) fn settled(folder: &Folder, world: &mut World, expected: &[(String, String)], when: &str) {
    nothing_partial(folder, expected, when);
    let mut folders = visible_runs(folder);
    folders.extend([folder.join("out/runs"), folder.join("out/latest")]);
    let hidden: Vec<String> =
        folders.iter().flat_map(|folder| names(folder)).filter(|name| name.starts_with('.')).collect();
    assert_eq!(hidden, Vec::<String>::new(), "{when}");
    assert_eq!(names(&folder.join(".wr/locks")), Vec::<String>::new(), "{when}");
    assert_eq!(world.store.unsettled().unwrap(), Vec::new(), "{when}");
    for row in world.store.runs(100).unwrap() {
        assert_eq!(world.store.intent(&row.id).unwrap(), None, "{when}");
        assert_ne!(row.status, "running", "{when}");
    }
}

fn every_touch(has_record: bool, fault: Fault, loss: Option<Loss>) {
    let expected = expected(has_record);
    let counting = Faults::new(0, fault);
    let folder = Folder::new("count");
    run_in(&mut world(&folder, &counting, NOON), &plan(has_record), &request("SP-1", "all"), &mut People::new())
        .unwrap();
    assert!(counting.count() > 40);
    for at in 1..=counting.count() {
        let when = format!("touch {at} {fault:?} {loss:?}");
        let folder = Folder::new("fault");
        let faults = Faults::new(at, fault);
        let mut broken = world(&folder, &faults, NOON);
        let outcome = run_in(&mut broken, &plan(has_record), &request("SP-1", "all"), &mut People::new());
        if let Some(loss) = loss {
            faults.lose_power(&StandardFiles, loss).unwrap();
        }
        nothing_partial(&folder, &expected, &when);
        if let Ok(outcome) = outcome {
            assert_eq!(contents(&outcome.folder.unwrap()), expected, "{when}");
        }
        drop(broken);
        run_again(&folder, has_record, &expected, &when);
    }
}

#[test]
fn with_a_record_whatever_fails_once() {
    every_touch(true, Fault::Fails, None);
    every_touch(true, Fault::AnswerLost, None);
}

#[test]
fn with_a_record_wherever_it_dies() {
    every_touch(true, Fault::Dies, None);
    every_touch(true, Fault::DiesAfter, None);
}

#[test]
fn with_a_record_wherever_power_is_lost() {
    every_touch(true, Fault::DiesAfter, Some(Loss::Contents));
    every_touch(true, Fault::DiesAfter, Some(Loss::Names));
}

#[test]
fn without_a_record_whatever_fails_once() {
    every_touch(false, Fault::Fails, None);
    every_touch(false, Fault::AnswerLost, None);
}

#[test]
fn without_a_record_wherever_it_dies() {
    every_touch(false, Fault::Dies, None);
    every_touch(false, Fault::DiesAfter, None);
}

#[test]
fn without_a_record_wherever_power_is_lost() {
    every_touch(false, Fault::DiesAfter, Some(Loss::Contents));
    every_touch(false, Fault::DiesAfter, Some(Loss::Names));
}

/// Who recovers can die too, at any touch, and the next one goes on.
#[test]
fn a_recovery_that_dies_is_recovered() {
    let expected = expected(true);
    let counting = Faults::new(0, Fault::Fails);
    let whole = Folder::new("whole");
    let plan = plan(true);
    run_in(&mut world(&whole, &counting, NOON), &plan, &request("SP-1", "all"), &mut People::new()).unwrap();
    // Before the intent, after it, after the commit, after the rename, before the settling: counted from the end.
    for back in [13, 11, 10, 8, 2] {
        let at = counting.count() - back;
        for way in [Fault::Fails, Fault::DiesAfter] {
            for second in 1..30 {
                let folder = Folder::new("second");
                let mut dead = world(&folder, &Faults::new(at, Fault::DiesAfter), NOON);
                let _ = run_in(&mut dead, &plan, &request("SP-1", "all"), &mut People::new());
                drop(dead);
                let faults = Faults::new(second, way);
                let _ = recover(&mut world(&folder, &faults, NOON));
                let when = format!("died {back} before the end, recovery: touch {second} {way:?}");
                nothing_partial(&folder, &expected, &when);
                let was_reached = faults.count() >= second;
                run_again(&folder, true, &expected, &when);
                if !was_reached {
                    break;
                }
            }
        }
    }
}
