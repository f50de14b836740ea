//! Tables that could not keep each key once, columns that would change a value, and keys that are there already.

use super::*;

/// What is wrong with a history made like this.
fn problem(history: &str) -> RunError {
    let server = server();
    server.execute(history).unwrap();
    let error = prepare(&mut target(&server), table()).unwrap_err();
    assert_eq!((error.step, error.source.as_deref()), (Some(StepId(3)), Some("crm")), "{error:?}");
    assert_eq!(code(record(&mut target(&server), "r1", "SP-1", 3)), Err(error.code), "looked at once more");
    assert_eq!(rows(&server, "SELECT [run_id] FROM [wr_runs]").len(), 0);
    error
}

#[test]
fn a_table_must_keep_exactly_the_key_apart() {
    let unfit = [
        (HISTORY.replace("UNIQUE ([user_id], [sub_id])", "UNIQUE ([user_id])"), "over exactly sub_id, user_id"),
        (
            HISTORY.replace("UNIQUE ([user_id], [sub_id])", "UNIQUE ([user_id], [sub_id], [grp])"),
            "over exactly sub_id, user_id",
        ),
        (
            HISTORY.replace(",\n    CONSTRAINT [uq_mailing_history] UNIQUE ([user_id], [sub_id])", ""),
            "over exactly sub_id, user_id",
        ),
        (HISTORY.replace("[wr_run_id] varchar(64) COLLATE Latin1_General_BIN2 NULL,", ""), "no column `wr_run_id`"),
        (HISTORY.replace("[grp]", "[city] int NOT NULL, [grp]"), "its column `city` must have a value"),
        (
            HISTORY.replace("[user_id] bigint NOT NULL", "[user_id] bigint IDENTITY(1, 1) NOT NULL"),
            "itself fills its column `user_id`",
        ),
    ];
    for (history, words) in unfit {
        let error = problem(&history);
        assert_eq!(error.code, Code::RecordTableUnfit, "{history}");
        assert!(error.detail.iter().any(|line| line.contains(words)), "{words}: {error:?}");
    }
    let error = problem(&HISTORY.replace("[wr_run_id] varchar(64) COLLATE Latin1_General_BIN2 NULL,", ""));
    assert_eq!(
        error.detail[1],
        "ALTER TABLE [dbo].[mailing_history] ADD [wr_run_id] varchar(64) COLLATE Latin1_General_BIN2 NULL"
    );
}

#[test]
fn a_unique_index_does_as_well_as_a_constraint() {
    let server = server();
    server
        .execute(&HISTORY.replace(",\n    CONSTRAINT [uq_mailing_history] UNIQUE ([user_id], [sub_id])", ""))
        .unwrap();
    assert_eq!(code(prepare(&mut target(&server), table())), Err(Code::RecordTableUnfit));
    server.execute("CREATE UNIQUE INDEX [once] ON [dbo].[mailing_history] ([sub_id], [user_id])").unwrap();
    assert_eq!(prepare(&mut target(&server), table()), Ok(()));
    assert_eq!(record(&mut target(&server), "r1", "SP-1", 3), Ok(Recorded::Done));
    assert_eq!(code(record(&mut target(&server), "r2", "SP-1", 3).map(drop)), Ok(()), "who has the occasion is told");
}

#[test]
fn columns_that_are_not_as_declared_are_refused() {
    let differ = [
        (HISTORY.replace("[user_id] bigint NOT NULL", "[user_id] nvarchar(20) NOT NULL"), "user_id"),
        (HISTORY.replace("[grp] varchar(20) NOT NULL", "[grp] varchar(20) NULL"), "grp"),
        (HISTORY.replace("[grp]", "[group]"), "grp"),
    ];
    for (history, column) in differ {
        let error = problem(&history);
        assert_eq!(error.code, Code::SchemaDiffers, "{error:?}");
        assert!(error.message.contains(column), "{error:?}");
    }
    let server = server_with_history();
    let no_zone = SqlServerSetting { zone: None, ..setting(&server) };
    let error = prepare(&mut SqlServerTarget::new("crm", &no_zone, Cancel::default()), table()).unwrap_err();
    assert!(error.message.contains("no zone"), "{error:?}");
}

#[test]
fn the_tables_of_wr_are_said_with_the_statements_that_make_them() {
    let server =
        TdsServer::start(Options { users: vec![User::new("writer", PASSWORD)], ..Options::default() }).unwrap();
    server.execute(HISTORY).unwrap();
    let error = prepare(&mut target(&server), table()).unwrap_err();
    assert_eq!(error.code, Code::RecordTableUnfit);
    let statements: Vec<&String> = error.detail.iter().filter(|line| line.starts_with("CREATE TABLE")).collect();
    assert_eq!(statements.len(), 2, "{error:?}");
    for statement in statements {
        server.execute(statement).unwrap();
    }
    assert_eq!(prepare(&mut target(&server), table()), Ok(()));
    server.execute("DROP TABLE [wr_occasions]; CREATE TABLE [dbo].[wr_occasions] ([occasion_hash] char(64) NOT NULL, [run_id] varchar(64) NOT NULL)").unwrap();
    let error = prepare(&mut target(&server), table()).unwrap_err();
    assert!(error.detail[0].contains("no PRIMARY KEY over occasion_hash"), "{error:?}");
}

#[test]
fn a_user_who_may_not_add_rows_hears_it_before_anything_is_computed() {
    for denied in ["dbo.mailing_history", "dbo.wr_runs", "dbo.wr_occasions"] {
        let server = server_for(User::new("writer", PASSWORD).deny("INSERT", denied));
        server.execute(HISTORY).unwrap();
        let error = prepare(&mut target(&server), table()).unwrap_err();
        assert!(error.detail[0].contains("may not add rows"), "{denied}: {error:?}");
    }
}

#[test]
fn there_must_be_such_a_table_in_the_connections_own_database() {
    let server = server_with_history();
    let named = |name: &str| RecordTable { name: format!("crm.{name}"), ..table() };
    assert_eq!(code(prepare(&mut target(&server), named("nowhere"))), Err(Code::ServerTableMissing));
    assert_eq!(prepare(&mut target(&server), named("dbo.mailing_history")), Ok(()));
    let error = prepare(&mut target(&server), named("test.dbo.mailing_history")).unwrap_err();
    assert!(error.detail[0].contains("own database"), "{error:?}");
}

#[test]
fn a_value_that_the_column_would_change_is_refused_and_nothing_is_recorded() {
    let server = server_with_history();
    let mut target = target(&server);
    let wrong = [
        (2, Value::text("контроль"), "grp"),
        (0, Value::text("S".repeat(51)), "sub_id"),
        (1, Value::Int(1 << 64), "user_id"),
    ];
    for (column, value, name) in wrong {
        let rows = Made(700, |at: usize| {
            let mut row = people("SP-1", 700).row(at).unwrap();
            if at == 650 {
                row[column] = value.clone();
            }
            row
        });
        let error =
            told(target.record(&mark("r1", "SP-1", 700), &[RecordBatch { table: table(), rows: &rows }])).unwrap_err();
        assert_eq!((error.code, error.step), (Code::RecordTableUnfit, Some(StepId(3))), "{error:?}");
        assert!(error.message.contains(name) && !format!("{error:?}").contains("контроль"), "{error:?}");
        assert_eq!((history(&server).len(), runs(&server).len()), (0, 0), "{name}");
        // What is the same in every row is known before anything is computed.
        let early = Foreseen { table: table(), same: vec![(column, value)] };
        assert_eq!(code(told(target.prepare(&[early]))), Err(Code::RecordTableUnfit), "{name}");
    }
    let null = Made(2, |at: usize| {
        if at == 1 {
            vec![Value::text("SP-1"), Value::Null, Value::Null, Value::Null]
        } else {
            people("SP-1", 2).row(at).unwrap()
        }
    });
    let error =
        told(target.record(&mark("r1", "SP-1", 2), &[RecordBatch { table: table(), rows: &null }])).unwrap_err();
    assert_eq!((error.code, history(&server).len()), (Code::NullRecordKey, 0));
}

#[test]
fn a_key_that_is_there_stops_the_record_and_says_how_to_find_it() {
    let server = server_with_history();
    let mut target = target(&server);
    server
        .execute("INSERT INTO [mailing_history] ([sub_id], [user_id], [grp], [sent_at]) VALUES (N'SP-1', 640, 'by hand', '2026-01-01')")
        .unwrap();
    let error = record(&mut target, "r1", "SP-1", 700).unwrap_err();
    assert_eq!((error.code, error.step), (Code::DoubledRecordKey, Some(StepId(3))), "{error:?}");
    assert!(error.message.contains("already has a row with the same sub_id, user_id"), "{error:?}");
    assert_eq!(error.detail[0], "SELECT * FROM [dbo].[mailing_history] WHERE [sub_id] = 'SP-1'");
    assert!(error.detail[1].contains("`sub_id`"), "{error:?}");
    assert!(!format!("{error:?}").contains("640"), "nobody's key is said: {error:?}");
    assert_eq!((history(&server).len(), runs(&server).len()), (1, 0));
    assert_eq!(target.holder(&occasion("SP-1")).unwrap(), None);
}

#[test]
fn two_rows_of_one_key_are_told_apart_from_one_that_is_there() {
    let server = server_with_history();
    let mut target = target(&server);
    let twice = Made(20, |at: usize| people("SP-1", 20).row(if at == 15 { 2 } else { at }).unwrap());
    let error =
        told(target.record(&mark("r1", "SP-1", 20), &[RecordBatch { table: table(), rows: &twice }])).unwrap_err();
    assert_eq!(error.code, Code::DoubledRecordKey);
    assert!(error.message.contains("two rows to be recorded"), "{error:?}");
    assert_eq!((history(&server).len(), runs(&server).len()), (0, 0));
    // Two keys for us, one for a server that does not look at case: loud, and nobody is lost.
    let folded = Made(2, |at: usize| {
        vec![Value::text(["a", "A"][at]), Value::Int(1), Value::text("test"), Value::DateTime(NOON)]
    });
    let error =
        told(target.record(&mark("r1", "SP-1", 2), &[RecordBatch { table: table(), rows: &folded }])).unwrap_err();
    assert!(error.detail.iter().any(|line| line.contains("differ only in case")), "{error:?}");
    assert_eq!(history(&server).len(), 0);
}

#[test]
fn another_key_of_the_table_is_said_by_its_name() {
    let server = server_with_history();
    server.execute("CREATE UNIQUE INDEX [one_group] ON [dbo].[mailing_history] ([grp])").unwrap();
    let error = record(&mut target(&server), "r1", "SP-1", 3).unwrap_err();
    assert_eq!(error.code, Code::DoubledRecordKey);
    assert!(error.message.contains("`one_group`"), "{error:?}");
    assert_eq!(history(&server).len(), 0);
}

#[test]
fn the_guide_and_the_demo_have_the_statements_that_make_the_tables() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for file in ["docs/guide/servers.md", "tests/demo/crm.sql"] {
        let text = std::fs::read_to_string(root.join(file)).unwrap();
        for own in &OWN_TABLES {
            assert!(text.contains(own.create), "{file} has {} otherwise", own.name);
        }
    }
}
