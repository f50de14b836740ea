//! Passwords, encryption, packets.

use tiberius::EncryptionLevel;
use wr_tds_server::{Encryption, Event, Options, Split, TdsServer};

use crate::support::*;

#[test]
fn a_wrong_password_is_18456_and_a_wrong_database_4060() {
    run(async {
        let server = server();
        let refused = connect_with(config(&server, "wrong")).await.err().unwrap();
        assert_eq!(number(&refused), 18456);
        let mut elsewhere = config(&server, "Test_password_1");
        elsewhere.database("nowhere");
        assert_eq!(number(&connect_with(elsewhere).await.err().unwrap()), 4060);
        assert_eq!(server.log().logins(), 0);
    });
}

#[test]
fn everything_only_the_login_or_nothing_is_encrypted() {
    run(async {
        let cases = [
            (Encryption::Required, EncryptionLevel::Required, true),
            (Encryption::LoginOnly, EncryptionLevel::Required, true),
            (Encryption::LoginOnly, EncryptionLevel::Off, false),
            (Encryption::LoginOnly, EncryptionLevel::NotSupported, false),
            (Encryption::None, EncryptionLevel::NotSupported, false),
            (Encryption::Required, EncryptionLevel::Strict, true),
        ];
        for (of_server, of_client, expected) in cases {
            let server = TdsServer::start(Options { encryption: of_server, ..Options::default() }).unwrap();
            let mut config = config(&server, "Test_password_1");
            config.encryption(of_client);
            let mut client =
                connect_with(config).await.unwrap_or_else(|error| panic!("{of_server:?} {of_client:?}: {error}"));
            assert_eq!(text(&mut client, "N'ok'").await.as_deref(), Some("ok"));
            let encrypted = server.log().events().into_iter().find_map(|event| match event {
                Event::LoggedIn { is_encrypted, .. } => Some(is_encrypted),
                _ => None,
            });
            assert_eq!(encrypted, Some(expected), "{of_server:?} {of_client:?}");
        }
    });
}

#[test]
fn packets_may_break_anywhere() {
    run(async {
        for bytes in [1, 2, 3, 7, 64] {
            let options = Options { split: Split::every(bytes), ..Options::default() };
            let server = TdsServer::start(options).unwrap();
            let mut client = connect(&server).await;
            let rows = client.query("SELECT @P1, @P2", &[&"Zażółć 😀", &12_i64]).await.unwrap();
            let row = rows.into_row().await.unwrap().unwrap();
            assert_eq!(row.get::<&str, _>(0), Some("Zażółć 😀"), "{bytes}");
            assert_eq!(row.get::<i64, _>(1), Some(12));
            assert_eq!(error_of(&mut client, "SELECT 1/0").await, 8134);
        }
    });
}

#[test]
fn a_packet_size_is_agreed_on() {
    run(async {
        let server = server();
        let mut config = config(&server, "Test_password_1");
        config.packet_size(32_767);
        let mut client = connect_with(config).await.unwrap();
        let long = "x".repeat(100_000);
        let row = client.query("SELECT @P1", &[&long.as_str()]).await.unwrap().into_row().await.unwrap().unwrap();
        assert_eq!(row.get::<&str, _>(0), Some(long.as_str()));
        assert!(server.log().events().iter().any(|event| matches!(event, Event::LoggedIn { packet_size: 32_767, .. })));
    });
}
