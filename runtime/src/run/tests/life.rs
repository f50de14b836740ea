//! What one run, and one after another, do.

use super::*;
use wr_base::diag::Code;

fn codes(failure: &RunFailure) -> Vec<Code> {
    failure.errors.iter().map(|error| error.code).collect()
}

#[test]
fn a_run_publishes_its_files_records_once_and_leaves_nothing_else() {
    let folder = Folder::new("life");
    let outcome = run_in(&mut healthy(&folder), &plan(true), &request("SP-1", "all"), &mut People::new()).unwrap();
    let out = outcome.folder.clone().unwrap();
    assert_eq!(names(&out), ["SP-1-people.csv", "SP-1-people.xlsx", "manifest.json"]);
    let csv = std::fs::read_to_string(out.join("SP-1-people.csv")).unwrap();
    assert_eq!(csv, "User,City\r\n1,Москва\r\n1000000000000000001,=1+1\r\n4,\"a,\"\"b\"\"\"\r\n");
    assert_eq!(history(&folder), ["SP-1 1 test", "SP-1 1000000000000000001 test", "SP-1 3 control", "SP-1 4 test"]);
    assert_eq!(names(&folder.join("out/runs")), std::slice::from_ref(&outcome.run));
    assert_eq!(names(&folder.join("out/latest")), ["campaigns-push"]);
    let latest = std::fs::read_to_string(folder.join("out/latest/campaigns-push/SP-1-people.csv")).unwrap();
    assert_eq!(latest, csv);
    assert_eq!(names(&folder.join(".wr/locks")), Vec::<String>::new());
    let on_disk = Manifest::from_json(&std::fs::read_to_string(out.join("manifest.json")).unwrap()).unwrap();
    assert_eq!(on_disk, outcome.manifest);
    assert_eq!(on_disk.status, Status::Finished);
    assert_eq!(on_disk.records.iter().map(|record| record.rows).sum::<u64>(), 4);
    assert_eq!(on_disk.sources.iter().map(|source| source.bytes).sum::<u64>(), 100);
    assert_eq!(show(&mut healthy(&folder), &outcome.run).unwrap(), on_disk);
}

#[cfg(unix)]
#[test]
fn what_a_run_leaves_is_for_its_user_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new("mode");
    let outcome = run_in(&mut healthy(&folder), &plan(true), &request("SP-1", "all"), &mut People::new()).unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let out = outcome.folder.unwrap();
    assert_eq!((mode(&out), mode(&folder.join(".wr"))), (0o700, 0o700));
    for name in names(&out) {
        assert_eq!(mode(&out.join(&name)), 0o600, "{name}");
    }
}

#[test]
fn the_same_values_get_the_same_files_and_record_nothing() {
    let folder = Folder::new("again");
    let first = run_in(&mut healthy(&folder), &plan(true), &request("SP-1", "all"), &mut People::new()).unwrap();
    // Data changed meanwhile: nobody is to notice.
    let mut people = People::new();
    people.rows.push((5, "Тверь", "test"));
    let again = run_in(&mut healthy(&folder), &plan(true), &request("SP-1", "all"), &mut people).unwrap();
    assert!(matches!(again.kind, OutcomeKind::IssuedAgain { .. }));
    assert_eq!((again.folder, again.manifest.files), (first.folder, first.manifest.files));
    assert_eq!((people.computed, history(&folder).len()), (0, 4));
}

#[test]
fn other_values_for_a_recorded_occasion_stop_the_run_and_say_whose_it_is() {
    let folder = Folder::new("taken");
    run_in(&mut healthy(&folder), &plan(true), &request("SP-1", "all"), &mut People::new()).unwrap();
    let failure =
        run_in(&mut healthy(&folder), &plan(true), &request("SP-1", "women"), &mut People::new()).unwrap_err();
    assert_eq!(codes(&failure), [Code::OccasionTaken]);
    let message = &failure.errors[0].message;
    assert!(message.contains("sub_id = SP-1") && message.contains("anna") && message.contains("4 rows"), "{message}");
    assert_eq!(history(&folder).len(), 4);
    let other = run_in(&mut healthy(&folder), &plan(true), &request("SP-2", "women"), &mut People::new()).unwrap();
    assert!(matches!(other.kind, OutcomeKind::Finished));
    assert_eq!(history(&folder).len(), 8);
}

#[test]
fn a_voided_run_blocks_nobody_and_frees_its_occasion() {
    let folder = Folder::new("void");
    let first = run_in(&mut healthy(&folder), &plan(true), &request("SP-1", "all"), &mut People::new()).unwrap();
    let manifest = void(&mut healthy(&folder), &first.run, "never sent", "boris").unwrap();
    assert_eq!(
        manifest.voided.map(|void| (void.reason, void.by, void.rows)),
        Some(("never sent".into(), "boris".into(), 4))
    );
    assert_eq!(history(&folder), Vec::<String>::new());
    let twice = void(&mut healthy(&folder), &first.run, "again", "boris").unwrap_err();
    assert_eq!(twice.code, Code::NotVoidable);
    run_in(&mut healthy(&folder), &plan(true), &request("SP-1", "women"), &mut People::new()).unwrap();
    assert_eq!(history(&folder).len(), 4);
    assert_eq!(void(&mut healthy(&folder), "none", "x", "y").unwrap_err().code, Code::UnknownRun);
}

#[test]
fn values_are_the_same_in_any_order_and_a_list_is_not_its_joined_text() {
    let mut turned = request("SP-1", "all");
    turned.values.reverse();
    assert_eq!(turned.canonical_values(), request("SP-1", "all").canonical_values());
    let listed = |items: &[&str]| canonical_json(&Value::List(items.iter().map(|item| Value::text(*item)).collect()));
    assert_ne!(listed(&["a", "b"]), listed(&["a-b"]));
    assert_ne!(canonical_json(&Value::Null), canonical_json(&Value::text("")));
}

#[test]
fn another_output_folder_finds_the_files_of_earlier_runs() {
    let folder = Folder::new("moved");
    let first = run_in(&mut healthy(&folder), &plan(true), &request("SP-1", "all"), &mut People::new()).unwrap();
    let mut elsewhere = healthy(&folder);
    elsewhere.output = folder.join("reports");
    let again = run_in(&mut elsewhere, &plan(true), &request("SP-1", "all"), &mut People::new()).unwrap();
    assert_eq!(again.folder, first.folder);
    let voided = void(&mut elsewhere, &first.run, "never sent", "boris").unwrap();
    let on_disk = std::fs::read_to_string(first.folder.unwrap().join("manifest.json")).unwrap();
    assert_eq!(Manifest::from_json(&on_disk), Some(voided));
}

#[test]
fn a_changed_file_is_not_given_out_again() {
    let folder = Folder::new("changed");
    let first = run_in(&mut healthy(&folder), &plan(true), &request("SP-1", "all"), &mut People::new()).unwrap();
    std::fs::write(first.folder.unwrap().join("SP-1-people.csv"), "saved by a spreadsheet").unwrap();
    let failure = run_in(&mut healthy(&folder), &plan(true), &request("SP-1", "all"), &mut People::new()).unwrap_err();
    assert_eq!(codes(&failure), [Code::FilesChanged]);
}

#[test]
fn after_retention_files_are_gone_hashes_stay_and_nothing_is_computed_again() {
    let folder = Folder::new("retention");
    let first = run_in(&mut healthy(&folder), &plan(true), &request("SP-1", "all"), &mut People::new()).unwrap();
    let faults = Faults::new(0, crate::files::Fault::Fails);
    let day = 86_400_000_000;
    recover(&mut world(&folder, &faults, NOON + 29 * day)).unwrap();
    assert_eq!(names(&first.folder.clone().unwrap()).len(), 3);
    let mut later = world(&folder, &faults, NOON + 31 * day);
    let mut people = People::new();
    let failure = run_in(&mut later, &plan(true), &request("SP-1", "all"), &mut people).unwrap_err();
    assert_eq!((codes(&failure), people.computed), (vec![Code::FilesGone], 0));
    assert!(failure.errors[0].message.contains("retention"));
    assert_eq!(names(&first.folder.unwrap()), ["manifest.json"]);
    assert_eq!(show(&mut later, &first.run).unwrap().files, first.manifest.files);
}

#[test]
fn a_broken_expectation_leaves_only_a_manifest_and_can_be_accepted_with_a_reason() {
    let folder = Folder::new("expect");
    for holds in [Value::Bool(false), Value::Null] {
        let mut people = People { holds, ..People::new() };
        let failure = run_in(&mut healthy(&folder), &plan(true), &request("SP-1", "all"), &mut people).unwrap_err();
        assert_eq!(codes(&failure), [Code::ExpectationBroken]);
        assert_eq!(failure.errors[0].message, "too few people");
        let run = failure.run.unwrap();
        assert_eq!(names(&folder.join("out/runs").join(&run)), ["manifest.json"]);
        assert_eq!(show(&mut healthy(&folder), &run).unwrap().status, Status::Failed);
    }
    assert_eq!(history(&folder), Vec::<String>::new());
    let accepted = RunRequest { accept: Some("holiday".into()), ..request("SP-1", "all") };
    let mut people = People { holds: Value::Bool(false), ..People::new() };
    let outcome = run_in(&mut healthy(&folder), &plan(true), &accepted, &mut people).unwrap();
    assert_eq!(outcome.manifest.expectations[0].accepted.as_deref(), Some("holiday"));
    assert!(!outcome.manifest.expectations[0].holds);
}

#[test]
fn only_one_broken_expectation_can_be_accepted() {
    let folder = Folder::new("two");
    let mut plan = plan(false);
    let second = plan.expectations[0].clone();
    plan.expectations.push(Expectation { step: StepId(9), ..second });
    let accepted = RunRequest { accept: Some("holiday".into()), ..request("SP-1", "all") };
    let mut people = People { holds: Value::Bool(false), ..People::new() };
    let failure = run_in(&mut healthy(&folder), &plan, &accepted, &mut people).unwrap_err();
    assert_eq!(codes(&failure), [Code::ExpectationBroken, Code::ExpectationBroken]);
}

#[test]
fn the_door_stops_a_file_with_a_held_person_whatever_its_columns_are_called() {
    let folder = Folder::new("door");
    let mut leaking = plan(true);
    leaking.exports.clear();
    exports(&mut leaking, SPLIT, USER, CITY);
    let failure = run_in(&mut healthy(&folder), &leaking, &request("SP-1", "all"), &mut People::new()).unwrap_err();
    assert_eq!(codes(&failure), [Code::HeldRowsInFile]);
    assert!(failure.errors[0].message.contains("one key"), "{}", failure.errors[0].message);
    assert_eq!(history(&folder), Vec::<String>::new());
    // By lineage: a mistake elsewhere let a held person into the test branch.
    let mut people = People::new();
    people.rows.push((3, "Тверь", "test"));
    let failure = run_in(&mut healthy(&folder), &plan(false), &request("SP-1", "all"), &mut people).unwrap_err();
    assert_eq!(codes(&failure), [Code::HeldRowsInFile]);
    // A file without the key may have anybody's cities.
    let mut cities = plan(false);
    cities.exports.clear();
    exports(&mut cities, SPLIT, CITY, CITY);
    for export in &mut cities.exports {
        export.sheets[0].columns.remove(0);
    }
    run_in(&mut healthy(&folder), &cities, &request("SP-1", "all"), &mut People::new()).unwrap();
}

#[test]
fn the_door_knows_an_entity_by_its_mark() {
    let folder = Folder::new("entity");
    let mut marked = plan(false);
    // The key comes from a column that is declared to be a user; the file's column is one too, from elsewhere.
    marked.tables[TableId(0)].columns[1].marks.entity = Some("user".into());
    marked.queries.push(wr_plan::physical::SourceQuery {
        id: wr_plan::physical::QueryId(0),
        step: StepId(0),
        connection: "crm".into(),
        table: TableId(0),
        columns: vec![(USER, 1)],
        filter_columns: Vec::new(),
        arguments: Vec::new(),
        filters: Vec::new(),
        without_occasion: Vec::new(),
        keys: Vec::new(),
    });
    marked.nodes.add(PhysicalNode {
        step: StepId(0),
        kind: PhysicalKind::Fetch(wr_plan::physical::QueryId(0)),
        columns: vec![column(USER, "user_id", DataType::Int)],
    });
    marked.exports.truncate(1);
    let sheet = &mut marked.exports[0].sheets[0];
    sheet.columns = vec![output(TEST_CITY, "Client", DataType::Text)];
    sheet.columns[0].marks.entity = Some("user".into());
    let mut people = People::new();
    people.rows.push((5, "3", "test"));
    let failure = run_in(&mut healthy(&folder), &marked, &request("SP-1", "all"), &mut people).unwrap_err();
    assert_eq!(codes(&failure), [Code::HeldRowsInFile]);
}

#[test]
fn a_value_cannot_lead_a_file_out_of_its_folder() {
    let folder = Folder::new("name");
    for bad in ["../SP", "a/b", "con.", ".hidden", "a\u{202e}b"] {
        let mut people = People::new();
        let failure = run_in(&mut healthy(&folder), &plan(true), &request(bad, "all"), &mut people).unwrap_err();
        assert_eq!((codes(&failure), people.computed), (vec![Code::FileNameNotUsable], 0), "{bad:?}");
        assert!(failure.errors[0].message.contains("\"Mailing id\""), "{}", failure.errors[0].message);
    }
    let mut doubled = plan(false);
    doubled.exports[1].file_name = doubled.exports[0].file_name.clone();
    let failure = run_in(&mut healthy(&folder), &doubled, &request("SP-1", "all"), &mut People::new()).unwrap_err();
    assert_eq!(codes(&failure), [Code::SameFileName]);
}

#[test]
fn a_dry_run_and_a_preview_leave_nothing() {
    let folder = Folder::new("dry");
    for mode in [Mode::DryRun, Mode::Preview(2)] {
        let request = RunRequest { mode, ..request("SP-1", "all") };
        let outcome = run_in(&mut healthy(&folder), &plan(true), &request, &mut People::new()).unwrap();
        assert_eq!(outcome.folder, None);
        if let OutcomeKind::Preview(sheets) = outcome.kind {
            assert_eq!((sheets[0].rows.len(), sheets[0].total), (2, 3));
        }
        assert_eq!(names(&folder.join("out/runs")), Vec::<String>::new());
    }
    assert_eq!(history(&folder), Vec::<String>::new());
    assert_eq!(runs(&mut healthy(&folder), 10).unwrap().0, Vec::new());
}

#[test]
fn a_cancelled_run_leaves_only_a_manifest_that_says_so() {
    let folder = Folder::new("cancel");
    let cancel = Cancel::default();
    cancel.cancel();
    let failure =
        run(&request("SP-1", "all"), &plan(true), &mut People::new(), &mut healthy(&folder), &Silent, &cancel)
            .unwrap_err();
    assert_eq!((codes(&failure), failure.status), (vec![Code::Cancelled], Status::Cancelled));
    assert_eq!(history(&folder), Vec::<String>::new());
    assert_eq!(visible_runs(&folder).iter().map(|run| names(run)).collect::<Vec<_>>(), [["manifest.json"]]);
}

#[test]
fn two_rows_with_one_key_are_refused_before_anything_is_recorded() {
    let folder = Folder::new("doubled");
    let mut people = People::new();
    people.rows.push((1, "Тверь", "test"));
    let failure = run_in(&mut healthy(&folder), &plan(true), &request("SP-1", "all"), &mut people).unwrap_err();
    assert_eq!(codes(&failure), [Code::DoubledRecordKey]);
    assert!(failure.errors[0].message.contains("two rows to be recorded"), "{}", failure.errors[0].message);
    assert_eq!(history(&folder), Vec::<String>::new());
}

#[test]
fn a_recorded_table_with_other_columns_is_refused() {
    let folder = Folder::new("drift");
    run_in(&mut healthy(&folder), &plan(true), &request("SP-1", "all"), &mut People::new()).unwrap();
    let mut changed = plan(true);
    changed.tables[TableId(0)].columns[1].name = "client_id".into();
    let failure = run_in(&mut healthy(&folder), &changed, &request("SP-2", "all"), &mut People::new()).unwrap_err();
    assert_eq!(codes(&failure), [Code::RecordedTableDiffers]);
    assert!(failure.errors[0].detail.iter().any(|line| line.contains("`client_id`")));
}

#[test]
fn of_two_runs_of_one_occasion_at_once_one_records_and_both_get_its_files() {
    let folder = Folder::new("race");
    let outcomes: Vec<RunOutcome> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    run_in(&mut healthy(&folder), &plan(true), &request("SP-1", "all"), &mut People::new()).unwrap()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(history(&folder).len(), 4);
    let folders: std::collections::BTreeSet<_> = outcomes.iter().map(|outcome| outcome.folder.clone()).collect();
    assert_eq!(folders.len(), 1);
    let finished = outcomes.iter().filter(|outcome| matches!(outcome.kind, OutcomeKind::Finished)).count();
    assert_eq!(finished, 1);
}

#[test]
fn a_live_run_is_left_alone_and_a_dead_one_is_undone() {
    let folder = Folder::new("dead");
    let mut here = healthy(&folder);
    let manifest = {
        // A run that failed gives a manifest to imitate a running one with.
        let mut people = People { holds: Value::Null, ..People::new() };
        *run_in(&mut here, &plan(true), &request("SP-1", "all"), &mut people).unwrap_err().manifest.unwrap()
    };
    let running = Manifest { run: "20261123-090000-aaaaaaaa".into(), status: Status::Running, ..manifest };
    here.store.save_run(&recovery::row_of(&running, here.stored_output(), false)).unwrap();
    let work = here.work(&running.run);
    std::fs::create_dir_all(work.join("files")).unwrap();
    let lock = here.files.try_lock(&here.lock(&running.run)).unwrap();
    assert_eq!(recover(&mut healthy(&folder)).unwrap(), []);
    assert!(work.exists());
    drop(lock);
    let recovered = recover(&mut healthy(&folder)).unwrap();
    assert_eq!(recovered.iter().map(|one| one.outcome.clone()).collect::<Vec<_>>(), [Ok(Status::Died)]);
    assert!(!work.exists());
    assert_eq!(show(&mut healthy(&folder), &running.run).unwrap().status, Status::Died);
}
