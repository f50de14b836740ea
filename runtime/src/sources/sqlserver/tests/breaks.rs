//! What breaks, passes or is stopped: what is asked again, how often, and what is never taken for a whole answer.

use super::*;

const TRIES: usize = super::super::failure::MOST_TRIES as usize;

#[tokio::test]
async fn what_passes_by_itself_is_asked_again_as_often_as_said() {
    let error = |number: i32| Fault::error(number, "for the moment");
    let cases = [
        (Fault::deadlock(), TRIES, Code::ServerRefused),
        (error(1222), TRIES, Code::ServerLimit),
        (error(40501), TRIES, Code::ServerLimit),
        (error(40197), TRIES, Code::ServerUnreachable),
        (Fault::ResetBeforeFirstRow, TRIES, Code::AnswerCut),
        (error(8134), 1, Code::ServerRefused),
    ];
    for (fault, tries, code) in cases {
        let server = server();
        let table = numbers(&server, 3);
        // One success after all failures but the last.
        server.faults().at_statement("[numbers]", fault.clone(), tries - 1);
        assert_eq!(ints(&columns_of(&setting(&server), all(table.clone())).await.unwrap()), ["0", "1", "2"]);
        assert_eq!((server.log().logins(), reads(&server)), (tries, tries), "{fault:?}: a new connection each time");
        server.log().clear();
        server.faults().at_statement("[numbers]", fault.clone(), 100);
        let failed = columns_of(&setting(&server), all(table)).await.unwrap_err();
        assert_eq!((failed.code, reads(&server)), (code, tries), "{fault:?}: {failed:?}");
    }
}

#[tokio::test]
async fn a_login_that_fails_for_the_moment_is_tried_again() {
    for (fault, tries, code) in [
        (Fault::unavailable(), TRIES, Code::ServerUnreachable),
        (Fault::cannot_open(), 2, Code::ServerTableMissing),
        (Fault::error(18456, "Login failed for user 'reader'."), 1, Code::LoginRefused),
    ] {
        let server = server();
        let table = numbers(&server, 3);
        let refused = |server: &TdsServer| {
            server.log().events().iter().filter(|event| matches!(event, Event::Refused { .. })).count()
        };
        server.faults().at_login(fault.clone(), tries - 1);
        assert_eq!(ints(&columns_of(&setting(&server), all(table.clone())).await.unwrap()), ["0", "1", "2"]);
        server.faults().at_login(fault.clone(), 100);
        server.log().clear();
        let failed = columns_of(&setting(&server), all(table)).await.unwrap_err();
        assert_eq!((failed.code, refused(&server)), (code, tries), "{fault:?}: {failed:?}");
    }
}

#[tokio::test]
async fn an_answer_that_breaks_after_its_first_row_is_not_asked_again() {
    for rows in [1, 2, 20_000, 39_999] {
        let server = server();
        let table = numbers(&server, 40_000);
        server.faults().at_statement("[numbers]", Fault::ResetAfterRows(rows), 1);
        let error = columns_of(&setting(&server), all(table)).await.unwrap_err();
        assert_eq!((error.code, reads(&server)), (Code::AnswerCut, 1), "{rows}: {error:?}");
    }
}

#[tokio::test]
async fn a_server_that_says_nothing_is_not_waited_for_longer_than_was_said() {
    let server = server();
    let table = numbers(&server, 3);
    server.faults().at_statement("[numbers]", Fault::Delay(60_000), 1);
    let hurried = SqlServerSetting { timeout: Duration::from_secs(3), ..setting(&server) };
    let error = columns_of(&hurried, all(table)).await.unwrap_err();
    assert_eq!((error.code, server.log().attentions()), (Code::ServerSilent, 1), "{error:?}");
}

/// Waits until no connection is open any more.
pub(super) async fn all_left(server: &TdsServer) {
    for _ in 0..100 {
        let events = server.log().events();
        let count = |is: fn(&Event) -> bool| events.iter().filter(|event| is(event)).count();
        let open = count(|event| matches!(event, Event::Connected { .. }));
        if open == count(|event| matches!(event, Event::Disconnected { .. })) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("a connection is still open: {:?}", server.log().events());
}

#[tokio::test]
async fn a_run_that_is_stopped_before_the_first_row_has_the_server_stop() {
    let server = server();
    let table = numbers(&server, 3);
    server.faults().at_statement("[numbers]", Fault::Delay(60_000), 1);
    let source = SqlServer::new("crm", &setting(&server));
    let cancel = Cancel::default();
    // As soon as the server has the question, however long that takes.
    let stopping = async {
        while reads(&server) == 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        cancel.cancel();
    };
    let (answer, ()) = tokio::join!(source.open(all(table), cancel.clone()), stopping);
    let Err(error) = answer else { panic!("an answer was begun") };
    assert_eq!((error.code, server.log().attentions()), (Code::Cancelled, 1));
    all_left(&server).await;
}

#[tokio::test]
async fn a_run_that_is_stopped_among_the_rows_leaves_nothing_running() {
    let server = server();
    let source = SqlServer::new("crm", &setting(&server));
    let cancel = Cancel::default();
    let mut answer = source.open(all(numbers(&server, 400_000)), cancel.clone()).await.unwrap();
    let first = answer.batches.next().await.unwrap().unwrap();
    assert!(first.data.height() > 0);
    cancel.cancel();
    let error = loop {
        match answer.batches.next().await {
            Some(Ok(_)) => {}
            Some(Err(error)) => break error,
            None => panic!("the answer ended as if it were whole"),
        }
    };
    assert_eq!(error.code, Code::Cancelled);
    // By our word or by the connection's end, whichever it hears first.
    all_left(&server).await;
}

#[tokio::test]
async fn nothing_runs_on_for_a_reader_who_went_away() {
    let server = server();
    let table = numbers(&server, 400_000);
    let source = SqlServer::new("crm", &setting(&server));
    let mut answer = source.open(all(table.clone()), Cancel::default()).await.unwrap();
    assert!(answer.batches.next().await.unwrap().unwrap().data.height() > 0);
    drop(answer);
    all_left(&server).await;
    // Also before the first row.
    server.log().clear();
    server.faults().at_statement("[numbers]", Fault::Delay(60_000), 1);
    let opening = source.open(all(table), Cancel::default());
    assert!(tokio::time::timeout(Duration::from_millis(500), opening).await.is_err());
    all_left(&server).await;
}
