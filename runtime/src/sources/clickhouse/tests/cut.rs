//! An answer cut anywhere is a failure, however its connection ends. The bytes are the engine's own; a server of ours sends
//! them as a healthy one never would.

use std::io::{Read, Write};
use std::net::TcpListener;

use super::*;

/// How the sender frames what it sends.
#[derive(Clone, Copy, Debug)]
enum Framing {
    /// In pieces with a proper end: something between the server and us ended the answer politely.
    Pieces,
    /// With the length of the whole: the connection breaks.
    Length(usize),
}

/// Answers every request with these bytes. Gives its address.
fn sender(bodies: Vec<Vec<u8>>, framing: Framing, head: &'static str) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let mut bodies = bodies.into_iter().peekable();
        while bodies.peek().is_some() {
            let Ok((mut stream, _)) = listener.accept() else { return };
            let mut request = vec![0; 4096];
            let length = stream.read(&mut request).unwrap_or(0);
            // A broken answer has its query stopped; that is no question.
            if String::from_utf8_lossy(&request[..length]).contains("param_id") {
                continue;
            }
            let Some(body) = bodies.next() else { return };
            let sent = match framing {
                Framing::Length(length) => {
                    let mut sent = format!("HTTP/1.1 200 OK\r\n{head}Content-Length: {length}\r\n\r\n").into_bytes();
                    sent.extend_from_slice(&body);
                    sent
                }
                Framing::Pieces => {
                    let mut sent = format!("HTTP/1.1 200 OK\r\n{head}Transfer-Encoding: chunked\r\n\r\n").into_bytes();
                    for piece in body.chunks(7) {
                        sent.extend_from_slice(format!("{:x}\r\n", piece.len()).as_bytes());
                        sent.extend_from_slice(piece);
                        sent.extend_from_slice(b"\r\n");
                    }
                    sent.extend_from_slice(b"0\r\n\r\n");
                    sent
                }
            };
            let _ = stream.write_all(&sent);
            // A close before the request was read to its end would be a reset.
            let _ = stream.shutdown(std::net::Shutdown::Write);
            let _ = stream.read_to_end(&mut Vec::new());
        }
    });
    url
}

fn columns() -> [AnswerColumn; 3] {
    [column("n", "Nullable(UInt64)", None), column("s", "String", None), column("d", "DateTime64(3, 'UTC')", None)]
}

const STATEMENT: &str = "SELECT if(number = 1, NULL, number) AS n, repeat('ё', number) AS s, \
                         toDateTime64('2026-11-27 10:00:00', 3, 'UTC') AS d FROM numbers(3)";

fn recorded(engine: &ClickHouse) -> Vec<u8> {
    let format = [("default_format", "ArrowStream"), ("output_format_arrow_compression_method", "none")];
    engine.ask(&format, STATEMENT.as_bytes()).unwrap().body
}

async fn asked(client: &Client) -> Result<Vec<Vec<Value>>, RunError> {
    rows(client, STATEMENT, &columns()).await
}

fn client_of(url: &str) -> Client {
    Client::new("wallet", &ClickHouseSetting::at(url))
}

#[tokio::test]
async fn an_answer_cut_at_any_byte_is_never_taken_for_a_whole_one() {
    let Some(engine) = engine() else { return };
    let whole = recorded(engine);
    assert!(whole.len() > 300, "{} bytes", whole.len());
    for framing in [Framing::Pieces, Framing::Length(whole.len())] {
        let bodies: Vec<Vec<u8>> = (0..=whole.len()).map(|end| whole[..end].to_vec()).collect();
        let client = client_of(&sender(bodies, framing, "Connection: close\r\n"));
        for end in 0..whole.len() {
            let error = asked(&client).await.expect_err(&format!("{framing:?}: {end} of {} bytes", whole.len()));
            assert_eq!(error.code, Code::AnswerCut, "{framing:?}, {end}: {error:?}");
        }
        assert_eq!(asked(&client).await.unwrap()[0].len(), 3);
    }
}

#[tokio::test]
async fn a_failure_is_found_however_its_words_are_cut_into_pieces() {
    let Some(engine) = engine() else { return };
    let whole = recorded(engine);
    let words = "Code: 241. DB::Exception: Memory limit exceeded. (MEMORY_LIMIT_EXCEEDED) (version 26.7.2.1)";
    let signed = format!(
        "\r\n__exception__\r\nabcdefghijklmnop\r\n{words}\n{} abcdefghijklmnop\r\n__exception__\r\n",
        words.len() + 1
    );
    let plain = format!("{words}\n");
    for (head, words) in [
        ("Connection: close\r\nX-ClickHouse-Exception-Tag: abcdefghijklmnop\r\n", &signed),
        ("Connection: close\r\n", &plain),
    ] {
        // After some bytes of the answer, also after all of them.
        let ends = [0, 4, whole.len() / 2, whole.len() - 8, whole.len()];
        let bodies = ends.iter().map(|end| [&whole[..*end], words.as_bytes()].concat()).collect();
        let client = client_of(&sender(bodies, Framing::Pieces, head));
        for end in ends {
            let error = asked(&client).await.unwrap_err();
            assert_eq!(error.code, Code::ServerLimit, "{end}: {error:?}");
        }
    }
}

#[tokio::test]
async fn a_refusal_whose_words_break_off_is_none() {
    let words = "Code: 60. DB::Exception: Unknown table 'x'. (UNKNOWN_TABLE) (version 26.7.2.1)\n";
    // Before the name of the failure ends, something is missing that could change the words.
    let name = words.find(" (version ").unwrap();
    let ends: Vec<usize> = (1..name).chain([words.len()]).collect();
    let bodies = ends.iter().map(|end| words.as_bytes()[..*end].to_vec()).collect();
    let head = "Connection: close\r\nX-ClickHouse-Exception-Code: 60\r\n";
    let client = client_of(&sender(bodies, Framing::Pieces, head));
    for end in ends {
        let error = asked(&client).await.unwrap_err();
        let expected = if end == words.len() { Code::ServerTableMissing } else { Code::AnswerCut };
        assert_eq!(error.code, expected, "{end}: {error:?}");
    }
}

#[tokio::test]
async fn the_word_exception_among_the_rows_is_a_text_like_any_other() {
    let Some(engine) = engine() else { return };
    let text = "Code: 1. DB::Exception: x (version 1))\n__exception__\r\n";
    let select = format!("SELECT '{text}' AS s").replace('\n', "\\n").replace('\r', "\\r");
    let got = rows(&client(engine, "reader"), &select, &[column("s", "String", None)]).await.unwrap();
    assert_eq!(got, [[Value::text(text)]]);
}
