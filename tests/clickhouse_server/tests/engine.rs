//! The engine is the real one: it starts, keeps its users apart, and goes when its owner does.

use wr_clickhouse_server::{ClickHouse, User};

#[test]
fn an_engine_answers_and_keeps_a_reader_from_changing_settings() {
    let reader = User::new("reader", "secret", &[("readonly", "1")]);
    let Some(engine) = ClickHouse::start(&[reader]).unwrap() else { return };
    assert_eq!(engine.run("SELECT sum(number) FROM numbers(10)").unwrap(), "45\n");
    let login = [("user", "reader"), ("password", "secret")];
    let reply = engine.ask(&login, b"SELECT 1").unwrap();
    assert_eq!((reply.status, reply.text().as_str()), (200, "1\n"));
    let reply = engine.ask(&[login[0], login[1], ("max_threads", "1")], b"SELECT 1").unwrap();
    assert!(reply.text().contains("Code: 164."), "{}", reply.text());
    let reply = engine.ask(&[("user", "reader"), ("password", "wrong")], b"SELECT 1").unwrap();
    assert!(reply.text().contains("Code: 516."), "{}", reply.text());
    let url = engine.url();
    drop(engine);
    let port = url.rsplit(':').next().unwrap().parse::<u16>().unwrap();
    assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err(), "it goes with its owner");
}
