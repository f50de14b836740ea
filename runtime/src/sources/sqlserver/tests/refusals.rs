//! What can be wrong with a server is told apart, before a row is read, and no secret is said.

use super::*;

#[tokio::test]
async fn the_servers_refusals_are_told_apart() {
    let denied = User::new("denied", PASSWORD).deny("SELECT", "*");
    let users = vec![User::new("reader", PASSWORD), denied];
    let server = TdsServer::start(Options { users, ..Options::default() }).unwrap();
    let table = numbers(&server, 3);
    let here = setting(&server);
    let nowhere = Table { name: "dbo.nowhere".to_owned(), ..table.clone() };
    let as_user = |user: &str, password: &str| SqlServerSetting {
        user: user.to_owned(),
        password: Some(Secret::new(password)),
        ..here.clone()
    };
    let cases = [
        (as_user("reader", "Canary-Wr0ng"), &table, Code::LoginRefused),
        (as_user("denied", PASSWORD), &table, Code::NotAllowedThere),
        (SqlServerSetting { database: Some("nowhere".to_owned()), ..here.clone() }, &table, Code::ServerTableMissing),
        (here.clone(), &nowhere, Code::ServerTableMissing),
        (SqlServerSetting { port: 1, ..here.clone() }, &table, Code::ServerUnreachable),
        (SqlServerSetting { host: "no.such.host.invalid".to_owned(), ..here.clone() }, &table, Code::ServerUnreachable),
    ];
    for (setting, table, code) in cases {
        let error = columns_of(&setting, all(table.clone())).await.unwrap_err();
        assert_eq!(error.code, code, "{setting:?}: {error:?}");
        assert_eq!((error.step, error.source.as_deref()), (Some(StepId(3)), Some("crm")));
        assert!(!format!("{error:?} {setting:?}").contains("Canary"), "a secret in {error:?}");
    }
}

#[tokio::test]
async fn a_server_that_is_not_who_it_says_gets_no_password() {
    let options =
        Options { encryption: Encryption::Required, users: vec![User::new("reader", PASSWORD)], ..Options::default() };
    let server = TdsServer::start(options).unwrap();
    let table = numbers(&server, 3);
    let encrypted = SqlServerSetting { is_encrypted: true, ..setting(&server) };
    let error = columns_of(&encrypted, all(table.clone())).await.unwrap_err();
    assert_eq!(error.code, Code::ServerUnreachable, "{error:?}");
    assert!(error.help.unwrap().contains("certificate"));
    assert_eq!(server.log().logins(), 0);
    let trusted = SqlServerSetting { certificate: Some(server.authority_file()), ..encrypted };
    assert_eq!(ints(&columns_of(&trusted, all(table.clone())).await.unwrap()), ["0", "1", "2"]);
    // A server that insists on encryption gets it also from a connection that does not.
    let plain = SqlServerSetting { is_encrypted: false, ..trusted };
    assert_eq!(ints(&columns_of(&plain, all(table)).await.unwrap()), ["0", "1", "2"]);
    let seen = server.log().events().into_iter().filter_map(|event| {
        let Event::LoggedIn { application, packet_size, is_encrypted, .. } = event else { return None };
        Some((application, packet_size, is_encrypted))
    });
    assert_eq!(seen.collect::<Vec<_>>(), [("wr".to_owned(), 32_767, true), ("wr".to_owned(), 32_767, true)]);
}

#[tokio::test]
async fn a_server_without_encryption_is_not_talked_to_unless_that_was_said() {
    let options =
        Options { encryption: Encryption::None, users: vec![User::new("reader", PASSWORD)], ..Options::default() };
    let server = TdsServer::start(options).unwrap();
    let table = numbers(&server, 3);
    let encrypted = SqlServerSetting { is_encrypted: true, ..setting(&server) };
    let error = columns_of(&encrypted, all(table)).await.unwrap_err();
    assert_eq!((error.code, server.log().logins()), (Code::ServerUnreachable, 0), "{error:?}");
}

#[tokio::test]
async fn a_column_that_is_not_as_declared_ends_the_run_before_a_row_is_read() {
    let server = server();
    numbers(&server, 3);
    server.execute("CREATE TABLE [dbo].[wall] ([at] datetime NOT NULL)").unwrap();
    let int = || Type::required(DataType::Int);
    let cases = [
        (declared("dbo.numbers", &[("m", int())]), "no column `m`"),
        (declared("dbo.numbers", &[("s", int())]), "`crm.dbo.numbers.s`"),
        (declared("dbo.numbers", &[("s", Type::required(DataType::Text))]), "`crm.dbo.numbers.s`"),
        (declared("dbo.wall", &[("at", Type::required(DataType::DateTime))]), "no zone"),
    ];
    let no_zone = SqlServerSetting { zone: None, ..setting(&server) };
    for (table, words) in cases {
        let error = columns_of(&no_zone, all(table)).await.unwrap_err();
        assert_eq!(error.code, Code::SchemaDiffers, "{error:?}");
        assert!(error.message.contains(words), "{error:?}");
    }
    assert_eq!(reads(&server), 0);
}
