//! Runs whose records go into a SQL Server: every touch goes wrong once, then a person runs the same values again.

use wr_base::diag::Code;
use wr_tds_server::TdsServer;

use super::faults::{contents, expected, settled};
use super::*;
use crate::files::Fault;
use crate::store::sqlserver::tests::{empty, history, server_with_history, setting};
use crate::store::{RecordPlace, RecordServers, RecordTarget, SqlServerTarget, StoreError};

/// All records of `crm` go to one server.
struct OneServer {
    place: RecordPlace,
    target: FaultyTarget<SqlServerTarget>,
}

impl RecordServers for OneServer {
    fn place(&mut self, _connection: &str) -> Result<Option<RecordPlace>, StoreError> {
        Ok(Some(self.place.clone()))
    }

    fn target(&mut self, place: &RecordPlace) -> Result<&mut dyn RecordTarget, StoreError> {
        assert_eq!(place, &self.place, "a run is looked for where it was recorded");
        Ok(&mut self.target)
    }
}

fn at_server(server: &TdsServer, folder: &Folder, faults: &Arc<Faults>, now: i64) -> World {
    let setting = setting(server);
    let target = FaultyTarget::new(SqlServerTarget::new("crm", &setting, Cancel::default()), Arc::clone(faults));
    let servers = OneServer { place: SqlServerTarget::place("crm", None, &setting), target };
    World { servers: Box::new(servers), ..world(folder, faults, now) }
}

fn sound(server: &TdsServer, folder: &Folder) -> World {
    at_server(server, folder, &Faults::new(0, Fault::Fails), NOON)
}

fn every_touch(fault: Fault) {
    let expected = expected(true);
    let server = server_with_history();
    let counting = Faults::new(0, fault);
    let folder = Folder::new("count");
    let run_once = |world: &mut World| run_in(world, &plan(true), &request("SP-1", "all"), &mut People::new());
    run_once(&mut at_server(&server, &folder, &counting, NOON)).unwrap();
    assert!(counting.count() > 40);
    for at in 1..=counting.count() {
        let when = format!("touch {at} {fault:?}");
        empty(&server);
        let folder = Folder::new("fault");
        let outcome = run_once(&mut at_server(&server, &folder, &Faults::new(at, fault), NOON));
        if let Ok(outcome) = outcome {
            assert_eq!(contents(&outcome.folder.unwrap()), expected, "{when}");
        }
        let mut world = at_server(&server, &folder, &Faults::new(0, fault), NOON - 3_600_000_000);
        let outcome = run_once(&mut world).unwrap_or_else(|failure| panic!("{when}: {:?}", failure.errors));
        assert_eq!(contents(&outcome.folder.unwrap()), expected, "{when}");
        settled(&folder, &mut world, &expected, &when);
        let users: Vec<String> = history(&server).iter().map(|row| row.split(' ').nth(1).unwrap().to_owned()).collect();
        assert_eq!(users, ["1", "3", "4", "1000000000000000001"], "{when}");
        assert_eq!(super::history(&folder), Vec::<String>::new(), "nothing goes into the project's store");
    }
}

#[test]
fn whatever_fails_once() {
    every_touch(Fault::Fails);
    every_touch(Fault::AnswerLost);
}

#[test]
fn wherever_it_dies() {
    every_touch(Fault::Dies);
    every_touch(Fault::DiesAfter);
}

#[test]
fn a_run_says_where_its_rows_are_and_is_taken_back_there() {
    let (server, folder) = (server_with_history(), Folder::new("server"));
    let run_once = |sub_id: &str| {
        let mut people = People::new();
        let outcome = run_in(&mut sound(&server, &folder), &plan(true), &request(sub_id, "all"), &mut people);
        (outcome, people.computed)
    };
    let first = run_once("SP-1").0.unwrap();
    let place = first.manifest.recorded_in.clone().unwrap();
    assert_eq!((place.connection.as_str(), place.address), ("crm", format!("127.0.0.1:{}/test", server.port())));
    let (again, computed) = run_once("SP-1");
    let again = again.unwrap();
    assert!(matches!(again.kind, OutcomeKind::IssuedAgain { .. }));
    assert_eq!((again.folder, computed, again.manifest.recorded_in), (first.folder, 0, None));
    let voided = void(&mut sound(&server, &folder), &first.run, "never sent", "boris").unwrap();
    assert_eq!((voided.voided.unwrap().rows, history(&server).len()), (4, 0));
    let anew = run_once("SP-1").0.unwrap();
    assert_ne!(anew.run, first.run);
    assert_eq!(history(&server).len(), 4);
    assert_eq!(show(&mut sound(&server, &folder), &first.run).unwrap().status, Status::Voided);
}

#[test]
fn what_another_project_recorded_is_said_with_who_has_the_files() {
    let server = server_with_history();
    let (here, there) = (Folder::new("here"), Folder::new("there"));
    let first = run_in(&mut sound(&server, &there), &plan(true), &request("SP-1", "all"), &mut People::new()).unwrap();
    let mut people = People::new();
    let failure = run_in(&mut sound(&server, &here), &plan(true), &request("SP-1", "all"), &mut people).unwrap_err();
    assert_eq!((failure.errors[0].code, people.computed), (Code::FilesGone, 0));
    let message = &failure.errors[0].message;
    assert!(message.contains("anna") && message.contains(&first.run), "{message}");
    let failure = run_in(&mut sound(&server, &here), &plan(true), &request("SP-1", "few"), &mut people).unwrap_err();
    assert_eq!(failure.errors[0].code, Code::OccasionTaken);
    assert_eq!(history(&server).len(), 4);
}

#[test]
fn a_table_that_cannot_take_the_record_stops_the_run_before_anything_is_computed() {
    let (server, folder) = (server_with_history(), Folder::new("unfit"));
    server.execute("DROP TABLE [wr_runs]").unwrap();
    for mode in [Mode::Full, Mode::DryRun] {
        let mut people = People::new();
        let request = RunRequest { mode, ..request("SP-1", "all") };
        let failure = run_in(&mut sound(&server, &folder), &plan(true), &request, &mut people).unwrap_err();
        let error = &failure.errors[0];
        assert_eq!((error.code, people.computed), (Code::RecordTableUnfit, 0));
        assert_eq!(error.step, plan(true).records.first().map(|record| record.step));
    }
    assert_eq!(visible_runs(&folder).len(), 1, "a folder with its manifest");
}

#[test]
fn a_run_that_the_server_cannot_be_asked_about_stays_open_until_it_can() {
    let (server, folder) = (server_with_history(), Folder::new("open"));
    let counting = Faults::new(0, Fault::Fails);
    let whole = Folder::new("whole");
    run_in(&mut at_server(&server, &whole, &counting, NOON), &plan(true), &request("SP-1", "all"), &mut People::new())
        .unwrap();
    empty(&server);
    // The touch of the record itself: the process ends once the server has committed.
    let record = (1..=counting.count())
        .find(|at| {
            let folder = Folder::new("find");
            empty(&server);
            let faults = Faults::new(*at, Fault::DiesAfter);
            let _ = run_in(
                &mut at_server(&server, &folder, &faults, NOON),
                &plan(true),
                &request("SP-1", "all"),
                &mut People::new(),
            );
            history(&server).len() == 4
        })
        .unwrap();
    empty(&server);
    let mut dead = at_server(&server, &folder, &Faults::new(record, Fault::DiesAfter), NOON);
    let _ = run_in(&mut dead, &plan(true), &request("SP-1", "all"), &mut People::new());
    drop(dead);
    // Somebody else's project, in which the connection leads to its own store: it must not take the run for one that died.
    let mut elsewhere = world(&folder, &Faults::new(0, Fault::Fails), NOON);
    let recovered = recover(&mut elsewhere).unwrap();
    assert_eq!(recovered[0].outcome.as_ref().unwrap_err().code, Code::ConnectionSetting);
    assert_eq!((visible_runs(&folder).len(), elsewhere.store.unsettled().unwrap().len()), (0, 1));
    let recovered = recover(&mut sound(&server, &folder)).unwrap();
    assert_eq!(recovered[0].outcome, Ok(Status::Finished));
    assert_eq!(contents(&visible_runs(&folder)[0]), expected(true));
}

/// Another run of the same occasion comes through while this one computes.
struct Meanwhile<'a>(&'a TdsServer, &'a Folder);

impl Compute for Meanwhile<'_> {
    fn compute(
        &mut self,
        computed: &PhysicalPlan,
        progress: &dyn Progress,
        cancel: &Cancel,
    ) -> Result<Computed, RunError> {
        run_in(&mut sound(self.0, self.1), &plan(true), &request("SP-1", "all"), &mut People::new()).unwrap();
        People::new().compute(computed, progress, cancel)
    }
}

#[test]
fn of_two_runs_at_once_the_second_hears_of_the_first_and_leaves_nothing() {
    let server = server_with_history();
    let (here, there) = (Folder::new("here"), Folder::new("there"));
    let in_folder = |other: &Folder, folder: &Folder| {
        let mut world = sound(&server, folder);
        let mut compute = Meanwhile(&server, other);
        run(&request("SP-1", "all"), &plan(true), &mut compute, &mut world, &Silent, &Cancel::default())
    };
    let outcome = in_folder(&here, &here).unwrap();
    assert!(matches!(outcome.kind, OutcomeKind::IssuedAgain { .. }), "the files of the same project");
    assert_eq!(contents(&outcome.folder.unwrap()), expected(true));
    assert_eq!((history(&server).len(), visible_runs(&here).len()), (4, 1));
    empty(&server);
    let failure = in_folder(&there, &here).unwrap_err();
    assert_eq!(failure.errors[0].code, Code::FilesGone, "the files are with another project");
    assert_eq!(history(&server).len(), 4);
}

#[test]
fn a_store_that_was_lost_does_not_take_the_servers_history_with_it() {
    let (server, folder) = (server_with_history(), Folder::new("lost"));
    let run_once =
        |sub_id: &str| run_in(&mut sound(&server, &folder), &plan(true), &request(sub_id, "all"), &mut People::new());
    run_once("SP-1").unwrap();
    std::fs::remove_dir_all(folder.join(".wr")).unwrap();
    run_once("SP-2").unwrap();
    assert_eq!(run_once("SP-1").unwrap_err().errors[0].code, Code::FilesGone);
    assert_eq!(history(&server).len(), 8);
}

#[test]
fn a_run_of_another_project_with_the_same_id_is_not_taken_for_this_one() {
    let (server, folder) = (server_with_history(), Folder::new("same"));
    let counting = Faults::new(0, Fault::Fails);
    let whole = Folder::new("whole");
    run_in(&mut at_server(&server, &whole, &counting, NOON), &plan(true), &request("SP-1", "all"), &mut People::new())
        .unwrap();
    // From the last touch backwards: dead once the intent was written, and before the record.
    let dead = (1..=counting.count()).rev().find_map(|at| {
        empty(&server);
        let _ = std::fs::remove_dir_all(&folder.path);
        std::fs::create_dir_all(&folder.path).unwrap();
        let faults = Faults::new(at, Fault::Dies);
        let mut world = at_server(&server, &folder, &faults, NOON);
        let _ = run_in(&mut world, &plan(true), &request("SP-1", "all"), &mut People::new());
        let mut store = EmbeddedStore::new(&store_path(&folder.path));
        let run = crate::store::RunStore::unsettled(&mut store).unwrap().first()?.id.clone();
        let has_intent = crate::store::RunStore::intent(&mut store, &run).unwrap().is_some();
        (has_intent && history(&server).is_empty()).then_some(run)
    });
    let dead = dead.unwrap();
    server
        .execute(&format!(
            "INSERT INTO [wr_runs] ([run_id], [intent_hash], [script_hash], [occasion], [values_json], [made_by], [made_at], \
             [row_count], [files_json]) VALUES ('{dead}', '{}', '', N'[]', N'', N'', '', 0, N'')",
            "0".repeat(64)
        ))
        .unwrap();
    let recovered = recover(&mut sound(&server, &folder)).unwrap();
    assert_eq!(recovered[0].outcome, Ok(Status::Died));
    assert_eq!(history(&server).len(), 0);
}
