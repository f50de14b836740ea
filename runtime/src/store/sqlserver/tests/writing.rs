//! What a record leaves, what taking it back leaves, and what asks for another try.

use super::*;
use wr_tds_server::{Event, Fault};

#[test]
fn rows_and_the_row_of_the_run_are_there_together() {
    let server = server_with_history();
    let mut target = target(&server);
    assert_eq!(target.holder(&occasion("SP-1")).unwrap(), None);
    assert_eq!(target.committed("r1").unwrap(), None);
    assert_eq!(record(&mut target, "r1", "SP-1", 3), Ok(Recorded::Done));
    assert_eq!(history(&server), ["SP-1 0 control r1", "SP-1 1 test r1", "SP-1 2 test r1"]);
    assert_eq!(
        rows(
            &server,
            "SELECT [run_id], [intent_hash], [script_hash], [values_json], [made_by], [row_count], [occasion], [voided] FROM [wr_runs]"
        ),
        [format!(
            "r1 {} {} {{\"sub_id\":\"SP-1\"}} Анна 3 [{{\"table\":\"dbo.mailing_history\",\"columns\":{{\"sub_id\":\"SP-1\"}}}}] -",
            hash_bytes(b"r1"),
            "s".repeat(64)
        )]
    );
    assert_eq!(target.committed("r1").unwrap(), Some(hash_bytes(b"r1")));
    let holder = target.holder(&occasion("SP-1")).unwrap().unwrap();
    assert_eq!((holder.run.as_str(), holder.made_by.as_str(), holder.rows), ("r1", "Анна", 3));
    assert_eq!(holder.made_at, "2026-11-23T09:00:00.000000Z");
    assert_eq!(target.holder(&occasion("sp-1")).unwrap(), None, "an occasion is what was written, to the letter");
    assert_eq!(
        rows(&server, "SELECT CONVERT(varchar(30), [sent_at], 121) FROM [mailing_history] WHERE [user_id] = 1"),
        ["2026-11-23 09:00:00.000000"]
    );
}

#[test]
fn many_rows_go_in_statements_that_the_server_takes() {
    let server = server_with_history();
    assert_eq!(record(&mut target(&server), "r1", "SP-1", 1_234), Ok(Recorded::Done));
    assert_eq!(rows(&server, "SELECT COUNT_BIG(*) FROM [mailing_history]"), ["1234"]);
    let parameters = server.log().events().into_iter().filter_map(|event| match event {
        Event::Statement { text, parameters, .. } if text.contains("INTO [dbo].[mailing_history]") => {
            Some(parameters.len())
        }
        _ => None,
    });
    assert_eq!(parameters.collect::<Vec<_>>(), [499 * 4 + 1, 499 * 4 + 1, 236 * 4 + 1]);
}

#[test]
fn the_same_run_recorded_again_is_recorded_once() {
    let server = server_with_history();
    let mut target = target(&server);
    assert_eq!(record(&mut target, "r1", "SP-1", 3), Ok(Recorded::Done));
    assert_eq!(record(&mut target, "r1", "SP-1", 3), Ok(Recorded::Done));
    assert_eq!((history(&server).len(), runs(&server).len()), (3, 1));
    // Another run of another project may have the same id.
    let rows = people("SP-2", 1);
    let other = RecordMark { intent_hash: "0".repeat(64), ..mark("r1", "SP-2", 1) };
    let again = told(target.record(&other, &[RecordBatch { table: table(), rows: &rows }]));
    assert_eq!(code(again), Err(Code::StoreNotUsable));
    assert_eq!((history(&server).len(), runs(&server).len()), (3, 1));
}

#[test]
fn what_is_taken_back_is_gone_and_its_occasion_is_free() {
    let server = server_with_history();
    let mut target = target(&server);
    record(&mut target, "r1", "SP-1", 3).unwrap();
    record(&mut target, "r2", "SP-2", 2).unwrap();
    server.execute("INSERT INTO [mailing_history] ([sub_id], [user_id], [grp], [sent_at]) VALUES (N'SP-1', 99, 'by hand', '2026-01-01')").unwrap();
    assert_eq!(target.void("r1", "{\"reason\":\"never sent\"}").unwrap(), 3);
    assert_eq!(history(&server), ["SP-2 0 control r2", "SP-2 1 test r2", "SP-1 99 by hand -"]);
    assert_eq!(runs(&server), ["r1 3 {\"reason\":\"never sent\"}", "r2 2 -"]);
    assert_eq!(target.holder(&occasion("SP-1")).unwrap(), None);
    assert!(target.holder(&occasion("SP-2")).unwrap().is_some());
    assert_eq!(target.void("r1", "{}").unwrap(), 3, "once more says the same, and changes nothing");
    assert_eq!(runs(&server)[0], "r1 3 {\"reason\":\"never sent\"}");
    assert_eq!(record(&mut target, "r3", "SP-1", 3), Ok(Recorded::Done));
    assert_eq!(code(told(target.void("nobody", "{}"))), Err(Code::StoreNotUsable));
}

#[test]
fn errors_that_pass_by_themselves_have_the_whole_transaction_tried_again() {
    let server = server_with_history();
    for part in ["[wr_occasions]", "INTO [dbo].[wr_runs]", "INTO [dbo].[mailing_history]", "COMMIT"] {
        for fault in [Fault::deadlock(), Fault::unavailable(), Fault::ResetBeforeFirstRow] {
            empty(&server);
            server.faults().at_statement(part, fault.clone(), 2);
            assert_eq!(record(&mut target(&server), "r1", "SP-1", 6), Ok(Recorded::Done), "{part} {fault:?}");
            assert_eq!((history(&server).len(), runs(&server)), (6, vec!["r1 6 -".to_owned()]), "{part} {fault:?}");
            assert_eq!(server.faults().left(), 0, "{part} {fault:?}");
        }
    }
}

#[test]
fn a_commit_whose_answer_is_lost_is_asked_for_and_not_done_twice() {
    let server = server_with_history();
    for fault in [Fault::ResetBeforeCommit, Fault::ResetAfterCommit] {
        empty(&server);
        // The first commit is the one of the rows: what only reads is taken back.
        server.faults().at_commit(fault.clone(), 1);
        assert_eq!(record(&mut target(&server), "r1", "SP-1", 5), Ok(Recorded::Done), "{fault:?}");
        assert_eq!((history(&server).len(), runs(&server).len()), (5, 1), "{fault:?}");
        server.faults().at_commit(fault.clone(), 1);
        assert_eq!(target(&server).void("r1", "{}").unwrap(), 5, "{fault:?}");
        assert_eq!((history(&server).len(), runs(&server)), (0, vec!["r1 5 {}".to_owned()]), "{fault:?}");
    }
}

#[test]
fn an_error_that_stays_is_told_and_leaves_nothing() {
    let server = server_with_history();
    let mut target = target(&server);
    server.faults().at_statement("INTO [dbo].[mailing_history]", Fault::error(8115, "Arithmetic overflow."), 1);
    assert_eq!(code(record(&mut target, "r1", "SP-1", 3)), Err(Code::ServerRefused));
    assert_eq!((history(&server).len(), runs(&server).len()), (0, 0));
    server.faults().at_statement("INTO [dbo].[mailing_history]", Fault::unavailable(), 100);
    assert_eq!(code(record(&mut target, "r1", "SP-1", 3)), Err(Code::ServerUnreachable));
    assert_eq!(server.faults().left(), 96, "four tries");
    server.faults().clear();
    assert_eq!(target.committed("r1").unwrap(), None);
    assert_eq!((history(&server).len(), rows(&server, "SELECT [run_id] FROM [wr_occasions]").len()), (0, 0));
}

/// Only a row that is locked tells of a transaction that may still come through.
#[test]
fn who_asks_what_came_of_a_run_waits_for_its_transaction() {
    let server = server_with_history();
    record(&mut target(&server), "r1", "SP-1", 1).unwrap();
    assert_eq!(target(&server).committed("r1").unwrap(), Some(hash_bytes(b"r1")));
    let asked = server.log().texts().into_iter().rfind(|text| text.contains("[intent_hash] FROM")).unwrap();
    assert!(asked.contains("WITH (UPDLOCK, ROWLOCK)"), "{asked}");
    let begun = server.log().texts().into_iter().rfind(|text| text.contains("BEGIN TRANSACTION")).unwrap();
    assert_eq!(begun, "SET XACT_ABORT ON; SET LOCK_TIMEOUT 300000; BEGIN TRANSACTION");
}

#[test]
fn a_run_that_was_asked_to_stop_records_nothing() {
    let server = server_with_history();
    let cancel = Cancel::default();
    cancel.cancel();
    let mut target = SqlServerTarget::new("crm", &setting(&server), cancel);
    assert_eq!(code(record(&mut target, "r1", "SP-1", 3)), Err(Code::Cancelled));
    assert_eq!(target.committed("r1").unwrap(), None, "what came of it is found out all the same");
    assert_eq!(history(&server).len(), 0);
}
