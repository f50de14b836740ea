//! Several runs at the same time, and locks that somebody else holds.

use super::*;

#[test]
fn of_two_runs_of_one_occasion_one_records_and_the_other_is_told_who_did() {
    let server = server_with_history();
    for round in 0..8 {
        empty(&server);
        let results = std::thread::scope(|scope| {
            let started: Vec<_> = (0..3)
                .map(|run| {
                    let mut target = target(&server);
                    scope.spawn(move || record(&mut target, &format!("r{run}"), "SP-1", 300 + run))
                })
                .collect();
            started.into_iter().map(|one| one.join().unwrap().unwrap()).collect::<Vec<_>>()
        });
        let done: Vec<usize> = (0..3).filter(|run| results[*run] == Recorded::Done).collect();
        assert_eq!(done.len(), 1, "round {round}: {results:?}");
        for result in &results {
            let Recorded::Taken(occasion, holder) = result else { continue };
            assert_eq!((occasion.words(), holder.run.clone()), ("sub_id = SP-1".to_owned(), format!("r{}", done[0])));
        }
        assert_eq!((history(&server).len(), runs(&server).len()), (300 + done[0], 1), "round {round}");
    }
}

#[test]
fn runs_of_different_occasions_all_record() {
    let server = server_with_history();
    std::thread::scope(|scope| {
        for run in 0..4 {
            let mut target = target(&server);
            scope.spawn(move || {
                assert_eq!(record(&mut target, &format!("r{run}"), &format!("SP-{run}"), 200), Ok(Recorded::Done));
            });
        }
    });
    assert_eq!((history(&server).len(), runs(&server).len()), (800, 4));
}

/// A run that is somewhere between its row of `wr_runs` and its commit, and never gets there.
fn unfinished(server: &TdsServer) {
    let other = target(server);
    let nobody = Cancel::default();
    let ended = other.patiently(&nobody, async || {
        let mut conversation = Conversation::begin(&other.reach, None, &nobody).await?;
        conversation.batch("BEGIN TRANSACTION").await?;
        let text = "INSERT INTO [dbo].[wr_runs] ([run_id], [intent_hash], [script_hash], [occasion], [values_json], \
                    [made_by], [made_at], [row_count], [files_json]) VALUES ('r1', '', '', '', '', '', '', 1, '')";
        conversation.change(text, Vec::new()).await?;
        conversation.batch("WAITFOR DELAY '00:00:00.4'; ROLLBACK TRANSACTION").await
    });
    ended.unwrap();
}

#[test]
fn who_asks_after_a_run_hears_nothing_before_its_transaction_has_ended() {
    let server = server_with_history();
    let waited = std::thread::scope(|scope| {
        let other = scope.spawn(|| unfinished(&server));
        // The other one has its row by then.
        while !server.log().texts().iter().any(|text| text.starts_with("WAITFOR")) {
            std::thread::sleep(Duration::from_millis(5));
        }
        let started = std::time::Instant::now();
        assert_eq!(target(&server).committed("r1").unwrap(), None);
        let waited = started.elapsed();
        other.join().unwrap();
        waited
    });
    assert!(waited >= Duration::from_millis(250), "it did not wait: {waited:?}");
}
